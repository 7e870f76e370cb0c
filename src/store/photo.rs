//! Photos live once, under the hash of their bytes.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension as _};
use sha2::{Digest as _, Sha256};

use crate::book::{Failure, PhotoRef, incoming::Photo};

use super::Book;

/// SHA-256 in lower-case hexadecimal.
fn hash(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Book {
    /// The photo with this hash.
    pub fn photo(&self, hash: &str) -> Result<Option<Photo>, Failure> {
        self.connection
            .prepare_cached("SELECT media_type, bytes FROM photo WHERE hash = ?")
            .and_then(|mut statement| {
                statement.query_row([hash], |row| Ok(Photo { media_type: row.get(0)?, bytes: row.get(1)? })).optional()
            })
            .map_err(|e| self.failure(&e))
    }
}

/// Stores a photo if it is not there yet, in `table`, and returns its reference.
pub(super) fn put(connection: &Connection, table: &str, photo: &Photo) -> rusqlite::Result<PhotoRef> {
    let hash = hash(&photo.bytes);
    connection.prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)"))?.execute((
        &hash,
        &photo.media_type,
        &photo.bytes,
    ))?;
    Ok(PhotoRef { hash, media_type: photo.media_type.clone() })
}
