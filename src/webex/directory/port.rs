//! The directory of an account behind the port that the offline one has too: for a thread that may wait.

use std::time::Duration;

use tokio::{runtime::Handle, time};

use super::WebexDirectory;
use crate::{
    book::{
        Failure,
        port::{Directory, Matches},
    },
    webex::Timing,
};

/// How often it is looked whether somebody still waits.
const GLANCE: Duration = Duration::from_millis(50);

/// People of an account for a thread of its own. The requests run on a runtime that another thread drives; never search from
/// within that runtime.
#[derive(Clone, Debug)]
pub struct BlockingDirectory {
    directory: WebexDirectory,
    runtime: Handle,
    timing: Timing,
}

impl BlockingDirectory {
    /// The directory, on that runtime.
    pub fn new(directory: WebexDirectory, runtime: Handle, timing: Timing) -> Self {
        Self { directory, runtime, timing }
    }
}

impl Directory for BlockingDirectory {
    fn search(&mut self, query: &str, limit: usize, superseded: &dyn Fn() -> bool) -> Result<Option<Matches>, Failure> {
        if superseded() {
            return Ok(None);
        }
        let search = async {
            let mut search = std::pin::pin!(self.directory.search(query, limit));
            loop {
                match time::timeout(self.timing.scaled(GLANCE), &mut search).await {
                    Ok(hits) => return Some(hits),
                    Err(_) if superseded() => return None,
                    Err(_) => {}
                }
            }
        };
        match self.runtime.block_on(search) {
            None => Ok(None),
            // Nobody but the server knows how many people there are; these are those whom it tells of.
            Some(Ok(hits)) => Ok(Some(Matches { size: hits.total, total: hits.total, people: hits.people })),
            Some(Err(error)) => Err(Failure::Storage(error.to_string())),
        }
    }
}
