use proptest::prelude::*;

use super::*;
use crate::book::TypedValue;

fn outcome(bytes: &[u8]) -> (Vec<IncomingContact>, Vec<Fault>) {
    let (mut contacts, mut faults) = (Vec::new(), Vec::new());
    for record in read(bytes) {
        match record {
            Ok(Incoming::Contact(contact)) => contacts.push(*contact),
            Ok(Incoming::Group(group)) => panic!("a CSV file holds no groups, but {group:?}"),
            Err(fault) => faults.push(fault),
        }
    }
    (contacts, faults)
}

fn contacts(text: &str) -> Vec<IncomingContact> {
    let (contacts, faults) = outcome(text.as_bytes());
    assert_eq!(faults, []);
    contacts
}

/// One contact of a header and named cells; the others are empty.
fn contact(header: &str, cells: &[(&str, &str)]) -> IncomingContact {
    let names: Vec<&str> = header.split(',').collect();
    for (name, _) in cells {
        assert!(names.contains(name), "{name} is in the header");
    }
    let quoted = |name: &&str| {
        let value = cells.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value);
        format!("\"{}\"", value.replace('"', "\"\""))
    };
    let row = names.iter().map(quoted).collect::<Vec<_>>().join(",");
    let mut found = contacts(&format!("{header}\r\n{row}\r\n"));
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn shown(values: &[TypedValue]) -> Vec<String> {
    let star = |value: &TypedValue| if value.primary { "* " } else { "" };
    values.iter().map(|v| format!("{}{} [{}]{}", star(v), v.value, v.kind, v.label)).collect()
}

const GOOGLE: &str = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Address 2 - Label,Address 2 - Formatted,Address 2 - Street,Address 2 - City,Relation 1 - Label,Relation 1 - Value,Website 1 - Label,Website 1 - Value";

#[test]
fn google() {
    let found = contact(
        GOOGLE,
        &[
            ("First Name", "Noor"),
            ("Last Name", "van Dijk"),
            ("Phonetic Last Name", "fan deik"),
            ("Name Prefix", "Dr."),
            ("File As", "van Dijk, Noor"),
            ("Organization Name", "Voorbeeld BV"),
            ("Organization Title", "Surveyor"),
            ("Birthday", " --05-06"),
            ("Notes", "Met in Graz,\nlikes \"trains\""),
            ("Photo", "https://example.org/noor.jpg"),
            ("Labels", "Climbing ::: * myContacts ::: * starred ::: * friends"),
            ("E-mail 1 - Label", "* Work"),
            ("E-mail 1 - Value", "noor@example.org ::: n.vandijk@example.org"),
            ("E-mail 2 - Label", "Book club"),
            ("E-mail 2 - Value", "noor@example.net"),
            ("Phone 1 - Label", "Work Fax"),
            ("Phone 1 - Value", "+31 20 555 0100"),
            ("Address 1 - Label", "Home"),
            ("Address 1 - Formatted", "Kade 1\nUtrecht\nNL"),
            ("Address 1 - Street", "Kade 1"),
            ("Address 1 - City", "Utrecht"),
            ("Address 1 - Country", "NL"),
            ("Address 2 - Formatted", "Somewhere 2\nElsewhere"),
            ("Relation 1 - Label", "Sister"),
            ("Relation 1 - Value", "Saar"),
            ("Website 1 - Value", "https://example.org"),
        ],
    );
    let (profile, extras) = (&found.draft.profile, &found.draft.extras);
    assert_eq!(profile.display_name, "Noor van Dijk");
    assert_eq!(extras.prefix, "Dr.");
    assert_eq!((profile.company_name.as_str(), profile.title.as_str()), ("Voorbeeld BV", "Surveyor"));
    assert_eq!(extras.birthday, "--05-06");
    assert_eq!(extras.notes, "Met in Graz,\nlikes \"trains\"\nPhonetic Last Name: fan deik\nSister: Saar");
    assert_eq!(profile.avatar_url, "https://example.org/noor.jpg");
    assert_eq!(found.draft.group_names, ["Climbing", "friends"]);
    assert!(extras.favourite);
    let mails = ["* noor@example.org [work]", "n.vandijk@example.org [work]", "noor@example.net [other]Book club"];
    assert_eq!(shown(&profile.emails), mails);
    assert_eq!(shown(&profile.phone_numbers), ["+31 20 555 0100 [fax]Work Fax"]);
    assert_eq!(shown(&extras.web_pages), ["https://example.org []"]);
    assert_eq!(profile.addresses.len(), 2);
    assert_eq!(profile.addresses[0].kind, "home");
    assert_eq!(profile.addresses[0].lines(), ["Kade 1", "Utrecht, NL"]);
    assert_eq!(profile.addresses[1].street, "Somewhere 2\nElsewhere");
    assert_eq!(found.directory_key, "noor@example.org");
}

#[test]
fn several_addresses_in_one_cell_stay_apart() {
    let cells = [
        ("Address 1 - Label", "Work"),
        ("Address 1 - Formatted", "Kade 1 Utrecht ::: Plein 2 Delft"),
        ("Address 1 - Street", "Kade 1 ::: Plein 2"),
        ("Address 1 - City", "Utrecht ::: Delft"),
    ];
    let addresses = contact(GOOGLE, &cells).draft.profile.addresses;
    let towns: Vec<_> = addresses.iter().map(|a| (a.street.as_str(), a.city.as_str(), a.kind.as_str())).collect();
    assert_eq!(towns, [("Kade 1", "Utrecht", "work"), ("Plein 2", "Delft", "work")]);
}

#[test]
fn google_as_it_was() {
    let header = "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Initials,Nickname,Birthday,Gender,Location,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,IM 1 - Type,IM 1 - Service,IM 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Address 1 - Type,Address 1 - Street,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Organization 2 - Name,Custom Field 1 - Type,Custom Field 1 - Value";
    let found = contact(
        header,
        &[
            ("Name", "Ilse K. Maaskant"),
            ("Given Name", "Ilse"),
            ("Family Name", "Maaskant"),
            ("Initials", "I.K.M."),
            ("Location", "Graz"),
            ("Group Membership", "Choir ::: * myContacts"),
            ("E-mail 1 - Type", "* "),
            ("E-mail 1 - Value", "ilse@example.org"),
            ("Phone 1 - Type", "Mobile"),
            ("Phone 1 - Value", "+31 6 555 0101 ::: +31 6 555 0102"),
            ("Phone 2 - Type", "Main"),
            ("Phone 2 - Value", "+31 20 555 0103"),
            ("Organization 1 - Name", "Orgelbouw"),
            ("Organization 2 - Name", "Koor"),
            ("Custom Field 1 - Type", "Locker"),
            ("Custom Field 1 - Value", "17"),
        ],
    );
    let profile = &found.draft.profile;
    assert_eq!(profile.display_name, "Ilse K. Maaskant");
    assert_eq!(profile.company_name, "Orgelbouw");
    let phones = ["+31 6 555 0101 [mobile]", "+31 6 555 0102 [mobile]", "+31 20 555 0103 [other]Main"];
    assert_eq!(shown(&profile.phone_numbers), phones);
    assert_eq!(shown(&profile.emails), ["* ilse@example.org []"]);
    assert_eq!(found.draft.group_names, ["Choir"]);
    assert_eq!(found.draft.extras.notes, "Location: Graz\nOrganization 2 - Name: Koor\nLocker: 17");
}

const OUTLOOK_COM: &str = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,Home Fax,Other Fax,Company Main Phone,Callback,Radio Phone,Telex,TTY/TDD Phone,IMAddress,Job Title,Department,Company,Office Location,Manager's Name,Assistant's Name,Assistant's Phone,Company Yomi,Business Street,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other City,Other State,Other Postal Code,Other Country/Region,Personal Web Page,Spouse,Schools,Hobby,Location,Web Page,Birthday,Anniversary,Notes";

#[test]
fn outlook_com() {
    let found = contact(
        OUTLOOK_COM,
        &[
            ("First Name", "Ailbhe"),
            ("Last Name", "Ní Shé"),
            ("Title", "Prof."),
            ("Job Title", "Head of Acoustics"),
            ("E-mail Address", "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=ailbhe"),
            ("E-mail 2 Address", "ailbhe@example.org"),
            ("Home Phone", "+1 555 0100"),
            ("Home Phone 2", "+1 555 0101"),
            ("Primary Phone", "+1 555 0102"),
            ("Business Fax", "+1 555 0103"),
            ("TTY/TDD Phone", "+1 555 0104"),
            ("Company", "Hall & Sons"),
            ("Department", "Sound"),
            ("Manager's Name", "Oisín Mac Gabhann"),
            ("Business Street", "1 Quay\nFloor 2"),
            ("Business City", "Cork"),
            ("Business Country/Region", "Ireland"),
            ("Home City", "Cobh"),
            ("Spouse", "Tadhg"),
            ("Birthday", "5/6/1980"),
            ("Anniversary", "0/0/00"),
            ("Notes", "Prefers mornings"),
        ],
    );
    let (profile, extras) = (&found.draft.profile, &found.draft.extras);
    assert_eq!((extras.prefix.as_str(), profile.title.as_str()), ("Prof.", "Head of Acoustics"));
    assert_eq!(shown(&profile.emails), ["ailbhe@example.org []"]);
    let phones = [
        "+1 555 0100 [home]",
        "+1 555 0101 [home]",
        "* +1 555 0102 [other]primary",
        "+1 555 0103 [fax]work fax",
        "+1 555 0104 [other]TTY/TDD",
    ];
    assert_eq!(shown(&profile.phone_numbers), phones);
    assert_eq!((profile.department.as_str(), profile.manager.as_str()), ("Sound", "Oisín Mac Gabhann"));
    assert_eq!(profile.addresses.len(), 2);
    assert_eq!(profile.addresses[0].kind, "work");
    assert_eq!(profile.addresses[0].lines(), ["1 Quay", "Floor 2", "Cork, Ireland"]);
    assert_eq!((profile.addresses[1].kind.as_str(), profile.addresses[1].city.as_str()), ("home", "Cobh"));
    assert_eq!(extras.birthday, "1980-05-06");
    assert_eq!(extras.notes, "Prefers mornings\nSpouse: Tadhg");
}

#[test]
fn outlook_as_google_and_the_desktop_write_it() {
    let header = "First Name,Middle Name,Last Name,Title,Suffix,Initials,Web Page,Gender,Birthday,Anniversary,Location,Language,Internet Free Busy,Notes,E-mail Address,E-mail Type,E-mail Display Name,Job Title,Home Address,Home Street,Home Street 2,Home City,Business Address PO Box,Priority,Private,Sensitivity,Categories";
    let found = contact(
        header,
        &[
            ("First Name", "Jürgen"),
            ("Last Name", "Ö"),
            ("Web Page", "https://example.com/j"),
            ("Gender", "Unspecified"),
            ("Birthday", "0/0/00"),
            ("Notes", "x"),
            ("E-mail Address", "j@example.com"),
            ("E-mail Type", "SMTP"),
            ("E-mail Display Name", "Ö, Jürgen (j@example.com)"),
            ("Home Address", "Gasse 3\nTür 4\nGraz"),
            ("Home Street", "Gasse 3"),
            ("Home Street 2", "Tür 4"),
            ("Home City", "Graz"),
            ("Business Address PO Box", "17"),
            ("Priority", "Normal"),
            ("Private", "True"),
            ("Sensitivity", "Normal"),
            ("Categories", "Friends;Blue; "),
        ],
    );
    assert_eq!(shown(&found.draft.profile.emails), ["j@example.com []"]);
    assert_eq!(found.draft.extras.notes, "x\nPrivate: True");
    assert_eq!(found.draft.extras.birthday, "");
    assert_eq!(found.draft.group_names, ["Friends", "Blue"]);
    assert_eq!(found.draft.profile.addresses[0].lines(), ["Gasse 3", "Tür 4", "Graz"]);
    assert_eq!(found.draft.profile.addresses[1].po_box, "17");
}

#[test]
fn thunderbird() {
    let header = "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,Home City,Home State,Home ZipCode,Home Country,Work Address,Work Address 2,Work City,Work State,Work ZipCode,Work Country,Job Title,Department,Organization,Web Page 1,Web Page 2,Birth Year,Birth Month,Birth Day,Custom 1,Custom 2,Custom 3,Custom 4,Notes,";
    let row = "Rosa,Ferreira,Rosa Ferreira,Ró,rosa@example.org,r@example.net,,+351 1,,+351 2,,+351 3,Rua 1,2.º Esq.,Porto,,4000,Portugal,,,,,,,Luthier,Workshop,Cordas,https://example.org,,1984,2,29,blue,,,,Call late,";
    let found = contacts(&format!("{header}\n{row}\n")).remove(0);
    let (profile, extras) = (&found.draft.profile, &found.draft.extras);
    assert_eq!(shown(&profile.emails), ["rosa@example.org []", "r@example.net []"]);
    assert_eq!(shown(&profile.phone_numbers), ["+351 1 [work]", "+351 2 [fax]", "+351 3 [mobile]"]);
    assert_eq!(profile.addresses[0].lines(), ["Rua 1", "2.º Esq.", "4000 Porto, Portugal"]);
    assert_eq!(extras.birthday, "1984-02-29");
    assert_eq!(extras.nickname, "Ró");
    assert_eq!((profile.title.as_str(), profile.company_name.as_str()), ("Luthier", "Cordas"));
    assert_eq!(extras.notes, "Call late\nCustom 1: blue");
}

#[test]
fn webex() {
    let header = "Display name,First name,Last name,Phone number,Phone number type,Phone number,Phone number type,Contact email,SIP URI,Title,Company name,Address street,Address state,Address country,Address zip,Group ID";
    let row = "Front Desk,,,+1 555 0110,work,+1 555 0111,mobile,desk@example.com,sip:desk@example.com,Reception,Example Ltd,1 Road,Ohio,US,43004,";
    let found = contacts(&format!("{header}\n{row}\n")).remove(0);
    let profile = &found.draft.profile;
    assert_eq!(profile.display_name, "Front Desk");
    assert_eq!(shown(&profile.phone_numbers), ["+1 555 0110 [work]", "+1 555 0111 [mobile]"]);
    assert_eq!(shown(&profile.sip_addresses), ["desk@example.com []"]);
    assert_eq!(profile.title, "Reception");
    assert_eq!(profile.addresses[0].lines(), ["1 Road", "43004, Ohio, US"]);
    assert_eq!(found.draft.extras.notes, "");
}

#[test]
fn tables_that_people_write() {
    for text in [
        "Name;Phone;City\nAda;1;Graz",
        "name\tphone\tcity\nAda\t1\tGraz",
        "sep=;\nNAME;PHONE;CITY\nAda;1;Graz",
        "\n\n\"Name\",\"phone\",\"City\"\n\"Ada\",\"1\",\"Graz\"",
        "\u{feff}displayName,phoneNumber,city\r\nAda,1,Graz",
        "displayName,phoneNumber,city\rAda,1,Graz\r",
    ] {
        let found = contacts(text);
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].draft.profile.display_name, "Ada", "{text:?}");
        assert_eq!(shown(&found[0].draft.profile.phone_numbers), ["1 []"], "{text:?}");
        assert_eq!(found[0].draft.profile.addresses[0].city, "Graz", "{text:?}");
    }
    let only_mails = contacts("email\na@example.org\nb@example.org\n");
    assert_eq!(only_mails[1].draft.profile.display_name, "b@example.org");
    let nickname = contacts("nickname,city\nJo,Graz\n");
    assert_eq!(nickname[0].draft.profile.display_name, "Jo");
}

#[test]
fn every_encoding_reads_the_same() {
    let text = "Name,Email\nZoë Łuć,z@example.org\n";
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(outcome(&utf16), outcome(text.as_bytes()));
    let (found, _) = outcome(b"Name,Email\nZo\xEB,z@example.org\n");
    assert_eq!(found[0].draft.profile.display_name, "Zoë");
}

#[test]
fn a_directory_key_is_the_uid_else_the_dn_else_the_mail() {
    let text = "uid,dn,name,email\n7,cn=A,A,a@example.org\n,cn=B,B,b@example.org\n,,C,c@example.org\n,,D,\n";
    let keys: Vec<String> = contacts(text).into_iter().map(|contact| contact.directory_key).collect();
    assert_eq!(keys, ["7", "cn=B", "c@example.org", ""]);
}

#[test]
fn places_count_lines_and_rows() {
    let text = "Name,Notes\r\nA,\"one\r\ntwo\"\r\n\r\n,\r\nB,x\r\n";
    let places: Vec<(usize, usize)> = contacts(text).iter().map(|c| (c.place.ordinal, c.place.line)).collect();
    assert_eq!(places, [(1, 2), (3, 6)]);
}

#[test]
fn a_row_with_too_many_cells_keeps_them_and_says_so() {
    let (found, faults) = outcome(b"Name,Email\nAda,a@example.org,,Lovelace\nBob,b@example.org,\n");
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].draft.extras.notes, "Column 4: Lovelace");
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].place.line, faults[0].place.ordinal), (2, 1));
    assert!(faults[0].reason.contains("4 cells but the header only 2"), "{}", faults[0]);
}

#[test]
fn a_header_that_names_nothing_is_one_fault() {
    for text in ["", "\n\n", "a,b,c\n1,2,3\n", "name,price,stock\nTea,3,4\n", "Dear Ada,\nthe name, the company\n"] {
        let (found, faults) = outcome(text.as_bytes());
        assert_eq!(found, []);
        assert_eq!(faults.len(), 1, "{text:?}");
        assert!(faults[0].reason.contains("E-mail Address"), "{}", faults[0]);
    }
}

#[test]
fn a_cell_too_big_is_left_out_and_named() {
    let text = format!("Name,Notes,Email\nAda,{},a@example.org\n", "x".repeat(CELL_LIMIT + 1));
    let (found, faults) = outcome(text.as_bytes());
    assert_eq!(found[0].draft.extras.notes, "");
    assert_eq!(shown(&found[0].draft.profile.emails), ["a@example.org []"]);
    assert_eq!(faults[0].field.as_deref(), Some("Notes"));
}

#[test]
fn a_quotation_mark_never_closed_ends_the_reading() {
    let text = format!("Name,Email\nAda,a@example.org\nBob,\"{}", "b@example.org\nx,".repeat(ROW_LIMIT / 8));
    let (found, faults) = outcome(text.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!((faults.len(), faults[0].place.ordinal), (1, 2));
    assert!(faults[0].reason.contains("quotation mark"), "{}", faults[0]);
}

#[test]
fn a_hostile_cell_is_read_in_time() {
    let text = format!("Name,Email,Labels\nAda,\"{0}\",\"{0}\"\n", "a ::: ".repeat(CELL_LIMIT / 6 - 1));
    assert_eq!(contacts(&text).len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(read(bytes.as_slice()).count() <= 2 * bytes.len() + 1);
    }

    #[test]
    fn any_rows_come_to_an_end(rows in "[a-c\",;:* /\r\n\t|0-9é-]{0,300}") {
        for header in [GOOGLE, OUTLOOK_COM, "Name;Email"] {
            let text = format!("{header}\n{rows}");
            prop_assert!(read(text.as_bytes()).count() <= 2 * text.len());
        }
    }

    #[test]
    fn no_value_is_lost(cells in proptest::collection::vec("[b-y]{8}", 40)) {
        let names: Vec<&str> = GOOGLE.split(',').collect();
        // Types are shown by their words, the whole address repeats its parts, and `File As` the name.
        let repeats = |name: &str| name.ends_with("Formatted") || name == "File As";
        let row = names.iter().zip(&cells).map(|(name, cell)| if repeats(name) { "" } else { cell }).collect::<Vec<_>>();
        let found = contacts(&format!("{GOOGLE}\n{}\n", row.join(",")));
        let all = format!("{:?}", found[0].draft);
        for cell in row {
            prop_assert!(all.contains(cell), "{cell} is missing in {all}");
        }
    }
}
