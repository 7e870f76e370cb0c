//! The embedded book: one SQLite file, every mutation one journalled change in one transaction.
//!
//! [`Book::open`] finds the file, [`Book::perform`] carries out a [`Command`](crate::book::Command), and what is read
//! comes as compact rows or as one contact. A commit that returned is on the disk (write-ahead log, full synchronous
//! writes); one that failed wrote nothing. Two programs may work on one file: each write looks at what is stored
//! before it replaces it, and [`Book::news`] tells what the other one did.

mod accounts;
mod backup;
mod commands;
mod copies;
mod directory;
mod error;
mod export;
mod failpoint;
mod history;
mod import;
mod intake;
mod journal;
mod known;
mod lease;
mod people;
mod photo;
mod read;
mod records;
mod rows;
mod schema;
mod sync;
mod trash;
mod undo;
mod watch;
mod words;
mod write;

use std::{
    fs,
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::book::port::Clock;

pub use crate::book::ImportOptions;
pub use accounts::Leaving;
pub use backup::restore as restore_backup;
pub use directory::OfflineDirectory;
pub use error::OpenError;
pub use export::ExportError;
pub use import::{Watcher, unwatched};
pub use lease::Lease;
pub use people::{OFFLINE, PeopleReport};
pub use sync::{
    Applied, Hash, Pulled, Receipt, Seen, Sending, SendingImage, SendingState, SyncInput, SyncState, ToSend, Waiting,
    What,
};
pub use watch::{Watch, watch};

/// How long a write waits for another program's write.
const BUSY: Duration = Duration::from_secs(5);

/// An open book.
pub struct Book {
    connection: Connection,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// The last change whose rows were handed out.
    seen: i64,
    /// The last move of a mark "not yet sent" that was handed out.
    unsent_seen: i64,
    /// `PRAGMA data_version` at that time: it moves when another program commits.
    data_version: i64,
    /// Tells other programs of a commit.
    bell: watch::Bell,
    /// Set for a throwaway book: its directory goes when the book does.
    scratch: Option<Scratch>,
}

/// A directory that is removed on drop.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing can be done about a directory that will not go; the system clears its temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Book {
    /// Opens the book at `path`, making it (mode 0600) and its directory (0700) if there is none.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let path = &real_path(path);
        prepare_file(path)?;
        let storage = |error: &rusqlite::Error| {
            if error::is_damage(error) {
                OpenError::Damaged { path: path.to_owned(), backup: backup::latest(path) }
            } else {
                OpenError::Storage { path: path.to_owned(), reason: error::reason(error) }
            }
        };
        let mut connection = connect(path).map_err(|e| storage(&e))?;
        // A damaged file must be left untouched, so no checkpoint before it has shown that it can be read.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(|e| storage(&e))?;
        let (found, ours) = identify(&connection).map_err(|e| storage(&e))?;
        if found > schema::current() {
            return Err(OpenError::Newer { path: path.to_owned(), found, known: schema::current() });
        }
        if !ours {
            let reason = "it is another program's SQLite file".to_owned();
            return Err(OpenError::NotABook { path: path.to_owned(), reason });
        }
        write_ahead(&connection).map_err(|e| storage(&e))?;
        if found < schema::current() {
            if found > 0 {
                backup::make(&connection, path, clock.now()).map_err(|e| storage(&e))?;
            }
            let transaction = connection
                .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
                .map_err(|e| storage(&e))?;
            // Another program may have migrated while this one waited for the lock.
            let found = schema::version(&transaction).map_err(|e| storage(&e))?;
            schema::migrate(&transaction, found).map_err(|e| storage(&e))?;
            transaction.commit().map_err(|e| storage(&e))?;
        }
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(|e| storage(&e))?;
        let bell = watch::Bell::of(path)
            .map_err(|error| OpenError::Storage { path: path.to_owned(), reason: error.to_string() })?;
        let mut book = Self {
            connection,
            path: path.to_owned(),
            clock,
            seen: 0,
            unsent_seen: 0,
            data_version: 0,
            bell,
            scratch: None,
        };
        book.mark_seen().map_err(|e| storage(&e))?;
        Ok(book)
    }

    /// A throwaway book in a directory of its own, removed with it.
    pub fn scratch(clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let directory = std::env::temp_dir().join(format!("callbook-{}", clock.uuid()));
        let scratch = Scratch(directory.clone());
        let mut book = Self::open(&directory.join("book.db"), clock)?;
        book.scratch = Some(scratch);
        Ok(book)
    }

    /// Where the book lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is a throwaway book.
    pub fn is_scratch(&self) -> bool {
        self.scratch.is_some()
    }
}

/// A connection with our settings; the file must exist.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// The file beside a book whose name has this at its end.
fn beside(book: &Path, suffix: &str) -> PathBuf {
    let mut name = book.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    book.with_file_name(name)
}

/// Sets the write-ahead log, which the file remembers. SQLite does not wait for others here, so that two programs that
/// make one book must: by a lock for which it does wait.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    const TURNS: usize = 50;
    for _ in 0..TURNS {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error::is_busy(&error) => connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?,
            done => return done,
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}

/// Makes the directory and the file if they are missing, and looks at the first bytes of a file that is there.
fn prepare_file(path: &Path) -> Result<(), OpenError> {
    let directory = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refused =
        |error: &io::Error| OpenError::Directory { directory: directory.to_owned(), reason: error.to_string() };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|e| refused(&e))?;
    let mut file = match fs::OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            return match made {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                Err(error) => Err(refused(&error)),
            };
        }
        Err(error) => {
            let reason = match error.kind() {
                io::ErrorKind::IsADirectory => "it is a directory; name a file in it".to_owned(),
                _ => format!("{error}; mend its permissions"),
            };
            return Err(OpenError::Storage { path: path.to_owned(), reason });
        }
    };
    // A book has its first page before it has a log of writes, so the log is looked at first.
    let logged = fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let mut head = Vec::with_capacity(16);
    let read = file.by_ref().take(16).read_to_end(&mut head);
    if let Err(error) = read {
        return Err(OpenError::Storage { path: path.to_owned(), reason: error.to_string() });
    }
    let backup = backup::latest(path);
    let used = logged || backup.is_some();
    match head.as_slice() {
        [] if !used => Ok(()),
        b"SQLite format 3\0" => Ok(()),
        _ if used => Err(OpenError::Damaged { path: path.to_owned(), backup }),
        _ => Err(OpenError::NotABook {
            path: path.to_owned(),
            reason: "it is no SQLite file, or its beginning is damaged".to_owned(),
        }),
    }
}

/// The schema version of a file, and whether it is a book or nothing yet. Asked in one snapshot, since another program
/// may be making the book right now.
fn identify(connection: &Connection) -> rusqlite::Result<(i64, bool)> {
    let snapshot = connection.unchecked_transaction()?;
    let found = schema::version(&snapshot)?;
    Ok((found, schema::is_ours(&snapshot, found)?))
}

/// Where a book really lies: the files beside it are beside that one, whatever links lead there.
fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
