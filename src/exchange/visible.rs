//! Text from outside on its way into lines of output.

use std::borrow::Cow;

/// The text as one harmless line: without escape sequences' openers and bidirectional overrides, which make a terminal
/// or a reader see something else than what is there, and with line ends and tabs as spaces.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| breaks_lines(c) || misleads(c)) {
        return Cow::Borrowed(text);
    }
    let harmless = text.chars().filter(|c| !misleads(*c)).map(|c| if breaks_lines(c) { ' ' } else { c });
    Cow::Owned(harmless.collect())
}

fn breaks_lines(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, and the characters of Unicode standard annex 9 that change the direction of text.
pub(super) fn misleads(c: char) -> bool {
    let direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    direction || (c.is_control() && !breaks_lines(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_go_and_the_rest_stays() {
        assert_eq!(visible("Ada\u{1b}[31m\u{202e}evil\u{7}\u{9b}x"), "Ada[31mevilx");
        assert_eq!(visible("two\nlines\tand a tab"), "two lines and a tab");
        assert!(matches!(visible("שלום 山田 👩‍👧 Zoë"), Cow::Borrowed(_)), "scripts and joiners are left alone");
    }
}
