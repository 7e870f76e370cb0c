//! Which stored contact an incoming one is: by UID, else by what was imported before, else by equal content.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    book::{Contact, ContactId, Extras},
    exchange::vcard,
};

use super::{
    read,
    write::{Writing, unreadable},
};

/// What a contact says, the properties that we do not manage included, whatever its id, home, times and groups. Equal
/// content has equal hashes.
pub(super) fn content_hash(contact: &Contact) -> rusqlite::Result<Vec<u8>> {
    let said = (&contact.profile, spoken(&contact.extras), unmanaged(contact));
    Ok(Sha256::digest(serde_json::to_vec(&said).map_err(unreadable)?).to_vec())
}

fn unmanaged(contact: &Contact) -> Vec<Value> {
    contact.extras.card.as_ref().map(vcard::unmanaged).unwrap_or_default()
}

fn spoken(extras: &Extras) -> Extras {
    Extras { uid: String::new(), card: None, favourite: false, ..extras.clone() }
}

/// Whether two contacts say the same, the properties that we do not manage included.
pub(super) fn same_content(one: &Contact, other: &Contact) -> bool {
    one.profile == other.profile
        && spoken(&one.extras) == spoken(&other.extras)
        && one.extras.favourite == other.extras.favourite
        && unmanaged(one) == unmanaged(other)
}

/// The hash of a record as it stood in its file: of its document before it gets an id, times and groups here.
pub(super) fn source_hash(document: &str, group_names: &[String]) -> Vec<u8> {
    Sha256::new().chain_update(document).chain_update(group_names.join(read::SEPARATOR)).finalize().to_vec()
}

/// The stored contact that `incoming` is; one in the trash only when there is no other.
pub(super) fn known(connection: &Connection, incoming: &Contact, source: &[u8]) -> rusqlite::Result<Option<Contact>> {
    if !incoming.extras.uid.is_empty() {
        return by_uid(connection, &incoming.extras.uid);
    }
    let imported: Option<ContactId> = connection
        .prepare_cached(
            "SELECT contact.id FROM source JOIN contact ON contact.id = source.contact LEFT JOIN change ON change.seq = source.change
             WHERE source.hash = ? AND ifnull(change.state, 'done') NOT IN ('undone', 'dropped')
             ORDER BY contact.trashed IS NOT NULL LIMIT 1",
        )?
        .query_row([source], |row| row.get(0).map(ContactId))
        .optional()?;
    if let Some(id) = imported {
        return read::contact(connection, id);
    }
    let alike = connection
        .prepare_cached("SELECT id FROM contact WHERE content = ? ORDER BY trashed IS NOT NULL, row")?
        .query_map([content_hash(incoming)?], |row| row.get(0).map(ContactId))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for id in alike {
        if let Some(stored) = read::contact(connection, id)?
            && same_content(
                &Contact {
                    extras: Extras { favourite: incoming.extras.favourite, ..stored.extras.clone() },
                    ..stored.clone()
                },
                incoming,
            )
        {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}

/// The contact with this UID: the one it was imported with, or the one we export (`urn:uuid:` and our id).
pub(super) fn by_uid(connection: &Connection, uid: &str) -> rusqlite::Result<Option<Contact>> {
    let bare = uid.strip_prefix("urn:uuid:").unwrap_or(uid);
    let ours = bare.parse::<ContactId>().ok().map(|id| id.0.as_bytes().to_vec());
    let found: Option<ContactId> = connection
        .prepare_cached(
            "SELECT id FROM contact WHERE uid IN (?1, ?2, 'urn:uuid:' || ?2) OR (uid IS NULL AND id = ?3)
             ORDER BY trashed IS NOT NULL, row LIMIT 1",
        )?
        .query_row(params![uid, bare, ours], |row| row.get(0).map(ContactId))
        .optional()?;
    match found {
        Some(id) => read::contact(connection, id),
        None => Ok(None),
    }
}

/// Whether this record was imported into this contact before, and that import was not taken back.
pub(super) fn is_remembered(connection: &Connection, source: &[u8], contact: ContactId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM source LEFT JOIN change ON change.seq = source.change
             WHERE hash = ? AND contact = ? AND ifnull(change.state, 'done') NOT IN ('undone', 'dropped'))",
        )?
        .query_row(params![source, contact.0.as_bytes()], |row| row.get(0))
}

/// Remembers that this record was imported into this contact by the change under way.
pub(super) fn remember(w: &mut Writing<'_>, source: &[u8], contact: ContactId) -> rusqlite::Result<()> {
    let remembered = w
        .transaction
        .prepare_cached(
            "INSERT INTO source VALUES (?1, ?2, ?3) ON CONFLICT (hash, contact) DO UPDATE SET change = ?3
             WHERE (SELECT state FROM change WHERE seq = change) IN ('undone', 'dropped')",
        )?
        .execute(params![source, contact.0.as_bytes(), w.seq()])?;
    // Even when the contact stays as it is: what the user does to it later stands when this comes again.
    w.beside_the_journal |= remembered > 0;
    Ok(())
}
