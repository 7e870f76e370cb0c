//! A plan that was stopped.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{PlanView, State, layout},
    ui::{
        Theme, footer,
        paint::{Beyond, Brush, Spot},
    },
};

/// Draws why it was stopped, its lines, and the answers.
pub fn draw(view: &PlanView, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = layout::inside(area);
    let lines = view.lines(inside.width);
    let page = PlanView::page(inside.height);
    let beyond = Beyond::of(lines.len(), view.scroll, u16::try_from(page).unwrap_or(u16::MAX));
    let inside = brush.frame_of(area, true, &view.title(), beyond);
    let bottom = usize::from(inside.height).saturating_sub(1);
    for (place, (text, is_plan)) in lines.iter().skip(view.scroll).take(page.min(bottom)).enumerate() {
        let spot = Spot::line(inside, place).after(2);
        let spot = spot.only(usize::from(spot.room).saturating_sub(1));
        brush.write(spot, text, if *is_plan { theme.text() } else { theme.strong() });
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
