//! A simulator in a process of its own, so that what it does is not measured: this very program once more, told by its first
//! argument. It takes controls as lines of JSON and answers each with a line.
#![allow(dead_code, reason = "each bench uses its own part of this")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use callbook::{
    book::{AccountId, Timestamp, port::Clock},
    config,
    runtime::SystemClock,
    webex::{
        Client, Timing,
        auth::{self, Login, Vault},
        client::Identity,
        http::Http,
    },
};
use serde_json::{Value, json};
use simulator::{Options, Simulator};
use tokio::runtime::Builder;
use uuid::Uuid;

const SIMULATOR: &str = "be-the-simulator";

/// The processor time of this process so far, all its threads.
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("it runs forward")
}

/// What something gives, and the processor time it took.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let before = processor_time();
    let done = work();
    (processor_time().saturating_sub(before), done)
}

thread_local! {
    static RUNTIME: tokio::runtime::Runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// Runs to its end in the one runtime of this thread, as the program's accounts do.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(work))
}

/// The system's clock, which can be set forward.
#[derive(Default)]
pub struct Hours(AtomicI64);

impl Hours {
    /// So many hours pass.
    pub fn pass(&self, hours: i64) {
        self.0.fetch_add(hours * 3_600_000, Ordering::Relaxed);
    }
}

impl Clock for Hours {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }

    fn uuid(&self) -> Uuid {
        SystemClock.uuid()
    }
}

/// The way to the simulator.
pub struct Cloud {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    settings: config::Webex,
    token: String,
    directory: tempfile::TempDir,
}

impl Cloud {
    /// Starts it with so many contacts; in the process that shall be the simulator it is `None`, and all is over.
    pub fn start(contacts: usize) -> Option<Self> {
        let mut arguments = std::env::args().skip(1);
        if arguments.next().as_deref() == Some(SIMULATOR) {
            be_the_simulator(arguments.next().and_then(|n| n.parse().ok()).unwrap_or(contacts));
            return None;
        }
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args([SIMULATOR, &contacts.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let (orders, answers) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let mut answers = BufReader::new(answers);
        let ready = line(&mut answers);
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        let settings = config::parse(&text("settings"), &config::Environment::default()).0.webex;
        let directory = tempfile::tempdir().expect("a temporary directory");
        Some(Self { child, orders, answers, settings, token: text("token"), directory })
    }

    /// A client that knows nothing yet.
    pub fn client(&self) -> Client {
        let (timing, account) = (Timing::default(), AccountId("webex".to_owned()));
        let http = Http::new(&self.settings, timing).expect("a client of HTTP");
        let vault = Vault::new(&self.settings, self.directory.path(), timing);
        let tokens = auth::personal(&self.token, &SystemClock).expect("a token");
        let login = Login::with_tokens(&account, &self.settings, vault, &http, timing, Arc::new(SystemClock), tokens);
        let kms_host = self.settings.kms_hosts.first().cloned();
        let identity = Identity { account, installation: "bench".to_owned(), kms_host, seat: None };
        Client::new(identity, &self.settings, http, login, timing)
    }

    /// The calls since the last time that they were forgotten.
    pub fn calls(&mut self) -> Vec<String> {
        let entries = self.order(&json!({"do": "requests"}));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let call = |entry: &Value| Some(format!("{} {}", entry["method"].as_str()?, entry["path"].as_str()?));
        entries.iter().filter_map(call).collect()
    }

    /// Forgets the calls so far.
    pub fn forget(&mut self) {
        self.order(&json!({"do": "forget"}));
    }

    fn order(&mut self, order: &Value) -> Value {
        writeln!(self.orders, "{order}").expect("the simulator listens");
        line(&mut self.answers)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line(answers: &mut BufReader<ChildStdout>) -> Value {
    let mut text = String::new();
    answers.read_line(&mut text).expect("the simulator speaks");
    serde_json::from_str(&text).expect("a line of JSON")
}

fn be_the_simulator(contacts: usize) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let options = Options { contacts, people: 40, ..Options::default() };
    let simulator = runtime.block_on(Simulator::start(options)).expect("the simulator starts");
    println!("{}", json!({"settings": simulator.ready.settings(), "token": simulator.ready.token}));
    for order in std::io::stdin().lines().map_while(Result::ok) {
        let order = serde_json::from_str(&order).expect("an order");
        println!("{}", simulator.control(order).expect("an answer"));
    }
}
