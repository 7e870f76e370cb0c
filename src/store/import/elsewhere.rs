//! Who of a file is in another account of the book already, just as the file has it.

use rusqlite::Connection;

use crate::{
    book::{AccountId, Contact, Group},
    store::{
        known::{self, Among, is_remembered, says_the_same},
        read,
    },
};

/// The account that has somebody of a file, in all the groups that the file names. Of a person of the directory the file is
/// not asked what the directory says.
pub(super) fn account_with(
    connection: &Connection,
    incoming: &Contact,
    source: &[u8],
    group_names: &[String],
) -> rusqlite::Result<Option<AccountId>> {
    let Some(found) = known::known(connection, incoming, source, Among::Others)? else { return Ok(None) };
    let says_it = found.person.is_some() || says_the_same(&found, incoming);
    let is_so = says_it && is_in(connection, &found, group_names)? || is_remembered(connection, source, found.id)?;
    Ok((is_so && found.trashed.is_none()).then_some(found.account))
}

fn is_in(connection: &Connection, contact: &Contact, group_names: &[String]) -> rusqlite::Result<bool> {
    let groups = contact.groups.iter().map(|id| read::group(connection, *id)).collect::<rusqlite::Result<Vec<_>>>()?;
    let own: Vec<String> = groups.into_iter().flatten().map(|group| Group::folded(&group.name)).collect();
    let mut named = group_names.iter().filter(|name| !name.trim().is_empty());
    Ok(named.all(|name| own.contains(&Group::folded(name))))
}
