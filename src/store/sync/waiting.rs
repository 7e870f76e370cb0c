//! What the last plan left to a person or to time: who is who, and what waits for something else. Each plan says it anew.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;

use crate::{
    book::{AccountId, ContactId, Failure, change::Kind},
    plan::{Held, Holder, Image, Plan, ServerId, Unclear},
    store::{
        Book, accounts, read,
        write::{Stop, Writing, unreadable},
    },
};

use super::{
    link::{self, Facts},
    unsent::parsed,
};

impl Book {
    /// Contacts here and there that are equal, of which nobody can tell who is who before a person does.
    pub fn unclear(&self, account: &AccountId) -> Result<Vec<Unclear>, Failure> {
        column(&self.connection, account, "unclear").map_err(|e| self.failure(&e))
    }

    /// What would be due but waits, and for what.
    pub fn held(&self, account: &AccountId) -> Result<Vec<Held>, Failure> {
        column(&self.connection, account, "held").map_err(|e| self.failure(&e))
    }

    /// A person says that a contact here and one there are one. Fields that differ become edits of this side.
    ///
    /// # Errors
    /// Nothing was changed: the contact is gone, or the record there is another one already.
    pub fn pair_contact(&mut self, account: &AccountId, id: ContactId, server: &ServerId) -> Result<(), Failure> {
        self.write_beside(|w| {
            accounts::check(&w.transaction, account)?;
            pair(w, account, id, server)
        })?;
        Ok(())
    }

    /// A person says that a contact here and one there, although equal, are two.
    ///
    /// # Errors
    /// Nothing was changed: the contact is gone, or it is a person of the directory.
    pub fn keep_apart(&mut self, account: &AccountId, id: ContactId, server: &ServerId) -> Result<(), Failure> {
        self.write_beside(|w| keep_apart(w, account, id, server))?;
        Ok(())
    }

    /// A person says that those here are those there, one by one (whoever is left over is another one), or that they are
    /// all different. The next sync goes by it. Nothing of that is undone.
    ///
    /// # Errors
    /// Nothing was changed: a contact is gone, or a person of the directory cannot be two.
    pub fn settle_unclear(&mut self, account: &AccountId, unclear: &Unclear, same: bool) -> Result<(), Failure> {
        self.write_beside(|w| {
            accounts::check(&w.transaction, account)?;
            if same {
                unclear
                    .contacts
                    .iter()
                    .zip(&unclear.servers)
                    .try_for_each(|(id, server)| pair(w, account, *id, server))?;
            } else {
                for id in &unclear.contacts {
                    unclear.servers.iter().try_for_each(|server| keep_apart(w, account, *id, server))?;
                }
            }
            let mut left: Vec<Unclear> = column(&w.transaction, account, "unclear")?;
            left.retain(|other| other != unclear);
            let text = serde_json::to_string(&left).map_err(unreadable)?;
            w.transaction.execute("UPDATE waiting SET unclear = ? WHERE account = ?", params![text, account.0])?;
            Ok(())
        })?;
        Ok(())
    }
}

/// What a plan leaves takes the place of what the one before left.
pub(super) fn put(connection: &Connection, account: &AccountId, plan: &Plan) -> rusqlite::Result<()> {
    let unclear = serde_json::to_string(&plan.unclear).map_err(unreadable)?;
    let held = serde_json::to_string(&plan.held).map_err(unreadable)?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)")?
        .execute(params![account.0, unclear, held])?;
    Ok(())
}

fn column<T: DeserializeOwned>(connection: &Connection, account: &AccountId, name: &str) -> rusqlite::Result<Vec<T>> {
    let found: Option<String> = connection
        .prepare_cached(&format!("SELECT {name} FROM waiting WHERE account = ?"))?
        .query_row([&account.0], |row| row.get(0))
        .optional()?;
    found.map_or(Ok(Vec::new()), |text| parsed(&text))
}

fn pair(w: &mut Writing<'_>, account: &AccountId, id: ContactId, server: &ServerId) -> Result<(), Stop> {
    let contact = read::contact(&w.transaction, id)?.ok_or_else(gone)?;
    let kind = Kind::Contact;
    if link::ours(&w.transaction, account, kind, server)?.is_some_and(|other| other != id.0) {
        return Err(Failure::Refused("that record is another contact of this book already".to_owned()).into());
    }
    // What both sides have added to a person was agreed on by nobody, and is kept.
    let image = match Image::of(&contact) {
        image if *image.holder() == Holder::Custom => image,
        image => Image::empty(image.holder().clone()),
    };
    link::Row { account, kind, id: id.0, server, superseded: &[], image: &image, facts: Facts::default() }
        .put(&w.transaction, w.at)?;
    w.look_at(account, kind, id.0);
    Ok(())
}

fn keep_apart(w: &Writing<'_>, account: &AccountId, id: ContactId, server: &ServerId) -> Result<(), Stop> {
    let contact = read::contact(&w.transaction, id)?.ok_or_else(gone)?;
    if *Image::of(&contact).holder() != Holder::Custom {
        return Err(Failure::Refused("a person of the directory is one; say that they are the same".to_owned()).into());
    }
    w.transaction
        .prepare_cached("INSERT OR IGNORE INTO apart VALUES (?, ?, ?)")?
        .execute(params![account.0, id.0, server.0])?;
    Ok(())
}

fn gone() -> Failure {
    Failure::NotFound("the contact does not exist any more".to_owned())
}
