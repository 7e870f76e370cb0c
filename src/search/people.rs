//! Finding people of a directory: by the words of their profile, the names also when they are misspelt.
//!
//! A directory is read from its file for each picker, so what is searched lies ready there as one text a person:
//! folded lines in three sections (names, other words, digits of the phone numbers), see [`person_text`].

use super::{
    fold::{fold, second_form},
    index::mask,
    matching, misspelling,
    query::{Query, Term},
};
use crate::book::{Profile, phone};

/// Between the sections and between the lines of a section; folding leaves neither in a text.
const SECTION: char = '\u{1e}';
const LINE: char = '\u{1f}';

/// As in the search among contacts: a name weighs more than another word, and a query that opens a name most of all.
const NAME_WEIGHT: u32 = 3;
const WORD_WEIGHT: u32 = 2;
const OPENS_NAME: u32 = 1000;
const NUMBER: u32 = 75;

/// How many people are looked at between two looks at `superseded`.
const STRIDE: usize = 256;

/// What the search looks at in a person, folded, as the directory keeps it.
pub fn person_text(profile: &Profile) -> String {
    let names = [&profile.display_name, &profile.first_name, &profile.last_name];
    let words = [&profile.title, &profile.company_name, &profile.department];
    let addresses = profile.emails.iter().chain(&profile.sip_addresses).map(|value| &value.value);
    let digits = profile.phone_numbers.iter().map(|number| phone::digits(&number.value)).filter(|d| !d.is_empty());
    let sections = [
        lines(names.into_iter().flat_map(|text| forms(text))),
        lines(words.into_iter().chain(addresses).flat_map(|text| forms(text))),
        lines(digits),
    ];
    sections.join(&SECTION.to_string())
}

fn forms(text: &str) -> impl Iterator<Item = String> {
    [Some(fold(text)), second_form(text)].into_iter().flatten().filter(|form| !form.is_empty())
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join(&LINE.to_string())
}

/// The people of a directory, ready to be searched.
#[derive(Clone, Debug, Default)]
pub struct PeopleIndex {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    key: Box<str>,
    text: Box<str>,
    names_end: usize,
    words_end: usize,
    /// Which characters occur at all, and which in the names.
    mask: u64,
    names_mask: u64,
}

/// Who matches a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleHits<'a> {
    /// The keys of the best of them, best first; equals in the order of the index.
    pub keys: Vec<&'a str>,
    /// How many match in all.
    pub total: usize,
}

impl PeopleIndex {
    /// The index of people in list order, each with their key and what [`person_text`] says of them.
    pub fn new(people: impl Iterator<Item = (String, String)>) -> Self {
        Self { entries: people.map(|(key, text)| Entry::of(key, text)).collect() }
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The `limit` people who match best; everybody matches an empty query. Names are taken for misspelt only as long
    /// as fewer than `limit` people match what was typed. `None` if superseded.
    pub fn search(&self, query: &str, limit: usize, superseded: &dyn Fn() -> bool) -> Option<PeopleHits<'_>> {
        let query = Query::parse(query);
        let mut hits = self.scored(&query, false, superseded)?;
        if hits.len() < limit && !query.terms.is_empty() {
            hits = self.scored(&query, true, superseded)?;
        }
        hits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let total = hits.len();
        let keys = hits.into_iter().take(limit).map(|(_, entry)| &*entry.key).collect();
        Some(PeopleHits { keys, total })
    }

    fn scored(&self, query: &Query, misspelt: bool, superseded: &dyn Fn() -> bool) -> Option<Vec<(u32, &Entry)>> {
        let wanted: Vec<Wanted<'_>> = query.terms.iter().map(Wanted::of).collect();
        let opening = query.terms.iter().filter_map(|term| Some(term.forms.first()?.as_str())).collect::<Vec<_>>();
        let opening = opening.join(" ");
        let mut hits = Vec::new();
        for entries in self.entries.chunks(STRIDE) {
            if superseded() {
                return None;
            }
            for entry in entries {
                let scores = wanted.iter().try_fold(0, |sum, term| Some(sum + term.score(entry, misspelt)?));
                let Some(score) = scores else { continue };
                let opens = !opening.is_empty() && entry.names().any(|name| name.starts_with(&opening));
                hits.push((score + if opens { OPENS_NAME } else { 0 }, entry));
            }
        }
        Some(hits)
    }
}

impl Entry {
    fn of(key: String, text: String) -> Self {
        let names_end = text.find(SECTION).unwrap_or(text.len());
        let words_end = text.rfind(SECTION).unwrap_or(text.len());
        let names_mask = mask(&text[..names_end]);
        Self { key: key.into(), mask: mask(&text), names_mask, names_end, words_end, text: text.into() }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.text[..self.names_end].split(LINE)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text[self.names_end..self.words_end].split([SECTION, LINE])
    }

    fn numbers(&self) -> impl Iterator<Item = &str> {
        self.text[self.words_end..].split([SECTION, LINE])
    }
}

/// A term with what needs to be found out only once.
struct Wanted<'a> {
    term: &'a Term,
    masks: Vec<u64>,
}

impl<'a> Wanted<'a> {
    fn of(term: &'a Term) -> Self {
        Self { term, masks: term.forms.iter().map(|form| mask(form)).collect() }
    }

    /// What the best field scores.
    fn score(&self, entry: &Entry, misspelt: bool) -> Option<u32> {
        let text = self.term.forms.iter().zip(&self.masks).filter_map(|(form, mask)| {
            let exact = if mask & !entry.mask == 0 { exact(entry, form) } else { None };
            // Each letter that occurs nowhere is a mistake by itself.
            let mistakes = (mask & !entry.names_mask).count_ones();
            let near = misspelt && exact.is_none() && mistakes <= misspelling::tolerance(form);
            exact.or_else(|| if near { misspelt_name(entry, form) } else { None })
        });
        let number = self.term.phone.as_ref().filter(|phone| entry.numbers().any(|n| phone.find(n).is_some()));
        text.chain(number.map(|_| NUMBER * WORD_WEIGHT)).max()
    }
}

fn exact(entry: &Entry, form: &str) -> Option<u32> {
    let name = entry.names().filter_map(|line| matching::quality(line, form)).max().map(|q| q * NAME_WEIGHT);
    // Letters scattered over a title or an address would bring people whom nobody means.
    let word = entry.words().filter_map(|line| matching::piece(line, form)).map(|piece| piece.quality * WORD_WEIGHT);
    name.max(word.max())
}

fn misspelt_name(entry: &Entry, form: &str) -> Option<u32> {
    // The first of the names is the whole one.
    let words = entry.names().take(1).flat_map(misspelling::words);
    let qualities = words.filter_map(|word| misspelling::quality(word, form));
    qualities.max().map(|quality| quality * NAME_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::TypedValue;

    fn index(people: &[(&str, &str, &str, &str)]) -> PeopleIndex {
        PeopleIndex::new(people.iter().map(|(name, title, email, phone)| {
            let profile = Profile {
                display_name: (*name).to_owned(),
                title: (*title).to_owned(),
                emails: vec![TypedValue::new("work", email)],
                phone_numbers: vec![TypedValue::new("work", phone)],
                ..Profile::default()
            };
            ((*name).to_owned(), person_text(&profile))
        }))
    }

    fn people() -> PeopleIndex {
        index(&[
            ("Ada Lovelace", "Countess", "ada@engines.example", "+44 20 5550 1234"),
            ("Carmen Ramírez", "Optician", "carmen@optics.example", "+34 91 555 0100"),
            ("Jürgen Müller", "Head of Messe", "jm@messe.example", ""),
            ("Kathryn Meyer", "Buyer", "km@optics.example", ""),
            ("Lance Ada", "Painter", "lance@studio.example", ""),
            ("Łukasz Żółkiewski", "Head of Imaging", "lz@optics.example", "+48 601 234 567"),
        ])
    }

    fn found(query: &str) -> Vec<String> {
        let index = people();
        let hits = index.search(query, 50, &|| false).unwrap();
        assert_eq!(hits.total, hits.keys.len());
        hits.keys.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn misspelt_and_transliterated_names_are_found() {
        for (query, name) in [
            ("lukasz", "Łukasz Żółkiewski"),
            ("zolkievski", "Łukasz Żółkiewski"),
            ("Lovlace", "Ada Lovelace"),
            ("lovelase", "Ada Lovelace"),
            ("lovealce", "Ada Lovelace"),
            ("Ramirz", "Carmen Ramírez"),
            ("ramires carmn", "Carmen Ramírez"),
            ("mueller", "Jürgen Müller"),
            ("Katrin Meier", "Kathryn Meyer"),
            ("catryn", "Kathryn Meyer"),
        ] {
            assert_eq!(found(query).first().map(String::as_str), Some(name), "{query}");
        }
    }

    #[test]
    fn the_beginning_of_a_name_comes_first_and_every_term_must_match() {
        assert_eq!(found("ada"), ["Ada Lovelace", "Lance Ada"]);
        assert_eq!(found("ada l")[0], "Ada Lovelace");
        assert_eq!(found("head optics"), ["Łukasz Żółkiewski"]);
        assert_eq!(found("0601 234"), ["Łukasz Żółkiewski"]);
        assert_eq!(found("qqq"), Vec::<String>::new());
        assert_eq!(found("").len(), 6, "nothing asked: everybody, in the order given");
    }

    #[test]
    fn short_words_are_taken_as_typed() {
        assert_eq!(found("adx"), Vec::<String>::new());
    }

    #[test]
    fn only_so_many_are_named_but_all_are_counted() {
        let index = people();
        let hits = index.search("optics", 2, &|| false).unwrap();
        assert_eq!((hits.keys.len(), hits.total), (2, 3));
        assert_eq!(index.search("optics", 2, &|| true), None, "superseded");
    }

    #[test]
    fn a_text_without_sections_is_searched_as_names() {
        let index = PeopleIndex::new(std::iter::once(("1".to_owned(), "ada lovelace\u{1f}countess".to_owned())));
        assert_eq!(index.search("countess", 9, &|| false).unwrap().keys, ["1"]);
        assert_eq!(index.search("ada", 9, &|| false).unwrap().total, 1);
    }
}
