//! Somebody else changed the contact that was edited here.

use ratatui::layout::{Rect, Size};

use super::{layout, text::wrapped};
use crate::book::Contact;

/// What differs, and theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Who.
    pub name: String,
    /// The labels of the fields in conflict.
    pub fields: Vec<String>,
    /// The contact as it stands now.
    pub theirs: Box<Contact>,
}

impl Conflict {
    /// How wide it is, frame included, where the screen allows.
    const WIDTH: u16 = 64;
    /// What stands left and right of its lines.
    const MARGINS: u16 = 3;

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let lines = self.lines(inside.width).iter().map(Vec::len).sum::<usize>();
        layout::modal(size, Self::WIDTH, u16::try_from(4 + lines).unwrap_or(u16::MAX))
    }

    /// What happened, what is in conflict, and what became of it, in lines for a frame that is `inside` columns wide.
    pub fn lines(&self, inside: u16) -> [Vec<String>; 3] {
        let room = usize::from(inside.saturating_sub(Self::MARGINS));
        [
            format!("{} was changed elsewhere meanwhile.", self.name),
            format!("Changed by both: {}", self.fields.join(", ")),
            "Nothing is saved yet.".to_owned(),
        ]
        .map(|text| wrapped(&text, room))
    }
}
