//! Contacts and groups as the service has them, opened.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};

use super::opened::{Fields, Keyring, Opener};
use crate::{
    book::{GroupType, OTHER_CONTACTS, Profile},
    webex::{
        seal::Opened,
        wire::{self, Record},
    },
};

/// The place of a record that is no object at all.
const EVERYTHING: &str = "*";

/// What a contact is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made by the user.
    Custom,
    /// A person of the directory.
    Cloud,
    /// What nobody knows yet; empty where nothing is said. It is shown, and left alone.
    Other(String),
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// The text of a record as it came, with what this version does not know. It keeps the whole answer in memory.
#[derive(Clone, Debug)]
pub struct Raw {
    body: Arc<Vec<u8>>,
    start: usize,
    end: usize,
    hash: OnceLock<[u8; 32]>,
}

impl Raw {
    /// A part of a body, from which `part` was borrowed.
    pub(super) fn part(body: &Arc<Vec<u8>>, part: &str) -> Self {
        let start = part.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
        let end = start.wrapping_add(part.len());
        debug_assert!(start <= end && end <= body.len(), "the part was borrowed from the body");
        Self { body: Arc::clone(body), start, end, hash: OnceLock::new() }
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        let bytes = self.body.get(self.start..self.end).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// SHA-256 of the text: whether a record is still what it was.
    pub fn hash(&self) -> [u8; 32] {
        *self.hash.get_or_init(|| sha256(self.text().as_bytes()))
    }
}

/// What the directory says of a CLOUD contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// The person.
    Person(Box<Profile>),
    /// Nobody of that id, or nobody whom this account may see.
    Unknown,
}

/// A contact of the service.
#[derive(Clone, Debug)]
pub struct RemoteContact {
    /// The service's id, for CLOUD the person's; empty where there is none.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its own fields, opened; for CLOUD the user's additions.
    pub fields: Fields,
    /// Whether what is sealed in them was left so, and stands there as absent: its text is known.
    pub left_sealed: bool,
    /// The ids of its groups; some may lead nowhere.
    pub groups: Vec<String>,
    /// The name of its key, as it is written.
    pub key: Option<String>,
    /// What cannot be read, by place: `displayName`, `emails[0].value`; `*` for the whole. Such a contact is never written.
    pub unreadable: Vec<String>,
    /// What the directory says; none where it was not asked.
    pub person: Option<Resolved>,
    /// When it was made, as it is written.
    pub created: Option<String>,
    /// When it was last changed, as it is written.
    pub last_modified: Option<String>,
    /// The text it came from.
    pub raw: Raw,
}

impl RemoteContact {
    /// Opens a record of a body, or leaves sealed what is sealed in it: where the hash of its text is `known`.
    pub(super) fn open(
        record: &Record<'_, wire::Contact<'_>>,
        ring: &Keyring,
        body: &Arc<Vec<u8>>,
        known: Option<[u8; 32]>,
    ) -> Self {
        let left_sealed = known.is_some();
        let nothing = wire::Contact::default();
        let contact = record.is.as_ref().unwrap_or(&nothing);
        let mut opener = Opener::new(ring, &contact.encryption_key_url);
        if record.is.is_none() {
            opener.unreadable.push(EVERYTHING.to_owned());
        }
        let kind = match opener.clear(&contact.contact_type, || "contactType".to_owned()).as_deref() {
            Some("CUSTOM") => Kind::Custom,
            Some("CLOUD") => Kind::Cloud,
            other => Kind::Other(other.unwrap_or_default().to_owned()),
        };
        let id = opener.clear(&contact.contact_id, || "contactId".to_owned()).unwrap_or_default();
        // A CLOUD contact without an id is nobody (specification section 8.9).
        if id.is_empty() && record.is.is_some() && !contact.contact_id.is_wrong() {
            opener.unreadable.push("contactId".to_owned());
        }
        let fields = if left_sealed { opener.fields_in_clear(contact) } else { opener.fields(contact) };
        let groups = opener.ids(&contact.groups, "groups");
        let time = |text: &wire::Text<'_>| text.get().map(|text| text.clone().into_owned());
        let meta = contact.meta.get();
        Self {
            id,
            kind,
            fields,
            left_sealed,
            groups,
            key: time(&contact.encryption_key_url),
            unreadable: opener.unreadable,
            person: None,
            created: meta.and_then(|meta| time(&meta.created)),
            last_modified: meta.and_then(|meta| time(&meta.last_modified)),
            raw: Raw { hash: known.map(OnceLock::from).unwrap_or_default(), ..Raw::part(body, record.raw) },
        }
    }

    /// Its own fields in the words of the book; for CLOUD the user's additions, the person is apart.
    pub fn profile(&self) -> Profile {
        self.fields.profile()
    }
}

/// A group of the service.
#[derive(Clone, Debug)]
pub struct RemoteGroup {
    /// The service's id; empty where there is none.
    pub id: String,
    /// Its name.
    pub name: Opened,
    /// Its type; an unknown one counts as NORMAL.
    pub kind: GroupType,
    /// The ids of its contacts.
    pub members: Vec<String>,
    /// The name of its key, as it is written.
    pub key: Option<String>,
    /// What cannot be read, by place.
    pub unreadable: Vec<String>,
    /// When it was made, as it is written.
    pub created: Option<String>,
    /// When it was last changed, as it is written.
    pub last_modified: Option<String>,
    /// The text it came from.
    pub raw: Raw,
}

impl RemoteGroup {
    /// Opens a record of a body.
    pub(super) fn open(record: &Record<'_, wire::Group<'_>>, ring: &Keyring, body: &Arc<Vec<u8>>) -> Self {
        let nothing = wire::Group::default();
        let group = record.is.as_ref().unwrap_or(&nothing);
        let mut opener = Opener::new(ring, &group.encryption_key_url);
        if record.is.is_none() {
            opener.unreadable.push(EVERYTHING.to_owned());
        }
        let id = opener.clear(&group.group_id, || "groupId".to_owned()).unwrap_or_default();
        let kind = opener.clear(&group.group_type, || "groupType".to_owned());
        let name = opener.sealed(&group.display_name, || "displayName".to_owned());
        let members = opener.ids(&group.members, "members");
        let time = |text: &wire::Text<'_>| text.get().map(|text| text.clone().into_owned());
        let meta = group.meta.get();
        Self {
            id,
            name,
            kind: if kind.as_deref() == Some("EXTERNAL") { GroupType::External } else { GroupType::Normal },
            members,
            key: time(&group.encryption_key_url),
            unreadable: opener.unreadable,
            created: meta.and_then(|meta| time(&meta.created)),
            last_modified: meta.and_then(|meta| time(&meta.last_modified)),
            raw: Raw::part(body, record.raw),
        }
    }

    /// The name, where it can be read.
    pub fn readable_name(&self) -> Option<&str> {
        if let Opened::Text(name) = &self.name { Some(name) } else { None }
    }

    /// Whether it is called as other clients call the default group.
    pub(super) fn is_called_default(&self) -> bool {
        self.readable_name() == Some(OTHER_CONTACTS)
    }
}
