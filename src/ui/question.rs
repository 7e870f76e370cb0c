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
    brush.write(Spot::line(inside, 0).after(2), &question.text, theme.strong());
    for (place, sentence) in question.consequences.iter().enumerate().take(bottom.saturating_sub(1)) {
        brush.write(Spot::line(inside, place + 1).after(2), sentence, theme.text());
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
