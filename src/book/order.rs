//! The orders of the list.

use super::{
    Row,
    name::{family_first, heading, sort_key},
};

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By name as shown, which mostly is by first name.
    #[default]
    Name,
    /// By last name.
    LastName,
    /// By company; who has none comes last.
    Company,
    /// The latest change first.
    Changed,
}

/// What decides: a number, then a text.
pub type OrderKey = (i64, String);

impl Order {
    /// In the order in which one key leads through them.
    pub const ALL: [Self; 4] = [Self::Name, Self::LastName, Self::Company, Self::Changed];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastName => "last name",
            Self::Company => "company",
            Self::Changed => "changed",
        }
    }

    /// The order of this name; that by name for any other word.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.name() == name).unwrap_or_default()
    }

    /// What the title of the list says.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Name => "by name",
            Self::LastName => "by last name",
            Self::Company => "by company",
            Self::Changed => "latest first",
        }
    }

    /// The next one, round about.
    #[must_use]
    pub fn next(self) -> Self {
        let place = Self::ALL.iter().position(|order| *order == self).unwrap_or_default();
        Self::ALL[(place + 1) % Self::ALL.len()]
    }

    /// What a row is ordered by; equal keys stand in the order of their ids.
    pub fn key(self, row: &Row) -> OrderKey {
        match self {
            Self::Name => (0, row.sort.clone()),
            Self::LastName => (0, family_key(row)),
            Self::Company => match row.company() {
                Some(company) => (0, sort_key(company) + &row.sort),
                None => (1, row.sort.clone()),
            },
            Self::Changed => (row.changed.0.saturating_neg(), row.sort.clone()),
        }
    }

    /// The section of the list in which a row stands; `None` where the order has none.
    pub fn heading(self, row: &Row) -> Option<String> {
        match self {
            Self::Name => Some(heading(&row.sort)),
            Self::LastName => Some(heading(&family_key(row))),
            Self::Company | Self::Changed => None,
        }
    }
}

fn family_key(row: &Row) -> String {
    if row.family.is_empty() { sort_key(&family_first(&row.name)) } else { sort_key(&row.family) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{AccountId, Contact, ContactId, Timestamp};

    fn row(number: u128, name: &str, first: &str, last: &str, company: &str) -> Row {
        let at = Timestamp(i64::try_from(number).unwrap());
        let mut contact = Contact::new(ContactId(uuid::Uuid::from_u128(number)), AccountId::local(), at);
        let texts = [name, first, last, company].map(str::to_owned);
        let profile = &mut contact.profile;
        [profile.display_name, profile.first_name, profile.last_name, profile.company_name] = texts;
        Row::of(&contact)
    }

    #[test]
    fn the_rows_stand_in_each_order() {
        let mut rows = [
            row(1, "Ada Lovelace", "", "", "Engines"),
            row(2, "Johnny", "John", "Adams", ""),
            row(3, "Lukas & Zoe GmbH", "", "", "Lukas & Zoe GmbH"),
            row(4, "van Gogh, Vincent", "Vincent", "van Gogh", "Paint"),
            row(5, "김민수", "", "", "Engines"),
        ];
        let mut ids = |order: Order| {
            rows.sort_by_key(|row| (order.key(row), row.id));
            rows.iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(ids(Order::Name), [1, 2, 3, 4, 5]);
        assert_eq!(ids(Order::LastName), [2, 1, 3, 4, 5]);
        assert_eq!(ids(Order::Company), [1, 5, 3, 4, 2]);
        assert_eq!(ids(Order::Changed), [5, 4, 3, 2, 1]);
    }
}
