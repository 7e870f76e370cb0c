use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::book::{AccountId, Address, CardSource, GroupId, Person, PersonRef, PhotoRef, Profile, TypedValue};

fn groups() -> Vec<Group> {
    let named = |(n, name): (usize, &&str)| Group::new(GroupId(Uuid::from_u128(n as u128)), AccountId::local(), name);
    ["Friends", "Customers", "friends"].iter().enumerate().map(named).collect()
}

fn contact(fill: impl FnOnce(&mut Draft)) -> Box<Contact> {
    let mut draft = Draft::default();
    fill(&mut draft);
    let mut contact = draft.into_contact(ContactId(Uuid::from_u128(7)), Timestamp(1));
    contact.unknown.insert("laterVersion".to_owned(), 5.into());
    Box::new(contact)
}

fn ada() -> Box<Contact> {
    contact(|draft| {
        draft.profile.display_name = "Ada Lovelace".to_owned();
        draft.profile.phone_numbers =
            vec![TypedValue::new("mobile", "+44 1"), TypedValue { primary: true, ..TypedValue::new("boat", "+44 2") }];
        draft.profile.addresses.push(Address {
            kind: "home".to_owned(),
            city: "London".to_owned(),
            ..Address::default()
        });
        draft.extras.notes = "met in Graz\n\"\"\"\n#!! is a line of mine".to_owned();
        draft.extras.photo = Some(PhotoRef { hash: "00".to_owned(), media_type: "image/png".to_owned() });
        draft.extras.uid = "u1".to_owned();
        let lines = vec!["UID:u1".to_owned(), "X-FOO:bar".to_owned(), "PHOTO;ENCODING=b:".to_owned()];
        draft.extras.card = Some(CardSource { version: "3.0".to_owned(), lines });
        draft.groups = vec![groups()[2].id];
    })
}

fn after(sheet: &Sheet, text: &str) -> Draft {
    match sheet.read(text, &groups()).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}")) {
        Command::EditContact { after, .. } | Command::CreateContact(after) => *after,
        other => panic!("{other:?}"),
    }
}

fn complaints(sheet: &Sheet, text: &str) -> Vec<(usize, String)> {
    let wrong = sheet.read(text, &groups()).unwrap_err();
    wrong.into_iter().map(|c| (c.line, format!("{}: {}", c.field, c.reason))).collect()
}

/// The number of the line that holds this.
fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap() + 1
}

#[test]
fn the_fields_are_shown_as_people_write_them() {
    insta::assert_snapshot!(Sheet::of(ada(), EditAs::Toml).text(&groups()));
}

#[test]
fn a_text_that_is_not_edited_changes_nothing() {
    for form in [EditAs::Toml, EditAs::Vcard] {
        let sheet = Sheet::of(ada(), form);
        assert_eq!(after(&sheet, &sheet.text(&groups())), Draft::of(&ada()), "{form:?}");
    }
}

#[test]
fn one_edit_changes_one_field_and_what_is_not_shown_survives() {
    for (form, old, new) in [
        (EditAs::Toml, "title       = \"\"", "title = \"Countess\""),
        (EditAs::Vcard, "END:VCARD", "TITLE:Countess\nEND:VCARD"),
    ] {
        let sheet = Sheet::of(ada(), form);
        let text = sheet.text(&groups());
        assert!(text.contains(old), "{text}");
        let mut expected = Draft::of(&ada());
        expected.profile.title = "Countess".to_owned();
        assert_eq!(after(&sheet, &text.replace(old, new)), expected);
    }
}

#[test]
fn a_line_taken_out_empties_its_field_and_a_foreign_property_goes() {
    let sheet = Sheet::of(ada(), EditAs::Toml);
    let text = sheet.text(&groups()).lines().filter(|line| !line.contains("+44 1")).collect::<Vec<_>>().join("\n");
    assert_eq!(after(&sheet, &text).profile.phone_numbers.len(), 1);
    let emptied = after(&sheet, "displayName = \"Ada\"\nbirthday = 1815-12-10\n");
    assert_eq!((emptied.profile.addresses.len(), emptied.extras.notes.as_str()), (0, ""));
    assert_eq!(emptied.extras.birthday, "1815-12-10", "a date needs no quotes");
    assert!(emptied.extras.photo.is_some() && emptied.extras.card.is_some());
    let sheet = Sheet::of(ada(), EditAs::Vcard);
    let edited = after(&sheet, &sheet.text(&groups()).replace("X-FOO:bar", "X-FOO:baz"));
    let lines = edited.extras.card.unwrap().lines;
    assert!(lines.contains(&"X-FOO:baz".to_owned()) && !lines.contains(&"X-FOO:bar".to_owned()), "{lines:?}");
}

#[test]
fn the_display_name_follows_the_names_unless_it_is_edited_too() {
    let named = |display: &str| {
        let ada = contact(|draft| {
            draft.profile.first_name = "Ada".to_owned();
            draft.profile.last_name = "Byron".to_owned();
            draft.profile.display_name = display.to_owned();
        });
        let sheet = Sheet::of(ada, EditAs::Toml);
        let married = sheet.text(&groups()).replace("lastName    = \"Byron\"", "lastName = \"Lovelace\"");
        let both = married.replace(&format!("displayName = \"{display}\""), "displayName = \"The Countess\"");
        [after(&sheet, &married), after(&sheet, &both)].map(|draft| draft.profile.display_name)
    };
    assert_eq!(named("Ada Byron"), ["Ada Lovelace", "The Countess"]);
    assert_eq!(named("A. B."), ["A. B.", "The Countess"]);
}

#[test]
fn groups_are_named_and_the_one_a_contact_is_in_stays() {
    let sheet = Sheet::of(ada(), EditAs::Toml);
    let text = sheet.text(&groups()).replace("[\"friends\"]", "[\"Friends\", \"Customers\", \"New\"]");
    let edited = after(&sheet, &text);
    assert_eq!(edited.groups, [groups()[2].id], "a twin name is the one it is in");
    assert_eq!(edited.group_names, ["Customers", "New"]);
}

#[test]
fn every_mistake_is_pointed_out_at_its_line() {
    let sheet = Sheet::of(ada(), EditAs::Toml);
    let text = sheet
        .text(&groups())
        .replace("displayName", "dispalyName")
        .replace("value = \"+44 2\"", "valu = \"+44 2\"")
        .replace("favourite = false", "favourite = 3");
    let wrong = complaints(&sheet, &text);
    let at = |part| line_of(&text, part);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    for (line, start) in [
        (at("dispalyName"), "dispalyName: there is no such member; did you mean displayName?"),
        (at("valu ="), "phoneNumbers[1].valu: there is no such member; did you mean value?"),
        (at("favourite"), "favourite: must be true or false"),
    ] {
        assert!(wrong.iter().any(|(at, said)| *at == line && said.starts_with(start)), "{line} {start}: {wrong:?}");
    }
    let found = sheet.read(&text, &groups()).unwrap_err();
    let pointed = point_out(&text, &found);
    assert!(pointed.starts_with("#!! 3 mistakes are pointed out below."), "{pointed}");
    let lines: Vec<&str> = pointed.lines().collect();
    let place = lines.iter().position(|line| line.contains("did you mean displayName?")).unwrap();
    assert!(lines[place + 1].starts_with("dispalyName"), "{pointed}");
    assert_eq!(complaints(&sheet, &pointed), wrong, "what is pointed out is no part of the text");
    assert_eq!(point_out(&pointed, &found), pointed);
}

#[test]
fn syntax_numbers_and_the_rules_of_forms_are_pointed_out_too() {
    let sheet = Sheet::of(ada(), EditAs::Toml);
    let wrong = complaints(&sheet, "displayName = \"A\"\ntitle = Countess\n");
    assert!(wrong.iter().any(|(line, said)| *line == 2 && said.starts_with("not TOML: ")), "{wrong:?}");
    let wrong = complaints(&sheet, "displayName = \"A\"\n\nphoneNumbers = [{ value = 5 }]\n");
    assert_eq!(wrong, [(3, "phoneNumbers[0].value: must be a text, not a number; put it in quotes".to_owned())]);
    let wrong = complaints(&sheet, "displayName = \"A\"\n\nemails = [\n{ value = \"nowhere\" }]\n");
    assert!(wrong[0].0 == 3 && wrong[0].1.contains("name@example.org"), "{wrong:?}");
    let blank = Sheet::blank(Draft::default(), EditAs::Toml);
    let wrong = complaints(&blank, &blank.text(&groups()));
    assert!(wrong[0].1.contains("a contact needs a name"), "{wrong:?}");
}

#[test]
fn a_card_is_one_card() {
    let sheet = Sheet::of(ada(), EditAs::Vcard);
    let text = sheet.text(&groups());
    assert!(complaints(&sheet, "")[0].1.contains("exactly one card"));
    assert!(complaints(&sheet, &text.repeat(2))[0].1.contains("exactly one card"));
    let wrong = complaints(&sheet, &text.replace("END:VCARD", "nonsense\nEND:VCARD"));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0].0, line_of(&text, "END:VCARD"));
}

#[test]
fn a_new_contact_is_made_of_either() {
    for (form, old, new) in
        [(EditAs::Toml, "displayName = \"\"", "displayName = \"Bob\""), (EditAs::Vcard, "FN:\n", "FN:Bob\n")]
    {
        let sheet = Sheet::blank(Draft { groups: vec![groups()[1].id], ..Draft::default() }, form);
        let text = sheet.text(&groups());
        assert!(text.contains(old), "{text}");
        let made = sheet.read(&text.replace(old, new), &groups()).unwrap();
        let Command::CreateContact(draft) = made else { panic!("{made:?}") };
        assert_eq!(draft.profile.display_name, "Bob");
        assert_eq!(draft.groups, [groups()[1].id]);
        assert_eq!(draft.extras.uid, "", "the UID of a contact that is not there yet is nobody's");
    }
}

#[test]
fn of_a_person_of_a_directory_the_own_additions_are_edited() {
    let grace = contact(|draft| {
        draft.contact_type = ContactType::Cloud;
        let who = PersonRef { directory: "offline".to_owned(), key: "1".to_owned() };
        let emails = vec![TypedValue::new("work", "grace@navy.example")];
        let profile = Profile { display_name: "Grace Hopper".to_owned(), emails, ..Profile::default() };
        draft.person = Some(Person { who, profile, unresolved_since: None });
        draft.profile.phone_numbers.push(TypedValue::new("home", "1"));
    });
    let sheet = Sheet::of(grace.clone(), EditAs::Vcard);
    let text = sheet.text(&groups());
    assert!(text.contains("#   E-mail: grace@navy.example") && !text.contains("emails ="), "{text}");
    assert_eq!(after(&sheet, &text), Draft::of(&grace));
    let edited = after(&sheet, &text.replace("value = \"1\"", "value = \"2\""));
    assert_eq!(edited.profile.phone_numbers, [TypedValue::new("home", "2")]);
    let wrong = complaints(&sheet, &format!("title = \"Boss\"\n{text}"));
    assert!(wrong[0].0 == 1 && wrong[0].1.contains("read-only"), "{wrong:?}");
}

/// Whatever may stand in a field, hostile text too.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z\"'#\\\\\n\t=,{}\\[\\] äŻ日👩\u{202e}\u{301}\u{7}\u{1b}\u{85}\u{2028}\u{feff}!\r]{0,20}"
}

fn values() -> impl Strategy<Value = Vec<TypedValue>> {
    let label = proptest::option::of("[a-z\"\\\\é ]{1,6}");
    let one = (proptest::sample::select(&TypedValue::TYPES[..]), label, text(), any::<bool>());
    proptest::collection::vec(one, 0..3).prop_map(|all| {
        let value = |(kind, label, value, primary): (&str, Option<String>, _, _)| TypedValue {
            kind: kind.to_owned(),
            label: label.unwrap_or_default(),
            value,
            primary,
        };
        all.into_iter().map(value).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn whatever_a_contact_holds_comes_back(
        texts in proptest::collection::vec(text(), Field::ALL.len()),
        phones in values(), pages in values(), streets in proptest::collection::vec(text(), 0..3), favourite: bool,
    ) {
        let before = contact(|draft| {
            for (field, text) in Field::ALL.into_iter().zip(texts) {
                if let Some(place) = field.text_mut(draft) {
                    *place = text;
                }
            }
            draft.profile.phone_numbers = phones;
            draft.extras.web_pages = pages;
            draft.extras.favourite = favourite;
            draft.profile.addresses =
                streets.into_iter().map(|street| Address { street, ..Address::default() }).collect();
        });
        let sheet = Sheet::of(before.clone(), EditAs::Toml);
        let shown = sheet.text(&groups());
        let (read, _) = toml_read::read(&complaint::without(&shown), &before, &groups()).map_err(|wrong| {
            TestCaseError::fail(format!("{wrong:?}\n{shown}"))
        })?;
        prop_assert_eq!(read, Draft::of(&before), "{}", shown);
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{}", shown);
    }

    #[test]
    fn nothing_that_is_typed_makes_it_panic(text in "[a-z\\[\\]{}\"=\n#!.0-9: ]{0,60}") {
        for form in [EditAs::Toml, EditAs::Vcard] {
            let sheet = Sheet::of(ada(), form);
            if let Err(wrong) = sheet.read(&text, &groups()) {
                let _ = sheet.read(&point_out(&text, &wrong), &groups());
            }
        }
    }
}
