//! A contact as TOML for people: the fields in sections, each list with an example of an entry.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{
    super::{visible, visible::misleads},
    Sheet,
    complaint::MARK,
    group_names,
};
use crate::book::{ContactType, Draft, Field, Group, Profile, TypedValue, field::Shape, name::shown_name};

/// The fields as they stand together, with what is said above them.
const SECTIONS: [(&str, &[Field]); 9] = [
    (
        "Name",
        &[
            Field::FirstName,
            Field::LastName,
            Field::DisplayName,
            Field::Nickname,
            Field::Prefix,
            Field::MiddleName,
            Field::Suffix,
        ],
    ),
    ("Work", &[Field::CompanyName, Field::Title, Field::Department, Field::Manager]),
    (
        "Phone: type is mobile, work, home, work_extension, fax, pager, other,\n\
         # or a word of your own; primary = true marks the preferred one",
        &[Field::PhoneNumbers],
    ),
    ("E-mail", &[Field::Emails]),
    ("SIP", &[Field::SipAddresses]),
    ("Web pages", &[Field::WebPages]),
    ("Addresses", &[Field::Addresses]),
    (
        "Birthday: YYYY-MM-DD, or --MM-DD without a year;\n\
         # reached best by EMAIL, PHONE, SIPADDRESS or IMS",
        &[Field::Birthday, Field::PrimaryContactMethod, Field::AvatarUrl],
    ),
    ("Notes: as many lines as you like", &[Field::Notes]),
];

/// The text of a contact.
pub(super) fn write(sheet: &Sheet, groups: &[Group]) -> String {
    let contact = &*sheet.before;
    let draft = Draft::of(contact);
    let name = if sheet.is_new { "A new contact".to_owned() } else { shown_name(contact) };
    let mut out =
        format!("# {}\n# Save and close to keep what you change; an empty value is no value.\n", visible(&name));
    if let Some(person) = &contact.person {
        person_part(&mut out, &person.profile);
    }
    for (title, fields) in SECTIONS {
        let fields: Vec<Field> =
            fields.iter().copied().filter(|field| field.editable_in(contact.contact_type)).collect();
        if fields.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n# {title}");
        let width = fields.iter().map(|field| field.key().len()).max().unwrap_or_default();
        for field in fields {
            match (field.shape(), field.text(&draft), field.values(&draft)) {
                (Shape::Text, Some(text), _) => _ = writeln!(out, "{} = {}", field.key(), lines(text)),
                (_, Some(text), _) => _ = writeln!(out, "{:width$} = {}", field.key(), quoted(text)),
                (_, _, Some(values)) => list(&mut out, field, values.iter().map(value)),
                _ => list(&mut out, field, draft.profile.addresses.iter().map(object)),
            }
        }
    }
    let _ = writeln!(out, "\n# Groups by name; a new name makes a group");
    let names: Vec<String> = group_names(contact, groups).into_iter().map(quoted).collect();
    let _ = writeln!(out, "groups    = [{}]\nfavourite = {}", names.join(", "), draft.extras.favourite);
    out
}

/// What belongs to a directory, to be read only.
fn person_part(out: &mut String, profile: &Profile) {
    out.push_str("#\n# This is a person of a directory. What follows is theirs and read-only:\n");
    let theirs = Draft { profile: profile.clone(), ..Draft::default() };
    for field in
        Field::ALL.into_iter().filter(|field| !field.editable_in(ContactType::Cloud) || field.values(&theirs).is_some())
    {
        if let Some(text) = field.text(&theirs).filter(|text| !text.is_empty()) {
            let _ = writeln!(out, "#   {}: {}", field.label(), visible(text));
        }
        for value in field.values(&theirs).unwrap_or_default() {
            let _ = writeln!(out, "#   {}: {}", field.label(), visible(&value.value));
        }
    }
    for address in &profile.addresses {
        let _ = writeln!(out, "#   Address: {}", visible(&address.lines().join(", ")));
    }
    out.push_str("# Your own additions:\n");
}

fn list(out: &mut String, field: Field, entries: impl ExactSizeIterator<Item = Map<String, Value>>) {
    let _ = writeln!(out, "{} = [", field.key());
    if entries.len() == 0 {
        let _ = writeln!(out, "  # {},", example(field));
    }
    for entry in entries {
        let members = entry.iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some(format!("{name} = {}", quoted(text))),
            Value::Bool(switch) => Some(format!("{name} = {switch}")),
            _ => None,
        });
        let _ = writeln!(out, "  {{ {} }},", members.collect::<Vec<_>>().join(", "));
    }
    out.push_str("]\n");
}

const fn example(field: Field) -> &'static str {
    match field {
        Field::PhoneNumbers => r#"{ type = "mobile", value = "+44 20 7946 0001" }"#,
        Field::Emails => r#"{ type = "work", value = "ada@example.org" }"#,
        Field::SipAddresses => r#"{ type = "work", value = "ada@sip.example.org" }"#,
        Field::WebPages => r#"{ type = "home", value = "https://example.org" }"#,
        _ => r#"{ type = "home", street = "1 Main Street", zipCode = "N1 9GU", city = "London", country = "UK" }"#,
    }
}

/// A value of a list; a word of one's own stands where the types stand, which reads it back.
fn value(value: &TypedValue) -> Map<String, Value> {
    let word = TypedValue::new(&value.label, "");
    let mut members = object(value);
    if value.kind == "other" && word.kind == "other" && !value.label.is_empty() && word.label == value.label {
        members.insert("type".to_owned(), value.label.as_str().into());
        members.shift_remove("label");
    } else if value.kind.is_empty() {
        members.shift_remove("type");
    }
    members
}

fn object<T: serde::Serialize>(entry: &T) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// A string of one line (TOML 1.0, basic string).
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => push(&mut out, c),
        }
    }
    out + "\""
}

/// A string of several lines (TOML 1.0, multi-line basic string); the end of its last line is not part of it.
fn lines(text: &str) -> String {
    let mut out = "\"\"\"\n".to_owned();
    for line in text.split('\n') {
        let mut rest = line;
        if line.starts_with(MARK) {
            out.push_str("\\u0023");
            rest = &line[1..];
        }
        for c in rest.chars() {
            match c {
                // Three of them would end the string.
                '"' if out.ends_with('"') => out.push_str("\\\""),
                '"' => out.push('"'),
                c => push(&mut out, c),
            }
        }
        out.push('\n');
    }
    out + "\"\"\""
}

/// A character, or what stands for one that cannot be seen or would mislead.
fn push(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if misleads(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}') => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}
