//! The way of accounts from the loop's side: effects go in, events come out, the network is the simulator's.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use simulator::{
    Control, Options, Simulator,
    faults::{HttpFault, On},
    journal::Entry,
};
use tokio::{sync::mpsc, time::timeout};

use super::super::{SystemClock, librarian::Librarian};
use crate::{
    app::{Answered, Effect, Event, RequestId, SignInEnd},
    book::{
        AccountId, AccountState, Command, ContactId, Draft, OTHER_CONTACTS, Person, PersonRef, Profile, RecordId, Row,
        Waits, port::Matches,
    },
    config::{self, Webex},
    store::Book,
    sync::account::{self, Access},
    webex::{auth, contacts::NewContact},
};

/// The longest that is waited for anything: noisy machines are slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// A loop without a screen.
struct Loop {
    librarian: Librarian,
    events: mpsc::UnboundedReceiver<Event>,
    /// What was seen of the book.
    rows: Vec<Row>,
    state: Option<AccountState>,
    unsent: usize,
}

impl Loop {
    fn begin(directory: &Path, simulator: &Simulator) -> Self {
        Self::begin_with(directory, settings_of(simulator))
    }

    fn begin_with(directory: &Path, settings: Webex) -> Self {
        let book = Book::open(&directory.join("book.db"), Arc::new(SystemClock)).unwrap();
        let (sender, events) = mpsc::unbounded_channel();
        let librarian = Librarian::start(book, settings, sender).unwrap();
        librarian.look_after_accounts();
        Self { librarian, events, rows: Vec::new(), state: None, unsent: 0 }
    }

    /// Takes events in until one is what is wanted.
    async fn until<T>(&mut self, what: &str, wanted: impl Fn(&Self, &Event) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let event = self.events.recv().await.unwrap();
                match &event {
                    Event::BookChanged(delta) => self.take(&delta.rows),
                    Event::Committed { result: Ok(committed), .. } => self.take(&committed.delta.rows),
                    Event::Accounts(list) => self.state = list.first().map(|status| status.state.clone()),
                    Event::Queue { entries, .. } => self.unsent = entries.len(),
                    _ => {}
                }
                if let Some(found) = wanted(self, &event) {
                    return found;
                }
            }
        };
        let found = timeout(PATIENCE, waiting).await;
        found.unwrap_or_else(|_| panic!("it never came to this: {what}; the account is {:?}", self.state))
    }

    fn take(&mut self, rows: &[Row]) {
        for row in rows {
            self.rows.retain(|known| known.id != row.id);
            self.rows.push(row.clone());
        }
    }

    async fn answer(&mut self, effect: impl Fn(RequestId) -> Effect) -> Answered {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(100);
        let asked = RequestId(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        self.librarian.send(effect(asked));
        self.until("an answer", |_, event| match event {
            Event::Answered { request, answer } if *request == asked => Some(answer.clone()),
            _ => None,
        })
        .await
    }

    async fn sign_in(&mut self, simulator: &Simulator) -> SignInEnd {
        self.confirm_code(simulator).await;
        self.end_of_sign_in().await
    }

    async fn confirm_code(&mut self, simulator: &Simulator) {
        let request = RequestId(1);
        self.librarian.send(Effect::SignIn { request, account: None });
        let code = self.until("a code", |_, event| match event {
            Event::SignInPrompted { prompt, .. } => Some(prompt.code.clone()),
            Event::SignedIn { end, .. } => panic!("it ended before there was a code: {end:?}"),
            _ => None,
        });
        simulator.control(Control::Decide { user_code: code.await, approve: true }).unwrap();
    }

    async fn end_of_sign_in(&mut self) -> SignInEnd {
        self.until("the end of the sign-in", |_, event| match event {
            Event::SignedIn { end, .. } => Some(end.clone()),
            _ => None,
        })
        .await
    }

    async fn up_to_date(&mut self) {
        let is_up = |this: &Self, _: &Event| matches!(this.state, Some(AccountState::UpToDate { .. })).then_some(());
        self.until("the account is up to date", is_up).await;
    }
}

fn settings_of(simulator: &Simulator) -> Webex {
    let (config, mistakes) = config::parse(&simulator.ready.settings(), &config::Environment::default());
    assert_eq!(mistakes, []);
    config.webex
}

async fn seeded() -> Simulator {
    Simulator::start(Options { contacts: 3, cloud: 2, people: 40, ..Options::default() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_brings_the_contacts_an_edit_goes_out_by_itself_and_offline_is_said() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    let SignInEnd::Done(sentence) = this.sign_in(&simulator).await else { panic!("nobody was signed in") };
    assert!(sentence.starts_with("Signed in as ") && sentence.contains("to Webex"), "{sentence}");
    this.up_to_date().await;
    assert_eq!(this.rows.len(), 5, "the contacts came before it was said that they are there");

    let new = Draft { account: AccountId("webex".to_owned()), ..Draft::default() };
    let mut draft = Box::new(new);
    "Ada Lovelace".clone_into(&mut draft.profile.display_name);
    let command = Command::CreateContact(draft);
    this.librarian.send(Effect::Perform { request: RequestId(2), command });
    this.until("it waits to be sent", |this, _| (this.unsent == 1).then_some(())).await;
    this.until("it is sent without a word", |this, _| (this.unsent == 0).then_some(())).await;
    this.up_to_date().await;
    let made = simulator.received().into_iter().any(|entry| match entry {
        Entry::Call(call) => call.method == "POST" && call.path.ends_with("/contacts"),
        Entry::Frame { .. } => false,
    });
    assert!(made, "it arrived");

    drop(simulator);
    let answer = this.answer(|request| Effect::SyncNow { request }).await;
    assert!(matches!(&answer, Answered::Failed(text) if text.contains("cannot be reached")), "{answer:?}");
    assert!(matches!(this.state, Some(AccountState::Offline { .. })), "{:?}", this.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_refused_is_tried_again_alone() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;
    let refused = HttpFault::Status { status: 400, retry_after: None };
    let posts = On::path("/Users/contacts").method("POST").times(2);
    simulator.control(Control::Http { on: posts, fault: refused }).unwrap();
    for (request, name) in [(2, "Ada"), (3, "Grace")] {
        let mut draft = Box::new(Draft { account: AccountId("webex".to_owned()), ..Draft::default() });
        name.clone_into(&mut draft.profile.display_name);
        let command = Command::CreateContact(draft);
        this.librarian.send(Effect::Perform { request: RequestId(request), command });
    }
    let refused = |_: &Loop, event: &Event| match event {
        Event::Queue { entries, .. } => {
            let waits = entries.iter().filter(|entry| matches!(entry.waits, Waits::Until(_))).count();
            (waits == 2).then(|| RecordId { kind: entries[0].kind, id: entries[0].id })
        }
        _ => None,
    };
    let record = this.until("both are refused", refused).await;
    let answer = this.answer(|request| Effect::RetrySending { request, record: Some(record) }).await;
    assert_eq!(answer, Answered::Done("Webex: 1 sent".to_owned()));
    let answer = this.answer(|request| Effect::RetrySending { request, record: Some(record) }).await;
    assert_eq!(answer, Answered::Nothing("nothing of it is unsent any more".to_owned()));
    let answer = this.answer(|request| Effect::RetrySending { request, record: None }).await;
    assert_eq!(answer, Answered::Done("Webex: 1 sent".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_and_a_sign_in_can_be_given_up_and_signing_out_keeps_a_copy() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    let request = RequestId(7);
    this.librarian.send(Effect::SignIn { request, account: None });
    this.until("a code", |_, event| matches!(event, Event::SignInPrompted { .. }).then_some(())).await;
    this.librarian.send(Effect::CancelSignIn { request });
    let cancelled = Event::SignedIn { request, end: SignInEnd::Cancelled };
    this.until("it is cancelled", |_, event| (*event == cancelled).then_some(())).await;

    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;
    simulator.control(Control::Freeze { milliseconds: 20_000 }).unwrap();
    let request = RequestId(8);
    this.librarian.send(Effect::SyncNow { request });
    let syncs = |this: &Loop, _: &Event| matches!(this.state, Some(AccountState::Syncing { .. })).then_some(());
    this.until("it syncs", syncs).await;
    this.librarian.send(Effect::CancelSync);
    let stopped = Answered::Nothing("Webex: the sync was stopped".to_owned());
    let stopped = Event::Answered { request, answer: stopped };
    this.until("it has stopped", |_, event| (*event == stopped).then_some(())).await;
    assert!(matches!(this.state, Some(AccountState::UpToDate { .. })), "{:?}", this.state);
    simulator.control(Control::Freeze { milliseconds: 0 }).unwrap();

    let account = AccountId("webex".to_owned());
    let answer = this.answer(|request| Effect::SignOut { request, account: account.clone(), keep: true }).await;
    assert!(matches!(answer, Answered::Undoable(_)), "{answer:?}");
    assert_eq!(this.state, None, "the account is gone");
    assert!(this.rows.len() == 5 && this.rows.iter().all(|row| row.is_of(&AccountId::local())));
}

/// What the picker gets for a query of the account: who was seen at once, and then the answer.
struct Search {
    seen: Matches,
    found: Matches,
    contacts: HashMap<PersonRef, ContactId>,
    remark: Option<String>,
}

impl Loop {
    fn type_into_picker(&self, request: u64, query: &str) {
        let (request, query, account) = (RequestId(request), query.to_owned(), Some(webex()));
        self.librarian.send(Effect::SearchPeople { request, query, account });
    }

    /// A newer answer must not be followed by an older one.
    async fn search(&mut self, request: u64, query: &str) -> Search {
        self.type_into_picker(request, query);
        self.answer_to(request).await
    }

    async fn answer_to(&mut self, wanted: u64) -> Search {
        let seen = self.until("those known here", |_, event| match event {
            Event::PeopleSeen { request: RequestId(it), matches, .. } if *it == wanted => Some(matches.clone()),
            _ => None,
        });
        let seen = seen.await;
        self.until("the people", |_, event| match event {
            Event::PeopleFound { request: RequestId(it), matches, contacts, remark } => {
                assert_eq!(*it, wanted, "nobody waits for this any more");
                let (seen, found) = (seen.clone(), matches.clone());
                Some(Search { seen, found, contacts: contacts.clone(), remark: remark.clone() })
            }
            _ => None,
        })
        .await
    }
}

fn webex() -> AccountId {
    AccountId("webex".to_owned())
}

fn under_way(simulator: &Simulator) -> u64 {
    simulator.control(Control::Status).unwrap()["under_way"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_the_organisation_are_found_while_one_types_and_become_contacts() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;

    let nothing = this.search(20, "").await;
    assert_eq!((nothing.found.people.len(), nothing.remark), (2, None), "the people of the contacts are known here");
    assert_eq!((nothing.seen, nothing.contacts.len()), (nothing.found.clone(), 2));
    let known = nothing.found.people[0].clone();
    let found = this.search(21, &known.profile.display_name).await;
    assert_eq!((&found.seen.people[0].who, &found.found.people[0].who), (&known.who, &known.who));
    assert!(found.contacts.contains_key(&known.who));

    // What is typed next ends the request of before: its answer never comes, however late.
    let is_new = |person: &&Person| !nothing.found.people.iter().any(|known| known.who == person.who);
    let found = this.search(22, "a").await;
    let stranger = found.found.people.iter().find(is_new).expect("40 people, and 2 of them known").clone();
    assert!(!found.contacts.contains_key(&stranger.who) && found.remark.is_none());
    let quiet = under_way(&simulator);
    simulator.control(Control::Freeze { milliseconds: 60_000 }).unwrap();
    this.type_into_picker(23, "b");
    while under_way(&simulator) == quiet {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    this.type_into_picker(24, &stranger.profile.display_name);
    simulator.control(Control::Freeze { milliseconds: 0 }).unwrap();
    let found = this.answer_to(24).await;
    assert_eq!((found.seen.people.len(), &found.found.people[0].who), (0, &stranger.who));

    // Who is added shows at once what the directory said, and is known from then on.
    let draft = Draft { account: webex(), person: Some(stranger.clone()), ..Draft::default() };
    let command = Command::AddPerson { who: stranger.who.clone(), draft: Box::new(draft) };
    this.librarian.send(Effect::Perform { request: RequestId(25), command });
    let added = this.until("it is added", |_, event| match event {
        Event::Committed { result, .. } => Some(result.clone()),
        _ => None,
    });
    let added = added.await.unwrap().delta.rows.pop().unwrap();
    assert_eq!((added.name, added.unsent), (stranger.profile.display_name.clone(), true));
    this.until("it is sent", |this, _| (this.unsent == 0 && this.rows.len() == 6).then_some(())).await;
    let found = this.search(26, &stranger.profile.display_name).await;
    assert_eq!(found.seen.people[0].profile, stranger.profile);
    assert_eq!(found.contacts.get(&stranger.who), Some(&added.id));

    let refused = |path| Control::Http {
        on: On::path(path).times(9),
        fault: HttpFault::Status { status: 403, retry_after: None },
    };
    for path in ["/identity/scim", "/v1/people"] {
        simulator.control(refused(path)).unwrap();
    }
    let found = this.search(27, &stranger.profile.display_name).await;
    assert_eq!(found.found, found.seen);
    let remark = found.remark.unwrap();
    assert!(remark == "no right to search the directory: only people known here", "{remark}");

    drop(simulator);
    let found = this.search(28, "a").await;
    let remark = found.remark.unwrap();
    assert!(remark == "offline: only people known here", "{remark}");
    assert_eq!(found.found, found.seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_webex_hold_at_once() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;
    let settings = settings_of(&simulator);
    let nowhere = Some(directory.path().join("no-such-roots.pem"));
    this.librarian.take_settings(Webex { root_certificates: nowhere, ..settings.clone() });
    let why = this.until("the account is out of reach", |this, _| match &this.state {
        Some(AccountState::Offline { reason, .. }) => Some(reason.clone()),
        _ => None,
    });
    let why = why.await;
    assert!(why.contains("no-such-roots.pem"), "{why}");
    this.librarian.take_settings(settings);
    this.up_to_date().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_another_program_is_noticed() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;
    for end in [Control::ExpireTokens, Control::RevokeRefreshTokens] {
        simulator.control(end).unwrap();
    }
    this.answer(|request| Effect::SyncNow { request }).await;
    assert!(matches!(this.state, Some(AccountState::NeedsSignIn { .. })), "{:?}", this.state);

    // As `callbook login` does it in another terminal.
    let book = directory.path().join("book.db");
    let mut access = Access::prepare(&book, webex(), &settings_of(&simulator), Arc::new(SystemClock)).unwrap();
    let token = simulator.control(Control::Token { user: 0 }).unwrap()["token"].as_str().unwrap().to_owned();
    let tokens = auth::personal(&token, &SystemClock).unwrap();
    let client = access.sign_in(tokens, &mut async |_: &str| false).await.unwrap().client;
    let me = client.directory().me().await.unwrap();
    client.close().await;
    let mut other = Book::open(&book, Arc::new(SystemClock)).unwrap();
    account::enter(&mut other, &webex(), Some(&me.profile)).unwrap();
    this.up_to_date().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_an_unknown_key_server_is_trusted_is_asked_and_remembered() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let settings = Webex { kms_hosts: Vec::new(), ..settings_of(&simulator) };
    let mut this = Loop::begin_with(directory.path(), settings);
    for trusted in [false, true] {
        this.confirm_code(&simulator).await;
        let host = this.until("the question", |_, event| match event {
            Event::SignInAsked { host, .. } => Some(host.clone()),
            _ => None,
        });
        assert_eq!(host.await, simulator.ready.kms_host);
        this.librarian.send(Effect::TrustKeyServer { request: RequestId(1), trusted });
        match (trusted, this.end_of_sign_in().await) {
            (false, SignInEnd::Failed(why)) => assert!(why.contains("of no trusted domain"), "{why}"),
            (true, SignInEnd::Done(_)) => {}
            (_, end) => panic!("{end:?}"),
        }
    }
    this.up_to_date().await;
    assert_eq!(this.rows.len(), 5);
    let access = Access::prepare(&directory.path().join("book.db"), webex(), &Webex::default(), Arc::new(SystemClock));
    assert_eq!(access.unwrap().binding.kms_host(), Some(simulator.ready.kms_host));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_who_is_asked_and_the_answer_goes_on_by_itself() {
    let (directory, simulator) = (tempfile::tempdir().unwrap(), seeded().await);
    let mut this = Loop::begin(directory.path(), &simulator);
    assert!(matches!(this.sign_in(&simulator).await, SignInEnd::Done(_)));
    this.up_to_date().await;
    // Another client makes two who are alike, and here is a third.
    let access =
        Access::prepare(&directory.path().join("book.db"), webex(), &settings_of(&simulator), Arc::new(SystemClock));
    let access = access.unwrap();
    let other = access.client(&access.login().unwrap()).unwrap();
    let contacts = other.contacts().await.unwrap();
    let groups = contacts.list().await.unwrap().groups;
    let home = groups.iter().find(|group| group.readable_name() == Some(OTHER_CONTACTS)).unwrap().id.clone();
    let ada = Profile { display_name: "Ada Lovelace".to_owned(), ..Profile::default() };
    for _ in 0..2 {
        let new = NewContact { groups: vec![home.clone()], ..NewContact::custom(ada.clone()) };
        contacts.create(&new).await.unwrap();
    }
    other.close().await;
    let draft = Draft { account: webex(), profile: ada, ..Draft::default() };
    let command = Command::CreateContact(Box::new(draft));
    this.librarian.send(Effect::Perform { request: RequestId(30), command });
    let twins = this.until("it is asked who is who", |_, event| match event {
        Event::Twins(twins) => twins.first().cloned(),
        _ => None,
    });
    let twins = twins.await;
    assert_eq!((twins.here.len(), twins.there.len(), twins.name.as_str()), (1, 2, "Ada Lovelace"));
    let answer = |request| Effect::AnswerTwins { request, twins: Box::new(twins.clone()), same: true };
    let said = this.answer(answer).await;
    assert!(matches!(&said, Answered::Done(text) if text.starts_with("Ada Lovelace: the same")), "{said:?}");
    let again = this.answer(answer).await;
    assert!(matches!(&again, Answered::Failed(text) if text.contains("answered already")), "{again:?}");
    this.until("the other one comes too", |this, _| (this.rows.len() == 7 && this.unsent == 0).then_some(())).await;
    this.up_to_date().await;
}
