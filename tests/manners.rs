//! Manners in a real terminal: stopped and continued, resized in a storm, closed, pasted into, left.
#![cfg(target_os = "linux")]

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::path::Path;

use pty::{Terminal, callbook};
use rustix::process::Signal;

fn opened(directory: &Path) -> Terminal {
    let mut terminal = Terminal::start(&mut callbook(directory), 80, 24);
    terminal.expect("Your address book is empty");
    terminal
}

/// It has given the terminal back and stopped; the shell continues it on a terminal of another size.
fn stops_and_goes_on(terminal: &mut Terminal, stop: impl FnOnce(&mut Terminal)) {
    stop(terminal);
    terminal.wait("a program that is stopped", Terminal::is_stopped);
    terminal.wait("a terminal as a shell expects it", |it| it.is_cooked() && !it.screen.screen().alternate_screen());
    terminal.resize(60, 20);
    terminal.signal(Signal::CONT);
    terminal.wait("a terminal taken back", |it| !it.is_cooked() && it.screen.screen().alternate_screen());
}

#[test]
fn the_shell_is_one_key_away_and_fg_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    stops_and_goes_on(&mut terminal, |it| it.press("\x1a"));
    terminal.expect("Your address book is empty");
    stops_and_goes_on(&mut terminal, |it| it.signal(Signal::TSTP));
    terminal.press("nAda\r");
    terminal.expect("Created Ada");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert!(terminal.is_cooked());
}

#[test]
fn a_program_stopped_by_force_comes_back_whole() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    terminal.signal(Signal::STOP);
    terminal.wait("a program that is stopped", Terminal::is_stopped);
    terminal.screen.process(b"\x1bc$ reset\r\n");
    terminal.signal(Signal::CONT);
    terminal.expect("Your address book is empty");
}

#[test]
fn a_storm_of_resizes_ends_in_one_right_frame() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    for step in 0..100 {
        terminal.resize(40 + step, 10 + step / 4);
    }
    terminal.resize(100, 30);
    let right = |screen: &str| {
        let lines: Vec<&str> = screen.lines().collect();
        screen.contains("Your address book is empty") && lines.len() == 30 && lines[29].contains("q quit")
    };
    terminal.until("a frame of 30 lines", right);
    terminal.press("nAda\r");
    terminal.expect("Created Ada");
}

#[test]
fn a_hundred_lines_pasted_into_a_field_are_one_edit() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    let lines: Vec<String> = (1..=100).map(|number| format!("line{number}")).collect();
    terminal.press("n");
    terminal.expect("New contact");
    terminal.press(&format!("\x1b[200~{}\x1b[201~", lines.join("\r")));
    terminal.expect("line100");
    terminal.press("\r");
    terminal.expect("Created line1");
    let book = support::book_in(directory.path());
    let row = &book.rows(None).unwrap()[0];
    assert_eq!(row.name, lines.join(" "), "the ends of lines saved nothing and became spaces");
}

#[test]
fn control_c_leaves_and_asks_only_about_what_was_typed() {
    for keys in ["\x03", "n\x03", "/a\x03", "?\x03"] {
        let directory = tempfile::tempdir().unwrap();
        let mut terminal = opened(directory.path());
        terminal.press(keys);
        assert_eq!(terminal.ended(), Some(0), "{keys:?}");
    }
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    terminal.press("nAda\x03");
    terminal.expect("Quit and drop what you typed?");
    terminal.press("n\r");
    terminal.expect("Created Ada");
    terminal.press("nBob\x03");
    terminal.expect("Quit and drop what you typed?");
    terminal.press("\x03");
    assert_eq!(terminal.ended(), Some(0), "leaving once more answers the question");
    assert_eq!(support::book_in(directory.path()).rows(None).unwrap().len(), 1);
}
