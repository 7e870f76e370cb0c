//! The groups pane.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{self, Brush, Spot},
};
use crate::app::{Groups, Level, Pane, State, text::width};

/// Draws the pane.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    paint::clear(area, buf);
    let focused = state.has_focus(Pane::Groups);
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, focused, "Groups");
    let lines = Groups::lines(&state.roster);
    let list = state.groups.list;
    for (place, line) in lines.iter().enumerate().skip(list.offset).take(usize::from(inside.height)) {
        let Some(line) = line else { continue };
        let spot = Spot::line(inside, place - list.offset);
        let selected = place == list.cursor;
        let style = match (selected && focused, line.level) {
            (true, _) => theme.strong(),
            (false, Level::Account) => theme.title(false),
            (false, _) => theme.text(),
        };
        if selected {
            brush.select(spot, focused);
        }
        let count = line.count.map_or_else(String::new, |count| count.to_string());
        // An account stands out to the left of its groups. Where there is room for that they stand further in.
        let name = spot.after(match line.level {
            Level::Book => 2,
            Level::Account => usize::from(inside.width >= 20) + 1,
            Level::Group => 2 * usize::from(inside.width >= 20) + 2,
        });
        let margin = usize::from(inside.width >= 20);
        let room = usize::from(name.room).saturating_sub(width(&count) + 1 + margin);
        let is_tight = !line.short.is_empty() && width(&line.name) > room;
        let words = if is_tight { line.short } else { &line.name };
        // The sign of an external group has a place even where the name has to be cut for it.
        let sign = if line.external { 2 } else { 0 };
        let after = brush.write(name.only(room.saturating_sub(sign)), words, style);
        if line.external {
            brush.write(Spot { room: 2, ..after }.after(1), theme.glyphs.external, theme.dim());
        }
        brush.write_right(name.only(usize::from(name.room).saturating_sub(margin)), &count, theme.dim());
    }
}
