//! Cards written by real programs: nothing is lost on their way in, out in either version, and through an edit.

use std::{fs, io::BufReader, path::PathBuf};

use callbook::{
    book::{
        AccountId, Contact, ContactId, Draft, Timestamp, TypedValue,
        incoming::{Incoming, IncomingContact, Photo},
    },
    exchange::vcard::{Version, read, unmanaged, with_unmanaged, write},
};
use serde_json::{Value, json};
use uuid::Uuid;

const FILES: [&str; 9] = [
    "John_Doe_ANDROID",
    "John_Doe_EVOLUTION",
    "John_Doe_GMAIL",
    "John_Doe_MS_OUTLOOK",
    "fullcontact",
    "gmail-list",
    "outlook-2003",
    "rfc2426-example",
    "rfc6350-example",
];

fn bytes_of(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/vcards").join(name).with_extension("vcf");
    fs::read(path).unwrap()
}

fn contacts(bytes: &[u8]) -> Vec<IncomingContact> {
    let read = read(BufReader::with_capacity(7, bytes)).map(|record| match record.unwrap() {
        Incoming::Contact(contact) => *contact,
        Incoming::Group(group) => panic!("{group:?}"),
    });
    read.collect()
}

fn file(name: &str) -> Vec<IncomingContact> {
    contacts(&bytes_of(name))
}

fn contact(draft: &Draft) -> Contact {
    let mut contact = Contact::new(ContactId(Uuid::from_u128(7)), AccountId::local(), Timestamp(1_700_000_000_000));
    draft.clone().apply(&mut contact);
    contact
}

/// What a card means, without what each writing makes anew.
#[derive(Debug, PartialEq)]
struct Meaning {
    draft: Draft,
    photo: Option<Photo>,
    unmanaged: Vec<Value>,
}

fn meaning(incoming: &IncomingContact, uid: &str) -> Meaning {
    let mut draft = incoming.draft.clone();
    let card = draft.extras.card.take().unwrap();
    if uid.is_empty() {
        draft.extras.uid.clear();
    }
    Meaning { draft, photo: incoming.photo.clone(), unmanaged: unmanaged(&card) }
}

fn values(values: &[TypedValue]) -> Vec<(String, &str)> {
    values.iter().map(|v| (v.word() + if v.primary { "!" } else { "" }, v.value.as_str())).collect()
}

fn pairs(expected: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    expected.iter().map(|(word, value)| ((*word).to_owned(), *value)).collect()
}

#[test]
fn out_and_in_again_means_the_same() {
    for name in FILES {
        for (at, incoming) in file(name).iter().enumerate() {
            let uid = &incoming.draft.extras.uid;
            let (groups, photo) = (&incoming.draft.group_names, incoming.photo.as_ref());
            for version in [Version::V3, Version::V4] {
                let text = write(&contact(&incoming.draft), groups, photo, version);
                assert!(text.lines().all(|line| line.len() <= 75), "{name} {at}");
                assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n'])), "{name} {at}");
                let again = contacts(text.as_bytes());
                assert_eq!(again.len(), 1, "{text}");
                assert_eq!(meaning(&again[0], uid), meaning(incoming, uid), "{name} {at} {version:?}\n{text}");
                // And from the other version back: nothing is worn away.
                let photo = again[0].photo.as_ref();
                for back in [Version::V3, Version::V4] {
                    let text = write(&contact(&again[0].draft), groups, photo, back);
                    let back = contacts(text.as_bytes());
                    assert_eq!(meaning(&back[0], uid), meaning(incoming, uid), "{name} {at} back\n{text}");
                }
            }
        }
    }
}

#[test]
fn an_edit_of_one_number_leaves_every_other_line_as_it_was() {
    for name in FILES {
        for incoming in file(name) {
            let mut before = contact(&incoming.draft);
            before.extras.uid = before.exported_uid();
            let card = before.extras.card.as_ref().unwrap();
            let version = if card.version == "4.0" { Version::V4 } else { Version::V3 };
            let (groups, photo) = (&incoming.draft.group_names, incoming.photo.as_ref());
            let mut after = before.clone();
            match after.profile.phone_numbers.first_mut() {
                Some(phone) => "+43 1 5128 0815".clone_into(&mut phone.value),
                None => after.profile.phone_numbers.push(TypedValue::new("mobile", "+43 1 5128 0815")),
            }
            let text = write(&after, groups, photo, version);
            let read = contacts(text.as_bytes()).remove(0);
            let mut expected = meaning(&incoming, "x");
            expected.draft.extras.uid.clone_from(&before.extras.uid);
            expected.draft.profile.phone_numbers.clone_from(&after.profile.phone_numbers);
            assert_eq!(meaning(&read, "x"), expected, "{name}\n{text}");

            let old = write(&before, groups, photo, version).replace("\r\n ", "");
            let new = text.replace("\r\n ", "");
            let gone: Vec<&str> = old.lines().filter(|line| !new.contains(line)).collect();
            let come: Vec<&str> = new.lines().filter(|line| !old.contains(line)).collect();
            assert_eq!(come.len(), 1, "{name}: {come:?}");
            assert!(gone.len() <= 1 && gone.iter().all(|line| line.contains("TEL")), "{name}: {gone:?}");
            // The parameters of the number stay as well.
            if let [gone] = gone[..] {
                assert_eq!(
                    gone.split(':').next().map(|h| h.replace(";VALUE=uri", "").replace('"', "")),
                    come[0].split(':').next().map(|h| h.replace(";VALUE=uri", "").replace('"', ""))
                );
            }
        }
    }
}

#[test]
fn an_untouched_card_is_written_as_it_was_read() {
    for name in ["John_Doe_EVOLUTION", "John_Doe_GMAIL", "fullcontact", "rfc2426-example", "rfc6350-example"] {
        let source = String::from_utf8(bytes_of(name)).unwrap().replace("\r\n", "\n");
        let unfolded = source.replace("\n ", "");
        for incoming in file(name) {
            let card = incoming.draft.extras.card.as_ref().unwrap();
            let version = if card.version == "4.0" { Version::V4 } else { Version::V3 };
            let text =
                write(&contact(&incoming.draft), &incoming.draft.group_names, None, version).replace("\r\n ", "");
            let made = ["BEGIN:VCARD", "END:VCARD", "REV:", "UID:urn:uuid:", "N:;;;;"];
            for line in text.lines().filter(|line| !made.iter().any(|made| line.starts_with(made))) {
                assert!(unfolded.lines().any(|l| l == line), "{name}: new line {line}");
            }
            for line in &card.lines {
                assert!(text.lines().any(|l| l == line) || line.starts_with("REV"), "{name}: lost {line}");
            }
        }
    }
}

/// Every property line of a file is in the lines kept, but for the data of the one picture.
#[test]
fn every_line_of_the_source_is_kept() {
    for name in FILES {
        let source = String::from_utf8(bytes_of(name)).unwrap();
        let cards = file(name);
        let mut kept = cards.iter().flat_map(|c| c.draft.extras.card.clone().unwrap().lines).collect::<Vec<_>>();
        let structural = |line: &str| {
            let line = line.to_ascii_uppercase();
            ["BEGIN:", "END:", "VERSION:"].iter().any(|name| line.starts_with(name))
        };
        let heads: Vec<&str> = source
            .lines()
            .filter(|line| !line.starts_with([' ', '\t', '=']) && !structural(line))
            .filter_map(|line| line.split_once(':').map(|(head, _)| head))
            .filter(|head| {
                head.chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_lowercase() || "0123456789-;=.,\"".contains(c))
            })
            .collect();
        assert!(heads.len() >= kept.len(), "{name}");
        for head in heads {
            let at = kept.iter().position(|line| line.split(':').next() == Some(head));
            assert!(at.is_some(), "{name}: {head}");
            kept.remove(at.unwrap());
        }
        assert_eq!(kept, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_json_view_can_be_put_back() {
    for name in FILES {
        for incoming in file(name) {
            let card = incoming.draft.extras.card.unwrap();
            let listed = unmanaged(&card);
            assert_eq!(with_unmanaged(Some(card.clone()), &listed).unwrap().unwrap(), card, "{name}");
            let alone = with_unmanaged(None, &listed).unwrap();
            assert_eq!(alone.as_ref().map(unmanaged).unwrap_or_default(), listed, "{name}");
            let mut more = listed.clone();
            more.insert(0, json!(["x-lucky-number", {}, "unknown", "7;8"]));
            let changed = with_unmanaged(Some(card.clone()), &more).unwrap().unwrap();
            assert_eq!(unmanaged(&changed), more, "{name}");
            let emptied = with_unmanaged(Some(card), &[]).unwrap().unwrap();
            assert_eq!(unmanaged(&emptied), Vec::<Value>::new(), "{name}");
        }
    }
}

#[test]
fn evolution() {
    let Draft { profile, extras, group_names, .. } = file("John_Doe_EVOLUTION").remove(0).draft;
    assert_eq!(profile.display_name, "Mr. John Richter, James Doe Sr.");
    assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), ("John", "Doe"));
    assert_eq!(
        (extras.middle_name, extras.prefix, extras.suffix),
        ("Richter, James".into(), "Mr.".into(), "Sr.".into())
    );
    assert_eq!((profile.company_name.as_str(), profile.department.as_str()), ("IBM", "Accounting"));
    assert_eq!((profile.title.as_str(), profile.manager.as_str()), ("Money Counter", "Big Blue"));
    assert_eq!(values(&profile.phone_numbers), pairs(&[("mobile", "905-666-1234"), ("work", "905-555-1234")]));
    assert_eq!(values(&profile.emails), pairs(&[("work", "john.doe@ibm.com")]));
    assert_eq!(values(&extras.web_pages), pairs(&[("", "http://www.ibm.com")]));
    assert_eq!((extras.nickname.as_str(), extras.birthday.as_str()), ("Johny", "1980-03-22"));
    assert_eq!(extras.uid, "477343c8e6bf375a9bac1f96a5000837");
    assert!(
        extras.notes.starts_with("THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\" AND")
    );
    assert!(extras.notes.ends_with("INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."));
    assert_eq!(group_names, ["VIP"]);
    let address = &profile.addresses[0];
    assert_eq!((address.kind.as_str(), address.po_box.as_str()), ("home", "ASB-123"));
    assert_eq!((address.street.as_str(), address.city.as_str()), ("15 Crescent moon drive", "Albaney"));
    assert_eq!((address.state.as_str(), address.zip_code.as_str()), ("New York", "12345"));
    assert_eq!(address.country, "United States of America");
    let card = extras.card.unwrap();
    assert!(card.lines.contains(&"ORG:IBM;Accounting;Dungeon".to_owned()));
    assert_eq!(
        unmanaged(&card),
        [
            json!([
                "x-couchdb-application-annotations",
                {},
                "unknown",
                "{\"Evolution\":{\"revision\":\"2012-03-05T13:32:54Z\"}}"
            ]),
            json!(["x-aim", {"type": "home", "x-couchdb-uuid": "cb9e11fc-bb97-4222-9cd8-99820c1de454"}, "unknown", "johnny5@aol.com"]),
            json!(["x-evolution-file-as", {}, "unknown", "Doe, John"]),
            json!(["x-evolution-spouse", {}, "unknown", "Maria"]),
            json!(["x-evolution-assistant", {}, "unknown", "Little Red"]),
            json!(["x-evolution-anniversary", {}, "unknown", "1980-03-22"]),
        ]
    );
}

#[test]
fn gmail() {
    let Draft { profile, extras, .. } = file("John_Doe_GMAIL").remove(0).draft;
    assert_eq!(profile.display_name, "Mr. John Richter, James Doe Sr.");
    assert_eq!(values(&profile.emails), pairs(&[("home", "john.doe@ibm.com")]));
    assert_eq!(values(&profile.phone_numbers), pairs(&[("mobile", "905-555-1234"), ("home", "905-666-1234")]));
    assert_eq!(values(&extras.web_pages), pairs(&[("work", "http://www.ibm.com")]));
    assert_eq!(
        profile.addresses[0].extended,
        "Crescent moon drive\n555-asd\nNice Area, Albaney, New York 12345\nUnited States of America"
    );
    assert!(extras.notes.contains("\"AS IS\"") && extras.notes.ends_with("\nFavotire Color: Blue"));
    assert_eq!(
        unmanaged(&extras.card.unwrap()),
        [
            json!(["x-phonetic-first-name", {}, "unknown", "Jon"]),
            json!(["x-phonetic-last-name", {}, "unknown", "Dow"]),
            json!(["x-abdate", {"group": "item1"}, "unknown", "1975-03-01"]),
            json!(["x-ablabel", {"group": "item1"}, "unknown", "_$!<Anniversary>!$_"]),
            json!(["x-abrelatednames", {"group": "item2"}, "unknown", "Jenny"]),
            json!(["x-ablabel", {"group": "item2"}, "unknown", "_$!<Spouse>!$_"]),
        ]
    );
    let names: Vec<String> = file("gmail-list").into_iter().map(|c| c.draft.profile.display_name).collect();
    assert_eq!(names, ["Arnold Smith", "Chris Beatle", "Doug White"]);
}

#[test]
fn outlook() {
    let IncomingContact { draft: Draft { profile, extras, .. }, photo, revised, .. } =
        file("John_Doe_MS_OUTLOOK").remove(0);
    assert_eq!(extras.middle_name, "Richter,James");
    assert_eq!((profile.department.as_str(), profile.manager.as_str()), ("Accounting", "Big Blue"));
    assert_eq!(values(&profile.phone_numbers), pairs(&[("work", "(905) 555-1234"), ("home", "(905) 666-1234")]));
    assert_eq!(values(&profile.emails), pairs(&[("!", "john.doe@ibm.cm")]));
    assert_eq!(extras.birthday, "1980-03-22");
    let streets: Vec<_> = profile.addresses.iter().map(|a| (a.kind.as_str(), a.street.as_str(), a.primary)).collect();
    assert_eq!(streets, [("work", "Cresent moon drive", true), ("home", "Silicon Alley 5,", false)]);
    let photo = photo.unwrap();
    assert_eq!(photo.media_type, "image/jpeg");
    assert!(photo.bytes.starts_with(b"\xff\xd8\xff\xe0") && photo.bytes.ends_with(b"\xff\xd9"), "{photo:?}");
    assert_eq!(revised, Timestamp::parse("2012-03-05T13:19:33Z"));
    let card = extras.card.unwrap();
    assert!(card.lines.contains(&"PHOTO;TYPE=JPEG;ENCODING=BASE64:".to_owned()), "{:?}", card.lines);
    let listed = unmanaged(&card);
    assert_eq!(
        listed[0],
        json!(["label", {"pref": "1", "type": "work"}, "text", "Cresent moon drive\nAlbaney, New York  12345"])
    );
    assert_eq!(listed[1], json!(["label", {"type": "home"}, "text", "Silicon Alley 5,\nNew York, New York  12345"]));
    assert_eq!(listed[2], json!(["x-ms-ol-default-postal-address", {}, "unknown", "2"]));
    assert_eq!(listed[3], json!(["role", {}, "text", "Counting Money"]));
    assert_eq!(listed[4], json!(["x-ms-anniversary", {}, "unknown", "20110113"]));
    assert_eq!(listed[5], json!(["x-ms-imaddress", {}, "unknown", "johny5@aol.com"]));
    assert!(listed[6][3].as_str().unwrap().ends_with("prop=\"blank\" size=\"8\"/></card>"));
    assert_eq!(listed[7], json!(["x-ms-assistant", {}, "unknown", "Jenny"]));
    assert_eq!(listed.len(), 8);
}

#[test]
fn outlook_2003() {
    let Draft { profile, extras, .. } = file("outlook-2003").remove(0).draft;
    assert_eq!((profile.company_name.as_str(), profile.department.as_str()), ("Company, The", "TheDepartment"));
    assert_eq!(extras.notes, "This is the note field!!\nSecond line\n\nThird line is empty");
    assert_eq!(
        values(&profile.phone_numbers),
        pairs(&[
            ("work", "BusinessPhone"),
            ("home", "HomePhone"),
            ("mobile", "MobilePhone"),
            ("fax", "BusinessFaxPhone")
        ])
    );
    assert_eq!(values(&profile.emails), pairs(&[("!", "jdoe@hotmail.com")]));
    assert_eq!(
        (profile.addresses[0].extended.as_str(), profile.addresses[0].street.as_str()),
        ("TheOffice", "123 Main St")
    );
    let listed = unmanaged(&extras.card.unwrap());
    assert_eq!(listed[0][3], "TheOffice\n123 Main St\nAustin, TX 12345\nUnited States of America");
    assert_eq!(listed[1], json!(["role", {}, "text", "TheProfession"]));
    let key = listed[2][3].as_str().unwrap();
    assert!(key.starts_with("data:application/pkix-cert;base64,MIIDITCC") && key.ends_with("JUMcafC4+Q=="), "{key}");
    assert_eq!(listed[3], json!(["fburl", {}, "uri", "????????????????s????????????\u{c}"]));
    assert_eq!(listed.len(), 4);
}

#[test]
fn android() {
    let cards = file("John_Doe_ANDROID");
    let names: Vec<&str> = cards.iter().map(|card| card.draft.profile.display_name.as_str()).collect();
    let n = |count: usize| vec!["Ñ"; count].join(" ");
    assert_eq!(names, ["john.doe@company.com", "jane.doe@company.com", &n(5), &n(11), &n(4), "ÑÑÑÑ"]);
    assert!(
        cards.iter().all(|card| card.draft.group_names == ["My Contacts"]) || cards[4].draft.group_names.is_empty()
    );
    let phones = &cards[3].draft.profile.phone_numbers;
    let expected = [("mobile!", "123456"), ("home", "234567"), ("mobile", "3456789"), ("home", "45678901")];
    assert_eq!(values(phones), pairs(&expected));
    assert_eq!(cards[3].draft.extras.notes, format!("{}{}{}", n(8), n(8), n(5)));
    assert_eq!(unmanaged(cards[3].draft.extras.card.as_ref().unwrap()).len(), 1, "the second note");
    let bob = &cards[4].draft;
    assert_eq!(
        values(&bob.profile.phone_numbers),
        pairs(&[("mobile!", "123456"), ("work", "123456"), ("fax", "123456")])
    );
    assert_eq!(bob.profile.emails[0], TypedValue { primary: true, ..TypedValue::new("work", "bob@company.com") });
    assert_eq!(bob.profile.emails[1].value, "Ñ".repeat(14));
    assert_eq!(bob.profile.company_name, "Ñ".repeat(12));
    assert_eq!(values(&bob.extras.web_pages), pairs(&[("", "www.company.com"), ("", "http://www.company.com")]));
    let photo = cards[4].photo.as_ref().unwrap();
    // The file holds one symbol of base64 too many.
    assert!(photo.bytes.starts_with(b"\xff\xd8\xff\xe0") && photo.bytes.len() == 876, "{photo:?}");
    assert_eq!(photo.media_type, "image/jpeg");
    let henry = unmanaged(cards[5].draft.extras.card.as_ref().unwrap());
    assert_eq!(henry.len(), 2, "two more organisations");
    assert_eq!(cards[5].draft.profile.company_name, "Ñ".repeat(44));
    assert_eq!(henry[0], json!(["org", {}, "text", ["Ñ".repeat(44) + "\u{fffd}"]]), "the file cuts a character in two");
    assert_eq!(henry[1], json!(["org", {}, "text", ["Ñ".repeat(44)]]));
}

#[test]
fn fullcontact() {
    let Draft { profile, extras, group_names, .. } = file("fullcontact").remove(0).draft;
    let kinds = ["home", "work", "mobile", "mobile", "", "fax", "fax", "", ""];
    let found: Vec<&str> = profile.phone_numbers.iter().map(|phone| phone.kind.as_str()).collect();
    assert_eq!(found, kinds);
    assert_eq!(profile.phone_numbers[8].value, "555-555-1119");
    assert_eq!(
        values(&profile.emails),
        pairs(&[
            ("home", "home@example.com"),
            ("work", "work@example.com"),
            ("school", "school@example.com"),
            ("other", "other@example.com"),
            ("customtype", "custom@example.com"),
        ])
    );
    assert_eq!(profile.emails[4].kind, "other");
    assert_eq!(profile.avatar_url, "https://d3m0kzytmr41b1.cloudfront.net/c335e945d1b60edd9d75eb4837c432f637e95c8a");
    let addresses: Vec<_> =
        profile.addresses.iter().map(|a| (a.kind.as_str(), a.label.as_str(), a.street.as_str())).collect();
    assert_eq!(
        addresses,
        [
            ("home", "", "HomeStreet"),
            ("work", "", "WorkStreet"),
            ("other", "", "OtherStreet"),
            ("other", "customtype", "CustomStreet")
        ]
    );
    assert_eq!((profile.title.as_str(), profile.department.as_str()), ("Title1", "Department1"));
    assert_eq!((extras.birthday.as_str(), extras.notes.as_str()), ("2016-08-01", "Notes line 1\nNotes line 2"));
    assert_eq!((extras.web_pages.len(), group_names), (4, vec!["Tag".to_owned()]));
    let listed = unmanaged(&extras.card.unwrap());
    assert_eq!(listed[2], json!(["org", {}, "text", ["Organization2", "Department2"]]));
    assert_eq!(listed[3], json!(["title", {}, "text", "Title2"]));
    assert_eq!(listed[4], json!(["bday", {"altid": "1"}, "text", "2016-08-01"]));
    assert_eq!(listed.iter().filter(|property| property[0] == "impp").count(), 7);
    assert_eq!(listed.iter().filter(|p| p[0].as_str().unwrap().starts_with("x-fcencoded-")).count(), 17);
}

#[test]
fn the_examples_of_the_standards() {
    let frank = file("rfc2426-example").remove(0).draft;
    assert_eq!(values(&frank.profile.phone_numbers), pairs(&[("work", "+1-919-676-9515"), ("fax", "+1-919-676-9564")]));
    assert_eq!(values(&frank.profile.emails), pairs(&[("!", "Frank_Dawson@Lotus.com"), ("", "fdawson@earthlink.net")]));
    assert_eq!(frank.profile.addresses[0].zip_code, "27613-3502");
    let tim = file("rfc2426-example").remove(1).draft;
    assert_eq!((tim.profile.addresses[0].state.as_str(), tim.profile.addresses[0].zip_code.as_str()), ("CA", "94043"));

    let Draft { profile, extras, .. } = file("rfc6350-example").remove(0).draft;
    let phones = [("work!", "+1-418-656-9254;ext=102"), ("mobile", "+1-418-262-6501")];
    assert_eq!(values(&profile.phone_numbers), pairs(&phones));
    assert_eq!((extras.birthday.as_str(), extras.suffix.as_str()), ("--02-03", "ing. jr,M.Sc."));
    assert_eq!((profile.company_name.as_str(), profile.addresses[0].extended.as_str()), ("Viagenie", "Suite D2-630"));
    assert_eq!(
        unmanaged(&extras.card.unwrap()),
        [
            json!(["anniversary", {}, "date-and-or-time", "20090808T1430-0500"]),
            json!(["gender", {}, "text", ["M"]]),
            json!(["lang", {"pref": "1"}, "language-tag", "fr"]),
            json!(["lang", {"pref": "2"}, "language-tag", "en"]),
            json!(["geo", {"type": "work"}, "uri", "geo:46.772673,-71.282945"]),
            json!(["key", {"type": "work"}, "uri", "http://www.viagenie.ca/simon.perreault/simon.asc"]),
            json!(["tz", {}, "text", "-0500"]),
        ]
    );
}
