//! What callbook sends, repeats, follows and refuses.

use callbook::{
    config,
    webex::{
        Catalog, Service, Timing, WebexError,
        http::{Authorization, Body, Call, Http, Reply, To},
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::{
    listener::{Listener, Script, answer},
    support::Stage,
};

const LIST: &str = "/contact/api/v1/encrypt/Users/contacts";

/// So much faster that a wait of a second is one of 20 ms, and a request has still a second and a half.
fn timing() -> Timing {
    Timing::faster(20)
}

fn http(stage: &Stage) -> Http {
    Http::new(&stage.settings, timing()).unwrap()
}

fn contacts(stage: &Stage) -> Service {
    let base = stage.settings.u2c_url.strip_suffix("/u2c/api/v1").unwrap();
    let body = json!({"serviceLinks": {"contactsService": format!("{base}/contact/api/v1")}});
    Catalog::parse(&body.to_string()).unwrap().service("contactsService").unwrap()
}

async fn call(stage: &Stage, method: Method, body: Body<'_>) -> Result<Reply, WebexError> {
    let (http, service, token) = (http(stage), contacts(stage), stage.token().into());
    let to = To::Service { service: &service, path: "encrypt/Users/contacts".to_owned(), template: LIST };
    let authorization = Authorization::Token(&token);
    http.send(Call { doing: "try", method, to, authorization, body, headers: &[] }).await
}

async fn get(stage: &Stage) -> Result<Reply, WebexError> {
    call(stage, Method::GET, Body::None).await
}

fn fault(stage: &Stage, method: &str, times: u32, mut fault: Value) {
    fault["do"] = json!("http");
    fault["on"] = json!({"path": "/contacts", "method": method, "times": times});
    stage.order(fault);
}

#[tokio::test]
async fn every_call_has_the_headers_of_the_services() {
    let stage = Stage::new().await;
    let (http, service, token) = (http(&stage), contacts(&stage), stage.token().into());
    http.set_device(Some("https://device.example/1"));
    let to = To::Service { service: &service, path: "encrypt/Users/contacts".to_owned(), template: LIST };
    let authorization = Authorization::Token(&token);
    let call = Call { doing: "try", method: Method::GET, to, authorization, body: Body::None, headers: &[] };
    let reply = http.send(call).await.unwrap();
    let id = reply.tracking_id.unwrap();
    assert!(id.starts_with("callbook_") && id.ends_with("_1"), "{id}");
    let headers = &stage.calls()[0].headers;
    for name in
        ["authorization", "cisco-device-url", "cisco-no-http-redirect", "spark-user-agent", "trackingid", "user-agent"]
    {
        assert!(headers.iter().any(|header| header == name), "{name} of {headers:?}");
    }
}

#[tokio::test]
async fn what_may_happen_twice_is_tried_again() {
    let stage = Stage::new().await;
    for trouble in [
        json!({"fault": "status", "status": 503}),
        json!({"fault": "status", "status": 502}),
        json!({"fault": "lose_answer"}),
    ] {
        fault(&stage, "GET", 3, trouble.clone());
        let reply = get(&stage).await.unwrap();
        let id = reply.tracking_id.unwrap();
        assert!(id.ends_with("_1+3"), "{id} after {trouble}");
    }
    fault(&stage, "GET", 1, json!({"fault": "status", "status": 500}));
    assert!(get(&stage).await.is_ok());
    stage.order(json!({"do": "forget"}));
    fault(&stage, "GET", 9, json!({"fault": "status", "status": 500}));
    let WebexError::Refused(refusal) = get(&stage).await.unwrap_err() else { panic!() };
    assert_eq!((refusal.status, refusal.message.as_deref()), (500, Some("as told")));
    assert_eq!(stage.count("GET", LIST), 2, "a 500 is tried again once");
}

#[tokio::test]
async fn a_post_is_sent_once_when_nobody_can_tell() {
    let stage = Stage::new().await;
    fault(&stage, "POST", 9, json!({"fault": "lose_answer"}));
    let body = json!({"contactType": "CUSTOM"});
    let lost = call(&stage, Method::POST, Body::Json(&body)).await.unwrap_err();
    assert!(lost.is_ambiguous() && lost.to_string().contains("look at the list"), "{lost}");
    assert_eq!(stage.count("POST", LIST), 1);
    stage.order(json!({"do": "recover"}));
    for status in [500, 502, 503, 504] {
        stage.order(json!({"do": "forget"}));
        fault(&stage, "POST", 1, json!({"fault": "status", "status": status}));
        assert_eq!(call(&stage, Method::POST, Body::Json(&body)).await.unwrap_err().status(), Some(status));
        assert_eq!(stage.count("POST", LIST), 1, "{status}");
    }
    stage.order(json!({"do": "forget"}));
    fault(&stage, "POST", 2, json!({"fault": "status", "status": 503, "retry_after": 1}));
    fault(&stage, "POST", 1, json!({"fault": "status", "status": 429, "retry_after": 1}));
    let _ = call(&stage, Method::POST, Body::Text(body.to_string())).await;
    let bodies: Vec<_> = stage.calls().into_iter().filter(|call| call.method == "POST").map(|call| call.body).collect();
    assert_eq!(bodies, vec![body.to_string(); 3], "it says that it was not done, so it is sent again, and identically");
}

#[tokio::test]
async fn a_host_that_asks_to_wait_is_waited_for_and_not_for_ever() {
    let stage = Stage::new().await;
    fault(&stage, "GET", 2, json!({"fault": "status", "status": 429, "retry_after": 2}));
    assert!(get(&stage).await.is_ok());
    fault(&stage, "GET", 1, json!({"fault": "status", "status": 423}));
    assert!(get(&stage).await.is_ok());
    stage.order(json!({"do": "forget"}));
    fault(&stage, "GET", 9, json!({"fault": "status", "status": 429, "retry_after": 0}));
    let WebexError::Refused(refusal) = get(&stage).await.unwrap_err() else { panic!() };
    assert_eq!((refusal.status, refusal.retry_after), (429, Some(std::time::Duration::ZERO)));
    assert_eq!(stage.count("GET", LIST), 4);
    stage.order(json!({"do": "recover"}));
    fault(&stage, "GET", 1, json!({"fault": "status", "status": 429, "retry_after": 100}));
    let busy = get(&stage).await.unwrap_err();
    assert!(busy.to_string().contains("asks to wait 100 s"), "{busy}");
}

#[tokio::test]
async fn calls_to_one_host_wait_together() {
    let stage = Stage::new().await;
    let (http, service, token) = (http(&stage), contacts(&stage), stage.token().into());
    fault(&stage, "GET", 1, json!({"fault": "status", "status": 429, "retry_after": 100}));
    let send = async || {
        let to = To::Service { service: &service, path: "encrypt/Users/contacts".to_owned(), template: LIST };
        let authorization = Authorization::Token(&token);
        http.send(Call { doing: "try", method: Method::GET, to, authorization, body: Body::None, headers: &[] }).await
    };
    assert!(matches!(send().await, Err(WebexError::Busy { .. })));
    // Nothing is sent while the gate is closed for longer than anybody waits.
    assert!(matches!(send().await, Err(WebexError::Busy { .. })));
    assert_eq!(stage.count("GET", LIST), 1);
}

#[tokio::test]
async fn silence_ends_in_words() {
    let stage = Stage::new().await;
    stage.order(json!({"do": "freeze", "milliseconds": 60_000}));
    let silent = get(&stage).await.unwrap_err();
    assert!(matches!(silent, WebexError::TimedOut { .. }), "{silent}");
    let delete = call(&stage, Method::DELETE, Body::None).await.unwrap_err();
    assert!(delete.is_ambiguous(), "a delete without an answer may have happened: {delete}");
    drop(stage);
}

#[tokio::test]
async fn without_a_server_nothing_was_sent() {
    let stage = Stage::new().await;
    let (settings, token) = (stage.settings.clone(), stage.token().into());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/x", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let http = Http::new(&settings, timing()).unwrap();
    let to = To::Url { url, template: "/x" };
    let authorization = Authorization::Token(&token);
    let call = Call { doing: "try", method: Method::POST, to, authorization, body: Body::None, headers: &[] };
    let offline = http.send(call).await.unwrap_err();
    assert!(offline.is_offline() && !offline.is_ambiguous() && offline.to_string().contains("127.0.0.1"), "{offline}");
}

/// Settings that trust the listeners, which are on 127.0.0.1.
fn settings(listener: &Listener) -> config::Webex {
    config::Webex {
        u2c_url: format!("{}/u2c/api/v1", listener.base),
        root_certificates: Some(listener.root.path().to_owned()),
        ..config::Webex::default()
    }
}

async fn get_from(listener: &Listener, path: &str) -> Result<Reply, WebexError> {
    let http = Http::new(&settings(listener), timing()).unwrap();
    let to = To::Url { url: Url::parse(&format!("{}{path}", listener.base)).unwrap(), template: "/x" };
    let token = "the-access-token".into();
    let authorization = Authorization::Token(&token);
    http.send(Call { doing: "try", method: Method::GET, to, authorization, body: Body::None, headers: &[] }).await
}

fn answering(head: String) -> Script {
    Box::new(move |_, _| answer(&head, "{}"))
}

#[tokio::test]
async fn a_token_follows_no_redirect_to_another_host() {
    let other = Listener::start(answering("200 OK".to_owned())).await;
    let first = Listener::start(answering(format!("302 Found\r\nLocation: {}/x", other.base))).await;
    let refused = get_from(&first, "/x").await.unwrap_err();
    assert!(refused.to_string().contains("where the sign-in must not be shown"), "{refused}");
    assert!(other.heads().is_empty(), "nothing came, so no token came");

    for target in ["https://evil.example/x", "http://webex.com/x", "https://localhost:1/x"] {
        for name in ["Location", "cisco-location"] {
            let status = if name == "Location" { "307 Temporary Redirect" } else { "200 OK" };
            let listener = Listener::start(answering(format!("{status}\r\n{name}: {target}"))).await;
            let refused = get_from(&listener, "/x").await.unwrap_err();
            assert!(matches!(refused, WebexError::Untrusted { .. }), "{name} {target}: {refused}");
        }
    }
}

#[tokio::test]
async fn a_trusted_place_is_followed_to_ten_times() {
    let script: Script = Box::new(|number, _| match number {
        0 => answer("200 OK\r\ncisco-location: /second", ""),
        1 => answer("301 Moved Permanently\r\nLocation: /third", ""),
        _ => answer("200 OK", "{\"arrived\":true}"),
    });
    let listener = Listener::start(script).await;
    let reply = get_from(&listener, "/first").await.unwrap();
    assert_eq!(reply.json::<Value>("try").unwrap(), json!({"arrived": true}));
    let heads = listener.heads();
    let paths: Vec<_> = heads.iter().map(|head| head.split(' ').nth(1).unwrap()).collect();
    assert_eq!(paths, ["/first", "/second", "/third"]);
    assert!(heads.iter().all(|head| head.contains("authorization: Bearer the-access-token")));

    let circle = Listener::start(answering("200 OK\r\ncisco-location: /again".to_owned())).await;
    assert!(get_from(&circle, "/x").await.unwrap_err().to_string().contains("in circles"));
    assert_eq!(circle.heads().len(), 11);
}

#[tokio::test]
async fn the_token_is_in_one_header_and_nowhere_else() {
    let listener = Listener::start(Box::new(|_, head| {
        let echo = head.split("Bearer ").nth(1).unwrap_or_default().split("\r\n").next().unwrap_or_default();
        answer("403 Forbidden", &json!({"message": format!("no right\u{1b}[2J for {}", echo.len())}).to_string())
    }))
    .await;
    let refused = get_from(&listener, "/x").await.unwrap_err();
    let WebexError::Refused(refusal) = &refused else { panic!("{refused}") };
    assert_eq!(refusal.message.as_deref(), Some("no right[2J for 16"));
    let head = &listener.heads()[0];
    assert_eq!(head.matches("the-access-token").count(), 1);
    assert!(!format!("{refused:?} {refused}").contains("the-access-token"));
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let long = Listener::start(Box::new(|_, _| answer("200 OK", &"x".repeat((16 << 20) + 1)))).await;
    let said = get_from(&long, "/x").await.unwrap_err().to_string();
    assert!(said.contains("longer than 16 MiB"), "{said}");
}

#[tokio::test]
async fn the_next_host_serves_where_one_fails() {
    let good = Listener::start(answering("200 OK".to_owned())).await;
    let bad = Listener::start(answering("503 Service Unavailable".to_owned())).await;
    let host = |listener: &Listener| listener.base.strip_prefix("https://").unwrap().to_owned();
    let body = json!({
        "serviceLinks": {"wdm": format!("{}/wdm", bad.base)},
        "hostCatalog": {host(&bad): [{"host": host(&bad), "priority": 1, "id": "a:b:c:wdm"},
            {"host": host(&good), "priority": 2, "id": "a:b:c:wdm"}]},
    });
    let wdm = Catalog::parse(&body.to_string()).unwrap().service("wdm").unwrap();
    let http = Http::new(&settings(&good), timing()).unwrap();
    let to = To::Service { service: &wdm, path: "devices".to_owned(), template: "/devices" };
    let call = Call {
        doing: "try",
        method: Method::GET,
        to,
        authorization: Authorization::None,
        body: Body::None,
        headers: &[],
    };
    assert_eq!(http.send(call).await.unwrap().status, 200);
    assert_eq!((bad.heads().len(), good.heads().len()), (1, 1));
    assert!(good.heads()[0].starts_with("GET /wdm/devices "));
}

#[tokio::test]
async fn an_answer_that_is_not_understood_is_not_quoted() {
    let listener = Listener::start(Box::new(|_, _| answer("200 OK", "{\"name\":\"Ada Lovelace\"}"))).await;
    let reply = get_from(&listener, "/x").await.unwrap();
    let said = reply.json::<Vec<u8>>("try").unwrap_err().to_string();
    assert!(said.contains("its shape is another one") && !said.contains("Ada"), "{said}");
}
