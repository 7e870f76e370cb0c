//! The file's tables and how older files become newer ones.
//!
//! Columns hold what lists, sorting and search need; the whole record is one JSON document in a table of its own, so
//! that a list is read without paging through documents. Journal, directory, photos and what the sync knows stand
//! apart: each can be rebuilt or dropped without touching contacts (model.md, "In the file"). A table whose rows hold a whole
//! record has row ids: without them each record would take up a page of its own beside the tree. In the journal they say which
//! change a record is of and where it stands there, so that its order needs no index.
//!
//! Of the sync: `link` says which record of a server is which of ours and what both agreed on, `sending` what is on its
//! way, `conflict` and `apart` what a person was asked or has answered, `waiting` what else the last plan left open,
//! `account_state` what is known of an account as a whole, `unsent` which records differ from what was agreed on; it
//! follows from the others, see [`super::sync`].

use rusqlite::{Connection, Transaction};

use super::rows;

/// `PRAGMA application_id` of a book: `cbok` in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x6362_6f6b;

/// One step per schema version; the step at index `n` leads from version `n` to `n + 1`.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE account (id TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT;
    INSERT INTO account VALUES ('local', 'local');

    CREATE TABLE contact (
        row INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        account TEXT NOT NULL REFERENCES account,
        name TEXT NOT NULL,
        sort TEXT NOT NULL,
        second TEXT NOT NULL,
        contact_type TEXT NOT NULL,
        favourite INTEGER NOT NULL,
        unresolved INTEGER NOT NULL,
        trashed INTEGER,
        uid TEXT,
        content BLOB NOT NULL,
        groups BLOB NOT NULL,
        words TEXT NOT NULL,
        digits TEXT NOT NULL
    ) STRICT;
    CREATE INDEX contact_sort ON contact (sort, id);
    CREATE INDEX contact_uid ON contact (uid) WHERE uid IS NOT NULL;
    CREATE INDEX contact_content ON contact (content);
    CREATE INDEX contact_trashed ON contact (trashed) WHERE trashed IS NOT NULL;
    CREATE INDEX contact_cloud ON contact (row) WHERE contact_type = 'CLOUD';
    CREATE TABLE document (row INTEGER PRIMARY KEY REFERENCES contact, notes TEXT NOT NULL, document TEXT NOT NULL) STRICT;

    CREATE TABLE contact_group (
        id BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account, folded TEXT NOT NULL, sort TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX contact_group_name ON contact_group (account, folded);
    CREATE TABLE membership (contact_group BLOB NOT NULL, contact INTEGER NOT NULL, PRIMARY KEY (contact_group, contact))
        STRICT, WITHOUT ROWID;
    CREATE INDEX membership_contact ON membership (contact);

    CREATE TABLE change (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        origin TEXT NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL
    ) STRICT;
    CREATE INDEX change_undone ON change (seq) WHERE state = 'undone';
    CREATE TABLE change_record (
        change INTEGER NOT NULL REFERENCES change, position INTEGER NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL,
        image TEXT NOT NULL, PRIMARY KEY (change, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX change_record_id ON change_record (id, change);

    CREATE TABLE photo (hash TEXT PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE source (hash BLOB NOT NULL, contact BLOB NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (hash, contact))
        STRICT, WITHOUT ROWID;
    CREATE INDEX source_contact ON source (contact);

    CREATE TABLE person (
        directory TEXT NOT NULL, key TEXT NOT NULL, sort TEXT NOT NULL, words TEXT NOT NULL, document TEXT NOT NULL,
        vanished INTEGER, PRIMARY KEY (directory, key)
    ) STRICT, WITHOUT ROWID;
", "
    ALTER TABLE contact ADD COLUMN family TEXT NOT NULL DEFAULT '';
    ALTER TABLE contact ADD COLUMN company_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE contact ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX contact_favourite ON contact (row) WHERE favourite AND trashed IS NULL;
    CREATE INDEX contact_unresolved ON contact (row) WHERE unresolved AND trashed IS NULL;
", "
    CREATE INDEX contact_account ON contact (account) WHERE account <> 'local';

    CREATE TABLE link (
        row INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL UNIQUE,
        server TEXT NOT NULL, superseded TEXT NOT NULL, image TEXT NOT NULL, key_url TEXT, raw BLOB, created INTEGER,
        modified INTEGER, confirmed INTEGER NOT NULL, unreadable INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX link_server ON link (account, kind, server);
    CREATE TABLE sending (
        row INTEGER PRIMARY KEY, operation TEXT NOT NULL UNIQUE, account TEXT NOT NULL, kind TEXT NOT NULL,
        id BLOB NOT NULL, what TEXT NOT NULL, image TEXT, sealed TEXT NOT NULL, body TEXT NOT NULL, key_url TEXT,
        replaces TEXT, old TEXT, state TEXT NOT NULL, server TEXT, tries INTEGER NOT NULL, error TEXT,
        next_try INTEGER, begun INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX sending_id ON sending (id);
    CREATE INDEX sending_account ON sending (account, kind);
    CREATE TABLE conflict (
        account TEXT NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL, field TEXT NOT NULL, mine TEXT NOT NULL,
        theirs TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (id, field)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE apart (
        account TEXT NOT NULL, contact BLOB NOT NULL, server TEXT NOT NULL, PRIMARY KEY (contact, server)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE account_state (
        account TEXT PRIMARY KEY, pulled INTEGER, list BLOB, directory INTEGER, facts TEXT NOT NULL, said TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unsent (
        moved INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL UNIQUE,
        open INTEGER NOT NULL, loose INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX unsent_open ON unsent (account) WHERE open;
    CREATE INDEX unsent_loose ON unsent (account) WHERE loose;
", "
    CREATE TABLE waiting (account TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE moved_record (
        change INTEGER NOT NULL REFERENCES change, position INTEGER NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL,
        image TEXT NOT NULL
    ) STRICT;
    INSERT INTO moved_record SELECT change, position, kind, id, image FROM change_record ORDER BY change, position;
    DROP TABLE change_record;
    ALTER TABLE moved_record RENAME TO change_record;
    CREATE UNIQUE INDEX change_record_position ON change_record (change, position);
    CREATE INDEX change_record_id ON change_record (id, change);
", "
    CREATE TABLE moved_record (
        row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id BLOB NOT NULL, image TEXT NOT NULL,
        change INTEGER NOT NULL AS (row >> 32)
    ) STRICT;
    INSERT INTO moved_record SELECT change << 32 | position, kind, id, image FROM change_record ORDER BY change, position;
    DROP TABLE change_record;
    ALTER TABLE moved_record RENAME TO change_record;
    CREATE INDEX change_record_id ON change_record (id);

    CREATE TABLE moved_link (
        row INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, id BLOB NOT NULL UNIQUE,
        server TEXT NOT NULL, superseded TEXT NOT NULL, image TEXT, key_url TEXT, raw BLOB, created INTEGER,
        modified INTEGER, confirmed INTEGER NOT NULL, unreadable INTEGER NOT NULL
    ) STRICT;
    INSERT INTO moved_link SELECT * FROM link ORDER BY row;
    DROP TABLE link;
    ALTER TABLE moved_link RENAME TO link;
    CREATE UNIQUE INDEX link_server ON link (account, kind, server);

    DROP INDEX contact_content;
    CREATE INDEX contact_content ON contact (content) WHERE account = 'local';
"];

/// Since this version the columns of a contact are derived as they are now: those of older files are written anew.
const DERIVED_SINCE: i64 = 2;

/// The schema this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(super) fn current() -> i64 {
    MIGRATIONS.len() as i64
}

/// The schema version of a file; 0 for an empty one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Whether a file of version `found` is a book, or empty so that it can become one, and not another program's.
pub(super) fn is_ours(connection: &Connection, found: i64) -> rusqlite::Result<bool> {
    if found > 0 {
        return connection.pragma_query_value(
            None,
            "application_id",
            |row| Ok(row.get::<_, i32>(0)? == APPLICATION_ID),
        );
    }
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Brings a file of version `from` up to date, all steps or none.
pub(super) fn migrate(transaction: &Transaction<'_>, from: i64) -> rusqlite::Result<()> {
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    if (1..DERIVED_SINCE).contains(&from) {
        rows::derive_anew(transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", current())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What runs for each contact or each commit must not read a whole table: 100,000 contacts would take hours.
    #[test]
    fn what_runs_often_goes_by_an_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        let transaction = connection.transaction().unwrap();
        migrate(&transaction, 0).unwrap();
        for sql in [
            "SELECT id FROM change_record WHERE row >= ? AND kind = 'contact'",
            "SELECT row FROM change_record WHERE row >= ? AND row < ? ORDER BY row",
            "SELECT document FROM contact_group WHERE account = ? AND folded = ?",
            "SELECT id FROM contact WHERE content = ? AND account = 'local'",
            "SELECT id FROM contact WHERE uid IN (?1, ?2) OR (uid IS NULL AND id = ?3)",
            "UPDATE change SET state = 'dropped' WHERE state = 'undone'",
            "DELETE FROM membership WHERE contact = ?",
            "DELETE FROM document WHERE row = ?",
            "DELETE FROM contact WHERE row = ?",
            "DELETE FROM source WHERE contact = ?",
            "DELETE FROM change_record WHERE id = ?",
            "SELECT id FROM contact WHERE account = ? AND account <> 'local' ORDER BY row",
            "SELECT image FROM link WHERE id = ?",
            "SELECT id FROM link WHERE account = ? AND kind = ? AND server = ?",
            "SELECT image FROM link WHERE account = ? AND kind = ? ORDER BY row",
            "UPDATE link SET image = ? WHERE id = ?",
            "SELECT 1 FROM link WHERE id = ? AND image IS NULL",
            "SELECT body FROM sending WHERE operation = ?",
            "SELECT image FROM sending WHERE account = ? AND kind = ? AND image IS NOT NULL ORDER BY row",
            "SELECT 1 FROM sending WHERE id = ?1 AND state IN ('creating', 'deleting')",
            "SELECT 1 FROM conflict WHERE id = ?1",
            "SELECT open FROM unsent WHERE id = ?",
            "SELECT id FROM unsent WHERE moved > ? AND kind = 'contact'",
            "SELECT 1 FROM unsent WHERE account = ? AND open",
            "SELECT id FROM unsent WHERE account = ?1 AND loose AND kind = 'contact'",
            "SELECT id FROM contact WHERE account = ?1 AND account <> 'local' AND instr(groups, ?2) > 0",
            "SELECT 1 FROM change_record JOIN change ON seq = change_record.change
             WHERE change_record.id = ? AND change_record.row >= ? AND origin IN ('user', 'import')",
        ] {
            let mut plan = transaction.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let parameters = vec![rusqlite::types::Null; plan.parameter_count()];
            let steps: Vec<String> = plan
                .query_map(rusqlite::params_from_iter(parameters), |row| row.get(3))
                .unwrap()
                .collect::<rusqlite::Result<_>>()
                .unwrap();
            let sought = |step: &String| !step.starts_with("SCAN") || step.contains("USING INDEX change_undone");
            assert!(steps.iter().all(sought), "{sql}: {steps:?}");
        }
    }

    /// A file of the first version gets the columns of this one, derived from its documents.
    #[test]
    fn an_older_file_is_derived_anew() {
        use crate::book::{AccountId, Contact, ContactId, Group, GroupId, Timestamp, name::sort_key};
        let mut connection = Connection::open_in_memory().unwrap();
        let transaction = connection.transaction().unwrap();
        transaction.execute_batch(MIGRATIONS[0]).unwrap();
        let id = uuid::Uuid::from_u128(7);
        let mut contact = Contact::new(ContactId(id), AccountId::local(), Timestamp(41));
        contact.profile.display_name = "Юрий".to_owned();
        contact.profile.last_name = "Борисов".to_owned();
        contact.profile.company_name = "Поезд".to_owned();
        let group = Group::new(GroupId(id), AccountId::local(), "Друзья");
        let old = "INSERT INTO contact VALUES (1, ?, 'local', 'Юрий', 'ayuriy', 'Поезд', 'CUSTOM', 0, 0, NULL, NULL, x'', x'',
                   '', '')";
        transaction.execute(old, [id]).unwrap();
        let document = serde_json::to_string(&contact).unwrap();
        transaction.execute("INSERT INTO document VALUES (1, '', ?)", [document]).unwrap();
        let document = serde_json::to_string(&group).unwrap();
        let old = "INSERT INTO contact_group VALUES (?, 'local', 'друзья', 'adruzya', ?)";
        transaction.execute(old, (id, document)).unwrap();

        migrate(&transaction, 1).unwrap();
        let row: (String, String, i64, i64) = transaction
            .query_row("SELECT sort, family, company_at, changed FROM contact", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        assert_eq!(row, (sort_key("Юрий"), "Борисов".to_owned(), 1, 41));
        let sort: String = transaction.query_row("SELECT sort FROM contact_group", [], |row| row.get(0)).unwrap();
        assert_eq!(sort, sort_key("Друзья"));
        assert_eq!(version(&transaction).unwrap(), current());
    }
}
