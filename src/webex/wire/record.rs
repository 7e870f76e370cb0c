//! Contacts and groups, each beside the text it was read from.

use serde::{Deserialize, de::MapAccess};
use serde_json::{Map, Value, value::RawValue};

use super::{
    Member, Text,
    member::{Members, objects},
};

/// A contact or a group with its text, which holds what this version does not know as well.
#[derive(Clone, Debug)]
pub struct Record<'a, T> {
    /// The text of the whole record.
    pub raw: &'a str,
    /// What it says; none if it is no object.
    pub is: Option<T>,
}

/// When a record was made and changed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta<'a> {
    /// When it was made, RFC 3339.
    #[serde(borrow)]
    pub created: Text<'a>,
    /// When it was last changed, RFC 3339.
    #[serde(borrow)]
    pub last_modified: Text<'a>,
}

/// An entry of `emails`, `phoneNumbers` or `sipAddresses`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry<'a> {
    /// A word of any kind, in clear.
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub value: Text<'a>,
    /// Whether it is the preferred one of its list.
    pub primary: Member<bool>,
}

/// A contact as it is stored (specification section 8.3); its sealed fields are still sealed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Contact<'a> {
    /// The service's id; for CLOUD the person's.
    #[serde(borrow)]
    pub contact_id: Text<'a>,
    /// `CUSTOM`, `CLOUD`, or what may come.
    #[serde(borrow)]
    pub contact_type: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub display_name: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub first_name: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub last_name: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub company_name: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub title: Text<'a>,
    /// Sealed.
    #[serde(borrow, rename = "avatarURL")]
    pub avatar_url: Text<'a>,
    /// Each member sealed.
    #[serde(borrow)]
    pub address_info: Member<Members<'a>>,
    /// Their values sealed.
    #[serde(borrow)]
    pub emails: Member<Vec<Member<Entry<'a>>>>,
    /// Their values sealed.
    #[serde(borrow)]
    pub phone_numbers: Member<Vec<Member<Entry<'a>>>>,
    /// Their values sealed.
    #[serde(borrow)]
    pub sip_addresses: Member<Vec<Member<Entry<'a>>>>,
    /// In clear.
    #[serde(borrow)]
    pub primary_contact_method: Text<'a>,
    /// Ids of groups; some lead nowhere, some are empty.
    #[serde(borrow)]
    pub groups: Member<Vec<Text<'a>>>,
    /// The key of this record.
    #[serde(borrow)]
    pub encryption_key_url: Text<'a>,
    /// The times.
    #[serde(borrow)]
    pub meta: Member<Meta<'a>>,
}

/// A group as it is stored; its name is still sealed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Group<'a> {
    /// The service's id.
    #[serde(borrow)]
    pub group_id: Text<'a>,
    /// `NORMAL` or `EXTERNAL`.
    #[serde(borrow)]
    pub group_type: Text<'a>,
    /// Sealed.
    #[serde(borrow)]
    pub display_name: Text<'a>,
    /// Ids of contacts.
    #[serde(borrow)]
    pub members: Member<Vec<Text<'a>>>,
    /// The key of this record.
    #[serde(borrow)]
    pub encryption_key_url: Text<'a>,
    /// The times.
    #[serde(borrow)]
    pub meta: Member<Meta<'a>>,
}

objects!(Meta, Entry);

impl<'a, T: Deserialize<'a>> Record<'a, T> {
    /// Reads the text of a record.
    pub fn read(raw: &'a RawValue) -> Self {
        let raw = raw.get();
        // What the quick way does not take may still be an object: with a member twice, or with one that is no text of
        // Unicode. Then each member is read by itself.
        Self {
            raw,
            is: if raw.starts_with('{') { serde_json::from_str(raw).ok().or_else(|| salvaged(raw)) } else { None },
        }
    }
}

fn salvaged<'a, T: Deserialize<'a>>(raw: &str) -> Option<T> {
    struct Pairs(Map<String, Value>);
    impl<'de> Deserialize<'de> for Pairs {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct PairsVisitor;
            impl<'de> serde::de::Visitor<'de> for PairsVisitor {
                type Value = Pairs;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Pairs, A::Error> {
                    let mut pairs = Map::new();
                    while let Some((name, value)) = object.next_entry::<String, &RawValue>()? {
                        // A number is what no member should be.
                        pairs.insert(name, serde_json::from_str(value.get()).unwrap_or(Value::from(0)));
                    }
                    Ok(Pairs(pairs))
                }
            }
            deserializer.deserialize_map(PairsVisitor)
        }
    }
    let Pairs(pairs) = serde_json::from_str(raw).ok()?;
    T::deserialize(Value::Object(pairs)).ok()
}
