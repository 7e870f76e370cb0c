//! A question.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    Theme, footer,
    paint::{Brush, Spot},
};
use crate::app::{Question, State};

/// Draws a question, what a yes means, and the keys that answer it.
pub fn draw(question: &Question, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let (text, meaning) = question.lines(inside.width);
    ask(&[text, meaning], [theme.strong(), theme.text()], state, &mut brush, inside);
}

/// Draws the parts of what is asked, each in its style, and the keys that answer it.
pub fn ask<const N: usize>(
    parts: &[Vec<impl AsRef<str>>; N],
    styles: [Style; N],
    state: &State,
    brush: &mut Brush,
    inside: Rect,
) {
    let lines = parts.iter().zip(styles).flat_map(|(part, style)| part.iter().map(move |line| (line, style)));
    // Where the screen is too low for all, the answers stay.
    let room = usize::from(inside.height).saturating_sub(1).max(1);
    for (place, (line, style)) in lines.enumerate().take(room) {
        brush.write(Spot::line(inside, place).after(2), line.as_ref(), style);
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, brush);
    }
}
