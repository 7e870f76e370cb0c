//! The people picker: what is typed, who of the directory matches, and the person under the cursor beside them.

mod acts;
mod page;
mod words;

pub use page::{PersonLine, PersonWeight};

use std::collections::HashMap;

use ratatui::layout::{Rect, Size};
use tui_input::Input;

use super::{
    Key, List, Roster,
    action::Motion,
    input::{self, Edit},
    layout,
};
use crate::book::{AccountId, ContactId, Person, PersonRef, port::Matches};

/// From this width on the person stands beside the list, else below it.
const BESIDE: u16 = 74;
/// Between the list and the person.
const GAP: u16 = 2;
/// From this height on there is an empty line under the query.
const AIRY: u16 = 8;

/// Where a contact that is a person of the directory lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the book.
    Book(ContactId),
    /// In the trash.
    Trash(ContactId),
}

/// The picker.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The query as typed.
    pub input: Input,
    /// Who matches the latest query answered; `None` before the first answer.
    pub found: Option<Matches>,
    /// Who of them has a contact already.
    pub standing: HashMap<PersonRef, Standing>,
    /// The person under the cursor and the first one shown.
    pub list: List,
    /// Whose people are looked for: those of an account, or, without one, those of the directory that was imported.
    pub source: Option<(AccountId, String)>,
    /// The latest query was answered in part at least.
    seen: bool,
    /// Further places are being looked into.
    looks_on: bool,
    /// Why there is no answer.
    pub problem: Option<String>,
    /// Where nobody could be looked for, and why.
    pub remark: Option<String>,
    /// A key waits for the answer under way.
    pub awaited: bool,
    /// Who was chosen by an arrow; they stay under the cursor when the list is read anew.
    chosen: Option<PersonRef>,
}

/// Where the parts of the picker stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleAreas {
    /// The line of the query.
    pub query: Rect,
    /// The people found.
    pub list: Rect,
    /// The one under the cursor.
    pub person: Rect,
}

impl People {
    /// How wide the picker is, frame included, where the screen allows.
    pub const WIDTH: u16 = 100;
    /// So many people are listed; who is not among them is found by typing on.
    pub const LIMIT: usize = 50;

    /// Where the parts of the picker stand on a screen of this size.
    pub fn areas(screen: Size) -> PeopleAreas {
        let inside = layout::inside(layout::modal(screen, Self::WIDTH, u16::MAX));
        let line = |rows: u16| rows.min(inside.height);
        let query = Rect { height: line(1), ..inside };
        let top = line(if inside.height >= AIRY { 2 } else { 1 });
        let body = Rect { y: inside.y + top, height: inside.height - top, ..inside };
        if inside.width >= BESIDE {
            let list = Rect { width: body.width / 2, ..body };
            let person = Rect { x: list.right() + GAP, width: body.width - list.width - GAP, ..body };
            return PeopleAreas { query, list, person };
        }
        let below = if body.height < 6 { 0 } else { body.height * 2 / 5 };
        let list = Rect { height: body.height - below - u16::from(below > 0), ..body };
        let person = Rect { y: body.bottom() - below, height: below, ..body };
        PeopleAreas { query, list, person }
    }

    /// Types a key; whether another query stands there now.
    pub fn type_key(&mut self, key: Key) -> bool {
        let typed = input::edit(&mut self.input, key) == Edit::Text;
        if typed {
            self.chosen = None;
        }
        typed
    }

    /// Pastes into the query.
    pub fn paste(&mut self, text: &str) {
        input::paste(&mut self.input, text, false);
        self.chosen = None;
    }

    /// The people listed, best first.
    pub fn people(&self) -> &[Person] {
        self.found.as_ref().map_or(&[], |found| &found.people)
    }

    /// How many more match than are listed.
    pub fn more(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.total.saturating_sub(found.people.len()))
    }

    /// The person under the cursor.
    pub fn selected(&self) -> Option<&Person> {
        self.people().get(self.list.cursor)
    }

    /// Where the contact of a person lies, if there is one.
    pub fn standing(&self, person: &Person) -> Option<Standing> {
        self.standing.get(&person.who).copied()
    }

    fn go(&mut self, motion: Motion, page: usize) {
        self.list.go(motion, self.people().len(), page);
        self.chosen = self.selected().map(|person| person.who.clone());
    }

    /// The person on a line of the picker, counted from its top, comes under the cursor; whether there is one.
    pub fn press(&mut self, screen: Size, line: usize) -> bool {
        let areas = Self::areas(screen);
        let above = usize::from(areas.list.y - areas.query.y);
        let place = line.checked_sub(above).filter(|line| *line < usize::from(areas.list.height));
        let Some(person) = place.and_then(|line| self.people().get(self.list.offset + line)) else { return false };
        self.chosen = Some(person.who.clone());
        self.list.cursor = self.list.offset + line - above;
        true
    }

    fn take_in(&mut self, found: Matches, contacts: &HashMap<PersonRef, ContactId>, roster: &Roster) {
        let of = |id: &ContactId| contacts.iter().find(|(_, contact)| *contact == id).map(|(who, _)| who.clone());
        let rows = roster.rows.iter().filter(|row| !contacts.is_empty() && row.trashed);
        let in_trash: Vec<PersonRef> = rows.filter_map(|row| of(&row.id)).collect();
        let standing = |(who, id): (&PersonRef, &ContactId)| {
            let standing = if in_trash.contains(who) { Standing::Trash(*id) } else { Standing::Book(*id) };
            (who.clone(), standing)
        };
        self.standing = contacts.iter().map(standing).collect();
        let chosen = |person: &Person| Some(&person.who) == self.chosen.as_ref();
        self.list.cursor = found.people.iter().position(chosen).unwrap_or_default();
        self.found = Some(found);
        self.seen = true;
        self.problem = None;
        self.awaited = false;
    }

    /// Keeps the cursor in sight, and under the last person the line that says how many more there are.
    pub fn settle(&mut self, screen: Size) {
        let people = self.people().len();
        let page = usize::from(Self::areas(screen).list.height);
        let mut list = self.list;
        list.cursor = list.cursor.min(people.saturating_sub(1));
        let rest = usize::from(self.more() > 0);
        list.settle(people + rest, page);
        self.list.cursor = list.cursor;
        if list.cursor + 1 == people {
            list.cursor += rest;
            list.settle(people + rest, page);
        }
        self.list.offset = list.offset.min(self.list.cursor);
    }

    /// What stands beside a person's name: the position, the department or the company; where the name is not what
    /// matched, that which did.
    pub fn second<'a>(&self, person: &'a Person, matches: impl Fn(&str) -> bool) -> &'a str {
        let profile = &person.profile;
        let addresses = profile.emails.iter().chain(&profile.phone_numbers).chain(&profile.sip_addresses);
        let texts = || {
            [&profile.title, &profile.department, &profile.company_name]
                .into_iter()
                .chain(addresses.clone().map(|value| &value.value))
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        let matching = texts().find(|text| matches(text)).filter(|_| !matches(&profile.display_name));
        matching.or_else(|| texts().next()).unwrap_or_default()
    }
}
