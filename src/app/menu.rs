//! A small menu: what can be done with a value, where there are several ways.

use super::{Deed, action::Motion, list::List, text::width};

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// What it is about.
    pub title: String,
    /// The choices: a word or two, and what is done.
    choices: Vec<(String, Deed)>,
    /// The selected choice and the first one shown.
    pub list: List,
}

impl Menu {
    /// A menu without choices.
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), choices: Vec::new(), list: List::default() }
    }

    /// Adds a choice.
    pub fn offer(&mut self, word: &str, deed: Deed) {
        self.choices.push((word.to_owned(), deed));
    }

    /// The words to choose from.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().map(|(word, _)| word.as_str())
    }

    /// How many choices there are.
    pub fn len(&self) -> usize {
        self.choices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    /// Itself where there are several choices; a single one needs no menu.
    pub fn only_choice(mut self) -> Option<Deed> {
        if self.choices.len() > 1 { Some(Deed::Menu(self)) } else { self.choices.pop().map(|(_, deed)| deed) }
    }

    /// Moves the selection.
    pub fn go(&mut self, motion: Motion, page: usize) {
        self.list.go(motion, self.choices.len(), page);
        self.list.settle(self.choices.len(), page);
    }

    /// What the selected choice does.
    pub fn chosen(mut self) -> Option<Deed> {
        let place = self.list.cursor;
        (place < self.choices.len()).then(|| self.choices.swap_remove(place).1)
    }

    /// How wide it is with its frame.
    pub fn width(&self) -> u16 {
        let widest = self.words().map(|word| width(word) + 6).chain([width(&self.title) + 6, 24]).max();
        u16::try_from(widest.unwrap_or_default()).unwrap_or(u16::MAX).min(60)
    }
}
