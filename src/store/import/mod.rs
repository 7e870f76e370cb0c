//! Importing, in three steps, so that a large file keeps nobody waiting for the book:
//!
//! 1. **stage**: the files are read into temporary tables; no lock at all.
//! 2. **prepare**: each record is compared with the book in a snapshot, and all that would be written is put down ready in
//!    temporary tables; others go on writing. A dry run ends here, so that it says what an import does.
//! 3. **apply**: one short transaction takes it over as one change, unless somebody else has written since: then it is
//!    prepared anew.
//!
//! Within the account that it is for, a contact is known by its UID, or else by equal content, and a person of the directory
//! by an e-mail address; what was imported before is remembered by its hash, so that importing a file again brings no twins
//! even when the user has edited the contacts since. Whom another account has just so comes in only where the account was
//! asked for: the export of a whole book changes nothing in it.

mod apply;
mod elsewhere;
mod likeness;
mod prepare;
mod stage;

pub(super) use prepare::image;

use std::{ops::ControlFlow, sync::Arc};

use crate::{
    book::{
        Failure, ImportOptions, ImportReport, Origin, Progress, Stage,
        incoming::{Fault, Incoming},
    },
    store::{Book, accounts, backup, intake::Arrivals, read, write::Stop},
};

/// What a panic of a reader left behind goes too.
const CLEAR: &str = "DROP TABLE IF EXISTS temp.staged; DROP TABLE IF EXISTS temp.staged_alias;
    DROP TABLE IF EXISTS temp.staged_member; DROP TABLE IF EXISTS temp.staged_photo;
    DROP TABLE IF EXISTS temp.prepared; DROP TABLE IF EXISTS temp.prepared_member;
    DROP TABLE IF EXISTS temp.prepared_record; DROP TABLE IF EXISTS temp.prepared_source;
    DROP TABLE IF EXISTS temp.content";

/// So often it is prepared without keeping others from writing; then it is prepared while nobody writes.
const PATIENCE: usize = 3;

/// Is told how far the work has come, and may end it: nothing is written then. Asked a last time before the first write.
pub type Watcher<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// A watcher that lets everything happen.
pub fn unwatched(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells a watcher; the work ends when it says so.
fn tell(watcher: &mut Watcher<'_>, progress: Progress) -> Result<(), Stop> {
    match watcher(progress) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Failure::Refused("it was stopped; the book is as it was".to_owned()).into()),
    }
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
        let items = items.map(|item| (Arc::clone(&file), item));
        self.import_from(name, Arrivals::unmeasured(items), options, &mut unwatched)
    }

    /// Imports records of several files as one change called after `name`.
    pub(super) fn import_from(
        &mut self,
        name: &str,
        arrivals: Arrivals<'_>,
        options: &ImportOptions,
        watcher: &mut Watcher<'_>,
    ) -> Result<ImportReport, Failure> {
        let imported = self.try_import(name, arrivals, options, watcher).map_err(|stop| self.stopped(stop));
        let cleared = self.connection.execute_batch(CLEAR);
        let report = imported?;
        cleared.map_err(|e| self.failure(&e))?;
        Ok(report)
    }

    fn try_import(
        &mut self,
        name: &str,
        arrivals: Arrivals<'_>,
        options: &ImportOptions,
        watcher: &mut Watcher<'_>,
    ) -> Result<ImportReport, Stop> {
        let (count, faults) = stage::stage(&self.connection, arrivals, options, watcher)?;
        if count == 0 {
            return Ok(ImportReport { faults, ..ImportReport::default() });
        }
        let mut is_backed_up = self.is_scratch() || self.total()? == 0;
        for attempt in 1.. {
            let snapshot = self.connection.unchecked_transaction()?;
            let version = read::data_version(&snapshot)?;
            accounts::check(&snapshot, &options.account)?;
            let mut prepared = prepare::prepare(&snapshot, &*self.clock, options, watcher)?;
            snapshot.commit()?;
            if options.dry_run {
                return Ok(ImportReport { faults, ..prepared.report });
            }
            if !is_backed_up && prepared.records >= backup::LARGE {
                backup::make(&self.connection, &self.path, self.clock.now())?;
                is_backed_up = true;
            }
            tell(watcher, Progress { stage: Stage::Writing, done: count, percent: None })?;
            let mut outdated = false;
            let clock = Arc::clone(&self.clock);
            let written = self.write(Origin::Import, |w| {
                outdated = read::data_version(&w.transaction)? != version;
                if outdated && attempt >= PATIENCE {
                    // Others write all the time: they wait for once.
                    prepared = prepare::prepare(&w.transaction, &*clock, options, &mut unwatched)?;
                    outdated = false;
                } else if outdated {
                    return Err(Failure::Refused("somebody else has written".to_owned()).into());
                }
                accounts::check(&w.transaction, &options.account)?;
                apply::apply(w, &prepared)?;
                Ok(title(name, &prepared.report, options))
            });
            if outdated {
                continue;
            }
            return Ok(ImportReport { faults, delta: written?.delta, ..prepared.report });
        }
        unreachable!("the last attempt prepares while nobody else writes")
    }
}

/// What the history calls it.
fn title(name: &str, report: &ImportReport, options: &ImportOptions) -> String {
    let restored = if options.restore { report.in_trash.len() } else { 0 };
    let contacts = report.new.len() + report.changed.len() + restored;
    format!("Imported {contacts} {} from {name}", if contacts == 1 { "contact" } else { "contacts" })
}

/// A UID as it is compared: MEMBER speaks of `urn:uuid:X` where UID may say `X` (RFC 6350 section 6.6.5).
fn bare_uid(uid: &str) -> &str {
    uid.trim().strip_prefix("urn:uuid:").unwrap_or(uid.trim())
}
