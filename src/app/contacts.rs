//! The contacts pane: the rows of one section, by name or, while filtered, best match first.

use std::collections::HashMap;

use tui_input::Input;

use super::{List, Roster, Section, action::Motion};
use crate::{
    book::{ContactId, Row},
    search::Query,
};

/// What is being looked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The query as typed.
    pub input: Input,
    /// Whether it is being typed.
    pub editing: bool,
    /// What matched the latest query answered, best first; `None` while nothing is filtered.
    pub hits: Option<Vec<ContactId>>,
}

impl Filter {
    /// Whether a query asks for anything.
    pub fn is_on(&self) -> bool {
        !self.query().is_empty()
    }

    /// The query taken apart.
    pub fn query(&self) -> Query {
        Query::parse(self.input.value())
    }
}

/// The state of the pane.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// The rows shown, as places in `Roster::rows`.
    pub visible: Vec<usize>,
    /// The selected line and the first one shown.
    pub list: List,
    /// The filter.
    pub filter: Filter,
    /// The contact that a person chose. It stays selected as long as it is shown; while a filter hides it the best
    /// match is selected instead.
    chosen: Option<ContactId>,
}

impl Contacts {
    /// The selected row.
    pub fn selected<'a>(&self, roster: &'a Roster) -> Option<&'a Row> {
        roster.rows.get(*self.visible.get(self.list.cursor)?)
    }

    /// Moves the selection.
    pub fn go(&mut self, motion: Motion, roster: &Roster, page: usize) {
        self.list.go(motion, self.visible.len(), page);
        self.choose_selected(roster);
    }

    /// What is selected is what the person wants from now on.
    pub fn choose_selected(&mut self, roster: &Roster) {
        self.chosen = self.selected(roster).map(|row| row.id).or(self.chosen);
    }

    /// Selects a contact, once it is shown.
    pub fn choose(&mut self, id: ContactId) {
        self.chosen = Some(id);
    }

    /// Whether a contact is shown.
    pub fn shows(&self, roster: &Roster, id: ContactId) -> bool {
        self.place_of(roster, id).is_some()
    }

    /// The line of a contact.
    pub fn place_of(&self, roster: &Roster, id: ContactId) -> Option<usize> {
        self.visible.iter().position(|place| roster.rows[*place].id == id)
    }

    /// The rows shown.
    pub fn shown<'a>(&'a self, roster: &'a Roster) -> impl Iterator<Item = &'a Row> {
        self.visible.iter().filter_map(|place| roster.rows.get(*place))
    }

    /// The rows shown on some lines, both included.
    pub fn between<'a>(&'a self, roster: &'a Roster, first: usize, last: usize) -> impl Iterator<Item = &'a Row> {
        self.shown(roster).skip(first).take((last + 1).saturating_sub(first))
    }

    /// Follows the book, the section and the hits of the filter. The selected contact stays, and stays on its line of
    /// the screen; when it is gone, its neighbour or, in a filtered list, the best match takes its place.
    pub fn follow(&mut self, roster: &Roster, section: Section) {
        self.visible = shown(roster, section, self.filter.hits.as_deref());
        let place = |id| self.visible.iter().position(|place| roster.rows[*place].id == id);
        match self.chosen.and_then(place) {
            Some(cursor) => self.list.carry_to(cursor),
            None if self.filter.hits.is_some() => self.list = List::default(),
            None => {
                self.list.cursor = self.list.cursor.min(self.visible.len().saturating_sub(1));
                self.choose_selected(roster);
            }
        }
    }
}

/// The places of the rows to show.
fn shown(roster: &Roster, section: Section, hits: Option<&[ContactId]>) -> Vec<usize> {
    let belongs: Box<dyn Fn(&Row) -> bool> = match section {
        Section::All => Box::new(|row| !row.trashed),
        Section::Favourites => Box::new(|row| row.favourite && !row.trashed),
        Section::Unresolved => Box::new(|row| row.unresolved && !row.trashed),
        Section::Trash => Box::new(|row| row.trashed),
        Section::Group(group) => {
            let is_member = roster.membership(group);
            Box::new(move |row| !row.trashed && is_member(row))
        }
    };
    let rows = roster.rows.iter().enumerate().filter(|(_, row)| belongs(row));
    let Some(hits) = hits else { return rows.map(|(place, _)| place).collect() };
    let ranks: HashMap<_, _> = hits.iter().enumerate().map(|(rank, id)| (*id, rank)).collect();
    let mut ranked: Vec<_> = rows.filter_map(|(place, row)| Some((*ranks.get(&row.id)?, place))).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, place)| place).collect()
}
