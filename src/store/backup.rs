//! Automatic backups: whole copies by SQLite's backup API, the last five, kept beside the book.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, backup::Backup, config::DbConfig};

use crate::book::{Failure, Timestamp};

use super::{Book, beside, connect, error, real_path, schema};

/// So many records make an import or a bulk action large enough for a backup before it.
pub(super) const LARGE: usize = 100;
/// How many are kept.
const KEPT: usize = 5;
/// At most one a day, unless something big is about to happen.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// The extension of a copy that is not whole yet.
const UNFINISHED: &str = "unfinished";
/// Copied in one go before others may write: 1,024 pages of 4 KiB.
const PAGES_PER_STEP: i32 = 1024;

impl Book {
    /// Makes a backup of the book at `path` unless there is one from the last 24 hours. Takes a connection of its own,
    /// so that it can run on another thread.
    pub fn back_up_daily(path: &Path, now: Timestamp) -> Result<(), Failure> {
        // One from the future was made while the clock was wrong.
        let recent =
            latest(path).and_then(|backup| made_at(&backup)).is_some_and(|at| (0..DAY).contains(&(now.0 - at)));
        if recent {
            return Ok(());
        }
        connect(path)
            .and_then(|connection| make(&connection, path, now))
            .map_err(|error| Failure::Storage(format!("the daily backup failed: {}", error::reason(&error))))
    }

    /// Makes a backup now and drops all but the last five.
    pub fn back_up(&self) -> Result<(), Failure> {
        make(&self.connection, &self.path, self.clock.now())
            .map_err(|error| Failure::Storage(format!("the backup failed: {}", error::reason(&error))))
    }

    /// Reads the whole file and checks that it is sound; a sentence when it is not. Takes a connection of its own, so
    /// that it can run on another thread.
    pub fn check(path: &Path) -> Result<(), Failure> {
        let checked = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|connection| is_sound(&connection));
        match checked {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Storage(error::damaged(path, latest(path).as_deref()))),
            Err(error) if error::is_damage(&error) => {
                Err(Failure::Storage(error::damaged(path, latest(path).as_deref())))
            }
            Err(error) => Err(Failure::Storage(format!("cannot check {}: {}", path.display(), error::reason(&error)))),
        }
    }
}

fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA quick_check(1)", [], |row| Ok(row.get::<_, String>(0)? == "ok"))
}

/// `book.db` keeps its backups in `book.db.backups`.
fn directory(book: &Path) -> PathBuf {
    beside(book, ".backups")
}

/// When a backup was made, in milliseconds, from its name.
fn made_at(backup: &Path) -> Option<i64> {
    backup.file_stem()?.to_str()?.parse().ok()
}

/// The backups of a book, oldest first.
pub(super) fn all(book: &Path) -> Vec<PathBuf> {
    of_kind(book, "db")
}

/// The files that backups are (`db`) or would have become (`unfinished`), oldest first.
fn of_kind(book: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory(book)).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == extension) && made_at(path).is_some())
        .collect();
    found.sort_by_key(|path| made_at(path));
    found
}

/// The latest one.
pub(super) fn latest(book: &Path) -> Option<PathBuf> {
    all(book).pop()
}

/// Erases all of them, and what was left of those that were never finished.
///
/// # Errors
/// A sentence that names the first one that stays.
pub(super) fn remove_all(book: &Path) -> Result<(), String> {
    let stays = |path: &Path, error: io::Error| format!("the backup {} cannot be erased: {error}", path.display());
    let files = all(book).into_iter().chain(of_kind(book, UNFINISHED));
    files.map(|path| fs::remove_file(&path).map_err(|error| stays(&path, error))).fold(Ok(()), Result::and)
}

/// Copies the book; the copy appears under its name only when it is whole and sound.
pub(super) fn make(connection: &Connection, book: &Path, at: Timestamp) -> rusqlite::Result<()> {
    let unopened = |error: io::Error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let directory = directory(book);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory).map_err(unopened)?;
    // Nobody works on a copy for a day: those are of programs that ended too early.
    for left in of_kind(book, UNFINISHED).iter().filter(|left| made_at(left).is_some_and(|then| at.0 - then > DAY)) {
        let _ = fs::remove_file(left);
    }
    let unfinished = directory.join(format!("{}.{UNFINISHED}", at.0));
    let copied = copy(connection, &unfinished)
        .and_then(|()| fs::rename(&unfinished, directory.join(format!("{}.db", at.0))).map_err(unopened));
    if copied.is_err() {
        let _ = fs::remove_file(&unfinished);
        return copied;
    }
    let backups = all(book);
    for old in &backups[..backups.len().saturating_sub(KEPT)] {
        let _ = fs::remove_file(old);
    }
    Ok(())
}

/// Copies a whole book, what its write-ahead log holds included, into one file of mode 0600, and checks the copy.
fn copy(from: &Connection, to: &Path) -> rusqlite::Result<()> {
    let unopened = |error: io::Error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to).map_err(unopened)?;
    let mut copy = Connection::open(to)?;
    Backup::new(from, &mut copy)?.run_to_completion(PAGES_PER_STEP, Duration::ZERO, None)?;
    // A copy of a write-ahead book would leave files of its own beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    let damaged = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), None);
    if is_sound(&copy)? { Ok(()) } else { Err(damaged()) }
}

/// Whether another program has the book open. A damaged book cannot be asked, nor can it be worked on.
fn is_open_elsewhere(book: &Path) -> bool {
    // Before anything else is asked: an exclusive connection needs its locks from the first read on.
    let asked = Connection::open_with_flags(book, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|connection| {
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    });
    asked.is_err_and(|error| error::is_busy(&error))
}

/// Puts a backup in the place of a book. The book that was there is kept beside it under a name with the time, its
/// write-ahead files too. Returns that name, if there was a book.
///
/// # Errors
/// A sentence; nothing was changed then.
pub fn restore(backup: &Path, book: &Path, at: Timestamp) -> Result<Option<PathBuf>, String> {
    let book = &real_path(book);
    let says = |what: &str, error: &dyn std::fmt::Display| format!("cannot {what}: {error}; nothing was changed");
    let unread = |error| says(&format!("read the backup {}", backup.display()), &error);
    let source = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unread)?;
    let found = schema::version(&source).map_err(unread)?;
    if found > schema::current() {
        let sentence = "was written by a newer callbook; nothing was changed. Update callbook";
        return Err(format!("{} {sentence}", backup.display()));
    }
    if found == 0 || !schema::is_ours(&source, found).map_err(unread)? || !is_sound(&source).map_err(unread)? {
        return Err(format!("{} is no sound backup of a book; nothing was changed", backup.display()));
    }
    if is_open_elsewhere(book) {
        return Err(format!("another callbook has {} open; nothing was changed. Close it first", book.display()));
    }
    if let Some(directory) = book.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|e| says(&format!("make {}", directory.display()), &e))?;
    }
    let fresh = beside(book, ".restoring");
    if let Err(error) = copy(&source, &fresh) {
        let _ = fs::remove_file(&fresh);
        return Err(says("copy the backup", &error));
    }
    let kept = beside(book, &format!(".damaged-{}", at.0));
    for part in ["", "-wal", "-shm"] {
        let (from, mut to) = (beside(book, part), kept.clone().into_os_string());
        to.push(part);
        match fs::rename(&from, PathBuf::from(to)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(says(&format!("move {} aside", from.display()), &error)),
        }
    }
    fs::rename(&fresh, book)
        .map_err(|e| format!("cannot put the backup in place: {e}; the old book is {}", kept.display()))?;
    Ok(kept.exists().then_some(kept))
}
