//! Requests that were sent out and not answered yet.

use std::{collections::BTreeMap, path::PathBuf};

use super::TextEdit;
use crate::book::{AccountId, Command, ContactId, ImportOptions, Order, RecordId};

/// The name of one request. Its answer carries it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What a request was sent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// The demo book opens.
    OpenDemo,
    /// Every row of the book.
    LoadRows,
    /// One contact, for the details pane.
    LoadContact(ContactId),
    /// What happened to one contact.
    LoadHistory(ContactId),
    /// The contacts marked, to write to them.
    MailToMarked,
    /// A link that was handed to a program.
    Open,
    /// Every contact in another order.
    Sort(Order),
    /// The contacts that match a query.
    Filter,
    /// The people of the directory who match a query.
    SearchPeople,
    /// The contacts that match the query over the members of a group.
    FilterMembers,
    /// The words of the book.
    LoadWords,
    /// Whether a phone number is doubtful.
    CheckNumber(String),
    /// A change of the book.
    Perform(Box<Command>),
    /// A text in the editor.
    EditText(Box<TextEdit>),
    /// Files to import.
    Import {
        /// The files and directories.
        paths: Vec<PathBuf>,
        /// How.
        options: ImportOptions,
    },
    /// Contacts to export; the form waits on the desk.
    Export,
    /// The names of a directory.
    ListDirectory,
    /// A sync that a person asked for.
    SyncNow,
    /// A sign-in; its modal may be gone.
    SignIn,
    /// A sign-out.
    SignOut(AccountId),
    /// What was not sent, to be tried again.
    RetrySending,
    /// A change that was not sent, to be dropped.
    DropSending,
    /// The answer to a dispute.
    Rule(RecordId),
    /// Who is who.
    Twins,
    /// The word on a stopped plan.
    Brake(AccountId),
    /// The people of the directories.
    RefreshDirectory,
}

impl Errand {
    /// Whether a newer errand of the same kind makes this one pointless.
    fn superseded_by(&self, newer: &Self) -> bool {
        matches!(
            (self, newer),
            (Self::LoadRows, Self::LoadRows)
                | (Self::LoadContact(_), Self::LoadContact(_))
                | (Self::LoadHistory(_), Self::LoadHistory(_))
                | (Self::Sort(_), Self::Sort(_))
                | (Self::Filter, Self::Filter)
                | (Self::LoadWords, Self::LoadWords)
                | (Self::ListDirectory, Self::ListDirectory)
                | (Self::SearchPeople, Self::SearchPeople)
                | (Self::FilterMembers, Self::FilterMembers)
        )
    }
}

/// The requests under way, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    last: u64,
    errands: BTreeMap<RequestId, Errand>,
}

impl InFlight {
    /// Records a request before it starts. An older one that it supersedes is forgotten: its answer will be dropped.
    pub fn start(&mut self, errand: Errand) -> RequestId {
        self.errands.retain(|_, older| !older.superseded_by(&errand));
        self.last += 1;
        let request = RequestId(self.last);
        self.errands.insert(request, errand);
        request
    }

    /// Takes the errand that an answer belongs to; `None` when it is unknown or superseded.
    pub fn end(&mut self, request: RequestId) -> Option<Errand> {
        self.errands.remove(&request)
    }

    /// What a request under way was sent for.
    pub fn get(&self, request: RequestId) -> Option<&Errand> {
        self.errands.get(&request)
    }

    /// Forgets all errands for which `pointless` holds.
    pub fn forget(&mut self, pointless: impl Fn(&Errand) -> bool) {
        self.errands.retain(|_, errand| !pointless(errand));
    }

    /// Whether an errand for which `wanted` holds is under way.
    pub fn any(&self, wanted: impl Fn(&Errand) -> bool) -> bool {
        self.errands.values().any(wanted)
    }

    /// The errands under way, oldest first.
    pub fn errands(&self) -> impl Iterator<Item = &Errand> {
        self.errands.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_once_and_only_if_it_was_asked_for() {
        let mut flight = InFlight::default();
        let request = flight.start(Errand::LoadRows);
        assert_eq!(flight.end(RequestId(99)), None);
        assert_eq!(flight.end(request), Some(Errand::LoadRows));
        assert_eq!(flight.end(request), None);
    }

    #[test]
    fn a_newer_filter_supersedes_an_older_one_but_not_a_change() {
        let mut flight = InFlight::default();
        let change = flight.start(Errand::Perform(Box::new(Command::Undo)));
        let old = flight.start(Errand::Filter);
        let new = flight.start(Errand::Filter);
        flight.start(Errand::Perform(Box::new(Command::Undo)));
        assert_eq!(flight.end(old), None);
        assert_eq!(flight.end(new), Some(Errand::Filter));
        assert!(flight.end(change).is_some());
    }
}
