//! What must be sealed is sealed: the check of the strict mode, and sealing anew as another client would.

use serde_json::{Map, Value};

use crate::{
    jose::{self, Header, Key},
    kms::Keys,
};

/// Top-level members that are sealed (specification section 8.3).
const TEXTS: [&str; 6] = ["displayName", "firstName", "lastName", "companyName", "title", "avatarURL"];
/// Lists whose `value` is sealed.
const LISTS: [&str; 3] = ["emails", "phoneNumbers", "sipAddresses"];
/// What never belongs in a request.
const FORBIDDEN: [&str; 3] = ["department", "manager", "resolved"];
/// The types that may travel in clear (the fixed list of the model).
const TYPES: [&str; 12] = [
    "work",
    "home",
    "mobile",
    "work_extension",
    "fax",
    "pager",
    "other",
    "enterprise",
    "cloud-calling",
    "personal-room",
    "pmr",
    "",
];

/// Calls `each` with every value that is to be sealed, and where it stands.
fn sealed_values(body: &mut Map<String, Value>, mut each: impl FnMut(String, &mut Value)) {
    for member in TEXTS {
        if let Some(value) = body.get_mut(member) {
            each(member.to_owned(), value);
        }
    }
    for member in LISTS {
        let Some(list) = body.get_mut(member).and_then(Value::as_array_mut) else { continue };
        for (number, entry) in list.iter_mut().enumerate() {
            if let Some(value) = entry.get_mut("value") {
                each(format!("{member}[{number}].value"), value);
            }
        }
    }
    let Some(address) = body.get_mut("addressInfo").and_then(Value::as_object_mut) else { return };
    for (member, value) in address {
        each(format!("addressInfo.{member}"), value);
    }
}

/// What is in clear in a request and must not be: the place and the reason. Never the value.
pub fn check(body: &Map<String, Value>, keys: &Keys) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut body = body.clone();
    let uri = body.get("encryptionKeyUrl").and_then(Value::as_str).unwrap_or_default();
    let key = keys.keys.get(uri).map(crate::kms::ContentKey::bytes);
    if key.is_none() {
        found.push(("encryptionKeyUrl".to_owned(), "no key that the KMS knows".to_owned()));
    }
    for member in FORBIDDEN {
        if body.contains_key(member) {
            found.push((member.to_owned(), "does not belong in a request".to_owned()));
        }
    }
    for member in LISTS {
        let Some(list) = body.get(member) else { continue };
        let Some(list) = list.as_array() else {
            found.push((member.to_owned(), "no list".to_owned()));
            continue;
        };
        for (number, entry) in list.iter().enumerate() {
            let kind = entry.get("type").map_or(Some(""), Value::as_str);
            if !kind.is_some_and(|kind| TYPES.contains(&kind)) {
                found.push((format!("{member}[{number}].type"), "a type that is not one of the list".to_owned()));
            }
        }
    }
    sealed_values(&mut body, |place, value| {
        let reason = match (value.as_str(), key) {
            // The SDK sends empty top-level strings so.
            (Some(""), _) if TEXTS.contains(&place.as_str()) => return,
            (Some(text), Some(key)) => match jose::open(text, &key) {
                Ok(_) => return,
                Err(error) => error.to_string(),
            },
            (Some(text), None) if jose::protected_header(text).is_ok() => return,
            _ => "not sealed".to_owned(),
        };
        found.push((place, reason));
    });
    found
}

/// Seals every value anew under the same key, as another client that edits the record would.
pub fn reseal(body: &mut Map<String, Value>, key: &Key) {
    sealed_values(body, |_, value| {
        let opened = value.as_str().and_then(|text| jose::open(text, key).ok());
        if let Some(sealed) = opened.and_then(|text| jose::seal(&Header::direct(None), key, &text).ok()) {
            *value = sealed.into();
        }
    });
}

/// A book with every value opened, as its owner sees it; what does not open stays as it is.
pub fn opened(book: &super::AddressBook, keys: &Keys) -> Value {
    let open = |record: Value| {
        let Value::Object(mut body) = record else { return record };
        let uri = body.get("encryptionKeyUrl").and_then(Value::as_str).unwrap_or_default();
        if let Some(key) = keys.keys.get(uri).map(crate::kms::ContentKey::bytes) {
            sealed_values(&mut body, |_, value| {
                let text = value.as_str().and_then(|text| jose::open(text, &key).ok());
                if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) {
                    *value = text.into();
                }
            });
        }
        Value::Object(body)
    };
    let contacts = book.contacts.iter().map(|contact| open(Value::Object(contact.body.clone())));
    let groups = book.groups.iter().map(|group| open(book.group_json(group)));
    serde_json::json!({"contacts": contacts.collect::<Vec<_>>(), "groups": groups.collect::<Vec<_>>()})
}
