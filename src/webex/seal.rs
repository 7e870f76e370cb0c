//! The sealed fields of contacts and groups (specification section 7), one by one: a field that cannot be read says so and
//! harms no other.

use super::{
    jose::{self, ContentKey, FIELD_HEADER},
    kms::KeyUri,
};

/// A field as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// There is none.
    Absent,
    /// Its text.
    Text(String),
    /// It is there and cannot be read; it must never be written back.
    Unreadable,
}

/// Opens a field with the key of its record; without that key nothing but an empty field can be read.
pub fn open(field: Option<&str>, key: Option<&ContentKey>) -> Opened {
    match (field, key) {
        (None, _) => Opened::Absent,
        // The SDK seals no empty text, so it travels as it is.
        (Some(""), _) => Opened::Text(String::new()),
        (Some(_), None) => Opened::Unreadable,
        (Some(sealed), Some(key)) => key.open_to_string(sealed).map_or(Opened::Unreadable, Opened::Text),
    }
}

/// Seals a field, in the SDK's form. Empty fields are left out instead.
pub fn seal(key: &ContentKey, text: &str) -> String {
    key.seal(FIELD_HEADER, text.as_bytes())
}

/// The key that a field itself names, if it names one: worth a try where the key of its record does not open it.
pub fn named_key(field: &str) -> Option<KeyUri> {
    jose::key_id(field).ok()??.parse().ok()
}

/// Whether new text may be sealed under a key: it must belong to the user's own cluster, and to the user if the KMS says
/// whose it is. Anything may be read, but what is written under a stranger's key can be read by the stranger.
pub fn may_write(key: &KeyUri, owner: Option<&str>, cluster_host: &str, user_id: &str) -> bool {
    key.host().eq_ignore_ascii_case(cluster_host) && owner.is_none_or(|owner| owner.eq_ignore_ascii_case(user_id))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::webex::jose::Oct;

    fn vectors() -> Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/contacts-body.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn key(vectors: &Value) -> ContentKey {
        ContentKey::from_jwk(&serde_json::from_value::<Oct>(vectors["content_key_jwk"].clone()).unwrap()).unwrap()
    }

    /// Compares every text of the expected view with what the field at the same place opens to.
    fn compare(sealed: &Value, expected: &Value, key: &ContentKey, place: &str, compared: &mut usize) {
        match expected {
            Value::Object(members) => {
                for (name, expected) in members {
                    compare(&sealed[name], expected, key, &format!("{place}.{name}"), compared);
                }
            }
            Value::Array(items) => {
                for (index, expected) in items.iter().enumerate() {
                    compare(&sealed[index], expected, key, &format!("{place}[{index}]"), compared);
                }
            }
            _ if place.ends_with("Id") || place.ends_with("type") => assert_eq!(sealed, expected, "{place}"),
            Value::Null => assert_eq!(open(sealed.as_str(), Some(key)), Opened::Unreadable, "{place}"),
            Value::String(text) => {
                assert_eq!(open(sealed.as_str(), Some(key)), Opened::Text(text.clone()), "{place}");
                *compared += 1;
            }
            other => panic!("{place}: {other}"),
        }
    }

    #[test]
    fn every_field_of_the_body_opens() {
        let vectors = vectors();
        let (key, body, expected) = (key(&vectors), &vectors["get_contacts_body"], &vectors["expected"]);
        let mut compared = 0;
        for (index, name) in [(0, "C1"), (2, "C3"), (3, "C4")] {
            compare(&body["contacts"][index], &expected[name], &key, name, &mut compared);
        }
        compare(&body["groups"], &expected["groups"], &key, "groups", &mut compared);
        let added = &expected["C2"]["phoneNumbers_user_added"];
        compare(&body["contacts"][1]["phoneNumbers"], added, &key, "C2", &mut compared);
        assert_eq!(compared, 21);
    }

    #[test]
    fn a_field_says_how_it_was_found() {
        let key = ContentKey::from_bytes([1; 32]);
        assert_eq!(open(None, Some(&key)), Opened::Absent);
        assert_eq!(open(Some(""), None), Opened::Text(String::new()));
        assert_eq!(open(Some("Jane Doe"), Some(&key)), Opened::Unreadable);
        let sealed = seal(&key, "Zoë");
        assert_eq!(open(Some(&sealed), None), Opened::Unreadable);
        assert_eq!(open(Some(&sealed), Some(&key)), Opened::Text("Zoë".to_owned()));
        assert!(sealed.starts_with("eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0.."), "the SDK's header");
    }

    #[test]
    fn a_field_names_its_key_if_it_does() {
        let key = ContentKey::from_bytes([1; 32]);
        let named = key.seal(r#"{"alg":"dir","kid":"kms://kms.example.test/keys/1","enc":"A256GCM"}"#, b"x");
        assert_eq!(named_key(&named).map(|uri| uri.to_string()).as_deref(), Some("kms://kms.example.test/keys/1"));
        assert_eq!(named_key(&seal(&key, "x")), None);
        assert_eq!(named_key("x"), None);
        let strange = key.seal(r#"{"alg":"dir","kid":"https://kms.example.test/keys/1","enc":"A256GCM"}"#, b"x");
        assert_eq!(named_key(&strange), None);
    }

    #[test]
    fn only_keys_of_our_own_are_written_under() {
        let uri: KeyUri = "kms://KMS.example.test/keys/1".parse().unwrap();
        assert!(may_write(&uri, None, "kms.example.test", "u1"));
        assert!(may_write(&uri, Some("U1"), "kms.example.test", "u1"));
        assert!(!may_write(&uri, Some("u2"), "kms.example.test", "u1"));
        assert!(!may_write(&uri, Some("u1"), "other.example.test", "u1"));
        assert!(!may_write(&uri, None, "example.test", "u1"));
    }
}
