//! What happened: the only way in which the outside reaches the state.

use std::{collections::HashMap, sync::Arc};

use super::{Exported, Ground, Kept, Key, Listing, Mouse, RequestId, Settings, TextBack};
use crate::{
    book::{
        Committed, Contact, ContactId, Delta, Failure, GroupRow, HistoryEntry, ImportReport, PersonRef, Progress, Row,
        Tally, port::Matches,
    },
    search::{Index, Vocabulary},
};

/// A book has opened; enough of it for the first frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// What the header calls the book: empty for the user's own, else a path; `demo book` for the demo.
    pub label: String,
    /// Whether it is the throwaway book of the demo.
    pub demo: bool,
    /// The first rows in list order, at least as many as a screen shows, the trash excluded.
    pub rows: Vec<Row>,
    /// All groups with their counts.
    pub groups: Vec<GroupRow>,
    /// A form that was being typed when the terminal was closed.
    pub kept: Option<Kept>,
    /// How many contacts are not in the trash.
    pub total: usize,
    /// How many contacts there are of each special kind.
    pub tally: Tally,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    KeyPressed(Key),
    /// Text was pasted (bracketed paste).
    Pasted(String),
    /// The terminal has another size.
    Resized {
        /// Columns.
        width: u16,
        /// Lines.
        height: u16,
    },
    /// The mouse did something.
    Pointed(Mouse),
    /// The terminal said what its ground is.
    GroundSeen(Ground),
    /// A book has opened: the first one without a request, the demo as the answer to `Effect::OpenDemo`.
    BookOpened {
        /// The request it answers.
        request: Option<RequestId>,
        /// The book.
        opening: Opening,
    },
    /// The answer to `Effect::LoadRows`: every row in list order, the trash included.
    RowsLoaded {
        /// The request it answers.
        request: RequestId,
        /// The rows.
        rows: Vec<Row>,
        /// The index of these rows, made where making it keeps nobody waiting.
        index: Arc<Index>,
    },
    /// The book differs: another window changed it, or an import did.
    BookChanged(Delta),
    /// The answer to `Effect::Perform`.
    Committed {
        /// The request it answers.
        request: RequestId,
        /// What is on the disk now, or why nothing is.
        result: Result<Committed, Failure>,
    },
    /// The answer to `Effect::LoadContact`.
    ContactLoaded {
        /// The request it answers.
        request: RequestId,
        /// The contact; `None` when it does not exist any more.
        result: Result<Option<Box<Contact>>, Failure>,
    },
    /// The answer to `Effect::LoadWords`.
    WordsLoaded {
        /// The request it answers.
        request: RequestId,
        /// The words of the book.
        vocabulary: Arc<Vocabulary>,
    },
    /// The answer to `Effect::CheckNumber`.
    NumberChecked {
        /// The request it answers.
        request: RequestId,
        /// Why it is doubtful, in a sentence.
        doubt: Option<String>,
    },
    /// The answer to `Effect::LoadHistory`.
    HistoryLoaded {
        /// The request it answers.
        request: RequestId,
        /// The changes, newest first.
        result: Result<Vec<HistoryEntry>, Failure>,
    },
    /// The answer to `Effect::LoadContacts`.
    ContactsLoaded {
        /// The request it answers.
        request: RequestId,
        /// Those that still exist, in the order asked for.
        result: Result<Vec<Contact>, Failure>,
    },
    /// The answer to `Effect::Open`.
    Opened {
        /// The request it answers.
        request: RequestId,
        /// Nothing, or in a sentence why nothing was opened.
        result: Result<(), String>,
    },
    /// The answer to `Effect::Sort`.
    Sorted {
        /// The request it answers.
        request: RequestId,
        /// Every contact in the order asked for, the trash included.
        ids: Vec<ContactId>,
    },
    /// The answer to `Effect::Filter`.
    Filtered {
        /// The request it answers.
        request: RequestId,
        /// The contacts that match, best first, the trash included.
        hits: Vec<ContactId>,
    },
    /// The answer to `Effect::ListDirectory`.
    Listed {
        /// The request it answers.
        request: RequestId,
        /// What the directory holds.
        listing: Listing,
    },
    /// How far an import or an export has come. One that is soon done says nothing.
    Progressed {
        /// Its request.
        request: RequestId,
        /// How far.
        progress: Progress,
    },
    /// An import or an export was stopped; nothing was written.
    TransferStopped {
        /// Its request.
        request: RequestId,
    },
    /// The answer to `Effect::Export`.
    Exported {
        /// The request it answers.
        request: RequestId,
        /// What became of the file.
        exported: Exported,
    },
    /// The answer to `Effect::SearchPeople`.
    PeopleFound {
        /// The request it answers.
        request: RequestId,
        /// Who matches.
        matches: Matches,
        /// Which of them are contacts already.
        contacts: HashMap<PersonRef, ContactId>,
    },
    /// The answer to `Effect::Import`; the rows that differ come before it in a `BookChanged`.
    Imported {
        /// The request it answers.
        request: RequestId,
        /// What was imported.
        result: Result<ImportReport, Failure>,
    },
    /// The answer to `Effect::EditText`.
    TextEdited {
        /// The request it answers.
        request: RequestId,
        /// What the editor made of it, or why there is nothing, in a sentence that names the file if one is left.
        result: Result<TextBack, String>,
    },
    /// The file of settings differs: the settings in it, or all that is wrong with them, a sentence each.
    Configured(Result<Box<Settings>, Vec<String>>),
    /// A request ended without its answer: its task failed or panicked.
    TaskFailed {
        /// The request that ended.
        request: RequestId,
        /// What is safe and what to do, in a sentence.
        message: String,
    },
    /// Something went wrong that nobody asked for: the book cannot be watched, its daily check found damage.
    Alarmed(String),
    /// The terminal hung up or the program was asked to end (SIGHUP, SIGTERM).
    QuitRequested,
}
