//! Ordinary contacts, by number.

use callbook::book::{
    Draft, TypedValue,
    incoming::{Incoming, IncomingContact, Place},
};

const FIRST: [&str; 8] = ["Zoë", "Łukasz", "Anna", "Péter", "Noor", "Ines", "Юрий", "有希"];
const LAST: [&str; 9] = ["Ångström", "Okafor", "Silva", "Novák", "Haddad", "Kim", "Moreau", "Brandt", "Sato"];

/// A contact with a name, a company, two numbers and an address, and what `more` adds.
pub fn contact(number: usize, more: impl FnOnce(&mut Draft)) -> Incoming {
    let mut draft = Draft::default();
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()]);
    draft.profile.display_name = format!("{first} {last} {number}");
    draft.profile.company_name = format!("{last} & Partners");
    draft.profile.emails.push(TypedValue::new("work", &format!("{first}.{number}@example.org").to_lowercase()));
    draft.profile.phone_numbers.push(TypedValue::new("mobile", &format!("+1 555 {number:07}")));
    draft.profile.phone_numbers.push(TypedValue::new("work", &format!("+44 20 7946 {:04}", number % 1000)));
    more(&mut draft);
    Incoming::Contact(Box::new(IncomingContact {
        place: Place::default(),
        draft,
        photo: None,
        revised: None,
        directory_key: String::new(),
        aliases: Vec::new(),
    }))
}
