//! A story by keys, in the real program on a real book: each step keeps its promise, backwards, forwards and after a
//! restart.

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::path::Path;

use pty::{Terminal, callbook};
use support::{book_in, contents};

const TAB: &str = "\t";
const RIGHT: &str = "\x1b[C";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const CTRL_A: &str = "\x01";
const CTRL_R: &str = "\x12";

/// All that the book in this directory holds.
fn everything(directory: &Path) -> String {
    contents(&book_in(directory))
}

/// The program, and what the book held after each step.
struct Story<'a> {
    directory: &'a Path,
    terminal: Terminal,
    promised: Vec<String>,
}

impl Story<'_> {
    fn open(directory: &Path) -> Story<'_> {
        let mut terminal = Terminal::start(&mut callbook(directory), 120, 36);
        terminal.expect("? help");
        Story { directory, terminal, promised: vec![everything(directory)] }
    }

    /// Presses the keys of one step and waits until the screen says what was done.
    fn step(&mut self, keys: &[&str], said: &str) {
        self.terminal.press(&keys.concat());
        self.terminal.expect(said);
        self.promised.push(everything(self.directory));
    }
}

#[test]
fn every_step_is_undone_redone_and_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut story = Story::open(directory.path());
    story.step(&["n", "Bob", ENTER], "Created Bob");
    story.step(&["h", "n", "Friends", ENTER], "Created group Friends");
    story.step(&["n", "Choir", ENTER], "Created group Choir");
    // In the groups pane Choir is selected: the new contact is in it from the start, and in Friends by the checklist.
    let two_phones = [TAB, TAB, "+44 20 7946 0001", CTRL_A, "+44 7700 900001"].concat();
    let both_groups = [&TAB.repeat(5), RIGHT, " "].concat();
    story.step(&["l", "n", "Ada", TAB, "Lovelace", &two_phones, &both_groups, ENTER], "Created Ada Lovelace");
    story.step(&["e", &TAB.repeat(9), "Engines", ENTER], "Edited Ada Lovelace");

    story.terminal.press("hgg/lovel");
    story.terminal.until("one match", |screen| screen.contains("1 of 2") && !screen.contains("Bob"));
    story.terminal.press(ESC);
    story.terminal.until("everybody", |screen| screen.contains("Bob"));

    let book = book_in(directory.path());
    let ada = book.contact(book.find("Ada Lovelace").unwrap()[0].id).unwrap().unwrap();
    let numbers: Vec<_> = ada.profile.phone_numbers.iter().map(|number| number.value.as_str()).collect();
    assert_eq!(numbers, ["+44 20 7946 0001", "+44 7700 900001"]);
    assert_eq!((ada.groups.len(), ada.profile.company_name.as_str()), (2, "Engines"));
    drop(book);

    // All contacts, Favourites, Trash, then Choir, Friends, Other contacts.
    story.terminal.press("hggjjjd");
    story.terminal.expect("Delete");
    story.step(&["y"], "Deleted group Choir");
    assert_eq!(story.promised.len(), 7);

    let undone = [
        "Deleted group Choir",
        "Edited Ada",
        "Created Ada",
        "Created group Choir",
        "Created group Friends",
        "Created Bob",
    ];
    for (said, before) in undone.iter().zip(story.promised.iter().rev().skip(1)) {
        story.terminal.press("u");
        story.terminal.expect(&format!("Undid: {said}"));
        assert_eq!(&everything(directory.path()), before, "{said}");
    }
    story.terminal.press("u");
    story.terminal.expect("nothing to undo");
    for (said, after) in undone.iter().rev().zip(&story.promised[1..]) {
        story.terminal.press(CTRL_R);
        story.terminal.expect(&format!("Redid: {said}"));
        assert_eq!(&everything(directory.path()), after, "{said}");
    }
    story.terminal.press("q");
    assert_eq!(story.terminal.ended(), Some(0));

    let mut again = Story::open(directory.path());
    again.terminal.expect("Ada Lovelace");
    assert_eq!(again.promised.first(), story.promised.last());
    again.terminal.press("u");
    again.terminal.expect("Undid: Deleted group Choir");
    assert_eq!(everything(directory.path()), story.promised[5]);
}
