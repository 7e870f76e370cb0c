//! What a person types into the filter, taken apart.

use super::fold::{fold, second_form};

/// A parsed query: terms separated by white space, all of which must match. `note:WORD` looks into the notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) terms: Vec<Term>,
    notes: Vec<String>,
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Its folded forms, one or two.
    pub forms: Vec<String>,
    /// What it means as a piece of a phone number, if it can be one.
    pub phone: Option<Phone>,
}

/// A piece of a phone number, in the ways in which people write the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phone {
    /// The digits stand anywhere in the number: as typed, and without the `0` of a national number.
    pub within: Vec<String>,
    /// The digits open the number: after `+` or `00`.
    pub opening: Option<String>,
}

/// Where a term stands among the digits of a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub len: usize,
}

impl Query {
    /// Takes a query apart. There is no wrong query.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for word in text.split_whitespace() {
            match word.get(..5).filter(|head| head.eq_ignore_ascii_case("note:")) {
                Some(_) => query.notes.extend(Some(fold(&word[5..])).filter(|note| !note.is_empty())),
                None => query.terms.extend(Term::of(word)),
            }
        }
        query
    }

    /// A query of one term.
    pub(super) fn of(term: Term) -> Self {
        Self { terms: vec![term], notes: Vec::new() }
    }

    /// The folded words that must stand in a contact's notes.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.notes.is_empty()
    }
}

impl Term {
    fn of(word: &str) -> Option<Self> {
        let plain = fold(word).trim().to_owned();
        let phone = Phone::of(&plain);
        let second = second_form(word).map(|form| form.trim().to_owned());
        let forms: Vec<_> = [Some(plain), second].into_iter().flatten().filter(|form| !form.is_empty()).collect();
        (!forms.is_empty()).then_some(Self { forms, phone })
    }
}

impl Phone {
    fn of(folded: &str) -> Option<Self> {
        if !folded.chars().all(|c| c.is_ascii_digit() || "+-()./".contains(c)) {
            return None;
        }
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        if folded.starts_with('+') {
            return Some(Self { within: Vec::new(), opening: Some(digits) });
        }
        let opening = digits.strip_prefix("00").map(str::to_owned);
        let national = digits.strip_prefix('0').map(str::to_owned);
        Some(Self { within: [Some(digits), national].into_iter().flatten().collect(), opening })
    }

    /// Where this piece stands in a number's digits.
    pub fn find(&self, number: &str) -> Option<Span> {
        let within = self.within.iter().find_map(|d| number.find(d.as_str()).map(|start| Span { start, len: d.len() }));
        let opening = self.opening.as_ref().filter(|d| number.starts_with(d.as_str()));
        within.or_else(|| opening.map(|d| Span { start: 0, len: d.len() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(word: &str, number: &str) -> bool {
        Query::parse(word).terms[0].phone.as_ref().is_some_and(|phone| phone.find(number).is_some())
    }

    #[test]
    fn terms_are_folded_and_notes_are_apart() {
        let query = Query::parse("  Köln NOTE:Graz note: ");
        assert_eq!(query.terms.len(), 1);
        assert_eq!(query.terms[0].forms, ["koln", "koeln"]);
        assert_eq!(query.notes(), ["graz"]);
        assert!(Query::parse(" \t").is_empty());
        assert!(!Query::parse("note:x").is_empty());
    }

    #[test]
    fn a_multibyte_word_is_not_cut_in_two() {
        assert_eq!(Query::parse("noté:x").terms.len(), 1);
    }

    #[test]
    fn phone_numbers_are_found_however_they_are_written() {
        for word in ["14155550042", "+1415", "0014155", "555-0042", "(415)", "0415", "４１５"] {
            assert!(finds(word, "14155550042"), "{word}");
        }
        assert!(finds("0415", "0415550042"));
        assert!(!finds("+415", "14155550042"), "a + opens the number");
        assert!(!finds("556", "14155550042"));
        assert_eq!(Query::parse("4a").terms[0].phone, None);
    }
}
