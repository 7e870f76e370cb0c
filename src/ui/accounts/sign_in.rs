//! A sign-in.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{SignIn, SignInLine, State},
    ui::{
        Theme,
        paint::{Brush, Spot},
        qr,
    },
};

/// Draws the page, the code, and both for a camera.
pub fn draw(view: &SignIn, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let areas = view.areas(state.size);
    brush.frame(area, true, &view.title());
    for (place, (kind, text)) in view.lines(areas.text.width, areas.code.is_some()).iter().enumerate() {
        let style = match kind {
            SignInLine::Text => theme.text(),
            SignInLine::Page => theme.accent(),
            SignInLine::Code => theme.strong(),
            SignInLine::Dim => theme.dim(),
            SignInLine::Trouble => theme.trouble(),
        };
        brush.write(Spot::line(areas.text, place), text, style);
    }
    if let (Some(code), Some((place, quiet))) = (view.code(), areas.code) {
        qr::blocks(code, state, place, quiet, &mut brush);
    }
}
