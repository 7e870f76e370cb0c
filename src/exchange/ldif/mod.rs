//! Contacts and groups in LDIF (RFC 2849): what directories and mail programs export.

mod attributes;
mod entry;
mod name;

use std::{
    collections::{HashMap, VecDeque},
    io::BufRead,
};

use base64::Engine;

pub use self::entry::recognises;
use self::{
    attributes::{
        ATTRIBUTES, GROUPS, HOUSEKEEPING, LINES, MEMBERS, NAMES_OF_ENTRIES, PEOPLE, PHOTOS, REACHED_BY, REVISED,
    },
    entry::{Attribute, BASE64, Entries, Entry},
};
use super::{
    assembly::{Assembly, Means, Source},
    encoding::Decoded,
};
use crate::book::{
    Field, Timestamp,
    incoming::{Fault, Incoming, IncomingContact, IncomingGroup, Photo, Place},
};

/// A longer text is left out.
const VALUE_LIMIT: usize = 1024 * 1024;

/// Reads people and groups from an LDIF file. Entries that are neither (units, domains, devices) are passed over; a
/// change record is refused, unless it adds an entry.
pub fn read<R: BufRead>(input: R) -> impl Iterator<Item = Result<Incoming, Fault>> {
    let mut entries = Some(Entries::new(Decoded::new(input)));
    let meanings = ATTRIBUTES.iter().copied().collect();
    let mut ready = VecDeque::new();
    std::iter::from_fn(move || {
        loop {
            if let Some(record) = ready.pop_front() {
                return Some(record);
            }
            match entries.as_mut()?.next() {
                Ok(Some(entry)) => take(entry, &meanings, &mut ready),
                Ok(None) => entries = None,
                Err(fault) => {
                    entries = None;
                    ready.push_back(Err(fault));
                }
            }
        }
    })
}

fn take(mut entry: Entry, meanings: &HashMap<&str, Means>, ready: &mut VecDeque<Result<Incoming, Fault>>) {
    ready.extend(entry.faults.drain(..).map(Err));
    let refusal = match (entry.attributes.first(), entry.texts("changetype").next()) {
        (None, _) => return,
        (_, Some(change)) if !change.eq_ignore_ascii_case("add") => {
            Some(format!("this is a change ('{change}'), not an entry; export the directory's entries instead"))
        }
        (Some(first), _) if first.name != "dn" => Some("an entry begins with 'dn:'".to_owned()),
        _ => None,
    };
    if let Some(reason) = refusal {
        ready.push_back(Err(Fault { place: entry.place, field: None, reason }));
    } else if entry.is_one_of(&GROUPS) {
        ready.push_back(Ok(Incoming::Group(group(&entry))));
    } else if !entry.is_one_of(&["computer"]) && is_person(&entry) {
        let contact = contact(&entry, meanings, ready);
        ready.push_back(Ok(Incoming::Contact(Box::new(contact))));
    }
}

fn is_person(entry: &Entry) -> bool {
    entry.is_one_of(&PEOPLE) || REACHED_BY.iter().any(|name| entry.texts(name).any(|value| !value.is_empty()))
}

fn group(entry: &Entry) -> IncomingGroup {
    let own = entry.texts("cn").find(|name| !name.is_empty());
    let name = own.map_or_else(|| entry.texts("dn").map(name::shown).collect(), str::to_owned);
    let members = MEMBERS.iter().flat_map(|member| entry.texts(member)).map(alias);
    IncomingGroup { place: entry.place, name, members: members.filter(|member| !member.is_empty()).collect() }
}

/// A form of a DN or a `uid` by which members and people find each other.
fn alias(name: &str) -> String {
    if name.contains('=') { name::comparable(name) } else { name.to_owned() }
}

fn contact(
    entry: &Entry,
    meanings: &HashMap<&str, Means>,
    ready: &mut VecDeque<Result<Incoming, Fault>>,
) -> IncomingContact {
    let values: Vec<(Means, &Attribute, String, &str)> = entry
        .attributes
        .iter()
        .filter(|attribute| attribute.name != "changetype" && attribute.name != "control")
        .filter_map(|attribute| match value(attribute, meanings, entry.place) {
            Ok(found) => found,
            Err(fault) => {
                ready.push_back(Err(fault));
                None
            }
        })
        .collect();
    let mut assembly = Assembly::new(false);
    for (means, attribute, value, word) in &values {
        assembly.take(*means, Source { name: &attribute.written, word, slot: (0, 0) }, value);
    }
    let (draft, directory_key) = assembly.finish();
    let photos = entry.attributes.iter().filter(|attribute| PHOTOS.contains(&attribute.name.as_str()));
    let photo = photos
        .map(|photo| &photo.value)
        .find(|bytes| !bytes.is_empty())
        .map(|bytes| Photo { media_type: media_type(bytes).to_owned(), bytes: bytes.clone() });
    let aliases = entry.texts("dn").chain(entry.texts("uid")).map(alias).filter(|alias| !alias.is_empty()).collect();
    let revised = REVISED.iter().flat_map(|name| entry.texts(name)).find_map(generalized_time);
    IncomingContact { place: entry.place, draft, photo, revised, directory_key, aliases }
}

/// What an attribute of a person says and means, with the type of the value, if it is worth telling.
fn value<'a>(
    attribute: &'a Attribute,
    meanings: &HashMap<&str, Means>,
    place: Place,
) -> Result<Option<(Means, &'a Attribute, String, &'a str)>, Fault> {
    let name = attribute.name.as_str();
    if HOUSEKEEPING.contains(&name) || PHOTOS.contains(&name) {
        return Ok(None);
    }
    let means = match name {
        "dn" => Means::Key(2),
        _ => meanings.get(name).copied().unwrap_or(Means::Note),
    };
    let fault = |reason: &str| Fault {
        place: Place { ordinal: place.ordinal, line: attribute.line },
        field: Some(attribute.written.clone()),
        reason: reason.to_owned(),
    };
    let text = match std::str::from_utf8(&attribute.value) {
        Ok(text) if text.len() > VALUE_LIMIT => return Err(fault("a value of more than 1 MB was left out")),
        Ok(text) => text,
        Err(_) if matches!(means, Means::Key(_)) => {
            return Ok(Some((means, attribute, BASE64.encode(&attribute.value), "")));
        }
        Err(_) if means == Means::Note => return Ok(None),
        Err(_) => return Err(fault("the value is not text (UTF-8)")),
    };
    Ok(Some(match name {
        _ if NAMES_OF_ENTRIES.contains(&name) => (means, attribute, name::shown(text), ""),
        _ if LINES.contains(&name) => {
            let lines: Vec<&str> = text.split('$').map(str::trim).collect();
            (means, attribute, lines.join("\n"), "")
        }
        "labeleduri" => {
            let (page, label) = text.split_once(' ').unwrap_or((text, ""));
            (means, attribute, page.to_owned(), label.trim())
        }
        "proxyaddresses" => match text.split_once(':') {
            Some((kind, address)) if kind.eq_ignore_ascii_case("smtp") => {
                (Means::Value(Field::Emails, ""), attribute, address.to_owned(), "")
            }
            Some((kind, address)) if kind.eq_ignore_ascii_case("sip") => {
                (Means::Value(Field::SipAddresses, "work"), attribute, address.to_owned(), "")
            }
            _ => return Ok(None),
        },
        _ => (means, attribute, text.to_owned(), ""),
    }))
}

fn media_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xD8, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        _ => "application/octet-stream",
    }
}

/// `20261122174000Z`, with or without fractions (RFC 4517 section 3.3.13), in UTC.
fn generalized_time(text: &str) -> Option<Timestamp> {
    let digits = text.split(['.', ',', 'Z']).next().filter(|digits| digits.len() == 14 && text.ends_with('Z'))?;
    Timestamp::parse(&format!("{}T{}Z", digits.get(..8)?, digits.get(8..)?))
}

#[cfg(test)]
mod tests;
