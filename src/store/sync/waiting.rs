//! What the last plan left undone, and for what it waits: kept for the screens and commands that come after it.

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::{
    book::{AccountId, ContactId, Failure, change::Kind},
    plan::{Held, ServerId, Unclear},
    store::{
        Book, accounts,
        write::{Stop, begin, unreadable},
    },
};

use super::{link, unsent::parsed};

/// What the last plan of an account left undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waiting {
    /// Contacts here and there that are alike, but not one to one: a person says who is who ([`Book::answer_unclear`]).
    pub unclear: Vec<Unclear>,
    /// What would be due, but waits for something else.
    pub held: Vec<Held>,
    /// The contacts there of which something cannot be read, and what.
    pub unreadable: Vec<(ServerId, Vec<String>)>,
}

impl Book {
    /// What the last plan of an account left undone.
    pub fn waiting(&self, account: &AccountId) -> Result<Waiting, Failure> {
        read(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// The contact of ours that is this one there.
    pub fn contact_linked_to(&self, account: &AccountId, server: &ServerId) -> Result<Option<ContactId>, Failure> {
        let found = link::ours(&self.connection, account, Kind::Contact, server).map_err(|e| self.failure(&e))?;
        Ok(found.map(ContactId))
    }

    /// Keeps what a plan leaves undone, in place of what the one before left.
    ///
    /// # Errors
    /// Nothing was changed.
    pub fn keep_waiting(&mut self, account: &AccountId, waiting: &Waiting) -> Result<(), Failure> {
        if self.waiting(account)? == *waiting {
            return Ok(());
        }
        let keep = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            accounts::check(&transaction, account)?;
            let text = serde_json::to_string(waiting).map_err(unreadable)?;
            transaction.prepare_cached("INSERT OR REPLACE INTO waiting VALUES (?, ?)")?.execute((&account.0, text))?;
            Ok(transaction.commit()?)
        };
        keep(&mut self.connection).map_err(|stop| self.stopped(stop))?;
        self.bell.ring();
        Ok(())
    }

    /// A person says of contacts here and there that are alike whether they are the `same`: then they are paired, one by
    /// one, and those that are left over are somebody else's twin; or that all of them are different people. The next
    /// sync goes on with that, and deletes nothing.
    ///
    /// # Errors
    /// One of them is gone or another contact by now. What was answered before it holds.
    pub fn answer_unclear(&mut self, account: &AccountId, unclear: &Unclear, same: bool) -> Result<(), Failure> {
        let mut waiting = self.waiting(account)?;
        if !waiting.unclear.contains(unclear) {
            return Err(Failure::NotFound("this is answered already".to_owned()));
        }
        if same {
            for (contact, server) in unclear.contacts.iter().zip(&unclear.servers) {
                self.pair_contact(account, *contact, server)?;
            }
        } else {
            for contact in &unclear.contacts {
                for server in &unclear.servers {
                    self.keep_apart(account, *contact, server)?;
                }
            }
        }
        waiting.unclear.retain(|asked| asked != unclear);
        self.keep_waiting(account, &waiting)
    }
}

fn read(connection: &Connection, account: &AccountId) -> rusqlite::Result<Waiting> {
    let found = connection
        .prepare_cached("SELECT document FROM waiting WHERE account = ?")?
        .query_row([&account.0], |row| parsed(row.get_ref(0)?.as_str()?))
        .optional()?;
    Ok(found.unwrap_or_default())
}
