//! A question.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme, footer,
    paint::{Brush, Spot},
};
use crate::app::{Question, State};

/// Draws a question, what a yes means, and the keys that answer it.
pub fn draw(question: &Question, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let bottom = usize::from(inside.height).saturating_sub(1);
    let (text, meaning) = question.lines(inside.width);
    let lines = text.iter().map(|line| (line, theme.strong())).chain(meaning.iter().map(|line| (line, theme.text())));
    // Where the screen is too low for all, the answers stay.
    for (place, (line, style)) in lines.enumerate().take(bottom.max(1)) {
        brush.write(Spot::line(inside, place).after(2), line, style);
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
