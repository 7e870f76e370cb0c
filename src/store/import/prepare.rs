//! The second step: what each staged record means for the book. All that would be written is put down ready in temporary
//! tables; the book itself is only read.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    ImportOptions, Watcher, elsewhere,
    likeness::People,
    stage::{Staged, nth},
    tell,
};
use crate::{
    book::{
        AccountId, Altered, Contact, ContactId, Elsewhere, Group, GroupId, ImportReport, Progress, Record, Stage,
        Timestamp, Twin, change::Image, field::label_of_key, name::shown_name, port::Clock,
    },
    search,
    store::{
        known::{self, Among, is_remembered, same_content, source_hash},
        read,
        records::settled,
        rows::{COLUMNS, Columns, PLACES},
        write::{Stop, unreadable},
    },
};

/// What an import would do; the records of contacts lie in the temporary tables.
pub(super) struct Prepared {
    pub report: ImportReport,
    /// The groups to be made.
    pub groups: Vec<Group>,
    /// How many records of contacts are to be written.
    pub records: usize,
}

/// Decides upon every staged record.
pub(super) fn prepare(
    connection: &Connection,
    clock: &dyn Clock,
    options: &ImportOptions,
    watcher: &mut Watcher<'_>,
) -> Result<Prepared, Stop> {
    connection.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.prepared; DROP TABLE IF EXISTS temp.prepared_member;
         DROP TABLE IF EXISTS temp.prepared_record; DROP TABLE IF EXISTS temp.prepared_source;
         CREATE TEMP TABLE prepared (place INTEGER PRIMARY KEY, notes, document, {COLUMNS});
         CREATE UNIQUE INDEX temp.prepared_id ON prepared (id);
         CREATE INDEX temp.prepared_uid ON prepared (uid) WHERE uid IS NOT NULL;
         CREATE INDEX temp.prepared_content ON prepared (content);
         CREATE TEMP TABLE prepared_member (contact BLOB, contact_group BLOB, PRIMARY KEY (contact, contact_group)) WITHOUT ROWID;
         CREATE TEMP TABLE prepared_record (position INTEGER PRIMARY KEY, id BLOB, image TEXT);
         CREATE TEMP TABLE prepared_source (hash BLOB, contact BLOB, PRIMARY KEY (hash, contact)) WITHOUT ROWID;"
    ))?;
    known::by_content(connection)?;
    let mut desk = Desk {
        connection,
        clock,
        now: clock.now(),
        known_groups: HashMap::new(),
        people: None,
        prepared: Prepared { report: ImportReport::default(), groups: Vec::new(), records: 0 },
    };
    let all = connection.query_row("SELECT ifnull(max(rowid), 0) FROM temp.staged", [], |row| row.get(0))?;
    for row in 1..=all {
        desk.take(nth(connection, row)?, options)?;
        tell(watcher, Progress::of(Stage::Comparing, row, all))?;
    }
    desk.join_stored_members(&options.account)?;
    let mut prepared = desk.prepared;
    let mut names: Vec<_> = prepared.groups.iter().map(|group| group.name.clone()).collect();
    names.sort_by_cached_key(|name| crate::book::name::sort_key(name));
    prepared.report.groups = names;
    prepared.report.there = there(connection, options, &prepared.report)?;
    Ok(prepared)
}

/// How many contacts an account of Webex will have.
fn there(connection: &Connection, options: &ImportOptions, report: &ImportReport) -> rusqlite::Result<Option<usize>> {
    if options.account == AccountId::local() {
        return Ok(None);
    }
    let now: usize = connection.query_row(
        "SELECT count(*) FROM contact WHERE account = ? AND account <> 'local' AND trashed IS NULL",
        [&options.account.0],
        |row| row.get(0),
    )?;
    let restored = if options.restore { report.in_trash.len() } else { 0 };
    Ok(Some(now + report.new.len() + restored))
}

struct Desk<'a> {
    connection: &'a Connection,
    clock: &'a dyn Clock,
    now: Timestamp,
    /// The groups that were asked for, by account and folded name.
    known_groups: HashMap<(AccountId, String), GroupId>,
    /// Those in the book, read when the first stranger comes.
    people: Option<People>,
    prepared: Prepared,
}

impl Desk<'_> {
    fn take(&mut self, staged: Staged, options: &ImportOptions) -> Result<(), Stop> {
        let Staged { document, group_names, .. } = staged;
        let source = source_hash(&document, &group_names);
        let contact: Contact = serde_json::from_str(&document).map_err(unreadable)?;
        let name = shown_name(&contact);
        let stored = match known::known(self.connection, &contact, &source, Among::Its)? {
            Some(stored) => Some(stored),
            None => match self.people(&options.account)?.of_the_directory(&contact) {
                Some(id) => image(self.connection, id)?,
                None => None,
            },
        };
        let Some(stored) = stored else { return self.take_stranger(contact, &source, &group_names, options) };
        if stored.trashed.is_some() {
            self.prepared.report.in_trash.push((stored.id, name.clone()));
            if !options.restore {
                return Ok(());
            }
        }
        let mut after = Contact { trashed: None, ..stored.clone() };
        if !is_remembered(self.connection, &source, stored.id)? {
            self.update(&mut after, contact, &group_names)?;
        }
        let is_same = same_content(&stored, &after) && stored.groups == after.groups;
        if is_same {
            after.extras.clone_from(&stored.extras);
            self.prepared.report.unchanged += usize::from(stored.trashed.is_none());
        }
        self.remember(&source, stored.id)?;
        let fields = self.replace(&stored, after)?;
        if !is_same && stored.trashed.is_none() {
            self.prepared.report.changed.push(Altered { name, fields });
        }
        Ok(())
    }

    /// Somebody whom the account has not got.
    fn take_stranger(
        &mut self,
        contact: Contact,
        source: &[u8],
        group_names: &[String],
        options: &ImportOptions,
    ) -> Result<(), Stop> {
        let name = shown_name(&contact);
        if !options.even_if_elsewhere
            && let Some(account) = elsewhere::account_with(self.connection, &contact, source, group_names)?
        {
            self.prepared.report.elsewhere.push(Elsewhere { name, account });
            return Ok(());
        }
        if let Some((like, by)) = self.people(&options.account)?.resembling(&contact) {
            self.prepared.report.twins.push(Twin { name: name.clone(), like, by });
            if options.skip_twins {
                return Ok(());
            }
        }
        let groups = settled(Vec::new(), group_names, |name| self.group_named(&contact.account, name))?;
        let id = ContactId(self.clock.uuid());
        let contact = Contact { id, created: self.now, modified: self.now, groups, ..contact };
        let document = self.put(&contact)?;
        self.record(id, &format!(r#"{{"created":{document}}}"#))?;
        self.remember(source, id)?;
        self.prepared.report.new.push(name);
        Ok(())
    }

    /// The file's content over the stored contact. What a file cannot know stays: favourite, the groups it is in, and all
    /// of a CLOUD contact but its groups.
    fn update(&mut self, after: &mut Contact, incoming: Contact, group_names: &[String]) -> rusqlite::Result<()> {
        if after.person.is_none() {
            let (favourite, uid) = (after.extras.favourite, after.extras.uid.clone());
            after.profile = incoming.profile;
            after.extras = incoming.extras;
            after.extras.favourite |= favourite;
            after.extras.uid = uid;
        }
        if !group_names.is_empty() {
            after.groups = settled(after.groups.clone(), group_names, |name| self.group_named(&after.account, name))?;
        }
        Ok(())
    }

    /// Groups of the file take in members that were in the book before and are not in the file, whose members have joined
    /// already, each as it came in.
    fn join_stored_members(&mut self, account: &AccountId) -> Result<(), Stop> {
        let mut joined = HashSet::new();
        let pairs = self
            .connection
            .prepare(
                "SELECT DISTINCT name, member FROM temp.staged_member
                 WHERE member NOT IN (SELECT alias FROM temp.staged_alias) ORDER BY rowid",
            )?
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for (name, member) in pairs {
            let group = self.group_named(account, &name)?;
            let stored =
                if member.is_empty() { None } else { known::by_uid(self.connection, account, &member, Among::Its)? };
            if let Some(before) = stored.filter(|contact| contact.trashed.is_none() && !contact.groups.contains(&group))
            {
                let mut groups = before.groups.clone();
                groups.push(group);
                let fields = self.replace(&before, Contact { groups, ..before.clone() })?;
                if joined.insert(before.id) {
                    self.prepared.report.changed.push(Altered { name: shown_name(&before), fields });
                }
            }
        }
        Ok(())
    }

    /// `after` instead of `before`; returns the labels of what differs.
    fn replace(&mut self, before: &Contact, mut after: Contact) -> rusqlite::Result<Vec<String>> {
        let record = Record::changed(before, &after);
        let Image::Changed(patch) = &record.image else { return Ok(Vec::new()) };
        if patch.is_empty() {
            return Ok(Vec::new());
        }
        let mut fields: Vec<String> = patch.0.keys().map(|key| label_of_key(key).to_owned()).collect();
        // The lines of its vCard say the same as the fields beside them.
        fields.retain(|field| field != "card");
        after.modified = self.now;
        self.put(&after)?;
        self.record(after.id, &serde_json::to_string(&record.image).map_err(unreadable)?)?;
        Ok(fields)
    }

    /// Puts a contact down as it shall stand in the book, and returns its document.
    fn put(&mut self, contact: &Contact) -> rusqlite::Result<String> {
        let document = serde_json::to_string(contact).map_err(unreadable)?;
        let columns = Columns::with(contact, known::content_hash(contact)?);
        let notes = search::fold(&contact.extras.notes);
        let head: [&dyn rusqlite::ToSql; 2] = [&notes, &document];
        let values: Vec<_> = head.into_iter().chain(columns.params()).collect();
        self.connection
            .prepare_cached(&format!(
                "INSERT OR REPLACE INTO temp.prepared (notes, document, {COLUMNS})
                 VALUES (?, ?, {PLACES})"
            ))?
            .execute(&values[..])?;
        let id = contact.id.0;
        self.connection.prepare_cached("DELETE FROM temp.prepared_member WHERE contact = ?")?.execute([id])?;
        if contact.trashed.is_none() {
            let mut join =
                self.connection.prepare_cached("INSERT OR IGNORE INTO temp.prepared_member VALUES (?, ?)")?;
            for group in &contact.groups {
                join.execute((id, group.0))?;
            }
        }
        Ok(document)
    }

    fn record(&mut self, id: ContactId, image: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached("INSERT INTO temp.prepared_record VALUES (?, ?, ?)")?.execute(params![
            self.prepared.records,
            id.0,
            image
        ])?;
        self.prepared.records += 1;
        Ok(())
    }

    /// Even when the contact stays as it is: what the user does to it later stands when this comes again.
    fn remember(&self, source: &[u8], contact: ContactId) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO temp.prepared_source VALUES (?, ?)")?
            .execute(params![source, contact.0])?;
        Ok(())
    }

    fn people(&mut self, account: &AccountId) -> rusqlite::Result<&People> {
        if self.people.is_none() {
            self.people = Some(People::read(self.connection, account)?);
        }
        Ok(self.people.get_or_insert_default())
    }

    /// The group of this name in the account, to be made if there is none.
    fn group_named(&mut self, account: &AccountId, name: &str) -> rusqlite::Result<GroupId> {
        let key = (account.clone(), Group::folded(name));
        if let Some(id) = self.known_groups.get(&key) {
            return Ok(*id);
        }
        let id = if let Some(group) = read::group_named(self.connection, account, name)? {
            group.id
        } else {
            let id = GroupId(self.clock.uuid());
            self.prepared.groups.push(Group::new(id, account.clone(), name));
            id
        };
        self.known_groups.insert(key, id);
        Ok(id)
    }
}

/// A contact as it stands, with what is prepared for it.
pub(in crate::store) fn image(connection: &Connection, id: ContactId) -> rusqlite::Result<Option<Contact>> {
    let prepared: Option<String> = connection
        .prepare_cached("SELECT document FROM temp.prepared WHERE id = ?")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    match prepared {
        Some(document) => serde_json::from_str(&document).map(Some).map_err(unreadable),
        None => read::contact(connection, id),
    }
}
