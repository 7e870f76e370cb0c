//! Contacts in and out of files. Readers take text in and hand over [`Incoming`](crate::book::incoming::Incoming)
//! records and faults, one at a time; nothing here opens a file.

mod assembly;
mod birthday;
pub mod csv;
mod encoding;
pub mod json;
pub mod ldif;
pub mod query;
pub mod text;
pub mod uri;
pub mod vcard;
mod visible;

pub use visible::visible;

use std::str::FromStr;

/// How many bytes of a file [`detect`] wants to see.
pub const HEAD: usize = 64 * 1024;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// vCard 2.1, 3.0 and 4.0 (RFC 6350 and its elders).
    Vcard,
    /// Comma-separated values with a header.
    Csv,
    /// LDAP Data Interchange Format (RFC 2849).
    Ldif,
}

/// A format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// vCard 3.0 (RFC 2426).
    Vcard3,
    /// vCard 4.0 (RFC 6350).
    Vcard4,
    /// A JSON array of contacts.
    Json,
}

impl Format {
    /// Every format that is read.
    pub const ALL: [Self; 3] = [Self::Vcard, Self::Csv, Self::Ldif];

    /// What people call it, the extensions its files have, and how such a file begins.
    const fn facts(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Vcard => ("vCard", &["vcf", "vcard"], "a vCard begins with BEGIN:VCARD"),
            Self::Csv => ("CSV", &["csv", "tsv"], "a CSV file begins with the names of its columns"),
            Self::Ldif => ("LDIF", &["ldif", "ldi"], "an LDIF file begins with 'version: 1' or 'dn:'"),
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// The extensions of its files, without the dot.
    pub const fn extensions(self) -> &'static [&'static str] {
        self.facts().1
    }

    /// The format that a file's name speaks of.
    pub fn of_name(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extensions().iter().any(|e| e.eq_ignore_ascii_case(extension)))
    }

    fn begins(self, text: &str) -> bool {
        match self {
            Self::Vcard => {
                let line = text.lines().next().unwrap_or_default();
                let words: String = line.chars().filter(|c| !c.is_whitespace()).collect();
                words.eq_ignore_ascii_case("BEGIN:VCARD")
            }
            Self::Csv => csv::recognises(text),
            Self::Ldif => ldif::recognises(text),
        }
    }
}

impl ExportFormat {
    /// Every format that is written.
    pub const ALL: [Self; 3] = [Self::Vcard3, Self::Vcard4, Self::Json];

    /// Its name on the command line, the extension of its files, and what people call it.
    const fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Vcard3 => ("vcard3", "vcf", "vCard 3.0, for older programs"),
            Self::Vcard4 => ("vcard4", "vcf", "vCard 4.0"),
            Self::Json => ("json", "json", "JSON, for scripts"),
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        self.facts().2
    }

    /// What stands before the first contact, between two, and after the last one.
    pub const fn around(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Vcard3 | Self::Vcard4 => ("", "", ""),
            Self::Json => ("[\n", ",\n", "\n]\n"),
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// The extension of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        self.facts().1
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("no format is called '{name}'; there are {names}")
        })
    }
}

/// What other files begin with, and what they are.
const OTHERS: [(&[u8], &str); 12] = [
    (b"%PDF-", "it is a PDF document"),
    (b"PK\x03\x04", "it is a ZIP archive or a spreadsheet; unpack it, or save the spreadsheet as CSV"),
    (b"\xD0\xCF\x11\xE0", "it is an old Office document; save it as CSV"),
    (b"\x1F\x8B", "it is a gzip archive; unpack it first"),
    (b"\x89PNG", "it is a picture"),
    (b"\xFF\xD8\xFF", "it is a picture"),
    (b"GIF8", "it is a picture"),
    (b"SQLite format 3", "it is a SQLite database"),
    (b"!BDN", "it is an Outlook data file; export its contacts as CSV"),
    (b"BEGIN:VCALENDAR", "it is a calendar"),
    (b"# abook", "it is an abook address book; export it with `abook --convert --outformat vcard`"),
    (b"<", "it is an HTML page or an XML document"),
];

/// Which format a file is in, by its first [`HEAD`] bytes. The file's name only makes a refusal clearer.
///
/// # Errors
/// A sentence that says what the file is instead.
pub fn detect(head: &[u8], file_name: &str) -> Result<Format, String> {
    let head = &head[..head.len().min(HEAD)];
    let decoded = encoding::decode(head);
    let text = decoded.trim_start();
    if let Some(format) = Format::ALL.into_iter().find(|format| format.begins(text)) {
        return Ok(format);
    }
    let other = OTHERS.iter().find(|(start, _)| head.starts_with(start) || text.as_bytes().starts_with(start));
    let found = match (other, Format::of_name(file_name)) {
        (Some((_, other)), _) => (*other).to_owned(),
        (None, _) if head.is_empty() => "it is empty".to_owned(),
        (None, _) if text.is_empty() => "it is blank".to_owned(),
        (None, _) if text.contains(is_binary) => "it is binary data".to_owned(),
        (None, _) if text.starts_with(['{', '[']) => "it is JSON".to_owned(),
        (None, Some(Format::Csv)) => {
            format!("its first line names no columns of a contact, {}; it says {}", csv::EXPECTED, first_words(text))
        }
        (None, Some(format)) => format!("{}, and this one with {}", format.facts().2, first_words(text)),
        (None, None) => format!("it begins with {}", first_words(text)),
    };
    Err(format!("not a vCard, CSV or LDIF file: {found}"))
}

fn is_binary(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\u{b}' | '\u{c}' | '\u{80}'..='\u{9f}')
        || character == char::REPLACEMENT_CHARACTER
}

/// The beginning of the first line, fit for a message.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut words: String = line.chars().filter(|c| !c.is_control()).take(60).collect();
    if words.len() < line.len() {
        words.push('…');
    }
    format!("'{words}'")
}

#[cfg(test)]
mod tests;
