//! Moments in time.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. In JSON an RFC 3339 string in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads an RFC 3339 (or ISO 8601 basic) date and time with an offset; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    fn as_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }

    /// The local date and minute in the zone given, for people: `2026-11-22 17:40`.
    pub fn in_zone(self, zone: &jiff::tz::TimeZone) -> String {
        self.as_jiff().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The UTC time in ISO 8601 basic form, as vCard 4.0 writes it (RFC 6350 section 4.3.5): `20261122T174000Z`.
    pub fn basic(self) -> String {
        self.as_jiff().strftime("%Y%m%dT%H%M%SZ").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_jiff().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is not an RFC 3339 time")))
    }
}
