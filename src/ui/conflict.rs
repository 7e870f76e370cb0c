//! Mine or theirs.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Theme, paint::Brush, question};
use crate::app::{Conflict, State};

/// Draws what was changed elsewhere and the ways out.
pub fn draw(conflict: &Conflict, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "");
    let styles = [theme.strong(), theme.text(), theme.dim()];
    question::ask(&conflict.lines(inside.width), styles, state, &mut brush, inside);
}
