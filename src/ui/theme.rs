//! Roles, not colours: the default foreground for text, dim for what is secondary, one accent, and trouble. Without
//! colours everything still differs by weight, underline and mark.

use ratatui::{
    style::{Color, Modifier, Style},
    symbols::border,
};

/// The few signs that are not letters, each one cell wide in `unicode-width` and in common terminals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Stands at the selected line.
    pub selected: &'static str,
    /// A favourite, a preferred value.
    pub star: &'static str,
    /// A person of a directory.
    pub cloud: &'static str,
    /// A group that mirrors another system.
    pub external: &'static str,
    /// Ticked.
    pub tick: &'static str,
    /// Between two things on one line.
    pub dot: &'static str,
    /// Between a place and what lies in it.
    pub into: &'static str,
    /// Stands for what is cut.
    pub ellipsis: &'static str,
    /// There are words to choose from.
    pub choice: &'static str,
    /// The frame of a pane.
    pub frame: border::Set<'static>,
}

impl Glyphs {
    /// For most terminals.
    pub const UNICODE: Self = Self {
        selected: "▌",
        star: "★",
        cloud: "☁",
        external: "⇄",
        tick: "✓",
        dot: "·",
        into: "›",
        ellipsis: "…",
        choice: "▾",
        frame: border::ROUNDED,
    };

    /// For terminals and fonts that know no others.
    pub const ASCII: Self = Self {
        selected: ">",
        star: "*",
        cloud: "@",
        external: "^",
        tick: "x",
        dot: "-",
        into: ">",
        ellipsis: "~",
        choice: "v",
        frame: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
    };
}

/// How each role looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used at all (`NO_COLOR`).
    pub colors: bool,
    /// The signs.
    pub glyphs: Glyphs,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colors: true, glyphs: Glyphs::UNICODE }
    }
}

impl Theme {
    /// What a contact says.
    pub const fn text(&self) -> Style {
        Style::new()
    }

    /// What matters most: the selected name, the title of the focused pane.
    pub const fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What is secondary.
    pub const fn dim(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Where the eye shall go.
    pub const fn accent(&self) -> Style {
        if self.colors { Style::new().fg(Color::Cyan) } else { self.strong() }
    }

    /// Letters that match a query.
    pub const fn matched(&self) -> Style {
        if self.colors {
            self.accent().add_modifier(Modifier::BOLD)
        } else {
            Style::new().add_modifier(Modifier::UNDERLINED.union(Modifier::BOLD))
        }
    }

    /// A choice that has the focus.
    pub const fn chosen(&self) -> Style {
        self.accent().add_modifier(Modifier::REVERSED)
    }

    /// What is wrong.
    pub const fn trouble(&self) -> Style {
        if self.colors { Style::new().fg(Color::Red) } else { self.strong() }
    }

    /// A QR code: light signs on dark, the same in every theme.
    pub const fn code(&self) -> Style {
        if self.colors { Style::new().fg(Color::White).bg(Color::Black) } else { Style::new() }
    }

    /// The frame of a pane.
    pub const fn frame(&self, focused: bool) -> Style {
        if focused { self.accent() } else { self.dim() }
    }

    /// The title of a pane.
    pub const fn title(&self, focused: bool) -> Style {
        if focused { self.strong() } else { self.text() }
    }
}
