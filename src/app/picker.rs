//! The file picker of the import: a directory whose names are filtered as one types, or a path that is typed or pasted.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use ratatui::layout::Size;
use tui_input::Input;

use super::{
    Code, Key, List,
    action::Motion,
    input::{self, Edit, cursor_byte},
    layout,
    listing::{self, EntryKind, FileEntry, Listing, Typed},
    text::wrap,
};

/// The frame and what is left free within it.
const MARGINS: usize = 6;
/// The lines above the names: the directory, what is typed, a gap.
const HEAD: usize = 3;

/// The picker.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// What is typed.
    pub input: Input,
    /// The directory it is in; a leading `~` until it is known what that stands for.
    pub directory: PathBuf,
    /// The same as people write it.
    pub title: String,
    /// The directory whose names are shown, once they are here: the one it is in, or the one that is being typed.
    pub listing: Option<Arc<Listing>>,
    /// The directory whose names were asked for last.
    pub asked: Option<PathBuf>,
    /// The directory that the listing answers to.
    listed: Option<PathBuf>,
    /// The entries shown, as places in the listing.
    pub shown: Vec<usize>,
    /// The selected line and the first one shown.
    pub list: List,
    /// What is marked, in any directory.
    pub marked: BTreeSet<PathBuf>,
    /// Whether hidden entries are shown.
    pub hidden: bool,
    /// Whether files are shown whose names do not speak of contacts.
    pub every_file: bool,
    /// What is wrong.
    pub problem: Option<String>,
    /// What shall be selected once the names are here: where one comes from when one goes up.
    select: Option<PathBuf>,
}

/// What a choice leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// These files and directories are to be imported.
    Import(Vec<PathBuf>),
    /// It shows another directory, or says what is wrong.
    Stays,
}

impl Picker {
    /// How wide the picker is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;
    /// How high.
    pub const HEIGHT: u16 = 24;

    /// A picker in a directory.
    pub fn open(directory: PathBuf) -> Self {
        Self { title: directory.display().to_string(), directory, ..Self::default() }
    }

    /// The lines of what is wrong, in a picker on a screen of this width.
    pub fn problem_lines(&self, screen: u16) -> Vec<&str> {
        let room = usize::from(Self::WIDTH.min(screen)).saturating_sub(MARGINS);
        let problem = self.problem.as_deref().into_iter();
        problem.flat_map(|text| wrap(text, room).into_iter().map(move |range| &text[range])).collect()
    }

    /// How many lines stand above the names.
    pub fn head(&self, screen: u16) -> usize {
        HEAD.max(HEAD - 1 + self.problem_lines(screen).len())
    }

    /// How many names are shown at once in a frame of this height.
    pub fn page(&self, screen: u16, height: u16) -> usize {
        usize::from(height).saturating_sub(self.head(screen))
    }

    /// The directory whose names shall be shown.
    pub fn wanted(&self) -> PathBuf {
        match Typed::of(self.input.value(), &self.directory) {
            Typed::Path { directory, .. } => directory,
            Typed::Words(_) => self.directory.clone(),
        }
    }

    /// The entry of a line.
    pub fn entry(&self, line: usize) -> Option<&FileEntry> {
        self.listing.as_ref()?.entries.get(*self.shown.get(line)?)
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&FileEntry> {
        self.entry(self.list.cursor)
    }

    /// How many files the listing holds that are not shown because their names do not speak of contacts.
    pub fn left_out(&self) -> usize {
        let entries = self.listing.iter().flat_map(|listing| &listing.entries);
        entries.filter(|entry| !self.every_file && entry.kind != EntryKind::Directory && !entry.is_importable()).count()
    }

    /// The names of a directory are here.
    pub fn list(&mut self, listing: Listing) {
        self.problem = listing.problem.clone().or(self.problem.take());
        if matches!(Typed::of(self.input.value(), &self.directory), Typed::Words(_)) {
            self.directory.clone_from(&listing.directory);
            self.title.clone_from(&listing.shown);
            self.asked = Some(listing.directory.clone());
        }
        self.listed.clone_from(&self.asked);
        self.listing = Some(Arc::new(listing));
        self.filter();
        let wanted = self.select.take();
        self.list.cursor = self
            .shown
            .iter()
            .position(|place| {
                self.listing.as_ref().and_then(|l| l.entries.get(*place)).map(|e| &e.path) == wanted.as_ref()
            })
            .unwrap_or(0);
    }

    /// What was chosen comes back with the reason why it could not be read.
    pub fn bring_back(&mut self, paths: &[PathBuf], reason: String) {
        let quoted = |path: &PathBuf| {
            let text = path.display().to_string();
            if text.contains([' ', '\'', '"', '\\']) { format!("'{}'", text.replace('\'', r"'\''")) } else { text }
        };
        self.input = Input::new(paths.iter().map(quoted).collect::<Vec<_>>().join(" "));
        self.problem = Some(reason);
    }

    /// Finds what matches the text typed.
    fn filter(&mut self) {
        self.list = List::default();
        self.shown.clear();
        // While another directory is being read, what the old one holds means nothing.
        let Some(listing) = self.listing.as_ref().filter(|_| self.listed == Some(self.wanted())) else { return };
        let typed = Typed::of(self.input.value(), &self.directory);
        let asks_for_hidden = self.input.value().rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        let fits = |entry: &FileEntry| {
            (self.hidden || asks_for_hidden || !entry.is_hidden())
                && (self.every_file || entry.kind == EntryKind::Directory || entry.is_importable())
                && match &typed {
                    Typed::Words(words) => entry.holds(words),
                    Typed::Path { beginning, .. } => entry.begins(beginning),
                }
        };
        self.shown = (0..listing.entries.len()).filter(|place| fits(&listing.entries[*place])).collect();
    }

    /// Types a key. On an empty line left and backspace go to the directory above; at its end right goes into the one
    /// selected.
    pub fn type_key(&mut self, key: Key) {
        let is_empty = self.input.value().is_empty();
        let at_end = cursor_byte(&self.input) == self.input.value().len();
        match key.code {
            Code::Left | Code::Backspace if is_empty && key == Key::plain(key.code) => return self.go_up(),
            Code::Right if at_end && key == Key::plain(key.code) => {
                if let Some(path) = self.selected().filter(|e| e.kind == EntryKind::Directory).map(|e| e.path.clone()) {
                    self.go_into(path);
                }
                return;
            }
            _ => {}
        }
        if input::edit(&mut self.input, key) == Edit::Text {
            self.typed();
        }
    }

    /// Pastes, for example a file dropped on the terminal.
    pub fn paste(&mut self, text: &str) {
        input::paste(&mut self.input, text, false);
        self.typed();
    }

    fn typed(&mut self) {
        self.problem = None;
        self.filter();
    }

    /// Shows hidden entries, or hides them again.
    pub fn toggle_hidden(&mut self) {
        self.hidden = !self.hidden;
        self.filter();
    }

    /// Shows every file, or only files of contacts.
    pub fn toggle_every_file(&mut self) {
        self.every_file = !self.every_file;
        self.filter();
    }

    /// Moves the selection.
    pub fn go(&mut self, motion: Motion, page: usize) {
        self.list.go(motion, self.shown.len(), page);
    }

    /// Scrolls so that what is selected is shown.
    pub fn settle(&mut self, size: Size) {
        let frame = layout::modal(size, Self::WIDTH, Self::HEIGHT);
        let page = self.page(size.width, layout::inside(frame).height);
        self.list.settle(self.shown.len(), page);
    }

    /// Selects what stands on a line within the frame, counted from its top; whether there is something.
    pub fn press(&mut self, screen: u16, line: usize) -> bool {
        let place = line.checked_sub(self.head(screen)).map(|line| self.list.offset + line);
        let place = place.filter(|place| *place < self.shown.len());
        self.list.cursor = place.unwrap_or(self.list.cursor);
        place.is_some()
    }

    /// Marks what is selected, or takes the mark away, and goes on to the next.
    pub fn mark(&mut self) {
        let Some(path) = self.selected().map(|entry| entry.path.clone()) else { return };
        if !self.marked.remove(&path) {
            self.marked.insert(path);
        }
        self.list.cursor = (self.list.cursor + 1).min(self.shown.len().saturating_sub(1));
    }

    /// Goes to the directory above.
    pub fn go_up(&mut self) {
        if let Some(above) = self.directory.parent().map(Path::to_owned).filter(|_| self.directory.is_absolute()) {
            let from = self.directory.clone();
            self.go_into(above);
            self.select = Some(from);
        }
    }

    /// Goes into a directory.
    fn go_into(&mut self, directory: PathBuf) {
        self.input = Input::default();
        self.problem = None;
        self.title = directory.display().to_string();
        self.directory = directory;
        self.shown = Vec::new();
        self.listing = None;
        self.asked = None;
        self.list = List::default();
    }

    /// Chooses what is marked, what is selected, or the paths as they are typed.
    pub fn choose(&mut self) -> Choice {
        if !self.marked.is_empty() {
            return Choice::Import(self.marked.iter().cloned().collect());
        }
        let text = self.input.value().to_owned();
        let paths = match listing::split(&text) {
            Ok(paths) => paths,
            Err(reason) => {
                self.problem = Some(reason);
                return Choice::Stays;
            }
        };
        let directory = match Typed::of(&text, &self.directory) {
            Typed::Path { directory, beginning } if beginning.is_empty() && paths.len() == 1 => Some(directory),
            Typed::Path { .. } if paths.len() > 1 => return self.as_typed(&paths),
            _ => None,
        };
        if let Some(directory) = directory {
            self.go_into(directory);
            return Choice::Stays;
        }
        let name = paths.last().map(|path| path.rsplit('/').next().unwrap_or_default());
        let exact = self.shown.iter().position(|place| {
            let entry = self.listing.as_ref().and_then(|listing| listing.entries.get(*place));
            entry.is_some_and(|entry| Some(entry.name.as_str()) == name)
        });
        match self.entry(exact.unwrap_or(self.list.cursor)).map(|entry| (entry.kind, entry.path.clone())) {
            Some((EntryKind::Directory, path)) => self.go_into(path),
            Some((EntryKind::File, path)) => return Choice::Import(vec![path]),
            Some((EntryKind::Other, _)) => self.problem = Some("there is nothing in it that could be read".to_owned()),
            None if !paths.is_empty() => return self.as_typed(&paths),
            None => self.problem = Some("there is nothing to choose here: type a path, or go up".to_owned()),
        }
        Choice::Stays
    }

    fn as_typed(&self, paths: &[String]) -> Choice {
        Choice::Import(paths.iter().map(|path| listing::under(&self.directory, path)).collect())
    }
}
