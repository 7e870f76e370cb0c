//! The thread that looks people of the directory up, by a connection of its own: only the newest request counts, and
//! neither saves nor imports keep it waiting.

use std::{
    collections::HashMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use super::accounts::PeopleWanted;
use crate::{
    app::{Event, People, RequestId},
    book::{
        AccountId, ContactId, Failure, PersonRef,
        port::{Directory as _, Matches},
    },
    store::{OFFLINE, OfflineDirectory},
};

enum Job {
    Search {
        request: RequestId,
        query: String,
        /// Whose people are meant, where they are not those of a file.
        account: Option<AccountId>,
    },
    /// Another book is open.
    Book(PathBuf),
    /// Nothing comes after this.
    Stop,
}

/// Has those whom this thread has not found asked for.
pub(super) type AskOn = Box<dyn Fn(PeopleWanted) + Send>;

/// Hands queries to the thread.
#[derive(Clone)]
pub(super) struct PeopleSearcher {
    jobs: mpsc::Sender<Job>,
    newest: Arc<AtomicU64>,
}

impl PeopleSearcher {
    /// Starts the thread; the book at `path` is opened when somebody is looked for. Whoever is
    /// looked for in an account is asked for further by `ask_on`.
    pub fn start(
        path: &Path,
        events: UnboundedSender<Event>,
        ask_on: AskOn,
    ) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel();
        let newest = Arc::new(AtomicU64::new(0));
        let mut desk = Desk { path: path.to_owned(), directory: None, newest: Arc::clone(&newest), events, ask_on };
        let work = move || {
            for job in queue {
                match job {
                    Job::Search { request, query, account } => desk.answer(request, query, account),
                    Job::Book(path) => (desk.path, desk.directory) = (path, None),
                    Job::Stop => break,
                }
            }
        };
        let thread = thread::Builder::new().name("people".to_owned()).spawn(work)?;
        Ok((Self { jobs, newest }, thread))
    }

    /// Looks for people; what was looked for before is given up.
    pub fn search(&self, request: RequestId, query: String, account: Option<AccountId>) {
        self.newest.store(request.0, Ordering::Relaxed);
        self.post(Job::Search { request, query, account });
    }

    /// Another book is open.
    pub fn open(&self, path: &Path) {
        self.post(Job::Book(path.to_owned()));
    }

    /// The thread ends as soon as it can, and its connection with it.
    pub fn stop(&self) {
        self.newest.store(u64::MAX, Ordering::Relaxed);
        self.post(Job::Stop);
    }

    fn post(&self, job: Job) {
        // The thread ends only when it is told to, above.
        let _ = self.jobs.send(job);
    }
}

struct Desk {
    path: PathBuf,
    /// With the account whose it is.
    directory: Option<(Option<AccountId>, OfflineDirectory)>,
    newest: Arc<AtomicU64>,
    events: UnboundedSender<Event>,
    ask_on: AskOn,
}

/// Who is known here, and which of them are contacts.
type Found = (Matches, HashMap<PersonRef, ContactId>);

impl Desk {
    /// Answers a query, unless a newer one has come. Of an account it says who is known here, and has the others asked for.
    fn answer(&mut self, request: RequestId, query: String, account: Option<AccountId>) {
        let event = match catch_unwind(AssertUnwindSafe(|| self.found(request, &query, account.as_ref()))) {
            Ok(Ok(None)) => return,
            Ok(Ok(Some((matches, contacts)))) => match account {
                None => Event::PeopleFound { request, matches, contacts, remark: None },
                Some(account) => {
                    let (known, same) = (matches.clone(), contacts.clone());
                    self.say(Event::PeopleSeen { request, matches, contacts });
                    return (self.ask_on)(PeopleWanted { request, query, account, known, contacts: same });
                }
            },
            Ok(Err(failure)) => Event::TaskFailed { request, message: failure.to_string() },
            Err(_) => {
                self.directory = None;
                let message =
                    format!("callbook made a mistake in this search. {}", super::panic_report::please_report());
                Event::TaskFailed { request, message }
            }
        };
        self.say(event);
    }

    fn say(&self, event: Event) {
        // A loop that has ended wants no answers.
        let _ = self.events.send(event);
    }

    fn found(
        &mut self,
        request: RequestId,
        query: &str,
        account: Option<&AccountId>,
    ) -> Result<Option<Found>, Failure> {
        let superseded = || self.newest.load(Ordering::Relaxed) != request.0;
        if superseded() {
            return Ok(None);
        }
        let directory = match self.directory.take_if(|(whose, _)| whose.as_ref() == account) {
            Some((_, directory)) => directory,
            None => OfflineDirectory::open(&self.path, account.map_or(OFFLINE, |account| &account.0))?,
        };
        let (_, directory) = self.directory.insert((account.cloned(), directory));
        let found = directory.search(query, People::LIMIT, &superseded)?;
        Ok(found.map(|matches| {
            let contacts = directory.contacts(&matches);
            (matches, contacts)
        }))
    }
}
