//! What the terminal replies to a question, taken out of what is typed.
//!
//! callbook asks for the colour of the ground (OSC 11) and, so that it knows when to expect nothing more, for the device
//! attributes (DA1), which every terminal answers. The replies come among the keys, late and in pieces. This is an
//! automaton on bytes before the parser of keys: it lets everything through but these two replies.
//!
//! ```text
//!   ESC ] 1 1 ; r g b : h / h / h ( BEL | ESC \ )        h: one to four hexadecimal digits
//!   ESC ] 1 1 ; r g b a : h / h / h / h ( BEL | ESC \ )  where the ground lets through what is behind it (rxvt)
//!   ESC [ ? ... c                                        ...: digits and semicolons
//! ```
//!
//! The one thing that bytes do not tell is whether an Escape at their end is the key or the beginning of something. Who
//! reads waits a moment and then says that it is the key ([`Replies::give_up`]). If a reply goes on after that all the
//! same, its rest is still taken out.

use crate::app::Ground;

/// No device attributes are longer.
const LONGEST: usize = 80;
const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// The key Escape in a form that begins nothing else (CSI u).
const ESCAPE_KEY: &[u8] = b"\x1b[27u";
/// Alt-] and Alt-P likewise; as they are typed they would begin a string that goes on and on.
const ALT_BRACKET: &[u8] = b"\x1b[93;3u";
const ALT_P: &[u8] = b"\x1b[112;4u";

/// Takes replies out of what is typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Replies {
    /// What may be the beginning of a reply.
    held: Vec<u8>,
    /// The Escape at the beginning of what is held was given out as a key.
    given: bool,
    /// Whether the terminal was asked and has not answered everything yet.
    awaited: bool,
}

/// What is typed and what was replied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// The bytes of keys.
    pub keys: Vec<u8>,
    /// The ground, if the terminal said it.
    pub ground: Option<Ground>,
}

/// What bytes are that begin with Escape.
enum Reading {
    /// Perhaps a reply.
    Begun,
    /// The ground, whole. Its last byte is the beginning of something else if it ends with a mere Escape.
    Ground(Ground),
    /// The device attributes, whole.
    Attributes,
    /// No reply.
    Other,
}

impl Replies {
    /// The terminal was asked.
    pub fn asked() -> Self {
        Self { awaited: true, ..Self::default() }
    }

    /// Whether replies are still to come.
    pub const fn awaited(&self) -> bool {
        self.awaited
    }

    /// Whether what is held may be a key, so that it must not be held for long.
    pub fn holds_a_key(&self) -> bool {
        match self.held[..] {
            [ESCAPE] => !self.given,
            [ESCAPE, b']'] => !self.awaited,
            _ => false,
        }
    }

    /// Takes in what was read.
    pub fn read(&mut self, bytes: &[u8]) -> Typed {
        let mut typed = Typed::default();
        for byte in bytes {
            self.take(*byte, &mut typed);
        }
        typed
    }

    /// Nothing followed: what is held is a key.
    pub fn give_up(&mut self) -> Typed {
        let mut typed = Typed::default();
        if self.holds_a_key() {
            self.release(&mut typed);
            // The rest of a reply may come yet.
            if self.awaited && typed.keys == ESCAPE_KEY {
                (self.held, self.given) = (vec![ESCAPE], true);
            }
        }
        typed
    }

    fn take(&mut self, byte: u8, typed: &mut Typed) {
        if self.held.is_empty() {
            if byte == ESCAPE {
                self.held.push(byte);
            } else {
                typed.keys.push(byte);
            }
            return;
        }
        self.held.push(byte);
        match reading(&self.held) {
            Reading::Begun => {}
            Reading::Attributes => {
                self.awaited = false;
                self.forget();
            }
            Reading::Ground(ground) => {
                typed.ground = Some(ground);
                let ended = byte == BELL || byte == b'\\';
                self.forget();
                if !ended {
                    // The Escape before it ended nothing but begins what this byte goes on with.
                    self.held.push(ESCAPE);
                    self.take(byte, typed);
                }
            }
            Reading::Other => {
                self.held.pop();
                // What follows an Escape belongs to it, unless it begins something itself.
                if self.held == [ESCAPE] && byte != ESCAPE {
                    self.release_with(byte, typed);
                } else {
                    self.release(typed);
                    self.take(byte, typed);
                }
            }
        }
    }

    fn forget(&mut self) {
        self.held.clear();
        self.given = false;
    }

    fn release_with(&mut self, byte: u8, typed: &mut Typed) {
        match (self.given, byte) {
            (true, _) => typed.keys.push(byte),
            (false, b'P') => typed.keys.extend(ALT_P),
            (false, _) => typed.keys.extend([ESCAPE, byte]),
        }
        self.forget();
    }

    fn release(&mut self, typed: &mut Typed) {
        let held = std::mem::take(&mut self.held);
        match (std::mem::take(&mut self.given), &held[..]) {
            (true, [_, rest @ ..]) => typed.keys.extend(rest),
            (false, [ESCAPE]) => typed.keys.extend(ESCAPE_KEY),
            (false, [ESCAPE, b']', rest @ ..]) => {
                typed.keys.extend(ALT_BRACKET);
                typed.keys.extend(rest);
            }
            (_, other) => typed.keys.extend(other),
        }
    }
}

fn reading(held: &[u8]) -> Reading {
    match held {
        [ESCAPE] | [ESCAPE, b'[' | b']'] => Reading::Begun,
        [ESCAPE, b'[', b'?', parameters @ ..] => match parameters {
            [numbers @ .., b'c'] if are_numbers(numbers) => Reading::Attributes,
            numbers if are_numbers(numbers) && held.len() < LONGEST => Reading::Begun,
            _ => Reading::Other,
        },
        [ESCAPE, b']', rest @ ..] => color(rest),
        _ => Reading::Other,
    }
}

fn are_numbers(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b';')
}

fn color(text: &[u8]) -> Reading {
    const HEAD: &[u8] = b"11;rgb:";
    const SHEER: &[u8] = b"11;rgba:";
    let (parts, most) = match (text.strip_prefix(HEAD), text.strip_prefix(SHEER)) {
        (Some(parts), _) => (parts, 3),
        (_, Some(parts)) => (parts, 4),
        _ if HEAD.starts_with(text) || SHEER.starts_with(text) => return Reading::Begun,
        _ => return Reading::Other,
    };
    let end = parts.iter().position(|byte| matches!(*byte, BELL | ESCAPE));
    let colors: Vec<&[u8]> = parts[..end.unwrap_or(parts.len())].split(|byte| *byte == b'/').collect();
    let is_part = |part: &&[u8]| part.len() <= 4 && part.iter().all(u8::is_ascii_hexdigit);
    let are_whole = colors.iter().rev().skip(1).all(|part| !part.is_empty());
    if colors.len() > most || !colors.iter().all(is_part) || !are_whole {
        return Reading::Other;
    }
    let (Some(end), [red, green, blue, ..]) = (end, &colors[..]) else {
        return if end.is_none() { Reading::Begun } else { Reading::Other };
    };
    if colors.len() < most || colors.last().is_none_or(|last| last.is_empty()) {
        return Reading::Other;
    }
    let ground = Ground::of_color([*red, *green, *blue].map(fraction));
    match parts[end..] {
        // A mere Escape: what comes next says whether it ends the reply.
        [ESCAPE] => Reading::Begun,
        _ => Reading::Ground(ground),
    }
}

/// `ff` of `ff`, `8000` of `ffff`.
fn fraction(digits: &[u8]) -> f64 {
    let value = std::str::from_utf8(digits).ok().and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let most = 16_f64.powi(i32::try_from(digits.len()).unwrap_or(4)) - 1.0;
    f64::from(value.unwrap_or_default()) / most
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHITE: &str = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
    const BLACK: &str = "\x1b]11;rgb:00/00/00\x07";
    const ATTRIBUTES: &str = "\x1b[?62;22c";

    fn typed(replies: &mut Replies, text: &str) -> (String, Option<Ground>) {
        let typed = replies.read(text.as_bytes());
        (String::from_utf8(typed.keys).unwrap(), typed.ground)
    }

    fn keys(text: &str) -> (String, Option<Ground>) {
        (text.to_owned(), None)
    }

    #[test]
    fn replies_are_taken_out_and_read() {
        let mut replies = Replies::asked();
        assert_eq!(typed(&mut replies, &format!("a{WHITE}b")), ("ab".to_owned(), Some(Ground::Light)));
        assert!(replies.awaited());
        assert_eq!(typed(&mut replies, &format!("{ATTRIBUTES}c")), keys("c"));
        assert!(!replies.awaited());
        assert_eq!(typed(&mut replies, BLACK), (String::new(), Some(Ground::Dark)), "however late");
        let sheer = "\x1b]11;rgba:ffff/ffff/ffff/dddd\x07d";
        assert_eq!(typed(&mut replies, sheer), ("d".to_owned(), Some(Ground::Light)));
    }

    #[test]
    fn what_is_no_reply_goes_through() {
        let mut replies = Replies::asked();
        for text in ["\x1b[A", "\x1b[1;5C", "\x1bOP", "\x1bx", "\x1b[200~\x1b[31m]11;\x1b[201~", "\x1b[<0;3;4M", "é山"]
        {
            assert_eq!(typed(&mut replies, text), keys(text));
        }
        assert_eq!(typed(&mut replies, "\x1b]x"), keys("\x1b[93;3ux"));
        assert_eq!(typed(&mut replies, "\x1b]11;rgb:1/2/g"), keys("\x1b[93;3u11;rgb:1/2/g"));
        assert_eq!(typed(&mut replies, "\x1b]11;rgb:1//3\x07"), keys("\x1b[93;3u11;rgb:1//3\x07"));
        assert_eq!(typed(&mut replies, "\x1b]11;rgba:1/2/3\x07"), keys("\x1b[93;3u11;rgba:1/2/3\x07"));
        assert_eq!(typed(&mut replies, "\x1bP"), keys("\x1b[112;4u"));
        assert_eq!(typed(&mut replies, "\x1b\x1b[A"), keys("\x1b[27u\x1b[A"));
    }

    #[test]
    fn a_reply_without_its_end_ends_with_the_next_key() {
        let mut replies = Replies::asked();
        assert_eq!(typed(&mut replies, "\x1b]11;rgb:f/f/f\x1b[A"), ("\x1b[A".to_owned(), Some(Ground::Light)));
        assert_eq!(typed(&mut replies, "\x1b]11;rgb:f/f/f\x1bx"), ("\x1bx".to_owned(), Some(Ground::Light)));
    }

    #[test]
    fn an_escape_after_which_nothing_comes_is_the_key() {
        let mut replies = Replies::default();
        assert_eq!(typed(&mut replies, "\x1b"), keys(""));
        assert!(replies.holds_a_key());
        assert_eq!(replies.give_up().keys, ESCAPE_KEY);
        assert!(!replies.holds_a_key());
        assert_eq!(typed(&mut replies, "]1"), keys("]1"));
        assert_eq!(typed(&mut replies, "\x1b]"), keys(""));
        assert_eq!(replies.give_up().keys, ALT_BRACKET);
    }

    #[test]
    fn what_goes_on_after_an_escape_was_taken_for_the_key_is_taken_out_too() {
        for reply in [WHITE, ATTRIBUTES] {
            let mut replies = Replies::asked();
            typed(&mut replies, "\x1b");
            assert_eq!(replies.give_up().keys, ESCAPE_KEY);
            for piece in reply[1..].split_inclusive(|_| true) {
                assert_eq!(replies.give_up(), Typed::default());
                assert_eq!(typed(&mut replies, piece).0, "", "{piece}");
            }
            assert_eq!(typed(&mut replies, "]"), keys("]"));
        }
        let mut replies = Replies::asked();
        typed(&mut replies, "\x1b");
        replies.give_up();
        assert_eq!(typed(&mut replies, "j\x1b[A"), keys("j\x1b[A"), "it was the key indeed");
        assert_eq!(replies.give_up(), Typed::default());
    }

    proptest! {
        #[test]
        fn any_mixture_in_any_pieces_yields_the_keys_only(
            units in prop::collection::vec(prop_oneof![
                3 => prop::sample::select(vec!["j", "é", "山", "\x1b[A", "\x1b[1;5C", "\x1bx", "\x1bOP", "\x1b[<0;10;5M", "]", "1", ";", "c", "\\", "\x07", "\t"]).prop_map(|key| (key.to_owned(), false)),
                1 => "\x1b\\]11;rgb:[0-9a-fA-F]{1,4}/[0-9a-fA-F]{1,4}/[0-9a-fA-F]{1,4}(\x07|\x1b\\\\)".prop_map(|reply| (reply, true)),
                1 => "\x1b\\[\\?[0-9;]{0,20}c".prop_map(|reply| (reply, true)),
            ], 0..30),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        ) {
            let wanted: String = units.iter().filter(|(_, is_reply)| !is_reply).map(|(text, _)| text.as_str()).collect();
            let sent: String = units.iter().map(|(text, _)| text.as_str()).collect();
            let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(sent.len() + 1)).chain([0, sent.len()]).collect();
            places.sort_unstable();
            let mut replies = Replies::asked();
            let mut found = Vec::new();
            for piece in places.windows(2) {
                found.extend(replies.read(&sent.as_bytes()[piece[0]..piece[1]]).keys);
            }
            prop_assert_eq!(String::from_utf8(found).unwrap(), wanted);
        }
    }
}
