//! Undo never rewrites history: it commits a new change that turns an earlier one back (model.md, "A change").

use rusqlite::{Connection, OptionalExtension as _};

use crate::book::{Committed, Failure, Origin, Record, change::Kind};

use super::{
    Book,
    write::{Step, unreadable},
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
        // The change under way is in the journal too.
        let sql = format!("SELECT seq, title FROM change WHERE state = '{state}' AND seq < ? ORDER BY {order} LIMIT 1");
        self.write(Origin::User, |w| {
            let found = w.transaction.query_row(&sql, [w.seq()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((seq, title)): Option<(i64, String)> = found else {
                return Err(Failure::NotFound(nothing.to_owned()).into());
            };
            w.step = if back { Step::Undo(seq) } else { Step::Redo(seq) };
            let mut positions = positions(&w.transaction, seq)?;
            if back {
                positions.reverse();
            }
            for position in positions {
                let Record { kind, id, image } = nth(&w.transaction, seq, position)?;
                w.turn(Record { kind, id, image: if back { image.inverse() } else { image } })?;
            }
            Ok(format!("{verb}: {title}"))
        })
    }
}

/// Where the records of a change stand; those that were erased have left gaps.
fn positions(connection: &Connection, change: i64) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT position FROM change_record WHERE change = ? ORDER BY position")?
        .query_map([change], |row| row.get(0))?
        .collect()
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
