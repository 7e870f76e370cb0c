//! One line that says what happened and how to take it back.

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done. It stays until the next thing is done.
    Done,
    /// Something is not possible now, or nothing happened. It stays until a key.
    Hint,
    /// Something did not work. It stays until a key.
    Trouble,
}

/// What the last line says beside the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

impl Notice {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Done }
    }

    /// Something is not possible now, or nothing happened.
    pub fn hint(text: &str) -> Self {
        Self { text: text.to_owned(), tone: Tone::Hint }
    }

    /// Something did not work.
    pub fn trouble(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Trouble }
    }
}
