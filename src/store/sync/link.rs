//! The table `link`: our id, the server's, and what both sides agreed on.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    book::{AccountId, GroupId, Timestamp, change::Kind},
    plan::{GroupRef, Link, ServerId},
    store::write::{json, kind_name, unreadable},
};

/// The SHA-256 of a raw record or list, as it came.
pub type Hash = [u8; 32];

/// What the wire says of a record beside what the record says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'a> {
    pub key: Option<&'a str>,
    pub raw: Option<&'a Hash>,
    pub created: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub unreadable: bool,
}

/// A list of ids as it is stored; almost always empty.
pub(super) fn to_text<T: Serialize>(list: &[T]) -> rusqlite::Result<String> {
    if list.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(list).map_err(unreadable)
}

/// The list that [`to_text`] wrote.
pub(super) fn from_text<T: DeserializeOwned>(text: &str) -> rusqlite::Result<Vec<T>> {
    if text.is_empty() { Ok(Vec::new()) } else { serde_json::from_str(text).map_err(unreadable) }
}

/// The link of a record of ours, with its account.
pub(super) fn of<I, M: DeserializeOwned>(
    connection: &Connection,
    id: Uuid,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Option<(AccountId, Link<I, M>)>> {
    connection
        .prepare_cached("SELECT id, server, superseded, image, confirmed, account FROM link WHERE id = ?")?
        .query_row([id], |row| Ok((AccountId(row.get(5)?), read(row, &wrap)?)))
        .optional()
}

/// A row `id, server, superseded, image, confirmed`.
pub(super) fn read<I, M: DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Link<I, M>> {
    Ok(Link {
        id: wrap(row.get(0)?),
        server: ServerId(row.get(1)?),
        superseded: from_text(row.get_ref(2)?.as_str()?)?,
        image: serde_json::from_str(row.get_ref(3)?.as_str()?).map_err(unreadable)?,
        confirmed: Timestamp(row.get(4)?),
    })
}

/// Our record that is this one of the server.
pub(super) fn ours(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    server: &ServerId,
) -> rusqlite::Result<Option<Uuid>> {
    connection
        .prepare_cached("SELECT id FROM link WHERE account = ? AND kind = ? AND server = ?")?
        .query_row((&account.0, kind_name(kind), &server.0), |row| row.get(0))
        .optional()
}

/// The group of ours that an image names.
pub(super) fn resolve(
    connection: &Connection,
    account: &AccountId,
    group: &GroupRef,
) -> rusqlite::Result<Option<GroupId>> {
    match group {
        GroupRef::Ours(id) => Ok(Some(*id)),
        GroupRef::Theirs(server) => Ok(ours(connection, account, Kind::Group, server)?.map(GroupId)),
    }
}

/// Whether a record of the server could not be linked because another of ours is linked to it.
pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    let unique = rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
    matches!(error, rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == unique)
}

/// What is stored of a link.
pub(super) struct Row<'a, M> {
    pub account: &'a AccountId,
    pub kind: Kind,
    pub id: Uuid,
    pub server: &'a ServerId,
    pub superseded: &'a [ServerId],
    pub image: &'a M,
    pub facts: Facts<'a>,
}

impl<M: Serialize> Row<'_, M> {
    /// Links a record. While its id there stays the same, it stays confirmed since the first time.
    pub fn put(&self, connection: &Connection, at: Timestamp) -> rusqlite::Result<()> {
        let facts = &self.facts;
        connection
            .prepare_cached(
                "INSERT INTO link (account, kind, id, server, superseded, image, key_url, raw, created, modified,
                 confirmed, unreadable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET confirmed = iif(server = excluded.server, confirmed, excluded.confirmed),
                 server = excluded.server, superseded = excluded.superseded, image = excluded.image,
                 key_url = ifnull(excluded.key_url, key_url), raw = excluded.raw,
                 created = ifnull(excluded.created, created), modified = ifnull(excluded.modified, modified),
                 unreadable = excluded.unreadable",
            )?
            .execute(params![
                self.account.0,
                kind_name(self.kind),
                self.id,
                self.server.0,
                to_text(self.superseded)?,
                json(self.image)?,
                facts.key,
                facts.raw.map(<[u8; 32]>::as_slice),
                facts.created.map(|at| at.0),
                facts.modified.map(|at| at.0),
                at.0,
                facts.unreadable
            ])?;
        Ok(())
    }
}

/// What both sides agree on is another image now.
pub(super) fn set_image<M: Serialize>(connection: &Connection, id: Uuid, image: &M) -> rusqlite::Result<()> {
    let text = json(image)?;
    connection.prepare_cached("UPDATE link SET image = ? WHERE id = ?")?.execute(params![text, id])?;
    Ok(())
}

/// The record is not linked any more.
pub(super) fn remove(connection: &Connection, id: Uuid) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM link WHERE id = ?")?.execute([id])?;
    Ok(())
}

/// An old version is gone there.
pub(super) fn drop_superseded(connection: &Connection, id: Uuid, gone: &ServerId) -> rusqlite::Result<()> {
    let found: Option<String> = connection
        .prepare_cached("SELECT superseded FROM link WHERE id = ?")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(found) = found else { return Ok(()) };
    let mut left: Vec<ServerId> = from_text(&found)?;
    left.retain(|server| server != gone);
    connection.prepare_cached("UPDATE link SET superseded = ? WHERE id = ?")?.execute(params![to_text(&left)?, id])?;
    Ok(())
}
