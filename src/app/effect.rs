//! What the world shall do, as plain data. Each request ends in exactly one event that carries its id.

use std::{path::PathBuf, sync::Arc};

use super::{Link, RequestId};
use crate::{
    book::{AccountId, Command, Contact, ContactId, Draft, GroupRow, ImportOptions, Order, RecordId, Ruling, Twins},
    exchange::ExportFormat,
    search::{Index, Scope},
};

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open the throwaway book of the demo instead of the present one. Ends in `BookOpened`.
    OpenDemo {
        /// Its id.
        request: RequestId,
    },
    /// Read every row, the trash included. Ends in `RowsLoaded`.
    LoadRows {
        /// Its id.
        request: RequestId,
    },
    /// Read one contact. Ends in `ContactLoaded`.
    LoadContact {
        /// Its id.
        request: RequestId,
        /// The contact.
        id: ContactId,
    },
    /// Read what happened to a contact, newest first. Ends in `HistoryLoaded`.
    LoadHistory {
        /// Its id.
        request: RequestId,
        /// The contact.
        id: ContactId,
        /// So many changes at most.
        limit: usize,
    },
    /// Read contacts. Ends in `ContactsLoaded`.
    LoadContacts {
        /// Its id.
        request: RequestId,
        /// The contacts.
        ids: Vec<ContactId>,
    },
    /// Hand a link to a program. Ends in `Opened`, once the program has ended.
    Open {
        /// Its id.
        request: RequestId,
        /// The link.
        link: Link,
    },
    /// Give a text to the terminal's clipboard, which answers nothing.
    Copy {
        /// The text, without control characters but line ends.
        text: String,
    },
    /// Put every contact in another order than that by name. Ends in `Sorted`.
    Sort {
        /// Its id.
        request: RequestId,
        /// The order.
        order: Order,
    },
    /// Find what matches a query. Ends in `Filtered`; a newer one supersedes an older one.
    Filter {
        /// Its id.
        request: RequestId,
        /// The query as typed, not empty.
        query: String,
        /// Everybody, or the trash.
        scope: Scope,
        /// Where to look.
        index: Arc<Index>,
        /// The groups, for queries that name one.
        groups: Arc<Vec<GroupRow>>,
    },
    /// Read the words that the book holds, for completing what is typed. Ends in `WordsLoaded`.
    LoadWords {
        /// Its id.
        request: RequestId,
    },
    /// Hold a phone number against the numbering plans, reading which takes a while. Ends in `NumberChecked`.
    CheckNumber {
        /// Its id.
        request: RequestId,
        /// The number as typed.
        number: String,
        /// The country of numbers without a country code.
        region: Option<String>,
    },
    /// Change the book. Ends in `Committed`. Changes are carried out in the order in which they were asked for, and
    /// those under way are finished before the program ends.
    Perform {
        /// Its id.
        request: RequestId,
        /// What to do.
        command: Command,
    },
    /// Find people of the directory. Ends in `PeopleFound`; a newer one supersedes an older one.
    SearchPeople {
        /// Its id.
        request: RequestId,
        /// The query as typed; everybody where it is empty.
        query: String,
        /// The Webex account whose people are meant: those known here first, then those of the service, `PeopleSeen`
        /// after each place. The service is asked once typing pauses. `None` for the directory that was imported.
        account: Option<AccountId>,
    },
    /// Sync every account that is signed in, now. Ends in `Answered`; how far it is comes by `SyncProgressed`.
    SyncNow {
        /// Its id.
        request: RequestId,
    },
    /// Sync the accounts that nobody has looked at for a while: the user has come back. Says nothing by itself.
    LookAgain,
    /// Stop every sync under way, also those that nobody asked for; what is being sent is finished. Each ends as it would
    /// have, only sooner.
    CancelSync,
    /// Sign in. `SignInPrompted` says what the person has to do, `SignInAsked` asks; ends in `SignedIn`.
    SignIn {
        /// Its id.
        request: RequestId,
        /// To which account; `None` for one that the book does not have yet.
        account: Option<AccountId>,
    },
    /// Give a sign-in up. That ends in `SignedIn`, unless it has already.
    CancelSignIn {
        /// The id of the sign-in.
        request: RequestId,
    },
    /// What a person says to the question of a sign-in.
    TrustKeyServer {
        /// The sign-in.
        request: RequestId,
        /// Whether the key server is trusted.
        trusted: bool,
    },
    /// Sign out. Ends in `Answered`.
    SignOut {
        /// Its id.
        request: RequestId,
        /// Of which account.
        account: AccountId,
        /// Whether its contacts stay here as a copy, else they and what was not sent are removed from this machine.
        keep: bool,
    },
    /// Send again what waits for its next try, now. Ends in `Answered`.
    RetrySending {
        /// Its id.
        request: RequestId,
        /// One record; `None` for all of them.
        record: Option<RecordId>,
    },
    /// Drop a change that was not sent: the record becomes what both sides agreed on, as a change that can be undone. Ends
    /// in `Answered`.
    DropSending {
        /// Its id.
        request: RequestId,
        /// The record.
        record: RecordId,
    },
    /// Settle a dispute. Ends in `Answered`.
    AnswerConflict {
        /// Its id.
        request: RequestId,
        /// The record.
        record: RecordId,
        /// What shall stand.
        ruling: Ruling,
    },
    /// Say who is who. Ends in `Answered`.
    AnswerTwins {
        /// Its id.
        request: RequestId,
        /// Those who were shown; if they are others by now, nothing is done.
        twins: Box<Twins>,
        /// Whether they are the same, one by one, or different people.
        same: bool,
    },
    /// Carry a stopped plan out. Ends in `Answered`.
    ConfirmBrake {
        /// Its id.
        request: RequestId,
        /// Its account.
        account: AccountId,
        /// The plan that was shown; if it is another one by now, nothing is done and that one is shown.
        digest: String,
    },
    /// Leave a stopped plan alone: nothing of it is done. Ends in `Answered`.
    RefuseBrake {
        /// Its id.
        request: RequestId,
        /// Its account.
        account: AccountId,
        /// The plan that was shown.
        digest: String,
    },
    /// Ask the directories of all accounts for the people who are contacts, now. Ends in `Answered`.
    RefreshDirectory {
        /// Its id.
        request: RequestId,
    },
    /// Read what a directory holds. Ends in `Listed`; a newer one supersedes an older one.
    ListDirectory {
        /// Its id.
        request: RequestId,
        /// The directory; a leading `~` is the home directory.
        directory: PathBuf,
    },
    /// Import files and directories, or only say what that would do. Ends in `Imported` or `TransferStopped`; `Progressed`
    /// says how far it has come.
    Import {
        /// Its id.
        request: RequestId,
        /// The paths; a leading `~` is the home directory.
        paths: Vec<PathBuf>,
        /// How.
        options: ImportOptions,
    },
    /// Write contacts to a file. Ends in `Exported` or `TransferStopped`; `Progressed` says how far it has come.
    Export {
        /// Its id.
        request: RequestId,
        /// Who.
        contacts: Vec<ContactId>,
        /// In which format.
        format: ExportFormat,
        /// The file; a leading `~` is the home directory.
        path: PathBuf,
        /// Whether a file that is there is replaced.
        replace: bool,
    },
    /// Stop an import or an export. That ends in `TransferStopped` unless it is written already.
    StopTransfer {
        /// The id of the import or export.
        request: RequestId,
    },
    /// Open a text in the user's editor, which has the terminal until it ends. Ends in `TextEdited`.
    EditText {
        /// Its id.
        request: RequestId,
        /// The file that it came back in, if it did; else a new one, readable by the user alone.
        file: Option<String>,
        /// The extension of a new file, by which editors know what they show.
        extension: &'static str,
        /// The text.
        text: String,
    },
    /// Keep what was typed into a form beside the book, before the program ends. Nothing comes back: nobody is there.
    KeepTyped {
        /// The contact as the form got it; `None` for a new one.
        before: Option<Box<Contact>>,
        /// What was typed.
        draft: Box<Draft>,
    },
    /// Remove the file of what was typed: it is in the book, in a form, or nothing that anybody wants.
    DropText {
        /// The file.
        file: String,
    },
    /// Give the terminal back to the shell and stop until it has the program go on.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Have the terminal report clicks, or leave the mouse to it.
    CaptureMouse {
        /// Whether it reports them.
        on: bool,
    },
    /// Finish what is under way and end the program.
    Quit,
}

impl Effect {
    /// What the table of actions calls it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenDemo { .. } => "open demo",
            Self::LoadRows { .. } => "load rows",
            Self::LoadContact { .. } => "load contact",
            Self::LoadHistory { .. } => "load history",
            Self::LoadContacts { .. } => "load contacts",
            Self::Open { .. } => "open",
            Self::Copy { .. } => "copy",
            Self::Sort { .. } => "sort",
            Self::Filter { .. } => "filter",
            Self::LoadWords { .. } => "load words",
            Self::CheckNumber { .. } => "check number",
            Self::Perform { .. } => "perform",
            Self::ListDirectory { .. } => "list directory",
            Self::SearchPeople { .. } => "search people",
            Self::SyncNow { .. } => "sync now",
            Self::LookAgain => "look again",
            Self::CancelSync => "cancel sync",
            Self::SignIn { .. } => "sign in",
            Self::CancelSignIn { .. } => "cancel sign-in",
            Self::TrustKeyServer { .. } => "trust key server",
            Self::SignOut { .. } => "sign out",
            Self::RetrySending { .. } => "retry sending",
            Self::DropSending { .. } => "drop sending",
            Self::AnswerConflict { .. } => "answer conflict",
            Self::AnswerTwins { .. } => "answer twins",
            Self::ConfirmBrake { .. } => "confirm brake",
            Self::RefuseBrake { .. } => "refuse brake",
            Self::RefreshDirectory { .. } => "refresh directory",
            Self::Import { .. } => "import",
            Self::Export { .. } => "export",
            Self::StopTransfer { .. } => "stop transfer",
            Self::EditText { .. } => "edit text",
            Self::KeepTyped { .. } => "keep typed",
            Self::DropText { .. } => "drop text",
            Self::Suspend => "suspend",
            Self::Redraw => "redraw",
            Self::CaptureMouse { .. } => "capture mouse",
            Self::Quit => "quit",
        }
    }
}
