//! Emptying the trash: the one thing that really erases, from the journal and the backups too.

use rusqlite::params;

use crate::{
    book::{ContactId, Failure, Origin, Timestamp},
    config::Keeping,
};

use super::{
    Book, backup, beside, error,
    write::{Step, Writing},
};

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Book {
    /// Erases what lies too long in the trash and forgets what happened too long ago.
    pub fn drop_what_is_old(&mut self, keeping: Keeping) -> Result<(), Failure> {
        let now = self.clock.now().0;
        self.expire_trash(Timestamp(now - i64::from(keeping.trash_days) * DAY))?;
        self.forget_before(Timestamp(now - i64::from(keeping.history_days) * DAY))
    }

    /// Erases what lies in the trash since before `before`, with its history, its photos and every backup that might
    /// hold it; a fresh backup is made. Returns how many contacts are gone. This cannot be undone.
    pub fn empty_trash(&mut self, before: Timestamp) -> Result<usize, Failure> {
        let erased = self.expire_trash(before)?;
        if erased > 0 && !self.is_scratch() {
            backup::remove_all(&self.path);
            self.back_up().map_err(|failure| Failure::Storage(format!("the trash is emptied, but {failure}")))?;
        }
        Ok(erased)
    }

    /// Like [`Book::empty_trash`], but leaves the backups to grow old by themselves.
    fn expire_trash(&mut self, before: Timestamp) -> Result<usize, Failure> {
        let ids = self.trashed_before(before).map_err(|e| self.failure(&e))?;
        if ids.is_empty() {
            return Ok(0);
        }
        self.write(Origin::User, Step::Erase, |w| {
            for id in &ids {
                erase(w, *id)?;
            }
            w.transaction.execute(
                "DELETE FROM photo WHERE NOT EXISTS (SELECT 1 FROM document WHERE instr(document, hash) > 0)
                     AND NOT EXISTS (SELECT 1 FROM change_record WHERE instr(image, hash) > 0)",
                [],
            )?;
            Ok(format!("Emptied the trash ({} contacts)", ids.len()))
        })?;
        // What was erased must not survive in the log of writes either.
        self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(|error| {
            let (reason, log) = (error::reason(&error), beside(&self.path, "-wal"));
            Failure::Storage(format!("the trash is emptied, but {} still holds it: {reason}", log.display()))
        })?;
        Ok(ids.len())
    }

    fn trashed_before(&self, before: Timestamp) -> rusqlite::Result<Vec<ContactId>> {
        self.connection
            .prepare_cached("SELECT id FROM contact WHERE trashed IS NOT NULL AND trashed < ? ORDER BY sort, id")?
            .query_map([before.0], |row| row.get(0).map(ContactId))?
            .collect()
    }
}

/// Erases one contact and what the journal knows of it; what remains is that something was erased.
fn erase(w: &mut Writing<'_>, id: ContactId) -> rusqlite::Result<()> {
    let bytes = id.0.as_bytes();
    w.remove_contact(id)?;
    w.transaction.execute("DELETE FROM source WHERE contact = ?", [bytes])?;
    // The titles of its own changes hold its name.
    w.transaction.execute(
        "UPDATE change SET title = 'Erased', state = 'erased' WHERE seq < ?1 AND seq IN
             (SELECT change FROM change_record WHERE id = ?2)
             AND NOT EXISTS (SELECT 1 FROM change_record WHERE change = seq AND kind = 'contact' AND id <> ?2)",
        params![w.seq(), bytes],
    )?;
    w.transaction.execute("DELETE FROM change_record WHERE id = ?", [bytes])?;
    w.note_erased(id)
}
