//! The details: values walked through, copied, called, written to, opened and shown as QR codes; history.

use callbook::{
    app::{Effect, Event, Kind, Link, Modal, Pane, Qr, Section},
    book::{GroupId, TypedValue},
    config::Program,
    exchange::vcard,
};
use ratatui::layout::Size;

use crate::{fake_book::FakeBook, harness::Screen, people, person, screen};

fn primary(value: TypedValue) -> TypedValue {
    TypedValue { primary: true, ..value }
}

/// Somebody with everything that can be acted on, and somebody with nothing.
pub fn reachable() -> FakeBook {
    let mut book = FakeBook::default();
    let mut ada = person("Ada Lovelace", "Analytical Engines", "", "ada@home.example", &["Friends", "Customers"]);
    "Countess".clone_into(&mut ada.profile.title);
    ada.profile.emails.push(primary(TypedValue::new("work", "ada?cc=eve@engines.example")));
    ada.profile.phone_numbers = vec![
        TypedValue::new("fax", "+44 20 1"),
        TypedValue::new("home", "ask mother"),
        TypedValue::new("mobile", "+44 20 2"),
    ];
    ada.profile.sip_addresses.push(TypedValue::new("", "sip:ada@sip.example"));
    ada.extras.web_pages = vec![TypedValue::new("work", "engines.example"), TypedValue::new("", "javascript:alert(1)")];
    ada.profile.addresses.push(callbook::book::Address {
        street: "St James's Square 12".to_owned(),
        city: "London".to_owned(),
        ..Default::default()
    });
    ada.extras.notes = "one\ttwo\u{1b}[31m\n".to_owned() + &"a long tale of looms and numbers\n".repeat(30);
    book.add(ada);
    book.add(person("Nobody", "", "", "", &[]));
    book
}

fn ada(keys: &str) -> Screen {
    Screen::open(reachable(), 80, 24).types(keys)
}

fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

fn labels(screen: &Screen) -> Vec<String> {
    screen.state.sheet().items.into_iter().map(|item| item.label).collect()
}

/// The details with a value selected.
fn at(text: &str) -> Screen {
    walked(ada("l"), text)
}

fn walked(mut screen: Screen, text: &str) -> Screen {
    while !screen.state.value().expect("it is there").text.starts_with(text) {
        screen = screen.types("j");
    }
    screen
}

#[test]
fn values_stand_in_the_order_in_which_people_look_the_primary_one_first() {
    let expected = [
        "title",
        "company",
        "fax",
        "home phone",
        "mobile",
        "work e-mail",
        "work e-mail",
        "SIP",
        "work page",
        "web page",
        "address",
        "notes",
        "groups",
        "created",
    ];
    assert_eq!(labels(&ada("")), expected);
    let mails: Vec<_> = ada("").state.sheet().items.into_iter().filter(|item| item.kind == Kind::Mail).collect();
    assert_eq!(mails[0].text, "ada?cc=eve@engines.example");
}

#[test]
fn main_values_are_acted_on_from_every_pane() {
    for pane in ["", "h", "l"] {
        let acted = ada(&format!("{pane}cmoy"));
        // Neither the fax nor what is no number.
        let links = ["tel:+44202", "mailto:ada%3Fcc%3Deve@engines.example", "https://engines.example"];
        assert_eq!(acted.book.opened, links, "{pane}");
        let first = if pane == "l" { "Countess" } else { "ask mother" };
        assert_eq!((acted.book.copied.concat().as_str(), notice(&acted)), (first, &*format!("Copied {first}")));
    }
}

#[test]
fn the_selected_value_is_acted_on_before_the_main_one() {
    let fax = at("+44 20 1").types("c");
    assert_eq!((&fax.book.opened[..], notice(&fax)), (&["tel:+44201".to_owned()][..], "Calling +44201"));
    assert_eq!(at("ada@home").types("m").book.opened, ["mailto:ada@home.example"]);
    assert_eq!(at("sip:").types("c").book.opened, ["sip:ada@sip.example"]);
    let nonsense = at("ask mother").types("c");
    assert_eq!((nonsense.book.opened.len(), notice(&nonsense)), (0, "this is no number that can be called"));
    let script = at("javascript").types("o");
    assert_eq!((script.book.opened.len(), notice(&script)), (0, "this is no page: only http and https are opened"));
}

#[test]
fn enter_does_what_a_value_is_for() {
    for (value, link) in [
        ("ada@home", "mailto:ada@home.example"),
        ("sip:", "sip:ada@sip.example"),
        ("engines.example", "https://engines.example"),
    ] {
        assert_eq!(at(value).types("<enter>").book.opened, [link]);
    }
    let note = at("one").types("<enter>");
    assert_eq!(notice(&note), "nothing to open here; it can be copied");
}

#[test]
fn a_number_has_several_ways() {
    let menu = || at("+44 20 2").types("<enter>");
    let [Modal::Menu(ways)] = &menu().state.modals[..] else { panic!("{:?}", menu().state.modals) };
    assert_eq!(ways.words().collect::<Vec<_>>(), ["Call", "Call with Webex", "Copy", "QR code"]);
    assert_eq!(menu().types("<enter>").book.opened, ["tel:+44202"]);
    let webex = menu().types("j<enter>");
    assert_eq!(
        (&webex.book.opened[..], notice(&webex)),
        (&["webextel:+44202".to_owned()][..], "Calling with Webex +44202")
    );
    let copied = menu().types("jj<enter>");
    assert_eq!((copied.book.copied.concat().as_str(), copied.state.modals.len()), ("+44 20 2", 0));
    let code = menu().types("G<enter>");
    assert!(matches!(code.state.modals[..], [Modal::Qr(_)]));
    assert_eq!(menu().types("<esc>").state.modals.len(), 0);
}

#[test]
fn the_groups_lead_to_the_group() {
    let shown = at("Customers").types("<enter>j<enter>");
    let friends = shown.book.groups.iter().find(|group| group.name == "Friends").unwrap().id;
    assert_eq!((shown.state.groups.section, shown.state.focus), (Section::Group(friends), Pane::Contacts));
    assert_eq!(shown.state.selected().unwrap().name, "Ada Lovelace");
    let only = walked(screen("jl"), "Customers").types("<enter>");
    assert!(matches!(only.state.groups.section, Section::Group(_)), "one group needs no menu");
}

#[test]
fn what_is_copied_is_the_value_shown_without_what_could_command_a_terminal() {
    let notes = at("one").types("y");
    let text = notes.book.copied.concat();
    assert!(text.starts_with("one two[31m\na long tale"), "{text:?}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    assert_eq!(notice(&notes), "Copied the notes");
    let mut long = reachable();
    long.contacts[0].extras.notes = "ż".repeat(26_000);
    let copied = walked(Screen::open(long, 80, 24).types("l"), "żżż").types("y").book.copied.concat();
    assert_eq!((copied.len(), copied.chars().all(|c| c == 'ż')), (50_000, true));
}

#[test]
fn nothing_is_done_with_nobody_and_nothing_with_who_has_nothing() {
    let nobody = ada("j");
    for (key, reason) in [
        ("c", "no phone number and no SIP address is known"),
        ("m", "no e-mail address is known"),
        ("o", "no web page is known"),
    ] {
        let tried = Screen { state: nobody.state.clone(), ..ada("") }.types(key);
        assert_eq!((tried.book.opened.len(), notice(&tried)), (0, reason));
    }
    assert_eq!(nobody.types("y").book.copied, ["Nobody"]);
    assert_eq!(notice(&Screen::open(FakeBook::default(), 80, 24).types("y")), "no contact is selected");
}

#[test]
fn a_program_that_fails_is_told_and_a_contact_being_read_is_waited_for() {
    let mut failing = ada("");
    failing.book.opener = Some("xdg-open is not installed".to_owned());
    assert_eq!(notice(&failing.types("m")), "xdg-open is not installed");

    let mut state = ada("").state;
    let mut press = |key: &str| {
        let event = Event::KeyPressed(callbook::app::Key::parse(key).unwrap());
        callbook::app::update(&mut state, event, crate::fake_book::NOW)
    };
    let [Effect::LoadContact { request, .. }] = press("j")[..] else { panic!("it is read") };
    assert_eq!(press("y"), []);
    assert_eq!(press("k"), [], "what follows waits");
    let nobody = reachable().contacts.into_iter().nth(1).map(Box::new);
    let loaded = Event::ContactLoaded { request, result: Ok(nobody) };
    let effects = callbook::app::update(&mut state, loaded, crate::fake_book::NOW);
    assert_eq!(effects[0], Effect::Copy { text: "Nobody".to_owned() });
}

#[test]
fn a_link_names_its_program_and_the_bare_value() {
    let mut state = ada("").state;
    let event = Event::KeyPressed(callbook::app::Key::parse("m").unwrap());
    let effects = callbook::app::update(&mut state, event, crate::fake_book::NOW);
    let [Effect::Open { link, .. }] = &effects[..] else { panic!("{effects:?}") };
    let expected = Link {
        program: Program::Mail,
        uri: "mailto:ada%3Fcc%3Deve@engines.example".to_owned(),
        value: "ada?cc=eve@engines.example".to_owned(),
    };
    assert_eq!(*link, expected);
}

#[test]
fn the_scroll_follows_the_values_and_every_line_is_reached() {
    let mut seen = std::collections::BTreeSet::new();
    let mut walk = Screen::open(reachable(), 60, 12).types("l");
    let sheet = walk.state.sheet();
    let lines = sheet.lines.len();
    for _ in 0..2 * lines {
        let inside = walk.state.areas().details.height - 2;
        seen.extend(walk.state.details.scroll..walk.state.details.scroll + usize::from(inside));
        walk = walk.types("j");
    }
    let values = (0..lines).filter(|line| sheet.lines[*line].item.is_some());
    assert_eq!(values.filter(|line| !seen.contains(line)).collect::<Vec<_>>(), Vec::<usize>::new());
    assert_eq!(walk.state.value().unwrap().label, "created");
    let back = walk.types(&"k".repeat(2 * lines));
    assert_eq!((back.state.details.cursor, back.state.details.scroll), (0, 0));
    let end = back.types("G");
    assert_eq!(end.state.value().unwrap().label, "created");
    let paged = end.types("gg").types(&"<pagedown>".repeat(lines)).types(&"<pageup>".repeat(lines));
    assert_eq!((paged.state.details.cursor, paged.state.details.scroll), (0, 0));
}

#[test]
fn the_selected_value_stays_selected_when_others_come_and_go() {
    let mut walk = at("ada@home");
    walk.book.contacts[0].profile.title.clear();
    let rows = vec![callbook::book::Row::of(&walk.book.contacts[0])];
    let (groups, total) = (walk.state.roster.groups.to_vec(), walk.state.roster.total);
    walk.happens(Event::BookChanged(callbook::book::Delta { rows, groups, total, ..Default::default() }));
    assert!(!labels(&walk).contains(&"title".to_owned()));
    assert_eq!(walk.state.value().unwrap().text, "ada@home.example");
}

#[test]
fn the_history_shows_the_latest_few_and_more_on_demand() {
    let mut book = reachable();
    for n in 0..8 {
        book.undo.push(("Edited Ada Lovelace".to_owned(), book.contacts.clone(), book.groups.clone()));
        book.contacts[0].profile.title = format!("Countess {n}");
    }
    let few = Screen::open(book, 80, 24).types("lG");
    let history = |screen: &Screen| {
        screen
            .state
            .sheet()
            .items
            .into_iter()
            .filter(|item| item.text == "Edited title")
            .map(|i| i.label)
            .collect::<Vec<_>>()
    };
    assert_eq!(history(&few), ["today 09:00", "yesterday", "2026-11-20", "2026-11-19", "2026-11-18"]);
    assert_eq!(few.state.value().unwrap().kind, Kind::Earlier);
    let all = few.types("<enter>");
    assert_eq!(history(&all).len(), 8);
    assert!(all.state.sheet().items.iter().all(|item| item.kind != Kind::Earlier));
}

#[test]
fn an_edit_appears_in_the_history_at_once() {
    let edited = ada("lG").types("eX<C-s>");
    assert!(edited.state.sheet().items.iter().any(|item| item.text == "Edited title"));
    assert!(edited.state.value().is_some_and(|item| item.label == "created"), "the selection stays");
}

/// How many pixels a module takes in the picture that a camera takes.
const PIXELS: usize = 4;

/// What a camera reads from the code on the screen.
fn scanned(code: &Qr, size: Size) -> Option<String> {
    let (area, quiet) = code.place(size, false)?;
    let modules = usize::from(area.width);
    assert!(quiet >= 2);
    // What lies around is dark, as most terminals are.
    let edge = (modules + 8) * PIXELS;
    let module = |at: usize| (at / PIXELS).checked_sub(4);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(edge, edge, |x, y| match (module(x), module(y)) {
        (Some(x), Some(y)) if x < modules && y < modules => {
            let is_dark = x >= quiet && y >= quiet && code.is_dark(x - quiet, y - quiet);
            if is_dark { 0 } else { 255 }
        }
        _ => 0,
    });
    Some(picture.detect_grids().first()?.decode().ok()?.1)
}

fn code(screen: &Screen) -> &Qr {
    let [Modal::Qr(code)] = &screen.state.modals[..] else { panic!("{:?}", screen.state.modals) };
    code
}

#[test]
fn a_camera_reads_the_number_and_the_contact() {
    let number = at("+44 20 2").types("Q");
    assert_eq!(scanned(code(&number), number.state.size).as_deref(), Some("tel:+44202"));
    let large = Screen::open(reachable(), 120, 60).types("Q");
    let card = scanned(code(&large), large.state.size).unwrap();
    for line in
        ["FN:Ada Lovelace", "TITLE:Countess", "TEL;TYPE=CELL:+44202", "EMAIL:ada@home.example", "URL:engines.example"]
    {
        assert!(card.contains(line), "{card}");
    }
    assert_eq!(notice(&large), "Ada Lovelace: work, 3 numbers, 2 e-mails, 2 pages");
    assert!(vcard::read(card.as_bytes()).next().unwrap().is_ok());
    let small = Screen::open(people(), 80, 24).types("jjjjQ");
    let card = scanned(code(&small), small.state.size).unwrap();
    assert!(card.contains("FN:Łukasz Żółkiewski") && card.contains("+48601234567"), "{card}");
}

#[test]
fn a_code_that_does_not_fit_is_refused_and_one_that_no_longer_fits_says_so() {
    let tiny = Screen::open(reachable(), 80, 12).types("Q");
    assert_eq!((tiny.state.modals.len(), notice(&tiny)), (0, "the QR code does not fit: make the window larger"));
    let mut shown = ada("Q");
    shown.happens(Event::Resized { width: 80, height: 12 });
    assert!(shown.picture().contains("the QR code does not fit"));
    assert_eq!(shown.types("<esc>").state.modals.len(), 0);
}

#[test]
fn what_is_on_the_screen_is_the_code() {
    for (ascii, cells, size) in [(false, 1, (80, 24)), (true, 2, (120, 60))] {
        let mut shown = walked(Screen::open(reachable(), size.0, size.1).types("l"), "+44 20 2");
        shown.state.look.ascii = ascii;
        let shown = shown.types("Q");
        let (area, quiet) = code(&shown).place(shown.state.size, ascii).unwrap();
        let (buffer, _) = shown.paint();
        let is_light = |x: u16, y: u16, lower: bool| {
            let cell = &buffer[(x, y)];
            let reversed = cell.modifier.contains(ratatui::style::Modifier::REVERSED);
            match cell.symbol() {
                "█" => true,
                "▀" => !lower,
                "▄" => lower,
                " " => reversed,
                other => panic!("{other}"),
            }
        };
        for y in 0..area.height {
            for x in 0..area.width {
                for lower in [false, true] {
                    let module_x = usize::from(x / cells);
                    let module_y = if cells == 1 { 2 * usize::from(y) + usize::from(lower) } else { usize::from(y) };
                    let dark = module_x >= quiet
                        && module_y >= quiet
                        && code(&shown).is_dark(module_x - quiet, module_y - quiet);
                    assert_eq!(is_light(area.x + x, area.y + y, lower), !dark, "{x} {y}");
                }
            }
        }
    }
}

#[test]
fn a_group_that_is_gone_has_no_tag() {
    let mut book = reachable();
    book.contacts[0].groups.push(GroupId(uuid::Uuid::max()));
    let groups = Screen::open(book, 80, 24).state.sheet().items.into_iter().find(|item| item.kind == Kind::Groups);
    assert_eq!(groups.unwrap().text, "Customers · Friends");
}

#[test]
fn a_mail_goes_to_all_that_are_marked_the_primary_address_first() {
    let marked = screen("*m");
    let links = ["mailto:augusta.ada.king@analytical-engines.example,grace@navy.example,lucas@example.org,\
         lukasz@optics.example,taro@optics.example"];
    assert_eq!(marked.book.opened, links);
    assert_eq!(notice(&marked), "Writing to 5 contacts; 3 without an address");
    assert_eq!(ada("*m").book.opened, ["mailto:ada%3Fcc%3Deve@engines.example"]);
    assert_eq!(notice(&ada("j m")), "none of the marked contacts has an e-mail address");
}
