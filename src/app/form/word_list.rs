//! The list of words over a field: what the book holds already, and the types of values. It stays quiet while one
//! types: nothing is chosen until an arrow chooses it, so that what is typed never turns into something else.

use ratatui::layout::Rect;

use super::{Cell, Choice, Part, choices};
use crate::{
    app::{List, text::width},
    book::{Draft, Field},
    search::{Topic, Vocabulary},
};

/// So many words are offered while one types.
const QUIET: usize = 6;
/// So many words can be chosen from when the list was asked for.
const ASKED: usize = 200;
/// So many of them are in sight.
const IN_SIGHT: usize = 8;

/// An open list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordList {
    /// The words.
    pub words: Vec<Choice>,
    /// Whether one of them is chosen: the one under the cursor.
    pub is_chosen: bool,
    /// Where the list stands.
    pub list: List,
    /// Whether it was asked for: then the best word is chosen from the start.
    asked: bool,
}

/// What the words of a cell are for.
const fn topic(cell: Cell) -> Option<Topic> {
    match cell {
        Cell::Text(Field::CompanyName) => Some(Topic::Company),
        Cell::Text(Field::Title) => Some(Topic::Title),
        Cell::Text(Field::Department) => Some(Topic::Department),
        Cell::Address(_, Part::City) => Some(Topic::City),
        Cell::Address(_, Part::State) => Some(Topic::State),
        Cell::Address(_, Part::Country) => Some(Topic::Country),
        Cell::Type(..) | Cell::AddressType(_) => Some(Topic::Type),
        _ => None,
    }
}

/// Whether there may be words to choose from in a cell.
pub const fn has_words(cell: Cell) -> bool {
    topic(cell).is_some() || matches!(cell, Cell::Method)
}

impl WordList {
    /// The list that opens by itself over a cell in which `typed` stands; `None` where it would say nothing new.
    pub fn quiet(cell: Cell, typed: &str, vocabulary: &Vocabulary) -> Option<Self> {
        if typed.trim().is_empty() {
            return None;
        }
        Self::of(words(cell, typed, vocabulary, QUIET), false)
    }

    /// The list that was asked for: all words, the present one chosen.
    pub fn asked(cell: Cell, draft: &Draft, typed: &str, vocabulary: &Vocabulary) -> Option<Self> {
        let mut list = Self::of(words(cell, "", vocabulary, ASKED), true)?;
        let present = if cell.is_choice() { super::chosen(cell, draft) } else { typed.trim().to_owned() };
        list.list.cursor = list.words.iter().position(|choice| choice.shown == present).unwrap_or_default();
        Some(list)
    }

    /// The list after `typed` has changed.
    pub fn narrowed(&self, cell: Cell, typed: &str, vocabulary: &Vocabulary) -> Option<Self> {
        if self.asked {
            Self::of(words(cell, typed, vocabulary, ASKED), true)
        } else {
            Self::quiet(cell, typed, vocabulary)
        }
    }

    fn of(words: Vec<Choice>, asked: bool) -> Option<Self> {
        (!words.is_empty()).then(|| Self { words, is_chosen: asked, list: List::default(), asked })
    }

    /// Chooses the next word, or the previous one; from the first one back to what was typed.
    pub fn step(&mut self, down: bool) {
        if !self.is_chosen {
            self.is_chosen = down;
        } else if down {
            self.list.cursor = (self.list.cursor + 1).min(self.words.len() - 1);
        } else if self.list.cursor > 0 {
            self.list.cursor -= 1;
        } else {
            self.is_chosen = self.asked;
        }
        self.list.settle(self.words.len(), IN_SIGHT);
    }

    /// The word chosen.
    pub fn chosen(&self) -> Option<&Choice> {
        if self.is_chosen { self.words.get(self.list.cursor) } else { None }
    }

    /// Where it stands: under the line of its field, above it where there is more room, within the form.
    pub fn area(&self, field: Rect, inside: Rect) -> Rect {
        const FRAME: u16 = 2;
        let below = inside.bottom().saturating_sub(field.bottom());
        let above = field.y.saturating_sub(inside.y);
        let wanted = u16::try_from(self.words.len().min(IN_SIGHT)).unwrap_or_default() + FRAME;
        let is_below = below >= wanted || below >= above;
        let height = wanted.min(if is_below { below } else { above });
        let widest = self.words.iter().map(|choice| width(&choice.shown)).max().unwrap_or_default();
        let width = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(2 + FRAME).min(inside.width);
        // The words stand under what is typed, as far as there is room for them.
        let x = field.x.saturating_sub(2).min(inside.right() - width).max(inside.x);
        Rect::new(x, if is_below { field.bottom() } else { field.y - height }, width, height)
    }

    /// Scrolls so that the word under the cursor is shown in a list of this many lines.
    pub fn settle(&mut self, lines: u16) {
        self.list.settle(self.words.len(), usize::from(lines));
    }
}

fn words(cell: Cell, typed: &str, vocabulary: &Vocabulary, limit: usize) -> Vec<Choice> {
    let typed = typed.trim();
    let mut words = if cell.is_choice() { choices(cell) } else { Vec::new() };
    words.retain(|choice| {
        let begins = choice.shown.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
        begins && (typed.is_empty() || choice.shown != typed)
    });
    let own = topic(cell).map(|topic| vocabulary.suggest(topic, typed, limit)).unwrap_or_default();
    for word in own {
        if words.iter().all(|choice| choice.shown != word && choice.written != word) {
            words.push(Choice::plain(word));
        }
    }
    words.truncate(limit);
    words
}
