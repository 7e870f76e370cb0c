//! The command line against the simulator, as a person in a shell has it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use simulator::{
    Control, Options,
    faults::{HttpFault, On},
};

use crate::support::{Stage, Trap};

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {} {}", self.stdout, self.stderr))
    }

    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// It ended with exit code 5, after a sentence that has these words.
    #[track_caller]
    pub fn says(self, words: &str) {
        assert_eq!(self.code, 5, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(words), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
    }
}

/// A shell whose variables point callbook at a simulator.
pub struct Shell {
    pub stage: Stage,
    pub variables: Vec<(&'static str, String)>,
}

impl Shell {
    pub async fn new(options: Options) -> Self {
        let stage = Stage::start(options).await;
        let directory = stage.directory.path();
        let mut variables = stage.simulator.ready.variables();
        variables.push(("CALLBOOK_BOOK", directory.join("book.db").display().to_string()));
        variables.push(("HOME", directory.display().to_string()));
        Self { stage, variables }
    }

    pub async fn signed_in(options: Options) -> Self {
        let shell = Self::new(options).await;
        shell.run(shell.stage.token(), &["login", "--token-stdin"]).await.well();
        shell
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
    }

    fn spawn(&self, words: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_callbook"))
            .args(words)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub async fn run(&self, input: &str, words: &[&str]) -> Ended {
        let mut child = self.spawn(words);
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        tokio::task::spawn_blocking(move || ended(child)).await.unwrap()
    }
}

fn ended(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn options() -> Options {
    Options { contacts: 3, cloud: 2, people: 40, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_list_make_delete_sign_out() {
    let shell = Shell::signed_in(options()).await;
    let listed = shell.run("", &["webex", "list"]).await.well().json();
    assert_eq!((&listed["statusCode"], &listed["message"]), (&json!(200), &json!("SUCCESS")));
    assert_eq!(listed["data"]["contacts"].as_array().unwrap().len(), 5);

    let group = shell.run("", &["webex", "group", "create", "Friends"]).await;
    // The seeded book has a group of this name.
    assert_eq!(group.json()["data"]["error"], "Group displayName already exists");
    assert_eq!(group.code, 2);
    let group = shell.run("", &["webex", "group", "create", "Crew"]).await.well().json();
    let group = group["data"]["group"]["groupId"].as_str().unwrap();
    let two = json!([
        {"contactType": "CUSTOM", "displayName": "Zoë", "groups": [group], "department": "none of theirs"},
        {"contactType": "CUSTOM", "displayName": "Łukasz", "phoneNumbers": [{"type": "mobile", "value": "+48 601"}]},
    ]);
    let made = shell.run(&two.to_string(), &["webex", "create"]).await.well();
    let made: Vec<Value> = made.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(made.len(), 2);
    let ids: Vec<&str> = made.iter().map(|one| one["data"]["contact"]["contactId"].as_str().unwrap()).collect();
    let deleted = shell.run("", &["webex", "delete", ids[1]]).await.well().json();
    assert_eq!(deleted["statusCode"], 204);
    let again = shell.run("", &["webex", "delete", ids[1]]).await;
    assert_eq!(again.json()["data"]["error"], "User info not found");
    again.says("there is no such thing");
    shell.run("", &["webex", "group", "delete", group]).await.well();

    let found = shell.run("", &["webex", "search", "person", "--limit", "3"]).await.well().json();
    let person = &found["data"]["contacts"][0];
    let id = person["contactId"].as_str().unwrap();
    let resolved = shell.run("", &["webex", "resolve", id]).await.well().json();
    assert_eq!(resolved["data"]["contacts"][0]["displayName"], person["displayName"]);

    shell.run("", &["logout"]).await.well();
    shell.run("", &["webex", "list"]).await.says("sign in again with: callbook login");
    assert!(shell.stage.simulator.leaks().is_empty());
    assert_eq!(shell.stage.control(Control::Status)["sockets"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_typed_in_any_browser() {
    let shell = Shell::new(options()).await;
    let mut child = shell.spawn(&["login", "--account", "work"]);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let code = lines.find_map(|line| Some(line.split_once(" and type ")?.1.to_owned())).unwrap();
    shell.stage.control(Control::Decide { user_code: code, approve: true });
    let said = tokio::task::spawn_blocking(move || lines.last()).await.unwrap().unwrap();
    assert!(said.starts_with("Signed in as ") && said.ends_with(" to the account work"), "{said}");
    assert_eq!(ended(child).code, 0);
    // The only account there is need not be named.
    let status = shell.run("", &["status", "--json"]).await.well().json();
    assert_eq!((&status["account"], &status["contacts"]), (&json!("work"), &json!("5 contacts, 4 groups")));
    assert_eq!(status["socket"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_stays_with_its_first_user() {
    let shell = Shell::signed_in(options()).await;
    let other = shell.stage.control(Control::Token { user: 1 })["token"].as_str().unwrap().to_owned();
    let refused = shell.run(&other, &["login", "--token-stdin"]).await;
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("callbook login --account NAME"), "{}", refused.stderr);
    shell.run(&other, &["login", "--token-stdin", "--account", "other"]).await.well();
    let theirs = shell.run("", &["webex", "--account", "other", "list"]).await.well().json();
    assert_eq!(theirs["data"]["contacts"], json!([]));
    // The first sign-in is as it was.
    let ours = shell.run("", &["webex", "--account", "webex", "list"]).await.well().json();
    assert_eq!(ours["data"]["contacts"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_a_sentence_that_says_what_to_do() {
    let mut shell = Shell::new(options()).await;
    for malformed in ["", "  \n", "Bearer", "two words"] {
        let refused = shell.run(malformed, &["login", "--token-stdin"]).await;
        assert!(matches!(refused.code, 2 | 5) && refused.stderr.contains("token"), "{malformed}: {}", refused.stderr);
    }
    shell.run("nobody_knows_this", &["login", "--token-stdin"]).await.says("sign in again with: callbook login");
    shell.run("", &["status"]).await.says("sign in again with: callbook login");

    shell.run(shell.stage.token(), &["login", "--token-stdin"]).await.well();
    shell.stage.control(Control::ExpireTokens);
    let expired = shell.run("", &["webex", "list"]).await;
    assert_eq!(expired.json()["data"]["error"], "User is unauthorised, possible token expiry");
    expired.says("sign in again with: callbook login");

    let token = shell.stage.control(Control::Token { user: 0 })["token"].as_str().unwrap().to_owned();
    shell.run(&token, &["login", "--token-stdin"]).await.well();
    let forbidden = HttpFault::Status { status: 403, retry_after: None };
    shell.stage.control(Control::Http { on: On::path("/contact/"), fault: forbidden });
    shell.run("", &["webex", "list"]).await.says("lacks the right");

    shell.stage.control(Control::WithholdService { name: Some("contactsService".to_owned()) });
    shell.run("", &["webex", "list"]).await.says("this account has no contactsService");

    shell.set("CALLBOOK_WEBEX_U2C_URL", "https://127.0.0.1:1/u2c/api/v1");
    shell.run("", &["webex", "list"]).await.says("cannot be reached");
    shell.set("CALLBOOK_WEBEX_U2C_URL", "nonsense");
    let wrong = shell.run("", &["webex", "list"]).await;
    assert!(wrong.code == 3 && wrong.stderr.contains("CALLBOOK_WEBEX_U2C_URL"), "{}", wrong.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_integration_it_is_said_which_setting_is_missing() {
    let mut shell = Shell::new(options()).await;
    shell.variables.retain(|(name, _)| !name.contains("CLIENT"));
    let refused = shell.run("", &["login"]).await;
    assert!(refused.code != 0 && refused.stderr.contains("client_id"), "{}", refused.stderr);
    shell.set("CALLBOOK_WEBEX_CLIENT_ID", "someone-else");
    shell.set("CALLBOOK_WEBEX_CLIENT_SECRET", "wrong");
    let refused = shell.run("", &["login"]).await;
    assert!(refused.code == 5 && refused.stderr.contains("sign in"), "{}", refused.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_as_key_server_is_refused_where_nobody_can_be_asked() {
    let mut shell = Shell::new(options()).await;
    shell.set("CALLBOOK_WEBEX_KMS_HOSTS", "kms.elsewhere.test");
    shell.run(shell.stage.token(), &["login", "--token-stdin"]).await.says("kms_hosts");
    shell.run("", &["status"]).await.says("callbook login");
    // A sign-in that failed binds the account to nobody.
    let host = shell.stage.simulator.ready.kms_host;
    shell.set("CALLBOOK_WEBEX_KMS_HOSTS", host);
    let other = shell.stage.control(Control::Token { user: 1 })["token"].as_str().unwrap().to_owned();
    shell.run(&other, &["login", "--token-stdin"]).await.well();
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_stdin_names_the_field() {
    let shell = Shell::signed_in(options()).await;
    for (input, words) in [
        ("", "stdin"),
        ("garbage", "no JSON"),
        (
            r#"[{"contactType": "CUSTOM", "displayName": "A"}, {"contactType": "ODD"}]"#,
            "contact 2: Unknown contactType",
        ),
        (r#"{"contactType": "CLOUD"}"#, "contactId is required"),
        (r#"{"contactType": "CUSTOM", "emails": [{"type": "work", "value": 7}]}"#, "emails"),
    ] {
        let refused = shell.run(input, &["webex", "create"]).await;
        assert!(refused.code == 2 && refused.stderr.contains(words), "{input}: {}", refused.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_this_machine_goes_through_no_proxy() {
    let trap = Trap::new();
    let mut shell = Shell::signed_in(options()).await;
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"] {
        shell.set(name, &format!("http://127.0.0.1:{}", trap.port()));
    }
    let listed = shell.run("", &["webex", "list"]).await.well().json();
    assert_eq!(listed["data"]["contacts"].as_array().unwrap().len(), 5);
    trap.expect_nobody();
}
