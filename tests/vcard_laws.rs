//! Laws of the writer: whatever a contact holds comes back, whatever the bytes are the reader ends.

use callbook::{
    book::{
        AccountId, Address, Contact, ContactId, ContactType, Draft, OTHER_CONTACTS, Person, PersonRef, Profile,
        Timestamp, TypedValue,
        incoming::{Incoming, IncomingContact, Photo},
    },
    exchange::vcard::{Version, read, unmanaged, with_unmanaged, write},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use uuid::Uuid;

fn parse(text: &str) -> IncomingContact {
    let records: Vec<_> = read(text.as_bytes()).collect();
    match <[_; 1]>::try_from(records) {
        Ok([Ok(Incoming::Contact(contact))]) => *contact,
        other => panic!("{other:?}\n{text}"),
    }
}

fn contact(draft: Draft) -> Contact {
    let mut contact = Contact::new(ContactId(Uuid::from_u128(7)), AccountId::local(), Timestamp(1_700_000_000_000));
    draft.apply(&mut contact);
    contact
}

/// Text as a person might type it, and then some.
fn text() -> impl Strategy<Value = String> {
    let odd = "[a-zA-Z0-9 ,;:\\\\\"=^%+\\-\n\t.@<>$!äßŻ日本👩‍👩‍👧\u{202e}\u{301}]{0,24}";
    prop_oneof![6 => odd, 1 => Just(String::new()), 1 => "[x é]{90,400}"].prop_map(|text| text.trim().to_owned())
}

fn typed(kinds: &'static [&'static str]) -> impl Strategy<Value = Vec<TypedValue>> {
    let label = "[A-Za-z][a-zA-Z ,;:\"ä]{0,10}[a-z]";
    let value = (select(kinds), prop_oneof![3 => Just(String::new()), 1 => label], text(), any::<bool>());
    vec(value, 0..5).prop_map(|values| {
        let values = values.into_iter().filter(|(_, _, value, _)| !value.is_empty());
        let mut values: Vec<TypedValue> = values
            .map(|(kind, label, value, primary)| {
                let kind = if label.is_empty() || !kind.is_empty() { kind } else { "other" };
                TypedValue { kind: kind.to_owned(), label, value, primary }
            })
            .collect();
        let first = values.iter().position(|value| value.primary);
        values.iter_mut().enumerate().for_each(|(at, value)| value.primary = Some(at) == first);
        values
    })
}

fn addresses() -> impl Strategy<Value = Vec<Address>> {
    let one = (select(&["home", "work", "other", ""][..]), vec(text(), 7), any::<bool>());
    vec(one, 0..3).prop_map(|all| {
        let mut all: Vec<Address> = all
            .into_iter()
            .map(|(kind, parts, primary)| {
                let [po_box, extended, street, city, state, zip_code, country] =
                    <[String; 7]>::try_from(parts).unwrap();
                let (kind, label) = (kind.to_owned(), String::new());
                Address { kind, label, primary, po_box, extended, street, city, state, zip_code, country }
            })
            .filter(|address| !address.is_empty())
            .collect();
        let first = all.iter().position(|address| address.primary);
        all.iter_mut().enumerate().for_each(|(at, address)| address.primary = Some(at) == first);
        all
    })
}

fn birthday() -> impl Strategy<Value = String> {
    prop_oneof![text(), "19[0-9][0-9]-0[1-9]-1[0-9]", "--0[1-9]-1[0-9]", "[0-9]{8}"]
}

fn profile() -> impl Strategy<Value = Profile> {
    let phone: &[&str] = &["work", "home", "mobile", "work_extension", "fax", "pager", "other", ""];
    let sip: &[&str] = &["work", "enterprise", "cloud-calling", "personal-room", "pmr", ""];
    let avatar = prop_oneof![Just(String::new()), "https://a\\.example/[a-z0-9,;?=]{0,90}"];
    let method = select(&["", "EMAIL", "PHONE", "SIPADDRESS", "IMS"][..]);
    let numbers = prop_oneof![
        typed(phone),
        vec("\\+[0-9]{3}[-.0-9]{4}(;ext=[0-9]{1,3})?", 0..3)
            .prop_map(|numbers| numbers.iter().map(|number| TypedValue::new("work", number)).collect()),
    ];
    let lists = (numbers, typed(phone), typed(sip), addresses());
    (vec(text(), 7), lists, avatar, method).prop_map(
        |(texts, (phone_numbers, emails, sip_addresses, addresses), avatar_url, method)| {
            let [display_name, first_name, last_name, title, company_name, department, manager] =
                <[String; 7]>::try_from(texts).unwrap();
            let primary_contact_method = method.to_owned();
            Profile {
                display_name,
                first_name,
                last_name,
                title,
                company_name,
                department,
                manager,
                emails,
                phone_numbers,
                sip_addresses,
                addresses,
                avatar_url,
                primary_contact_method,
            }
        },
    )
}

fn draft() -> impl Strategy<Value = Draft> {
    let extras = (vec(text(), 5), birthday(), typed(&["work", "home", "other", ""]), any::<bool>(), text());
    (profile(), extras).prop_map(|(mut profile, (texts, birthday, web_pages, favourite, uid))| {
        if profile.display_name.is_empty() {
            "Ada".clone_into(&mut profile.display_name);
        }
        let mut draft = Draft { profile, ..Draft::default() };
        let [middle_name, prefix, suffix, nickname, notes] = <[String; 5]>::try_from(texts).unwrap();
        draft.extras.middle_name = middle_name;
        draft.extras.prefix = prefix;
        draft.extras.suffix = suffix;
        draft.extras.nickname = nickname;
        draft.extras.notes = notes;
        draft.extras.birthday = birthday;
        draft.extras.web_pages = web_pages;
        draft.extras.favourite = favourite;
        draft.extras.uid = if uid.is_empty() { "7".to_owned() } else { uid };
        draft
    })
}

fn groups() -> impl Strategy<Value = Vec<String>> {
    vec("[a-z ,;\\\\]{1,8}[0-9]", 0..4).prop_map(|names| {
        let mut names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    })
}

fn photo() -> impl Strategy<Value = Option<Photo>> {
    let media = select(&["image/jpeg", "image/png", "image/x-odd", "application/pdf", "application/octet-stream"][..]);
    let photo = (media, vec(any::<u8>(), 1..200))
        .prop_map(|(media_type, bytes)| Photo { media_type: media_type.to_owned(), bytes: [vec![0], bytes].concat() });
    proptest::option::of(photo)
}

/// Properties that are no field, in the form in which they are listed.
fn properties() -> impl Strategy<Value = Vec<Value>> {
    let word = || "[a-z]{1,6}";
    let one = prop_oneof![
        (word(), text()).prop_map(|(name, text)| json!([format!("x-test-{name}"), {}, "unknown", text])),
        (word(), text()).prop_map(|(param, text)| json!(["role", {"type": param}, "text", text])),
        (text(), text())
            .prop_map(|(param, text)| json!(["x-p", {"x-param": param.replace('\t', " ")}, "unknown", text])),
        text().prop_map(|text| json!(["x-grouped", {"group": "item1"}, "text", text])),
        Just(json!(["anniversary", {"pref": "1"}, "date-and-or-time", "20090808T1430-0500"])),
        Just(json!(["geo", {"pref": "2", "type": "home"}, "uri", "geo:46.7,-71.2"])),
        Just(json!(["key", {}, "uri", "data:application/pgp-keys;base64,AAAA"])),
        Just(json!(["logo", {"type": ["home", "work"]}, "uri", "data:image/png;base64,AAAA"])),
        Just(json!(["related", {"type": "spouse"}, "text", "Maria"])),
        Just(json!(["note", {}, "text", "a second note"])),
        Just(json!(["photo", {}, "uri", "https://a.example/second.png"])),
        Just(json!(["org", {}, "text", ["Second", ["a", "b"], ""]])),
    ];
    vec(one, 0..6)
}

fn without_card(incoming: IncomingContact) -> (Draft, Option<Photo>, Vec<Value>) {
    let mut draft = incoming.draft;
    let card = draft.extras.card.take().unwrap();
    (draft, incoming.photo, unmanaged(&card))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_contact_comes_back(draft in draft(), groups in groups(), photo in photo(), properties in properties()) {
        let mut source = draft.clone();
        source.extras.card = with_unmanaged(None, &properties).unwrap();
        prop_assert_eq!(source.extras.card.as_ref().map(unmanaged).unwrap_or_default(), properties.clone());
        let contact = contact(source);
        for version in [Version::V3, Version::V4] {
            let text = write(&contact, &groups, photo.as_ref(), version);
            let expected = Draft { group_names: groups.clone(), ..draft.clone() };
            prop_assert_eq!(without_card(parse(&text)), (expected, photo.clone(), properties.clone()), "{}", text);
        }
    }

    /// A card is patched into any other contact, and what neither of the two speaks of stays.
    #[test]
    fn a_card_takes_any_edit(
        before in draft(), after in draft(), groups in groups(), photo in photo(), properties in properties(),
        version in select(&[Version::V3, Version::V4][..]), target in select(&[Version::V3, Version::V4][..]),
    ) {
        let mut source = before;
        source.extras.card = with_unmanaged(None, &properties).unwrap();
        let text = write(&contact(source), &["old".to_owned()], photo.as_ref(), version);
        let mut edited = after.clone();
        edited.extras.card = parse(&text).draft.extras.card;
        let text = write(&contact(edited), &groups, None, target);
        let expected = Draft { group_names: groups.clone(), ..after };
        prop_assert_eq!(without_card(parse(&text)), (expected, None, properties.clone()), "{}", text);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in vec(any::<u8>(), 0..600)) {
        prop_assert!(read(bytes.as_slice()).count() <= bytes.len() + 1);
    }

    #[test]
    fn any_lines_mean_the_same_in_either_version(lines in vec(odd_line(), 0..12)) {
        means_the_same(&lines.join("\n"))?;
    }

    #[test]
    fn any_card_means_the_same_in_either_version(lines in vec(line(), 0..12)) {
        means_the_same(&lines.join("\n"))?;
    }
}

/// A line that looks like a property, more or less.
fn odd_line() -> impl Strategy<Value = String> {
    "(item1\\.)?(FN|N|TEL|PHOTO|KEY|ADR|BDAY|GEO|IMPP|AGENT|\\PC{0,3})([;=][A-Z0-9\"^,=-]{0,12}){0,3}\
     (;ENCODING=(b|QUOTED-PRINTABLE)|;VALUE=uri)?:?(tel:|sip:|data:|http://)?\\PC{0,20}"
}

/// A property with parameters and values that real cards have, if not in these combinations.
fn line() -> impl Strategy<Value = String> {
    let name = "(item[12]\\.)?(FN|N|TEL|EMAIL|PHOTO|LOGO|KEY|ADR|BDAY|ANNIVERSARY|GEO|IMPP|X-SIP|X-ABLabel|CATEGORIES|UID|NOTE|\
                ORG|TITLE|NICKNAME|URL|GENDER|LABEL|RELATED|SOUND|TZ|LANG|X-FOO|X-MANAGER|X-CALLBOOK-FAVOURITE|REV)";
    let params = "(;TYPE=(HOME|work,pref|FAX|\"cell,voice\"|JPEG|PGP|School)|;PREF|;PREF=[0-3]|;WORK|;X-WEBEX-TYPE=(pmr|odd)|\
                  ;VALUE=(text|uri|date|URL)|;ENCODING=(b|QUOTED-PRINTABLE|BASE64)|;CHARSET=ISO-8859-1|;ALTID=1|;X-APPLE-OMIT-YEAR=1604){0,4}";
    let value = "(tel:|sip:|sips:|data:|data:image/png;base64,|http://|geo:|urn:uuid:|_\\$!<)?([a-zA-Z0-9]{1,4}|[,;\\\\=:/+. -]|=3B|=C3=A9|\
                 \\\\n|19800322|1604-03-22|--0203|T1030Z|46.5,7.1|iVBORw0KGgo=|é|日本|>!\\$_){0,8}";
    (name, params, value).prop_map(|(name, params, value)| format!("{name}{params}:{value}"))
}

fn means_the_same(lines: &str) -> Result<(), TestCaseError> {
    for version in ["2.1", "3.0", "4.0"] {
        let text = format!("BEGIN:VCARD\nVERSION:{version}\n{lines}\nEND:VCARD\n");
        for record in read(text.as_bytes()) {
            let Ok(Incoming::Contact(incoming)) = record else { continue };
            let card = incoming.draft.extras.card.clone().unwrap();
            let listed = unmanaged(&card);
            prop_assert_eq!(with_unmanaged(Some(card.clone()), &listed), Ok(Some(card)));
            let alone = with_unmanaged(None, &listed).unwrap();
            prop_assert_eq!(alone.as_ref().map(unmanaged).unwrap_or_default(), listed);
            for version in [Version::V3, Version::V4] {
                let contact = contact(incoming.draft.clone());
                let written = write(&contact, &incoming.draft.group_names, incoming.photo.as_ref(), version);
                let mut again = parse(&written);
                if incoming.draft.extras.uid.is_empty() {
                    again.draft.extras.uid.clear();
                    again.directory_key.clear();
                }
                prop_assert_eq!(without_card(again), without_card(*incoming.clone()), "{}\n{}", text, written);
            }
        }
    }
    Ok(())
}

#[test]
fn what_is_no_date_is_not_spelt_as_one() {
    means_the_same("CATEGORIES;VALUE=date:19800322\nNOTE;VALUE=date:1980-03-22\nORG;VALUE=date:19800322").unwrap();
}

#[test]
fn a_cloud_contact_is_written_as_people_see_it() {
    let mut draft = Draft { contact_type: ContactType::Cloud, ..Draft::default() };
    draft.profile.phone_numbers.push(TypedValue::new("home", "1"));
    let profile = Profile { display_name: "Ada".to_owned(), title: "Countess".to_owned(), ..Profile::default() };
    let who = PersonRef { directory: "offline".to_owned(), key: "secret-key".to_owned() };
    draft.person = Some(Person { who, profile, unresolved_since: None });
    let text = write(&contact(draft), &[OTHER_CONTACTS.to_owned()], None, Version::V3);
    assert_eq!(
        text,
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;;;;\r\nTITLE:Countess\r\nTEL;TYPE=VOICE,HOME:1\r\n\
         UID:urn:uuid:00000000-0000-0000-0000-000000000007\r\nREV:2023-11-14T22:13:20Z\r\n\
         X-WEBEX-CONTACT-TYPE:CLOUD\r\nEND:VCARD\r\n"
    );
}

#[test]
fn fields_of_the_contact_are_not_taken_as_properties() {
    for (property, reason) in [
        (
            json!(["email", {}, "text", "a@b"]),
            "'email' is a field of the contact itself; write it there, not in vcardProperties",
        ),
        (
            json!(["categories", {}, "text", "a"]),
            "'categories' is a field of the contact itself; write it there, not in vcardProperties",
        ),
        (json!({"x": 1}), "{\"x\":1} is no vCard property; write it as [\"name\", {}, \"type\", \"value\"]"),
        (
            json!(["x:y", {}, "text", "a"]),
            "[\"x:y\",{},\"text\",\"a\"] is no vCard property; write it as [\"name\", {}, \"type\", \"value\"]",
        ),
    ] {
        assert_eq!(with_unmanaged(None, &[property]).unwrap_err(), reason);
    }
}
