//! One transaction: records are written as they are decided, each with its journal row, and all of it or none stays.

use std::collections::HashSet;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::Serialize;
use uuid::Uuid;

use crate::book::{
    AccountId, ChangeId, Committed, ContactId, Failure, GroupId, Origin, Timestamp, change::Kind, port::Clock,
};

use super::{Book, error, failpoint::failpoint, journal::origin_name, schema, sync::unsent};

/// The name of the account that has no server.
const LOCAL: &str = "local";

/// What a change is to those before it.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// A change of its own; the changes that could be done again are dropped if a person made it.
    Own,
    /// Takes back the change with this sequence number.
    Undo(i64),
    /// Does it again.
    Redo(i64),
    /// Erases for good, which nothing can take back.
    Erase,
}

/// A change under way.
pub(super) struct Writing<'book> {
    pub transaction: Transaction<'book>,
    pub at: Timestamp,
    id: ChangeId,
    /// This change's sequence number.
    pub seq: i64,
    /// How many records are in the journal.
    pub position: i64,
    origin: Origin,
    /// The records that were written.
    pub touched: Vec<Uuid>,
    pub step: Step,
    /// The document that was stored last. Of thousands of records each would else ask for memory of its own.
    pub document: String,
    /// Fields left as they are: `Ada Lovelace: Title`.
    pub kept: Vec<String>,
    /// Set when something is written that is no record: it is committed even if no record changes.
    pub beside_the_journal: bool,
    /// Records of accounts of a server that were written: whether the account has them as they are is to be seen.
    to_look_at: Vec<(Kind, Uuid)>,
    /// Records that came from their account just now, as they are there.
    agreeing: HashSet<Uuid>,
    clock: &'book dyn Clock,
}

/// Anything that ends a change before its commit.
pub(super) enum Stop {
    /// The rules, or another program's edit.
    Failure(Failure),
    /// The file.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// A stored document that does not read as what it should be.
pub(super) fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}

/// A record as it is stored; most take less than this has room for.
pub(super) fn json<T: Serialize>(record: &T) -> rusqlite::Result<String> {
    let mut text = String::with_capacity(1000);
    write_json(&mut text, record)?;
    Ok(text)
}

/// The same in the place of another text, whose memory it takes over.
pub(super) fn write_json<T: Serialize>(text: &mut String, record: &T) -> rusqlite::Result<()> {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.clear();
    serde_json::to_writer(&mut bytes, record).map_err(unreadable)?;
    *text = String::from_utf8(bytes).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(())
}

impl Book {
    /// Runs `work` in one transaction and commits it as one change with the title that it returns.
    pub(super) fn write(
        &mut self,
        origin: Origin,
        work: impl FnOnce(&mut Writing<'_>) -> Result<String, Stop>,
    ) -> Result<Committed, Failure> {
        match self.try_write(origin, work) {
            Ok(done) => self.committed(done),
            Err(stop) => Err(self.stopped(stop)),
        }
    }

    /// The same where nobody here shows rows: what changed is in the delta of the next write or look.
    pub(super) fn write_unshown(
        &mut self,
        origin: Origin,
        work: impl FnOnce(&mut Writing<'_>) -> Result<String, Stop>,
    ) -> Result<(), Failure> {
        self.try_write(origin, work).map_err(|stop| self.stopped(stop))?;
        failpoint("after-commit");
        self.bell.ring();
        Ok(())
    }

    pub(super) fn stopped(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Failure(failure) => failure,
            Stop::Sqlite(error) => self.failure(&error),
        }
    }

    fn try_write(
        &mut self,
        origin: Origin,
        work: impl FnOnce(&mut Writing<'_>) -> Result<String, Stop>,
    ) -> Result<Done, Stop> {
        let transaction = begin(&mut self.connection)?;
        let mut writing = Writing::begin(transaction, &*self.clock, origin)?;
        let title = work(&mut writing)?;
        failpoint("before-commit");
        writing.finish(title)
    }

    fn committed(&mut self, done: Done) -> Result<Committed, Failure> {
        failpoint("after-commit");
        self.bell.ring();
        let unread = |error| Failure::Storage(format!("the change was saved, but: {}", error::reason(&error)));
        let delta = self.delta().map_err(unread)?;
        Ok(Committed { change: done.change, title: done.title, kept: done.kept, touched: done.touched, delta })
    }
}

/// A transaction that may write: nobody else writes meanwhile, and the tables are those that we know.
pub(super) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, Stop> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = schema::version(&transaction)?;
    if found == schema::current() {
        return Ok(transaction);
    }
    let sentence = format!(
        "another callbook has changed the book's schema to {found}, this one knows {}; nothing was saved, \
         update this callbook",
        schema::current()
    );
    Err(Failure::Storage(sentence).into())
}

/// A change that is on the disk.
struct Done {
    change: Option<ChangeId>,
    title: String,
    kept: Vec<String>,
    touched: Vec<Uuid>,
}

impl<'book> Writing<'book> {
    fn begin(transaction: Transaction<'book>, clock: &'book dyn Clock, origin: Origin) -> rusqlite::Result<Self> {
        let (id, at) = (ChangeId(clock.uuid()), clock.now());
        let origin_name = origin_name(origin);
        transaction
            .prepare_cached("INSERT INTO change (id, at, origin, title, state) VALUES (?, ?, ?, '', 'done')")?
            .execute(params![id.0.as_bytes(), at.0, origin_name])?;
        let seq = transaction.last_insert_rowid();
        Ok(Self {
            transaction,
            at,
            id,
            seq,
            position: 0,
            origin,
            touched: Vec::new(),
            step: Step::Own,
            document: String::new(),
            kept: Vec::new(),
            beside_the_journal: false,
            to_look_at: Vec::new(),
            agreeing: HashSet::new(),
            clock,
        })
    }

    fn finish(mut self, title: String) -> Result<Done, Stop> {
        let mut seen = HashSet::with_capacity(self.to_look_at.len());
        for (kind, id) in std::mem::take(&mut self.to_look_at) {
            if seen.insert(id) {
                unsent::look(&self.transaction, kind, id, &self.agreeing)?;
            }
        }
        if self.position == 0 && matches!(self.step, Step::Own | Step::Erase) {
            if self.beside_the_journal {
                self.transaction.execute("DELETE FROM change WHERE seq = ?", [self.seq])?;
                self.transaction.commit()?;
            } else {
                self.transaction.rollback()?;
            }
            return Ok(Done { change: None, title, kept: self.kept, touched: Vec::new() });
        }
        let tx = &self.transaction;
        let state = match self.step {
            Step::Own if matches!(self.origin, Origin::User | Origin::Import) => {
                tx.execute("UPDATE change SET state = 'dropped' WHERE state = 'undone'", [])?;
                "done"
            }
            Step::Own => "aside",
            Step::Erase => "erased",
            Step::Undo(seq) => {
                tx.execute("UPDATE change SET state = 'undone' WHERE seq = ?", [seq])?;
                "step"
            }
            Step::Redo(seq) => {
                tx.execute("UPDATE change SET state = 'done' WHERE seq = ?", [seq])?;
                "step"
            }
        };
        tx.execute("UPDATE change SET title = ?, state = ? WHERE seq = ?", params![title, state, self.seq])?;
        self.transaction.commit()?;
        Ok(Done { change: Some(self.id), title, kept: self.kept, touched: self.touched })
    }

    /// A fresh group id.
    pub fn group_id(&self) -> GroupId {
        GroupId(self.clock.uuid())
    }

    /// A fresh contact id.
    pub fn contact_id(&self) -> ContactId {
        ContactId(self.clock.uuid())
    }

    /// Before the commit it is looked at whether the account of a record that is written now has it as it is.
    pub fn look_at(&mut self, account: &AccountId, kind: Kind, id: Uuid) {
        if account.0 != LOCAL {
            self.look_anew(kind, id);
        }
    }

    /// The same, of a record that is known to be of an account with a server.
    pub fn look_anew(&mut self, kind: Kind, id: Uuid) {
        self.agreeing.remove(&id);
        self.to_look_at.push((kind, id));
    }

    /// A record that never was here before has come from its account and is as it is there: no look at it is needed, unless
    /// it is written once more.
    pub fn agrees(&mut self, id: Uuid) {
        self.agreeing.insert(id);
    }
}

pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "contact",
        Kind::Group => "group",
    }
}
