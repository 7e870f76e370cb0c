//! The help screen.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{Help, HelpLine, State, layout};

/// Draws the help screen.
pub fn draw(help: &Help, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let Rect { width, height, .. } = layout::inside(area);
    let lines = help.lines(&state.keyboard.keymap, width);
    let beyond = Beyond::of(lines.len(), help.scroll, height);
    let inside = brush.frame_of(area, true, "Keys", beyond);
    let keys = Help::key_width(&lines, width);
    for (place, line) in lines.iter().skip(help.scroll).take(usize::from(inside.height)).enumerate() {
        let spot = Spot::line(inside, place).after(1);
        match line {
            HelpLine::Gap => {}
            HelpLine::Heading(title) => _ = brush.write(spot, title, theme.strong()),
            HelpLine::Keys { keys: names, title } => {
                brush.write_right(spot.after(1).only(keys), names, theme.accent());
                brush.write(spot.after(keys + 3), title, theme.text());
            }
        }
    }
}
