//! How a contact and a group lie in the tables.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use uuid::Uuid;

use crate::{
    book::{AccountId, Contact, ContactId, ContactType, Group, Row, change::Kind, name::sort_key, row::CompanyAt},
    search,
};

use super::{
    known::content_hash,
    read,
    sync::link::keep_image,
    write::{Writing, unreadable, write_json},
};

/// The columns of the table `contact` but its number.
pub(super) const COLUMNS: &str = "id, account, name, sort, second, contact_type, favourite, unresolved, trashed, uid, \
    content, groups, words, digits, family, company_at, changed";

/// As many places in a statement.
pub(super) const PLACES: &str = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

/// A contact that is there already gets other columns.
pub(super) const OVER: &str = "ON CONFLICT (id) DO UPDATE SET account = excluded.account, name = excluded.name, \
    sort = excluded.sort, second = excluded.second, contact_type = excluded.contact_type, \
    favourite = excluded.favourite, unresolved = excluded.unresolved, trashed = excluded.trashed, uid = excluded.uid, \
    content = excluded.content, groups = excluded.groups, words = excluded.words, digits = excluded.digits, \
    family = excluded.family, company_at = excluded.company_at, changed = excluded.changed";

static INSERT: LazyLock<String> = LazyLock::new(|| format!("INSERT INTO contact ({COLUMNS}) VALUES ({PLACES})"));
static PUT: LazyLock<String> = LazyLock::new(|| format!("{} {OVER} RETURNING row", *INSERT));

/// What the columns of a contact hold.
pub(super) struct Columns {
    id: Uuid,
    account: String,
    row: Row,
    contact_type: &'static str,
    trashed: Option<i64>,
    uid: Option<String>,
    content: Vec<u8>,
    groups: Vec<u8>,
    words: String,
    digits: String,
    company_at: i64,
}

impl Columns {
    /// Those of this contact. By its content an import looks for it: in an account of a server that is rare, and computed
    /// then.
    pub fn of(contact: &Contact) -> rusqlite::Result<Self> {
        let content = if contact.account.is_local() { content_hash(contact)? } else { Vec::new() };
        Ok(Self::with(contact, content))
    }

    /// The same with what its content is known by.
    pub fn with(contact: &Contact, content: Vec<u8>) -> Self {
        let row = Row::of(contact);
        Self {
            id: contact.id.0,
            account: contact.account.0.clone(),
            contact_type: match contact.contact_type {
                ContactType::Custom => "CUSTOM",
                ContactType::Cloud => "CLOUD",
            },
            trashed: contact.trashed.map(|t| t.0),
            uid: Some(contact.extras.uid.clone()).filter(|uid| !uid.is_empty()),
            content,
            groups: row.groups.iter().flat_map(|g| *g.0.as_bytes()).collect(),
            words: row.words.join(read::SEPARATOR),
            digits: row.digits.join(read::SEPARATOR),
            company_at: match row.company_at {
                CompanyAt::Nowhere => 0,
                CompanyAt::Second => 1,
                CompanyAt::Name => 2,
            },
            row,
        }
    }

    /// In the order of [`COLUMNS`].
    pub fn params(&self) -> [&dyn ToSql; 17] {
        let Self { id, account, row, contact_type, trashed, uid, content, groups, words, digits, company_at } = self;
        let Row { name, sort, second, favourite, unresolved, family, changed, .. } = row;
        [
            id,
            account,
            name,
            sort,
            second,
            contact_type,
            favourite,
            unresolved,
            trashed,
            uid,
            content,
            groups,
            words,
            digits,
            family,
            company_at,
            &changed.0,
        ]
    }
}

impl Writing<'_> {
    pub(super) fn put_group(&mut self, group: &Group) -> rusqlite::Result<()> {
        self.look_at(&group.account, Kind::Group, group.id.0);
        keep_image(&self.transaction, Kind::Group, group.id.0)?;
        let document = serde_json::to_string(group).map_err(unreadable)?;
        self.transaction.prepare_cached("INSERT OR REPLACE INTO contact_group VALUES (?, ?, ?, ?, ?)")?.execute(
            params![
                group.id.0.as_bytes(),
                group.account.0,
                Group::folded(&group.name),
                sort_key(&group.name),
                document
            ],
        )?;
        Ok(())
    }

    /// Stores the rows of a contact over those that are there.
    pub(super) fn put_contact(&mut self, contact: &Contact) -> rusqlite::Result<()> {
        keep_image(&self.transaction, Kind::Contact, contact.id.0)?;
        let columns = Columns::of(contact)?;
        let number: i64 = self.transaction.prepare_cached(&PUT)?.query_row(&columns.params()[..], |r| r.get(0))?;
        self.transaction.prepare_cached("DELETE FROM membership WHERE contact = ?")?.execute([number])?;
        self.put_beside(contact, number)
    }

    /// The same for one that is not there yet.
    pub(super) fn insert_contact(&mut self, contact: &Contact) -> rusqlite::Result<()> {
        let columns = Columns::of(contact)?;
        self.transaction.prepare_cached(&INSERT)?.execute(&columns.params()[..])?;
        self.put_beside(contact, self.transaction.last_insert_rowid())
    }

    fn put_beside(&mut self, contact: &Contact, number: i64) -> rusqlite::Result<()> {
        self.look_at(&contact.account, Kind::Contact, contact.id.0);
        write_json(&mut self.document, contact)?;
        self.transaction.prepare_cached("INSERT OR REPLACE INTO document VALUES (?, ?, ?)")?.execute(params![
            number,
            search::fold(&contact.extras.notes),
            self.document
        ])?;
        if contact.trashed.is_none() {
            let mut insert = self.transaction.prepare_cached("INSERT OR IGNORE INTO membership VALUES (?, ?)")?;
            for group in &contact.groups {
                insert.execute(params![group.0.as_bytes(), number])?;
            }
        }
        Ok(())
    }

    /// Removes the rows of a contact, without a trace in the journal: that is the caller's.
    pub(super) fn remove_contact(&mut self, id: ContactId) -> rusqlite::Result<()> {
        let found: Option<(i64, String)> = self
            .transaction
            .prepare_cached("SELECT row, account FROM contact WHERE id = ?")?
            .query_row([id.0.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if let Some((number, account)) = found {
            self.look_at(&AccountId(account), Kind::Contact, id.0);
            keep_image(&self.transaction, Kind::Contact, id.0)?;
            for sql in [
                "DELETE FROM membership WHERE contact = ?",
                "DELETE FROM document WHERE row = ?",
                "DELETE FROM contact WHERE row = ?",
            ] {
                self.transaction.prepare_cached(sql)?.execute([number])?;
            }
        }
        Ok(())
    }
}

/// Writes the derived columns of every contact anew, and the order of groups: an older callbook derived them
/// otherwise.
pub(super) fn derive_anew(connection: &Connection) -> rusqlite::Result<()> {
    const LIST: &str = "SELECT row, document FROM document";
    let mut update = connection.prepare(&format!("UPDATE contact SET ({COLUMNS}) = ({PLACES}) WHERE row = ?"))?;
    let mut list = connection.prepare(LIST)?;
    let mut documents = list.query([])?;
    while let Some(found) = documents.next()? {
        let number: i64 = found.get(0)?;
        let contact = serde_json::from_str(&found.get::<_, String>(1)?).map_err(unreadable)?;
        let columns = Columns::of(&contact)?;
        let params: Vec<&dyn ToSql> = columns.params().into_iter().chain([&number as &dyn ToSql]).collect();
        update.execute(&params[..])?;
    }
    let groups: Vec<Group> = connection
        .prepare("SELECT document FROM contact_group")?
        .query_map([], |row| serde_json::from_str(&row.get::<_, String>(0)?).map_err(unreadable))?
        .collect::<rusqlite::Result<_>>()?;
    let mut update = connection.prepare("UPDATE contact_group SET sort = ? WHERE id = ?")?;
    for group in groups {
        update.execute(params![sort_key(&group.name), group.id.0.as_bytes()])?;
    }
    Ok(())
}
