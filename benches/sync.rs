//! What a sync of 5,000 contacts costs: the first one against the list of the client alone, which cannot be avoided, one that
//! finds nothing new, and one that finds a single contact edited elsewhere. Processor time of this process alone: the
//! simulator is another one.
//!
//! `cargo bench --bench sync`; `CALLBOOK_CONTACTS=200 cargo bench --profile dev --bench sync` only shows that it runs.

#[path = "support/cloud.rs"]
mod cloud;

use std::{path::Path, sync::Arc, time::Duration};

use callbook::{
    book::port::Clock,
    store::Book,
    sync::{Ended, Engine, How, Watched},
    webex::{Client, contacts::NewContact},
};
use cloud::{Cloud, Hours, block_on, time};
use rusqlite::Connection;

const CONTACTS: usize = 5_000;
const ROUNDS: usize = 9;
/// At most so many times the list of the client.
const FIRST: f64 = 1.7;
/// At most so much where nothing is new.
const NOTHING_NEW: Duration = Duration::from_millis(50);

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

/// One sync with its processor time; it must leave nothing.
fn sync(book: &mut Book, client: &Client, clock: &Arc<Hours>) -> (Duration, usize) {
    let work = async {
        let mut engine = Engine::open(book, client.clone(), Arc::clone(clock) as Arc<dyn Clock>).expect("the lease");
        engine.sync(How::default(), &Watched::by_nobody()).await.expect("a book")
    };
    let (took, report) = time(|| block_on(work));
    assert_eq!(report.ended, Ended::Done);
    (took, report.here)
}

/// What SQLite alone takes for the rows of a book: copied into a file with the same tables and indexes, in one transaction.
/// Nothing that stores them so can take less.
fn copied(book: &Path, copy: &Path) -> Duration {
    let copying = || -> rusqlite::Result<Duration> {
        let file = Connection::open(copy)?;
        file.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA foreign_keys = OFF")?;
        file.execute("ATTACH ? AS book", [book.to_string_lossy()])?;
        let schema =
            "SELECT sql FROM book.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY type DESC";
        let made: Vec<String> = file.prepare(schema)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        file.execute_batch(&made.join(";"))?;
        let copy = "BEGIN IMMEDIATE; INSERT INTO contact SELECT * FROM book.contact;
            INSERT INTO document SELECT * FROM book.document; INSERT INTO membership SELECT * FROM book.membership;
            INSERT INTO link SELECT * FROM book.link; INSERT INTO change_record (row, kind, id, image)
            SELECT row, kind, id, image FROM book.change_record; COMMIT";
        let (took, done) = time(|| file.execute_batch(copy));
        done.map(|()| took)
    };
    copying().expect("a copy")
}

/// As other clients edit: the new version is made, then the old one goes.
fn edit_elsewhere(cloud: &Cloud, title: String) {
    block_on(async {
        let client = cloud.client();
        let contacts = client.contacts().await.expect("contacts");
        let listing = contacts.list().await.expect("a list");
        let old = listing.contacts.first().expect("a contact");
        let mut profile = old.profile();
        profile.title = title;
        let draft = NewContact { groups: old.groups.clone(), ..NewContact::custom(profile) };
        contacts.create(&draft).await.expect("a new version");
        contacts.delete(&old.id).await.expect("the old one is gone");
        client.close().await;
    });
}

fn main() {
    let contacts = std::env::var("CALLBOOK_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(CONTACTS);
    let Some(mut cloud) = Cloud::start(contacts) else { return };
    let clock = Arc::new(Hours::default());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (mut listed, mut opened, mut first, mut bare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for round in 0..ROUNDS {
        let client = cloud.client();
        for times in [&mut listed, &mut opened] {
            let (took, listing) = time(|| block_on(client.list()).expect("a list"));
            assert_eq!(listing.contacts.len(), contacts);
            times.push(took);
        }
        block_on(client.close());
        let path = directory.path().join(format!("{round}.db"));
        let mut book = Book::open(&path, Arc::clone(&clock) as Arc<dyn Clock>).expect("a book");
        let client = cloud.client();
        let (took, here) = sync(&mut book, &client, &clock);
        assert!(here >= contacts, "{here} of {contacts} came in");
        first.push(took);
        bare.push(copied(&path, &directory.path().join(format!("{round}.copy"))));
        if let Some((_, client)) = last.replace((book, client)) {
            block_on(client.close());
        }
    }
    let (mut book, client) = last.expect("a round");

    let (mut same, mut anew, mut edited) = (Vec::new(), Vec::new(), Vec::new());
    let mut calls = Vec::new();
    for round in 0..ROUNDS {
        cloud.forget();
        let (took, here) = sync(&mut book, &client, &clock);
        assert_eq!(here, 0);
        same.push(took);
        calls = cloud.calls();
        // The same after a restart: a client that knows nothing.
        let fresh = cloud.client();
        anew.push(sync(&mut book, &fresh, &clock).0);
        block_on(fresh.close());
        edit_elsewhere(&cloud, format!("Countess {round}"));
        clock.pass(1);
        let (took, here) = sync(&mut book, &client, &clock);
        assert_eq!(here, 1, "one contact changed");
        edited.push(took);
    }
    block_on(client.close());

    let ratio = median(&first).as_secs_f64() / median(&listed).as_secs_f64();
    let warm = median(&first).saturating_sub(median(&listed)) + median(&opened);
    println!("{contacts} contacts, processor time of this process, median of {ROUNDS} (least):");
    for (what, times) in [
        ("the list of the client, from nothing", &listed),
        ("the list again, keys and connection at hand", &opened),
        ("the first sync into an empty book", &first),
        ("its rows copied by SQLite alone", &bare),
        ("a sync where nothing is new", &same),
        ("the same after a restart", &anew),
        ("a sync where one contact was edited elsewhere", &edited),
    ] {
        let shortest = times.iter().min().expect("a round");
        println!("  {what:<46} {:>9.2?}  ({shortest:.2?})", median(times));
    }
    println!(
        "  first sync / list from nothing {ratio:.2} (goal: at most {FIRST}); with the keys at hand it would be {:.2}",
        warm.as_secs_f64() / median(&opened).as_secs_f64()
    );
    let floor = (median(&listed) + median(&bare)).as_secs_f64() / median(&listed).as_secs_f64();
    println!("  a list and nothing but its rows written would be {floor:.2}");
    println!("  where nothing is new: {} (goal: one GET, under {NOTHING_NEW:?})", calls.join(", "));
    if cfg!(debug_assertions) {
        println!("an unoptimised build says nothing about the goals");
    }
}
