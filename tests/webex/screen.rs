//! The screen on a book that is signed in, in a real terminal.

use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;
use simulator::{
    Control, Options,
    faults::{HttpFault, On},
};

use crate::{
    cli::Shell,
    pty::{Terminal, callbook},
};

fn command(shell: &Shell) -> Command {
    let mut command = callbook(shell.stage.directory.path());
    command.envs(shell.variables.iter().map(|(name, value)| (*name, value)));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_of_webex_appear_by_themselves() {
    let shell = Shell::signed_in(Options { contacts: 3, cloud: 0, people: 10, ..Options::default() }).await;
    let listed = shell.run("", &["webex", "list"]).await.well().json();
    let name = |contact: &Value| contact["displayName"].as_str().unwrap().to_owned();
    let names: Vec<String> = listed["data"]["contacts"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(names.len(), 3);
    let mut command = command(&shell);
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
        let start = || Terminal::start(&mut command(&shell), 110, 30);
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
