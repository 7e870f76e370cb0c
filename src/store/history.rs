//! What happened, newest first, and forgetting it for good.

use crate::book::{ChangeId, ContactId, Failure, HistoryEntry, Timestamp, change::Image, field::label_of_key};

use super::{
    Book,
    journal::{origin_named, place, read_record},
    write::{Stop, begin},
};

const RECORDS_BEFORE: &str = "DELETE FROM change_record WHERE row IN (
    SELECT change_record.row FROM change JOIN change_record
        ON change_record.row >= seq << 32 AND change_record.row < (seq + 1) << 32 WHERE at < ?)";

impl Book {
    /// The latest changes of the book, or of one contact; at most `limit`.
    pub fn history(&self, contact: Option<ContactId>, limit: usize) -> Result<Vec<HistoryEntry>, Failure> {
        self.try_history(contact, limit).map_err(|e| self.failure(&e))
    }

    fn try_history(&self, contact: Option<ContactId>, limit: usize) -> rusqlite::Result<Vec<HistoryEntry>> {
        let only =
            if contact.is_some() { "seq IN (SELECT change FROM change_record WHERE id = ?1)" } else { "?1 IS NULL" };
        let mut changes = self.connection.prepare_cached(&format!(
            "SELECT seq, id, at, origin, title, state FROM change WHERE {only} ORDER BY seq DESC LIMIT ?2"
        ))?;
        let mut records = self.connection.prepare_cached(
            "SELECT kind, id, image FROM change_record
             WHERE row >= ?1 AND row < ?2 AND (?3 IS NULL OR id = ?3) ORDER BY row LIMIT 2",
        )?;
        let id = contact.map(|c| c.0);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        changes
            .query_map((id, limit), |row| {
                let (seq, state): (i64, String) = (row.get(0)?, row.get(5)?);
                let touched = records
                    .query_map((place(seq, 0), place(seq + 1, 0), id), read_record)?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                let fields = match touched.as_slice() {
                    [one] => match &one.image {
                        Image::Changed(patch) => patch.0.keys().map(|key| label_of_key(key).to_owned()).collect(),
                        _ => Vec::new(),
                    },
                    _ => Vec::new(),
                };
                Ok(HistoryEntry {
                    id: ChangeId(row.get(1)?),
                    at: Timestamp(row.get(2)?),
                    origin: origin_named(&row.get::<_, String>(3)?),
                    title: row.get(4)?,
                    undone: state == "undone" || state == "dropped",
                    fields,
                })
            })?
            .collect()
    }

    /// Forgets changes older than `before`; they can be neither shown nor undone afterwards.
    pub(super) fn forget_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        let any = "SELECT EXISTS (SELECT 1 FROM change WHERE at < ?)";
        if !self.connection.query_row(any, [before.0], |row| row.get(0)).map_err(|e| self.failure(&e))? {
            return Ok(());
        }
        let forget = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            transaction.execute(RECORDS_BEFORE, [before.0])?;
            transaction.execute("DELETE FROM change WHERE at < ?", [before.0])?;
            Ok(transaction.commit()?)
        };
        forget(&mut self.connection).map_err(|stop| self.stopped(stop))
    }
}
