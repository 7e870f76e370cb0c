//! Contacts and groups as the SDK's objects: every member as it came, the sealed ones opened, a CLOUD contact with its
//! person. What cannot be read is `null` and named in `unreadable`, a member of our own.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

use super::{
    opened::{OpenedValue, OpenedValues},
    remote::{Kind, RemoteContact, RemoteGroup, Resolved},
};
use crate::{
    book::{Address, Profile, TypedValue},
    webex::seal::Opened,
};

impl Serialize for RemoteContact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let person = match &self.person {
            Some(Resolved::Person(profile)) => Some(&**profile),
            _ => None,
        };
        let fields = &self.fields;
        let mut map = serializer.serialize_map(None)?;
        for (name, raw) in members(self.raw.text()) {
            if person.is_some() && FROM_PERSON.contains(&&*name) {
                continue;
            }
            match &*name {
                "displayName" => map.serialize_entry(&name, &Shown(&fields.display_name))?,
                "firstName" => map.serialize_entry(&name, &Shown(&fields.first_name))?,
                "lastName" => map.serialize_entry(&name, &Shown(&fields.last_name))?,
                "companyName" => map.serialize_entry(&name, &Shown(&fields.company_name))?,
                "title" => map.serialize_entry(&name, &Shown(&fields.title))?,
                "avatarURL" => map.serialize_entry(&name, &Shown(&fields.avatar_url))?,
                "addressInfo" => map.serialize_entry(&name, &ShownAddress(fields.address.as_deref()))?,
                "emails" => map.serialize_entry(&name, &ShownValues(&[], &fields.emails))?,
                "phoneNumbers" => map.serialize_entry(&name, &ShownValues(&[], &fields.phone_numbers))?,
                "sipAddresses" => map.serialize_entry(&name, &ShownValues(&[], &fields.sip_addresses))?,
                // Of our own; the service has nothing to say there.
                "unreadable" | "resolved" => {}
                _ => map.serialize_entry(&name, raw)?,
            }
        }
        if let Some(person) = person {
            self.serialize_person(person, &mut map)?;
        }
        if self.kind == Kind::Cloud {
            map.serialize_entry("resolved", &person.is_some())?;
        }
        if !self.unreadable.is_empty() {
            map.serialize_entry("unreadable", &self.unreadable)?;
        }
        map.end()
    }
}

/// What comes from the person where there is one (specification section 9.2).
const FROM_PERSON: [&str; 12] = [
    "displayName",
    "firstName",
    "lastName",
    "companyName",
    "title",
    "department",
    "manager",
    "avatarURL",
    "addressInfo",
    "emails",
    "phoneNumbers",
    "sipAddresses",
];

impl RemoteContact {
    /// The person's fields, and where they have none the user's; the user's values after the person's.
    fn serialize_person<M: SerializeMap>(&self, person: &Profile, map: &mut M) -> Result<(), M::Error> {
        let fields = &self.fields;
        for (name, theirs, own) in [
            ("displayName", &person.display_name, &fields.display_name),
            ("firstName", &person.first_name, &fields.first_name),
            ("lastName", &person.last_name, &fields.last_name),
            ("companyName", &person.company_name, &fields.company_name),
            ("title", &person.title, &fields.title),
            ("department", &person.department, &Opened::Absent),
            ("manager", &person.manager, &Opened::Absent),
            ("avatarURL", &person.avatar_url, &fields.avatar_url),
        ] {
            // The SDK writes an empty avatarURL for somebody without a picture.
            if !theirs.is_empty() || (name == "avatarURL" && *own == Opened::Absent) {
                map.serialize_entry(name, theirs)?;
            } else if *own != Opened::Absent {
                map.serialize_entry(name, &Shown(own))?;
            }
        }
        match (person.addresses.first(), &fields.address) {
            (Some(address), _) => map.serialize_entry("addressInfo", &PersonAddress(address))?,
            (None, Some(own)) => map.serialize_entry("addressInfo", &ShownAddress(Some(own)))?,
            (None, None) => {}
        }
        for (name, theirs, own) in [
            ("emails", &person.emails, &fields.emails),
            ("phoneNumbers", &person.phone_numbers, &fields.phone_numbers),
            ("sipAddresses", &person.sip_addresses, &fields.sip_addresses),
        ] {
            if !theirs.is_empty() || own.is_some() {
                map.serialize_entry(name, &ShownValues(theirs, own))?;
            }
        }
        Ok(())
    }
}

impl Serialize for RemoteGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, raw) in members(self.raw.text()) {
            match &*name {
                "displayName" => map.serialize_entry(&name, &Shown(&self.name))?,
                "unreadable" => {}
                _ => map.serialize_entry(&name, raw)?,
            }
        }
        if !self.unreadable.is_empty() {
            map.serialize_entry("unreadable", &self.unreadable)?;
        }
        map.end()
    }
}

/// The members of an object as they stand; none of what is no object.
fn members(text: &str) -> Vec<(Cow<'_, str>, &RawValue)> {
    struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

    impl<'de> Deserialize<'de> for Pairs<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct PairsVisitor;
            impl<'de> Visitor<'de> for PairsVisitor {
                type Value = Pairs<'de>;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Pairs<'de>, A::Error> {
                    let mut pairs: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(20);
                    while let Some((Name(name), value)) = object.next_entry()? {
                        pairs.push((name, value));
                    }
                    Ok(Pairs(pairs))
                }
            }
            deserializer.deserialize_map(PairsVisitor)
        }
    }

    #[derive(Deserialize)]
    struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

    serde_json::from_str::<Pairs<'_>>(text).map(|pairs| pairs.0).unwrap_or_default()
}

struct Shown<'a>(&'a Opened);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Opened::Text(text) => serializer.serialize_str(text),
            Opened::Absent | Opened::Unreadable => serializer.serialize_unit(),
        }
    }
}

struct ShownAddress<'a>(Option<&'a [(String, Opened)]>);

impl Serialize for ShownAddress<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(members) = self.0 else { return serializer.serialize_unit() };
        serializer.collect_map(members.iter().map(|(name, text)| (name, Shown(text))))
    }
}

struct PersonAddress<'a>(&'a Address);

impl Serialize for PersonAddress<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Address { street, city, state, zip_code, country, .. } = self.0;
        let members =
            [("street", street), ("city", city), ("state", state), ("zipCode", zip_code), ("country", country)];
        serializer.collect_map(members.into_iter().filter(|(_, text)| !text.is_empty()))
    }
}

/// The person's values, then the contact's own.
struct ShownValues<'a>(&'a [TypedValue], &'a OpenedValues);

impl Serialize for ShownValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for value in self.0 {
            seq.serialize_element(&PersonValue(value))?;
        }
        for value in self.1.iter().flatten() {
            seq.serialize_element(&value.as_ref().map(ShownValue))?;
        }
        seq.end()
    }
}

struct ShownValue<'a>(&'a OpenedValue);

impl Serialize for ShownValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let OpenedValue { kind, value, primary } = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(kind) = kind {
            map.serialize_entry("type", kind)?;
        }
        if *value != Opened::Absent {
            map.serialize_entry("value", &Shown(value))?;
        }
        if let Some(primary) = primary {
            map.serialize_entry("primary", primary)?;
        }
        map.end()
    }
}

struct PersonValue<'a>(&'a TypedValue);

impl Serialize for PersonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TypedValue { kind, value, primary, label } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", value)?;
        map.serialize_entry("type", if label.is_empty() { kind } else { label })?;
        if *primary {
            map.serialize_entry("primary", primary)?;
        }
        map.end()
    }
}
