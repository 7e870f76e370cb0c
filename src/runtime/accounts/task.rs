//! The task that looks after accounts: it waits for work or for the next sync, and for nothing where neither will come.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
    task::spawn_local,
    time::{sleep_until, timeout},
};

use super::{
    Say,
    asked::Asked,
    desk::Desk,
    people::{Looked, Looking, Wanted},
    sign::{SignIn, Step},
    status,
};
use crate::{
    app::{Answered, Effect, Event, RequestId},
    book::{AccountId, AccountStatus, BrakedPlan, Failure, QueueEntry, Waits},
    config,
    runtime::SystemClock,
    store::Book,
    sync::{How, Report, SyncError},
};

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
    /// A program has written to the book, or to what lies beside it.
    Rung,
    /// There is something to go on with that stands in no queue.
    Settled(AccountId),
    /// The settings are these from now on.
    Settings(Box<config::Webex>),
    /// The services of an account are given up; they are wanted anew.
    Closed(AccountId),
    /// Somebody types into the people picker.
    LookFor(Box<Wanted>),
    /// What a directory has answered.
    Looked(Box<Looked>),
    /// Nothing comes after this.
    Stop,
}

/// All that the task has before it.
pub(super) struct Task {
    pub path: PathBuf,
    pub book: Book,
    pub settings: config::Webex,
    pub jobs: UnboundedSender<Job>,
    pub desks: Vec<Desk>,
    pub sign_in: Option<SignIn>,
    /// The latest search for people; the one before ended with it.
    pub looking: Option<Looking>,
    pub asked: Asked,
    say: Say,
    told: Option<(Vec<AccountStatus>, Vec<BrakedPlan>)>,
}

impl Task {
    /// Opens the book once more.
    pub fn open(path: &Path, settings: config::Webex, say: Say, jobs: UnboundedSender<Job>) -> Result<Self, Failure> {
        let book = open(path)?;
        let (path, asked, desks) = (path.to_owned(), Asked::default(), Vec::new());
        Ok(Self { path, book, settings, jobs, desks, sign_in: None, looking: None, asked, say, told: None })
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
            Job::Rung => self.look_for_sign_ins(),
            Job::Settled(account) => {
                if let Some(desk) = self.desk(&account) {
                    desk.has_more();
                }
            }
            Job::Settings(settings) => self.configured(*settings),
            Job::Closed(account) => self.begin_anew(&account),
            Job::LookFor(wanted) => self.look_for(*wanted),
            Job::Looked(looked) => self.looked(*looked),
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
            Effect::LookAgain => self.look_again(),
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
            Effect::TrustKeyServer { request, trusted } => self.answer_sign_in(request, trusted),
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
                desk.has_more();
            }
            desk.known = queue;
        }
        for account in new {
            self.fly(&account, How::default());
        }
        self.tell();
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
        (self.sign_in, self.looking) = (None, None);
        self.carry_out(Effect::CancelSync);
    }
}

pub(super) fn open(path: &Path) -> Result<Book, Failure> {
    Book::open(path, Arc::new(SystemClock)).map_err(|error| Failure::Storage(error.to_string()))
}
