//! What one side holds, in words that both sides share. A contact or a group is known by the first two words of its name,
//! which nobody ever changes; a person of the directory by their id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use callbook::{
    book::{self, Contact, OTHER_CONTACTS, Profile, TypedValue},
    plan::{Holder, ServerId},
};
use serde_json::Value;

use crate::desk::webex;

/// The fields of a record, those that are empty left out.
pub type Sheet = BTreeMap<String, String>;
/// All records, each by its token: more than one where it is there twice.
pub type Side = BTreeMap<String, Vec<Sheet>>;

/// The one field that never leaves this machine.
pub const NOTE: &str = "note";
pub const GROUP: &str = "group ";
pub const MEMBER: &str = "in ";
pub const PERSON: &str = "person ";

pub fn token(name: &str) -> String {
    name.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// What of a profile differs between contacts of this test. Each value of a list is there or not, as each group is.
pub fn fields_of(profile: &Profile, is_person: bool) -> Sheet {
    let listed = |of: &str, values: &[TypedValue]| -> Vec<(String, String)> {
        values.iter().map(|value| (format!("{of} {}", value.value), "yes".to_owned())).collect()
    };
    let mut sheet = Sheet::from_iter(listed("phone", &profile.phone_numbers));
    if !is_person {
        sheet.extend(listed("email", &profile.emails));
        let texts = [("name", &profile.display_name), ("title", &profile.title), ("company", &profile.company_name)];
        sheet.extend(texts.map(|(field, text)| (field.to_owned(), text.clone())));
    }
    sheet.retain(|_, value| !value.is_empty());
    sheet
}

fn add(side: &mut Side, token: String, mut sheet: Sheet) {
    sheet.retain(|_, value| !value.is_empty());
    side.entry(token).or_default().push(sheet);
}

fn add_group(side: &mut Side, name: &str) {
    if name != OTHER_CONTACTS {
        add(side, format!("{GROUP}{}", token(name)), Sheet::from([("name".to_owned(), name.to_owned())]));
    }
}

/// Who has no other group is in `Other contacts` here, and perhaps in none there.
pub fn join(sheet: &mut Sheet, group: Option<&str>) {
    if let Some(name) = group.filter(|name| *name != OTHER_CONTACTS) {
        sheet.insert(format!("{MEMBER}{}", token(name)), "yes".to_owned());
    }
}

/// The token of a contact here.
pub fn token_of(contact: &Contact) -> String {
    match &contact.person {
        Some(person) => format!("{PERSON}{}", person.who.key),
        None => token(&contact.profile.display_name),
    }
}

/// The contacts of the account here, those in the trash or the others, in the order of their names.
pub fn contacts(book: &callbook::store::Book, trashed: bool) -> Vec<Contact> {
    let rows = book.rows(None).unwrap().into_iter().filter(|row| row.trashed == trashed);
    let contacts = rows.map(|row| book.contact(row.id).unwrap().unwrap());
    let mut contacts: Vec<Contact> = contacts.filter(|contact| contact.account == webex()).collect();
    contacts.sort_by_cached_key(|contact| (token_of(contact), contact.id));
    contacts
}

/// The people of whom a new version was sent from here, or is to be sent, and no answer came.
pub fn between(book: &callbook::store::Book) -> BTreeSet<String> {
    let sent = book.sync_input(&webex()).unwrap().base.sent_contacts.into_iter().filter(|sent| sent.open);
    let replaced = sent.filter(|sent| *sent.image.holder() != Holder::Custom).filter_map(|sent| sent.replaces);
    replaced.map(|ServerId(person)| format!("{PERSON}{person}")).collect()
}

/// The groups of the account here, in the order of their names.
pub fn groups(book: &callbook::store::Book) -> Vec<book::Group> {
    let groups = book.groups().unwrap().into_iter().map(|row| row.group);
    let mut groups: Vec<_> = groups.filter(|group| group.account == webex()).collect();
    groups.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    groups
}

/// What is here, the notes as well.
pub fn here(book: &callbook::store::Book) -> Side {
    let (mut side, groups) = (Side::new(), groups(book));
    let names: HashMap<_, _> = groups.iter().map(|group| (group.id, group.name.as_str())).collect();
    for contact in contacts(book, false) {
        let mut sheet = fields_of(&contact.profile, contact.person.is_some());
        sheet.insert(NOTE.to_owned(), contact.extras.notes.clone());
        for group in &contact.groups {
            join(&mut sheet, names.get(group).copied());
        }
        add(&mut side, token_of(&contact), sheet);
    }
    for group in &groups {
        add_group(&mut side, &group.name);
    }
    side
}

fn text<'a>(record: &'a Value, member: &str) -> &'a str {
    record[member].as_str().unwrap_or_default()
}

/// What is there, opened.
pub fn there(opened: &Value) -> Side {
    let (mut side, list) = (Side::new(), |member: &str| opened[member].as_array().unwrap().iter());
    let names: HashMap<&str, &str> = list("groups").map(|it| (text(it, "groupId"), text(it, "displayName"))).collect();
    for contact in list("contacts") {
        let values = |member: &str| -> Vec<TypedValue> {
            let values = contact[member].as_array().into_iter().flatten();
            values.map(|value| TypedValue::new("work", text(value, "value"))).collect()
        };
        let is_person = contact["contactType"] == "CLOUD";
        let profile = Profile {
            display_name: text(contact, "displayName").to_owned(),
            title: text(contact, "title").to_owned(),
            company_name: text(contact, "companyName").to_owned(),
            emails: values("emails"),
            phone_numbers: values("phoneNumbers"),
            ..Profile::default()
        };
        let mut sheet = fields_of(&profile, is_person);
        for group in contact["groups"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            join(&mut sheet, names.get(group).copied());
        }
        let id = text(contact, "contactId");
        let token = if is_person { format!("{PERSON}{id}") } else { token(&profile.display_name) };
        add(&mut side, token, sheet);
    }
    for group in list("groups") {
        add_group(&mut side, text(group, "displayName"));
    }
    side
}

/// A side as the server would see it.
pub fn without_notes(side: &Side) -> Side {
    let mut side = side.clone();
    for sheets in side.values_mut() {
        for sheet in sheets.iter_mut() {
            sheet.remove(NOTE);
        }
        sheets.sort();
    }
    side
}
