//! A simulator, and settings that point callbook at it.
#![allow(dead_code, reason = "each module uses its own part of this")]

use std::{
    io,
    net::TcpListener,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use callbook::{
    book::{AccountId, Address, Profile, Timestamp, TypedValue, port::Clock},
    config,
    webex::{
        Catalog, Client, Device, Mercury, Service, Timing, auth,
        auth::Login,
        client::Identity,
        device::{Kind, Seat},
        http::Http,
    },
};
use futures_util::FutureExt as _;
use serde_json::Value;
use simulator::{
    Control, Options, Simulator,
    journal::{Entry, Received},
};
use uuid::Uuid;

/// The longest that is waited for anything: noisy machines are slow, and a test that fails may take its time.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A simulator and what leads to it.
pub struct Stage {
    pub simulator: Simulator,
    pub settings: config::Webex,
    /// Where files of a test may go.
    pub directory: tempfile::TempDir,
}

impl Stage {
    /// Without contacts.
    pub async fn new() -> Self {
        Self::start(Options { people: 40, ..Options::default() }).await
    }

    /// With so many CUSTOM and CLOUD contacts.
    pub async fn with(contacts: usize, cloud: usize) -> Self {
        Self::start(Options { contacts, cloud, ..Options::default() }).await
    }

    pub async fn start(options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let ready = &simulator.ready;
        let (config, mistakes) = config::parse(&ready.settings(), &config::Environment::default());
        assert_eq!(mistakes, []);
        let command = vec!["printf".to_owned(), "%s".to_owned(), ready.token.clone()];
        let settings = config::Webex { tokens: config::TokenStore::Command(command), ..config.webex };
        Self { simulator, settings, directory: tempfile::tempdir().unwrap() }
    }

    /// The way to the services, time running as given.
    pub fn http(&self, timing: Timing) -> Http {
        Http::new(&self.settings, timing).unwrap()
    }

    /// A sign-in with the token in hand, which nothing renews.
    pub fn login(&self) -> Login {
        let timing = Timing::faster(20);
        self.login_with(&self.http(timing), timing, auth::personal(self.token(), &SystemClock).unwrap())
    }

    /// A sign-in with these tokens, in memory alone.
    pub fn login_with(&self, http: &Http, timing: Timing, tokens: auth::Tokens) -> Login {
        self.login_by(Arc::new(SystemClock), http, timing, tokens)
    }

    /// The same on a machine with this clock.
    pub fn login_by(&self, clock: Arc<dyn Clock>, http: &Http, timing: Timing, tokens: auth::Tokens) -> Login {
        let settings = config::Webex { tokens: config::TokenStore::File, ..self.settings.clone() };
        let vault = auth::Vault::new(&settings, self.directory.path(), timing);
        let account = AccountId("webex".to_owned());
        Login::with_tokens(&account, &settings, vault, http, timing, clock, tokens)
    }

    /// Tokens of a sign-in by device grant, which can be renewed.
    pub async fn grant(&self, http: &Http, timing: Timing) -> auth::Tokens {
        let mut approve = |prompt: &auth::DevicePrompt| {
            self.order(serde_json::json!({"do": "decide", "user_code": prompt.user_code, "approve": true}));
        };
        auth::device_grant(http, &self.settings, &SystemClock, timing, &mut approve).await.unwrap()
    }

    /// A client of the first user that has said nothing yet, with the token in hand and an ephemeral device.
    pub fn client(&self, timing: Timing) -> Client {
        self.client_with(self.http(timing), self.login(), timing, None)
    }

    /// A client with this sign-in, with a lasting device if it has the seat.
    pub fn client_with(&self, http: Http, login: Login, timing: Timing, seat: Option<Seat>) -> Client {
        let identity = Identity {
            account: AccountId("webex".to_owned()),
            installation: "test".to_owned(),
            kms_host: Some(self.simulator.ready.kms_host.to_owned()),
            seat,
        };
        Client::new(identity, &self.settings, http, login, timing)
    }

    /// All that a socket needs.
    pub async fn wiring(&self, timing: Timing) -> Wiring {
        let (http, login) = (self.http(timing), self.login());
        let catalog = Catalog::load(&http, &login, &self.settings).await.unwrap();
        let wdm = catalog.service("wdm").unwrap();
        Wiring { http, login, catalog, wdm, timing }
    }

    /// The first user's access token.
    pub fn token(&self) -> &str {
        &self.simulator.ready.token
    }

    pub fn control(&self, control: Control) -> Value {
        self.simulator.control(control).unwrap()
    }

    /// A control as JSON, as in `json!({"do": "cut_sockets"})`.
    pub fn order(&self, order: Value) -> Value {
        self.control(serde_json::from_value(order).unwrap())
    }

    /// The calls so far, sockets included (method `WEBSOCKET`).
    pub fn calls(&self) -> Vec<Received> {
        let entries = self.simulator.received().into_iter();
        entries.filter_map(|entry| if let Entry::Call(call) = entry { Some(call) } else { None }).collect()
    }

    /// How many calls of a method have a path that contains this.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.calls().iter().filter(|call| call.method == method && call.path.contains(path)).count()
    }

    /// How many frames of this type came on sockets.
    pub fn frames(&self, kind: &str) -> usize {
        let entries = self.simulator.received();
        let is_one = |entry: &&Entry| matches!(entry, Entry::Frame { frame_type, .. } if frame_type == kind);
        entries.iter().filter(is_one).count()
    }

    /// How many sockets are open and authorised.
    pub fn sockets(&self) -> u64 {
        self.order(serde_json::json!({"do": "status"}))["sockets"].as_u64().unwrap()
    }
}

/// What rooms are made of, signed in.
pub struct Wiring {
    pub http: Http,
    pub login: Login,
    pub catalog: Catalog,
    pub wdm: Service,
    pub timing: Timing,
}

impl Wiring {
    pub async fn device(&self, kind: Kind) -> Device {
        self.register("test", kind).await.unwrap()
    }

    pub async fn register(&self, installation: &str, kind: Kind) -> Result<Device, callbook::webex::WebexError> {
        Device::register(&self.http, &self.login, &self.wdm, installation, kind, self.timing).await
    }

    /// The socket of a device.
    pub fn socket(&self, device: Device) -> Mercury {
        Mercury::new(self.http.clone(), self.login.clone(), self.catalog.clone(), device, self.timing).unwrap()
    }
}

/// Waits until something is the case.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "it never came to this: {what}");
}

/// Every field of a contact, each with this mark in it; the last two never travel.
pub fn everything(mark: &str) -> Profile {
    let value = |kind: &str, text: &str| TypedValue::new(kind, &format!("{mark}-{text}"));
    let text = |text: &str| format!("{mark}-{text}");
    Profile {
        display_name: mark.to_owned(),
        first_name: text("first"),
        last_name: text("last ünï 山田 👩🏽‍🚀"),
        company_name: text("company"),
        title: text("title"),
        avatar_url: format!("https://avatar.example.test/{mark}.png"),
        emails: vec![value("work", "work@example.test"), value("home", "home@example.test")],
        phone_numbers: vec![value("mobile", "+46 70 123 45 67"), value("work_extension", "4711")],
        sip_addresses: vec![value("enterprise", "sip@example.test")],
        addresses: vec![Address {
            street: text("street"),
            city: text("city"),
            state: text("state"),
            zip_code: text("zip"),
            country: text("country"),
            ..Address::default()
        }],
        primary_contact_method: "EMAIL".to_owned(),
        department: text("department"),
        manager: text("manager"),
    }
}

/// A port of this machine that nobody may contact.
pub struct Trap(TcpListener);

impl Trap {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// That nobody came, also nobody who has gone again.
    #[track_caller]
    pub fn expect_nobody(&self) {
        let came = self.0.accept().map(|(_, from)| from);
        assert!(matches!(&came, Err(error) if error.kind() == io::ErrorKind::WouldBlock), "{came:?}");
    }
}

/// The system's clock.
pub struct SystemClock;

/// One that is so many milliseconds ahead; or behind, where it is less than nothing.
pub struct Ahead(pub i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0)
    }

    fn uuid(&self) -> Uuid {
        SystemClock.uuid()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }

    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The system's clock, which can be set forward; and where death strikes: each change of a book begins with a new id.
#[derive(Default)]
pub struct Moving {
    ahead: AtomicI64,
    left: AtomicI64,
}

/// What a death unwinds with.
struct Death;

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond() + self.ahead.load(Ordering::Relaxed))
    }

    fn uuid(&self) -> Uuid {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            panic::resume_unwind(Box::new(Death));
        }
        Uuid::now_v7()
    }
}

impl Moving {
    /// Time passes.
    pub fn wait(&self, minutes: i64) {
        self.ahead.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    /// Whoever does this is killed after so many steps: what was written by then is there, nothing else ever will be.
    /// `None` if it was.
    pub async fn killed_after<T>(&self, steps: u32, work: impl Future<Output = T>) -> Option<T> {
        self.left.store(i64::from(steps) + 1, Ordering::Relaxed);
        let done = AssertUnwindSafe(work).catch_unwind().await;
        self.left.store(0, Ordering::Relaxed);
        done.map_err(|cause| if cause.is::<Death>() { cause } else { panic::resume_unwind(cause) }).ok()
    }
}
