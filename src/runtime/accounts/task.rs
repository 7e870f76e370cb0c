//! The task that looks after accounts: it waits for work or for the next sync, and for nothing where neither will come.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender},
        watch,
    },
    task::spawn_local,
    time::{Instant, sleep_until, timeout},
};

use super::{
    Say,
    asked::Asked,
    sign::{Leaving, SignIn, Step},
    status,
};
use crate::{
    app::{Answered, Effect, Event, RequestId},
    book::{
        AccountId, AccountState, AccountStatus, BrakedPlan, Failure, QueueEntry, RecordId, Waits, port::Clock as _,
    },
    config,
    runtime::SystemClock,
    store::Book,
    sync::{Ended, Engine, How, Progress, Report, SyncError, Watched, account::Access},
    webex::{Client, WebexError, jitter},
};

/// From the end of one sync to the beginning of the next.
const RHYTHM: Duration = Duration::from_secs(300);
/// From the last change to the sync that sends it.
const QUIET: Duration = Duration::from_secs(3);
/// The first wait after a failure, at most; each further one may be twice as long, up to the rhythm.
const PAUSE: Duration = Duration::from_secs(15);
/// So long whoever leaves waits for what is being sent.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the task has to do.
pub(super) enum Job {
    Effect(Effect),
    /// Something in the book differs.
    BookMoved,
    /// A sync has ended.
    Synced(AccountId, Result<Report, SyncError>),
    /// Signing in or out has come so far.
    Sign(Box<Step>),
    /// Nothing comes after this.
    Stop,
}

/// One account.
pub(super) struct Desk {
    pub account: AccountId,
    pub status: AccountStatus,
    /// There while somebody is signed in.
    pub client: Option<Client>,
    /// Stops the sync under way.
    pub flight: Option<watch::Sender<bool>>,
    /// Somebody signs out, as soon as no sync is under way.
    pub leaving: Option<Leaving>,
    /// How it stood before the sync.
    before: AccountState,
    /// How the sync after this one is wanted.
    then: Option<How>,
    /// There was a change during the sync that may not have been sent.
    again: bool,
    brake: Option<BrakedPlan>,
    known: Vec<QueueEntry>,
    failures: u32,
    next: Option<Instant>,
}

/// All that the task has before it.
pub(super) struct Task {
    pub path: PathBuf,
    pub book: Book,
    pub settings: config::Webex,
    pub jobs: UnboundedSender<Job>,
    pub desks: Vec<Desk>,
    pub sign_in: Option<SignIn>,
    say: Say,
    asked: Asked,
    told: Option<(Vec<AccountStatus>, Vec<BrakedPlan>)>,
}

impl Task {
    /// Opens the book once more.
    pub fn open(path: &Path, settings: config::Webex, say: Say, jobs: UnboundedSender<Job>) -> Result<Self, Failure> {
        let book = open(path)?;
        let (path, asked, desks) = (path.to_owned(), Asked::default(), Vec::new());
        Ok(Self { path, book, settings, jobs, desks, sign_in: None, say, asked, told: None })
    }

    /// Works until it is told to stop.
    pub async fn run(mut self, mut queue: UnboundedReceiver<Job>) {
        self.book_moved();
        loop {
            let next = self.desks.iter().filter_map(|desk| desk.next).min();
            let due = async {
                match next {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                job = queue.recv() => match job {
                    None | Some(Job::Stop) => break,
                    Some(job) => self.take(job),
                },
                () = due => self.fly_those_due(),
            }
        }
        self.end(queue).await;
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Effect(effect) => self.carry_out(effect),
            Job::BookMoved => self.book_moved(),
            Job::Synced(account, done) => self.synced(&account, &done),
            Job::Sign(step) => self.signed(*step),
            Job::Stop => {}
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        let at_once = How { at_once: true, ..How::default() };
        match effect {
            Effect::SyncNow { request } | Effect::RetrySending { request, record: None } => {
                self.fly_all(request, at_once);
            }
            Effect::RetrySending { request, record: Some(record) } => self.retry(request, record),
            Effect::RefreshDirectory { request } => self.fly_all(request, How { directory: true, ..at_once }),
            Effect::CancelSync => {
                for desk in &mut self.desks {
                    (desk.then, desk.again) = (None, false);
                    if let Some(stop) = &desk.flight {
                        stop.send_replace(true);
                    }
                }
            }
            Effect::ConfirmBrake { request, account, digest } => {
                let plan = u64::from_str_radix(&digest, 16).ok();
                match self.desk(&account).filter(|_| plan.is_some()) {
                    Some(_) => self.fly_for(request, vec![account], How { plan, ..at_once }),
                    None => self.answer(request, Answered::Nothing("this plan is out of date".to_owned())),
                }
            }
            Effect::RefuseBrake { request, account, .. } => {
                if let Some(desk) = self.desk(&account) {
                    // Until something differs here, or a person wants a sync.
                    desk.next = None;
                }
                self.answer(request, Answered::Done("Nothing of the plan was done; it waits".to_owned()));
            }
            Effect::SignIn { request, account } => self.begin_sign_in(request, account),
            Effect::CancelSignIn { request } => self.cancel_sign_in(request),
            Effect::SignOut { request, account, keep } => self.begin_sign_out(request, &account, keep),
            _ => {}
        }
    }

    pub fn desk(&mut self, account: &AccountId) -> Option<&mut Desk> {
        self.desks.iter_mut().find(|desk| desk.account == *account)
    }

    /// Says something from elsewhere.
    pub fn sayer(&self) -> Say {
        Arc::clone(&self.say)
    }

    pub fn say(&self, event: Event) {
        (self.say)(event);
    }

    pub fn answer(&self, request: RequestId, answer: Answered) {
        self.say(Event::Answered { request, answer });
    }

    /// Says which accounts there are and how it stands with them, and which plans wait, where that differs.
    pub fn tell(&mut self) {
        let statuses: Vec<_> = self.desks.iter().map(|desk| desk.status.clone()).collect();
        let brakes: Vec<_> = self.desks.iter().filter_map(|desk| desk.brake.clone()).collect();
        let told = self.told.take();
        if told.as_ref().is_none_or(|(told, _)| *told != statuses) {
            self.say(Event::Accounts(statuses.clone()));
        }
        if told.is_none_or(|(_, told)| told != brakes) {
            self.say(Event::Braked(brakes.clone()));
        }
        self.told = Some((statuses, brakes));
    }

    /// Accounts may have come and gone, and there may be something to send.
    fn book_moved(&mut self) {
        let accounts = match status::of_book(&self.book) {
            Ok(accounts) => accounts,
            Err(failure) => return self.say(Event::Alarmed(failure.to_string())),
        };
        for desk in self.desks.extract_if(.., |desk| !accounts.iter().any(|status| status.id == desk.account)) {
            if let Some(stop) = &desk.flight {
                stop.send_replace(true);
            }
            if let Some(client) = desk.client {
                spawn_local(client.close());
            }
        }
        let mut new = Vec::new();
        for status in accounts {
            if self.desk(&status.id).is_none() {
                new.push(status.id.clone());
                self.desks.push(Desk::new(status));
            }
        }
        for desk in &mut self.desks {
            let queue = self.book.queue(&desk.account).unwrap_or_default();
            let is_new = |entry: &QueueEntry| entry.waits == Waits::Sync && !desk.known.contains(entry);
            if queue.iter().any(is_new) {
                match &desk.flight {
                    Some(_) => desk.again = true,
                    None if desk.client.is_some() => desk.next = Some(Instant::now() + QUIET),
                    None => {}
                }
            }
            desk.known = queue;
        }
        for account in new {
            self.fly(&account, How::default());
        }
        self.tell();
    }

    fn fly_those_due(&mut self) {
        let is_due = |desk: &&Desk| desk.next.is_some_and(|at| at <= Instant::now());
        let due: Vec<_> = self.desks.iter().filter(is_due).map(|desk| desk.account.clone()).collect();
        for account in due {
            self.fly(&account, How::default());
        }
        self.tell();
    }

    fn fly_all(&mut self, request: RequestId, how: How) {
        let is_in = |desk: &&Desk| desk.client.is_some() || !desk.is_out();
        let accounts: Vec<_> = self.desks.iter().filter(is_in).map(|desk| desk.account.clone()).collect();
        self.fly_for(request, accounts, how);
    }

    fn fly_for(&mut self, request: RequestId, mut accounts: Vec<AccountId>, how: How) {
        accounts.retain(|account| self.fly(account, how));
        self.tell();
        if accounts.is_empty() {
            return self.answer(request, Answered::Failed("nobody is signed in: sign in first".to_owned()));
        }
        self.asked.wait(request, accounts);
    }

    /// What else waits for its moment goes on waiting.
    fn retry(&mut self, request: RequestId, record: RecordId) {
        let has_it = |desk: &&Desk| desk.known.iter().any(|entry| (entry.kind, entry.id) == (record.kind, record.id));
        let account = self.desks.iter().find(has_it).map(|desk| desk.account.clone());
        match (account, self.book.retry_record(record.id)) {
            (Some(account), Ok(())) => self.fly_for(request, vec![account], How::default()),
            (None, Ok(())) => self.answer(request, Answered::Nothing("nothing of it is unsent any more".to_owned())),
            (_, Err(failure)) => self.answer(request, Answered::Failed(failure.to_string())),
        }
    }

    /// Begins a sync, after the one that is under way. Whether there will be one.
    pub fn fly(&mut self, account: &AccountId, how: How) -> bool {
        let (path, settings, say, jobs) =
            (self.path.clone(), self.settings.clone(), Arc::clone(&self.say), self.jobs.clone());
        let Some(desk) = self.desk(account) else { return false };
        desk.next = None;
        if desk.flight.is_some() {
            desk.then = Some(how);
            return true;
        }
        let client = match desk.client.take().map_or_else(|| client(&path, account, &settings), Ok) {
            Ok(client) => client,
            Err(error) => {
                desk.did_not_begin(&error);
                return false;
            }
        };
        desk.client = Some(client.clone());
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

    fn synced(&mut self, account: &AccountId, done: &Result<Report, SyncError>) {
        let known = self.book.queue(account).unwrap_or_default();
        let Some(desk) = self.desk(account) else {
            return self.answer_those_who_asked(account, &Answered::Nothing("the account is gone".to_owned()));
        };
        (desk.flight, desk.known) = (None, known);
        let then = desk.then.take().filter(|_| desk.leaving.is_none());
        desk.ended(done);
        if desk.is_out()
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

    /// What is being sent arrives, if it does so soon; connections are closed.
    async fn end(mut self, mut queue: UnboundedReceiver<Job>) {
        self.cancel_everything();
        let in_order = async {
            while self.desks.iter().any(|desk| desk.flight.is_some()) {
                match queue.recv().await {
                    Some(Job::Synced(account, _)) => _ = self.desk(&account).and_then(|desk| desk.flight.take()),
                    Some(_) => {}
                    None => break,
                }
            }
            for client in self.desks.iter_mut().filter_map(|desk| desk.client.take()) {
                client.close().await;
            }
        };
        if timeout(PATIENCE, in_order).await.is_err() {
            tracing::info!("a connection was left without a word");
        }
    }

    fn cancel_everything(&mut self) {
        self.sign_in = None;
        self.carry_out(Effect::CancelSync);
    }
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
            leaving: None,
            then: None,
            again: false,
            brake: None,
            known: Vec::new(),
            failures: 0,
            next: None,
        }
    }

    /// Whether somebody has to sign in first.
    pub fn is_out(&self) -> bool {
        matches!(self.status.state, AccountState::SignedOut | AccountState::NeedsSignIn { .. })
    }

    fn did_not_begin(&mut self, error: &WebexError) {
        self.status.state = match error {
            // Why is plain.
            WebexError::SignedOut { .. } => AccountState::NeedsSignIn { reason: String::new() },
            error => status::failed(error, &self.status.state, SystemClock.now()),
        };
        if !self.is_out() {
            self.wait_after_a_failure(Duration::ZERO);
        }
    }

    fn ended(&mut self, done: &Result<Report, SyncError>) {
        self.status.state = status::after(done, &self.before, SystemClock.now());
        self.brake = None;
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

fn open(path: &Path) -> Result<Book, Failure> {
    Book::open(path, Arc::new(SystemClock)).map_err(|error| Failure::Storage(error.to_string()))
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
