//! The details pane: every field of the selected contact, labelled, in lines that fit the pane, and what happened to it.
//! With the focus in the pane one walks from value to value.

mod abode;
mod page;
mod words;

use jiff::tz::TimeZone;
use serde_json::Value;

pub use abode::Abode;
pub use page::{DetailLine, Item, Kind, LABEL_WIDTH, MARGIN, Sheet, Weight, Whose};
pub use words::{address_label, value_label, when};

use super::{
    List, Roster,
    action::{Motion, OnValue},
    list,
};
use crate::{
    book::{Contact, ContactId, HistoryEntry, Timestamp},
    exchange::vcard::unmanaged,
};

/// The state of the pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The contact as last read; it may be another one than the selected, whose reading is then under way.
    pub contact: Option<Box<Contact>>,
    /// The first line shown.
    pub scroll: usize,
    /// The place of the selected value among those of the sheet.
    pub cursor: usize,
    /// The selected value itself, which may move to another place.
    pub on: Option<Item>,
    /// What the card of the contact holds beside its fields: name and value.
    other: Vec<(String, String)>,
    /// What happened to the contact.
    pub history: History,
    /// Somebody wants to edit the selected contact as soon as it is here.
    pub edit_when_loaded: bool,
    /// What somebody wants to do with the selected contact as soon as it is here.
    pub wish: Option<OnValue>,
    /// The contact changed since it was read.
    pub stale: bool,
    /// The contact that could not be read; not asked for again before something changes.
    pub failed: Option<ContactId>,
}

/// What happened to a contact, newest first, as far as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The latest changes: one more than are shown, if there are more.
    entries: Vec<HistoryEntry>,
    /// How many are shown at most; 0 before the first look.
    limit: usize,
    /// It has to be read (again).
    wanted: bool,
}

impl History {
    /// So many changes are shown before somebody asks for earlier ones.
    const FEW: usize = 5;

    /// What was read comes in.
    pub fn take_in(&mut self, entries: Vec<HistoryEntry>) {
        self.entries = entries;
    }

    /// Asks for earlier changes, many more each time.
    pub fn ask_for_more(&mut self) {
        self.limit *= 10;
        self.wanted = true;
    }

    /// How many changes are to be read, if they are to be read now.
    pub fn wants(&mut self) -> Option<usize> {
        std::mem::take(&mut self.wanted).then_some(self.limit + 1)
    }

    /// The changes shown.
    pub fn shown(&self) -> &[HistoryEntry] {
        &self.entries[..self.entries.len().min(self.limit)]
    }

    /// Whether there are earlier changes.
    pub fn has_more(&self) -> bool {
        self.entries.len() > self.limit
    }
}

/// What the pane has to know beside the contact.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    /// The book.
    pub roster: &'a Roster,
    /// The time zone in which times are shown.
    pub zone: &'a TimeZone,
    /// Now.
    pub now: Timestamp,
    /// Where the contact lives; `None` for the local account.
    pub abode: Option<Abode>,
    /// Where its person is known from.
    pub directory: String,
}

impl Details {
    /// Takes in the contact that was read.
    pub fn show(&mut self, contact: Option<Box<Contact>>) {
        if self.contact.as_ref().map(|c| c.id) != contact.as_ref().map(|c| c.id) {
            self.scroll = 0;
            self.cursor = 0;
            self.on = None;
            self.history = History { limit: History::FEW, ..History::default() };
        }
        self.history.wanted = contact.is_some();
        let card = contact.as_ref().and_then(|contact| contact.extras.card.as_ref());
        self.other = card.map(unmanaged).unwrap_or_default().iter().filter_map(readable).collect();
        self.contact = contact;
    }

    /// What is said of the contact in a pane that is `inside` columns wide within its frame.
    pub fn sheet(&self, around: &Around, inside: u16) -> Sheet {
        let Some(contact) = &self.contact else { return Sheet::default() };
        page::About { contact, other: &self.other, history: &self.history, around }.sheet(inside)
    }

    /// Walks through the values. A value longer than the pane is read to its end before the next one is reached.
    pub fn go(&mut self, motion: Motion, sheet: &Sheet, page: usize) {
        let Some(item) = sheet.items.get(self.cursor) else {
            self.scroll = list::scroll(self.scroll, motion, sheet.lines.len(), page);
            return;
        };
        let (begins_above, ends_below) = (item.lines.start < self.scroll, item.lines.end > self.scroll + page);
        match motion {
            Motion::Down | Motion::HalfDown | Motion::PageDown if ends_below => {
                self.scroll = list::scroll(self.scroll, motion, sheet.lines.len(), page);
            }
            Motion::Up | Motion::HalfUp | Motion::PageUp if begins_above => {
                self.scroll = list::scroll(self.scroll, motion, sheet.lines.len(), page);
            }
            Motion::HalfDown | Motion::PageDown | Motion::HalfUp | Motion::PageUp => {
                let mut line = List { cursor: item.lines.start, offset: self.scroll };
                line.go(motion, sheet.lines.len(), page);
                let there = sheet.items.partition_point(|item| item.lines.start <= line.cursor).saturating_sub(1);
                // From a value longer than a page to the next one, from the last line above to the first value.
                let onward = match motion {
                    Motion::HalfDown | Motion::PageDown => there.max(self.cursor + 1),
                    _ => there.min(self.cursor.saturating_sub(1)),
                };
                self.cursor = onward.min(sheet.items.len() - 1);
            }
            _ => {
                let mut place = List { cursor: self.cursor, offset: 0 };
                place.go(motion, sheet.items.len(), page);
                self.cursor = place.cursor;
            }
        }
        self.select(self.cursor, sheet);
    }

    /// Selects the value at a place.
    pub fn select(&mut self, place: usize, sheet: &Sheet) {
        self.cursor = place;
        self.on = sheet.items.get(place).cloned();
    }

    /// Scrolls by lines; the selection comes along as far as it must to stay in sight.
    pub fn scroll_by(&mut self, by: isize, sheet: &Sheet, page: usize) {
        let last = sheet.lines.len().saturating_sub(page);
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
        let in_sight = |item: &Item| item.lines.start < self.scroll + page && item.lines.end > self.scroll;
        let whole = |item: &Item| item.lines.start >= self.scroll && item.lines.end <= self.scroll + page;
        if sheet.items.get(self.cursor).is_some_and(|item| !whole(item)) {
            let items = || sheet.items.iter().enumerate();
            let nearest = |(place, _): &(usize, &Item)| place.abs_diff(self.cursor);
            let there = items().filter(|(_, item)| whole(item)).min_by_key(nearest);
            let there = there.or_else(|| items().find(|(_, item)| in_sight(item))).map(|(place, _)| place);
            if let Some(place) = there {
                self.select(place, sheet);
            }
        }
    }

    /// Finds the selected value again, and brings it into sight.
    pub fn settle(&mut self, sheet: &Sheet, page: usize) {
        let is_it = |item: &Item| self.on.as_ref().is_some_and(|on| item.kind == on.kind && item.text == on.text);
        if !sheet.items.get(self.cursor).is_some_and(is_it) {
            let there = sheet.items.iter().position(is_it);
            self.cursor = there.unwrap_or(self.cursor).min(sheet.items.len().saturating_sub(1));
        }
        if let Some(item) = sheet.items.get(self.cursor) {
            self.on = Some(item.clone());
            // What stands above the first value and below the last one has nothing else to bring it into sight.
            let first = if self.cursor == 0 { 0 } else { item.lines.start };
            let end = if self.cursor + 1 == sheet.items.len() { sheet.lines.len() } else { item.lines.end };
            let last = end.saturating_sub(page);
            self.scroll = self.scroll.clamp(first.min(last), first.max(last));
        }
        self.scroll = self.scroll.min(sheet.lines.len().saturating_sub(page));
    }
}

/// A property in jCard form (RFC 7095 section 3.3) as its name and its values.
fn readable(property: &Value) -> Option<(String, String)> {
    let array = property.as_array()?;
    let flat = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = array.iter().skip(3).map(flat).collect::<Vec<_>>().join(", ");
    Some((array.first()?.as_str()?.to_lowercase(), values))
}
