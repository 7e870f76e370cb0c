//! Where the cells put what they decide, and how it becomes a plan.

use std::collections::HashMap;

use super::{
    image::{GroupRef, Image, ServerId},
    input::{Base, Remote, Rules},
    outcome::{Brake, Conflict, Held, Plan, Reason, Subject, Unclear},
    step::{Here, Note, Planned, Step, StepId, There},
};
use crate::book::ContactId;

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

    /// Whether a body of this contact is sent.
    pub fn sends(&self, id: ContactId) -> bool {
        self.entries.iter().any(|entry| match &entry.step {
            Step::There(
                There::CreateContact { contact, .. }
                | There::ReplaceContact { contact, .. }
                | There::RecreateContact { contact, .. },
            ) => *contact == id,
            _ => false,
        })
    }

    pub fn hold(&mut self, owner: &Owner, name: &str, reason: Reason) {
        self.held.push(Held { name: name.to_owned(), subject: owner.subject(), reason });
    }

    pub fn finish(mut self, unclear: Vec<Unclear>, base: &Base, remote: &Remote, rules: &Rules) -> Plan {
        self.entries.sort_by_key(|entry| entry.step.rank());
        let brake = brake(&self.entries, base, remote, rules);
        let mut steps: Vec<Planned> = Vec::with_capacity(self.entries.len());
        let mut last: HashMap<Owner, StepId> = HashMap::new();
        let mut makers = Makers::default();
        for Entry { owner, name, fields, after, step } in self.entries {
            let id = StepId::of(&step);
            let mut needs = makers.needed_by(&step);
            needs.extend(after.iter().chain([&owner]).filter_map(|owner| last.get(owner).cloned()));
            needs.sort_unstable();
            needs.dedup();
            makers.remember(&step, &id);
            last.insert(owner, id.clone());
            steps.push(Planned { id, name, fields, needs, step });
        }
        Plan { steps, conflicts: self.conflicts, unclear, held: self.held, brake }
    }
}

/// The steps that make a group known to one side or the other.
#[derive(Default)]
struct Makers {
    here: HashMap<GroupRef, StepId>,
    there: HashMap<GroupRef, StepId>,
}

impl Makers {
    fn remember(&mut self, step: &Step, id: &StepId) {
        match step {
            Step::Note(Note::LinkGroup { group, .. }) | Step::Here(Here::CreateGroup { group: Some(group), .. }) => {
                self.here.insert(GroupRef::Ours(*group), id.clone());
            }
            Step::Here(Here::CreateGroup { server, .. }) => {
                self.here.insert(GroupRef::Theirs(server.clone()), id.clone());
            }
            Step::There(There::CreateGroup { group, .. }) => {
                self.there.insert(GroupRef::Ours(*group), id.clone());
            }
            _ => {}
        }
    }

    fn needed_by(&self, step: &Step) -> Vec<StepId> {
        let sends = matches!(step, Step::There(_));
        let groups = step.contact_image().into_iter().flat_map(Image::groups);
        let makers = groups.flat_map(|group| [self.here.get(group), self.there.get(group).filter(|_| sends)]);
        makers.flatten().cloned().collect()
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
