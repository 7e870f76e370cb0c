//! Keys as plain data, written and read the way people write them: `q`, `G`, `C-r`, `S-tab`, `g g`.

use std::fmt;

/// Which key, apart from what is held with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character, shift already applied: `G`, `?`, `é`.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Deletes backwards.
    Backspace,
    /// Deletes forwards.
    Delete,
    /// Insert.
    Insert,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// One key press.
///
/// Shift is part of a character (`G`, not `S-g`), because terminals disagree on reporting it there; with other keys it
/// is kept (`S-tab`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control is held.
    pub ctrl: bool,
    /// Alt (Meta, Option) is held.
    pub alt: bool,
    /// Shift is held; never with a [`Code::Char`].
    pub shift: bool,
}

const NAMES: [(&str, Code); 17] = [
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("del", Code::Delete),
    ("ins", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
    ("minus", Code::Char('-')),
    ("lt", Code::Char('<')),
];

impl Key {
    /// A key with nothing held.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A key with its modifiers, brought to the one form in which keys are compared.
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            // With control, terminals report C-S-a as C-A or C-a: case carries nothing there.
            Code::Char(c) if ctrl => Self { code: Code::Char(c.to_ascii_lowercase()), ctrl, alt, shift: false },
            Code::Char(c) if shift => Self { code: Code::Char(upper(c)), ctrl, alt, shift: false },
            _ => Self { code, ctrl, alt, shift },
        }
    }

    /// The character that this key types into a text, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }

    /// Reads one key: `C-r`, `enter`, `G`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        while let Some((modifier, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
            match modifier {
                "C" => ctrl = true,
                "A" | "M" => alt = true,
                "S" => shift = true,
                _ => return Err(format!("'{text}' is no key: '{modifier}-' is none of C-, A-, S-")),
            }
            rest = tail;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(c),
            _ => named(&rest.to_lowercase()).ok_or_else(|| {
                format!("'{text}' is no key; write a character, or a name such as enter, esc, tab, space, up or f1")
            })?,
        };
        Ok(Self::new(code, ctrl, alt, shift))
    }

    /// Reads keys pressed one after the other: `g g`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn parse_sequence(text: &str) -> Result<Vec<Self>, String> {
        let keys = text.split_whitespace().map(Self::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err("a key is missing".to_owned()) } else { Ok(keys) }
    }
}

fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

fn named(name: &str) -> Option<Code> {
    if let Some(number) = name.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()) {
        return (1..=24).contains(&number).then_some(Code::F(number));
    }
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, prefix) in [(self.ctrl, "C-"), (self.alt, "A-"), (self.shift, "S-")] {
            if held {
                f.write_str(prefix)?;
            }
        }
        // People know `<` from the key; `lt` is for where it brackets names.
        if let Some((name, _)) = NAMES.iter().find(|(name, code)| *code == self.code && *name != "lt") {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "f{number}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in
            ["q", "G", "?", "C-r", "enter", "S-tab", "space", "C-A-x", "f1", "pagedown", "minus", "é", "A-up", "<"]
        {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn one_key_has_one_form() {
        assert_eq!(Key::parse("S-g"), Key::parse("G"));
        assert_eq!(Key::parse("C-R"), Key::parse("C-r"));
        assert_eq!(Key::new(Code::Char('?'), false, false, true), Key::parse("?").unwrap());
        assert_eq!(Key::parse("-").unwrap(), Key::parse("minus").unwrap());
        assert_eq!(Key::parse("C--").unwrap(), Key::parse("C-minus").unwrap());
        assert_eq!(Key::new(Code::Char('ß'), false, false, true).code, Code::Char('ß'));
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        assert!(Key::parse("X-r").unwrap_err().contains("X-"));
        assert!(Key::parse("entr").unwrap_err().contains("entr"));
        assert!(Key::parse("f99").is_err());
        assert!(Key::parse_sequence(" ").is_err());
        assert_eq!(Key::parse_sequence("g g").unwrap().len(), 2);
    }
}
