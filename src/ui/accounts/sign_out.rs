//! Whether a copy stays.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{SignOut, State},
    ui::{
        Theme, footer,
        paint::{Brush, Spot},
    },
};

/// Draws the question, what was not sent, what the answers mean, and the answers.
pub fn draw(view: &SignOut, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let styles = [theme.strong(), theme.trouble(), theme.text(), theme.text()];
    let parts = view.lines(inside.width);
    let lines = parts.iter().zip(styles).flat_map(|(part, style)| part.iter().map(move |line| (line, style)));
    let bottom = usize::from(inside.height).saturating_sub(1);
    for (place, (line, style)) in lines.enumerate().take(bottom) {
        brush.write(Spot::line(inside, place).after(2), line, style);
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
