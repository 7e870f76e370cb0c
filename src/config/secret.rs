//! Text that is never shown.

use std::fmt;

use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// A token, a key, a password: wiped from memory when it is dropped, and `***` wherever it might be printed.
#[derive(Clone, Default, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// The text itself, to be sent where it belongs. Never print it, never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Vec<u8>> for Secret {
    /// Bytes that are no UTF-8 cannot be a token and become nothing; either way no copy of them stays.
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(
            |error| {
                error.into_bytes().zeroize();
                Self::default()
            },
            Self,
        )
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::from("token")), "***");
        assert_eq!(format!("{:?}", Some(Secret::from("token"))), "Some(***)");
    }
}
