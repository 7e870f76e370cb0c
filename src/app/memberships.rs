//! The checklist of groups for one contact or many: in a group are all of them, some, or none.

use std::collections::HashMap;

use ratatui::layout::{Rect, Size};
use tui_input::Input;

use super::{
    Key, List, RequestId, Roster,
    action::Motion,
    input::{self, Edit},
    layout,
};
use crate::{
    book::{AccountId, Command, ContactId, Group, GroupId, GroupType, Row, name::or_no_name},
    search::fold,
};

/// The lines above the groups: what is typed, and a gap.
const ABOVE: usize = 2;

/// How many of the contacts are in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// None of them.
    None,
    /// Some of them.
    Some,
    /// All of them.
    All,
}

/// A group of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The group; `None` for one that is made in place.
    pub id: Option<GroupId>,
    /// Its name.
    pub name: String,
    /// Whether it mirrors another system.
    pub external: bool,
    /// As it was.
    pub before: Tick,
    /// As it shall be.
    pub now: Tick,
}

/// A line of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceLine {
    /// A group, by its place in [`Memberships::choices`].
    Group(usize),
    /// What is typed becomes a group.
    New,
}

/// The checklist.
#[derive(Clone, Debug)]
pub struct Memberships {
    /// The contacts.
    pub contacts: Vec<ContactId>,
    /// The name of the one contact, or how many they are.
    pub whose: String,
    /// What is typed: a filter over the names, or the name of a group to be made.
    pub filter: Input,
    /// The groups by name, those made in place last.
    pub choices: Vec<Choice>,
    /// The line under the cursor and the first one shown.
    pub list: List,
    /// The request that saves it.
    pub saving: Option<RequestId>,
}

impl Memberships {
    /// How wide it is, frame included.
    pub const WIDTH: u16 = 50;

    /// The checklist for these contacts.
    pub fn of(contacts: &[&Row], roster: &Roster) -> Self {
        let mut counts: HashMap<GroupId, usize> = HashMap::new();
        for id in contacts.iter().flat_map(|row| &row.groups) {
            *counts.entry(*id).or_default() += 1;
        }
        let choice = |group: &Group| {
            let tick = match counts.get(&group.id) {
                None => Tick::None,
                Some(count) if *count >= contacts.len() => Tick::All,
                Some(_) => Tick::Some,
            };
            let (name, external) = (or_no_name(&group.name).to_owned(), group.group_type == GroupType::External);
            Choice { id: Some(group.id), name, external, before: tick, now: tick }
        };
        let account = contacts.first().map_or_else(AccountId::local, |row| row.account());
        let whose = match contacts {
            [one] => one.name.clone(),
            many => format!("{} contacts", many.len()),
        };
        Self {
            contacts: contacts.iter().map(|row| row.id).collect(),
            whose,
            filter: Input::default(),
            choices: roster.groups_of(&account).map(|row| choice(&row.group)).collect(),
            list: List::default(),
            saving: None,
        }
    }

    /// Where it stands, frame included; it keeps its height while one filters.
    pub fn area(&self, size: Size) -> Rect {
        let lines = u16::try_from(self.choices.len()).unwrap_or(u16::MAX);
        layout::modal(size, Self::WIDTH, lines.saturating_add(5))
    }

    /// How many groups are shown at once: a line to type in and a gap are above them.
    pub fn page(&self, size: Size) -> usize {
        usize::from(layout::inside(self.area(size)).height).saturating_sub(ABOVE)
    }

    /// The lines that match what is typed, and the one that makes a group of it.
    pub fn lines(&self) -> Vec<ChoiceLine> {
        let typed = self.typed();
        let wanted = fold(typed);
        let matching = self.choices.iter().enumerate().filter(|(_, choice)| fold(&choice.name).contains(&wanted));
        let mut lines: Vec<_> = matching.map(|(place, _)| ChoiceLine::Group(place)).collect();
        let is_new = !self.choices.iter().any(|choice| Group::folded(&choice.name) == Group::folded(typed));
        if !typed.is_empty() && is_new {
            lines.push(ChoiceLine::New);
        }
        lines
    }

    /// What is typed.
    pub fn typed(&self) -> &str {
        self.filter.value().trim()
    }

    /// Whether anything is ticked or typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        self.choices.iter().any(|choice| choice.before != choice.now)
    }

    /// Types a key into the filter.
    pub fn type_key(&mut self, key: Key) {
        if input::edit(&mut self.filter, key) == Edit::Text {
            self.list = List::default();
        }
    }

    /// Pastes into the filter.
    pub fn paste(&mut self, text: &str) {
        input::paste(&mut self.filter, text, false);
        self.list = List::default();
    }

    /// Drops what is typed. Returns whether something was.
    pub fn dismiss(&mut self) -> bool {
        let was_typed = !self.filter.value().is_empty();
        if was_typed {
            self.filter.reset();
            self.list = List::default();
        }
        was_typed
    }

    /// Moves the cursor.
    pub fn go(&mut self, motion: Motion, page: usize) {
        let lines = self.lines().len();
        self.list.go(motion, lines, page);
        self.list.settle(lines, page);
    }

    /// Scrolls so that the cursor is seen.
    pub fn settle(&mut self, size: Size) {
        let (lines, page) = (self.lines().len(), self.page(size));
        self.list.settle(lines, page);
    }

    /// Ticks or unticks the group under the cursor; one that some are in goes through all, none and as it was. A new
    /// name becomes a ticked group.
    pub fn tick(&mut self) {
        match self.lines().get(self.list.cursor) {
            Some(ChoiceLine::Group(place)) => {
                let choice = &mut self.choices[*place];
                choice.now = match (choice.now, choice.before) {
                    (Tick::None, Tick::Some) => Tick::Some,
                    (Tick::None | Tick::Some, _) => Tick::All,
                    (Tick::All, _) => Tick::None,
                }
            }
            Some(ChoiceLine::New) => {
                let name = self.typed().to_owned();
                self.choices.push(Choice { id: None, name, external: false, before: Tick::None, now: Tick::All });
                self.show_all(self.choices.len() - 1);
            }
            None => {}
        }
    }

    /// Ticks what stands on a line within the frame, counted from its top.
    pub fn press(&mut self, line: usize) {
        let place = line.checked_sub(ABOVE).map(|line| self.list.offset + line);
        if let Some(place) = place.filter(|place| *place < self.lines().len()) {
            self.list.cursor = place;
            self.tick();
        }
    }

    /// Takes the line under the cursor as what was meant by typing, and shows every group again.
    pub fn accept(&mut self) {
        let meant = self.lines().get(self.list.cursor).copied();
        self.tick();
        if let Some(ChoiceLine::Group(place)) = meant {
            self.show_all(place);
        }
    }

    fn show_all(&mut self, cursor: usize) {
        self.filter.reset();
        self.list.cursor = cursor;
    }

    /// The one command that brings about what is ticked; `None` when nothing differs.
    pub fn command(&self) -> Option<Command> {
        if !self.is_dirty() {
            return None;
        }
        let differing = |tick| self.choices.iter().filter(move |choice| choice.now == tick && choice.before != tick);
        let ids = |tick| differing(tick).filter_map(|choice| choice.id).collect();
        let make = differing(Tick::All).filter(|choice| choice.id.is_none()).map(|choice| choice.name.clone());
        let (join, make, leave) = (ids(Tick::All), make.collect(), ids(Tick::None));
        Some(Command::Regroup { contacts: self.contacts.clone(), join, make, leave })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Contact, GroupRow, Timestamp};
    use uuid::Uuid;

    fn checklist() -> Memberships {
        let group = |number: u128, name: &str| Group::new(GroupId(Uuid::from_u128(number)), AccountId::local(), name);
        let groups = vec![group(1, "Friends"), group(2, "Family"), group(3, "Work")];
        let in_groups = |number: u128, groups: &[usize]| {
            let mut contact = Contact::new(ContactId(Uuid::from_u128(number)), AccountId::local(), Timestamp(0));
            contact.groups = groups.iter().map(|n| GroupId(Uuid::from_u128(*n as u128))).collect();
            Row::of(&contact)
        };
        let rows = [in_groups(10, &[1, 2]), in_groups(11, &[1])];
        let groups = groups.into_iter().map(|group| GroupRow { group, count: 0 }).collect();
        let opening = crate::app::Opening { groups, ..crate::app::Opening::default() };
        Memberships::of(&[&rows[0], &rows[1]], &Roster::open(opening))
    }

    fn typed(mut list: Memberships, keys: &str) -> Memberships {
        for c in keys.chars() {
            match c {
                ' ' => list.tick(),
                '!' => list.accept(),
                'v' => list.go(Motion::Down, 9),
                c => list.type_key(Key::plain(super::super::Code::Char(c))),
            }
        }
        list
    }

    fn ticks(list: &Memberships) -> Vec<(&str, Tick)> {
        list.choices.iter().map(|choice| (choice.name.as_str(), choice.now)).collect()
    }

    #[test]
    fn a_group_of_some_can_be_left_as_it_was() {
        let list = checklist();
        assert_eq!(ticks(&list), [("Family", Tick::Some), ("Friends", Tick::All), ("Work", Tick::None)]);
        assert_eq!(ticks(&typed(list.clone(), " "))[0].1, Tick::All);
        assert_eq!(ticks(&typed(list.clone(), "  "))[0].1, Tick::None);
        assert_eq!(typed(list, "   ").command(), None);
    }

    #[test]
    fn what_is_typed_filters_is_ticked_and_makes_a_group() {
        let list = typed(checklist(), "wor!fri!choir!");
        let names = ["Family", "Friends", "Work", "choir"];
        let ticked = [Tick::Some, Tick::None, Tick::All, Tick::All];
        assert_eq!(ticks(&list), names.into_iter().zip(ticked).collect::<Vec<_>>());
        let Some(Command::Regroup { contacts, join, make, leave }) = list.command() else { panic!() };
        let ids = |ids: &[GroupId]| ids.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!((contacts.len(), ids(&join), make, ids(&leave)), (2, vec![3], vec!["choir".to_owned()], vec![1]));
        assert_eq!(typed(checklist(), "friends").lines().len(), 1, "a name that is there makes no other");
    }
}
