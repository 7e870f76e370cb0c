//! What goes wrong and what is asked meanwhile, all of it from one number.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{
    Control,
    faults::{EventFaults, HttpFault, KmsFault, On},
};

use super::timing;

/// Numbers without sense, the same ones again from the same beginning (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap()
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(u32::try_from(all.len()).unwrap()) as usize].clone()
    }

    /// A time of less than so many seconds of life.
    fn time(&mut self, seconds: u64) -> Duration {
        timing().scaled(Duration::from_millis(u64::from(self.below(1000)) * seconds))
    }

    fn milliseconds(&mut self, seconds: u64) -> u64 {
        u64::try_from(self.time(seconds).as_millis()).unwrap()
    }
}

const LIST: (&str, &str) = ("/Users/contacts", "GET");
/// The calls that change the book.
const WRITES: [(&str, &str); 4] = [
    ("/Users/contacts", "POST"),
    ("/Users/contacts/", "DELETE"),
    ("/Users/groups", "POST"),
    ("/Users/groups/", "DELETE"),
];
/// Every call that a client makes: a part of its path, and its method.
const CALLS: [(&str, &str); 15] = [
    LIST,
    WRITES[0],
    WRITES[1],
    WRITES[2],
    WRITES[3],
    ("/u2c/", "GET"),
    ("/access_token", "POST"),
    ("/devices", "POST"),
    ("/devices", "GET"),
    ("/devices/", "PUT"),
    ("/devices/", "DELETE"),
    ("/kms/", "GET"),
    ("/kms/messages", "POST"),
    ("/scim/", "GET"),
    ("/v1/people", "GET"),
];
const STATUSES: [u16; 15] = [400, 401, 403, 404, 405, 408, 409, 423, 429, 451, 500, 501, 502, 503, 504];
const CODES: [u16; 13] = [1000, 1001, 1003, 1005, 1011, 1050, 4000, 4001, 4400, 4401, 4403, 4404, 4999];
const REASONS: [&str; 5] = ["", "idle", "replaced", "authentication failed", "pong mismatch"];

fn http(dice: &mut Dice, calls: &[(&str, &str)], fault: HttpFault) -> Control {
    // What changes the book is the most worth while.
    let (path, method) = if calls == CALLS && dice.below(2) == 0 { dice.one_of(&WRITES) } else { dice.one_of(calls) };
    let on = On::path(path).method(method).after(dice.one_of(&[0, 0, 0, 1, 2])).times(1 + dice.below(4));
    Control::Http { on, fault }
}

fn kms(dice: &mut Dice, status: u16) -> KmsFault {
    let on = dice.one_of(&["create", "retrieve", "ecdhe"]).to_owned();
    KmsFault { on, times: 1 + dice.below(4), status, error_code: None, reason: None, redirect: None }
}

/// How a switch is thrown that is an order.
type Order = fn(&mut Dice) -> Control;
/// How a switch is thrown that is one of events.
type Mischief = fn(&mut EventFaults, &mut Dice);

/// So many of the orders are about calls.
const OF_CALLS: usize = 7;
/// The switches that are an order each.
pub const ORDERS: [(&str, Order); 26] = [
    ("status", |dice| {
        let retry_after = dice.one_of(&[None, None, Some(0), Some(1), Some(5), Some(65)]);
        let status = dice.one_of(&STATUSES);
        http(dice, &CALLS, HttpFault::Status { status, retry_after })
    }),
    ("lose_answer", |dice| http(dice, &CALLS, HttpFault::LoseAnswer)),
    ("apply_after_get", |dice| http(dice, &WRITES, HttpFault::ApplyAfterGet)),
    ("delay", |dice| {
        let milliseconds = dice.milliseconds(50);
        http(dice, &CALLS, HttpFault::Delay { milliseconds })
    }),
    ("hold", |dice| {
        let carried_out = dice.below(2) == 0;
        http(dice, &CALLS, HttpFault::Hold { carried_out })
    }),
    ("list_without", |dice| {
        let member = dice.one_of(&["contacts", "groups"]).to_owned();
        http(dice, &[LIST], HttpFault::ListWithout { member })
    }),
    ("paging_hint", |dice| http(dice, &[LIST], HttpFault::PagingHint)),
    ("kms_refusal", |dice| {
        let status = dice.one_of(&[400, 401, 403, 404, 405, 409, 429, 500, 503]);
        let error_code = dice.one_of(&[None, Some(405_005), Some(405_006), Some(1_900_000)]);
        Control::Kms(KmsFault { error_code, reason: Some("as told".to_owned()), ..kms(dice, status) })
    }),
    ("kms_silence", |dice| Control::Kms(kms(dice, 0))),
    ("kms_redirect", |dice| {
        let elsewhere = ["kms://kms.simulator.test/keys/none", "kms://evil.example/keys/1", "https://evil.example/1"];
        let redirect = Some(dice.one_of(&elsewhere).to_owned());
        Control::Kms(KmsFault { redirect, ..kms(dice, 301) })
    }),
    ("cut_sockets", |_| Control::CutSockets),
    ("close_sockets", |dice| Control::CloseSockets {
        code: dice.one_of(&CODES),
        reason: dice.one_of(&REASONS).to_owned(),
    }),
    ("refuse_sockets", |dice| Control::RefuseSockets { code: Some(dice.one_of(&CODES)) }),
    ("shut_down_sockets", |_| Control::ShutDownSockets),
    ("send_event", |dice| {
        let kms = json!({"kmsMessages": ["a.b.c", 7, "a.b.c.d.e", null]});
        Control::SendEvent {
            data: dice.one_of(&[
                json!({"eventType": "encryption.kms_message", "encryption": kms}),
                json!({"eventType": "x", "headers": {"eventType": "mercury.buffer_state", "a.b": 1}}),
                Value::Null,
            ]),
        }
    }),
    ("send_text", |dice| {
        let texts = ["", "{", "[]", "\0", r#"{"id":7}"#, r#"{"id":"x","type":"pong"}"#, r#"{"type":"shutdown"}"#];
        Control::SendText { text: dice.one_of(&texts).to_owned() }
    }),
    ("expire_tokens", |_| Control::ExpireTokens),
    ("revoke_refresh_tokens", |_| Control::RevokeRefreshTokens),
    ("token_lifetime", |dice| Control::TokenLifetime { seconds: dice.one_of(&[0, 1, 30, 3600]) }),
    ("expire_kms_sessions", |_| Control::ExpireKmsSessions),
    ("kms_session_lifetime", |dice| Control::KmsSessionLifetime {
        milliseconds: dice.one_of(&[0, 500, 2_000, 40_000]),
    }),
    ("kms_details", |dice| Control::KmsDetails {
        body: Some(dice.one_of(&[
            json!({}),
            json!("x"),
            json!({"kmsCluster": "kms://evil.example", "rsaPublicKey": "{}"}),
            json!({"kmsCluster": 7, "rsaPublicKey": []}),
        ])),
    }),
    ("device_cap", |dice| Control::DeviceCap { devices: dice.below(3) as usize }),
    ("forget_devices", |_| Control::ForgetDevices),
    ("freeze", |dice| Control::Freeze { milliseconds: dice.milliseconds(60) }),
    ("reseal", |_| Control::Reseal { user: 0 }),
];

/// What may happen to events.
pub const EVENTS: [(&str, Mischief); 13] = [
    ("delay", |faults, dice| faults.delay = dice.milliseconds(10)),
    ("drop", |faults, dice| faults.drop = 1 + dice.below(4)),
    ("duplicate", |faults, dice| faults.duplicate = 1 + dice.below(4)),
    ("reorder", |faults, dice| (faults.reorder, faults.split) = (1 + dice.below(4), true)),
    ("split", |faults, _| faults.split = true),
    ("merge", |faults, dice| faults.merge = 2 + dice.below(3)),
    ("undecodable", |faults, dice| faults.undecodable = 1 + dice.below(4)),
    ("unknown", |faults, dice| faults.unknown = 1 + dice.below(4)),
    ("before_state", |faults, dice| faults.before_state = 1 + dice.below(4)),
    ("skip", |faults, dice| faults.skip = 1 + dice.below(4)),
    ("wrong_pongs", |faults, dice| faults.wrong_pongs = 1 + dice.below(4)),
    ("binary", |faults, _| faults.binary = true),
    ("withhold_state", |faults, _| faults.withhold_state = true),
];

/// Something that a client is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    List,
    Create,
    CreateGroup,
    /// One of the contacts that are known.
    Delete(u32),
    /// One of the groups that were made.
    DeleteGroup,
    Resolve,
    Search,
}

/// What goes wrong, and what is asked meanwhile.
#[derive(Debug)]
pub struct Plan {
    /// By which it is made again.
    pub name: String,
    /// Whether the tokens can be renewed.
    pub renewable: bool,
    /// Whether the client has the lasting device.
    pub lasting: bool,
    /// What goes wrong from the beginning on.
    pub begin: Vec<Control>,
    /// What goes wrong after a while.
    pub later: Vec<(Duration, Control)>,
    /// What is asked for; what stands together is asked for at the same time.
    pub calls: Vec<Vec<Call>>,
}

impl Plan {
    /// Some of everything.
    pub fn random(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (mut begin, mut later) = (Vec::new(), Vec::new());
        for _ in 0..=dice.below(4) {
            let among = if dice.below(2) == 0 { &ORDERS[..OF_CALLS] } else { &ORDERS[..] };
            let order = dice.one_of(among).1(&mut dice);
            match dice.below(2) {
                0 => begin.push(order),
                _ => later.push((dice.time(20), order)),
            }
        }
        let mut events = EventFaults::default();
        for _ in 0..dice.below(3) {
            dice.one_of(&EVENTS).1(&mut events, &mut dice);
        }
        begin.push(Control::Events(events));
        later.sort_by_key(|(after, _)| *after);
        let mut calls = Vec::new();
        for _ in 0..3 + dice.below(4) {
            let together = dice.one_of(&[1, 1, 1, 2, 3]);
            calls.push((0..together).map(|_| call(&mut dice)).collect());
        }
        let (renewable, lasting) = (dice.below(3) == 0, dice.below(4) == 0);
        Self { name: seed.to_string(), renewable, lasting, begin, later, calls }
    }

    /// Each switch by itself, and one of every call.
    pub fn alone() -> Vec<Self> {
        let all = [Call::List, Call::Create, Call::CreateGroup, Call::Create, Call::Delete(0), Call::Delete(7)];
        let rest = [Call::Resolve, Call::DeleteGroup, Call::Search, Call::List];
        let calls: Vec<_> = all.into_iter().chain(rest).map(|call| vec![call]).collect();
        let plan = |name: &str, control: Control, number: usize| Self {
            name: name.to_owned(),
            renewable: number.is_multiple_of(2),
            lasting: number.is_multiple_of(3),
            begin: vec![control],
            later: Vec::new(),
            calls: calls.clone(),
        };
        let mut dice = Dice::new(0);
        let mut plans = Vec::new();
        for (number, (name, make)) in ORDERS.into_iter().enumerate() {
            // Of these there are many kinds.
            let variants = if name == "status" { 8 } else { 1 };
            for variant in 0..variants {
                let name = if variant == 0 { name.to_owned() } else { format!("{name} {variant}") };
                plans.push(plan(&name, make(&mut dice), number + variant));
            }
        }
        let statuses = [500, 502, 503].map(|status| HttpFault::Status { status, retry_after: None });
        let long = HttpFault::Delay { milliseconds: u64::try_from(timing().request().as_millis()).unwrap() * 3 / 2 };
        let ambiguous = [HttpFault::LoseAnswer, HttpFault::ApplyAfterGet, long];
        for (number, fault) in statuses.into_iter().chain(ambiguous).enumerate() {
            for (path, method) in WRITES {
                let on = On::path(path).method(method);
                let name = format!("{method} {path} {number}");
                plans.push(plan(&name, Control::Http { on, fault: fault.clone() }, number));
            }
        }
        for (number, (name, make)) in EVENTS.into_iter().enumerate() {
            let mut faults = EventFaults::default();
            make(&mut faults, &mut dice);
            plans.push(plan(name, Control::Events(faults), number));
        }
        plans
    }

    /// Whether a sign-in may have ended for good.
    pub fn ends_sign_in(&self) -> bool {
        let ends = |control: &Control| {
            matches!(control, Control::ExpireTokens | Control::RevokeRefreshTokens | Control::TokenLifetime { .. })
        };
        self.begin.iter().chain(self.later.iter().map(|(_, control)| control)).any(ends)
    }
}

fn call(dice: &mut Dice) -> Call {
    match dice.below(10) {
        0 | 1 => Call::List,
        2..=4 => Call::Create,
        5 => Call::CreateGroup,
        6 => Call::Delete(dice.below(100)),
        7 => Call::DeleteGroup,
        8 => Call::Resolve,
        _ => Call::Search,
    }
}

/// The switch that an order is. A new one does not compile before it stands here.
fn switch(control: &Control) -> Option<&'static str> {
    Some(match control {
        Control::Http { fault, .. } => match fault {
            HttpFault::Status { .. } => "status",
            HttpFault::LoseAnswer => "lose_answer",
            HttpFault::ApplyAfterGet => "apply_after_get",
            HttpFault::Delay { .. } => "delay",
            HttpFault::Hold { .. } => "hold",
            HttpFault::ListWithout { .. } => "list_without",
            HttpFault::PagingHint => "paging_hint",
        },
        Control::Kms(KmsFault { redirect: Some(_), .. }) => "kms_redirect",
        Control::Kms(KmsFault { status: 0, .. }) => "kms_silence",
        Control::Kms(_) => "kms_refusal",
        Control::CutSockets => "cut_sockets",
        Control::CloseSockets { .. } => "close_sockets",
        Control::RefuseSockets { .. } => "refuse_sockets",
        Control::ShutDownSockets => "shut_down_sockets",
        Control::SendEvent { .. } => "send_event",
        Control::SendText { .. } => "send_text",
        Control::ExpireTokens => "expire_tokens",
        Control::RevokeRefreshTokens => "revoke_refresh_tokens",
        Control::TokenLifetime { .. } => "token_lifetime",
        Control::ExpireKmsSessions => "expire_kms_sessions",
        Control::KmsSessionLifetime { .. } => "kms_session_lifetime",
        Control::KmsDetails { .. } => "kms_details",
        Control::DeviceCap { .. } => "device_cap",
        Control::ForgetDevices => "forget_devices",
        Control::Freeze { .. } => "freeze",
        Control::Reseal { .. } => "reseal",
        // Those of events have names of their own; what an organisation does not have is no fault that passes; the others make
        // nothing go wrong.
        Control::Events(_)
        | Control::WithholdService { .. }
        | Control::Token { .. }
        | Control::SignsIn { .. }
        | Control::Decide { .. }
        | Control::Release
        | Control::Recover
        | Control::Requests
        | Control::Forget
        | Control::Leaks
        | Control::Opened { .. }
        | Control::Status => return None,
    })
}

#[test]
fn every_switch_is_thrown() {
    let mut dice = Dice::new(1);
    for (name, make) in ORDERS {
        assert_eq!(switch(&make(&mut dice)), Some(name));
    }
    // A delay may come out as none.
    let mut all = EventFaults { delay: 1, ..EventFaults::default() };
    for (_, make) in EVENTS.into_iter().skip(1) {
        make(&mut all, &mut dice);
    }
    let Value::Object(members) = serde_json::to_value(all).unwrap() else { panic!("no object") };
    assert_eq!(members.len(), EVENTS.len());
    for (name, value) in members {
        assert!(EVENTS.iter().any(|(known, _)| *known == name), "{name} is not among them");
        assert!(value != json!(0) && value != json!(false), "{name} is not thrown");
    }
}
