//! What happened so far: the notices of this sitting, and what the program did beside them. It is kept in memory only.

use std::collections::VecDeque;

use jiff::tz::TimeZone;

use super::{Notice, Tone, text::wrap};
use crate::book::Timestamp;

/// More would never be read.
const KEPT: usize = 500;

/// Where the sentences begin: after a time of day.
const TIME: usize = 7;

/// The log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    entries: VecDeque<LogEntry>,
    /// The notice as it was last seen, so that each is written down once.
    seen: Option<Notice>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// What, in words.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The time, or on another day than today the date, a line of its own; empty on the further lines of a sentence.
    pub time: String,
    /// The sentence, or a piece of it that fits.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

impl Log {
    /// Writes a sentence down.
    pub fn add(&mut self, at: Timestamp, tone: Tone, text: impl Into<String>) {
        self.entries.truncate(KEPT - 1);
        self.entries.push_front(LogEntry { at, text: text.into(), tone });
    }

    /// Writes a notice down that was not there before.
    pub(super) fn follow(&mut self, at: Timestamp, notice: Option<&Notice>) {
        if self.seen.as_ref() != notice {
            if let Some(Notice { text, tone }) = notice {
                // Which key takes it back is of no use later.
                let keyless =
                    text.rsplit_once(" · ").filter(|(_, key)| key.ends_with(" undo") || key.ends_with(" redo"));
                self.add(at, *tone, keyless.map_or(text.as_str(), |(said, _)| said));
            }
            self.seen = notice.cloned();
        }
    }

    /// The lines, newest first, in a frame that is `inside` columns wide.
    pub fn lines(&self, zone: &TimeZone, now: Timestamp, inside: u16) -> Vec<LogLine> {
        let room = usize::from(inside).saturating_sub(LogView::MARGINS + TIME);
        let mut lines = Vec::new();
        let mut day = day_of(now, zone);
        for LogEntry { at, text, tone } in &self.entries {
            let that_day = day_of(*at, zone);
            if that_day != day {
                day.clone_from(&that_day);
                lines.push(LogLine { time: that_day, text: String::new(), tone: Tone::Hint });
            }
            for (number, range) in wrap(text, room).into_iter().enumerate() {
                let time = if number == 0 { at.in_zone(zone).split_off(day.len() + 1) } else { String::new() };
                lines.push(LogLine { time, text: text[range].trim_end().to_owned(), tone: *tone });
            }
        }
        lines
    }
}

fn day_of(at: Timestamp, zone: &TimeZone) -> String {
    let mut text = at.in_zone(zone);
    text.truncate(text.find(' ').unwrap_or(text.len()));
    text
}

/// The log on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogView {
    /// The first line shown.
    pub scroll: usize,
}

impl LogView {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;
    /// What is left free at both sides.
    pub const MARGINS: usize = 4;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notice_is_written_down_once_newest_first_with_its_time() {
        let mut log = Log::default();
        let at = |text| Timestamp::parse(text).unwrap();
        let (yesterday, now) = (at("2026-11-21T23:59:00Z"), at("2026-11-22T10:05:00Z"));
        let notice = Notice::done("Created Ada · u undo");
        for notice in [None, Some(&notice), Some(&notice), None, Some(&notice)] {
            log.follow(yesterday, notice);
        }
        log.add(now, Tone::Trouble, "a sentence that is longer than a line");
        let said: Vec<String> =
            log.lines(&TimeZone::UTC, now, 34).into_iter().map(|l| format!("{}|{}", l.time, l.text)).collect();
        let expected = [
            "10:05|a sentence that is",
            "|longer than a line",
            "2026-11-21|",
            "23:59|Created Ada",
            "23:59|Created Ada",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn only_so_much_is_kept() {
        let mut log = Log::default();
        for number in 0..2 * KEPT {
            log.add(Timestamp(0), Tone::Done, number.to_string());
        }
        assert_eq!((log.entries.len(), log.entries[0].text.as_str()), (KEPT, "999"));
    }
}
