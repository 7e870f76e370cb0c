//! Why something about accounts is not possible now. What needs no network is always possible, offline and signed out.

use super::{QueueView, SignIn, SignInStep, record_of};
use crate::{
    app::{
        Errand, Modal, State,
        action::{Action, OnAccount, OnSettle, OnSync},
    },
    book::{AccountId, AccountState, Outgoing, Waits, change::Kind},
};

const NO_ACCOUNT: &str = "there is no Webex account yet: sign in first";
const SIGN_IN_FIRST: &str = "nobody is signed in: sign in first";
const OFFLINE: &str = "offline: it goes on by itself once the network is back";
const BEING_SENT: &str = "it is being sent";
const NOTHING_WAITS: &str = "nothing waits to be sent";

fn unless(possible: bool, reason: &'static str) -> Option<&'static str> {
    (!possible).then_some(reason)
}

fn is_signed_in(state: &AccountState) -> bool {
    !matches!(state, AccountState::SignedOut | AccountState::NeedsSignIn { .. })
}

fn is_reached(state: &AccountState) -> bool {
    is_signed_in(state) && !matches!(state, AccountState::Offline { .. })
}

impl State {
    /// Why an action on accounts is not possible now.
    pub(in crate::app) fn account_blocked(&self, action: Action) -> Option<&'static str> {
        match action {
            Action::Sync(_) | Action::Account(OnAccount::SignOut) if self.accounts.list.is_empty() => Some(NO_ACCOUNT),
            Action::Sync(action) => self.sync_blocked(action),
            Action::Account(OnAccount::SignIn | OnAccount::Add) if self.in_flight.any(|e| *e == Errand::SignIn) => {
                Some("a sign-in is under way")
            }
            Action::Account(OnAccount::Add | OnAccount::SignOut) => None,
            Action::Account(OnAccount::SignIn) => {
                let wanted = self.accounts.list.is_empty() || self.accounts.any(|state| !is_signed_in(state));
                unless(wanted, "you are signed in")
            }
            Action::Account(_) if self.accounts.list.is_empty() => Some(NO_ACCOUNT),
            Action::Account(OnAccount::CopyTo | OnAccount::MoveTo) => {
                if !self.has_targets() {
                    Some("no contact is selected")
                } else if self.groups.section == crate::app::Section::Trash {
                    Some("it lies in the trash: restore it first")
                } else {
                    unless(!self.other_homes().is_empty(), "they are there already")
                }
            }
            Action::Settle(action) => self.settle_blocked(action),
            _ => None,
        }
    }

    fn sync_blocked(&self, action: OnSync) -> Option<&'static str> {
        let asked = self.in_flight.any(|errand| *errand == Errand::SyncNow);
        let syncs = asked || self.accounts.any(|state| matches!(state, AccountState::Syncing { .. }));
        match action {
            OnSync::Now if syncs => Some("a sync is under way"),
            // Offline it is tried all the same: that is how one finds out that the network is back.
            OnSync::Now if !self.accounts.any(is_signed_in) => Some(SIGN_IN_FIRST),
            OnSync::Now => {
                let here = |state: &AccountState| is_signed_in(state) && *state != AccountState::Elsewhere;
                unless(self.accounts.any(here), "another window syncs")
            }
            OnSync::Cancel => unless(syncs, "no sync is under way"),
            OnSync::Queue => None,
            OnSync::Conflict => {
                let asked = !self.accounts.disputes.is_empty() || !self.accounts.twins.is_empty();
                unless(asked, "nothing waits for your answer")
            }
            OnSync::Plan => unless(!self.accounts.brakes.is_empty(), "no plan waits for your word"),
            OnSync::Directory if self.in_flight.any(|errand| *errand == Errand::RefreshDirectory) => {
                Some("the directory is being asked")
            }
            OnSync::Directory => self.network_blocked(None),
        }
    }

    /// Why the service cannot be asked: for one account, or for all of them.
    fn network_blocked(&self, account: Option<&AccountId>) -> Option<&'static str> {
        let concerned = || self.accounts.list.iter().filter(|status| account.is_none_or(|id| status.id == *id));
        if concerned().any(|status| is_reached(&status.state)) {
            None
        } else if concerned().any(|status| is_signed_in(&status.state)) {
            Some(OFFLINE)
        } else {
            Some(SIGN_IN_FIRST)
        }
    }

    fn settle_blocked(&self, action: OnSettle) -> Option<&'static str> {
        match (action, self.modals.last()) {
            (OnSettle::Retry | OnSettle::RetryAll | OnSettle::Drop | OnSettle::Show, Some(Modal::Queue(view))) => {
                self.queue_blocked(action, view)
            }
            (OnSettle::Mine | OnSettle::Theirs | OnSettle::Both, Some(Modal::Dispute(view))) => {
                let record = view.dispute.record;
                if self.in_flight.any(|errand| *errand == Errand::Rule(record)) {
                    Some("your answer is on its way")
                } else if !self.accounts.is_disputed(record) {
                    Some("it is settled already")
                } else {
                    let both = action != OnSettle::Both || view.dispute.both;
                    unless(both, "only a contact of your own can be there twice")
                }
            }
            (OnSettle::Same | OnSettle::Different, Some(Modal::Twins(view))) => {
                if self.in_flight.any(|errand| *errand == Errand::Twins) {
                    Some("your answer is on its way")
                } else {
                    unless(self.accounts.twins.contains(&view.twins), "it is settled already")
                }
            }
            (OnSettle::Apply | OnSettle::Leave, Some(Modal::Plan(view))) => {
                let plan = &view.plan;
                if self.in_flight.any(|errand| *errand == Errand::Brake(plan.account.clone())) {
                    Some("your word is on its way")
                } else {
                    let is_there = self.accounts.brakes.iter().any(|brake| brake.digest == plan.digest);
                    unless(is_there, "this plan is out of date: close it and look again")
                }
            }
            (
                OnSettle::OpenPage
                | OnSettle::CopyCode
                | OnSettle::Again
                | OnSettle::Trust
                | OnSettle::Distrust
                | OnSettle::CancelSignIn,
                Some(Modal::SignIn(view)),
            ) => sign_in_blocked(action, view),
            _ => None,
        }
    }

    fn queue_blocked(&self, action: OnSettle, view: &QueueView) -> Option<&'static str> {
        let Some((account, entry)) = view.selected(&self.accounts) else { return Some(NOTHING_WAITS) };
        let is_busy = self.in_flight.any(|errand| *errand == Errand::RetrySending);
        match action {
            OnSettle::Retry | OnSettle::RetryAll if is_busy => Some("it is being tried"),
            OnSettle::RetryAll => self.network_blocked(None),
            OnSettle::Retry => match entry.waits {
                _ if self.accounts.twins_of(record_of(entry)).is_some() => {
                    Some("it waits for your answer, not for another try")
                }
                Waits::Person => Some("it waits for your answer, not for another try"),
                Waits::Answer if self.network_blocked(Some(account)).is_none() => Some(BEING_SENT),
                _ => self.network_blocked(Some(account)),
            },
            OnSettle::Drop => match (&entry.what, &entry.waits) {
                (Outgoing::Finish, _) => Some("the new version is there already"),
                (_, Waits::Answer) => Some(BEING_SENT),
                (_, Waits::Person) => Some("it waits for your answer: that decides what stays"),
                _ => None,
            },
            OnSettle::Show => {
                let record = record_of(entry);
                let is_here = match record.kind {
                    Kind::Contact => self.roster.rows.iter().any(|row| row.id.0 == record.id),
                    Kind::Group => self.roster.group(crate::book::GroupId(record.id)).is_some(),
                };
                unless(
                    is_here || self.accounts.is_disputed(record) || self.accounts.twins_of(record).is_some(),
                    "it is not in the book any more",
                )
            }
            _ => None,
        }
    }
}

fn sign_in_blocked(action: OnSettle, view: &SignIn) -> Option<&'static str> {
    match action {
        OnSettle::OpenPage | OnSettle::CopyCode => match view.step {
            SignInStep::Prompted(_) => None,
            SignInStep::Asking => Some("the code is not here yet"),
            SignInStep::Asked(_) | SignInStep::Answered => Some("the code is confirmed already"),
            SignInStep::Failed(_) => Some("this code is of no use any more"),
        },
        OnSettle::Trust | OnSettle::Distrust => {
            unless(matches!(view.step, SignInStep::Asked(_)), "nothing is asked at the moment")
        }
        OnSettle::Again => unless(matches!(view.step, SignInStep::Failed(_)), "it is under way"),
        _ => None,
    }
}
