//! What a plan is made of: what was agreed, what is here, what is there.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::image::{GroupImage, Holder, Image, ServerId};
use crate::book::{Contact, ContactId, Group, GroupId, Timestamp, name::shown_name};

/// A record of ours and the record of the server that is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link<I, M> {
    /// Our id.
    pub id: I,
    /// The server's id of the current version.
    pub server: ServerId,
    /// The server's ids of older versions and of late twins, which are still to be deleted there.
    #[serde(default)]
    pub superseded: Vec<ServerId>,
    /// The last image that both sides agreed on. Its groups are all ours.
    pub image: M,
    /// When the server said for the first time that it has this version: its answer to our request, or the first pull
    /// that had it.
    pub confirmed: Timestamp,
}

/// The link of a contact.
pub type ContactLink = Link<ContactId, Image>;
/// The link of a group.
pub type GroupLink = Link<GroupId, GroupImage>;

/// A body that was sent, or that lies ready to be sent, from the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent<I, M> {
    /// Whose body it is.
    pub id: I,
    /// The sealed values in it, by which the record is recognised on the server.
    pub sealed: BTreeSet<String>,
    /// The image that it carries.
    pub image: M,
    /// The version it shall take the place of.
    #[serde(default)]
    pub replaces: Option<ServerId>,
    /// Whether its answer is still missing. An answered one is kept for the twins that may come late.
    pub open: bool,
    /// Whether the old version under the same id is gone by our hand, so that what is there now was made since, by us or others.
    #[serde(default)]
    pub cleared: bool,
}

/// A contact that was sent.
pub type SentContact = Sent<ContactId, Image>;

impl SentContact {
    /// The person of an unanswered CLOUD contact without anything sealed, by whom alone it can be known.
    pub(super) fn bare_person(&self) -> Option<&ServerId> {
        match self.image.holder() {
            Holder::Cloud(person) if self.open && self.sealed.is_empty() => Some(person),
            _ => None,
        }
    }
}

/// What both sides agreed on, and what is on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Base {
    /// The contacts that both sides have.
    pub contacts: Vec<ContactLink>,
    /// The groups that both sides have.
    pub groups: Vec<GroupLink>,
    /// Contacts that were sent.
    pub sent_contacts: Vec<Sent<ContactId, Image>>,
    /// Groups that were sent.
    pub sent_groups: Vec<Sent<GroupId, GroupImage>>,
    /// Records of the server whose deletion is on its way, or was given up on its way: when they are gone, it was we.
    pub deleting: HashSet<ServerId>,
    /// Pairs of equals of which the user said that they are two.
    pub apart: Vec<(ContactId, ServerId)>,
}

/// A contact of the account in this book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalContact {
    /// Our id.
    pub id: ContactId,
    /// Its name as people see it.
    pub name: String,
    /// Its shared part.
    pub image: Image,
    /// Whether it lies in the trash.
    pub trashed: bool,
}

impl LocalContact {
    /// A contact as the plan sees it.
    pub fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id,
            name: shown_name(contact),
            image: Image::of(contact),
            trashed: contact.trashed.is_some(),
        }
    }
}

/// A group of the account in this book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalGroup {
    /// Our id.
    pub id: GroupId,
    /// Its shared part.
    pub image: GroupImage,
}

impl LocalGroup {
    /// A group as the plan sees it.
    pub fn of(group: &Group) -> Self {
        Self { id: group.id, image: GroupImage::of(group) }
    }
}

/// The account in this book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// Its contacts, those in the trash too.
    pub contacts: Vec<LocalContact>,
    /// Its groups.
    pub groups: Vec<LocalGroup>,
}

/// A record of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteRecord<M> {
    /// The server's id.
    pub server: ServerId,
    /// Its name as people see it, where the image has none: that of a CLOUD contact, from the directory.
    pub name: String,
    /// Its shared part, as far as it can be read. The groups of a contact are all theirs.
    pub image: M,
    /// Its sealed values as they are on the wire.
    pub sealed: BTreeSet<String>,
    /// Whether any sealed value of it could not be opened.
    pub unreadable: bool,
    /// The key it is sealed with, for its next version.
    pub key: Option<String>,
    /// When the server made it.
    pub created: Option<Timestamp>,
    /// When the server last changed it.
    pub modified: Option<Timestamp>,
}

/// A contact of the server.
pub type RemoteContact = RemoteRecord<Image>;
/// A group of the server.
pub type RemoteGroup = RemoteRecord<GroupImage>;

impl<M> RemoteRecord<M> {
    /// A readable record about which nothing else is known.
    pub fn new(server: ServerId, image: M) -> Self {
        Self {
            server,
            name: String::new(),
            image,
            sealed: BTreeSet::new(),
            unreadable: false,
            key: None,
            created: None,
            modified: None,
        }
    }

    /// From the oldest to the newest, then by id.
    pub(super) fn age(&self) -> (Option<Timestamp>, &ServerId) {
        (self.created, &self.server)
    }
}

/// One answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its contacts.
    pub contacts: Vec<RemoteContact>,
    /// Its groups.
    pub groups: Vec<RemoteGroup>,
    /// Whether both lists were there and nothing hints at more.
    pub complete: bool,
}

/// What the model leaves to numbers, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Now.
    pub now: Timestamp,
    /// For so many milliseconds after its confirmation an absence is no deletion.
    pub fresh: i64,
    /// More deletions than this stop a plan.
    pub deletions: usize,
    /// From so many deletions on, one more than a tenth of the book stops a plan.
    pub least: usize,
}

impl Rules {
    /// The rules of the model.
    pub fn at(now: Timestamp) -> Self {
        Self { now, fresh: 10 * 60 * 1000, deletions: 10, least: 3 }
    }

    pub(super) fn is_fresh(&self, confirmed: Timestamp) -> bool {
        self.now.0.saturating_sub(confirmed.0) < self.fresh
    }
}
