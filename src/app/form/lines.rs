//! The lines of a form, in the order in which they are drawn. Scrolling and drawing both read them.

use super::{Cell, Form, Part, cells};
use crate::{
    app::{
        details::value_label,
        roster::Roster,
        text::{width, wrap},
    },
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
    /// A value of a list with its type.
    Value {
        /// The row's type.
        type_cell: Cell,
        /// The word of the type.
        word: String,
        /// The row's value; `None` on the first line of an address.
        cell: Option<Cell>,
        /// The value.
        text: String,
        /// Whether it is the preferred one.
        primary: bool,
    },
    /// Some of the groups to tick: place in the checklist, name, ticked.
    Checks(Vec<(usize, String, bool)>),
    /// What belongs to a directory and cannot be written here.
    ReadOnly(String),
    /// What is wrong with the field above.
    Problem(String),
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
            Content::Text { cell, .. } => *cell == focus,
            Content::Piece { cell, range, .. } => *cell == focus && range.start <= cursor && cursor <= range.end,
            Content::Value { type_cell, cell, .. } => *type_cell == focus || *cell == Some(focus),
            Content::Checks(_) => focus == Cell::Groups,
            Content::Gap | Content::ReadOnly(_) | Content::Problem(_) => false,
        }
    }
}

/// The lines of a form whose values are `cells_wide`.
pub fn lines(form: &Form, roster: &Roster, cells_wide: usize) -> Vec<FormLine> {
    let mut lines = Lines { lines: Vec::new(), width: cells_wide };
    if let Some(person) = form.draft.person.as_ref().filter(|_| form.is_cloud()) {
        lines.read_only(&person.profile);
    }
    let written = cells(&form.draft);
    for field in Field::ALL.into_iter().filter(|field| written.iter().any(|cell| cell.field() == Some(*field))) {
        if matches!(field, Field::CompanyName | Field::PhoneNumbers | Field::Addresses | Field::Birthday) {
            lines.push("", Content::Gap);
        }
        lines.field(form, field);
        for problem in form.problems.iter().filter(|problem| problem.field == field) {
            lines.wrapped("", &problem.reason, Content::Problem);
        }
    }
    lines.push("", Content::Gap);
    lines.groups(form, roster);
    lines.push(
        "New group",
        Content::Text { cell: Cell::NewGroup, text: form.new_group.clone(), otherwise: String::new() },
    );
    lines.lines
}

struct Lines {
    lines: Vec<FormLine>,
    width: usize,
}

impl Lines {
    fn push(&mut self, label: &'static str, content: Content) {
        self.lines.push(FormLine { label, content });
    }

    fn wrapped(&mut self, label: &'static str, text: &str, content: impl Fn(String) -> Content) {
        for (number, range) in wrap(text, self.width).into_iter().enumerate() {
            self.push(if number == 0 { label } else { "" }, content(text[range].to_owned()));
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
        self.push("", Content::Gap);
    }

    fn field(&mut self, form: &Form, field: Field) {
        let draft = &form.draft;
        let label = field.label();
        match field.shape() {
            Shape::Line => {
                let text = field.text(draft).unwrap_or_default().to_owned();
                let derived = field == Field::DisplayName;
                let otherwise = if derived { derive_display_name(&draft.profile) } else { String::new() };
                self.push(label, Content::Text { cell: Cell::Text(field), text, otherwise });
            }
            Shape::Text => {
                let text = field.text(draft).unwrap_or_default();
                for (number, range) in wrap(text, self.width).into_iter().enumerate() {
                    let label = if number == 0 { label } else { "" };
                    let text = text[range.clone()].to_owned();
                    self.push(label, Content::Piece { cell: Cell::Text(field), text, range });
                }
            }
            Shape::Values => {
                for (row, value) in field.values(draft).unwrap_or_default().iter().enumerate() {
                    let content = Content::Value {
                        type_cell: Cell::Type(field, row),
                        word: value.word(),
                        cell: Some(Cell::Value(field, row)),
                        text: value.value.clone(),
                        primary: value.primary,
                    };
                    self.push(if row == 0 { label } else { "" }, content);
                }
            }
            Shape::Addresses => self.addresses(form),
        }
    }

    fn addresses(&mut self, form: &Form) {
        for (row, address) in form.draft.profile.addresses.iter().enumerate() {
            let word = if address.label.is_empty() { address.kind.clone() } else { address.label.clone() };
            let content = Content::Value {
                type_cell: Cell::AddressType(row),
                word,
                cell: None,
                text: String::new(),
                primary: address.primary,
            };
            self.push(Field::Addresses.label(), content);
            for part in Part::ALL {
                let text = part.text(address).to_owned();
                self.push(
                    part.label(),
                    Content::Text { cell: Cell::Address(row, part), text, otherwise: String::new() },
                );
            }
        }
    }

    fn groups(&mut self, form: &Form, roster: &Roster) {
        /// `[x] `, and two cells to the next one.
        const BOX: usize = 4;
        const GAP: usize = 2;
        let mut line = Vec::new();
        let mut used = 0;
        let mut label = "Groups";
        for (place, row) in roster.groups.iter().enumerate() {
            let needs = BOX + width(&row.group.name);
            if used > 0 && used + GAP + needs > self.width {
                self.push(std::mem::take(&mut label), Content::Checks(std::mem::take(&mut line)));
                used = 0;
            }
            used += needs + if used > 0 { GAP } else { 0 };
            line.push((place, row.group.name.clone(), form.draft.groups.contains(&row.group.id)));
        }
        self.push(label, Content::Checks(line));
    }
}
