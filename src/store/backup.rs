//! Automatic backups: whole copies by SQLite's backup API, the last five, kept beside the book.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, backup::Backup};

use crate::book::{Failure, Timestamp};

use super::{Book, beside, connect, error, identify, schema};

/// How many are kept.
const KEPT: usize = 5;
/// At most one a day, unless something big is about to happen.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Copied in one go before others may write: 1,024 pages of 4 KiB.
const PAGES_PER_STEP: i32 = 1024;

impl Book {
    /// Makes a backup of the book at `path` unless there is one from the last 24 hours. Takes a connection of its own,
    /// so that it can run on another thread.
    pub fn back_up_daily(path: &Path, now: Timestamp) -> Result<(), Failure> {
        let recent = latest(path).and_then(|backup| made_at(&backup)).is_some_and(|at| now.0 - at < DAY);
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

/// The backups of a book, and what was left of those during which a program was stopped.
fn kept(book: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(directory(book)).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| made_at(path).is_some())
}

/// The backups of a book, oldest first.
pub(super) fn all(book: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = kept(book).filter(|path| path.extension().is_some_and(|e| e == "db")).collect();
    found.sort_by_key(|path| made_at(path));
    found
}

/// The latest one.
pub(super) fn latest(book: &Path) -> Option<PathBuf> {
    all(book).pop()
}

/// Erases all of them. One that cannot be removed stays; the fresh one still follows.
pub(super) fn remove_all(book: &Path) {
    for path in kept(book) {
        let _ = fs::remove_file(path);
    }
}

/// Copies the book; the copy appears under its name only when it is whole and sound.
pub(super) fn make(connection: &Connection, book: &Path, at: Timestamp) -> rusqlite::Result<()> {
    let unopened = |error: io::Error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let directory = directory(book);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory).map_err(unopened)?;
    let unfinished = directory.join(format!("{}.unfinished", at.0));
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished).map_err(unopened)?;
    let copied = (|| {
        let mut copy = Connection::open(&unfinished)?;
        Backup::new(connection, &mut copy)?.run_to_completion(PAGES_PER_STEP, Duration::ZERO, None)?;
        // A copy of a write-ahead book would leave files of its own beside it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        is_sound(&copy)
    })();
    match copied {
        Ok(true) => fs::rename(&unfinished, directory.join(format!("{}.db", at.0))).map_err(unopened)?,
        Ok(false) => {
            let _ = fs::remove_file(&unfinished);
            return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), None));
        }
        Err(error) => {
            let _ = fs::remove_file(&unfinished);
            return Err(error);
        }
    }
    let backups = all(book);
    let old = backups[..backups.len().saturating_sub(KEPT)].iter().cloned();
    // Nobody is still at work on one that was begun a day ago.
    let left = kept(book).filter(|path| !backups.contains(path) && made_at(path).is_some_and(|made| at.0 - made > DAY));
    for path in old.chain(left) {
        let _ = fs::remove_file(path);
    }
    Ok(())
}

/// Puts a backup in the place of a book. The book that was there is kept beside it under a name with the time, its
/// write-ahead files too. Returns that name, if there was a book.
///
/// # Errors
/// A sentence; nothing was changed then.
pub fn restore(backup: &Path, book: &Path, at: Timestamp) -> Result<Option<PathBuf>, String> {
    let says = |what: &str, error: &dyn std::fmt::Display| format!("cannot {what}: {error}; nothing was changed");
    let good = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| {
            let version = schema::version(&connection)?;
            Ok(version > 0 && identify(&connection, backup, version)?.is_ok() && is_sound(&connection)?)
        })
        .map_err(|e| says(&format!("read the backup {}", backup.display()), &e))?;
    if !good {
        return Err(format!("{} is no sound backup of a book; nothing was changed", backup.display()));
    }
    let fresh = beside(book, ".restoring");
    copy(backup, &fresh).map_err(|error| {
        let _ = fs::remove_file(&fresh);
        says("copy the backup", &error)
    })?;
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

/// Copies a file to the disk, for its owner alone.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = fs::File::open(from)?;
    let mut to = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}
