//! The answer to the GET (specification section 8.2).

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Contact, Group, Member, Record, member::Shape};
use crate::webex::WebexError;

/// What is asked for when the list is read.
const DOING: &str = "list the contacts";

/// The whole list, still sealed.
#[derive(Clone, Debug, Default)]
pub struct List<'a> {
    /// The contacts in the order of the server; none if there is no such member.
    pub contacts: Option<Vec<Record<'a, Contact<'a>>>>,
    /// The groups in the order of the server; none if there is no such member.
    pub groups: Option<Vec<Record<'a, Group<'a>>>>,
    /// Whether something says that there is more of it, or something is so damaged that it may be any record.
    pub doubtful: bool,
}

impl<'a> List<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no JSON object. Everything else is told record by record.
    pub fn read(body: &'a [u8]) -> Result<Self, WebexError> {
        let unreadable = |reason: &str| WebexError::Unreadable { doing: DOING, reason: reason.to_owned() };
        let text = std::str::from_utf8(body).map_err(|_| unreadable("it is no UTF-8"))?;
        let top: Top<'a> = serde_json::from_str(text).map_err(|_| unreadable("it is no JSON object"))?;
        let contacts: Option<Vec<_>> = top.contacts.0.map(|records| records.into_iter().map(Record::read).collect());
        let groups: Option<Vec<_>> = top.groups.0.map(|records| records.into_iter().map(Record::read).collect());
        let mut doubtful = top.paged || contacts.is_none() || groups.is_none();
        for contact in contacts.iter().flatten() {
            doubtful |= contact.is.as_ref().is_none_or(|contact: &Contact<'_>| contact.contact_id.is_wrong());
        }
        for group in groups.iter().flatten() {
            doubtful |= group.is.as_ref().is_none_or(|group: &Group<'_>| group.group_id.is_wrong());
        }
        Ok(Self { contacts, groups, doubtful })
    }
}

#[derive(Default)]
struct Top<'a> {
    contacts: Records<'a>,
    groups: Records<'a>,
    paged: bool,
}

/// The texts of the records of a list; none of what is no list.
#[derive(Default)]
struct Records<'a>(Option<Vec<&'a RawValue>>);

impl<'de> Shape<'de> for Records<'de> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut records = Vec::new();
        while let Some(record) = list.next_element()? {
            records.push(record);
        }
        Ok(Some(Self(Some(records))))
    }
}

/// Whether the name of a member speaks of pages.
fn speaks_of_pages(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "next",
        "page",
        "paging",
        "pagination",
        "cursor",
        "offset",
        "more",
        "link",
        "total",
        "limit",
        "startindex",
        "count",
        "truncated",
    ];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TopVisitor;
        impl<'de> Visitor<'de> for TopVisitor {
            type Value = Top<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Top<'de>, A::Error> {
                let mut top = Top::default();
                while let Some(super::member::Name(name)) = object.next_key()? {
                    match &*name {
                        "contacts" | "groups" => {
                            let place = if name == "contacts" { &mut top.contacts } else { &mut top.groups };
                            let twice = place.0.is_some();
                            *place = object.next_value::<Member<Records<'_>>>()?.into_option().unwrap_or_default();
                            top.paged |= twice;
                        }
                        name if speaks_of_pages(name) => {
                            let value: &RawValue = object.next_value()?;
                            top.paged |= !matches!(value.get(), "null" | "false" | "\"\"");
                        }
                        _ => {
                            object.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(top)
            }
        }
        deserializer.deserialize_map(TopVisitor)
    }
}

impl List<'_> {
    /// The keys of the groups that name one, one after the other.
    pub fn group_keys(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter().flatten().filter_map(|record| record.is.as_ref());
        groups.map(|group| group.encryption_key_url.text()).filter(|key| !key.is_empty())
    }
}
