//! The line at the bottom: what the keys do here, and what happened.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{Hint, State, Tone, text::width};

/// Draws the footer. What happened has precedence; of the keys as many are shown as fit, help always among them.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let line = Spot::line(area, 0).after(1);
    let mut line = line.only(usize::from(line.room).saturating_sub(1));
    let marked = state.marked();
    let mut right = Vec::new();
    if marked > 0 {
        right.push((format!("{marked} marked"), theme.accent()));
    }
    if let Some(notice) = &state.notice {
        let style = match notice.tone {
            Tone::Done => theme.text(),
            Tone::Hint => theme.dim(),
            Tone::Trouble => theme.trouble(),
        };
        if marked > 0 {
            right.push((format!(" {} ", theme.glyphs.dot), theme.dim()));
        }
        right.push((notice.text.clone(), style));
    }
    let taken: usize = right.iter().map(|(text, _)| width(text)).sum();
    if taken > 0 {
        let mut spot = line.last(taken);
        for (text, style) in right {
            spot = brush.write(spot, &text, style);
        }
        line = line.only(usize::from(line.room).saturating_sub(taken + 3));
    }
    if !state.keyboard.begun.is_empty() {
        for key in &state.keyboard.begun {
            line = brush.write(line, &key.to_string(), theme.accent()).after(1);
        }
        brush.write(line, theme.glyphs.ellipsis, theme.dim());
        return;
    }
    hints(&state.hints(), line, &mut brush);
}

/// On a shorter line help has no place kept for it.
const KEEPS_HELP: u16 = 30;

/// Writes as many hints as fit, whole ones only; help, which leads to all others, before those that do not matter most.
pub fn hints(hints: &[Hint], line: Spot, brush: &mut Brush) {
    let needs = |hint: &Hint| width(&hint.key) + 1 + width(hint.word);
    let help = hints.iter().find(|hint| hint.word == "help");
    let reserved = help.filter(|_| line.room >= KEEPS_HELP).map_or(0, |hint| needs(hint) + 2);
    let mut spot = line;
    let whole: usize = hints.iter().map(|hint| needs(hint) + 2).sum::<usize>().saturating_sub(2);
    let all_fit = whole <= usize::from(line.room);
    for hint in hints {
        let is_help = hint.word == "help";
        let keep_free = if all_fit || is_help { 0 } else { reserved };
        if needs(hint) + keep_free > usize::from(spot.room) {
            continue;
        }
        spot = brush.write(spot, &hint.key, brush.theme.accent());
        spot = brush.write(spot.after(1), hint.word, brush.theme.dim());
        spot = spot.after(2);
    }
}
