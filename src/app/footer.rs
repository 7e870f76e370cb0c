//! The line at the bottom: which hints stand on it and where. The mouse and the drawing both read this.

use std::ops::Range;

use ratatui::layout::Rect;

use super::{Hint, State, layout::Shape, text::width};

/// On a shorter line help has no place kept for it.
const KEEPS_HELP: u16 = 30;
/// Between two hints.
const GAP: u16 = 2;
/// Between the hints and what is said beside them.
const HINTS_GAP: u16 = 3;
/// Between what is marked and what happened: a dot with its spaces.
const SAID_GAP: usize = 3;

/// A line of hints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintLine {
    /// The line.
    pub area: Rect,
    /// The hints that fit, each whole, with their columns on the screen.
    pub hints: Vec<PlacedHint>,
}

/// A hint and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedHint {
    /// The hint.
    pub hint: Hint,
    /// The columns of the screen.
    pub columns: Range<u16>,
}

impl HintLine {
    /// As many hints as fit, whole ones only; help, which leads to all others, before those that do not matter most.
    pub fn of(hints: Vec<Hint>, area: Rect) -> Self {
        let needs = |hint: &Hint| u16::try_from(width(&hint.key) + 1 + width(&hint.word)).unwrap_or(u16::MAX);
        let whole = hints.iter().fold(0_u16, |sum, hint| sum.saturating_add(needs(hint)).saturating_add(GAP));
        let all_fit = whole.saturating_sub(GAP) <= area.width;
        let help = hints.iter().find(|hint| hint.word == "help").filter(|_| area.width >= KEEPS_HELP && !all_fit);
        let reserved = help.map_or(0, |hint| needs(hint) + GAP);
        let (mut x, end) = (area.x, area.right());
        let mut line = Self { area, hints: Vec::new() };
        for hint in hints {
            let keep_free = if hint.word == "help" { 0 } else { reserved };
            let needs = needs(&hint);
            if needs.saturating_add(keep_free) <= end.saturating_sub(x) {
                line.hints.push(PlacedHint { hint, columns: x..x + needs });
                x = (x + needs + GAP).min(end);
            }
        }
        line
    }
}

impl State {
    /// The footer but for its margins.
    fn footer(&self) -> Rect {
        let footer = self.areas().footer;
        Rect { x: footer.x + footer.width.min(1), width: footer.width.saturating_sub(2), ..footer }
    }

    /// How many contacts are marked, in words.
    pub fn marked_words(&self) -> Option<String> {
        Some(self.marked()).filter(|marked| *marked > 0).map(|marked| format!("{marked} marked"))
    }

    /// Where it is said what is marked and what happened: at the right end of the footer, which it may fill.
    pub fn said_area(&self) -> Rect {
        let footer = self.footer();
        let words = [self.marked_words(), self.notice.as_ref().map(|notice| notice.text.clone())];
        let cells: Vec<_> = words.iter().flatten().map(|text| width(text)).collect();
        let cells = cells.iter().sum::<usize>() + SAID_GAP * cells.len().saturating_sub(1);
        let room = u16::try_from(cells).unwrap_or(u16::MAX).min(footer.width);
        Rect { x: footer.right() - room, width: room, ..footer }
    }

    /// The hints of the footer, after the keys that were begun. What happened has precedence.
    pub fn footer_line(&self) -> HintLine {
        let footer = self.footer();
        let said = self.said_area().width;
        let taken = if said == 0 { 0 } else { said + HINTS_GAP };
        let line = Rect { width: footer.width.saturating_sub(taken), ..footer };
        // A screen of one line has no room for them.
        let has_room = self.areas().shape != Shape::OneLine;
        let hints = if has_room { self.hints() } else { Vec::new() };
        let begun = self.begun_width().min(line.width);
        let free = Rect { x: line.x + begun, width: line.width - begun, ..line };
        HintLine { area: line, ..HintLine::of(hints, free) }
    }

    /// How wide the keys that were begun are, with the dots behind them.
    fn begun_width(&self) -> u16 {
        let keys: usize = self.keyboard.begun.iter().map(|key| width(&key.to_string()) + 1).sum();
        if keys == 0 { 0 } else { u16::try_from(keys + 1).unwrap_or(u16::MAX).saturating_add(GAP) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints() -> Vec<Hint> {
        let hint = |(key, word): (&str, &'static str)| Hint { key: key.to_owned(), word: word.into() };
        [("n", "new"), ("e", "edit"), ("del", "delete"), ("/", "find"), ("?", "help"), ("q", "quit")].map(hint).into()
    }

    fn shown(width: u16) -> String {
        let line = HintLine::of(hints(), Rect::new(3, 0, width, 1));
        let words: Vec<_> = line.hints.iter().map(|placed| &*placed.hint.word).collect();
        for placed in &line.hints {
            assert!(placed.columns.start >= 3 && placed.columns.end <= 3 + width, "{placed:?}");
        }
        words.join(" ")
    }

    #[test]
    fn hints_are_whole_and_help_stays() {
        assert_eq!(shown(80), "new edit delete find help quit");
        assert_eq!(shown(35), "new edit delete help");
        assert_eq!(shown(30), "new edit find help");
        assert_eq!(shown(12), "new");
        assert_eq!(shown(3), "");
    }
}
