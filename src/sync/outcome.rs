//! How a sync is wanted, how it goes, how it ended: plain values.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio::sync::watch;

use crate::{
    book::Failure,
    plan::{Held, Plan},
    webex::WebexError,
};

/// What is wanted of a sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// A person has seen the plan: no brake stops it.
    pub confirmed: bool,
    /// The directory is asked for everybody, even if it was today.
    pub directory: bool,
    /// What waits for its moment, because it was tried in vain, is tried now; so are keys that were refused.
    pub at_once: bool,
    /// The same for the plan that is known by this alone ([`digest`]): another one is shown first.
    pub plan: Option<u64>,
}

/// What a plan is known by, as long as this program runs, so that a word about one is never taken for another: by what it
/// does.
pub fn digest(plan: &Plan) -> Option<u64> {
    let text = serde_json::to_string(&plan.steps).ok()?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Some(hasher.finish())
}

/// What a sync is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The list is on its way.
    #[default]
    Fetching,
    /// It is opened, and people are looked up.
    Opening,
    /// What came in is taken over.
    Taking,
    /// What is new here is sent.
    Sending,
}

/// How far a sync is: step `done` of `of` in this stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// So many steps of it are done.
    pub done: usize,
    /// Of so many; 0 where nobody can tell.
    pub of: usize,
}

/// The way to whoever watches a sync.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Where it says how far it is.
    pub progress: watch::Sender<Progress>,
    /// Turns true when it shall stop. What was sent is settled first; the rest stays in the queue.
    pub stop: watch::Receiver<bool>,
}

impl Watched {
    /// By nobody.
    pub fn by_nobody() -> Self {
        Self { progress: watch::Sender::default(), stop: watch::channel(false).1 }
    }

    pub(super) fn says(&self, stage: Stage, done: usize, of: usize) {
        self.progress.send_replace(Progress { stage, done, of });
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Does something that may take long and leaves nothing behind when it is given up; `None` when it was.
    pub(super) async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut stop = self.stop.clone();
        let stopped = async {
            // Nobody can stop it any more when the other end is gone.
            if stop.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = stopped => None,
            done = work => Some(done),
        }
    }
}

/// A record that could not be sent while others could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What people call it.
    pub name: String,
    /// Why.
    pub error: WebexError,
}

/// How a sync ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// Nothing is left that could be done.
    Done,
    /// The plan would delete much, and waits for a person; what deletes nothing was done before, and is not in it.
    Braked(Box<Plan>),
    /// This is left; the next sync goes on with it.
    Left(Box<Plan>),
    /// It was stopped.
    Stopped,
    /// It could not go on. What was done is done, the rest is in the queue.
    Failed(WebexError),
}

/// What a sync did.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Steps done in this book.
    pub here: usize,
    /// Steps done on the server.
    pub there: usize,
    /// Records that wait for a person, because both sides gave a field different values.
    pub conflicts: usize,
    /// Records that wait for a person, because nobody can tell who is who.
    pub unclear: usize,
    /// What waits for something else.
    pub held: Vec<Held>,
    /// What could not be sent.
    pub failed: Vec<Failed>,
    /// Why people of CLOUD contacts could not be looked up.
    pub directory: Option<WebexError>,
    /// How it ended.
    pub ended: Ended,
}

impl Report {
    pub(super) fn new() -> Self {
        Self {
            here: 0,
            there: 0,
            conflicts: 0,
            unclear: 0,
            held: Vec::new(),
            failed: Vec::new(),
            directory: None,
            ended: Ended::Done,
        }
    }
}

/// A sync that could not begin, or whose book could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// Another callbook does it.
    #[error("another callbook{} syncs this account already", process.map(|id| format!(" (process {id})")).unwrap_or_default())]
    Elsewhere {
        /// Its process, if it can be told.
        process: Option<u32>,
    },
    /// The book.
    #[error(transparent)]
    Book(#[from] Failure),
}
