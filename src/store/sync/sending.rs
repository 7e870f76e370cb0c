//! What is on its way: a request is in the journal with its sealed body before it leaves, so that a retry sends the same
//! bytes and what arrived is known again by them (model.md, "Exactly once").

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use crate::{
    book::{AccountId, Failure, Timestamp, change::Kind},
    plan::ServerId,
    store::{
        Book, accounts,
        failpoint::failpoint,
        write::{Stop, Writing, kind_name, unreadable},
    },
};

use super::{
    link::{self, Facts},
    request::{Receipt, Sending, SendingImage, SendingState, ToSend, What, state_named, what_name, what_named},
    unsent::{kind_named, parsed},
};

/// Sendings that carry a body, answered or not.
pub(super) const WITH_BODY: &str = "image IS NOT NULL";

impl Book {
    /// Notes a request before it leaves. When this returns it is on the disk. A request that was noted already and is not
    /// answered comes back as it was noted then, if it is of the same kind: what is sent is the body of the answer, not that
    /// of `to_send`.
    pub fn begin_sending(&mut self, account: &AccountId, to_send: &ToSend) -> Result<Sending, Failure> {
        let mut noted = None;
        self.write_beside(|w| {
            accounts::check(&w.transaction, account)?;
            if let Some(found) = one(&w.transaction, &to_send.operation)? {
                let is_open = matches!(found.state, SendingState::Creating | SendingState::Deleting);
                if is_open && found.to_send.what == to_send.what {
                    noted = Some(found);
                    return Ok(());
                }
                retire(&w.transaction, &to_send.operation)?;
            }
            // What was noted for an earlier state of the record and is not answered may have left: it stays known.
            w.transaction
                .prepare_cached(
                    "UPDATE sending SET state = 'dropped' WHERE id = ? AND state IN ('creating', 'deleting') AND image IS NOT NULL",
                )?
                .execute([to_send.id])?;
            insert(&w.transaction, account, to_send, w.at)?;
            w.look_anew(to_send.kind, to_send.id);
            noted = one(&w.transaction, &to_send.operation)?;
            failpoint("sending-noted");
            Ok(())
        })?;
        noted.ok_or_else(|| Failure::Storage("the journal of what is sent could not be read back".to_owned()))
    }

    /// The first half of a request is done: the old record of a [`What::Recreate`] is gone and the new one is to be made; a
    /// [`What::Patch`] was taken and the list is to show it.
    pub fn advance_sending(&mut self, operation: &str) -> Result<(), Failure> {
        self.write_beside(|w| {
            existing(w, operation)?;
            w.transaction
                .prepare_cached("UPDATE sending SET state = 'creating', tries = 0, error = NULL, next_try = NULL WHERE operation = ?")?
                .execute([operation])?;
            Ok(())
        })
    }

    /// The server has answered: the link becomes what was sent, or goes with what was deleted.
    pub fn settle_sending(&mut self, account: &AccountId, operation: &str, receipt: &Receipt) -> Result<(), Failure> {
        self.write_beside(|w| {
            let sending = existing(w, operation)?;
            let id = sending.to_send.id;
            match receipt {
                Receipt::Created { server, raw, created, modified } => {
                    let facts = Facts {
                        key: sending.to_send.key.as_deref(),
                        raw: raw.as_ref(),
                        created: *created,
                        modified: *modified,
                        unreadable: false,
                    };
                    arrived(w, account, &sending, server, facts)?;
                }
                Receipt::Deleted => gone(w, account, &sending)?,
            }
            failpoint("sending-settled");
            w.look_anew(sending.to_send.kind, id);
            Ok(())
        })
    }

    /// A try was in vain. The request stays as it is; `next_try` says when it may be sent again.
    pub fn fail_sending(&mut self, operation: &str, error: &str, next_try: Option<Timestamp>) -> Result<(), Failure> {
        self.write_beside(|w| {
            existing(w, operation)?;
            w.transaction
                .prepare_cached("UPDATE sending SET tries = tries + 1, error = ?, next_try = ? WHERE operation = ?")?
                .execute(params![error, next_try.map(|at| at.0), operation])?;
            Ok(())
        })
    }

    /// Everything of an account that waits for its moment may be sent at once.
    pub fn retry_now(&mut self, account: &AccountId) -> Result<(), Failure> {
        self.write_beside(|w| {
            w.transaction.execute("UPDATE sending SET next_try = NULL WHERE account = ?", [&account.0])?;
            Ok(())
        })
    }

    /// What of one record waits for its moment may be sent at once.
    pub fn retry_record(&mut self, id: Uuid) -> Result<(), Failure> {
        self.write_beside(|w| {
            w.transaction.execute("UPDATE sending SET next_try = NULL WHERE id = ?", [id])?;
            Ok(())
        })
    }

    /// A request of the journal.
    pub fn sending(&self, operation: &str) -> Result<Option<Sending>, Failure> {
        one(&self.connection, operation).map_err(|e| self.failure(&e))
    }

    /// The requests of an account that are not answered, in the order in which they were noted.
    pub fn sendings(&self, account: &AccountId) -> Result<Vec<Sending>, Failure> {
        let list = || -> rusqlite::Result<Vec<Sending>> {
            self.connection
                .prepare_cached(&format!(
                    "{SELECT} WHERE account = ? AND state IN ('creating', 'deleting') ORDER BY row"
                ))?
                .query_map([&account.0], read)?
                .collect()
        };
        list().map_err(|e| self.failure(&e))
    }
}

const SELECT: &str =
    "SELECT operation, kind, id, what, image, sealed, body, key_url, replaces, old, state, server, tries,
    error, next_try, begun FROM sending";

fn one(connection: &Connection, operation: &str) -> rusqlite::Result<Option<Sending>> {
    connection.prepare_cached(&format!("{SELECT} WHERE operation = ?"))?.query_row([operation], read).optional()
}

fn existing(w: &Writing<'_>, operation: &str) -> Result<Sending, Stop> {
    let missing = || Failure::NotFound("this request is not in the journal any more".to_owned());
    Ok(one(&w.transaction, operation)?.ok_or_else(missing)?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Sending> {
    let kind = kind_named(row.get_ref(1)?.as_str()?);
    let image: Option<String> = row.get(4)?;
    let image = image.map(|text| match kind {
        Kind::Contact => parsed(&text).map(SendingImage::Contact),
        Kind::Group => parsed(&text).map(SendingImage::Group),
    });
    let to_send = ToSend {
        operation: row.get(0)?,
        kind,
        id: row.get(2)?,
        what: what_named(row.get_ref(3)?.as_str()?),
        image: image.transpose()?,
        sealed: parsed(row.get_ref(5)?.as_str()?)?,
        body: row.get(6)?,
        key: row.get(7)?,
        replaces: row.get::<_, Option<String>>(8)?.map(ServerId),
        old: row.get(9)?,
    };
    Ok(Sending {
        to_send,
        state: state_named(row.get_ref(10)?.as_str()?),
        server: row.get::<_, Option<String>>(11)?.map(ServerId),
        tries: row.get(12)?,
        error: row.get(13)?,
        next_try: row.get::<_, Option<i64>>(14)?.map(Timestamp),
        begun: Timestamp(row.get(15)?),
    })
}

fn insert(connection: &Connection, account: &AccountId, to_send: &ToSend, at: Timestamp) -> rusqlite::Result<()> {
    let image = match &to_send.image {
        Some(SendingImage::Contact(image)) => Some(serde_json::to_string(image).map_err(unreadable)?),
        Some(SendingImage::Group(image)) => Some(serde_json::to_string(image).map_err(unreadable)?),
        None => None,
    };
    let state = if matches!(to_send.what, What::Delete | What::Recreate) { "deleting" } else { "creating" };
    connection
        .prepare_cached(
            "INSERT INTO sending (operation, account, kind, id, what, image, sealed, body, key_url, replaces, old, state,
             tries, begun) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        )?
        .execute(params![
            to_send.operation,
            account.0,
            kind_name(to_send.kind),
            to_send.id,
            what_name(to_send.what),
            image,
            serde_json::to_string(&to_send.sealed).map_err(unreadable)?,
            to_send.body,
            to_send.key,
            to_send.replaces.as_ref().map(|server| &server.0),
            to_send.old,
            state,
            at.0
        ])?;
    Ok(())
}

/// The same step comes again after it was answered: the answered one makes room and stays known by its ciphertext.
fn retire(connection: &Connection, operation: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE sending SET operation = operation || ' ' || row WHERE operation = ?")?
        .execute([operation])?;
    Ok(())
}

/// The server has what was sent.
fn arrived(
    w: &Writing<'_>,
    account: &AccountId,
    sending: &Sending,
    server: &ServerId,
    facts: Facts<'_>,
) -> Result<(), Stop> {
    let connection = &w.transaction;
    let to_send = &sending.to_send;
    let superseded = superseded_by(connection, to_send, server)?;
    let (kind, id) = (to_send.kind, to_send.id);
    match &to_send.image {
        Some(SendingImage::Contact(image)) => {
            link::Row { account, kind, id, server, superseded: &superseded, image: Some(&**image), facts }
                .put(connection, w.at)?;
        }
        Some(SendingImage::Group(image)) => {
            link::Row { account, kind, id, server, superseded: &superseded, image: Some(image), facts }
                .put(connection, w.at)?;
        }
        None => return Err(Failure::Refused("a deletion makes nothing".to_owned()).into()),
    }
    // The new version of a CLOUD contact has the id of the old one.
    connection.prepare_cached("UPDATE link SET confirmed = ? WHERE id = ?")?.execute(params![w.at.0, id])?;
    // Older bodies of the record are late twins from now on.
    connection
        .prepare_cached(
            "UPDATE sending SET state = 'created', body = '', old = NULL, error = NULL, next_try = NULL,
             server = iif(operation = ?1, ?2, server) WHERE id = ?3 AND image IS NOT NULL
             AND row <= (SELECT row FROM sending WHERE operation = ?1)",
        )?
        .execute(params![to_send.operation, server.0, id])?;
    Ok(())
}

/// The versions there that are to be deleted once this one is linked.
fn superseded_by(connection: &Connection, to_send: &ToSend, server: &ServerId) -> rusqlite::Result<Vec<ServerId>> {
    let found: Option<(String, String)> = connection
        .prepare_cached("SELECT server, superseded FROM link WHERE id = ?")?
        .query_row([to_send.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let mut all: Vec<ServerId> = Vec::new();
    if let Some((current, older)) = found {
        all = link::from_text(&older)?;
        all.push(ServerId(current));
    }
    all.extend(to_send.replaces.clone());
    let mut seen = BTreeSet::from([server.clone()]);
    all.retain(|old| seen.insert(old.clone()));
    Ok(all)
}

/// The server has it no more.
fn gone(w: &Writing<'_>, account: &AccountId, sending: &Sending) -> Result<(), Stop> {
    let connection = &w.transaction;
    let to_send = &sending.to_send;
    let Some(server) = &to_send.replaces else {
        return Err(Failure::Refused("it does not say what was deleted".to_owned()).into());
    };
    if to_send.what == What::Recreate {
        return Err(Failure::Refused("the new record is still to be made".to_owned()).into());
    }
    match link::ours(connection, account, to_send.kind, server)? {
        Some(id) if id == to_send.id => {
            link::remove(connection, id)?;
            connection.prepare_cached("DELETE FROM conflict WHERE id = ?")?.execute([id])?;
        }
        _ => link::drop_superseded(connection, to_send.id, server)?,
    }
    connection.prepare_cached("DELETE FROM sending WHERE operation = ?")?.execute([&to_send.operation])?;
    Ok(())
}
