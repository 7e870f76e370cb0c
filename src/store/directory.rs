//! Looking people of a directory up while the book is at work: a connection of its own that only reads.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::{
    book::{
        ContactId, Failure, PersonRef,
        port::{Directory, Matches},
    },
    search::PeopleIndex,
};

use super::{BUSY, Book, OFFLINE, error, people};

/// The people of a directory who are known here, with an index that is read anew when the book has changed: those imported
/// from files, or those of an account whom a sync or a search has met.
pub struct OfflineDirectory {
    connection: Connection,
    path: PathBuf,
    name: String,
    /// What was read, and the `PRAGMA data_version` at that time.
    seen: Option<(i64, Seen)>,
}

#[derive(Default)]
struct Seen {
    index: PeopleIndex,
    contacts: HashMap<PersonRef, ContactId>,
}

impl Book {
    /// The offline directory of this book.
    ///
    /// # Errors
    /// The file cannot be opened once more.
    pub fn directory(&self) -> Result<OfflineDirectory, Failure> {
        OfflineDirectory::open(self.path(), OFFLINE)
    }

    /// The contact that is this person, if there is one; one in the trash only when there is no other.
    pub fn contact_of(&self, who: &PersonRef) -> Result<Option<ContactId>, Failure> {
        contact_of(&self.connection, who).map_err(|e| self.failure(&e))
    }
}

impl OfflineDirectory {
    /// Opens a directory of the book at `path`: [`OFFLINE`], or that of an account, by its name.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path, name: &str) -> Result<Self, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connect = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(BUSY)?;
            Ok(connection)
        };
        let connection = connect().map_err(|e| error::failure(path, &e))?;
        Ok(Self { connection, path: path.to_owned(), name: name.to_owned(), seen: None })
    }

    /// The contacts of the book that are people of this list; one in the trash only when there is no other.
    pub fn contacts(&self, people: &Matches) -> HashMap<PersonRef, ContactId> {
        let known = |who: &PersonRef| Some((who.clone(), *self.seen.as_ref()?.1.contacts.get(who)?));
        people.people.iter().filter_map(|person| known(&person.who)).collect()
    }

    fn look(&mut self) -> rusqlite::Result<&Seen> {
        // Nobody else uses this connection, so the version moves with every commit of others and with nothing else.
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let seen = match self.seen.take() {
            Some((at, seen)) if at == version => seen,
            _ => Seen { index: index(&self.connection, &self.name)?, contacts: contacts(&self.connection)? },
        };
        Ok(&self.seen.insert((version, seen)).1)
    }

    fn matches(
        &mut self,
        query: &str,
        limit: usize,
        superseded: &dyn Fn() -> bool,
    ) -> rusqlite::Result<Option<Matches>> {
        let index = &self.look()?.index;
        let Some(hits) = index.search(query, limit, superseded) else { return Ok(None) };
        let (total, size) = (hits.total, index.len());
        let keys: Vec<String> = hits.keys.into_iter().map(str::to_owned).collect();
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            // Who vanished since the index was read is seen when they are added.
            let who = PersonRef { directory: self.name.clone(), key };
            found.extend(people::person(&self.connection, &who)?);
        }
        Ok(Some(Matches { people: found, total, size }))
    }
}

impl Directory for OfflineDirectory {
    fn search(&mut self, query: &str, limit: usize, superseded: &dyn Fn() -> bool) -> Result<Option<Matches>, Failure> {
        self.matches(query, limit, superseded).map_err(|e| error::failure(&self.path, &e))
    }
}

fn index(connection: &Connection, directory: &str) -> rusqlite::Result<PeopleIndex> {
    let sql = "SELECT key, words FROM person WHERE directory = ? AND vanished IS NULL ORDER BY sort, key";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([directory], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(PeopleIndex::new(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter()))
}

/// Where a contact says who of which directory it is; few contacts do, and an index leads to those.
const WHO: &str =
    "SELECT document ->> '$.person.directory' AS directory, document ->> '$.person.key' AS key, contact.id
     FROM contact JOIN document USING (row) WHERE contact_type = 'CLOUD' AND key IS NOT NULL AND directory IS NOT NULL";

fn contacts(connection: &Connection) -> rusqlite::Result<HashMap<PersonRef, ContactId>> {
    // What comes later takes the place of what came before.
    let mut statement = connection.prepare_cached(&format!("{WHO} ORDER BY trashed IS NULL, contact.row DESC"))?;
    let rows = statement
        .query_map([], |row| Ok((PersonRef { directory: row.get(0)?, key: row.get(1)? }, ContactId(row.get(2)?))))?;
    rows.collect()
}

/// The contact that is this person; one in the trash only when there is no other.
pub(super) fn contact_of(connection: &Connection, who: &PersonRef) -> rusqlite::Result<Option<ContactId>> {
    let sql = format!("{WHO} AND directory = ? AND key = ? ORDER BY trashed IS NOT NULL, contact.row LIMIT 1");
    connection.prepare_cached(&sql)?.query_row((&who.directory, &who.key), |row| row.get(2).map(ContactId)).optional()
}
