//! What happened: the only way in which the outside reaches the state.

use std::{collections::HashMap, sync::Arc};

use super::{Exported, Ground, Kept, Key, Listing, Mouse, RequestId, Settings, TextBack};
use crate::{
    book::{
        AccountId, AccountStatus, BrakedPlan, Committed, Contact, ContactId, Delta, Dispute, Failure, GroupRow,
        HeldBack, HistoryEntry, ImportReport, PersonRef, Progress, QueueEntry, Row, SignInPrompt, Tally, Twins, Unread,
        port::Matches,
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
    /// The Webex accounts of the book, as they stood when it was last open.
    pub accounts: Vec<AccountStatus>,
    /// A form that was being typed when the terminal was closed.
    pub kept: Option<Kept>,
    /// How many contacts are not in the trash.
    pub total: usize,
    /// How many contacts there are of each special kind.
    pub tally: Tally,
}

/// How a sign-in has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInEnd {
    /// It is done; in a sentence who is signed in where. The account itself came before, in `Event::Accounts`.
    Done(String),
    /// A sentence that says why not.
    Failed(String),
    /// It was cancelled.
    Cancelled,
}

/// How a request about an account has ended, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is done.
    Done(String),
    /// It is done, and one undo takes it back.
    Undoable(String),
    /// There was nothing to do, or it was stopped: nothing differs.
    Nothing(String),
    /// It could not be done; what is safe and what to do.
    Failed(String),
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
    /// The terminal has the user's attention again.
    Focused,
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
    /// Who was found so far, while further places are looked into: those found before, and after them those found since.
    PeopleSeen {
        /// Its request.
        request: RequestId,
        /// Who matches so far.
        matches: Matches,
        /// Which of them are contacts already.
        contacts: HashMap<PersonRef, ContactId>,
    },
    /// The answer to `Effect::SearchPeople`.
    PeopleFound {
        /// The request it answers.
        request: RequestId,
        /// Who matches.
        matches: Matches,
        /// Which of them are contacts already.
        contacts: HashMap<PersonRef, ContactId>,
        /// Where nobody could be looked for, and why, in one line that begins with what matters: a right is missing, the
        /// service cannot be reached.
        remark: Option<String>,
    },
    /// Which Webex accounts the book has and how it stands with them, whenever that differs.
    Accounts(Vec<AccountStatus>),
    /// How far the sync of an account has come.
    SyncProgressed {
        /// The account.
        account: AccountId,
        /// So many records are done.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// What an account has not got yet, all of it, whenever that differs.
    Queue {
        /// The account.
        account: AccountId,
        /// What it has not got yet, the oldest first.
        entries: Vec<QueueEntry>,
    },
    /// The records that wait for a person's answer, all of them, whenever they differ.
    Disputes(Vec<Dispute>),
    /// Contacts here and there of which a person has to say who is who, all of them, whenever they differ.
    Twins(Vec<Twins>),
    /// What waits for something else than a sync or a person, all of it, whenever that differs.
    HeldBack(Vec<HeldBack>),
    /// The contacts of which something cannot be read in their account, all of them, whenever they differ.
    Unread(Vec<Unread>),
    /// The plans that were stopped and wait for a person's word, all of them, whenever they differ.
    Braked(Vec<BrakedPlan>),
    /// What a person has to do to sign in.
    SignInPrompted {
        /// Its request.
        request: RequestId,
        /// Where, and with which code.
        prompt: SignInPrompt,
    },
    /// The keys of whoever signs in are kept by a server of no known domain: a person says whether it is trusted.
    SignInAsked {
        /// Its request.
        request: RequestId,
        /// The host of the key server, which is proven.
        host: String,
    },
    /// The answer to `Effect::SignIn`.
    SignedIn {
        /// The request it answers.
        request: RequestId,
        /// How it ended.
        end: SignInEnd,
    },
    /// The answer to the other requests about accounts: `SyncNow`, `SignOut`, `RetrySending`, `DropSending`,
    /// `AnswerConflict`, `AnswerTwins`, `ConfirmBrake`, `RefuseBrake` and `RefreshDirectory`. What differs in the book, in the queue or
    /// in the state of an account comes before it, in the event for that.
    Answered {
        /// The request it answers.
        request: RequestId,
        /// How it ended.
        answer: Answered,
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
