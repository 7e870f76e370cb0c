//! A contact from JSON.

use serde_json::{Map, Value};

use super::{
    ADDRESS_INFO, READ_ONLY,
    members::{Misfits, Reader},
    merge_patch,
    write::write_addresses,
};
use crate::{
    book::{
        Address, Contact, ContactType, Draft, Field, Group, GroupId, Person, PersonRef, Profile, TypedValue,
        field::Shape,
    },
    exchange::vcard,
};

/// Members beside the fields of [`Field::ALL`].
const OTHER: [&str; 8] =
    ["contactType", "addressInfo", "groups", "groupNames", "favourite", "uid", "vcardProperties", "person"];
const TYPED_VALUE: [&str; 4] = ["type", "value", "primary", "label"];
const ADDRESS: [&str; 10] =
    ["type", "label", "primary", "poBox", "extended", "street", "city", "state", "zipCode", "country"];
const PERSON: [&str; 4] = ["directory", "key", "profile", "unresolvedSince"];

/// The draft of a new contact. Members of the output that a person cannot set are passed over, so that what was printed
/// can be added. A person is only named; whoever knows the directory completes it.
///
/// # Errors
/// Every member that is unknown or of the wrong type.
pub fn draft(value: &Value, groups: &[Group]) -> Result<Draft, Misfits> {
    let mut reader = Reader::default();
    let members = reader.object("the contact", value);
    let draft = reader.contact(&members, Draft::default(), groups);
    reader.finish(draft)
}

/// The draft of `contact` after a JSON merge patch (RFC 7396) over its JSON. For a CLOUD contact the patch speaks of the
/// user's own additions.
///
/// # Errors
/// Every member that is unknown, of the wrong type, or not the user's to change.
pub fn edited(contact: &Contact, patch: &Value, groups: &[Group]) -> Result<Draft, Misfits> {
    let mut reader = Reader::default();
    let mut members = reader.object("the patch", patch);
    let before = Draft::of(contact);
    let shown = super::contact(contact, groups);
    // What is as it was printed is no change: so a whole contact can be printed, edited in one place and given back.
    members.retain(|name, new| shown.get(name).unwrap_or(&Value::Null) != new || !known_members().contains(&&**name));
    for fixed in READ_ONLY.iter().chain(&["contactType", "person"]) {
        if members.contains_key(*fixed) {
            reader.fault(fixed, "cannot be changed".to_owned());
        }
    }
    if let Some(change) = members.get_mut("addressInfo") {
        let mut info = shown_info(&before);
        merge_patch(&mut info, change);
        *change = info;
    }
    let draft = reader.contact(&members, before, groups);
    reader.finish(draft)
}

/// The one member that a patch changes within; all others it replaces.
fn shown_info(draft: &Draft) -> Value {
    let mut members = Map::new();
    write_addresses(&mut members, &draft.profile.addresses);
    members.remove("addressInfo").unwrap_or_default()
}

fn known_members() -> Vec<&'static str> {
    Field::ALL.iter().map(|field| field.key()).chain(OTHER).chain(READ_ONLY).collect()
}

impl Reader {
    /// Reads the members present over `draft`; `null` empties a member.
    fn contact(&mut self, members: &Map<String, Value>, mut draft: Draft, groups: &[Group]) -> Draft {
        self.reject_unknown("", members, &known_members());
        for field in Field::ALL {
            if let Some(value) = members.get(field.key()) {
                self.field(field, value, &mut draft);
            }
        }
        if let Some(value) = members.get("addressInfo") {
            self.address_info(value, &mut draft.profile.addresses);
        }
        if let Some(value) = members.get("favourite") {
            draft.extras.favourite = self.scalar("favourite", value, Value::as_bool, "true or false");
        }
        if let Some(value) = members.get("uid") {
            draft.extras.uid = self.text("uid", value);
        }
        if let Some(value) = members.get("vcardProperties") {
            let properties = self.list("vcardProperties", value);
            match vcard::with_unmanaged(draft.extras.card.take(), &properties) {
                Ok(card) => draft.extras.card = card,
                Err(reason) => self.fault("vcardProperties", reason),
            }
        }
        self.groups(members, &mut draft, groups);
        if let Some(value) = members.get("contactType") {
            draft.contact_type = self.contact_type(value);
        }
        if let Some(value) = members.get("person").filter(|person| !person.is_null())
            && draft.person.is_none()
        {
            draft.person = self.person(value);
        }
        own_part(&mut draft, members);
        draft
    }

    fn field(&mut self, field: Field, value: &Value, draft: &mut Draft) {
        let key = field.key();
        if let Some(text) = field.text_mut(draft) {
            *text = self.text(key, value);
        } else if let Some(values) = field.values_mut(draft) {
            *values = self.entries(key, value, &TYPED_VALUE, "value", typed_value);
        } else if field.shape() == Shape::Addresses {
            draft.profile.addresses = self.entries(key, value, &ADDRESS, "street", |address: Address| address);
        }
    }

    /// `addressInfo` is the first address; what only `addresses` can say of it is kept.
    fn address_info(&mut self, value: &Value, addresses: &mut Vec<Address>) {
        if value.is_null() {
            addresses.drain(..addresses.len().min(1));
            return;
        }
        let members = self.object("addressInfo", value);
        let Some(info) = self.entry::<Address>("addressInfo", &members, &ADDRESS_INFO) else { return };
        let first = addresses.first().cloned().unwrap_or_default();
        let kept = Address {
            street: info.street,
            city: info.city,
            state: info.state,
            zip_code: info.zip_code,
            country: info.country,
            ..first
        };
        addresses.splice(..addresses.len().min(1), [kept]);
    }

    /// Either member, or both, say which groups; without one the groups stay.
    fn groups(&mut self, members: &Map<String, Value>, draft: &mut Draft, groups: &[Group]) {
        if !members.contains_key("groups") && !members.contains_key("groupNames") {
            return;
        }
        draft.groups.clear();
        draft.group_names.clear();
        if let Some(value) = members.get("groups") {
            for id in self.texts("groups", value) {
                match id.parse::<GroupId>().ok().filter(|id| groups.iter().any(|group| group.id == *id)) {
                    Some(id) => draft.groups.push(id),
                    None => self.fault("groups", format!("there is no group '{id}'; groupNames takes names")),
                }
            }
        }
        if let Some(value) = members.get("groupNames") {
            let named = self.texts("groupNames", value);
            // What was printed names each group twice, by id and by name.
            let told =
                |name: &String| groups.iter().any(|group| draft.groups.contains(&group.id) && group.name == *name);
            draft.group_names = named.into_iter().filter(|name| !told(name)).collect();
        }
    }

    fn contact_type(&mut self, value: &Value) -> ContactType {
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            self.fault("contactType", format!("must be \"CUSTOM\" or \"CLOUD\", not {value}"));
            ContactType::default()
        })
    }

    /// An object that names directory and key, as it is printed, or words that only one person of a directory has; then
    /// the directory stays empty, for whoever knows the directories.
    fn person(&mut self, value: &Value) -> Option<Person> {
        let nobody = |who: PersonRef| Person { who, profile: Profile::default(), unresolved_since: None };
        if let Value::String(words) = value {
            return Some(nobody(PersonRef { directory: String::new(), key: words.clone() }));
        }
        let members = self.object("person", value);
        self.reject_unknown("person.", &members, &PERSON);
        let mut part = |name: &str| self.text(&format!("person.{name}"), members.get(name).unwrap_or(&Value::Null));
        let who = PersonRef { directory: part("directory"), key: part("key") };
        if who.directory.is_empty() || who.key.is_empty() {
            let wanted =
                "must name a directory and a key, as `callbook directory search --json` prints them".to_owned();
            self.fault("person", wanted);
            return None;
        }
        let profile = members.get("profile").and_then(|profile| serde_json::from_value(profile.clone()).ok());
        Some(Person { profile: profile.unwrap_or_default(), ..nobody(who) })
    }
}

/// A type that may not travel to a server becomes a label.
fn typed_value(value: TypedValue) -> TypedValue {
    let TypedValue { kind, label, primary, value } = value;
    let typed = TypedValue::new(&kind, &value);
    TypedValue { primary, label: if label.is_empty() { typed.label.clone() } else { label }, ..typed }
}

/// What a CLOUD contact's JSON repeats of its person is the person's, not the user's own.
fn own_part(draft: &mut Draft, members: &Map<String, Value>) {
    let Some(person) = draft.person.clone().filter(|_| draft.contact_type == ContactType::Cloud) else { return };
    let theirs = Draft { profile: person.profile, ..Draft::default() };
    for field in Field::ALL.into_iter().filter(|field| members.contains_key(field.key())) {
        let (text, values) = (field.text(&theirs), field.values(&theirs));
        if let Some(own) = field.text_mut(draft).filter(|own| Some(own.as_str()) == text) {
            own.clear();
        }
        if let (Some(own), Some(values)) = (field.values_mut(draft), values) {
            own.retain(|value| !values.contains(value));
        }
    }
    if ["addresses", "addressInfo"].iter().any(|name| members.contains_key(*name)) {
        draft.profile.addresses.retain(|address| !theirs.profile.addresses.contains(address));
    }
}
