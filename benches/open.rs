//! From the start of the process to the first frame with contacts, and the memory it takes: an empty book against ten
//! thousand contacts, alternately, in one run. `cargo bench --bench open`
//!
//! The figures of one machine say little; the ratio of one run does. It must stay below 1.5, resident memory below 25 MB.

#[path = "support/people.rs"]
mod people;
#[path = "../tests/support/pty.rs"]
mod pty;

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use callbook::{
    book::incoming::Incoming,
    runtime::SystemClock,
    store::{Book, ImportOptions},
};
use pty::{Terminal, callbook};

const ROUNDS: usize = 31;
const CONTACTS: usize = 10_000;

/// An ordinary contact with a note, in one of 20 groups.
fn contact(number: usize) -> Incoming {
    people::contact(number, |draft| {
        "met at the fair, likes to be called in the morning".clone_into(&mut draft.extras.notes);
        draft.group_names.push(format!("Group {}", number % 20));
    })
}

/// Starts the program and waits until `sign` is on the screen.
fn first_frame(directory: &Path, sign: &str) -> (Duration, Terminal) {
    let start = Instant::now();
    let mut terminal = Terminal::start(&mut callbook(directory), 200, 60);
    terminal.expect(sign);
    (start.elapsed(), terminal)
}

fn leave(mut terminal: Terminal) {
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
}

/// Resident memory in kB once every row is there.
fn resident(directory: &Path) -> u64 {
    let (_, mut terminal) = first_frame(directory, "All contacts");
    // The bottom of the list is reached only when all rows are read.
    terminal.press("G");
    terminal.until("the last contact", |screen| screen.contains("Ångström 9") || screen.contains("Zoë"));
    let status = fs::read_to_string(format!("/proc/{}/status", terminal.child.id())).expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
    leave(terminal);
    kilobytes
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let full = tempfile::tempdir().expect("a temporary directory");
    drop(Book::open(&empty.path().join("book.db"), Arc::new(SystemClock)).expect("an empty book"));
    let mut book = Book::open(&full.path().join("book.db"), Arc::new(SystemClock)).expect("a book");
    let mut items = (0..CONTACTS).map(|number| Ok(contact(number)));
    book.import("bench", &mut items, &ImportOptions::default()).expect("an import");
    drop(book);
    // The daily backup of the first start shall not be measured with it.
    leave(first_frame(empty.path(), "All contacts").1);
    leave(first_frame(full.path(), "All contacts").1);

    let (mut of_empty, mut of_full) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (directory, times) in [(&empty, &mut of_empty), (&full, &mut of_full)] {
            let (time, terminal) = first_frame(directory.path(), "All contacts");
            times.push(time);
            leave(terminal);
        }
    }
    let (of_empty, of_full) = (median(of_empty), median(of_full));
    let ratio = of_full.as_secs_f64() / of_empty.as_secs_f64();
    println!(
        "first frame, median of {ROUNDS}: empty {of_empty:.2?}, {CONTACTS} contacts {of_full:.2?}, ratio {ratio:.2} (at most 1.5)"
    );
    let kilobytes = resident(full.path());
    println!("resident memory at {CONTACTS} contacts: {kilobytes} kB (at most 25,000)");
    assert!(ratio <= 1.5 && kilobytes <= 25_000, "a goal was missed");
}
