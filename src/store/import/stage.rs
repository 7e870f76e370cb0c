//! The first step: all that the files hold goes into temporary tables. Nothing is locked while a large file is parsed.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{CLEAR, ImportOptions, Watcher, bare_uid, tell};
use crate::{
    book::{
        ContactId, Progress, Stage, Timestamp,
        incoming::{Fault, Incoming, IncomingContact, IncomingGroup},
    },
    store::{
        intake::Arrivals,
        photo,
        write::{Stop, unreadable},
    },
};

/// A record of the staging table: a contact of a file, which has neither id nor times yet.
pub(super) struct Staged {
    pub document: String,
    pub group_names: Vec<String>,
    /// The names by which groups of the file may call it.
    pub aliases: Vec<String>,
}

/// Reads all items; returns how many there were, and what could not be read, with the file it stood in.
pub(super) fn stage(
    connection: &Connection,
    arrivals: Arrivals<'_>,
    options: &ImportOptions,
    watcher: &mut Watcher<'_>,
) -> Result<(usize, Vec<(String, Fault)>), Stop> {
    // Rolled back by itself, should a reader panic.
    let staging = connection.unchecked_transaction()?;
    staging.execute_batch(CLEAR)?;
    staging.execute_batch(
        "CREATE TEMP TABLE staged (document TEXT, group_names TEXT, aliases TEXT);
         CREATE TEMP TABLE staged_alias (alias TEXT PRIMARY KEY) WITHOUT ROWID;
         CREATE TEMP TABLE staged_member (member TEXT, name TEXT);
         CREATE INDEX temp.staged_member_member ON staged_member (member);
         CREATE TEMP TABLE staged_photo (hash TEXT PRIMARY KEY, media_type TEXT, bytes BLOB)",
    )?;
    let staged = stage_all(&staging, arrivals, options, watcher)?;
    staging.commit()?;
    Ok(staged)
}

fn stage_all(
    connection: &Connection,
    arrivals: Arrivals<'_>,
    options: &ImportOptions,
    watcher: &mut Watcher<'_>,
) -> Result<(usize, Vec<(String, Fault)>), Stop> {
    let Arrivals { items, percent } = arrivals;
    let (mut count, mut faults) = (0, Vec::new());
    let mut put = connection.prepare("INSERT INTO temp.staged VALUES (?, ?, ?)")?;
    let mut put_alias = connection.prepare("INSERT OR IGNORE INTO temp.staged_alias VALUES (?)")?;
    let mut put_member = connection.prepare("INSERT INTO temp.staged_member VALUES (?, ?)")?;
    for (file, item) in items {
        match item {
            Ok(Incoming::Contact(incoming)) => {
                let Staged { document, group_names, aliases } = staged(connection, *incoming, options)?;
                put.execute(params![
                    document,
                    serde_json::to_string(&group_names).map_err(unreadable)?,
                    serde_json::to_string(&aliases).map_err(unreadable)?
                ])?;
                for alias in &aliases {
                    put_alias.execute([alias])?;
                }
                count += 1;
            }
            Ok(Incoming::Group(IncomingGroup { name, members, .. })) => {
                // The empty member makes a group that has none.
                for member in members.iter().map(String::as_str).chain([""]) {
                    put_member.execute((bare_uid(member), &name))?;
                }
                count += 1;
            }
            Err(fault) => faults.push((file.to_string(), fault)),
        }
        tell(watcher, Progress { stage: Stage::Reading, done: count, percent: percent() })?;
    }
    Ok((count, faults))
}

fn staged(connection: &Connection, incoming: IncomingContact, options: &ImportOptions) -> rusqlite::Result<Staged> {
    let IncomingContact { draft, photo, directory_key, mut aliases, .. } = incoming;
    let mut draft = draft.tidied();
    draft.account.clone_from(&options.account);
    if let Some(photo) = photo {
        draft.extras.photo = Some(photo::put(connection, "temp.staged_photo", &photo)?);
    }
    let mut group_names = std::mem::take(&mut draft.group_names);
    group_names.extend(options.group.clone());
    aliases.extend([draft.extras.uid.clone(), directory_key]);
    let aliases = aliases.iter().map(|alias| bare_uid(alias).to_owned()).filter(|a| !a.is_empty()).collect();
    let unborn = draft.into_contact(ContactId(Uuid::nil()), Timestamp(0));
    Ok(Staged { document: serde_json::to_string(&unborn).map_err(unreadable)?, group_names, aliases })
}

/// The staged contact of this row, in the groups of its categories and in those that name it as a member.
pub(super) fn nth(connection: &Connection, row: usize) -> rusqlite::Result<Staged> {
    let mut staged = connection
        .prepare_cached("SELECT document, group_names, aliases FROM temp.staged WHERE rowid = ?")?
        .query_row([row], |row| {
            let text = |index| row.get::<_, String>(index);
            Ok(Staged {
                document: text(0)?,
                group_names: serde_json::from_str(&text(1)?).map_err(unreadable)?,
                aliases: serde_json::from_str(&text(2)?).map_err(unreadable)?,
            })
        })?;
    let mut groups = connection.prepare_cached("SELECT name FROM temp.staged_member WHERE member = ?")?;
    for alias in &staged.aliases {
        for name in groups.query_map([alias], |row| row.get(0))? {
            staged.group_names.push(name?);
        }
    }
    Ok(staged)
}
