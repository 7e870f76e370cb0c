//! The line at the bottom: what the keys do here, and what happened.

use ratatui::buffer::Buffer;

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{HintLine, State, Tone};

/// Draws the footer.
pub fn draw(state: &State, theme: &Theme, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let mut said = Spot::line(state.said_area(), 0);
    if let Some(marked) = state.marked_words() {
        said = brush.write(said, &marked, theme.accent());
        if state.notice.is_some() {
            said = brush.write(said, &format!(" {} ", theme.glyphs.dot), theme.dim());
        }
    }
    if let Some(notice) = &state.notice {
        let style = match notice.tone {
            Tone::Done => theme.text(),
            Tone::Hint => theme.dim(),
            Tone::Trouble => theme.trouble(),
        };
        brush.write(said, &notice.text, style);
    }
    let line = state.footer_line();
    let mut begun = Spot::line(line.area, 0);
    for key in &state.keyboard.begun {
        begun = brush.write(begun, &key.to_string(), theme.accent()).after(1);
    }
    if !state.keyboard.begun.is_empty() {
        brush.write(begun, theme.glyphs.ellipsis, theme.dim());
    }
    self::line(&line, &mut brush);
}

/// Writes a line of hints.
pub fn line(line: &HintLine, brush: &mut Brush) {
    for placed in &line.hints {
        let (x, y) = (placed.columns.start, line.area.y);
        let spot = Spot { x, y, room: placed.columns.end - x };
        let after = brush.write(spot, &placed.hint.key, brush.theme.accent());
        brush.write(after.after(1), &placed.hint.word, brush.theme.dim());
    }
}
