//! What the last plan left undone, and for what it waits: kept for the screens and commands that come after it.

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::{
    book::{AccountId, ContactId, Failure, change::Kind},
    plan::{Held, ServerId, Unclear},
    store::{
        Book, accounts,
        write::{Writing, unreadable},
    },
};

use super::{conflict, link, state, unsent::parsed};

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
        self.write_beside(|w| {
            accounts::check(&w.transaction, account)?;
            Ok(put(w, account, waiting)?)
        })
    }

    /// A person says of contacts here and there that are alike whether they are the `same`: then they are paired, one by
    /// one, and those that are left over are somebody else's twin; or that all of them are different people. The next
    /// sync goes on with that.
    ///
    /// # Errors
    /// Nothing was changed: it is answered already, a contact is gone, or a person of the directory cannot be two.
    pub fn answer_unclear(&mut self, account: &AccountId, unclear: &Unclear, same: bool) -> Result<(), Failure> {
        self.write_beside(|w| {
            accounts::check(&w.transaction, account)?;
            let mut waiting = read(&w.transaction, account)?;
            let place = waiting.unclear.iter().position(|asked| asked == unclear);
            let answered = || Failure::NotFound("this is answered already".to_owned());
            waiting.unclear.remove(place.ok_or_else(answered)?);
            let Unclear { contacts, servers, .. } = unclear;
            if same {
                contacts.iter().zip(servers).try_for_each(|(id, server)| conflict::pair(w, account, *id, server))?;
            } else {
                for id in contacts {
                    servers.iter().try_for_each(|server| state::keep_apart(w, account, *id, server))?;
                }
            }
            Ok(put(w, account, &waiting)?)
        })
    }
}

fn read(connection: &Connection, account: &AccountId) -> rusqlite::Result<Waiting> {
    let found = connection
        .prepare_cached("SELECT document FROM waiting WHERE account = ?")?
        .query_row([&account.0], |row| parsed(row.get_ref(0)?.as_str()?))
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn put(w: &Writing<'_>, account: &AccountId, waiting: &Waiting) -> rusqlite::Result<()> {
    let text = serde_json::to_string(waiting).map_err(unreadable)?;
    w.transaction.prepare_cached("INSERT OR REPLACE INTO waiting VALUES (?, ?)")?.execute((&account.0, text))?;
    Ok(())
}
