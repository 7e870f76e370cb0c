//! Manners in a real terminal: stopped and continued, resized in a storm, closed, pasted into, left.
#![cfg(target_os = "linux")]

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

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

/// An editor: a script that is given the file as `$1` and a directory as `$0`.
fn with_editor(directory: &Path, script: &str) -> Terminal {
    let line = format!("/bin/sh -c '{script}' {}", directory.display());
    let mut command = callbook(directory);
    command.env("VISUAL", line).env_remove("EDITOR").env("XDG_RUNTIME_DIR", directory);
    let mut terminal = Terminal::start(&mut command, 100, 30);
    terminal.expect("Your address book is empty");
    terminal.press("nAda\r");
    terminal.expect("Created Ada");
    terminal
}

fn titled(directory: &Path) -> String {
    let book = support::book_in(directory);
    let row = &book.rows(None).unwrap()[0];
    book.contact(row.id).unwrap().unwrap().profile.title
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).map(|all| all.map(|entry| entry.unwrap().path()).collect());
    entries.unwrap_or_default()
}

#[test]
fn an_editor_has_the_terminal_and_its_mistake_comes_back_pointed_out() {
    let directory = tempfile::tempdir().unwrap();
    // The first time it asks on the terminal, as an editor would, and then writes a mistake; the second time it mends it.
    let script = r#"stat -c %a "$1" > $0/mode; stty -a > $0/stty; if grep -q "^#!! titel: " "$1";
        then sed -i "s/^titel/title/" "$1";
        else printf "what title? "; read title; sed -i "s/^title .*/titel = \"$title\"/" "$1"; fi"#;
    let mut terminal = with_editor(directory.path(), script);
    terminal.press("E");
    terminal.expect("what title?");
    assert!(terminal.is_cooked() && !terminal.screen.screen().alternate_screen());
    terminal.press("Countess\r");
    terminal.expect("Edited Ada");
    assert!(!terminal.is_cooked() && terminal.screen.screen().alternate_screen());
    assert_eq!(titled(directory.path()), "Countess");
    assert_eq!(fs::read_to_string(directory.path().join("mode")).unwrap(), "600\n");
    assert!(fs::read_to_string(directory.path().join("stty")).unwrap().contains(" icanon"));
    let edits = directory.path().join("callbook/edit");
    assert_eq!(edits.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(files(&edits), Vec::<PathBuf>::new());
    terminal.press("u");
    terminal.expect("Undid: Edited Ada");
    assert_eq!(titled(directory.path()), "");
    terminal.press("\x12");
    terminal.expect("Redid: Edited Ada");
    assert_eq!(titled(directory.path()), "Countess");
}

#[test]
fn what_was_typed_in_an_editor_that_fails_stays() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = with_editor(directory.path(), r#"echo "typed" > "$1"; kill -KILL $$"#);
    terminal.press("E");
    terminal.expect("Not saved, /bin/sh was killed");
    let left = files(&directory.path().join("callbook/edit"));
    assert_eq!(left.len(), 1);
    assert_eq!(fs::read_to_string(&left[0]).unwrap(), "typed\n");
    terminal.press("L");
    terminal.expect(left[0].file_name().unwrap().to_str().unwrap());
}

#[test]
fn what_an_editor_saved_is_in_the_book_although_the_program_was_told_to_end() {
    let end = "kill -TERM $PPID; sleep 0.3; sed -i ";
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = with_editor(directory.path(), &format!(r#"{end} "s/^title .*/title = \"Dame\"/" "$1""#));
    terminal.press("E");
    assert_eq!(terminal.ended(), Some(0));
    assert_eq!(titled(directory.path()), "Dame");

    // One with a mistake is not opened again; it says where it is.
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = with_editor(directory.path(), &format!(r#"{end} "s/^title .*/titel = \"Dame\"/" "$1""#));
    terminal.press("E");
    assert_eq!(terminal.ended(), Some(0));
    let left = files(&directory.path().join("callbook/edit"));
    assert!(fs::read_to_string(&left[0]).unwrap().contains("titel = \"Dame\""));
    let said = terminal.text().replace('\n', "");
    assert!(said.contains(&format!("Not saved; your text is in {}", left[0].display())), "{said}");
}

#[test]
fn an_editor_that_is_stopped_stops_the_program_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let script = r#"printf "editing "; kill -STOP $$; sed -i "s/^title .*/title = \"Dame\"/" "$1""#;
    let mut terminal = with_editor(directory.path(), script);
    terminal.press("E");
    terminal.expect("editing");
    terminal.wait("a program that is stopped", Terminal::is_stopped);
    // As a shell does upon `fg`: the whole job goes on.
    rustix::process::kill_process_group(rustix::process::Pid::from_child(&terminal.child), Signal::CONT).unwrap();
    terminal.expect("Edited Ada");
    assert_eq!(titled(directory.path()), "Dame");
    terminal.press("nBob\r");
    terminal.expect("Created Bob");
}

#[test]
fn settings_hold_as_soon_as_they_are_saved() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config/callbook/config.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut terminal = opened(directory.path());
    fs::write(&file, "[keys]\n\"contacts.create\" = \"z\"\n").unwrap();
    terminal.expect("The settings were changed");
    terminal.press("zAda\r");
    terminal.expect("Created Ada");
    // As editors do: a new file in the place of the old one.
    fs::write(file.with_extension("new"), "[keys]\ncontacts.create = \"w\"\ntrash_dys = 3\n").unwrap();
    fs::rename(file.with_extension("new"), &file).unwrap();
    terminal.expect("The settings stay as they were");
    terminal.press("zBob\r");
    terminal.expect("Created Bob");
    fs::remove_file(&file).unwrap();
    terminal.expect("The settings were changed");
    terminal.press("nCleo\r");
    terminal.expect("Created Cleo");
}

#[test]
fn a_panic_gives_the_terminal_back_and_leaves_a_report_without_contents() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal =
        Terminal::start(callbook(directory.path()).env("CALLBOOK_FAILPOINT", "panic-on-redraw"), 120, 30);
    terminal.expect("Your address book is empty");
    terminal.press("nBob\r");
    terminal.expect("Created Bob");
    terminal.press("\x0c");
    assert_eq!(terminal.ended(), Some(101));
    assert!(terminal.is_cooked() && !terminal.screen.screen().alternate_screen());
    let said = terminal.text().replace('\n', "");
    assert!(said.contains("callbook stopped because of a mistake of its makers, at src/runtime"), "{said}");
    let reports = files(&directory.path().join("data/callbook"));
    let report = reports.iter().find(|path| path.extension().is_some_and(|e| e == "txt")).unwrap();
    assert!(said.contains(report.file_name().unwrap().to_str().unwrap()), "{said}");
    assert_eq!(report.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let report = fs::read_to_string(report).unwrap();
    assert!(report.contains("place   src/runtime/mod.rs:") && report.contains("carry_out"), "{report}");
    for text in [&said, &report] {
        assert!(!text.contains("Ada Lovelace"), "{text}");
    }
    assert_eq!(support::book_in(directory.path()).rows(None).unwrap()[0].name, "Bob");
}

#[test]
fn what_was_being_typed_when_the_terminal_was_closed_is_offered_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut terminal = opened(directory.path());
    terminal.press("nAda\r");
    terminal.expect("Created Ada");
    terminal.press("e\tLovelace");
    terminal.expect("Lovelace");
    assert_eq!(terminal.close().ended(), Some(0));
    let unsaved =
        || files(directory.path()).into_iter().filter(|path| path.to_string_lossy().contains("unsaved")).collect();
    let kept: Vec<PathBuf> = unsaved();
    assert_eq!(kept[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let mut terminal = Terminal::start(&mut callbook(directory.path()), 80, 24);
    terminal.expect("Go on with Ada?");
    terminal.press("y");
    terminal.expect("Lovelace");
    terminal.press("\r");
    terminal.expect("Edited Ada Lovelace");
    assert_eq!(unsaved(), Vec::<PathBuf>::new());
}
