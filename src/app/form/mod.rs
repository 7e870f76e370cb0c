//! The form in which a contact is made or edited: a draft, a cell with the focus, and what is wrong with it.

mod cell;
mod checklist;
mod choice;
mod lines;
mod order;
mod review;
mod save;
mod word_list;

use ratatui::layout::{Margin, Rect, Size};
use tui_input::Input;

pub use cell::{Cell, Part, cells};
pub use checklist::{Check, Checklist};
pub use choice::{Choice, choices, chosen};
pub use lines::{Content, FormLine};
pub use review::Remark;
pub use word_list::WordList;

use super::{
    Key, RequestId,
    action::{Context, OnForm},
    input::{self, Edit},
    layout,
    roster::Roster,
};
use crate::{
    book::{Contact, ContactType, Draft, Field, GroupId, name::derive_display_name},
    search::Vocabulary,
};

/// The widest label.
pub const LABEL_WIDTH: usize = 12;
/// How wide the column of types is, the mark of the preferred one included.
pub const TYPE_WIDTH: usize = 13;

/// A form that is narrower has its labels above what they name.
const STACKED: usize = 30;

/// How a form is divided from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// How wide the labels are.
    pub label: usize,
    /// Where the values begin.
    pub value_at: usize,
    /// How wide they are.
    pub value: usize,
    /// Whether labels stand above what they name.
    pub stacked: bool,
}

/// What the list of words over the focused cell waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pending {
    /// Nothing.
    #[default]
    Nothing,
    /// The text of the cell differs.
    Typed,
    /// The list was asked for.
    Asked,
}

/// A contact being typed.
#[derive(Clone, Debug)]
pub struct Form {
    /// The contact as it was read; `None` for a new one.
    pub before: Option<Box<Contact>>,
    /// The contact as typed so far, empty rows included.
    pub draft: Draft,
    /// The name of a group to be made with it.
    pub new_group: String,
    /// The cell with the focus.
    pub focus: Cell,
    /// The text of that cell.
    pub editor: Input,
    /// Where the checklist of groups stands.
    pub groups: Checklist,
    /// The list of words over the focused cell.
    pub words: Option<WordList>,
    /// What is to be said about values.
    pub remarks: Vec<Remark>,
    /// The first line shown.
    pub scroll: usize,
    /// The request that saves it.
    pub saving: Option<RequestId>,
    /// The draft as the form opened.
    pristine: Draft,
    /// What the list of words waits for.
    pending: Pending,
    /// The phone number that was left and is to be looked at.
    number_left: Option<String>,
}

impl Form {
    /// How wide a form is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;

    /// A form for a new CUSTOM contact in these groups.
    pub fn create(groups: Vec<GroupId>) -> Self {
        Self::of(None, Draft { groups, ..Draft::default() })
    }

    /// A form for a contact that exists.
    pub fn edit(contact: Box<Contact>) -> Self {
        let draft = Draft::of(&contact);
        Self::of(Some(contact), draft)
    }

    fn of(before: Option<Box<Contact>>, mut draft: Draft) -> Self {
        cell::pad(&mut draft);
        let focus = cells(&draft).first().copied().unwrap_or(Cell::Groups);
        let mut form = Self {
            before,
            pristine: draft.clone(),
            draft,
            new_group: String::new(),
            focus,
            editor: Input::default(),
            groups: Checklist::default(),
            words: None,
            remarks: Vec::new(),
            scroll: 0,
            saving: None,
            pending: Pending::Nothing,
            number_left: None,
        };
        form.focus_on(focus);
        form
    }

    /// Whether something was typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        !self.new_group.trim().is_empty() || self.draft.clone().tidied() != self.pristine.clone().tidied()
    }

    /// What keys mean in the focused cell.
    pub fn context(&self) -> Context {
        match self.focus {
            _ if self.words.as_ref().is_some_and(|words| words.is_chosen) => Context::Words,
            Cell::Text(field) if field.shape() == crate::book::field::Shape::Text => Context::Notes,
            Cell::Type(..) | Cell::AddressType(_) | Cell::Method => Context::Choice,
            Cell::Groups => Context::Checklist,
            Cell::Text(_) | Cell::Value(..) | Cell::Address(..) | Cell::NewGroup => Context::Line,
        }
    }

    /// Types a key into the focused cell.
    pub fn type_key(&mut self, key: Key) {
        let edit = match self.focus {
            focus if focus.is_choice() => return self.type_word(key),
            Cell::Groups => {
                if input::edit(&mut self.groups.query, key) == Edit::Text {
                    (self.groups.cursor, self.groups.offset) = (0, 0);
                }
                return;
            }
            Cell::Text(Field::Notes) => input::edit_lines(&mut self.editor, key),
            _ => input::edit(&mut self.editor, key),
        };
        match (edit, key.code) {
            (Edit::Text, _) => self.write_back(),
            (Edit::Unknown, super::Code::Up) => self.go(OnForm::Up),
            (Edit::Unknown, super::Code::Down) => self.go(OnForm::Down),
            (Edit::Cursor | Edit::Unknown, _) => {}
        }
    }

    /// A word of one's own for a type. A number or an address typed here goes where it belongs; a space asks for the
    /// words there are.
    fn type_word(&mut self, key: Key) {
        let value = self.focus.value_beside(&self.draft);
        let Some((kind, label)) = self.focus.word_mut(&mut self.draft) else {
            self.pending = if key.typed() == Some(' ') { Pending::Asked } else { Pending::Nothing };
            return;
        };
        match (key.typed(), value) {
            (Some(' '), _) if label.is_empty() => return self.pending = Pending::Asked,
            (Some(c), Some(value)) if choice::begins_value(self.focus, label, c) => {
                if !label.is_empty() {
                    choice::first_word(self.focus).clone_into(kind);
                }
                let typed = format!("{}{c}", std::mem::take(label));
                self.focus_on(value);
                return self.paste(&typed);
            }
            (Some(c), _) => {
                if label.is_empty() {
                    "other".clone_into(kind);
                }
                label.push(c);
            }
            (None, _) if key.code == super::Code::Backspace => _ = label.pop(),
            (None, _) => return,
        }
        self.pending = Pending::Typed;
    }

    /// Pastes into the focused cell; what is pasted into a type goes into the value beside it.
    pub fn paste(&mut self, text: &str) {
        if let Some(value) = self.focus.value_beside(&self.draft) {
            self.focus_on(value);
        }
        match self.focus {
            Cell::Groups => input::paste(&mut self.groups.query, text, false),
            focus if focus.is_choice() => {}
            focus => {
                input::paste(&mut self.editor, text, focus == Cell::Text(Field::Notes));
                self.write_back();
            }
        }
    }

    /// The text of the focused cell goes into the draft; what was wrong with it may be right now.
    fn write_back(&mut self) {
        let text = self.editor.value().to_owned();
        let profile = &self.draft.profile;
        let name_follows = !profile.display_name.is_empty() && profile.display_name == derive_display_name(profile);
        if let Some(place) = self.focus.text_mut(&mut self.draft, &mut self.new_group) {
            *place = text;
        }
        if name_follows && matches!(self.focus, Cell::Text(Field::FirstName | Field::LastName)) {
            self.draft.profile.display_name = derive_display_name(&self.draft.profile);
        }
        self.forget_remarks();
        self.pending = Pending::Typed;
    }

    fn focus_on(&mut self, cell: Cell) {
        let left = std::mem::replace(&mut self.focus, cell);
        self.words = None;
        self.pending = Pending::Nothing;
        if left != cell {
            self.settle_type(left);
            self.look_at(left);
        }
        let text = cell.text_mut(&mut self.draft, &mut self.new_group).map(|text| text.clone());
        self.editor = Input::new(text.unwrap_or_default());
    }

    /// A word of one's own that is one of the words there are becomes that one.
    fn settle_type(&mut self, cell: Cell) {
        let own = cell.word_mut(&mut self.draft).map(|(_, label)| label.trim().to_owned());
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            choice::choose(cell, &mut self.draft, &own);
        }
    }

    /// What is typed where there may be words for it.
    fn typed(&self) -> String {
        match self.focus {
            Cell::Type(field, row) => {
                field.values(&self.draft).and_then(|values| values.get(row)).map(|value| value.label.clone())
            }
            Cell::AddressType(row) => self.draft.profile.addresses.get(row).map(|address| address.label.clone()),
            Cell::Method => None,
            _ => Some(self.editor.value().to_owned()),
        }
        .unwrap_or_default()
    }

    /// Brings the list of words in line with what was typed or asked for.
    pub fn offer_words(&mut self, vocabulary: &Vocabulary) {
        let typed = self.typed();
        self.words = match std::mem::take(&mut self.pending) {
            Pending::Nothing => return,
            Pending::Asked => WordList::asked(self.focus, &self.draft, &typed, vocabulary),
            Pending::Typed => match &self.words {
                Some(words) => words.narrowed(self.focus, &typed, vocabulary),
                None => WordList::quiet(self.focus, &typed, vocabulary),
            },
        };
    }

    /// Whether there may be words to choose from in the focused cell.
    pub fn has_words(&self) -> bool {
        word_list::has_words(self.focus)
    }

    /// Closes what is open over a field. Returns whether something was.
    pub fn dismiss(&mut self) -> bool {
        let has_query = self.focus == Cell::Groups && !self.groups.query.value().is_empty();
        if has_query {
            self.groups = Checklist::default();
        }
        self.words.take().is_some() || has_query
    }

    /// Writes the word chosen.
    fn take_word(&mut self) {
        let Some(choice) = self.words.take().and_then(|words| words.chosen().cloned()) else { return };
        if self.focus.is_choice() {
            choice::choose(self.focus, &mut self.draft, &choice.written);
        } else {
            self.editor = Input::new(choice.written);
            self.write_back();
            self.pending = Pending::Nothing;
        }
    }

    /// Does what a key of the form asks for, saving aside.
    pub fn act(&mut self, action: OnForm, roster: &Roster) {
        match (action, &mut self.words) {
            (OnForm::Down | OnForm::NextWord, Some(words)) => return words.step(true),
            (OnForm::Up | OnForm::PreviousWord, Some(words)) if words.is_chosen => return words.step(false),
            _ => {}
        }
        match action {
            OnForm::Next => {
                self.take_word();
                self.go(action);
            }
            OnForm::Previous | OnForm::Up | OnForm::Down => self.go(action),
            OnForm::NextChoice => self.choose(1, roster),
            OnForm::PreviousChoice => self.choose(-1, roster),
            OnForm::Toggle => self.toggle_group(roster),
            OnForm::AddRow => self.change_rows(cell::add_row),
            OnForm::DropRow => self.change_rows(cell::drop_row),
            OnForm::Primary => cell::toggle_primary(&mut self.draft, self.focus),
            OnForm::Words => self.pending = Pending::Asked,
            OnForm::TakeWord => self.take_word(),
            OnForm::CloseWords => self.words = None,
            OnForm::NextWord | OnForm::PreviousWord | OnForm::Save | OnForm::SaveAnyway => {}
        }
    }

    fn change_rows(&mut self, change: fn(&mut Draft, Cell) -> Cell) {
        let cell = change(&mut self.draft, self.focus);
        // The cell left may hold another row by now.
        self.focus = cell;
        self.focus_on(cell);
        if let Some(field) = cell.field() {
            self.look_at_rows(field);
        }
    }

    fn choose(&mut self, by: isize, roster: &Roster) {
        if self.focus == Cell::Groups {
            self.step_group(by, roster);
        } else {
            self.words = None;
            choice::step(self.focus, &mut self.draft, by);
        }
    }

    fn go(&mut self, action: OnForm) {
        let cells = cells(&self.draft);
        let here = cells.iter().position(|cell| *cell == self.focus).unwrap_or_default();
        // Up and down keep to the column: from a type to types, from a value to values.
        let in_column = |cell: &&Cell| cell.is_type() == self.focus.is_type();
        let next = match action {
            OnForm::Next => cells.get(here + 1).or(cells.first()),
            OnForm::Previous => here.checked_sub(1).map_or(cells.last(), |above| cells.get(above)),
            OnForm::Down => cells[here + 1..].iter().find(in_column),
            OnForm::Up => cells[..here].iter().rfind(in_column),
            _ => None,
        };
        if let Some(cell) = next {
            self.focus_on(*cell);
        }
    }

    /// The title of the form.
    pub fn title(&self) -> String {
        self.before
            .as_ref()
            .map_or_else(|| "New contact".to_owned(), |c| format!("Edit {}", crate::book::name::shown_name(c)))
    }

    /// Where the lines of a form stand, within its frame and margins.
    pub fn inside(size: Size) -> Rect {
        let frame = layout::modal(size, Self::WIDTH, u16::MAX);
        layout::inside(frame).inner(Margin { horizontal: 1, vertical: 0 })
    }

    /// How wide the labels and the types of a form are that is `inside` columns wide, frame and margins excluded. Where
    /// there is no room for labels they stand above what they name.
    pub fn columns(inside: u16) -> Columns {
        let inside = usize::from(inside);
        let label = if inside < STACKED { 0 } else { LABEL_WIDTH };
        let value_at = if label == 0 { 1 } else { label + 2 };
        Columns { label, value_at, value: inside.saturating_sub(value_at + 1).max(4), stacked: label == 0 }
    }

    /// Scrolls so that the focused cell and what is wrong with it are shown.
    pub fn settle(&mut self, roster: &Roster, size: Size) {
        let inside = Self::inside(size);
        let columns = Self::columns(inside.width);
        self.settle_groups(roster, columns.value);
        let page = usize::from(inside.height);
        let lines = lines::lines(self, roster, columns);
        let first = self.line_of_focus(&lines);
        let is_remark = |line: &FormLine| matches!(line.content, Content::Remark { .. });
        let remark = lines[first..].iter().take(3).position(is_remark);
        let label = usize::from(first > 0 && matches!(lines[first - 1].content, Content::Heading));
        let is_first = cells(&self.draft).first() == Some(&self.focus);
        let mut list = super::List { cursor: first + remark.unwrap_or_default(), offset: self.scroll };
        list.settle(lines.len(), page);
        for cursor in [if is_first { 0 } else { first - label }, first] {
            list.cursor = cursor;
            list.settle(lines.len(), page);
        }
        self.scroll = list.offset;
        let area = self.words_area(&lines, size);
        if let (Some(words), Some(area)) = (&mut self.words, area) {
            words.settle(layout::inside(area).height);
        }
    }

    fn line_of_focus(&self, lines: &[FormLine]) -> usize {
        let of_focus = |line: &FormLine| line.holds(self.focus, input::cursor_byte(&self.editor));
        lines.iter().position(of_focus).unwrap_or_default()
    }

    /// Where the list of words stands, frame included.
    pub fn words_area(&self, lines: &[FormLine], size: Size) -> Option<Rect> {
        let words = self.words.as_ref()?;
        let inside = Self::inside(size);
        let columns = Self::columns(inside.width);
        let line = u16::try_from(self.line_of_focus(lines).checked_sub(self.scroll)?).ok()?;
        let in_list = matches!(self.focus, Cell::Value(..)) && !columns.stacked;
        let left = columns.value_at + if in_list { TYPE_WIDTH } else { 0 };
        let left = u16::try_from(left).ok()?.min(inside.width);
        Some(words.area(Rect { x: inside.x + left, y: inside.y + line, width: 1, height: 1 }, inside))
    }

    /// The lines of the form.
    pub fn lines(&self, roster: &Roster, columns: Columns) -> Vec<FormLine> {
        lines::lines(self, roster, columns)
    }

    /// Whether the contact is a person of a directory.
    pub fn is_cloud(&self) -> bool {
        self.draft.contact_type == ContactType::Cloud
    }
}
