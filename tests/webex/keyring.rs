//! A real keyring of the system: gnome-keyring on a bus of its own. `.ci/run` brings both and asks for this test; elsewhere
//! `cargo test --workspace --test webex keyring -- --ignored` does, where they are installed.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use simulator::Options;

use crate::shell::Shell;

/// A bus with a keyring that is unlocked. It ends when it is dropped.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start(home: &Path) -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let bus = Self { daemon, address: address.trim().to_owned() };
        // It goes to the background once it answers, and ends with its bus.
        let mut keyring = Command::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets"])
            .envs([("HOME", home), ("XDG_RUNTIME_DIR", home)])
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        keyring.stdin.take().unwrap().write_all(b"a password").unwrap();
        assert!(keyring.wait().unwrap().success());
        bus
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs dbus-daemon and gnome-keyring-daemon"]
async fn tokens_live_in_the_keyring_of_the_system() {
    let mut shell = Shell::new(Options { contacts: 3, ..Options::default() }).await;
    let accounts = shell.stage.directory.path().join("accounts");
    let bus = Bus::start(shell.stage.directory.path());
    shell.set("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    shell.variables.retain(|(name, _)| *name != "CALLBOOK_WEBEX_TOKENS");

    let token = shell.stage.token();
    shell.feed(token, &["login", "--token-stdin"]).await.well();
    assert_eq!(fs::read_to_string(accounts.join("webex.tokens.json")).unwrap(), r#""keyring""#);
    for file in fs::read_dir(&accounts).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes.windows(token.len()).any(|window| window == token.as_bytes()),
            "the token is in the keyring alone"
        );
    }
    let listed = shell.run(&["webex", "list"]).await.well().json();
    assert_eq!(listed["data"]["contacts"].as_array().unwrap().len(), 3);

    drop(bus);
    let closed = shell.run(&["webex", "list"]).await;
    assert_eq!(closed.code, 4, "it is no matter of the network");
    assert!(closed.err.contains("the keyring of the system cannot be used"), "{}", closed.err);

    let bus = Bus::start(shell.stage.directory.path());
    shell.set("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    shell.run(&["webex", "list"]).await.well();
    shell.run(&["logout", "--remove"]).await.well();
    assert!(!accounts.join("webex.tokens.json").exists());
    // What once was in the keyring is there no more.
    fs::write(accounts.join("webex.tokens.json"), r#""keyring""#).unwrap();
    shell.run(&["webex", "list"]).await.refused("sign in");
}
