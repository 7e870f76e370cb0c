//! What real files do to a reader: faults that stop nothing, odd spellings, and limits.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read},
};

use callbook::{
    book::{
        Draft, TypedValue,
        incoming::{Fault, Incoming, IncomingContact, IncomingGroup},
    },
    exchange::vcard::{read, unmanaged},
};
use serde_json::json;

fn records(bytes: impl AsRef<[u8]>) -> Vec<Result<Incoming, Fault>> {
    let bytes = bytes.as_ref();
    let all: Vec<_> = read(bytes).collect();
    // However the bytes arrive, they mean the same.
    let at_once = if bytes.len() < 100_000 { 1 } else { 997 };
    assert_eq!(read(BufReader::with_capacity(at_once, bytes)).collect::<Vec<_>>(), all);
    all
}

fn one(bytes: impl AsRef<[u8]>) -> IncomingContact {
    match records(bytes).remove(0) {
        Ok(Incoming::Contact(contact)) => *contact,
        other => panic!("{other:?}"),
    }
}

fn card(lines: &str) -> Draft {
    one(format!("BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n")).draft
}

/// Faults as `line/card field: reason`, and the names of what was read.
fn outcome(bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let (mut faults, mut names) = (Vec::new(), Vec::new());
    for record in records(bytes) {
        match record {
            Err(f) => {
                let field = f.field.unwrap_or_default();
                faults.push(format!("{}/{} {field}: {}", f.place.line, f.place.ordinal, f.reason));
            }
            Ok(Incoming::Contact(contact)) => names.push(contact.draft.profile.display_name),
            Ok(Incoming::Group(group)) => names.push(group.name),
        }
    }
    (faults, names)
}

const ADA: &str = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n";

#[test]
fn a_card_cut_short_is_named_and_the_others_are_read() {
    let (faults, names) = outcome(format!("{ADA}BEGIN:VCARD\nFN:Lost\n{ADA}BEGIN:VCARD\nFN:Cut"));
    assert_eq!(names, ["Ada", "Ada"]);
    assert_eq!(
        faults,
        [
            "5/2 : the card is cut short: another one begins at line 7 before its END:VCARD",
            "11/4 : the card is cut short: the file ends before END:VCARD; get the whole file",
        ]
    );
}

#[test]
fn text_between_cards_is_reported_once_a_stretch() {
    let (faults, names) = outcome(format!("\n\n{ADA}\nhello\nworld\n\n{ADA}-- \nsent from\n"));
    assert_eq!(names, ["Ada", "Ada"]);
    let tail = "outside of any card was left out; a card stands between BEGIN:VCARD and END:VCARD";
    assert_eq!(faults, [format!("8/1 : text {tail}"), format!("15/2 : text {tail}")]);
}

#[test]
fn what_is_no_vcard_is_called_what_it_is() {
    for (text, what) in [
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "an iCalendar file"),
        ("<!DOCTYPE html>\n<html></html>", "HTML or XML"),
        ("Name,Phone\nAda,1\n", "text"),
        ("\u{1}\u{2}\u{3}\u{4}", "binary data"),
    ] {
        let expected = format!("1/1 : this is {what}, not a vCard; a vCard begins with BEGIN:VCARD");
        assert_eq!(outcome(text), (vec![expected], vec![]));
    }
    assert_eq!(outcome(""), (vec![], vec![]));
    assert_eq!(outcome("\n \n"), (vec![], vec![]));
}

/// Counts what is taken out of an endless file.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        unreachable!("BufRead is used")
    }
}

impl BufRead for Endless {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(&[b"some text of no use at all, again and again, for ever and ever\n", &[b'x'; 63][..]][self.0 / 63 % 2]
            [..63])
    }

    fn consume(&mut self, count: usize) {
        self.0 += count;
    }
}

#[test]
fn a_huge_file_of_something_else_is_refused_after_64_kilobytes() {
    let mut endless = Endless(0);
    let mut reader = read(&mut endless);
    assert!(reader.next().unwrap().unwrap_err().reason.starts_with("this is text, not a vCard"));
    assert!(reader.next().is_none());
    drop(reader);
    assert!(endless.0 < 70_000, "{}", endless.0);
}

#[test]
fn versions() {
    let versioned = |lines: &str| format!("BEGIN:VCARD\n{lines}FN:Ada\nEND:VCARD\n");
    let (faults, names) = outcome(versioned("VERSION:5.0\n") + ADA);
    assert_eq!(names, ["Ada"]);
    assert_eq!(
        faults,
        ["2/1 VERSION: version '5.0' is not known; callbook reads 2.1, 3.0 and 4.0, the card was left out"]
    );
    for (lines, version) in [("", "3.0"), ("PRODID:x\nVERSION:2.1\nVERSION:3.0\n", "2.1"), ("VERSION: 4.0 \n", "4.0")] {
        let card = one(versioned(lines)).draft.extras.card.unwrap();
        assert_eq!(card.version, version);
        assert!(card.lines.iter().all(|line| !line.starts_with("VERSION")), "{card:?}");
    }
}

#[test]
fn a_line_that_is_no_property_is_reported_and_kept() {
    let text = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nlost, in; space\nEND:VCARD\n";
    let records = records(text);
    let fault = records[0].as_ref().unwrap_err();
    assert_eq!((fault.place.line, fault.place.ordinal), (4, 1));
    assert_eq!(fault.reason, "this line is no property (NAME:value); it is kept as X-CALLBOOK-UNREADABLE");
    let Ok(Incoming::Contact(ada)) = &records[1] else { panic!("{records:?}") };
    let kept = unmanaged(ada.draft.extras.card.as_ref().unwrap());
    assert_eq!(kept, [json!(["x-callbook-unreadable", {}, "unknown", "lost, in; space"])]);
}

#[test]
fn limits_cost_the_card_and_no_more() {
    let long = "x".repeat(1024 * 1024 + 1);
    let (faults, names) = outcome(format!("BEGIN:VCARD\nFN:Big\nitem1.NOTE;X=1:{long}\nEND:VCARD\n{ADA}"));
    assert_eq!(names, ["Ada"]);
    assert_eq!(
        faults,
        ["3/1 NOTE: a value is longer than 1 MB; the card was left out, shorten the value to import it"]
    );
    let huge = format!("NOTE:{}\n", "y".repeat(60_000)).repeat(180);
    let (faults, names) = outcome(format!("BEGIN:VCARD\nFN:Huge\n{huge}END:VCARD\n{ADA}"));
    assert_eq!(
        (faults, names),
        (vec!["1/1 : the card is longer than 10 MB and was left out".to_owned()], vec!["Ada".to_owned()])
    );
    let unbroken = format!("BEGIN:VCARD\nNOTE:{}\nEND:VCARD\n{ADA}", "z".repeat(12 * 1024 * 1024));
    assert_eq!(outcome(unbroken).1, ["Ada"]);
}

#[test]
fn a_photo_of_ten_thousand_folded_lines_is_read() {
    let mut text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nPHOTO;ENCODING=b;TYPE=PNG:\r\n".to_owned();
    for _ in 0..10_000 {
        text += " ";
        text += &"AAAA".repeat(18);
        text += "\r\n";
    }
    text += "END:VCARD\r\n";
    let ada = one(text);
    let photo = ada.photo.unwrap();
    assert_eq!((photo.media_type.as_str(), photo.bytes.len()), ("image/png", 10_000 * 54));
    assert_eq!(ada.draft.extras.card.unwrap().lines, ["FN:Ada", "PHOTO;ENCODING=b;TYPE=PNG:"]);
}

#[test]
fn many_cards_are_read_one_by_one() {
    let mut text = String::new();
    for at in 0..20_000 {
        write!(text, "BEGIN:VCARD\nVERSION:3.0\nFN:Ada {at}\nEND:VCARD\n").unwrap();
    }
    let last = read(text.as_bytes()).enumerate().last().unwrap();
    let Ok(Incoming::Contact(contact)) = last.1 else { panic!("{last:?}") };
    assert_eq!((last.0, contact.place.ordinal, contact.place.line), (19_999, 20_000, 79_997));
    assert_eq!(contact.draft.profile.display_name, "Ada 19999");
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_read_error_is_a_fault_and_the_end() {
    let mut reader = read(BufReader::new(ADA.as_bytes().chain("BEGIN:VCARD\nFN:".as_bytes()).chain(Failing)));
    assert!(reader.next().unwrap().is_ok());
    let fault = reader.next().unwrap().unwrap_err();
    assert_eq!(fault.reason, "the file cannot be read any further: the disk is gone");
    assert!(reader.next().is_none());
}

#[test]
fn line_ends_and_marks_of_every_kind() {
    let text = "begin:vCard\nVersion:3.0\nfn:Ad\n a\nNOTE:Zoë\nend:vcard\n";
    let plain = one(text).draft;
    assert_eq!((plain.profile.display_name.as_str(), plain.extras.notes.as_str()), ("Ada", "Zoë"));
    let wide =
        |to: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to).collect::<Vec<u8>>();
    for bytes in [
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        text.replace('\n', "\r\r\n").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        text.replace("Ad\n", "A\0d\n").into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        assert_eq!(one(&bytes).draft, plain, "{:?}", String::from_utf8_lossy(&bytes));
    }
    let glued = format!("\u{feff}{ADA}\u{feff}{ADA}");
    assert_eq!(outcome(glued), (vec![], vec!["Ada".to_owned(), "Ada".to_owned()]));
    assert_eq!(card("FN:Ada\nNOTE:a\u{c}b").extras.notes, "a\u{c}b");
}

#[test]
fn character_sets() {
    let latin = |lines: &[u8]| one([b"BEGIN:VCARD\nVERSION:2.1\n", lines, b"\nEND:VCARD\n"].concat()).draft;
    assert_eq!(latin(b"FN:Zo\xeb \x80").profile.display_name, "Zoë €", "undeclared windows-1252");
    assert_eq!(latin("FN:Zoë".as_bytes()).profile.display_name, "Zoë", "undeclared UTF-8");
    assert_eq!(latin(b"FN;CHARSET=ISO-8859-2:\xb1").profile.display_name, "ą");
    assert_eq!(latin(b"FN;CHARSET=ISO-2022-JP:\x1b$BF|K\\\x1b(B").profile.display_name, "日本");
    assert_eq!(latin(b"FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Zo\xeb=EB").profile.display_name, "Zoëë");
    assert_eq!(latin(b"FN;CHARSET=no-such-set:Zo\xeb").profile.display_name, "Zoë");
    // A multi-byte character may be folded in its middle.
    assert_eq!(latin(b"FN:Zo\xc3\n \xab").profile.display_name, "Zoë");
}

#[test]
fn quoted_printable_and_base64_blocks() {
    let draft = one("BEGIN:VCARD\nVERSION:2.1\nNOTE;QUOTED-PRINTABLE:one=0D=0A=\n two=\n\nFN:Ada\n\
         X-A;ENCODING=QUOTED-PRINTABLE:a=3Bb;c=\nEND:VCARD\n")
    .draft;
    assert_eq!((draft.profile.display_name.as_str(), draft.extras.notes.as_str()), ("Ada", "one\n two"));
    let photo = one("BEGIN:VCARD\nVERSION:2.1\nPHOTO;GIF;BASE64:\nR0lG\nODlh\n\nFN:Ada\nEND:VCARD\n");
    assert_eq!(photo.photo.unwrap().bytes, b"GIF89a");
    assert_eq!(photo.draft.profile.display_name, "Ada");
}

#[test]
fn a_card_within_a_card_is_kept_with_its_property() {
    let (text, nested) =
        ("BEGIN:VCARD\nVERSION:2.1\nFN:Ada\nAGENT:\n", "BEGIN:VCARD\nVERSION:2.1\nFN:Agent, 007\nEND:VCARD\n");
    let draft = one(format!("{text}{nested}TEL:1\nEND:VCARD\n{ADA}")).draft;
    assert_eq!((draft.profile.display_name.as_str(), draft.profile.phone_numbers.len()), ("Ada", 1));
    assert_eq!(unmanaged(&draft.extras.card.unwrap()), [json!(["agent", {}, "text", nested])]);
    let deeper = format!("{text}{text}{nested}END:VCARD\nTEL:1\nEND:VCARD\n{ADA}");
    assert_eq!(outcome(deeper), (vec![], vec!["Ada".to_owned(), "Ada".to_owned()]));
}

#[test]
fn pictures() {
    let png = "iVBORw0KGgo=";
    let inline = |line: &str| one(format!("BEGIN:VCARD\nVERSION:3.0\nFN:A\n{line}\nEND:VCARD"));
    for line in [
        format!("PHOTO;ENCODING=b;VALUE=uri:{png}"),
        format!("PHOTO;ENCODING=BASE64:{png}"),
        format!("PHOTO;VALUE=uri:data:image/png;base64,{png}"),
    ] {
        assert_eq!(inline(&line).photo.unwrap().media_type, "image/png", "{line}");
    }
    let url = inline("PHOTO;ENCODING=b;VALUE=uri:https://a.example/b.png");
    assert_eq!((url.photo, url.draft.profile.avatar_url.as_str()), (None, "https://a.example/b.png"));
    let empty = inline("PHOTO;VALUE=URI:");
    assert_eq!((empty.photo, empty.draft.profile.avatar_url.as_str()), (None, ""));
    // What cannot be decoded is no picture, but it is not thrown away.
    let broken = inline("PHOTO;ENCODING=b:no*base64");
    assert_eq!(broken.photo, None);
    assert!(broken.draft.extras.card.unwrap().lines.contains(&"PHOTO;ENCODING=b:no*base64".to_owned()));
}

#[test]
fn types_and_labels() {
    let value = |line: &str| {
        let draft = card(&format!("FN:A\n{line}"));
        let all = [draft.profile.phone_numbers, draft.profile.emails, draft.profile.sip_addresses].concat();
        (all[0].kind.clone(), all[0].label.clone(), all[0].value.clone())
    };
    let told = |kind: &str, label: &str, value: &str| (kind.to_owned(), label.to_owned(), value.to_owned());
    for (line, expected) in [
        ("TEL;TYPE=HOME,FAX:1", told("fax", "", "1")),
        ("TEL;WORK;CELL:1", told("mobile", "", "1")),
        ("TEL;TYPE=VOICE,MSG,PREF:1", told("", "", "1")),
        ("TEL;TYPE=main:1", told("other", "main", "1")),
        ("EMAIL;TYPE=INTERNET;TYPE=School:a@b", told("other", "School", "a@b")),
        ("item1.TEL:1\nITEM1.X-ABLabel:Boat\\, \"Ada\"", told("other", "Boat, \"Ada\"", "1")),
        ("item1.TEL:1\nitem1.X-ABLabel:_$!<Home>!$_", told("home", "", "1")),
        ("item1.TEL:1\nitem1.X-ABLabel:_$!<WorkFAX>!$_", told("fax", "", "1")),
        ("item1.TEL;TYPE=CELL:1\nitem1.X-ABLabel:Boat", told("mobile", "Boat", "1")),
        ("item1.TEL:1\nitem1.X-ABLabel:_$!<Ship>!$_", told("other", "Ship", "1")),
        ("TEL;X-WEBEX-TYPE=work_extension;TYPE=WORK:12", told("work_extension", "", "12")),
        ("TEL;VALUE=uri:tel:+1-2;ext=3", told("", "", "+1-2;ext=3")),
        ("TEL;VALUE=uri:SIP:a@b", told("", "", "a@b")),
        ("X-SIP:a@b", told("", "", "a@b")),
        ("X-SIP;TYPE=work:sip:a@b", told("work", "", "a@b")),
        ("IMPP;X-WEBEX-SIP-TYPE=pmr;TYPE=work:sip:a@b", told("pmr", "", "a@b")),
        ("IMPP:sips:a@b", told("", "", "sips:a@b")),
    ] {
        assert_eq!(value(line), expected, "{line}");
    }
}

#[test]
fn the_preferred_one_is_the_first_of_the_lowest_rank() {
    let preferred = |lines: &str| {
        let phones = card(&format!("FN:A\n{lines}")).profile.phone_numbers;
        phones.into_iter().filter(|phone| phone.primary).map(|phone| phone.value).collect::<Vec<_>>()
    };
    assert_eq!(preferred("TEL;PREF=5:1\nTEL;PREF=2:2\nTEL:3"), ["2"]);
    assert_eq!(preferred("TEL;PREF=2:1\nTEL;TYPE=PREF:2\nTEL;PREF:3"), ["2"]);
    assert_eq!(preferred("TEL:1\nTEL:2"), Vec::<String>::new());
}

#[test]
fn the_other_fields() {
    let draft = card(
        "N:L;F\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22\nCATEGORIES:a\\,b, C\ncategories:c,d\nX-MS-MANAGER:Boss\n\
         X-KADDRESSBOOK-X-ManagersName:Other\nX-WEBEX-PRIMARY-CONTACT-METHOD:PHONE\nX-CALLBOOK-FAVOURITE:1\n\
         NICKNAME:Bob,Rob\nEMAIL:\nUID:urn:uuid:7",
    );
    assert_eq!(draft.profile.display_name, "F L");
    assert_eq!((draft.extras.birthday.as_str(), draft.profile.manager.as_str()), ("--03-22", "Boss"));
    assert_eq!(draft.group_names, ["a,b", "C", "d"]);
    assert_eq!((draft.profile.primary_contact_method.as_str(), draft.extras.favourite), ("PHONE", true));
    assert_eq!((draft.extras.nickname.as_str(), draft.extras.uid.as_str()), ("Bob,Rob", "urn:uuid:7"));
    assert_eq!(draft.profile.emails, Vec::<TypedValue>::new());
    assert_eq!(
        unmanaged(&draft.extras.card.unwrap()),
        [json!(["x-kaddressbook-x-managersname", {}, "unknown", "Other"])]
    );
    for (found, birthday) in
        [("19800322", "1980-03-22"), ("1980-03-22T00:00:00Z", "1980-03-22"), ("circa 1800", "circa 1800")]
    {
        assert_eq!(card(&format!("BDAY:{found}")).extras.birthday, birthday);
    }
    assert_eq!(card("BDAY;VALUE=text:19800322").extras.birthday, "19800322");
    assert_eq!(card("EMAIL:a@b").profile.display_name, "a@b");
    assert_eq!(card("NICKNAME:Bob").profile.display_name, "Bob");
    assert_eq!(one("BEGIN:VCARD\nUID:x\nREV:20121012T210525\nEND:VCARD").directory_key, "x");
}

#[test]
fn groups() {
    for (kind, member) in [("KIND", "MEMBER"), ("X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER")] {
        let text = format!(
            "BEGIN:VCARD\nVERSION:4.0\n{kind}:Group\nFN:Friends\nNOTE:x\n{member}:urn:uuid:1\n{member}:2\nEND:VCARD\n"
        );
        let records = records(&text);
        let fault = records[0].as_ref().unwrap_err();
        assert_eq!(fault.reason, "a group keeps its name and its members; left out: NOTE");
        let Ok(Incoming::Group(IncomingGroup { name, members, .. })) = &records[1] else { panic!("{records:?}") };
        assert_eq!((name.as_str(), members.as_slice()), ("Friends", &["urn:uuid:1".to_owned(), "2".to_owned()][..]));
    }
    assert_eq!(
        outcome("BEGIN:VCARD\nKIND:group\nEND:VCARD").0,
        ["1/1 FN: a group without a name was left out; give it an FN"]
    );
}
