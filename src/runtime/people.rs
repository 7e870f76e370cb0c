//! The thread that looks people of the directory up, by a connection of its own: only the newest request counts, and
//! neither saves nor imports keep it waiting.

use std::{
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

use crate::{
    app::{Event, People, RequestId},
    book::{Failure, port::Directory as _},
    store::OfflineDirectory,
};

enum Job {
    Search {
        request: RequestId,
        query: String,
        /// The people of an account are meant, and not those of a file.
        of_account: bool,
    },
    /// Another book is open.
    Book(PathBuf),
    /// Nothing comes after this.
    Stop,
}

/// Of an account those are looked through whom its syncs have met.
const ONLY_KNOWN: &str = "only people known here: the directory of the organisation is not asked";

/// Hands queries to the thread.
#[derive(Clone)]
pub(super) struct PeopleSearcher {
    jobs: mpsc::Sender<Job>,
    newest: Arc<AtomicU64>,
}

impl PeopleSearcher {
    /// Starts the thread; the book at `path` is opened when somebody is looked for.
    pub fn start(path: &Path, events: UnboundedSender<Event>) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel();
        let newest = Arc::new(AtomicU64::new(0));
        let mut desk = Desk { path: path.to_owned(), directory: None, newest: Arc::clone(&newest) };
        let work = move || {
            for job in queue {
                match job {
                    Job::Search { request, query, of_account } => {
                        if let Some(event) = desk.answer(request, &query, of_account) {
                            // A loop that has ended wants no answers.
                            let _ = events.send(event);
                        }
                    }
                    Job::Book(path) => (desk.path, desk.directory) = (path, None),
                    Job::Stop => break,
                }
            }
        };
        let thread = thread::Builder::new().name("people".to_owned()).spawn(work)?;
        Ok((Self { jobs, newest }, thread))
    }

    /// Looks for people; what was looked for before is given up.
    pub fn search(&self, request: RequestId, query: String, of_account: bool) {
        self.newest.store(request.0, Ordering::Relaxed);
        self.post(Job::Search { request, query, of_account });
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
    directory: Option<OfflineDirectory>,
    newest: Arc<AtomicU64>,
}

impl Desk {
    /// The answer to a query; `None` when a newer one has come.
    fn answer(&mut self, request: RequestId, query: &str, of_account: bool) -> Option<Event> {
        match catch_unwind(AssertUnwindSafe(|| self.found(request, query, of_account))) {
            Ok(Ok(event)) => event,
            Ok(Err(failure)) => Some(Event::TaskFailed { request, message: failure.to_string() }),
            Err(_) => {
                self.directory = None;
                let message =
                    format!("callbook made a mistake in this search. {}", super::panic_report::please_report());
                Some(Event::TaskFailed { request, message })
            }
        }
    }

    fn found(&mut self, request: RequestId, query: &str, of_account: bool) -> Result<Option<Event>, Failure> {
        let superseded = || self.newest.load(Ordering::Relaxed) != request.0;
        if superseded() {
            return Ok(None);
        }
        let directory = match &mut self.directory {
            Some(directory) => directory,
            none => none.insert(OfflineDirectory::open(&self.path)?),
        };
        let found = directory.search(query, People::LIMIT, &superseded)?;
        Ok(found.map(|matches| {
            let contacts = directory.contacts(&matches);
            let remark = of_account.then(|| ONLY_KNOWN.to_owned());
            Event::PeopleFound { request, matches, contacts, remark }
        }))
    }
}
