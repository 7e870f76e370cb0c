//! The form in which a contact is made or edited: a draft, a cell with the focus, and what is wrong with it.

mod cell;
mod checklist;
mod choice;
mod lines;
mod order;
mod place;
mod press;
mod review;
mod save;
mod typing;
mod word_list;

use tui_input::Input;

pub use cell::{Cell, Part, cells};
pub use checklist::{Check, Checklist};
pub use choice::{Choice, choices, chosen};
pub use lines::{Content, FormLine};
pub use place::Columns;
pub use review::Remark;
pub use word_list::WordList;

use super::{
    RequestId,
    action::{Context, OnForm},
    roster::Roster,
};
use crate::book::{AccountId, Contact, ContactType, Draft, GroupId, Person};

/// The widest label.
pub const LABEL_WIDTH: usize = 12;
/// How wide the column of types is, the mark of the preferred one included.
pub const TYPE_WIDTH: usize = 13;

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

    /// A form for a new CUSTOM contact of an account in these groups.
    pub fn create(account: AccountId, groups: Vec<GroupId>) -> Self {
        Self::of(None, Draft { account, groups, ..Draft::default() })
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

    /// A form for a person of a directory, who becomes a CLOUD contact of an account in these groups.
    pub fn add_person(person: Person, account: AccountId, groups: Vec<GroupId>) -> Self {
        let (contact_type, person) = (ContactType::Cloud, Some(person));
        let draft = Draft { account, contact_type, person, groups, ..Draft::default() };
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
            _ if self.words.as_ref().is_some_and(|words| words.is_chosen) => Context::Words,
            Cell::Text(field) if field.shape() == crate::book::field::Shape::Text => Context::Notes,
            Cell::Type(..) | Cell::AddressType(_) | Cell::Method => Context::Choice,
            Cell::Groups => Context::Checklist,
            Cell::Text(_) | Cell::Value(..) | Cell::Address(..) | Cell::NewGroup => Context::Line,
        }
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
        match (&self.before, &self.draft.person) {
            (Some(contact), _) => format!("Edit {}", crate::book::name::shown_name(contact)),
            (None, Some(person)) => format!("Add {}", person.profile.display_name),
            (None, None) => "New contact".to_owned(),
        }
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
