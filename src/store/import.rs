//! Importing: everything is staged first, then written in one transaction as one change.
//!
//! A contact is known by its UID, or else by equal content; what was imported before is remembered by its hash, so that
//! importing a file again brings no twins even when the user has edited the contacts since.

use std::{collections::HashSet, sync::Arc};

use rusqlite::params;
use uuid::Uuid;

use crate::{
    book::{
        AccountId, Contact, ContactId, Failure, ImportReport, Origin, Timestamp,
        incoming::{Fault, Incoming, IncomingContact, IncomingGroup},
        name::shown_name,
    },
    store::{
        Book, backup,
        intake::Arrival,
        known::{is_remembered, known, remember, same_content, source_hash},
        photo, read,
        write::{Stop, Writing, unreadable},
    },
};

/// What a panic of a reader left behind goes too.
const CLEAR: &str = "DROP TABLE IF EXISTS temp.staged; DROP TABLE IF EXISTS temp.staged_alias;
    DROP TABLE IF EXISTS temp.staged_member; DROP TABLE IF EXISTS temp.staged_photo";

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Only say what would happen.
    pub dry_run: bool,
    /// Put every contact of the file into this group too.
    pub group: Option<String>,
    /// Bring contacts back that are found in the trash.
    pub restore: bool,
}

impl Book {
    /// Imports what a reader of `exchange` found in the file called `name`. One change, one step of undo.
    ///
    /// # Errors
    /// Nothing was imported; the sentence says why. Records that could not be read are no error but faults of the report.
    pub fn import(
        &mut self,
        name: &str,
        items: &mut dyn Iterator<Item = Result<Incoming, Fault>>,
        options: &ImportOptions,
    ) -> Result<ImportReport, Failure> {
        let file: Arc<str> = name.into();
        self.import_from(name, &mut items.map(|item| (Arc::clone(&file), item)), options)
    }

    /// Imports records of several files as one change called after `name`.
    pub(super) fn import_from(
        &mut self,
        name: &str,
        items: &mut dyn Iterator<Item = Arrival>,
        options: &ImportOptions,
    ) -> Result<ImportReport, Failure> {
        let mut report = ImportReport::default();
        let imported = match self.stage(items, options, &mut report) {
            Ok(count) => self.import_staged(name, count, options, &mut report),
            Err(error) => Err(self.failure(&error)),
        };
        let cleared = self.connection.execute_batch(CLEAR);
        imported?;
        cleared.map_err(|e| self.failure(&e))?;
        Ok(report)
    }

    /// Reads all items into temporary tables: nothing is locked while a large file is parsed.
    fn stage(
        &self,
        items: &mut dyn Iterator<Item = Arrival>,
        options: &ImportOptions,
        report: &mut ImportReport,
    ) -> rusqlite::Result<usize> {
        // Rolled back by itself, should a reader panic.
        let staging = self.connection.unchecked_transaction()?;
        staging.execute_batch(CLEAR)?;
        staging.execute_batch(
            "CREATE TEMP TABLE staged (document TEXT, group_names TEXT, aliases TEXT);
             CREATE TEMP TABLE staged_alias (alias TEXT PRIMARY KEY) WITHOUT ROWID;
             CREATE TEMP TABLE staged_member (member TEXT, name TEXT);
             CREATE INDEX temp.staged_member_member ON staged_member (member);
             CREATE TEMP TABLE staged_photo (hash TEXT PRIMARY KEY, media_type TEXT, bytes BLOB)",
        )?;
        let count = self.stage_all(items, options, report)?;
        staging.commit()?;
        Ok(count)
    }

    fn stage_all(
        &self,
        items: &mut dyn Iterator<Item = Arrival>,
        options: &ImportOptions,
        report: &mut ImportReport,
    ) -> rusqlite::Result<usize> {
        let mut count = 0;
        let mut put = self.connection.prepare("INSERT INTO temp.staged VALUES (?, ?, ?)")?;
        let mut put_alias = self.connection.prepare("INSERT OR IGNORE INTO temp.staged_alias VALUES (?)")?;
        let mut put_member = self.connection.prepare("INSERT INTO temp.staged_member VALUES (?, ?)")?;
        for (file, item) in items {
            match item {
                Ok(Incoming::Contact(incoming)) => {
                    let Staged { document, group_names, aliases } = self.staged(*incoming, options)?;
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
                Err(fault) => report.faults.push((file.to_string(), fault)),
            }
        }
        Ok(count)
    }

    fn staged(&self, incoming: IncomingContact, options: &ImportOptions) -> rusqlite::Result<Staged> {
        let IncomingContact { draft, photo, directory_key, mut aliases, .. } = incoming;
        let mut draft = draft.tidied();
        if let Some(photo) = photo {
            draft.extras.photo = Some(photo::put(&self.connection, "temp.staged_photo", &photo)?);
        }
        let mut group_names = std::mem::take(&mut draft.group_names);
        group_names.extend(options.group.clone());
        aliases.extend([draft.extras.uid.clone(), directory_key]);
        let aliases = aliases.iter().map(|alias| bare_uid(alias).to_owned()).filter(|a| !a.is_empty()).collect();
        let unborn = draft.into_contact(ContactId(Uuid::nil()), Timestamp(0));
        Ok(Staged { document: serde_json::to_string(&unborn).map_err(unreadable)?, group_names, aliases })
    }

    fn import_staged(
        &mut self,
        name: &str,
        count: usize,
        options: &ImportOptions,
        report: &mut ImportReport,
    ) -> Result<(), Failure> {
        if count == 0 {
            return Ok(());
        }
        if count >= backup::LARGE && !options.dry_run && !self.is_scratch() && self.total()? > 0 {
            backup::make(&self.connection, &self.path, self.clock.now()).map_err(|e| self.failure(&e))?;
        }
        let mut dry = false;
        let written = self.write(Origin::Import, |w| {
            import_all(w, options, report)?;
            if options.dry_run {
                dry = true;
                return Err(Stop::Failure(Failure::Refused("a dry run writes nothing".to_owned())));
            }
            let restored = if options.restore { report.in_trash.len() } else { 0 };
            let contacts = report.new.len() + report.changed.len() + restored;
            Ok(format!("Imported {contacts} {} from {name}", if contacts == 1 { "contact" } else { "contacts" }))
        });
        match written {
            Err(_) if dry => Ok(()),
            Err(failure) => Err(failure),
            Ok(committed) => {
                report.delta = committed.delta;
                Ok(())
            }
        }
    }
}

/// A record of the staging table: a contact of a file, which has neither id nor times yet.
struct Staged {
    document: String,
    group_names: Vec<String>,
    /// The names by which groups of the file may call it.
    aliases: Vec<String>,
}

/// A UID as it is compared: MEMBER speaks of `urn:uuid:X` where UID may say `X` (RFC 6350 section 6.6.5).
fn bare_uid(uid: &str) -> &str {
    uid.trim().strip_prefix("urn:uuid:").unwrap_or(uid.trim())
}

fn import_all(w: &mut Writing<'_>, options: &ImportOptions, report: &mut ImportReport) -> Result<(), Stop> {
    w.transaction.execute("INSERT OR IGNORE INTO photo SELECT * FROM temp.staged_photo", [])?;
    let before: HashSet<_> = read::group_names(&w.transaction)?.into_iter().collect();
    let last: i64 = w.transaction.query_row("SELECT ifnull(max(rowid), 0) FROM temp.staged", [], |row| row.get(0))?;
    for row in 1..=last {
        let staged = nth(w, row)?;
        import_one(w, staged, options, report)?;
    }
    join_stored_members(w, report)?;
    report.groups = read::group_names(&w.transaction)?.into_iter().filter(|name| !before.contains(name)).collect();
    Ok(())
}

/// The staged contact of this row, in the groups of its categories and in those that name it as a member.
fn nth(w: &Writing<'_>, row: i64) -> rusqlite::Result<Staged> {
    let mut staged = w
        .transaction
        .prepare_cached("SELECT document, group_names, aliases FROM temp.staged WHERE rowid = ?")?
        .query_row([row], |row| {
            let text = |index| row.get::<_, String>(index);
            Ok(Staged {
                document: text(0)?,
                group_names: serde_json::from_str(&text(1)?).map_err(unreadable)?,
                aliases: serde_json::from_str(&text(2)?).map_err(unreadable)?,
            })
        })?;
    let mut groups = w.transaction.prepare_cached("SELECT name FROM temp.staged_member WHERE member = ?")?;
    for alias in &staged.aliases {
        for name in groups.query_map([alias], |row| row.get(0))? {
            staged.group_names.push(name?);
        }
    }
    Ok(staged)
}

fn import_one(
    w: &mut Writing<'_>,
    staged: Staged,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<(), Stop> {
    let Staged { document, group_names, .. } = staged;
    let source = source_hash(&document, &group_names);
    let contact: Contact = serde_json::from_str(&document).map_err(unreadable)?;
    let name = shown_name(&contact);
    let Some(stored) = known(&w.transaction, &contact, &source)? else {
        let groups = w.settle_groups(&contact.account, Vec::new(), &group_names)?;
        let contact = Contact { id: w.contact_id(), created: w.at, modified: w.at, groups, ..contact };
        w.create(&contact)?;
        remember(w, &source, contact.id)?;
        report.new.push(name);
        return Ok(());
    };
    if stored.trashed.is_some() {
        report.in_trash.push((stored.id, name.clone()));
        if !options.restore {
            return Ok(());
        }
    }
    let mut after = Contact { trashed: None, ..stored.clone() };
    if !is_remembered(&w.transaction, &source, stored.id)? {
        update(w, &mut after, contact, &group_names)?;
    }
    if same_content(&stored, &after) && stored.groups == after.groups {
        after.extras.clone_from(&stored.extras);
        report.unchanged += usize::from(stored.trashed.is_none());
    } else if stored.trashed.is_none() {
        report.changed.push(name);
    }
    remember(w, &source, stored.id)?;
    w.replace(&stored, after)?;
    Ok(())
}

/// The file's content over the stored contact. What a file cannot know stays: favourite, the groups it is in, and all
/// of a CLOUD contact but its groups.
fn update(w: &mut Writing<'_>, after: &mut Contact, incoming: Contact, group_names: &[String]) -> rusqlite::Result<()> {
    if after.person.is_none() {
        let (favourite, uid) = (after.extras.favourite, after.extras.uid.clone());
        after.profile = incoming.profile;
        after.extras = incoming.extras;
        after.extras.favourite |= favourite;
        after.extras.uid = uid;
    }
    if !group_names.is_empty() {
        after.groups = w.settle_groups(&after.account, after.groups.clone(), group_names)?;
    }
    Ok(())
}

/// Groups of the file take in members that were in the book before and are not in the file, whose members have joined
/// already, each as it came in.
fn join_stored_members(w: &mut Writing<'_>, report: &mut ImportReport) -> Result<(), Stop> {
    let mut joined = HashSet::new();
    let pairs = w
        .transaction
        .prepare(
            "SELECT DISTINCT name, member FROM temp.staged_member
             WHERE member NOT IN (SELECT alias FROM temp.staged_alias) ORDER BY rowid",
        )?
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for (name, member) in pairs {
        let group = w.group_named(&AccountId::local(), &name)?;
        let stored = if member.is_empty() { None } else { super::known::by_uid(&w.transaction, &member)? };
        if let Some(before) = stored.filter(|contact| contact.trashed.is_none() && !contact.groups.contains(&group)) {
            let mut groups = before.groups.clone();
            groups.push(group);
            w.replace(&before, Contact { groups, ..before.clone() })?;
            if joined.insert(before.id) {
                report.changed.push(shown_name(&before));
            }
        }
    }
    Ok(())
}
