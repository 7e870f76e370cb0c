//! What keys do to the book.

use callbook::{
    app::{Event, Key, Pane, Section},
    book::{Delta, Failure, GroupType, Row},
};

use crate::{fake_book::FakeBook, harness::Screen, people, screen};

pub fn selected(screen: &Screen) -> &str {
    screen.state.selected().map_or("", |row| row.name.as_str())
}

pub fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

#[test]
fn a_contact_with_two_phones_in_two_groups_is_made_and_everything_undone_and_redone() {
    let from_last_name_to_phone = "<tab>".repeat(3);
    let keys = format!("hnFamily<enter>lnZoë<tab>Ångström{from_last_name_to_phone}+46 70 1<C-a>+46 70 2<C-p>");
    let typed = screen(&keys);
    assert_eq!(typed.state.modals.len(), 1, "the form is open");
    let made = typed.types("<C-s>");
    let zoe = made.book.contacts.last().unwrap();
    assert_eq!(zoe.profile.display_name, "Zoë Ångström");
    let phones: Vec<_> =
        zoe.profile.phone_numbers.iter().map(|p| (p.value.as_str(), p.kind.as_str(), p.primary)).collect();
    assert_eq!(phones, [("+46 70 1", "mobile", false), ("+46 70 2", "mobile", true)]);
    assert_eq!(selected(&made), "Zoë Ångström");
    assert_eq!(notice(&made), "Created Zoë Ångström · u undo");

    let edited = made.types(&format!("e{}<right><right> <enter>", "<tab>".repeat(11)));
    let zoe = edited.book.contacts.last().unwrap();
    assert_eq!(zoe.groups.len(), 2, "the group it was made in, and one more: {:?}", zoe.groups);
    let undone = edited.types("uuu");
    assert_eq!(undone.book.contacts, people().contacts);
    assert_eq!(undone.book.groups.len(), people().groups.len());
    let redone = undone.types("<C-r><C-r><C-r>");
    assert_eq!(redone.book.contacts.last().unwrap().groups.len(), 2);
    assert_eq!(notice(&redone.types("<C-r>")), "Nothing to redo");
}

#[test]
fn a_filter_keeps_the_chosen_contact_and_falls_back_to_the_best() {
    let filtered = screen("jjjj/l");
    assert_eq!(selected(&filtered), "Łukasz Żółkiewski", "it matches, so it stays");
    let narrowed = filtered.types("uc");
    assert_eq!(selected(&narrowed), "Lucas Zimmermann", "it is hidden, so the best match is selected");
    let widened = narrowed.types("<backspace><backspace>");
    assert_eq!(selected(&widened), "Łukasz Żółkiewski", "it is back");
    let kept = widened.types("uc<enter>");
    assert_eq!(kept.state.focus, Pane::Contacts);
    let cleared = kept.types("<esc>");
    assert_eq!((selected(&cleared), cleared.state.contacts.visible.len()), ("Lucas Zimmermann", 8));
}

#[test]
fn a_new_contact_shows_in_spite_of_filter_and_section() {
    let made = screen("/ada<enter>nBob<enter>");
    assert_eq!(selected(&made), "Bob");
    assert!(!made.state.contacts.filter.is_on());
}

#[test]
fn deleting_selects_the_neighbour_and_the_trash_gives_back() {
    let deleted = screen("jdy");
    assert_eq!(selected(&deleted), "Grace Hopper");
    assert_eq!(notice(&deleted), "Deleted Alan Turing · u undo");
    let in_trash = deleted.types("hjjj");
    assert_eq!(in_trash.state.groups.section, Section::Trash);
    assert_eq!(selected(&in_trash), "Alan Turing");
    let restored = in_trash.types("lr");
    assert_eq!((restored.state.groups.section, restored.state.contacts.visible.len()), (Section::Trash, 0));
    assert!(restored.book.contacts.iter().all(|contact| contact.trashed.is_none()));
    assert!(screen("dn").book.contacts.iter().all(|contact| contact.trashed.is_none()));
}

#[test]
fn a_group_is_renamed_typed_and_deleted() {
    let renamed = screen("hGke<C-u>Pals<tab><right><enter>");
    let pals = renamed.book.groups.iter().find(|group| group.name == "Pals").unwrap();
    assert_eq!(pals.group_type, GroupType::External);
    let twin = screen("hGke<C-u> other CONTACTS<enter>");
    assert_eq!(twin.state.modals.len(), 1, "a name like another one is refused");
    let question = screen("hGkd");
    assert_eq!(question.state.selected_group().unwrap().group.name, "Friends");
    let gone = question.types("y");
    assert_eq!(notice(&gone), "Deleted the group Friends · u undo");
    assert_eq!(gone.book.contacts.len(), 8);
    assert_eq!(gone.state.groups.section, Section::All);
}

#[test]
fn escape_asks_only_when_something_would_be_lost() {
    assert_eq!(screen("e<esc>").state.modals.len(), 0);
    assert_eq!(screen("eX<esc>").state.modals.len(), 2);
    assert_eq!(screen("eX<esc>n").state.modals.len(), 1);
    assert_eq!(screen("eX<esc>y").state.modals.len(), 0);
    assert!(!screen("eX<C-c>").has_quit);
    assert!(screen("eX<C-c><C-c>").has_quit);
    assert!(screen("e<C-c>").has_quit);
    assert!(screen("q").has_quit);
}

#[test]
fn saving_what_was_not_changed_writes_nothing() {
    assert!(screen("e<enter>").book.undo.is_empty());
}

#[test]
fn a_conflict_keeps_mine_takes_theirs_or_goes_back() {
    let conflict = || {
        let mut screen = screen("eAugusta ");
        let ada = &mut screen.book.contacts[0];
        ada.profile.title = "Countess".to_owned();
        screen.types("<C-s>")
    };
    let mine = conflict().types("m");
    assert_eq!(mine.state.modals.len(), 0);
    let ada = &mine.book.contacts[0].profile;
    assert_eq!((ada.first_name.as_str(), ada.title.as_str()), ("Augusta", "Countess"));
    let theirs = conflict().types("t");
    assert_eq!((theirs.state.modals.len(), theirs.book.contacts[0].profile.first_name.as_str()), (0, ""));
    let back = conflict().types("<esc>");
    assert_eq!(back.state.modals.len(), 1);
}

#[test]
fn a_failed_save_keeps_the_form_and_says_why() {
    let mut screen = screen("eX");
    screen.book.failure = Some(Failure::Storage("the disk is full; nothing was saved".to_owned()));
    let failed = screen.types("<enter>");
    assert_eq!((failed.state.modals.len(), notice(&failed)), (1, "the disk is full; nothing was saved"));
    let saved = failed.types("<enter>");
    assert_eq!((saved.state.modals.len(), notice(&saved)), (0, "Edited Ada Lovelace · u undo"));
}

#[test]
fn fast_typing_means_the_same_as_slow_typing() {
    let keys = "jdynNew<enter>/luc<enter>eL<enter>hj";
    let slow = screen(keys);
    let mut fast = Screen::open(people(), 80, 24);
    let mut effects = Vec::new();
    for text in ["j", "d", "y", "n", "N", "e", "w", "enter", "/", "l", "u", "c", "enter", "e", "L", "enter", "h", "j"] {
        let event = Event::KeyPressed(Key::parse(text).unwrap());
        effects.extend(callbook::app::update(&mut fast.state, event, crate::fake_book::NOW));
    }
    while !effects.is_empty() {
        for answer in fast.book.answer(effects.remove(0)) {
            effects.extend(callbook::app::update(&mut fast.state, answer, crate::fake_book::NOW));
        }
    }
    assert_eq!(fast.picture(), slow.picture());
    assert_eq!(fast.book.contacts, slow.book.contacts);
}

#[test]
fn another_window_moves_nothing_under_the_cursor() {
    let mut screen = Screen::open(people(), 80, 10).types("jjjj");
    let line = screen.state.contacts.list.cursor - screen.state.contacts.list.offset;
    let mut other = people();
    other.add(crate::person("Aaron", "", "", "", &[]));
    other.add(crate::person("Abel", "", "", "", &[]));
    let rows: Vec<Row> = other.contacts[8..].iter().map(Row::of).collect();
    screen.happens(Event::BookChanged(Delta { rows, gone: Vec::new(), groups: Vec::new(), total: 10 }));
    assert_eq!(selected(&screen), "Łukasz Żółkiewski");
    let list = screen.state.contacts.list;
    assert_eq!((list.cursor, list.cursor - list.offset), (6, line));
}

#[test]
fn the_demo_is_offered_to_an_empty_book_only() {
    let demo = Screen::open(FakeBook::default(), 80, 24).types("D");
    assert_eq!((demo.state.roster.label.as_str(), demo.state.contacts.visible.len()), ("demo book", 8));
    assert_eq!(notice(&demo.types("D")), "the demo is offered while your book is empty");
}

#[test]
fn a_word_of_ones_own_names_a_number_and_rows_come_and_go() {
    let to_type = "<tab>".repeat(3);
    let own = screen(&format!("e{to_type}boat<tab>123<enter>"));
    let phone = &own.book.contacts[0].profile.phone_numbers[0];
    assert_eq!((phone.kind.as_str(), phone.label.as_str(), phone.value.as_str()), ("other", "boat", "123"));
    let dropped = own.types(&format!("e{to_type}<C-d><enter>"));
    assert!(dropped.book.contacts[0].profile.phone_numbers.is_empty());
}

#[test]
fn a_number_or_an_address_typed_into_its_type_goes_where_it_belongs() {
    let (to_phone_type, to_page_type) = ("<tab>".repeat(3), "<tab>".repeat(16));
    let typed = screen(&format!("n{to_phone_type}+46 70<tab>zoe@optik.example{to_page_type}boat.example<C-s>"));
    let profile = &typed.book.contacts.last().unwrap().profile;
    let of = |values: &[callbook::book::TypedValue]| {
        values.iter().map(|v| (v.kind.clone(), v.label.clone(), v.value.clone())).collect::<Vec<_>>()
    };
    let value = |kind: &str, value: &str| (kind.to_owned(), String::new(), value.to_owned());
    assert_eq!(of(&profile.phone_numbers), [value("mobile", "+46 70")]);
    assert_eq!(of(&profile.emails), [value("work", "zoe@optik.example")]);
    let pages = &typed.book.contacts.last().unwrap().extras.web_pages;
    assert_eq!(of(pages), [value("work", "boat.example")]);
}

#[test]
fn undoing_the_end_of_a_group_shows_the_group_again_and_leaves_the_selection() {
    let undone = screen("hGkdyu");
    assert_eq!(undone.state.selected_group().map(|row| row.group.name.as_str()), Some("Friends"));
    let from_contacts = screen("hGkdylGu");
    assert_eq!((from_contacts.state.groups.section, selected(&from_contacts)), (Section::All, "山田 太郎"));
}

#[test]
fn the_display_name_follows_the_names_it_was_made_of() {
    let renamed = screen("nAda<tab>Byron<enter>e<tab><C-u>Lovelace<enter>");
    assert_eq!(renamed.book.contacts.last().unwrap().profile.display_name, "Ada Lovelace");
    let own = screen("jjjje<tab>Z<enter>");
    assert_eq!(own.book.contacts[2].profile.display_name, "Łukasz Żółkiewski");
}
