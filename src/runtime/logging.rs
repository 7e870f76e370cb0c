//! The log: only where somebody asks for one (`CALLBOOK_LOG`), in a file of the user's own beside the book.
//!
//! It holds what callbook itself says: methods, paths, statuses, durations, tracking ids. Libraries that speak to the
//! network may log headers, so what they say is left out.

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing::{Metadata, level_filters::LevelFilter};
use tracing_subscriber::{Layer as _, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// What is logged by whom: nothing by default, and nothing of others.
fn is_ours(metadata: &Metadata<'_>, least: LevelFilter) -> bool {
    *metadata.level() <= least && metadata.target().split("::").next() == Some(env!("CARGO_PKG_NAME"))
}

/// Where the log of a book lies.
pub fn file(book: &Path) -> PathBuf {
    book.with_file_name("callbook.log")
}

/// Begins to log if the variable says how much: `error`, `warn`, `info`, `debug` or `trace`.
///
/// # Errors
/// A sentence: the word is none of these, or the file cannot be written.
pub fn start(wanted: &str, book: &Path) -> Result<(), String> {
    let least: LevelFilter = wanted
        .parse()
        .map_err(|_| format!("CALLBOOK_LOG must be error, warn, info, debug or trace, not '{wanted}'"))?;
    let path = file(book);
    let open = || -> io::Result<_> { OpenOptions::new().create(true).append(true).mode(0o600).open(&path) };
    let file = open().map_err(|error| format!("the log {} cannot be written: {error}", path.display()))?;
    let lines = fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let ours = filter_fn(move |metadata| is_ours(metadata, least));
    // A second start, as in tests, is no reason to stop.
    let _ = tracing_subscriber::registry().with(lines.with_filter(ours)).try_init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_checked_and_the_file_is_the_users_own() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let book = directory.path().join("book.db");
        assert!(start("loud", &book).unwrap_err().contains("must be error, warn"));
        start("off", &book).unwrap();
        assert_eq!(file(&book).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(start("info", Path::new("/nowhere/book.db")).unwrap_err().contains("cannot be written"));
    }
}
