//! Somebody else changed the contact that was edited here.

use crate::book::Contact;

/// What differs, and theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Who.
    pub name: String,
    /// The labels of the fields in conflict.
    pub fields: Vec<String>,
    /// The contact as it stands now.
    pub theirs: Box<Contact>,
}
