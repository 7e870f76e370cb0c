//! The form in which a contact is made or edited: a draft, a cell with the focus, and what is wrong with it.

mod cell;
mod lines;

use ratatui::layout::{Margin, Rect, Size};
use tui_input::Input;

pub use cell::{Cell, Part, cells, words};
pub use lines::{Content, FormLine};

use super::{
    Key, RequestId,
    action::{Context, OnForm},
    input::{self, Edit},
    layout,
    roster::Roster,
};
use crate::book::{
    Command, Contact, ContactType, Draft, Field, GroupId, Person, Problem, name::derive_display_name, patch,
};

/// The widest label.
pub const LABEL_WIDTH: usize = 12;
/// How wide the column of types is, the mark of the preferred one included.
pub const TYPE_WIDTH: usize = 13;

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
    /// The group under the cursor of the checklist.
    pub checked: usize,
    /// What is wrong, by field.
    pub problems: Vec<Problem>,
    /// The first line shown.
    pub scroll: usize,
    /// The request that saves it.
    pub saving: Option<RequestId>,
    /// The draft as the form opened.
    pristine: Draft,
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

    /// A form with what was typed elsewhere, in an editor.
    pub fn typed(before: Option<Box<Contact>>, typed: Draft) -> Self {
        let pristine = before.as_ref().map_or_else(Draft::default, |contact| Draft::of(contact));
        let mut form = Self::of(before, pristine);
        form.draft = typed;
        cell::pad(&mut form.draft);
        form.focus_on(form.focus);
        form
    }

    /// A form for a person of a directory, who becomes a CLOUD contact in these groups.
    pub fn add_person(person: Person, groups: Vec<GroupId>) -> Self {
        let draft = Draft { contact_type: ContactType::Cloud, person: Some(person), groups, ..Draft::default() };
        let mut form = Self::of(None, draft);
        // Most people are added to a group and to nothing else.
        form.focus_on(Cell::Groups);
        form
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
            checked: 0,
            problems: Vec::new(),
            scroll: 0,
            saving: None,
        };
        form.focus_on(focus);
        form
    }

    /// What was typed so far.
    pub fn typed_so_far(&self) -> Draft {
        let mut draft = self.draft.clone().tidied();
        draft.group_names.extend(Some(self.new_group.trim().to_owned()).filter(|name| !name.is_empty()));
        draft
    }

    /// Whether something was typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        !self.new_group.trim().is_empty() || self.draft.clone().tidied() != self.pristine.clone().tidied()
    }

    /// What keys mean in the focused cell.
    pub fn context(&self) -> Context {
        match self.focus {
            Cell::Text(field) if field.shape() == crate::book::field::Shape::Text => Context::Notes,
            Cell::Type(..) | Cell::AddressType(_) => Context::Choice,
            Cell::Groups => Context::Checklist,
            Cell::Text(_) | Cell::Value(..) | Cell::Address(..) | Cell::NewGroup => Context::Line,
        }
    }

    /// Types a key into the focused cell.
    pub fn type_key(&mut self, key: Key) {
        if self.context() == Context::Choice {
            return self.type_word(key);
        }
        let several_lines = self.context() == Context::Notes;
        let edit =
            if several_lines { input::edit_lines(&mut self.editor, key) } else { input::edit(&mut self.editor, key) };
        match (edit, key.code) {
            (Edit::Text, _) => self.write_back(),
            (Edit::Unknown, super::Code::Up) => self.go(OnForm::Up),
            (Edit::Unknown, super::Code::Down) => self.go(OnForm::Down),
            (Edit::Cursor | Edit::Unknown, _) => {}
        }
    }

    /// A word of one's own for a type. A number or an address typed here goes where it belongs.
    fn type_word(&mut self, key: Key) {
        if let (Some(c), Some(value)) = (key.typed(), self.focus.value_beside(&self.draft)) {
            let Some((kind, label)) = self.focus.word_mut(&mut self.draft) else { return };
            if cell::begins_value(self.focus, label, c) {
                if !label.is_empty() {
                    words(self.focus)[0].clone_into(kind);
                }
                let typed = format!("{}{c}", std::mem::take(label));
                self.focus_on(value);
                return self.paste(&typed);
            }
        }
        let Some((kind, label)) = self.focus.word_mut(&mut self.draft) else { return };
        if let Some(c) = key.typed() {
            if label.is_empty() {
                "other".clone_into(kind);
            }
            label.push(c);
        } else if key.code == super::Code::Backspace {
            label.pop();
        }
    }

    /// Pastes into the focused cell.
    pub fn paste(&mut self, text: &str) {
        match self.context() {
            Context::Notes => input::paste(&mut self.editor, text, true),
            Context::Line => input::paste(&mut self.editor, text, false),
            _ => return,
        }
        self.write_back();
    }

    /// The text of the focused cell goes into the draft; what was wrong with the field may be right now.
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
        self.problems.retain(|problem| Some(problem.field) != self.focus.field());
    }

    fn focus_on(&mut self, cell: Cell) {
        self.focus = cell;
        let text = cell.text_mut(&mut self.draft, &mut self.new_group).map(|text| text.clone());
        self.editor = Input::new(text.unwrap_or_default());
    }

    /// Does what a key of the form asks for, saving aside.
    pub fn act(&mut self, action: OnForm, roster: &Roster) {
        match action {
            OnForm::Next | OnForm::Previous | OnForm::Up | OnForm::Down => self.go(action),
            OnForm::NextChoice => self.choose(1, roster),
            OnForm::PreviousChoice => self.choose(-1, roster),
            OnForm::Toggle => self.toggle(roster),
            OnForm::AddRow => {
                let cell = cell::add_row(&mut self.draft, self.focus);
                self.focus_on(cell);
            }
            OnForm::DropRow => {
                let cell = cell::drop_row(&mut self.draft, self.focus);
                self.focus_on(cell);
            }
            OnForm::Primary => cell::toggle_primary(&mut self.draft, self.focus),
            OnForm::Save | OnForm::SaveAnyway => {}
        }
    }

    fn go(&mut self, action: OnForm) {
        let cells = cells(&self.draft);
        let here = cells.iter().position(|cell| *cell == self.focus).unwrap_or_default();
        let text_cell = |cell: &&Cell| !matches!(cell, Cell::Type(..) | Cell::AddressType(_));
        let next = match action {
            OnForm::Next => cells.get(here + 1).or(cells.first()),
            OnForm::Previous => here.checked_sub(1).map_or(cells.last(), |above| cells.get(above)),
            // Up and down keep to the column: from a type to types, from a value to values.
            OnForm::Down if self.context() == Context::Choice => cells[here + 1..].iter().find(|c| !text_cell(c)),
            OnForm::Up if self.context() == Context::Choice => cells[..here].iter().rfind(|c| !text_cell(c)),
            OnForm::Down => cells[here + 1..].iter().find(text_cell),
            OnForm::Up => cells[..here].iter().rfind(text_cell),
            _ => None,
        };
        if let Some(cell) = next {
            self.focus_on(*cell);
        }
    }

    fn choose(&mut self, by: isize, roster: &Roster) {
        if self.focus == Cell::Groups {
            let last = roster.groups.len().saturating_sub(1);
            self.checked = self.checked.saturating_add_signed(by).min(last);
            return;
        }
        let words = words(self.focus);
        if let Some((kind, label)) = self.focus.word_mut(&mut self.draft) {
            // A word of one's own stands before the first of the list.
            let here = if label.is_empty() { words.iter().position(|word| word == kind) } else { None };
            let next = match here {
                Some(here) => (here + words.len()).saturating_add_signed(by) % words.len(),
                None if by < 0 => words.len() - 1,
                None => 0,
            };
            words[next].clone_into(kind);
            label.clear();
        }
    }

    fn toggle(&mut self, roster: &Roster) {
        if let Some(row) = roster.groups.get(self.checked) {
            let id = row.group.id;
            if self.draft.groups.contains(&id) {
                self.draft.groups.retain(|group| *group != id);
            } else {
                self.draft.groups.push(id);
            }
        }
    }

    /// The command that saves the form; `None` when something is wrong, which then stands under its field.
    pub fn command(&mut self) -> Option<Command> {
        let draft = self.typed_so_far();
        let valid = match &self.before {
            None => draft.validate(),
            Some(before) => draft.validate_edit(before),
        };
        match valid {
            Ok(()) => Some(match (&self.before, &draft.person) {
                (None, Some(person)) => Command::AddPerson { who: person.who.clone(), draft: Box::new(draft) },
                (None, None) => Command::CreateContact(Box::new(draft)),
                (Some(before), _) => Command::EditContact { before: before.clone(), after: Box::new(draft) },
            }),
            Err(problems) => {
                self.problems = problems;
                let at_fault = self.problems.first().map(|problem| problem.field);
                if let Some(cell) =
                    cells(&self.draft).into_iter().find(|cell| cell.field() == at_fault && !cell.is_choice())
                {
                    self.focus_on(cell);
                }
                None
            }
        }
    }

    /// Puts what was typed here over the contact as it stands now.
    pub fn rebase(&mut self, theirs: Box<Contact>) {
        let Some(before) = &self.before else { return };
        let mine = self.draft.clone().tidied();
        let mut wanted = (**before).clone();
        mine.clone().apply(&mut wanted);
        let mut merged = patch::document(&*theirs);
        for (key, (_, mine)) in patch::Patch::between(&patch::document(&**before), &patch::document(&wanted)).0 {
            if mine.is_null() {
                merged.shift_remove(&key);
            } else {
                merged.insert(key, mine);
            }
        }
        if let Ok(merged) = patch::record::<Contact>(merged) {
            self.draft = Draft { group_names: mine.group_names, ..Draft::of(&merged) };
            cell::pad(&mut self.draft);
            self.before = Some(theirs);
            let focus = if cells(&self.draft).contains(&self.focus) { self.focus } else { Cell::Text(Field::Notes) };
            self.focus_on(focus);
        }
    }

    /// The title of the form.
    pub fn title(&self) -> String {
        match (&self.before, &self.draft.person) {
            (Some(contact), _) => format!("Edit {}", crate::book::name::shown_name(contact)),
            (None, Some(person)) => format!("Add {}", person.profile.display_name),
            (None, None) => "New contact".to_owned(),
        }
    }

    /// Where the lines of a form stand, within its frame and margins.
    pub fn inside(size: Size) -> Rect {
        let frame = layout::modal(size, Self::WIDTH, u16::MAX);
        layout::inside(frame).inner(Margin { horizontal: 1, vertical: 0 })
    }

    /// How wide the values of a form are that is `inside` columns wide, frame and margins excluded.
    pub fn value_width(inside: u16) -> usize {
        usize::from(inside).saturating_sub(LABEL_WIDTH + 3).max(4)
    }

    /// Scrolls so that the focused cell and what is wrong with it are shown.
    pub fn settle(&mut self, roster: &Roster, size: Size) {
        let inside = Self::inside(size);
        let page = usize::from(inside.height);
        let lines = lines::lines(self, roster, Self::value_width(inside.width));
        let of_focus = |line: &FormLine| line.holds(self.focus, input::cursor_byte(&self.editor));
        let first = lines.iter().position(of_focus).unwrap_or_default();
        let problem = lines[first..].iter().take(3).position(|line| matches!(line.content, Content::Problem(_)));
        let cells = cells(&self.draft);
        let mut list = super::List { cursor: first + problem.unwrap_or_default(), offset: self.scroll };
        list.settle(lines.len(), page);
        list.cursor = if cells.first() == Some(&self.focus) { 0 } else { first };
        list.settle(lines.len(), page);
        self.scroll = list.offset;
    }

    /// The lines of the form.
    pub fn lines(&self, roster: &Roster, width: usize) -> Vec<FormLine> {
        lines::lines(self, roster, width)
    }

    /// Whether the contact is a person of a directory.
    pub fn is_cloud(&self) -> bool {
        self.draft.contact_type == ContactType::Cloud
    }
}
