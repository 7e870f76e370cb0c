//! The journal's rows: a change, and what it did to each record, in the order in which it did it.

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::book::{
    ContactId, Origin, Record,
    change::{Image, Kind},
    patch::Document,
};

use super::{
    failpoint::failpoint,
    write::{Writing, kind_name, unreadable},
};

/// The place in the journal of the record at this position of a change: the journal is in one order, that of its rows.
pub(super) fn place(change: i64, position: i64) -> i64 {
    change << 32 | position
}

impl Writing<'_> {
    pub fn journal(&mut self, record: &Record) -> rusqlite::Result<()> {
        let image = serde_json::to_string(&record.image).map_err(unreadable)?;
        self.journal_image(record.kind, record.id, &image)
    }

    /// The text of `Image::Created` or `Image::Erased` around a document as it is stored: an import or its undo has many,
    /// and need not read and write each anew.
    pub fn journal_whole(&mut self, id: ContactId, what: &str, document: &str) -> rusqlite::Result<()> {
        let image = [r#"{""#, what, r#"":"#, document, "}"].concat();
        self.journal_image(Kind::Contact, id.0, &image)
    }

    /// The records of contacts that an import has put down in a temporary table, so many.
    pub fn journal_prepared(&mut self, count: usize) -> rusqlite::Result<()> {
        self.transaction.execute(
            "INSERT INTO change_record (row, kind, id, image)
             SELECT ? + position, 'contact', id, image FROM temp.prepared_record ORDER BY position",
            [place(self.seq, self.position)],
        )?;
        self.position += i64::try_from(count).unwrap_or(i64::MAX - self.position);
        failpoint("between-records");
        let abroad = "SELECT prepared.id FROM temp.prepared WHERE account <> 'local' AND
                      EXISTS (SELECT 1 FROM account WHERE kind <> 'local')";
        let abroad: Vec<Uuid> =
            self.transaction.prepare(abroad)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for id in abroad {
            self.look_anew(Kind::Contact, id);
        }
        Ok(())
    }

    fn journal_image(&mut self, kind: Kind, id: Uuid, image: &str) -> rusqlite::Result<()> {
        self.transaction
            .prepare_cached("INSERT INTO change_record (row, kind, id, image) VALUES (?, ?, ?, ?)")?
            .execute(params![place(self.seq, self.position), kind_name(kind), id.as_bytes(), image])?;
        self.position += 1;
        self.touched.push(id);
        failpoint("between-records");
        Ok(())
    }

    /// Notes in the journal that a record was really erased, keeping nothing of it.
    pub fn note_erased(&mut self, kind: Kind, id: Uuid) -> rusqlite::Result<()> {
        self.journal(&Record { kind, id, image: Image::Erased(Document::new()) })
    }
}

/// Where the records of a change stand in the journal; those that were erased have left gaps.
pub(super) fn places(connection: &Connection, change: i64) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT row FROM change_record WHERE row >= ? AND row < ? ORDER BY row")?
        .query_map([place(change, 0), place(change + 1, 0)], |row| row.get(0))?
        .collect()
}

/// One record of the journal; they are read one by one, since an import may have a hundred thousand.
pub(super) fn record_at(connection: &Connection, place: i64) -> rusqlite::Result<Record> {
    connection
        .prepare_cached("SELECT kind, id, image FROM change_record WHERE row = ?")?
        .query_row([place], read_record)
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

pub(super) fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::User => "user",
        Origin::Import => "import",
        Origin::Sync => "sync",
        Origin::Directory => "directory",
    }
}

pub(super) fn origin_named(name: &str) -> Origin {
    match name {
        "import" => Origin::Import,
        "sync" => Origin::Sync,
        "directory" => Origin::Directory,
        _ => Origin::User,
    }
}
