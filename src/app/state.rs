//! All that can be seen, and what may be done at the moment.

use std::{borrow::Cow, collections::VecDeque, sync::Arc};

use jiff::tz::TimeZone;
use ratatui::layout::Size;

use super::{
    Accounts, Contacts, Details, Errand, Event, Groups, InFlight, Key, Keymap, Log, Look, Marks, Modal, Notice,
    Pointer, Roster, Section, TextEdits, TransferDesk,
    action::{Action, Answer, App, Context, OnContacts, OnFilter, OnForm, OnGroups, OnPanes, Spec, TABLE},
    layout::{self, Areas, Widths},
};
use crate::{
    book::{GroupRow, Row, Timestamp},
    search::Vocabulary,
};

/// One of the three panes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pane {
    /// On the left.
    Groups,
    /// In the middle.
    #[default]
    Contacts,
    /// On the right.
    Details,
}

impl Pane {
    /// From left to right.
    pub const ALL: [Self; 3] = [Self::Groups, Self::Contacts, Self::Details];
}

/// The keys: what they mean, and those that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyboard {
    /// What they mean.
    pub keymap: Keymap,
    /// The beginning of a sequence such as `g g`.
    pub begun: Vec<Key>,
    /// Keys and pastes that wait for an answer which decides what they mean.
    pub held: VecDeque<Event>,
    /// What was run from the palette, the latest first.
    pub recent: Vec<Action>,
    /// The key that waits wants the bottom of the list, which is not known before every row is here.
    pub wants_bottom: bool,
    /// The key that waits acts on a member of a group that is being looked for.
    pub wants_member: bool,
}

/// A key and what it does, for the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: String,
    /// What it does, in a word or two.
    pub word: Cow<'static, str>,
}

/// What helps to fill in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aids {
    /// The words of the book, for completing what is typed.
    pub vocabulary: Arc<Vocabulary>,
    /// Whether the book may hold other words by now.
    pub is_stale: bool,
    /// The country of phone numbers without a country code, as in ISO 3166.
    pub region: Option<String>,
}

impl Default for Aids {
    fn default() -> Self {
        Self { vocabulary: Arc::default(), is_stale: true, region: None }
    }
}

/// The state of the program.
#[derive(Clone, Debug)]
pub struct State {
    /// The size of the terminal.
    pub size: Size,
    /// The time of the latest event.
    pub now: Timestamp,
    /// The time zone in which times are shown.
    pub zone: TimeZone,
    /// The pane with the focus.
    pub focus: Pane,
    /// The widths of the panes that a person wants.
    pub widths: Widths,
    /// What is known of the book.
    pub roster: Roster,
    /// What is known of its Webex accounts.
    pub accounts: Accounts,
    /// The groups pane.
    pub groups: Groups,
    /// The contacts pane.
    pub contacts: Contacts,
    /// What is marked.
    pub marks: Marks,
    /// The details pane.
    pub details: Details,
    /// What lies over the panes, the topmost last.
    pub modals: Vec<Modal>,
    /// What happened.
    pub notice: Option<Notice>,
    /// Requests under way.
    pub in_flight: InFlight,
    /// The keys.
    pub keyboard: Keyboard,
    /// Imports and exports.
    pub desk: TransferDesk,
    /// Contacts edited as text.
    pub text: TextEdits,
    /// What happened so far.
    pub log: Log,
    /// Whether there is a shell that waits, to which one can go back for a while.
    pub has_shell: bool,
    /// What helps to fill in a form.
    pub aids: Aids,
    /// How it looks.
    pub look: Look,
    /// What the mouse did.
    pub pointer: Pointer,
}

const IN_TRASH: &str = "it lies in the trash: restore it first";

impl State {
    /// The state before a book has opened.
    pub fn new(size: Size, zone: TimeZone, keymap: Keymap) -> Self {
        Self {
            size,
            now: Timestamp::default(),
            zone,
            focus: Pane::default(),
            widths: Widths::default(),
            roster: Roster::default(),
            accounts: Accounts::default(),
            groups: Groups::default(),
            contacts: Contacts::default(),
            marks: Marks::default(),
            details: Details::default(),
            modals: Vec::new(),
            notice: None,
            in_flight: InFlight::default(),
            keyboard: Keyboard { keymap, ..Keyboard::default() },
            aids: Aids::default(),
            desk: TransferDesk::default(),
            text: TextEdits::default(),
            log: Log::default(),
            has_shell: true,
            look: Look::default(),
            pointer: Pointer::default(),
        }
    }

    /// Where everything stands.
    pub fn areas(&self) -> Areas {
        layout::areas(self.size, self.focus, self.widths)
    }

    /// What keys mean now.
    pub fn context(&self) -> Context {
        match self.modals.last() {
            Some(modal) => modal.context(),
            None if self.contacts.filter.editing => Context::Filter,
            None => self.pane_context(),
        }
    }

    /// What keys mean in the focused pane.
    pub fn pane_context(&self) -> Context {
        match self.focus {
            // The greeting speaks of contacts.
            _ if self.greets() => Context::Contacts,
            Pane::Groups => Context::Groups,
            Pane::Contacts => Context::Contacts,
            Pane::Details => Context::Details,
        }
    }

    /// Whether keys go to this pane.
    pub fn has_focus(&self, pane: Pane) -> bool {
        self.focus == pane && self.modals.is_empty()
    }

    /// The row of the selected contact.
    pub fn selected(&self) -> Option<&Row> {
        self.contacts.selected(&self.roster)
    }

    /// The selected group, if the section shown is one.
    pub fn selected_group(&self) -> Option<&GroupRow> {
        match self.groups.section {
            Section::Group(id) => self.roster.group(id),
            Section::All | Section::Account(_) | Section::Favourites | Section::Unresolved | Section::Trash => None,
        }
    }

    /// Whether the book is open, wholly read and without any contact: the moment for a greeting.
    pub fn greets(&self) -> bool {
        let is_empty = self.roster.rows.is_empty() && self.roster.groups.is_empty();
        self.roster.is_complete() && is_empty && !self.roster.homes.are_several()
    }

    /// Why an action is not possible now; `None` when it is. Footer, help and keys all ask here.
    pub fn blocked(&self, action: Action) -> Option<&'static str> {
        let unless = |possible: bool, reason: &'static str| (!possible).then_some(reason);
        match action {
            Action::Contacts(OnContacts::Edit | OnContacts::EditText | OnContacts::EditOther) => {
                match self.selected() {
                    None => Some("no contact is selected"),
                    Some(row) => unless(!row.trashed, IN_TRASH),
                }
            }
            Action::Contacts(OnContacts::Groups) if self.has_marks() && self.are_of_several_accounts() => {
                Some("those marked are of several accounts, whose groups are apart")
            }
            Action::Contacts(OnContacts::Delete | OnContacts::Favour | OnContacts::Groups) => {
                let in_trash = self.groups.section == Section::Trash;
                if self.has_targets() { unless(!in_trash, IN_TRASH) } else { Some("no contact is selected") }
            }
            Action::Contacts(OnContacts::Restore) => unless(
                self.has_targets() && self.groups.section == Section::Trash,
                "only what lies in the trash can be restored",
            ),
            Action::Contacts(OnContacts::Sort) => {
                unless(self.roster.is_complete() && !self.greets(), "there is nobody to be put in order yet")
            }
            Action::Marks(_) => unless(self.selected().is_some(), "no contact is selected"),
            Action::Value(wish) => self.value_blocked(wish),
            Action::Groups(OnGroups::Edit) => unless(self.selected_group().is_some(), "no group is selected"),
            Action::Groups(OnGroups::Delete) => match self.selected_group() {
                None => Some("no group is selected"),
                Some(row) => unless(
                    !row.group.is_default() || row.count == 0,
                    "this group holds those who are in no other; it cannot go while they are there",
                ),
            },
            // The help can always be looked through.
            Action::Filter(_) if matches!(self.modals.last(), Some(Modal::Help(_))) => None,
            Action::Filter(OnFilter::Start) => unless(!self.greets(), "there is nobody to be found yet"),
            Action::App(App::Suspend) => unless(self.has_shell, "there is no shell to go back to"),
            Action::App(App::Demo) => unless(
                self.roster.is_complete() && self.roster.rows.is_empty() && !self.roster.demo,
                "the demo is offered while your book is empty",
            ),
            Action::App(App::NextTheme) => unless(self.look.colors, "without colours all themes look alike"),
            Action::Filter(OnFilter::Clear) => {
                let filter = &self.contacts.filter;
                unless(filter.is_on() || filter.editing || self.has_marks(), "nothing is filtered or marked")
            }
            Action::Form(OnForm::Words) => match self.modals.last() {
                Some(Modal::Form(form)) => unless(form.has_words(), "there are no words for this field"),
                _ => Some("there are no words for this field"),
            },
            Action::Form(OnForm::AddRow | OnForm::DropRow | OnForm::Primary) => match self.modals.last() {
                Some(Modal::Form(form)) => unless(form.focus.row().is_some(), "only lists have rows"),
                _ => Some("only lists have rows"),
            },
            Action::App(App::Import | App::Export)
            | Action::Answer(Answer::Import | Answer::Restore | Answer::Twins | Answer::Account)
            | Action::Picker(_)
            | Action::Transfer(_)
            | Action::Export(_) => self.transfer_blocked(action),
            Action::Answer(Answer::Choose) => match self.modals.last() {
                Some(Modal::People(picker)) => picker.blocked(),
                _ => Some("there is nobody to choose from"),
            },
            Action::Sync(_) | Action::Account(_) | Action::Settle(_) => self.account_blocked(action),
            Action::Panes(OnPanes::Even) => {
                unless(self.widths != Widths::default(), "the panes have their own widths already")
            }
            Action::Panes(sizing) => {
                let stepped = self.widths.stepped(self.size, self.focus, sizing == OnPanes::Wider);
                unless(!self.greets() && stepped != self.widths, "this pane has no room to give or take")
            }
            Action::App(_)
            | Action::Move(_)
            | Action::Contacts(OnContacts::Create | OnContacts::CreateText | OnContacts::AddPerson)
            | Action::Groups(OnGroups::Create)
            | Action::Filter(OnFilter::Keep)
            | Action::Form(_)
            | Action::Membership(_)
            | Action::Answer(_) => None,
        }
    }

    /// What can be done now, for the footer: the first key of each action and a word or two; where keys were begun, the keys
    /// that they can go on with.
    pub fn hints(&self) -> Vec<Hint> {
        if !self.keyboard.begun.is_empty() {
            return self.continuations();
        }
        let context = self.context();
        let shown = TABLE.iter().filter(|spec| !spec.hint.is_empty() && spec.contexts.contains(&context));
        let possible = shown.filter(|spec| self.blocked(spec.action).is_none());
        let hint = |spec: &Spec| {
            let key = self.keyboard.keymap.keys(spec.action, context).into_iter().next()?;
            Some(Hint { key, word: spec.hint.into() })
        };
        possible.filter_map(hint).collect()
    }

    fn continuations(&self) -> Vec<Hint> {
        let further = self.keyboard.keymap.further(self.context(), &self.keyboard.begun);
        let possible = further.filter(|(spec, _)| self.blocked(spec.action).is_none());
        possible.map(|(spec, key)| Hint { key, word: spec.word() }).collect()
    }

    /// The first key of an action in the panes.
    pub fn key_of(&self, action: Action) -> Option<String> {
        self.keyboard.keymap.keys(action, self.pane_context()).into_iter().next()
    }

    /// Whether something is to be done with the selected contact as soon as it is read.
    pub(super) fn wishes(&self) -> bool {
        self.details.edit_when_loaded || self.details.wish.is_some() || self.text.wanted.is_some()
    }

    /// Whether an answer is awaited that decides what further keys mean.
    pub fn waits(&self) -> bool {
        let typing = self.context() == Context::Filter;
        !self.roster.is_open()
            || self.wishes()
            || self.in_flight.any(|errand| match errand {
                Errand::Perform(_)
                | Errand::OpenDemo
                | Errand::EditText(_)
                | Errand::Sort(_)
                | Errand::DropSending
                | Errand::Rule(_)
                | Errand::Twins => true,
                Errand::Filter => !typing,
                Errand::SearchPeople => matches!(self.modals.last(), Some(Modal::People(picker)) if picker.awaited),
                Errand::LoadRows => self.keyboard.wants_bottom,
                Errand::FilterMembers => self.keyboard.wants_member,
                Errand::Import { .. } | Errand::Export => self.is_brief(),
                Errand::ListDirectory => self.names_decide(),
                // In the details keys walk through what is being read.
                Errand::LoadContact(_) => self.has_focus(Pane::Details),
                Errand::LoadHistory(_)
                | Errand::MailToMarked
                | Errand::Open
                | Errand::LoadWords
                | Errand::CheckNumber(_)
                | Errand::SyncNow
                | Errand::SignIn
                | Errand::SignOut(_)
                | Errand::RetrySending
                | Errand::Brake(_)
                | Errand::RefreshDirectory => false,
            })
    }
}
