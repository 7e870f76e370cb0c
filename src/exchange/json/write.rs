//! A contact as JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::ADDRESS_INFO;
use crate::{
    book::{Address, Contact, ContactType, Draft, Field, Group, field::Shape, name::shown_name},
    exchange::vcard,
};

/// The JSON of a contact as people see it: a CLOUD contact has the person's values merged with the user's own, and the
/// person's alone under `person`. Empty values are left out, but for the lists that the Webex object always has.
pub fn contact(contact: &Contact, groups: &[Group]) -> Value {
    let mut shown = Draft { profile: contact.effective(), ..Draft::of(contact) };
    if shown.profile.display_name.is_empty() {
        shown.profile.display_name = shown_name(contact);
    }
    let mut members = Map::new();
    members.insert("contactId".to_owned(), contact.id.to_string().into());
    members.insert("remoteId".to_owned(), Value::Null);
    members.insert("contactType".to_owned(), json(&contact.contact_type));
    for field in Field::ALL {
        write_field(&mut members, field, &shown);
    }
    let extras = &contact.extras;
    if extras.favourite {
        members.insert("favourite".to_owned(), true.into());
    }
    if let Some(photo) = &extras.photo {
        members.insert("photo".to_owned(), json(photo));
    }
    let names = groups.iter().filter(|group| contact.groups.contains(&group.id));
    members.insert("groups".to_owned(), json(&contact.groups));
    members.insert("groupNames".to_owned(), names.map(|group| Value::from(group.name.as_str())).collect());
    if !extras.uid.is_empty() {
        members.insert("uid".to_owned(), extras.uid.as_str().into());
    }
    let properties = extras.card.as_ref().map(vcard::unmanaged).unwrap_or_default();
    if !properties.is_empty() {
        members.insert("vcardProperties".to_owned(), properties.into());
    }
    if contact.contact_type == ContactType::Cloud {
        let resolved = contact.person.as_ref().is_some_and(|person| person.unresolved_since.is_none());
        members.insert("person".to_owned(), json(&contact.person));
        members.insert("resolved".to_owned(), resolved.into());
    }
    members.insert("created".to_owned(), json(&contact.created));
    members.insert("lastModified".to_owned(), json(&contact.modified));
    if let Some(trashed) = &contact.trashed {
        members.insert("trashed".to_owned(), json(trashed));
    }
    Value::Object(members)
}

fn write_field(members: &mut Map<String, Value>, field: Field, draft: &Draft) {
    let always = [Field::Emails, Field::PhoneNumbers, Field::SipAddresses];
    if field.is_empty(draft) && !always.contains(&field) {
        return;
    }
    if field.shape() == Shape::Addresses {
        write_addresses(members, &draft.profile.addresses);
    } else if let Some(text) = field.text(draft) {
        members.insert(field.key().to_owned(), text.into());
    } else if let Some(values) = field.values(draft) {
        members.insert(field.key().to_owned(), json(values));
    }
}

/// `addressInfo` is the first address; `addresses` are all of them, where there is more to say.
pub(super) fn write_addresses(members: &mut Map<String, Value>, addresses: &[Address]) {
    let all = json(addresses);
    let mut info = all.get(0).cloned().unwrap_or_default();
    if let Some(info) = info.as_object_mut() {
        info.retain(|name, _| ADDRESS_INFO.contains(&name.as_str()));
    }
    let says_all = addresses.len() == 1 && all.get(0) == Some(&info);
    members.insert("addressInfo".to_owned(), info);
    if !says_all {
        members.insert(Field::Addresses.key().to_owned(), all);
    }
}

/// The types of the domain have string keys only, so that they always become JSON.
fn json<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
