//! From the bytes of a file to text: byte order marks, UTF-16, and the `CHARSET` parameter of vCard 2.1.

use std::io::{self, BufRead};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

/// How much UTF-16 is decoded at a time.
const CHUNK: usize = 8 * 1024;

/// An input without its byte order mark, UTF-16 decoded to UTF-8; anything else passes as it is.
pub struct Input<R> {
    inner: R,
    opened: bool,
    decoder: Option<Decoder>,
    ready: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Input<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, opened: false, decoder: None, ready: Vec::new(), at: 0 }
    }

    /// The bytes at hand; none at the end of the input.
    pub fn fill(&mut self) -> io::Result<&[u8]> {
        if !self.opened {
            self.open()?;
        }
        if self.at < self.ready.len() {
            return Ok(&self.ready[self.at..]);
        }
        if self.decoder.is_none() {
            return retried(&mut self.inner);
        }
        self.decode_more()?;
        Ok(&self.ready)
    }

    /// Marks bytes of the last `fill` as used.
    pub fn consume(&mut self, count: usize) {
        if self.at < self.ready.len() {
            self.at += count;
        } else {
            self.inner.consume(count);
        }
    }

    fn open(&mut self) -> io::Result<()> {
        while self.ready.len() < 3 {
            let Some(byte) = retried(&mut self.inner)?.first().copied() else { break };
            self.ready.push(byte);
            self.inner.consume(1);
        }
        self.opened = true;
        if let Some((encoding, mark)) = Encoding::for_bom(&self.ready) {
            self.ready.drain(..mark);
            if encoding != UTF_8 {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                self.ready = decode(&mut decoder, &self.ready, false).into_bytes();
                self.decoder = Some(decoder);
            }
        }
        Ok(())
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        loop {
            let wide = retried(&mut self.inner)?;
            let wide = &wide[..wide.len().min(CHUNK)];
            let (count, last) = (wide.len(), wide.is_empty());
            self.ready = decode(decoder, wide, last).into_bytes();
            self.inner.consume(count);
            if last {
                self.decoder = None;
                return Ok(());
            }
            if !self.ready.is_empty() {
                return Ok(());
            }
        }
    }
}

fn retried<R: BufRead>(inner: &mut R) -> io::Result<&[u8]> {
    while let Err(error) = inner.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    inner.fill_buf()
}

fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool) -> String {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(4 * CHUNK);
    let mut text = String::with_capacity(room);
    let _ = decoder.decode_to_string(bytes, &mut text, last);
    text
}

/// The text of bytes whose character set was declared or not. Undeclared it is UTF-8 where that is valid, else
/// windows-1252, which is what the programs meant that wrote no `CHARSET`.
pub fn text_of(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.map(str::trim).filter(|label| !label.to_ascii_lowercase().ends_with("ascii"));
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = match (declared, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => return text.to_owned(),
        (None, Err(_)) => WINDOWS_1252,
        (Some(encoding), _) => encoding,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}
