//! Stopped in the middle: by a signal, or because nobody listens any more.

use std::{fs, io::Write as _, os::unix::process::ExitStatusExt as _, process::Stdio, thread};

use rustix::{
    fs::{CWD, FileType, Mode},
    process::{Pid, Signal, kill_process},
};

use crate::{cards, home_of_ada};

const COUNT: usize = 2000;

/// Stopped while the file is still being read.
#[test]
fn an_import_stopped_while_it_reads_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let home = home_of_ada();
        let pipe = home.path("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let mut child = home.command(&["import", pipe.to_str().unwrap()]).stderr(Stdio::null()).spawn().unwrap();
        let mut file = fs::File::options().write(true).open(&pipe).unwrap();
        // All but the end: whoever reads it waits for more.
        file.write_all(cards(COUNT).as_bytes()).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
        assert_eq!(home.names(), ["Ada Lovelace"]);
        home.ok(&["import", &home.file("again.vcf", &cards(3))]);
        assert_eq!(home.names().len(), 4);
    }
}

/// Stopped while it writes: the log of writes grows before the commit.
#[test]
fn an_import_stopped_while_it_writes_is_in_or_not() {
    let mut stopped = 0;
    for signal in [Signal::INT, Signal::TERM] {
        let home = home_of_ada();
        let file = home.file("many.vcf", &cards(COUNT));
        let mut child = home.command(&["import", &file]).stderr(Stdio::null()).spawn().unwrap();
        let log = home.path("book.db-wal");
        while fs::metadata(&log).map_or(0, |found| found.len()) == 0 && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        // It may have ended meanwhile, which is found out below.
        let _ = kill_process(Pid::from_child(&child), signal);
        let ended = child.wait().unwrap();
        stopped += usize::from(ended.signal().is_some());
        let found = home.names().len();
        assert!(found == 1 || found == COUNT + 1, "{found} contacts are in after {ended}");
        home.ok(&["import", &file]);
        assert_eq!(home.names().len(), COUNT + 1);
    }
    assert!(stopped > 0, "no import was stopped while it wrote");
}

#[test]
fn nobody_listening_is_no_mistake() {
    let home = home_of_ada();
    let file = home.file("many.vcf", &cards(3));
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["show", "Ada Lovelace"],
        &["history"],
        &["history", "--json"],
        &["query", "ada"],
        &["export"],
        &["keys"],
        &["group", "list"],
        &["import", "--dry-run", &file],
    ] {
        let mut child = home.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("cannot write"), "{arguments:?}: {said}");
    }
    let closed = "exec callbook list >&- 2>&-";
    assert_eq!(home.shell(closed).code, 0);
}

/// A change whose acknowledgement nobody hears is still a change.
#[test]
fn a_change_is_saved_even_if_nobody_hears_of_it() {
    let home = home_of_ada();
    let mut command = home.command(&["add"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    child.stdin.take().unwrap().write_all(br#"{"displayName": "Grace"}"#).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(home.names(), ["Ada Lovelace", "Grace"]);
}
