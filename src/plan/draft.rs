//! Where the cells put what they decide, and how it becomes a plan.

use std::collections::HashMap;

use super::{
    image::{GroupRef, ServerId},
    input::{Base, Remote, Rules},
    outcome::{Brake, Conflict, Held, Plan, Reason, Subject, Unclear},
    step::{Here, Planned, Step, StepId, There},
};

/// The record that a step is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// One of ours.
    Ours(Subject),
    /// A newcomer.
    Theirs(ServerId),
}

impl Owner {
    fn subject(&self) -> Option<Subject> {
        match self {
            Self::Ours(subject) => Some(*subject),
            Self::Theirs(_) => None,
        }
    }
}

struct Entry {
    owner: Owner,
    name: String,
    fields: Vec<&'static str>,
    after: Vec<Owner>,
    step: Step,
}

/// Steps in the order in which they were thought of.
#[derive(Default)]
pub(super) struct Draft {
    entries: Vec<Entry>,
    pub conflicts: Vec<Conflict>,
    held: Vec<Held>,
}

impl Draft {
    pub fn push(&mut self, owner: &Owner, name: &str, fields: Vec<&'static str>, step: Step) {
        let (owner, name, after) = (owner.clone(), name.to_owned(), Vec::new());
        self.entries.push(Entry { owner, name, fields, after, step });
    }

    /// A step that comes after all steps of these records.
    pub fn push_after(&mut self, after: Vec<Owner>, owner: &Owner, name: &str, step: Step) {
        let (owner, name, fields) = (owner.clone(), name.to_owned(), Vec::new());
        self.entries.push(Entry { owner, name, fields, after, step });
    }

    pub fn hold(&mut self, owner: &Owner, name: &str, reason: Reason) {
        self.held.push(Held { name: name.to_owned(), subject: owner.subject(), reason });
    }

    pub fn finish(mut self, unclear: Vec<Unclear>, base: &Base, remote: &Remote, rules: &Rules) -> Plan {
        self.entries.sort_by_key(|entry| entry.step.rank());
        let brake = brake(&self.entries, base, remote, rules);
        let mut steps: Vec<Planned> = Vec::with_capacity(self.entries.len());
        let mut last: HashMap<Owner, StepId> = HashMap::new();
        let mut made_here: HashMap<GroupRef, StepId> = HashMap::new();
        let mut made_there: HashMap<GroupRef, StepId> = HashMap::new();
        for Entry { owner, name, fields, after, step } in self.entries {
            let id = StepId::of(&step);
            let mut needs: Vec<StepId> = Vec::new();
            let groups = step.contact_image().into_iter().flat_map(|image| image.groups());
            for group in groups {
                needs.extend(made_here.get(group).cloned());
                needs.extend(made_there.get(group).filter(|_| matches!(step, Step::There(_))).cloned());
            }
            needs.extend(after.iter().chain([&owner]).filter_map(|owner| last.get(owner).cloned()));
            needs.sort_unstable();
            needs.dedup();
            match &step {
                Step::Here(Here::CreateGroup { group: Some(group), .. }) => {
                    made_here.insert(GroupRef::Ours(*group), id.clone());
                }
                Step::Here(Here::CreateGroup { server, .. }) => {
                    made_here.insert(GroupRef::Theirs(server.clone()), id.clone());
                }
                Step::There(There::CreateGroup { group, .. }) => {
                    made_there.insert(GroupRef::Ours(*group), id.clone());
                }
                _ => {}
            }
            last.insert(owner, id.clone());
            steps.push(Planned { id, name, fields, needs, step });
        }
        Plan { steps, conflicts: self.conflicts, unclear, held: self.held, brake }
    }
}

fn brake(entries: &[Entry], base: &Base, remote: &Remote, rules: &Rules) -> Option<Brake> {
    let emptied = [(remote.contacts.is_empty(), base.contacts.len()), (remote.groups.is_empty(), base.groups.len())];
    let records: usize = emptied.into_iter().filter(|(empty, _)| *empty).map(|(_, known)| known).sum();
    let distrusted = |entry: &Entry| entry.step.deletes() || entry.step.rests_on_absence();
    if records > 0 && entries.iter().any(distrusted) {
        return Some(Brake::Empty { records });
    }
    let contacts = entries.iter().filter(|entry| entry.step.deletes_contact()).count();
    let of = base.contacts.len();
    let many = contacts > rules.deletions || (contacts >= rules.least && contacts * 10 > of);
    many.then_some(Brake::Deletions { contacts, of })
}
