//! The thread that owns the book: it carries out one job after the other and answers with events.

mod desk;
mod effects;

use std::{
    io,
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use super::{
    accounts::{Office, PeopleWanted, Standing},
    lister::Lister,
    people::{AskOn, PeopleSearcher},
    porter::{Answers, Porter},
    searcher::Searcher,
    words::WordReader,
};
use crate::{
    app::{Effect, Event},
    config::{self, Keeping},
    store::{Book, Watch},
};

enum Job {
    /// An effect of the screen.
    Effect(Effect),
    /// Something was written to the book's files.
    Look,
    /// An import or an export has ended, or something is said of an account: after what it has written.
    Carried(Event),
    /// The accounts are looked after from now on.
    Accounts,
    /// The settings of Webex are these from now on.
    Settings(Box<config::Webex>),
    /// Somebody is looked for in the directory of an account.
    LookFor(Box<PeopleWanted>),
    /// What is too old goes, the file is checked and backed up.
    KeepHouse(Keeping),
    /// Nothing comes after this.
    Stop,
}

/// Hands jobs to the thread. Dropping it waits until everything that was asked for is done.
pub(super) struct Librarian {
    jobs: mpsc::Sender<Job>,
    thread: Option<thread::JoinHandle<()>>,
    people: PeopleSearcher,
    people_thread: Option<thread::JoinHandle<()>>,
}

impl Librarian {
    /// Starts the thread with the book.
    pub fn start(book: Book, webex: config::Webex, events: UnboundedSender<Event>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let searcher = Searcher::start(events.clone())?;
        let (after_a_look, at_once) = (jobs.clone(), events.clone());
        let carried: Answers = Arc::new(move |event| {
            let _ = match event {
                // What it has written is shown before it says so.
                Event::Imported { .. } => after_a_look.send(Job::Carried(event)).map_err(drop),
                event => at_once.send(event).map_err(drop),
            };
        });
        let (porter, lister) = (Porter::default(), Lister::default());
        let to_office = jobs.clone();
        let ask_on: AskOn = Box::new(move |wanted| _ = to_office.send(Job::LookFor(Box::new(wanted))));
        let (people, people_thread) = PeopleSearcher::start(book.path(), events.clone(), ask_on)?;
        let to_people = people.clone();
        let of_accounts = jobs.clone();
        let office = Office::new(&book, webex, Arc::new(move |event| _ = of_accounts.send(Job::Carried(event))));
        let mut desk = Desk {
            office,
            standing: None,
            porter,
            lister,
            words: WordReader::default(),
            carried,
            people: to_people,
            watch: None,
            noticed: Arc::default(),
            jobs: jobs.clone(),
            book,
            searcher,
            events,
        };
        let work = move || {
            desk.watch();
            for job in queue {
                if matches!(job, Job::Stop) {
                    break;
                }
                desk.carry_out(job);
            }
        };
        let thread = thread::Builder::new().name("librarian".to_owned()).spawn(work)?;
        Ok(Self { jobs, thread: Some(thread), people, people_thread: Some(people_thread) })
    }

    /// Has an effect carried out.
    pub fn send(&self, effect: Effect) {
        match effect {
            // Nobody who types waits for an import.
            Effect::SearchPeople { request, query, account } => self.people.search(request, query, account),
            effect => self.post(Job::Effect(effect)),
        }
    }

    /// Has the book looked after, once what was asked for before is done.
    pub fn keep_house(&self, keeping: Keeping) {
        self.post(Job::KeepHouse(keeping));
    }

    /// Has the accounts looked after.
    pub fn look_after_accounts(&self) {
        self.post(Job::Accounts);
    }

    /// The settings of Webex are these from now on.
    pub fn take_settings(&self, settings: config::Webex) {
        self.post(Job::Settings(Box::new(settings)));
    }

    fn post(&self, job: Job) {
        // The thread ends only when it is told to, below.
        let _ = self.jobs.send(job);
    }
}

impl Drop for Librarian {
    fn drop(&mut self) {
        // First the readers: whoever closes the book last tidies up after it.
        self.people.stop();
        if let Some(thread) = self.people_thread.take() {
            let _ = thread.join();
        }
        self.post(Job::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread has before it.
struct Desk {
    /// First, so that it ends before the book is closed.
    office: Office,
    /// What was told of queues and disputes; `None` before the accounts are looked after.
    standing: Option<Standing>,
    porter: Porter,
    lister: Lister,
    words: WordReader,
    /// Where the porter's answers go.
    carried: Answers,
    book: Book,
    searcher: Searcher,
    people: PeopleSearcher,
    watch: Option<Watch>,
    /// Set while a look at the files is due, so that a burst of writes makes one look.
    noticed: Arc<AtomicBool>,
    jobs: mpsc::Sender<Job>,
    events: UnboundedSender<Event>,
}
