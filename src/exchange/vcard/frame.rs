//! One card after the other out of a file: physical lines, the limits of size, and text that is no card.

use std::io::{self, BufRead};

use super::charset::Input;
use crate::book::incoming::{Fault, Place};

/// A card may be this long; a value other than a picture, sound or key [`MAX_VALUE`].
pub const MAX_CARD: usize = 10 * 1024 * 1024;
/// See [`MAX_CARD`].
pub const MAX_VALUE: usize = 1024 * 1024;
/// A file is no vCard when none has begun within this many bytes.
const MAX_PREAMBLE: usize = 64 * 1024;

/// What stands between `BEGIN:VCARD` and `END:VCARD`, each line ended by one LF.
pub struct RawCard {
    /// Where `BEGIN:VCARD` stands.
    pub place: Place,
    pub text: Vec<u8>,
}

/// Cuts an input into cards.
pub struct Frames<R> {
    lines: Lines<R>,
    line: Vec<u8>,
    cards: usize,
    /// A `BEGIN:VCARD` that was read already.
    begun: bool,
    done: bool,
}

/// A stretch of text outside of any card.
struct Stray {
    line: usize,
    what: &'static str,
}

impl<R: BufRead> Frames<R> {
    pub fn new(input: R) -> Self {
        let lines = Lines { input: Input::new(input), number: 0, after_cr: false };
        Self { lines, line: Vec::new(), cards: 0, begun: false, done: false }
    }

    fn place(&self, line: usize) -> Place {
        Place { ordinal: self.cards.max(1), line }
    }

    fn fault(&self, line: usize, reason: String) -> Fault {
        Fault { place: self.place(line), field: None, reason }
    }

    fn broken(&mut self, error: &io::Error) -> Fault {
        self.done = true;
        self.fault(self.lines.number, format!("the file cannot be read any further: {error}"))
    }

    fn no_card(&mut self, stray: &Stray) -> Fault {
        self.done = true;
        let reason = format!("this is {}, not a vCard; a vCard begins with BEGIN:VCARD", stray.what);
        self.fault(stray.line, reason)
    }

    /// Everything up to the next `BEGIN:VCARD`.
    fn seek(&mut self) -> Option<Result<RawCard, Fault>> {
        let mut stray: Option<Stray> = None;
        let mut seen = 0;
        loop {
            match self.lines.next(&mut self.line) {
                Err(error) => return Some(Err(self.broken(&error))),
                Ok(false) => {
                    self.done = true;
                    let stray = stray?;
                    if self.cards == 0 {
                        return Some(Err(self.no_card(&stray)));
                    }
                    return Some(Err(self.fault(stray.line, stray_reason(&stray))));
                }
                Ok(true) => {}
            }
            seen += self.line.len() + 1;
            let text = self.line.trim_ascii();
            if is_mark(text, b"BEGIN:VCARD") {
                self.begun = true;
                return Some(match stray {
                    Some(stray) => Err(self.fault(stray.line, stray_reason(&stray))),
                    None => self.card(),
                });
            }
            if stray.is_none() && !text.is_empty() {
                stray = Some(Stray { line: self.lines.number, what: kind_of_text(text) });
            }
            if let (Some(stray), 0, true) = (&stray, self.cards, seen > MAX_PREAMBLE) {
                return Some(Err(self.no_card(stray)));
            }
        }
    }

    /// The card whose `BEGIN:VCARD` was read last.
    fn card(&mut self) -> Result<RawCard, Fault> {
        self.begun = false;
        self.cards += 1;
        let place = self.place(self.lines.number);
        let mut text = Vec::new();
        let mut too_big = false;
        // vCard 2.1 nests a whole card in `AGENT:`.
        let (mut depth, mut after_agent) = (1_usize, false);
        loop {
            match self.lines.next(&mut self.line) {
                Err(error) => return Err(self.broken(&error)),
                Ok(false) => {
                    self.done = true;
                    let reason = "the card is cut short: the file ends before END:VCARD; get the whole file".to_owned();
                    return Err(self.fault(place.line, reason));
                }
                Ok(true) => {}
            }
            let bare = self.line.trim_ascii_end();
            if is_mark(bare, b"END:VCARD") {
                depth -= 1;
                if depth == 0 {
                    if too_big {
                        let reason = format!("the card is longer than {} MB and was left out", MAX_CARD / 1024 / 1024);
                        return Err(self.fault(place.line, reason));
                    }
                    return Ok(RawCard { place, text });
                }
            } else if is_mark(bare, b"BEGIN:VCARD") {
                if !after_agent {
                    self.begun = true;
                    let reason = format!(
                        "the card is cut short: another one begins at line {} before its END:VCARD",
                        self.lines.number
                    );
                    return Err(self.fault(place.line, reason));
                }
                depth += 1;
            }
            after_agent = if bare.is_empty() { after_agent } else { is_agent(bare) };
            too_big |= text.len() + self.line.len() + 1 > MAX_CARD;
            if too_big {
                text = Vec::new();
            } else {
                text.extend_from_slice(&self.line);
                text.push(b'\n');
            }
        }
    }
}

impl<R: BufRead> Iterator for Frames<R> {
    type Item = Result<RawCard, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        match (self.done, self.begun) {
            (true, _) => None,
            (false, true) => Some(self.card()),
            (false, false) => self.seek(),
        }
    }
}

fn stray_reason(stray: &Stray) -> String {
    format!("{} outside of any card was left out; a card stands between BEGIN:VCARD and END:VCARD", stray.what)
}

fn kind_of_text(text: &[u8]) -> &'static str {
    if is_mark(text, b"BEGIN:VCALENDAR") {
        "an iCalendar file"
    } else if text.starts_with(b"<") {
        "HTML or XML"
    } else if text.contains(&0x1b) || text.iter().filter(|byte| **byte < 0x09).count() > 2 {
        "binary data"
    } else {
        "text"
    }
}

/// Whether a line is `BEGIN:VCARD` or the like. Files glued together carry byte order marks in their middle.
pub fn is_mark(line: &[u8], mark: &[u8]) -> bool {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).eq_ignore_ascii_case(mark)
}

/// Whether a line is an `AGENT` property whose value is still to come.
fn is_agent(line: &[u8]) -> bool {
    let name = line.split(|byte| matches!(byte, b';' | b':')).next().unwrap_or_default();
    let name = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    line.ends_with(b":") && name.eq_ignore_ascii_case(b"AGENT")
}

/// Physical lines, ended by CRLF, LF or CR, without NUL bytes.
struct Lines<R> {
    input: Input<R>,
    number: usize,
    after_cr: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line; false at the end. What is longer than a card may be is cut off, so that a file without
    /// line ends needs no more memory than any other.
    fn next(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let mut begun = false;
        loop {
            let bytes = self.input.fill()?;
            if bytes.is_empty() {
                break;
            }
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                self.input.consume(1);
                continue;
            }
            begun = true;
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let room = (MAX_CARD + 1).saturating_sub(line.len());
            let kept = &part[..part.len().min(room)];
            for piece in kept.split(|byte| *byte == 0) {
                line.extend_from_slice(piece);
            }
            let used = part.len() + usize::from(end.is_some());
            self.after_cr = end.is_some_and(|end| bytes[end] == b'\r');
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += usize::from(begun);
        Ok(begun)
    }
}
