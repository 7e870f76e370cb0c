//! Killed at every step: what was begun is done whole or not at all, and nothing is sent twice.

use std::process::{Command, Stdio};

use callbook::{
    book::{AccountId, Draft},
    store::Lease,
};

use crate::{
    at_work, count,
    server::{Server, round, sync},
    support::{book_in, created},
    work, work_book,
};

/// What the child does: one round of a sync that brings two contacts in and one out.
#[test]
#[ignore = "run by the tests of this file, in a process of its own"]
fn child() {
    let directory = std::env::var_os("CALLBOOK_TEST_BOOK").expect("called by a test of this file");
    let directory = std::path::Path::new(&directory);
    let mut book = book_in(directory);
    let _lease = Lease::take(book.path(), &work()).expect("nobody else has it");
    if std::env::var_os("CALLBOOK_TEST_HOLD").is_some() {
        println!("held");
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
    round(&mut book, &mut there(), &mut |_| crate::server::Fate::Answered);
}

fn there() -> Server {
    let mut server = Server::default();
    let group = server.add_group(callbook::book::OTHER_CONTACTS);
    server.add("Grace", "Admiral", &[&group]);
    server.add("Mary", "", &[&group]);
    server
}

fn spawn(directory: &std::path::Path, set: &[(&str, &str)]) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "deaths::child", "--ignored", "--nocapture"])
        .env("CALLBOOK_TEST_BOOK", directory)
        .envs(set.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_death_at_any_step_leaves_all_or_nothing() {
    for (failpoint, pulled, noted) in [
        ("between-records", 0, 0),
        ("pull-applied", 0, 0),
        ("before-commit", 0, 0),
        ("after-commit", 2, 0),
        ("sending-noted", 2, 0),
        ("sending-settled", 2, 1),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut book = work_book(directory.path());
        let draft: Draft = at_work("Ada");
        created(&mut book, draft);
        drop(book);
        let output = spawn(directory.path(), &[("CALLBOOK_FAILPOINT", failpoint)]).wait_with_output().unwrap();
        assert_eq!(output.status.code(), None, "{failpoint}: it ended by itself");

        let mut book = book_in(directory.path());
        assert_eq!(count(directory.path(), "SELECT count(*) FROM contact"), 1 + pulled, "{failpoint}");
        let links = "SELECT count(*) FROM link WHERE kind = 'contact'";
        assert_eq!(count(directory.path(), links), pulled, "{failpoint}");
        assert_eq!(count(directory.path(), "SELECT count(*) FROM sending"), noted, "{failpoint}");
        assert!(Lease::take(book.path(), &work()).is_some(), "{failpoint}: the lease ended with the process");
        // What was noted may have arrived or not; here it did not.
        let mut server = there();
        sync(&mut book, &mut server);
        assert_eq!((server.contacts.len(), server.groups.len()), (3, 1), "{failpoint}");
        assert!(!book.has_unsent(&work()).unwrap(), "{failpoint}");
    }
}

#[test]
fn a_lease_ends_with_its_process_however_it_ends() {
    use std::io::{BufRead as _, BufReader};
    let directory = tempfile::tempdir().unwrap();
    let book = work_book(directory.path());
    let mut child = spawn(directory.path(), &[("CALLBOOK_TEST_HOLD", "1")]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("held")));
    assert!(Lease::take(book.path(), &work()).is_none());
    assert_eq!(Lease::holder(book.path(), &work()), Some(child.id()));
    assert!(Lease::take(book.path(), &AccountId("home".to_owned())).is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(Lease::take(book.path(), &work()).is_some());
}
