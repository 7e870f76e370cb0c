//! Values as written and as meant: separators and escapes (read by calcard), quoted-printable, character sets.

use calcard::{Entry, Parser, vcard::VCardValue};

use super::{charset::text_of, property::Property};

/// The value as one text; line breaks are LF.
pub fn text(property: &Property) -> String {
    // Most texts escape nothing, and there are millions of them.
    if !property.raw().contains('\\') {
        return clean(property, property.raw().to_owned());
    }
    let values = values(property, "NOTE");
    clean(property, values.into_iter().next().map(single).unwrap_or_default())
}

/// The value as components, each a list: `a;b,c` (RFC 6350 section 6.2.2).
pub fn components(property: &Property) -> Vec<Vec<String>> {
    let lists = values(property, "N").into_iter().map(|value| match value {
        VCardValue::Component(list) => list,
        other => vec![single(other)],
    });
    lists.map(|list| list.into_iter().map(|part| clean(property, part)).collect()).collect()
}

/// The value as a list whose items are separated by commas.
pub fn list(property: &Property) -> Vec<String> {
    // A semicolon is no separator here and need not be escaped (RFC 6350 section 3.4).
    components(property).into_iter().fold(Vec::<String>::new(), |mut items, component| {
        let mut parts = component.into_iter();
        if let Some(last) = items.last_mut() {
            *last += ";";
            *last += &parts.next().unwrap_or_default();
        }
        items.extend(parts);
        items
    })
}

/// calcard knows how to take a value apart by the property's name; the name is chosen for the shape wanted, because
/// for some names it rewrites what it reads (dates, URIs, binary data).
fn values(property: &Property, shape: &str) -> Vec<VCardValue> {
    let raw = property.raw();
    // calcard drops a backslash that escapes nothing, at the very end.
    let lone = raw.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    let card = [shape, ":", raw, if lone { "\\\n" } else { "\n" }].concat();
    match Parser::new(&card).vcard() {
        Entry::VCard(mut parsed) if !parsed.entries.is_empty() => parsed.entries.swap_remove(0).values,
        _ => Vec::new(),
    }
}

fn single(value: VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text,
        VCardValue::Component(list) => list.join(","),
        _ => String::new(),
    }
}

/// Quoted-printable is undone after the separators were found: `=3B` is a semicolon that separates nothing.
fn clean(property: &Property, text: String) -> String {
    let text = if is_quoted_printable(property) {
        text_of(&unquote(text.as_bytes()), property.param("CHARSET"))
    } else {
        text
    };
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Whether the value is written in quoted-printable.
pub fn is_quoted_printable(property: &Property) -> bool {
    property.has("ENCODING", "QUOTED-PRINTABLE")
}

/// RFC 2045 section 6.7; what is no escape stands for itself.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'=', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// A text as a value: RFC 2426 section 5 and RFC 6350 section 3.4 agree.
pub fn escape_text(text: &str) -> String {
    escape(text, true)
}

/// A URI as a value: only what would not survive being read is escaped.
pub fn escape_uri(text: &str) -> String {
    escape(text, false)
}

fn escape(text: &str, separators: bool) -> String {
    let mut value = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => value.push_str("\\n"),
            '\\' => value.push_str("\\\\"),
            ',' | ';' if separators => value.extend(['\\', c]),
            _ => value.push(c),
        }
    }
    value
}

/// Components as a value.
pub fn join(components: &[Vec<String>]) -> String {
    let lists = components.iter().map(|list| list.iter().map(|part| escape_text(part)).collect::<Vec<_>>().join(","));
    lists.collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exchange::vcard::Version;

    fn property(line: &str) -> Property {
        Property::parse(line.to_owned(), Version::V3).unwrap()
    }

    #[test]
    fn quoted_printable_is_undone_after_splitting() {
        let name = property("N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller=3B;J=F6rg;;;");
        assert_eq!(components(&name)[..2], [vec!["Müller;".to_owned()], vec!["Jörg".to_owned()]]);
        let undeclared = property("NOTE;QUOTED-PRINTABLE:caf=E9 100% =ZZ =");
        assert_eq!(text(&undeclared), "café 100% =ZZ =");
        assert_eq!(text(&property("NOTE;QUOTED-PRINTABLE:caf=C3=A9=0D=0A=0D=0Ab")), "café\n\nb");
        assert_eq!(text(&property("FN;CHARSET=SHIFT_JIS;QUOTED-PRINTABLE:=93=FA=96=7B")), "日本");
    }

    #[test]
    fn a_semicolon_in_a_list_separates_nothing() {
        assert_eq!(list(&property("CATEGORIES:a;b,c\\,d, e")), ["a;b", "c,d", " e"]);
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_again(words in proptest::collection::vec("[ \\t\\\\,;:\"=n\\n\u{0c}ä-]{0,12}", 1..5)) {
            let all = words.concat();
            prop_assert_eq!(text(&Property::new("X", escape_text(&all))), all.clone());
            prop_assert_eq!(text(&Property::new("X", escape_uri(&all))), all);
            let parts: Vec<Vec<String>> = words.chunks(2).map(<[_]>::to_vec).collect();
            prop_assert_eq!(components(&Property::new("X", join(&parts))), parts.clone());
        }
    }
}
