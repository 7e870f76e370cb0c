//! The sealed fields of a contact, opened one by one: what cannot be read is marked with its place and harms no other.

use std::{borrow::Cow, collections::HashMap};

use crate::{
    book::{Address, Profile, TypedValue},
    webex::{
        KmsError, WebexError,
        jose::ContentKey,
        kms::KeyUri,
        seal::{self, Opened},
        wire::{self, Member, Text, typed_value},
    },
};

/// The keys of a list, by the names that its records use.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: HashMap<String, ContentKey>,
    missing: Vec<(String, WebexError)>,
}

impl Keyring {
    /// Of what the KMS answered.
    pub fn new(answered: HashMap<KeyUri, Result<ContentKey, WebexError>>) -> Self {
        let mut ring = Self::default();
        for (uri, answer) in answered {
            match answer {
                Ok(key) => drop(ring.keys.insert(uri.to_string(), key)),
                Err(error) => ring.missing.push((uri.to_string(), error)),
            }
        }
        ring
    }

    /// Notes names that are none of a key: nothing is ever fetched from there.
    pub(super) fn note_nonsense(&mut self, names: Vec<String>) {
        let nonsense = || WebexError::Kms(KmsError::Unreadable("a record names no key of a key server".to_owned()));
        self.missing.extend(names.into_iter().map(|name| (name, nonsense())));
    }

    /// The key of this name.
    pub fn get(&self, name: &str) -> Option<&ContentKey> {
        self.keys.get(name)
    }

    /// The keys that could not be had, and why.
    pub fn missing(&self) -> &[(String, WebexError)] {
        &self.missing
    }

    /// Whether there is a single key.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn into_missing(self) -> Vec<(String, WebexError)> {
        self.missing
    }
}

/// An entry of `emails`, `phoneNumbers` or `sipAddresses`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedValue {
    /// A word of any kind.
    pub kind: Option<String>,
    /// The value.
    pub value: Opened,
    /// Whether it is the preferred one, if it says so.
    pub primary: Option<bool>,
}

/// A list of values; none where there is no such member. An entry that is no object is none as well.
pub type OpenedValues = Option<Vec<Option<OpenedValue>>>;

/// What a contact says of itself, opened (specification section 8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The name as shown.
    pub display_name: Opened,
    /// Given name.
    pub first_name: Opened,
    /// Family name.
    pub last_name: Opened,
    /// Company.
    pub company_name: Opened,
    /// Job title.
    pub title: Opened,
    /// Where a picture lives.
    pub avatar_url: Opened,
    /// The postal address by the names of its members, those that nobody knows included.
    pub address: Option<Vec<(String, Opened)>>,
    /// E-mail addresses.
    pub emails: OpenedValues,
    /// Phone numbers.
    pub phone_numbers: OpenedValues,
    /// SIP addresses.
    pub sip_addresses: OpenedValues,
    /// In clear.
    pub primary_contact_method: Option<String>,
}

impl Fields {
    /// The same in the words of the book: empty values are absent values, what cannot be read is left out.
    pub fn profile(&self) -> Profile {
        let text = |field: &Opened| if let Opened::Text(text) = field { text.clone() } else { String::new() };
        Profile {
            display_name: text(&self.display_name),
            first_name: text(&self.first_name),
            last_name: text(&self.last_name),
            title: text(&self.title),
            company_name: text(&self.company_name),
            emails: typed_values(&self.emails),
            phone_numbers: typed_values(&self.phone_numbers),
            sip_addresses: typed_values(&self.sip_addresses),
            addresses: self.postal_address().into_iter().collect(),
            avatar_url: text(&self.avatar_url),
            primary_contact_method: self.primary_contact_method.clone().unwrap_or_default(),
            ..Profile::default()
        }
    }

    fn postal_address(&self) -> Option<Address> {
        let mut address = Address::default();
        for (name, member) in self.address.as_ref()? {
            let place = match name.as_str() {
                "street" => &mut address.street,
                "city" => &mut address.city,
                "state" => &mut address.state,
                "zipCode" => &mut address.zip_code,
                "country" => &mut address.country,
                _ => continue,
            };
            if let Opened::Text(text) = member {
                place.clone_from(text);
            }
        }
        (!address.is_empty()).then_some(address)
    }
}

fn typed_values(values: &OpenedValues) -> Vec<TypedValue> {
    let known = values.iter().flatten().flatten();
    known
        .filter_map(|entry| match &entry.value {
            Opened::Text(value) if !value.is_empty() => {
                Some(typed_value(entry.kind.as_deref().unwrap_or_default(), value, entry.primary == Some(true)))
            }
            _ => None,
        })
        .collect()
}

/// Opens the fields of one record and notes what cannot be read.
pub(super) struct Opener<'k> {
    ring: &'k Keyring,
    key: Option<&'k ContentKey>,
    /// The places of what could not be read.
    pub unreadable: Vec<String>,
}

impl<'k> Opener<'k> {
    /// For a record that names this key.
    pub fn new(ring: &'k Keyring, key: &Text<'_>) -> Self {
        let unreadable = if key.is_wrong() { vec!["encryptionKeyUrl".to_owned()] } else { Vec::new() };
        Self { ring, key: ring.get(key.text()), unreadable }
    }

    /// A sealed text.
    pub fn sealed(&mut self, field: &Text<'_>, place: impl FnOnce() -> String) -> Opened {
        let opened = match field {
            Member::Absent => return Opened::Absent,
            Member::Wrong => Opened::Unreadable,
            Member::Is(sealed) => match seal::open(Some(sealed), self.key) {
                Opened::Unreadable => self.with_named_key(sealed),
                opened => opened,
            },
        };
        if opened == Opened::Unreadable {
            self.unreadable.push(place());
        }
        opened
    }

    /// A field may name another key than its record does (specification section 7).
    fn with_named_key(&self, sealed: &str) -> Opened {
        let named = seal::named_key(sealed).and_then(|name| self.ring.get(name.as_str()));
        named.map_or(Opened::Unreadable, |key| seal::open(Some(sealed), Some(key)))
    }

    /// A text in clear.
    pub fn clear(&mut self, field: &Text<'_>, place: impl FnOnce() -> String) -> Option<String> {
        self.noted(field, place).map(|text| text.clone().into_owned())
    }

    fn noted<'m, T>(&mut self, member: &'m Member<T>, place: impl FnOnce() -> String) -> Option<&'m T> {
        if member.is_wrong() {
            self.unreadable.push(place());
        }
        member.get()
    }

    /// A list of ids; the empty ones are left out.
    pub fn ids(&mut self, ids: &Member<Vec<Text<'_>>>, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (number, id) in self.noted(ids, || name.to_owned()).into_iter().flatten().enumerate() {
            found.extend(self.clear(id, || format!("{name}[{number}]")).filter(|id| !id.is_empty()));
        }
        found
    }

    fn values(&mut self, values: &Member<Vec<Member<wire::Entry<'_>>>>, name: &str) -> OpenedValues {
        let entries = match values {
            Member::Absent => return None,
            // There is something, and nobody knows what.
            Member::Wrong => &Vec::new(),
            Member::Is(entries) => entries,
        };
        self.noted(values, || name.to_owned());
        let mut opened = Vec::with_capacity(entries.len());
        for (number, entry) in entries.iter().enumerate() {
            let place = |member: &str| format!("{name}[{number}]{member}");
            if matches!(entry, Member::Absent) {
                self.unreadable.push(place(""));
            }
            opened.push(self.noted(entry, || place("")).map(|entry| OpenedValue {
                kind: self.clear(&entry.kind, || place(".type")),
                value: self.sealed(&entry.value, || place(".value")),
                primary: self.noted(&entry.primary, || place(".primary")).copied(),
            }));
        }
        Some(opened)
    }

    /// The fields of a contact that are not sealed.
    pub fn fields_in_clear(&mut self, contact: &wire::Contact<'_>) -> Fields {
        Fields {
            display_name: Opened::Absent,
            first_name: Opened::Absent,
            last_name: Opened::Absent,
            company_name: Opened::Absent,
            title: Opened::Absent,
            avatar_url: Opened::Absent,
            address: None,
            emails: None,
            phone_numbers: None,
            sip_addresses: None,
            primary_contact_method: self.clear(&contact.primary_contact_method, || "primaryContactMethod".to_owned()),
        }
    }

    /// All fields of a contact.
    pub fn fields(&mut self, contact: &wire::Contact<'_>) -> Fields {
        let address = self.noted(&contact.address_info, || "addressInfo".to_owned()).map(|members| {
            let open = |(name, value): &(Cow<'_, str>, Text<'_>)| {
                (name.clone().into_owned(), self.sealed(value, || format!("addressInfo.{name}")))
            };
            members.0.iter().map(open).collect()
        });
        let mut text = |field: &Text<'_>, name: &str| self.sealed(field, || name.to_owned());
        Fields {
            display_name: text(&contact.display_name, "displayName"),
            first_name: text(&contact.first_name, "firstName"),
            last_name: text(&contact.last_name, "lastName"),
            company_name: text(&contact.company_name, "companyName"),
            title: text(&contact.title, "title"),
            avatar_url: text(&contact.avatar_url, "avatarURL"),
            address,
            emails: self.values(&contact.emails, "emails"),
            phone_numbers: self.values(&contact.phone_numbers, "phoneNumbers"),
            sip_addresses: self.values(&contact.sip_addresses, "sipAddresses"),
            primary_contact_method: self.clear(&contact.primary_contact_method, || "primaryContactMethod".to_owned()),
        }
    }
}
