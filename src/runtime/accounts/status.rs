//! How it stands with an account, in the words of the screen.

use crate::{
    app::Answered,
    book::{AccountId, AccountState, AccountStatus, BrakedPlan, Failure, Timestamp},
    plan::Plan,
    store::Book,
    sync::{Ended, Report, SyncError, account, digest},
    webex::WebexError,
};

/// The accounts of a book as they stood when a sync last ended; nobody is asked.
///
/// # Errors
/// The book cannot be read.
pub(in crate::runtime) fn of_book(book: &Book) -> Result<Vec<AccountStatus>, Failure> {
    let accounts = book.accounts()?.into_iter().map(|account| account.id).filter(|id| !id.is_local());
    accounts.map(|id| of_account(book, id)).collect()
}

/// One of them.
pub(super) fn of_account(book: &Book, id: AccountId) -> Result<AccountStatus, Failure> {
    let known = book.sync_state(&id)?;
    let state = match known.pulled {
        Some(at) if known.said != "needs sign-in" => AccountState::UpToDate { at },
        _ => AccountState::NeedsSignIn { reason: String::new() },
    };
    let login = known.facts.get(account::LOGIN).cloned().unwrap_or_default();
    Ok(AccountStatus { name: name(&id), id, login, state, no_directory: None })
}

/// What people call it.
pub(super) fn name(account: &AccountId) -> String {
    if account.0 == account::FIRST { "Webex".to_owned() } else { account.0.clone() }
}

/// How it stands after a sync that ended `now`; `before` is how it stood.
pub(super) fn after(done: &Result<Report, SyncError>, before: &AccountState, now: Timestamp) -> AccountState {
    match done {
        Ok(Report { ended: Ended::Done | Ended::Left(_), .. }) => AccountState::UpToDate { at: now },
        Ok(Report { ended: Ended::Stopped, .. }) => before.clone(),
        Ok(Report { ended: Ended::Braked(plan), .. }) => AccountState::Braked { summary: why(plan) },
        Ok(Report { ended: Ended::Failed(error), .. }) => failed(error, before, now),
        Err(SyncError::Elsewhere { .. }) => AccountState::Elsewhere,
        Err(SyncError::Book(failure)) => AccountState::Offline { since: now, reason: failure.to_string() },
    }
}

/// How it stands when something did not work.
pub(super) fn failed(error: &WebexError, before: &AccountState, now: Timestamp) -> AccountState {
    if let WebexError::SignedOut { reason } = error {
        return AccountState::NeedsSignIn { reason: reason.clone() };
    }
    let since = if let AccountState::Offline { since, .. } = before { *since } else { now };
    AccountState::Offline { since, reason: error.to_string() }
}

/// A plan that waits for a word.
pub(super) fn braked(account: &AccountId, plan: &Plan) -> BrakedPlan {
    let text = plan.to_string();
    // The reason stands above the steps.
    let steps = text.lines().skip(usize::from(plan.brake.is_some()));
    BrakedPlan {
        account: account.clone(),
        digest: digest(plan).map(|digest| format!("{digest:016x}")).unwrap_or_default(),
        lines: steps.map(str::to_owned).collect(),
        reason: why(plan),
    }
}

fn why(plan: &Plan) -> String {
    plan.brake.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// What is answered to whoever asked for a sync.
pub(super) fn answer(name: &str, done: &Result<Report, SyncError>) -> Answered {
    let report = match done {
        Ok(report) => report,
        Err(SyncError::Elsewhere { .. }) => return Answered::Nothing(format!("{name}: another window syncs")),
        Err(error) => return Answered::Failed(format!("{name}: {error}")),
    };
    match &report.ended {
        Ended::Failed(error) => Answered::Failed(format!("{name}: {error}")),
        Ended::Braked(plan) => Answered::Failed(format!("{name}: {}; nothing was deleted", why(plan))),
        Ended::Stopped => Answered::Nothing(format!("{name}: the sync was stopped")),
        Ended::Left(_) => Answered::Done(format!("{name}: not everything is sent yet; the next sync goes on")),
        Ended::Done if !report.failed.is_empty() => {
            let count = report.failed.len();
            Answered::Failed(format!("{name}: {count} could not be sent; the queue says why"))
        }
        Ended::Done => Answered::Done(format!("{name}: {}", counts(report))),
    }
}

fn counts(report: &Report) -> String {
    let waiting = report.conflicts + report.unclear;
    let parts = [(report.here, "taken over"), (report.there, "sent"), (waiting, "waiting for your answer")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "up to date".to_owned() } else { parts.join(", ") }
}
