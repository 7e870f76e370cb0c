//! A small menu.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::Menu;

/// Draws the choices, the selected one marked.
pub fn draw(menu: &Menu, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let page = area.height.saturating_sub(2);
    let inside = brush.frame_of(area, true, &menu.title, Beyond::of(menu.len(), menu.list.offset, page));
    for (line, (place, word)) in menu.words().enumerate().skip(menu.list.offset).take(usize::from(page)).enumerate() {
        let spot = Spot::line(inside, line);
        let selected = place == menu.list.cursor;
        if selected {
            brush.write(spot, theme.glyphs.selected, theme.frame(true));
        }
        brush.write(spot.after(2), word, if selected { theme.strong() } else { theme.text() });
    }
}
