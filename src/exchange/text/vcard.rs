//! A contact as a vCard without its picture, and back: only what the text says otherwise than before is taken from it.

use super::{super::vcard, Complaint, group_names};
use crate::book::{
    Contact, Draft, Group,
    incoming::{Fault, Incoming},
    patch::{Patch, document, record},
};

/// The card of a contact, in the version that it came in.
pub(super) fn write(contact: &Contact, groups: &[Group]) -> String {
    let is_old = contact.extras.card.as_ref().is_some_and(|card| card.version != vcard::Version::V4.as_str());
    let version = if is_old { vcard::Version::V3 } else { vcard::Version::V4 };
    let names: Vec<String> = group_names(contact, groups).into_iter().map(str::to_owned).collect();
    vcard::write(contact, &names, None, version).replace("\r\n", "\n")
}

/// The draft of a card.
pub(super) fn read(text: &str, before: &Contact, groups: &[Group]) -> Result<Draft, Vec<Complaint>> {
    let complain = |line, field: &str, reason: String| vec![Complaint { line, field: field.to_owned(), reason }];
    let (shown, known) = cards(&write(before, groups));
    let (mut found, faults) = cards(text);
    // What was wrong before stands in nobody's way.
    let faults = faults
        .into_iter()
        .filter(|fault| !known.iter().any(|old| old.field == fault.field && old.reason == fault.reason));
    let complaints: Vec<Complaint> = faults
        .map(|fault| Complaint { line: fault.place.line, field: fault.field.unwrap_or_default(), reason: fault.reason })
        .collect();
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let shown = shown.into_iter().next().unwrap_or_default();
    let (Some(edited), true) = (found.pop(), found.is_empty()) else {
        return Err(complain(0, "", "there must be exactly one card, from BEGIN:VCARD to END:VCARD".to_owned()));
    };
    merged(before, shown, edited).map_err(|reason| complain(0, "", reason))
}

/// The contacts of a text, and what is wrong with it.
fn cards(text: &str) -> (Vec<Draft>, Vec<Fault>) {
    let (mut drafts, mut faults) = (Vec::new(), Vec::new());
    for record in vcard::read(text.as_bytes()) {
        match record {
            Ok(Incoming::Contact(contact)) => drafts.push(contact.draft),
            Ok(Incoming::Group(group)) => {
                let reason = "this is a card of a group; a contact has no KIND:group".to_owned();
                faults.push(Fault { place: group.place, field: Some("KIND".to_owned()), reason });
            }
            Err(fault) => faults.push(fault),
        }
    }
    (drafts, faults)
}

/// The contact with what `edited` says otherwise than `shown`.
fn merged(before: &Contact, mut shown: Draft, mut edited: Draft) -> Result<Draft, String> {
    let properties = [&mut shown, &mut edited].map(|draft| {
        let card = draft.extras.card.take();
        card.as_ref().map(vcard::unmanaged).unwrap_or_default()
    });
    let named = (edited.group_names != shown.group_names).then(|| std::mem::take(&mut edited.group_names));
    let image = |draft: Draft| document(&draft.into_contact(before.id, before.created));
    let patch = Patch::between(&image(shown), &image(edited));
    let mut after = document(before);
    for (name, (_, value)) in patch.0 {
        if value.is_null() { _ = after.shift_remove(&name) } else { _ = after.insert(name, value) }
    }
    let after: Contact = record(after).map_err(|error| error.to_string())?;
    let mut draft = Draft::of(&after);
    if properties[0] != properties[1] {
        draft.extras.card = vcard::with_unmanaged(draft.extras.card.take(), &properties[1])?;
    }
    if let Some(names) = named {
        (draft.groups, draft.group_names) = (Vec::new(), names);
    }
    Ok(draft)
}
