//! The words to choose from for the type of a value, and for how a contact likes to be reached.

use super::Cell;
use crate::book::{Draft, Field};

/// A word to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What people call it.
    pub shown: String,
    /// What is written.
    pub written: String,
}

impl Choice {
    /// A word that is written as it is shown.
    pub fn plain(word: &str) -> Self {
        Self { shown: word.to_owned(), written: word.to_owned() }
    }

    fn of(written: &str) -> Self {
        Self { shown: shown(written), written: written.to_owned() }
    }
}

/// What people call a word of the Webex `Contact` object.
fn shown(word: &str) -> String {
    match word {
        "EMAIL" => "e-mail".to_owned(),
        "PHONE" => "phone".to_owned(),
        "SIPADDRESS" => "SIP".to_owned(),
        "IMS" => "chat".to_owned(),
        "pmr" => "personal meeting room".to_owned(),
        other => other.replace(['_', '-'], " "),
    }
}

/// The words to choose from, those of the Webex `Contact` object; the first one is that of a new row.
const fn written(cell: Cell) -> &'static [&'static str] {
    match cell {
        Cell::Type(Field::PhoneNumbers, _) => {
            &["mobile", "work", "home", "work_extension", "fax", "pager", "enterprise", "cloud-calling", "other"]
        }
        Cell::Type(Field::SipAddresses, _) => {
            &["work", "home", "mobile", "enterprise", "cloud-calling", "personal-room", "pmr", "other"]
        }
        Cell::AddressType(_) => &["home", "work", "other"],
        Cell::Method => &["", "EMAIL", "PHONE", "SIPADDRESS", "IMS"],
        _ => &["work", "home", "other"],
    }
}

/// The words to choose from in a cell.
pub fn choices(cell: Cell) -> Vec<Choice> {
    let not_said = |word: &str| if word.is_empty() { "no preference".to_owned() } else { shown(word) };
    written(cell).iter().map(|word| Choice { shown: not_said(word), ..Choice::of(word) }).collect()
}

/// The word of a new row.
pub fn first_word(cell: Cell) -> &'static str {
    written(cell)[0]
}

/// The word chosen in a cell, as people call it.
pub fn chosen(cell: Cell, draft: &Draft) -> String {
    match cell {
        Cell::Type(field, row) => {
            let value = field.values(draft).and_then(|values| values.get(row));
            value.map_or_else(String::new, |value| word(&value.kind, &value.label))
        }
        Cell::AddressType(row) => {
            let address = draft.profile.addresses.get(row);
            address.map_or_else(String::new, |address| word(&address.kind, &address.label))
        }
        Cell::Method => shown(&draft.profile.primary_contact_method),
        _ => String::new(),
    }
}

fn word(kind: &str, label: &str) -> String {
    if label.is_empty() { shown(if kind.is_empty() { "other" } else { kind }) } else { label.to_owned() }
}

/// Writes a word into a cell. What is none of its words is a word of one's own.
pub fn choose(cell: Cell, draft: &mut Draft, word: &str) {
    if cell == Cell::Method {
        return word.clone_into(&mut draft.profile.primary_contact_method);
    }
    let known = choices(cell).into_iter().find(|choice| {
        choice.written == word || choice.shown.eq_ignore_ascii_case(word) || choice.written.eq_ignore_ascii_case(word)
    });
    if let Some((kind, label)) = cell.word_mut(draft) {
        if let Some(known) = known {
            *kind = known.written;
            label.clear();
        } else {
            "other".clone_into(kind);
            word.clone_into(label);
        }
    }
}

/// Goes from the word chosen to a neighbour, round about. A word of one's own stands before the first.
pub fn step(cell: Cell, draft: &mut Draft, by: isize) {
    let words = written(cell);
    let here = match cell {
        Cell::Method => words.iter().position(|word| *word == draft.profile.primary_contact_method),
        _ => cell
            .word_mut(draft)
            .and_then(|(kind, label)| if label.is_empty() { words.iter().position(|word| word == kind) } else { None }),
    };
    let next = match here {
        Some(here) => (here + words.len()).saturating_add_signed(by) % words.len(),
        None if by < 0 => words.len() - 1,
        None => 0,
    };
    choose(cell, draft, words[next]);
}

/// Whether a sign typed after `word` shows that it is no word for a type but the beginning of a number or an address.
pub fn begins_value(cell: Cell, word: &str, sign: char) -> bool {
    match cell.field() {
        Some(Field::PhoneNumbers) => word.is_empty() && (sign.is_numeric() || matches!(sign, '+' | '(')),
        Some(Field::WebPages) => matches!(sign, ':' | '.' | '/'),
        _ => sign == '@',
    }
}
