//! The table `link`: our id, the server's, and what both sides agreed on.
//!
//! A record that came from its account and was never touched says itself what was agreed on: its link has no image
//! (`NULL`), which is most of a book. Whoever is about to write over such a record has its image kept first ([`keep_image`]).

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    book::{AccountId, ContactId, GroupId, Timestamp, change::Kind},
    plan::{GroupImage, GroupRef, Image, Link, ServerId},
    store::{
        read as stored,
        write::{json, kind_name, unreadable},
    },
};

/// The SHA-256 of a raw record or list, as it came.
pub type Hash = [u8; 32];

/// The part of a record that its account holds.
pub(super) trait Shared: Serialize + DeserializeOwned {
    /// That of the record as it stands here.
    fn here(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>>;
}

impl Shared for Image {
    fn here(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        Ok(stored::contact(connection, ContactId(id))?.map(|contact| Self::of(&contact)))
    }
}

impl Shared for GroupImage {
    fn here(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        Ok(stored::group(connection, GroupId(id))?.map(|group| Self::of(&group)))
    }
}

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
pub(super) fn of<I, M: Shared>(
    connection: &Connection,
    id: Uuid,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Option<(AccountId, Link<I, M>)>> {
    connection
        .prepare_cached("SELECT id, server, superseded, image, confirmed, account FROM link WHERE id = ?")?
        .query_row([id], |row| Ok((AccountId(row.get(5)?), read(row, &wrap, |id| M::here(connection, id))?)))
        .optional()
}

/// A row `id, server, superseded, image, confirmed`; `here` knows the image of a record that stands as it was agreed on.
pub(super) fn read<I, M: DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    wrap: impl Fn(Uuid) -> I,
    here: impl Fn(Uuid) -> rusqlite::Result<Option<M>>,
) -> rusqlite::Result<Link<I, M>> {
    let id = row.get(0)?;
    let image = match row.get_ref(3)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(unreadable)?,
        None => here(id)?.ok_or_else(nowhere)?,
    };
    Ok(Link {
        id: wrap(id),
        server: ServerId(row.get(1)?),
        superseded: from_text(row.get_ref(2)?.as_str()?)?,
        image,
        confirmed: Timestamp(row.get(4)?),
    })
}

/// The file has been tampered with: a record went, and what was agreed on with it.
fn nowhere() -> rusqlite::Error {
    let reason = "a link has no image, and there is no record that it could be taken from";
    rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Null, reason.into())
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
    /// `None`: the record stands here as it was agreed on, or will when this change is done.
    pub image: Option<&'a M>,
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
                self.image.map(json).transpose()?,
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

/// A record is about to be written over or to go: where only it says what was agreed on, the link says it from now on.
pub(in crate::store) fn keep_image(connection: &Connection, kind: Kind, id: Uuid) -> rusqlite::Result<()> {
    let alone: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM link WHERE id = ? AND image IS NULL)")?
        .query_row([id], |row| row.get(0))?;
    if !alone {
        return Ok(());
    }
    match kind {
        Kind::Contact => keep::<Image>(connection, id),
        Kind::Group => keep::<GroupImage>(connection, id),
    }
}

fn keep<M: Shared>(connection: &Connection, id: Uuid) -> rusqlite::Result<()> {
    // One that is just being made says itself what it is.
    M::here(connection, id)?.map_or(Ok(()), |image| set_image(connection, id, &image))
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
