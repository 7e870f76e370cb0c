//! The form of an export.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{COMPLETIONS, ExportCell, Exporter, State, cursor_byte};

/// The column of the labels.
const LABELS: usize = 8;

/// Draws the form; returns the cursor.
pub fn draw(form: &Exporter, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "Export");
    let value = |line: usize| {
        let spot = Spot::line(inside, line).after(LABELS + 3);
        spot.only(usize::from(spot.room).saturating_sub(2))
    };
    for (line, (cell, label)) in
        [(ExportCell::Who, "Who"), (ExportCell::Format, "Format"), (ExportCell::File, "File")].into_iter().enumerate()
    {
        let focused = form.focus == cell;
        let style = if focused { theme.accent() } else { theme.dim() };
        let spot = Spot::line(inside, line);
        if focused {
            brush.write(spot.only(1), theme.glyphs.selected, style);
        }
        brush.write_right(spot.after(1).only(LABELS), label, style);
    }
    let style = |cell| if form.focus == cell { theme.chosen() } else { theme.text() };
    if let Some((_, name, count)) = form.choices.get(form.who) {
        let spot = value(0).only(usize::from(value(0).room).saturating_sub(12));
        let after = brush.write(spot, name, style(ExportCell::Who));
        let after = brush.write(Spot { room: 12, ..after }.after(1), &count.to_string(), theme.dim());
        if form.choices.len() > 1 {
            brush.write(after.after(1), theme.glyphs.choice, theme.dim());
        }
    }
    let after = brush.write(value(1), form.format().title(), style(ExportCell::Format));
    brush.write(after.after(1), theme.glyphs.choice, theme.dim());
    let x = brush.write_edited(value(2), form.input.value(), cursor_byte(&form.input), theme.text());
    let mut line = 3;
    for problem in form.problem_lines(state.size.width) {
        brush.write(value(line), problem, theme.trouble());
        line += 1;
    }
    if form.focus != ExportCell::File {
        return None;
    }
    let completions = form.completions();
    for name in completions.iter().take(COMPLETIONS) {
        brush.write(value(line), name, theme.dim());
        line += 1;
    }
    if completions.len() > COMPLETIONS {
        brush.write(value(line), &format!("{} more", completions.len() - COMPLETIONS), theme.dim());
    }
    Some(Position::new(x, value(2).y))
}
