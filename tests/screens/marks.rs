//! Marks, and what is done to all that are marked.

use callbook::app::{Effect, Event, Key, Modal, Section, update};

use crate::{
    fake_book::{FakeBook, NOW},
    harness::Screen,
    people, person, screen,
    stories::selected,
};

fn marked(screen: &crate::harness::Screen) -> Vec<&str> {
    screen.state.targets().iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn space_marks_and_goes_down_and_without_marks_the_selected_one_is_meant() {
    let two = screen("j  ");
    assert_eq!((selected(&two), marked(&two)), ("Lucas Zimmermann", vec!["Alan Turing", "Grace Hopper"]));
    let one = two.types("k ");
    assert_eq!(marked(&one), ["Alan Turing"], "a second time unmarks");
    let none = one.types("<esc>");
    assert_eq!(marked(&none), ["Lucas Zimmermann"]);
}

#[test]
fn a_range_grows_with_the_cursor_both_ways_and_escape_gives_it_up() {
    let range = screen("jjVjj");
    assert_eq!((range.state.marked(), marked(&range).len()), (3, 3));
    let upwards = range.types("kkkk");
    assert_eq!(marked(&upwards), ["Ada Lovelace", "Alan Turing", "Grace Hopper"]);
    let ended = upwards.types("VjV");
    assert_eq!((ended.state.marked(), ended.state.marks.anchor.is_some()), (3, true));
    let given_up = ended.types("jjj<esc>");
    assert_eq!(given_up.state.marked(), 3, "what was marked before stays");
    assert_eq!(given_up.types("<esc>").state.marked(), 0);
}

#[test]
fn all_that_are_shown_are_marked_then_none_of_them() {
    let all = screen("/opt<enter>*");
    assert_eq!(all.state.marked(), 2);
    let cleared = all.types("<esc>");
    assert_eq!(cleared.state.marked(), 2, "the first escape takes the filter");
    let more = cleared.types("*");
    assert_eq!(more.state.marked(), 8);
    assert_eq!(more.types("*").state.marked(), 0);
}

#[test]
fn marks_survive_filter_section_and_changes() {
    let marks = screen("  jf/luc<enter><esc>hGlu");
    assert_eq!(marked(&marks), ["Ada Lovelace", "Alan Turing"]);
    let in_trash = marks.types("hgglGdyhjjjl");
    assert_eq!((in_trash.state.groups.section, in_trash.state.marked()), (Section::Trash, 0));
    assert_eq!(in_trash.state.contacts.visible.len(), 2, "the marked ones were deleted");
}

#[test]
fn the_checklist_shows_who_is_in_what_and_saves_only_what_differs() {
    let checklist = screen("t");
    assert!(matches!(&checklist.state.modals[..], [Modal::Memberships(_)]));
    let untouched = checklist.types("<enter>");
    assert_eq!((untouched.state.modals.len(), untouched.book.undo.len()), (0, 0));
    let moved = untouched.types("t<down> <up> <enter>");
    let names = |book: &crate::FakeBook| {
        let groups = &book.contacts[0].groups;
        book.groups.iter().filter(|group| groups.contains(&group.id)).map(|g| g.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&moved.book), ["Customers"]);
    assert_eq!(moved.book.undo.len(), 1);
    assert_eq!(names(&moved.types("u").book), ["Friends"]);
    let dirty = screen("t <esc>");
    assert_eq!(dirty.state.modals.len(), 2, "what was ticked is not dropped unasked");
    assert_eq!(people().contacts.len(), 8);
}

#[test]
fn a_range_ends_where_its_section_or_its_filter_ends() {
    let elsewhere = screen("jVjhj");
    assert_eq!(elsewhere.state.groups.section, Section::Favourites);
    assert_eq!(marked(&elsewhere), ["Alan Turing", "Grace Hopper"]);
    let cleared = screen("/o<enter>Vj<esc>");
    assert_eq!(cleared.state.marked(), 2, "who was hidden by the filter is not marked by its end");
}

#[test]
fn nobody_is_deleted_where_nobody_is() {
    let mut book = people();
    book.contacts[1].extras.favourite = false;
    let asked = crate::harness::Screen::open(book, 80, 24).types("Vhjld");
    assert!(asked.state.contacts.visible.is_empty());
    let text = match asked.state.modals.last() {
        Some(Modal::Question(question)) => question.text.clone(),
        _ => String::new(),
    };
    assert_ne!(text, "Delete 0 contacts?");
}

#[test]
fn escape_drops_what_is_typed_before_the_checklist() {
    let typed = screen("tchoir<esc>");
    assert_eq!(typed.state.modals.len(), 1);
    assert_eq!(typed.types("<esc>").state.modals.len(), 0);
}

#[test]
fn a_mail_to_thousands_is_refused_before_any_of_them_is_read() {
    let mut book = FakeBook::default();
    for number in 0..5001 {
        book.add(person(&format!("Ada {number}"), "", "", "a@b.c", &[]));
    }
    let mut screen = Screen::open(book, 80, 24).types("*");
    let mail = Key::parse_sequence("m").unwrap()[0];
    let effects = update(&mut screen.state, Event::KeyPressed(mail), NOW);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::LoadContacts { .. })));
    assert_eq!(screen.state.notice.unwrap().text, "too many for one e-mail: mark fewer");
}
