//! What commands share: the open book, the way out, and how contacts and groups are meant on the command line.

use std::{
    io::{self, BufWriter, Read as _, Write},
    path::PathBuf,
    sync::Arc,
};

use serde_json::Value;

use super::{Exit, Stop, ask::unread, pick, say};
use crate::{
    book::{Command, Committed, Contact, ContactId, Failure, Group, GroupId, Row, Timestamp, port::Clock},
    config::{Commands, Config},
    exchange::{json, visible},
    search::{self, Index, Query, Scope},
    store::Book,
};

/// Which book, and how to open it.
pub struct Source {
    /// The settings in force.
    pub config: Config,
    /// The system's clock.
    pub clock: Arc<dyn Clock>,
    /// Opens a page with the program that the settings name.
    pub open_page: fn(&Commands, &str),
    /// Opens the demo book, where that is wanted.
    pub demo: Option<fn() -> Result<Book, Failure>>,
}

impl Source {
    /// Opens the book.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn open(&self) -> Result<Book, Stop> {
        match self.demo {
            Some(demo) => Ok(demo()?),
            None => Ok(Book::open(&self.path()?, Arc::clone(&self.clock))?),
        }
    }

    /// What the screen calls the book: nothing for the user's own.
    pub fn label(&self) -> String {
        match &self.config.book {
            _ if self.demo.is_some() => "demo book".to_owned(),
            Some(book) if self.config.elsewhere => book.display().to_string(),
            _ => String::new(),
        }
    }

    pub(super) fn path(&self) -> Result<PathBuf, Stop> {
        let nowhere = "there is no home directory to keep the book in; set HOME, or choose a book with --book FILE";
        self.config.book.clone().ok_or_else(|| Stop::new(Exit::Configuration, nowhere))
    }
}

/// An open book and what is printed about it.
pub struct Session<'a> {
    pub(super) book: Book,
    pub(super) out: BufWriter<Box<dyn Write>>,
    source: &'a Source,
    mutated: bool,
}

/// Where a contact may be that is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// Not in the trash.
    Book,
    /// In the trash.
    Trash,
    /// Anywhere; one that is not in the trash comes first.
    Anywhere,
}

impl<'a> Session<'a> {
    /// Opens the book of `source`, with stdout as the way out.
    ///
    /// # Errors
    /// Why the book cannot be opened.
    pub fn open(source: &'a Source) -> Result<Self, Stop> {
        let out: Box<dyn Write> = Box::new(io::stdout());
        Ok(Self { book: source.open()?, out: BufWriter::new(out), source, mutated: false })
    }

    /// Everything printed is out. After a change the book is kept in order: what lay too long in the trash or in the
    /// history goes, and there is a backup of the day.
    pub(super) fn finish(mut self) -> Result<(), Stop> {
        let printed = self.out.flush();
        if self.mutated && !self.book.is_scratch() {
            let kept = self.book.drop_what_is_old(self.source.config.keeping);
            if let Err(failure) = kept.and_then(|_| Book::back_up_daily(self.book.path(), self.now())) {
                say(format_args!("callbook: the change is saved, but {failure}"));
            }
        }
        Ok(printed?)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.source.clock.now()
    }

    /// Carries out a command and says what happened.
    pub(super) fn perform(&mut self, command: Command) -> Result<Committed, Stop> {
        let committed = self.commit(command)?;
        say(&committed.title);
        if committed.kept.is_empty() {
            return Ok(committed);
        }
        let kept = format!("left as it is, because it was changed since: {}", committed.kept.join(", "));
        Err(Stop::new(Exit::Partly, kept))
    }

    /// Carries out a command in silence.
    pub(super) fn commit(&mut self, command: Command) -> Result<Committed, Failure> {
        self.change(|book| book.perform(command))
    }

    /// Does what is no command but changes the book.
    pub(super) fn change<T>(&mut self, work: impl FnOnce(&mut Book) -> Result<T, Failure>) -> Result<T, Failure> {
        let done = work(&mut self.book)?;
        self.mutated = true;
        Ok(done)
    }

    pub(super) fn groups(&self) -> Result<Vec<Group>, Stop> {
        Ok(self.book.groups()?.into_iter().map(|row| row.group).collect())
    }

    /// The contacts that a query finds, best first; all in list order where nothing is asked.
    pub(super) fn search(&self, words: &[String], scope: Scope) -> Result<Vec<ContactId>, Stop> {
        let query = Query::parse(&words.join(" "));
        let index = Index::new(&self.book.rows(None)?);
        let groups = self.groups()?;
        let notes = if query.notes().is_empty() { None } else { Some(self.book.notes_matching(query.notes())?) };
        let notes_match = |id| notes.as_ref().is_some_and(|notes| notes.contains(&id));
        let hits = search::filter(&query, scope, &index, &groups, &notes_match, &|| false).unwrap_or_default();
        if hits.is_empty() && !query.is_empty() {
            // What prints an empty answer all the same has done so by reading no contact.
            say(format_args!("callbook: no contact matches '{}'", words.join(" ")));
        }
        Ok(hits.into_iter().map(|hit| hit.id).collect())
    }

    /// A contact that a search found; it may have been erased since.
    pub(super) fn contact(&self, id: ContactId) -> Result<Contact, Stop> {
        let gone = || Stop::new(Exit::NoMatch, "the contact does not exist any more");
        self.book.contact(id)?.ok_or_else(gone)
    }

    /// The one contact that is meant by an id, the beginning of one, a UID, an e-mail address or a name.
    pub(super) fn find(&self, needle: &str, whereabouts: Whereabouts) -> Result<ContactId, Stop> {
        let (trashed, live): (Vec<Row>, Vec<Row>) = self.book.find(needle)?.into_iter().partition(|row| row.trashed);
        let in_trash = !trashed.is_empty();
        let candidates = match whereabouts {
            Whereabouts::Trash => trashed,
            Whereabouts::Anywhere if live.is_empty() => trashed,
            Whereabouts::Book | Whereabouts::Anywhere => live,
        };
        let nothing = || match whereabouts {
            Whereabouts::Book if in_trash => {
                format!("'{needle}' is in the trash; bring it back with: callbook trash restore")
            }
            Whereabouts::Trash => format!("there is no contact '{needle}' in the trash"),
            Whereabouts::Book | Whereabouts::Anywhere => format!("there is no contact '{needle}'"),
        };
        let row = pick::only(needle, candidates, nothing, |row| format!("{}  {}  {}", row.id, row.name, row.second))?;
        Ok(row.id)
    }

    pub(super) fn find_all(&self, needles: &[String], whereabouts: Whereabouts) -> Result<Vec<ContactId>, Stop> {
        needles.iter().map(|needle| self.find(needle, whereabouts)).collect()
    }

    /// The one group that is meant by its id, the beginning of one, or its name.
    pub(super) fn group(&self, needle: &str) -> Result<Group, Stop> {
        let folded = Group::folded(needle);
        let groups = self.groups()?;
        let nothing = || {
            let known: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
            let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
            format!("there is no group '{needle}'; there are: {known}")
        };
        let begun = |id: GroupId| folded.len() >= 4 && id.to_string().starts_with(&folded);
        let mut meant: Vec<_> = groups.iter().filter(|group| Group::folded(&group.name) == folded).collect();
        if meant.is_empty() {
            meant = groups.iter().filter(|group| begun(group.id)).collect();
        }
        pick::only(needle, meant, nothing, |group| format!("{}  {}", group.id, group.name)).cloned()
    }

    /// Prints fields separated by tabs, harmless each.
    pub(super) fn print(&mut self, fields: &[&str]) -> Result<(), Stop> {
        let fields: Vec<_> = fields.iter().map(|field| visible(field)).collect();
        Ok(writeln!(self.out, "{}", fields.join("\t"))?)
    }

    /// Prints a JSON array of contacts, each read when its turn has come.
    pub(super) fn print_contacts(&mut self, ids: &[ContactId]) -> Result<(), Stop> {
        let groups = self.groups()?;
        self.out.write_all(b"[")?;
        for (number, id) in ids.iter().enumerate() {
            let contact = json::contact(&self.contact(*id)?, &groups);
            let lead = if number == 0 { "\n" } else { ",\n" };
            write!(self.out, "{lead}{contact}")?;
        }
        Ok(self.out.write_all(if ids.is_empty() { b"]\n" } else { b"\n]\n" })?)
    }

    /// Prints JSON for people and programs alike.
    pub(super) fn print_json(&mut self, value: &Value) -> Result<(), Stop> {
        Ok(writeln!(self.out, "{value:#}")?)
    }
}

/// The JSON on stdin.
pub(super) fn json_from_stdin() -> Result<Value, Stop> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text).map_err(|error| unread(&error))?;
    if text.trim_ascii().is_empty() {
        return Err(Stop::new(Exit::Usage, "nothing came on stdin, which is read as JSON; see --help for an example"));
    }
    serde_json::from_slice(&text).map_err(|error| Stop::new(Exit::Usage, format!("stdin is not JSON: {error}")))
}
