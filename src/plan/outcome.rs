//! A plan, and what it leaves to the user.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    image::{GroupImage, Image, ServerId},
    merge::{FieldConflict, with_theirs},
    step::{Planned, Step, StepId},
};
use crate::book::{ContactId, GroupId, RecordId, change::Kind};

/// What a sync would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The steps, in an order in which they can be carried out one by one.
    pub steps: Vec<Planned>,
    /// Records to which both sides gave different values; nothing is done for them until the user answers.
    pub conflicts: Vec<Conflict>,
    /// Records that could be one and the same in more than one way; nothing is done for them either.
    pub unclear: Vec<Unclear>,
    /// What would be due but waits, and for what.
    pub held: Vec<Held>,
    /// Why the plan must be shown before anything of it that deletes is done.
    pub brake: Option<Brake>,
}

/// A record of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// A contact.
    Contact(ContactId),
    /// A group.
    Group(GroupId),
}

impl Subject {
    /// As the screen and the store name it.
    pub fn record(self) -> RecordId {
        match self {
            Self::Contact(ContactId(id)) => RecordId { kind: Kind::Contact, id },
            Self::Group(GroupId(id)) => RecordId { kind: Kind::Group, id },
        }
    }
}

/// A record to which both sides gave different values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// What it is called.
    pub name: String,
    /// The fields in question with both values.
    pub fields: Vec<FieldConflict>,
    /// The record with its versions.
    #[serde(flatten)]
    pub versions: Versions,
}

/// The versions of a record in conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Versions {
    /// A contact.
    Contact {
        /// Ours.
        contact: ContactId,
        /// What is here.
        mine: Image,
        /// What is there.
        theirs: Image,
        /// What both sides changed without contradiction, and our values of the fields in question.
        merged: Image,
    },
    /// A group.
    Group {
        /// Ours.
        group: GroupId,
        /// What is here.
        mine: GroupImage,
        /// What is there.
        theirs: GroupImage,
    },
}

/// What the user answers to a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// My values go there.
    Mine,
    /// Their values come here.
    Theirs,
    /// Theirs come here, and mine live on in a contact of their own.
    Both,
}

/// What an answer makes of a contact. With it in the book and in the links the next plan goes on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What the contact becomes.
    pub ours: Image,
    /// What the base becomes.
    pub base: Image,
    /// A new contact to make beside it.
    pub copy: Option<Image>,
}

impl Conflict {
    /// What an answer makes of a contact; `None` for a group, whose name here and in the base are simply set. A CLOUD
    /// contact cannot be there twice: `Both` takes their values for it.
    pub fn answer(&self, answer: Answer) -> Option<Answered> {
        let Versions::Contact { mine, theirs, merged, .. } = &self.versions else { return None };
        let base = theirs.clone();
        let settled = with_theirs(merged, theirs, &self.fields);
        let copy = (*mine.holder() == super::Holder::Custom).then(|| mine.clone());
        Some(match answer {
            Answer::Mine => Answered { ours: merged.clone(), base, copy: None },
            Answer::Theirs => Answered { ours: settled, base, copy: None },
            Answer::Both => Answered { ours: settled, base, copy },
        })
    }
}

/// Contacts here and there that are equal and not linked, but not one to one. The user says who is who, which becomes a
/// link, or that they are different, which becomes an entry of [`Base::apart`](super::Base::apart).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unclear {
    /// What they are called.
    pub name: String,
    /// Those here.
    pub contacts: Vec<ContactId>,
    /// Those there.
    pub servers: Vec<ServerId>,
}

/// Something that would be due but waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// What the record is called.
    pub name: String,
    /// Our record, where there is one.
    pub subject: Option<Subject>,
    /// For what it waits.
    pub reason: Reason,
}

/// What something waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Values there cannot be read, so they are left alone.
    Unreadable,
    /// It was confirmed a moment ago; one absence is no deletion.
    Fresh,
    /// The answer was not complete.
    Incomplete,
    /// The person is not in the directory of this account.
    NotInDirectory,
    /// The person is in this account already.
    Present,
    /// The server listed two records under one id.
    ListedTwice,
    /// A group still has members that cannot leave it.
    Members,
}

impl Reason {
    /// In words, after a name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "cannot be read there and is left as it is",
            Self::Fresh => "was confirmed a moment ago; its absence must last before it counts",
            Self::Incomplete => "the list of the server was not complete",
            Self::NotInDirectory => "is not in the directory of this account",
            Self::Present => "is in this account already",
            Self::ListedTwice => "is listed twice there under one id",
            Self::Members => "still has members that cannot leave it",
        }
    }
}

/// Why a plan must be shown first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "camelCase")]
pub enum Brake {
    /// The server's list is empty and the base is not.
    Empty {
        /// How many records it had.
        records: usize,
    },
    /// Many contacts would be deleted.
    Deletions {
        /// So many.
        contacts: usize,
        /// Of so many that both sides had.
        of: usize,
    },
}

/// How much a plan does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Steps in this book.
    pub here: usize,
    /// Steps on the server.
    pub there: usize,
    /// Conflicts.
    pub conflicts: usize,
    /// Contacts that are deleted, on either side.
    pub deletions: usize,
}

impl Plan {
    /// Whether there is nothing to do. (There may be conflicts, and things that wait.)
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How much it does.
    pub fn counts(&self) -> Counts {
        let count = |wanted: &dyn Fn(&Step) -> bool| self.steps.iter().filter(|planned| wanted(&planned.step)).count();
        Counts {
            here: count(&|step| matches!(step, Step::Here(_))),
            there: count(&|step| matches!(step, Step::There(_))),
            conflicts: self.conflicts.len(),
            deletions: count(&Step::deletes_contact),
        }
    }

    /// The steps that may be carried out although nobody has confirmed the plan: all of them without a brake; those that
    /// delete nothing and need nothing that does where much would be deleted; none where the list itself is doubted, in which
    /// nothing would be known again.
    pub fn unconfirmed(&self) -> Vec<&Planned> {
        match self.brake {
            None => self.steps.iter().collect(),
            Some(Brake::Empty { .. }) => Vec::new(),
            Some(Brake::Deletions { .. }) => {
                let mut held: HashSet<&StepId> = HashSet::new();
                for planned in &self.steps {
                    let waits = planned.step.deletes() || planned.needs.iter().any(|need| held.contains(need));
                    held.extend(waits.then_some(&planned.id));
                }
                self.steps.iter().filter(|planned| !held.contains(&planned.id)).collect()
            }
        }
    }
}
