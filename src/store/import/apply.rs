//! The third step: what lies ready goes into the book, in a handful of statements.

use uuid::Uuid;

use super::prepare::Prepared;
use crate::{
    book::change::Kind,
    store::{
        rows::{COLUMNS, OVER},
        sync::link::keep_image,
        write::{Stop, Writing},
    },
};

/// Writes what was prepared as part of the change under way.
pub(super) fn apply(w: &mut Writing<'_>, prepared: &Prepared) -> Result<(), Stop> {
    for group in &prepared.groups {
        w.create_group(group)?;
    }
    let tx = &w.transaction;
    let overwritten: Vec<Uuid> = tx
        .prepare("SELECT id FROM link WHERE image IS NULL AND id IN (SELECT id FROM temp.prepared)")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in overwritten {
        keep_image(tx, Kind::Contact, id)?;
    }
    tx.execute("INSERT OR IGNORE INTO photo SELECT * FROM temp.staged_photo", [])?;
    // WHERE true tells SQLite that ON CONFLICT belongs to the INSERT.
    let contacts =
        format!("INSERT INTO contact ({COLUMNS}) SELECT {COLUMNS} FROM temp.prepared WHERE true ORDER BY place {OVER}");
    tx.execute(&contacts, [])?;
    tx.execute_batch(
        "INSERT OR REPLACE INTO document
             SELECT contact.row, prepared.notes, prepared.document FROM temp.prepared JOIN contact USING (id);
         DELETE FROM membership WHERE contact IN (SELECT contact.row FROM temp.prepared JOIN contact USING (id));
         INSERT INTO membership
             SELECT contact_group, contact.row FROM temp.prepared_member JOIN contact ON contact.id = prepared_member.contact;",
    )?;
    w.journal_prepared(prepared.records)?;
    let remembered = w.transaction.execute(
        "INSERT INTO source SELECT hash, contact, ? FROM temp.prepared_source WHERE true
         ON CONFLICT (hash, contact) DO UPDATE SET change = excluded.change
         WHERE (SELECT state FROM change WHERE seq = source.change) IN ('undone', 'dropped')",
        [w.seq],
    )?;
    w.beside_the_journal |= remembered > 0;
    Ok(())
}
