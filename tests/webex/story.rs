//! The whole story, by keys in a real terminal: signing in, three hundred contacts, people of the directory, an edit while
//! there is no network, and what the official SDK has to say to the end of it.
//!
//! `CALLBOOK_OFFICIAL_SDK` names the folder of the official SDK, which is then asked; else callbook's own list is.

use std::{collections::BTreeMap, env, net::SocketAddr, path::Path, process::Command, sync::Arc};

use callbook::book::GroupType;
use serde_json::{Value, json};
use simulator::{Control, Options, directory::person_id};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::{JoinHandle, JoinSet},
};

use crate::{
    pty::{Terminal, callbook},
    support::Stage,
};

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const RIGHT: &str = "\x1b[C";

/// The plug between callbook and the simulator.
struct Plug {
    here: SocketAddr,
    there: SocketAddr,
    line: Option<JoinHandle<()>>,
    runtime: Handle,
}

impl Plug {
    async fn new() -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        (Self { here, there: here, line: None, runtime: Handle::current() }, listener)
    }

    fn carry(&mut self, listener: TcpListener) {
        let there = self.there;
        self.line = Some(self.runtime.spawn(async move {
            // With it all connections end.
            let mut lines = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                lines.spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(there).await {
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        }));
    }

    /// Nothing comes through any more, and nobody answers.
    fn pull(&mut self) {
        let line = self.line.take().unwrap();
        line.abort();
        let _ = self.runtime.block_on(line);
    }

    fn put_in(&mut self) {
        let listener = self.runtime.block_on(TcpListener::bind(self.here)).unwrap();
        self.carry(listener);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_sign_in_to_the_queue_that_drains() {
    let (mut plug, listener) = Plug::new().await;
    let advertise = Some(plug.here.to_string());
    let stage = Stage::start(Options { contacts: 291, cloud: 9, people: 60, advertise, ..Options::default() }).await;
    plug.there = stage.simulator.address();
    plug.carry(listener);
    let stage = Arc::new(stage);
    // The seeded book has four groups.
    let seeding = stage.client(callbook::webex::Timing::default()).contacts().await.unwrap();
    seeding.create_group("Team", GroupType::Normal).await.unwrap();
    let told = Arc::clone(&stage);
    tokio::task::spawn_blocking(move || story(&told, &mut plug)).await.unwrap();
    assert_eq!(stage.simulator.leaks(), []);
}

/// The code that the screen shows.
fn code(screen: &str) -> Option<String> {
    let words = screen.split_whitespace();
    words.map(str::to_owned).find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A pane of the three, line by line, without what marks the selected one.
fn pane(screen: &str, number: usize) -> Vec<String> {
    let lines = screen.lines().filter(|line| line.contains("││"));
    let part = |line: &str| line.split("││").nth(number).unwrap_or_default().replace(['▌', '│'], " ");
    lines.map(|line| part(line).trim_end().to_owned()).collect()
}

/// The groups and sections, and how many are in them.
fn groups(screen: &str) -> BTreeMap<String, usize> {
    let counted = pane(screen, 0);
    let counted = counted.iter().filter_map(|line| line.trim().rsplit_once(' '));
    counted.filter_map(|(name, count)| Some((name.trim().to_owned(), count.parse().ok()?))).collect()
}

/// The names in the list of contacts, sorted; the headings are less indented.
fn shown(screen: &str) -> Vec<String> {
    let rows = pane(screen, 1).into_iter().filter(|line| line.starts_with("    "));
    let mut names: Vec<String> = rows
        .filter_map(|row| Some(row.trim_start().split("  ").next()?.to_owned()))
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names
}

/// The list as another client sees it, in the SDK's envelope.
fn listed(stage: &Stage) -> Value {
    let ready = &stage.simulator.ready;
    let output = if let Some(folder) = env::var_os("CALLBOOK_OFFICIAL_SDK") {
        let options = json!({"ready": ready, "token": ready.token, "reduces": false, "kmsRoots": [ready.kms_root]});
        Command::new("node").arg(Path::new(&folder).join("sdk.mjs")).arg(options.to_string()).output().unwrap()
    } else {
        let mut command = callbook(stage.directory.path());
        command.envs(ready.variables()).args(["webex", "list"]).output().unwrap()
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn story(stage: &Stage, plug: &mut Plug) {
    let mut command = callbook(stage.directory.path());
    command.envs(stage.simulator.ready.variables());
    let mut terminal = Terminal::start(&mut command, 120, 36);
    terminal.expect("? help");

    terminal.press("wi");
    terminal.until("a code", |screen| code(screen).is_some());
    let user_code = code(&terminal.text()).unwrap();
    stage.order(json!({"do": "decide", "user_code": user_code, "approve": true}));
    terminal.expect("up to date");
    terminal.until("300 contacts in five groups", |screen| {
        let groups = groups(screen);
        let five = ["Customers", "Friends", "Other contacts", "Team", "Zürich & 東京"];
        groups.get("Webex") == Some(&300) && five.iter().all(|name| groups.contains_key(*name))
    });

    // The account's section stands above its five groups.
    terminal.press("hGkkkkk");
    terminal.expect("▌ Webex");
    terminal.press("ahopper");
    terminal.expect("Grace Hopper");
    terminal.press(ENTER);
    terminal.expect("Add Grace Hopper");
    terminal.press(&[" ", RIGHT, " ", ENTER].concat());
    terminal.expect("Added Grace Hopper");
    terminal.press("lnJoan\tClarke\r");
    terminal.expect("Created Joan Clarke");
    terminal.wait("both are sent", |_| {
        let opened = stage.control(Control::Opened { user: 0 }).to_string();
        opened.contains("Joan Clarke") && opened.contains(&person_id(10))
    });

    plug.pull();
    for number in [142, 158, 236] {
        terminal.press(&format!("l/number {number}{ENTER}"));
        terminal.expect(&format!("▌   Person Number {number} "));
        terminal.press(&["e\t", " of Leith", ENTER].concat());
        terminal.expect(&format!("Edited Person Number {number}"));
        terminal.press(ESC);
        terminal.expect("302 · by name");
    }
    terminal.press(&format!("/number 263{ENTER}"));
    terminal.expect("▌   Person Number 263 ");
    terminal.press("dy");
    terminal.expect("Deleted Person Number 263");
    terminal.press(ESC);
    terminal.expect("301 · by name");
    terminal.expect("offline since");
    terminal.expect("4 waiting");
    terminal.press("wq");
    terminal.until("the queue", |screen| {
        ["142", "158", "236", "263"].iter().all(|it| screen.contains(&format!("Person Number {it}")))
    });
    terminal.press(ESC);
    terminal.until("the contacts", |screen| !screen.contains("Waits to be sent"));

    plug.put_in();
    terminal.press("R");
    terminal.until("a queue that is empty", |screen| screen.contains("up to date") && !screen.contains("waiting"));

    // Tall enough for all of them.
    terminal.resize(200, 360);
    let listed = listed(stage);
    let contacts = listed["data"]["contacts"].as_array().unwrap();
    assert_eq!(contacts.len(), 301);
    let text = |record: &Value| record["displayName"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = contacts.iter().map(text).collect();
    names.sort();
    assert_eq!(names.iter().filter(|name| name.ends_with(" of Leith")).count(), 3);
    terminal.until("all that there is", |screen| shown(screen) == names);
    let groups_of_theirs = listed["data"]["groups"].as_array().unwrap().iter();
    let groups_of_theirs = groups_of_theirs.map(|group| (text(group), group["members"].as_array().unwrap().len()));
    let counted = groups(&terminal.text());
    for (name, count) in groups_of_theirs {
        assert_eq!(counted.get(&name), Some(&count), "{name}");
    }
    let grace = contacts.iter().find(|contact| contact["contactId"] == person_id(10).as_str()).unwrap();
    assert_eq!(grace["groups"].as_array().unwrap().len(), 2);
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
}
