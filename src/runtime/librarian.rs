//! The thread that owns the book: it carries out one job after the other and answers with events.

use std::{
    collections::HashSet,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use super::{
    SystemClock,
    accounts::{Office, PeopleWanted, Standing},
    demo, kept,
    lister::Lister,
    panic_report::please_report,
    people::{AskOn, PeopleSearcher},
    porter::{Answers, Porter},
    searcher::{Search, Searcher},
    words::WordReader,
};
use crate::{
    app::{Answered, Effect, Event, RequestId},
    book::{Command, Committed, Failure, Ruling, Twins, phone, port::Clock as _},
    config::{self, Keeping},
    plan::{Answer, ServerId, Unclear},
    search::{Index, Query},
    store::{Book, OFFLINE, Watch, watch},
};

/// So many rows are taken in at once: a sync may bring thousands, and nobody who types shall notice.
const PART: usize = 250;

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

impl Desk {
    fn answer(&self, event: Event) {
        // A loop that has ended wants no answers; the work is done all the same.
        let _ = self.events.send(event);
    }

    fn alarm(&self, failure: &Failure) {
        self.answer(Event::Alarmed(failure.to_string()));
    }

    fn watch(&mut self) {
        let (noticed, jobs) = (Arc::clone(&self.noticed), self.jobs.clone());
        let watched = watch(self.book.path(), move || {
            if !noticed.swap(true, Ordering::AcqRel) {
                let _ = jobs.send(Job::Look);
            }
        });
        match watched {
            Ok(watch) => {
                self.watch = Some(watch);
                // What happened between opening and watching made no notice.
                self.look();
            }
            Err(sentence) => self.answer(Event::Alarmed(sentence)),
        }
    }

    fn look(&mut self) {
        match self.book.news() {
            Ok(None) => {}
            Ok(Some(delta)) => {
                for part in delta.parts(PART) {
                    self.answer(Event::BookChanged(part));
                }
                self.book_moved();
            }
            Err(failure) => self.alarm(&failure),
        }
    }

    /// Says what the accounts have not got yet and what waits for a person, where that differs.
    fn book_moved(&mut self) {
        let Some(standing) = &mut self.standing else { return };
        let told = standing.news(&self.book).and_then(|news| {
            for event in news {
                self.answer(event);
            }
            self.office.book_moved(&self.book)
        });
        if let Err(failure) = told {
            self.alarm(&failure);
        }
    }

    /// The answer to what a person decided about a record of an account.
    fn settled(&mut self, request: RequestId, result: Result<Committed, Failure>) {
        let answer = match result {
            Ok(committed) => {
                self.answer(Event::BookChanged(committed.delta));
                self.book_moved();
                Answered::Undoable(committed.title)
            }
            Err(failure) => Answered::Failed(failure.to_string()),
        };
        self.answer(Event::Answered { request, answer });
    }

    /// Who is who, as a person says. The next sync goes on with it, soon.
    fn answer_twins(&mut self, request: RequestId, twins: &Twins, same: bool) {
        let Twins { account, name, here, there, .. } = twins;
        let servers = there.iter().cloned().map(ServerId).collect();
        let unclear = Unclear { name: name.clone(), contacts: here.clone(), servers };
        let answer = match self.book.answer_unclear(account, &unclear, same) {
            Ok(()) if same => Answered::Done(format!("{name}: the same, one by one; the next sync goes on with it")),
            Ok(()) => Answered::Done(format!("{name}: different people; the next sync goes on with it")),
            Err(failure) => Answered::Failed(failure.to_string()),
        };
        self.book_moved();
        self.office.settled(account);
        self.answer(Event::Answered { request, answer });
    }

    /// A panicking job is a failure that the user sees; the transaction it was in has rolled back.
    fn carry_out(&mut self, job: Job) {
        let request = if let Job::Effect(effect) = &job { request_of(effect) } else { None };
        if catch_unwind(AssertUnwindSafe(|| self.carry_out_job(job))).is_err() {
            let message = format!("callbook made a mistake there; nothing was saved. {}", please_report());
            self.answer(match request {
                Some(request) => Event::TaskFailed { request, message },
                None => Event::Alarmed(message),
            });
        }
    }

    fn carry_out_job(&mut self, job: Job) {
        match job {
            Job::Effect(effect) => self.carry_out_effect(effect),
            Job::Look => {
                self.noticed.store(false, Ordering::Release);
                self.look();
                self.office.rung();
            }
            Job::Carried(event) => {
                self.look();
                self.answer(event);
            }
            Job::KeepHouse(keeping) => self.keep_house(keeping),
            Job::Settings(settings) => self.office.take_settings(*settings),
            Job::LookFor(wanted) => self.office.look_for(*wanted),
            Job::Accounts => {
                self.standing = Some(Standing::default());
                self.book_moved();
            }
            Job::Stop => {}
        }
    }

    fn carry_out_effect(&mut self, effect: Effect) {
        match effect {
            Effect::LoadRows { request } => match self.book.rows(None) {
                Ok(rows) => {
                    let index = Arc::new(Index::new(&rows));
                    self.answer(Event::RowsLoaded { request, rows, index });
                }
                Err(failure) => self.answer(Event::TaskFailed { request, message: failure.to_string() }),
            },
            Effect::LoadContact { request, id } => {
                let result = self.book.contact(id).map(|found| found.map(Box::new));
                self.answer(Event::ContactLoaded { request, result });
            }
            Effect::LoadWords { request } => self.words.read(request, self.book.path(), &self.events),
            Effect::CheckNumber { request, number, region } => {
                let doubt = phone::doubt(&number, region.as_deref());
                self.answer(Event::NumberChecked { request, doubt });
            }
            Effect::LoadHistory { request, id, limit } => {
                let result = self.book.history(Some(id), limit);
                self.answer(Event::HistoryLoaded { request, result });
            }
            Effect::Sort { request, order } => self.answer(match self.book.sorted(order) {
                Ok(ids) => Event::Sorted { request, ids },
                Err(failure) => Event::TaskFailed { request, message: failure.to_string() },
            }),
            Effect::LoadContacts { request, ids } => {
                let found = ids.into_iter().filter_map(|id| self.book.contact(id).transpose());
                self.answer(Event::ContactsLoaded { request, result: found.collect() });
            }
            Effect::Filter { request, query, index, groups, scope } => {
                let query = Query::parse(&query);
                let notes = if query.notes().is_empty() {
                    Ok(HashSet::default())
                } else {
                    self.book.notes_matching(query.notes())
                };
                match notes {
                    Ok(notes) => self.searcher.search(Search { request, query, scope, index, groups, notes }),
                    Err(failure) => self.answer(Event::TaskFailed { request, message: failure.to_string() }),
                }
            }
            Effect::Perform { request, command } => {
                let result = self.remember(&command).and_then(|()| self.book.perform(command));
                let moved = result.is_ok();
                self.answer(Event::Committed { request, result });
                if moved {
                    self.book_moved();
                }
            }
            Effect::ListDirectory { request, directory } => {
                if let Err(error) = self.lister.list(request, directory, self.events.clone()) {
                    self.answer(Event::TaskFailed { request, message: format!("cannot read a directory: {error}") });
                }
            }
            Effect::Import { request, .. } | Effect::Export { request, .. } => {
                self.porter.carry(request, effect, self.book.path(), &self.carried);
            }
            Effect::StopTransfer { request } => self.porter.stop(request, &self.carried),
            Effect::OpenDemo { request } => self.open_demo(request),
            // It has a thread of its own, see `send`.
            Effect::SearchPeople { request, query, account } => self.people.search(request, query, account),
            Effect::SyncNow { .. }
            | Effect::LookAgain
            | Effect::CancelSync
            | Effect::TrustKeyServer { .. }
            | Effect::SignIn { .. }
            | Effect::CancelSignIn { .. }
            | Effect::SignOut { .. }
            | Effect::RetrySending { .. }
            | Effect::ConfirmBrake { .. }
            | Effect::RefuseBrake { .. }
            | Effect::RefreshDirectory { .. } => self.office.carry(effect),
            Effect::DropSending { request, record } => {
                let result = self.book.drop_unsent(record.kind, record.id);
                self.settled(request, result);
            }
            Effect::AnswerConflict { request, record, ruling } => {
                let answer = match ruling {
                    Ruling::Mine => Answer::Mine,
                    Ruling::Theirs => Answer::Theirs,
                    Ruling::Both => Answer::Both,
                };
                let result = self.book.answer_conflict(record.kind, record.id, answer);
                self.settled(request, result);
            }
            Effect::AnswerTwins { request, twins, same } => self.answer_twins(request, &twins, same),
            Effect::KeepTyped { before, draft } => {
                // Nobody is there to be told that it could not be kept.
                let _ = self.book.is_scratch() || kept::keep(self.book.path(), before, *draft).is_ok();
            }
            // The loop carries these out itself.
            Effect::Open { .. }
            | Effect::Copy { .. }
            | Effect::CaptureMouse { .. }
            | Effect::Quit
            | Effect::Suspend
            | Effect::Redraw
            | Effect::EditText { .. }
            | Effect::DropText { .. } => {}
        }
    }

    /// Whom the directory of an account has just shown is known here from now on, if they become a contact.
    fn remember(&mut self, command: &Command) -> Result<(), Failure> {
        match command {
            Command::AddPerson { who, draft } if who.directory != OFFLINE => {
                draft.person.as_ref().map_or(Ok(()), |person| self.book.remember_people(std::slice::from_ref(person)))
            }
            _ => Ok(()),
        }
    }

    fn open_demo(&mut self, request: RequestId) {
        let opened = demo::open().and_then(|book| Ok((super::opening(&book)?, book)));
        match opened {
            Ok((opening, book)) => {
                self.book = book;
                self.office.open(&self.book);
                self.standing = Some(Standing::default());
                self.people.open(self.book.path());
                self.watch();
                self.answer(Event::BookOpened { request: Some(request), opening });
            }
            Err(error) => self.answer(Event::TaskFailed { request, message: format!("cannot open the demo: {error}") }),
        }
    }

    fn keep_house(&mut self, keeping: Keeping) {
        if self.book.is_scratch() {
            return;
        }
        match self.book.drop_what_is_old(keeping) {
            Ok(None) => {}
            Ok(Some(delta)) => {
                self.answer(Event::BookChanged(delta));
                self.book_moved();
            }
            Err(failure) => return self.alarm(&failure),
        }
        let (path, events) = (self.book.path().to_owned(), self.events.clone());
        // Reading a whole book may take a while; keys and saves do not wait for it.
        let check = move || {
            if let Err(failure) = Book::check(&path).and_then(|()| Book::back_up_daily(&path, SystemClock.now())) {
                let _ = events.send(Event::Alarmed(failure.to_string()));
            }
        };
        if let Err(error) = thread::Builder::new().name("caretaker".to_owned()).spawn(check) {
            self.answer(Event::Alarmed(format!("the book was neither checked nor backed up: {error}")));
        }
    }
}

fn request_of(effect: &Effect) -> Option<RequestId> {
    match effect {
        Effect::OpenDemo { request }
        | Effect::LoadRows { request }
        | Effect::LoadContact { request, .. }
        | Effect::LoadHistory { request, .. }
        | Effect::LoadContacts { request, .. }
        | Effect::Open { request, .. }
        | Effect::Sort { request, .. }
        | Effect::Filter { request, .. }
        | Effect::LoadWords { request }
        | Effect::CheckNumber { request, .. }
        | Effect::SearchPeople { request, .. }
        | Effect::Perform { request, .. }
        | Effect::ListDirectory { request, .. }
        | Effect::Import { request, .. }
        | Effect::Export { request, .. }
        | Effect::EditText { request, .. }
        | Effect::SyncNow { request }
        | Effect::SignIn { request, .. }
        | Effect::SignOut { request, .. }
        | Effect::RetrySending { request, .. }
        | Effect::DropSending { request, .. }
        | Effect::AnswerConflict { request, .. }
        | Effect::AnswerTwins { request, .. }
        | Effect::ConfirmBrake { request, .. }
        | Effect::RefuseBrake { request, .. }
        | Effect::RefreshDirectory { request } => Some(*request),
        Effect::StopTransfer { .. }
        | Effect::LookAgain
        | Effect::CancelSync
        | Effect::TrustKeyServer { .. }
        | Effect::CancelSignIn { .. }
        | Effect::Copy { .. }
        | Effect::CaptureMouse { .. }
        | Effect::Quit
        | Effect::Suspend
        | Effect::Redraw
        | Effect::KeepTyped { .. }
        | Effect::DropText { .. } => None,
    }
}
