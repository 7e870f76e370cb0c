//! What the domain asks of the outside.

use uuid::Uuid;

use super::Timestamp;

/// Time and fresh ids. The program's clock is the system's; a test's counts.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// A fresh `UUIDv7`, greater than every one before it.
    fn uuid(&self) -> Uuid;
}
