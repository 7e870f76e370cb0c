//! The command line against the simulator, as a person in a shell has it.

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};
use simulator::{
    Control, Options,
    faults::{HttpFault, On},
};

use crate::{
    shell::{Shell, ended},
    support::Trap,
};

fn options() -> Options {
    Options { contacts: 3, cloud: 2, people: 40, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_list_make_delete_sign_out() {
    let shell = Shell::signed_in(options()).await;
    let listed = shell.run(&["webex", "list"]).await.well().json();
    assert_eq!((&listed["statusCode"], &listed["message"]), (&json!(200), &json!("SUCCESS")));
    assert_eq!(listed["data"]["contacts"].as_array().unwrap().len(), 5);

    let group = shell.run(&["webex", "group", "create", "Friends"]).await;
    // The seeded book has a group of this name.
    assert_eq!(group.json()["data"]["error"], "Group displayName already exists");
    assert_eq!(group.code, 2);
    let group = shell.run(&["webex", "group", "create", "Crew"]).await.well().json();
    let group = group["data"]["group"]["groupId"].as_str().unwrap();
    let two = json!([
        {"contactType": "CUSTOM", "displayName": "Zoë", "groups": [group], "department": "none of theirs"},
        {"contactType": "CUSTOM", "displayName": "Łukasz", "phoneNumbers": [{"type": "mobile", "value": "+48 601"}]},
    ]);
    let made = shell.feed(&two.to_string(), &["webex", "create"]).await.well();
    let made: Vec<Value> = made.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(made.len(), 2);
    let ids: Vec<&str> = made.iter().map(|one| one["data"]["contact"]["contactId"].as_str().unwrap()).collect();
    let deleted = shell.run(&["webex", "delete", ids[1]]).await.well().json();
    assert_eq!(deleted["statusCode"], 204);
    let again = shell.run(&["webex", "delete", ids[1]]).await;
    assert_eq!(again.json()["data"]["error"], "User info not found");
    again.refused("there is no such thing");
    shell.run(&["webex", "group", "delete", group]).await.well();

    let found = shell.run(&["webex", "search", "person", "--limit", "3"]).await.well().json();
    let person = &found["data"]["contacts"][0];
    let id = person["contactId"].as_str().unwrap();
    let resolved = shell.run(&["webex", "resolve", id]).await.well().json();
    assert_eq!(resolved["data"]["contacts"][0]["displayName"], person["displayName"]);

    shell.run(&["logout"]).await.well();
    shell.run(&["webex", "list"]).await.refused("sign in again with: callbook login");
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
    let status = shell.run(&["status", "--json"]).await.well().json();
    assert_eq!((&status["account"], &status["contacts"]), (&json!("work"), &json!("5 contacts, 4 groups")));
    assert_eq!(status["socket"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_stays_with_its_first_user() {
    let shell = Shell::signed_in(options()).await;
    let other = shell.stage.control(Control::Token { user: 1 })["token"].as_str().unwrap().to_owned();
    let refused = shell.feed(&other, &["login", "--token-stdin"]).await;
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("callbook login --account NAME"), "{}", refused.err);
    shell.feed(&other, &["login", "--token-stdin", "--account", "other"]).await.well();
    let theirs = shell.run(&["webex", "--account", "other", "list"]).await.well().json();
    assert_eq!(theirs["data"]["contacts"], json!([]));
    // The first sign-in is as it was.
    let ours = shell.run(&["webex", "--account", "webex", "list"]).await.well().json();
    assert_eq!(ours["data"]["contacts"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_a_sentence_that_says_what_to_do() {
    let mut shell = Shell::new(options()).await;
    for malformed in ["", "  \n", "Bearer", "two words"] {
        let refused = shell.feed(malformed, &["login", "--token-stdin"]).await;
        assert!(matches!(refused.code, 2 | 5) && refused.err.contains("token"), "{malformed}: {}", refused.err);
    }
    shell.feed("nobody_knows_this", &["login", "--token-stdin"]).await.refused("sign in again with: callbook login");
    shell.run(&["status"]).await.refused("sign in again with: callbook login");

    shell.feed(shell.stage.token(), &["login", "--token-stdin"]).await.well();
    shell.stage.control(Control::ExpireTokens);
    let expired = shell.run(&["webex", "list"]).await;
    assert_eq!(expired.json()["data"]["error"], "User is unauthorised, possible token expiry");
    expired.refused("sign in again with: callbook login");

    let token = shell.stage.control(Control::Token { user: 0 })["token"].as_str().unwrap().to_owned();
    shell.feed(&token, &["login", "--token-stdin"]).await.well();
    let forbidden = HttpFault::Status { status: 403, retry_after: None };
    shell.stage.control(Control::Http { on: On::path("/contact/"), fault: forbidden });
    shell.run(&["webex", "list"]).await.refused("lacks the right");

    shell.stage.control(Control::WithholdService { name: Some("contactsService".to_owned()) });
    shell.run(&["webex", "list"]).await.refused("this account has no contactsService");

    shell.set("CALLBOOK_WEBEX_U2C_URL", "https://127.0.0.1:1/u2c/api/v1");
    shell.run(&["webex", "list"]).await.refused("cannot be reached");
    shell.set("CALLBOOK_WEBEX_U2C_URL", "nonsense");
    let wrong = shell.run(&["webex", "list"]).await;
    assert!(wrong.code == 3 && wrong.err.contains("CALLBOOK_WEBEX_U2C_URL"), "{}", wrong.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_integration_it_is_said_which_setting_is_missing() {
    let mut shell = Shell::new(options()).await;
    shell.variables.retain(|(name, _)| !name.contains("CLIENT"));
    let refused = shell.run(&["login"]).await;
    assert!(refused.code != 0 && refused.err.contains("client_id"), "{}", refused.err);
    shell.set("CALLBOOK_WEBEX_CLIENT_ID", "someone-else");
    shell.set("CALLBOOK_WEBEX_CLIENT_SECRET", "wrong");
    let refused = shell.run(&["login"]).await;
    assert!(refused.code == 5 && refused.err.contains("sign in"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_as_key_server_is_refused_where_nobody_can_be_asked() {
    let mut shell = Shell::new(options()).await;
    shell.set("CALLBOOK_WEBEX_KMS_HOSTS", "kms.elsewhere.test");
    shell.feed(shell.stage.token(), &["login", "--token-stdin"]).await.refused("kms_hosts");
    shell.run(&["status"]).await.refused("callbook login");
    // A sign-in that failed binds the account to nobody.
    let host = shell.stage.simulator.ready.kms_host;
    shell.set("CALLBOOK_WEBEX_KMS_HOSTS", host);
    let other = shell.stage.control(Control::Token { user: 1 })["token"].as_str().unwrap().to_owned();
    shell.feed(&other, &["login", "--token-stdin"]).await.well();
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
        let refused = shell.feed(input, &["webex", "create"]).await;
        assert!(refused.code == 2 && refused.err.contains(words), "{input}: {}", refused.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_this_machine_goes_through_no_proxy() {
    let trap = Trap::new();
    let mut shell = Shell::signed_in(options()).await;
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"] {
        shell.set(name, &format!("http://127.0.0.1:{}", trap.port()));
    }
    let listed = shell.run(&["webex", "list"]).await.well().json();
    assert_eq!(listed["data"]["contacts"].as_array().unwrap().len(), 5);
    trap.expect_nobody();
}
