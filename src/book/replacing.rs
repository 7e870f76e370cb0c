//! What another name or type of a group costs in an account that cannot edit one: it is made anew there, and each member is
//! made anew in it.

use super::{GroupId, Outgoing, QueueEntry, change::Kind};

/// A group that an account makes anew with its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacing {
    members: usize,
}

impl Replacing {
    /// More members than this are made anew only after a question.
    const MANY: usize = 20;

    /// A group with so many members; `None` where its account has nothing to replace, as what it has not got yet stands in
    /// the queue.
    pub fn of<'a>(group: GroupId, members: usize, mut queue: impl Iterator<Item = &'a QueueEntry>) -> Option<Self> {
        // Those that are not there yet are made only once, whatever they are called.
        let is_new =
            queue.any(|entry| (entry.kind, entry.id, &entry.what) == (Kind::Group, group.0, &Outgoing::Create));
        (members > 0 && !is_new).then_some(Self { members })
    }

    /// What it costs, in a sentence.
    pub fn cost(self, account: &str) -> String {
        match self.members {
            1 => format!("its member is made anew on {account}"),
            members => format!("its {members} members are made anew on {account}"),
        }
    }

    /// Whether to ask before.
    pub fn is_much(self) -> bool {
        self.members > Self::MANY
    }

    /// What a person should know who is asked.
    pub fn consequences(self, account: &str) -> [String; 2] {
        let members = self.members;
        [
            format!(
                "{account} cannot change a group. It is made anew there, and each of its {members} members with it; then the old records are deleted."
            ),
            format!("That is {} requests. Here nothing but the group changes.", 2 * (members + 1)),
        ]
    }
}
