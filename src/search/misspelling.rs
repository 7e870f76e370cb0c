//! Misspelt names: a term stands for a word from which it differs by a letter or two.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{fold::fold, highlight::highlight, query::Query};

/// How well a word fits a term with one mistake in it, and with two: as an abbreviation does, below every piece.
const ONE_MISTAKE: u32 = 30;
const TWO_MISTAKES: u32 = 15;

/// Longer terms are meant as typed.
const LONGEST: usize = 30;

/// How many mistakes a term may hold: none where any other short word would be as near.
pub(super) fn tolerance(term: &str) -> u32 {
    match term.len() {
        0..=3 => 0,
        4..=5 => 1,
        _ => 2,
    }
}

/// The words of a folded name.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// How well a term fits a word that it may be a misspelling of, or of the beginning of which. A number is meant as typed.
pub(super) fn quality(word: &str, term: &str) -> Option<u32> {
    if term.bytes().any(|letter| letter.is_ascii_digit()) {
        return None;
    }
    match mistakes(word.as_bytes(), term.as_bytes(), tolerance(term) as usize)? {
        0 | 1 => Some(ONE_MISTAKE),
        _ => Some(TWO_MISTAKES),
    }
}

/// The fewest letters left out, added, mistaken or swapped with their neighbour (optimal string alignment) that lead from
/// the term to the word, or to a beginning of it that is as long as the term; `None` if they are more than `most`.
fn mistakes(word: &[u8], term: &[u8], most: usize) -> Option<usize> {
    if most == 0 || word.len() + most < term.len() || term.len() > LONGEST {
        return None;
    }
    // No beginning that is longer than this can be near.
    let word = &word[..word.len().min(term.len() + most)];
    let mut before = [0; LONGEST + 3];
    let mut row: [usize; LONGEST + 3] = std::array::from_fn(|column| column);
    let mut next = [0; LONGEST + 3];
    for (i, letter) in term.iter().enumerate() {
        next[0] = i + 1;
        for (j, other) in word.iter().enumerate() {
            let mistaken = row[j] + usize::from(letter != other);
            let swapped = i > 0 && j > 0 && term[i - 1] == *other && word[j - 1] == *letter;
            let swapped = if swapped { before[j - 1] + 1 } else { usize::MAX };
            next[j + 1] = mistaken.min(row[j + 1] + 1).min(next[j] + 1).min(swapped);
        }
        if next[..=word.len()].iter().all(|fewest| *fewest > most) {
            return None;
        }
        (before, row, next) = (row, next, before);
    }
    let shortest = term.len().min(word.len());
    row[shortest..=word.len()].iter().copied().min().filter(|fewest| *fewest <= most)
}

/// The byte ranges of a person's `text` that a query matches as [`highlight`] does; a term that stands nowhere in it
/// marks the words that it may be a misspelling of.
pub fn highlight_person(query: &Query, text: &str) -> Vec<Range<usize>> {
    let mut ranges = highlight(query, text);
    for term in &query.terms {
        if !highlight(&Query::of(term.clone()), text).is_empty() {
            continue;
        }
        let meant = |word: &&str| {
            let word = fold(word);
            term.forms.iter().any(|form| quality(&word, form).is_some())
        };
        let words = text.unicode_word_indices().filter(|(_, word)| meant(word));
        ranges.extend(words.map(|(start, word)| start..start + word.len()));
    }
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|later, earlier| {
        let joined = later.start <= earlier.end;
        if joined {
            earlier.end = earlier.end.max(later.end);
        }
        joined
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(word: &str, term: &str) -> Option<usize> {
        mistakes(word.as_bytes(), term.as_bytes(), 2)
    }

    #[test]
    fn each_kind_of_mistake_counts_once() {
        for (word, term, mistakes) in [
            ("lovelace", "lovelace", Some(0)),
            ("lovelace", "lovlace", Some(1)),
            ("lovelace", "lovvelace", Some(1)),
            ("lovelace", "lovelase", Some(1)),
            ("lovelace", "lovealce", Some(1)),
            ("lovelace", "lowelas", Some(2)),
            ("lovelace", "lovelyss", None),
            ("lovelace", "hopper", None),
            ("hopper", "hop", Some(0)),
            ("ho", "hopper", None),
        ] {
            assert_eq!(count(word, term), mistakes, "{term} for {word}");
        }
    }

    #[test]
    fn what_was_meant_is_marked() {
        let marked = |query: &str, text| -> Vec<&str> {
            highlight_person(&Query::parse(query), text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(marked("lovelase ada", "Ada Lovelace"), ["Ada", "Lovelace"]);
        assert_eq!(marked("ramires", "Carmen Ramírez"), ["Ramírez"]);
        assert_eq!(marked("900042", "960042"), Vec::<&str>::new());
        assert_eq!(marked("ramires", "Optics"), Vec::<&str>::new());
    }
}
