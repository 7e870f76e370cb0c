//! The one table of actions: their names, keys, titles and where they apply. The keymap, the footer, the help screen,
//! `callbook keys` and the key table of the README are all read from it.

mod context;
mod table;
mod wants;

use std::borrow::Cow;

pub use context::Context;
pub use table::TABLE;
pub use wants::{
    Answer, App, Motion, OnAccount, OnContacts, OnExport, OnFilter, OnForm, OnGroups, OnMarks, OnMembership, OnPanes,
    OnPicker, OnSettle, OnSync, OnTransfer, OnValue,
};

/// Something a user can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The whole program.
    App(App),
    /// Movements.
    Move(Motion),
    /// Contacts.
    Contacts(OnContacts),
    /// Values of contacts.
    Value(OnValue),
    /// Groups.
    Groups(OnGroups),
    /// What is marked.
    Marks(OnMarks),
    /// The checklist of groups.
    Membership(OnMembership),
    /// The panes themselves.
    Panes(OnPanes),
    /// The filter.
    Filter(OnFilter),
    /// Forms.
    Form(OnForm),
    /// The file picker.
    Picker(OnPicker),
    /// An import or an export under way.
    Transfer(OnTransfer),
    /// The form of an export.
    Export(OnExport),
    /// Answers.
    Answer(Answer),
    /// The sync.
    Sync(OnSync),
    /// Webex accounts.
    Account(OnAccount),
    /// What lies over the panes about accounts.
    Settle(OnSettle),
}

impl Action {
    /// Its line of the table.
    pub fn spec(self) -> &'static Spec {
        TABLE.iter().find(|spec| spec.action == self).unwrap_or(&TABLE[0])
    }
}

/// What an action leads to at once, where nothing blocks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Only what is seen or typed changes: focus, selection, scroll, a field.
    Changes,
    /// A modal opens, by its [`Modal::name`](super::Modal::name).
    Opens(&'static str),
    /// The topmost modal closes.
    Closes,
    /// The world is asked for something, by its [`Effect::name`](super::Effect::name).
    Asks(&'static str),
}

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
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
    /// What it leads to where it is allowed; a test performs every action and compares.
    pub outcome: Outcome,
}

impl Spec {
    /// A word or two: those of the footer, else of its name.
    pub fn word(&self) -> Cow<'static, str> {
        match self.hint {
            "" => self.name.rsplit('.').next().unwrap_or(self.name).replace('_', " ").into(),
            hint => hint.into(),
        }
    }
}
