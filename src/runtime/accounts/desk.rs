//! What the task knows of one account: how it stands, what is under way, and when the next sync is due.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use tokio::{sync::watch, time::Instant};

use super::{flight::client, sign::Leaving, status};
use crate::{
    book::{AccountId, AccountState, AccountStatus, BrakedPlan, QueueEntry, port::Clock as _},
    config,
    runtime::SystemClock,
    sync::{Ended, How, Report, SyncError},
    webex::{Client, WebexError, jitter},
};

/// From the end of one sync to the beginning of the next.
const RHYTHM: Duration = Duration::from_secs(300);
/// For so long a look is fresh.
const FRESH: Duration = Duration::from_secs(60);
/// From the last change to the sync that sends it.
const QUIET: Duration = Duration::from_secs(3);
/// The first wait after a failure, at most; each further one may be twice as long, up to the rhythm.
const PAUSE: Duration = Duration::from_secs(15);

/// One account.
pub(super) struct Desk {
    pub account: AccountId,
    pub status: AccountStatus,
    /// There while somebody is signed in.
    pub client: Option<Client>,
    /// Stops the sync under way.
    pub flight: Option<watch::Sender<bool>>,
    /// Other settings hold since it began.
    pub outdated: bool,
    /// Since when the tokens are kept that were tried last.
    pub kept: Option<SystemTime>,
    /// Somebody signs out, as soon as no sync is under way.
    pub leaving: Option<Leaving>,
    /// How it stood before the sync.
    pub before: AccountState,
    /// How the sync after this one is wanted.
    pub then: Option<How>,
    /// There was a change during the sync that may not have been sent.
    pub again: bool,
    pub brake: Option<BrakedPlan>,
    pub known: Vec<QueueEntry>,
    failures: u32,
    /// When the last sync ended.
    pub looked: Option<Instant>,
    pub next: Option<Instant>,
}

impl Desk {
    /// Of an account that nobody has looked at yet.
    pub fn new(status: AccountStatus) -> Self {
        Self {
            account: status.id.clone(),
            before: status.state.clone(),
            status,
            client: None,
            flight: None,
            outdated: false,
            kept: None,
            leaving: None,
            then: None,
            again: false,
            brake: None,
            known: Vec::new(),
            failures: 0,
            looked: None,
            next: None,
        }
    }

    /// The services, made when they are first needed. Blocks for as long as the keyring or a command takes then.
    pub fn client(&mut self, book: &Path, settings: &config::Webex) -> Result<Client, WebexError> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        Ok(self.client.insert(client(book, &self.account, settings)?).clone())
    }

    /// Whether somebody has to sign in first.
    pub fn is_out(&self) -> bool {
        matches!(self.status.state, AccountState::SignedOut | AccountState::NeedsSignIn { .. })
    }

    /// Whether it is worth a look that somebody has come back: the last one was a while ago, and nothing waits for a person.
    pub fn is_stale(&self, now: Instant) -> bool {
        let is_old = self.looked.is_some_and(|at| now.saturating_duration_since(at) >= FRESH);
        is_old && self.flight.is_none() && self.leaving.is_none() && self.brake.is_none() && !self.is_out()
    }

    /// There is something new to send.
    pub fn has_more(&mut self) {
        match &self.flight {
            Some(_) => self.again = true,
            None if self.client.is_some() => self.next = Some(Instant::now() + QUIET),
            None => {}
        }
    }

    pub fn did_not_begin(&mut self, error: &WebexError) {
        self.status.state = match error {
            // Why is plain.
            WebexError::SignedOut { .. } => AccountState::NeedsSignIn { reason: String::new() },
            error => status::failed(error, &self.status.state, SystemClock.now()),
        };
        if !self.is_out() {
            self.wait_after_a_failure(Duration::ZERO);
        }
    }

    pub fn ended(&mut self, done: &Result<Report, SyncError>) {
        self.status.state = status::after(done, &self.before, SystemClock.now());
        self.brake = None;
        self.looked = Some(Instant::now());
        let soon = std::mem::take(&mut self.again).then_some(QUIET);
        self.next = Some(Instant::now() + soon.unwrap_or(RHYTHM));
        if let Ok(report) = done {
            self.status.no_directory = report.directory.as_ref().map(ToString::to_string);
            if let Ended::Braked(plan) = &report.ended {
                self.brake = Some(status::braked(&self.account, plan));
            }
        }
        match (&self.status.state, done) {
            (AccountState::Elsewhere, _) => self.next = Some(Instant::now() + PAUSE + jitter(PAUSE)),
            (_, Ok(Report { ended: Ended::Stopped, .. })) => self.next = Some(Instant::now() + RHYTHM),
            (AccountState::SignedOut | AccountState::NeedsSignIn { .. }, _) => self.next = None,
            (_, Ok(Report { ended: Ended::Failed(WebexError::Busy { wait, .. }), .. })) => {
                self.wait_after_a_failure(*wait);
            }
            (AccountState::Offline { .. }, _) => self.wait_after_a_failure(Duration::ZERO),
            _ => self.failures = 0,
        }
    }

    fn wait_after_a_failure(&mut self, least: Duration) {
        let most = PAUSE.saturating_mul(1 << self.failures.min(8)).min(RHYTHM);
        self.failures += 1;
        self.next = Some(Instant::now() + least + Duration::from_secs(1) + jitter(most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Timestamp;

    #[test]
    fn who_comes_back_sees_the_accounts_anew_that_were_not_looked_at_for_a_minute() {
        let id = AccountId("webex".to_owned());
        let (name, login, state) = ("Webex".to_owned(), String::new(), AccountState::UpToDate { at: Timestamp(0) });
        let mut desk = Desk::new(AccountStatus { id, name, login, state, no_directory: None });
        let began = Instant::now();
        let later = |seconds| began + Duration::from_secs(seconds);
        assert!(!desk.is_stale(later(600)), "the first look is under way or due by itself");
        desk.looked = Some(began);
        assert_eq!([59, 60].map(|seconds| desk.is_stale(later(seconds))), [false, true]);
        desk.status.state = AccountState::Offline { since: Timestamp(0), reason: String::new() };
        assert!(desk.is_stale(later(60)), "the network may be back");
        desk.status.state = AccountState::NeedsSignIn { reason: String::new() };
        assert!(!desk.is_stale(later(60)));
        desk.status.state = AccountState::UpToDate { at: Timestamp(0) };
        desk.flight = Some(watch::channel(false).0);
        assert!(!desk.is_stale(later(60)));
    }
}
