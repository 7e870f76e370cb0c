//! Identifiers as types of their own, so that a group can never be passed where a contact is meant.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasherDefault, Hasher},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// A contact of ours (`UUIDv7`, RFC 9562 section 5.7), stable for ever; never the server's `contactId`.
    ContactId
}
uuid_id! {
    /// A group of ours (`UUIDv7`), stable for ever; never the server's `groupId`.
    GroupId
}
uuid_id! {
    /// One change of the journal (`UUIDv7`).
    ChangeId
}

/// Contacts by id, for books of a hundred thousand.
pub type ContactMap<T> = HashMap<ContactId, T, BuildHasherDefault<IdHasher>>;
/// A set of contacts.
pub type ContactSet = HashSet<ContactId, BuildHasherDefault<IdHasher>>;

/// Hashes ids of our own making: they are random already, nobody chooses them to collide.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The home of a contact or a group: `local`, or the name of a Webex account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub String);

impl AccountId {
    /// The account every book has, which needs no network.
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// Whether it is that one.
    pub fn is_local(&self) -> bool {
        self.0 == "local"
    }

    /// Itself, unless it is the local account.
    pub fn elsewhere(&self) -> Option<Box<Self>> {
        (!self.is_local()).then(|| Box::new(self.clone()))
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self::local()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
