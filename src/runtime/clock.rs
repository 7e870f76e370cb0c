//! The system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::book::{Timestamp, port::Clock};

/// The time of the machine, and `UUIDv7` of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
