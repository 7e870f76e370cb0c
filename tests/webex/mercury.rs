//! The socket: how it comes up, lives, ends and comes again.

use std::time::Duration;

use callbook::webex::{Catalog, Mercury, SocketState, Timing, WebexError, device::Kind};
use serde_json::{Value, json};

use super::support::{PATIENCE, Stage, Trap, Wiring, until};

/// Time runs fast, and leaves a busy machine a second where a second is needed.
fn fast() -> Timing {
    Timing::faster(10)
}

struct Line {
    stage: Stage,
    wiring: Wiring,
    socket: Mercury,
}

impl Line {
    /// A socket, closed as yet.
    async fn closed(timing: Timing) -> Self {
        let stage = Stage::new().await;
        let wiring = stage.wiring(timing).await;
        let socket = wiring.socket(wiring.device(Kind::Lasting).await);
        Self { stage, wiring, socket }
    }

    /// An open one.
    async fn up() -> Self {
        let line = Self::closed(fast()).await;
        line.socket.ready().await.unwrap();
        line
    }

    fn opened(&self) -> usize {
        self.stage.count("WEBSOCKET", "/")
    }

    async fn until_opened(&self, times: usize) {
        until(&format!("{times} sockets were opened"), || self.opened() >= times).await;
    }

    async fn until_state(&self, what: &str, is_so: impl Fn(&SocketState) -> bool) {
        let mut states = self.socket.states();
        let came = tokio::time::timeout(PATIENCE, states.wait_for(|state| is_so(state))).await.is_ok();
        assert!(came, "it never came to this: {what}; it is {}", self.socket.state());
    }

    async fn until_up_again(&self) {
        self.until_opened(2).await;
        self.until_state("it is up again", |state| *state == SocketState::Up).await;
    }

    /// Sends an event with an item as the KMS does.
    fn send(&self, item: &str) {
        let data = json!({"eventType": "encryption.kms_message", "encryption": {"kmsMessages": [item]}});
        self.stage.order(json!({"do": "send_event", "data": data}));
    }

    fn events(&self, faults: Value) {
        let mut order = faults;
        order["do"] = json!("events");
        self.stage.order(order);
    }
}

async fn next(messages: &mut tokio::sync::broadcast::Receiver<std::sync::Arc<[String]>>) -> Vec<String> {
    tokio::time::timeout(PATIENCE, messages.recv()).await.unwrap().unwrap().to_vec()
}

#[tokio::test]
async fn it_is_authorised_acknowledges_and_pings() {
    let line = Line::closed(fast()).await;
    assert_eq!(line.socket.state(), SocketState::Closed);
    let _in_use = line.socket.in_use();
    line.socket.ready().await.unwrap();
    assert_eq!(line.socket.state(), SocketState::Up);
    let opening = line.stage.calls().into_iter().find(|call| call.method == "WEBSOCKET").unwrap();
    for parameter in ["outboundWireFormat=text", "bufferStates=true", "aliasHttpStatus=true", "clientTimestamp="] {
        assert!(opening.query.contains(parameter), "{parameter}");
    }
    until("three pings", || line.stage.frames("ping") >= 3).await;
    let mut messages = line.socket.kms_messages();
    line.send("a");
    assert_eq!(next(&mut messages).await, ["a"]);
    // The state and the event; pongs are not acknowledged.
    until("two acknowledgements", || line.stage.frames("ack") == 2).await;
    line.socket.ready().await.unwrap();
    assert_eq!((line.opened(), line.socket.lost(), line.stage.sockets()), (1, 0, 1));
    assert_eq!(line.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn it_is_up_however_many_events_come_first_and_be_they_bytes() {
    let line = Line::closed(fast()).await;
    line.events(json!({"before_state": 5, "binary": true}));
    line.socket.ready().await.unwrap();
    until("six acknowledgements", || line.stage.frames("ack") == 6).await;
    assert_eq!(line.opened(), 1);
}

#[tokio::test]
async fn it_gives_up_on_a_server_that_never_says_so() {
    let line = Line::closed(fast()).await;
    line.events(json!({"withhold_state": true}));
    let error = line.socket.ready().await.unwrap_err();
    assert!(matches!(error, WebexError::TimedOut { .. }), "{error}");
    line.events(json!({}));
    line.socket.ready().await.unwrap();
}

#[tokio::test]
async fn frames_without_sense_harm_nothing() {
    let line = Line::up().await;
    let mut messages = line.socket.kms_messages();
    for text in ["", "no json", "[]", "{}", "{\"type\":7}", "{\"id\":{},\"data\":\"x\",\"sequenceNumber\":-1}"] {
        line.stage.order(json!({"do": "send_text", "text": text}));
    }
    line.stage.order(json!({"do": "send_text", "text": "[".repeat(100_000)}));
    line.send("a");
    assert_eq!(next(&mut messages).await, ["a"]);
    assert_eq!(line.opened(), 1);
}

#[tokio::test]
async fn a_gap_in_the_numbers_is_counted() {
    let line = Line::up().await;
    let mut messages = line.socket.kms_messages();
    line.send("a");
    line.events(json!({"skip": 3}));
    line.send("b");
    assert_eq!((next(&mut messages).await, next(&mut messages).await), (vec!["a".to_owned()], vec!["b".to_owned()]));
    assert_eq!(line.socket.lost(), 3);
    assert_eq!(line.socket.state(), SocketState::Up);
}

/// Close codes before the socket is up, after which it is tried again by itself.
#[tokio::test]
async fn a_socket_refused_for_a_while_is_tried_again() {
    for code in [1000, 1001, 1003, 1006, 1011, 4000, 4001, 4999] {
        let line = Line::closed(fast()).await;
        line.stage.order(json!({"do": "refuse_sockets", "code": code}));
        let (ready, ()) = tokio::join!(line.socket.ready(), async {
            line.until_opened(2).await;
            line.stage.order(json!({"do": "refuse_sockets", "code": null}));
        });
        assert_eq!(ready, Ok(()), "{code}");
    }
}

#[tokio::test]
async fn a_socket_refused_for_good_stays_offline_until_somebody_asks() {
    for (code, words) in [(4400, "service account"), (4403, "not entitled")] {
        let line = Line::closed(fast()).await;
        line.stage.order(json!({"do": "refuse_sockets", "code": code}));
        let said = line.socket.ready().await.unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
        assert!(line.socket.state().to_string().starts_with("offline"), "{}", line.socket.state());
        line.stage.order(json!({"do": "refuse_sockets", "code": null}));
        line.socket.ready().await.unwrap_err();
        assert_eq!(line.opened(), 1, "{code}");
        line.socket.reopen();
        line.socket.ready().await.unwrap();
    }
}

#[tokio::test]
async fn a_stale_device_is_refreshed_before_the_next_attempt() {
    for code in [1005, 4404] {
        let line = Line::closed(fast()).await;
        line.stage.order(json!({"do": "refuse_sockets", "code": code}));
        let (ready, ()) = tokio::join!(line.socket.ready(), async {
            until("the device is refreshed", || line.stage.count("PUT", "/devices/") >= 1).await;
            line.stage.order(json!({"do": "refuse_sockets", "code": null}));
        });
        assert_eq!(ready, Ok(()), "{code}");
    }
}

#[tokio::test]
async fn a_forgotten_device_is_registered_anew_and_its_socket_opened() {
    let line = Line::closed(fast()).await;
    let before = line.socket.device();
    line.stage.order(json!({"do": "forget_devices"}));
    line.socket.ready().await.unwrap();
    assert_ne!(line.socket.device().url, before.url);
    assert_eq!(line.stage.sockets(), 1);
}

#[tokio::test]
async fn a_device_registered_anew_gets_a_socket_of_its_own() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    line.stage.order(json!({"do": "forget_devices"}));
    let device = line.socket.refresh_device().await.unwrap();
    let path = device.web_socket_url.split("/v1/").nth(1).unwrap().to_owned();
    until("its socket was opened", || line.stage.count("WEBSOCKET", &path) == 1).await;
    line.until_state("it is up", |state| *state == SocketState::Up).await;
}

#[tokio::test]
async fn a_sign_in_that_is_not_accepted_is_said_and_not_tried_for_ever() {
    let line = Line::closed(fast()).await;
    line.stage.order(json!({"do": "expire_tokens"}));
    let error = line.socket.ready().await.unwrap_err();
    assert!(matches!(error, WebexError::SignedOut { .. }), "{error}");
    assert_eq!(line.opened(), 1);
}

/// Close codes after the socket was up, after which it comes again by itself while it is needed.
#[tokio::test]
async fn a_socket_that_was_lost_is_opened_again() {
    let cases = [
        (1000, "Idle"),
        (1000, "Done (forced)"),
        (1000, "pong not received"),
        (1000, "Pong mismatch"),
        (1001, ""),
        (1005, ""),
        (1011, "trouble"),
        (4001, "handed over"),
        (4404, ""),
    ];
    for (code, reason) in cases {
        let line = Line::up().await;
        let _in_use = line.socket.in_use();
        line.stage.order(json!({"do": "close_sockets", "code": code, "reason": reason}));
        line.until_up_again().await;
        assert_eq!(line.stage.count("PUT", "/devices/"), usize::from(code == 4404), "{code} {reason}");
    }
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    line.stage.order(json!({"do": "cut_sockets"}));
    line.until_up_again().await;
}

#[tokio::test]
async fn a_socket_that_was_ended_stays_offline_and_says_why() {
    let cases = [
        (1000, "Done", "has ended it"),
        (1003, "", "rejected a message"),
        (4000, "replaced", "taken its place"),
        (4400, "", "service account"),
        (4403, "", "not entitled"),
        (4999, "", "code 4999"),
    ];
    for (code, reason, words) in cases {
        let line = Line::up().await;
        let _in_use = line.socket.in_use();
        line.stage.order(json!({"do": "close_sockets", "code": code, "reason": reason}));
        line.until_state("it is offline", |state| matches!(state, SocketState::Offline(_))).await;
        let said = line.socket.ready().await.unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
        assert_eq!(line.opened(), 1, "{code}");
        line.socket.reopen();
        line.socket.ready().await.unwrap();
    }
}

#[tokio::test]
async fn the_same_device_elsewhere_takes_the_place_and_nobody_fights() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    let other = line.wiring.socket(line.socket.device());
    let _other_in_use = other.in_use();
    other.ready().await.unwrap();
    line.until_state("it is offline", |state| matches!(state, SocketState::Offline(_))).await;
    assert_eq!((other.state(), line.opened()), (SocketState::Up, 2));
}

#[tokio::test]
async fn a_socket_that_nobody_needs_is_not_opened_again() {
    let line = Line::up().await;
    line.stage.order(json!({"do": "cut_sockets"}));
    line.until_state("it is closed", |state| *state == SocketState::Closed).await;
    assert_eq!(line.opened(), 1);
    line.socket.ready().await.unwrap();
    assert_eq!(line.opened(), 2);
}

#[tokio::test]
async fn a_server_that_goes_away_hands_over_without_a_gap() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    let mut messages = line.socket.kms_messages();
    for round in 2..4 {
        line.stage.order(json!({"do": "shut_down_sockets"}));
        // Of the shutdown, of the new socket's state, and of what comes last.
        until("both are acknowledged", || line.stage.frames("ack") == (round - 1) * 3).await;
        until("the old one is closed", || line.stage.sockets() == 1).await;
        line.until_state("it is up", |state| *state == SocketState::Up).await;
        line.send("still here");
        assert_eq!(next(&mut messages).await, ["still here"]);
    }
    assert_eq!(line.opened(), 3, "4001 of the old ones is no reason for another");
}

#[tokio::test]
async fn a_server_that_stops_answering_is_left() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    until("it pings", || line.stage.frames("ping") >= 1).await;
    line.stage.order(json!({"do": "freeze", "milliseconds": 4000}));
    line.until_opened(2).await;
    line.until_state("it is up again", |state| *state == SocketState::Up).await;
}

#[tokio::test]
async fn a_pong_to_another_ping_ends_the_socket_and_it_comes_again() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    line.events(json!({"wrong_pongs": 1}));
    line.until_up_again().await;
}

#[tokio::test]
async fn with_high_availability_the_socket_goes_to_the_next_host_of_the_catalogue() {
    let Line { stage, mut wiring, .. } = Line::closed(fast()).await;
    let dead = Trap::new();
    let host = stage.simulator.address();
    let entry = |host: &str, priority: u8| json!({"host": host, "priority": priority, "id": "urn:TEAM:a:mercury"});
    let nobody = format!("127.0.0.1:{}", dead.port());
    drop(dead);
    let body = json!({
        "serviceLinks": {"wdm": wiring.wdm.url("").as_str()},
        "hostCatalog": {"mercury.webex.com": [entry(&nobody, 1), entry(&host.to_string(), 2)]},
    });
    wiring.catalog = Catalog::parse(&body.to_string()).unwrap();
    let mut device = wiring.device(Kind::Lasting).await;
    // No such host is asked: the catalogue says who stands in for it.
    device.web_socket_url = device.web_socket_url.replace(&host.to_string(), "mercury.webex.com");
    device.high_availability = true;
    let socket = wiring.socket(device);
    let _in_use = socket.in_use();
    socket.ready().await.unwrap();
    assert_eq!(stage.sockets(), 1);
}

#[tokio::test]
async fn a_socket_that_was_idle_for_a_minute_is_closed_and_not_opened_again() {
    let line = Line::closed(fast()).await;
    let in_use = line.socket.in_use();
    line.socket.ready().await.unwrap();
    until("pings for a while", || line.stage.frames("ping") >= 6).await;
    assert_eq!(line.socket.state(), SocketState::Up, "it is in use");
    drop(in_use);
    // More than once: that it is needed and that it was idle for long may be heard of in any order.
    for _ in 0..3 {
        line.until_state("it is closed", |state| *state == SocketState::Closed).await;
        until("the server knows", || line.stage.sockets() == 0).await;
        let opened = line.opened();
        line.socket.ready().await.unwrap();
        assert_eq!(line.opened(), opened + 1, "only for who needs it");
    }
}

#[tokio::test]
async fn a_deliberate_close_is_the_end() {
    let line = Line::up().await;
    let _in_use = line.socket.in_use();
    line.socket.close().await;
    assert_eq!((line.socket.state(), line.stage.sockets()), (SocketState::Closed, 0));
    // What would open it again would have done so by the time of the next ping.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((line.socket.state(), line.opened()), (SocketState::Closed, 1));
}

#[tokio::test]
async fn the_last_handle_takes_the_socket_with_it() {
    let line = Line::up().await;
    let Line { stage, socket, .. } = line;
    drop(socket);
    until("the server knows", || stage.sockets() == 0).await;
}

#[tokio::test]
async fn a_socket_elsewhere_never_sees_the_token() {
    let line = Line::closed(fast()).await;
    for url in ["wss://mercury.example.test/messages", "ws://127.0.0.1/messages", "https://127.0.0.1/messages", "none"]
    {
        let mut device = line.socket.device();
        url.clone_into(&mut device.web_socket_url);
        let error = line.wiring.socket(device).ready().await.unwrap_err();
        assert!(matches!(error, WebexError::Untrusted { .. } | WebexError::Unreadable { .. }), "{error}");
    }
    assert_eq!(line.opened(), 0);
}
