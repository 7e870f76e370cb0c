//! Everything goes wrong that the simulator can make go wrong, one thing at a time and several together: every call ends in time
//! and says the truth, nothing leaks, nothing is made twice, nothing panics, and afterwards all is well again.
//!
//! `CALLBOOK_FAULTS=137` (or `=drop`, the name of a switch) runs what a failure names once more by itself;
//! `CALLBOOK_NIGHTLY=1` runs 2,000 combinations.

mod ledger;
mod plan;

use std::{
    env, panic,
    process::Command,
    sync::{
        Mutex, Once,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use callbook::webex::{
    Client, SocketState, Timing, WebexError, auth,
    contacts::{Kind, Listing, NewContact},
    device::Seat,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use simulator::{Control, Options, directory::person_id};
use tokio::time::{Instant, sleep, timeout};

use self::{
    ledger::{Ledger, Told, posted_once},
    plan::{Call, Plan},
};
use crate::support::{PATIENCE, Stage, SystemClock, everything};

/// How fast time runs for the clients here, and for what goes wrong.
const FASTER: u32 = 30;
/// So many combinations in an ordinary run.
const COMBINATIONS: u64 = 200;
/// So many share a simulator.
const BATCH: usize = 5;
/// Mostly they wait, so there may be more of them than cores.
const WORKERS: usize = 8;
/// Which one is to be run again.
const AGAIN: &str = "CALLBOOK_FAULTS";
/// Set for the process that has its memory to itself.
const INNER: &str = "CALLBOOK_FAULTS_INNER";
const THREAD: &str = "faults";

static PANICS: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static SUCCESSES: AtomicUsize = AtomicUsize::new(0);

fn timing() -> Timing {
    Timing::faster(FASTER)
}

/// No call takes longer: half an hour of life, in which every wait and repetition of every call in the longest chain fits. A
/// machine that is busy has a minute at least.
fn limit() -> Duration {
    timing().scaled(Duration::from_secs(1800)).max(PATIENCE * 2)
}

async fn in_time<T>(what: impl std::fmt::Debug, call: impl Future<Output = T>) -> Result<T, String> {
    timeout(limit(), call).await.map_err(|_| format!("{what:?} did not end within {:?}", limit()))
}

/// A sign-in and a client, before anything goes wrong.
async fn client(stage: &Stage, plan: &Plan) -> Client {
    let http = stage.http(timing());
    let tokens =
        if plan.renewable { stage.grant(&stage.http(Timing::default()), timing()).await } else { personal(stage) };
    let login = stage.login_with(&http, timing(), tokens);
    let seat = plan.lasting.then(|| Seat::take(&stage.directory.path().join("seat")).unwrap()).flatten();
    stage.client_with(http, login, timing(), seat)
}

fn personal(stage: &Stage) -> auth::Tokens {
    let token = stage.control(Control::Token { user: 0 });
    auth::personal(token["token"].as_str().unwrap(), &SystemClock).unwrap()
}

/// A client that lives in the time of life, and knows nothing.
fn fresh_client(stage: &Stage) -> Client {
    let http = stage.http(Timing::default());
    let login = stage.login_with(&http, Timing::default(), personal(stage));
    stage.client_with(http, login, Timing::default(), None)
}

/// Does one of the calls.
async fn ask(client: &Client, call: Call, mark: String, ledger: &Ledger) -> Told {
    match call {
        Call::List => match tally(client.list().await) {
            Ok(listing) => Told::Listed(listing.contacts.into_iter().map(|contact| contact.id).collect()),
            Err(_) => Told::Nothing,
        },
        Call::Create => {
            let draft = NewContact::custom(everything(&mark));
            let create = async { Ok(client.contacts().await?.create(&draft).await?.id) };
            Told::Contact(mark, tally(create.await))
        }
        Call::CreateGroup => {
            let create =
                async { client.contacts().await?.create_group(&mark, callbook::book::GroupType::Normal).await };
            let made = tally(create.await.map(|group| group.id));
            Told::Group(mark, made)
        }
        Call::Delete(number) => {
            let id = ledger.contact(number).unwrap_or_else(|| "nobody".to_owned());
            let delete = async { client.contacts().await?.delete(&id).await };
            let done = tally(delete.await);
            Told::Deleted(id, done)
        }
        Call::DeleteGroup => {
            let id = ledger.group().unwrap_or_else(|| "none".to_owned());
            let delete = async { client.contacts().await?.delete_group(&id).await };
            let done = tally(delete.await);
            Told::DeletedGroup(id, done)
        }
        Call::Resolve => {
            let resolve = async {
                let contacts = client.contacts().await?;
                let mut listing = contacts.list().await?;
                contacts.resolve(&mut listing).await.map_or(Ok(()), Err)
            };
            let _ = tally(resolve.await);
            Told::Nothing
        }
        Call::Search => {
            let _ = tally(client.directory().search("Ada", 5).await);
            Told::Nothing
        }
    }
}

fn tally<T>(result: Result<T, WebexError>) -> Result<T, WebexError> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    SUCCESSES.fetch_add(usize::from(result.is_ok()), Ordering::Relaxed);
    result
}

/// Ends all that goes wrong.
fn recover(stage: &Stage) {
    for order in [
        Control::Recover,
        Control::RefuseSockets { code: None },
        Control::TokenLifetime { seconds: 1_209_599 },
        Control::KmsSessionLifetime { milliseconds: 3_600_000 },
        Control::KmsDetails { body: None },
        Control::DeviceCap { devices: 100 },
    ] {
        stage.control(order);
    }
}

/// One plan from its beginning to the end; what is wrong, if something is.
async fn run(stage: &Stage, plan: &Plan) -> Result<(), String> {
    stage.control(Control::Forget);
    let mut ledger = Ledger::new(&opened(stage));
    let client = client(stage, plan).await;
    for order in &plan.begin {
        stage.control(order.clone());
    }
    let begun = Instant::now();
    let trouble = async {
        for (after, order) in &plan.later {
            tokio::time::sleep_until(begun + *after).await;
            stage.control(order.clone());
        }
        std::future::pending::<()>().await;
    };
    let work = async {
        let mut number = 0;
        for together in &plan.calls {
            let asked = together.iter().map(|call| {
                number += 1;
                in_time(call, ask(&client, *call, format!("Zoë {} {number}", plan.name), &ledger))
            });
            let all = join_all(asked).await;
            for told in all {
                ledger.note(told?);
            }
        }
        Ok::<_, String>(())
    };
    tokio::select! { done = work => done?, () = trouble => {} }
    recover(stage);
    comes_back(&client, plan.ends_sign_in()).await?;
    in_time("to close", client.close()).await?;

    let fresh = fresh_client(stage);
    let book = agree(stage, &fresh).await?;
    in_time("to close", fresh.close()).await?;
    ledger.judge(&book)?;
    posted_once(&stage.calls())?;
    let deadline = Instant::now() + PATIENCE;
    while stage.sockets() > 0 {
        if Instant::now() > deadline {
            return Err(format!("{} sockets were left behind", stage.sockets()));
        }
        sleep(Duration::from_millis(5)).await;
    }
    match stage.simulator.leaks()[..] {
        [] => Ok(()),
        ref leaks => Err(format!("{leaks:?}")),
    }
}

fn opened(stage: &Stage) -> Value {
    stage.control(Control::Opened { user: 0 })
}

/// The client that all this happened to lists again, unless its sign-in has ended.
async fn comes_back(client: &Client, may_be_signed_out: bool) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE * 4;
    loop {
        if let (Some(SocketState::Offline(_)), Ok(socket)) = (client.socket_state(), client.socket().await) {
            // As a person asks for it.
            socket.reopen();
        }
        let wrong = match in_time("to list again", client.list()).await? {
            Ok(listing) if listing.complete && listing.missing_keys.is_empty() => return Ok(()),
            Err(WebexError::SignedOut { .. }) if may_be_signed_out => return Ok(()),
            Ok(listing) => format!("{:?}", listing.missing_keys),
            Err(error) => error.to_string(),
        };
        if Instant::now() > deadline {
            return Err(format!("the client does not list again: {wrong}"));
        }
        sleep(timing().retry(0)).await;
    }
}

/// The book, once nothing is under way to it any more and a fresh client lists what the simulator holds.
async fn agree(stage: &Stage, fresh: &Client) -> Result<Value, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let listing = in_time("to list afresh", fresh.list()).await?.map_err(|error| error.to_string())?;
        let under_way = stage.control(Control::Status)["under_way"].as_u64().unwrap();
        let book = opened(stage);
        let wrong = match differs(&listing, &book) {
            None if under_way == 0 => return Ok(book),
            None => format!("{under_way} calls are still under way"),
            Some(place) => format!("the list is not the book: {place}"),
        };
        if Instant::now() > deadline {
            return Err(wrong);
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Where a list is not what the simulator holds.
fn differs(listing: &Listing, book: &Value) -> Option<String> {
    if !listing.complete || !listing.missing_keys.is_empty() {
        return Some(format!("complete: {}, without {:?}", listing.complete, listing.missing_keys));
    }
    let (contacts, groups) = (book["contacts"].as_array().unwrap(), book["groups"].as_array().unwrap());
    if (listing.contacts.len(), listing.groups.len()) != (contacts.len(), groups.len()) {
        return Some(format!("{} and {} records", listing.contacts.len(), listing.groups.len()));
    }
    let contact = listing.contacts.iter().zip(contacts).find(|(contact, stored)| {
        let shown = serde_json::to_value(contact).unwrap();
        if contact.kind == Kind::Cloud { shown["contactId"] != stored["contactId"] } else { shown != **stored }
    });
    let group = listing.groups.iter().zip(groups).find(|(group, stored)| json!(group) != **stored);
    contact.map(|(contact, _)| contact.id.clone()).or_else(|| group.map(|(group, _)| group.id.clone()))
}

/// Counts the panics of our threads, also those that a runtime catches.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(usize::from(thread::current().name() == Some(THREAD)), Ordering::Relaxed);
            before(panic);
        }));
    });
}

/// Runs all plans, some at the same time; `halfway` is called once when half of them have been run.
fn run_all(plans: &[Plan], halfway: &(dyn Fn() + Sync)) {
    watch_panics();
    let batches: Vec<_> = plans.chunks(BATCH).collect();
    let (next, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_name(THREAD).build().unwrap();
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            runtime.block_on(async {
                let options = Options { contacts: 3, cloud: 2, people: 40, ..Options::default() };
                let stage = Stage::start(options).await;
                for plan in *batch {
                    if let Err(wrong) = run(&stage, plan).await {
                        let failure = format!("{wrong}\n  again: {AGAIN}='{}'\n  {plan:?}", plan.name);
                        failures.lock().unwrap().push(failure);
                        // What this plan left behind must not be laid to the next.
                        break;
                    }
                }
            });
            if ended.fetch_add(1, Ordering::Relaxed) + 1 == batches.len() / 2 {
                halfway();
            }
        }
    };
    let panicked = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| thread::Builder::new().name(THREAD.to_owned()).spawn_scoped(scope, work).unwrap())
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().err()).count()
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} plans failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!((panicked, PANICS.load(Ordering::Relaxed)), (0, 0), "somebody panicked");
}

/// What the environment asks to be run again.
fn again(plan: impl Fn(&str) -> Vec<Plan>) -> Option<Vec<Plan>> {
    env::var(AGAIN).ok().map(|name| plan(&name))
}

#[test]
fn each_switch_alone_is_survived() {
    let of_name = |name: &str| Plan::alone().into_iter().filter(|plan| plan.name == name).collect();
    let plans = again(of_name).unwrap_or_else(Plan::alone);
    run_all(&plans, &|| {});
}

/// The most memory that this process ever had, in KiB; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Runs in a process of its own, in which no other test takes memory.
#[test]
fn random_combinations_are_survived_and_memory_does_not_grow() {
    if let Some(plans) = again(|name| name.parse().into_iter().map(Plan::random).collect()) {
        return run_all(&plans, &|| {});
    }
    if env::var_os(INNER).is_none() {
        let name = "faults::random_combinations_are_survived_and_memory_does_not_grow";
        let inner = Command::new(env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture"])
            .env(INNER, "1")
            // Threads that come and go would each keep memory of their own.
            .env("MALLOC_ARENA_MAX", "1")
            .output()
            .unwrap();
        let said = [inner.stdout, inner.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(inner.status.success() && said.contains("1 passed"), "{said}");
        println!("{}", said.lines().filter(|line| line.starts_with("combinations:")).collect::<String>());
        return;
    }
    let count = if env::var_os("CALLBOOK_NIGHTLY").is_some() { 10 * COMBINATIONS } else { COMBINATIONS };
    let plans: Vec<_> = (0..count).map(Plan::random).collect();
    let first = Mutex::new(None);
    run_all(&plans, &|| *first.lock().unwrap() = peak());
    let (calls, successes) = (CALLS.load(Ordering::Relaxed), SUCCESSES.load(Ordering::Relaxed));
    let (first, all) = (first.into_inner().unwrap(), peak());
    println!(
        "combinations: {count}, {calls} calls, {successes} successes, peak {first:?} KiB at half time, {all:?} KiB at the end"
    );
    assert!(successes > 0 && successes < calls, "all of {calls} calls ended the same way");
    if cfg!(target_os = "linux") {
        let (first, all) = (first.unwrap(), all.unwrap());
        // The peak only rises: if it rose in the second half, then that had more.
        assert!(all * 10 <= first * 11, "{first} KiB at half time, {all} KiB at the end");
    }
}

#[test]
fn a_list_that_is_not_the_book_is_noticed() {
    let listing = |ids: &[&str]| Listing::of_people(ids.iter().map(|id| ((*id).to_owned(), None)).collect()).unwrap();
    let book = |ids: &[&str]| json!({"contacts": ids.iter().map(|id| json!({"contactId": id})).collect::<Vec<_>>(), "groups": []});
    let (one, other) = (person_id(1), person_id(2));
    assert_eq!(differs(&listing(&[&one]), &book(&[&one])), None);
    assert!(differs(&listing(&[&one]), &book(&[&other])).is_some());
    assert!(differs(&listing(&[&one]), &book(&[&one, &other])).is_some());
}
