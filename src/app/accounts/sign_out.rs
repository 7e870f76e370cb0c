//! Whether a copy stays when a person signs out. The question names what was not sent.

use ratatui::layout::{Rect, Size};

use crate::{
    app::{layout, question::people, text::wrapped},
    book::AccountId,
};

/// The question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOut {
    /// The account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// How many changes it has not got yet.
    pub unsent: usize,
    /// How many contacts it has here.
    pub contacts: usize,
}

impl SignOut {
    /// How wide it is, frame included, where the screen allows.
    const WIDTH: u16 = 66;
    /// What stands left and right of its lines.
    const MARGINS: u16 = 3;

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let lines = self.lines(inside.width).iter().map(Vec::len).sum::<usize>();
        layout::modal(size, Self::WIDTH, u16::try_from(lines + 4).unwrap_or(u16::MAX))
    }

    /// What is not sent, in a sentence; empty where all is.
    pub fn unsent_sentence(&self) -> String {
        match self.unsent {
            0 => String::new(),
            1 => format!("1 change is not on {} yet.", self.name),
            many => format!("{many} changes are not on {} yet.", self.name),
        }
    }

    /// The question and what the answers mean, a sentence each.
    pub fn sentences(&self) -> [String; 4] {
        let lost = if self.unsent == 0 { "" } else { " What was not sent is lost." };
        let kept = if self.unsent == 0 { "" } else { ", and what was not sent with them" };
        [
            format!("Sign out of {}?", self.name),
            self.unsent_sentence(),
            format!("Keep: a copy of the {} stays on this machine{kept}.", people(self.contacts)),
            format!("Remove: they go from this machine, and stay on {}.{lost}", self.name),
        ]
    }

    /// The same in lines for a frame that is `inside` columns wide: the question, what is not sent, what the answers mean.
    pub fn lines(&self, inside: u16) -> [Vec<String>; 4] {
        let room = usize::from(inside.saturating_sub(Self::MARGINS));
        self.sentences().map(|text| wrapped(&text, room).into_iter().filter(|line| !line.is_empty()).collect())
    }
}
