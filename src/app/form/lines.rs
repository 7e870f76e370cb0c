//! The lines of a form, in the order in which they are drawn. Scrolling and drawing both read them.

use super::{
    Cell, Check, Columns, Form, Part, cells,
    checklist::{self, are_many},
    chosen,
    order::{Entry, ORDER},
};
use crate::{
    app::{details::value_label, roster::Roster, text::wrap},
    book::{Field, Profile, field::Shape, name::derive_display_name},
};

/// What stands at the right of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing: a gap between groups of fields.
    Gap,
    /// One line of text to type in.
    Text {
        /// The cell.
        cell: Cell,
        /// Its text.
        text: String,
        /// What stands there while it is empty: what will be saved if nothing is typed.
        otherwise: String,
    },
    /// A line of a text of several lines.
    Piece {
        /// The cell.
        cell: Cell,
        /// The text of the line.
        text: String,
        /// Where the line stands in the whole text, in bytes.
        range: std::ops::Range<usize>,
    },
    /// The label stands alone, above what it names.
    Heading,
    /// A value of a list with its type.
    Value {
        /// The row's type.
        type_cell: Cell,
        /// The word of the type.
        word: String,
        /// The row's value; `None` where it stands on lines of its own.
        cell: Option<Cell>,
        /// The value.
        text: String,
        /// Whether it is the preferred one.
        primary: bool,
    },
    /// A word chosen among others.
    Choice {
        /// The cell.
        cell: Cell,
        /// The word.
        word: String,
    },
    /// What narrows the checklist of groups.
    Query,
    /// Some of the groups to tick.
    Checks {
        /// The groups.
        checks: Vec<Check>,
        /// How many more groups stand on lines that are not shown.
        more: usize,
    },
    /// What belongs to a directory and cannot be written here.
    ReadOnly(String),
    /// What is to be said about the value above.
    Remark {
        /// A sentence, or a line of it.
        text: String,
        /// Whether it stops nobody from saving.
        is_hint: bool,
        /// Whether the value above has a type on its left.
        in_list: bool,
    },
}

/// One line of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormLine {
    /// The label; empty on further lines of the same field.
    pub label: &'static str,
    /// What stands at its right.
    pub content: Content,
}

impl FormLine {
    /// Whether the focus is here, with the cursor at this byte of the text.
    pub fn holds(&self, focus: Cell, cursor: usize) -> bool {
        match &self.content {
            Content::Text { cell, .. } | Content::Choice { cell, .. } => *cell == focus,
            Content::Piece { cell, range, .. } => *cell == focus && range.start <= cursor && cursor <= range.end,
            Content::Value { type_cell, cell, .. } => *type_cell == focus || *cell == Some(focus),
            Content::Checks { checks, .. } => focus == Cell::Groups && checks.iter().any(|check| check.under_cursor),
            Content::Gap | Content::Heading | Content::Query | Content::ReadOnly(_) | Content::Remark { .. } => false,
        }
    }
}

/// The lines of a form.
pub fn lines(form: &Form, roster: &Roster, columns: Columns) -> Vec<FormLine> {
    let mut lines = Lines { lines: Vec::new(), columns };
    if roster.homes.are_several() {
        lines.wrapped("Account", roster.homes.name(&form.draft.account), Content::ReadOnly);
        lines.gap();
    }
    if let Some(person) = form.draft.person.as_ref().filter(|_| form.is_cloud()) {
        lines.read_only(&person.profile);
    }
    let written = cells(&form.draft);
    for entry in ORDER {
        match entry {
            Entry::Gap => lines.gap(),
            Entry::Groups => lines.groups(form, roster),
            Entry::Field(field) => {
                if written.iter().any(|cell| cell.field() == Some(field)) {
                    lines.field(form, field);
                }
            }
        }
    }
    lines.lines
}

/// A remark wants so much room.
const REMARK: usize = 30;

struct Lines {
    lines: Vec<FormLine>,
    columns: Columns,
}

impl Lines {
    fn push(&mut self, label: &'static str, content: Content) {
        if self.columns.stacked && !label.is_empty() {
            self.lines.push(FormLine { label, content: Content::Heading });
            self.lines.push(FormLine { label: "", content });
        } else {
            self.lines.push(FormLine { label, content });
        }
    }

    /// Never at the top, and never two.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.content != Content::Gap) {
            self.push("", Content::Gap);
        }
    }

    fn wrapped(&mut self, label: &'static str, text: &str, content: impl Fn(String) -> Content) {
        for (number, range) in wrap(text, self.columns.value).into_iter().enumerate() {
            self.push(if number == 0 { label } else { "" }, content(text[range].to_owned()));
        }
    }

    fn remarks(&mut self, form: &Form, cell: Cell) {
        // Under the value itself, unless a sentence would be in shreds there.
        let beside = self.columns.value.saturating_sub(super::TYPE_WIDTH);
        let in_list = matches!(cell, Cell::Value(..)) && beside >= REMARK;
        let width = if in_list { beside } else { self.columns.value };
        for remark in form.remarks.iter().filter(|remark| remark.cell == cell) {
            for range in wrap(&remark.text, width) {
                let text = remark.text[range].trim_end().to_owned();
                self.push("", Content::Remark { text, is_hint: remark.is_hint, in_list });
            }
        }
    }

    fn read_only(&mut self, profile: &Profile) {
        let draft = crate::book::Draft { profile: profile.clone(), ..crate::book::Draft::default() };
        for field in Field::ALL {
            match field.shape() {
                Shape::Line | Shape::Text => {
                    let text = field.text(&draft).unwrap_or_default();
                    if !text.is_empty() {
                        self.wrapped(field.label(), text, Content::ReadOnly);
                    }
                }
                Shape::Values => {
                    for (row, value) in field.values(&draft).unwrap_or_default().iter().enumerate() {
                        let text = format!("{}  {}", value.value, value_label(field, value));
                        self.wrapped(if row == 0 { field.label() } else { "" }, &text, Content::ReadOnly);
                    }
                }
                Shape::Addresses => {
                    for address in &profile.addresses {
                        self.wrapped(field.label(), &address.lines().join("\n"), Content::ReadOnly);
                    }
                }
            }
        }
        self.gap();
    }

    fn field(&mut self, form: &Form, field: Field) {
        let draft = &form.draft;
        let label = field.label();
        match field.shape() {
            _ if field == Field::PrimaryContactMethod => {
                self.push(label, Content::Choice { cell: Cell::Method, word: chosen(Cell::Method, draft) });
            }
            Shape::Line => {
                let text = field.text(draft).unwrap_or_default().to_owned();
                let derived = field == Field::DisplayName;
                let otherwise = if derived { derive_display_name(&draft.profile) } else { String::new() };
                self.push(label, Content::Text { cell: Cell::Text(field), text, otherwise });
                self.remarks(form, Cell::Text(field));
            }
            Shape::Text => {
                let text = field.text(draft).unwrap_or_default();
                for (number, range) in wrap(text, self.columns.value).into_iter().enumerate() {
                    let label = if number == 0 { label } else { "" };
                    let text = text[range.clone()].to_owned();
                    self.push(label, Content::Piece { cell: Cell::Text(field), text, range });
                }
            }
            Shape::Values => {
                for (row, value) in field.values(draft).unwrap_or_default().iter().enumerate() {
                    let (type_cell, cell) = (Cell::Type(field, row), Cell::Value(field, row));
                    let (word, text, primary) = (chosen(type_cell, draft), value.value.clone(), value.primary);
                    let label = if row == 0 { label } else { "" };
                    if self.columns.stacked {
                        let no_text = String::new();
                        self.push(label, Content::Value { type_cell, word, cell: None, text: no_text, primary });
                        self.push("", Content::Text { cell, text, otherwise: String::new() });
                    } else {
                        self.push(label, Content::Value { type_cell, word, cell: Some(cell), text, primary });
                    }
                    self.remarks(form, cell);
                }
            }
            Shape::Addresses => self.addresses(form),
        }
    }

    fn addresses(&mut self, form: &Form) {
        for (row, address) in form.draft.profile.addresses.iter().enumerate() {
            let type_cell = Cell::AddressType(row);
            let (word, text) = (chosen(type_cell, &form.draft), String::new());
            let content = Content::Value { type_cell, word, cell: None, text, primary: address.primary };
            self.push(Field::Addresses.label(), content);
            for part in Part::ALL {
                let (cell, text) = (Cell::Address(row, part), part.text(address).to_owned());
                self.push(part.label(), Content::Text { cell, text, otherwise: String::new() });
            }
        }
    }

    fn groups(&mut self, form: &Form, roster: &Roster) {
        let shown = form.groups_shown(roster);
        let lines = Form::check_lines(&shown, self.columns.value);
        let mut label = "Groups";
        if are_many(roster) {
            self.push(std::mem::take(&mut label), Content::Query);
        }
        let in_sight: Vec<_> = lines.iter().skip(form.groups.offset).take(checklist::LINES).cloned().collect();
        let mut more = shown.len() - in_sight.iter().map(std::iter::ExactSizeIterator::len).sum::<usize>();
        let last = in_sight.len().saturating_sub(1);
        for (place, line) in in_sight.into_iter().enumerate() {
            let more = if place == last { std::mem::take(&mut more) } else { 0 };
            let checks = form.checks(&shown, line);
            self.push(std::mem::take(&mut label), Content::Checks { checks, more });
        }
        if shown.is_empty() {
            self.push(label, Content::Checks { checks: Vec::new(), more: 0 });
        }
        let text = form.new_group.clone();
        self.push("New group", Content::Text { cell: Cell::NewGroup, text, otherwise: String::new() });
    }
}
