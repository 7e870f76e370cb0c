//! Whether a copy stays.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{SignOut, State},
    ui::{Theme, paint::Brush, question},
};

/// Draws the question, what was not sent, what the answers mean, and the answers.
pub fn draw(view: &SignOut, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let styles = [theme.strong(), theme.trouble(), theme.text(), theme.text()];
    question::ask(&view.lines(inside.width), styles, state, &mut brush, inside);
}
