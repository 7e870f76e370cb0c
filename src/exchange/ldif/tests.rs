use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;

use super::*;
use crate::book::TypedValue;

fn outcome(bytes: &[u8]) -> (Vec<IncomingContact>, Vec<IncomingGroup>, Vec<Fault>) {
    let (mut contacts, mut groups, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for record in read(bytes) {
        match record {
            Ok(Incoming::Contact(contact)) => contacts.push(*contact),
            Ok(Incoming::Group(group)) => groups.push(group),
            Err(fault) => faults.push(fault),
        }
    }
    (contacts, groups, faults)
}

fn person(text: &str) -> IncomingContact {
    let (mut contacts, groups, faults) = outcome(text.as_bytes());
    assert_eq!((contacts.len(), groups, faults), (1, Vec::new(), Vec::new()));
    contacts.remove(0)
}

fn shown(values: &[TypedValue]) -> Vec<String> {
    values.iter().map(|value| format!("{} [{}]{}", value.value, value.kind, value.label)).collect()
}

const DIRECTORY: &str = "\
version: 1
# A directory of a company
  that is invented

dn: dc=example,dc=org
objectClass: organization
o: Example

dn: ou=People,dc=example,dc=org
objectClass: organizationalUnit
ou: People

dn: cn=Ada Lovelace,ou=People,dc=example,dc=org
objectClass: top
objectClass: inetOrgPerson
entryUUID: 8f14e45f-ceea-467f-9d1c-0123456789ab
uid: ada
cn: Ada Lovelace
givenName: Ada
sn: Lovelace
displayName: Ada K. Lovelace
mail: ada@example.org
telephoneNumber: +44 20 7946 0001
mobile: +44 1632 960001
facsimileTelephoneNumber: +44 20 7946 0002
title: Analyst
ou: Engines
o: Example
manager: CN=Babbage\\, Charles,ou=People,dc=example,dc=org
street: 1 Mill Lane
l: London
postalCode: SW1A 9ZZ
c: GB
co: United Kingdom
postalAddress: 1 Mill Lane$London$United Kingdom
labeledURI: https://example.org/ada Her page
msRTCSIP-PrimaryUserAddress: sip:ada@sip.example.org
roomNumber: 12
description: Likes long
  lines
userPassword:: e1NTSEF9eHh4
modifyTimestamp: 20261122174000Z
jpegPhoto:: /9j/4AAQ

dn: cn=Engineers,ou=Groups,dc=example,dc=org
objectClass: groupOfNames
cn: Engineers
member: CN=Ada Lovelace, OU=People, DC=example, DC=org
member: cn=Nobody,dc=example,dc=org
";

#[test]
fn people_and_groups_of_a_directory() {
    let (contacts, groups, faults) = outcome(DIRECTORY.as_bytes());
    assert_eq!(faults, []);
    let [ada] = &contacts[..] else { panic!("one person, not {contacts:?}") };
    let (profile, extras) = (&ada.draft.profile, &ada.draft.extras);
    assert_eq!(ada.place, Place { ordinal: 3, line: 13 });
    assert_eq!(profile.display_name, "Ada K. Lovelace");
    assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), ("Ada", "Lovelace"));
    assert_eq!((profile.title.as_str(), profile.department.as_str()), ("Analyst", "Engines"));
    assert_eq!((profile.company_name.as_str(), profile.manager.as_str()), ("Example", "Babbage, Charles"));
    assert_eq!(shown(&profile.emails), ["ada@example.org []"]);
    let phones = ["+44 20 7946 0001 [work]", "+44 1632 960001 [mobile]", "+44 20 7946 0002 [fax]"];
    assert_eq!(shown(&profile.phone_numbers), phones);
    assert_eq!(shown(&profile.sip_addresses), ["ada@sip.example.org [work]"]);
    assert_eq!(profile.addresses.len(), 1);
    assert_eq!(profile.addresses[0].lines(), ["1 Mill Lane", "SW1A 9ZZ London, United Kingdom"]);
    assert_eq!(shown(&extras.web_pages), ["https://example.org/ada [other]Her page"]);
    assert_eq!(extras.notes, "Likes long lines\nroomNumber: 12");
    assert_eq!(ada.directory_key, "8f14e45f-ceea-467f-9d1c-0123456789ab");
    assert_eq!(ada.revised, Timestamp::parse("2026-11-22T17:40:00Z"));
    assert_eq!(ada.photo.as_ref().map(|photo| photo.media_type.as_str()), Some("image/jpeg"));
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].name, "Engineers");
    assert!(ada.aliases.contains(&groups[0].members[0]), "{:?} {:?}", ada.aliases, groups[0].members);
    assert!(!ada.aliases.contains(&groups[0].members[1]));
}

#[test]
fn thunderbird_writes_its_own_attributes() {
    let found = person(
        "dn:: Y249Wm/DqyBMdXgsbWFpbD16QGV4YW1wbGUub3Jn
objectclass: top
objectclass: person
objectclass: organizationalPerson
objectclass: inetOrgPerson
objectclass: mozillaAbPersonAlpha
givenName:: Wm/Dqw==
sn: Lux
cn:: Wm/DqyBMdXg=
mozillaNickname: Zo
mail: z@example.org
mozillaSecondEmail: zoe@example.net
modifytimestamp: 0Z
telephoneNumber: 1
homePhone: 2
pager: 3
mozillaHomeStreet: Gasse 1
mozillaHomeStreet2: Tür 2
mozillaHomeLocalityName: Graz
mozillaHomePostalCode: 8010
mozillaHomeCountryName: Austria
mozillaHomeUrl: https://example.org/z
birthyear: 1984
birthmonth: 2
birthday: 29
mozillaCustom1: blue
description:: T25lCnR3bw==
",
    );
    let (profile, extras) = (&found.draft.profile, &found.draft.extras);
    assert_eq!((profile.display_name.as_str(), extras.nickname.as_str()), ("Zoë Lux", "Zo"));
    assert_eq!(shown(&profile.emails), ["z@example.org []", "zoe@example.net []"]);
    assert_eq!(shown(&profile.phone_numbers), ["1 [work]", "2 [home]", "3 [pager]"]);
    assert_eq!(profile.addresses[0].kind, "home");
    assert_eq!(profile.addresses[0].lines(), ["Gasse 1", "Tür 2", "8010 Graz, Austria"]);
    assert_eq!(extras.birthday, "1984-02-29");
    assert_eq!(extras.notes, "One\ntwo\nmozillaCustom1: blue");
    assert_eq!(found.revised, None);
    assert_eq!(found.directory_key, "cn=Zoë Lux,mail=z@example.org");
}

#[test]
fn active_directory_adds_its_entries() {
    let found = person(
        "dn: CN=山田 太郎,OU=Staff,DC=example,DC=com
changetype: add
objectClass: user
cn: 山田 太郎
givenName: 太郎
sn: 山田
userAccountControl: 512
objectGUID:: 3q2+7wAAAAAAAAAAAAD/AA==
proxyAddresses: SMTP:taro@example.com
proxyAddresses: smtp:t.yamada@example.com
proxyAddresses: x500:/o=Example/cn=taro
proxyAddresses: SIP:taro@sip.example.com
memberOf: CN=Sales\\, East,OU=Groups,DC=example,DC=com
whenChanged: 20261122174000.0Z
",
    );
    assert_eq!(found.draft.profile.display_name, "山田 太郎");
    assert_eq!(shown(&found.draft.profile.emails), ["taro@example.com []", "t.yamada@example.com []"]);
    assert_eq!(shown(&found.draft.profile.sip_addresses), ["taro@sip.example.com [work]"]);
    assert_eq!(found.draft.group_names, ["Sales, East"]);
    assert_eq!(found.directory_key, "3q2+7wAAAAAAAAAAAAD/AA==");
    assert_eq!(found.draft.extras.notes, "");
    assert!(found.revised.is_some());
    let computer = "dn: cn=PC1\nobjectClass: user\nobjectClass: computer\ncn: PC1\n";
    assert_eq!(outcome(computer.as_bytes()), (Vec::new(), Vec::new(), Vec::new()));
}

#[test]
fn faults_name_their_line_and_spare_the_rest() {
    let text = "dn: cn=A
objectClass: person
cn: A
jpegPhoto:< file:///home/a.jpg
sn:: ***
nonsense
mail: a@example.org

dn: cn=B
changetype: modify
replace: mail
mail: b@example.org
-

cn: C
mail: c@example.org

dn: cn=D
objectClass: person
title:: /w==
cn: D
";
    let (contacts, groups, faults) = outcome(text.as_bytes());
    assert_eq!(groups, []);
    let names: Vec<_> = contacts.iter().map(|contact| contact.draft.profile.display_name.as_str()).collect();
    assert_eq!(names, ["A", "D"]);
    assert_eq!(shown(&contacts[0].draft.profile.emails), ["a@example.org []"]);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 4, record 1: jpegPhoto: the value is kept in another file or on a server (':<'), which is not opened",
            "line 5, record 1: sn: what stands after '::' is not base64",
            "line 6, record 1: 'nonsense' does not look like 'attribute: value'",
            "line 13, record 2: '-' does not look like 'attribute: value'",
            "line 9, record 2: this is a change ('modify'), not an entry; export the directory's entries instead",
            "line 15, record 3: an entry begins with 'dn:'",
            "line 20, record 4: title: the value is not text (UTF-8)",
        ]
    );
}

#[test]
fn an_entry_too_big_is_left_out_and_the_next_is_read() {
    let big = format!("jpegPhoto:: {}\n", "A".repeat(6 * 1024 * 1024));
    let text = format!("dn: cn=A\ncn: A\n{big}{big}mail: a@example.org\n\ndn: cn=B\nmail: b@example.org\n");
    let (contacts, _, faults) = outcome(text.as_bytes());
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].place, Place { ordinal: 2, line: 7 });
    assert_eq!(faults.len(), 1);
    assert!(faults[0].reason.contains("10 MB"), "{}", faults[0]);
    let one_line = format!("dn: cn={}\n\ndn: cn=B\nmail: b@example.org\n", "é".repeat(11 * 1024 * 1024));
    assert_eq!(outcome(one_line.as_bytes()).0.len(), 1);
}

#[test]
fn a_photo_of_many_folded_lines_is_whole() {
    let bytes: Vec<u8> = [0xFF, 0xD8].into_iter().chain((0..=255).cycle().take(600_000)).collect();
    let coded = BASE64_STANDARD.encode(&bytes).into_bytes();
    let folded = coded.chunks(75).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>();
    let found = person(&format!("dn: cn=A\nmail: a@example.org\njpegPhoto::\n {}\n", folded.join("\n ")));
    assert_eq!(found.photo.unwrap().bytes, bytes);
}

#[test]
fn a_hostile_entry_is_read_in_time() {
    let text = format!("dn: cn=A\nobjectClass: person\n{}", "mail: a\nmail: b\ndescription: c\nou: d\n".repeat(50_000));
    assert_eq!(person(&text).draft.profile.emails.len(), 2);
    let many = (0..100_000).fold(String::from("dn: cn=A\n"), |text, n| text + &format!("mail: {n}\n"));
    assert!(person(&many).draft.extras.notes.contains("mail: 99999"));
}

/// Writes an attribute as RFC 2849 says: base64 where it must be, folded at `width`.
fn written(name: &str, value: &str, width: usize) -> String {
    let safe = value.is_ascii() && !value.starts_with([' ', ':', '<']) && !value.contains(['\n', '\r', '\0']);
    let line = if safe && !value.ends_with(' ') {
        format!("{name}: {value}")
    } else {
        format!("{name}:: {}", BASE64_STANDARD.encode(value))
    };
    let pieces: Vec<&str> = line.as_bytes().chunks(width).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
    pieces.join("\n ")
}

proptest! {
    #[test]
    fn folded_and_coded_values_come_back(value in "[a-zé :<#,=\n-]{1,200}", width in 1..80_usize) {
        let text = format!("dn: cn=A\n{}\n", written("description", &value, width));
        let entry = Entries::new(text.as_bytes()).next().unwrap().unwrap();
        prop_assert_eq!(entry.faults.len(), 0);
        prop_assert_eq!(entry.attributes[1].value.as_slice(), value.as_bytes());
    }

    #[test]
    fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(read(bytes.as_slice()).count() <= bytes.len());
    }

    #[test]
    fn any_lines_come_to_an_end(lines in proptest::collection::vec("(dn|cn|mail|member|manager|objectClass|x)?:{0,2}<?[ a-cé\\\\,=*+]{0,12}|person|", 0..30)) {
        let text = lines.join("\n");
        prop_assert!(read(text.as_bytes()).count() <= 2 * lines.len());
    }
}
