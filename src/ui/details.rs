//! The details pane: labels right-aligned to one edge, values left-aligned to another.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{DetailLine, LABEL_WIDTH, MARGIN, Pane, State, Weight, Whose, layout};

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
    let lines = if shown.is_some() { state.sheet().lines } else { Vec::new() };
    let last = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = state.details.scroll.min(last);
    let beyond = Beyond::of(lines.len(), scroll, inside.height);
    let focused = state.has_focus(Pane::Details);
    let inside = brush.frame_of(area, focused, title, beyond);
    for (place, detail) in lines.iter().skip(scroll).take(usize::from(inside.height)).enumerate() {
        // Where one walks is marked as long as one walks there, also while a menu lies over it.
        let selected = state.focus == Pane::Details && detail.item == Some(state.details.cursor);
        line(detail, selected, focused, Spot::line(inside, place), &mut brush);
    }
}

fn line(detail: &DetailLine, selected: bool, focused: bool, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let style = match (selected && focused, detail.weight) {
        (_, Weight::Trouble) => theme.trouble(),
        (true, _) => theme.strong(),
        (false, Weight::Plain) => theme.text(),
        (false, Weight::Dim) => theme.dim(),
    };
    if selected {
        brush.write(spot, theme.glyphs.selected, theme.frame(focused));
    }
    match detail.whose {
        Whose::Own => {}
        Whose::Directory => _ = brush.write(spot.last(MARGIN + 1), theme.glyphs.cloud, theme.dim()),
        Whose::Here => _ = brush.write(spot.last(MARGIN + 1), theme.glyphs.here, theme.dim()),
    }
    let spot = spot.after(MARGIN);
    if detail.value.is_empty() {
        // A sentence, which has the whole width.
        brush.write(spot, &detail.label, style);
        return;
    }
    brush.write_right(spot.only(LABEL_WIDTH), &detail.label, theme.dim());
    let value = spot.after(LABEL_WIDTH + 2);
    let after = brush.write(value, &detail.value, style);
    if detail.primary {
        brush.write(after.after(1).only(1), theme.glyphs.star, theme.accent());
    }
}
