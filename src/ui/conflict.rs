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
    let sentences = [
        (format!("{} was changed elsewhere meanwhile.", conflict.name), theme.strong()),
        (format!("Changed by both: {}", conflict.fields.join(", ")), theme.text()),
        ("Nothing is saved yet.".to_owned(), theme.dim()),
    ];
    let bottom = usize::from(inside.height).saturating_sub(1);
    for (place, (sentence, style)) in sentences.iter().enumerate().take(bottom) {
        brush.write(Spot::line(inside, place).after(2), sentence, *style);
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
