//! What the domain asks of the outside.

use uuid::Uuid;

use super::{Failure, Person, Timestamp};

/// Time and fresh ids. The program's clock is the system's; a test's counts.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// A fresh `UUIDv7`, greater than every one before it.
    fn uuid(&self) -> Uuid;
}

/// People of an organisation who can be looked up and become CLOUD contacts: those imported from a file, or those of
/// an account.
pub trait Directory {
    /// The people who match what was typed, best first; everybody by name where nothing is typed. `Ok(None)` as soon
    /// as `superseded` says that nobody waits for the answer any more.
    fn search(&mut self, query: &str, limit: usize, superseded: &dyn Fn() -> bool) -> Result<Option<Matches>, Failure>;
}

/// People found in a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// The best of them.
    pub people: Vec<Person>,
    /// How many match in all.
    pub total: usize,
    /// How many people the directory knows.
    pub size: usize,
}
