//! Screens as strings of keys: what a person types, and the picture they get.

/// A test for each screen: its picture is the one that was kept.
macro_rules! pictures {
    ($($name:ident: $screen:expr;)*) => { $(
        #[test]
        fn $name() {
            insta::assert_snapshot!($screen.picture());
        }
    )* };
}

mod accounts;
mod details;
mod effects;
mod exchange;
mod fake_book;
mod forms;
mod groups;
mod harness;
mod haste;
mod hostile;
mod looks;
mod marks;
mod monkey;
mod mouse;
mod narrow;
mod orders;
mod palette;
mod people;
mod plain;
mod reach;
mod stories;
mod text_edits;

use callbook::book::{Address, ContactType, Draft, Person, PersonRef, Profile, Timestamp, TypedValue};
use fake_book::FakeBook;
use harness::Screen;

fn person(display: &str, company: &str, phone: &str, email: &str, groups: &[&str]) -> Draft {
    let mut draft = Draft::default();
    display.clone_into(&mut draft.profile.display_name);
    company.clone_into(&mut draft.profile.company_name);
    if !phone.is_empty() {
        draft.profile.phone_numbers = vec![TypedValue::new("mobile", phone)];
    }
    if !email.is_empty() {
        draft.profile.emails = vec![TypedValue::new("work", email)];
    }
    draft.group_names = groups.iter().map(|name| (*name).to_owned()).collect();
    draft
}

/// A dozen people in several scripts, three groups, one of them of a directory.
pub fn people() -> FakeBook {
    let mut book = FakeBook::default();
    book.add(person(
        "Ada Lovelace",
        "Analytical Engines",
        "",
        "augusta.ada.king@analytical-engines.example",
        &["Friends"],
    ));
    let mut alan = person("Alan Turing", "GCHQ", "+44 20 5550 1234", "", &["Customers"]);
    alan.extras.favourite = true;
    book.add(alan);
    let mut lukasz = person(
        "Łukasz Żółkiewski",
        "Poznań Optics",
        "+48 601 234 567",
        "lukasz@optics.example",
        &["Friends", "Customers"],
    );
    lukasz.profile.title = "Head of Imaging".into();
    lukasz.profile.phone_numbers[0].primary = true;
    lukasz.profile.phone_numbers.push(TypedValue::new("work", "+48 61 555 01 02"));
    lukasz.profile.sip_addresses.push(TypedValue::new("work", "lukasz@sip.example"));
    lukasz.profile.addresses.push(Address {
        kind: "home".to_owned(),
        street: "ul. Długa 1".to_owned(),
        city: "Poznań".to_owned(),
        zip_code: "61-850".to_owned(),
        country: "Poland".to_owned(),
        ..Address::default()
    });
    lukasz.extras.notes = "met in Graz at the optics fair, wants the catalogue as soon as it is printed".into();
    lukasz.extras.birthday = "1984-02-29".into();
    book.add(lukasz);
    book.add(person("Lucas Zimmermann", "Lukas & Zoe GmbH", "", "lucas@example.org", &[]));
    book.add(person("Márta Szőke", "", "+36 1 555 0199", "", &["Friends"]));
    book.add(person("Müller, Jürgen", "Köln Messe", "", "", &["Customers"]));
    book.add(person("山田 太郎", "東京光学", "", "taro@optics.example", &[]));
    let who = PersonRef { directory: "offline".to_owned(), key: "42".to_owned() };
    let profile = Profile {
        display_name: "Grace Hopper".to_owned(),
        title: "Rear Admiral".to_owned(),
        company_name: "US Navy".to_owned(),
        emails: vec![TypedValue::new("work", "grace@navy.example")],
        ..Profile::default()
    };
    let gone = Some(Timestamp(fake_book::NOW.0 - 30 * 86_400_000));
    let mut grace = Draft { contact_type: ContactType::Cloud, ..Draft::default() };
    grace.person = Some(Person { who, profile, unresolved_since: gone });
    grace.profile.phone_numbers.push(TypedValue::new("home", "+1 555 0100"));
    grace.extras.notes = "nanoseconds".into();
    grace.group_names = vec!["Friends".to_owned()];
    book.add(grace);
    book
}

/// Somebody, and nothing else.
fn one() -> FakeBook {
    let mut book = FakeBook::default();
    book.add(person("Ada Lovelace", "", "", "", &[]));
    book
}

/// The first rows are here, the others not yet.
fn first_rows(width: u16, height: u16) -> Screen {
    let mut screen = orders::many(width, height);
    let opening = screen.book.opening("");
    let _ = callbook::app::update(
        &mut screen.state,
        callbook::app::Event::BookOpened { request: None, opening },
        fake_book::NOW,
    );
    screen
}

fn screen(keys: &str) -> Screen {
    Screen::open(people(), 80, 24).types(keys)
}

pictures! {
    three_panes: screen("jjj");
    three_panes_wide: Screen::open(people(), 120, 36).types("jjjjl");
    two_panes: Screen::open(people(), 70, 20).types("j");
    two_panes_with_groups_over_them: Screen::open(people(), 70, 20).types("hGk");
    one_pane: Screen::open(people(), 50, 16).types("G");
    one_pane_details: Screen::open(people(), 50, 16).types("jjjjl");
    one_line: Screen::open(people(), 18, 4).types("jj");
    greeting: Screen::open(FakeBook::default(), 80, 24);
    greeting_small: Screen::open(FakeBook::default(), 50, 16);
    a_group: screen("<S-tab>Gkl");
    filtering: Screen::open(people(), 120, 36).types("/lukas");
    filter_kept: screen("/opt<enter>");
    filter_finds_nobody: screen("/qqq");
    directory_person: screen("jj");
    by_last_name: Screen::open(people(), 120, 36).types("jjs");
    by_last_name_narrow: screen("s");
    by_company: Screen::open(people(), 120, 36).types("ss");
    latest_first: Screen::open(people(), 120, 36).types("jeX<enter>sss");
    many: orders::many(80, 24).types("<pagedown><pagedown>");
    many_wide: orders::many(120, 36).types("Gkk");
    many_small: orders::many(50, 16).types("<C-d>jjjjj");
    no_favourites: Screen::open(one(), 80, 24).types("hj");
    trash_empty: Screen::open(one(), 120, 36).types("hjj");
    loading: first_rows(80, 24);
    loading_small: first_rows(50, 16);
    marked: screen("j  jV<down>");
    marked_wide: Screen::open(people(), 120, 36).types("j  /opt<enter>*");
    marked_small: Screen::open(people(), 50, 16).types("jV<down>");
    delete_marked: screen("*d");
    groups_of_one: screen("t");
    groups_of_marked: Screen::open(people(), 120, 36).types("*t<down><down> ");
    groups_new: Screen::open(people(), 50, 16).types("tfriendz");
    external_group: screen("hGke<tab><right><enter>");
    new_contact: screen("nZoë<tab>Ångström");
    new_contact_refused: screen("n<enter>");
    edit_contact: Screen::open(people(), 120, 36).types("jjjje");
    edit_lists: Screen::open(people(), 120, 36).types("jjjje<tab><tab><tab><tab><right><tab><C-a>12<C-p>");
    edit_notes_and_groups: screen("jjjjeG<tab><tab><tab><tab><tab><tab><tab><tab><tab><tab><tab>");
    edit_directory_person: Screen::open(people(), 120, 36).types("jje");
    edit_small: Screen::open(people(), 50, 16).types("e");
    new_group: screen("hn friends <enter>");
    edit_group: screen("hGke<tab><tab>");
    edit_group_found: Screen::open(people(), 120, 36).types("hGke<tab><tab>ar<down> ");
    edit_group_small: Screen::open(people(), 50, 16).types("hGke<tab><tab>");
    edit_group_tiny: Screen::open(people(), 20, 5).types("hGke<tab><tab>z");
    edit_group_tiny_refused: Screen::open(people(), 20, 5).types("hGke<C-u><enter>");
    delete_contact: screen("d");
    delete_group: screen("hGkd");
    deleted: screen("dy");
    trash: screen("dyhjjjl");
    details_walked: Screen::open(details::reachable(), 80, 24).types("ljjjj");
    details_walked_wide: Screen::open(details::reachable(), 120, 36).types("ljjjj");
    details_walked_small: Screen::open(details::reachable(), 50, 16).types("ljjjj");
    ways_to_call: Screen::open(details::reachable(), 80, 24).types("ljjjj<enter>j");
    qr_code: Screen::open(details::reachable(), 80, 24).types("Q");
    qr_code_wide: Screen::open(details::reachable(), 120, 36).types("ljjjjQ");
    help: screen("?");
    log: Screen::open(people(), 80, 24).types("dyujjhnA<enter>xL");
    log_small: Screen::open(people(), 50, 16).types("dyuL");
    help_looked_through: screen("?/del");
    palette: screen(":");
    palette_of_a_form: screen("jjjje<f2>");
    palette_finds: Screen::open(people(), 120, 36).types("dyhGl:del");
    palette_finds_nothing: screen(":qqq");
    palette_small: Screen::open(people(), 50, 16).types("hG:group");
    plain: { let mut s = screen("/opt<enter>"); s.theme = callbook::ui::Theme::dark().on(callbook::ui::Depth::None).with(callbook::ui::Glyphs::ASCII); s };
}
