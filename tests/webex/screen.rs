//! The screen on a book that is signed in, in a real terminal.

use serde_json::Value;
use simulator::Options;

use crate::{
    cli::Shell,
    pty::{Terminal, callbook},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_of_webex_appear_by_themselves() {
    let shell = Shell::signed_in(Options { contacts: 3, cloud: 0, people: 10, ..Options::default() }).await;
    let listed = shell.run("", &["webex", "list"]).await.well().json();
    let name = |contact: &Value| contact["displayName"].as_str().unwrap().to_owned();
    let names: Vec<String> = listed["data"]["contacts"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(names.len(), 3);
    let mut command = callbook(shell.stage.directory.path());
    command.envs(shell.variables.iter().map(|(name, value)| (*name, value)));
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
