//! Contacts as JSON, written and read.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::book::{AccountId, CardSource, Contact, ContactId, Draft, Group, GroupId, Timestamp};

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
    let mut full = draft(&full(), &groups()).unwrap();
    full.groups = vec![groups()[1].id];
    full.extras.card = Some(CardSource { version: "4.0".to_owned(), lines: vec!["X-A:1".to_owned()] });
    let contact = contact_of(full);
    let printed = super::contact(&contact, &groups());
    assert_eq!(printed["groupNames"], json!(["Work"]));
    assert_eq!(printed["contactId"], json!(contact.id));
    assert_eq!(printed["addressInfo"]["zipCode"], "N1");
    assert_eq!(printed.get("addresses"), None, "addressInfo says it all");
    let again = contact_of(draft(&printed, &groups()).unwrap());
    assert_eq!(again, contact);
    assert_eq!(contact_of(edited(&contact, &printed, &groups()).unwrap()), contact);
}

#[test]
fn further_addresses_survive_an_edit_of_the_first() {
    let all =
        json!({"displayName": "A", "addresses": [{"type": "home", "poBox": "7", "city": "Rome"}, {"city": "Oslo"}]});
    let contact = contact_of(draft(&all, &[]).unwrap());
    let patch = json!({"addressInfo": {"city": null, "street": "Via A"}});
    let addresses = edited(&contact, &patch, &[]).unwrap().profile.addresses;
    assert_eq!(addresses.len(), 2);
    assert_eq!((addresses[0].po_box.as_str(), addresses[0].street.as_str()), ("7", "Via A"));
    assert_eq!(addresses[0].city, "");
    let patch = json!({"addressInfo": null});
    assert_eq!(edited(&contact, &patch, &[]).unwrap().profile.addresses[0].city, "Oslo");
    assert_eq!(super::contact(&contact, &[])["addresses"].as_array().unwrap().len(), 2);
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
    let mut printed = super::contact(&contact, &groups());
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
    let printed = super::contact(&contact, &[]);
    assert_eq!(printed["displayName"], "Grace Hopper");
    assert_eq!(printed["phoneNumbers"].as_array().unwrap().len(), 2);
    assert_eq!((&printed["resolved"], &printed["person"]["key"]), (&json!(true), &json!("gh")));
    assert_eq!(contact_of(draft(&printed, &[]).unwrap()), contact);
    let by_words = json!({"contactType": "CLOUD", "person": "gh@corp.example"});
    assert_eq!(draft(&by_words, &[]).unwrap().person.unwrap().who.key, "gh@corp.example");
    let nobody = json!({"contactType": "CLOUD", "person": {"key": "x"}});
    assert!(complaints(draft(&nobody, &[])).contains("person: must name a directory and a key"));
}

#[test]
fn patches_do_what_the_examples_of_the_rfc_say() {
    for (target, patch, result) in [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
        (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
        (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a": "b"}), json!(["c"]), json!(["c"])),
        (json!({"a": "foo"}), json!(null), json!(null)),
        (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
        (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
        (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
    ] {
        let mut merged = target.clone();
        merge_patch(&mut merged, &patch);
        assert_eq!(merged, result, "{target} with {patch}");
    }
}
