//! What a form says about a value when its field is left: a problem has to be mended before saving, a hint only makes
//! one look again.

use super::{Cell, Form, Part, cells};
use crate::book::{Draft, Field, Problem, check};

/// A remark under a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The cell.
    pub cell: Cell,
    /// What is to be said, in a sentence.
    pub text: String,
    /// Whether it stops nobody from saving.
    pub is_hint: bool,
}

impl Form {
    /// Looks at a cell that is left: what is wrong with it stands under it from now on. A phone number is looked at
    /// elsewhere, since reading the numbering plans takes a while.
    pub(super) fn look_at(&mut self, cell: Cell) {
        self.remarks.retain(|remark| remark.cell != cell);
        if let Some(text) = self.problem(cell) {
            self.remarks.push(Remark { cell, text, is_hint: false });
        }
        if cell.field() == Some(Field::PhoneNumbers) && !text_of_extension(self, cell) {
            self.number_left = cell.text(&self.draft).map(str::to_owned).filter(|number| !number.trim().is_empty());
        }
    }

    /// What is wrong with a cell.
    fn problem(&self, cell: Cell) -> Option<String> {
        let shape = cell.field().zip(cell.text(&self.draft)).and_then(|(field, text)| check::problem(field, text));
        shape.or_else(|| self.word_without_value(cell))
    }

    /// A word of one's own beside nothing would be dropped when the form is saved; often it is the value itself.
    fn word_without_value(&self, cell: Cell) -> Option<String> {
        let label_in = |draft: &Draft| match cell {
            Cell::Value(field, row) => {
                let value = field.values(draft)?.get(row)?;
                value.value.trim().is_empty().then(|| value.label.clone())
            }
            Cell::Address(row, Part::Street) => {
                let address = draft.profile.addresses.get(row)?;
                address.is_empty().then(|| address.label.clone())
            }
            _ => None,
        };
        let label = label_in(&self.draft).filter(|label| !label.is_empty())?;
        let is_news = label_in(&self.pristine).as_ref() != Some(&label);
        is_news.then(|| format!("'{label}' stands in the type: type the value here, or drop the row"))
    }

    /// What would be lost without a word if the form were saved.
    pub(super) fn words_without_values(&self) -> Vec<Problem> {
        let cells = cells(&self.draft).into_iter();
        cells
            .filter_map(|cell| Some(Problem { field: cell.field()?, reason: self.word_without_value(cell)? }))
            .collect()
    }

    /// Looks at every row of a list whose rows have moved.
    pub(super) fn look_at_rows(&mut self, field: Field) {
        self.remarks.retain(|remark| remark.cell.field() != Some(field));
        for cell in cells(&self.draft).into_iter().filter(|cell| cell.field() == Some(field) && *cell != self.focus) {
            if let Some(text) = self.problem(cell) {
                self.remarks.push(Remark { cell, text, is_hint: false });
            }
        }
    }

    /// The phone number that was left and is to be looked at.
    pub fn take_number(&mut self) -> Option<String> {
        self.number_left.take()
    }

    /// The answer about a phone number: a hint under every field in which it still stands.
    pub fn doubt(&mut self, number: &str, doubt: Option<&str>) {
        let Some(text) = doubt else { return };
        for cell in cells(&self.draft) {
            let is_phone = cell.field() == Some(Field::PhoneNumbers);
            if is_phone && cell.text(&self.draft) == Some(number) {
                self.remarks.retain(|remark| remark.cell != cell);
                self.remarks.push(Remark { cell, text: text.to_owned(), is_hint: true });
            }
        }
    }

    /// What was typed may have mended what was said about it.
    pub(super) fn forget_remarks(&mut self) {
        let typed = self.focus;
        // What is missing altogether may be mended in many fields.
        self.remarks.retain(|remark| remark.cell != typed && remark.cell != Cell::Text(Field::DisplayName));
    }

    /// What keeps the form from being saved stands under its fields; the first of them gets the focus.
    pub(super) fn refuse(&mut self, problems: Vec<Problem>) {
        self.remarks.retain(|remark| remark.is_hint);
        let cells = cells(&self.draft);
        for Problem { field, reason } in problems {
            let mut places = cells.iter().filter(|cell| cell.field() == Some(field) && !cell.is_type());
            let at_fault = places.clone().find(|cell| self.problem(**cell).as_ref() == Some(&reason));
            if let Some(cell) = at_fault.or(places.next()) {
                self.remarks.push(Remark { cell: *cell, text: reason, is_hint: false });
            }
        }
        let first = cells.iter().find(|cell| self.remarks.iter().any(|r| r.cell == **cell && !r.is_hint));
        if let Some(cell) = first {
            let remarks = self.remarks.clone();
            self.focus_on(*cell);
            self.remarks = remarks;
        }
    }
}

fn text_of_extension(form: &Form, cell: Cell) -> bool {
    let Cell::Value(field, row) = cell else { return false };
    let value = field.values(&form.draft).and_then(|values| values.get(row));
    value.is_some_and(|value| value.kind == "work_extension")
}
