//! The grammar of LDIF: lines, folding, base64 (RFC 2849).

use std::io::{self, BufRead, Read};

use base64::{Engine, alphabet, engine::DecodePaddingMode, engine::GeneralPurpose, engine::GeneralPurposeConfig};

use crate::book::incoming::{Fault, Place};

/// A longer entry is left out.
const ENTRY_LIMIT: usize = 10 * 1024 * 1024;

/// Base64, padded or not: writers differ.
pub const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One attribute of an entry.
#[derive(Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in small letters, without options such as `;lang-en`.
    pub name: String,
    /// Its name as it stands.
    pub written: String,
    /// Its value.
    pub value: Vec<u8>,
    /// Where it begins.
    pub line: usize,
}

/// One entry, and what was wrong with its lines.
#[derive(Debug)]
pub struct Entry {
    /// Where it begins.
    pub place: Place,
    /// Its attributes, `dn` among them.
    pub attributes: Vec<Attribute>,
    /// Values that could not be read.
    pub faults: Vec<Fault>,
}

impl Entry {
    /// The values of an attribute that are text.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |attribute| attribute.name == name);
        named.filter_map(|attribute| std::str::from_utf8(&attribute.value).ok()).map(str::trim)
    }

    /// Whether it belongs to one of these classes.
    pub fn is_one_of(&self, classes: &[&str]) -> bool {
        self.texts("objectclass").any(|class| classes.iter().any(|known| known.eq_ignore_ascii_case(class)))
    }
}

/// The entries of a stream.
pub struct Entries<R> {
    input: R,
    line: usize,
    ordinal: usize,
}

impl<R: BufRead> Entries<R> {
    /// Reads `input`, which is UTF-8 with `\n` line ends.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, ordinal: 0 }
    }

    /// The next entry; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Entry>, Fault> {
        let mut lines: Vec<(usize, String)> = Vec::new();
        let (mut first, mut size, mut in_comment) = (None, 0_usize, false);
        loop {
            let line = self.line().map_err(|error| {
                let place = Place { ordinal: self.ordinal + 1, line: self.line + 1 };
                Fault { place, field: None, reason: format!("the file cannot be read further: {error}") }
            })?;
            let Some(line) = line else { break };
            let continued = line.strip_prefix(' ').filter(|_| in_comment || first.is_some());
            in_comment = line.starts_with('#') || in_comment && continued.is_some();
            if line.trim().is_empty() && continued.is_none() {
                if first.is_none() {
                    continue;
                }
                break;
            }
            if in_comment || first.is_none() && is_version(&line) {
                continue;
            }
            first.get_or_insert(self.line);
            size += line.len();
            if size > ENTRY_LIMIT {
                lines.clear();
                continue;
            }
            match (continued, lines.last_mut()) {
                (Some(rest), Some((_, before))) => before.push_str(rest),
                _ => lines.push((self.line, line)),
            }
        }
        let Some(line) = first else { return Ok(None) };
        self.ordinal += 1;
        let place = Place { ordinal: self.ordinal, line };
        if size > ENTRY_LIMIT {
            let reason = "an entry of more than 10 MB was left out".to_owned();
            return Ok(Some(Entry {
                place,
                attributes: Vec::new(),
                faults: vec![Fault { place, field: None, reason }],
            }));
        }
        Ok(Some(parse(place, lines)))
    }

    /// The next line without its end, cut at the limit.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let limit = ENTRY_LIMIT + 1;
        if (&mut self.input).take(limit as u64).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        match bytes.pop() {
            Some(b'\n') | None => {}
            Some(last) => {
                bytes.push(last);
                if bytes.len() == limit {
                    self.input.skip_until(b'\n')?;
                }
            }
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// `version: 1`, which only the head of a file has.
fn is_version(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, value)| name.eq_ignore_ascii_case("version") && value.trim() == "1")
}

fn parse(place: Place, lines: Vec<(usize, String)>) -> Entry {
    let mut entry = Entry { place, attributes: Vec::new(), faults: Vec::new() };
    for (line, text) in lines {
        match attribute(line, &text) {
            Ok(attribute) => entry.attributes.push(attribute),
            Err((field, reason)) => {
                let place = Place { ordinal: place.ordinal, line };
                entry.faults.push(Fault { place, field, reason });
            }
        }
    }
    entry
}

fn attribute(line: usize, text: &str) -> Result<Attribute, (Option<String>, String)> {
    let Some((written, value)) = text.split_once(':').filter(|(name, _)| is_name(name)) else {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
        return Err((None, format!("'{shown}' does not look like 'attribute: value'")));
    };
    let refuse = |reason: &str| (Some(written.to_owned()), reason.to_owned());
    let value = if let Some(coded) = value.strip_prefix(':') {
        BASE64.decode(coded.trim()).map_err(|_| refuse("what stands after '::' is not base64"))?
    } else if value.starts_with('<') {
        return Err(refuse("the value is kept in another file or on a server (':<'), which is not opened"));
    } else {
        value.trim_start_matches(' ').as_bytes().to_vec()
    };
    let name = written.split(';').next().unwrap_or_default().to_ascii_lowercase();
    Ok(Attribute { name, written: written.to_owned(), value, line })
}

/// An attribute description (RFC 4512 section 2.5), with the underscores that some servers allow.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._;".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(allowed)
}

/// Whether `text` begins like an LDIF file, after comments.
pub fn recognises(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.find(|line| !line.starts_with(['#', ' '])).unwrap_or_default();
    let begins_entry = |line: &str| line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("dn:"));
    begins_entry(first) || is_version(first)
}
