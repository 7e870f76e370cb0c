//! Contacts here and in an account that are alike, but not one to one: a person says who is who.

use ratatui::layout::{Rect, Size};

use crate::{
    app::{action::Motion, layout, list, text::wrapped},
    book::Twins,
};

/// The question who is who. It keeps what it shows, so that nothing changes under the fingers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinsView {
    /// Who is meant.
    pub twins: Twins,
    /// What people call the account.
    pub account: String,
    /// The first line that is shown.
    pub scroll: usize,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwinsLine {
    /// What happened.
    Said(String),
    /// In what they are alike.
    Value {
        /// What it is called; empty on further lines.
        label: String,
        /// A piece of the value.
        value: String,
    },
    /// What comes of an answer.
    Outlook(String),
    /// Nothing.
    Gap,
}

/// The margins, left and right.
const MARGINS: usize = 3;

impl TwinsView {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;
    /// How wide the labels are.
    pub const LABELS: usize = 12;
    /// Below the lines: a gap and the answers.
    const FOOT: usize = 2;

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let lines = self.lines(inside.width).len() + Self::FOOT + 2;
        layout::modal(size, Self::WIDTH, u16::try_from(lines).unwrap_or(u16::MAX))
    }

    /// How many lines are seen at once within a frame.
    pub fn page(inside: Rect) -> usize {
        usize::from(inside.height).saturating_sub(Self::FOOT).max(1)
    }

    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        let Self { twins, account, .. } = self;
        let name = if twins.name.trim().is_empty() { "A contact without a name" } else { twins.name.trim() };
        let (here, there) = (times(twins.here.len()), times(twins.there.len()));
        format!("{name} is {here} here and {there} in {account}, alike in all that both sides share.")
    }

    /// What comes of each answer. Nobody is deleted.
    pub fn outlook(&self) -> [String; 2] {
        let (here, there) = (self.twins.here.len(), self.twins.there.len());
        let both = |count: usize| format!("{count} on both sides");
        [
            format!("The same: they are paired one by one, then there are {}.", both(here.max(there))),
            format!("Different people: each comes to the other side, then there are {}.", both(here + there)),
        ]
    }

    /// The lines, in a frame that is `inside` columns wide.
    pub fn lines(&self, inside: u16) -> Vec<TwinsLine> {
        let room = usize::from(inside).saturating_sub(MARGINS);
        let mut lines: Vec<_> = wrapped(&self.sentence(), room).into_iter().map(TwinsLine::Said).collect();
        lines.push(TwinsLine::Gap);
        for (label, value) in &self.twins.fields {
            for (number, value) in wrapped(value.trim(), room.saturating_sub(Self::LABELS + 2)).into_iter().enumerate()
            {
                let label = if number == 0 { label.to_lowercase() } else { String::new() };
                lines.push(TwinsLine::Value { label, value });
            }
        }
        if !self.twins.fields.is_empty() {
            lines.push(TwinsLine::Gap);
        }
        for outlook in self.outlook() {
            lines.extend(wrapped(&outlook, room).into_iter().map(TwinsLine::Outlook));
        }
        lines
    }

    /// Scrolls.
    pub(in crate::app) fn go(&mut self, motion: Motion, inside: Rect) {
        self.scroll = list::scroll(self.scroll, motion, self.lines(inside.width).len(), Self::page(inside));
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        many => format!("{many} times"),
    }
}
