//! Contacts in CSV (RFC 4180 and its many relatives): a header, then one contact a row.

mod columns;

use std::{
    collections::VecDeque,
    io::{self, BufRead, Read},
};

use csv::{ReaderBuilder, StringRecord};

use self::columns::{Column, Header};
use super::{
    assembly::{Assembly, BETWEEN_VALUES, MOST_VALUES, Means, Source},
    encoding::Decoded,
};
use crate::book::incoming::{Fault, Incoming, IncomingContact, Place};

/// What stands between the cells of a row.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A longer header is none.
const HEADER_LIMIT: usize = 64 * 1024;

/// A longer row has a quotation mark that is never closed.
const ROW_LIMIT: usize = 10 * 1024 * 1024;

/// A longer cell is left out.
const CELL_LIMIT: usize = 1024 * 1024;

/// The day that Outlook writes for none.
const NO_DATE: &str = "0/0/00";

/// Columns that a header is expected to name.
pub const EXPECTED: &str = "such as First Name, Last Name, E-mail Address, Phone, Company";

/// Reads contacts from a CSV file in any of the dialects of `columns`, in any encoding of `Decoded`. A file whose
/// header names nothing of a contact yields one fault.
pub fn read<R: BufRead>(input: R) -> impl Iterator<Item = Result<Incoming, Fault>> {
    let mut ready = VecDeque::new();
    let mut rows = Rows::open(Decoded::new(input)).map_err(|fault| ready.push_back(Err(fault))).ok();
    std::iter::from_fn(move || {
        loop {
            if let Some(record) = ready.pop_front() {
                return Some(record);
            }
            if !rows.as_mut()?.read(&mut ready) {
                rows = None;
            }
        }
    })
}

/// Whether `text` begins with a header that names a contact.
pub fn recognises(text: &str) -> bool {
    header_text(&mut text.as_bytes()).is_ok_and(|(header, _)| separator(&header).is_some())
}

struct Rows<R: Read> {
    header: Header,
    cells: csv::Reader<Metered<R>>,
    row: StringRecord,
    header_lines: usize,
    ordinal: usize,
}

impl<R: BufRead> Rows<R> {
    fn open(mut input: R) -> Result<Self, Fault> {
        let fault = |reason| Fault { place: Place { ordinal: 0, line: 1 }, field: None, reason };
        let (text, header_lines) = header_text(&mut input).map_err(|error| fault(unreadable(&error)))?;
        let (separator, header) = separator(&text).ok_or_else(|| {
            let shown: String = text.trim().chars().take(80).collect();
            fault(format!("the header names no columns of a contact, {EXPECTED}; it says '{shown}'"))
        })?;
        let input = Metered { input, left: ROW_LIMIT };
        let cells = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(input);
        Ok(Self { header, cells, row: StringRecord::new(), header_lines, ordinal: 0 })
    }

    /// Reads one row into `ready`; `false` at the end.
    fn read(&mut self, ready: &mut VecDeque<Result<Incoming, Fault>>) -> bool {
        self.cells.get_mut().left = ROW_LIMIT;
        let line = |position: &csv::Position| usize::try_from(position.line()).unwrap_or(usize::MAX);
        match self.cells.read_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                let place = Place { ordinal: self.ordinal + 1, line: line(self.cells.position()) + self.header_lines };
                ready.push_back(Err(Fault { place, field: None, reason: unreadable(&error) }));
                return false;
            }
        }
        let place = Place { ordinal: self.ordinal + 1, line: self.row.position().map_or(1, line) + self.header_lines };
        self.ordinal += 1;
        if self.row.iter().all(|cell| cell.trim().is_empty()) {
            return true;
        }
        let (draft, directory_key) = self.contact(place, ready);
        let contact = IncomingContact { place, draft, photo: None, revised: None, directory_key, aliases: Vec::new() };
        ready.push_back(Ok(Incoming::Contact(Box::new(contact))));
        true
    }

    fn contact(&self, place: Place, ready: &mut VecDeque<Result<Incoming, Fault>>) -> (crate::book::Draft, String) {
        let mut assembly = Assembly::new(self.header.month_first);
        for (index, cell) in self.row.iter().enumerate() {
            let cell = cell.trim();
            if cell == NO_DATE {
                continue;
            }
            let column = self.header.columns.get(index);
            if cell.len() > CELL_LIMIT {
                let reason = "a cell of more than 1 MB was left out".to_owned();
                ready.push_back(Err(Fault { place, field: column.map(|column| column.name.clone()), reason }));
                continue;
            }
            match column {
                Some(column) => self.cell(&mut assembly, column, cell),
                None => assembly.note(&format!("Column {}", index + 1), cell),
            }
        }
        let surplus = self.row.iter().skip(self.header.columns.len()).filter(|cell| !cell.trim().is_empty()).count();
        if surplus > 0 {
            let reason = format!(
                "the row has {} cells but the header only {}; what is too much was kept in the notes. A cell that \
                 holds the separator needs quotation marks",
                self.row.len(),
                self.header.columns.len()
            );
            ready.push_back(Err(Fault { place, field: None, reason }));
        }
        assembly.finish()
    }

    fn cell<'a>(&'a self, assembly: &mut Assembly<'a>, column: &'a Column, cell: &'a str) {
        let word = column.word.and_then(|word| self.row.get(word)).unwrap_or_default();
        // The types of classic Outlook are those of its mail server.
        let word = if ["SMTP", "EX"].contains(&word) { "" } else { word };
        let many = matches!(column.means, Means::Value(..) | Means::Address(..));
        let values = if many { cell.splitn(MOST_VALUES, BETWEEN_VALUES).collect() } else { vec![cell] };
        for (nth, value) in values.into_iter().enumerate() {
            let word = word.split(BETWEEN_VALUES).nth(nth).or(word.split(BETWEEN_VALUES).next()).unwrap_or_default();
            let source = Source { name: &column.name, word, slot: (column.slot, nth) };
            assembly.take(column.means, source, value);
        }
    }
}

/// The lines of the header, and how many lines were read.
fn header_text(input: &mut impl BufRead) -> io::Result<(String, usize)> {
    let mut limited = input.take(HEADER_LIMIT as u64);
    let (mut header, mut lines) = (String::new(), 0);
    loop {
        let mut line = Vec::new();
        if limited.read_until(b'\n', &mut line)? == 0 {
            return Ok((header, lines));
        }
        lines += 1;
        let line = String::from_utf8_lossy(&line);
        if header.is_empty() && (line.trim().is_empty() || is_excel_hint(&line)) {
            continue;
        }
        header.push_str(&line);
        if header.matches('"').count() % 2 == 0 {
            return Ok((header, lines));
        }
    }
}

/// `sep=;`, by which Excel is told the separator.
fn is_excel_hint(line: &str) -> bool {
    line.trim_end_matches('\n').strip_prefix("sep=").is_some_and(|separator| separator.len() == 1)
}

/// The separator by which the header makes most sense, and that sense.
fn separator(header: &str) -> Option<(u8, Header)> {
    let read = |separator| {
        let mut names = StringRecord::new();
        let mut cells = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(header.as_bytes());
        cells.read_record(&mut names).ok().and_then(|_| Header::of(&names))
    };
    let candidates = SEPARATORS.into_iter().rev().filter_map(|separator| Some((separator, read(separator)?)));
    candidates.max_by_key(|(_, header)| header.known())
}

fn unreadable(error: &dyn std::error::Error) -> String {
    format!("the file cannot be read further: {error}")
}

/// A reader that gives up within a row that does not end.
struct Metered<R> {
    input: R,
    left: usize,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("a row of more than 10 MB; is a quotation mark never closed?"));
        }
        let size = buffer.len().min(self.left);
        let size = self.input.read(&mut buffer[..size])?;
        self.left -= size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests;
