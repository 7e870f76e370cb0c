//! Why a book could not be opened or written, in sentences that say what is safe and what to do.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

use crate::book::Failure;

/// A book that was not opened; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or written.
    #[error("cannot write in {}: {reason}. Nothing was changed. Mend its permissions, or choose another book with --book FILE", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is no book of ours.
    #[error("{} is not a callbook book: {reason}. It was left untouched. Choose another file with --book FILE", path.display())]
    NotABook {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        reason: String,
    },
    /// The file is damaged.
    #[error("{}", damaged(path, backup.as_deref()))]
    Damaged {
        /// The file, left untouched.
        path: PathBuf,
        /// The last good automatic backup.
        backup: Option<PathBuf>,
    },
    /// A later callbook wrote it.
    #[error("{} was written by a newer callbook (schema {found}, this one knows {known}). It was left untouched. Update callbook", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Another program holds it, or the disk says no.
    #[error("cannot open {}: {reason}", path.display())]
    Storage {
        /// The file.
        path: PathBuf,
        /// A sentence.
        reason: String,
    },
}

/// What to say of a damaged book.
pub(super) fn damaged(path: &Path, backup: Option<&Path>) -> String {
    let head = format!("the book {} is damaged; it was left untouched. ", path.display());
    match backup {
        Some(backup) => format!(
            "{head}The last good automatic backup is {}. This restores it and keeps the damaged file beside it: \
             callbook --book {} backup restore {}",
            backup.display(),
            quoted(path),
            quoted(backup)
        ),
        None => format!("{head}There is no automatic backup yet. Copy the file to a safe place before anything else"),
    }
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> Cow<'_, str> {
    let path = path.to_string_lossy();
    if path.chars().all(|c| c.is_alphanumeric() || "/._-+@:,".contains(c)) {
        return path;
    }
    format!("'{}'", path.replace('\'', r"'\''")).into()
}

/// Whether SQLite says that the file's content is broken.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Whether SQLite says that another program has the file.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// A sentence for what SQLite reported.
pub(super) fn reason(error: &rusqlite::Error) -> String {
    if let rusqlite::Error::ToSqlConversionFailure(error) = error {
        return error.to_string();
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has locked it for more than 5 seconds; close that program, or try again".to_owned()
        }
        Some(ErrorCode::DiskFull) => "the disk is full; free some space and try again".to_owned(),
        Some(ErrorCode::ReadOnly) => {
            "it cannot be written; mend the permissions of the file and its directory".to_owned()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "it cannot be opened; mend the permissions of the file and its directory, both must be writable".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk reports an error or is full; check the disk and free some space".to_owned()
        }
        _ => format!("the book's file reports: {error}"),
    }
}

impl super::Book {
    /// The failure to report for an error of SQLite during work on this book.
    pub(super) fn failure(&self, error: &rusqlite::Error) -> Failure {
        failure(&self.path, error)
    }
}

/// The failure to report for an error of SQLite during work on the book at `path`.
pub(super) fn failure(path: &Path, error: &rusqlite::Error) -> Failure {
    if is_damage(error) {
        return Failure::Storage(damaged(path, super::backup::latest(path).as_deref()));
    }
    Failure::Storage(format!("{} ({}); nothing of this was saved", reason(error), path.display()))
}
