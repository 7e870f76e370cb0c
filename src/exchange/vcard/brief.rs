//! A card of a few lines, short enough for a QR code.

use super::value::escape_text;
use crate::{
    book::{Profile, TypedValue},
    exchange::uri::Number,
};

/// A card of version 3.0, which every telephone reads: names, position and company, numbers, addresses and pages of the
/// profile, and nothing else. Lines are not folded, since scanners do not unfold them all.
pub fn brief(name: &str, profile: &Profile, pages: &[TypedValue]) -> String {
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:3.0".to_owned()];
    let structured = if profile.first_name.is_empty() && profile.last_name.is_empty() {
        escape_text(name)
    } else {
        format!("{};{}", escape_text(&profile.last_name), escape_text(&profile.first_name))
    };
    let mut line = |property: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("{property}:{value}"));
        }
    };
    line("N", &structured);
    line("FN", &escape_text(name));
    line("ORG", &escape_text(&profile.company_name));
    line("TITLE", &escape_text(&profile.title));
    for phone in &profile.phone_numbers {
        let number = Number::parse(&phone.value).filter(|number| number.extension.is_empty());
        let number = number.map_or_else(|| escape_text(&phone.value), |number| number.dialled);
        let kind = match phone.kind.as_str() {
            "mobile" => ";TYPE=CELL",
            "work" | "work_extension" => ";TYPE=WORK",
            "home" => ";TYPE=HOME",
            "fax" => ";TYPE=FAX",
            "pager" => ";TYPE=PAGER",
            _ => "",
        };
        line(&format!("TEL{kind}"), &number);
    }
    for email in &profile.emails {
        line("EMAIL", &escape_text(&email.value));
    }
    for page in pages {
        line("URL", &escape_text(&page.value));
    }
    lines.push("END:VCARD\r\n".to_owned());
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::incoming::Incoming;

    #[test]
    fn what_is_written_is_read_back() {
        let profile = Profile {
            first_name: "Zoë".to_owned(),
            last_name: "Ångström; \nBCC:x".to_owned(),
            company_name: "Optik, Uppsala".to_owned(),
            phone_numbers: vec![TypedValue::new("mobile", "+46 70 123 45 67"), TypedValue::new("", "12 x 3")],
            emails: vec![TypedValue::new("", "zoe@optik.example")],
            ..Profile::default()
        };
        let card = brief("Zoë Ångström", &profile, &[TypedValue::new("", "https://optik.example/?a,b")]);
        let mut cards = super::super::read(card.as_bytes());
        let Some(Ok(Incoming::Contact(read))) = cards.next() else { panic!("{card}") };
        let draft = read.draft;
        let values = |values: &[TypedValue]| values.iter().map(|v| v.value.clone()).collect::<Vec<_>>();
        assert_eq!(draft.profile.display_name, "Zoë Ångström");
        assert_eq!(draft.profile.first_name, profile.first_name);
        assert_eq!(draft.profile.last_name, profile.last_name);
        assert_eq!(draft.profile.company_name, profile.company_name);
        assert_eq!(values(&draft.profile.phone_numbers), ["+46701234567", "12 x 3"]);
        assert_eq!(draft.profile.phone_numbers[0].kind, "mobile");
        assert_eq!(values(&draft.profile.emails), ["zoe@optik.example"]);
        assert_eq!(values(&draft.extras.web_pages), ["https://optik.example/?a,b"]);
        assert!(cards.next().is_none());
        assert!(card.lines().all(|line| !line.starts_with("BCC")), "{card}");
    }

    #[test]
    fn who_has_but_one_name_has_it_whole() {
        let card = brief("Plato", &Profile::default(), &[]);
        assert_eq!(card, "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Plato\r\nFN:Plato\r\nEND:VCARD\r\n");
    }
}
