//! Import and export from inside, in the real program on a real book.

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::{fmt::Write as _, fs, os::unix::fs::PermissionsExt as _, path::Path};

use callbook::{book::ImportOptions, store::Book};
use pty::{Terminal, callbook};
use support::{book_in, contents, created, draft};
use tempfile::TempDir;

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const TAB: &str = "\t";
const CLEAR: &str = "\x15";
const CTRL_R: &str = "\x12";

/// A home with a book that holds Ada Lovelace, and the program in it.
fn at_home() -> (TempDir, Terminal) {
    let home = tempfile::tempdir().unwrap();
    let ada = draft(|d| {
        "Ada Lovelace".clone_into(&mut d.profile.display_name);
        d.profile.emails = vec![callbook::book::TypedValue::new("work", "ada@engines.example")];
    });
    created(&mut book_in(home.path()), ada);
    let mut terminal = Terminal::start(callbook(home.path()).env("HOME", home.path()), 100, 30);
    // Her details come after all rows, without which nothing is exported.
    terminal.expect("work");
    (home, terminal)
}

fn card(number: usize) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Person {number}\r\nUID:p-{number}\r\nTEL:+1 415 555 {number:05}\r\n\
         EMAIL:p{number}@a.example\r\nEND:VCARD\r\n"
    )
}

fn cards(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "{}", card(number));
        text
    })
}

fn everything(home: &Path) -> String {
    contents(&book_in(home))
}

#[test]
fn a_file_with_twins_and_bad_lines_is_looked_at_imported_undone_and_redone() {
    let (home, mut terminal) = at_home();
    let twin = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A. Lovelace\r\nUID:al\r\nEMAIL:ADA@engines.example\r\nEND:VCARD\r\n";
    let cut = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Cut Sho";
    fs::create_dir(home.path().join("sub")).unwrap();
    fs::write(home.path().join("sub/friends.vcf"), [&card(1), twin, cut].concat()).unwrap();
    let before = everything(home.path());
    terminal.expect("Ada Lovelace");

    terminal.press("i");
    terminal.expect("sub/");
    terminal.press(&["sub", ENTER].concat());
    terminal.expect("~/sub");
    terminal.press(&["fri", ENTER].concat());
    terminal.expect("2 new · 1 not readable");
    terminal.expect("A. Lovelace: same e-mail as Ada Lovelace");
    terminal.expect("the card is cut short");
    assert_eq!(everything(home.path()), before, "nothing is written yet");

    terminal.press("t");
    terminal.expect("1 new · 1 not readable");
    terminal.press("t");
    terminal.expect("2 new · 1 not readable");
    terminal.press(ENTER);
    terminal.expect("Imported friends.vcf");
    terminal.expect("Person 1");
    terminal.press(ESC);
    terminal.until("the panes", |screen| !screen.contains("Imported friends.vcf"));
    let imported = everything(home.path());
    terminal.press("u");
    terminal.expect("Undid: Imported 2 contacts from friends.vcf");
    assert_eq!(everything(home.path()), before);
    terminal.press(CTRL_R);
    terminal.expect("Redid: Imported 2 contacts from friends.vcf");
    assert_eq!(everything(home.path()), imported);

    // It starts where it was, and what is there already stays as it is.
    terminal.press("i");
    terminal.expect("~/sub");
    terminal.press(&["fri", ENTER].concat());
    terminal.expect("2 unchanged");
    terminal.press(ESC);
    terminal.until("the panes", |screen| !screen.contains("2 unchanged"));
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert_eq!(everything(home.path()), imported);
}

#[test]
fn a_cancelled_import_of_twenty_thousand_cards_leaves_the_book_as_it_was() {
    let (home, mut terminal) = at_home();
    fs::write(home.path().join("many.vcf"), cards(20_000)).unwrap();
    let before = everything(home.path());
    terminal.expect("Ada Lovelace");
    terminal.press(&["imany", ENTER].concat());
    terminal.expect("reading ·");
    terminal.press(ESC);
    terminal.expect("Stopped: the book is as it was");
    assert_eq!(everything(home.path()), before);

    // While it reads and compares, people are edited; and what they save is there when the plan is.
    terminal.press(&["imany", ENTER].concat());
    terminal.expect("reading ·");
    terminal.press(TAB);
    terminal.press(&["nGrace", ENTER].concat());
    terminal.expect("Created Grace");
    terminal.press("I");
    terminal.expect("stop");
    terminal.press(ESC);
    terminal.until("no more of it", |screen| !screen.contains("comparing") && !screen.contains("reading"));
    terminal.press("u");
    terminal.expect("Undid: Created Grace");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    let names: Vec<_> = book_in(home.path()).rows(None).unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["Ada Lovelace"]);
}

#[test]
fn what_is_exported_comes_back_the_same_and_a_file_goes_only_upon_a_yes() {
    let (home, mut terminal) = at_home();
    let mut book = book_in(home.path());
    let file = home.path().join("in.vcf");
    fs::write(&file, cards(3)).unwrap();
    book.import_files(&[file], &ImportOptions::default()).unwrap();
    let target = home.path().join("out.vcf");
    fs::write(&target, "yesterday's").unwrap();
    terminal.expect("Person 2");
    terminal.press(&["x", TAB, TAB, CLEAR, "~/out.vcf", ENTER].concat());
    terminal.expect("Replace ~/out.vcf?");
    terminal.press("n");
    terminal.until("the form", |screen| !screen.contains("Replace"));
    assert_eq!(fs::read_to_string(&target).unwrap(), "yesterday's");
    terminal.press(ENTER);
    terminal.expect("Replace ~/out.vcf?");
    terminal.press("y");
    terminal.expect("Exported 4 contacts to ~/out.vcf");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);

    let other = tempfile::tempdir().unwrap();
    let mut copy = book_in(other.path());
    copy.import_files(&[target], &ImportOptions::default()).unwrap();
    let said = |book: &Book| {
        let ids: Vec<_> = book.rows(None).unwrap().iter().map(|row| row.id).collect();
        book.contacts(&ids).unwrap().into_iter().map(|contact| contact.profile).collect::<Vec<_>>()
    };
    assert_eq!(said(&copy), said(&book));
    assert_eq!(
        fs::read_dir(home.path())
            .unwrap()
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().ends_with(".part"))
            .count(),
        0
    );
}

#[test]
fn an_export_that_fails_says_why_and_can_be_mended() {
    let (home, mut terminal) = at_home();
    terminal.press(&["x", TAB, TAB, CLEAR, "~/nowhere/out.vcf", ENTER].concat());
    terminal.expect("cannot write ~/nowhere/out.vcf: No such file");
    // A disk that is full.
    terminal.press(&[CLEAR, "/dev/full", ENTER].concat());
    terminal.expect("Replace /dev/full?");
    terminal.press("y");
    terminal.expect("cannot write /dev/full: No space left");
    terminal.press(&[CLEAR, "~/out.vcf", ENTER].concat());
    terminal.expect("Exported 1 contact to ~/out.vcf");
    assert!(fs::read_to_string(home.path().join("out.vcf")).unwrap().contains("FN:Ada Lovelace"));
}

#[test]
fn a_pipe_and_a_directory_without_contacts_are_refused_with_the_reason() {
    let (home, mut terminal) = at_home();
    fs::create_dir(home.path().join("empty")).unwrap();
    let pipe = home.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    terminal.expect("Ada Lovelace");
    terminal.press(&["i~/pipe", ENTER].concat());
    terminal.expect("is neither a file nor a directory");
    terminal.press(&[CLEAR, "empty", TAB, ENTER].concat());
    terminal.expect("this directory holds no .vcf");
    terminal.press(&[CLEAR, "/nowhere.vcf", ENTER].concat());
    terminal.expect("No such file or directory");
}
