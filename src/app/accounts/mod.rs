//! The Webex accounts of a book: how it stands with them, what they have not got yet, and what waits for a person.
//! The sync says all of that in events, whole each time; here it is kept as it was said.

mod acts;
mod blocked;
mod dispute;
mod line;
mod plan;
mod queue;
mod rename;
mod sign_in;
mod sign_out;
mod twins;

pub use acts::AccountDeed;
pub use dispute::{DisputeLine, DisputeView};
pub use line::{AccountWords, Urgency};
pub use plan::PlanView;
pub use queue::QueueView;
pub use sign_in::{SignIn, SignInAreas, SignInLine, SignInStep};
pub use sign_out::SignOut;
pub use twins::{TwinsLine, TwinsView};

use super::{Answered, Effect, Errand, Event, Modal, Notice, RequestId, SignInEnd, State, Tone};
use crate::book::{
    AccountId, AccountState, AccountStatus, BrakedPlan, Dispute, GroupId, HeldBack, QueueEntry, RecordId, Row, Twins,
    Unread, change::Kind,
};

/// What is known of the accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The Webex accounts, in the order in which they were made.
    pub list: Vec<AccountStatus>,
    /// What each account has not got yet.
    pub queue: Vec<(AccountId, QueueEntry)>,
    /// The records that wait for an answer.
    pub disputes: Vec<Dispute>,
    /// Contacts here and there of which nobody can tell who is who.
    pub twins: Vec<Twins>,
    /// What waits for something else than a sync or a person.
    pub held: Vec<HeldBack>,
    /// The contacts of which something cannot be read in their account.
    pub unread: Vec<Unread>,
    /// The plans that wait for a word.
    pub brakes: Vec<BrakedPlan>,
    /// The account that gets what is made where none is selected, as the settings have it.
    pub preferred: Option<AccountId>,
}

impl Accounts {
    /// A Webex account; `None` for the local one.
    pub fn get(&self, account: &AccountId) -> Option<&AccountStatus> {
        self.list.iter().find(|status| status.id == *account)
    }

    /// What people call an account.
    pub fn name(&self, account: &AccountId) -> String {
        let local = account.is_local().then(|| super::homes::LOCAL.to_owned());
        let name = self.get(account).map(|status| status.name.clone());
        local.or(name).unwrap_or_else(|| account.0.clone())
    }

    /// What an account has not got yet.
    pub fn queue_of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a QueueEntry> {
        self.queue.iter().filter(move |(of, _)| of == account).map(|(_, entry)| entry)
    }

    /// Whether a record waits for an answer.
    pub fn is_disputed(&self, record: RecordId) -> bool {
        self.disputes.iter().any(|dispute| dispute.record == record)
    }

    /// The contacts of which a person has to say who is who, this one among them.
    pub fn twins_of(&self, record: RecordId) -> Option<&Twins> {
        self.twins.iter().find(|twins| record.kind == Kind::Contact && twins.here.iter().any(|id| id.0 == record.id))
    }

    /// Why a record waits, if it is for something else than a sync or a person.
    pub fn held(&self, record: RecordId) -> Option<&str> {
        self.held.iter().find(|held| held.record == Some(record)).map(|held| held.why.as_str())
    }

    fn any(&self, wanted: impl Fn(&AccountState) -> bool) -> bool {
        self.list.iter().any(|status| wanted(&status.state))
    }
}

/// Which record an entry of the queue is about.
pub fn record_of(entry: &QueueEntry) -> RecordId {
    RecordId { kind: entry.kind, id: entry.id }
}

impl State {
    /// Takes in what the sync says.
    pub(super) fn account_event(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Accounts(list) => self.accounts_differ(list, effects),
            Event::SyncProgressed { account, done, of } => {
                let status = self.accounts.list.iter_mut().find(|status| status.id == account);
                // One that has ended meanwhile is not under way again.
                if let Some(AccountState::Syncing { done: so_far, of: all }) = status.map(|status| &mut status.state) {
                    (*so_far, *all) = (done, of);
                }
            }
            Event::Queue { account, entries } => {
                self.accounts.queue.retain(|(of, _)| *of != account);
                self.accounts.queue.extend(entries.into_iter().map(|entry| (account.clone(), entry)));
                let order = |of: &AccountId| self.accounts.list.iter().position(|status| status.id == *of);
                let mut queue = std::mem::take(&mut self.accounts.queue);
                queue.sort_by_key(|(of, _)| order(of));
                self.accounts.queue = queue;
            }
            Event::Disputes(disputes) => self.accounts.disputes = disputes,
            Event::Twins(twins) => self.accounts.twins = twins,
            Event::HeldBack(held) => self.accounts.held = held,
            Event::Unread(unread) => self.accounts.unread = unread,
            Event::Braked(brakes) => self.accounts.brakes = brakes,
            Event::SignInPrompted { request, prompt } => {
                let ascii = self.look.ascii;
                if let Some(modal) = self.sign_in_of(request) {
                    modal.prompted(prompt, ascii);
                }
            }
            Event::SignInAsked { request, host } => match self.sign_in_of(request) {
                Some(modal) => modal.asked(host),
                // Nobody is there to answer.
                None => effects.push(Effect::TrustKeyServer { request, trusted: false }),
            },
            Event::SignedIn { request, end } => self.signed_in(request, end),
            Event::Answered { request, answer } => {
                let is_awaited = self.in_flight.end(request).is_some();
                if is_awaited {
                    self.notice = Some(match answer {
                        Answered::Done(text) => Notice::done(text),
                        Answered::Undoable(text) => self.done_notice(&text, false),
                        Answered::Nothing(text) => Notice::hint(&text),
                        Answered::Failed(text) => Notice::trouble(text),
                    });
                }
            }
            _ => {}
        }
    }

    /// Which accounts there are, or how it stands with one of them, differs.
    fn accounts_differ(&mut self, list: Vec<AccountStatus>, effects: &mut Vec<Effect>) {
        for status in &list {
            let before = self.accounts.get(&status.id).map(|before| &before.state);
            if before != Some(&status.state)
                && let Some(said) = turn(status)
            {
                self.log.add(self.now, Tone::Hint, said);
            }
        }
        let is_there = |account: &AccountId| list.iter().any(|status| status.id == *account);
        self.accounts.queue.retain(|(account, _)| is_there(account));
        self.accounts.disputes.retain(|dispute| is_there(&dispute.account));
        self.accounts.twins.retain(|twins| is_there(&twins.account));
        self.accounts.held.retain(|held| is_there(&held.account));
        self.accounts.brakes.retain(|brake| is_there(&brake.account));
        self.accounts.list = list;
        let before = self.groups.section;
        self.roster.follow_accounts(&self.accounts.list);
        let page = usize::from(super::layout::inside(self.areas().groups).height);
        self.groups.follow(&self.roster, page);
        self.section_may_differ(before, effects);
    }

    fn sign_in_of(&mut self, request: RequestId) -> Option<&mut SignIn> {
        self.modals.iter_mut().find_map(|modal| match modal {
            Modal::SignIn(modal) if modal.request == Some(request) => Some(&mut **modal),
            _ => None,
        })
    }

    /// A sign-in has ended. What went wrong is told where it was waited for.
    fn signed_in(&mut self, request: RequestId, end: SignInEnd) {
        if self.in_flight.end(request).is_none() {
            return;
        }
        match end {
            SignInEnd::Failed(reason) => match self.sign_in_of(request) {
                Some(modal) => modal.failed(reason),
                None => self.notice = Some(Notice::trouble(reason)),
            },
            SignInEnd::Done(text) => {
                self.close_sign_in(request);
                self.notice = Some(Notice::done(text));
            }
            SignInEnd::Cancelled => self.close_sign_in(request),
        }
    }

    fn close_sign_in(&mut self, request: RequestId) {
        self.modals.retain(|modal| !matches!(modal, Modal::SignIn(modal) if modal.request == Some(request)));
    }

    /// The task of a request about accounts has failed.
    pub(super) fn account_task_failed(&mut self, request: RequestId, errand: &Errand, message: String) {
        if *errand == Errand::SignIn
            && let Some(modal) = self.sign_in_of(request)
        {
            modal.failed(message);
        } else {
            self.notice = Some(Notice::trouble(message));
        }
    }

    /// The account of what is shown, if it shows one.
    pub fn account_shown(&self) -> Option<AccountId> {
        match self.groups.section {
            super::Section::Account(home) => Some(self.roster.homes.id(home)),
            super::Section::Group(id) => Some(self.roster.home_of(id)),
            _ => None,
        }
    }

    /// Whether a contact waits for an answer.
    pub fn is_disputed(&self, row: &Row) -> bool {
        let record = RecordId { kind: Kind::Contact, id: row.id.0 };
        self.accounts.is_disputed(record) || self.accounts.twins_of(record).is_some()
    }

    /// The groups that what is made now is in from the start: the one that is shown.
    pub fn groups_of_new(&self) -> Vec<GroupId> {
        match self.groups.section {
            super::Section::Group(id) => vec![id],
            _ => Vec::new(),
        }
    }

    /// The account that gets what is made now: that of the section shown, else the one of the settings.
    pub fn home_of_new(&self) -> AccountId {
        let is_there = |account: &AccountId| self.accounts.get(account).is_some();
        let preferred = self.accounts.preferred.clone().filter(is_there);
        self.account_shown().or(preferred).unwrap_or_else(AccountId::local)
    }
}

/// What the log says when it stands otherwise with an account. What comes and goes every few minutes is not worth a line.
fn turn(status: &AccountStatus) -> Option<String> {
    let name = &status.name;
    match &status.state {
        AccountState::SignedOut => Some(format!("{name}: signed out")),
        AccountState::NeedsSignIn { reason } if reason.is_empty() => Some(format!("{name}: needs sign-in")),
        AccountState::NeedsSignIn { reason } => Some(format!("{name}: needs sign-in: {reason}")),
        AccountState::Offline { reason, .. } => Some(format!("{name}: offline: {reason}")),
        AccountState::Braked { summary } => Some(format!("{name}: stopped: {summary}")),
        AccountState::Syncing { .. } | AccountState::UpToDate { .. } | AccountState::Elsewhere => None,
    }
}
