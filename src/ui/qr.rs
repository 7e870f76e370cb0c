//! A QR code: two modules in a cell, one above the other; in ASCII, where there are no halves, a module in two cells.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{Qr, State};

/// Draws the code, dark on light whatever the theme, since that is what cameras expect.
pub fn draw(code: &Qr, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    // It fitted when it was asked for; the window may have shrunk since.
    let Some((place, quiet)) = code.place(state.size, state.look.ascii) else {
        brush.write(Spot::line(area, 0).after(1), "the QR code does not fit: make the window larger", theme.trouble());
        return;
    };
    blocks(code, state, place, quiet, &mut brush);
}

/// Draws the modules in their place, with so many light ones around them.
pub fn blocks(code: &Qr, state: &State, place: Rect, quiet: usize, brush: &mut Brush) {
    let ascii = state.look.ascii;
    let dark = if state.look.colors { Style::new().fg(Color::White).bg(Color::Black) } else { Style::new() };
    let light = dark.add_modifier(Modifier::REVERSED);
    let is_light = |x: usize, y: usize| !(x >= quiet && y >= quiet && code.is_dark(x - quiet, y - quiet));
    for line in 0..usize::from(place.height) {
        let spot = Spot::line(place, line);
        for column in 0..usize::from(place.width) {
            let (sign, style) = if ascii {
                (" ", if is_light(column / 2, line) { light } else { dark })
            } else {
                let sign = match (is_light(column, 2 * line), is_light(column, 2 * line + 1)) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => " ",
                };
                (sign, dark)
            };
            brush.write(spot.after(column).only(1), sign, style);
        }
    }
}
