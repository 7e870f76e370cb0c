//! How long the loop is held while 5,000 contacts come from Webex for the first time: keys are typed at a steady rate, a sync
//! runs on its thread as in the program, and what it has written is taken in as it comes.
//!
//! `cargo bench --bench frames`; `CALLBOOK_CONTACTS=200 cargo bench --profile dev --bench frames` only shows that it runs.

#[path = "support/cloud.rs"]
mod cloud;
#[path = "support/screen.rs"]
mod screen;

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use callbook::{
    app::{Event, Key},
    book::AccountId,
    runtime::SystemClock,
    store::{Book, watch},
    sync::{Ended, Engine, How, Progress, Watched},
    webex::Client,
};
use cloud::{Cloud, block_on};
use screen::{SIZE, Screen, answer, name_of, opening, report};
use tokio::sync::watch::channel;

const CONTACTS: usize = 5_000;
/// From one key to the next: faster than anybody types.
const RATE: Duration = Duration::from_millis(10);
/// After the sync the keys go on for so long.
const AFTER: Duration = Duration::from_millis(700);
const KEYS: &str = "j j pagedown k k G g g / p e r 7 backspace backspace esc h j j k k l";

/// What the librarian is to do.
enum Job {
    Effect(callbook::app::Effect),
    Look,
    Stop,
}

fn open(path: &Path) -> Book {
    Book::open(path, Arc::new(SystemClock)).expect("a book")
}

/// Owns the book of the screen: answers, and tells what others have written.
fn librarian(mut book: Book, jobs: &mpsc::Receiver<Job>, events: &mpsc::Sender<Event>) {
    for job in jobs {
        let told = match job {
            Job::Effect(effect) => answer(&mut book, effect).into_iter().collect(),
            // In parts, as the program does.
            Job::Look => {
                let news = book.news().expect("news").into_iter().flat_map(|delta| delta.parts(250));
                news.map(Event::BookChanged).collect::<Vec<_>>()
            }
            Job::Stop => return,
        };
        for event in told {
            if events.send(event).is_err() {
                return;
            }
        }
    }
}

/// A sync by a connection of its own.
fn sync(path: &Path, client: &Client, events: &mpsc::Sender<Event>) {
    let account = AccountId("webex".to_owned());
    let (progress, mut seen) = channel(Progress::default());
    let watched = Watched { progress, stop: channel(false).1 };
    block_on(async {
        let mut book = open(path);
        let mut engine = Engine::open(&mut book, client.clone(), Arc::new(SystemClock)).expect("the lease");
        let mut work = Box::pin(engine.sync(How::default(), &watched));
        loop {
            tokio::select! {
                biased;
                done = &mut work => return assert_eq!(done.expect("a book").ended, Ended::Done),
                Ok(()) = seen.changed() => {
                    let Progress { done, of, .. } = *seen.borrow_and_update();
                    let _ = events.send(Event::SyncProgressed { account: account.clone(), done, of });
                }
            }
        }
    });
}

fn main() {
    let contacts = std::env::var("CALLBOOK_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(CONTACTS);
    let Some(cloud) = Cloud::start(contacts) else { return };
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("book.db");
    let book = open(&path);
    let start = opening(&book);
    let (jobs, queue) = mpsc::channel();
    let (events, happened) = mpsc::channel();
    let look = jobs.clone();
    let _watch = watch(&path, move || _ = look.send(Job::Look)).expect("the files are watched");
    let answers = events.clone();
    let librarian = thread::spawn(move || librarian(book, &queue, &answers));
    let client = cloud.client();
    let of_sync = client.clone();
    let syncing = thread::spawn(move || sync(&path, &of_sync, &events));

    let mut screen = Screen::new();
    let take_in = |screen: &mut Screen, event: Event, what: &str| {
        for effect in screen.take_in(event, what) {
            jobs.send(Job::Effect(effect)).expect("the librarian lives");
        }
    };
    take_in(&mut screen, Event::BookOpened { request: None, opening: start }, "the book opens");
    let mut keys = Key::parse_sequence(KEYS).expect("keys").into_iter().cycle();
    let mut next = Instant::now() + RATE;
    let mut ends = None;
    while ends.is_none_or(|at| Instant::now() < at) {
        if Instant::now() >= next {
            let key = keys.next().expect("there are always keys");
            take_in(&mut screen, Event::KeyPressed(key), &format!("key {key}"));
            next += RATE;
        } else if let Ok(event) = happened.recv_timeout(next.saturating_duration_since(Instant::now())) {
            let what = name_of(&event);
            take_in(&mut screen, event, what);
        }
        if ends.is_none() && syncing.is_finished() {
            ends = Some(Instant::now() + AFTER);
        }
    }
    syncing.join().expect("the sync ends well");
    jobs.send(Job::Stop).expect("the librarian lives");
    librarian.join().expect("the librarian ends well");
    block_on(client.close());
    assert_eq!(screen.state.roster.total, contacts, "everybody is on the screen");
    println!("{contacts} contacts come in, {}x{}: {} keys and answers", SIZE.width, SIZE.height, screen.held.len());
    report(screen.held);
}
