//! The log.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{LogView, State, Tone, layout};

/// Draws the log, newest first.
pub fn draw(view: LogView, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let Rect { width, height, .. } = layout::inside(area);
    let lines = state.log.lines(&state.zone, state.now, width);
    let beyond = Beyond::of(lines.len(), view.scroll, height);
    let inside = brush.frame_of(area, true, "Log", beyond);
    for (place, line) in lines.iter().skip(view.scroll).take(usize::from(inside.height)).enumerate() {
        let style = match line.tone {
            Tone::Done => theme.text(),
            Tone::Hint => theme.dim(),
            Tone::Trouble => theme.trouble(),
        };
        let spot = brush.write(Spot::line(inside, place).after(2), &line.time, theme.dim());
        let indent = if line.time.is_empty() { 7 } else { 2 };
        brush.write(spot.after(indent), &line.text, style);
    }
}
