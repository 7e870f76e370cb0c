//! What is known of an account as a whole, beside its records.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{
    book::{AccountId, ContactId, ContactType, Failure, Timestamp},
    plan::ServerId,
    store::{
        Book, read,
        write::{Stop, Writing, begin, unreadable},
    },
};

use super::{link::Hash, unsent::parsed};

/// What is known of an account as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// When a list of the server was last taken over.
    pub pulled: Option<Timestamp>,
    /// The hash of that list as it came. Where it is the same again and nothing is unsent, there is nothing to do.
    pub list: Option<Hash>,
    /// When the people of the account's directory were last asked for.
    pub directory: Option<Timestamp>,
    /// What is pinned and no secret: `user`, `org`, `kms`, and the like.
    pub facts: BTreeMap<String, String>,
    /// What the holder of the lease says of itself, for the screens of others; in its own words.
    pub said: String,
}

impl Book {
    /// What is known of an account as a whole.
    pub fn sync_state(&self, account: &AccountId) -> Result<SyncState, Failure> {
        read(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// Notes a pinned fact of an account; `None` forgets it.
    pub fn pin(&mut self, account: &AccountId, fact: &str, value: Option<&str>) -> Result<(), Failure> {
        self.alter_state(account, |state| match value {
            Some(value) => _ = state.facts.insert(fact.to_owned(), value.to_owned()),
            None => _ = state.facts.remove(fact),
        })
    }

    /// Says how the sync stands, for the screens of others, who hear it like a change.
    pub fn say(&mut self, account: &AccountId, said: &str) -> Result<(), Failure> {
        self.alter_state(account, |state| said.clone_into(&mut state.said))
    }

    /// The next pull looks at every record, whatever its hash: what was taken over may be doubted.
    pub fn doubt(&mut self, account: &AccountId) -> Result<(), Failure> {
        self.alter_state(account, |state| state.list = None)?;
        let doubt = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            transaction.execute("UPDATE link SET raw = NULL WHERE account = ?", [&account.0])?;
            Ok(transaction.commit()?)
        };
        doubt(&mut self.connection).map_err(|stop| self.stopped(stop))
    }

    fn alter_state(&mut self, account: &AccountId, alter: impl FnOnce(&mut SyncState)) -> Result<(), Failure> {
        let write = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            crate::store::accounts::check(&transaction, account)?;
            let mut state = read(&transaction, account)?;
            alter(&mut state);
            put(&transaction, account, &state)?;
            Ok(transaction.commit()?)
        };
        write(&mut self.connection).map_err(|stop| self.stopped(stop))?;
        self.bell.ring();
        Ok(())
    }
}

/// A person says that a contact here and one there, although equal, are two.
pub(super) fn keep_apart(
    w: &Writing<'_>,
    account: &AccountId,
    contact: ContactId,
    server: &ServerId,
) -> Result<(), Stop> {
    let missing = || Failure::NotFound("the contact does not exist any more".to_owned());
    let stored = read::contact(&w.transaction, contact)?.ok_or_else(missing)?;
    if stored.contact_type == ContactType::Cloud {
        return Err(Failure::Refused("a person of the directory is one; say that they are the same".to_owned()).into());
    }
    w.transaction
        .prepare_cached("INSERT OR IGNORE INTO apart VALUES (?, ?, ?)")?
        .execute(params![account.0, contact.0, server.0])?;
    Ok(())
}

pub(super) fn read(connection: &Connection, account: &AccountId) -> rusqlite::Result<SyncState> {
    let found = connection
        .prepare_cached("SELECT pulled, list, directory, facts, said FROM account_state WHERE account = ?")?
        .query_row([&account.0], |row| {
            Ok(SyncState {
                pulled: row.get::<_, Option<i64>>(0)?.map(Timestamp),
                list: row.get(1)?,
                directory: row.get::<_, Option<i64>>(2)?.map(Timestamp),
                facts: parsed(row.get_ref(3)?.as_str()?)?,
                said: row.get(4)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

pub(super) fn put(connection: &Connection, account: &AccountId, state: &SyncState) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO account_state VALUES (?, ?, ?, ?, ?, ?)")?.execute(params![
        account.0,
        state.pulled.map(|at| at.0),
        state.list.as_ref().map(<[u8; 32]>::as_slice),
        state.directory.map(|at| at.0),
        serde_json::to_string(&state.facts).map_err(unreadable)?,
        state.said
    ])?;
    Ok(())
}

/// The people of the account's directory were asked for just now.
pub(in crate::store) fn asked_directory(
    connection: &Connection,
    account: &AccountId,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let state = SyncState { directory: Some(at), ..read(connection, account)? };
    put(connection, account, &state)
}
