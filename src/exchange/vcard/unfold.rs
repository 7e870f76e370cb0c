//! Logical lines out of the physical ones of a card: folding (RFC 6350 section 3.2), the soft line breaks of
//! quoted-printable, the bare base64 blocks of vCard 2.1, and cards within `AGENT`.

use super::{
    charset::text_of,
    frame::{RawCard, is_mark},
    property::{colon, encoding},
    value::escape_text,
};

/// A line as the standard means it, as text.
pub struct Logical {
    /// The number of its first physical line in the file.
    pub number: usize,
    /// The whole line.
    pub text: String,
}

/// How the value of a line goes on, known from the colon on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Head,
    Plain,
    QuotedPrintable,
    Base64,
}

struct Current {
    number: usize,
    bytes: Vec<u8>,
    flow: Flow,
    quoted: bool,
}

impl Current {
    fn new(number: usize) -> Self {
        Self { number, bytes: Vec::new(), flow: Flow::Head, quoted: false }
    }

    fn push(&mut self, part: &[u8]) {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(part);
        if self.flow != Flow::Head {
            return;
        }
        // Only the new part is searched: a head folded ten thousand times costs ten thousand steps.
        let colon = part.iter().position(|byte| {
            self.quoted ^= *byte == b'"';
            *byte == b':' && !self.quoted
        });
        let Some(at) = colon else { return };
        let head = String::from_utf8_lossy(&self.bytes[..before + at]);
        let encoding = encoding(&head).unwrap_or_default();
        self.flow = if encoding.eq_ignore_ascii_case("QUOTED-PRINTABLE") {
            Flow::QuotedPrintable
        } else if encoding.eq_ignore_ascii_case("BASE64") || encoding.eq_ignore_ascii_case("B") {
            Flow::Base64
        } else {
            Flow::Plain
        };
    }

    fn ends_softly(&self) -> bool {
        self.flow == Flow::QuotedPrintable && self.bytes.ends_with(b"=")
    }

    fn finish(mut self) -> Logical {
        // The card ended where a line was to go on.
        if self.ends_softly() {
            self.bytes.pop();
        }
        Logical { number: self.number, text: decoded(self.bytes, self.flow) }
    }
}

/// The logical lines of a card.
pub fn unfold(card: &RawCard) -> Vec<Logical> {
    let mut lines = Vec::new();
    let mut current: Option<Current> = None;
    // The text of a card within a card, and how deep we are.
    let (mut nested, mut depth) = (String::new(), 0_usize);
    let text = card.text.strip_suffix(b"\n").unwrap_or(&card.text);
    for (offset, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let number = card.place.line + 1 + offset;
        let begins = is_mark(line.trim_ascii_end(), b"BEGIN:VCARD");
        if depth > 0 || begins {
            depth += usize::from(begins);
            depth -= usize::from(is_mark(line.trim_ascii_end(), b"END:VCARD"));
            nested.push_str(&text_of(line, None));
            nested.push('\n');
            if depth == 0 {
                let escaped = escape_text(&std::mem::take(&mut nested));
                current.get_or_insert_with(|| Current::new(number)).push(escaped.as_bytes());
            }
            continue;
        }
        match &mut current {
            Some(open) if open.ends_softly() => {
                open.bytes.pop();
                open.push(line);
                if line.is_empty() {
                    lines.extend(current.take().map(Current::finish));
                }
            }
            _ if line.is_empty() => {}
            Some(open) if matches!(line[0], b' ' | b'\t') => open.push(&line[1..]),
            Some(open) if open.flow == Flow::Base64 && is_base64(line) => open.push(line),
            _ => {
                lines.extend(current.take().map(Current::finish));
                current.insert(Current::new(number)).push(line);
            }
        }
    }
    lines.extend(current.map(Current::finish));
    lines
}

fn is_base64(line: &[u8]) -> bool {
    line.trim_ascii_end().iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// The text of a line. `CHARSET` speaks of the bytes of the value; in quoted-printable it goes on to speak of the
/// bytes that the value encodes, so stray 8-bit bytes are encoded there too instead of being decoded twice.
fn decoded(bytes: Vec<u8>, flow: Flow) -> String {
    if flow == Flow::QuotedPrintable {
        return String::from_utf8(bytes).unwrap_or_else(|error| {
            let encoded = error.as_bytes().iter().map(|byte| match byte {
                0..0x80 => char::from(*byte).to_string(),
                _ => format!("={byte:02X}"),
            });
            encoded.collect()
        });
    }
    // Escape characters switch the character set in ISO-2022, which is 7-bit.
    let plain = bytes.is_ascii() && !bytes.contains(&0x1b);
    let Some(at) = colon(&bytes).filter(|_| !plain) else {
        return String::from_utf8(bytes).unwrap_or_else(|error| text_of(error.as_bytes(), None));
    };
    let (head, value) = bytes.split_at(at + 1);
    let head = text_of(head, None);
    let charset = head.to_ascii_uppercase().find("CHARSET=").map(|start| {
        let rest = &head[start + "CHARSET=".len()..];
        rest.split([';', ':', ',']).next().unwrap_or_default().trim_matches('"').to_owned()
    });
    match charset {
        None => text_of(&bytes, None),
        charset => head + &text_of(value, charset.as_deref()),
    }
}
