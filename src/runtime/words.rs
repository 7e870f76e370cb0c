//! Reading the words that a book holds: all of it is read, on a thread and a connection of its own, so that no save waits
//! for it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use super::{SystemClock, panic_report::please_report};
use crate::{
    app::{Event, RequestId},
    store::Book,
};

/// No request: nobody waits any more.
const NOBODY: u64 = u64::MAX;

/// Reads words; only the newest request counts. Dropping it ends the reading.
#[derive(Default)]
pub(super) struct WordReader {
    newest: Arc<AtomicU64>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl WordReader {
    /// Has the words of the book at `path` read.
    pub fn read(&mut self, request: RequestId, path: &Path, events: &UnboundedSender<Event>) {
        self.newest.store(request.0, Ordering::Relaxed);
        let (path, newest, answers) = (path.to_owned(), Arc::clone(&self.newest), events.clone());
        let work = move || {
            let superseded = || newest.load(Ordering::Relaxed) != request.0;
            let found = catch_unwind(AssertUnwindSafe(|| {
                let book = Book::open(&path, Arc::new(SystemClock)).map_err(|error| error.to_string())?;
                book.vocabulary(&superseded).map_err(|failure| failure.to_string())
            }));
            let event = match found {
                Ok(Ok(Some(words))) => Event::WordsLoaded { request, vocabulary: Arc::new(words) },
                Ok(Ok(None)) => return,
                Ok(Err(message)) => Event::TaskFailed { request, message },
                Err(_) => {
                    let message = format!("callbook made a mistake in reading words. {}", please_report());
                    Event::TaskFailed { request, message }
                }
            };
            // A loop that has ended wants no answers.
            let _ = answers.send(event);
        };
        match thread::Builder::new().name("words".to_owned()).spawn(work) {
            Ok(thread) => {
                self.threads.retain(|thread| !thread.is_finished());
                self.threads.push(thread);
            }
            Err(error) => {
                let message = format!("the words of the book cannot be read: {error}");
                let _ = events.send(Event::TaskFailed { request, message });
            }
        }
    }
}

impl Drop for WordReader {
    /// Whoever closes the book last tidies up after it: that is not this one.
    fn drop(&mut self) {
        self.newest.store(NOBODY, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
