//! Devices: ours are reused, other programs' are never touched.

use std::time::Duration;

use callbook::webex::{
    Timing, WebexError,
    device::Kind,
    http::{Authorization, Body, Call, To},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{PATIENCE, Stage, Wiring};

async fn call(wiring: &Wiring, method: Method, body: Body<'_>) -> Value {
    let to = To::Service { service: &wiring.wdm, path: "/devices".to_owned(), template: "/devices" };
    let authorization = Authorization::Login(&wiring.login);
    let call = Call { doing: "test", method, to, authorization, body, headers: &[] };
    wiring.http.send(call).await.unwrap().json("test").unwrap()
}

/// The names of the devices there are.
async fn names(wiring: &Wiring) -> Vec<String> {
    let list = call(wiring, Method::GET, Body::None).await;
    let devices = list["devices"].as_array().unwrap().iter();
    let mut names: Vec<_> = devices.map(|device| device["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// A device of another program, or of another type.
async fn add(wiring: &Wiring, name: &str, device_type: &str) {
    call(wiring, Method::POST, Body::Json(&json!({"name": name, "deviceType": device_type}))).await;
}

#[tokio::test]
async fn a_lasting_device_is_registered_once_and_reused() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    add(&wiring, "webex-desktop", "DESKTOP").await;
    add(&wiring, "callbook-test", "WEB").await;
    let first = wiring.device(Kind::Lasting).await;
    let second = wiring.device(Kind::Lasting).await;
    assert_eq!(first.url, second.url);
    assert_eq!(names(&wiring).await, ["callbook-test", "callbook-test", "webex-desktop"]);
    assert_eq!((stage.count("POST", "/devices"), stage.count("PUT", "/devices/")), (3, 1));
    let other = wiring.register("elsewhere", Kind::Lasting).await.unwrap();
    assert_ne!(other.url, first.url, "another installation has a device of its own");
    let registration = stage.calls().into_iter().find(|call| call.body.contains("\"callbook\"")).unwrap();
    assert_eq!(registration.query, "includeUpstreamServices=all");
    let body: Value = serde_json::from_str(&registration.body).unwrap();
    assert_eq!((&body["deviceType"], body.get("ttl")), (&json!("DESKTOP"), None));
}

#[tokio::test]
async fn an_ephemeral_device_is_always_a_new_one_and_nobody_reuses_it() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    let first = wiring.device(Kind::Ephemeral).await;
    let second = wiring.device(Kind::Ephemeral).await;
    let lasting = wiring.device(Kind::Lasting).await;
    assert!(first.ephemeral && !lasting.ephemeral);
    assert!(first.url != second.url && lasting.url != first.url && lasting.url != second.url);
    let registration = stage.calls().into_iter().find(|call| call.path.ends_with("/devices")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&registration.body).unwrap()["ttl"], 1800);
}

#[tokio::test]
async fn a_device_that_the_server_forgot_is_registered_anew() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    let first = wiring.device(Kind::Lasting).await;
    // It is in the list, and gone when it is refreshed.
    stage.order(json!({"do": "http", "on": {"path": "/devices/", "method": "PUT"}, "fault": "status", "status": 404}));
    let second = wiring.device(Kind::Lasting).await;
    assert_ne!(first.url, second.url);
    let socket = wiring.socket(second.clone());
    stage.order(json!({"do": "forget_devices"}));
    let third = socket.refresh_device().await.unwrap();
    assert_ne!(third.url, second.url);
    assert_eq!(socket.device(), third);
}

#[tokio::test]
async fn a_device_is_deleted_and_one_that_is_gone_is_fine() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    let device = wiring.device(Kind::Lasting).await;
    device.delete(&wiring.http, &wiring.login).await.unwrap();
    assert!(names(&wiring).await.is_empty());
    device.delete(&wiring.http, &wiring.login).await.unwrap();
    stage.order(json!({"do": "http", "on": {"path": "/devices/"}, "fault": "status", "status": 403}));
    let refused = device.delete(&wiring.http, &wiring.login).await.unwrap_err();
    assert_eq!(refused.status(), Some(403));
}

#[tokio::test]
async fn too_many_devices_of_other_programs_are_left_alone_and_said() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    for (name, device_type) in [("webex-desktop", "DESKTOP"), ("callbook-test", "WEB"), ("callbook-tester", "DESKTOP")]
    {
        add(&wiring, name, device_type).await;
    }
    stage.order(json!({"do": "device_cap", "devices": 3}));
    for kind in [Kind::Lasting, Kind::Ephemeral] {
        let refused = wiring.register("test", kind).await.unwrap_err();
        let WebexError::Refused(refusal) = &refused else { panic!("{refused}") };
        assert_eq!(refusal.status, 403);
        assert!(refused.to_string().contains("excessive device registrations"), "{refused}");
    }
    assert_eq!(names(&wiring).await, ["callbook-test", "callbook-tester", "webex-desktop"]);
    assert_eq!(stage.count("DELETE", "/devices/"), 0);
}

#[tokio::test]
async fn too_many_devices_are_fewer_when_old_ones_of_ours_are_gone() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    add(&wiring, "webex-desktop", "DESKTOP").await;
    let old = wiring.device(Kind::Lasting).await;
    stage.order(json!({"do": "device_cap", "devices": 2}));
    // An ephemeral one may not take it from a process that may live.
    assert!(wiring.register("test", Kind::Ephemeral).await.is_err());
    assert_eq!(names(&wiring).await.len(), 2);
    // It cannot be refreshed, so another one is registered in its place.
    stage.order(json!({"do": "http", "on": {"path": "/devices/", "method": "PUT"}, "fault": "status", "status": 404}));
    let new = wiring.device(Kind::Lasting).await;
    assert_ne!(old.url, new.url);
    assert_eq!(names(&wiring).await, ["callbook-test", "webex-desktop"]);
}

#[tokio::test]
async fn an_ephemeral_device_that_nobody_refreshed_makes_room() {
    let stage = Stage::new().await;
    // A lifetime of half a second.
    let wiring = Wiring { timing: Timing::faster(3600), ..stage.wiring(Timing::default()).await };
    add(&wiring, "webex-desktop", "DESKTOP").await;
    let old = wiring.device(Kind::Ephemeral).await;
    stage.order(json!({"do": "device_cap", "devices": 2}));
    let register = async {
        loop {
            if let Ok(device) = wiring.register("test", Kind::Ephemeral).await {
                break device;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let new = tokio::time::timeout(PATIENCE, register).await.unwrap();
    assert_ne!(old.url, new.url);
    assert_eq!(names(&wiring).await, ["callbook-test", "webex-desktop"]);
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_found_again() {
    let stage = Stage::new().await;
    let wiring = stage.wiring(Timing::default()).await;
    stage.order(json!({"do": "http", "on": {"path": "/devices", "method": "POST"}, "fault": "lose_answer"}));
    wiring.device(Kind::Lasting).await;
    assert_eq!(names(&wiring).await, ["callbook-test"]);
    assert_eq!(stage.count("POST", "/devices"), 1);
}

#[tokio::test]
async fn an_ephemeral_device_gives_signs_of_life() {
    let stage = Stage::new().await;
    // Between two of them is a quarter of a second.
    let wiring = Wiring { timing: Timing::faster(4000), ..stage.wiring(Timing::default()).await };
    let _lasting = wiring.socket(wiring.register("lasting", Kind::Lasting).await.unwrap());
    let socket = wiring.socket(wiring.device(Kind::Ephemeral).await);
    super::support::until("two signs of life", || stage.count("PUT", "/devices/") >= 2).await;
    let id = socket.device().url.rsplit('/').next().unwrap().to_owned();
    let puts: Vec<_> = stage.calls().into_iter().filter(|call| call.method == "PUT").collect();
    assert!(puts.iter().all(|call| call.path.ends_with(&id)), "a lasting device needs none");
    assert!(puts.iter().all(|call| call.headers.iter().any(|name| name == "if-none-match")));
    let before = socket.device().url;
    stage.order(json!({"do": "forget_devices"}));
    super::support::until("it is registered anew", || socket.device().url != before).await;
}
