//! The orders of the list, its sections, and what keeps its place.

use std::sync::LazyLock;

use callbook::{
    app::{Event, Pane, Section},
    book::{Delta, Order, Row},
};

use crate::{
    fake_book::FakeBook,
    harness::Screen,
    people, person, screen,
    stories::{notice, selected},
};

fn names(screen: &Screen) -> Vec<&str> {
    screen.state.contacts.shown(&screen.state.roster).map(|row| row.name.as_str()).collect()
}

#[test]
fn one_key_leads_through_the_orders_and_the_selected_contact_stays() {
    let by_name = screen("jjjj");
    assert_eq!(selected(&by_name), "Łukasz Żółkiewski");
    let by_last_name = by_name.types("s");
    assert_eq!(
        names(&by_last_name),
        [
            "Grace Hopper",
            "Ada Lovelace",
            "Müller, Jürgen",
            "Márta Szőke",
            "Alan Turing",
            "Lucas Zimmermann",
            "Łukasz Żółkiewski",
            "山田 太郎"
        ]
    );
    assert_eq!((selected(&by_last_name), notice(&by_last_name)), ("Łukasz Żółkiewski", "by last name"));
    let by_company = by_last_name.types("s");
    assert_eq!(
        (names(&by_company)[0], names(&by_company)[7], selected(&by_company)),
        ("Ada Lovelace", "Márta Szőke", "Łukasz Żółkiewski")
    );
    let latest = by_company.types("seX<enter>");
    assert_eq!((names(&latest)[0], latest.state.contacts.order), (selected(&latest), Order::Changed));
    let round = latest.types("s");
    assert_eq!((names(&round)[0], round.state.contacts.order), ("Ada Lovelace", Order::Name));
}

#[test]
fn who_comes_and_goes_finds_the_place_in_the_order() {
    let sorted = screen("sGnZoe Miller<enter>");
    let at = names(&sorted).iter().position(|name| *name == "Zoe Miller").unwrap();
    assert_eq!(names(&sorted)[at - 1..=at + 1], ["Ada Lovelace", "Zoe Miller", "Müller, Jürgen"]);
    assert_eq!(selected(&sorted), "Zoe Miller");
    let deleted = sorted.types("dy");
    assert_eq!((selected(&deleted), names(&deleted).len()), ("Müller, Jürgen", 8));
    let undone = deleted.types("u");
    assert_eq!(names(&undone)[at], "Zoe Miller");
    let in_group = undone.types("hGk");
    assert_eq!(in_group.state.focus, Pane::Groups);
    assert_eq!(names(&in_group), ["Grace Hopper", "Ada Lovelace", "Márta Szőke", "Łukasz Żółkiewski"]);
}

#[test]
fn an_order_that_cannot_be_worked_out_leaves_the_list_as_it_is() {
    let mut screen = screen("j");
    let effects = callbook::app::update(
        &mut screen.state,
        Event::KeyPressed(callbook::app::Key::parse("s").unwrap()),
        crate::fake_book::NOW,
    );
    let [callbook::app::Effect::Sort { request, order: Order::LastName }] = effects[..] else { panic!("{effects:?}") };
    screen.happens(Event::TaskFailed { request, message: "unreadable".to_owned() });
    assert_eq!((screen.state.contacts.order, notice(&screen)), (Order::Name, "unreadable"));
    assert_eq!(selected(&screen), "Alan Turing");
}

#[test]
fn the_selection_survives_every_change() {
    let chosen = "Márta Szőke";
    let keys = ["s", "s", "s", "s", "/m<enter><esc>", "hl", "f", "u", "<C-r>", ">", "=", "t <enter>", "uu", "V<esc>"];
    let mut screen = Screen::open(people(), 80, 14).types("jjjjj");
    for keys in keys {
        assert_eq!(selected(&screen), chosen, "before {keys}");
        screen = screen.types(keys);
    }
    assert_eq!(selected(&screen), chosen);
    for (width, height) in [(50, 16), (120, 36), (70, 8), (20, 5), (80, 14)] {
        screen.happens(Event::Resized { width, height });
        assert_eq!(selected(&screen), chosen);
        let list = screen.state.contacts.list;
        assert!(list.offset <= list.cursor);
    }
    let mut other = people();
    other.add(person("Aaron", "", "", "", &[]));
    let rows = other.contacts[8..].iter().map(Row::of).collect();
    screen.happens(Event::BookChanged(Delta { rows, gone: Vec::new(), groups: Vec::new(), total: 9 }));
    assert_eq!(selected(&screen), chosen);
}

#[test]
fn an_order_of_the_configuration_is_there_from_the_first_row_on() {
    let mut screen = Screen::open(people(), 80, 24);
    let config = callbook::config::Config { sort: "last name".to_owned(), ..callbook::config::Config::default() };
    let wrong = callbook::config::Mistakes { file: std::path::PathBuf::new(), mistakes: Vec::new() };
    let settings = callbook::app::Settings::of((config, wrong)).unwrap();
    screen.state.take_settings(settings);
    let opening = screen.book.opening("");
    let effects =
        callbook::app::update(&mut screen.state, Event::BookOpened { request: None, opening }, crate::fake_book::NOW);
    assert_eq!(screen.state.contacts.visible, [0_usize; 0], "nothing is shown that would move");
    for effect in effects {
        for answer in screen.book.answer(effect) {
            screen.happens(answer);
        }
    }
    assert_eq!(names(&screen)[0], "Grace Hopper");
}

/// Ten thousand contacts in forty groups, in several scripts.
pub fn many(width: u16, height: u16) -> Screen {
    static MANY: LazyLock<Screen> = LazyLock::new(|| Screen::open(ten_thousand(), 80, 24));
    let mut screen = MANY.clone();
    screen.happens(Event::Resized { width, height });
    screen
}

fn ten_thousand() -> FakeBook {
    let mut book = FakeBook::default();
    let first = ["Zoë", "Łukasz", "Anna", "Péter", "Борис", "김", "さくら", "王"];
    for number in 0..10_000 {
        let name = format!("{} {number}", first[number % first.len()]);
        let mut draft = person(&name, "Ångström & Partners", &format!("+46 70 {number:06}"), "", &[]);
        draft.group_names.push(format!("Group {:02}", number % 40));
        book.add(draft);
    }
    book
}

#[test]
fn ten_thousand_contacts_have_their_sections() {
    let screen = many(80, 24);
    let headings: Vec<_> = screen.state.contacts.headings.iter().map(|heading| heading.text.as_str()).collect();
    assert_eq!(headings, ["A", "L", "P", "Z", "Б", "ㄱ", "さ", "漢 W"]);
    assert_eq!(screen.state.groups.section, Section::All);
}

#[test]
fn an_order_of_the_configuration_that_cannot_be_worked_out_hides_nobody() {
    let mut screen = Screen::open(people(), 80, 24);
    screen.state.contacts.order = Order::Company;
    let opening = screen.book.opening("");
    let opened = Event::BookOpened { request: None, opening };
    let mut effects = callbook::app::update(&mut screen.state, opened, crate::fake_book::NOW);
    while !effects.is_empty() {
        let effect = effects.remove(0);
        let answers = match effect {
            callbook::app::Effect::Sort { request, .. } => {
                vec![Event::TaskFailed { request, message: "unreadable".to_owned() }]
            }
            other => screen.book.answer(other),
        };
        for answer in answers {
            effects.extend(callbook::app::update(&mut screen.state, answer, crate::fake_book::NOW));
        }
    }
    assert_eq!((names(&screen).len(), screen.state.contacts.order), (8, Order::Name));
}

#[test]
fn escape_after_the_beginning_of_a_sequence_only_gives_it_up() {
    let screen = screen("  g<esc>");
    assert_eq!((screen.state.marked(), screen.state.keyboard.begun.len()), (2, 0));
}

#[test]
fn a_section_that_was_only_gone_through_changes_no_selection() {
    let through = screen("jjjjhj");
    assert_eq!((through.state.groups.section, selected(&through)), (Section::Favourites, "Alan Turing"));
    let back = through.clone().types("k");
    assert_eq!((back.state.groups.section, selected(&back)), (Section::All, "Łukasz Żółkiewski"));
    let chosen = screen("jjjjhGklkhgg");
    assert_eq!((chosen.state.groups.section, selected(&chosen)), (Section::All, "Grace Hopper"), "that was meant");
    let deleted = screen("jjjjdyhjk");
    assert_eq!(selected(&deleted), "Márta Szőke", "the neighbour");
}
