//! What the mouse does, by what stands under it.

use callbook::app::{Event, Gesture, Pane, Section, update};
use ratatui::layout::Position;

use crate::{fake_book::NOW, harness::Screen, people, people::with_directory, screen};

/// Two clicks on the same place.
fn twice(text: &str) -> Screen {
    let at = screen("").find(text);
    [Gesture::Press, Gesture::Release, Gesture::Press, Gesture::Release]
        .into_iter()
        .fold(screen(""), |screen, gesture| screen.points(gesture, at))
}

fn selected(screen: &Screen) -> &str {
    screen.state.selected().map_or("", |row| row.name.as_str())
}

#[test]
fn a_click_selects_what_is_under_it_and_gives_its_pane_the_focus() {
    let contact = screen("h").clicks("Márta");
    assert_eq!((selected(&contact), contact.state.focus), ("Márta Szőke", Pane::Contacts));
    let group = screen("").clicks("Friends");
    assert!(matches!(group.state.groups.section, Section::Group(_)));
    assert_eq!(group.state.focus, Pane::Groups);
    let details = screen("").clicks("augusta");
    assert_eq!(details.state.focus, Pane::Details);
    let nobody = screen("").points(Gesture::Press, Position::new(20, 20));
    assert_eq!(selected(&nobody), "Ada Lovelace");
}

#[test]
fn every_line_of_a_scrolled_list_is_selected_by_a_click_on_it() {
    let scrolled = Screen::open(people(), 80, 12).types("jjjjjj");
    let shown: Vec<String> = scrolled.state.roster.rows.iter().map(|row| row.name.clone()).collect();
    let contacts = scrolled.state.areas().contacts;
    let mut clicked = 0;
    for name in shown {
        let (buffer, _) = scrolled.paint();
        let line = |y: u16| (contacts.x..contacts.right()).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        let Some(y) = (contacts.y + 1..contacts.bottom() - 1).find(|y| line(*y).contains(&name)) else { continue };
        let after = Screen { state: scrolled.state.clone(), book: scrolled.book.clone(), ..screen("") };
        let after = after.points(Gesture::Press, Position::new(contacts.x + 3, y));
        assert_eq!(selected(&after), name);
        clicked += 1;
    }
    assert!(clicked > 2, "{clicked}");
}

#[test]
fn a_double_click_edits() {
    let form = twice("Alan");
    assert_eq!(form.state.modals.last().map(callbook::app::Modal::name), Some("form"));
    assert_eq!(selected(&form), "Alan Turing");
    let apart = screen("").clicks("Alan").clicks("Márta");
    assert!(apart.state.modals.is_empty(), "two clicks on two things are none");
    let at = screen("").find("Alan");
    let mut late = screen("").points(Gesture::Press, at);
    let press = |at| Event::Pointed(callbook::app::Mouse { gesture: Gesture::Press, at });
    let _ = update(&mut late.state, press(at), callbook::book::Timestamp(NOW.0 + 1000));
    assert!(late.state.modals.is_empty(), "a second click much later is a first one");
    let rename = twice("Friends");
    assert_eq!(rename.state.modals.last().map(callbook::app::Modal::name), Some("group form"));
}

#[test]
fn a_click_on_a_hint_is_its_key() {
    let form = screen("").clicks("n new");
    assert_eq!(form.state.modals.last().map(callbook::app::Modal::name), Some("form"));
    let deleted = screen("").clicks("d delete").clicks("y yes");
    assert_eq!(deleted.state.roster.tally.trash, 1);
    let kept = screen("d").clicks("n no");
    assert_eq!((kept.state.roster.tally.trash, kept.state.modals.len()), (0, 0));
}

#[test]
fn what_lies_over_the_panes_keeps_clicks_from_them() {
    let asked = screen("d").points(Gesture::Press, Position::new(20, 3));
    assert_eq!((selected(&asked), asked.state.modals.len()), ("Ada Lovelace", 1));
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let over = |screen: &Screen, pane: Pane| {
        let areas = screen.state.areas();
        let area = [areas.groups, areas.contacts, areas.details][pane as usize];
        Position::new(area.x + 2, area.y + 2)
    };
    let small = || Screen::open(people(), 80, 8);
    let contacts = over(&small(), Pane::Contacts);
    let scrolled = small().types("h").points(Gesture::WheelDown, contacts);
    assert_eq!((scrolled.state.contacts.list.offset, scrolled.state.focus), (3, Pane::Groups));
    assert_eq!(scrolled.state.contacts.list.cursor, 3, "the selection stays in sight");
    let back = scrolled.points(Gesture::WheelUp, contacts);
    assert_eq!(
        (back.state.contacts.list.offset, back.state.contacts.list.cursor),
        (0, 1),
        "two rows and their headings"
    );
    let end = small().points(Gesture::WheelDown, contacts).points(Gesture::WheelDown, contacts);
    let end = end.points(Gesture::WheelDown, contacts).points(Gesture::WheelDown, contacts);
    let last = end.state.contacts.visible.len() - 1;
    assert_eq!(end.state.contacts.lines(4).last(), Some(callbook::app::ContactLine::Row(last)));
    let details = small().types("jjjj");
    let at = over(&details, Pane::Details);
    assert_eq!(details.points(Gesture::WheelDown, at).state.details.scroll, 3);
    let help = screen("?").points(Gesture::WheelDown, contacts);
    assert_ne!(help.picture(), screen("?").picture());
}

#[test]
fn a_divider_is_dragged() {
    let before = screen("").state.areas();
    let edge = Position::new(before.groups.right() - 1, 5);
    let dragged = screen("").points(Gesture::Press, edge).points(Gesture::Drag, Position::new(edge.x + 4, 9));
    assert_eq!(dragged.state.areas().groups.width, before.groups.width + 4);
    let released = dragged.points(Gesture::Release, edge).points(Gesture::Drag, Position::new(2, 9));
    assert_eq!(released.state.areas().groups.width, before.groups.width + 4);
    let edge = Position::new(before.details.x, 5);
    let dragged = screen("").points(Gesture::Press, edge).points(Gesture::Drag, Position::new(edge.x + 3, 5));
    assert_eq!(dragged.state.areas().details.width, before.details.width - 3);
}

#[test]
fn a_click_while_a_query_is_typed_keeps_it() {
    let kept = screen("/o").clicks("Łukasz");
    assert_eq!(selected(&kept), "Łukasz Żółkiewski");
    assert!(!kept.state.contacts.filter.editing && kept.state.contacts.filter.is_on());
}

#[test]
fn nothing_is_under_a_pointer_beyond_the_screen() {
    for gesture in [Gesture::Press, Gesture::Drag, Gesture::Release, Gesture::WheelUp, Gesture::WheelDown] {
        for keys in ["", "?", "n", "d", "/a", "h"] {
            for (width, height) in [(80, 24), (60, 8), (50, 16), (10, 3), (1, 1)] {
                let screen = Screen::open(people(), width, height).types(keys);
                let screen = screen.points(gesture, Position::new(u16::MAX, u16::MAX));
                let _ = screen.points(gesture, Position::new(width, height)).paint();
            }
        }
    }
}

#[test]
fn lines_of_modals_are_clicked() {
    let ticked = screen("hjjjjje").clicks("[ ] Alan");
    assert!(ticked.picture().contains("[✓] Alan"), "{}", ticked.picture());
    let person = Screen::open(with_directory(), 80, 24).types("aram").clicks("Concepción");
    assert!(person.picture().contains("▌ Concepción"), "{}", person.picture());
    let palette = screen(":app.quit").clicks("Quit");
    assert!(!palette.has_quit);
    let at = palette.find("Quit");
    let run = [Gesture::Press, Gesture::Release, Gesture::Press].into_iter().fold(palette, |s, g| s.points(g, at));
    assert!(run.has_quit);
}

#[test]
fn a_second_click_is_not_meant_for_what_the_first_one_brought() {
    let twice = |screen: Screen, text: &str| {
        let at = screen.find(text);
        [Gesture::Press, Gesture::Release, Gesture::Press, Gesture::Release]
            .into_iter()
            .fold(screen, |s, g| s.points(g, at))
    };
    let asked = twice(screen(""), "n new");
    assert_eq!(asked.state.modals.last().map(callbook::app::Modal::name), Some("form"));
    let called = twice(Screen::open(crate::details::reachable(), 80, 24).types("ljjjj<enter>"), "Copy");
    assert_eq!((called.book.copied.len(), called.state.modals.len()), (1, 0));
    assert_eq!(called.state.value().map(|item| item.text.as_str()), Some("+44 20 2"), "what lay below is as it was");
}

#[test]
fn what_is_not_drawn_is_not_clicked() {
    let line = Screen::open(people(), 18, 4);
    for x in 0..18 {
        assert!(line.clone().points(Gesture::Press, Position::new(x, 0)).state.modals.is_empty());
    }
}

#[test]
fn details_are_clicked_where_they_are_drawn_after_the_window_has_grown() {
    let mut screen = Screen::open(people(), 80, 8).types("jjjj");
    let at = Position::new(60, 3);
    for _ in 0..9 {
        screen = screen.points(Gesture::WheelDown, at);
    }
    screen.happens(Event::Resized { width: 80, height: 24 });
    let clicked = screen.clicks("+48 61");
    assert_eq!(clicked.state.value().map(|item| item.text.as_str()), Some("+48 61 555 01 02"));
}
