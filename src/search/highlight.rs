//! Which letters of a text a query matched.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{
    fold::{Form, fold_each},
    matching,
    query::{Query, Term},
};

/// The byte ranges of `text` that the terms of `query` match: sorted, apart, on grapheme boundaries.
pub fn highlight(query: &Query, text: &str) -> Vec<Range<usize>> {
    if query.terms.is_empty() {
        return Vec::new();
    }
    let haystacks = [Form::Plain, Form::SpelledOut].map(|form| Haystack::new(text, form));
    let mut places: Vec<usize> = query.terms.iter().flat_map(|term| places(term, &haystacks, text)).collect();
    places.sort_unstable();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, grapheme) in text.grapheme_indices(true) {
        let end = start + grapheme.len();
        let first = places.partition_point(|place| *place < start);
        if places.get(first).is_none_or(|place| *place >= end) {
            continue;
        }
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
}

/// A folded text that knows where each of its bytes came from.
struct Haystack {
    text: String,
    origins: Vec<usize>,
}

impl Haystack {
    fn new(text: &str, form: Form) -> Self {
        let mut haystack = Self { text: String::with_capacity(text.len()), origins: Vec::with_capacity(text.len()) };
        fold_each(text, form, |at, piece| {
            haystack.text.push_str(piece);
            haystack.origins.resize(haystack.text.len(), at);
        });
        haystack
    }
}

/// The places in the original text of what the term matched: the best piece, else a phone number's digits, else an
/// abbreviation.
fn places(term: &Term, haystacks: &[Haystack], text: &str) -> Vec<usize> {
    let pairs = || haystacks.iter().flat_map(|haystack| term.forms.iter().map(move |form| (haystack, form)));
    let pieces = pairs().filter_map(|(haystack, form)| Some((haystack, matching::piece(&haystack.text, form)?, form)));
    if let Some((haystack, piece, form)) = pieces.max_by_key(|(_, piece, _)| piece.quality) {
        return haystack.origins[piece.start..piece.start + form.len()].to_vec();
    }
    if let Some(places) = digit_places(term, text) {
        return places;
    }
    let abbreviation = pairs().find_map(|(haystack, form)| {
        let way = matching::abbreviation(&haystack.text, form)?;
        Some(way.into_iter().map(|at| haystack.origins[at]).collect())
    });
    abbreviation.unwrap_or_default()
}

fn digit_places(term: &Term, text: &str) -> Option<Vec<usize>> {
    let phone = term.phone.as_ref().filter(|_| !text.contains(char::is_alphabetic))?;
    let (places, digits): (Vec<usize>, String) = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).unzip();
    let span = phone.find(&digits)?;
    Some(places[span.start..span.start + span.len].to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        highlight(&Query::parse(query), text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn what_matched_is_marked_in_the_original_text() {
        assert_eq!(marked("lukasz", "Łukasz Żółkiewski"), ["Łukasz"]);
        assert_eq!(marked("koeln", "Messe Köln"), ["Köln"]);
        assert_eq!(marked("kolner", "Kölner Dom"), ["Kölner"]);
        assert_eq!(marked("kol", "Ko\u{308}ln"), ["Ko\u{308}l"]);
        assert_eq!(marked("shan", "山田"), ["山"]);
        assert_eq!(marked("stra ss", "Straße"), ["Straß"]);
        assert_eq!(marked("love ada", "Ada Lovelace"), ["Ada", "Love"]);
        assert_eq!(marked("alv", "Ada Lovelace"), ["A", "L", "v"]);
        assert_eq!(marked("xyz", "Ada Lovelace"), Vec::<&str>::new());
    }

    #[test]
    fn digits_are_marked_across_punctuation() {
        assert_eq!(marked("4155550", "+1 (415) 555-0042"), ["415", "555", "0"]);
        assert_eq!(marked("0415", "+61 415 555"), ["415"]);
        assert_eq!(marked("+61", "+61 415"), ["+61"]);
    }

    proptest! {
        #[test]
        fn ranges_are_sorted_apart_and_cut_no_grapheme(query in "\\PC{0,8}", text in "\\PC{0,24}") {
            let ranges = highlight(&Query::parse(&query), &text);
            let mut starts: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            starts.push(text.len());
            for range in &ranges {
                prop_assert!(range.start < range.end);
                prop_assert!(starts.contains(&range.start) && starts.contains(&range.end));
            }
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
        }

        #[test]
        fn a_name_is_marked_by_itself(name in "[A-Za-zäöüßéłŻ]{1,8}") {
            prop_assert_eq!(marked(&name, &name), [name.as_str()]);
        }
    }
}
