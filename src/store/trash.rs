//! Emptying the trash: the one thing that really erases, from the journal and the backups too.

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::{
    book::{Committed, ContactId, Delta, Failure, Origin, Timestamp, change::Kind},
    config::Keeping,
};

use super::{
    Book, backup, beside, error,
    write::{Step, Writing, kind_name},
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Photos of no contact and of no change, found in one pass over each.
pub(super) const UNUSED_PHOTOS: &str = "
    DELETE FROM photo WHERE hash NOT IN (
        SELECT ifnull(json_extract(document, '$.photo.hash'), '') FROM document
        UNION SELECT ifnull(json_extract(image, path), '') FROM change_record,
            (SELECT column1 AS path FROM (VALUES ('$.created.photo.hash'), ('$.erased.photo.hash'),
                ('$.changed.photo[0].hash'), ('$.changed.photo[1].hash')))
            WHERE kind = 'contact'
    )";

impl Book {
    /// Erases what lies too long in the trash and forgets what happened too long ago. Returns what the screen must
    /// show anew, if anything.
    pub fn drop_what_is_old(&mut self, keeping: Keeping) -> Result<Option<Delta>, Failure> {
        let now = self.clock.now().0;
        let erased = self.expire_trash(Timestamp(now - i64::from(keeping.trash_days) * DAY))?;
        self.forget_before(Timestamp(now - i64::from(keeping.history_days) * DAY))?;
        Ok(erased.map(|committed| committed.delta))
    }

    /// Erases what lies in the trash since before `before`, with its history, its photos and every backup that might
    /// hold it; a fresh backup is made. Returns how many contacts are gone. This cannot be undone.
    pub fn empty_trash(&mut self, before: Timestamp) -> Result<usize, Failure> {
        let erased = self.expire_trash(before)?.map_or(0, |committed| committed.touched.len());
        if erased > 0 {
            self.drop_backups("the trash is emptied")?;
        }
        Ok(erased)
    }

    /// Makes sure that what was erased is in no backup.
    fn drop_backups(&self, done: &str) -> Result<(), Failure> {
        if self.is_scratch() {
            return Ok(());
        }
        let but = |why| Failure::Storage(format!("{done}, but {why}"));
        backup::remove_all(&self.path).map_err(but)?;
        self.back_up().map_err(|failure| but(failure.to_string()))
    }

    /// Makes sure that what was erased is neither in the log of writes nor in a backup.
    pub(super) fn wipe_traces(&self, done: &str) -> Result<(), Failure> {
        self.empty_log(done)?;
        self.drop_backups(done)
    }

    fn empty_log(&self, done: &str) -> Result<(), Failure> {
        self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(|error| {
            let (reason, log) = (error::reason(&error), beside(&self.path, "-wal"));
            Failure::Storage(format!("{done}, but {} still holds it: {reason}", log.display()))
        })
    }

    /// Like [`Book::empty_trash`], but leaves the backups to grow old by themselves. `None` when nothing was there.
    fn expire_trash(&mut self, before: Timestamp) -> Result<Option<Committed>, Failure> {
        if trashed_before(&self.connection, before).map_err(|e| self.failure(&e))?.is_empty() {
            return Ok(None);
        }
        let erased = self.write(Origin::User, |w| {
            w.step = Step::Erase;
            // Asked again: another program may have restored some while this one waited for the lock.
            let ids = trashed_before(&w.transaction, before)?;
            for id in &ids {
                erase(w, *id)?;
            }
            w.transaction.execute(UNUSED_PHOTOS, [])?;
            let count = ids.len();
            Ok(format!("Emptied the trash ({count} {})", if count == 1 { "contact" } else { "contacts" }))
        })?;
        // What was erased must not survive in the log of writes either.
        self.empty_log("the trash is emptied")?;
        Ok(erased.change.is_some().then_some(erased))
    }
}

fn trashed_before(connection: &Connection, before: Timestamp) -> rusqlite::Result<Vec<ContactId>> {
    connection
        .prepare_cached("SELECT id FROM contact WHERE trashed IS NOT NULL AND trashed < ? ORDER BY sort, id")?
        .query_map([before.0], |row| row.get(0).map(ContactId))?
        .collect()
}

/// Erases one contact and what the journal knows of it; what remains is that something was erased.
pub(super) fn erase(w: &mut Writing<'_>, id: ContactId) -> rusqlite::Result<()> {
    w.remove_contact(id)?;
    w.transaction.execute("DELETE FROM source WHERE contact = ?", [id.0])?;
    erase_traces(w, Kind::Contact, id.0)?;
    w.note_erased(Kind::Contact, id.0)
}

/// Erases what the journal knows of one record.
pub(super) fn erase_traces(w: &Writing<'_>, kind: Kind, id: Uuid) -> rusqlite::Result<()> {
    // The titles of its own changes hold its name.
    w.transaction.execute(
        "UPDATE change SET title = 'Erased', state = 'erased' WHERE seq < ?1 AND seq IN
             (SELECT change FROM change_record WHERE id = ?2)
             AND NOT EXISTS (SELECT 1 FROM change_record
                 WHERE row >= seq << 32 AND row < (seq + 1) << 32 AND kind = ?3 AND id <> ?2)",
        params![w.seq, id, kind_name(kind)],
    )?;
    w.transaction.execute("DELETE FROM change_record WHERE id = ?", [id])?;
    Ok(())
}
