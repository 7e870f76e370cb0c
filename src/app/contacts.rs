//! The contacts pane: the rows of one section in one of several orders or, while filtered, best match first.

use tui_input::Input;

use super::{List, Roster, Section, action::Motion, roster::Shift};
use crate::{
    book::{ContactId, ContactSet, Delta, Order, Row},
    search::Query,
};

/// With more changes at once the order is asked for anew.
const FEW: usize = 100;
/// A page of fewer lines has no room for headings.
const HEADINGS_FROM: usize = 4;

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

/// A section of the list: what its rows have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The first row that stands under it.
    pub at: usize,
    /// What it says.
    pub text: String,
}

/// A line of the list as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactLine<'a> {
    /// A heading; it cannot be selected.
    Heading(&'a str),
    /// A contact, by its place in [`Contacts::visible`].
    Row(usize),
}

/// The state of the pane.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// The rows shown, as places in `Roster::rows`.
    pub visible: Vec<usize>,
    /// The sections of the rows shown; none while they are not in an order that has sections.
    pub headings: Vec<Heading>,
    /// The selected row and the first one shown.
    pub list: List,
    /// The filter.
    pub filter: Filter,
    /// The order that is wanted.
    pub order: Order,
    /// The order that the configuration wants.
    configured: Order,
    /// The order that the list has, if it is another than that by name: every contact, by its place in `Roster::rows`.
    sorted: Option<(Order, Vec<usize>)>,
    /// Nothing was shown yet, since the order wanted is still worked out.
    awaits_order: bool,
    /// The contact that a person chose. It stays selected as long as it is shown; while a filter hides it the best
    /// match is selected instead.
    chosen: Option<ContactId>,
    /// The contact that they chose last, whether or not the section shows it: another section may show it again.
    meant: Option<ContactId>,
    /// Who takes its place if a change takes it away.
    next: Option<ContactId>,
}

impl Contacts {
    /// A list of another book, in the same order.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self {
            order: self.order,
            configured: self.configured,
            awaits_order: self.order != Order::Name,
            ..Self::default()
        }
    }

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
        self.meant = self.chosen;
    }

    /// Another section is to be shown, from its top unless it shows who was chosen last.
    pub fn change_section(&mut self) {
        self.list = List::default();
        self.chosen = self.meant.or(self.chosen);
    }

    /// Selects a contact, once it is shown.
    pub fn choose(&mut self, id: ContactId) {
        self.chosen = Some(id);
        self.meant = Some(id);
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
        let rows = self.visible.get(first..(last + 1).min(self.visible.len())).unwrap_or_default();
        rows.iter().filter_map(|place| roster.rows.get(*place))
    }

    /// The order in which the list stands; while another one is worked out it is not yet the one wanted.
    pub fn order_shown(&self) -> Order {
        self.sorted.as_ref().map_or(Order::Name, |(order, _)| *order)
    }

    /// Every place in an order that was worked out; `None` for the order by name, in which they are kept.
    pub fn sort(&mut self, sorted: Option<(Order, Vec<usize>)>) {
        self.sorted = sorted;
        self.awaits_order = false;
    }

    /// The configuration wants an order: it comes into force when it is another one than before.
    pub fn configure(&mut self, order: Order) {
        if self.configured != order {
            (self.configured, self.order) = (order, order);
        }
    }

    /// The order that is wanted cannot be worked out.
    pub fn give_up_order(&mut self) {
        self.order = self.order_shown();
        self.awaits_order = false;
    }

    /// Sees which row is to be selected if the selected one goes, before the roster takes the change in.
    pub fn prepare(&mut self, roster: &Roster, delta: &Delta) {
        let touched: ContactSet = delta.rows.iter().map(|row| row.id).chain(delta.gone.iter().copied()).collect();
        self.next = None;
        if !self.selected(roster).is_some_and(|row| touched.contains(&row.id)) {
            return;
        }
        let (before, after) = self.visible.split_at(self.list.cursor);
        let mut around = after.iter().chain(before.iter().rev()).filter_map(|place| roster.rows.get(*place));
        self.next = around.find(|row| !touched.contains(&row.id)).map(|row| row.id);
    }

    /// Brings what changed to its places in the order shown, once the roster has it. Whether the order must be worked
    /// out anew instead.
    pub fn reorder(&mut self, roster: &Roster, shift: &Shift) -> bool {
        let Some((order, places)) = &mut self.sorted else { return false };
        if shift.is_empty() {
            return false;
        }
        places.retain_mut(|place| match shift.stayed(*place) {
            Some(now) => {
                *place = now;
                true
            }
            None => false,
        });
        if shift.len() > FEW {
            // Until the answer is there they stand at the end.
            places.extend(shift.fresh());
            return true;
        }
        let key = |place: usize| roster.rows.get(place).map(|row| (order.key(row), row.id));
        for fresh in shift.fresh() {
            let wanted = key(fresh);
            let at = places.partition_point(|place| key(*place) < wanted);
            places.insert(at, fresh);
        }
        false
    }

    /// Follows the book, the section and the hits of the filter. The selected contact stays, and stays on its line of
    /// the screen; when it is gone, its neighbour or, in a filtered list, the best match takes its place.
    pub fn follow(&mut self, roster: &Roster, section: Section) {
        self.visible = self.places(roster, section);
        self.headings = self.sections(roster);
        let next = self.next.take();
        let place = |id| self.visible.iter().position(|place| roster.rows[*place].id == id);
        match (self.chosen.and_then(place), next.and_then(place)) {
            (Some(cursor), _) => self.list.carry_to(cursor),
            (None, Some(neighbour)) => {
                self.list.carry_to(neighbour);
                self.choose_selected(roster);
            }
            (None, None) if self.filter.hits.is_some() => self.list = List::default(),
            (None, None) => {
                self.list.cursor = self.list.cursor.min(self.visible.len().saturating_sub(1));
                // Nobody chose this one: it is but the first of a section that was gone through.
                self.chosen = self.selected(roster).map(|row| row.id).or(self.chosen);
            }
        }
    }

    /// The places of the rows to show.
    fn places(&self, roster: &Roster, section: Section) -> Vec<usize> {
        let belongs = belonging(roster, section);
        let shown = match (&self.filter.hits, &self.sorted) {
            (Some(hits), _) => roster.places(hits),
            (None, Some((_, sorted))) => sorted.clone(),
            // The first rows are those by name: shown in another order they would all move.
            (None, None) if self.awaits_order => Vec::new(),
            (None, None) => {
                let rows = roster.rows.iter().enumerate().filter(|(_, row)| belongs(row));
                return rows.map(|(place, _)| place).collect();
            }
        };
        shown.into_iter().filter(|place| belongs(&roster.rows[*place])).collect()
    }

    /// The sections of the rows shown. Rows of one section stand together, so that the end of each is found by halving.
    fn sections(&self, roster: &Roster) -> Vec<Heading> {
        let mut headings = Vec::new();
        if self.filter.hits.is_some() {
            return headings;
        }
        let order = self.order_shown();
        let heading = |place: &usize| order.heading(&roster.rows[*place]);
        let mut at = 0;
        while let Some(text) = self.visible.get(at).and_then(heading) {
            let next = at + self.visible[at..].partition_point(|place| heading(place).as_ref() == Some(&text)).max(1);
            headings.push(Heading { at, text });
            at = next;
        }
        headings
    }

    /// Makes the first row shown such that the selected one is shown and no line stays empty that could be filled.
    pub fn settle(&mut self, page: usize) {
        let len = self.visible.len();
        if page < HEADINGS_FROM || self.headings.is_empty() {
            return self.list.settle(len, page);
        }
        let cursor = self.list.cursor.min(len.saturating_sub(1));
        let fits = |last: usize| {
            let first = (last + 1).saturating_sub(page);
            (first..last).find(|first| self.height(*first, last) <= page).unwrap_or(last)
        };
        let offset = self.list.offset.clamp(fits(cursor), cursor).min(fits(len.saturating_sub(1)));
        self.list = List { cursor, offset };
    }

    /// Scrolls by rows; the selection comes along where it would leave the page.
    pub fn scroll(&mut self, by: isize, roster: &Roster, page: usize) {
        self.list.offset = self.list.offset.saturating_add_signed(by).min(self.visible.len().saturating_sub(1));
        let is_row = |line| if let ContactLine::Row(row) = line { Some(row) } else { None };
        let last = self.lines(page).filter_map(is_row).last().unwrap_or(self.list.offset);
        self.list.cursor = self.list.cursor.clamp(self.list.offset, last);
        self.settle(page);
        self.choose_selected(roster);
    }

    /// How many lines the rows from `first` to `last` take with their headings, when they are at the top of the page.
    fn height(&self, first: usize, last: usize) -> usize {
        let until = |row: usize| self.headings.partition_point(|heading| heading.at <= row);
        last + 1 - first + 1 + until(last) - until(first)
    }

    /// The lines of the pane from its top. The section of the first row is named even where it began further up.
    pub fn lines(&self, page: usize) -> impl Iterator<Item = ContactLine<'_>> {
        let first = self.list.offset;
        let headings = if page < HEADINGS_FROM { &[] } else { self.headings.as_slice() };
        let begun = headings.partition_point(|heading| heading.at <= first).saturating_sub(1);
        let mut headings = headings[begun.min(headings.len())..].iter().peekable();
        let rows = (first..self.visible.len()).flat_map(move |row| {
            let heading = headings.next_if(|heading| heading.at <= row);
            heading.map(|heading| ContactLine::Heading(&heading.text)).into_iter().chain([ContactLine::Row(row)])
        });
        // A heading without a row under it says nothing.
        let last = page.saturating_sub(1);
        let says = move |(line, shown): &(usize, ContactLine)| *line < last || matches!(shown, ContactLine::Row(_));
        rows.take(page).enumerate().filter(says).map(|(_, shown)| shown)
    }

    /// The row on a line of the pane, counted from its top.
    pub fn row_at(&self, line: usize, page: usize) -> Option<usize> {
        match self.lines(page).nth(line)? {
            ContactLine::Row(row) => Some(row),
            ContactLine::Heading(_) => None,
        }
    }
}

/// Who belongs to a section.
pub(super) fn belonging(roster: &Roster, section: Section) -> Box<dyn Fn(&Row) -> bool> {
    match section {
        Section::All => Box::new(|row| !row.trashed),
        Section::Favourites => Box::new(|row| row.favourite && !row.trashed),
        Section::Unresolved => Box::new(|row| row.unresolved && !row.trashed),
        Section::Trash => Box::new(|row| row.trashed),
        Section::Account(home) => {
            let account = roster.homes.id(home);
            Box::new(move |row| !row.trashed && row.is_of(&account))
        }
        Section::Group(group) => {
            let is_member = roster.membership(group);
            Box::new(move |row| !row.trashed && is_member(row))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SORTS;

    #[test]
    fn the_configuration_knows_every_order() {
        assert_eq!(Order::ALL.map(Order::name), SORTS);
        assert_eq!(SORTS.map(Order::named), Order::ALL);
        assert_eq!((Order::Changed.next(), Order::named("size")), (Order::Name, Order::Name));
    }

    /// Twelve rows in sections of one, two, three, … rows.
    fn list(offset: usize, cursor: usize) -> Contacts {
        let headings = [(0, "A"), (1, "B"), (3, "C"), (6, "D"), (10, "E")];
        let headings = headings.map(|(at, text)| Heading { at, text: text.to_owned() }).into();
        Contacts { visible: (0..12).collect(), headings, list: List { cursor, offset }, ..Contacts::default() }
    }

    fn lines(contacts: &Contacts, page: usize) -> String {
        let name = |line| match line {
            ContactLine::Heading(text) => text.to_owned(),
            ContactLine::Row(row) => row.to_string(),
        };
        contacts.lines(page).map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_section_of_the_first_row_is_always_named() {
        assert_eq!(lines(&list(0, 0), 6), "A 0 B 1 2");
        assert_eq!(lines(&list(4, 4), 6), "C 4 5 D 6 7");
        assert_eq!(list(4, 4).row_at(0, 6), None);
        assert_eq!(list(4, 4).row_at(4, 6), Some(6));
        assert_eq!(lines(&list(4, 4), 3), "4 5 6", "a low page is for the rows");
    }

    #[test]
    fn the_cursor_is_on_the_page_whatever_headings_stand_above_it() {
        for page in 1..20 {
            for (offset, cursor) in (0..12).flat_map(|offset| (0..12).map(move |cursor| (offset, cursor))) {
                let mut contacts = list(offset, cursor);
                contacts.settle(page);
                let shown: Vec<_> = contacts.lines(page).collect();
                assert!(shown.contains(&ContactLine::Row(cursor)), "{page} {offset} {cursor}");
                assert!(shown.len() == page || shown.len() + 1 == page || page >= 17, "{page} {offset} {cursor}");
            }
        }
    }
}
