//! Taking over what a plan says of this book: one change of origin Sync, with the links in the same transaction.
//!
//! A plan is made while people go on working. What they have changed since its input was read is left alone; the next
//! plan sees it.

mod contacts;
mod groups;
mod links;

use std::collections::{HashMap, HashSet};

use rusqlite::params;
use uuid::Uuid;

use crate::{
    book::{AccountId, Failure, GroupId, Origin},
    plan::{Here, Plan, Planned, Remote, RemoteContact, RemoteGroup, ServerId, Step, StepId},
    store::{
        Book, accounts, backup,
        failpoint::failpoint,
        journal::place,
        write::{Stop, Writing},
    },
};

use super::{link::Hash, read::Seen, state};

pub(super) use contacts::put_on;

/// What a pull may keep of the file in memory, in KiB: a first one writes a whole book, and what does not fit is written
/// and read several times.
const ROOM: i64 = 32 * 1024;
/// What SQLite takes by itself.
const USUAL_ROOM: i64 = 2000;

/// A plan to be taken over.
#[derive(Clone, Copy)]
pub struct Pulled<'a> {
    /// The answer of the server that the plan was made of.
    pub remote: &'a Remote,
    /// The hashes of its raw records.
    pub raw: &'a HashMap<ServerId, Hash>,
    /// The hash of the whole answer; once it is stored, the same answer needs no look. Given with the last part of a plan
    /// that left nothing open.
    pub list: Option<Hash>,
    /// The plan.
    pub plan: &'a Plan,
    /// The steps of it that may be done now, in its order; those on the server are passed over.
    pub steps: &'a [&'a Planned],
    /// When the input of the plan was read.
    pub seen: Seen,
}

/// What was taken over.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Steps that were not done, because the book was changed since, or because they need one that was not done. The
    /// next plan says anew what to do.
    pub skipped: HashSet<StepId>,
}

impl Book {
    /// Takes over the steps of a plan that concern this book and its links: contacts and groups come, change, go to the
    /// trash and come back, links and conflicts follow; one change, in the history and not in the way of undo. The local
    /// part of a contact stays as it is. Before many records of the account are written there is a backup, but where there are
    /// none yet.
    ///
    /// # Errors
    /// Nothing was taken over.
    pub fn apply_pull(&mut self, account: &AccountId, pulled: &Pulled<'_>) -> Result<Applied, Failure> {
        let records = pulled.steps.iter().filter(|planned| matches!(planned.step, Step::Here(_))).count();
        if records >= backup::LARGE && !self.is_scratch() && self.has_contacts(account)? {
            self.back_up()?;
        }
        self.set_room(ROOM)?;
        let applied = self.take_over(account, pulled);
        self.set_room(USUAL_ROOM)?;
        applied
    }

    fn has_contacts(&self, account: &AccountId) -> Result<bool, Failure> {
        self.connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM contact WHERE account = ? AND account <> 'local')")
            .and_then(|mut statement| statement.query_row([&account.0], |row| row.get(0)))
            .map_err(|e| self.failure(&e))
    }

    fn set_room(&self, kibibytes: i64) -> Result<(), Failure> {
        let set = self.connection.pragma_update(None, "cache_size", -kibibytes);
        let set = set.and_then(|()| self.connection.execute_batch("PRAGMA shrink_memory"));
        set.map_err(|e| self.failure(&e))
    }

    fn take_over(&mut self, account: &AccountId, pulled: &Pulled<'_>) -> Result<Applied, Failure> {
        let mut skipped = HashSet::new();
        self.write_unshown(Origin::Sync, |w| {
            w.beside_the_journal = true;
            accounts::check(&w.transaction, account)?;
            let mut pull = Pull::new(w, account, pulled);
            for planned in pulled.steps {
                pull.step(planned)?;
            }
            pull.conflicts()?;
            pull.raw_hashes()?;
            pull.sendings()?;
            let (tally, left) = (pull.tally, pull.skipped);
            skipped = left;
            let mut state = state::read(&w.transaction, account)?;
            state.pulled = Some(w.at);
            state.list = pulled.list.filter(|_| skipped.is_empty());
            state::put(&w.transaction, account, &state)?;
            failpoint("pull-applied");
            Ok(tally.title(account))
        })?;
        Ok(Applied { skipped })
    }
}

/// How many records came, changed and went.
#[derive(Clone, Copy, Default)]
struct Tally {
    new: usize,
    changed: usize,
    gone: usize,
}

impl Tally {
    fn title(self, account: &AccountId) -> String {
        let parts = [(self.new, "new"), (self.changed, "changed"), (self.gone, "gone")];
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if parts.is_empty() { format!("Synced {account}") } else { format!("Synced {account}: {}", parts.join(", ")) }
    }
}

pub(super) struct Pull<'p, 'w, 'book> {
    pub w: &'w mut Writing<'book>,
    pub account: &'p AccountId,
    pub pulled: &'p Pulled<'p>,
    pub contacts: HashMap<&'p ServerId, &'p RemoteContact>,
    groups: HashMap<&'p ServerId, &'p RemoteGroup>,
    /// The groups that images have named so far, by their ids there.
    linked_groups: HashMap<ServerId, GroupId>,
    /// Which records were linked by this pull.
    pub linked: HashSet<Uuid>,
    skipped: HashSet<StepId>,
    tally: Tally,
}

impl<'p, 'w, 'book> Pull<'p, 'w, 'book> {
    fn new(w: &'w mut Writing<'book>, account: &'p AccountId, pulled: &'p Pulled<'p>) -> Self {
        Self {
            w,
            account,
            pulled,
            contacts: pulled.remote.contacts.iter().map(|contact| (&contact.server, contact)).collect(),
            groups: pulled.remote.groups.iter().map(|group| (&group.server, group)).collect(),
            linked_groups: HashMap::new(),
            linked: HashSet::new(),
            skipped: HashSet::new(),
            tally: Tally::default(),
        }
    }

    fn step(&mut self, planned: &Planned) -> Result<(), Stop> {
        let possible = !planned.needs.iter().any(|need| self.skipped.contains(need));
        let done = possible
            && match &planned.step {
                Step::Note(note) => self.note(note)?,
                Step::Here(here) => self.here(here)?,
                Step::There(_) => true,
            };
        if !done {
            self.skipped.insert(planned.id.clone());
        }
        Ok(())
    }

    /// Whether it could be done.
    fn here(&mut self, here: &Here) -> Result<bool, Stop> {
        match here {
            Here::CreateContact { contact, server, image, theirs, .. } => {
                self.create_contact(*contact, server, image, theirs)
            }
            Here::UpdateContact { contact, image, theirs } => self.update_contact(*contact, image, theirs),
            Here::RestoreContact { contact, server, image, theirs } => {
                self.restore_contact(*contact, server, image, theirs)
            }
            Here::TrashContact { contact } => self.trash_contact(*contact),
            Here::CreateGroup { group, server, image } => self.create_group(*group, server, image),
            Here::UpdateGroup { group, image, theirs } => self.update_group(*group, image, theirs),
            Here::DeleteGroup { group } => self.delete_group(*group),
        }
    }

    /// Whether a person has changed a record since the plan was made.
    fn is_touched(&self, id: Uuid) -> rusqlite::Result<bool> {
        self.w
            .transaction
            .prepare_cached(TOUCHED)?
            .query_row(params![id, place(self.pulled.seen.0 + 1, 0)], |row| row.get(0))
    }
}

const TOUCHED: &str = "SELECT EXISTS (SELECT 1 FROM change_record JOIN change ON seq = change_record.change
    WHERE change_record.id = ? AND change_record.row >= ? AND origin IN ('user', 'import'))";
