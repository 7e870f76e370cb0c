//! Who of an account may be the same person as somebody in a file, although nothing says so for sure; and who of the
//! directory is, for an e-mail address names one person there.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::{
    book::{AccountId, Contact, ContactId, Likeness, Row, name::fold_case},
    search,
    store::read,
};

/// Shorter numbers are extensions, which every company has.
const SHORTEST: usize = 6;
/// With and without the prefix of a country or of a city, numbers agree in so many digits at their end.
const TAIL: usize = 9;

/// The people of a book by what could give them away.
#[derive(Default)]
pub(super) struct People {
    names: Vec<String>,
    by_email: HashMap<String, usize>,
    by_number: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    cloud_by_email: HashMap<String, ContactId>,
}

impl People {
    /// Everybody of the account who is not in the trash.
    pub fn read(connection: &Connection, account: &AccountId) -> rusqlite::Result<Self> {
        let mut people = Self::default();
        connection
            .prepare(
                "SELECT name, words, digits, id, contact_type = 'CLOUD' FROM contact
                 WHERE trashed IS NULL AND account = ? ORDER BY sort, id",
            )?
            .query_map([&account.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
            .try_for_each(|found| {
                let (name, words, digits, id, is_cloud): (String, String, String, _, bool) = found?;
                let place = people.names.len();
                people.by_name.entry(plain(&name)).or_insert(place);
                for word in words.split(read::SEPARATOR).filter(|word| word.contains('@')) {
                    people.by_email.entry(fold_case(word)).or_insert(place);
                    if is_cloud {
                        people.cloud_by_email.entry(fold_case(word)).or_insert(ContactId(id));
                    }
                }
                for number in digits.split(read::SEPARATOR).filter_map(tail) {
                    people.by_number.entry(number.to_owned()).or_insert(place);
                }
                people.names.push(name);
                Ok::<_, rusqlite::Error>(())
            })?;
        Ok(people)
    }

    /// The CLOUD contact whose person has an e-mail address of a contact.
    pub fn of_the_directory(&self, contact: &Contact) -> Option<ContactId> {
        let mut emails = contact.profile.emails.iter();
        emails.find_map(|email| self.cloud_by_email.get(&fold_case(email.value.trim()))).copied()
    }

    /// The name of somebody whom a contact resembles, and by what.
    pub fn resembling(&self, contact: &Contact) -> Option<(String, Likeness)> {
        let row = Row::of(contact);
        let mut emails = row.words.iter().filter(|word| word.contains('@'));
        let email = emails.find_map(|email| self.by_email.get(&fold_case(email)));
        let number = || row.digits.iter().find_map(|digits| self.by_number.get(tail(digits)?));
        let name = || self.by_name.get(&plain(&row.name)).filter(|_| row.name.chars().any(char::is_alphanumeric));
        let (place, by) = email
            .map(|place| (place, Likeness::Email))
            .or_else(|| number().map(|place| (place, Likeness::Phone)))
            .or_else(|| name().map(|place| (place, Likeness::Name)))?;
        Some((self.names[*place].clone(), by))
    }
}

/// A name without case, accents and the spaces that nobody sees.
fn plain(name: &str) -> String {
    search::fold(&name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The end of a number, by which numbers are compared.
fn tail(digits: &str) -> Option<&str> {
    (digits.len() >= SHORTEST).then(|| &digits[digits.len().saturating_sub(TAIL)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_and_without_their_prefix_and_extensions_do_not_count() {
        assert_eq!(tail("48601234567"), tail("601234567"));
        assert_eq!(tail("1234"), None);
        assert_ne!(tail("601234567"), tail("601234568"));
    }
}
