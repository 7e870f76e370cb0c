//! The command palette.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{
        Entry, Palette, State, cursor_byte, layout,
        text::{width, wrap},
    },
    search::{Query, highlight},
};

/// From this width on the names that the configuration knows have a column of their own.
const NAMES_FROM: u16 = 86;
/// The widest name.
const NAMES: usize = 22;
/// Below this width titles are cut.
const WHOLE_FROM: u16 = 60;
/// A reason with less room than this is only told below.
const REASON_FROM: u16 = 12;
/// The mark of the selected line, left of the titles.
const MARK: usize = 2;

/// Draws the palette; returns the cursor.
pub fn draw(palette: &Palette, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Position {
    let mut brush = Brush { buf, theme };
    let page = Palette::page(state.size);
    let beyond = Beyond::of(palette.commands.len(), palette.list.offset, u16::try_from(page).unwrap_or(u16::MAX));
    let inside = layout::inside(area);
    brush.frame_of(area, true, "All commands", beyond);
    let line = Spot::line(inside, 0).after(1);
    let line = line.only(usize::from(line.room).saturating_sub(1));
    let after = brush.write(line, ": ", theme.dim());
    let x = brush.write_edited(after, palette.input.value(), cursor_byte(&palette.input), theme.accent());
    if palette.input.value().is_empty() {
        brush.write(after.after(1), "type to find a command", theme.dim());
    }
    let query = palette.query();
    let shown = palette.commands.iter().enumerate().skip(palette.list.offset).take(page);
    let keys = palette.commands.iter().map(|entry| width(&entry.keys)).max().unwrap_or_default();
    for (place, entry) in shown {
        let spot = Spot::line(inside, Palette::ABOVE + place - palette.list.offset);
        command(entry, &query, place == palette.list.cursor, keys, spot, &mut brush);
    }
    if palette.commands.is_empty() {
        brush.write(Spot::line(inside, 2).after(1 + MARK), "no command is called that", theme.dim());
    }
    if let Some(entry) = palette.selected().filter(|_| usize::from(inside.height) > Palette::AROUND) {
        let bottom = usize::from(inside.height).saturating_sub(2);
        about(entry, inside, bottom, &mut brush);
    }
    Position::new(x, line.y)
}

/// `▌ Delete the contact          contacts.delete      d`, or the reason instead of the name.
fn command(entry: &Entry, query: &Query, selected: bool, keys: usize, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    if selected {
        brush.select(spot, true);
    }
    let style = match (&entry.reason, selected) {
        (Some(_), _) => theme.dim(),
        (None, true) => theme.strong(),
        (None, false) => theme.text(),
    };
    let names = spot.room >= NAMES_FROM && entry.reason.is_none();
    let line = spot.after(MARK).only(usize::from(spot.room).saturating_sub(MARK + 1));
    let keys = keys.min(usize::from(line.room) / 3);
    // Where titles may be cut, the keys take no more than their own width from them.
    let keys = if spot.room < WHOLE_FROM && entry.reason.is_none() { keys.min(width(&entry.keys)) } else { keys };
    brush.write_right(line.last(keys), &entry.keys, if entry.reason.is_some() { theme.dim() } else { theme.accent() });
    let line = line.only(usize::from(line.room).saturating_sub(keys + 2));
    let marks = highlight(query, entry.spec.title);
    let titles = if names { line.only(usize::from(line.room).saturating_sub(NAMES + 2)) } else { line };
    let after = brush.write_marked(titles, entry.spec.title, style, &marks, theme.matched());
    if let Some(reason) = &entry.reason {
        let room = line.after(usize::from(after.x - line.x) + 2);
        if room.room >= REASON_FROM {
            brush.write(room.last(width(reason)), reason, theme.dim());
        }
    } else if names {
        let marks = highlight(query, entry.spec.name);
        brush.write_marked(line.last(NAMES), entry.spec.name, theme.dim(), &marks, theme.matched());
    }
}

/// The name of the selected command, and its reason whole.
fn about(entry: &Entry, inside: Rect, bottom: usize, brush: &mut Brush) {
    let theme = brush.theme;
    let dot = theme.glyphs.dot;
    let name = entry.spec.name;
    // Where titles are cut, the selected one is told whole.
    let name = if inside.width < WHOLE_FROM { format!("{} {dot} {name}", entry.spec.title) } else { name.to_owned() };
    let text = entry.reason.as_ref().map_or(name.clone(), |reason| format!("{name} {dot} {reason}"));
    let room = usize::from(inside.width).saturating_sub(MARK + 1);
    for (place, range) in wrap(&text, room).into_iter().take(2).enumerate() {
        brush.write(Spot::line(inside, bottom + place).after(MARK), text[range].trim_end(), theme.dim());
    }
}
