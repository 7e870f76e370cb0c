//! The names of keys.

use std::{fmt, str::FromStr, sync::Arc};

use crate::webex::jose::Malformed;

/// The name of a content key: `kms://host/keys/…`, and nothing else (specification section 14). Names are compared as they
/// are written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyUri(Arc<str>);

const SCHEME: &str = "kms://";

impl KeyUri {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host of its cluster, as it is written.
    pub fn host(&self) -> &str {
        self.0[SCHEME.len()..].split('/').next().unwrap_or_default()
    }
}

/// The host of any `kms:` URI that has one of letters, digits, dots and hyphens.
pub(crate) fn host_of(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix(SCHEME)?;
    let host = rest.split('/').next()?;
    let fits = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    (!host.is_empty() && fits).then_some(host)
}

impl FromStr for KeyUri {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let host = host_of(text).ok_or(Malformed("it is no kms: URI"))?;
        let path = text[SCHEME.len() + host.len()..].strip_prefix("/keys/").ok_or(Malformed("it names no key"))?;
        let segment_fits = |segment: &str| {
            let plain = segment.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>".contains(&byte));
            plain && !matches!(segment, "" | "." | "..")
        };
        if path.split('/').all(segment_fits) { Ok(Self(text.into())) } else { Err(Malformed("it names no key")) }
    }
}

impl fmt::Display for KeyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_a_kms_are_names_of_keys() {
        let uri: KeyUri = "kms://kms.example.test/keys/0b8b1c0e".parse().unwrap();
        assert_eq!((uri.host(), uri.as_str()), ("kms.example.test", "kms://kms.example.test/keys/0b8b1c0e"));
        for bad in [
            "",
            "kms:",
            "kms://",
            "kms:///keys/1",
            "https://kms.example.test/keys/1",
            "KMS://kms.example.test/keys/1",
            "kms://kms.example.test",
            "kms://kms.example.test/keys",
            "kms://kms.example.test/keys/",
            "kms://kms.example.test/keys/../resources/1",
            "kms://kms.example.test/keys/1?x=1",
            "kms://kms.example.test/keys/1#x",
            "kms://kms.example.test/keys/1 2",
            "kms://kms.example.test/resources/1",
            "kms://user@kms.example.test/keys/1",
            "kms://kms.example.test:1/keys/1",
            "kms://kms.example.test/keys/ü",
        ] {
            assert!(bad.parse::<KeyUri>().is_err(), "{bad}");
        }
    }
}
