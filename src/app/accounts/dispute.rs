//! A record to which both sides gave different values: mine and theirs, field by field, beside each other where there is
//! room.

use ratatui::layout::{Rect, Size};

use crate::{
    app::{
        action::Motion,
        layout, list,
        text::{width, wrap, wrapped},
    },
    book::Dispute,
};

/// A dispute on the screen. It keeps what it shows, so that nothing changes under the fingers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeView {
    /// What it is about.
    pub dispute: Dispute,
    /// What people call the account.
    pub account: String,
    /// The first line of the fields that is shown.
    pub scroll: usize,
}

/// A line about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisputeLine {
    /// The label alone, above both values.
    Label(String),
    /// Both values, or the pieces of them that fit, beside each other.
    Beside {
        /// The label; empty on further lines.
        label: String,
        /// A piece of mine.
        mine: String,
        /// A piece of theirs.
        theirs: String,
    },
    /// One value on lines of its own.
    Below {
        /// `mine`, or what the account is called; empty on further lines.
        whose: String,
        /// A piece of it.
        value: String,
    },
}

/// From this width on the values stand beside each other.
const BESIDE: usize = 56;
/// The margins, left and right.
const MARGINS: usize = 3;
/// Between the columns.
const GAP: usize = 2;
/// The widest label.
const LABELS: usize = 14;
/// What a side has no value for.
const NOTHING: &str = "nothing";

impl DisputeView {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 88;
    /// Below the fields: a gap and the answers.
    const FOOT: usize = 2;

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let lines = self.lines(inside.width).len() + self.head(inside.width) + Self::FOOT + 2;
        layout::modal(size, Self::WIDTH, u16::try_from(lines).unwrap_or(u16::MAX))
    }

    /// How many lines stand above the fields: what happened, a gap, and the heads of the columns.
    pub fn head(&self, inside: u16) -> usize {
        self.sentences(inside).len() + if self.columns(inside).is_some() { 2 } else { 1 }
    }

    /// How many lines of fields are seen at once within a frame.
    pub fn page(&self, inside: Rect) -> usize {
        usize::from(inside.height).saturating_sub(self.head(inside.width) + Self::FOOT).max(1)
    }

    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        format!("{} was changed here and in {} meanwhile.", self.dispute.name, self.account)
    }

    /// The same in lines; what finds no room in two of them stays in the second, where drawing cuts it.
    pub fn sentences(&self, inside: u16) -> Vec<String> {
        let text = self.sentence();
        let mut ranges = wrap(&text, usize::from(inside).saturating_sub(MARGINS));
        if let [_, second, _, ..] = &mut ranges[..] {
            second.end = text.len();
            ranges.truncate(2);
        }
        ranges.into_iter().map(|range| text[range].trim_end().to_owned()).collect()
    }

    /// The columns of labels, mine and theirs: where each begins and how wide it is; `None` where they do not stand beside
    /// each other.
    pub fn columns(&self, inside: u16) -> Option<[(usize, usize); 3]> {
        let room = usize::from(inside).saturating_sub(MARGINS);
        if room < BESIDE {
            return None;
        }
        let labels = self.dispute.fields.iter().map(|field| width(&field.field)).max().unwrap_or_default();
        let labels = labels.min(LABELS);
        let each = (room - labels - 2 * GAP) / 2;
        Some([(0, labels), (labels + GAP, each), (labels + 2 * GAP + each, each)])
    }

    /// The lines of the fields, in a frame that is `inside` columns wide.
    pub fn lines(&self, inside: u16) -> Vec<DisputeLine> {
        let mut lines = Vec::new();
        let shown = |text: &str| if text.trim().is_empty() { NOTHING.to_owned() } else { text.trim().to_owned() };
        for field in &self.dispute.fields {
            let (mine, theirs) = (shown(&field.mine), shown(&field.theirs));
            if let Some([_, (_, ours), (_, others)]) = self.columns(inside) {
                let (mine, theirs) = (wrapped(&mine, ours), wrapped(&theirs, others));
                for number in 0..mine.len().max(theirs.len()) {
                    lines.push(DisputeLine::Beside {
                        label: if number == 0 { field.field.clone() } else { String::new() },
                        mine: mine.get(number).cloned().unwrap_or_default(),
                        theirs: theirs.get(number).cloned().unwrap_or_default(),
                    });
                }
            } else {
                lines.push(DisputeLine::Label(field.field.clone()));
                let room = usize::from(inside).saturating_sub(MARGINS + Self::WHOSE + GAP);
                for (whose, value) in [("mine", mine), ("theirs", theirs)] {
                    for (number, value) in wrapped(&value, room).into_iter().enumerate() {
                        let whose = if number == 0 { whose.to_owned() } else { String::new() };
                        lines.push(DisputeLine::Below { whose, value });
                    }
                }
            }
        }
        lines
    }

    /// How wide the column is that says whose a value is, where they stand below each other.
    pub const WHOSE: usize = 8;

    /// Scrolls.
    pub(in crate::app) fn go(&mut self, motion: Motion, inside: Rect) {
        let lines = self.lines(inside.width).len();
        self.scroll = list::scroll(self.scroll, motion, lines, self.page(inside));
    }
}
