//! The list against the vectors, against what may come instead, and the bodies that are sent.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Ciphertext, Keyring, Kind, Listing, NewContact, RemoteContact, Resolved, envelope};
use crate::{
    book::{Profile, TypedValue},
    webex::{
        KmsError, Refusal, WebexError,
        jose::{ContentKey, Oct},
        kms::KeyUri,
        seal::{self, Opened},
    },
};

const URI: &str = "kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d0001";

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/vectors/contacts-body.json")).unwrap()
}

fn key() -> ContentKey {
    let jwk: Oct = serde_json::from_value(vectors()["content_key_jwk"].clone()).unwrap();
    ContentKey::from_jwk(&jwk).unwrap()
}

fn ring() -> Keyring {
    Keyring::new(HashMap::from([(URI.parse::<KeyUri>().unwrap(), Ok(key()))]))
}

fn listing(body: &Value) -> Listing {
    let sealed = Ciphertext::new(body.to_string().into_bytes(), false);
    sealed.read().unwrap().open(ring())
}

fn sealed(text: &str) -> Value {
    seal::seal(&key(), text).into()
}

fn shown(contact: &RemoteContact) -> Value {
    serde_json::to_value(contact).unwrap()
}

#[test]
fn the_list_of_the_vectors_is_opened_field_by_field() {
    let vectors = vectors();
    let ciphertext = Ciphertext::new(vectors["get_contacts_body"].to_string().into_bytes(), false);
    let sealed = ciphertext.read().unwrap();
    assert_eq!(sealed.keys(), (vec![URI.parse().unwrap()], vec![]), "one key, named eight times");
    assert_eq!(sealed.people(), ["cccccccc-0000-4000-8000-000000000002"]);
    let mut listing = sealed.open(ring());
    assert!(listing.complete);
    let page = crate::webex::directory::read_scim(vectors["scim_response_body"].to_string().as_bytes()).unwrap();
    listing.contacts[1].person = Some(Resolved::Person(Box::new(page.people[0].profile.clone())));

    let expected = &vectors["expected"];
    let of = |number: usize| shown(&listing.contacts[number]);
    let same = |shown: &Value, expected: &Value| {
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(&shown[member], value, "{member}");
        }
    };
    same(&of(0), &expected["C1"]);
    same(&of(2), &expected["C3"]);
    // `null` with the place beside is how an unreadable field is told.
    same(&of(3), &expected["C4"]);
    assert_eq!(of(3)["unreadable"], json!(["avatarURL"]));
    assert_eq!(listing.contacts[3].unreadable, ["avatarURL"]);

    let cloud = of(1);
    let mut merged = expected["C2"].as_object().unwrap().clone();
    let mut numbers = merged.remove("phoneNumbers_directory").unwrap();
    let own = merged.remove("phoneNumbers_user_added").unwrap();
    numbers.as_array_mut().unwrap().extend(own.as_array().unwrap().clone());
    merged.insert("phoneNumbers".to_owned(), numbers);
    same(&cloud, &Value::Object(merged));
    assert_eq!(cloud["title"], "Directory title");
    let names: Vec<_> = listing.groups.iter().map(|group| group.readable_name().unwrap()).collect();
    assert_eq!(names, ["Other contacts", "Top contacts"]);
    assert_eq!(listing.default_group().unwrap().id, "aaaaaaaa-0000-4000-8000-000000000001");

    // What nobody opens stands there as it came.
    let stored = &vectors["get_contacts_body"]["contacts"][0];
    for member in
        ["contactId", "contactType", "ownerId", "encryptionKeyUrl", "groups", "avatarUrlDomain", "isMigration", "meta"]
    {
        assert_eq!(of(0)[member], stored[member], "{member}");
    }
    assert_eq!(of(0).as_object().unwrap().len(), stored.as_object().unwrap().len(), "and nothing else was added");
    let raw: Value = serde_json::from_str(listing.contacts[3].raw.text()).unwrap();
    assert_eq!(raw, vectors["get_contacts_body"]["contacts"][3], "the ciphertext is kept verbatim");
}

#[test]
fn a_contact_whose_text_is_known_is_left_sealed_and_its_key_is_not_asked_for() {
    let own = |id: &str, key: &str| {
        json!({"contactId": id, "contactType": "CUSTOM", "encryptionKeyUrl": key, "groups": ["g1"],
            "displayName": sealed("Ada"), "emails": [{"type": "work", "value": sealed("ada@example.test")}],
            "primaryContactMethod": "EMAIL"})
    };
    let other = "kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d0002";
    let body = json!({"contacts": [own("c1", other), own("c2", URI), own("c3", URI)], "groups": []});
    let ciphertext = Ciphertext::new(body.to_string().into_bytes(), false);
    let texts = ciphertext.read().unwrap().open(ring());
    let hash = |place: usize| texts.contacts[place].raw.hash();
    let known = HashMap::from([("c1".to_owned(), hash(0)), ("c2".to_owned(), hash(0)), ("gone".to_owned(), hash(2))]);

    let mut list = ciphertext.read().unwrap();
    list.leave(&known);
    assert_eq!(list.keys(), (vec![URI.parse().unwrap()], vec![]));
    let listing = list.open(ring());
    let left: Vec<_> = listing.contacts.iter().map(|contact| contact.left_sealed).collect();
    assert_eq!(left, [true, false, false], "the text of c2 is another one");
    let [known, opened, _] = &listing.contacts[..] else { panic!("{listing:?}") };
    assert_eq!((&known.fields.display_name, &known.fields.emails), (&Opened::Absent, &None));
    assert_eq!((known.unreadable.len(), &known.groups, known.key.as_deref()), (0, &vec!["g1".to_owned()], Some(other)));
    assert_eq!(known.fields.primary_contact_method.as_deref(), Some("EMAIL"));
    assert_eq!(opened.profile().display_name, "Ada");
    assert_eq!(texts.contacts[0].unreadable.len(), 2, "without its key it cannot be read otherwise");
}

#[test]
fn an_unresolved_person_keeps_the_users_additions() {
    let mut listing = listing(&vectors()["get_contacts_body"]);
    listing.contacts[1].person = Some(Resolved::Unknown);
    let shown = shown(&listing.contacts[1]);
    assert_eq!((&shown["resolved"], &shown["phoneNumbers"][0]["value"]), (&json!(false), &json!("+1 555 010 0202")));
}

#[test]
fn a_damaged_record_or_member_harms_nothing_else() {
    let good =
        json!({"contactId": "c1", "contactType": "CUSTOM", "encryptionKeyUrl": URI, "displayName": sealed("Ada")});
    let strange = json!({"contactId": "c2", "contactType": "ROBOT", "encryptionKeyUrl": URI, "displayName": sealed("R2"),
        "emails": 7, "phoneNumbers": [null, 7, {"type": 1, "value": sealed("+1")}, {"value": ""}, {"type": "Boat"}],
        "addressInfo": "here", "groups": ["", "g1", 7, "gone"], "firstName": "", "lastName": null, "title": [1],
        "primaryContactMethod": false, "meta": "now"});
    let bodies = [json!({"contacts": [good, strange, "x", null, {"contactType": "CLOUD"}], "groups": [
            {"groupId": "g1", "displayName": "in clear", "groupType": 3, "members": "all", "encryptionKeyUrl": URI}, 7]})];
    let listing = listing(&bodies[0]);
    assert!(!listing.complete, "what has no shape may be any record");
    let ids: Vec<_> = listing.contacts.iter().map(|contact| contact.id.as_str()).collect();
    assert_eq!(ids, ["c1", "c2", "", "", ""]);
    assert_eq!((&listing.contacts[0].kind, listing.contacts[0].unreadable.len()), (&Kind::Custom, 0));
    let strange = &listing.contacts[1];
    assert_eq!(strange.kind, Kind::Other("ROBOT".to_owned()));
    assert_eq!(strange.profile().display_name, "R2", "an unknown type is shown");
    assert_eq!(strange.groups, ["g1", "gone"], "dangling ids stay, empty ones go");
    let places = [
        "addressInfo",
        "title",
        "emails",
        "phoneNumbers[0]",
        "phoneNumbers[1]",
        "phoneNumbers[2].type",
        "primaryContactMethod",
        "groups[2]",
    ];
    assert_eq!(strange.unreadable, places);
    assert_eq!(strange.fields.first_name, Opened::Text(String::new()), "an empty text needs no key");
    assert_eq!(strange.fields.last_name, Opened::Absent);
    assert_eq!(strange.profile().phone_numbers, [TypedValue::new("", "+1")]);
    assert_eq!(listing.contacts[2].unreadable, ["*"]);
    assert_eq!(listing.contacts[4].unreadable, ["contactId"]);
    assert_eq!(listing.groups[0].name, Opened::Unreadable);
    assert_eq!(listing.groups.len(), 2);
    for contact in &listing.contacts {
        serde_json::to_string(contact).unwrap();
    }
}

#[test]
fn members_that_come_twice_or_are_no_unicode_are_read_one_by_one() {
    let body = format!(
        r#"{{"contacts":[{{"contactId":"c1","contactId":"c2","contactType":"CUSTOM","displayName":"\ud800","title":"","encryptionKeyUrl":"{URI}"}}],"groups":[]}}"#
    );
    let sealed = Ciphertext::new(body.into_bytes(), false);
    let listing = sealed.read().unwrap().open(ring());
    let contact = &listing.contacts[0];
    assert_eq!((contact.id.as_str(), contact.unreadable.as_slice()), ("c2", ["displayName".to_owned()].as_slice()));
    assert!(listing.complete);
}

#[test]
fn what_may_not_be_all_says_so() {
    let whole = json!({"contacts": [], "groups": [], "ownerId": "x"});
    assert!(listing(&whole).complete);
    let with = |member: &str, value: Value| {
        let mut body = whole.clone();
        body[member] = value;
        body
    };
    let without = |member: &str| {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(member);
        body
    };
    for body in [
        without("contacts"),
        without("groups"),
        with("contacts", json!({})),
        with("groups", json!(null)),
        with("nextPage", json!("https://x")),
        with("totalResults", json!(12)),
        with("paging", json!({"next": "x"})),
        with("contacts", json!([7])),
        with("contacts", json!([{"contactId": 7}])),
    ] {
        assert!(!listing(&body).complete, "{body}");
    }
    assert!(listing(&with("nextPage", json!(null))).complete);
    let header = Ciphertext::new(whole.to_string().into_bytes(), true);
    assert!(!header.read().unwrap().is_complete());
    for body in ["", "[]", "7", "{\"contacts\":[", "\u{feff}{}"] {
        assert!(
            matches!(Ciphertext::new(body.into(), false).read().map(|_| ()), Err(WebexError::Unreadable { .. })),
            "{body}"
        );
    }
}

#[test]
fn the_oldest_twin_is_the_default_group() {
    let group = |id: &str, name: &str, created: Value| json!({"groupId": id, "displayName": sealed(name), "encryptionKeyUrl": URI, "meta": {"created": created}});
    let groups = json!([
        group("a", "Other contacts", Value::Null),
        group("b", "other contacts", json!("2020-01-01T00:00:00Z")),
        group("c", "Other contacts", json!("2031-01-02T03:04:05.006Z")),
        group("d", "Other contacts", json!("2031-01-02T03:04:05.005Z")),
        group("", "Other contacts", json!("2001-01-01T00:00:00Z")),
    ]);
    let listing = listing(&json!({"contacts": [], "groups": groups}));
    assert_eq!(listing.default_group().unwrap().id, "d");
    assert_eq!(listing.group_named("  OTHER Contacts ").unwrap().id, "a");
}

#[test]
fn keys_that_cannot_be_had_leave_their_fields_unreadable() {
    let other = "kms://kms.example.test/keys/other";
    let contact = |uri: &str| json!({"contactId": uri, "contactType": "CUSTOM", "displayName": sealed("Ada"), "encryptionKeyUrl": uri});
    let body = json!({"contacts": [contact(URI), contact(other), contact("https://evil.test/keys/1"), contact(URI)], "groups": []});
    let ciphertext = Ciphertext::new(body.to_string().into_bytes(), false);
    let sealed = ciphertext.read().unwrap();
    let (keys, nonsense) = sealed.keys();
    assert_eq!(keys, [URI.parse().unwrap(), other.parse().unwrap()]);
    assert_eq!(nonsense, ["https://evil.test/keys/1"]);
    let revoked = WebexError::Kms(KmsError::MasterKeyRevoked);
    let mut ring = Keyring::new(HashMap::from([(keys[0].clone(), Ok(key())), (keys[1].clone(), Err(revoked.clone()))]));
    ring.note_nonsense(nonsense);
    let listing = sealed.open(ring);
    let readable: Vec<_> = listing.contacts.iter().map(|contact| contact.unreadable.is_empty()).collect();
    assert_eq!(readable, [true, false, false, true]);
    assert_eq!(listing.missing_keys[0], (other.to_owned(), revoked));
    assert!(envelope::list(&listing).details.unwrap().contains("revoked"));

    let silent = |reason: KmsError| Keyring::new(HashMap::from([(keys[0].clone(), Err(reason.into()))]));
    assert!(super::list::check_keys(&silent(KmsError::Silent)).is_err(), "no key at all, and no answer");
    assert!(super::list::check_keys(&silent(KmsError::MasterKeyRevoked)).is_ok());
    assert!(super::list::check_keys(&Keyring::default()).is_ok(), "nothing was needed");
}

#[test]
fn a_field_may_be_sealed_under_the_key_that_it_names_itself() {
    let other = "kms://kms.example.test/keys/other";
    let (first, second) = (key(), ContentKey::from_bytes([7; 32]));
    let header = format!(r#"{{"alg": "dir", "kid": "{other}", "enc": "A256GCM"}}"#);
    let name = second.seal(&header, "Ada".as_bytes());
    let body = json!({"contacts": [{"contactId": "c1", "displayName": name, "title": sealed("Queen"), "encryptionKeyUrl": URI}],
        "groups": []});
    let open = |keys| {
        let ciphertext = Ciphertext::new(body.to_string().into_bytes(), false);
        ciphertext.read().unwrap().open(Keyring::new(keys)).contacts.remove(0)
    };
    let both = HashMap::from([(URI.parse().unwrap(), Ok(first.clone())), (other.parse().unwrap(), Ok(second))]);
    assert_eq!(open(both).profile().display_name, "Ada");
    let one = open(HashMap::from([(URI.parse().unwrap(), Ok(first))]));
    assert_eq!((one.unreadable, one.fields.title), (vec!["displayName".to_owned()], Opened::Text("Queen".to_owned())));
}

fn everything() -> Value {
    json!({
        "contactType": "CUSTOM",
        "displayName": "Zoë Ünïcode 山田 👩🏽‍🚀",
        "firstName": "Zoë",
        "lastName": "Żółkiewska",
        "companyName": "Acme & Söhne \"GmbH\" \\",
        "title": "مديرة",
        "avatarURL": "https://avatar.example.test/zoë.png",
        "emails": [{"type": "work", "value": "zoe@example.test", "primary": true}, {"type": "Boat", "value": "z@boat.test"}],
        "phoneNumbers": [{"type": "mobile", "value": "+46 70"}, {"type": "home", "value": ""}],
        "sipAddresses": [{"value": "zoe@sip.example.test"}],
        "addressInfo": {"street": "1 Main St\nFloor 2", "city": "東京", "state": "", "zipCode": "00 123"},
        "primaryContactMethod": "PHONE",
        "department": "Secret department", "manager": "Secret manager", "resolved": true, "ownerId": "x", "meta": {},
        "kmsResourceObjectUrl": "x", "avatarUrlDomain": "x", "isMigration": true, "schemas": "x", "contactId": "not for CUSTOM"
    })
}

#[test]
fn what_is_sent_is_sealed_and_nothing_else_is_sent() {
    let contact = NewContact::from_json(&everything().to_string()).unwrap();
    let text = contact.sealed(&URI.parse().unwrap(), &key(), &["g1".to_owned()]);
    let body: Value = serde_json::from_str(&text).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "contactType",
        "displayName",
        "firstName",
        "lastName",
        "companyName",
        "title",
        "avatarURL",
        "emails",
        "phoneNumbers",
        "sipAddresses",
        "addressInfo",
        "primaryContactMethod",
        "encryptionKeyUrl",
        "groups",
        "schemas",
    ];
    assert_eq!(members, expected);
    // None of these can be in base64url by chance.
    for word in ["Zoë", "Secret", "\"Boat\"", "@boat", "1 Main", "example.test/zo", "not for", "00 123"] {
        assert!(!text.contains(word), "{word} travels in clear");
    }
    let kinds: Vec<_> =
        body["emails"].as_array().unwrap().iter().map(|email| email["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["work", "other"]);
    assert_eq!(body["phoneNumbers"].as_array().unwrap().len(), 1, "an empty entry is left out");
    assert_eq!(body["addressInfo"].as_object().unwrap().len(), 3, "an empty member is left out");

    // Read back it is the same.
    let mut stored = body;
    stored["contactId"] = json!("c1");
    let listing = listing(&json!({"contacts": [stored], "groups": []}));
    let mut read = listing.contacts[0].profile();
    assert_eq!(listing.contacts[0].unreadable, Vec::<String>::new());
    assert_eq!(read.emails[1], TypedValue::new("other", "z@boat.test"));
    read.emails[1] = contact.profile.emails[1].clone();
    let mut written = contact.profile.clone();
    written.phone_numbers.truncate(1);
    assert_eq!(read, written);
}

#[test]
fn nonsense_is_refused_with_the_name_of_the_member() {
    let refused = |text: &str| match NewContact::from_json(text) {
        Err(WebexError::Invalid(reason)) => reason,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(refused(r#"{"displayName":"x"}"#), "Unknown contactType received.");
    assert_eq!(refused(r#"{"contactType":"ROBOT"}"#), "Unknown contactType received.");
    assert_eq!(refused(r#"{"contactType":"CLOUD"}"#), "contactId is required for contactType:CLOUD.");
    let custom = |members: &str| refused(&format!(r#"{{"contactType":"CUSTOM",{members}}}"#));
    for (members, word) in [
        (r#""displayName":7"#, "displayName must be a text, not a number"),
        (r#""emails":"x""#, "emails must be a list"),
        (r#""emails":[7]"#, "emails[0] must be an object"),
        (r#""emails":[{"type":"work"}]"#, "emails[0].value is missing"),
        (r#""emails":[{"value":"x","type":[]}]"#, "emails[0].type must be a text"),
        (r#""emails":[{"value":"x","primary":1}]"#, "emails[0].primary must be true or false"),
        (r#""addressInfo":{"town":"x"}"#, "addressInfo has no member 'town'"),
        (r#""addressInfo":{"city":7}"#, "addressInfo.city must be a text"),
        (r#""groups":[""]"#, "groups[0] must be the id of a group"),
        (r#""encryptionKeyUrl":"https://x/keys/1""#, "encryptionKeyUrl must name a key"),
        (r#""primaryContactMethod":"my secret""#, "primaryContactMethod must be one of"),
        (r#""dispalyName":"x""#, "a contact has no member 'dispalyName'"),
        (r#""title":"Queen""#, "needs a name"),
        (r#""displayName":null,"emails":[{"value":" "}]"#, "needs a name"),
        (r#""displayName":"x","unreadable":["title"]"#, "unreadable fields"),
    ] {
        assert!(custom(members).contains(word), "{members}: {}", custom(members));
    }
    assert!(refused("{").contains("no JSON") && refused("[]").contains("not a list"));
    let cloud = NewContact::from_json(r#"{"contactType":"CLOUD","contactId":"p1","groups":null}"#).unwrap();
    assert_eq!(cloud, NewContact::cloud("p1", Profile::default()));
}

#[test]
fn failures_have_the_words_of_the_sdk_and_the_servers_beside() {
    let refusal = |status| Refusal {
        doing: "list the contacts",
        status,
        message: Some("No".to_owned()),
        tracking_id: Some("t1".to_owned()),
        retry_after: None,
    };
    for (status, error) in [
        (400, "400 Bad request"),
        (401, "User is unauthorised, possible token expiry"),
        (403, "User request is forbidden"),
        (404, "User info not found"),
        (408, "Request to the server timedout"),
        (500, "Internal server error occurred"),
        (501, "Method is not implemented at the backend"),
        (503, "Unable to establish a connection with the server"),
        (429, "429 Exception has occurred"),
    ] {
        let envelope = serde_json::to_value(envelope::failure(&refusal(status).into())).unwrap();
        assert_eq!(envelope["statusCode"], status);
        assert_eq!(envelope["data"], json!({"error": error}));
        assert_eq!(
            (&envelope["message"], &envelope["serverMessage"], &envelope["trackingId"]),
            (&json!("FAILURE"), &json!("No"), &json!("t1"))
        );
    }
    let silent = envelope::failure(&KmsError::Silent.into());
    assert_eq!((silent.status_code, silent.data.error.as_str()), (422, "422 Exception has occurred"));
    let own = envelope::failure(&WebexError::Invalid("Group displayName already exists".to_owned()));
    assert_eq!((own.status_code, own.data.error.as_str()), (400, "Group displayName already exists"));
    let gone = serde_json::to_string(&envelope::success(204, envelope::Nothing {})).unwrap();
    assert_eq!(gone, r#"{"statusCode":204,"data":{},"message":"SUCCESS"}"#);
}
