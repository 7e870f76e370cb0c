//! What an account has not got yet: the difference between what is here and what both sides agreed on. There is no list
//! of orders beside it (model.md, "Sync").

use uuid::Uuid;

use super::{Timestamp, change::Kind, name::or_no_name};

/// What will be done to a record of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// It is not there yet.
    Create,
    /// It differs in these fields, as people call them; none where only an answer is missing.
    Edit(Vec<String>),
    /// It is there still.
    Delete,
    /// Its new version is there; the old one is still to be deleted.
    Finish,
}

/// What an entry of the queue waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The next sync.
    Sync,
    /// The answer to a request that was begun.
    Answer,
    /// A moment: the server was asked in vain.
    Until(Timestamp),
    /// A person, who says which values shall stand.
    Person,
}

/// One record that its account has not got as it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// Whether it is a contact or a group.
    pub kind: Kind,
    /// Our id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What will be done.
    pub what: Outgoing,
    /// What it waits for.
    pub waits: Waits,
    /// How often it was tried.
    pub tries: u32,
    /// What was said the last time.
    pub error: Option<String>,
}

/// A field to which the two sides gave different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    /// What people call it.
    pub field: String,
    /// Our value, for people.
    pub mine: String,
    /// Their value, for people.
    pub theirs: String,
}

/// A record that waits for a person to say which values shall stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConflict {
    /// Whether it is a contact or a group.
    pub kind: Kind,
    /// Our id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// The fields in question.
    pub fields: Vec<FieldConflict>,
}

impl QueueEntry {
    /// `Ada Lovelace: new`, `Ada Lovelace: Title, Phone`.
    pub fn title(&self) -> String {
        let name = or_no_name(&self.name);
        match &self.what {
            Outgoing::Create => format!("{name}: new"),
            Outgoing::Edit(fields) if fields.is_empty() => format!("{name}: sent, not confirmed"),
            Outgoing::Edit(fields) => format!("{name}: {}", fields.join(", ")),
            Outgoing::Delete => format!("{name}: deleted"),
            Outgoing::Finish => format!("{name}: finish the edit"),
        }
    }
}
