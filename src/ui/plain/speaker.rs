//! What of a state is new, and how it is said.

use super::{OpenLine, Typed, Words};
use crate::app::{Notice, Tone, text::visible};

const END: &str = "\r\n";

/// Remembers what was said, and says what is new.
#[derive(Clone, Debug, Default)]
pub struct Speaker {
    said: Words,
    open: Option<OpenLine>,
}

impl Speaker {
    /// What to send to a terminal of so many columns. `by_key` says whether a key was pressed since the last time.
    pub fn hear(&mut self, now: Words, by_key: bool, columns: usize) -> String {
        let lines = self.news(&now, by_key);
        let next = now.typed.as_ref().map(|typed| typed.line.clone());
        let same_field = self.said.typed.as_ref().map(|typed| &typed.at) == now.typed.as_ref().map(|typed| &typed.at);
        let mut out = String::new();
        let turned = match (&self.open, &next) {
            (Some(open), Some(next)) if lines.is_empty() && same_field => open.turn(next, columns),
            _ => None,
        };
        if let Some(turned) = turned {
            out.push_str(&turned);
        } else {
            if self.open.is_some() {
                out.push_str(END);
            }
            for line in &lines {
                out.push_str(line);
                out.push_str(END);
            }
            if let Some(next) = &next {
                out.push_str(&next.anew(columns));
            }
        }
        self.open = next;
        if is_typing(&self.said, &now, by_key) {
            // What was not told is new the next time.
            let said = std::mem::take(&mut self.said);
            self.said = Words { item: said.item, text: said.text, ..now };
        } else {
            self.said = now;
        }
        out
    }

    /// The line that is open is ended, because something else takes the terminal.
    pub fn pause(&mut self) -> String {
        let end = if self.open.is_some() { END } else { "" };
        *self = Self::default();
        end.to_owned()
    }

    /// The lines that tell what is new.
    fn news(&self, now: &Words, by_key: bool) -> Vec<String> {
        let said = &self.said;
        let mut lines = Vec::new();
        // What is no more than a hint goes with the next key: it is there again, not still.
        let again = by_key && now.notice.as_ref().is_some_and(|notice| notice.tone != Tone::Done);
        if let Some(notice) = now.notice.as_ref().filter(|notice| again || said.notice.as_ref() != Some(notice)) {
            lines.push(self::notice(notice));
        }
        if !now.doing.is_empty() && now.doing != said.doing {
            lines.push(now.doing.clone());
        }
        if !now.account.is_empty() && now.account != said.account {
            lines.push(now.account.clone());
        }
        let elsewhere = now.place != said.place;
        if elsewhere {
            lines.push(now.place.clone());
        }
        if elsewhere || !is_typing(said, now, by_key) {
            // What had the focus a moment ago was told then.
            let typed = said.typed.as_ref().map(|typed| typed.line.text.replace(", edit: ", ", "));
            let told = |line: &String| {
                let as_focus = said.item.contains(line)
                    || typed.as_deref().map(|text| text.trim_end_matches([',', ' '])) == Some(line);
                if elsewhere { now.quiet } else { as_focus || said.text.contains(line) }
            };
            lines.extend(now.text.iter().filter(|line| !told(line)).cloned());
            if !now.item.is_empty() && (elsewhere || now.item != said.item) {
                lines.push(now.item.clone());
            }
        }
        lines.into_iter().map(|line| visible(&line)).collect()
    }
}

/// Whether a text is being typed: then what it finds is not told at each letter.
fn is_typing(said: &Words, now: &Words, by_key: bool) -> bool {
    match (&said.typed, &now.typed) {
        (Some(Typed { at, line }), Some(typed)) => *at == typed.at && (!by_key || *line != typed.line),
        _ => false,
    }
}

fn notice(notice: &Notice) -> String {
    match notice.tone {
        Tone::Trouble => format!("Error: {}", notice.text),
        Tone::Done | Tone::Hint => notice.text.clone(),
    }
}
