//! The words that a book holds already, for completing what is typed into a form.

use std::cmp::Reverse;

use super::fold::{fold, second_form};

/// What a word is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Companies.
    Company,
    /// Job titles.
    Title,
    /// Departments.
    Department,
    /// Towns.
    City,
    /// States, provinces and regions.
    State,
    /// Countries.
    Country,
    /// The user's own words for the types of values.
    Type,
}

/// A word and how many contacts have it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    topic: Topic,
    text: String,
    count: usize,
}

/// The beginning of a word, or of a later part of it, folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    topic: Topic,
    folded: String,
    /// Whether this is the word itself and not a later part of it.
    later: bool,
    word: usize,
}

/// The words of a book, sorted so that a key stroke reads only those that begin with what is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    words: Vec<Word>,
    keys: Vec<Key>,
}

impl Vocabulary {
    /// The vocabulary of these words, each with how many contacts have it.
    pub fn new(words: impl IntoIterator<Item = (Topic, String, usize)>) -> Self {
        let words: Vec<Word> = words.into_iter().map(|(topic, text, count)| Word { topic, text, count }).collect();
        let mut keys = Vec::new();
        for (place, word) in words.iter().enumerate() {
            for form in std::iter::once(fold(&word.text)).chain(second_form(&word.text)) {
                let starts = form.char_indices().scan(' ', |before, (at, c)| {
                    let begins = !before.is_alphanumeric() && c.is_alphanumeric();
                    *before = c;
                    Some((at, begins))
                });
                for (at, _) in starts.filter(|(at, begins)| *at == 0 || *begins) {
                    keys.push(Key { topic: word.topic, folded: form[at..].to_owned(), later: at > 0, word: place });
                }
            }
        }
        keys.sort_unstable();
        Self { words, keys }
    }

    /// The words for a topic that begin with what is typed, or a part of which does; the most common first. What is
    /// typed already whole is left out.
    pub fn suggest(&self, topic: Topic, typed: &str, limit: usize) -> Vec<&str> {
        let folded = fold(typed.trim());
        let start = self.keys.partition_point(|key| (key.topic, key.folded.as_str()) < (topic, folded.as_str()));
        let fitting = self.keys[start..].iter().take_while(|key| key.topic == topic && key.folded.starts_with(&folded));
        let found = fitting
            .map(|key| (key.later, &self.words[key.word]))
            .filter(|(_, word)| word.text != typed.trim())
            .map(|(later, word)| (later, Reverse(word.count), word.text.as_str()));
        // Only the best are kept in order: nothing typed fits every word, and a key must not wait for sorting them.
        let mut best: Vec<(bool, Reverse<usize>, &str)> = Vec::with_capacity(limit + 1);
        for word in found {
            if best.len() == limit && best.last().is_none_or(|last| word >= *last) {
                continue;
            }
            match best.iter().position(|known| known.2 == word.2) {
                Some(known) if best[known] <= word => continue,
                Some(known) => _ = best.remove(known),
                None => {}
            }
            best.insert(best.partition_point(|better| *better < word), word);
            best.truncate(limit);
        }
        best.into_iter().map(|(_, _, word)| word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let word = |topic, text: &str, count| (topic, text.to_owned(), count);
        Vocabulary::new([
            word(Topic::Company, "Köln Messe", 2),
            word(Topic::Company, "Poznań Optics", 5),
            word(Topic::Company, "Optical Company", 1),
            word(Topic::Company, "Optik Óbuda", 3),
            word(Topic::City, "Oppeln", 9),
            word(Topic::Type, "boat", 1),
        ])
    }

    #[test]
    fn the_beginning_comes_before_later_parts_and_the_common_before_the_rare() {
        let words = vocabulary();
        assert_eq!(words.suggest(Topic::Company, "opt", 9), ["Optik Óbuda", "Optical Company", "Poznań Optics"]);
        assert_eq!(words.suggest(Topic::Company, "opt", 2).len(), 2);
        assert_eq!(words.suggest(Topic::City, "o", 9), ["Oppeln"]);
        assert_eq!(words.suggest(Topic::Country, "", 9), Vec::<&str>::new());
        assert_eq!(words.suggest(Topic::Type, "", 9), ["boat"]);
    }

    #[test]
    fn each_word_is_offered_once_by_its_best_part() {
        let words = Vocabulary::new((0..500).map(|n| (Topic::Company, format!("Opt {n} opt opt"), n % 100)));
        let all = words.suggest(Topic::Company, "opt", 1000);
        assert_eq!(all.len(), 500);
        assert_eq!(words.suggest(Topic::Company, "opt", 7), all[..7]);
        assert_eq!(all[..2], ["Opt 199 opt opt", "Opt 299 opt opt"]);
        assert_eq!(words.suggest(Topic::Company, "opt", 0), Vec::<&str>::new());
    }

    #[test]
    fn accents_and_spelling_do_not_matter_and_a_whole_word_needs_no_help() {
        let words = vocabulary();
        for typed in ["koln", "KÖLN m", "koeln", "mess"] {
            assert_eq!(words.suggest(Topic::Company, typed, 9), ["Köln Messe"], "{typed}");
        }
        assert_eq!(words.suggest(Topic::Company, "Köln Messe ", 9), Vec::<&str>::new());
        assert_eq!(words.suggest(Topic::Company, "köln messe", 9), ["Köln Messe"], "the spelling of the book");
    }
}
