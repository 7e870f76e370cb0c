//! The people picker: who is found, what it looks like, and what becomes of the one chosen.

use callbook::{
    app::{Effect, Event, Modal, RequestId, Section, update},
    book::{Command, Draft, Failure, Person, PersonRef, Profile, TypedValue, port::Matches},
};

use crate::{
    effects::{key, opened},
    fake_book::{FakeBook, NOW},
    harness::Screen,
    people,
};

/// Somebody of a directory.
pub fn member(number: usize, name: &str, title: &str, department: &str) -> Person {
    let mut words = name.split(' ');
    let address = name.to_lowercase().replace(' ', ".");
    let profile = Profile {
        display_name: name.to_owned(),
        first_name: words.next().unwrap_or_default().to_owned(),
        last_name: words.next().unwrap_or_default().to_owned(),
        title: title.to_owned(),
        company_name: "Moonwhistle Optics".to_owned(),
        department: department.to_owned(),
        manager: "Phương Thảo Cù".to_owned(),
        emails: vec![TypedValue::new("work", &format!("{address}@moonwhistle.example"))],
        phone_numbers: vec![
            TypedValue::new("work", &format!("+44 1632 96{number:04}")),
            TypedValue::new("mobile", &format!("+44 7700 90{number:04}")),
        ],
        ..Profile::default()
    };
    let who = PersonRef { directory: "offline".to_owned(), key: number.to_string() };
    Person { who, profile, unresolved_since: None }
}

/// The book of the other tests with a directory of 129 people beside it; number 42 is Grace Hopper, who is in the book.
pub fn with_directory() -> FakeBook {
    let mut book = people();
    let named = [
        ("Carmen Ramírez", "Head of Imaging", "Engineering"),
        ("Concepción Ramírez Montalbán", "Lens Designer", "Engineering"),
        ("Kathryn Meyer", "Buyer", "Purchasing"),
        ("Łukasz Żółkiewski", "Head of Software", "Engineering"),
        ("山田 太郎", "Optician", "Production"),
    ];
    for (number, (name, title, department)) in named.into_iter().enumerate() {
        book.directory.push(member(number + 1, name, title, department));
    }
    let mut grace = member(42, "Grace Hopper", "Rear Admiral", "Navy");
    "US Navy".clone_into(&mut grace.profile.company_name);
    book.directory.push(grace);
    let many = (100..223).map(|number| member(number, &format!("Optician Number{number}"), "Optician", "Production"));
    book.directory.extend(many);
    book
}

fn picker(width: u16, height: u16, keys: &str) -> Screen {
    Screen::open(with_directory(), width, height).types(keys)
}

fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

/// The picker before its first answer.
fn waiting() -> Screen {
    let mut screen = Screen::open(people(), 80, 24);
    let _ = update(&mut screen.state, key("a"), NOW);
    screen
}

fn failed() -> Screen {
    let mut screen = waiting();
    let effects = update(&mut screen.state, key("g"), NOW);
    let [Effect::SearchPeople { request, .. }] = effects[..] else { panic!("{effects:?}") };
    let message = "the disk reports an error or is full; check the disk and free some space".to_owned();
    screen.happens(Event::TaskFailed { request, message });
    screen
}

pictures! {
    people_misspelt_wide: picker(120, 36, "aramires");
    people_misspelt: picker(80, 24, "aramires");
    people_misspelt_small: picker(50, 16, "aramires");
    people_many_wide: picker(120, 36, "a<down><down>");
    people_many: picker(80, 24, "aopt<pagedown><pagedown><pagedown>");
    people_many_small: picker(50, 16, "aopt<down>");
    people_by_number: picker(80, 24, "a7700 900042");
    people_nobody_matches: picker(80, 24, "aqqqq");
    people_no_directory_wide: Screen::open(people(), 120, 36).types("a");
    people_no_directory: Screen::open(FakeBook::default(), 80, 24).types("a");
    people_no_directory_small: Screen::open(people(), 50, 16).types("a");
    people_waiting: waiting();
    people_failed: failed();
    people_tiny: picker(20, 5, "agrace");
    people_add_wide: picker(120, 36, "aramires<enter>");
    people_add: picker(80, 24, "aramires<enter>");
    people_add_small: picker(50, 16, "aramires<enter>");
}

#[test]
fn a_misspelt_person_joins_two_groups_and_is_undone_and_redone() {
    let form = picker(80, 24, "aramires<enter>");
    assert_eq!(form.state.modals.len(), 2, "the form stands over the picker");
    // Ticks Customers and Friends.
    let added = form.types(" <right> <enter>");
    assert_eq!(added.state.modals.len(), 0);
    assert_eq!(notice(&added), "Added Carmen Ramírez · u undo");
    let carmen = added.book.contacts.last().unwrap();
    assert_eq!((carmen.groups.len(), carmen.effective().title.as_str()), (2, "Head of Imaging"));
    assert_eq!(carmen.profile, Profile::default(), "nothing of the directory is the user's own");
    assert_eq!(added.state.selected().unwrap().name, "Carmen Ramírez");
    let undone = added.types("u");
    assert_eq!(undone.book.contacts, people().contacts);
    let redone = undone.types("<C-r>");
    assert_eq!(redone.book.contacts.last().unwrap().groups.len(), 2);
}

#[test]
fn a_person_comes_with_a_new_group_and_own_additions() {
    let mut form = picker(80, 24, "akathrin<enter><tab>Buyers");
    let Some(Modal::Form(contact)) = form.state.modals.last_mut() else { panic!("no form") };
    contact.draft.profile.phone_numbers[0].value = "+1 555 0123".to_owned();
    contact.draft.extras.notes = "met in Graz".to_owned();
    let added = form.types("<C-s>");
    let kathryn = added.book.contacts.last().unwrap();
    assert_eq!(kathryn.profile.phone_numbers[0].value, "+1 555 0123");
    assert_eq!(kathryn.effective().phone_numbers.len(), 3, "the directory's two and the user's own");
    assert_eq!((kathryn.extras.notes.as_str(), kathryn.groups.len()), ("met in Graz", 1));
    assert!(added.book.groups.iter().any(|group| group.name == "Buyers" && kathryn.groups == [group.id]));
}

#[test]
fn the_group_that_is_shown_is_ticked() {
    let form = picker(80, 24, "hGalukas<enter><enter>");
    let group = form.state.selected_group().unwrap().group.id;
    assert_eq!(form.book.contacts.last().unwrap().groups, [group]);
}

#[test]
fn enter_on_who_is_in_the_book_goes_there() {
    let there = picker(80, 24, "/luk<enter>agrace<enter>");
    assert_eq!((there.state.modals.len(), notice(&there)), (0, "Grace Hopper is in your book already"));
    assert_eq!(there.state.selected().unwrap().name, "Grace Hopper");
    assert_eq!(there.book.contacts.len(), 8, "nobody was added");
    let in_trash = picker(80, 24, "jjdyagrace<enter>");
    assert_eq!((in_trash.state.groups.section, notice(&in_trash)), (Section::Trash, "Grace Hopper lies in the trash"));
    assert_eq!(in_trash.state.selected().unwrap().name, "Grace Hopper");
}

#[test]
fn escape_leads_back_step_by_step_and_asks_only_if_something_was_typed() {
    let form = picker(80, 24, "aramires<enter>");
    let back = form.types("<esc>");
    let Some(Modal::People(picker)) = back.state.modals.last() else { panic!("the picker is gone") };
    assert_eq!((picker.input.value(), picker.people().len()), ("ramires", 2), "as it was left");
    assert_eq!(back.types("<esc>").state.modals.len(), 0);
    assert_eq!(self::picker(80, 24, "aramires<enter> <esc>").state.modals.len(), 3);
}

#[test]
fn a_failed_addition_keeps_the_form_and_says_why() {
    let mut form = picker(80, 24, "aramires<enter> ");
    let reason = "the directory does not know this person any more; nothing was saved, search anew";
    form.book.failure = Some(Failure::NotFound(reason.to_owned()));
    let failed = form.types("<enter>");
    assert_eq!((failed.state.modals.len(), notice(&failed)), (2, reason));
    assert_eq!(failed.types("<enter>").state.modals.len(), 0, "and it can be tried again");
}

#[test]
fn the_cursor_stops_at_the_last_of_those_listed_and_stays_on_who_was_chosen() {
    let mut end = picker(80, 24, &format!("a{}", "<pagedown>".repeat(9)));
    let chosen = |screen: &Screen| {
        let Some(Modal::People(picker)) = screen.state.modals.last() else { panic!("no picker") };
        (picker.list.cursor, picker.selected().unwrap().who.key.clone())
    };
    assert_eq!(chosen(&end), (49, "143".to_owned()));
    // Another window adds people to the directory; the book says that it changed.
    end.book.directory.remove(0);
    let groups = end.state.roster.groups.to_vec();
    end.happens(Event::BookChanged(callbook::book::Delta { groups, total: 8, ..Default::default() }));
    assert_eq!(chosen(&end), (48, "143".to_owned()));
}

#[test]
fn a_superseded_query_is_dropped_and_enter_waits_for_the_newest() {
    let (mut state, _) = opened();
    let search = |request, query: &str| Effect::SearchPeople {
        request: RequestId(request),
        query: query.to_owned(),
        account: None,
    };
    assert_eq!(update(&mut state, key("a"), NOW), [search(4, "")]);
    assert_eq!(update(&mut state, key("r"), NOW), [search(5, "r")]);
    assert_eq!(update(&mut state, key("a"), NOW), [search(6, "ra")]);
    assert_eq!(update(&mut state, key("enter"), NOW), [], "it waits");
    assert_eq!(update(&mut state, key("enter"), NOW), [], "so does what follows");
    let found = |request, person: Person| Event::PeopleFound {
        request: RequestId(request),
        matches: Matches { people: vec![person], total: 1, size: 9 },
        contacts: std::collections::HashMap::new(),
        remark: None,
    };
    let late = found(5, member(1, "Rosa Late", "", ""));
    assert_eq!(update(&mut state, late, NOW), []);
    let Some(Modal::People(picker)) = state.modals.last() else { panic!("no picker") };
    assert_eq!(picker.people(), [], "an older answer shows nothing");
    let ramona = member(2, "Ramona Right", "", "");
    let draft =
        Draft { contact_type: callbook::book::ContactType::Cloud, person: Some(ramona.clone()), ..Draft::default() };
    let add = Command::AddPerson { who: ramona.who.clone(), draft: Box::new(draft) };
    let effects = update(&mut state, found(6, ramona), NOW);
    assert_eq!(effects, [Effect::Perform { request: RequestId(7), command: add }]);
}
