//! Notices that something happens to the book's files, so that nobody has to poll.

use std::path::{Path, PathBuf};

use notify::{EventKind, RecursiveMode, Watcher as _};

/// Ends the watching when dropped.
pub struct Watch(#[expect(dead_code, reason = "held for its Drop")] notify::RecommendedWatcher);

/// Calls `notice` after something was written to the book or its write-ahead log, by anybody, this program included:
/// [`super::Book::news`] says cheaply whether it is news.
///
/// # Errors
/// A sentence; the book then shows the changes of others at the next action.
pub fn watch(book: &Path, notice: impl Fn() + Send + 'static) -> Result<Watch, String> {
    let says = |e: notify::Error| format!("cannot watch the book for changes of other programs: {e}");
    let absolute = std::path::absolute(book).unwrap_or_else(|_| book.to_owned());
    let directory: PathBuf = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ours = move |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        // The `-shm` file moves with every read; only these two say that something was committed.
        *file == name || file.strip_suffix("-wal") == Some(&name)
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && matches!(event.kind, EventKind::Modify(_) | EventKind::Create(_) | EventKind::Remove(_))
            && event.paths.iter().any(&ours)
        {
            notice();
        }
    })
    .map_err(says)?;
    watcher.watch(&directory, RecursiveMode::NonRecursive).map_err(says)?;
    Ok(Watch(watcher))
}
