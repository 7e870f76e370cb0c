//! A plan that was stopped because of how much it would delete: all its lines, and the word that is wanted.

use ratatui::layout::{Rect, Size};

use crate::{
    app::{
        action::Motion,
        layout, list,
        text::{wrap, wrapped},
    },
    book::BrakedPlan,
};

/// A stopped plan on the screen. It keeps the plan that it shows: the answer is about that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanView {
    /// The plan.
    pub plan: BrakedPlan,
    /// What people call the account.
    pub account: String,
    /// The first line shown.
    pub scroll: usize,
}

/// The margins, left and right.
const MARGINS: usize = 4;

impl PlanView {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;
    /// Below the lines: a gap and the answers.
    pub const FOOT: usize = 2;

    /// The title of its frame.
    pub fn title(&self) -> String {
        format!("{}: stopped before deleting", self.account)
    }

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let lines = self.lines(inside.width).len() + Self::FOOT + 2;
        layout::modal(size, Self::WIDTH, u16::try_from(lines).unwrap_or(u16::MAX))
    }

    /// How many lines are seen at once in a frame of this height.
    pub fn page(height: u16) -> usize {
        usize::from(height).saturating_sub(Self::FOOT).max(1)
    }

    /// The lines in a frame that is `inside` columns wide: the reason, and whether a line is one of the plan itself.
    pub fn lines(&self, inside: u16) -> Vec<(String, bool)> {
        let room = usize::from(inside).saturating_sub(MARGINS);
        let reason = wrapped(&self.plan.reason, room).into_iter();
        let promise = wrapped("Nothing of it is done yet. This is the whole plan:", room).into_iter();
        let head = reason.chain(promise).chain([String::new()]).map(|line| (line, false));
        // What a line of the plan needs beyond its first line stands further in.
        let folded = |line: &String| -> Vec<String> {
            let pieces = wrap(line, room.saturating_sub(2)).into_iter().enumerate();
            let piece = |(number, range): (usize, std::ops::Range<usize>)| {
                format!("{}{}", if number == 0 { "" } else { "  " }, line[range].trim_end())
            };
            pieces.map(piece).collect()
        };
        head.chain(self.plan.lines.iter().flat_map(|line| folded(line).into_iter().map(|line| (line, true)))).collect()
    }

    /// Scrolls.
    pub(in crate::app) fn go(&mut self, motion: Motion, inside: Rect) {
        let lines = self.lines(inside.width).len();
        self.scroll = list::scroll(self.scroll, motion, lines, Self::page(inside.height));
    }
}
