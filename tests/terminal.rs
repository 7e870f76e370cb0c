//! The program in a real terminal: it starts, is typed at, shows what another window does, sleeps, and gives the terminal
//! back.

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::{fs, thread, time::Duration};

use callbook::{
    book::{Command, ContactId},
    store::Book,
};
use pty::{Terminal, callbook};
use support::{book_in, named};

fn names(book: &Book) -> Vec<String> {
    book.rows(None).unwrap().into_iter().filter(|row| !row.trashed).map(|row| row.name).collect()
}

#[test]
fn it_starts_is_typed_at_and_gives_the_terminal_back() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    assert!(terminal.is_cooked());
    terminal.expect("Your address book is empty");
    assert!(!terminal.is_cooked());
    // The window goes into the background and comes back in the middle of a name; nobody types that.
    terminal.press("nAda\tLove\x1b[O\x1b[Ilace\r");
    terminal.expect("Created Ada Lovelace");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert!(terminal.is_cooked(), "the terminal was not restored");
    assert!(!terminal.screen.screen().alternate_screen());
    let last = |mode: &[u8]| terminal.bytes.windows(mode.len()).rposition(|bytes| bytes == mode);
    let (on, off) = (last(b"\x1b[?1004h"), last(b"\x1b[?1004l"));
    assert!(on.is_some() && on < off, "it tells no shell of its focus: {on:?} {off:?}");
    assert_eq!(names(&book_in(directory.path())), ["Ada Lovelace"]);
}

#[test]
fn a_second_window_sees_what_the_first_one_does() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 120, 36);
    terminal.expect("Your address book is empty");
    let mut book = book_in(directory.path());
    let committed = book.perform(Command::CreateContact(Box::new(named("Grace Hopper")))).unwrap();
    terminal.expect("Grace Hopper");
    book.perform(Command::DeleteContacts(vec![ContactId(*committed.touched.last().unwrap())])).unwrap();
    terminal.until("an empty list", |screen| !screen.contains("Grace Hopper"));
}

#[test]
fn a_program_that_is_told_to_end_ends() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP] {
        let directory = tempfile::tempdir().unwrap();
        let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
        terminal.expect("Your address book is empty");
        let id = rustix::process::Pid::from_child(&terminal.child);
        rustix::process::kill_process(id, signal).unwrap();
        assert_eq!(terminal.ended(), Some(0));
        assert!(terminal.is_cooked());
    }
}

#[test]
fn a_terminal_that_is_closed_ends_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Your address book is empty");
    terminal.press("nAda\r");
    terminal.expect("Created Ada");
    assert_eq!(terminal.close().ended(), Some(0));
    assert_eq!(names(&book_in(directory.path())), ["Ada"]);
}

#[test]
fn without_a_terminal_it_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let output = callbook(directory.path()).stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the screen needs a terminal"));
}

#[test]
fn what_the_terminal_replies_is_never_typed_and_changes_the_theme() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Your address book is empty");
    terminal.press("n");
    terminal.expect("New contact");
    let corner = |terminal: &Terminal| terminal.screen.screen().cell(1, 0).unwrap().fgcolor();
    assert_eq!(corner(&terminal), vt100::Color::Idx(74), "the accent on a dark ground");
    for (number, piece) in ["Z\x1b]11;rg", "b:ffff/fff", "f/ffff\x1b", "\\o\x1b[?62;", "22ce"].into_iter().enumerate() {
        terminal.press(piece);
        // Each piece is read before the next one comes; the keys in them show it.
        let seen = ["Z", "Z", "Z", "Zo", "Zoe"][number];
        terminal.until(seen, |screen| {
            screen.lines().any(|line| line.contains("First name") && line.contains(&format!("{seen} ")))
        });
    }
    assert_eq!(corner(&terminal), vt100::Color::Idx(25), "the accent on a light ground");
    terminal.press("\r");
    terminal.expect("Created Zoe");
    // A reply that comes when nobody expects one.
    terminal.press("\x1b]11;rgb:00/00/00\x07u");
    terminal.expect("Your address book is empty");
    assert_eq!(names(&book_in(directory.path())), Vec::<String>::new());
}

#[test]
fn an_escape_alone_is_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Your address book is empty");
    terminal.press("n");
    terminal.expect("New contact");
    terminal.press("\x1b");
    terminal.expect("Your address book is empty");
}

#[test]
fn the_mouse_is_taken_and_left_by_a_key_and_given_back_at_the_end() {
    use vt100::MouseProtocolMode::{ButtonMotion, None};
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Your address book is empty");
    let mode = |terminal: &Terminal| terminal.screen.screen().mouse_protocol_mode();
    terminal.press("M");
    terminal.expect("The mouse is the terminal's");
    assert_eq!(mode(&terminal), None);
    terminal.press("M");
    terminal.expect("The mouse clicks and scrolls here");
    assert_eq!(mode(&terminal), ButtonMotion, "movements without a button would wake it");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert_eq!(mode(&terminal), None);
}

/// How often the threads of a process were put on a processor, of their own will or not.
fn wake_ups(process: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let statuses = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("status")).unwrap());
    let switches = |status: String| -> u64 {
        let lines = status.lines().filter(|line| line.contains("ctxt_switches:"));
        lines.map(|line| line.split_whitespace().last().unwrap().parse::<u64>().unwrap()).sum()
    };
    statuses.map(switches).sum()
}

#[test]
#[cfg(target_os = "linux")]
fn an_idle_program_is_asleep() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Your address book is empty");
    // It is settled once two looks a while apart see the same: the daily backup and its notices are over then.
    let mut before = wake_ups(terminal.child.id());
    let settled = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(300));
        let now = wake_ups(terminal.child.id());
        std::mem::replace(&mut before, now) == now
    });
    assert!(settled, "it never came to rest");
    thread::sleep(Duration::from_secs(5));
    assert_eq!(wake_ups(terminal.child.id()), before, "something woke up without an event");
}

#[test]
fn plain_mode_tells_the_screen_in_lines() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(callbook(directory.path()).arg("--plain"), 80, 24);
    terminal.expect("Your address book is empty");
    assert!(!terminal.is_cooked());
    terminal.press("nAda\tLovelace");
    terminal.expect("Lovelace");
    terminal.press("\u{13}");
    terminal.expect("Created Ada Lovelace");
    terminal.expect("Contact 1 of 1: Ada Lovelace");
    assert!(!terminal.screen.screen().alternate_screen());
    terminal.press("d");
    terminal.expect("Question: Delete Ada Lovelace? y yes, n no");
    terminal.press("n");
    terminal.press("n\x1b[200~Grace\rHopper\r\x1b[201~\u{13}");
    terminal.expect("Created Grace Hopper");
    assert!(terminal.screen.screen().bracketed_paste());
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert!(terminal.is_cooked() && !terminal.screen.screen().bracketed_paste(), "the terminal was not restored");
    assert_eq!(names(&book_in(directory.path())), ["Ada Lovelace", "Grace Hopper"]);
}

#[test]
fn a_dumb_terminal_gets_no_escape_sequence() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = std::process::Command::new("env");
    let callbook = callbook(directory.path());
    program.envs(callbook.get_envs().filter_map(|(name, value)| Some((name, value?))));
    program.args(["TERM=dumb"]).arg(callbook.get_program()).arg("--demo");
    let mut terminal = Terminal::start(&mut program, 80, 24);
    terminal.expect("Contact 1 of");
    terminal.press("j");
    terminal.expect("Contact 2 of");
    terminal.press("y");
    terminal.expect("Nothing was copied: a dumb terminal has no clipboard");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    assert!(!terminal.bytes.contains(&0x1b), "an escape sequence: {:?}", String::from_utf8_lossy(&terminal.bytes));
}

#[test]
fn a_mail_is_handed_to_the_program_of_the_settings_and_a_failure_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let (script, told) = (directory.path().join("mailer"), directory.path().join("told"));
    // Written under another name first, so that it is whole once it is there.
    let lines = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >'{0}.new'\nmv '{0}.new' '{0}'\nexit 3\n", told.display());
    fs::write(&script, lines).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    fs::create_dir_all(directory.path().join("config/callbook")).unwrap();
    let settings = format!("[commands]\nmail = [\"{}\", \"--to={{}}\", \"{{link}} x\"]\n", script.display());
    fs::write(directory.path().join("config/callbook/config.toml"), settings).unwrap();
    let mut draft = named("Ada Lovelace");
    draft.profile.emails.push(callbook::book::TypedValue::new("work", "ada'$HOME`id`@example.org"));
    book_in(directory.path()).perform(Command::CreateContact(Box::new(draft))).unwrap();

    let mut terminal = Terminal::start(&mut callbook(directory.path()), 120, 24);
    terminal.expect("example.org");
    terminal.press("m");
    terminal.expect("mailer opened nothing: it ended with exit code 3");
    let told = fs::read_to_string(&told).unwrap();
    assert_eq!(told, "--to=ada'$HOME`id`@example.org\nmailto:ada'$HOME%60id%60@example.org x\n");
}
