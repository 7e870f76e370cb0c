//! Text from outside as cells of a terminal: what is drawn for each grapheme cluster, how wide it is, where lines
//! break and where they are cut. Both halves of the screen measure with this, so they never disagree.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Marks every cut.
pub const ELLIPSIS: &str = "…";

/// A base character with this many marks is a script or an emoji; with more it is an attack on the lines above it.
const CLUSTER_CHARS: usize = 10;

/// What takes one place on a terminal: a grapheme cluster, or a letter of one that terminals lay out letter by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster<'a> {
    /// Where it begins in the source, in bytes.
    pub at: usize,
    /// What is drawn for it.
    pub shown: Cow<'a, str>,
    /// How many cells that takes: 1 or 2.
    pub width: usize,
}

/// The clusters of `text` as shown: control characters, escapes and bidi controls as visible symbols, what has no
/// width left out.
pub fn clusters(text: &str) -> impl Iterator<Item = Cluster<'_>> {
    text.grapheme_indices(true).flat_map(|(at, source)| letters(at, source)).filter_map(|(at, source)| {
        let shown = shown(source);
        match shown.width() {
            0 => None,
            1 | 2 => Some(Cluster { at, width: shown.width(), shown }),
            // No terminal draws a cluster over more than two cells; one that claims to is not worth its risk.
            _ => Some(Cluster { at, shown: Cow::Borrowed("\u{fffd}"), width: 1 }),
        }
    })
}

/// The letters of a cluster, each with the marks above and below it. Clusters of Indic and South-East Asian scripts join
/// letters that have a cell each, and flags are two of them to many terminals; were they one piece, a later frame would
/// overwrite the first cell only. What is drawn as one thing, such as a family, is narrower than its parts and stays whole.
fn letters(mut at: usize, mut source: &str) -> impl Iterator<Item = (usize, &str)> {
    let has_cells = |c: char| c.width().is_some_and(|cells| cells > 0);
    let apart = source.len() > 1 && source.chars().filter_map(UnicodeWidthChar::width).sum::<usize>() == source.width();
    std::iter::from_fn(move || {
        let next = source.char_indices().skip(1).find(|(_, c)| apart && has_cells(*c));
        let (letter, rest) = source.split_at(next.map_or(source.len(), |(next, _)| next));
        let here = at;
        at += letter.len();
        source = rest;
        (!letter.is_empty()).then_some((here, letter))
    })
}

fn shown(source: &str) -> Cow<'_, str> {
    if source == "\r\n" {
        return Cow::Borrowed("\u{240a}");
    }
    if source.chars().count() > CLUSTER_CHARS || source.chars().any(|c| symbol(c).is_some()) {
        return source.chars().take(CLUSTER_CHARS).map(|c| symbol(c).unwrap_or(c)).collect::<String>().into();
    }
    Cow::Borrowed(source)
}

/// The visible symbol for a character that must not reach a terminal as it is: the control pictures of Unicode
/// (U+2400 and following), a replacement character for C1 and bidi controls (UAX #9).
fn symbol(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{2028}' | '\u{2029}' => Some('\u{2424}'),
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    clusters(text).map(|cluster| cluster.width).sum()
}

/// The text as shown, whole.
pub fn visible(text: &str) -> String {
    clusters(text).map(|cluster| cluster.shown).collect()
}

/// How many bytes of `text` fit into `cells`.
fn fitting(text: &str, cells: usize) -> usize {
    let mut used = 0;
    for cluster in clusters(text) {
        if used + cluster.width > cells {
            return cluster.at;
        }
        used += cluster.width;
    }
    text.len()
}

/// A text cut to at most `cells`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// What comes before the cut; everything when nothing is cut.
    pub head: &'a str,
    /// Whether something is cut, for which an ellipsis stands.
    pub cut: bool,
    /// Where in the source the rest begins.
    pub tail_at: usize,
    /// What comes after the cut.
    pub tail: &'a str,
}

/// Cuts a text at its end; an e-mail or SIP address in the middle, before its domain, which tells more.
pub fn cut(text: &str, cells: usize) -> Cut<'_> {
    let whole = Cut { head: text, cut: false, tail_at: text.len(), tail: "" };
    // Not by its width: a text of ten thousand letters is looked at no further than it is shown.
    if fitting(text, cells) == text.len() {
        return whole;
    }
    let domain = text.rfind('@').filter(|at| *at > 0 && !text.contains(char::is_whitespace));
    if let Some(at) = domain {
        let tail = &text[at..];
        // At least two cells of the name itself must remain to be of use.
        if let Some(room) = cells.checked_sub(width(tail) + 1).filter(|room| *room >= 2) {
            return Cut { head: &text[..fitting(&text[..at], room)], cut: true, tail_at: at, tail };
        }
    }
    Cut { head: &text[..fitting(text, cells.saturating_sub(1))], cut: cells > 0, ..whole }
}

/// The piece of a line that is shown while it is edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Whether something before it is hidden, for which an ellipsis stands.
    pub head_cut: bool,
    /// The piece.
    pub range: std::ops::Range<usize>,
    /// Whether something after it is hidden, for which an ellipsis stands.
    pub tail_cut: bool,
    /// The cell of the cursor.
    pub column: usize,
}

/// The piece of `text` around the cursor (in bytes) that fits into `cells`, the cursor included.
pub fn window(text: &str, cursor: usize, cells: usize) -> Window {
    let cells = cells.max(4);
    let before = width(&text[..cursor]);
    if width(text) < cells {
        return Window { head_cut: false, range: 0..text.len(), tail_cut: false, column: before };
    }
    let mut start = 0;
    if before + 2 > cells {
        // Keeps a third of the line in sight before the cursor.
        let hidden = before + 2 - cells + cells / 3;
        let mut passed = 0;
        for cluster in clusters(text) {
            start = cluster.at;
            if passed >= hidden {
                break;
            }
            passed += cluster.width;
        }
        start = start.min(cursor);
    }
    let head = usize::from(start > 0);
    let rest = &text[start..];
    let end = if head + width(rest) <= cells { text.len() } else { start + fitting(rest, cells - head - 1) };
    let end = end.max(cursor);
    Window {
        head_cut: head == 1,
        range: start..end,
        tail_cut: end < text.len(),
        column: head + width(&text[start..cursor]),
    }
}

/// Where a line of an address or a link may break: before its domain, else after a sign that joins its words.
fn joints(text: &str) -> impl Iterator<Item = usize> {
    let after = |sign: &[char]| text.rfind(sign).map(|at| at + 1);
    [text.rfind('@'), after(&['.', '-', '/', '_', ',', ';'])].into_iter().flatten()
}

/// The lines of [`wrap`] as texts of their own, without the space they break at.
pub fn wrapped(text: &str, cells: usize) -> Vec<String> {
    wrap(text, cells).into_iter().map(|range| text[range].trim_end().to_owned()).collect()
}

/// Breaks a text into lines of at most `cells`: at line ends, else after spaces, else at the joints of an address,
/// else anywhere. Returns the source of
/// each line without its line end; there is always at least one.
pub fn wrap(text: &str, cells: usize) -> Vec<std::ops::Range<usize>> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').map_or(line, |l| l.strip_suffix('\r').unwrap_or(l));
        let mut rest = content;
        let mut at = begin;
        loop {
            let fitting = fitting(rest, cells);
            if fitting == rest.len() {
                break;
            }
            // At least one piece, so that every line takes the text further.
            let fits = fitting.max(clusters(rest).nth(1).map_or(rest.len(), |second| second.at));
            let space = rest[..fits].rfind(' ').map(|space| space + 1);
            // A line of which hardly anything is left would be worse than a word in two.
            let space = space.into_iter().chain(joints(&rest[..fits])).find(|end| *end * 3 > fits);
            let word_ends_here = rest[fits..].starts_with(' ');
            let end = if word_ends_here { fits } else { space.unwrap_or(fits) };
            lines.push(at..at + end);
            let skipped = usize::from(word_ends_here);
            at += end + skipped;
            rest = &rest[end + skipped..];
        }
        lines.push(at..at + rest.len());
        begin += line.len();
    }
    if text.is_empty() || text.ends_with('\n') {
        lines.push(text.len()..text.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut_to(text: &str, cells: usize) -> String {
        let cut = cut(text, cells);
        format!("{}{}{}", visible(cut.head), if cut.cut { ELLIPSIS } else { "" }, visible(cut.tail))
    }

    fn wrapped(text: &str, cells: usize) -> Vec<&str> {
        wrap(text, cells).into_iter().map(|range| text[range].trim_end()).collect()
    }

    #[test]
    fn what_could_command_a_terminal_becomes_a_symbol() {
        assert_eq!(visible("a\u{1b}[31mb\r\nc\td\u{202e}e\u{9b}\u{7f}"), "a␛[31mb␊c␉d\u{fffd}e\u{fffd}␡");
        assert_eq!(visible("\u{200b}x\u{feff}"), "x");
        assert!(visible(&format!("a{}", "\u{301}".repeat(500))).chars().count() <= CLUSTER_CHARS);
    }

    #[test]
    fn widths_are_those_of_clusters() {
        assert_eq!(width("山田"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("👩‍👩‍👧"), 2);
    }

    #[test]
    fn letters_that_have_cells_of_their_own_are_apart() {
        let pieces = |text| clusters(text).map(|piece| piece.shown.into_owned()).collect::<Vec<_>>();
        assert_eq!(pieces("कुलकर्णी"), ["कु", "ल", "क", "र्", "ण", "ी"]);
        assert_eq!(pieces("น้ำ"), ["น้", "ำ"]);
        assert_eq!(pieces("e\u{301}🇵🇱👩‍👩‍👧👍🏽"), ["e\u{301}", "🇵", "🇱", "👩‍👩‍👧", "👍🏽"]);
    }

    #[test]
    fn every_cut_is_marked_and_an_address_keeps_its_domain() {
        assert_eq!(cut_to("Ada Lovelace", 12), "Ada Lovelace");
        assert_eq!(cut_to("Ada Lovelace", 6), "Ada L…");
        assert_eq!(cut_to("山田太郎", 6), "山田…");
        assert_eq!(cut_to("augusta.ada.king@example.org", 20), "augusta…@example.org");
        assert_eq!(cut_to("a@averyverylongdomain.example", 10), "a@averyve…");
        assert_eq!(cut_to("x", 0), "");
    }

    #[test]
    fn lines_break_at_spaces_where_they_can() {
        assert_eq!(wrapped("met in Graz at noon", 8), ["met in", "Graz at", "noon"]);
        assert_eq!(wrapped("one\n\ntwo\n", 10), ["one", "", "two", ""]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(
            wrapped("augusta.ada.king@analytical-engines.example", 20),
            ["augusta.ada.king", "@analytical-engines.", "example"]
        );
        assert_eq!(wrapped("lukasz@optics.example", 20), ["lukasz@optics.", "example"]);
        assert_eq!(wrapped("", 4), [""]);
        // One cluster to Unicode, but two pieces to a terminal.
        assert_eq!(wrapped("🉠ෘ", 2), ["🉠", "ෘ"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "(\\PC|[ \n\u{1b}\u{202e}山👩‍👧]){0,60}", cells in 2..40_usize) {
            let lines = wrapped(&text, cells);
            for line in &lines {
                prop_assert!(width(line) <= cells, "{line:?}");
            }
            let cursors = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
            for cursor in cursors {
                let window = window(&text, cursor, cells.max(4));
                let shown = width(&text[window.range.clone()]);
                prop_assert!(shown + usize::from(window.head_cut) + usize::from(window.tail_cut) <= cells.max(4), "{window:?}");
                prop_assert!(window.column < cells.max(4) && window.range.start <= cursor && cursor <= window.range.end);
            }
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            prop_assert!(width(&cut_to(&text, cells)) <= cells);
        }
    }
}
