//! The account line: how it stands with the account in sight, in a few words for the header, and what plain mode says of
//! it.

use super::State;
use crate::{
    app::{
        action::{Action, OnAccount},
        details::when,
    },
    book::{AccountId, AccountState, AccountStatus},
};

/// How much a person is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not at all.
    Calm,
    /// Something is under way.
    Busy,
    /// Nothing goes on without a person.
    Wanted,
}

/// What the header says of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountWords {
    /// Which account.
    pub name: String,
    /// How it stands: `offline since 13:50 · 3 waiting`.
    pub text: String,
    /// The same where there is little room; empty where all is in order.
    pub short: String,
    /// How much a person is wanted.
    pub urgency: Urgency,
}

const DOT: &str = " · ";

impl State {
    /// What the header says; `None` where the book has the local account alone. It speaks of the account that is shown,
    /// else of the one that wants a person most.
    pub fn account_words(&self) -> Option<AccountWords> {
        let shown = self.account_shown().and_then(|account| self.accounts.get(&account));
        let status = shown.or_else(|| {
            // Of several that are alike, the first one.
            self.accounts.list.iter().rev().max_by_key(|status| (self.urgency(status), rank(&status.state)))
        })?;
        let waiting = self.accounts.queue_of(&status.id).count();
        let disputes = self.accounts.disputes.iter().filter(|dispute| dispute.account == status.id).count();
        let (state, short) = self.state_words(&status.state);
        let mut parts = vec![state];
        let mut short: Vec<String> = Some(short.to_owned()).filter(|short| !short.is_empty()).into_iter().collect();
        // What is being sent is not waiting.
        if waiting > 0 && !matches!(status.state, AccountState::Syncing { .. }) {
            parts.push(format!("{waiting} waiting"));
            if short.is_empty() {
                short.push(format!("{waiting} waiting"));
            }
        }
        if disputes > 0 {
            let noun = if disputes == 1 { "conflict" } else { "conflicts" };
            parts.push(format!("{disputes} {noun}"));
            short.push(format!("{disputes} {noun}"));
        }
        let twins = self.accounts.twins.iter().filter(|twins| twins.account == status.id).count();
        if twins > 0 {
            parts.push(format!("{twins} unclear"));
            short.push(format!("{twins} unclear"));
        }
        Some(AccountWords {
            name: status.name.clone(),
            text: parts.join(DOT),
            short: short.join(DOT),
            urgency: self.urgency(status),
        })
    }

    /// What plain mode says. A sync that comes and goes by itself is in order and says nothing new.
    pub fn account_heard(&self) -> String {
        let Some(AccountWords { name, text, urgency, .. }) = self.account_words() else { return String::new() };
        let (state, _) = text.split_once(DOT).unwrap_or((&text, ""));
        let disputes = self.accounts.disputes.len();
        let disputes = match disputes {
            0 => String::new(),
            1 => ", 1 conflict".to_owned(),
            many => format!(", {many} conflicts"),
        };
        let twins = match self.accounts.twins.len() {
            0 => String::new(),
            many => format!(", {many} unclear"),
        };
        let is_in_order = urgency != Urgency::Wanted && ["up to date", "syncing"].iter().any(|w| state.starts_with(w));
        let state = if is_in_order { "in order" } else { state };
        format!("{name}: {state}{disputes}{twins}")
    }

    fn urgency(&self, status: &AccountStatus) -> Urgency {
        let is_disputed = self.accounts.disputes.iter().any(|dispute| dispute.account == status.id)
            || self.accounts.twins.iter().any(|twins| twins.account == status.id);
        match &status.state {
            AccountState::NeedsSignIn { .. } | AccountState::Braked { .. } => Urgency::Wanted,
            _ if is_disputed => Urgency::Wanted,
            AccountState::Syncing { .. } => Urgency::Busy,
            _ => Urgency::Calm,
        }
    }

    fn state_words(&self, state: &AccountState) -> (String, &'static str) {
        match state {
            AccountState::SignedOut => ("signed out".to_owned(), "signed out"),
            AccountState::NeedsSignIn { .. } => {
                let key = self.key_of(Action::Account(OnAccount::SignIn));
                let key = key.map_or_else(String::new, |key| format!(" ({key})"));
                (format!("needs sign-in{key}"), "needs sign-in")
            }
            AccountState::Offline { since, .. } => {
                let since = when(*since, self.now, &self.zone);
                (format!("offline since {}", since.trim_start_matches("today ")), "offline")
            }
            AccountState::Syncing { of: 0, .. } => ("syncing…".to_owned(), "syncing…"),
            AccountState::Syncing { done, of } => (format!("syncing {done} of {of}"), "syncing…"),
            AccountState::UpToDate { at } => {
                let at = when(*at, self.now, &self.zone);
                (format!("up to date {}", at.trim_start_matches("today ")), "")
            }
            AccountState::Braked { .. } => ("stopped before deleting".to_owned(), "stopped"),
            AccountState::Elsewhere => ("another window syncs".to_owned(), ""),
        }
    }

    /// What people call the accounts where a sentence needs one name: the only one by its own.
    pub(in crate::app) fn account_name(&self, account: &AccountId) -> String {
        self.accounts.name(account)
    }
}

/// Of two accounts that want a person equally much, the one in the higher state is spoken of.
fn rank(state: &AccountState) -> u8 {
    match state {
        AccountState::UpToDate { .. } => 0,
        AccountState::SignedOut => 1,
        AccountState::Elsewhere => 2,
        AccountState::Syncing { .. } => 3,
        AccountState::Offline { .. } => 4,
        AccountState::Braked { .. } => 5,
        AccountState::NeedsSignIn { .. } => 6,
    }
}
