//! The import: its prompt and its report.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{Prompt, Report, cursor_byte};

/// Draws the prompt; returns the cursor.
pub fn prompt(prompt: &Prompt, theme: &Theme, area: Rect, buf: &mut Buffer) -> Position {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "Import");
    brush.write(Spot::line(inside, 0).after(2), "Files or directories of contacts: vCard, CSV, LDIF", theme.dim());
    let line = Spot::line(inside, 2).after(2);
    let line = line.only(usize::from(line.room).saturating_sub(2));
    let x = brush.write_edited(line, prompt.input.value(), cursor_byte(&prompt.input), theme.text());
    if let Some(problem) = &prompt.problem {
        brush.write(Spot::line(inside, 3).after(2), problem, theme.trouble());
    }
    Position::new(x, line.y)
}

/// Draws the report.
pub fn report(report: &Report, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "Imported");
    for (place, line) in report.lines().iter().skip(report.scroll).take(usize::from(inside.height)).enumerate() {
        let style = if place + report.scroll == 0 { theme.strong() } else { theme.text() };
        brush.write(Spot::line(inside, place).after(2), line, style);
    }
}
