//! Reading a directory: on a thread of its own, for a directory may be large or far away.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::UNIX_EPOCH,
};

use tokio::sync::mpsc::UnboundedSender;

use super::panic_report::please_report;
use crate::{
    app::{EntryKind, Event, FileEntry, Listing, RequestId},
    book::Timestamp,
    config::Environment,
};

/// Reads directories; only the newest request counts.
#[derive(Default)]
pub(super) struct Lister {
    newest: Arc<AtomicU64>,
}

impl Lister {
    /// Has a directory read; a leading `~` is the home directory.
    pub fn list(&self, request: RequestId, directory: PathBuf, events: UnboundedSender<Event>) -> io::Result<()> {
        let newest = Arc::clone(&self.newest);
        newest.store(request.0, Ordering::Relaxed);
        let work = move || {
            let superseded = || newest.load(Ordering::Relaxed) != request.0;
            let event = match catch_unwind(AssertUnwindSafe(|| read(&directory, &superseded))) {
                Ok(Some(listing)) => Event::Listed { request, listing },
                Ok(None) => return,
                Err(_) => {
                    let message = format!("callbook made a mistake in this directory. {}", please_report());
                    Event::TaskFailed { request, message }
                }
            };
            // A loop that has ended wants no answers.
            let _ = events.send(event);
        };
        thread::Builder::new().name("lister".to_owned()).spawn(work).map(drop)
    }
}

/// What a directory holds; `None` when nobody wants to know any more.
fn read(directory: &Path, superseded: &dyn Fn() -> bool) -> Option<Listing> {
    let environment = Environment::of_process();
    let directory = environment.expand_path(directory);
    let directory = std::path::absolute(&directory).unwrap_or(directory);
    let shown = environment.shorten(&directory);
    let mut found = Vec::new();
    let failed = |error: io::Error| Listing {
        directory: directory.clone(),
        shown: shown.clone(),
        problem: Some(format!("cannot read this directory: {error}")),
        ..Listing::default()
    };
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) => return Some(failed(error)),
    };
    for entry in entries {
        if superseded() {
            return None;
        }
        match entry {
            Ok(entry) => found.push(described(entry.path())),
            Err(error) => return Some(failed(error)),
        }
    }
    Some(Listing::new(directory, shown, found))
}

fn described(path: PathBuf) -> FileEntry {
    let Ok(facts) = fs::metadata(&path) else { return FileEntry::new(path, EntryKind::Other, 0, None) };
    let kind = match facts.file_type() {
        found if found.is_dir() => EntryKind::Directory,
        found if found.is_file() => EntryKind::File,
        _ => EntryKind::Other,
    };
    FileEntry::new(path, kind, facts.len(), modified(&facts))
}

/// When a file was last written.
pub(super) fn modified(facts: &fs::Metadata) -> Option<Timestamp> {
    let since = facts.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp)
}
