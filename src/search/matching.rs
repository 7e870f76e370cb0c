//! One term against one folded text.

use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};

/// How many letters of a word an abbreviation may leave out at once.
const SKIP: usize = 2;
/// Longer texts are not abbreviated, which also bounds the work for hostile ones.
const LONGEST: usize = 500;

/// How well a piece fits, by where it begins and ends.
const WHOLE_TEXT: u32 = 100;
const FIRST_WORD: u32 = 95;
const WHOLE_WORD: u32 = 90;
const TEXT_START: u32 = 80;
const WORD_START: u32 = 75;
pub(super) const INSIDE: u32 = 50;
/// Abbreviations fit from 10 to 45: always worse than a piece.
const ABBREVIATION: u32 = 10;
const ABBREVIATION_SPAN: i64 = 35;

/// A piece found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// How well it fits.
    pub quality: u32,
    /// Its first byte.
    pub start: usize,
}

/// How well a term fits a text, if at all.
pub(super) fn quality(text: &str, term: &str) -> Option<u32> {
    if let Some(piece) = piece(text, term) {
        return Some(piece.quality);
    }
    abbreviation(text, term)?;
    // A matcher that is used twice remembers the first line (fuzzy-matcher 0.3.7), and the order would change with
    // what was typed before.
    let score = SkimMatcherV2::default().fuzzy_match(text, term)?;
    let length = i64::try_from(term.len()).unwrap_or(i64::MAX).max(1);
    let per_letter = (score / length).clamp(0, ABBREVIATION_SPAN);
    Some(ABBREVIATION + u32::try_from(per_letter).unwrap_or_default())
}

/// The best place where the term stands in the text as it is.
pub(super) fn piece(text: &str, term: &str) -> Option<Piece> {
    let places = text.match_indices(term).map(|(start, _)| Piece { quality: place(text, start, term.len()), start });
    places.reduce(|best, next| if next.quality > best.quality { next } else { best })
}

fn place(text: &str, start: usize, len: usize) -> u32 {
    let ends = !text[start + len..].starts_with(char::is_alphanumeric);
    match (start == 0, starts_word(text.as_bytes(), start), ends) {
        (true, _, _) if text.len() == len => WHOLE_TEXT,
        (true, _, true) => FIRST_WORD,
        (_, true, true) => WHOLE_WORD,
        (true, _, false) => TEXT_START,
        (_, true, false) => WORD_START,
        (_, false, _) => INSIDE,
    }
}

/// The places of the bytes of a term that abbreviates the text: the first one starts a word; each next one is its
/// neighbour, starts a later word, or comes after at most [`SKIP`] more letters of the same word.
pub(super) fn abbreviation(text: &str, term: &str) -> Option<Vec<usize>> {
    let (text, term) = (text.as_bytes(), term.as_bytes());
    if text.len() > LONGEST || !is_subsequence(text, term) {
        return None;
    }
    // For each byte of the term: the places it can take, each with the number of the place before it.
    let mut steps: Vec<Vec<(usize, usize)>> = Vec::with_capacity(term.len());
    for &byte in term {
        let places = (0..text.len()).filter(|&at| text[at] == byte);
        let step: Vec<_> = match steps.last() {
            None => places.filter(|&at| starts_word(text, at)).map(|at| (at, 0)).collect(),
            Some(before) => places.filter_map(|at| Some((at, predecessor(text, before, at)?))).collect(),
        };
        if step.is_empty() {
            return None;
        }
        steps.push(step);
    }
    let mut number = 0;
    let mut way: Vec<usize> = steps
        .iter()
        .rev()
        .map(|step| {
            let (at, before) = step[number];
            number = before;
            at
        })
        .collect();
    way.reverse();
    Some(way)
}

/// From where `at` can be reached: the nearest place within its word, else any place before the word it starts.
fn predecessor(text: &[u8], before: &[(usize, usize)], at: usize) -> Option<usize> {
    let nearest = before.partition_point(|(place, _)| *place < at).checked_sub(1)?;
    let place = before[nearest].0;
    let near = text[place + 1..at].iter().all(u8::is_ascii_alphanumeric) && at - place <= SKIP + 1;
    (near || starts_word(text, at)).then_some(nearest)
}

fn is_subsequence(text: &[u8], term: &[u8]) -> bool {
    let mut rest = text.iter();
    term.iter().all(|byte| rest.any(|other| other == byte))
}

/// Whether a word starts here. Bytes beyond ASCII are letters without a transliteration.
fn starts_word(text: &[u8], at: usize) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    is_letter(text[at]) && (at == 0 || !is_letter(text[at - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_rank_by_where_they_stand() {
        let qualities: Vec<_> = ["ann", "ann smith", "mary ann", "anna smith", "mary annan", "hanna", "alan nun"]
            .iter()
            .map(|text| quality(text, "ann").unwrap())
            .collect();
        assert!(qualities.is_sorted_by(|a, b| a > b), "{qualities:?}");
    }

    #[test]
    fn the_best_of_several_places_counts() {
        assert_eq!(piece("hanna ann", "ann"), Some(Piece { quality: WHOLE_WORD, start: 6 }));
    }

    #[test]
    fn abbreviations_go_by_words_and_short_gaps() {
        assert_eq!(abbreviation("ada lovelace", "adlvl"), Some(vec![0, 1, 4, 6, 8]));
        assert!(abbreviation("john doe", "jd").is_some());
        assert!(abbreviation("szymanski", "szmnsk").is_some());
        assert!(abbreviation("ada lovelace", "vce").is_none(), "starts inside a word");
        assert!(abbreviation("alexandra", "ada").is_none(), "leaves out too much");
        assert!(abbreviation("bernard quayle industries", "bade").is_none(), "scattered letters");
    }

    #[test]
    fn a_score_does_not_depend_on_what_was_scored_before() {
        let lines = ["ada lovelace", "alan l. mathison", "anatole le braz"];
        let alone: Vec<_> = lines.iter().map(|line| quality(line, "all")).collect();
        for _ in 0..3 {
            assert!(quality("a long line with all letters at length", "atl").is_some());
            assert_eq!(lines.iter().map(|line| quality(line, "all")).collect::<Vec<_>>(), alone);
        }
    }
}
