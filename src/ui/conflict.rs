//! Mine or theirs.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme, footer,
    paint::{Brush, Spot},
};
use crate::app::{Conflict, State};

/// Draws what was changed elsewhere and the ways out.
pub fn draw(conflict: &Conflict, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let styles = [theme.strong(), theme.text(), theme.dim()];
    let parts = conflict.lines(inside.width);
    let lines = parts.iter().zip(styles).flat_map(|(part, style)| part.iter().map(move |line| (line, style)));
    let bottom = usize::from(inside.height).saturating_sub(1);
    for (place, (line, style)) in lines.enumerate().take(bottom) {
        brush.write(Spot::line(inside, place).after(2), line, style);
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
