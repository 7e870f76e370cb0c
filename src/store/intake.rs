//! Opening what shall be imported: files, and directories of vCards.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use crate::{
    book::{
        Failure, ImportReport,
        incoming::{Fault, Incoming, Place},
    },
    exchange::{self, Format},
};

use super::{Book, ImportOptions, PeopleReport, Watcher, unwatched};

/// A record with the name of the file it stood in.
pub(super) type Arrival = (Arc<str>, Result<Incoming, Fault>);

/// Records on their way in.
pub(super) struct Arrivals<'a> {
    pub items: Box<dyn Iterator<Item = Arrival> + 'a>,
    /// How much of the files has been read.
    pub percent: Box<dyn Fn() -> Option<u8> + 'a>,
}

impl<'a> Arrivals<'a> {
    /// Nobody knows how many there will be.
    pub fn unmeasured(items: impl Iterator<Item = Arrival> + 'a) -> Self {
        Self { items: Box::new(items), percent: Box::new(|| None) }
    }
}

impl Book {
    /// Imports files in any format of [`exchange`], and directories of `.vcf` files. One change, one step of undo. A
    /// file that cannot be read is a fault of the report and does not stop the others.
    ///
    /// # Errors
    /// Nothing was imported: no file at all could be read, or the book could not be written.
    pub fn import_files(&mut self, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport, Failure> {
        self.import_files_watched(paths, options, &mut unwatched)
    }

    /// The same, with somebody who is told how far it has come and may end it.
    ///
    /// # Errors
    /// As above, and when it was ended.
    pub fn import_files_watched(
        &mut self,
        paths: &[PathBuf],
        options: &ImportOptions,
        watcher: &mut Watcher<'_>,
    ) -> Result<ImportReport, Failure> {
        let mut read_any = false;
        let files: Vec<_> = paths.iter().flat_map(|path| files(path)).collect();
        let size = |(path, _): &(PathBuf, _)| fs::metadata(path).map_or(0, |what| what.len());
        let (all, read) = (files.iter().map(size).sum::<u64>(), Rc::new(Cell::new(0)));
        let report = {
            let items = arrivals(files, &read)
                .inspect(|(_, item)| read_any |= item.as_ref().map_or_else(|f| f.place.line > 0, |_| true));
            let percent =
                || (read.get() * 100).checked_div(all).and_then(|percent| u8::try_from(percent.min(100)).ok());
            let arrivals = Arrivals { items: Box::new(items), percent: Box::new(percent) };
            self.import_from(&title(paths), arrivals, options, watcher)?
        };
        if read_any || report.faults.is_empty() { Ok(report) } else { Err(unread(&report.faults)) }
    }

    /// Fills the offline directory from a file, see [`Book::import_people`].
    ///
    /// # Errors
    /// The file could not be read or holds no person, or the book could not be written; nothing was changed.
    pub fn import_people_file(&mut self, path: &Path) -> Result<PeopleReport, Failure> {
        let name: Arc<str> = path.display().to_string().into();
        let mut items = open(path, &Rc::default()).map_err(|fault| unread(&[(name.to_string(), fault)]))?;
        self.import_people(&mut items)
    }
}

/// What the history calls an import.
fn title(paths: &[PathBuf]) -> String {
    match paths {
        [one] => one.file_name().unwrap_or(one.as_os_str()).to_string_lossy().into_owned(),
        many => format!("{} files", many.len()),
    }
}

fn unread(faults: &[(String, Fault)]) -> Failure {
    let sentences: Vec<String> = faults.iter().map(|(file, fault)| format!("{file}: {}", fault.reason)).collect();
    Failure::Refused(sentences.join("\n"))
}

/// The records of all files, one file open at a time.
fn arrivals(files: Vec<(PathBuf, io::Result<()>)>, count: &Rc<Cell<u64>>) -> impl Iterator<Item = Arrival> {
    files.into_iter().flat_map(|(path, listed)| {
        let name: Arc<str> = path.display().to_string().into();
        let opened = listed.map_err(|error| fault(&error)).and_then(|()| open(&path, count));
        let items: Box<dyn Iterator<Item = _>> = match opened {
            Ok(items) => items,
            Err(fault) => Box::new(std::iter::once(Err(fault))),
        };
        items.map(move |item| (Arc::clone(&name), item))
    })
}

/// A file is itself; a directory is the `.vcf` files in it, by name, as a vdir keeps them.
fn files(path: &Path) -> Vec<(PathBuf, io::Result<()>)> {
    if !path.is_dir() {
        return vec![(path.to_owned(), Ok(()))];
    }
    let listed =
        fs::read_dir(path).and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>());
    match listed {
        Err(error) => vec![(path.to_owned(), Err(error))],
        Ok(mut found) => {
            found.retain(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("vcf")));
            // What may not even be looked at stays, to be reported.
            found.retain(|p| fs::metadata(p).map_or(true, |what| what.is_file()));
            found.sort();
            if found.is_empty() {
                let nothing = io::Error::new(io::ErrorKind::NotFound, "this directory holds no .vcf file");
                return vec![(path.to_owned(), Err(nothing))];
            }
            found.into_iter().map(|path| (path, Ok(()))).collect()
        }
    }
}

/// Decides by the first 64 KiB what a file is and hands it to its reader.
fn open(path: &Path, count: &Rc<Cell<u64>>) -> Result<Box<dyn Iterator<Item = Result<Incoming, Fault>>>, Fault> {
    let file = File::open(path).map_err(|error| fault(&error))?;
    let mut file = Counted { file, count: Rc::clone(count) };
    let mut head = Vec::new();
    file.by_ref().take(exchange::HEAD as u64).read_to_end(&mut head).map_err(|error| fault(&error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let format =
        exchange::detect(&head, &name).map_err(|reason| Fault { place: Place::default(), field: None, reason })?;
    Ok(read(format, BufReader::with_capacity(exchange::HEAD, io::Cursor::new(head).chain(file))))
}

/// Counts what is read.
struct Counted {
    file: File,
    count: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

fn read<R: BufRead + 'static>(format: Format, input: R) -> Box<dyn Iterator<Item = Result<Incoming, Fault>>> {
    match format {
        Format::Vcard => Box::new(exchange::vcard::read(input)),
        Format::Csv => Box::new(exchange::csv::read(input)),
        Format::Ldif => Box::new(exchange::ldif::read(input)),
    }
}

fn fault(error: &io::Error) -> Fault {
    Fault { place: Place::default(), field: None, reason: format!("cannot read it: {error}") }
}
