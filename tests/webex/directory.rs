//! People: in batches, by either way, and for a thread that waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use callbook::{
    book::{AccountId, port::Directory as _},
    webex::{
        Timing,
        directory::{BlockingDirectory, WebexDirectory},
    },
};
use serde_json::json;
use simulator::{
    Options,
    directory::{ORG, USERS, person_id},
};

use super::support::{PATIENCE, Stage};

async fn directory(people: usize) -> (Stage, WebexDirectory) {
    let stage = Stage::start(Options { people, ..Options::default() }).await;
    let (http, login) = (stage.http(Timing::default()), stage.login());
    let account = AccountId("work".to_owned());
    let directory =
        WebexDirectory::new(&http, &login, &stage.settings, &account, Some(ORG), Some("https://device.test/1"));
    (stage, directory)
}

/// How many ids each request to SCIM asked for.
fn batches(stage: &Stage) -> Vec<usize> {
    let scim = stage.calls().into_iter().filter(|call| call.path.contains("/scim/"));
    scim.map(|call| call.query.matches("id%20eq%20").count()).collect()
}

fn refuse(stage: &Stage, path: &str, status: u16, times: u32) {
    stage.order(json!({"do": "http", "on": {"path": path, "times": times}, "fault": "status", "status": status}));
}

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(person_id).collect()
}

fn borrowed(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn people_are_looked_up_by_fifty_and_strangers_stay_unresolved() {
    let (stage, directory) = directory(200).await;
    let mut ids = ids(0..120);
    ids[0] = ids[0].to_uppercase();
    ids.push(ids[1].clone());
    let looked = directory.look_up(&borrowed(&ids)).await;
    assert_eq!((batches(&stage), looked.refused.is_none()), (vec![50, 50, 20], true));
    assert_eq!(looked.len(), 108, "every tenth belongs to another organisation");
    assert_eq!(looked.person(&ids[0]).unwrap().display_name, "Ada Lovelace");
    assert!(looked.person(&person_id(9)).is_none());
    let call = stage.calls().into_iter().find(|call| call.path.contains("/scim/")).unwrap();
    assert!(call.query.ends_with("&count=100") && call.path.contains(ORG), "{call:?}");
    assert!(call.headers.iter().any(|name| name == "cisco-device-url"));
    let person = looked.person(&person_id(1)).unwrap();
    assert_eq!((person.department.as_str(), person.manager.as_str()), ("Sales", "First User"));
    assert_eq!(person.addresses[0].city, "Exampleville");
    assert_eq!(person.sip_addresses[0].kind, "cloud-calling");
}

#[tokio::test]
async fn what_is_too_complex_is_halved() {
    let (stage, directory) = directory(60).await;
    refuse(&stage, "/scim/", 400, 2);
    let ids = ids(0..60);
    let looked = directory.look_up(&borrowed(&ids)).await;
    assert_eq!(batches(&stage), [50, 25, 12, 13, 25, 10]);
    assert_eq!((looked.len(), looked.refused), (54, None));
}

#[tokio::test]
async fn what_stays_too_complex_is_given_up_soon() {
    let (stage, directory) = directory(60).await;
    refuse(&stage, "/scim/", 400, 999);
    let ids = ids(0..60);
    let looked = directory.look_up(&borrowed(&ids)).await;
    assert_eq!((looked.is_empty(), looked.refused.unwrap().status()), (true, Some(400)));
    assert!(batches(&stage).len() < 15, "{:?}", batches(&stage));
}

#[tokio::test]
async fn whom_scim_does_not_show_the_people_api_may() {
    let (stage, directory) = directory(200).await;
    refuse(&stage, "/scim/", 403, 999);
    let ids = ids(0..100);
    let looked = directory.look_up(&borrowed(&ids)).await;
    assert_eq!((looked.len(), looked.refused.is_none()), (90, true));
    assert_eq!((batches(&stage), stage.count("GET", "/v1/people")), (vec![50], 2), "SCIM once, then 85 and 15");
    assert_eq!(looked.person(&person_id(0)).unwrap().emails[0].value, "person0@simulator.test");
    refuse(&stage, "/v1/people", 403, 999);
    let nobody = directory.look_up(&borrowed(&ids)).await;
    assert_eq!((nobody.is_empty(), nobody.refused.unwrap().status()), (true, Some(403)));
}

#[tokio::test]
async fn a_search_finds_by_the_beginning_and_nothing_that_is_typed_breaks_out() {
    let (stage, directory) = directory(400).await;
    let hits = directory.search("  ada ", 10).await.unwrap();
    assert_eq!((hits.people.len(), hits.total > 10), (10, true));
    let person = &hits.people[0];
    assert!(person.profile.display_name.starts_with("Ada "));
    assert_eq!((person.who.directory.as_str(), person.who.key.as_str()), ("work", person_id(0).as_str()));
    let call = stage.calls().into_iter().find(|call| call.path.contains("/scim/")).unwrap();
    assert!(call.query.ends_with("&count=25"), "{}", call.query);
    for hostile in ["x\" or displayName sw \"A", "\\", "\"", "a\\\" or id eq \"x"] {
        assert_eq!(directory.search(hostile, 10).await.unwrap().people, [], "{hostile}");
    }
    assert_eq!(directory.search("second", 10).await.unwrap().people[0].who.key, USERS[1]);
    let before = stage.calls().len();
    assert_eq!(directory.search(" ", 10).await.unwrap().people, []);
    assert_eq!(stage.calls().len(), before, "nothing typed, nothing asked");
}

#[tokio::test]
async fn a_search_goes_on_by_the_people_api_in_pages() {
    let (stage, directory) = directory(2000).await;
    refuse(&stage, "/scim/", 403, 999);
    let hits = directory.search("Ada", 70).await.unwrap();
    assert_eq!((hits.people.len(), stage.count("GET", "/v1/people")), (70, 2));
    assert!(hits.people.iter().all(|person| person.profile.display_name.starts_with("Ada ")));
    let one = directory.search("person1@simulator.test", 5).await.unwrap();
    assert_eq!(one.people.iter().map(|person| person.who.key.clone()).collect::<Vec<_>>(), [person_id(1)]);
    refuse(&stage, "/v1/people", 403, 1);
    let error = directory.search("Ada", 5).await.unwrap_err();
    assert!(error.to_string().contains("search the directory"), "{error}");
}

#[tokio::test]
async fn the_organisation_is_found_out_where_nobody_says_it() {
    let stage = Stage::start(Options { people: 40, token: Some("opaque".to_owned()), ..Options::default() }).await;
    let (http, login) = (stage.http(Timing::default()), stage.login());
    let directory = WebexDirectory::new(&http, &login, &stage.settings, &AccountId("work".to_owned()), None, None);
    let me = directory.me().await.unwrap();
    assert_eq!((me.who.key.as_str(), me.profile.display_name.as_str()), (USERS[0], "First User"));
    assert_eq!(directory.search("second", 5).await.unwrap().people.len(), 1);
    directory.search("first", 5).await.unwrap();
    assert_eq!(stage.count("GET", "/v1/people/me"), 2, "asked once for the organisation");
}

#[tokio::test]
async fn a_thread_may_wait_for_people_and_give_up() {
    let (stage, directory) = directory(60).await;
    let runtime = tokio::runtime::Handle::current();
    let waiting = Arc::new(AtomicBool::new(true));
    let in_thread = |query: &'static str| {
        let mut port = BlockingDirectory::new(directory.clone(), runtime.clone(), Timing::default());
        let waiting = Arc::clone(&waiting);
        let (send, receive) = tokio::sync::oneshot::channel();
        thread::spawn(move || send.send(port.search(query, 5, &|| !waiting.load(Ordering::Relaxed))));
        receive
    };
    let found = in_thread("Alan").await.unwrap().unwrap().unwrap();
    assert_eq!((found.people.len(), found.people[0].profile.first_name.as_str()), (3, "Alan"));
    assert_eq!((found.total, found.size), (3, 3));
    assert_eq!(in_thread("").await.unwrap().unwrap().unwrap().people, []);
    refuse(&stage, "/scim/", 501, 1);
    let refused = in_thread("Alan").await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("search the directory"), "{refused}");
    // Nothing is answered any more, and nobody waits any more.
    stage.order(json!({"do": "freeze", "milliseconds": 600_000}));
    let before = stage.calls().len();
    let given_up = in_thread("Alan");
    super::support::until("the search has begun", || stage.calls().len() > before).await;
    waiting.store(false, Ordering::Relaxed);
    let given_up = tokio::time::timeout(PATIENCE, given_up).await.unwrap().unwrap();
    assert_eq!(given_up.unwrap(), None);
}
