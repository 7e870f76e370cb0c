//! What a user can want, by what it concerns.

/// What concerns the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// Leave.
    Quit,
    /// Leave from anywhere.
    Leave,
    /// Show the keys.
    Help,
    /// Show every command.
    Palette,
    /// Take back the latest change.
    Undo,
    /// Do it again.
    Redo,
    /// Import files.
    Import,
    /// Export contacts to a file.
    Export,
    /// Open the demo book.
    Demo,
    /// Close what is on top.
    Close,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Show what happened so far.
    Log,
    /// Look like the next theme.
    NextTheme,
    /// Take the mouse, or leave it to the terminal.
    Mouse,
}

/// Movements within and between panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first line.
    First,
    /// To the last line.
    Last,
    /// To the pane on the left.
    Left,
    /// To the pane on the right.
    Right,
    /// Into what is selected: to the pane that shows it.
    Into,
    /// To the next pane, round about.
    NextPane,
    /// To the previous pane, round about.
    PreviousPane,
}

/// What is done to contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnContacts {
    /// A new one.
    Create,
    /// Edit the selected one.
    Edit,
    /// Edit it as text in the user's editor.
    EditText,
    /// The same, as what the settings do not say.
    EditOther,
    /// A new one, as text.
    CreateText,
    /// Delete the marked ones, else the selected one.
    Delete,
    /// Make one of a person of the directory.
    AddPerson,
    /// Bring them back from the trash.
    Restore,
    /// They become favourites, or are none any more.
    Favour,
    /// Choose their groups.
    Groups,
    /// The list in the next order.
    Sort,
}

/// What is done with a value: the selected one of the details, else the main one of the selected contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnValue {
    /// What it is for: call, write to, open.
    Act,
    /// Copy it.
    Copy,
    /// Call a number or a SIP address.
    Call,
    /// Write to an e-mail address.
    Mail,
    /// Open a web page.
    Open,
    /// Show a number, else the contact, as a QR code.
    Qr,
}

/// What is done to groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnGroups {
    /// A new one.
    Create,
    /// Rename the selected one.
    Edit,
    /// Delete the selected one.
    Delete,
}

/// What is done to the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnFilter {
    /// Type a query.
    Start,
    /// Keep it and go to the list.
    Keep,
    /// Show everything again.
    Clear,
}

/// What is done in forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnForm {
    /// To the next field.
    Next,
    /// To the previous field.
    Previous,
    /// To the field below.
    Down,
    /// To the field above.
    Up,
    /// Save and close.
    Save,
    /// Save and close, also from the notes.
    SaveAnyway,
    /// Show the words to choose from.
    Words,
    /// Take the word chosen.
    TakeWord,
    /// The next word of the list.
    NextWord,
    /// The previous word of the list.
    PreviousWord,
    /// Close the list of words.
    CloseWords,
    /// The next of the words to choose from.
    NextChoice,
    /// The previous of the words to choose from.
    PreviousChoice,
    /// Tick or untick.
    Toggle,
    /// Another row of the list.
    AddRow,
    /// The row goes.
    DropRow,
    /// The row becomes the preferred one, or no longer is.
    Primary,
}

/// Answers to questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Leave it.
    No,
    /// Mine over theirs.
    KeepMine,
    /// Theirs, dropping mine.
    TakeTheirs,
    /// Back to the form.
    Back,
    /// The person under the cursor.
    Choose,
    /// Carry out the plan of an import.
    Import,
    /// Restore what an import found in the trash, or leave it there.
    Restore,
    /// Leave out who may be in the book already, or bring them in.
    Twins,
    /// Import into the next account.
    Account,
    /// Do what is selected in a menu.
    Select,
    /// The command that is selected in the palette.
    Run,
}

/// What is done to the panes themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnPanes {
    /// The focused one gets narrower.
    Narrower,
    /// The focused one gets wider.
    Wider,
    /// Each gets its own width again.
    Even,
}

/// What is done in the file picker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnPicker {
    /// Take what is selected or marked, or go into a directory.
    Choose,
    /// Mark what is selected, or take the mark away.
    Mark,
    /// To the directory above.
    Parent,
    /// Show hidden entries, or hide them again.
    Hidden,
    /// Show every file, or only files of contacts.
    EveryFile,
}

/// What is done to an import or an export under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnTransfer {
    /// Stop it.
    Stop,
    /// Do something else meanwhile.
    Aside,
    /// Show it again, or the plan that it led to.
    Show,
}

/// What is done in the form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnExport {
    /// Write the file.
    Start,
    /// To the next field.
    Next,
    /// To the previous field.
    Previous,
    /// The next of the words to choose from.
    NextChoice,
    /// The previous of the words to choose from.
    PreviousChoice,
    /// Complete the path.
    Complete,
}

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnMarks {
    /// The selected contact, or no longer.
    One,
    /// From here to where it is wanted again.
    Range,
    /// All that are shown, or none of them.
    All,
}

/// What is done in the checklist of groups for one contact or many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnMembership {
    /// In the group, or not.
    Tick,
    /// To the group above.
    Up,
    /// To the group below.
    Down,
    /// Save and close.
    Save,
}

/// What concerns the sync of all accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnSync {
    /// Do it now.
    Now,
    /// Stop it.
    Cancel,
    /// Show what waits to be sent.
    Queue,
    /// Show what was changed on both sides.
    Conflict,
    /// Show the plan that was stopped.
    Plan,
    /// Ask the directory anew.
    Directory,
}

/// What is done with accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnAccount {
    /// Sign in.
    SignIn,
    /// Sign in to one that is not here yet.
    Add,
    /// Sign out.
    SignOut,
    /// Copy contacts to another account.
    CopyTo,
    /// Move them there.
    MoveTo,
}

/// What is done in the modals of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnSettle {
    /// Try the entry of the queue now.
    Retry,
    /// Try all of them.
    RetryAll,
    /// Drop the entry.
    Drop,
    /// Show what the entry is about.
    Show,
    /// My values go there.
    Mine,
    /// Their values come here.
    Theirs,
    /// Both stay.
    Both,
    /// Contacts here and there are the same.
    Same,
    /// They are different people.
    Different,
    /// Carry the plan out.
    Apply,
    /// Leave it alone.
    Leave,
    /// Sign out and keep a copy.
    KeepCopy,
    /// Sign out and remove all of it.
    RemoveCopy,
    /// Open the page of the sign-in.
    OpenPage,
    /// Copy its code.
    CopyCode,
    /// Sign in again after a failure.
    Again,
    /// The key server of the sign-in is trusted.
    Trust,
    /// It is not.
    Distrust,
    /// Give the sign-in up.
    CancelSignIn,
}
