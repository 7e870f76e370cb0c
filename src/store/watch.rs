//! Tells the other programs on the same book that something was committed, and hears it from them; nobody polls.
//!
//! The files of SQLite cannot tell: a commit becomes visible by a store to shared memory, after the last write to the
//! log, and a store to memory makes no event. So whoever has committed rings a bell: it touches a file of its own beside
//! the book.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use notify::{EventKind, RecursiveMode, Watcher as _};

/// The bell of a book: `book.db.changed`.
pub(super) struct Bell(File);

impl Bell {
    pub fn of(book: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path(book))?;
        Ok(Self(file))
    }

    /// Called after a commit. A bell that does not ring loses nothing: the others see the change at their next action.
    pub fn ring(&self) {
        let _ = self.0.set_modified(SystemTime::now());
    }
}

fn path(book: &Path) -> PathBuf {
    let mut name = book.file_name().unwrap_or_default().to_owned();
    name.push(".changed");
    book.with_file_name(name)
}

/// Ends the watching when dropped.
pub struct Watch(#[expect(dead_code, reason = "held for its Drop")] notify::RecommendedWatcher);

/// Calls `notice` after each commit to the book, by anybody, this program included: [`super::Book::news`] says cheaply
/// whether it is news.
///
/// # Errors
/// A sentence; the book then shows the changes of others at the next action.
pub fn watch(book: &Path, notice: impl Fn() + Send + 'static) -> Result<Watch, String> {
    let says = |e: notify::Error| format!("cannot watch the book for changes of other programs: {e}");
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| matches!(event.kind, EventKind::Modify(_))) {
            notice();
        }
    })
    .map_err(says)?;
    watcher.watch(&path(book), RecursiveMode::NonRecursive).map_err(says)?;
    Ok(Watch(watcher))
}
