//! What `update` asks of the world, whole.

use std::sync::Arc;

use callbook::{
    app::{Effect, Event, Key, Keymap, RequestId, State, TextBack, update},
    book::{Command, Committed, Delta, Draft, Failure, Row},
    search::{Index, Scope},
};
use jiff::tz::TimeZone;
use ratatui::layout::Size;

use crate::{
    fake_book::{FakeBook, NOW},
    people,
};

pub fn key(text: &str) -> Event {
    Event::KeyPressed(Key::parse(text).unwrap())
}

fn rows(book: &FakeBook) -> Vec<Row> {
    let mut rows: Vec<Row> = book.contacts.iter().map(Row::of).collect();
    rows.sort_by(|a, b| a.sort.cmp(&b.sort));
    rows
}

/// A program with every row, whose first contact is not read yet; the next request is the third.
pub fn opened() -> (State, Vec<Row>) {
    let book = people();
    let mut state = State::new(Size { width: 80, height: 24 }, TimeZone::UTC, Keymap::default());
    assert_eq!(update(&mut state, key("j"), NOW), [], "before a book is open keys wait");
    let effects = update(&mut state, Event::BookOpened { request: None, opening: book.opening("") }, NOW);
    let rows = rows(&book);
    let expected = [
        Effect::LoadRows { request: RequestId(1) },
        Effect::LoadContact { request: RequestId(2), id: rows[0].id },
        Effect::LoadContact { request: RequestId(3), id: rows[1].id },
    ];
    assert_eq!(effects, expected, "the key that waited moves down");
    let index = Arc::new(Index::new(&rows));
    let loaded = Event::RowsLoaded { request: RequestId(1), rows: rows.clone(), index };
    assert_eq!(update(&mut state, loaded, NOW), []);
    (state, rows)
}

#[test]
fn a_selection_is_read_and_a_late_answer_is_dropped() {
    let (mut state, rows) = opened();
    let late = Event::ContactLoaded { request: RequestId(2), result: Ok(None) };
    let before = format!("{state:?}");
    assert_eq!(update(&mut state, late, NOW), []);
    assert_eq!(format!("{state:?}"), before);
    let moved = update(&mut state, key("k"), NOW);
    assert_eq!(moved, [Effect::LoadContact { request: RequestId(4), id: rows[0].id }]);
}

#[test]
fn a_contact_that_cannot_be_read_is_not_asked_for_for_ever() {
    let (mut state, _) = opened();
    let failed = Event::ContactLoaded { request: RequestId(3), result: Err(Failure::Storage("unreadable".to_owned())) };
    assert_eq!(update(&mut state, failed, NOW), []);
    assert_eq!(state.notice.as_ref().unwrap().text, "unreadable");
    let again = update(&mut state, key("e"), NOW);
    let [Effect::LoadContact { request, .. }] = again[..] else { panic!("{again:?}") };
    let panicked = Event::TaskFailed { request, message: "the task panicked".to_owned() };
    assert_eq!(update(&mut state, panicked, NOW), []);
    assert_eq!(state.modals.len(), 0);
    let vanished = update(&mut state, key("j"), NOW);
    let [Effect::LoadContact { request, .. }] = vanished[..] else { panic!("{vanished:?}") };
    assert_eq!(update(&mut state, Event::ContactLoaded { request, result: Ok(None) }, NOW), []);
}

#[test]
fn each_letter_filters_anew_and_the_older_answer_is_dropped() {
    let (mut state, rows) = opened();
    let filter = |request, query: &str, state: &State| Effect::Filter {
        request: RequestId(request),
        query: query.to_owned(),
        scope: Scope::All,
        index: state.roster.index.clone(),
        groups: state.roster.groups.clone(),
    };
    assert_eq!(update(&mut state, key("/"), NOW), []);
    let first = update(&mut state, key("a"), NOW);
    assert_eq!(first, [filter(4, "a", &state)]);
    let second = update(&mut state, key("d"), NOW);
    assert_eq!(second, [filter(5, "ad", &state)]);
    let late = Event::Filtered { request: RequestId(4), hits: Vec::new() };
    assert_eq!(update(&mut state, late, NOW), []);
    assert_eq!(state.contacts.visible.len(), 8);
    let answer = Event::Filtered { request: RequestId(5), hits: vec![rows[0].id] };
    assert_eq!(update(&mut state, answer, NOW), [Effect::LoadContact { request: RequestId(6), id: rows[0].id }]);
    assert_eq!(state.contacts.visible, [0]);
}

#[test]
fn a_yes_deletes_and_keys_wait_for_the_disk() {
    let (mut state, rows) = opened();
    assert_eq!(update(&mut state, key("d"), NOW), []);
    let yes = update(&mut state, key("y"), NOW);
    assert_eq!(yes, [Effect::Perform { request: RequestId(4), command: Command::DeleteContacts(vec![rows[1].id]) }]);
    assert_eq!(update(&mut state, key("u"), NOW), [], "it waits");
    let failed = Event::TaskFailed { request: RequestId(4), message: "the task panicked".to_owned() };
    let undo = update(&mut state, failed, NOW);
    assert_eq!(undo, [Effect::Perform { request: RequestId(5), command: Command::Undo }]);
    assert_eq!(update(&mut state, key("C-c"), NOW), [Effect::Quit], "leaving never waits");
}

#[test]
fn the_shown_contact_is_read_again_when_it_changes_elsewhere() {
    let (mut state, rows) = opened();
    let shown = people().contacts.into_iter().find(|contact| contact.id == rows[1].id).map(Box::new);
    let id = rows[1].id;
    let history = update(&mut state, Event::ContactLoaded { request: RequestId(3), result: Ok(shown) }, NOW);
    assert_eq!(history, [Effect::LoadHistory { request: RequestId(4), id, limit: 6 }]);
    let other = Delta { rows: vec![rows[0].clone()], groups: state.roster.groups.to_vec(), total: 8, gone: Vec::new() };
    assert_eq!(update(&mut state, Event::BookChanged(other.clone()), NOW), []);
    let ours = Delta { rows: vec![rows[1].clone()], ..other };
    let read = update(&mut state, Event::BookChanged(ours), NOW);
    assert_eq!(read, [Effect::LoadContact { request: RequestId(5), id }]);
}

#[test]
fn what_changes_while_the_rows_are_read_is_not_lost() {
    let book = people();
    let mut state = State::new(Size { width: 80, height: 24 }, TimeZone::UTC, Keymap::default());
    let _ = update(&mut state, Event::BookOpened { request: None, opening: book.opening("") }, NOW);
    let rows = rows(&book);
    let gone = Delta { gone: vec![rows[0].id], groups: state.roster.groups.to_vec(), total: 7, rows: Vec::new() };
    let _ = update(&mut state, Event::BookChanged(gone), NOW);
    let index = Arc::new(Index::new(&rows));
    let _ = update(&mut state, Event::RowsLoaded { request: RequestId(1), rows: rows.clone(), index }, NOW);
    assert_eq!(state.roster.rows, rows[1..]);
    assert_eq!(*state.roster.index, Index::new(&rows[1..]));
}

#[test]
fn the_bottom_of_the_list_waits_for_every_row_and_what_follows_waits_with_it() {
    let book = people();
    let mut state = State::new(Size { width: 80, height: 24 }, TimeZone::UTC, Keymap::default());
    let _ = update(&mut state, Event::BookOpened { request: None, opening: book.opening("") }, NOW);
    let rows = rows(&book);
    let _ = update(&mut state, key("G"), NOW);
    let _ = update(&mut state, key("k"), NOW);
    assert_eq!(state.selected().unwrap().id, rows[0].id);
    let index = Arc::new(Index::new(&rows));
    let _ = update(&mut state, Event::RowsLoaded { request: RequestId(1), rows: rows.clone(), index }, NOW);
    assert_eq!(state.selected().unwrap().id, rows[6].id);
}

#[test]
fn rows_that_cannot_be_read_do_not_stop_the_keys() {
    let mut state = State::new(Size { width: 80, height: 24 }, TimeZone::UTC, Keymap::default());
    let _ = update(&mut state, Event::BookOpened { request: None, opening: people().opening("") }, NOW);
    let _ = update(&mut state, key("G"), NOW);
    let failed = Event::TaskFailed { request: RequestId(1), message: "the task panicked".to_owned() };
    let _ = update(&mut state, failed, NOW);
    assert_eq!(state.contacts.list.cursor, 4, "the last of those that are known");
}

#[test]
fn an_edit_as_text_reads_the_contact_and_lends_the_terminal_and_its_file_goes_when_all_is_saved() {
    let (mut state, rows) = opened();
    assert_eq!(update(&mut state, key("E"), NOW), [], "it waits for the contact");
    let shown = people().contacts.into_iter().find(|contact| contact.id == rows[1].id).map(Box::new);
    let before = shown.clone().unwrap();
    let read = update(&mut state, Event::ContactLoaded { request: RequestId(3), result: Ok(shown) }, NOW);
    let [Effect::LoadHistory { .. }, Effect::EditText { request: RequestId(5), file: None, extension: "toml", text }] =
        &read[..]
    else {
        panic!("{read:?}")
    };
    assert_eq!(update(&mut state, key("d"), NOW), [], "keys wait for the editor");
    let file = "/run/contact-1.toml".to_owned();
    let edited = text.replace("title       = \"\"", "title = \"Sir\"");
    let back = TextBack { file: file.clone(), text: edited };
    let save = update(&mut state, Event::TextEdited { request: RequestId(5), result: Ok(back) }, NOW);
    let mut after = Draft::of(&before);
    after.profile.title = "Sir".to_owned();
    let command = Command::EditContact { before, after: Box::new(after) };
    assert_eq!(save, [Effect::Perform { request: RequestId(6), command }]);
    let committed = Committed {
        change: None,
        title: "Edited Alan Turing".to_owned(),
        kept: Vec::new(),
        touched: Vec::new(),
        delta: Delta { groups: state.roster.groups.to_vec(), total: 8, ..Delta::default() },
    };
    let done = update(&mut state, Event::Committed { request: RequestId(6), result: Ok(committed) }, NOW);
    assert_eq!(done, [Effect::DropText { file }]);
    assert_eq!(state.modals.len(), 1, "the key that waited asks whether to delete");
}
