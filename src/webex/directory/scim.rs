//! SCIM2 (specification sections 9.1 and 9.3): people by id, in batches, and by the beginning of a name.

use std::fmt::Write as _;

/// More ids than this are refused as a "complex query".
pub const BATCH: usize = 50;
/// How many people a search brings.
pub const SEARCH: usize = 25;
/// How many people may come for a batch.
const COUNT: usize = 100;

/// The query for people by their ids.
pub fn by_ids(ids: &[&str]) -> String {
    let terms: Vec<String> = ids.iter().map(|id| format!("id eq {}", quoted(id))).collect();
    format!("filter={}&count={COUNT}", encoded(&terms.join(" or ")))
}

/// The query for people whose names or addresses begin like this.
pub fn by_text(text: &str) -> String {
    let text = quoted(text);
    let attributes = ["displayName", "name.givenName", "name.familyName", "emails.value", "userName"];
    let terms = attributes.map(|attribute| format!("{attribute} sw {text}"));
    format!("filter={}&count={SEARCH}", encoded(&terms.join(" or ")))
}

/// A value between the quotes of a filter, so that nothing in it can end them (RFC 7644, RFC 8259). Percent-encoding alone does
/// not see to that.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars().filter(|c| !c.is_control()) {
        if matches!(c, '\\' | '"') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Percent-encoded as JavaScript's `encodeURIComponent` does.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String succeeds.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_written_as_the_sdk_writes_them() {
        let query = by_ids(&["cccccccc-0000-4000-8000-000000000002"]);
        assert_eq!(query, "filter=id%20eq%20%22cccccccc-0000-4000-8000-000000000002%22&count=100");
        assert_eq!(by_ids(&["a", "b"]), "filter=id%20eq%20%22a%22%20or%20id%20eq%20%22b%22&count=100");
    }

    #[test]
    fn nothing_that_is_typed_ends_the_quotes() {
        assert_eq!(quoted(r#"a" or id eq "b\"#), r#""a\" or id eq \"b\\""#);
        assert_eq!(quoted("a\n\u{0}b"), r#""ab""#);
        assert!(
            by_text("Zoë & \"").starts_with("filter=displayName%20sw%20%22Zo%C3%AB%20%26%20%5C%22%22%20or%20name.")
        );
    }

    #[test]
    fn the_encoding_is_that_of_encode_uri_component() {
        assert_eq!(encoded("a-_.!~*'()b;/?:@&=+$,#\u{20ac}"), "a-_.!~*'()b%3B%2F%3F%3A%40%26%3D%2B%24%2C%23%E2%82%AC");
    }
}
