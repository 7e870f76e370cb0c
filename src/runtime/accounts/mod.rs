//! The Webex accounts of the book in motion: signing in and out, and syncs, those that are asked for and those that come
//! by themselves.
//!
//! ```text
//!  librarian ─► Office ─► task (its thread, its runtime, its connection) ─► sync::Engine ─► the book and the network
//!      ▲                    │
//!      └────── events ──────┘   what the book has new is shown before an event says so
//! ```
//!
//! A book without an account has no thread here, and without a sign-in nothing wakes up.

mod asked;
mod desk;
mod flight;
mod people;
mod sign;
mod standing;
mod status;
mod task;
#[cfg(test)]
mod tests;

use std::{io, path::PathBuf, sync::Arc, thread};

use tokio::sync::mpsc::{self, UnboundedSender};

pub(super) use people::Wanted as PeopleWanted;
pub(super) use standing::Standing;
pub(super) use status::of_book;

use crate::{
    app::{Answered, Effect, Event, RequestId, SignInEnd},
    book::{AccountId, Failure},
    config,
    store::Book,
};
use task::{Job, Task};

/// Where events go.
pub(super) type Say = Arc<dyn Fn(Event) + Send + Sync>;

const DEMO: &str = "this is the demo book, which is gone when you leave; sign in with a book of your own";

/// Hands work to the task, which is begun when there is an account to look after. Dropping it stops what is under way, once
/// what is being sent has arrived.
pub(super) struct Office {
    book: PathBuf,
    is_scratch: bool,
    settings: config::Webex,
    say: Say,
    task: Option<(UnboundedSender<Job>, thread::JoinHandle<()>)>,
}

impl Office {
    /// An office where nobody works yet.
    pub fn new(book: &Book, settings: config::Webex, say: Say) -> Self {
        Self { book: book.path().to_owned(), is_scratch: book.is_scratch(), settings, say, task: None }
    }

    /// Another book is open.
    pub fn open(&mut self, book: &Book) {
        self.close();
        (self.book, self.is_scratch) = (book.path().to_owned(), book.is_scratch());
    }

    /// Something in the book differs: accounts may have come and gone, and there may be something to send.
    ///
    /// # Errors
    /// The book cannot be read, or there can be no thread.
    pub fn book_moved(&mut self, book: &Book) -> Result<(), Failure> {
        if self.task.is_none() && !self.is_scratch && book.accounts()?.iter().any(|account| !account.id.is_local()) {
            return self.begin().map_err(|error| Failure::Storage(format!("nothing is synced: {error}")));
        }
        self.post(Job::BookMoved);
        Ok(())
    }

    /// Has an effect about accounts carried out.
    pub fn carry(&mut self, effect: Effect) {
        let begun = match self.task {
            // Where nobody works there is nothing to look at.
            None if effect == Effect::LookAgain => return,
            None if self.is_scratch => Err(DEMO.to_owned()),
            None => self.begin().map_err(|error| format!("nothing was done: {error}")),
            Some(_) => Ok(()),
        };
        match (begun, &self.task) {
            (Ok(()), Some((jobs, _))) => _ = jobs.send(Job::Effect(effect)),
            (Err(reason), _) => self.refuse(&effect, reason),
            (Ok(()), None) => {}
        }
    }

    /// A program has written to the book, or to what lies beside it: a sign-in changes nothing that a book tells as news.
    pub fn rung(&self) {
        self.post(Job::Rung);
    }

    /// A person has answered something of an account: there is something to go on with.
    pub fn settled(&self, account: &AccountId) {
        self.post(Job::Settled(account.clone()));
    }

    /// The settings are these from now on.
    pub fn take_settings(&mut self, settings: config::Webex) {
        if settings == self.settings {
            return;
        }
        self.settings = settings.clone();
        self.post(Job::Settings(Box::new(settings)));
    }

    /// Asks the directory of an account for people.
    pub fn look_for(&self, wanted: PeopleWanted) {
        match &self.task {
            Some((jobs, _)) => _ = jobs.send(Job::LookFor(Box::new(wanted))),
            None => (self.say)(wanted.without_the_directory(people::NOBODY)),
        }
    }

    fn post(&self, job: Job) {
        if let Some((jobs, _)) = &self.task {
            // The task ends only when it is told to.
            let _ = jobs.send(job);
        }
    }

    fn refuse(&self, effect: &Effect, reason: String) {
        match effect {
            Effect::SignIn { request, .. } => {
                (self.say)(Event::SignedIn { request: *request, end: SignInEnd::Failed(reason) });
            }
            Effect::SyncNow { request }
            | Effect::SignOut { request, .. }
            | Effect::RetrySending { request, .. }
            | Effect::ConfirmBrake { request, .. }
            | Effect::RefuseBrake { request, .. }
            | Effect::RefreshDirectory { request } => self.answer(*request, Answered::Failed(reason)),
            _ => {}
        }
    }

    fn answer(&self, request: RequestId, answer: Answered) {
        (self.say)(Event::Answered { request, answer });
    }

    fn begin(&mut self) -> io::Result<()> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (book, settings, say, own) =
            (self.book.clone(), self.settings.clone(), Arc::clone(&self.say), jobs.clone());
        let work = move || {
            match Task::open(&book, settings, Arc::clone(&say), own) {
                Ok(task) => tokio::task::LocalSet::new().block_on(&runtime, task.run(queue)),
                Err(error) => say(Event::Alarmed(format!("nothing is synced: {error}"))),
            }
            // A name that is being looked up keeps nobody waiting.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("accounts".to_owned()).spawn(work)?;
        self.task = Some((jobs, thread));
        Ok(())
    }

    fn close(&mut self) {
        if let Some((jobs, thread)) = self.task.take() {
            let _ = jobs.send(Job::Stop);
            let _ = thread.join();
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.close();
    }
}
