//! The commands, as a person in a shell has them.

use std::sync::Arc;

use callbook::{
    book,
    store::{Book, Lease},
};
use serde_json::Value;
use simulator::Options;

use crate::{desk::webex, shell::Shell, support::SystemClock};

/// A shell of somebody who has so many contacts on Webex.
async fn signed_in(contacts: usize) -> Shell {
    Shell::signed_in(Options { contacts, people: 40, ..Options::default() }).await
}

impl Shell {
    fn book(&self) -> Book {
        Book::open(&self.stage.directory.path().join("book.db"), Arc::new(SystemClock)).unwrap()
    }

    /// A contact of the account is made by another program.
    fn add(&self, name: &str) {
        let mut draft = book::Draft { account: webex(), ..book::Draft::default() };
        name.clone_into(&mut draft.profile.display_name);
        self.book().perform(book::Command::CreateContact(Box::new(draft))).unwrap();
    }

    async fn names_there(&self) -> Vec<String> {
        let listed: Value = serde_json::from_str(&self.run(&["webex", "list"]).await.with(0).out).unwrap();
        let names = listed["data"]["contacts"].as_array().unwrap().iter();
        let mut names: Vec<String> = names.map(|contact| contact["displayName"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_sync_queue_and_sign_out() {
    let shell = signed_in(2).await;
    let plan = shell.run(&["sync", "--plan"]).await.with(0).out;
    assert_eq!(plan.lines().filter(|line| line.starts_with("here: create ")).count(), 2 + 4, "{plan}");
    assert_eq!(shell.run(&["list"]).await.with(0).out, "");
    let plan: Value = serde_json::from_str(&shell.run(&["sync", "--plan", "--json"]).await.with(0).out).unwrap();
    assert_eq!(plan["brake"], Value::Null);

    shell.run(&["sync"]).await.with(0).says("webex: 6 taken over");
    assert_eq!(shell.run(&["list"]).await.with(0).out.lines().count(), 2);
    shell.run(&["sync"]).await.with(0).says("webex: up to date");
    assert_eq!(shell.run(&["queue"]).await.with(0).out, "");

    shell.add("Ada");
    shell.add("Grace");
    let queue = shell.run(&["queue"]).await.with(0).out;
    assert!(queue.contains("Ada: new\twaits for the next sync"), "{queue}");
    shell.run(&["logout"]).await.with(2).says("Grace: new");
    let queue: Value = serde_json::from_str(&shell.run(&["queue", "--json"]).await.with(0).out).unwrap();
    let ids: Vec<&str> = queue
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["name"] == "Grace")
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    shell.run(&["queue", "--drop", ids[0]]).await.with(0).says("Dropped what was unsent of Grace");
    shell.run(&["queue", "--drop", ids[0]]).await.with(1);
    shell.run(&["queue", "--retry"]).await.with(0);
    shell.run(&["queue", "--retry", "Grace"]).await.with(1);
    let queue = shell.run(&["queue", "--retry", "Ada"]).await.with(0).out;
    assert!(queue.starts_with("Ada: new\twaits for the next sync"), "{queue}");
    shell.run(&["sync"]).await.with(0).says("sent");
    let names = shell.names_there().await;
    assert!(names.contains(&"Ada".to_owned()) && !names.contains(&"Grace".to_owned()), "{names:?}");
    assert_eq!(shell.run(&["conflicts"]).await.with(0).out, "");

    shell.run(&["logout", "--keep"]).await.with(0).says("Signed out of the account webex");
    let kept = shell.run(&["list"]).await.with(0).out;
    assert!(kept.contains("Ada"), "{kept}");
    shell.run(&["queue"]).await.with(1).says("callbook login");
    shell.run(&["sync"]).await.with(5).says("callbook login");
    assert_eq!(shell.stage.simulator.leaks(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_into_an_account_that_is_named_and_too_many_are_said() {
    let shell = signed_in(0).await;
    let file = shell.stage.directory.path().join("many.vcf");
    let card = |number| format!("BEGIN:VCARD\nVERSION:3.0\nUID:{number}\nFN:Card {number:03}\nEND:VCARD\n");
    std::fs::write(&file, (0..501).map(card).collect::<String>()).unwrap();
    let file = file.to_str().unwrap();
    shell.run(&["import", "--account", "work", file]).await.with(1).says("there is no account 'work'");
    let tried = shell.run(&["import", "--account", "webex", "--dry-run", file]).await.with(0);
    tried.says("Webex documents at most 500 contacts a user; with these it is 501");
    assert_eq!(shell.run(&["queue"]).await.with(0).out, "");
    shell.run(&["import", file]).await.with(0).says("501 new");
    assert_eq!(shell.run(&["queue"]).await.with(0).out, "");
    shell.run(&["import", "--account", "webex", file]).await.with(0).says("501 new");
    assert_eq!(shell.run(&["queue"]).await.with(0).out.lines().count(), 501 + 1);
    shell.run(&["undo"]).await.with(0);
    assert_eq!(shell.run(&["queue"]).await.with(0).out, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_waits_for_the_one_under_way() {
    let shell = signed_in(1).await;
    shell.run(&["sync"]).await.with(0);
    let lease = || Lease::take(&shell.stage.directory.path().join("book.db"), &webex()).unwrap();
    let held = lease();
    shell.run(&["sync", "--wait", "0"]).await.with(4).says("syncs this account already");
    shell.add("Ada");
    let (waiting, ()) = tokio::join!(shell.run(&["sync"]), async {
        let lists = shell.stage.count("GET", "/Users/contacts");
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        assert_eq!(shell.stage.count("GET", "/Users/contacts"), lists, "it asks nobody before it is its turn");
        drop(held);
    });
    waiting.with(0).says("syncs this account already; waiting for it").says("sent");
    assert!(shell.names_there().await.contains(&"Ada".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_who_and_what_is_held_can_be_read_and_settled() {
    let shell = signed_in(0).await;
    shell.run(&["sync"]).await.with(0);
    let twin = r#"{"contactType": "CUSTOM", "displayName": "Ada"}"#;
    for _ in 0..2 {
        shell.feed(twin, &["webex", "create"]).await.with(0);
    }
    shell.add("Ada");
    shell.run(&["sync"]).await.with(6).says("1 record waits for your answer: callbook conflicts");
    let asked = shell.run(&["conflicts"]).await.with(0).out;
    assert!(asked.starts_with("Ada\twho is who\t1 here\t2 there\t"), "{asked}");
    let asked: Value = serde_json::from_str(&shell.run(&["conflicts", "--json"]).await.with(0).out).unwrap();
    assert_eq!((asked[0]["here"].as_array().unwrap().len(), asked[0]["there"].as_array().unwrap().len()), (1, 2));
    shell.run(&["conflicts", "--same"]).await.with(2);
    shell.run(&["conflicts", "Ada", "--same", "--different"]).await.with(2);
    shell.run(&["conflicts", "Ada", "--mine"]).await.with(1);
    shell.run(&["conflicts", "Grace", "--same"]).await.with(1).says("nobody asks who 'Grace' is");
    shell.run(&["conflicts", "Ada", "--same"]).await.with(0).says("Settled who is who of Ada: the same");
    assert_eq!(shell.run(&["conflicts"]).await.with(0).out, "");
    shell.run(&["sync"]).await.with(0);
    assert_eq!(shell.names_there().await, ["Ada", "Ada"]);

    // Without its key a record there cannot be read, and is not overwritten.
    let mut book = shell.book();
    let before = book.contact(book.find("Ada").unwrap()[0].id).unwrap().unwrap();
    let mut after = book::Draft::of(&before);
    after.profile.title = "Countess".to_owned();
    book.perform(book::Command::EditContact { before: Box::new(before), after: Box::new(after) }).unwrap();
    let no_key = serde_json::json!({"do": "kms", "on": "retrieve", "times": 50, "status": 403, "reason": "no"});
    shell.stage.order(no_key);
    shell.run(&["sync"]).await.with(0);
    let queue = shell.run(&["queue"]).await.with(0).out;
    assert!(queue.starts_with("Ada: Title\tcannot be read there and is left as it is\t"), "{queue}");
    let queue: Value = serde_json::from_str(&shell.run(&["queue", "--json"]).await.with(0).out).unwrap();
    assert_eq!((queue[0]["waitsFor"].as_str(), queue[0]["held"].as_str()), (Some("held"), Some("unreadable")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_nothing_in_the_book_leaves_nothing_behind() {
    let shell = signed_in(0).await;
    assert_eq!(shell.book().accounts().unwrap().len(), 2);
    let out = shell.run(&["logout"]).await.with(0);
    assert_eq!(out.err, "Signed out of the account webex\n");
    assert_eq!(shell.book().accounts().unwrap().len(), 1);

    // What is deleted here and not yet there is something to be asked about.
    let token = shell.stage.order(serde_json::json!({"do": "token", "user": 0}));
    shell.feed(token["token"].as_str().unwrap(), &["login", "--token-stdin"]).await.with(0);
    shell.add("Ada");
    shell.run(&["sync"]).await.with(0);
    let mut book = shell.book();
    let ada = book.find("Ada").unwrap()[0].id;
    book.perform(book::Command::DeleteContacts(vec![ada])).unwrap();
    shell.run(&["logout"]).await.with(2).says("Ada: deleted");
    shell.run(&["logout", "--remove"]).await.with(0);
    assert_eq!(shell.book().accounts().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brake_and_a_conflict_ask() {
    let shell = signed_in(4).await;
    shell.run(&["sync"]).await.with(0);
    let mut book = shell.book();
    let ids: Vec<_> = book.rows(None).unwrap().into_iter().map(|row| row.id).collect();
    book.perform(book::Command::DeleteContacts(ids)).unwrap();
    let braked = shell.run(&["sync"]).await.with(6);
    braked.says("callbook sync --apply");
    assert_eq!(braked.out.lines().filter(|line| line.starts_with("there: delete ")).count(), 4, "{}", braked.out);
    assert_eq!(shell.names_there().await.len(), 4);
    shell.run(&["sync", "--apply"]).await.with(0).says("webex: 4 sent");
    assert_eq!(shell.names_there().await.len(), 0);

    shell.add("Ada");
    shell.run(&["sync"]).await.with(0);
    let listed: Value = serde_json::from_str(&shell.run(&["webex", "list"]).await.with(0).out).unwrap();
    let old = listed["data"]["contacts"][0]["contactId"].as_str().unwrap().to_owned();
    let group = listed["data"]["contacts"][0]["groups"].clone();
    let new = serde_json::json!({"contactType": "CUSTOM", "displayName": "Ada", "title": "Countess", "companyName": "Engine", "groups": group});
    let before = book.contact(book.find("Ada").unwrap()[0].id).unwrap().unwrap();
    let mut after = book::Draft::of(&before);
    after.profile.company_name = "Engine".to_owned();
    book.perform(book::Command::EditContact { before: Box::new(before), after: Box::new(after) }).unwrap();
    shell.run(&["sync"]).await.with(0);
    let listed: Value = serde_json::from_str(&shell.run(&["webex", "list"]).await.with(0).out).unwrap();
    assert_ne!(listed["data"]["contacts"][0]["contactId"], old.as_str());
    let old = listed["data"]["contacts"][0]["contactId"].as_str().unwrap().to_owned();
    shell.feed(&new.to_string(), &["webex", "create"]).await.with(0);
    shell.run(&["webex", "delete", &old]).await.with(0);
    let before = book.contact(book.find("Ada").unwrap()[0].id).unwrap().unwrap();
    let mut after = book::Draft::of(&before);
    after.profile.title = "Enchantress".to_owned();
    book.perform(book::Command::EditContact { before: Box::new(before), after: Box::new(after) }).unwrap();
    shell.run(&["sync"]).await.with(6).says("callbook conflicts");
    let conflicts = shell.run(&["conflicts"]).await.with(0).out;
    assert!(conflicts.starts_with("Ada\tTitle\tmine: Enchantress\ttheirs: Countess\t"), "{conflicts}");
    shell.run(&["conflicts", "--mine"]).await.with(2);
    shell.run(&["conflicts", "Ada", "--theirs"]).await.with(0).says("Settled the conflict of Ada");
    shell.run(&["sync"]).await.with(0);
    shell.run(&["logout", "--remove"]).await.with(0);
    assert_eq!(shell.run(&["list"]).await.with(0).out, "");
    assert_eq!(shell.stage.simulator.leaks(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_and_a_group_are_made_in_the_account_that_is_named() {
    let shell = signed_in(0).await;
    shell.run(&["group", "create", "Crew", "--account", "webex"]).await.with(0);
    let ada = r#"{"displayName": "Ada", "groupNames": ["Crew"]}"#;
    shell.feed(ada, &["add", "--account", "webex"]).await.with(0);
    shell.feed(r#"{"displayName": "Grace"}"#, &["add"]).await.with(0);
    shell.feed(ada, &["add", "--account", "nobody"]).await.with(1).says("there is no account 'nobody'");
    shell.run(&["sync"]).await.with(0).says("2 sent");
    assert_eq!(shell.names_there().await, ["Ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_for_a_group_tells_its_cost_and_asks_where_it_is_much() {
    let shell = signed_in(0).await;
    let account = ["--account", "webex"];
    shell.run(&[&["group", "create", "Crew"], &account[..]].concat()).await.with(0);
    let person = |number| format!(r#"{{"displayName": "Person {number}", "groupNames": ["Crew"]}}"#);
    for number in 0..21 {
        shell.feed(&person(number), &[&["add"], &account[..]].concat()).await.with(0);
    }
    let renamed = shell.run(&["group", "rename", "Crew", "Team"]).await.with(0);
    assert_eq!(renamed.err, "Renamed group Crew to Team\n", "what is not there yet is made once");
    shell.run(&["sync"]).await.with(0);
    let refused = shell.run(&["group", "rename", "Team", "Band"]).await.with(2);
    refused.says("each of its 21 members").says("That is 44 requests").says("--yes");
    let line = r#"{"command": "group rename", "group": "Team", "name": "Band"}"#;
    let answer = shell.feed(line, &["batch"]).await.with(7).out;
    assert!(answer.contains("That is 44 requests") && answer.contains(r#"\"yes\": true"#), "{answer}");
    assert_eq!(shell.run(&["queue"]).await.with(0).out, "");
    shell.feed(&line.replace('}', r#", "yes": true}"#), &["batch"]).await.with(0);
    shell.run(&["undo"]).await.with(0);
    let renamed = shell.run(&["group", "rename", "Team", "Band", "--yes"]).await.with(0);
    assert_eq!(renamed.err, "Renamed group Team to Band\nits 21 members are made anew on webex\n");

    shell.run(&["rm", "Person 20"]).await.with(0);
    shell.run(&["sync"]).await.with(0);
    shell.run(&["group", "rename", "Band", "Crew"]).await.with(0).says("its 20 members are made anew on webex");
}
