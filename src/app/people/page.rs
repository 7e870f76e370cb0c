//! The person under the cursor, line by line.

use super::{People, Standing};
use crate::{
    app::{
        LABEL_WIDTH,
        details::{address_label, value_label},
        text::wrap,
    },
    book::{Draft, Field, Profile, field::Shape, name::derive_display_name},
};

/// How a line about a person is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonWeight {
    /// The name.
    Name,
    /// What the directory says.
    Plain,
    /// What callbook says.
    Dim,
}

/// One line about the person under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// What the value is; empty on further lines, and where the line has the whole width.
    pub label: String,
    /// The value, or a piece of it that fits.
    pub value: String,
    /// How it is meant.
    pub weight: PersonWeight,
}

impl People {
    /// The lines about the person under the cursor, `width` wide and at most `height`.
    pub fn person_lines(&self, width: usize, height: usize) -> Vec<PersonLine> {
        let Some(person) = self.selected() else { return Vec::new() };
        let mut page = Page { lines: Vec::new(), width };
        page.say(PersonWeight::Name, &person.profile.display_name);
        page.say(
            PersonWeight::Dim,
            match self.standing(person) {
                Some(Standing::Book(_)) => "in your book already",
                Some(Standing::Trash(_)) => "in your book's trash",
                None => "",
            },
        );
        page.profile(&person.profile);
        let mut lines = page.lines;
        if lines.len() > height {
            let rest = lines.len() + 1 - height;
            lines.truncate(height.saturating_sub(1));
            lines.push(PersonLine {
                label: String::new(),
                value: format!("and {rest} more lines"),
                weight: PersonWeight::Dim,
            });
            lines.truncate(height);
        }
        lines
    }
}

struct Page {
    lines: Vec<PersonLine>,
    width: usize,
}

impl Page {
    /// A text over the whole width.
    fn say(&mut self, weight: PersonWeight, text: &str) {
        if !text.is_empty() {
            let lines = wrap(text, self.width).into_iter().map(|range| text[range].to_owned());
            self.lines.extend(lines.map(|value| PersonLine { label: String::new(), value, weight }));
        }
    }

    fn value(&mut self, label: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        for (number, range) in wrap(value, self.width.saturating_sub(LABEL_WIDTH + 2)).into_iter().enumerate() {
            let label = if number == 0 { label.to_owned() } else { " ".to_owned() };
            self.lines.push(PersonLine { label, value: value[range].to_owned(), weight: PersonWeight::Plain });
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.value.is_empty()) {
            let weight = PersonWeight::Plain;
            self.lines.push(PersonLine { label: String::new(), value: String::new(), weight });
        }
    }

    /// Every attribute, those by which one tells people apart first.
    fn profile(&mut self, profile: &Profile) {
        self.say(PersonWeight::Plain, &profile.title);
        let place = [profile.company_name.trim(), profile.department.trim()];
        let place: Vec<_> = place.into_iter().filter(|part| !part.is_empty()).collect();
        self.say(PersonWeight::Plain, &place.join(" · "));
        self.gap();
        let draft = Draft { profile: profile.clone(), ..Draft::default() };
        let named = derive_display_name(profile) == profile.display_name;
        let (lists, texts): (Vec<Field>, Vec<Field>) =
            Field::ALL.into_iter().partition(|field| matches!(field.shape(), Shape::Values | Shape::Addresses));
        for field in lists.into_iter().chain(texts) {
            match (field, field.shape()) {
                (Field::Title | Field::CompanyName | Field::Department | Field::DisplayName, _) => {}
                (Field::FirstName | Field::LastName, _) if named => {}
                (_, Shape::Line | Shape::Text) => {
                    self.value(&field.label().to_lowercase(), field.text(&draft).unwrap_or_default());
                }
                (_, Shape::Values) => {
                    for value in field.values(&draft).unwrap_or_default() {
                        self.value(&value_label(field, value), &value.value);
                    }
                }
                (_, Shape::Addresses) => {
                    for address in &profile.addresses {
                        self.value(&address_label(address), &address.lines().join("\n"));
                    }
                }
            }
        }
    }
}
