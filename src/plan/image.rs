//! The shared image of a record: exactly what its home account holds of it (model.md, "A contact has three parts").

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};

use crate::book::{
    AccountId, Address, Contact, ContactType, Field, Group, GroupId, GroupType, PersonRef, Profile, TypedValue,
    field::label_of_key, group,
};

/// An id that the server gave: of a contact or of a group, never one of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerId(pub String);

/// What kind of record the account holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    /// A CUSTOM contact.
    Custom,
    /// A CLOUD contact of this person; the server's `contactId` is the person's id.
    Cloud(ServerId),
    /// A person of another directory, whom the account cannot hold.
    Elsewhere,
}

impl Holder {
    /// The holder of a CLOUD contact of an account.
    pub fn cloud(account: &AccountId, who: Option<&PersonRef>) -> Self {
        match who {
            Some(who) if who.directory == account.0 => Self::Cloud(ServerId(who.key.clone())),
            _ => Self::Elsewhere,
        }
    }
}

/// A group that a contact is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupRef {
    /// One of the book. What a step sends finds its server id in the links.
    Ours(GroupId),
    /// One of the server that the book does not have yet; a step before makes it.
    Theirs(ServerId),
}

/// The shared part of a contact in the one form in which images are compared: labels, empty values and whatever the
/// account does not hold are gone, so that an image read back from the wire equals the one that was sent. Cloning shares
/// the profile: a plan has each image in several places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Parts")]
pub struct Image {
    holder: Holder,
    #[serde(serialize_with = "shared")]
    profile: Arc<Profile>,
    groups: BTreeSet<GroupRef>,
}

fn shared<S: Serializer>(profile: &Profile, serializer: S) -> Result<S::Ok, S::Error> {
    profile.serialize(serializer)
}

/// An image as stored, perhaps by a version with another list of types.
#[derive(Deserialize)]
struct Parts {
    holder: Holder,
    profile: Profile,
    groups: BTreeSet<GroupRef>,
}

impl From<Parts> for Image {
    fn from(parts: Parts) -> Self {
        Self::of_profile(parts.holder, parts.profile, parts.groups)
    }
}

impl Image {
    /// What an account holds of this profile.
    pub fn new(holder: Holder, profile: &Profile, groups: impl IntoIterator<Item = GroupRef>) -> Self {
        Self::of_profile(holder, profile.clone(), groups)
    }

    /// The same of a profile that is needed for nothing else.
    pub fn of_profile(holder: Holder, profile: Profile, groups: impl IntoIterator<Item = GroupRef>) -> Self {
        let mut shared = Profile {
            phone_numbers: on_the_wire(profile.phone_numbers),
            sip_addresses: on_the_wire(profile.sip_addresses),
            ..Profile::default()
        };
        if holder == Holder::Custom {
            shared.display_name = profile.display_name;
            shared.first_name = profile.first_name;
            shared.last_name = profile.last_name;
            shared.company_name = profile.company_name;
            shared.title = profile.title;
            shared.avatar_url = profile.avatar_url;
            shared.emails = on_the_wire(profile.emails);
            shared.addresses = profile.addresses.into_iter().next().and_then(address_info).into_iter().collect();
        }
        Self { holder, profile: Arc::new(shared), groups: groups.into_iter().collect() }
    }

    /// What the contact's account holds of it, or shall hold.
    pub fn of(contact: &Contact) -> Self {
        let holder = match contact.contact_type {
            ContactType::Custom => Holder::Custom,
            ContactType::Cloud => Holder::cloud(&contact.account, contact.person.as_ref().map(|person| &person.who)),
        };
        Self::new(holder, &contact.profile, contact.groups.iter().copied().map(GroupRef::Ours))
    }

    /// An image with nothing in it.
    pub fn empty(holder: Holder) -> Self {
        Self { holder, profile: Arc::default(), groups: BTreeSet::new() }
    }

    /// Makes the contact's shared part equal to this image and leaves its local part alone: labels of values that stay,
    /// further addresses, everything an account does not hold. `resolve` knows our ids of groups.
    pub fn write_into(&self, contact: &mut Contact, resolve: impl Fn(&GroupRef) -> Option<GroupId>) {
        let profile = &mut contact.profile;
        if self.holder == Holder::Custom {
            for ((_, from), to) in texts(&self.profile).into_iter().zip(texts_mut(profile)) {
                to.clone_from(from);
            }
            write_values(&self.profile.emails, &mut profile.emails);
            write_address(self.profile.addresses.first(), &mut profile.addresses);
        }
        write_values(&self.profile.phone_numbers, &mut profile.phone_numbers);
        write_values(&self.profile.sip_addresses, &mut profile.sip_addresses);
        let wanted: Vec<GroupId> = self.groups.iter().filter_map(resolve).collect();
        contact.groups.retain(|group| wanted.contains(group));
        for group in wanted {
            if !contact.groups.contains(&group) {
                contact.groups.push(group);
            }
        }
    }

    /// What kind of record it is.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The values to seal: nothing in it but what may be sent.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether two images are equal but for their groups.
    pub fn says_the_same(&self, other: &Self) -> bool {
        // Shared profiles are not looked into.
        self.profile == other.profile && self.holder == other.holder
    }

    /// Takes over the profile of an image that says the same, so that the two are known for equal at a glance.
    pub fn share(&mut self, other: &Self) {
        if self.profile == other.profile {
            self.profile = Arc::clone(&other.profile);
        }
    }

    /// The groups it is in.
    pub fn groups(&self) -> &BTreeSet<GroupRef> {
        &self.groups
    }

    /// The same image in other groups.
    #[must_use]
    pub fn in_groups(&self, groups: impl IntoIterator<Item = GroupRef>) -> Self {
        Self { holder: self.holder.clone(), profile: Arc::clone(&self.profile), groups: groups.into_iter().collect() }
    }

    /// What the record is called; empty where no value of it can serve.
    pub fn name(&self) -> String {
        let profile = &self.profile;
        let whole = [profile.first_name.as_str(), profile.last_name.as_str()].join(" ");
        let addresses = lists(profile).into_iter().flat_map(|(_, list)| list).map(|entry| entry.value.as_str());
        [profile.display_name.as_str(), whole.trim(), profile.company_name.as_str()]
            .into_iter()
            .chain(addresses)
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// What people call the fields in which two images differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let mut keys: Vec<&'static str> = Vec::new();
        keys.extend((self.holder != other.holder).then_some("contactType"));
        let pairs = texts(&self.profile).into_iter().zip(texts(&other.profile));
        keys.extend(pairs.filter(|((_, a), (_, b))| a != b).map(|((field, _), _)| field.key()));
        let pairs = lists(&self.profile).into_iter().zip(lists(&other.profile));
        keys.extend(pairs.filter(|((_, a), (_, b))| a != b).map(|((field, _), _)| field.key()));
        keys.extend((self.profile.addresses != other.profile.addresses).then_some(Field::Addresses.key()));
        keys.extend((self.groups != other.groups).then_some("groups"));
        keys
    }

    pub(super) fn parts_mut(&mut self) -> (&mut Holder, &mut Profile, &mut BTreeSet<GroupRef>) {
        (&mut self.holder, Arc::make_mut(&mut self.profile), &mut self.groups)
    }
}

/// The shared part of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupImage {
    /// Its name, trimmed; empty where it cannot be read.
    pub name: String,
    /// NORMAL or EXTERNAL.
    pub group_type: GroupType,
}

impl GroupImage {
    /// An image of this name.
    pub fn new(name: &str, group_type: GroupType) -> Self {
        Self { name: name.trim().to_owned(), group_type }
    }

    /// What the group's account holds of it.
    pub fn of(group: &Group) -> Self {
        Self::new(&group.name, group.group_type)
    }

    /// Whether it is an account's default group.
    pub fn is_default(&self) -> bool {
        self.folded() == Group::folded(group::OTHER_CONTACTS)
    }

    pub(super) fn folded(&self) -> String {
        Group::folded(&self.name)
    }
}

pub(super) fn texts(profile: &Profile) -> [(Field, &String); 6] {
    [
        (Field::DisplayName, &profile.display_name),
        (Field::FirstName, &profile.first_name),
        (Field::LastName, &profile.last_name),
        (Field::CompanyName, &profile.company_name),
        (Field::Title, &profile.title),
        (Field::AvatarUrl, &profile.avatar_url),
    ]
}

pub(super) fn texts_mut(profile: &mut Profile) -> [&mut String; 6] {
    [
        &mut profile.display_name,
        &mut profile.first_name,
        &mut profile.last_name,
        &mut profile.company_name,
        &mut profile.title,
        &mut profile.avatar_url,
    ]
}

pub(super) fn lists(profile: &Profile) -> [(Field, &Vec<TypedValue>); 3] {
    [
        (Field::Emails, &profile.emails),
        (Field::PhoneNumbers, &profile.phone_numbers),
        (Field::SipAddresses, &profile.sip_addresses),
    ]
}

pub(super) fn lists_mut(profile: &mut Profile) -> [&mut Vec<TypedValue>; 3] {
    [&mut profile.emails, &mut profile.phone_numbers, &mut profile.sip_addresses]
}

/// What people call a field, within a sentence.
pub(super) fn label(key: &str) -> String {
    let label = if key == "contactType" { "type" } else { label_of_key(key) };
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(_), Some(second)) if second.is_uppercase() => label.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(label.chars().skip(1)).collect(),
        _ => String::new(),
    }
}

fn on_the_wire(mut values: Vec<TypedValue>) -> Vec<TypedValue> {
    values.retain(|value| !value.value.is_empty());
    for value in &mut values {
        value.label.clear();
        if !TypedValue::TYPES.contains(&value.kind.as_str()) {
            value.kind = wire_kind(&value.kind).to_owned();
        }
    }
    values
}

fn wire_kind(kind: &str) -> &'static str {
    TypedValue::TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(kind)).unwrap_or("other")
}

fn is_same(here: &TypedValue, there: &TypedValue) -> bool {
    here.value == there.value && here.primary == there.primary && is_alike(here, there)
}

fn is_alike(here: &TypedValue, there: &TypedValue) -> bool {
    here.value == there.value && wire_kind(&here.kind) == there.kind
}

fn address_info(address: Address) -> Option<Address> {
    let Address { street, city, state, zip_code, country, .. } = address;
    let is_empty = [&street, &city, &state, &zip_code, &country].into_iter().all(String::is_empty);
    (!is_empty).then(|| Address { street, city, state, zip_code, country, ..Address::default() })
}

fn write_values(wanted: &[TypedValue], values: &mut Vec<TypedValue>) {
    let mut here = std::mem::take(values);
    for entry in wanted {
        let same = here.iter().position(|value| is_same(value, entry));
        let alike = same.or_else(|| here.iter().position(|value| is_alike(value, entry)));
        values.push(match alike {
            Some(at) => TypedValue { primary: entry.primary, ..here.remove(at) },
            None => entry.clone(),
        });
    }
}

/// The account's address takes the first place; what it cannot hold of the first one, and all others, stay behind it.
fn write_address(wanted: Option<&Address>, addresses: &mut Vec<Address>) {
    if addresses.first().cloned().and_then(address_info).as_ref() == wanted {
        return;
    }
    if addresses.is_empty() {
        addresses.extend(wanted.cloned());
        return;
    }
    let empty = Address::default();
    let wanted = wanted.unwrap_or(&empty);
    let first = &mut addresses[0];
    first.street.clone_from(&wanted.street);
    first.city.clone_from(&wanted.city);
    first.state.clone_from(&wanted.state);
    first.zip_code.clone_from(&wanted.zip_code);
    first.country.clone_from(&wanted.country);
    // With others behind it an empty one keeps the place, or the next would be sent in its stead.
    if addresses.len() == 1 && addresses[0].is_empty() {
        addresses.clear();
    }
}
