//! Bytes of an unknown encoding as UTF-8 text with `\n` line ends: what spreadsheets, mail programs and directories of
//! the last thirty years write.

use std::io::{self, BufRead, ErrorKind, Read};

/// The characters of Windows-1252 at 0x80 to 0x9F; everywhere else it agrees with the first 256 of Unicode.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

#[derive(Clone, Copy)]
enum Encoding {
    /// UTF-8; a byte that has no place in it is read as Windows-1252, so that an old file needs no option.
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

impl Encoding {
    /// The encoding that the first bytes speak of, and how many of them are the byte order mark.
    fn of(head: &[u8]) -> (Self, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16(u16::from_le_bytes), 2),
            [0xFE, 0xFF, ..] => (Self::Utf16(u16::from_be_bytes), 2),
            [1..=0x7F, 0, 1..=0x7F, 0, ..] => (Self::Utf16(u16::from_le_bytes), 0),
            [0, 1..=0x7F, 0, 1..=0x7F, ..] => (Self::Utf16(u16::from_be_bytes), 0),
            _ => (Self::Utf8, 0),
        }
    }
}

/// A stream of UTF-8 text with `\n` line ends, whatever the input is written in.
pub struct Decoded<R> {
    input: R,
    encoding: Option<Encoding>,
    raw: Vec<u8>,
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
    after_return: bool,
}

impl<R: BufRead> Decoded<R> {
    /// Reads `input`, whose first bytes decide how.
    pub fn new(input: R) -> Self {
        Self { input, encoding: None, raw: Vec::new(), ready: Vec::new(), taken: 0, ended: false, after_return: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        while self.ready.is_empty() && !self.ended {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                other => other?,
            };
            let size = chunk.len();
            self.raw.extend_from_slice(chunk);
            self.input.consume(size);
            self.ended = size == 0;
            let encoding = match self.encoding {
                Some(encoding) => encoding,
                None if self.raw.len() < 4 && !self.ended => continue,
                None => {
                    let (encoding, mark) = Encoding::of(&self.raw);
                    self.raw.drain(..mark);
                    *self.encoding.insert(encoding)
                }
            };
            let raw = std::mem::take(&mut self.raw);
            let used = match encoding {
                Encoding::Utf8 => self.decode_utf8(&raw),
                Encoding::Utf16(unit) => self.decode_utf16(&raw, unit),
            };
            self.raw.extend_from_slice(&raw[used..]);
        }
        Ok(())
    }

    fn decode_utf8(&mut self, raw: &[u8]) -> usize {
        let mut used = 0;
        for chunk in raw.utf8_chunks() {
            self.push(chunk.valid());
            used += chunk.valid().len();
            let strange = chunk.invalid();
            if !self.ended && used + strange.len() == raw.len() {
                break; // perhaps the first half of a character
            }
            for &byte in strange {
                let old = byte.checked_sub(0x80).and_then(|high| WINDOWS_1252.get(usize::from(high)));
                self.push_char(old.copied().unwrap_or(char::from(byte)));
            }
            used += strange.len();
        }
        used
    }

    fn decode_utf16(&mut self, raw: &[u8], unit: fn([u8; 2]) -> u16) -> usize {
        let mut units: Vec<u16> = raw.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let half = units.last().is_some_and(|last| (0xD800..0xDC00).contains(last));
        if half && !self.ended {
            units.pop();
        }
        for character in char::decode_utf16(units.iter().copied()) {
            self.push_char(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.ended { raw.len() } else { units.len() * 2 }
    }

    fn push_char(&mut self, character: char) {
        self.push(character.encode_utf8(&mut [0; 4]));
    }

    fn push(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'\n' if self.after_return => {}
                b'\r' => self.ready.push(b'\n'),
                other => self.ready.push(other),
            }
            self.after_return = byte == b'\r';
        }
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let size = available.len().min(buffer.len());
        buffer[..size].copy_from_slice(&available[..size]);
        self.consume(size);
        Ok(size)
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.ready.len() {
            self.refill()?;
        }
        Ok(&self.ready[self.taken..])
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
    }
}

/// The text at the head of a file. A character that the head cuts in two is of no consequence.
pub fn decode(head: &[u8]) -> String {
    let mut bytes = Vec::new();
    match Decoded::new(head).read_to_end(&mut bytes) {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(), // a slice can be read to its end
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    /// Decodes through a buffer of `size` bytes, so that characters are cut in every possible way.
    fn in_pieces(bytes: &[u8], size: usize) -> String {
        let mut text = String::new();
        Decoded::new(BufReader::with_capacity(size, bytes)).read_to_string(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = if mark { Some(0xFEFF) } else { None };
        mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_says_the_same() {
        let text = "Name,Ort\nZoë,Łódź 🐘\n";
        let samples = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            utf16(text, true, u16::to_le_bytes),
            utf16(text, true, u16::to_be_bytes),
            utf16(text, false, u16::to_le_bytes),
            utf16(text, false, u16::to_be_bytes),
        ];
        for sample in &samples {
            for size in 1..9 {
                assert_eq!(in_pieces(sample, size), text);
            }
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_windows_1252() {
        assert_eq!(decode(b"Jos\xE9 \x80 \x93Fran\xE7ois\x94"), "José € “François”");
        assert_eq!(decode(b"caf\xE9"), "café");
    }

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        assert_eq!(in_pieces(b"a\r\nb\rc\nd\r\n\r\n", 2), "a\nb\nc\nd\n\n");
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_whatever_the_pieces(bytes in proptest::collection::vec(any::<u8>(), 0..64), size in 1..9_usize) {
            prop_assert_eq!(in_pieces(&bytes, size), decode(&bytes));
        }
    }
}
