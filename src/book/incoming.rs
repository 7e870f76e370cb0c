//! What the readers of `exchange` hand over: contacts and groups on their way in, and what was wrong with the rest.

use std::fmt;

use super::{Draft, Timestamp};

/// A picture with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// `image/jpeg` and the like; `application/octet-stream` when unknown.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// Where something stands in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the card, row or entry, from 1.
    pub ordinal: usize,
    /// The line, from 1.
    pub line: usize,
}

/// A contact read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingContact {
    /// Where it stood.
    pub place: Place,
    /// The contact; its groups are given by name. `extras.uid` and `extras.card` are set by readers of vCards.
    pub draft: Draft,
    /// The photo, which becomes `extras.photo` in the store.
    pub photo: Option<Photo>,
    /// When the source says that it was last changed.
    pub revised: Option<Timestamp>,
    /// Who this is in a directory: `entryUUID`, UID, else DN, else e-mail. Empty when the source has none of them.
    pub directory_key: String,
    /// Other names by which groups of the same source may refer to it: its DN in comparable form, its `uid` (LDIF).
    pub aliases: Vec<String>,
}

/// A group read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingGroup {
    /// Where it stood.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its members: the UIDs of contacts (vCard), or their aliases (LDIF).
    pub members: Vec<String>,
}

/// One record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A person or an organisation.
    Contact(Box<IncomingContact>),
    /// A group of them.
    Group(IncomingGroup),
}

/// What was wrong with one record or one value; the rest of the file is read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// The property or column, where one is to blame.
    pub field: Option<String>,
    /// What, and what to do about it.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, record {}: ", self.place.line, self.place.ordinal)?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}
