//! What the writer makes of an edited card, line by line.

use callbook::{
    book::{
        AccountId, Address, Contact, ContactId, Draft, Timestamp, TypedValue,
        incoming::{Incoming, Photo},
    },
    exchange::vcard::{Version, read, write},
};
use uuid::Uuid;

/// Reads a card of these lines, edits it, and returns the lines written, without those that every card has.
fn edited(version: &str, lines: &str, target: Version, edit: impl FnOnce(&mut Contact)) -> String {
    let text = format!("BEGIN:VCARD\nVERSION:{version}\nUID:7\nFN:Ada\nN:;;;;\n{lines}\nEND:VCARD\n");
    let Some(Ok(Incoming::Contact(incoming))) = read(text.as_bytes()).next() else { panic!("{text}") };
    let mut contact = Contact::new(ContactId(Uuid::nil()), AccountId::local(), Timestamp(0));
    let Draft { profile, extras, group_names, .. } = incoming.draft;
    (contact.profile, contact.extras) = (profile, extras);
    edit(&mut contact);
    own_lines(&write(&contact, &group_names, incoming.photo.as_ref(), target))
}

fn own_lines(text: &str) -> String {
    let unfolded = text.replace("\r\n ", "");
    let usual = ["BEGIN:", "VERSION:", "UID:7", "UID;VALUE=text:7", "FN:Ada", "N:;;;;", "REV:", "END:"];
    let own: Vec<&str> = unfolded.lines().filter(|line| !usual.iter().any(|usual| line.starts_with(usual))).collect();
    own.join("\n")
}

fn phones(contact: &mut Contact) -> &mut Vec<TypedValue> {
    &mut contact.profile.phone_numbers
}

#[test]
fn a_changed_type_keeps_the_other_words_and_parameters() {
    let lines = "TEL;X-ID=\"a b\";TYPE=WORK,VOICE,PREF:1\nTEL;TYPE=HOME:2";
    let text = edited("3.0", lines, Version::V3, |contact| "home".clone_into(&mut phones(contact)[0].kind));
    assert_eq!(text, "TEL;X-ID=a b;TYPE=VOICE,PREF,HOME:1\nTEL;TYPE=HOME:2");
}

#[test]
fn the_preference_moves() {
    let lines = "TEL;TYPE=WORK,PREF:1\nTEL;TYPE=HOME:2";
    let swap = |contact: &mut Contact| phones(contact).iter_mut().for_each(|phone| phone.primary = !phone.primary);
    assert_eq!(edited("3.0", lines, Version::V3, swap), "TEL;TYPE=WORK:1\nTEL;TYPE=HOME,PREF:2");
    assert_eq!(edited("3.0", lines, Version::V4, swap), "TEL;TYPE=WORK:1\nTEL;TYPE=HOME;PREF=1:2");
    assert_eq!(edited("3.0", lines, Version::V4, |_| ()), "TEL;TYPE=WORK;PREF=1:1\nTEL;TYPE=HOME:2");
}

#[test]
fn a_removed_value_takes_its_label_along_and_no_other() {
    let lines =
        "item1.TEL:1\nitem1.X-ABLabel:Boat\nitem2.TEL:2\nitem2.X-ABLabel:Car\nitem3.X-ABDATE:1975\nitem3.X-ABLabel:Day";
    let text = edited("3.0", lines, Version::V3, |contact| drop(phones(contact).remove(0)));
    assert_eq!(text, "item2.TEL:2\nitem2.X-ABLabel:Car\nitem3.X-ABDATE:1975\nitem3.X-ABLabel:Day");
}

#[test]
fn labels_are_renamed_added_and_dropped_in_place() {
    let lines = "item4.ADR:;;Street 1;;;;\nitem4.X-ABADR:at\nitem4.X-ABLabel:Boat\nTEL;TYPE=school:1\nTEL:2";
    let rename = |contact: &mut Contact| "Dacha".clone_into(&mut contact.profile.addresses[0].label);
    assert_eq!(edited("3.0", lines, Version::V3, rename), lines.replace("Boat", "Dacha"));
    let plain = |contact: &mut Contact| {
        let Address { kind, label, .. } = &mut contact.profile.addresses[0];
        (*kind, *label) = ("home".to_owned(), String::new());
    };
    let expected = "item4.ADR;TYPE=HOME:;;Street 1;;;;\nitem4.X-ABADR:at\nTEL;TYPE=school:1\nTEL:2";
    assert_eq!(edited("3.0", lines, Version::V3, plain), expected);
    let label = |contact: &mut Contact| phones(contact)[1] = TypedValue::new("Boat", "2");
    let text = edited("3.0", lines, Version::V3, label);
    assert!(text.ends_with("TEL;TYPE=school:1\nitem5.TEL:2\nitem5.X-ABLabel:Boat"), "{text}");
}

#[test]
fn two_values_under_one_label_part_when_one_is_named_anew() {
    let lines = "item1.TEL:1\nitem1.EMAIL:a@b\nitem1.X-ABLabel:Boat";
    let text = edited("3.0", lines, Version::V3, |contact| phones(contact)[0] = TypedValue::new("Car", "1"));
    assert_eq!(text, "item2.TEL:1\nitem2.X-ABLabel:Car\nitem1.EMAIL:a@b\nitem1.X-ABLabel:Boat");
    let text = edited("3.0", lines, Version::V3, |contact| phones(contact)[0] = TypedValue::new("work", "1"));
    assert_eq!(text, "TEL;TYPE=WORK:1\nitem1.EMAIL:a@b\nitem1.X-ABLabel:Boat");
}

#[test]
fn further_components_stay() {
    let company = |contact: &mut Contact| "Bull".clone_into(&mut contact.profile.company_name);
    assert_eq!(edited("3.0", "ORG;X-A=1:IBM;Lab;Dungeon", Version::V3, company), "ORG;X-A=1:Bull;Lab;Dungeon");
    let neither = |contact: &mut Contact| {
        contact.profile.company_name.clear();
        contact.profile.department.clear();
    };
    assert_eq!(edited("3.0", "ORG:IBM;Lab;Dungeon", Version::V3, neither), "ORG:;;Dungeon");
    assert_eq!(edited("3.0", "ORG:IBM;Lab", Version::V3, neither), "");
    let city = |contact: &mut Contact| "Graz".clone_into(&mut contact.profile.addresses[0].city);
    let text = edited("4.0", "ADR;LABEL=\"old\";GEO=\"geo:1,2\":;;a,b;Wien;;;", Version::V4, city);
    assert_eq!(text, "ADR;GEO=\"geo:1,2\":;;a,b;Graz;;;");
}

#[test]
fn what_is_removed_does_not_let_the_next_take_its_place() {
    let clear = |contact: &mut Contact| {
        contact.extras.notes.clear();
        contact.profile.avatar_url.clear();
    };
    let lines = "NOTE:first\nNOTE:second\nPHOTO;VALUE=uri:http://a/1\nPHOTO;VALUE=uri:http://a/2";
    let text = edited("3.0", lines, Version::V3, clear);
    assert_eq!(text, "NOTE:\nNOTE:second\nPHOTO;VALUE=uri;X-CALLBOOK-CLEARED=1:\nPHOTO;VALUE=uri:http://a/2");
    assert_eq!(edited("3.0", &text, Version::V3, |_| ()), text);
    assert_eq!(edited("3.0", "NOTE:first", Version::V3, clear), "");
}

#[test]
fn from_2_1_to_either_version() {
    let lines = "TEL;WORK;VOICE;PREF:1\nADR;HOME:;;Street 5, left;Town;;;\nGEO:46.77;-71.28\nBDAY:19800322\n\
                 ROLE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Caf=E9, bar=0D=0Aend\nKEY;PGP;BASE64:\n QUJD\n\n\
                 X-A;QUOTED-PRINTABLE:a=3Bb;c";
    assert_eq!(
        edited("2.1", lines, Version::V3, |_| ()),
        "TEL;TYPE=WORK,VOICE,PREF:1\nADR;TYPE=HOME:;;Street 5\\, left;Town;;;\nGEO:46.77;-71.28\nBDAY:1980-03-22\n\
         ROLE:Café\\, bar\\nend\nKEY;ENCODING=b;TYPE=PGP:QUJD\nX-A:a\\;b;c"
    );
    assert_eq!(
        edited("2.1", lines, Version::V4, |_| ()),
        "TEL;TYPE=WORK,VOICE;PREF=1:1\nADR;TYPE=HOME:;;Street 5\\, left;Town;;;\nGEO:geo:46.77,-71.28\nBDAY:19800322\n\
         ROLE:Café\\, bar\\nend\nKEY:data:application/pgp-keys;base64,QUJD\nX-A:a\\;b;c"
    );
}

#[test]
fn from_4_to_3_and_back() {
    let four = "TEL;TYPE=work;VALUE=uri;PREF=1:tel:+1-2;ext=3\nBDAY:--0203\nANNIVERSARY:20090808T1430-0500\n\
                LOGO:data:image/png;base64,QUJD\nKEY:http://a/k\nEMAIL;ALTID=1;PID=1.1:a@b";
    let three = "TEL;TYPE=work,PREF:+1-2\\;ext=3\nBDAY:--02-03\nANNIVERSARY:2009-08-08T14:30-05:00\n\
                 LOGO;ENCODING=b;TYPE=PNG:QUJD\nKEY;VALUE=uri:http://a/k\nEMAIL;ALTID=1;PID=1.1:a@b";
    assert_eq!(edited("4.0", four, Version::V3, |_| ()), three);
    let back = edited("3.0", three, Version::V4, |_| ());
    assert_eq!(back, four.replace(";VALUE=uri;PREF=1:tel:+1-2;", ";PREF=1:+1-2\\;"));
}

#[test]
fn a_photo_is_put_back_where_it_stood() {
    let lines = "PHOTO;X-A=1;ENCODING=b;TYPE=PNG:iVBORw0KGgo=\nNOTE:x";
    assert_eq!(edited("3.0", lines, Version::V3, |_| ()), "PHOTO;X-A=1;ENCODING=b;TYPE=PNG:iVBORw0KGgo=\nNOTE:x");
    let four = edited("3.0", lines, Version::V4, |_| ());
    assert_eq!(four, "PHOTO;X-A=1:data:image/png;base64,iVBORw0KGgo=\nNOTE:x");
}

#[test]
fn a_new_contact() {
    let mut contact = Contact::new(ContactId(Uuid::nil()), AccountId::local(), Timestamp(0));
    contact.extras.uid = "7".to_owned();
    contact.profile.display_name = "Ada".to_owned();
    contact.profile.company_name = "Engines; Ltd".to_owned();
    contact.profile.manager = "Charles".to_owned();
    contact.profile.phone_numbers = vec![
        TypedValue::new("work", "+43 1 5128"),
        TypedValue::new("mobile", "+43-664-1"),
        TypedValue::new("work_extension", "12"),
    ];
    contact.profile.emails = vec![TypedValue { primary: true, ..TypedValue::new("work", "a@b.c") }];
    contact.profile.sip_addresses = vec![TypedValue::new("personal-room", "ada@webex.example")];
    contact.profile.addresses = vec![Address { street: "a\nb".to_owned(), ..Address::default() }];
    contact.extras.birthday = "--12-10".to_owned();
    contact.extras.favourite = true;
    let groups = ["Friends, old".to_owned(), "Other contacts".to_owned()];
    let photo = Photo { media_type: "image/jpeg".to_owned(), bytes: b"ABC".to_vec() };
    let common = "X-MANAGER:Charles\n";
    assert_eq!(
        own_lines(&write(&contact, &groups, Some(&photo), Version::V3)),
        format!(
            "ORG:Engines\\; Ltd\n{common}TEL;TYPE=VOICE,WORK:+43 1 5128\nTEL;TYPE=CELL:+43-664-1\n\
             TEL;TYPE=WORK;X-WEBEX-TYPE=work_extension:12\nEMAIL;TYPE=INTERNET,WORK,PREF:a@b.c\n\
             IMPP;X-WEBEX-SIP-TYPE=personal-room:sip:ada@webex.example\nADR:;;a\\nb;;;;\nBDAY:--12-10\n\
             X-CALLBOOK-FAVOURITE:1\nCATEGORIES:Friends\\, old,Other contacts\nPHOTO;ENCODING=b;TYPE=JPEG:QUJD"
        )
    );
    assert_eq!(
        own_lines(&write(&contact, &groups[1..], Some(&photo), Version::V4)),
        format!(
            "ORG:Engines\\; Ltd\n{common}TEL;TYPE=work:+43 1 5128\nTEL;VALUE=uri;TYPE=cell:tel:+43-664-1\n\
             TEL;TYPE=work;X-WEBEX-TYPE=work_extension:12\nEMAIL;TYPE=work;PREF=1:a@b.c\n\
             IMPP;X-WEBEX-SIP-TYPE=personal-room:sip:ada@webex.example\nADR:;;a\\nb;;;;\nBDAY:--1210\n\
             X-CALLBOOK-FAVOURITE:1\nPHOTO:data:image/jpeg;base64,QUJD"
        )
    );
}
