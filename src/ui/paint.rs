//! The brush: text on one line within a width, frames, and a cleared ground for what lies over the panes.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Style},
    widgets::{Block, Widget},
};

use super::Theme;
use crate::app::text::{Cut, Window, clusters, cut, width, window};

/// A place to write on one line, and how much of it is left.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// The column.
    pub x: u16,
    /// The line.
    pub y: u16,
    /// How many cells are left.
    pub room: u16,
}

impl Spot {
    /// A line of an area, counted from its top; empty beyond its bottom.
    pub fn line(area: Rect, line: usize) -> Self {
        let y = u16::try_from(line).ok().filter(|line| *line < area.height);
        Self { x: area.x, y: area.y + y.unwrap_or_default(), room: if y.is_some() { area.width } else { 0 } }
    }

    /// What is left after `cells`.
    #[must_use]
    pub fn after(self, cells: usize) -> Self {
        let cells = u16::try_from(cells).unwrap_or(u16::MAX).min(self.room);
        Self { x: self.x + cells, room: self.room - cells, ..self }
    }

    /// At most `cells` of it.
    #[must_use]
    pub fn only(self, cells: usize) -> Self {
        Self { room: self.room.min(u16::try_from(cells).unwrap_or(u16::MAX)), ..self }
    }

    /// The last `cells` of it.
    #[must_use]
    pub fn last(self, cells: usize) -> Self {
        self.after(usize::from(self.room).saturating_sub(cells))
    }
}

/// How many lines are out of sight.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beyond {
    /// Above the first one shown.
    pub above: usize,
    /// Below the last one shown.
    pub below: usize,
}

impl Beyond {
    /// Of `len` lines, `page` are shown from `offset` on.
    pub fn of(len: usize, offset: usize, page: u16) -> Self {
        Self { above: offset.min(len), below: len.saturating_sub(offset + usize::from(page)) }
    }
}

/// Writes and measures with the signs of a theme.
pub struct Brush<'a> {
    /// Where to write.
    pub buf: &'a mut Buffer,
    /// How.
    pub theme: &'a Theme,
}

impl Brush<'_> {
    /// Writes a text, cut where the room ends; returns the spot after it.
    pub fn write(&mut self, spot: Spot, text: &str, style: Style) -> Spot {
        self.write_marked(spot, text, style, &[], style)
    }

    /// Writes a text at the right end of the room.
    pub fn write_right(&mut self, spot: Spot, text: &str, style: Style) {
        self.write(spot.last(width(text)), text, style);
    }

    /// Writes a text in which some ranges stand out.
    pub fn write_marked(
        &mut self,
        spot: Spot,
        text: &str,
        style: Style,
        marks: &[Range<usize>],
        marked: Style,
    ) -> Spot {
        let Cut { head, cut, tail_at, tail } = cut(text, usize::from(spot.room));
        let mut spot = self.raw(spot, head, 0, style, marks, marked);
        if cut {
            spot = self.raw(spot, self.theme.glyphs.ellipsis, 0, self.theme.dim(), &[], style);
        }
        self.raw(spot, tail, tail_at, style, marks, marked)
    }

    /// Writes the piece of a text around the cursor; returns the column of the cursor.
    pub fn write_edited(&mut self, spot: Spot, text: &str, cursor: usize, style: Style) -> u16 {
        let Window { head_cut, range, tail_cut, column } = window(text, cursor, usize::from(spot.room));
        let (ellipsis, dim) = (self.theme.glyphs.ellipsis, self.theme.dim());
        let mut at = spot;
        if head_cut {
            at = self.raw(at, ellipsis, 0, dim, &[], dim);
        }
        at = self.raw(at, &text[range], 0, style, &[], style);
        if tail_cut {
            self.raw(at, ellipsis, 0, dim, &[], dim);
        }
        spot.x + u16::try_from(column).unwrap_or_default().min(spot.room.saturating_sub(1))
    }

    fn raw(
        &mut self,
        mut spot: Spot,
        text: &str,
        at: usize,
        style: Style,
        marks: &[Range<usize>],
        marked: Style,
    ) -> Spot {
        for cluster in clusters(text) {
            let end = spot.x.saturating_add(u16::try_from(cluster.width).unwrap_or_default());
            let fits = cluster.width <= usize::from(spot.room);
            // The terminal may have shrunk since the layout was made.
            if !fits || spot.y >= self.buf.area.bottom() || end > self.buf.area.right() {
                break;
            }
            // What was drawn here before, such as a frame, shall not show through, but the ground of a selected line does.
            let cell = &mut self.buf[(spot.x, spot.y)];
            let (letters, ground) = (cell.fg, cell.bg);
            cell.reset();
            if ground != Color::Reset {
                cell.set_fg(letters).set_bg(ground);
            }
            let place = at + cluster.at;
            let style = if marks.iter().any(|mark| mark.contains(&place)) { marked } else { style };
            self.buf.set_stringn(spot.x, spot.y, &cluster.shown, cluster.width, style);
            spot = spot.after(cluster.width);
        }
        spot
    }

    /// Marks a line as selected, before anything is written on it; it has a ground of its own where the keys go to.
    pub fn select(&mut self, line: Spot, focused: bool) {
        if focused {
            let area = Rect { x: line.x, y: line.y, width: line.room, height: 1 };
            self.buf.set_style(area, self.theme.selected());
        }
        self.write(line, self.theme.glyphs.selected, self.theme.frame(focused));
    }

    /// Draws a frame with a title, and returns what is inside of it.
    pub fn frame(&mut self, area: Rect, focused: bool, title: &str) -> Rect {
        self.frame_of(area, focused, title, Beyond::default())
    }

    /// Draws the frame of something longer than it: its corners say how much there is above and below.
    pub fn frame_of(&mut self, area: Rect, focused: bool, title: &str, beyond: Beyond) -> Rect {
        let area = area.intersection(self.buf.area);
        if area.is_empty() {
            return area;
        }
        let block = Block::bordered().border_set(self.theme.glyphs.frame).border_style(self.theme.frame(focused));
        let inside = block.inner(area);
        block.render(area, self.buf);
        if area.width <= 6 {
            return inside;
        }
        let edge = |y: u16| Spot { x: area.x + 1, y, room: area.width - 2 };
        let mut top = edge(area.y);
        for (y, count, word) in [(area.y, beyond.above, "above"), (area.bottom() - 1, beyond.below, "more")] {
            let note = format!(" {count} {word} ");
            let line = edge(y).only(usize::from(area.width) - 3);
            if count == 0 || width(&note) + 4 > usize::from(line.room) {
                continue;
            }
            self.write_right(line, &note, self.theme.dim());
            if y == area.y {
                top = top.only(usize::from(line.room) - width(&note));
            }
        }
        if !title.is_empty() {
            let after = self.write(top, " ", self.theme.text());
            let after =
                self.write(after.only(usize::from(after.room).saturating_sub(1)), title, self.theme.title(focused));
            self.write(Spot { room: 1, ..after }, " ", self.theme.text());
        }
        inside
    }
}

/// Makes an area blank for what is drawn over it, and mends a wide character that it cuts in half.
pub fn clear(area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        if area.x > buf.area.x && width(buf[(area.x - 1, y)].symbol()) > 1 {
            buf[(area.x - 1, y)].set_symbol(" ");
        }
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}
