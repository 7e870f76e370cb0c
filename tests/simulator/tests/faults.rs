//! Each switch does what it says, seen from outside.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::Options;
use support::{Bench, CONTACTS, sealed};

fn contact(uri: &str, key: &simulator::jose::Key, name: &str) -> Value {
    json!({"contactType": "CUSTOM", "encryptionKeyUrl": uri, "displayName": sealed(key, name)})
}

async fn names(bench: &Bench) -> usize {
    bench.call("GET", CONTACTS, None).await.body["contacts"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_nth_call_fails_with_a_status_and_says_when_to_come_back() {
    let bench = Bench::new().await;
    bench.order(
        json!({"do": "http", "on": {"path": "/contacts", "method": "GET", "after": 1}, "fault": "status", "status": 429,
        "retry_after": 7}),
    );
    assert_eq!(bench.call("GET", CONTACTS, None).await.status, 200);
    let refused = bench.call("GET", CONTACTS, None).await;
    assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(bench.call("GET", CONTACTS, None).await.status, 200);
}

#[tokio::test]
async fn an_answer_is_lost_after_the_change_was_made() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let (uri, key) = session.content_key().await;
    bench.order(json!({"do": "http", "on": {"path": "/contacts", "method": "POST"}, "fault": "lose_answer"}));
    let request = bench.request("POST", CONTACTS).bearer_auth(&bench.token).json(&contact(&uri, &key, "Ada"));
    assert!(request.send().await.is_err());
    assert_eq!(names(&bench).await, 1);
}

#[tokio::test]
async fn a_call_is_held_back_until_it_is_released_carried_out_or_not() {
    for (carried_out, meanwhile) in [(false, 0), (true, 1)] {
        let bench = Bench::new().await;
        let mut session = bench.session().await;
        let (uri, key) = session.content_key().await;
        let on = json!({"path": "/contacts", "method": "POST"});
        bench.order(json!({"do": "http", "on": on, "fault": "hold", "carried_out": carried_out}));
        let request = bench.request("POST", CONTACTS).bearer_auth(&bench.token).json(&contact(&uri, &key, "Ada"));
        let held = tokio::spawn(request.send());
        while bench.order(json!({"do": "status"}))["held"] == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(names(&bench).await, meanwhile);
        bench.order(json!({"do": "release"}));
        assert_eq!(held.await.unwrap().unwrap().status(), 201);
        assert_eq!((names(&bench).await, bench.order(json!({"do": "status"}))["held"].as_u64()), (1, Some(0)));
    }
}

#[tokio::test]
async fn a_change_is_made_only_after_a_later_list_was_answered() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let (uri, key) = session.content_key().await;
    bench.order(json!({"do": "http", "on": {"path": "/contacts", "method": "POST"}, "fault": "apply_after_get"}));
    let request = bench.request("POST", CONTACTS).bearer_auth(&bench.token).json(&contact(&uri, &key, "Ada"));
    let late = tokio::spawn(request.send());
    // The call is there before the list is asked for: it has been noted.
    while !bench
        .order(json!({"do": "requests"}))
        .as_array()
        .unwrap()
        .iter()
        .any(|entry| entry["method"] == "POST" && entry["path"] == CONTACTS)
    {
        tokio::task::yield_now().await;
    }
    // It takes a moment from the note to the waiting; the list is asked for until the change has been made.
    assert_eq!(names(&bench).await, 0);
    while names(&bench).await == 0 {}
    assert_eq!(late.await.unwrap().unwrap().status(), 201);
}

#[tokio::test]
async fn lists_come_without_a_member_or_with_a_hint_of_pages() {
    let bench = Bench::start(Options { contacts: 1, ..Options::default() }).await;
    let on = json!({"path": "/Users/contacts"});
    bench.order(json!({"do": "http", "on": on, "fault": "list_without", "member": "contacts"}));
    let list = bench.call("GET", CONTACTS, None).await.body;
    assert!(list.get("contacts").is_none() && list.get("groups").is_some());
    bench.order(json!({"do": "http", "on": on, "fault": "paging_hint"}));
    assert!(bench.call("GET", CONTACTS, None).await.headers["link"].to_str().unwrap().contains("rel=\"next\""));
}

#[tokio::test]
async fn nothing_is_answered_while_it_is_frozen() {
    let bench = Bench::new().await;
    bench.order(json!({"do": "freeze", "milliseconds": 300}));
    let began = Instant::now();
    assert_eq!(bench.call("GET", CONTACTS, None).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn events_are_split_merged_doubled_reordered_dropped_and_mixed_with_nonsense() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let ping = json!({"method": "update", "uri": "/ping"});
    let two = [session.seal(ping.clone()), session.seal(ping.clone())];
    bench.order(json!({"do": "events", "split": true, "reorder": 1}));
    session.post(&two).await;
    let (first, second) = (session.next_messages().await, session.next_messages().await);
    assert_eq!((first.len(), second.len()), (1, 1));
    bench.order(json!({"do": "events", "duplicate": 1}));
    session.post(&[session.seal(ping.clone())]).await;
    assert_eq!(session.next_messages().await, session.next_messages().await);
    bench.order(json!({"do": "events", "undecodable": 1}));
    session.post(&[session.seal(ping.clone())]).await;
    let mixed = session.next_messages().await;
    assert_eq!(mixed.len(), 2);
    assert!(simulator::jose::open(&mixed[0], &session.key).is_err());
    assert_eq!(session.open(&mixed[1])["status"], 200);
    bench.order(json!({"do": "events", "drop": 1}));
    session.post(&[session.seal(ping.clone())]).await;
    bench.order(json!({"do": "events", "merge": 2}));
    session.post(&[session.seal(ping.clone())]).await;
    session.post(&[session.seal(ping.clone())]).await;
    assert_eq!(session.next_messages().await.len(), 2, "the dropped one never came, two came together");
    bench.order(json!({"do": "events", "delay": 200}));
    let began = Instant::now();
    session.post(&[session.seal(ping)]).await;
    session.next_messages().await;
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn tokens_and_sessions_end_on_demand() {
    let bench = Bench::new().await;
    bench.order(json!({"do": "expire_tokens"}));
    assert_eq!(bench.call("GET", CONTACTS, None).await.status, 401);
    let token = bench.order(json!({"do": "token", "user": 0}))["token"].as_str().unwrap().to_owned();
    assert_eq!(bench.call_as(&token, "GET", CONTACTS, None).await.status, 200);
    bench.order(json!({"do": "forget_devices"}));
    assert_eq!(bench.call_as(&token, "GET", "/wdm/api/v1/devices", None).await.body["devices"], json!([]));
}

#[tokio::test]
async fn what_is_stored_is_sealed_anew_with_the_same_content() {
    let bench = Bench::start(Options { contacts: 3, ..Options::default() }).await;
    let (opened, stored) = (bench.order(json!({"do": "opened"})), bench.call("GET", CONTACTS, None).await.body);
    bench.order(json!({"do": "reseal"}));
    let resealed = bench.call("GET", CONTACTS, None).await.body;
    assert_ne!(resealed["contacts"][0]["displayName"], stored["contacts"][0]["displayName"]);
    let after = bench.order(json!({"do": "opened"}));
    for number in 0..3 {
        for member in ["displayName", "emails", "addressInfo"] {
            assert_eq!(after["contacts"][number][member], opened["contacts"][number][member]);
        }
    }
}
