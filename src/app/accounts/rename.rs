//! What another name or type of a group costs in its account, where a group cannot be edited: it is made anew there, and
//! each member is made anew in it.

use crate::{
    app::{GroupForm, Question, State, question::Then},
    book::{Command, Outgoing, change::Kind},
};

/// More members than this are made anew only after a question.
const MANY: usize = 20;

impl State {
    /// How many members an account makes anew for what is typed in a form; `None` where it has nothing to replace.
    fn replaced_by(&self, form: &GroupForm) -> Option<usize> {
        let before = form.before.as_ref().filter(|_| form.replaces())?;
        self.accounts.get(&before.account)?;
        let is_new = self
            .accounts
            .queue_of(&before.account)
            .any(|entry| (entry.kind, entry.id, &entry.what) == (Kind::Group, before.id.0, &Outgoing::Create));
        // Those that are not there yet are made only once, whatever they are called.
        (!is_new).then(|| self.roster.group(before.id).map_or(0, |row| row.count))
    }

    /// What is typed in a form costs this, in a sentence.
    pub fn cost_of(&self, form: &GroupForm) -> Option<String> {
        let members = self.replaced_by(form).filter(|members| *members > 0)?;
        let account = form.before.as_ref().map(|group| self.accounts.name(&group.account))?;
        Some(if members == 1 {
            format!("its member is made anew on {account}")
        } else {
            format!("its {members} members are made anew on {account}")
        })
    }

    /// Whether to save a form that has many contacts made anew.
    pub(in crate::app) fn ask_for_cost(&self, form: &GroupForm, command: &Command) -> Option<Question> {
        let members = self.replaced_by(form).filter(|members| *members > MANY)?;
        let before = form.before.as_ref()?;
        let (account, name) = (self.accounts.name(&before.account), form.name.value().trim());
        let text = if name == before.name {
            format!("Change the type of {name}?")
        } else {
            format!("Rename {} to {name}?", before.name)
        };
        let consequences = vec![
            format!(
                "{account} cannot change a group. It is made anew there, and each of its {members} members with it; then the old records are deleted."
            ),
            format!("That is {} requests. Here nothing but the group changes.", 2 * (members + 1)),
        ];
        Some(Question { text, consequences, then: Then::SaveGroup(command.clone()) })
    }
}
