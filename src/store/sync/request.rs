//! The words of the journal: what is to be sent, how far it has come, how the server answered.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    book::{Timestamp, change::Kind},
    plan::{GroupImage, Image, Planned, ServerId, Step, There},
};

use super::link::Hash;

/// What a sending does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// POST of something new.
    Create,
    /// POST of a new version; the old one is deleted by a sending of its own.
    Replace,
    /// PATCH in place. It has arrived when the list shows it, whatever was answered.
    Patch,
    /// DELETE of the old version, then POST of the new one under the same id.
    Recreate,
    /// DELETE.
    Delete,
}

/// How far a sending has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendingState {
    /// DELETE is to be sent, or was sent and not answered.
    Deleting,
    /// POST is to be sent, or was sent and not answered.
    Creating,
    /// It has arrived; kept for the twin that may come late.
    Created,
    /// Nobody waits for it any more, but it may have left, and would be known again.
    Dropped,
}

/// The image that a body carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendingImage {
    /// Of a contact.
    Contact(Box<Image>),
    /// Of a group.
    Group(GroupImage),
}

/// A request to be noted before it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSend {
    /// What it is known by: the id of the step.
    pub operation: String,
    /// Contact or group.
    pub kind: Kind,
    /// Our record.
    pub id: Uuid,
    /// What it does.
    pub what: What,
    /// What it carries; nothing for a deletion.
    pub image: Option<SendingImage>,
    /// The sealed values in the body.
    pub sealed: BTreeSet<String>,
    /// The body exactly as it will leave.
    pub body: String,
    /// The key that it is sealed with.
    pub key: Option<String>,
    /// The record there that it deletes, or takes the place of.
    pub replaces: Option<ServerId>,
    /// The raw record that is deleted first, until the new one has arrived.
    pub old: Option<String>,
}

/// A request in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// What was to be sent, identical in every retry.
    pub to_send: ToSend,
    /// How far it has come.
    pub state: SendingState,
    /// The id that the server gave.
    pub server: Option<ServerId>,
    /// How often it was tried in vain.
    pub tries: u32,
    /// What was said then.
    pub error: Option<String>,
    /// Not before then.
    pub next_try: Option<Timestamp>,
    /// When it was noted.
    pub begun: Timestamp,
}

/// How the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It has the record under this id.
    Created {
        /// Its id.
        server: ServerId,
        /// The hash of the raw record, if the answer held it whole.
        raw: Option<Hash>,
        /// When the server made it.
        created: Option<Timestamp>,
        /// When the server last changed it.
        modified: Option<Timestamp>,
    },
    /// The record is gone there, or was gone already.
    Deleted,
}

impl ToSend {
    /// The request that a step asks for, with its sealed body (empty for a deletion). `None` for a step that sends
    /// nothing.
    pub fn of(planned: &Planned, body: String, sealed: BTreeSet<String>, key: Option<String>) -> Option<Self> {
        let Step::There(there) = &planned.step else { return None };
        let contact = |image: &Image| Some(SendingImage::Contact(Box::new(image.clone())));
        let (kind, id, what, image, replaces) = match there {
            There::CreateContact { contact: id, image, .. } => {
                (Kind::Contact, id.0, What::Create, contact(image), None)
            }
            There::ReplaceContact { contact: id, server, image, .. } => {
                (Kind::Contact, id.0, What::Replace, contact(image), Some(server))
            }
            There::RecreateContact { contact: id, server, image, .. } => {
                (Kind::Contact, id.0, What::Recreate, contact(image), Some(server))
            }
            There::DeleteContact { contact: id, server } | There::DeleteOldContact { contact: id, server } => {
                (Kind::Contact, id.0, What::Delete, None, Some(server))
            }
            There::CreateGroup { group, image, instead_of, .. } => {
                let what = if instead_of.is_some() { What::Replace } else { What::Create };
                (Kind::Group, group.0, what, Some(SendingImage::Group(image.clone())), instead_of.as_ref())
            }
            There::DeleteGroup { group, server } | There::DeleteOldGroup { group, server } => {
                (Kind::Group, group.0, What::Delete, None, Some(server))
            }
        };
        let (operation, replaces) = (planned.id.to_string(), replaces.cloned());
        Some(Self { operation, kind, id, what, image, sealed, body, key, replaces, old: None })
    }
}

pub(super) fn what_name(what: What) -> &'static str {
    match what {
        What::Create => "create",
        What::Replace => "replace",
        What::Patch => "patch",
        What::Recreate => "recreate",
        What::Delete => "delete",
    }
}

pub(super) fn what_named(name: &str) -> What {
    match name {
        "replace" => What::Replace,
        "patch" => What::Patch,
        "recreate" => What::Recreate,
        "delete" => What::Delete,
        _ => What::Create,
    }
}

pub(super) fn state_named(name: &str) -> SendingState {
    match name {
        "deleting" => SendingState::Deleting,
        "created" => SendingState::Created,
        "dropped" => SendingState::Dropped,
        _ => SendingState::Creating,
    }
}
