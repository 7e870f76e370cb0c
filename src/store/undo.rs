//! Undo never rewrites history: it commits a new change that turns an earlier one back (model.md, "A change").

use rusqlite::{Connection, OptionalExtension as _};

use crate::book::{Committed, Failure, Origin, Record, change::Kind};

use super::{
    Book,
    write::{Step, Stop, unreadable},
};

impl Book {
    /// Takes back the latest change of a person that is not taken back yet.
    pub(super) fn undo(&mut self) -> Result<Committed, Failure> {
        // The newest change that stands, and the oldest that was taken back: undo walks backwards, redo forwards.
        self.turn("done", "seq DESC", "there is nothing to undo", "Undid", true)
    }

    /// Does the change taken back last again.
    pub(super) fn redo(&mut self) -> Result<Committed, Failure> {
        self.turn("undone", "seq ASC", "there is nothing to redo", "Redid", false)
    }

    fn turn(&mut self, state: &str, order: &str, nothing: &str, verb: &str, back: bool) -> Result<Committed, Failure> {
        let sql = format!("SELECT seq, title FROM change WHERE state = '{state}' ORDER BY {order} LIMIT 1");
        let found: Result<Option<(i64, String)>, _> =
            self.connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional();
        let Some((seq, title)) = found.map_err(|e| self.failure(&e))? else {
            return Err(Failure::NotFound(nothing.to_owned()));
        };
        let step = if back { Step::Undo(seq) } else { Step::Redo(seq) };
        self.write(Origin::User, step, |w| {
            // Another program may have turned the same change while this one waited for the lock.
            let still: bool =
                w.transaction.query_row("SELECT state = ?1 FROM change WHERE seq = ?2", (state, seq), |r| r.get(0))?;
            if !still {
                return Err(Stop::Failure(Failure::Refused("another window did that just now".to_owned())));
            }
            let count = count(&w.transaction, seq)?;
            for position in 0..count {
                let position = if back { count - 1 - position } else { position };
                let Record { kind, id, image } = nth(&w.transaction, seq, position)?;
                w.turn(Record { kind, id, image: if back { image.inverse() } else { image } })?;
            }
            Ok(format!("{verb}: {title}"))
        })
    }
}

fn count(connection: &Connection, change: i64) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM change_record WHERE change = ?", [change], |row| row.get(0))
}

/// One record of a change; they are read one by one, since an import may have a hundred thousand.
fn nth(connection: &Connection, change: i64, position: i64) -> rusqlite::Result<Record> {
    connection
        .prepare_cached("SELECT kind, id, image FROM change_record WHERE change = ? AND position = ?")?
        .query_row([change, position], read_record)
}

/// A row `kind, id, image`.
pub(super) fn read_record(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let kind: String = row.get(0)?;
    let image: String = row.get(2)?;
    Ok(Record {
        kind: if kind == "group" { Kind::Group } else { Kind::Contact },
        id: row.get(1)?,
        image: serde_json::from_str(&image).map_err(unreadable)?,
    })
}
