//! The form of an export: who, in which format, into which file.

use std::path::{Path, PathBuf};

use tui_input::Input;

use super::{
    Key, Section, State,
    action::{Context, OnExport},
    input::{self, Edit},
    listing::{self, EntryKind, Listing},
    text::wrap,
};
use crate::{book::ContactId, exchange::ExportFormat, search};

/// The frame and what is left free within it.
const MARGINS: usize = 14;
/// So many completions are shown at most.
pub const COMPLETIONS: usize = 4;

/// Who is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who is marked.
    Marked,
    /// Who is shown: the section, as it is filtered.
    Shown,
    /// The members of the section.
    Section,
    /// Everybody who is not in the trash.
    All,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportCell {
    /// Who.
    #[default]
    Who,
    /// In which format.
    Format,
    /// Into which file.
    File,
}

impl ExportCell {
    const ALL: [Self; 3] = [Self::Who, Self::Format, Self::File];
}

/// The form.
/// The form.
#[derive(Clone, Debug)]
pub struct Exporter {
    /// Whom one can choose, with a word for them and how many they are.
    pub choices: Vec<(Who, String, usize)>,
    /// Which of them.
    pub who: usize,
    /// Which of [`ExportFormat::ALL`].
    format: usize,
    /// The path as typed.
    pub input: Input,
    /// The field with the focus.
    pub focus: ExportCell,
    /// What is wrong.
    pub problem: Option<String>,
    /// The directory whose names were asked for last.
    pub asked: Option<PathBuf>,
    /// What the directory being typed holds.
    listing: Option<Listing>,
    /// Whether the path is still the one that was proposed.
    proposed: bool,
}

impl Exporter {
    /// How wide the form is, frame included, where the screen allows.
    pub const WIDTH: u16 = 68;
    /// How high.
    pub const HEIGHT: u16 = 10;

    /// A form for what is on the screen.
    pub fn open(state: &State) -> Self {
        let section = state.groups.title(&state.roster);
        let shown = state.contacts.visible.len();
        let mut choices = Vec::new();
        let marked = state.marked();
        if marked > 0 {
            choices.push((Who::Marked, "marked".to_owned(), marked));
        }
        if state.contacts.filter.is_on() {
            choices.push((Who::Shown, "shown".to_owned(), shown));
        }
        if state.groups.section != Section::All {
            choices.push((Who::Section, section, state.groups.members(&state.roster)));
        }
        choices.push((Who::All, "All contacts".to_owned(), state.roster.total));
        let format = ExportFormat::ALL.iter().position(|format| *format == ExportFormat::Vcard4).unwrap_or_default();
        let mut exporter = Self {
            choices,
            who: 0,
            format,
            input: Input::default(),
            focus: ExportCell::default(),
            problem: None,
            asked: None,
            listing: None,
            proposed: true,
        };
        let directory = state.desk.directory.as_ref().map_or_else(|| "~".to_owned(), |path| path.display().to_string());
        exporter.propose(&directory);
        exporter
    }

    /// The field on a line within the frame, counted from its top, gets the focus.
    pub fn press(&mut self, line: usize) {
        let cell = [ExportCell::Who, ExportCell::Format, ExportCell::File].get(line).copied();
        self.focus = cell.unwrap_or(self.focus);
    }

    /// What keys mean in the focused field.
    pub fn context(&self) -> Context {
        if self.focus == ExportCell::File { Context::ExportFile } else { Context::ExportChoice }
    }

    /// The format.
    pub fn format(&self) -> ExportFormat {
        ExportFormat::ALL[self.format]
    }

    /// The path; a leading `~` is the home directory.
    pub fn path(&self) -> PathBuf {
        listing::under(Path::new("~/"), self.input.value().trim())
    }

    /// Whether the focused field has another word to choose.
    pub fn can_choose(&self) -> bool {
        self.focus != ExportCell::Who || self.choices.len() > 1
    }

    /// Whether the path can be the name of a file; says so where not.
    pub fn names_a_file(&mut self) -> bool {
        let text = self.input.value().trim();
        let named = !text.is_empty() && !text.ends_with('/') && text != "~";
        if !named {
            self.problem = Some("type the name of a file".to_owned());
            self.focus = ExportCell::File;
        }
        named
    }

    /// Who is exported, in the order of the list.
    pub fn contacts(&self, state: &State) -> Vec<ContactId> {
        let rows = &state.roster.rows;
        match self.choices.get(self.who).map(|choice| choice.0) {
            Some(Who::Marked) => state.targets().into_iter().map(|row| row.id).collect(),
            Some(Who::Shown) => state.contacts.shown(&state.roster).map(|row| row.id).collect(),
            Some(Who::Section) => {
                let belongs = super::contacts::belonging(&state.roster, state.groups.section);
                rows.iter().filter(|row| belongs(row)).map(|row| row.id).collect()
            }
            Some(Who::All) | None => rows.iter().filter(|row| !row.trashed).map(|row| row.id).collect(),
        }
    }

    /// Proposes a name for the file, until a person types one.
    fn propose(&mut self, directory: &str) {
        let name = match self.choices.get(self.who) {
            Some((Who::Section, name, _)) => file_name(name),
            _ => "contacts".to_owned(),
        };
        let slash = if directory.ends_with('/') { "" } else { "/" };
        self.input = Input::new(format!("{directory}{slash}{name}.{}", self.format().extension()));
    }

    /// Does what a key of the form asks for.
    pub fn act(&mut self, action: OnExport) {
        let at = ExportCell::ALL.iter().position(|cell| *cell == self.focus).unwrap_or_default();
        match action {
            OnExport::Next => self.focus = ExportCell::ALL[(at + 1) % 3],
            OnExport::Previous => self.focus = ExportCell::ALL[(at + 2) % 3],
            OnExport::NextChoice => self.choose(1),
            OnExport::PreviousChoice => self.choose(usize::MAX),
            OnExport::Complete => {
                if let Some(text) = self.completion() {
                    self.input = Input::new(text);
                    self.proposed = false;
                }
            }
            OnExport::Start => {}
        }
    }

    fn choose(&mut self, by: usize) {
        let step = |at: usize, of: usize| if by == 1 { (at + 1) % of } else { (at + of - 1) % of };
        let before = self.format().extension();
        match self.focus {
            ExportCell::Who => self.who = step(self.who, self.choices.len()),
            ExportCell::Format => self.format = step(self.format, ExportFormat::ALL.len()),
            ExportCell::File => return,
        }
        let text = self.input.value().to_owned();
        let (directory, _) = text.rsplit_once('/').unwrap_or(("~", ""));
        if self.proposed {
            self.propose(directory);
        } else if let Some(stem) = text.strip_suffix(before) {
            self.input = Input::new(format!("{stem}{}", self.format().extension()));
        }
    }

    /// Types a key into the path.
    pub fn type_key(&mut self, key: Key) {
        if self.focus == ExportCell::File && input::edit(&mut self.input, key) == Edit::Text {
            self.typed();
        }
    }

    /// Pastes into the path.
    pub fn paste(&mut self, text: &str) {
        if self.focus == ExportCell::File {
            input::paste(&mut self.input, text, false);
            self.typed();
        }
    }

    fn typed(&mut self) {
        self.problem = None;
        self.proposed = false;
    }

    /// The lines of what is wrong, in a form on a screen of this width.
    pub fn problem_lines(&self, screen: u16) -> Vec<&str> {
        let room = usize::from(Self::WIDTH.min(screen)).saturating_sub(MARGINS);
        let problem = self.problem.as_deref().into_iter();
        problem.flat_map(|text| wrap(text, room).into_iter().map(move |range| &text[range])).collect()
    }

    fn beginning(&self) -> (PathBuf, String) {
        let text = self.input.value();
        let (directory, name) = text.split_at(text.rfind('/').map_or(0, |at| at + 1));
        let directory = if text == "~" { text } else { directory };
        (listing::under(Path::new("~/"), directory), search::fold(name))
    }

    /// The directory whose names shall be known.
    pub fn wanted(&self) -> PathBuf {
        self.beginning().0
    }

    /// The names of a directory are here.
    pub fn list(&mut self, listing: Listing) {
        self.listing = Some(listing);
    }

    /// The names that go on as the path begins: directories with a slash.
    pub fn completions(&self) -> Vec<String> {
        let (_, beginning) = self.beginning();
        let entries = self.listing.iter().flat_map(|listing| &listing.entries);
        let fits = entries.filter(|entry| {
            let wanted = entry.kind == EntryKind::Directory || entry.is_importable();
            let hidden = entry.is_hidden() && !beginning.starts_with('.');
            wanted && !hidden && entry.begins(&beginning)
        });
        fits.map(|entry| format!("{}{}", entry.name, if entry.kind == EntryKind::Directory { "/" } else { "" }))
            .collect()
    }

    /// The path with as much more of it as all completions share; `None` when that is nothing.
    pub fn completion(&self) -> Option<String> {
        let completions = self.completions();
        let first = completions.first()?;
        let same = |next: &String| first.chars().zip(next.chars()).take_while(|(a, b)| a == b).count();
        let length = completions.iter().map(same).min()?;
        let shared: String = first.chars().take(length).collect();
        let text = self.input.value();
        let head = &text[..text.rfind('/').map_or(0, |at| at + 1)];
        let completed = format!("{head}{shared}");
        (completed.chars().count() > text.chars().count()).then_some(completed)
    }
}

/// A name of a group as the name of a file.
fn file_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c == '/' || c.is_control() { '-' } else { c }).collect();
    let name = name.trim_matches(['.', ' ']).to_owned();
    if name.is_empty() { "contacts".to_owned() } else { name }
}
