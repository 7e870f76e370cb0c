//! The help screen.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{Help, HelpLine, State, cursor_byte, layout},
    search::highlight,
};

/// Draws the help screen; returns the cursor while something is looked for.
pub fn draw(help: &Help, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let Rect { width, height, .. } = layout::inside(area);
    let lines = help.lines(&state.keyboard.keymap, width);
    let beyond = Beyond::of(lines.len(), help.scroll, height);
    let query = help.query();
    let looks = help.editing || !query.is_empty();
    let inside = brush.frame_of(area, true, if looks { "" } else { "Keys" }, beyond);
    let mut cursor = None;
    if looks {
        // In the frame, where the list of contacts has its query too.
        let spot = Spot { x: area.x, y: area.y, room: area.width }.after(1);
        let spot = brush.write(spot.only(usize::from(spot.room) / 2), " Keys /", theme.title(true));
        let text = help.input.value();
        let x = brush.write_edited(spot, text, cursor_byte(&help.input), theme.accent());
        brush.write(spot.after(crate::app::text::width(text)), " ", theme.text());
        cursor = help.editing.then_some(Position::new(x, area.y));
    }
    let keys = Help::key_width(&lines, width);
    for (place, line) in lines.iter().skip(help.scroll).take(usize::from(inside.height)).enumerate() {
        let spot = Spot::line(inside, place).after(1);
        match line {
            HelpLine::Gap => {}
            HelpLine::Heading(title) => _ = brush.write(spot, title, theme.strong()),
            HelpLine::Keys { keys: names, title } => {
                brush.write_right(spot.after(1).only(keys), names, theme.accent());
                let marks = highlight(&query, title);
                brush.write_marked(spot.after(keys + 3), title, theme.text(), &marks, theme.matched());
            }
        }
    }
    if lines.is_empty() {
        brush.write(Spot::line(inside, 0).after(2), "no key does that", theme.dim());
    }
    cursor
}
