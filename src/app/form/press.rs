//! What a press with the mouse means in a form: a cell gets the focus, a group is ticked, a word is taken.

use ratatui::layout::{Position, Size};

use super::{Cell, Check, Columns, Content, Form, Pending, TYPE_WIDTH, checklist, lines};
use crate::app::{
    layout,
    roster::Roster,
    text::{clusters, width},
};

impl Form {
    /// What stands under a cell of the screen gets the focus; what can be ticked is ticked. A second press opens the words
    /// there are for it.
    pub fn press(&mut self, at: Position, is_double: bool, roster: &Roster, size: Size) {
        let inside = Self::inside(size);
        let columns = Self::columns(inside.width);
        let shown = lines::lines(self, roster, columns);
        if let Some(area) = self.words_area(&shown, size).filter(|area| area.contains(at)) {
            let top = if area.height > 2 { layout::inside(area).y } else { area.y };
            return at.y.checked_sub(top).map_or((), |line| self.press_word(usize::from(line)));
        }
        if !inside.contains(at) {
            return;
        }
        let line = self.scroll + usize::from(at.y - inside.y);
        let column = usize::from(at.x - inside.x);
        let Some(content) = shown.get(line).map(|line| &line.content) else { return };
        match content {
            Content::Text { cell, .. } | Content::Choice { cell, .. } => self.press_cell(*cell, is_double),
            Content::Value { type_cell, cell, .. } => {
                let on_type = column < columns.value_at + TYPE_WIDTH;
                self.press_cell(cell.filter(|_| !on_type).unwrap_or(*type_cell), is_double);
            }
            Content::Piece { cell, text, range } => {
                self.press_cell(*cell, false);
                let before = byte_at(text, column.saturating_sub(columns.value_at)) + range.start;
                let cursor = self.editor.value().get(..before).map(|head| head.chars().count());
                if let Some(cursor) = cursor {
                    self.editor = std::mem::take(&mut self.editor).with_cursor(cursor);
                }
            }
            Content::Query => self.press_cell(Cell::Groups, false),
            Content::Checks { checks, .. } => {
                let is_checks = |place: &usize| matches!(shown[*place].content, Content::Checks { .. });
                let above = (0..line).rev().take_while(is_checks).count();
                let place = check_at(checks, column, columns);
                self.press_group(above, place, roster, columns);
            }
            Content::Gap | Content::Heading | Content::ReadOnly(_) | Content::Remark { .. } => {}
        }
    }

    fn press_cell(&mut self, cell: Cell, is_double: bool) {
        if cell != self.focus {
            self.focus_on(cell);
        } else if is_double && self.has_words() {
            self.pending = Pending::Asked;
        }
    }

    /// Ticks a group by its place on a line of the checklist.
    fn press_group(&mut self, line: usize, place: Option<usize>, roster: &Roster, columns: Columns) {
        self.press_cell(Cell::Groups, false);
        let lines = Self::check_lines(&self.groups_shown(roster), columns.value);
        let Some(line) = lines.get(self.groups.offset + line.min(checklist::LINES)) else { return };
        if let Some(place) = place {
            self.groups.cursor = line.start + place;
            self.toggle_group(roster);
        }
    }

    fn press_word(&mut self, line: usize) {
        let Some(words) = &mut self.words else { return };
        let place = words.list.offset + line;
        if place < words.words.len() {
            (words.list.cursor, words.is_chosen) = (place, true);
            self.take_word();
        }
    }
}

/// The group under a column of a line of the checklist.
fn check_at(checks: &[Check], column: usize, columns: Columns) -> Option<usize> {
    let mut start = columns.value_at;
    for (place, check) in checks.iter().enumerate() {
        let end = start + checklist::TICK + width(&check.name);
        if (start..end).contains(&column) {
            return Some(place);
        }
        start = end + checklist::GAP;
    }
    None
}

/// The byte of a text that stands at a column, or its end.
fn byte_at(text: &str, column: usize) -> usize {
    let mut used = 0;
    for cluster in clusters(text) {
        used += cluster.width;
        if used > column {
            return cluster.at;
        }
    }
    text.len()
}
