//! Times as the services write them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub type Millis = i64;

/// An hour.
pub const HOUR: Millis = 3_600_000;

/// This moment.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// A moment in ISO 8601 with milliseconds, UTC.
pub fn iso(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_have_three_decimals() {
        assert_eq!(super::iso(1_795_328_707_830), "2026-11-22T06:25:07.830Z");
        assert_eq!(super::iso(1_795_328_707_000), "2026-11-22T06:25:07.000Z");
    }
}
