//! Who is who.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{State, TwinsLine, TwinsView, layout},
    ui::{
        Theme, footer,
        paint::{Beyond, Brush, Spot},
    },
};

/// Left of everything.
const MARGIN: usize = 2;

/// Draws in what they are alike, what comes of each answer, and the answers.
pub fn draw(view: &TwinsView, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = layout::inside(area);
    let lines = view.lines(inside.width);
    let page = TwinsView::page(inside);
    let beyond = Beyond::of(lines.len(), view.scroll, u16::try_from(page).unwrap_or(u16::MAX));
    let inside = brush.frame_of(area, true, "Who is who", beyond);
    for (place, line) in lines.iter().skip(view.scroll).take(page).enumerate() {
        let spot = Spot::line(inside, place).after(MARGIN);
        let spot = spot.only(usize::from(spot.room).saturating_sub(1));
        match line {
            TwinsLine::Said(text) => _ = brush.write(spot, text, theme.strong()),
            TwinsLine::Outlook(text) => _ = brush.write(spot, text, theme.dim()),
            TwinsLine::Value { label, value } => {
                brush.write_right(spot.only(TwinsView::LABELS), label, theme.dim());
                brush.write(spot.after(TwinsView::LABELS + 2), value, theme.text());
            }
            TwinsLine::Gap => {}
        }
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
