//! The checklist of groups for one contact or many.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{ChoiceLine, Memberships, Tick, cursor_byte, layout},
    search::{Query, highlight},
};

/// Draws the checklist; returns the cursor.
pub fn draw(memberships: &Memberships, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let lines = memberships.lines();
    let page = layout::inside(area).height.saturating_sub(2);
    let title = format!("Groups of {}", memberships.whose);
    let inside = brush.frame_of(area, true, &title, Beyond::of(lines.len(), memberships.list.offset, page));
    let typed = Spot::line(inside, 0).after(2);
    let typed = typed.only(usize::from(typed.room).saturating_sub(2));
    if memberships.filter.value().is_empty() {
        brush.write(typed.after(1), "type to find or to make a group", theme.dim());
    }
    let cursor = brush.write_edited(typed, memberships.filter.value(), cursor_byte(&memberships.filter), theme.text());
    let query = Query::parse(memberships.typed());
    for (place, line) in lines.iter().enumerate().skip(memberships.list.offset).take(usize::from(page)) {
        let spot = Spot::line(inside, place - memberships.list.offset + 2);
        let under_cursor = place == memberships.list.cursor;
        if under_cursor {
            brush.select(spot, true);
        }
        let style = if under_cursor { theme.strong() } else { theme.text() };
        let spot = spot.after(2);
        let spot = spot.only(usize::from(spot.room).saturating_sub(2));
        match line {
            ChoiceLine::Group(place) => {
                let choice = &memberships.choices[*place];
                let (sign, weight) = match choice.now {
                    Tick::All => (theme.glyphs.tick, theme.accent()),
                    Tick::Some => ("-", theme.accent()),
                    Tick::None => (" ", theme.dim()),
                };
                let name = brush.write(spot, &format!("[{sign}] "), weight);
                let kept = if choice.external { 2 } else { 0 };
                let name = name.only(usize::from(name.room).saturating_sub(kept));
                let marks = highlight(&query, &choice.name);
                let after = brush.write_marked(name, &choice.name, style, &marks, theme.matched());
                if choice.external {
                    brush.write(Spot { room: 2, ..after }.after(1), theme.glyphs.external, theme.dim());
                }
            }
            ChoiceLine::New => {
                let name = brush.write(spot, "[+] ", theme.dim());
                let name = brush.write(name, "new group ", theme.dim());
                brush.write(name, memberships.typed(), style);
            }
        }
    }
    (inside.height > 0).then_some(Position::new(cursor, typed.y))
}
