//! What a plan is made of, read from the book in one snapshot.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    book::{AccountId, Contact, ContactId, Failure, GroupId, change::Kind},
    plan::{Base, Link, Local, LocalContact, LocalGroup, Sent, ServerId},
    store::{
        Book, accounts,
        read::last_seq,
        write::{kind_name, unreadable},
    },
};

use super::{
    link::{self, Hash},
    sending::WITH_BODY,
    unsent::parsed,
};

/// The moment at which the input of a plan was read: what people change after it is not overwritten by what the plan
/// says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(pub(super) i64);

/// What is known of a linked record as it was last on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The hash of the raw record, if what it says is what the link agreed on: then it need not be opened again.
    pub raw: Option<Hash>,
    /// Whether any sealed value of it could not be opened.
    pub unreadable: bool,
    /// The key it is sealed with.
    pub key: Option<String>,
}

/// All that the book has to say in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncInput {
    /// What both sides agreed on, and what is on its way.
    pub base: Base,
    /// What is here.
    pub local: Local,
    /// The linked contacts of the server.
    pub contacts: HashMap<ServerId, Known>,
    /// The linked groups of the server.
    pub groups: HashMap<ServerId, Known>,
    /// When this was read.
    pub seen: Seen,
}

impl Book {
    /// What the book has to say in a plan, read in one snapshot.
    pub fn sync_input(&self, account: &AccountId) -> Result<SyncInput, Failure> {
        let read = || {
            let snapshot = self.connection.unchecked_transaction()?;
            Ok(SyncInput {
                base: base(&snapshot, account)?,
                local: local(&snapshot, account)?,
                contacts: known(&snapshot, account, Kind::Contact)?,
                groups: known(&snapshot, account, Kind::Group)?,
                seen: Seen(last_seq(&snapshot)?),
            })
        };
        read().map_err(|e| self.failure(&e))
    }

    /// The contacts and groups of an account, those in the trash too.
    pub fn sync_local(&self, account: &AccountId) -> Result<Local, Failure> {
        local(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// What both sides agreed on, and what is on its way.
    pub fn sync_base(&self, account: &AccountId) -> Result<Base, Failure> {
        base(&self.connection, account).map_err(|e| self.failure(&e))
    }
}

fn local(connection: &Connection, account: &AccountId) -> rusqlite::Result<Local> {
    let mut statement = connection.prepare_cached(
        "SELECT document.document FROM contact JOIN document USING (row)
         WHERE account = ? AND account <> 'local' ORDER BY contact.row",
    )?;
    let mut rows = statement.query([&account.0])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        let contact: Contact = serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable)?;
        contacts.push(LocalContact::of(&contact));
    }
    let groups = accounts::groups(connection, account)?.iter().map(LocalGroup::of).collect();
    Ok(Local { contacts, groups })
}

fn base(connection: &Connection, account: &AccountId) -> rusqlite::Result<Base> {
    let apart = connection
        .prepare_cached("SELECT contact, server FROM apart WHERE account = ? ORDER BY contact, server")?
        .query_map([&account.0], |row| Ok((ContactId(row.get(0)?), ServerId(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    let deleting = connection
        .prepare_cached("SELECT replaces FROM sending WHERE account = ? AND image IS NULL AND replaces IS NOT NULL")?
        .query_map([&account.0], |row| row.get(0).map(ServerId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Base {
        contacts: links(connection, account, Kind::Contact, ContactId)?,
        groups: links(connection, account, Kind::Group, GroupId)?,
        sent_contacts: sent(connection, account, Kind::Contact, ContactId)?,
        sent_groups: sent(connection, account, Kind::Group, GroupId)?,
        deleting,
        apart,
    })
}

fn links<I, M: DeserializeOwned>(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Vec<Link<I, M>>> {
    connection
        .prepare_cached(
            "SELECT id, server, superseded, image, confirmed FROM link WHERE account = ? AND kind = ? ORDER BY row",
        )?
        .query_map((&account.0, kind_name(kind)), |row| link::read(row, &wrap))?
        .collect()
}

fn sent<I, M: DeserializeOwned>(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Vec<Sent<I, M>>> {
    connection
        .prepare_cached(&format!(
            "SELECT id, sealed, image, replaces, state FROM sending WHERE account = ? AND kind = ? AND {WITH_BODY} ORDER BY row"
        ))?
        .query_map((&account.0, kind_name(kind)), |row| {
            Ok(Sent {
                id: wrap(row.get(0)?),
                sealed: parsed::<BTreeSet<String>>(row.get_ref(1)?.as_str()?)?,
                image: parsed(row.get_ref(2)?.as_str()?)?,
                replaces: row.get::<_, Option<String>>(3)?.map(ServerId),
                open: row.get_ref(4)?.as_str()? != "created",
            })
        })?
        .collect()
}

fn known(connection: &Connection, account: &AccountId, kind: Kind) -> rusqlite::Result<HashMap<ServerId, Known>> {
    connection
        .prepare_cached("SELECT server, raw, unreadable, key_url FROM link WHERE account = ? AND kind = ?")?
        .query_map((&account.0, kind_name(kind)), |row| {
            let known = Known { raw: row.get(1)?, unreadable: row.get(2)?, key: row.get(3)? };
            Ok((ServerId(row.get(0)?), known))
        })?
        .collect()
}
