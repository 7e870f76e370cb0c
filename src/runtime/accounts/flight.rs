//! Syncs under way: begun when they are due or wanted, one at a time for each account, and told when they end.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{
    sync::{mpsc::UnboundedSender, watch},
    task::spawn_local,
    time::Instant,
};

use super::{
    Say,
    desk::Desk,
    status,
    task::{Job, Task, open},
};
use crate::{
    app::{Answered, Event, RequestId},
    book::{AccountId, AccountState, Failure, RecordId, port::Clock as _},
    config,
    runtime::SystemClock,
    sync::{
        Engine, How, Progress, Report, SyncError, Watched,
        account::{Access, vault},
    },
    webex::{Client, WebexError},
};

impl Task {
    pub(super) fn fly_those_due(&mut self) {
        self.fly_each(|desk| desk.next.is_some_and(|at| at <= Instant::now()));
    }

    /// Begins a sync of every account of which this is so.
    fn fly_each(&mut self, wanted: impl Fn(&Desk) -> bool) {
        let accounts: Vec<_> = self.desks.iter().filter(|desk| wanted(desk)).map(|desk| desk.account.clone()).collect();
        if !accounts.is_empty() {
            for account in accounts {
                self.fly(&account, How::default());
            }
            self.tell();
        }
    }

    pub(super) fn fly_all(&mut self, request: RequestId, how: How) {
        let is_in = |desk: &&Desk| desk.client.is_some() || !desk.is_out();
        let accounts: Vec<_> = self.desks.iter().filter(is_in).map(|desk| desk.account.clone()).collect();
        self.fly_for(request, accounts, how);
    }

    pub(super) fn fly_for(&mut self, request: RequestId, mut accounts: Vec<AccountId>, how: How) {
        accounts.retain(|account| self.fly(account, how));
        self.tell();
        if accounts.is_empty() {
            return self.answer(request, Answered::Failed("nobody is signed in: sign in first".to_owned()));
        }
        self.asked.wait(request, accounts);
    }

    /// What else waits for its moment goes on waiting.
    pub(super) fn retry(&mut self, request: RequestId, record: RecordId) {
        let has_it = |desk: &&Desk| desk.known.iter().any(|entry| (entry.kind, entry.id) == (record.kind, record.id));
        let account = self.desks.iter().find(has_it).map(|desk| desk.account.clone());
        match (account, self.book.retry_record(record.id)) {
            (Some(account), Ok(())) => self.fly_for(request, vec![account], How::default()),
            (None, Ok(())) => self.answer(request, Answered::Nothing("nothing of it is unsent any more".to_owned())),
            (_, Err(failure)) => self.answer(request, Answered::Failed(failure.to_string())),
        }
    }

    /// The user has come back: accounts that were not looked at for a while are.
    pub(super) fn look_again(&mut self) {
        self.fly_each(|desk| desk.is_stale(Instant::now()));
    }

    /// Accounts that waited for a sign-in go on with one that another program has brought.
    pub(super) fn look_for_sign_ins(&mut self) {
        if self.sign_in.is_some() {
            return;
        }
        let vault = vault(&self.path, &self.settings);
        let is_new = |desk: &Desk| {
            let kept = vault.kept_at(&desk.account);
            kept.is_some() && kept != desk.kept
        };
        self.fly_each(|desk| desk.is_out() && desk.flight.is_none() && is_new(desk));
    }

    /// Other settings hold: the services are made anew by them.
    pub(super) fn configured(&mut self, settings: config::Webex) {
        self.settings = settings;
        self.looking = None;
        for desk in &mut self.desks {
            match &desk.flight {
                // What is being sent arrives first.
                Some(stop) => {
                    stop.send_replace(true);
                    desk.outdated = true;
                }
                None => close(desk, &self.jobs),
            }
        }
    }

    /// The services of before are closed.
    pub(super) fn begin_anew(&mut self, account: &AccountId) {
        self.fly(account, How::default());
        self.tell();
    }

    /// Begins a sync, after the one that is under way. Whether there will be one.
    pub(super) fn fly(&mut self, account: &AccountId, how: How) -> bool {
        let (path, settings, say, jobs) = (self.path.clone(), self.settings.clone(), self.sayer(), self.jobs.clone());
        let Some(desk) = self.desk(account) else { return false };
        desk.next = None;
        desk.kept = vault(&path, &settings).kept_at(account);
        if desk.flight.is_some() {
            desk.then = Some(how);
            return true;
        }
        let client = match desk.client(&path, &settings) {
            Ok(client) => client,
            Err(error) => {
                desk.did_not_begin(&error);
                return false;
            }
        };
        let (stop, stopped) = watch::channel(false);
        desk.flight = Some(stop);
        if desk.is_out() {
            let reason = "nothing was synced yet".to_owned();
            desk.status.state = AccountState::Offline { since: SystemClock.now(), reason };
        }
        let syncing = AccountState::Syncing { done: 0, of: 0 };
        if !matches!(desk.status.state, AccountState::Syncing { .. }) {
            desk.before = std::mem::replace(&mut desk.status.state, syncing);
        }
        let account = account.clone();
        let work = spawn_local(Box::pin(sync(path, client, how, stopped, say)));
        spawn_local(async move {
            let broken = |_| SyncError::Book(Failure::Storage("callbook made a mistake in this sync".to_owned()));
            let done = work.await.map_err(broken).flatten();
            // Whoever has ended needs no answer.
            let _ = jobs.send(Job::Synced(account, done));
        });
        true
    }

    pub(super) fn synced(&mut self, account: &AccountId, done: &Result<Report, SyncError>) {
        let (known, jobs) = (self.book.queue(account).unwrap_or_default(), self.jobs.clone());
        let Some(desk) = self.desk(account) else {
            return self.answer_those_who_asked(account, &Answered::Nothing("the account is gone".to_owned()));
        };
        (desk.flight, desk.known) = (None, known);
        let then = desk.then.take().filter(|_| desk.leaving.is_none());
        desk.ended(done);
        if std::mem::take(&mut desk.outdated) && desk.leaving.is_none() {
            close(desk, &jobs);
        } else if desk.is_out()
            && let Some(client) = desk.client.take()
        {
            spawn_local(client.close());
        } else if let Some(how) = then {
            self.fly(account, how);
            return self.tell();
        }
        self.tell();
        self.answer_those_who_asked(account, &status::answer(&status::name(account), done));
        self.leave(account);
    }

    fn answer_those_who_asked(&mut self, account: &AccountId, answer: &Answered) {
        for (request, answer) in self.asked.ended(account, answer) {
            self.answer(request, answer);
        }
    }
}

/// Gives the services of an account up, in order, and has them made anew.
fn close(desk: &mut Desk, jobs: &UnboundedSender<Job>) {
    let (client, jobs, account) = (desk.client.take(), jobs.clone(), desk.account.clone());
    spawn_local(async move {
        if let Some(client) = client {
            client.close().await;
        }
        let _ = jobs.send(Job::Closed(account));
    });
}

/// The services of an account that is signed in. Blocks for as long as the keyring or a command takes.
pub(super) fn client(book: &Path, account: &AccountId, settings: &config::Webex) -> Result<Client, WebexError> {
    let access = Access::prepare(book, account.clone(), settings, Arc::new(SystemClock))?;
    access.client(&access.login()?)
}

/// One sync, by a connection of its own.
async fn sync(
    path: PathBuf,
    client: Client,
    how: How,
    stop: watch::Receiver<bool>,
    say: Say,
) -> Result<Report, SyncError> {
    let account = client.account().clone();
    let (progress, mut seen) = watch::channel(Progress::default());
    let watched = Watched { progress, stop };
    let mut book = open(&path)?;
    let mut engine = Engine::open(&mut book, client, Arc::new(SystemClock))?;
    let mut work = Box::pin(engine.sync(how, &watched));
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            Ok(()) = seen.changed() => {
                let Progress { done, of, .. } = *seen.borrow_and_update();
                say(Event::SyncProgressed { account: account.clone(), done, of });
            }
        }
    }
}
