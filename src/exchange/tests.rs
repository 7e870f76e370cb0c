use proptest::prelude::*;

use super::*;

fn reason(head: &[u8], name: &str) -> String {
    let reason = detect(head, name).unwrap_err();
    assert!(reason.starts_with("not a vCard, CSV or LDIF file: "), "{reason}");
    reason
}

#[test]
fn formats_are_known_by_their_content() {
    let utf16: Vec<u8> = "\u{feff}BEGIN:VCARD\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (head, format) in [
        (&b"BEGIN:VCARD\r\nVERSION:3.0\r\n"[..], Format::Vcard),
        (b"\xEF\xBB\xBF\r\n\r\nbegin:vcard\nN:\0\n", Format::Vcard),
        (&utf16, Format::Vcard),
        (b"version: 1\n\ndn: cn=Ada\n", Format::Ldif),
        (b"# exported\n  by hand\n\ndn:: Y249QWRh\n", Format::Ldif),
        (b"First Name,Last Name,E-mail Address\n", Format::Csv),
        (b"\"Email\"\n", Format::Csv),
        (b"Name\tPhone\nJos\xE9\t1", Format::Csv),
        (b"Name,Notes\nAda,\x1Ba stray sign\0\n", Format::Csv),
    ] {
        for name in ["contacts.vcf", "contacts.csv", "contacts.ldif", "-"] {
            assert_eq!(detect(head, name), Ok(format), "{:?}", String::from_utf8_lossy(head));
        }
    }
}

#[test]
fn a_refusal_says_what_the_file_is() {
    for (head, name, expected) in [
        (&b""[..], "a.vcf", "it is empty"),
        (b" \r\n\r\n", "a.vcf", "it is blank"),
        (b"\x7fELF\x02\x01\x01\0\0", "a.vcf", "it is binary data"),
        (b"%PDF-1.7", "a.csv", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a.xlsx", "save the spreadsheet as CSV"),
        (b"\xFF\xD8\xFF\xE0\0", "a.jpg", "a picture"),
        (b"<!doctype html>", "a.vcf", "HTML"),
        (b"{\"contacts\": []}", "a.json", "it is JSON"),
        (b"BEGIN:VCALENDAR\n", "a.ics", "a calendar"),
        (b"Hello\nBEGIN:VCARD\n", "a.vcf", "a vCard begins with BEGIN:VCARD, and this one with 'Hello'"),
        (
            b"id,price\n1,2\n",
            "a.csv",
            "such as First Name, Last Name, E-mail Address, Phone, Company; it says 'id,price'",
        ),
        (b"cn: Ada\n", "a.LDIF", "'version: 1' or 'dn:', and this one with 'cn: Ada'"),
        (b"Dear Ada,\nhello", "letter", "it begins with 'Dear Ada,'"),
    ] {
        let reason = reason(head, name);
        assert!(reason.contains(expected), "{reason}");
    }
}

#[test]
fn a_big_file_is_judged_by_its_head_alone() {
    let mut zeros = vec![0; HEAD];
    zeros.extend_from_slice(b"\nBEGIN:VCARD\n");
    assert!(reason(&zeros, "a.vcf").contains("binary data"));
    let long = vec![b'x'; 3 * HEAD];
    assert!(reason(&long, "a.vcf").len() < 200);
}

#[test]
fn formats_for_writing_are_named() {
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!(ExportFormat::Vcard4.extension(), "vcf");
    let unknown = "xml".parse::<ExportFormat>().unwrap_err();
    assert!(unknown.contains("'xml'") && unknown.contains("vcard3, vcard4, json"), "{unknown}");
}

proptest! {
    #[test]
    fn any_bytes_are_judged(head in proptest::collection::vec(any::<u8>(), 0..500), name in "[a-z]{0,3}\\.?(vcf|csv|ldif)?") {
        if let Err(reason) = detect(&head, &name) {
            prop_assert!(!reason.contains(char::is_control), "{reason:?}");
        }
    }
}
