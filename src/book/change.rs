//! A change: the unit of saving, undo, history and sync.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ChangeId, Contact, Group, Timestamp,
    patch::{Document, Patch, document},
};

/// Who made a change. Only what people do (`User`, `Import`) is undone by `u`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// A person, on the screen or the command line.
    User,
    /// A file that was imported.
    Import,
    /// A sync with an account.
    Sync,
    /// A directory whose people changed.
    Directory,
}

/// Whether a record is a contact or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A contact.
    Contact,
    /// A group.
    Group,
}

/// What happened to one record, as before and after images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Image {
    /// It did not exist before.
    Created(Document),
    /// Some of its fields differ.
    Changed(Patch),
    /// It does not exist any more. (Deleting a contact sets its field `trashed`, which is a `Changed`.)
    Erased(Document),
}

impl Image {
    /// What takes this one back.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Created(document) => Self::Erased(document),
            Self::Changed(patch) => Self::Changed(patch.inverse()),
            Self::Erased(document) => Self::Created(document),
        }
    }
}

/// One record of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Contact or group.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// What happened to it.
    pub image: Image,
}

impl Record {
    /// A contact differs.
    pub fn changed(before: &Contact, after: &Contact) -> Self {
        let patch = Patch::between(&document(before), &document(after));
        Self { kind: Kind::Contact, id: before.id.0, image: Image::Changed(patch) }
    }

    /// A group comes to be.
    pub fn created_group(group: &Group) -> Self {
        Self { kind: Kind::Group, id: group.id.0, image: Image::Created(document(group)) }
    }

    /// A group differs.
    pub fn changed_group(before: &Group, after: &Group) -> Self {
        let patch = Patch::between(&document(before), &document(after));
        Self { kind: Kind::Group, id: before.id.0, image: Image::Changed(patch) }
    }

    /// A group ceases to be.
    pub fn erased_group(group: &Group) -> Self {
        Self { kind: Kind::Group, id: group.id.0, image: Image::Erased(document(group)) }
    }
}

/// Everything that one action did, committed in one transaction and taken back in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub origin: Origin,
    /// What, in the words shown to people: `Deleted Ada Lovelace`.
    pub title: String,
    /// The records, in the order in which they were written.
    pub records: Vec<Record>,
}
