//! The list: fetched sealed, opened with the keys that it names.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::json;

use super::{
    opened::Keyring,
    remote::{Kind, RemoteContact, RemoteGroup, Resolved, sha256},
};
use crate::{
    book::{Group, Profile, Timestamp},
    webex::{KmsError, WebexError, directory::Looked, kms::KeyUri, wire},
};

/// By the ids of contacts the hashes of their texts, as far as it is known what these say.
pub type Known = HashMap<String, [u8; 32]>;

/// The answer of the service, still sealed.
#[derive(Clone, Debug)]
pub struct Ciphertext {
    body: Arc<Vec<u8>>,
    paged: bool,
}

/// All contacts and groups, opened.
#[derive(Debug)]
pub struct Listing {
    /// The contacts in the order of the server.
    pub contacts: Vec<RemoteContact>,
    /// The groups in the order of the server.
    pub groups: Vec<RemoteGroup>,
    /// Whether this is all there is. Where it is not, that something is absent means nothing.
    pub complete: bool,
    /// The keys that could not be had, and why.
    pub missing_keys: Vec<(String, WebexError)>,
}

impl Ciphertext {
    /// Of a body; `paged` if a header speaks of a next page.
    pub fn new(body: Vec<u8>, paged: bool) -> Self {
        Self { body: Arc::new(body), paged }
    }

    /// SHA-256 of the body: whether the list is still what it was.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.body)
    }

    /// Reads the body, still sealed.
    ///
    /// # Errors
    /// It is no JSON object.
    pub fn read(&self) -> Result<Sealed<'_>, WebexError> {
        Ok(Sealed { list: wire::List::read(&self.body)?, from: self, known: HashMap::new() })
    }
}

/// The list in the shape of the wire.
#[derive(Debug)]
pub struct Sealed<'a> {
    list: wire::List<'a>,
    from: &'a Ciphertext,
    /// The places of the contacts that are left sealed, with the hashes of their texts.
    known: HashMap<usize, [u8; 32]>,
}

impl Sealed<'_> {
    /// Contacts whose text is known are left sealed from now on, and no key is asked for on their account.
    pub fn leave(&mut self, known: &Known) {
        let hash_if_known = |record: &wire::Record<'_, wire::Contact<'_>>| {
            let contact = record.is.as_ref()?;
            let hash = known.get(contact.contact_id.text())?;
            (*hash == sha256(record.raw.as_bytes())).then_some(*hash)
        };
        let contacts = self.list.contacts.iter().flatten().enumerate();
        self.known = contacts.filter_map(|(place, record)| Some((place, hash_if_known(record)?))).collect();
    }

    /// The distinct keys of the contacts that are to be opened and of the groups, in the order in which they occur, and what is
    /// named as a key and is none.
    pub fn keys(&self) -> (Vec<KeyUri>, Vec<String>) {
        let contacts = self.list.contacts.iter().flatten().enumerate();
        let to_open = contacts.filter(|(place, _)| !self.known.contains_key(place));
        let contacts = to_open.filter_map(|(_, record)| record.is.as_ref());
        let keys = contacts.map(|contact| contact.encryption_key_url.text()).filter(|key| !key.is_empty());
        distinct(keys.chain(self.list.group_keys()))
    }

    /// The same of the groups alone.
    pub(super) fn group_keys(&self) -> (Vec<KeyUri>, Vec<String>) {
        distinct(self.list.group_keys())
    }

    /// The ids of the CLOUD contacts.
    pub fn people(&self) -> Vec<&str> {
        let contacts = self.list.contacts.iter().flatten().filter_map(|record| record.is.as_ref());
        let cloud = contacts.filter(|contact| contact.contact_type.text() == "CLOUD");
        cloud.map(|contact| contact.contact_id.text()).filter(|id| !id.is_empty()).collect()
    }

    /// How many contacts and groups there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.list.contacts.as_ref().map_or(0, Vec::len), self.list.groups.as_ref().map_or(0, Vec::len))
    }

    /// Whether this is all there is.
    pub fn is_complete(&self) -> bool {
        !self.list.doubtful && !self.from.paged
    }

    /// The contacts, opened one after the other.
    pub fn contacts(&self, ring: &Keyring) -> impl Iterator<Item = RemoteContact> {
        let contacts = self.list.contacts.iter().flatten().enumerate();
        contacts
            .map(|(place, record)| RemoteContact::open(record, ring, &self.from.body, self.known.get(&place).copied()))
    }

    /// The groups, opened one after the other.
    pub fn groups(&self, ring: &Keyring) -> impl Iterator<Item = RemoteGroup> {
        self.list.groups.iter().flatten().map(|record| RemoteGroup::open(record, ring, &self.from.body))
    }

    /// The groups alone.
    pub(super) fn open_groups(&self, ring: Keyring) -> Listing {
        Listing {
            contacts: Vec::new(),
            groups: self.groups(&ring).collect(),
            complete: self.is_complete(),
            missing_keys: ring.into_missing(),
        }
    }

    /// Everything at once.
    pub fn open(&self, ring: Keyring) -> Listing {
        let mut contacts = Vec::with_capacity(self.counts().0);
        contacts.extend(self.contacts(&ring));
        Listing {
            contacts,
            groups: self.groups(&ring).collect(),
            complete: self.is_complete(),
            missing_keys: ring.into_missing(),
        }
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> (Vec<KeyUri>, Vec<String>) {
    let (mut keys, mut nonsense, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut last = "";
    for name in names {
        // Most records share one key with the one before.
        if name != last && seen.insert(name) {
            match name.parse() {
                Ok(key) => keys.push(key),
                Err(_) => nonsense.push(name.to_owned()),
            }
        }
        last = name;
    }
    (keys, nonsense)
}

/// Where not one key came, and not because the KMS has something against each of them, nothing was listed at all.
///
/// # Errors
/// The reason that came first.
pub(super) fn check_keys(ring: &Keyring) -> Result<(), WebexError> {
    let item_by_item = |error: &WebexError| {
        matches!(
            error,
            WebexError::Kms(KmsError::Refused { .. } | KmsError::MasterKeyRevoked | KmsError::Unreadable(_))
        )
    };
    let reason = ring.missing().iter().map(|(_, error)| error).find(|error| !item_by_item(error));
    reason.filter(|_| ring.is_empty()).map_or(Ok(()), |error| Err(error.clone()))
}

impl Listing {
    /// The group that other clients put a contact into that was given none: the oldest `Other contacts`; twins occur
    /// (specification section 14).
    pub fn default_group(&self) -> Option<&RemoteGroup> {
        let usable = || self.groups.iter().filter(|group| !group.id.is_empty());
        let age = |group: &&RemoteGroup| {
            let created = group.created.as_deref().and_then(Timestamp::parse);
            (created.is_none(), created)
        };
        usable().filter(|group| group.is_called_default()).min_by_key(age)
    }

    /// The group of this name, compared without case and outer white space.
    pub fn group_named(&self, name: &str) -> Option<&RemoteGroup> {
        let folded = Group::folded(name);
        self.groups.iter().find(|group| group.readable_name().is_some_and(|other| Group::folded(other) == folded))
    }

    /// People of the directory as the CLOUD contacts that they would be; without a profile they are unknown there.
    ///
    /// # Errors
    /// Never: the list is of our own making.
    pub fn of_people(people: Vec<(String, Option<Profile>)>) -> Result<Self, WebexError> {
        let bare = people.iter().map(|(id, _)| json!({"contactId": id, "contactType": "CLOUD"}));
        let bare: Vec<_> = bare.collect();
        let list = Ciphertext::new(json!({"contacts": bare, "groups": []}).to_string().into_bytes(), false);
        let mut listing = list.read()?.open(Keyring::default());
        for (contact, (_, profile)) in listing.contacts.iter_mut().zip(people) {
            contact.person = Some(profile.map_or(Resolved::Unknown, |profile| Resolved::Person(Box::new(profile))));
        }
        Ok(listing)
    }

    /// Writes into the CLOUD contacts what the directory says of them.
    pub fn resolve(&mut self, looked: &Looked) {
        self.contacts.iter_mut().for_each(|contact| contact.resolve(looked));
    }

    /// The ids of the CLOUD contacts.
    pub fn people(&self) -> Vec<String> {
        let cloud = self.contacts.iter().filter(|contact| contact.kind == Kind::Cloud && !contact.id.is_empty());
        cloud.map(|contact| contact.id.clone()).collect()
    }
}
