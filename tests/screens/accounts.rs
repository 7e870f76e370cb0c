//! Webex accounts on the screen: how it stands with them, what waits, what a person is asked, and what is asked for.

use callbook::{
    app::{Effect, Event, Home, Modal, RequestId, Section, SignInEnd, update},
    book::{
        AccountId, AccountState, AccountStatus, Address, BrakedPlan, Command, ContactId, ContactType, Dispute, Draft,
        FieldConflict, HeldBack, Outgoing, Person, PersonRef, Profile, QueueEntry, RecordId, Ruling, SignInPrompt,
        Timestamp, Twins, TypedValue, Unread, Waits, change::Kind,
    },
};

use crate::{
    fake_book::{FakeBook, NOW},
    harness::Screen,
    people,
    people::member,
    person,
};

fn webex() -> AccountId {
    AccountId("webex".to_owned())
}

fn minutes_ago(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 - minutes * 60_000)
}

fn status(state: AccountState) -> AccountStatus {
    let login = "ada@example.org".to_owned();
    AccountStatus { id: webex(), name: "Webex".to_owned(), login, state, no_directory: None }
}

fn entry(kind: Kind, id: uuid::Uuid, name: &str, what: Outgoing, waits: Waits) -> QueueEntry {
    QueueEntry { kind, id, name: name.to_owned(), what, waits, tries: 0, error: None }
}

fn prompt() -> SignInPrompt {
    SignInPrompt {
        page: "https://login.webex.example/verify".to_owned(),
        code: "748 013".to_owned(),
        link: "https://login.webex.example/verify?userCode=f1c3b2a49d".to_owned(),
    }
}

fn at_webex(draft: Draft) -> Draft {
    Draft { account: webex(), ..draft }
}

fn up_to_date() -> AccountState {
    AccountState::UpToDate { at: minutes_ago(3) }
}

/// The book of the other tests and a Webex account beside it with four contacts: Zoë Ångström, who has values of all
/// kinds, and three people of the organisation, one known, one vanished, one never known.
pub fn with_webex(state: AccountState) -> FakeBook {
    let mut book = people();
    book.accounts.push(status(state));
    let mut zoe =
        at_webex(person("Zoë Ångström", "Uppsala Optik", "+46 70 123 45 67", "zoe@optik.example", &["Customers"]));
    "Optics lab".clone_into(&mut zoe.profile.department);
    "met in Graz".clone_into(&mut zoe.extras.notes);
    "1990-05-17".clone_into(&mut zoe.extras.birthday);
    for city in ["Uppsala", "Graz"] {
        let address = Address { kind: "work".to_owned(), city: city.to_owned(), ..Address::default() };
        zoe.profile.addresses.push(address);
    }
    book.add(zoe);
    let known = |number: usize, name: &str| {
        let person = member(number, name, "Head of Imaging", "Engineering");
        Person { who: PersonRef { directory: "webex".to_owned(), ..person.who }, ..person }
    };
    let cloud =
        |person: Option<Person>| at_webex(Draft { contact_type: ContactType::Cloud, person, ..Draft::default() });
    let mut carmen = cloud(Some(known(1, "Carmen Ramírez")));
    carmen.profile.phone_numbers.push(TypedValue::new("home", "+34 91 555 01 02"));
    carmen.extras.notes = "nanoseconds".into();
    carmen.group_names = vec!["Customers".to_owned(), "Friends of the firm".to_owned()];
    book.add(carmen);
    let gone = Some(minutes_ago(60 * 24 * 30));
    book.add(cloud(Some(Person { unresolved_since: gone, ..known(2, "Kathryn Meyer") })));
    book.add(cloud(None));
    book.prompt = Some(prompt());
    book
}

/// The same with another answer to a sign-in; without a prompt each is refused.
pub fn prompting(mut book: FakeBook, prompt: Option<SignInPrompt>) -> FakeBook {
    book.prompt = prompt;
    book
}

/// The same with a key server that nobody knows.
pub fn asking() -> FakeBook {
    let mut book = with_webex(expired());
    book.key_server = Some("kms.moonwhistle-optics.example".to_owned());
    book
}

fn id_of(book: &FakeBook, name: &str) -> uuid::Uuid {
    book.contacts.iter().find(|c| callbook::book::name::shown_name(c) == name).expect("a contact").id.0
}

/// The same with something in the queue: a new contact, an edit that was tried, a deletion, an edit to be finished.
fn with_queue(state: AccountState) -> FakeBook {
    let mut book = with_webex(state);
    let (zoe, carmen) = (id_of(&book, "Zoë Ångström"), id_of(&book, "Carmen Ramírez"));
    let kathryn = id_of(&book, "Kathryn Meyer");
    let group = book.group_of(&webex(), "Customers").0;
    let edit = Outgoing::Edit(vec!["Phone".to_owned(), "Title".to_owned()]);
    let mut tried = entry(Kind::Contact, carmen, "Carmen Ramírez", edit, Waits::Until(Timestamp(NOW.0 + 240_000)));
    tried.tries = 3;
    tried.error = Some("the server is overloaded (503), tracking id ROUTER_6B1F-4C".to_owned());
    let entries = [
        entry(Kind::Contact, zoe, "Zoë Ångström", Outgoing::Create, Waits::Sync),
        tried,
        entry(Kind::Contact, kathryn, "Kathryn Meyer", Outgoing::Finish, Waits::Sync),
        entry(Kind::Group, group, "Customers", Outgoing::Edit(vec!["Name".to_owned()]), Waits::Answer),
        entry(Kind::Contact, uuid::Uuid::from_u128(999), "Bruno Ferri", Outgoing::Delete, Waits::Sync),
    ];
    book.queue = entries.map(|entry| (webex(), entry)).into();
    book
}

fn dispute(book: &FakeBook) -> Dispute {
    let field = |field: &str, mine: &str, theirs: &str| FieldConflict {
        field: field.to_owned(),
        mine: mine.to_owned(),
        theirs: theirs.to_owned(),
    };
    Dispute {
        account: webex(),
        record: RecordId { kind: Kind::Contact, id: id_of(book, "Zoë Ångström") },
        name: "Zoë Ångström".to_owned(),
        fields: vec![
            field("Title", "Engineer", "Head of the optics laboratory in Uppsala"),
            field("Company", "Uppsala Optik", ""),
            field("Phone", "+46 70 123 45 67 mobile\n+46 18 555 01 02 work", "+46 70 123 45 99 mobile"),
        ],
        both: true,
    }
}

fn with_dispute() -> FakeBook {
    let mut book = with_queue(up_to_date());
    book.disputes.push(dispute(&book));
    book.queue[0].1.what = Outgoing::Edit(vec!["Title".to_owned()]);
    book.queue[0].1.waits = Waits::Person;
    book
}

fn brake() -> BrakedPlan {
    let names = ["Ada Lovelace", "Alan Turing", "Carmen Ramírez", "Grace Hopper", "Kathryn Meyer", "Zoë Ångström"];
    let mut lines: Vec<_> = names.iter().map(|name| format!("here: move {name} to the trash")).collect();
    lines.extend((1..7).map(|number| format!("here: move Optician Number{number} to the trash")));
    lines.push("there: update Łukasz Żółkiewski (Phone)".to_owned());
    BrakedPlan {
        account: webex(),
        digest: "5f0c".to_owned(),
        reason: "12 of 13 contacts would be deleted".to_owned(),
        lines,
    }
}

fn with_brake() -> FakeBook {
    let summary = "12 of 13 contacts would be deleted".to_owned();
    let mut book = with_webex(AccountState::Braked { summary });
    book.brakes.push(brake());
    book
}

/// A second account needs a sign-in.
fn with_two(state: AccountState) -> FakeBook {
    let mut book = with_queue(state);
    let id = AccountId("acme".to_owned());
    let state = AccountState::NeedsSignIn { reason: "the sign-in has expired".to_owned() };
    let mut max = person("Max Mustermann", "ACME", "", "max@acme.example", &["Customers"]);
    max.account = id.clone();
    book.accounts.push(AccountStatus { id, name: "ACME".to_owned(), login: String::new(), state, no_directory: None });
    book.add(max);
    book
}

/// The same with somebody who is twice here and once there.
pub fn with_twins() -> FakeBook {
    let mut book = with_queue(up_to_date());
    let zoe = ContactId(id_of(&book, "Zoë Ångström"));
    let field = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    book.twins.push(Twins {
        account: webex(),
        name: "Zoë Ångström".to_owned(),
        here: vec![zoe, ContactId(id_of(&book, "Carmen Ramírez"))],
        there: vec!["c1".to_owned()],
        fields: vec![
            field("Company", "Uppsala Optik"),
            field("Phone", "+46 70 123 45 67\n+46 18 555 01 02"),
            field("E-mail", "zoe@optik.example"),
        ],
    });
    book
}

/// The same with an edit that is held back, something else that is, and a contact that cannot be read wholly there.
fn with_held() -> FakeBook {
    let mut book = with_queue(up_to_date());
    let (zoe, carmen) = (id_of(&book, "Zoë Ångström"), id_of(&book, "Carmen Ramírez"));
    let held = |record: Option<uuid::Uuid>, name: &str, why: &str| HeldBack {
        account: webex(),
        record: record.map(|id| RecordId { kind: Kind::Contact, id }),
        name: name.to_owned(),
        why: why.to_owned(),
    };
    book.queue[1].1.error = None;
    book.queue[1].1.waits = Waits::Sync;
    book.held = vec![
        held(Some(carmen), "Carmen Ramírez", "cannot be read there and is left as it is"),
        held(None, "Bruno Ferri", "was confirmed a moment ago; its absence must last before it counts"),
    ];
    let fields = ["Phone", "Picture"].map(str::to_owned).into();
    book.unread.push(Unread { contact: ContactId(zoe), fields });
    book
}

/// A group of so many members on Webex, the last one of the pane.
fn with_members(count: usize) -> FakeBook {
    let mut book = with_webex(up_to_date());
    for number in 0..count {
        book.add(at_webex(person(&format!("Optician {number}"), "", "", "o@optik.example", &["Workshop"])));
    }
    book
}

/// Everything that can want a person at once, two accounts, people of the organisation.
pub fn troubled() -> FakeBook {
    let mut book = with_two(up_to_date());
    let mut first = dispute(&book);
    first.fields.extend(first.fields.clone());
    book.disputes.push(first);
    book.brakes.push(brake());
    book.twins = with_twins().twins;
    book.twins[0].here.remove(0);
    book.held = with_held().held;
    // The group waits for an answer, but the contact does not.
    book.queue.rotate_left(1);
    let people = (1..4).map(|number| member(number, "Carmen Ramírez", "Head of Imaging", "Engineering")).collect();
    book.organisation = Some((people, Some("the right people_read is missing".to_owned())));
    book
}

/// The same with any texts from outside.
pub fn hostile(text: &str, other: &str) -> FakeBook {
    let mut book = troubled();
    text.clone_into(&mut book.accounts[0].name);
    book.accounts[0].no_directory = Some(other.to_owned());
    for (_, entry) in &mut book.queue {
        text.clone_into(&mut entry.name);
        entry.error = Some(other.to_owned());
    }
    for dispute in &mut book.disputes {
        other.clone_into(&mut dispute.name);
        for field in &mut dispute.fields {
            text.clone_into(&mut field.mine);
            other.clone_into(&mut field.theirs);
        }
    }
    for twins in &mut book.twins {
        text.clone_into(&mut twins.name);
        twins.fields.push((other.to_owned(), text.to_owned()));
    }
    for held in &mut book.held {
        other.clone_into(&mut held.name);
    }
    let zoe = ContactId(id_of(&with_webex(up_to_date()), "Zoë Ångström"));
    book.unread.push(Unread { contact: zoe, fields: vec![text.to_owned()] });
    for plan in &mut book.brakes {
        text.clone_into(&mut plan.reason);
        plan.lines.insert(0, other.to_owned());
    }
    book.prompt = Some(SignInPrompt { page: text.to_owned(), code: other.to_owned(), link: text.to_owned() });
    book.organisation = book.organisation.take().map(|(people, _)| (people, Some(text.to_owned())));
    book
}

/// Something that the sync says unasked.
pub fn happened(book: &FakeBook, number: usize) -> Event {
    match number {
        0 => Event::Accounts(
            book.accounts.iter().map(|status| AccountStatus { state: offline(), ..status.clone() }).collect(),
        ),
        1 => Event::Accounts(Vec::new()),
        2 => Event::Accounts(book.accounts.clone()),
        3 => Event::Queue { account: webex(), entries: Vec::new() },
        4 => Event::Disputes(Vec::new()),
        5 => Event::Twins(Vec::new()),
        6 => Event::HeldBack(Vec::new()),
        _ => Event::SyncProgressed { account: webex(), done: 2, of: 3 },
    }
}

fn organisation() -> FakeBook {
    let mut book = with_webex(up_to_date());
    let named = [
        ("Carmen Ramírez", "Head of Imaging"),
        ("Concepción Ramírez Montalbán", "Lens Designer"),
        ("Carlos Ramirez", "Buyer"),
    ];
    let people = named.iter().enumerate().map(|(number, (name, title))| member(number + 1, name, title, "Engineering"));
    let remark = "without the right people_read only those known here are found".to_owned();
    book.organisation = Some((people.collect(), Some(remark)));
    book
}

/// A screen at the three sizes that matter.
fn wide(book: FakeBook, keys: &str) -> Screen {
    Screen::open(book, 120, 36).types(keys)
}

fn usual(book: FakeBook, keys: &str) -> Screen {
    Screen::open(book, 80, 24).types(keys)
}

fn small(book: FakeBook, keys: &str) -> Screen {
    Screen::open(book, 50, 16).types(keys)
}

fn offline() -> AccountState {
    AccountState::Offline { since: minutes_ago(12), reason: "the name cannot be resolved".to_owned() }
}

fn expired() -> AccountState {
    AccountState::NeedsSignIn { reason: "the sign-in has expired".to_owned() }
}

fn syncing() -> AccountState {
    AccountState::Syncing { done: 40, of: 300 }
}

pictures! {
    up_to_date_wide: wide(with_webex(up_to_date()), "Gk");
    up_to_date_usual: usual(with_webex(up_to_date()), "hjjjj");
    up_to_date_small: small(with_webex(up_to_date()), "hjjjj");
    syncing_wide: wide(with_webex(syncing()), "");
    syncing_usual: usual(with_webex(syncing()), "");
    syncing_small: small(with_webex(syncing()), "");
    offline_wide: wide(with_queue(offline()), "Gkl");
    offline_usual: usual(with_queue(offline()), "G");
    offline_small: small(with_queue(offline()), "G");
    another_window_wide: wide(with_webex(AccountState::Elsewhere), "");
    needs_sign_in_wide: wide(with_webex(expired()), "");
    needs_sign_in_usual: usual(with_webex(expired()), "");
    needs_sign_in_small: small(with_webex(expired()), "");
    sign_in_wide: wide(with_webex(expired()), "wi");
    sign_in_usual: usual(with_webex(expired()), "wi");
    sign_in_small: small(with_webex(expired()), "wi");
    sign_in_failed: usual(prompting(with_webex(expired()), None), "wi");
    sign_in_begun: begun();
    sign_in_asks_wide: wide(asking(), "wi");
    sign_in_asks_usual: usual(asking(), "wi");
    sign_in_asks_small: small(asking(), "wi");
    sign_in_answered: usual(asking(), "wit");
    queue_wide: wide(with_queue(offline()), "wqj");
    queue_usual: usual(with_queue(up_to_date()), "wqj");
    queue_small: small(with_queue(up_to_date()), "wqjj");
    queue_of_two: wide(with_two(up_to_date()), "wq");
    queue_empty: usual(with_webex(up_to_date()), "wq");
    conflict_in_the_list: wide(with_dispute(), "Gkl");
    conflict_wide: wide(with_dispute(), "wc");
    conflict_usual: usual(with_dispute(), "wc");
    conflict_small: small(with_dispute(), "wc");
    twins_in_the_list: wide(with_twins(), "Gkl");
    twins_wide: wide(with_twins(), "wc");
    twins_usual: usual(with_twins(), "wc");
    twins_small: small(with_twins(), "wc");
    held_back_wide: wide(with_held(), "wqj");
    held_back_usual: usual(with_held(), "wqj");
    held_back_small: small(with_held(), "wqj");
    unread_wide: wide(with_held(), "Gkl");
    unread_small: small(with_held(), "Gkl");
    group_is_made_anew: usual(with_members(9), "hGe2");
    many_are_made_anew_wide: wide(with_members(41), "hGe2<enter>");
    many_are_made_anew_usual: usual(with_members(41), "hGe2<enter>");
    many_are_made_anew_small: small(with_members(41), "hGe2<enter>");
    keys_begun_wide: wide(with_queue(up_to_date()), "w");
    keys_begun_small: small(with_queue(up_to_date()), "w");
    brake_in_the_header: usual(with_brake(), "");
    brake_wide: wide(with_brake(), "wp");
    brake_usual: usual(with_brake(), "wp");
    brake_small: small(with_brake(), "wpG");
    sign_out_usual: usual(with_queue(up_to_date()), "wo");
    sign_out_small: small(with_queue(up_to_date()), "wo");
    unresolved_wide: wide(with_webex(up_to_date()), "hjjl");
    never_known_usual: usual(with_webex(offline()), "Gkk");
    unresolved_small: small(with_webex(up_to_date()), "hjjlGl");
    directory_person_of_webex: wide(with_webex(up_to_date()), "/carmen<enter>");
    provenance_usual: usual(with_webex(up_to_date()), "Gkl");
    two_accounts_wide: wide(with_two(up_to_date()), "hG");
    two_accounts_usual: usual(with_two(up_to_date()), "hG");
    two_accounts_small: small(with_two(up_to_date()), "hG");
    form_of_webex: usual(with_webex(up_to_date()), "hGln");
    new_group_of_webex: usual(with_webex(up_to_date()), "hGn");
    people_of_webex_wide: wide(organisation(), "hGaramirez");
    people_of_webex_usual: usual(organisation(), "hGaramirez");
    people_of_webex_small: small(organisation(), "hGaramirez");
    move_asks: usual(with_webex(up_to_date()), "wm");
    menu_of_accounts: usual(with_two(up_to_date()), "wy");
}

/// A sign-in whose code is not here yet.
fn begun() -> Screen {
    let mut screen = usual(with_webex(expired()), "w");
    let _ = update(&mut screen.state, crate::effects::key("i"), NOW);
    screen
}

fn header(screen: &Screen) -> String {
    screen.picture().lines().next().unwrap_or_default().trim().trim_start_matches("callbook").trim().to_owned()
}

fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

fn asked(screen: &Screen) -> &Effect {
    screen.book.asked.last().expect("something was asked for")
}

#[test]
fn with_the_local_account_alone_nothing_speaks_of_accounts() {
    for keys in ["", "h", "l", "n", "hn", "t", "a", "e"] {
        let picture = usual(people(), keys).picture();
        for word in ["Webex", "Local", "Account", "account"] {
            assert!(!picture.contains(word), "{word} after {keys}:\n{picture}");
        }
    }
}

#[test]
fn the_account_line_says_how_it_stands() {
    let line = |state| header(&wide(with_webex(state), ""));
    assert_eq!(line(up_to_date()), "Webex · up to date 08:57");
    assert_eq!(line(syncing()), "Webex · syncing 40 of 300");
    assert_eq!(line(AccountState::Syncing { done: 0, of: 0 }), "Webex · syncing…");
    assert_eq!(line(AccountState::Elsewhere), "Webex · another window syncs");
    assert_eq!(line(AccountState::SignedOut), "Webex · signed out");
    assert_eq!(line(expired()), "Webex · needs sign-in (w i)");
    assert_eq!(header(&wide(with_queue(offline()), "")), "Webex · offline since 08:48 · 5 waiting");
    assert_eq!(header(&wide(with_dispute(), "")), "Webex · up to date 08:57 · 5 waiting · 1 conflict");
    assert_eq!(header(&usual(with_brake(), "")), "Webex · stopped before deleting");
    let two = wide(with_two(up_to_date()), "");
    assert_eq!(header(&two), "ACME · needs sign-in (w i)", "who wants a person most");
    assert_eq!(header(&two.types("hjjjjG<up><up><up><up>")), "Webex · up to date 08:57 · 5 waiting", "what is shown");
}

#[test]
fn which_book_it_is_makes_room_for_how_it_stands() {
    let mut screen = usual(with_dispute(), "");
    screen.state.roster.label = "/home/ada/books/everybody-that-i-know.db".to_owned();
    let said = header(&screen);
    assert!(said.starts_with("/home/ada/") && said.contains("…   Webex · up to date 08:57"), "{said}");
    assert!(said.ends_with("5 waiting · 1 conflict"), "{said}");
}

#[test]
fn keys_that_were_begun_show_what_they_can_go_on_with() {
    let footer =
        |screen: &Screen| screen.picture().lines().rfind(|line| line.contains("w …")).unwrap_or_default().to_owned();
    let begun = footer(&wide(with_queue(up_to_date()), "w"));
    assert!(begun.contains("q queue") && begun.contains("o sign out") && !begun.contains("i sign in"), "{begun}");
    let out = footer(&wide(with_queue(expired()), "w"));
    assert!(out.contains("i sign in"), "{out}");
}

#[test]
fn progress_counts_only_while_a_sync_is_under_way() {
    let mut screen = wide(with_webex(syncing()), "");
    screen.happens(Event::SyncProgressed { account: webex(), done: 41, of: 300 });
    assert_eq!(header(&screen), "Webex · syncing 41 of 300");
    screen.happens(Event::Accounts(vec![status(up_to_date())]));
    screen.happens(Event::SyncProgressed { account: webex(), done: 42, of: 300 });
    assert_eq!(header(&screen), "Webex · up to date 08:57");
}

#[test]
fn what_needs_the_network_says_why_it_waits_and_the_rest_goes_on() {
    let blocked = |book: FakeBook, keys: &str| {
        let screen = usual(book, keys);
        (screen.book.asked.len(), notice(&screen).to_owned())
    };
    let offline_reason = "offline: it goes on by itself once the network is back";
    assert_eq!(blocked(with_queue(offline()), "wqr"), (0, offline_reason.to_owned()));
    assert_eq!(blocked(with_queue(offline()), "wd"), (0, offline_reason.to_owned()));
    assert_eq!(blocked(with_queue(expired()), "wqR"), (0, "nobody is signed in: sign in first".to_owned()));
    assert_eq!(blocked(people(), "R"), (0, "there is no Webex account yet: sign in first".to_owned()));
    assert_eq!(blocked(with_queue(offline()), "R").0, 1, "that is how one finds out that the network is back");
    let created = usual(with_queue(offline()), "hGlnBea<enter>");
    assert_eq!(
        (created.book.contacts.last().unwrap().account.clone(), notice(&created)),
        (webex(), "Created Bea · u undo")
    );
    assert_eq!(usual(with_queue(expired()), "Gdy").book.contacts.iter().filter(|c| c.trashed.is_some()).count(), 1);
}

#[test]
fn what_is_made_goes_to_the_account_that_is_shown_else_to_that_of_the_settings() {
    let made = |keys: &str, preferred: &str| {
        let mut screen = usual(with_webex(up_to_date()), "");
        screen.state.accounts.preferred = Some(AccountId(preferred.to_owned()));
        let screen = screen.types(keys);
        screen.book.contacts.last().unwrap().account.0.clone()
    };
    assert_eq!(made("nBea<enter>", "local"), "local");
    assert_eq!(made("nBea<enter>", "webex"), "webex");
    assert_eq!(made("nBea<enter>", "gone"), "local", "an account that is not there gets nothing");
    assert_eq!(made("hGlnBea<enter>", "local"), "webex");
    let group = usual(with_webex(up_to_date()), "hGnChoir<enter>");
    assert_eq!(group.book.groups.last().unwrap().account, webex());
    let twin = usual(with_webex(up_to_date()), "hGnFriends<enter>");
    assert_eq!(twin.state.modals.len(), 0, "each account has its own names");
    let taken = usual(with_webex(up_to_date()), "hGnCustomers<enter>");
    assert_eq!(taken.state.modals.len(), 1);
}

#[test]
fn each_account_has_a_section_and_its_own_groups() {
    let screen = usual(with_webex(up_to_date()), "");
    let sections: Vec<_> = callbook::app::Groups::lines(&screen.state.roster).into_iter().flatten().collect();
    let told: Vec<_> = sections.iter().map(|line| format!("{} {}", line.name, line.count.unwrap())).collect();
    let expected = [
        "All contacts 12",
        "Favourites 1",
        "Unresolved 2",
        "Trash 0",
        "Local 8",
        "Customers 3",
        "Friends 4",
        "Other contacts 2",
        "Webex 4",
        "Customers 2",
        "Friends of the firm 1",
        "Other contacts 2",
    ];
    assert_eq!(told, expected);
    let account = screen.types("hGkkk");
    assert!(matches!(account.state.groups.section, Section::Account(_)));
    assert_eq!((account.state.contacts.visible.len(), account.state.home_of_new()), (4, webex()));
    let groups = account.types("lGt").picture();
    assert_eq!(groups.matches("[ ] Friends").count(), 1, "{groups}");
}

#[test]
fn a_section_whose_account_goes_becomes_all_contacts() {
    let mut screen = usual(with_webex(up_to_date()), "hGkkk");
    let _: Section = Section::Account(home(&screen));
    screen.happens(Event::Accounts(Vec::new()));
    assert_eq!((screen.state.groups.section, header(&screen)), (Section::All, String::new()));
}

fn home(screen: &Screen) -> Home {
    screen.state.roster.homes.shown()[1]
}

#[test]
fn groups_of_contacts_of_several_accounts_are_apart() {
    let screen = usual(with_webex(up_to_date()), "*t");
    assert_eq!(
        (screen.state.modals.len(), notice(&screen)),
        (0, "those marked are of several accounts, whose groups are apart")
    );
}

#[test]
fn a_sign_in_is_cancelled_fails_or_ends() {
    let mut signing = usual(with_webex(expired()), "wi");
    assert_eq!(asked(&signing), &Effect::SignIn { request: RequestId(4), account: Some(webex()) });
    assert_eq!(signing.clone().types("y").book.copied, ["748 013"]);
    assert_eq!(signing.clone().types("<enter>").book.opened, [prompt().link]);
    let cancelled = signing.clone().types("<esc>");
    assert_eq!((cancelled.state.modals.len(), asked(&cancelled)), (0, &Effect::CancelSignIn { request: RequestId(4) }));
    signing
        .happens(Event::SignedIn { request: RequestId(4), end: SignInEnd::Failed("the code has expired".to_owned()) });
    assert!(signing.picture().contains("the code has expired"));
    assert_eq!(asked(&signing.clone().types("r")), &Effect::SignIn { request: RequestId(5), account: Some(webex()) });
    signing.happens(Event::SignedIn { request: RequestId(4), end: SignInEnd::Done("late".to_owned()) });
    assert_eq!(notice(&signing), "", "a request ends once");
    let mut again = signing.types("r");
    again.happens(Event::SignedIn {
        request: RequestId(5),
        end: SignInEnd::Done("Signed in to Webex as ada".to_owned()),
    });
    assert_eq!((again.state.modals.len(), notice(&again)), (0, "Signed in to Webex as ada"));
    let first = usual(prompting(people(), Some(prompt())), "wi");
    assert!(matches!(asked(&first), Effect::SignIn { account: None, .. }));
}

#[test]
fn a_key_server_that_nobody_knows_is_asked_about() {
    let signing = usual(asking(), "wi");
    let request = RequestId(4);
    for (key, trusted) in [("t", true), ("n", false)] {
        let answered = signing.clone().types(key);
        assert_eq!(asked(&answered), &Effect::TrustKeyServer { request, trusted });
        assert_eq!(answered.clone().types("t").book.asked.len(), answered.book.asked.len(), "it is answered once");
    }
    let cancelled = signing.types("<esc>");
    assert_eq!((cancelled.state.modals.len(), asked(&cancelled)), (0, &Effect::CancelSignIn { request }));
    let mut late = usual(with_webex(expired()), "wi<esc>");
    let asks = Event::SignInAsked { request, host: "kms.example".to_owned() };
    let said = update(&mut late.state, asks, NOW);
    assert_eq!(said, [Effect::TrustKeyServer { request, trusted: false }], "nobody trusts what nobody has read");
}

#[test]
fn who_is_who_is_asked_once_and_told_as_it_was_shown() {
    let twins = with_twins().twins.remove(0);
    for (key, wanted) in [("s", true), ("d", false)] {
        let answered = usual(with_twins(), &format!("wc{key}"));
        let Effect::AnswerTwins { twins: asked, same, .. } = asked(&answered) else { panic!("{:?}", answered.asked) };
        assert_eq!((&**asked, *same, answered.state.modals.len()), (&twins, wanted, 0));
        assert_eq!(notice(&answered.types("wc")), "nothing waits for your answer");
    }
    let mut settled = usual(with_twins(), "wc");
    settled.happens(Event::Twins(Vec::new()));
    assert_eq!(notice(&settled.types("s")), "it is settled already");
    // From the queue, where it stands as any other.
    let shown = usual(with_twins(), "wq<enter>");
    assert!(matches!(shown.state.modals.last(), Some(Modal::Twins(_))));
    assert_eq!(header(&wide(with_twins(), "")), "Webex · up to date 08:57 · 5 waiting · 1 unclear");
}

#[test]
fn a_group_of_many_is_renamed_only_after_a_question_that_says_what_it_costs() {
    let few = usual(with_members(20), "hGe2<enter>");
    assert_eq!((few.state.modals.len(), notice(&few)), (0, "Renamed Workshop to Workshop2 · u undo"));
    let many = usual(with_members(21), "hGe2<enter>");
    let said = many.picture();
    assert!(said.contains("Rename Workshop to Workshop2?") && said.contains("its 21 members"), "{said}");
    let back = many.clone().types("n");
    assert!(matches!(back.state.modals.last(), Some(Modal::GroupForm(form)) if form.name.value() == "Workshop2"));
    let renamed = many.types("y");
    assert_eq!((renamed.state.modals.len(), notice(&renamed)), (0, "Renamed Workshop to Workshop2 · u undo"));
    // Who joins or leaves is another matter, and so is a group that is not there yet.
    assert_eq!(usual(with_members(21), "hGe<tab><tab> <enter>").state.modals.len(), 0);
    let mut new = with_members(21);
    let id = new.group_of(&webex(), "Workshop").0;
    new.queue.push((webex(), entry(Kind::Group, id, "group Workshop", Outgoing::Create, Waits::Sync)));
    assert_eq!(usual(new, "hGe2<enter>").state.modals.len(), 0);
}

#[test]
fn whoever_comes_back_has_the_accounts_looked_at() {
    let mut alone = usual(people(), "");
    assert_eq!(update(&mut alone.state, Event::Focused, NOW), []);
    let mut screen = usual(with_webex(up_to_date()), "");
    let before = screen.picture();
    assert_eq!(update(&mut screen.state, Event::Focused, NOW), [Effect::LookAgain]);
    assert_eq!(screen.picture(), before, "nothing moves by it");
}

#[test]
fn the_queue_is_retried_dropped_and_leads_to_what_it_is_about() {
    let queue = |keys: &str| usual(with_queue(up_to_date()), &format!("wq{keys}"));
    let record = |screen: &Screen, place: usize| {
        let entry = &screen.state.accounts.queue[place].1;
        RecordId { kind: entry.kind, id: entry.id }
    };
    let retried = queue("jr");
    let Effect::RetrySending { record: Some(one), .. } = asked(&retried) else { panic!("{:?}", asked(&retried)) };
    assert_eq!(*one, record(&retried, 1));
    assert!(matches!(asked(&queue("R")), Effect::RetrySending { record: None, .. }));
    let before = queue("");
    let dropped = queue("d");
    let Effect::DropSending { record: one, .. } = asked(&dropped) else { panic!("{:?}", asked(&dropped)) };
    assert_eq!((*one, notice(&dropped)), (record(&before, 0), "Dropped the change · u undo"));
    assert_eq!((dropped.state.accounts.queue.len(), dropped.state.modals.len()), (4, 1));
    assert_eq!(notice(&queue("jjd")), "the new version is there already");
    assert_eq!(notice(&queue("jjjd")), "it is being sent");
    let shown = queue("<enter>");
    assert_eq!((shown.state.modals.len(), shown.state.selected().unwrap().name.as_str()), (0, "Zoë Ångström"));
    assert_eq!(notice(&queue("G<enter>")), "it is not in the book any more");
    let disputed = usual(with_dispute(), "wq<enter>");
    assert!(matches!(disputed.state.modals.last(), Some(Modal::Dispute(_))));
    assert_eq!(usual(with_queue(up_to_date()), "wqG").types("<esc>").state.modals.len(), 0);
}

#[test]
fn the_entry_under_the_cursor_stays_there_when_others_are_sent() {
    let mut screen = usual(with_queue(up_to_date()), "wqjj");
    screen.book.queue.remove(0);
    let sent = screen.book.queue_event(&webex());
    screen.happens(sent);
    let Some(Modal::Queue(view)) = screen.state.modals.last() else { panic!("it is closed") };
    assert_eq!(view.selected(&screen.state.accounts).unwrap().1.name, "Kathryn Meyer");
}

#[test]
fn a_conflict_is_answered_once_and_only_as_it_can_be() {
    for (key, wanted) in [("m", Ruling::Mine), ("t", Ruling::Theirs), ("b", Ruling::Both)] {
        let answered = usual(with_dispute(), &format!("wc{key}"));
        let Effect::AnswerConflict { record, ruling, .. } = asked(&answered) else { panic!("{:?}", asked(&answered)) };
        assert_eq!((*record, *ruling, answered.state.modals.len()), (dispute(&with_dispute()).record, wanted, 0));
    }
    let mut one = with_dispute();
    one.disputes[0].both = false;
    assert_eq!(notice(&usual(one, "wcb")), "only a contact of your own can be there twice");
    let mut settled = usual(with_dispute(), "wc");
    settled.happens(Event::Disputes(Vec::new()));
    let settled = settled.types("m");
    assert_eq!((settled.state.modals.len(), notice(&settled)), (1, "it is settled already"));
    assert!(settled.book.asked.is_empty());
    assert_eq!(notice(&usual(with_webex(up_to_date()), "wc")), "nothing waits for your answer");
}

#[test]
fn a_stopped_plan_is_carried_out_only_as_it_was_shown() {
    let applied = usual(with_brake(), "wpa");
    assert!(matches!(asked(&applied), Effect::ConfirmBrake { digest, .. } if digest == "5f0c"));
    assert!(matches!(asked(&usual(with_brake(), "wpn")), Effect::RefuseBrake { digest, .. } if digest == "5f0c"));
    let mut other = usual(with_brake(), "wp");
    other.happens(Event::Braked(vec![BrakedPlan { digest: "77".to_owned(), ..brake() }]));
    let other = other.types("a");
    assert_eq!((other.book.asked.len(), notice(&other)), (0, "this plan is out of date: close it and look again"));
    assert_eq!(usual(with_brake(), "wp<enter>").book.asked.len(), 0, "Enter decides nothing");
}

#[test]
fn signing_out_names_what_was_not_sent_and_asks_what_stays() {
    let out = |keys: &str| usual(with_queue(up_to_date()), &format!("wo{keys}"));
    assert!(out("").picture().contains("5 changes are not on Webex yet."));
    assert!(matches!(asked(&out("k")), Effect::SignOut { keep: true, .. }));
    let gone = out("r");
    assert!(matches!(asked(&gone), Effect::SignOut { keep: false, .. }));
    assert_eq!((header(&gone), notice(&gone)), (String::new(), "Signed out"));
    assert!(out("<esc>").book.asked.is_empty());
}

#[test]
fn contacts_are_copied_and_moved_to_another_account() {
    let accounts = |screen: &Screen| -> Vec<String> {
        let of = screen.book.contacts.iter().filter(|c| c.profile.display_name == "Ada Lovelace");
        of.map(|c| format!("{}{}", c.account, if c.trashed.is_some() { " in the trash" } else { "" })).collect()
    };
    assert_eq!(accounts(&usual(with_webex(up_to_date()), "ggj")), ["local"]);
    let ada = "/ada love<enter>";
    assert_eq!(accounts(&usual(with_webex(up_to_date()), &format!("{ada}wy"))), ["local", "webex"]);
    let moved = usual(with_webex(up_to_date()), &format!("{ada}wmy"));
    assert_eq!(accounts(&moved), ["local in the trash", "webex"]);
    let menu = usual(with_two(up_to_date()), &format!("{ada}wy"));
    let Some(Modal::Menu(choices)) = menu.state.modals.last() else { panic!("no menu") };
    assert_eq!(choices.words().collect::<Vec<_>>(), ["Webex", "ACME"]);
    let mut picked = menu;
    let effects = update(&mut picked.state, crate::effects::key("enter"), NOW);
    assert!(
        matches!(&effects[..], [Effect::Perform { command: Command::CopyContacts { account, .. }, .. }] if *account == webex())
    );
}

#[test]
fn people_of_the_organisation_come_in_stages_and_keys_do_not_wait_for_the_last() {
    let mut screen = usual(organisation(), "hG");
    let asked = update(&mut screen.state, crate::effects::key("a"), NOW);
    let [Effect::SearchPeople { request, account: Some(account), .. }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(*account, webex());
    let answers = screen.book.answer(asked[0].clone());
    let _ = update(&mut screen.state, answers[0].clone(), NOW);
    assert!(screen.picture().contains("2 found…"), "{}", screen.picture());
    let _ = update(&mut screen.state, crate::effects::key("down"), NOW);
    let chosen = |screen: &Screen| {
        let Some(Modal::People(picker)) = screen.state.modals.last() else { panic!("no picker") };
        picker.selected().unwrap().profile.display_name.clone()
    };
    assert_eq!(chosen(&screen), "Concepción Ramírez Montalbán");
    let _ = update(&mut screen.state, answers[1].clone(), NOW);
    assert_eq!(chosen(&screen), "Concepción Ramírez Montalbán", "nothing jumps");
    assert!(screen.picture().contains("3 found ") && screen.picture().contains("people_read"), "{}", screen.picture());
    assert_eq!(*request, RequestId(request.0));
    let form = update(&mut screen.state, crate::effects::key("enter"), NOW);
    assert_eq!(form, []);
    let Some(Modal::Form(form)) = screen.state.modals.last() else { panic!("no form") };
    assert_eq!(form.draft.account, webex());
}

#[test]
fn plain_mode_tells_how_it_stands_but_not_each_sync() {
    use callbook::ui::plain::words;
    let heard = |state| words(&usual(with_webex(state), "").state).account;
    assert_eq!(heard(up_to_date()), "Webex: in order");
    assert_eq!(heard(syncing()), heard(up_to_date()));
    assert_eq!(heard(offline()), "Webex: offline since 08:48");
    assert_eq!(words(&usual(people(), "").state).account, "");
    let told = |book: FakeBook, keys: &str| {
        let words = words(&usual(book, keys).state);
        [vec![words.place], words.text, vec![words.item]].concat().join("\n")
    };
    insta::assert_snapshot!(
        [
            told(with_queue(up_to_date()), "wqj"),
            told(with_dispute(), "wc"),
            told(with_brake(), "wp"),
            told(with_queue(up_to_date()), "wo"),
            told(with_webex(expired()), "wi"),
            told(with_webex(up_to_date()), "Gkl"),
            told(with_webex(up_to_date()), "hGk"),
            told(organisation(), "hGaram"),
        ]
        .join("\n\n")
    );
}

#[test]
fn a_camera_reads_the_page_with_the_code_from_the_screen() {
    const PIXELS: usize = 4;
    for screen in [wide(with_webex(expired()), "wi"), usual(with_webex(expired()), "wi")] {
        let Some(Modal::SignIn(view)) = screen.state.modals.last() else { panic!("no sign-in") };
        let (place, _) = view.areas(screen.state.size).code.expect("there is room");
        let (buffer, _) = screen.paint();
        let is_light = |x: usize, y: usize| {
            let cell = (place.x + u16::try_from(x).unwrap(), place.y + u16::try_from(y / 2).unwrap());
            match buffer[cell].symbol() {
                "█" => true,
                "▀" => y.is_multiple_of(2),
                "▄" => !y.is_multiple_of(2),
                _ => false,
            }
        };
        let (width, height) = (usize::from(place.width), 2 * usize::from(place.height));
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width * PIXELS, height * PIXELS, |x, y| {
            if is_light(x / PIXELS, y / PIXELS) { 255 } else { 0 }
        });
        let read = picture.detect_grids().first().expect("a code").decode().expect("a text").1;
        assert_eq!(read, prompt().link);
    }
}

#[test]
fn a_group_whose_name_cannot_be_read_is_there_all_the_same() {
    let mut book = with_webex(up_to_date());
    let group = book.group_of(&webex(), "Customers");
    book.groups.iter_mut().filter(|known| known.id == group).for_each(|known| known.name.clear());
    let said = wide(book, "/carmen<enter>").picture();
    assert!(said.contains("│    (no name)         2 │"), "{said}");
    assert_eq!(said.matches("(no name)").count(), 2, "in its account and of its contact: {said}");
}

#[test]
fn of_a_person_who_was_never_seen_nothing_is_said_to_be_seen() {
    let mut book = with_webex(up_to_date());
    let who = PersonRef { directory: "webex".to_owned(), key: "nobody".to_owned() };
    let person = Person { who, profile: Profile::default(), unresolved_since: Some(NOW) };
    book.add(at_webex(Draft { contact_type: ContactType::Cloud, person: Some(person), ..Draft::default() }));
    let said = |keys: &str| wide(book.clone(), keys).picture();
    let (never, once) = (said("hjjlG"), said("hjjl"));
    assert!(never.contains("does not know this person") && !never.contains("last seen"), "{never}");
    assert!(once.contains("last seen as"), "{once}");
}
