//! What people call values, days and changes.

use jiff::tz::TimeZone;

use crate::book::{Address, Field, HistoryEntry, Origin, Timestamp, TypedValue};

/// What people call a value: `mobile`, `work phone`, `home e-mail`, or the user's own word.
pub fn value_label(field: Field, value: &TypedValue) -> String {
    let noun = match field {
        Field::Emails => "e-mail",
        Field::SipAddresses => "SIP",
        Field::WebPages => "page",
        _ => "phone",
    };
    let speaks_for_itself = field == Field::PhoneNumbers && matches!(value.kind.as_str(), "mobile" | "fax" | "pager");
    if !value.label.is_empty() {
        return value.label.clone();
    }
    match value.kind.as_str() {
        "" | "other" if field == Field::WebPages => "web page".to_owned(),
        "" | "other" => noun.to_owned(),
        "work_extension" => "extension".to_owned(),
        "pmr" | "personal-room" => "own room".to_owned(),
        "cloud-calling" => "Webex phone".to_owned(),
        "enterprise" => "enterprise".to_owned(),
        _ if speaks_for_itself => value.kind.clone(),
        kind => format!("{kind} {noun}"),
    }
}

/// What people call an address: `home`, `work`, or the user's own word.
pub fn address_label(address: &Address) -> String {
    match (address.label.as_str(), address.kind.as_str()) {
        ("", "" | "other") => "address".to_owned(),
        ("", kind) => kind.to_owned(),
        (label, _) => label.to_owned(),
    }
}

/// The label of a line of text.
pub(super) fn text_label(field: Field) -> String {
    if field == Field::DisplayName { "name".to_owned() } else { low(field.label()) }
}

/// The text of a line as people say it; only what has a form of its own is said otherwise than it is kept.
pub(super) fn text(field: Field, text: &str) -> String {
    match field {
        Field::Birthday => birthday(text),
        Field::PrimaryContactMethod => match text {
            "EMAIL" => "e-mail".to_owned(),
            "PHONE" => "phone".to_owned(),
            "SIPADDRESS" => "SIP".to_owned(),
            "IMS" => "chat".to_owned(),
            other => other.to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// `29 February 1984`, `29 February` without a year, anything else as it is.
fn birthday(text: &str) -> String {
    // A leap year has every day that a year can have.
    let whole = text.strip_prefix("--").map(|day| format!("2000-{day}"));
    let date = whole.as_deref().unwrap_or(text).parse::<jiff::civil::Date>();
    let form = if whole.is_some() { "%-d %B" } else { "%-d %B %Y" };
    date.map_or_else(|_| text.to_owned(), |date| date.strftime(form).to_string())
}

/// A label within a sentence: small, but what is written in capitals stays so.
fn low(label: &str) -> String {
    if label.chars().any(char::is_lowercase) { label.to_lowercase() } else { label.to_owned() }
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A moment as people say it: `today 14:02`, `yesterday 17:40`, `2026-11-02 09:15`.
pub fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let text = at.in_zone(zone);
    let is_day = |day: Timestamp| day.in_zone(zone).get(..10) == text.get(..10);
    match text.get(10..) {
        Some(time) if is_day(now) => format!("today{time}"),
        Some(time) if is_day(Timestamp(now.0.saturating_sub(DAY))) => format!("yesterday{time}"),
        _ => text,
    }
}

/// The same where there is little room: `today 14:02`, `yesterday`, `2026-11-02`.
pub(super) fn day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let said = when(at, now, zone);
    match said.split_once(' ') {
        Some((day, _)) if day != "today" => day.to_owned(),
        _ => said,
    }
}

/// What happened to the contact called `name`: the title of the change without the name, and the fields of an edit.
pub(super) fn change(entry: &HistoryEntry, name: &str) -> String {
    let about = entry.title.strip_suffix(name).map_or(entry.title.as_str(), str::trim_end);
    let mut said = about.to_owned();
    if about.ends_with("Edited") && !entry.fields.is_empty() {
        let fields: Vec<_> = entry.fields.iter().map(|label| low(label)).collect();
        said = format!("{about} {}", fields.join(", "));
    }
    match entry.origin {
        Origin::User | Origin::Import => {}
        Origin::Sync => said.push_str(" · sync"),
        Origin::Directory => said.push_str(" · directory"),
    }
    if entry.undone {
        said.push_str(" · undone");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::ChangeId;

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = |text| Timestamp::parse(text).unwrap();
        let now = at("2026-11-22T10:00:00Z");
        for (text, long, short) in [
            ("2026-11-22T09:15:00Z", "today 09:15", "today 09:15"),
            ("2026-11-21T23:59:00Z", "yesterday 23:59", "yesterday"),
            ("2026-11-02T09:15:00Z", "2026-11-02 09:15", "2026-11-02"),
        ] {
            assert_eq!(when(at(text), now, &TimeZone::UTC), long);
            assert_eq!(day(at(text), now, &TimeZone::UTC), short);
        }
    }

    #[test]
    fn types_are_said_as_people_say_them() {
        let label = |field, word| value_label(field, &TypedValue::new(word, "1"));
        assert_eq!(label(Field::PhoneNumbers, "mobile"), "mobile");
        assert_eq!(label(Field::PhoneNumbers, "work"), "work phone");
        assert_eq!(label(Field::PhoneNumbers, "work_extension"), "extension");
        assert_eq!(label(Field::Emails, ""), "e-mail");
        assert_eq!(label(Field::Emails, "Club"), "Club");
    }

    #[test]
    fn birthdays_are_said_as_people_say_them() {
        assert_eq!(birthday("1984-02-29"), "29 February 1984");
        assert_eq!(birthday("--02-29"), "29 February");
        assert_eq!(birthday("some day in May"), "some day in May");
    }

    #[test]
    fn a_change_is_said_without_the_name_that_stands_above() {
        let entry = |title: &str, fields: &[&str], undone| HistoryEntry {
            id: ChangeId(uuid::Uuid::nil()),
            at: Timestamp(0),
            origin: Origin::User,
            title: title.to_owned(),
            undone,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        };
        for (title, fields, undone, said) in [
            ("Created Ada", &[][..], false, "Created"),
            ("Edited Ada", &["Title", "SIP"], true, "Edited title, SIP · undone"),
            ("Undone: Edited Ada", &["E-mail"], false, "Undone: Edited e-mail"),
            ("Deleted Ada", &["Trash"], false, "Deleted"),
            ("Deleted 3 contacts", &["Trash"], false, "Deleted 3 contacts"),
        ] {
            assert_eq!(change(&entry(title, fields, undone), "Ada"), said);
        }
    }
}
