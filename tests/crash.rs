//! Killed at any moment: the book opens, holds every change that was acknowledged, and none by half.

mod support;

use std::{
    collections::HashSet,
    fmt::Write as _,
    hint,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use callbook::store::Book;
use serde_json::{Value, json};
use support::book_in;

/// Moments of death.
const KILLS: usize = 200;
/// Contacts that are made and edited in one life.
const PER_LIFE: usize = 20;

fn batch(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callbook"));
    command.args(["batch", "--book"]).arg(directory.join("book.db"));
    command.env("XDG_CONFIG_HOME", directory).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn name(life: usize, number: usize) -> String {
    format!("contact {life}-{number}")
}

/// Each contact is made together with a group of its own, then edited in two fields at once: a change by half would
/// show.
fn stream(life: usize) -> (String, usize) {
    let mut text = String::new();
    for number in 0..PER_LIFE {
        let name = name(life, number);
        let add = json!({"command": "add", "contact": {"displayName": name, "groupNames": [format!("group {name}")]}});
        let edit = json!({"command": "edit", "contact": name, "patch": {"title": "edited", "notes": "edited"}});
        writeln!(text, "{add}\n{edit}").unwrap();
    }
    (text, 2 * PER_LIFE)
}

/// What the book holds of one life: the names of its contacts and of those that were edited.
fn found(book: &Book, life: usize) -> (HashSet<String>, HashSet<String>) {
    let prefix = format!("contact {life}-");
    let groups = book.groups().unwrap();
    let own_groups = groups.iter().filter(|g| g.group.name.starts_with(&format!("group {prefix}"))).count();
    let (mut made, mut edited) = (HashSet::new(), HashSet::new());
    for row in book.rows(None).unwrap().iter().filter(|row| row.name.starts_with(&prefix)) {
        let contact = book.contact(row.id).unwrap().unwrap();
        let group = groups.iter().find(|g| g.group.name == format!("group {}", row.name)).expect("its group");
        assert_eq!((contact.groups.as_slice(), group.count), ([group.group.id].as_slice(), 1));
        assert_eq!(contact.profile.title, contact.extras.notes, "half of an edit");
        if !contact.profile.title.is_empty() {
            edited.insert(row.name.clone());
        }
        made.insert(row.name.clone());
    }
    assert_eq!(own_groups, made.len(), "a group without its contact");
    (made, edited)
}

#[test]
fn two_hundred_deaths_lose_nothing_that_was_acknowledged() {
    let mut directory = tempfile::tempdir().unwrap();
    let mut between = 0;
    for life in 0..KILLS {
        if life % 20 == 0 {
            directory = tempfile::tempdir().unwrap();
        }
        let (text, commands) = stream(life);
        let mut child = batch(directory.path()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let writer = thread::spawn(move || {
            // The pipe breaks when the reader is killed.
            let _ = stdin.write_all(text.as_bytes());
            stdin
        });
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut acknowledged = String::new();
        for _ in 0..(life * 7) % (commands - 1) {
            answers.read_line(&mut acknowledged).unwrap();
        }
        // From here on the moment is the machine's: somewhere within the next commits.
        let moment = Instant::now() + Duration::from_micros((life as u64 % 10) * 150);
        while Instant::now() < moment {
            hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        answers.read_to_string(&mut acknowledged).unwrap();
        drop(writer.join().unwrap());

        let answers: Vec<Value> = acknowledged.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        assert!(answers.iter().all(|answer| answer["ok"] == true), "{acknowledged}");
        between += usize::from(!answers.is_empty() && answers.len() < commands);
        let (made, edited) = found(&book_in(directory.path()), life);
        for number in 0..PER_LIFE {
            let name = name(life, number);
            assert!(answers.len() <= 2 * number || made.contains(&name), "{name} was acknowledged and is gone");
            assert!(answers.len() <= 2 * number + 1 || edited.contains(&name), "the edit of {name} is gone");
        }
        assert!(made.len() + edited.len() <= answers.len() + 1, "more was done than could be under way");
    }
    assert!(between > KILLS / 2, "only {between} kills fell between two acknowledgements");
}

#[test]
fn a_death_around_the_commit_leaves_all_or_nothing() {
    for (failpoint, done) in [("between-records", false), ("before-commit", false), ("after-commit", true)] {
        let directory = tempfile::tempdir().unwrap();
        drop(book_in(directory.path()));
        let mut child = batch(directory.path()).env("CALLBOOK_FAILPOINT", failpoint).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stream(0).0.as_bytes()).unwrap_or_default();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), None, "{failpoint}: it ended by itself");
        assert!(output.stdout.is_empty(), "{failpoint}: acknowledged before it was done");
        let (made, _) = found(&book_in(directory.path()), 0);
        assert_eq!(made.len(), usize::from(done), "{failpoint}");
    }
}
