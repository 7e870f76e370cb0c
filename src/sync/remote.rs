//! The list of the server in the words of a plan.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::pull::is_passing;
use crate::{
    book::Timestamp,
    plan::{Base, GroupImage, GroupRef, Holder, Image, Remote, RemoteContact, RemoteGroup, ServerId},
    store::Hash,
    webex::contacts::{self, Kind, Listing},
};

/// The answer as a plan sees it, and the hashes of its raw records. What was left sealed says what was agreed on (`base`).
/// `name_of` knows the people of the directory. The sealed values are needed only if something was sent by which it may be
/// known (`with_sealed`), and never of what was left sealed, which is what it was before.
pub(super) fn of(
    listing: &Listing,
    base: &Base,
    name_of: impl Fn(&str) -> Option<String>,
    with_sealed: bool,
) -> (Remote, HashMap<ServerId, Hash>) {
    let mut raw = HashMap::with_capacity(listing.contacts.len() + listing.groups.len());
    let mut remote = Remote {
        contacts: Vec::with_capacity(listing.contacts.len()),
        groups: Vec::with_capacity(listing.groups.len()),
        complete: listing.complete,
    };
    let late = listing.missing_keys.iter().filter(|(_, error)| is_passing(error));
    let late: HashSet<&str> = late.map(|(key, _)| key.as_str()).collect();
    let is_late = |key: &Option<String>, unreadable: &[String]| {
        !unreadable.is_empty() && key.as_deref().is_some_and(|key| late.contains(key))
    };
    let sealed = |raw: &contacts::Raw| if with_sealed { sealed_values(raw.text()) } else { BTreeSet::new() };
    let agreed: HashMap<&str, &Image> =
        base.contacts.iter().map(|link| (link.server.0.as_str(), &link.image)).collect();
    for contact in &listing.contacts {
        let image = if contact.left_sealed { agreed.get(contact.id.as_str()).copied() } else { None };
        // It may be any of those that seem to be missing; what cannot be read yet will tell, or nobody knows any more.
        let is_unknown = contact.left_sealed && image.is_none();
        if contact.id.is_empty() || is_unknown || is_late(&contact.key, &contact.unreadable) {
            remote.complete = false;
            continue;
        }
        let server = ServerId(contact.id.clone());
        raw.insert(server.clone(), contact.raw.hash());
        let name = if contact.kind == Kind::Cloud { name_of(&contact.id) } else { None };
        remote.contacts.push(RemoteContact {
            name: name.unwrap_or_default(),
            image: image_of(contact, &server, image),
            sealed: if contact.left_sealed { BTreeSet::new() } else { sealed(&contact.raw) },
            // What nobody knows the kind of is shown and left alone.
            unreadable: !contact.unreadable.is_empty() || matches!(contact.kind, Kind::Other(_)),
            key: contact.key.clone(),
            created: time(contact.created.as_deref()),
            modified: time(contact.last_modified.as_deref()),
            server,
        });
    }
    for group in &listing.groups {
        if group.id.is_empty() || is_late(&group.key, &group.unreadable) {
            remote.complete = false;
            continue;
        }
        let server = ServerId(group.id.clone());
        raw.insert(server.clone(), group.raw.hash());
        remote.groups.push(RemoteGroup {
            name: String::new(),
            image: GroupImage::new(group.readable_name().unwrap_or_default(), group.kind),
            sealed: sealed(&group.raw),
            unreadable: !group.unreadable.is_empty(),
            key: group.key.clone(),
            created: time(group.created.as_deref()),
            modified: time(group.last_modified.as_deref()),
            server,
        });
    }
    (remote, raw)
}

fn image_of(contact: &contacts::RemoteContact, server: &ServerId, agreed: Option<&Image>) -> Image {
    let groups = contact.groups.iter().map(|group| GroupRef::Theirs(ServerId(group.clone())));
    if let Some(agreed) = agreed {
        return agreed.in_groups(groups);
    }
    let holder = if contact.kind == Kind::Cloud { Holder::Cloud(server.clone()) } else { Holder::Custom };
    Image::of_profile(holder, contact.profile(), groups)
}

pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(Timestamp::parse)
}

/// The sealed values of a record or a body: each text in it that is a compact JWE.
pub(super) fn sealed_values(json: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(value) = serde_json::from_str(json) {
        collect(value, &mut found);
    }
    found
}

fn collect(value: Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_sealed(&text) => _ = found.insert(text),
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, found)),
        Value::Object(members) => members.into_iter().for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}

fn is_sealed(text: &str) -> bool {
    text.starts_with("eyJ") && text.bytes().filter(|byte| *byte == b'.').count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_values_are_found_wherever_they_are() {
        let body = r#"{"displayName": "eyJa.b.c.d.e", "groups": ["eyJ"], "emails": [{"type": "work", "value": "eyJf.g.h.i.j"}],
                       "addressInfo": {"city": "eyJk.l.m.n.o"}, "encryptionKeyUrl": "kms://a.b.c.d.e/keys/1", "meta": null}"#;
        let expected = ["eyJa.b.c.d.e", "eyJf.g.h.i.j", "eyJk.l.m.n.o"].map(str::to_owned);
        assert_eq!(sealed_values(body), BTreeSet::from(expected));
        assert_eq!(sealed_values("no json"), BTreeSet::new());
    }
}
