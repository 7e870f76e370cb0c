//! The screen on a book that is signed in, in a real terminal.

use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};
use simulator::{
    Control, Options,
    faults::{HttpFault, On},
};

use crate::{
    pty::{Terminal, callbook},
    shell::Shell,
};

/// The screen on the book of this shell.
fn screen_of(shell: &Shell) -> Command {
    let mut command = callbook(shell.stage.directory.path());
    command.envs(shell.variables.iter().map(|(name, value)| (*name, value)));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_of_webex_appear_by_themselves() {
    let shell = Shell::signed_in(Options { contacts: 3, cloud: 0, people: 10, ..Options::default() }).await;
    let listed = shell.run(&["webex", "list"]).await.well().json();
    let name = |contact: &Value| contact["displayName"].as_str().unwrap().to_owned();
    let names: Vec<String> = listed["data"]["contacts"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(names.len(), 3);
    let mut command = screen_of(&shell);
    let shown = tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&mut command, 110, 30);
        terminal.until("everybody", |screen| names.iter().all(|name| screen.contains(name.as_str())));
        terminal.expect("Webex");
        terminal.press("q");
        terminal.wait("the end", Terminal::is_cooked);
        terminal.ended()
    });
    assert_eq!(shown.await.unwrap(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_window_shows_that_the_first_syncs_and_takes_over_when_it_is_killed() {
    let shell = Shell::signed_in(Options { contacts: 3, cloud: 0, people: 10, ..Options::default() }).await;
    let played = tokio::task::spawn_blocking(move || {
        let start = || Terminal::start(&mut screen_of(&shell), 110, 30);
        let mut first = start();
        first.expect("up to date");
        let on = On::path("/Users/contacts").method("GET");
        shell.stage.control(Control::Http { on, fault: HttpFault::Hold { carried_out: false } });
        first.press("R");
        first.expect("syncing");
        first.wait("its call", |_| shell.stage.control(Control::Status)["held"] == 1);

        let mut second = start();
        second.expect("another window syncs");
        second.press("hGkkkk");
        second.expect("▌ Webex");
        second.press("lnJoan\tClarke\r");
        second.expect("Created Joan Clarke");
        // What one does both see.
        first.expect("Joan Clarke");
        second.expect("another window syncs");
        first.signal(Signal::KILL);
        assert_eq!(first.ended(), None);
        shell.stage.control(Control::Release);
        second.patient().until("its own sync", |screen| screen.contains("up to date") && !screen.contains("waiting"));
        let opened = shell.stage.control(Control::Opened { user: 0 }).to_string();
        assert_eq!(opened.matches("Joan Clarke").count(), 1);
        second.press("q");
        assert_eq!(second.ended(), Some(0));
        assert_eq!(shell.stage.simulator.leaks(), []);
    });
    played.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_answered_while_the_server_is_silent() {
    let shell = Shell::signed_in(Options { contacts: 3, cloud: 0, people: 10, ..Options::default() }).await;
    let mut command = screen_of(&shell);
    let under_way = |shell: &Shell| shell.stage.order(json!({"do": "status"}))["under_way"].as_u64().unwrap();
    let typed = tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&mut command, 110, 30);
        terminal.expect("up to date");
        // Far longer than all that is typed here takes: no machine is too slow for it, and nobody waits for its end.
        shell.stage.control(Control::Freeze { milliseconds: 600_000 });
        let quiet = under_way(&shell);
        terminal.press("R");
        terminal.wait("a request without an answer", |_| under_way(&shell) > quiet);
        terminal.expect("syncing");
        let silent = |shell: &Shell| assert!(under_way(shell) > quiet, "the server still owes its answer");
        // Each key changes something, and is waited for before the next one is pressed.
        for (keys, shown) in [
            ("/", "3 of 3"),
            ("zzqq", "0 of 3"),
            ("\x1b", "by name"),
            ("n", "New contact"),
            ("Z", "Z"),
            ("oe", "Zoe"),
            ("\r", "Created Zoe"),
            ("u", "Undid"),
            ("?", "╭ Keys"),
        ] {
            terminal.press(keys);
            terminal.expect(shown);
            silent(&shell);
        }
        terminal.press("\x1b");
        terminal.until("no help", |screen| !screen.contains("╭ Keys"));
        silent(&shell);
        terminal.expect("syncing");
        // Whoever leaves waits for no answer either.
        terminal.press("q");
        terminal.wait("the end", Terminal::is_cooked);
        (terminal.ended(), shell)
    });
    assert_eq!(typed.await.unwrap().0, Some(0));
}
