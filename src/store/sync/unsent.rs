//! Which records their account has not got as they are here.
//!
//! It follows from the contact, its link and what is on its way, and is looked at anew in the transaction of whatever
//! changes one of them. Which groups there are matters too: a contact whose groups are not literally those agreed on is
//! *loose*, and looked at when any group changes. Each turn of a mark gets a number of its own, so that every program on
//! the book learns of it.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use uuid::Uuid;

use crate::{
    book::{AccountId, ContactId, Failure, Group, GroupId, OTHER_CONTACTS, change::Kind},
    plan::{GroupImage, GroupRef, Image},
    store::{
        Book, read,
        write::{kind_name, unreadable},
    },
};

use super::link;

/// What is on its way, and what a person was asked.
const WAITS: &str = "SELECT EXISTS (SELECT 1 FROM sending WHERE id = ?1 AND state IN ('creating', 'deleting'))
    OR EXISTS (SELECT 1 FROM conflict WHERE id = ?1)";

impl Book {
    /// Whether anything of the account is not there as it is here.
    pub fn has_unsent(&self, account: &AccountId) -> Result<bool, Failure> {
        self.connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM unsent WHERE account = ? AND open)")
            .and_then(|mut statement| statement.query_row([&account.0], |row| row.get(0)))
            .map_err(|e| self.failure(&e))
    }

    /// Compares every record of the account with what both sides agreed on, as if nothing were known: the marks follow
    /// from the rest of the book.
    pub fn look_at_all(&mut self, account: &AccountId) -> Result<(), Failure> {
        self.write_beside(|w| {
            for sql in [
                "SELECT 'contact', id FROM contact WHERE account = ? AND account <> 'local'",
                "SELECT 'group', id FROM contact_group WHERE account = ?",
                "SELECT kind, id FROM link WHERE account = ?",
                "SELECT kind, id FROM sending WHERE account = ?",
                "SELECT kind, id FROM unsent WHERE account = ?",
            ] {
                let found: Vec<(String, Uuid)> = w
                    .transaction
                    .prepare(sql)?
                    .query_map([&account.0], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect::<rusqlite::Result<_>>()?;
                for (kind, id) in found {
                    look(&w.transaction, kind_named(&kind), id, &HashSet::new())?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

pub(super) fn kind_named(name: &str) -> Kind {
    if name == "group" { Kind::Group } else { Kind::Contact }
}

/// Looks at one record and marks it. Those that have come from their account just now, as they are there, agree with it.
pub(in crate::store) fn look(
    connection: &Connection,
    kind: Kind,
    id: Uuid,
    agreeing: &HashSet<Uuid>,
) -> rusqlite::Result<()> {
    match kind {
        Kind::Contact if agreeing.contains(&id) => Ok(()),
        Kind::Contact => look_alone(connection, kind, id).map(drop),
        Kind::Group => match look_alone(connection, kind, id)? {
            Some(home) => look_around(connection, &home, id, agreeing),
            None => Ok(()),
        },
    }
}

fn look_alone(connection: &Connection, kind: Kind, id: Uuid) -> rusqlite::Result<Option<AccountId>> {
    let (home, differs, loose) = match kind {
        Kind::Contact => contact(connection, id)?,
        Kind::Group => group(connection, id)?,
    };
    let home = match home {
        Some(home) => Some(home),
        None => last_home(connection, id)?,
    };
    let Some(home) = home else { return Ok(None) };
    let waits: bool = connection.prepare_cached(WAITS)?.query_row([id], |row| row.get(0))?;
    let abroad = home != AccountId::local();
    mark(connection, &home, kind, id, Mark { open: abroad && (differs || waits), loose: abroad && loose })?;
    Ok(Some(home))
}

/// A group came, went or has another name: what contacts say of it may mean something else now, and so may groups that
/// have the name of the default one.
fn look_around(
    connection: &Connection,
    home: &AccountId,
    group: Uuid,
    agreeing: &HashSet<Uuid>,
) -> rusqlite::Result<()> {
    const LOOSE: &str = "SELECT id FROM unsent WHERE account = ?1 AND loose AND kind = 'contact'";
    const MEMBERS: &str = "SELECT id FROM contact WHERE account = ?1 AND account <> 'local' AND instr(groups, ?2) > 0";
    // Of one that never was here before only those can speak who have come with it.
    let sql = if agreeing.contains(&group) { LOOSE.to_owned() } else { format!("{MEMBERS} UNION {LOOSE}") };
    let mut statement = connection.prepare_cached(&sql)?;
    let mut params: Vec<&dyn ToSql> = vec![&home.0];
    params.extend((statement.parameter_count() > 1).then_some(&group as &dyn ToSql));
    let contacts: Vec<Uuid> = statement.query_map(&params[..], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in contacts.into_iter().filter(|id| !agreeing.contains(id)) {
        look_alone(connection, Kind::Contact, id)?;
    }
    for other in default_groups(connection, home)?.into_iter().filter(|other| other.0 != group) {
        look_alone(connection, Kind::Group, other.0)?;
    }
    Ok(())
}

/// The default group of an account, and behind it what else has its name: those that the server has come first. Of these
/// spare ones those that it has not are never sent; they stand for the default group.
fn default_groups(connection: &Connection, account: &AccountId) -> rusqlite::Result<Vec<GroupId>> {
    connection
        .prepare_cached(
            "SELECT contact_group.id FROM contact_group LEFT JOIN link ON link.id = contact_group.id
             WHERE contact_group.account = ? AND folded = ? ORDER BY link.id IS NULL, contact_group.id",
        )?
        .query_map(params![account.0, Group::folded(OTHER_CONTACTS)], |row| row.get(0).map(GroupId))?
        .collect()
}

fn is_linked(connection: &Connection, id: GroupId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM link WHERE id = ?)")?.query_row([id.0], |row| row.get(0))
}

/// What is noted of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The account has not got it as it is here.
    pub open: bool,
    /// Its groups are not literally those that were agreed on.
    pub loose: bool,
}

/// Where a record lives, whether it differs from what was agreed on, and whether it is loose.
type Standing = (Option<AccountId>, bool, bool);

fn contact(connection: &Connection, id: Uuid) -> rusqlite::Result<Standing> {
    let stored = read::contact(connection, ContactId(id))?;
    let link = link::of::<_, Image>(connection, id, ContactId)?;
    Ok(match (stored, link) {
        (None, None) => (None, false, false),
        (None, Some((home, _))) => (Some(home), true, false),
        (Some(contact), None) => (Some(contact.account), contact.trashed.is_none(), false),
        (Some(contact), Some((_, link))) => {
            let here = Image::of(&contact);
            let same = contact.trashed.is_none()
                && link.superseded.is_empty()
                && agree(connection, &contact.account, &here, &link.image)?;
            (Some(contact.account), !same, here.groups() != link.image.groups())
        }
    })
}

/// Whether two images of one account say the same, as a plan compares them: a group that is nowhere does not count, and
/// who is in none is in the default group.
fn agree(connection: &Connection, account: &AccountId, here: &Image, base: &Image) -> rusqlite::Result<bool> {
    if !here.says_the_same(base) {
        return Ok(false);
    }
    let defaults = default_groups(connection, account)?;
    let default = defaults.first().copied();
    let mut aliases = Vec::new();
    for spare in defaults.into_iter().skip(1) {
        if !is_linked(connection, spare)? {
            aliases.push(spare);
        }
    }
    let mut known = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM contact_group WHERE id = ?1 AND account = ?2)
         OR (?3 AND EXISTS (SELECT 1 FROM link WHERE id = ?1))",
    )?;
    let mut counted = |image: &Image, linked: bool| -> rusqlite::Result<BTreeSet<GroupId>> {
        let mut groups = BTreeSet::new();
        for group in image.groups() {
            let GroupRef::Ours(id) = group else { continue };
            if known.query_row(params![id.0, account.0, linked], |row| row.get(0))? {
                groups.extend(if aliases.contains(id) { default } else { Some(*id) });
            }
        }
        if groups.is_empty() {
            groups.extend(default);
        }
        Ok(groups)
    };
    Ok(counted(here, false)? == counted(base, true)?)
}

fn group(connection: &Connection, id: Uuid) -> rusqlite::Result<Standing> {
    let stored = read::group(connection, GroupId(id))?;
    let link = link::of::<_, GroupImage>(connection, id, GroupId)?;
    Ok(match (stored, link) {
        (None, None) => (None, false, false),
        (None, Some((home, _))) => (Some(home), true, false),
        (Some(group), None) => {
            let is_spare = group.is_default() && default_groups(connection, &group.account)?.first() != Some(&group.id);
            (Some(group.account), !is_spare, false)
        }
        (Some(group), Some((_, link))) => {
            let same = link.superseded.is_empty() && GroupImage::of(&group) == link.image;
            (Some(group.account), !same, false)
        }
    })
}

/// Where a record lived of which neither itself nor its link is left.
fn last_home(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<AccountId>> {
    connection
        .prepare_cached(
            "SELECT account FROM sending WHERE id = ?1 UNION ALL SELECT account FROM unsent WHERE id = ?1 LIMIT 1",
        )?
        .query_row([id], |row| row.get(0).map(AccountId))
        .optional()
}

/// Marks a record of which it is known already.
pub(super) fn mark(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    id: Uuid,
    mark: Mark,
) -> rusqlite::Result<()> {
    let was: Option<Mark> = connection
        .prepare_cached("SELECT open, loose FROM unsent WHERE id = ?")?
        .query_row([id], |row| Ok(Mark { open: row.get(0)?, loose: row.get(1)? }))
        .optional()?;
    if was.unwrap_or_default() == mark {
        return Ok(());
    }
    // A new row has a new number.
    connection.prepare_cached("DELETE FROM unsent WHERE id = ?")?.execute([id])?;
    connection
        .prepare_cached("INSERT INTO unsent (account, kind, id, open, loose) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![account.0, kind_name(kind), id, mark.open, mark.loose])?;
    Ok(())
}

/// The contacts whose mark has turned since.
pub(in crate::store) fn moved_since(connection: &Connection, seen: i64) -> rusqlite::Result<Vec<Uuid>> {
    connection
        .prepare_cached("SELECT id FROM unsent WHERE moved > ? AND kind = 'contact'")?
        .query_map([seen], |row| row.get(0))?
        .collect()
}

/// The number of the last turn.
pub(in crate::store) fn last_move(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT ifnull(max(moved), 0) FROM unsent", [], |row| row.get(0))
}

/// Used where a stored text cannot be read as what it should be.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(unreadable)
}
