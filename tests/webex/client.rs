//! A client as a whole: what is made when, once, and what is left at the end.

use std::sync::Arc;

use callbook::{
    book::{GroupType, Profile},
    webex::{
        Client, SocketState, Timing, WebexError,
        client::Step,
        contacts::{NewContact, RemoteContact},
        device::Seat,
        seal::Opened,
    },
};
use futures_util::future::join_all;
use serde_json::json;
use simulator::{Control, Options};

use super::support::{Ahead, Moving, Stage, until};

fn life() -> Timing {
    Timing::default()
}

/// For what is waited for: a busy machine still has a second for an answer.
fn hurried() -> Timing {
    Timing::faster(6)
}

fn called(name: &str) -> NewContact {
    NewContact::custom(Profile { display_name: name.to_owned(), ..Profile::default() })
}

/// A client whose tokens can be renewed and revoked.
async fn signed_in(stage: &Stage, timing: Timing) -> Client {
    let http = stage.http(life());
    let tokens = stage.grant(&http, Timing::faster(10)).await;
    let login = stage.login_with(&http, life(), tokens);
    stage.client_with(http, login, timing, None)
}

async fn create(client: &Client, name: &str) -> RemoteContact {
    client.contacts().await.unwrap().create(&called(name)).await.unwrap()
}

async fn names(client: &Client) -> Vec<String> {
    let listing = client.list().await.unwrap();
    assert!(listing.complete && listing.missing_keys.is_empty(), "{:?}", listing.missing_keys);
    let name = |contact: &RemoteContact| match &contact.fields.display_name {
        Opened::Text(name) => name.clone(),
        Opened::Absent => String::new(),
        Opened::Unreadable => panic!("{:?}", contact.unreadable),
    };
    listing.contacts.iter().map(name).collect()
}

/// What was made, in the order in which the server saw it.
fn made(stage: &Stage) -> Vec<String> {
    let mut made = Vec::new();
    for call in stage.calls().iter().filter(|call| call.method == "POST") {
        let uris = call.kms.iter().filter(|request| request["method"] == "create").map(|request| &request["uri"]);
        made.extend(uris.filter_map(|uri| uri.as_str()).filter(|uri| uri.starts_with('/')).map(str::to_owned));
        if call.path.contains("/contact/") {
            made.push(call.path.rsplit('/').next().unwrap().to_owned());
        }
    }
    made
}

#[tokio::test]
async fn a_book_is_listed_changed_and_left() {
    let stage = Stage::with(12, 5).await;
    let client = stage.client(life());
    let listing = client.list().await.unwrap();
    assert_eq!((listing.contacts.len(), listing.groups.len()), (17, 4));
    assert!(listing.complete && listing.missing_keys.is_empty());
    assert!(listing.contacts.iter().all(|contact| contact.unreadable.is_empty()));
    assert_eq!(client.socket_state(), Some(SocketState::Up));
    assert!(client.session_expires().is_some());

    let contacts = client.contacts().await.unwrap();
    let group = contacts.create_group("Neighbours", GroupType::Normal).await.unwrap();
    let contact = contacts.create(&called("Ada Lovelace")).await.unwrap();
    assert!(names(&client).await.contains(&"Ada Lovelace".to_owned()));
    contacts.delete(&contact.id).await.unwrap();
    contacts.delete_group(&group.id).await.unwrap();
    let listing = client.list().await.unwrap();
    assert_eq!((listing.contacts.len(), listing.groups.len()), (17, 4));

    // Everything was made once.
    assert_eq!(
        (stage.count("POST", "/devices"), stage.count("WEBSOCKET", "/"), stage.count("GET", "/kms/")),
        (1, 1, 1)
    );
    assert_eq!((stage.count("GET", "/u2c/api/v1/catalog"), stage.count("GET", "/limited/")), (1, 1));
    assert_eq!(stage.count("POST", "/kms/messages"), 2, "a handshake and the one key of all");
    client.close().await;
    assert_eq!((stage.sockets(), stage.count("DELETE", "/devices/")), (0, 1));
    assert_eq!(stage.simulator.leaks(), []);
}

#[tokio::test]
async fn the_first_contact_of_a_fresh_user_makes_key_resource_group_and_contact() {
    let stage = Stage::new().await;
    let client = stage.client(life());
    assert!(names(&client).await.is_empty());
    create(&client, "Grace Hopper").await;
    assert_eq!(made(&stage), ["/keys", "/resources", "groups", "contacts"]);
    let stored = stage.order(json!({"do": "opened"}));
    assert_eq!(stored["groups"][0]["displayName"], "Other contacts");
    assert_eq!(stored["contacts"][0]["displayName"], "Grace Hopper");
    create(&client, "Barbara Liskov").await;
    assert_eq!(made(&stage).len(), 5, "the second one stands on the ground of the first");
    assert_eq!(stage.simulator.leaks(), []);
}

#[tokio::test]
async fn first_contacts_at_once_make_one_group() {
    let stage = Stage::new().await;
    let client = stage.client(life());
    let all: Vec<_> = ["A", "B", "C"].map(|name| create(&client, name)).into();
    join_all(all).await;
    let mut steps = made(&stage);
    steps.sort();
    assert_eq!(steps, ["/keys", "/resources", "contacts", "contacts", "contacts", "groups"]);
    assert_eq!((stage.count("POST", "/devices"), stage.count("WEBSOCKET", "/")), (1, 1));
}

#[tokio::test]
async fn first_contacts_of_two_programs_end_in_one_group() {
    let stage = Stage::new().await;
    let (one, other) = (stage.client(life()), stage.client(life()));
    let (first, second) = tokio::join!(create(&one, "A"), create(&other, "B"));
    assert_eq!(first.groups, second.groups);
    assert_eq!((names(&one).await.len(), names(&other).await.len()), (2, 2));
}

#[tokio::test]
async fn what_many_need_is_made_once_and_what_fails_is_tried_again() {
    let stage = Stage::with(3, 0).await;
    let client = stage.client(life());
    stage.order(json!({"do": "http", "on": {"path": "/devices", "method": "POST"}, "fault": "status", "status": 400}));
    let refused = client.device().await.unwrap_err();
    assert_eq!(refused.status(), Some(400));
    for listing in join_all((0..5).map(|_| client.list())).await {
        assert_eq!(listing.unwrap().contacts.len(), 3);
    }
    assert_eq!((stage.count("POST", "/devices"), stage.count("GET", "/u2c/api/v1/catalog")), (2, 1));
    assert_eq!((stage.count("GET", "/kms/"), stage.count("WEBSOCKET", "/")), (1, 1));
}

#[tokio::test]
async fn a_list_is_asked_for_while_the_way_to_its_keys_is_made() {
    let stage = Stage::with(3, 0).await;
    let client = stage.client(life());
    client.catalog().await.unwrap();
    // The device is not there before the list has come.
    stage.order(json!({"do": "http", "on": {"path": "/devices"}, "fault": "delay", "milliseconds": 700}));
    assert_eq!(names(&client).await.len(), 3);
    let order: Vec<_> = stage.calls().into_iter().map(|call| call.path).collect();
    let place = |part: &str| order.iter().position(|path| path.contains(part)).unwrap();
    assert!(place("/Users/contacts") < place("/kms/"), "{order:?}");
}

#[tokio::test]
async fn a_service_that_was_missing_is_looked_for_again() {
    let stage = Stage::with(3, 0).await;
    let client = stage.client(life());
    let service = |name: Option<&str>| stage.control(Control::WithholdService { name: name.map(str::to_owned) });
    service(Some("contactsService"));
    for catalogues in 1..=2 {
        let error = client.list().await.unwrap_err();
        assert_eq!(error, WebexError::NoService { service: "contactsService".to_owned() });
        assert_eq!(stage.count("GET", "/u2c/api/v1/catalog"), catalogues, "once for each who needs it");
    }
    service(None);
    assert_eq!(names(&client).await.len(), 3);
    client.close().await;
    assert_eq!(stage.simulator.leaks(), []);
}

#[tokio::test]
async fn a_catalogue_of_yesterday_is_asked_for_again() {
    let stage = Stage::with(3, 0).await;
    let (clock, http) = (Arc::new(Moving::default()), stage.http(hurried()));
    let tokens = callbook::webex::auth::personal(stage.token(), &*clock).unwrap();
    let login = stage.login_by(clock.clone(), &http, hurried(), tokens);
    let client = stage.client_with(http, login, hurried(), None);
    let asked = || stage.count("GET", "/u2c/api/v1/catalog");
    let list = async |minutes| {
        clock.wait(minutes);
        names(&client).await.len()
    };
    assert_eq!((list(0).await, list(23 * 60).await, asked()), (3, 3, 1));
    assert_eq!((list(61).await, list(0).await, asked()), (3, 3, 2));
    // Where there is no newer one the old one will do, for an hour.
    stage.order(json!({"do": "http", "on": {"path": "/u2c/api/v1/catalog"}, "fault": "status", "status": 404}));
    assert_eq!((list(25 * 60).await, list(59).await, asked()), (3, 3, 3));
    assert_eq!((list(2).await, list(0).await, asked()), (3, 3, 4));
    // A clock that was ahead is no reason to keep it for ever.
    assert_eq!((list(-48 * 60).await, list(0).await, asked()), (3, 3, 5));
}

#[tokio::test]
async fn a_book_without_anything_sealed_is_listed_without_the_key_server() {
    let stage = Stage::new().await;
    stage.order(json!({"do": "http", "on": {"path": "/devices", "times": 9}, "fault": "status", "status": 403}));
    let client = stage.client(life());
    assert!(names(&client).await.is_empty());
    client.close().await;
}

#[tokio::test]
async fn a_list_survives_sockets_cut_and_events_lost_in_the_middle_of_it() {
    let stage = Stage::with(5, 0).await;
    for fault in [json!({"do": "cut_sockets"}), json!({"do": "shut_down_sockets"}), json!({"do": "forget_devices"})] {
        let client = stage.client(hurried());
        client.socket().await.unwrap().ready().await.unwrap();
        stage.order(json!({"do": "events", "drop": 1}));
        let (names, ()) = tokio::join!(names(&client), async {
            stage.order(fault.clone());
        });
        assert_eq!(names.len(), 5, "{fault}");
        client.close().await;
    }
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_for_the_socket_too() {
    let stage = Stage::with(2, 0).await;
    let client = signed_in(&stage, life()).await;
    let socket = client.socket().await.unwrap().clone();
    let _in_use = socket.in_use();
    socket.ready().await.unwrap();
    stage.order(json!({"do": "expire_tokens"}));
    stage.order(json!({"do": "close_sockets", "code": 4401, "reason": "authentication failed"}));
    until("it comes again", || stage.count("WEBSOCKET", "/") >= 2).await;
    socket.ready().await.unwrap();
    assert_eq!(stage.count("POST", "/access_token"), 1);
    assert_eq!(names(&client).await.len(), 2);
    // A sign-in that ended for good is said.
    stage.order(json!({"do": "expire_tokens"}));
    stage.order(json!({"do": "revoke_refresh_tokens"}));
    let ended = client.list().await.unwrap_err();
    assert!(matches!(ended, WebexError::SignedOut { .. }), "{ended}");
}

#[tokio::test]
async fn a_renewal_that_nobody_waits_for_any_more_is_not_lost() {
    let stage = Stage::new().await;
    let client = signed_in(&stage, life()).await;
    let login = client.login();
    let old = login.access_token().await.unwrap();
    stage.order(json!({"do": "http", "on": {"path": "/access_token"}, "fault": "delay", "milliseconds": 300}));
    tokio::select! {
        _ = login.renew(&old) => panic!("it takes a while"),
        () = until("it is asked for", || stage.count("POST", "/access_token") == 1) => {}
    }
    let renewed = async {
        while login.access_token().await.unwrap() == old {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(super::support::PATIENCE, renewed).await.is_ok());
    assert_eq!(stage.count("POST", "/access_token"), 1);
}

#[tokio::test]
async fn a_socket_that_never_accepts_the_sign_in_ends_the_attempts() {
    let stage = Stage::new().await;
    let client = signed_in(&stage, hurried()).await;
    stage.order(json!({"do": "refuse_sockets", "code": 4401}));
    let ended = client.socket().await.unwrap().ready().await.unwrap_err();
    assert!(matches!(ended, WebexError::SignedOut { .. }), "{ended}");
    assert_eq!(stage.count("WEBSOCKET", "/"), 3);
}

#[tokio::test]
async fn the_lasting_device_belongs_to_one_and_outlives_it() {
    let stage = Stage::new().await;
    let lock = stage.directory.path().join("webex.lock");
    let seat = Seat::take(&lock).unwrap();
    assert!(seat.is_some());
    assert!(Seat::take(&lock).unwrap().is_none(), "it is taken");
    let first = stage.client_with(stage.http(life()), stage.login(), life(), seat);
    let second = stage.client_with(stage.http(life()), stage.login(), life(), None);
    let (lasting, ephemeral) = (first.device().await.unwrap(), second.device().await.unwrap());
    assert!(!lasting.ephemeral && ephemeral.ephemeral);
    first.close().await;
    second.close().await;
    let deleted = stage.calls().into_iter().filter(|call| call.method == "DELETE").collect::<Vec<_>>();
    assert!(matches!(&deleted[..], [call] if ephemeral.url.ends_with(&call.path)), "{deleted:?}");
    let seat = Seat::take(&lock).unwrap();
    assert!(seat.is_some(), "with its client the seat is free");
    let next = stage.client_with(stage.http(life()), stage.login(), life(), seat);
    assert_eq!(next.device().await.unwrap().url, lasting.url);
}

#[tokio::test]
async fn signing_out_goes_through_all_steps_whatever_fails() {
    for trouble in [false, true] {
        let stage = Stage::start(Options { people: 40, contacts: 1, ..Options::default() }).await;
        let client = signed_in(&stage, life()).await;
        let login = client.login().clone();
        assert_eq!(names(&client).await.len(), 1);
        if trouble {
            stage
                .order(json!({"do": "http", "on": {"path": "/devices", "times": 9}, "fault": "status", "status": 403}));
        }
        let steps = client.sign_out().await;
        let outcomes: Vec<_> = steps.iter().map(|(step, result)| (*step, result.is_ok())).collect();
        assert_eq!(outcomes[0], (Step::Socket, true));
        assert_eq!(outcomes[1], (Step::Device, !trouble));
        assert_eq!(outcomes[2], (Step::Revoke, true));
        assert_eq!(stage.sockets(), 0);
        assert!(stage.count("POST", "/revoke") > 0);
        assert!(matches!(login.access_token().await, Err(WebexError::SignedOut { .. })));
        assert_eq!(outcomes.len(), 4);
    }
}

/// What ends is told by how long it lasts, not by the hour: a clock that is an hour off, also one that was set after the
/// sign-in, costs a renewal at most.
#[tokio::test]
async fn a_clock_that_is_an_hour_off_does_no_harm() {
    const HOUR: i64 = 3_600_000;
    let stage = Stage::with(3, 1).await;
    let timing = Timing::faster(20);
    for ahead in [HOUR, -HOUR] {
        let http = stage.http(timing);
        let tokens = stage.grant(&http, timing).await;
        let login = stage.login_by(Arc::new(Ahead(ahead)), &http, timing, tokens);
        let client = stage.client_with(http, login, timing, None);
        let listing = client.list().await.unwrap();
        assert_eq!((listing.contacts.len(), listing.missing_keys.len()), (4, 0));
        client.close().await;
    }
    stage.control(Control::TokenLifetime { seconds: 1800 });
    let http = stage.http(timing);
    let tokens = stage.grant(&http, timing).await;
    let login = stage.login_by(Arc::new(Ahead(HOUR)), &http, timing, tokens);
    let client = stage.client_with(http, login, timing, None);
    assert_eq!(client.list().await.unwrap().contacts.len(), 4);
    client.close().await;
}
