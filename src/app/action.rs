//! The one table of actions: their names, keys, titles and where they apply. The keymap, the footer, the help screen,
//! `callbook keys` and the key table of the README are all read from it.

/// What the keys mean at a moment: which pane has the focus, or which part of which modal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The groups pane.
    Groups,
    /// The contacts pane.
    Contacts,
    /// The details pane.
    Details,
    /// The query is being typed.
    Filter,
    /// A one-line field of a form.
    Line,
    /// A field of several lines.
    Notes,
    /// A choice among words, such as the type of a number.
    Choice,
    /// The checklist of groups in a form.
    Checklist,
    /// The path prompt of the import.
    Prompt,
    /// A question to be answered with yes or no.
    Question,
    /// Somebody else changed what was edited here.
    Conflict,
    /// The report of an import.
    Report,
    /// The help screen.
    Help,
}

impl Context {
    /// Every context, in the order of the help screen.
    pub const ALL: [Self; 13] = [
        Self::Contacts,
        Self::Groups,
        Self::Details,
        Self::Filter,
        Self::Line,
        Self::Notes,
        Self::Choice,
        Self::Checklist,
        Self::Prompt,
        Self::Question,
        Self::Conflict,
        Self::Report,
        Self::Help,
    ];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Groups => "Groups",
            Self::Contacts => "Contacts",
            Self::Details => "Details",
            Self::Filter => "Typing a query",
            Self::Line => "Form: a line",
            Self::Notes => "Form: notes",
            Self::Choice => "Form: a choice",
            Self::Checklist => "Form: groups",
            Self::Prompt => "Import",
            Self::Question => "A question",
            Self::Conflict => "A conflict",
            Self::Report => "Report of an import",
            Self::Help => "Help",
        }
    }

    /// Whether a printable key types here, so that it can mean no action.
    pub const fn types(self) -> bool {
        matches!(self, Self::Filter | Self::Line | Self::Notes | Self::Choice | Self::Prompt)
    }
}

/// What concerns the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// Leave.
    Quit,
    /// Leave from anywhere.
    Leave,
    /// Show the keys.
    Help,
    /// Take back the latest change.
    Undo,
    /// Do it again.
    Redo,
    /// Import files.
    Import,
    /// Open the demo book.
    Demo,
    /// Close what is on top.
    Close,
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
    /// Delete the selected one.
    Delete,
    /// Bring the selected one back from the trash.
    Restore,
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
    /// Import the paths typed.
    Import,
    /// Restore what an import found in the trash.
    Restore,
}

/// Something a user can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The whole program.
    App(App),
    /// Movements.
    Move(Motion),
    /// Contacts.
    Contacts(OnContacts),
    /// Groups.
    Groups(OnGroups),
    /// The filter.
    Filter(OnFilter),
    /// Forms.
    Form(OnForm),
    /// Answers.
    Answer(Answer),
}

impl Action {
    /// Its line of the table.
    pub fn spec(self) -> &'static Spec {
        TABLE.iter().find(|spec| spec.action == self).unwrap_or(&TABLE[0])
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Spec {
    /// The action.
    pub action: Action,
    /// Its name in configuration files: `contacts.delete`.
    pub name: &'static str,
    /// What it does, for the help screen.
    pub title: &'static str,
    /// Where it applies.
    pub contexts: &'static [Context],
    /// Its keys by default.
    pub keys: &'static [&'static str],
    /// One or two words for the footer; empty when it is not shown there.
    pub hint: &'static str,
}

use Context::{
    Checklist, Choice, Conflict, Contacts, Details, Filter, Groups, Help, Line, Notes, Prompt, Question, Report,
};

const EVERYWHERE: &[Context] = &Context::ALL;
const PANES: &[Context] = &[Contacts, Groups, Details];
const SCROLLS: &[Context] = &[Contacts, Groups, Details, Report, Help];
const ON_CONTACTS: &[Context] = &[Contacts, Details];
const FORM: &[Context] = &[Line, Notes, Choice, Checklist];
const FORM_BUT_NOTES: &[Context] = &[Line, Choice, Checklist];

const fn spec(
    action: Action,
    name: &'static str,
    title: &'static str,
    contexts: &'static [Context],
    keys: &'static [&'static str],
    hint: &'static str,
) -> Spec {
    Spec { action, name, title, contexts, keys, hint }
}

/// Every action, in the order of the footer and the help screen.
#[rustfmt::skip]
pub static TABLE: &[Spec] = &[
    spec(Action::Answer(Answer::Yes), "question.yes", "Yes", &[Question], &["y", "enter"], "yes"),
    spec(Action::Answer(Answer::No), "question.no", "No, leave it as it is", &[Question], &["n", "esc"], "no"),
    spec(Action::Answer(Answer::KeepMine), "conflict.mine", "Keep mine: my fields over theirs", &[Conflict], &["m"], "keep mine"),
    spec(Action::Answer(Answer::TakeTheirs), "conflict.theirs", "Take theirs: drop what I typed", &[Conflict], &["t"], "take theirs"),
    spec(Action::Answer(Answer::Back), "conflict.back", "Back to the form", &[Conflict], &["esc", "b"], "back"),
    spec(Action::Answer(Answer::Import), "import.start", "Import these files and directories", &[Prompt], &["enter"], "import"),
    spec(Action::Answer(Answer::Restore), "import.restore", "Restore what lies in the trash", &[Report], &["r"], "restore"),

    spec(Action::Filter(OnFilter::Keep), "filter.keep", "Keep the filter and go to the list", &[Filter], &["enter", "tab"], "keep"),
    spec(Action::Filter(OnFilter::Clear), "filter.clear", "Show everything again", &[Filter, Contacts, Groups, Details], &["esc"], "clear"),

    spec(Action::Form(OnForm::Save), "form.save", "Save", FORM_BUT_NOTES, &["enter"], "save"),
    spec(Action::Form(OnForm::SaveAnyway), "form.save_anyway", "Save, also from the notes", FORM, &["C-s"], ""),
    spec(Action::Form(OnForm::NextChoice), "form.next_choice", "The next word, the next group", &[Choice, Checklist], &["right"], "choose"),
    spec(Action::Form(OnForm::PreviousChoice), "form.previous_choice", "The previous word, the previous group", &[Choice, Checklist], &["left"], ""),
    spec(Action::Form(OnForm::Toggle), "form.toggle", "In the group, or not", &[Checklist], &["space"], "tick"),
    spec(Action::Form(OnForm::AddRow), "form.add_row", "Another number or address", &[Line, Choice], &["C-a"], "add"),
    spec(Action::Form(OnForm::DropRow), "form.drop_row", "The number or address goes", &[Line, Choice], &["C-d"], "drop"),
    spec(Action::Form(OnForm::Primary), "form.primary", "The preferred one, or not", &[Line, Choice], &["C-p"], "main"),
    spec(Action::Form(OnForm::Next), "form.next", "To the next field", FORM, &["tab"], "next"),
    spec(Action::Form(OnForm::Previous), "form.previous", "To the previous field", FORM, &["S-tab"], ""),
    spec(Action::Form(OnForm::Down), "form.down", "To the field below", FORM_BUT_NOTES, &["down"], ""),
    spec(Action::Form(OnForm::Up), "form.up", "To the field above", FORM_BUT_NOTES, &["up"], ""),

    spec(Action::Contacts(OnContacts::Create), "contacts.create", "A new contact", ON_CONTACTS, &["n"], "new"),
    spec(Action::Contacts(OnContacts::Edit), "contacts.edit", "Edit the contact", ON_CONTACTS, &["e"], "edit"),
    spec(Action::Contacts(OnContacts::Delete), "contacts.delete", "Delete the contact (it goes to the trash)", ON_CONTACTS, &["d"], "delete"),
    spec(Action::Contacts(OnContacts::Restore), "contacts.restore", "Bring the contact back from the trash", ON_CONTACTS, &["r"], "restore"),
    spec(Action::Groups(OnGroups::Create), "groups.create", "A new group", &[Groups], &["n"], "new group"),
    spec(Action::Groups(OnGroups::Edit), "groups.edit", "Rename the group", &[Groups], &["e"], "rename"),
    spec(Action::Groups(OnGroups::Delete), "groups.delete", "Delete the group (its members stay)", &[Groups], &["d"], "delete"),
    spec(Action::Filter(OnFilter::Start), "filter.start", "Find: names, company, numbers, groups, note:", PANES, &["/"], "find"),
    spec(Action::App(App::Import), "app.import", "Import files of contacts", PANES, &["i"], "import"),
    spec(Action::App(App::Demo), "app.demo", "Try the demo book (while yours is empty)", PANES, &["D"], "demo"),
    spec(Action::App(App::Undo), "app.undo", "Undo the latest change", PANES, &["u"], "undo"),
    spec(Action::App(App::Redo), "app.redo", "Do again what was undone", PANES, &["C-r"], ""),

    spec(Action::Move(Motion::Up), "move.up", "Up", SCROLLS, &["k", "up"], ""),
    spec(Action::Move(Motion::Down), "move.down", "Down", SCROLLS, &["j", "down"], ""),
    spec(Action::Move(Motion::Left), "move.left", "To the pane on the left", PANES, &["h", "left"], ""),
    spec(Action::Move(Motion::Right), "move.right", "To the pane on the right", PANES, &["l", "right", "enter"], ""),
    spec(Action::Move(Motion::NextPane), "move.next_pane", "To the next pane", PANES, &["tab"], ""),
    spec(Action::Move(Motion::PreviousPane), "move.previous_pane", "To the previous pane", PANES, &["S-tab"], ""),
    spec(Action::Move(Motion::PageUp), "move.page_up", "A page up", SCROLLS, &["pageup"], ""),
    spec(Action::Move(Motion::PageDown), "move.page_down", "A page down", SCROLLS, &["pagedown"], ""),
    spec(Action::Move(Motion::HalfUp), "move.half_up", "Half a page up", SCROLLS, &["C-u"], ""),
    spec(Action::Move(Motion::HalfDown), "move.half_down", "Half a page down", SCROLLS, &["C-d"], ""),
    spec(Action::Move(Motion::First), "move.first", "To the top", SCROLLS, &["g g", "home"], ""),
    spec(Action::Move(Motion::Last), "move.last", "To the bottom", SCROLLS, &["G", "end"], ""),

    spec(Action::App(App::Close), "app.close", "Close", &[Line, Notes, Choice, Checklist, Prompt, Report, Help], &["esc"], "close"),
    spec(Action::App(App::Help), "app.help", "Show the keys", EVERYWHERE, &["?", "f1"], "help"),
    spec(Action::App(App::Quit), "app.quit", "Quit", PANES, &["q"], "quit"),
    spec(Action::App(App::Leave), "app.leave", "Quit from anywhere", EVERYWHERE, &["C-c"], ""),
];
