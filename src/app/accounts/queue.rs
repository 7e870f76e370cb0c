//! The queue: what the accounts have not got yet, and what each of it waits for.

use ratatui::layout::{Rect, Size};

use super::{Accounts, record_of};
use crate::{
    app::{State, action::Motion, details::when, layout, list::List},
    book::{AccountId, AccountState, HeldBack, Outgoing, QueueEntry, RecordId, Waits, name::or_no_name},
};

/// The queue on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueView {
    /// The entry under the cursor and the first one shown.
    pub list: List,
    /// The record under the cursor, which may move to another place.
    on: Option<RecordId>,
}

impl QueueView {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 96;
    /// How high.
    pub const HEIGHT: u16 = 22;
    /// The lines below the entries: a gap, and what is said of the selected one.
    pub const BELOW: usize = 3;

    /// Where it stands, frame included.
    pub fn area(size: Size) -> Rect {
        layout::modal(size, Self::WIDTH, Self::HEIGHT)
    }

    /// How many entries are shown at once.
    pub fn page(size: Size) -> usize {
        usize::from(layout::inside(Self::area(size)).height).saturating_sub(Self::BELOW).max(1)
    }

    /// The entry under the cursor and its account.
    pub fn selected<'a>(&self, accounts: &'a Accounts) -> Option<&'a (AccountId, QueueEntry)> {
        accounts.queue.get(self.list.cursor)
    }

    /// Moves the cursor.
    pub(in crate::app) fn go(&mut self, motion: Motion, accounts: &Accounts, size: Size) {
        self.list.go(motion, accounts.queue.len(), Self::page(size));
        self.choose(accounts);
    }

    /// The entry on a line, counted from the top within the frame, comes under the cursor; whether there is one.
    pub(in crate::app) fn press(&mut self, line: usize, accounts: &Accounts, size: Size) -> bool {
        let place = self.list.offset + line;
        if line >= Self::page(size) || place >= accounts.queue.len() {
            return false;
        }
        self.list.cursor = place;
        self.choose(accounts);
        true
    }

    fn choose(&mut self, accounts: &Accounts) {
        self.on = self.selected(accounts).map(|(_, entry)| record_of(entry));
    }

    /// Follows the queue: the entry under the cursor stays there while it is in the queue.
    pub(in crate::app) fn settle(&mut self, accounts: &Accounts, size: Size) {
        let place = |on| accounts.queue.iter().position(|(_, entry)| record_of(entry) == on);
        if let Some(place) = self.on.and_then(place) {
            self.list.carry_to(place);
        }
        self.list.settle(accounts.queue.len(), Self::page(size));
        self.choose(accounts);
    }
}

impl State {
    /// What is held back and stands in no entry of the queue, a sentence each: it waits for no sending.
    pub fn held_besides(&self) -> impl Iterator<Item = String> {
        let queued = |held: &&HeldBack| {
            held.record.is_some_and(|it| self.accounts.queue.iter().any(|(_, entry)| record_of(entry) == it))
        };
        self.accounts
            .held
            .iter()
            .filter(move |held| !queued(held))
            .map(move |held| format!("{} {}", or_no_name(&held.name), held.why))
    }

    /// What an entry is: `new`, `deleted`, the fields that differ.
    pub fn outgoing_words(entry: &QueueEntry) -> String {
        match &entry.what {
            Outgoing::Create => "new".to_owned(),
            Outgoing::Edit(fields) if fields.is_empty() => "edited".to_owned(),
            Outgoing::Edit(fields) => fields.join(", "),
            Outgoing::Delete => "deleted".to_owned(),
            Outgoing::Finish => "finish the edit".to_owned(),
        }
    }

    /// What an entry waits for, in a few words.
    pub fn waits_words(&self, account: &AccountId, entry: &QueueEntry) -> String {
        let state = self.accounts.get(account).map(|status| &status.state);
        match (&entry.waits, state) {
            (Waits::Person, _) => "waits for your answer".to_owned(),
            _ if self.accounts.twins_of(record_of(entry)).is_some() => "waits for your answer".to_owned(),
            (_, Some(AccountState::SignedOut | AccountState::NeedsSignIn { .. })) => "waits for sign-in".to_owned(),
            (_, Some(AccountState::Offline { .. })) => "waits for the network".to_owned(),
            (_, Some(AccountState::Braked { .. })) => "waits for your word on the plan".to_owned(),
            (Waits::Answer, _) => "is being sent".to_owned(),
            _ if self.accounts.held(record_of(entry)).is_some() => "is held back".to_owned(),
            (Waits::Until(at), _) if at.0 > self.now.0 => {
                let at = when(*at, self.now, &self.zone);
                format!("next try {}", at.trim_start_matches("today "))
            }
            (Waits::Sync | Waits::Until(_), Some(AccountState::Elsewhere)) => "another window sends it".to_owned(),
            (Waits::Sync | Waits::Until(_), _) => "waits for the next sync".to_owned(),
        }
    }

    /// All that is known of an entry, in a sentence.
    pub fn queue_sentence(&self, account: &AccountId, entry: &QueueEntry) -> String {
        let mut said = self.waits_words(account, entry);
        if let Some(why) = self.accounts.held(record_of(entry)) {
            said = format!("{said}: it {why}");
        }
        if entry.what == Outgoing::Finish {
            said =
                format!("the new version is on {}, the old one is to be deleted; {said}", self.account_name(account));
        }
        if let Some(error) = &entry.error {
            let times = if entry.tries == 1 { "once".to_owned() } else { format!("{} times", entry.tries) };
            said = format!("{said}; tried {times}: {error}");
        }
        said
    }
}
