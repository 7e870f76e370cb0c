//! The last line of the terminal while a field is typed in: how it turns from one text into another.

use crate::app::text::{clusters, width};

/// A line that is not ended yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenLine {
    /// What stands in it; printable.
    pub text: String,
    /// Where the cursor stands, in bytes.
    pub cursor: usize,
}

impl OpenLine {
    /// What to send to a terminal of so many columns so that its last line, which is `self`, becomes `next`. Only
    /// letters, spaces and backspaces, which every terminal knows. `None` when that cannot be done on one line: backspace
    /// does not lead back to the line above.
    pub fn turn(&self, next: &Self, columns: usize) -> Option<String> {
        let tail = self.text.strip_prefix(&self.text[..self.cursor]).unwrap_or_default();
        let appends = tail.is_empty() && next.cursor == next.text.len() && next.text.starts_with(&self.text);
        if appends {
            return Some(next.text[self.text.len()..].to_owned());
        }
        let (before, after) = (width(&self.text), width(&next.text));
        if before.max(after) >= columns {
            return None;
        }
        if self.text == next.text && self.cursor <= next.cursor {
            return Some(next.text[self.cursor..next.cursor].to_owned());
        }
        let same = if self.text == next.text { next.cursor } else { common(self, next) };
        let back = |cells: usize| "\u{8}".repeat(cells);
        let mut out = back(width(&self.text[same..self.cursor]));
        if self.text != next.text {
            out.push_str(&next.text[same..]);
            let left = before.saturating_sub(after);
            out.push_str(&" ".repeat(left));
            out.push_str(&back(left + width(&next.text[next.cursor..])));
        }
        Some(out)
    }

    /// The whole line on a new one, with the cursor in its place.
    pub fn anew(&self, columns: usize) -> String {
        let tail = if width(&self.text) < columns { width(&self.text[self.cursor..]) } else { 0 };
        self.text.clone() + &"\u{8}".repeat(tail)
    }
}

/// How many bytes both lines begin with alike, before either cursor and between whole clusters.
fn common(one: &OpenLine, other: &OpenLine) -> usize {
    let bound = one.cursor.min(other.cursor);
    let ends =
        |line: &OpenLine| clusters(&line.text).map(|cluster| cluster.at).chain([line.text.len()]).collect::<Vec<_>>();
    let (ours, theirs) = (ends(one), ends(other));
    let alike = |at: &usize| *at <= bound && theirs.contains(at) && one.text[..*at] == other.text[..*at];
    ours.into_iter().filter(alike).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str, cursor: usize) -> OpenLine {
        OpenLine { text: text.to_owned(), cursor }
    }

    #[test]
    fn typing_only_echoes() {
        assert_eq!(line("Name: Z", 7).turn(&line("Name: Zo", 8), 80).unwrap(), "o");
        assert_eq!(line("Name: Zo", 8).turn(&line("Name: Z", 7), 80).unwrap(), "\u{8} \u{8}");
        assert_eq!(line("Name: Zo", 8).turn(&line("Name: Zo", 7), 80).unwrap(), "\u{8}");
        assert_eq!(line("Name: Zo", 7).turn(&line("Name: Zo", 8), 80).unwrap(), "o");
        assert_eq!(line("Name: Zo", 7).turn(&line("Name: Zeo", 8), 80).unwrap(), "eo\u{8}");
        assert_eq!(line("12345678", 8).turn(&line("1234567", 7), 8), None);
    }

    proptest! {
        #[test]
        fn the_terminal_shows_the_line(
            one in "([a-c]|ß|山|e\u{301}){0,12}", other in "([a-c]|ß|山|e\u{301}){0,12}", a in 0..13_usize, b in 0..13_usize,
        ) {
            let place = |text: &str, at: usize| {
                let ends: Vec<_> = clusters(text).map(|cluster| cluster.at).chain([text.len()]).collect();
                line(text, ends[at.min(ends.len() - 1)])
            };
            let (from, to) = (place(&one, a), place(&other, b));
            let mut terminal = vt100::Parser::new(3.try_into().unwrap(), 40.try_into().unwrap(), 0);
            terminal.process(from.anew(40).as_bytes());
            terminal.process(from.turn(&to, 40).unwrap().as_bytes());
            let shown = terminal.screen().contents();
            prop_assert_eq!(shown.trim_end(), to.text.trim_end());
            let column = usize::from(terminal.screen().cursor_position().1);
            prop_assert_eq!(column, width(&to.text[..to.cursor]));
        }
    }
}
