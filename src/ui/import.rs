//! The import: its prompt and its report.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{Prompt, Report, cursor_byte, layout};

/// Draws the prompt; returns the cursor.
pub fn prompt(prompt: &Prompt, screen: Size, theme: &Theme, area: Rect, buf: &mut Buffer) -> Position {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, "Import");
    brush.write(Spot::line(inside, 0).after(2), "Files or directories of contacts: vCard, CSV, LDIF", theme.dim());
    let typed = 2.min(usize::from(inside.height).saturating_sub(1));
    let line = Spot::line(inside, typed).after(2);
    let line = line.only(usize::from(line.room).saturating_sub(2));
    let x = brush.write_edited(line, prompt.input.value(), cursor_byte(&prompt.input), theme.text());
    for (place, problem) in prompt.problem_lines(screen.width).into_iter().enumerate() {
        brush.write(Spot::line(inside, typed + 1 + place).after(2), problem, theme.trouble());
    }
    Position::new(x, line.y)
}

/// Draws the report.
pub fn report(report: &Report, screen: Size, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let lines = report.lines(screen.width);
    let beyond = Beyond::of(lines.len(), report.scroll, layout::inside(area).height);
    let inside = brush.frame_of(area, true, "Imported", beyond);
    for (place, line) in lines.iter().skip(report.scroll).take(usize::from(inside.height)).enumerate() {
        let style = if place + report.scroll == 0 { theme.strong() } else { theme.text() };
        brush.write(Spot::line(inside, place).after(2), line, style);
    }
}
