//! Where the lines of a form stand, and what of it is in sight.

use ratatui::layout::{Margin, Rect, Size};

use super::{Cell, Content, Form, FormLine, LABEL_WIDTH, TYPE_WIDTH, cells, lines};
use crate::app::{List, input, layout, roster::Roster};

/// A form that is narrower has its labels above what they name.
const STACKED: usize = 30;

/// How a form is divided from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// How wide the labels are.
    pub label: usize,
    /// Where the values begin.
    pub value_at: usize,
    /// How wide they are.
    pub value: usize,
    /// Whether labels stand above what they name.
    pub stacked: bool,
}

impl Form {
    /// Where the lines of a form stand, within its frame and margins.
    pub fn inside(size: Size) -> Rect {
        let frame = layout::modal(size, Self::WIDTH, u16::MAX);
        layout::inside(frame).inner(Margin { horizontal: 1, vertical: 0 })
    }

    /// How wide the labels and the types of a form are that is `inside` columns wide, frame and margins excluded. Where
    /// there is no room for labels they stand above what they name.
    pub fn columns(inside: u16) -> Columns {
        let inside = usize::from(inside);
        let label = if inside < STACKED { 0 } else { LABEL_WIDTH };
        let value_at = if label == 0 { 1 } else { label + 2 };
        Columns { label, value_at, value: inside.saturating_sub(value_at + 1).max(4), stacked: label == 0 }
    }

    /// Scrolls so that the focused cell and what is wrong with it are shown.
    pub fn settle(&mut self, roster: &Roster, size: Size) {
        let inside = Self::inside(size);
        let columns = Self::columns(inside.width);
        self.settle_groups(roster, columns.value);
        let page = usize::from(inside.height);
        let lines = lines::lines(self, roster, columns);
        let first = self.line_of_focus(&lines);
        let is_remark = |line: &FormLine| matches!(line.content, Content::Remark { .. });
        let remarks = lines.iter().skip(first + 1).take_while(|line| is_remark(line)).count();
        let label = usize::from(first > 0 && matches!(lines[first - 1].content, Content::Heading | Content::Query));
        let is_first = cells(&self.draft).first() == Some(&self.focus);
        let mut list = List { cursor: first + remarks, offset: self.scroll };
        list.settle(lines.len(), page);
        for cursor in [if is_first { 0 } else { first - label }, first] {
            list.cursor = cursor;
            list.settle(lines.len(), page);
        }
        self.scroll = list.offset;
        let area = self.words_area(&lines, size);
        if let (Some(words), Some(area)) = (&mut self.words, area) {
            words.settle(layout::inside(area).height);
        }
    }

    fn line_of_focus(&self, lines: &[FormLine]) -> usize {
        let of_focus = |line: &FormLine| line.holds(self.focus, input::cursor_byte(&self.editor));
        lines.iter().position(of_focus).unwrap_or_default()
    }

    /// Where the list of words stands, frame included.
    pub fn words_area(&self, lines: &[FormLine], size: Size) -> Option<Rect> {
        let words = self.words.as_ref()?;
        let inside = Self::inside(size);
        let columns = Self::columns(inside.width);
        let line = u16::try_from(self.line_of_focus(lines).checked_sub(self.scroll)?).ok()?;
        let in_list = matches!(self.focus, Cell::Value(..)) && !columns.stacked;
        let left = columns.value_at + if in_list { TYPE_WIDTH } else { 0 };
        let left = u16::try_from(left).ok()?.min(inside.width);
        Some(words.area(Rect { x: inside.x + left, y: inside.y + line, width: 1, height: 1 }, inside))
    }
}
