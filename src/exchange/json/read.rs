//! A contact from JSON.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ADDRESS_INFO, READ_ONLY, merge_patch, write::write_addresses};
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

/// A member that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The member: `phoneNumbers[1].value`.
    pub member: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// All members that are not as they must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Misfits(pub Vec<Misfit>);

impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Misfit { member, reason }) in self.0.iter().enumerate() {
            write!(f, "{}{member}: {reason}", if number == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

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

#[derive(Default)]
struct Reader {
    misfits: Vec<Misfit>,
}

impl Reader {
    fn fault(&mut self, member: &str, reason: String) {
        self.misfits.push(Misfit { member: member.to_owned(), reason });
    }

    fn finish<T>(self, read: T) -> Result<T, Misfits> {
        if self.misfits.is_empty() { Ok(read) } else { Err(Misfits(self.misfits)) }
    }

    fn object(&mut self, what: &str, value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_else(|| {
            self.fault(what, format!("must be an object, not {}", kind(value)));
            Map::new()
        })
    }

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

    fn reject_unknown(&mut self, path: &str, members: &Map<String, Value>, known: &[&str]) {
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
            let near = near.filter(|known| strsim::damerau_levenshtein(known, name) <= 3 + name.len() / 4);
            let reason = match near {
                Some(near) => format!("there is no such member; did you mean {near}?"),
                None => format!("there is no such member; there are {}", known.join(", ")),
            };
            self.fault(&format!("{path}{name}"), reason);
        }
    }

    fn scalar<T: Default>(&mut self, member: &str, value: &Value, get: fn(&Value) -> Option<T>, wanted: &str) -> T {
        if value.is_null() {
            return T::default();
        }
        get(value).unwrap_or_else(|| {
            self.fault(member, format!("must be {wanted}, not {}", kind(value)));
            T::default()
        })
    }

    fn text(&mut self, member: &str, value: &Value) -> String {
        self.scalar(member, value, |value| value.as_str().map(str::to_owned), "a text")
    }

    fn list(&mut self, member: &str, value: &Value) -> Vec<Value> {
        self.scalar(member, value, |value| value.as_array().cloned(), "a list")
    }

    fn texts(&mut self, member: &str, value: &Value) -> Vec<String> {
        let values = self.list(member, value);
        let texts = values.iter().enumerate().map(|(n, value)| self.text(&format!("{member}[{n}]"), value));
        texts.collect()
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

    /// A list of objects whose members are texts, but for `primary`.
    fn entries<T: DeserializeOwned>(
        &mut self,
        member: &str,
        value: &Value,
        known: &[&str],
        example: &str,
        tidy: fn(T) -> T,
    ) -> Vec<T> {
        let list = self.list(member, value);
        let mut entries = Vec::with_capacity(list.len());
        for (number, value) in list.iter().enumerate() {
            let path = format!("{member}[{number}]");
            let Value::Object(entry) = value else {
                let wanted = format!("must be an object such as {{\"{example}\": …}}, not {}", kind(value));
                self.fault(&path, wanted);
                continue;
            };
            if let Some(entry) = self.entry(&path, entry, known) {
                entries.push(tidy(entry));
            }
        }
        entries
    }

    fn entry<T: DeserializeOwned>(&mut self, path: &str, entry: &Map<String, Value>, known: &[&str]) -> Option<T> {
        let before = self.misfits.len();
        self.reject_unknown(&format!("{path}."), entry, known);
        for (name, value) in entry.iter().filter(|(name, _)| known.contains(&name.as_str())) {
            let member = format!("{path}.{name}");
            if name == "primary" {
                self.scalar(&member, value, Value::as_bool, "true or false");
            } else {
                self.text(&member, value);
            }
        }
        let present = entry.iter().filter(|(_, value)| !value.is_null());
        let present = present.map(|(name, value)| (name.clone(), value.clone())).collect();
        let read = serde_json::from_value(Value::Object(present));
        (self.misfits.len() == before).then_some(read).and_then(Result::ok)
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

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::book::{AccountId, CardSource, ContactId, Timestamp};

    fn groups() -> Vec<Group> {
        ["Friends", "Work"]
            .iter()
            .enumerate()
            .map(|(n, name)| Group::new(GroupId(Uuid::from_u128(n as u128)), AccountId::local(), name))
            .collect()
    }

    fn full() -> Value {
        json!({
            "displayName": "Ada Lovelace", "firstName": "Ada", "lastName": "Lovelace", "nickname": "Ada",
            "companyName": "Engines", "title": "Analyst", "birthday": "1815-12-10", "notes": "two\nlines",
            "emails": [{"type": "work", "value": "ada@a.example", "primary": true}],
            "phoneNumbers": [{"type": "mobile", "value": "+1 415"}, {"type": "other", "value": "5", "label": "boat"}],
            "sipAddresses": [{"type": "enterprise", "value": "ada@sip.example"}],
            "webPages": [{"type": "", "value": "https://a.example"}],
            "addressInfo": {"street": "1 Main", "city": "London", "state": "", "zipCode": "N1", "country": "UK"},
            "avatarURL": "https://a.example/a.png", "primaryContactMethod": "EMAIL", "favourite": true,
            "groupNames": ["Friends", "New"],
        })
    }

    fn contact_of(draft: Draft) -> Contact {
        draft.tidied().into_contact(ContactId(Uuid::from_u128(7)), Timestamp(0))
    }

    fn complaints(result: Result<Draft, Misfits>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let mut draft = draft(&full(), &groups()).unwrap();
        draft.groups = vec![groups()[1].id];
        draft.extras.card = Some(CardSource { version: "4.0".to_owned(), lines: vec!["X-A:1".to_owned()] });
        let contact = contact_of(draft);
        let printed = super::super::contact(&contact, &groups());
        assert_eq!(printed["groupNames"], json!(["Work"]));
        assert_eq!(printed["contactId"], json!(contact.id));
        assert_eq!(printed["addressInfo"]["zipCode"], "N1");
        assert_eq!(printed.get("addresses"), None, "addressInfo says it all");
        let again = contact_of(super::draft(&printed, &groups()).unwrap());
        assert_eq!(again, contact);
        assert_eq!(contact_of(edited(&contact, &printed, &groups()).unwrap()), contact);
    }

    #[test]
    fn further_addresses_survive_an_edit_of_the_first() {
        let all = json!({"displayName": "A", "addresses": [{"type": "home", "poBox": "7", "city": "Rome"}, {"city": "Oslo"}]});
        let contact = contact_of(draft(&all, &[]).unwrap());
        let patch = json!({"addressInfo": {"city": null, "street": "Via A"}});
        let addresses = edited(&contact, &patch, &[]).unwrap().profile.addresses;
        assert_eq!(addresses.len(), 2);
        assert_eq!((addresses[0].po_box.as_str(), addresses[0].street.as_str()), ("7", "Via A"));
        assert_eq!(addresses[0].city, "");
        let patch = json!({"addressInfo": null});
        assert_eq!(edited(&contact, &patch, &[]).unwrap().profile.addresses[0].city, "Oslo");
        assert_eq!(super::super::contact(&contact, &[])["addresses"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_patch_touches_what_it_names_only() {
        let contact = contact_of(draft(&full(), &groups()).unwrap());
        let patch = json!({"title": null, "emails": [], "groupNames": ["Work"], "notes": "new"});
        let edited = contact_of(edited(&contact, &patch, &groups()).unwrap());
        let mut expected = contact.clone();
        expected.profile.title.clear();
        expected.profile.emails.clear();
        expected.extras.notes = "new".to_owned();
        assert_eq!(edited, expected);
    }

    #[test]
    fn mistakes_name_the_member_and_the_nearest_known_one() {
        let wrong = json!({"dispalyName": "A", "title": 5, "emails": [{"value": 7}, "x"], "phoneNumbers": {},
            "addressInfo": {"zip": "1"}, "groups": ["friends"], "favourite": "yes"});
        let text = complaints(draft(&wrong, &groups()));
        for expected in [
            "dispalyName: there is no such member; did you mean displayName?",
            "title: must be a text, not a number",
            "emails[0].value: must be a text, not a number",
            "emails[1]: must be an object such as",
            "phoneNumbers: must be a list, not an object",
            "addressInfo.zip: there is no such member",
            "groups: there is no group 'friends'; groupNames takes names",
            "favourite: must be true or false, not a text",
        ] {
            assert!(text.contains(expected), "{expected} not in: {text}");
        }
        assert!(complaints(draft(&json!([1]), &[])).contains("must be an object, not a list"));
    }

    #[test]
    fn a_printed_contact_edited_in_one_place_changes_there_alone() {
        let mut contact = contact_of(Draft { groups: vec![groups()[0].id, groups()[1].id], ..Draft::default() });
        let mut printed = super::super::contact(&contact, &groups());
        assert_eq!(printed["displayName"], "(no name)");
        printed["groupNames"] = json!(["Work"]);
        printed["notes"] = json!("new");
        let after = edited(&contact, &printed, &groups()).unwrap();
        assert_eq!((after.profile.display_name.as_str(), &after.group_names), ("", &vec!["Work".to_owned()]));
        assert!(after.groups.is_empty(), "groups as they were printed do not hold against groupNames");
        contact.extras.notes = "new".to_owned();
        assert_eq!(after.extras, contact.extras);
        assert!(complaints(edited(&contact, &json!({"titel": null}), &[])).contains("did you mean title?"));
    }

    #[test]
    fn what_is_not_the_users_to_change_is_refused_in_a_patch() {
        let contact = contact_of(draft(&full(), &groups()).unwrap());
        for member in ["contactId", "created", "contactType"] {
            let text = complaints(edited(&contact, &json!({member: "x"}), &groups()));
            assert!(text.starts_with(&format!("{member}: cannot be changed")), "{text}");
        }
        assert!(edited(&contact, &json!({"remoteId": null}), &groups()).is_ok());
    }

    #[test]
    fn a_person_of_the_directory_keeps_what_is_theirs() {
        let cloud = json!({
            "contactType": "CLOUD", "displayName": "Grace Hopper", "notes": "mine",
            "phoneNumbers": [{"type": "work", "value": "1"}, {"type": "home", "value": "2"}],
            "person": {"directory": "offline", "key": "gh", "profile": {"displayName": "Grace Hopper",
                "phoneNumbers": [{"type": "work", "value": "1"}]}},
        });
        let contact = contact_of(draft(&cloud, &[]).unwrap());
        assert_eq!(contact.profile.display_name, "");
        assert_eq!(contact.profile.phone_numbers.len(), 1);
        let printed = super::super::contact(&contact, &[]);
        assert_eq!(printed["displayName"], "Grace Hopper");
        assert_eq!(printed["phoneNumbers"].as_array().unwrap().len(), 2);
        assert_eq!((&printed["resolved"], &printed["person"]["key"]), (&json!(true), &json!("gh")));
        assert_eq!(contact_of(super::draft(&printed, &[]).unwrap()), contact);
        let by_words = json!({"contactType": "CLOUD", "person": "gh@corp.example"});
        assert_eq!(draft(&by_words, &[]).unwrap().person.unwrap().who.key, "gh@corp.example");
        let nobody = json!({"contactType": "CLOUD", "person": {"key": "x"}});
        assert!(complaints(draft(&nobody, &[])).contains("person: must name a directory and a key"));
    }
}
