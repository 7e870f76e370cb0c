//! The accounts of a book: one that every book has, and those of a server, which come and go.

use rusqlite::{Connection, OptionalExtension as _};

use crate::book::{
    Account, AccountId, AccountKind, Committed, ContactId, Failure, Group, GroupId, Origin, account, change::Kind,
};

use super::{
    Book, copies, read, sync, trash,
    write::{Step, Stop, Writing, begin, unreadable},
};

/// What becomes of the records of an account that is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// They stay, in the local account, with their ids and their history.
    Keep,
    /// They are erased from this machine: the book, its history and its backups.
    Remove,
}

impl Book {
    /// The accounts, the local one first, the others by name.
    pub fn accounts(&self) -> Result<Vec<Account>, Failure> {
        list(&self.connection).map_err(|e| self.failure(&e))
    }

    /// A new account of the Webex service; nothing when there is one of this name.
    ///
    /// # Errors
    /// The name is none for an account, or the book could not be written.
    pub fn add_account(&mut self, id: &AccountId) -> Result<(), Failure> {
        account::check_name(&id.0).map_err(Failure::Refused)?;
        let add = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            ensure(&transaction, id)?;
            Ok(transaction.commit()?)
        };
        add(&mut self.connection).map_err(|stop| self.stopped(stop))?;
        self.bell.ring();
        Ok(())
    }

    /// An account ceases to be here; on the server nothing happens. What was kept is one change that undo takes back: then
    /// the account is there again, signed out, and the next sync recognises its records. What was removed is erased for
    /// good, and a backup is made anew.
    ///
    /// # Errors
    /// Nothing was changed, or everything was and the backups could not be made anew: the sentence says which.
    pub fn remove_account(&mut self, id: &AccountId, leaving: Leaving) -> Result<Committed, Failure> {
        if *id == AccountId::local() {
            return Err(Failure::Refused("the local account is part of every book".to_owned()));
        }
        if leaving == Leaving::Keep && !self.is_scratch() {
            self.back_up()?;
        }
        let committed = self.write(Origin::User, |w| {
            check(&w.transaction, id)?;
            match leaving {
                Leaving::Keep => keep(w, id)?,
                Leaving::Remove => remove(w, id)?,
            }
            sync::forget(&w.transaction, id)?;
            w.transaction.execute("DELETE FROM person WHERE directory = ?", [&id.0])?;
            w.transaction.execute("DELETE FROM account WHERE id = ?", [&id.0])?;
            w.beside_the_journal = true;
            Ok(match leaving {
                Leaving::Keep => format!("Left the account {id} and kept its contacts"),
                Leaving::Remove => format!("Removed the account {id} from this machine"),
            })
        })?;
        if leaving == Leaving::Remove {
            self.wipe_traces("the account is removed")?;
        }
        Ok(committed)
    }
}

fn list(connection: &Connection) -> rusqlite::Result<Vec<Account>> {
    connection
        .prepare_cached("SELECT id, kind FROM account ORDER BY kind <> 'local', id")?
        .query_map([], |row| {
            let kind = if row.get::<_, String>(1)? == "local" { AccountKind::Local } else { AccountKind::Webex };
            Ok(Account { id: AccountId(row.get(0)?), kind })
        })?
        .collect()
}

/// Makes the account if it is not there: an undo may lead back into one that was left.
pub(super) fn ensure(connection: &Connection, id: &AccountId) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO account VALUES (?, 'webex')")?.execute([&id.0])?;
    Ok(())
}

/// Fails when there is no such account.
pub(super) fn check(connection: &Connection, id: &AccountId) -> Result<(), Stop> {
    if exists(connection, id)? {
        return Ok(());
    }
    Err(Failure::NotFound(format!("there is no account '{id}'; nothing was saved")).into())
}

pub(super) fn exists(connection: &Connection, id: &AccountId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM account WHERE id = ?)")?
        .query_row([&id.0], |row| row.get(0))
}

/// The account whose people are in this directory; the local one for people of a file.
pub(super) fn of_directory(connection: &Connection, directory: &str) -> rusqlite::Result<AccountId> {
    let found: Option<String> = connection
        .prepare_cached("SELECT id FROM account WHERE id = ? AND kind <> 'local'")?
        .query_row([directory], |row| row.get(0))
        .optional()?;
    Ok(found.map_or_else(AccountId::local, AccountId))
}

/// The contacts of an account of a server, those in the trash too.
pub(super) fn contacts(connection: &Connection, id: &AccountId) -> rusqlite::Result<Vec<ContactId>> {
    connection
        .prepare_cached("SELECT id FROM contact WHERE account = ? AND account <> 'local' ORDER BY row")?
        .query_map([&id.0], |row| row.get(0).map(ContactId))?
        .collect()
}

/// The groups of an account.
pub(super) fn groups(connection: &Connection, id: &AccountId) -> rusqlite::Result<Vec<Group>> {
    connection
        .prepare_cached("SELECT document FROM contact_group WHERE account = ? ORDER BY folded, id")?
        .query_map([&id.0], |row| serde_json::from_str(&row.get::<_, String>(0)?).map_err(unreadable))?
        .collect()
}

/// Everything of the account becomes local. A group joins the local one of its name.
fn keep(w: &mut Writing<'_>, id: &AccountId) -> Result<(), Stop> {
    let home = AccountId::local();
    let mut joined: Vec<(GroupId, GroupId)> = Vec::new();
    for group in groups(&w.transaction, id)? {
        match read::group_named(&w.transaction, &home, &group.name)? {
            Some(twin) if !group.name.is_empty() => {
                joined.push((group.id, twin.id));
                w.erase_group(&group)?;
            }
            _ => w.replace_group(&group, &Group { account: home.clone(), ..group.clone() })?,
        }
    }
    for contact in contacts(&w.transaction, id)? {
        let Some(before) = read::contact(&w.transaction, contact)? else { continue };
        let mut after = copies::emigrated(before.clone());
        after.account.clone_from(&home);
        for group in &mut after.groups {
            if let Some((_, twin)) = joined.iter().find(|(theirs, _)| theirs == group) {
                *group = *twin;
            }
        }
        let mut seen = Vec::new();
        after.groups.retain(|group| {
            !seen.contains(group) && {
                seen.push(*group);
                true
            }
        });
        w.replace(&before, after)?;
    }
    Ok(())
}

fn remove(w: &mut Writing<'_>, id: &AccountId) -> Result<(), Stop> {
    w.step = Step::Erase;
    for contact in contacts(&w.transaction, id)? {
        trash::erase(w, contact)?;
    }
    for group in groups(&w.transaction, id)? {
        trash::erase_traces(w, Kind::Group, group.id.0)?;
        w.transaction.execute("DELETE FROM contact_group WHERE id = ?", [group.id.0])?;
        w.note_erased(Kind::Group, group.id.0)?;
    }
    w.transaction.execute(trash::UNUSED_PHOTOS, [])?;
    Ok(())
}
