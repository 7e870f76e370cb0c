//! Folding: what is written differently but meant alike becomes equal. Lower case, without accents, in Latin letters.

use std::borrow::Cow;

/// Letters that German and Nordic writers spell with two when the keyboard lacks them.
const SPELLED_OUT: [(char, &str); 10] = [
    ('ä', "ae"),
    ('ö', "oe"),
    ('ü', "ue"),
    ('Ä', "ae"),
    ('Ö', "oe"),
    ('Ü', "ue"),
    ('å', "aa"),
    ('Å', "aa"),
    ('ø', "oe"),
    ('Ø', "oe"),
];

/// The same letters in decomposed form (Unicode NFD, as some systems write file names and cards): letter, mark, what
/// the mark becomes.
const SPELLED_OUT_MARKS: [(&str, char, &str); 2] = [("aouAOU", '\u{308}', "e"), ("aA", '\u{30a}', "a")];

/// How letters with two dots and the like are folded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Without their marks: Köln is `koln`.
    Plain,
    /// Spelled out: Köln is `koeln`.
    SpelledOut,
}

/// Folds each character of `text` and hands over its place and what it became.
pub(super) fn fold_each(text: &str, form: Form, mut push: impl FnMut(usize, &str)) {
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        push(at, &fold_char(previous, c, form));
        previous = c;
    }
}

fn fold_char(previous: char, c: char, form: Form) -> Cow<'static, str> {
    if c.is_control() {
        return Cow::Borrowed(" ");
    }
    if form == Form::SpelledOut {
        let letter = SPELLED_OUT.iter().find(|(letter, _)| *letter == c).map(|(_, spelled)| *spelled);
        let mark = SPELLED_OUT_MARKS
            .iter()
            .find(|(letters, mark, _)| *mark == c && letters.contains(previous))
            .map(|(_, _, spelled)| *spelled);
        if let Some(spelled) = letter.or(mark) {
            return Cow::Borrowed(spelled);
        }
    }
    if c.is_ascii() {
        return Cow::Owned(c.to_ascii_lowercase().to_string());
    }
    match any_ascii::any_ascii_char(c) {
        "" if c.is_alphanumeric() => Cow::Owned(c.to_lowercase().collect()),
        plain if plain.bytes().any(|b| b.is_ascii_uppercase()) => Cow::Owned(plain.to_ascii_lowercase()),
        plain => Cow::Borrowed(plain),
    }
}

/// Lower case, without accents, in Latin letters: `Łukasz Żółkiewski` is `lukasz zolkiewski`.
pub fn fold(text: &str) -> String {
    folded(text, Form::Plain)
}

/// The form with ä, ö, ü, å and ø spelled out, where it is another: `Köln` is `koeln`.
pub fn second_form(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let spelled = folded(text, Form::SpelledOut);
    (spelled != fold(text)).then_some(spelled)
}

fn folded(text: &str, form: Form) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_each(text, form, |_, piece| folded.push_str(piece));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_scripts_fold() {
        for (text, folded) in [
            ("Łukasz Żółkiewski", "lukasz zolkiewski"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Ἀθηνᾶ", "athina"),
            ("Юрий", "yuriy"),
            ("４１５", "415"),
            ("a\tb\u{7}", "a b "),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn the_second_form_spells_out_composed_and_decomposed_letters() {
        assert_eq!(second_form("Köln").as_deref(), Some("koeln"));
        assert_eq!(second_form("Ko\u{308}ln").as_deref(), Some("koeln"));
        assert_eq!(fold("Ko\u{308}ln"), "koln");
        assert_eq!(second_form("Ångström").as_deref(), Some("aangstroem"));
        assert_eq!(second_form("Łódź"), None);
        assert_eq!(second_form("Koeln"), None);
    }
}
