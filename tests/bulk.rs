//! Many contacts at once, by keys, on a real book: each step is one change, taken back and done again whole.

use std::sync::Arc;

use callbook::{
    app::{Effect, Event, Key, Keymap, Opening, RequestId, State, update},
    book::{Command, Contact, Draft, Group, Timestamp, port::Clock as _},
    runtime::SystemClock,
    search::{self, Index, Query},
    store::Book,
};
use ratatui::layout::Size;

/// The screen over a real book, without threads.
struct Desk {
    book: Book,
    state: State,
}

impl Desk {
    fn open(book: Book) -> Self {
        let state = State::new(Size { width: 100, height: 30 }, jiff::tz::TimeZone::UTC, Keymap::default());
        let opening = Opening {
            rows: book.rows(Some(20)).unwrap(),
            groups: book.groups().unwrap(),
            total: book.total().unwrap(),
            tally: book.tally().unwrap(),
            ..Opening::default()
        };
        let mut desk = Self { book, state };
        desk.happens(Event::BookOpened { request: None, opening });
        desk
    }

    fn happens(&mut self, event: Event) {
        let mut effects = update(&mut self.state, event, SystemClock.now());
        while !effects.is_empty() {
            if let Some(answer) = self.answer(effects.remove(0)) {
                effects.extend(update(&mut self.state, answer, SystemClock.now()));
            }
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        Some(match effect {
            Effect::LoadRows { request } => {
                let rows = self.book.rows(None).unwrap();
                let index = Arc::new(Index::new(&rows));
                Event::RowsLoaded { request, rows, index }
            }
            Effect::LoadContact { request, id } => {
                Event::ContactLoaded { request, result: self.book.contact(id).map(|found| found.map(Box::new)) }
            }
            Effect::Sort { request, order } => Event::Sorted { request, ids: self.book.sorted(order).unwrap() },
            Effect::Filter { request, query, scope, index, groups } => {
                let groups = groups.iter().map(|row| &row.group);
                let query = Query::parse(&query);
                let hits = search::filter(&query, scope, &index, groups, &|_| false, &|| false).unwrap();
                Event::Filtered { request, hits: hits.into_iter().map(|hit| hit.id).collect() }
            }
            Effect::Perform { request, command } => Event::Committed { request, result: self.book.perform(command) },
            _ => return None,
        })
    }

    /// Presses keys, separated by spaces.
    fn press(&mut self, keys: &str) -> &mut Self {
        for key in Key::parse_sequence(keys).unwrap() {
            self.happens(Event::KeyPressed(key));
        }
        self
    }

    /// Types a text, letter by letter.
    fn types(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| self.happens(Event::KeyPressed(Key::parse(&c.to_string()).unwrap())));
        self
    }

    fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }

    /// All contacts without the times of their changes, and all groups.
    fn everything(&self) -> (Vec<Contact>, Vec<Group>) {
        let ids: Vec<_> = self.book.rows(None).unwrap().iter().map(|row| row.id).collect();
        let mut contacts = self.book.contacts(&ids).unwrap();
        for contact in &mut contacts {
            contact.modified = Timestamp(0);
        }
        (contacts, self.book.groups().unwrap().into_iter().map(|row| row.group).collect())
    }

    fn members(&self, group: &str) -> usize {
        self.book.groups().unwrap().iter().find(|row| row.group.name == group).map_or(0, |row| row.count)
    }

    /// The step is undone, redone, undone and redone, each time to exactly what was.
    fn goes_back_and_forth(&mut self, before: &(Vec<Contact>, Vec<Group>)) {
        let after = self.everything();
        assert_ne!(&after, before);
        for _ in 0..2 {
            assert_eq!(&self.press("u").everything(), before, "{}", self.notice());
            assert_eq!(self.press("C-r").everything(), after, "{}", self.notice());
        }
    }
}

/// Sixty in Customers, five in Friends, of whom two are customers too.
fn book() -> Book {
    let mut book = Book::scratch(Arc::new(SystemClock)).unwrap();
    for number in 0..63 {
        let mut draft = Draft::default();
        draft.profile.display_name = format!("Person {number:02}");
        draft.profile.company_name = if number < 50 { "Moved Ltd".to_owned() } else { "Staying Inc".to_owned() };
        if number < 60 {
            draft.group_names.push("Customers".to_owned());
        }
        if number >= 58 {
            draft.group_names.push("Friends".to_owned());
        }
        book.perform(Command::CreateContact(Box::new(draft))).unwrap();
    }
    book
}

#[test]
fn fifty_contacts_move_from_one_group_to_another() {
    let mut desk = Desk::open(book());
    let before = desk.everything();
    desk.press("/").types("moved").press("enter *");
    assert_eq!(desk.state.marked(), 50);
    desk.press("esc t").types("Former").press("enter").types("Cust").press("enter enter");
    assert_eq!(desk.notice(), "Moved 50 contacts from Customers to Former · u undo");
    assert_eq!((desk.members("Customers"), desk.members("Former")), (10, 50));
    assert_eq!(desk.state.marked(), 50, "more can be done with the same ones");
    desk.goes_back_and_forth(&before);
}

#[test]
fn a_group_with_members_is_deleted() {
    let mut desk = Desk::open(book());
    let before = desk.everything();
    desk.press("h G");
    assert_eq!(desk.state.selected_group().unwrap().group.name, "Friends");
    desk.press("d y");
    assert_eq!(desk.notice(), "Deleted group Friends · u undo");
    assert_eq!((desk.members("Customers"), desk.members("Other contacts")), (60, 3));
    desk.goes_back_and_forth(&before);
}

#[test]
fn a_range_is_deleted_restored_and_favoured_as_one_step_each() {
    let mut desk = Desk::open(book());
    let all = desk.everything();
    desk.press("j V j j j d y");
    assert_eq!(desk.notice(), "Deleted 4 contacts · u undo");
    assert_eq!((desk.state.marked(), desk.state.roster.total), (0, 59));
    assert_eq!(desk.state.selected().unwrap().name, "Person 05", "the next one is under the cursor");
    desk.goes_back_and_forth(&all);

    let deleted = desk.everything();
    desk.press("h j j l * r");
    assert_eq!(desk.notice(), "Restored 4 contacts · u undo");
    assert_eq!(desk.everything(), all);
    desk.goes_back_and_forth(&deleted);

    desk.press("h g g l g g space space space f");
    assert_eq!(desk.notice(), "Added 3 contacts to favourites · u undo");
    assert_eq!(desk.state.roster.tally.favourites, 3);
    desk.goes_back_and_forth(&all);
    desk.press("esc f");
    assert_eq!(desk.notice(), "Added Person 03 to favourites · u undo");
    desk.press("f");
    assert_eq!(desk.notice(), "Removed Person 03 from favourites · u undo");
}

#[test]
fn a_request_of_another_window_unmarks_who_is_gone() {
    let mut desk = Desk::open(book());
    desk.press("space space space");
    let first = desk.state.targets()[0].id;
    let result = desk.book.perform(Command::DeleteContacts(vec![first])).unwrap();
    desk.happens(Event::BookChanged(result.delta));
    assert_eq!(desk.state.marked(), 2);
    desk.happens(Event::Committed {
        request: RequestId(999),
        result: Err(callbook::book::Failure::Refused(String::new())),
    });
    assert_eq!(desk.state.marked(), 2, "an answer to nothing changes nothing");
}
