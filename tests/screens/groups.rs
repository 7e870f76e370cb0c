//! Groups by keys: made, renamed and filled in one form.

use std::collections::BTreeSet;

use callbook::{
    app::{Effect, Event, GroupCell, Key, Modal},
    book::{Command, Draft, GroupType},
};

use crate::{
    fake_book::{FakeBook, NOW},
    harness::Screen,
    people, screen,
};

/// Who is in a group.
fn members(screen: &Screen, name: &str) -> BTreeSet<String> {
    let group = screen.book.groups.iter().find(|group| group.name == name).unwrap();
    let inside = screen.book.contacts.iter().filter(|contact| contact.groups.contains(&group.id));
    inside.map(callbook::book::name::shown_name).collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

#[test]
fn a_group_is_made_with_three_members_found_by_name_undone_and_redone() {
    let made = screen("hnChoir<tab><right><tab>lovel <C-u>turing <C-u>szoke <enter>");
    assert_eq!(members(&made, "Choir"), names(&["Ada Lovelace", "Alan Turing", "Márta Szőke"]));
    assert_eq!(made.book.groups.last().unwrap().group_type, GroupType::External);
    assert_eq!((made.state.modals.len(), notice(&made)), (0, "Created the group Choir · u undo"));
    assert_eq!(made.state.selected_group().map(|row| (row.group.name.as_str(), row.count)), Some(("Choir", 3)));
    let undone = made.types("u");
    assert_eq!((undone.book.contacts.clone(), undone.book.groups.len()), (people().contacts, people().groups.len()));
    let redone = undone.types("<C-r>");
    assert_eq!(members(&redone, "Choir").len(), 3);
}

#[test]
fn a_group_is_renamed_and_its_members_come_and_go_in_one_change() {
    let friends = screen("hGk");
    let before = members(&friends, "Friends");
    assert!(before.contains("Ada Lovelace") && !before.contains("Alan Turing"));
    // Ada is the first of those who are in it; the first who is not is the fifth of the list.
    let edited = friends.types("e<C-u>Pals<tab><tab> turing <enter>");
    assert_eq!(edited.state.modals.len(), 0);
    let mut after = before;
    after.remove("Ada Lovelace");
    after.insert("Alan Turing".to_owned());
    assert_eq!(members(&edited, "Pals"), after);
    assert_eq!(edited.book.undo.len(), 1, "one step of undo");
    assert_eq!(edited.types("u").book.contacts, people().contacts);
}

#[test]
fn ticking_moves_nothing_and_a_query_shows_members_first() {
    let open = screen("hGke<tab><tab>");
    let names_of = |screen: &Screen| {
        let Some(Modal::GroupForm(form)) = screen.state.modals.last() else { panic!("no form") };
        let rows = form.members.visible.iter().map(|place| screen.state.roster.rows[*place].name.clone());
        (rows.collect::<Vec<_>>(), form.members.ticked)
    };
    let (all, ticked) = names_of(&open);
    assert_eq!((all.len(), ticked), (8, 4));
    assert_eq!(all[..2], ["Ada Lovelace", "Grace Hopper"]);
    let unticked = open.types(" ");
    assert_eq!(names_of(&unticked), (all, 3));
    let found = unticked.types("l");
    let (found, _) = names_of(&found);
    let place = |name: &str| found.iter().position(|found| found == name).unwrap();
    assert!(place("Łukasz Żółkiewski") < place("Ada Lovelace"), "Ada is no longer ticked: {found:?}");
}

#[test]
fn keys_after_a_query_wait_for_its_answer() {
    let mut screen = screen("hnChoir<tab><tab>");
    let mut press =
        |key: &str| callbook::app::update(&mut screen.state, Event::KeyPressed(Key::parse(key).unwrap()), NOW);
    let mut asked: Vec<Effect> = press("t");
    asked.extend(press("u"));
    asked.extend(press("space"));
    asked.extend(press("enter"));
    assert!(asked.iter().all(|effect| effect.name() == "filter"), "{asked:?}");
    let mut performed = Vec::new();
    for effect in asked {
        for answer in screen.book.answer(effect) {
            performed.extend(callbook::app::update(&mut screen.state, answer, NOW));
        }
    }
    let [Effect::Perform { command: Command::CreateGroup { members, .. }, .. }] = &performed[..] else {
        panic!("{performed:?}")
    };
    let turing = screen.book.contacts.iter().find(|contact| contact.profile.display_name == "Alan Turing").unwrap();
    assert_eq!(members[..], [turing.id]);
}

#[test]
fn arrows_lead_through_the_form_and_escape_asks_about_members_too() {
    let focus = |keys: &str| {
        let screen = screen(keys);
        let Some(Modal::GroupForm(form)) = screen.state.modals.last() else { panic!("no form") };
        (form.focus, form.members.list.cursor)
    };
    assert_eq!(focus("hn<down><down><down>"), (GroupCell::Members, 1));
    assert_eq!(focus("hn<down><down><down><up><up>"), (GroupCell::Type, 0));
    assert_eq!(focus("hn<S-tab><pagedown>"), (GroupCell::Members, 7));
    assert_eq!(screen("hGke<tab><tab> <esc>").state.modals.len(), 2);
    assert_eq!(screen("hGke<tab><tab>  <esc>").state.modals.len(), 0, "ticked and unticked is nothing");
}

#[test]
fn ten_thousand_members_are_a_list_like_any_other() {
    let mut book = FakeBook::default();
    for number in 0..10_000 {
        let mut draft = Draft::default();
        draft.profile.display_name = format!("Person {number:05}");
        draft.group_names = vec![if number % 100 == 0 { "Few".to_owned() } else { "Many".to_owned() }];
        book.add(draft);
    }
    let screen = Screen::open(book, 80, 24).types("hGke<tab><tab><S-tab><tab><pagedown><down>");
    insta::assert_snapshot!(screen.picture());
}
