//! The key server: who it must be, the session, and answers that come late, twice, together, elsewhere or never.

use std::collections::HashSet;

use callbook::webex::{
    KmsError, Mercury, Roots, Timing, WebexError,
    auth::{self, Login},
    device::Kind,
    jose::ContentKey,
    kms::{KeyUri, Kms, KmsTrust},
};
use serde_json::{Value, json};

use super::support::{Stage, SystemClock, Wiring};

const HEADER: &str = r#"{"enc":"A256GCM","alg":"dir"}"#;

/// Time as it is in life: whatever is asked is answered long before anybody loses patience.
fn life() -> Timing {
    Timing::default()
}

/// For tests in which something is not answered: a busy machine still has 600 ms to answer the rest.
fn hurried() -> Timing {
    Timing::faster(10)
}

struct Client {
    kms: Kms,
    socket: Mercury,
}

fn trust(stage: &Stage) -> KmsTrust {
    let roots = Roots::load(stage.settings.kms_root_certificates.as_deref()).unwrap();
    KmsTrust { roots, hosts: stage.settings.kms_hosts.clone(), pinned: None }
}

async fn client_as(stage: &Stage, login: Login, trust: KmsTrust, timing: Timing) -> Client {
    let wiring = Wiring { login, ..stage.wiring(timing).await };
    let device = wiring.device(Kind::Ephemeral).await;
    let socket = wiring.socket(device.clone());
    let encryption = wiring.catalog.service("encryption").unwrap();
    let kms = Kms::new(wiring.http, wiring.login, encryption, device, socket.clone(), trust, timing);
    Client { kms, socket }
}

async fn client(stage: &Stage, timing: Timing) -> Client {
    client_as(stage, stage.login(), trust(stage), timing).await
}

/// The requests that the KMS has opened so far, call by call.
fn calls(stage: &Stage) -> Vec<Vec<Value>> {
    stage.calls().into_iter().filter(|call| call.path.ends_with("/kms/messages")).map(|call| call.kms).collect()
}

fn handshakes(stage: &Stage) -> usize {
    let is_handshake = |request: &&Value| request["uri"].as_str().is_some_and(|uri| uri.ends_with("/ecdhe"));
    calls(stage).concat().iter().filter(is_handshake).count()
}

fn fails(stage: &Stage, on: &str, times: u32, status: u16) {
    stage.order(json!({"do": "kms", "on": on, "times": times, "status": status}));
}

/// Keys made by one client, so that another one has to ask for them.
async fn made_keys(stage: &Stage, count: usize) -> Vec<(KeyUri, ContentKey)> {
    let Client { kms, socket } = client(stage, life()).await;
    let mut keys = Vec::new();
    for _ in 0..count {
        keys.push(kms.create_key().await.unwrap());
    }
    socket.close().await;
    stage.order(json!({"do": "forget"}));
    keys
}

fn names(keys: &[(KeyUri, ContentKey)]) -> Vec<KeyUri> {
    keys.iter().map(|(uri, _)| uri.clone()).collect()
}

fn same(one: &ContentKey, other: &ContentKey) -> bool {
    other.open_to_string(&one.seal(HEADER, b"text")).is_ok()
}

/// That every key is there, and is the right one.
async fn expect_all(client: &Client, keys: &[(KeyUri, ContentKey)]) {
    let mut got = client.kms.keys(&names(keys)).await;
    for (uri, key) in keys {
        let got = got.remove(uri).unwrap();
        assert!(same(key, &got.unwrap()), "{uri}");
    }
    assert!(got.is_empty());
}

#[tokio::test]
async fn many_keys_cost_one_handshake_and_one_call_and_are_kept() {
    let stage = Stage::new().await;
    let keys = made_keys(&stage, 6).await;
    let client = client(&stage, life()).await;
    let again = names(&keys);
    let both = client.kms.keys(&again);
    let (first, second) = futures_util::future::join(both, client.kms.keys(&again)).await;
    assert_eq!((first.len(), second.len()), (6, 6));
    expect_all(&client, &keys).await;
    assert_eq!(calls(&stage).iter().map(Vec::len).collect::<Vec<_>>(), [1, 6]);
    assert!(client.kms.session_expires().is_some());
}

#[tokio::test]
async fn a_key_is_made_and_bound_and_may_be_written_under() {
    let stage = Stage::new().await;
    let client = client(&stage, life()).await;
    let (uri, key) = client.kms.create_key().await.unwrap();
    let resource = client.kms.create_resource(std::slice::from_ref(&uri)).await.unwrap();
    assert!(resource.contains("/resources/"), "{resource}");
    client.kms.ping().await.unwrap();
    assert_eq!(client.kms.cluster().await.unwrap(), format!("kms://{}", stage.simulator.ready.kms_host));
    assert_eq!(client.kms.may_write(&uri).await, Ok(true));
    let abroad = "kms://elsewhere.example/keys/1".parse().unwrap();
    assert_eq!(client.kms.may_write(&abroad).await, Ok(false));
    // Made here, it need not be asked for.
    expect_all(&client, &[(uri, key)]).await;
    let methods: Vec<_> = calls(&stage).concat().iter().map(|request| request["method"].clone()).collect();
    assert_eq!(methods, ["create", "create", "create", "update"]);
}

#[tokio::test]
async fn what_is_refused_harms_nothing_else() {
    let stage = Stage::new().await;
    let token = stage.order(json!({"do": "token", "user": 1}))["token"].as_str().unwrap().to_owned();
    let tokens = auth::personal(&token, &SystemClock).unwrap();
    let stranger = stage.login_with(&stage.http(life()), life(), tokens);
    let stranger = client_as(&stage, stranger, trust(&stage), life()).await;
    let (theirs, _) = stranger.kms.create_key().await.unwrap();
    let keys = made_keys(&stage, 2).await;
    let client = client(&stage, life()).await;

    let gone: KeyUri = format!("kms://{}/keys/none", stage.simulator.ready.kms_host).parse().unwrap();
    let wanted = [names(&keys), vec![theirs.clone(), gone.clone()]].concat();
    let mut got = client.kms.keys(&wanted).await;
    for (uri, status) in [(&theirs, 403), (&gone, 404)] {
        match got.remove(uri).unwrap() {
            Err(WebexError::Kms(KmsError::Refused { status: found, reason: Some(_), .. })) => assert_eq!(found, status),
            other => panic!("{other:?}"),
        }
    }
    assert!(got.len() == 2 && got.values().all(Result::is_ok));
    assert!(client.kms.may_write(&theirs).await.is_err());

    // A refusal is not remembered; a revoked master key has a word of its own.
    stage.order(json!({"do": "kms", "on": "retrieve", "times": 1, "status": 405, "error_code": 405_005}));
    let revoked = client.kms.keys(std::slice::from_ref(&gone)).await.remove(&gone).unwrap();
    assert_eq!(revoked.unwrap_err(), KmsError::MasterKeyRevoked.into());
}

/// The tokens in the requests of a method, in the order in which they came.
fn bearers(stage: &Stage, method: &str) -> Vec<String> {
    let requests = calls(stage).concat().into_iter().filter(|request| request["method"] == method);
    requests.map(|request| request["client"]["credential"]["bearer"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_token_that_is_refused_is_tried_in_its_other_form_once() {
    let stage = Stage::new().await;
    let keys = made_keys(&stage, 6).await;
    let tokens =
        auth::Tokens { access: stage.token().into(), scopes: "spark:all spark:kms".into(), ..Default::default() };
    let login = stage.login_with(&stage.http(life()), life(), tokens);
    login.use_catalog(&stage.wiring(life()).await.catalog);
    let client = client_as(&stage, login, trust(&stage), life()).await;
    fails(&stage, "retrieve", 6, 403);
    expect_all(&client, &keys).await;
    let sent = bearers(&stage, "retrieve");
    let (narrow, full): (Vec<_>, Vec<_>) = sent.iter().partition(|bearer| *bearer != stage.token());
    assert_eq!((narrow.len(), full.len()), (6, 6), "the narrower token first, then the full one");
    assert!(narrow.iter().all(|bearer| *bearer == narrow[0]));

    fails(&stage, "update", 2, 401);
    let refused = client.kms.ping().await.unwrap_err();
    assert!(matches!(refused, WebexError::Kms(KmsError::Refused { status: 401, .. })), "{refused}");
    assert_eq!(bearers(&stage, "update"), [stage.token()], "neither form is tried twice");
}

#[tokio::test]
async fn a_key_that_is_elsewhere_is_fetched_there_but_not_in_circles() {
    let stage = Stage::new().await;
    let keys = made_keys(&stage, 1).await;
    let client = client(&stage, life()).await;
    let (target, key) = &keys[0];
    let elsewhere = |times: u32| {
        stage.order(json!({"do": "kms", "on": "retrieve", "times": times, "status": 301, "redirect": target.as_str()}));
    };
    let alias: KeyUri = "kms://federated.example/keys/1".parse().unwrap();
    elsewhere(3);
    expect_all(&client, &[(alias.clone(), key.clone())]).await;
    assert_eq!(client.kms.may_write(&alias).await, Ok(false));
    let other: KeyUri = "kms://federated.example/keys/2".parse().unwrap();
    elsewhere(4);
    let failed = client.kms.keys(std::slice::from_ref(&other)).await.remove(&other).unwrap().unwrap_err();
    assert!(matches!(failed, WebexError::Kms(KmsError::Unreadable(_))), "{failed}");
    stage.order(json!({"do": "recover"}));
    expect_all(&client, &keys).await;
}

#[tokio::test]
async fn answers_may_come_in_any_order_and_company() {
    let stage = Stage::new().await;
    let keys = made_keys(&stage, 6).await;
    for events in [
        json!({"split": true}),
        json!({"split": true, "reorder": 1}),
        json!({"merge": 3}),
        json!({"duplicate": 9}),
        json!({"undecodable": 9}),
        json!({"unknown": 9}),
        json!({"split": true, "duplicate": 9, "undecodable": 9, "unknown": 9, "reorder": 1, "delay": 5}),
    ] {
        let client = client(&stage, life()).await;
        client.kms.ping().await.unwrap();
        let mut order = events.clone();
        order["do"] = "events".into();
        stage.order(order);
        expect_all(&client, &keys).await;
        client.socket.close().await;
        stage.order(json!({"do": "recover"}));
        assert_eq!(handshakes(&stage), 1, "nothing was asked twice: {events}");
        stage.order(json!({"do": "forget"}));
    }
}

#[tokio::test]
async fn what_is_not_answered_is_asked_again_under_another_id() {
    let stage = Stage::new().await;
    let client = client(&stage, hurried()).await;
    client.kms.ping().await.unwrap();
    stage.order(json!({"do": "forget"}));
    fails(&stage, "update", 1, 0);
    client.kms.ping().await.unwrap();
    let asked = calls(&stage).concat();
    let ids: HashSet<_> = asked.iter().map(|request| request["requestId"].to_string()).collect();
    assert!(asked.len() >= 2 && ids.len() == asked.len(), "{} ids in {} requests", ids.len(), asked.len());
}

#[tokio::test]
async fn a_session_that_the_server_forgot_is_made_anew() {
    let stage = Stage::new().await;
    let client = client(&stage, hurried()).await;
    client.kms.ping().await.unwrap();
    assert_eq!(handshakes(&stage), 1);
    stage.order(json!({"do": "expire_kms_sessions"}));
    client.kms.ping().await.unwrap();
    assert!(handshakes(&stage) >= 2);
}

#[tokio::test]
async fn a_session_near_its_end_is_made_anew_before_it_is_used() {
    let stage = Stage::new().await;
    // Less than the margin: nothing is sent under it but what it was made for.
    stage.order(json!({"do": "kms_session_lifetime", "milliseconds": 20_000}));
    let client = client(&stage, life()).await;
    for made in 1..=3 {
        client.kms.ping().await.unwrap();
        assert_eq!(handshakes(&stage), made);
    }
    stage.order(json!({"do": "kms_session_lifetime", "milliseconds": 3_600_000}));
    for _ in 0..3 {
        client.kms.ping().await.unwrap();
    }
    assert_eq!(handshakes(&stage), 4);
}

#[tokio::test]
async fn silence_ends_and_is_not_remembered() {
    for on in ["ecdhe", "update"] {
        let stage = Stage::new().await;
        let client = client(&stage, hurried()).await;
        fails(&stage, on, 1000, 0);
        assert_eq!(client.kms.ping().await.unwrap_err(), KmsError::Silent.into(), "{on}");
        stage.order(json!({"do": "recover"}));
        client.kms.ping().await.unwrap();
    }
}

#[tokio::test]
async fn whoever_waits_together_fails_together() {
    let stage = Stage::new().await;
    let client = client(&stage, hurried()).await;
    fails(&stage, "ecdhe", 1000, 0);
    let uris: Vec<KeyUri> = (0..60).map(|number| format!("kms://a.example/keys/{number}").parse().unwrap()).collect();
    let got = client.kms.keys(&uris).await;
    assert!(got.values().all(|key| matches!(key, Err(WebexError::Kms(KmsError::Silent)))));
    // Not sixty handshakes of three tries each, one after the other.
    assert!(handshakes(&stage) <= 6, "{} handshakes", handshakes(&stage));
}

#[tokio::test]
async fn a_refused_handshake_is_not_remembered() {
    let stage = Stage::new().await;
    let client = client(&stage, life()).await;
    fails(&stage, "ecdhe", 1, 400);
    let failed = client.kms.ping().await.unwrap_err();
    assert!(matches!(failed, WebexError::Kms(KmsError::Refused { status: 400, .. })), "{failed}");
    client.kms.ping().await.unwrap();
}

#[tokio::test]
async fn a_call_that_fails_fails_its_requests_at_once_unless_it_may_be_repeated() {
    let stage = Stage::new().await;
    let client = client(&stage, Timing::default()).await;
    client.kms.ping().await.unwrap();
    let refuse = |status: u16, times: u32| {
        let on = json!({"path": "/kms/messages", "method": "POST", "times": times});
        stage.order(json!({"do": "http", "on": on, "fault": "status", "status": status}));
    };
    refuse(403, 1);
    let failed = client.kms.ping().await.unwrap_err();
    assert!(matches!(&failed, WebexError::Refused(refusal) if refusal.status == 403), "{failed}");
    refuse(503, 1);
    client.kms.ping().await.unwrap();
    refuse(500, 2);
    let failed = client.kms.ping().await.unwrap_err();
    assert!(matches!(&failed, WebexError::Refused(refusal) if refusal.status == 500), "{failed}");
    let on = json!({"path": "/kms/messages", "method": "POST"});
    stage.order(json!({"do": "http", "on": on, "fault": "lose_answer"}));
    client.kms.ping().await.unwrap();
}

#[tokio::test]
async fn an_answer_lost_with_its_socket_is_asked_for_on_the_next() {
    let stage = Stage::new().await;
    let client = client(&stage, hurried()).await;
    client.kms.ping().await.unwrap();
    stage.order(json!({"do": "events", "delay": 200}));
    let cut = async {
        super::support::until("the second ping came", || calls(&stage).concat().len() >= 3).await;
        stage.order(json!({"do": "cut_sockets"}));
        stage.order(json!({"do": "events"}));
    };
    let (pinged, ()) = futures_util::future::join(client.kms.ping(), cut).await;
    pinged.unwrap();
}

/// The error of a client that trusts like this, where nothing must have been sent to the KMS.
async fn distrust(stage: &Stage, trust: KmsTrust) -> KmsError {
    let client = client_as(stage, stage.login(), trust, life()).await;
    let asked = client.kms.ping().await.unwrap_err();
    assert_eq!(client.kms.cluster().await.unwrap_err(), asked);
    assert!(calls(stage).is_empty(), "nothing is sent to whom is not trusted");
    match asked {
        WebexError::Kms(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_key_server_that_cannot_show_who_it_is_gets_nothing() {
    let stage = Stage::new().await;
    let good = trust(&stage);
    let host = stage.simulator.ready.kms_host;

    let roots = Roots::load(stage.settings.root_certificates.as_deref()).unwrap();
    let wrong_root = distrust(&stage, KmsTrust { roots, ..good.clone() }).await;
    assert!(matches!(&wrong_root, KmsError::Untrusted(reason) if reason.contains("chain")), "{wrong_root}");
    let unknown = distrust(&stage, KmsTrust { hosts: Vec::new(), ..good.clone() }).await;
    assert_eq!(unknown, KmsError::Unknown { host: host.to_owned() });
    let moved = distrust(&stage, KmsTrust { pinned: Some("kms.other.test".to_owned()), ..good.clone() }).await;
    assert!(matches!(moved, KmsError::Moved { .. }), "{moved}");

    let body = stage.wiring(life()).await;
    let user = body.device(Kind::Ephemeral).await.user_id;
    let path = format!("kms/{user}");
    let url = body.catalog.service("encryption").unwrap().url(&path);
    let call = callbook::webex::http::Call {
        doing: "look",
        method: reqwest::Method::GET,
        to: callbook::webex::http::To::Url { url, template: "/kms/{user}" },
        authorization: callbook::webex::http::Authorization::Login(&body.login),
        body: callbook::webex::http::Body::None,
        headers: &[],
    };
    let details: Value = body.http.send(call).await.unwrap().json("look").unwrap();
    let key: Value = serde_json::from_str(details["rsaPublicKey"].as_str().unwrap()).unwrap();
    let altered = |member: &str, to: Value| {
        let (mut details, mut key) = (details.clone(), key.clone());
        if member == "kmsCluster" {
            details[member] = to;
        } else {
            key[member] = to;
            details["rsaPublicKey"] = key.to_string().into();
        }
        details
    };
    let mut modulus = key["n"].as_str().unwrap().to_owned();
    modulus.replace_range(10..11, if &modulus[10..11] == "A" { "B" } else { "A" });
    for (member, to, word) in [
        ("n", Value::from(modulus), "modulus"),
        ("kid", "kms://kms.other.test".into(), "host"),
        ("kmsCluster", "kms://kms.other.test".into(), "host"),
        ("x5c", json!([]), "x5c"),
    ] {
        stage.order(json!({"do": "kms_details", "body": altered(member, to)}));
        let error = distrust(&stage, good.clone()).await;
        assert!(matches!(&error, KmsError::Untrusted(reason) if reason.contains(word)), "{member}: {error}");
    }
}

#[tokio::test]
async fn distrust_is_not_remembered_and_a_pinned_host_is_enough() {
    let stage = Stage::new().await;
    let pinned = Some(stage.simulator.ready.kms_host.to_uppercase());
    let client =
        client_as(&stage, stage.login(), KmsTrust { hosts: Vec::new(), pinned, ..trust(&stage) }, life()).await;
    stage.order(json!({"do": "kms_details", "body": {"kmsCluster": "kms://a"}}));
    assert!(matches!(client.kms.ping().await, Err(WebexError::Kms(KmsError::Unreadable(_)))));
    stage.order(json!({"do": "kms_details", "body": null}));
    client.kms.ping().await.unwrap();
}
