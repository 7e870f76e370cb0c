//! Which stored contact an incoming one is: by UID, else by what was imported before, else by equal content.

use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    book::{AccountId, Contact, ContactId, Extras},
    exchange::vcard,
};

use super::{
    import::image,
    read,
    write::{json, unreadable},
};

/// What a contact says, the properties that we do not manage included, whatever its id, home, times and groups. Equal
/// content has equal hashes.
pub(super) fn content_hash(contact: &Contact) -> rusqlite::Result<Vec<u8>> {
    let said = (&contact.profile, spoken(&contact.extras), unmanaged(contact));
    Ok(Sha256::digest(json(&said)?).to_vec())
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

/// Those of an account of a server stand in a table of the import, see [`by_content`].
const ALIKE: &str = "SELECT id FROM contact WHERE content = ?1 AND account = 'local' AND (account = ?2) = ?3
    UNION ALL SELECT id FROM temp.content WHERE content = ?1 AND (account = ?2) = ?3";

/// Puts down what the contacts of accounts of a server are known by: their rows do not say it.
pub(super) fn by_content(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DROP TABLE IF EXISTS temp.content;
         CREATE TEMP TABLE content (id BLOB, account TEXT, content BLOB);
         CREATE INDEX temp.content_content ON content (content)",
    )?;
    let mut put = connection.prepare("INSERT INTO temp.content VALUES (?, ?, ?)")?;
    let mut list =
        connection.prepare("SELECT document FROM contact JOIN document USING (row) WHERE account <> 'local'")?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let contact: Contact = serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable)?;
        put.execute(params![contact.id.0, contact.account.0, content_hash(&contact)?])?;
    }
    Ok(())
}

/// Where a contact is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// In its account, with what the import under way has prepared there.
    Its,
    /// In every other one.
    Others,
}

/// The contact that `incoming` is, stored or prepared by the import under way; one in the trash only when there is no other.
pub(super) fn known(
    connection: &Connection,
    incoming: &Contact,
    source: &[u8],
    among: Among,
) -> rusqlite::Result<Option<Contact>> {
    let is_its = among == Among::Its;
    if !incoming.extras.uid.is_empty() {
        return by_uid(connection, &incoming.account, &incoming.extras.uid, among);
    }
    let imported = candidates(
        connection,
        "SELECT source.contact FROM source JOIN contact ON contact.id = source.contact LEFT JOIN change ON change.seq = source.change
         WHERE source.hash = ?1 AND (contact.account = ?2) = ?3 AND ifnull(change.state, 'done') NOT IN ('undone', 'dropped')
         ORDER BY contact.trashed IS NOT NULL",
        "SELECT contact FROM temp.prepared_source WHERE hash = ?1 AND ?2 IS NOT NULL AND ?3",
        params![source, incoming.account.0, is_its],
    )?;
    if let Some(known) = first(connection, &imported, |_| true)? {
        return Ok(Some(known));
    }
    let alike = candidates(
        connection,
        ALIKE,
        "SELECT id FROM temp.prepared WHERE content = ? AND (account = ?) = ? ORDER BY place",
        params![content_hash(incoming)?, incoming.account.0, is_its],
    )?;
    first(connection, &alike, |found| says_the_same(found, incoming))
}

/// Whether a contact says what an incoming one does; whether it is a favourite is the user's affair.
pub(super) fn says_the_same(found: &Contact, incoming: &Contact) -> bool {
    let extras = Extras { favourite: incoming.extras.favourite, ..found.extras.clone() };
    same_content(&Contact { extras, ..found.clone() }, incoming)
}

/// The contact with this UID: the one it was imported with, or the one we export (`urn:uuid:` and our id).
pub(super) fn by_uid(
    connection: &Connection,
    account: &AccountId,
    uid: &str,
    among: Among,
) -> rusqlite::Result<Option<Contact>> {
    let bare = uid.strip_prefix("urn:uuid:").unwrap_or(uid);
    let ours = bare.parse::<ContactId>().ok().map(|id| id.0.as_bytes().to_vec());
    let condition = "(uid IN (?1, ?2, 'urn:uuid:' || ?2) OR (uid IS NULL AND id = ?3)) AND (account = ?4) = ?5";
    let found = candidates(
        connection,
        &format!("SELECT id FROM contact WHERE {condition} ORDER BY trashed IS NOT NULL, row"),
        &format!("SELECT id FROM temp.prepared WHERE {condition} ORDER BY place"),
        params![uid, bare, ours, account.0, among == Among::Its],
    )?;
    first(connection, &found, |_| true)
}

/// The ids that two queries find, in the book and in what is prepared.
fn candidates(
    connection: &Connection,
    stored: &str,
    prepared: &str,
    params: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<Vec<ContactId>> {
    let mut found = Vec::new();
    for sql in [stored, prepared] {
        for id in connection.prepare_cached(sql)?.query_map(params, |row| row.get(0).map(ContactId))? {
            found.push(id?);
        }
    }
    Ok(found)
}

/// The first of these contacts that fits, as it stands with what is prepared; one in the trash only when there is no other.
fn first(
    connection: &Connection,
    ids: &[ContactId],
    fits: impl Fn(&Contact) -> bool,
) -> rusqlite::Result<Option<Contact>> {
    let mut in_trash = None;
    for id in ids {
        match image(connection, *id)?.filter(&fits) {
            Some(found) if found.trashed.is_none() => return Ok(Some(found)),
            found => in_trash = in_trash.or(found),
        }
    }
    Ok(in_trash)
}

/// Whether this record was imported into this contact before, and that import was not taken back.
pub(super) fn is_remembered(connection: &Connection, source: &[u8], contact: ContactId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM temp.prepared_source WHERE hash = ?1 AND contact = ?2)
             OR EXISTS (SELECT 1 FROM source LEFT JOIN change ON change.seq = source.change
             WHERE hash = ?1 AND contact = ?2 AND ifnull(change.state, 'done') NOT IN ('undone', 'dropped'))",
        )?
        .query_row(params![source, contact.0.as_bytes()], |row| row.get(0))
}
