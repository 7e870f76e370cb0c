//! The details pane: labels right-aligned to one edge, values left-aligned to another.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{DetailLine, LABEL_WIDTH, MARGIN, Pane, State, Weight, layout};

/// Draws the pane.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let mut brush = Brush { buf, theme };
    let selected = state.selected();
    let title = selected.map_or("Details", |row| row.name.as_str());
    let inside = layout::inside(area);
    let shown = state.details.contact.as_ref().filter(|contact| selected.is_some_and(|row| row.id == contact.id));
    let lines = if shown.is_some() {
        state.details.lines(&state.roster, &state.zone, state.now, inside.width)
    } else {
        Vec::new()
    };
    let last = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = state.details.scroll.min(last);
    let beyond = Beyond::of(lines.len(), scroll, inside.height);
    let inside = brush.frame_of(area, state.has_focus(Pane::Details), title, beyond);
    for (place, detail) in lines.iter().skip(scroll).take(usize::from(inside.height)).enumerate() {
        line(detail, Spot::line(inside, place), &mut brush);
    }
}

fn line(detail: &DetailLine, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let style = match detail.weight {
        Weight::Plain => theme.text(),
        Weight::Dim => theme.dim(),
        Weight::Trouble => theme.trouble(),
    };
    if detail.value.is_empty() {
        // A sentence of callbook's own, which has the whole width.
        brush.write(spot.after(MARGIN), &detail.label, style);
        return;
    }
    let spot = spot.after(MARGIN);
    brush.write_right(spot.only(LABEL_WIDTH), &detail.label, theme.dim());
    let value = spot.after(LABEL_WIDTH + 2);
    let after = brush.write(value, &detail.value, style);
    if detail.primary {
        brush.write(after.after(1), theme.glyphs.star, theme.accent());
    }
}
