//! The signs that are not letters.

use ratatui::symbols::border;

/// The few signs that are not letters, each one cell wide in `unicode-width` and in common terminals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Stands at the selected line.
    pub selected: &'static str,
    /// A favourite, a preferred value.
    pub star: &'static str,
    /// A person of a directory.
    pub cloud: &'static str,
    /// What its account has not got yet.
    pub unsent: &'static str,
    /// What never leaves this machine.
    pub here: &'static str,
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
    /// What is done, of a bar.
    pub bar: &'static str,
    /// What is left of it.
    pub rest: &'static str,
    /// The frame of a pane.
    pub frame: border::Set<'static>,
}

impl Glyphs {
    /// For most terminals.
    pub const UNICODE: Self = Self {
        selected: "▌",
        star: "★",
        cloud: "☁",
        unsent: "↑",
        here: "⌂",
        external: "⇄",
        tick: "✓",
        dot: "·",
        into: "›",
        ellipsis: "…",
        choice: "▾",
        bar: "━",
        rest: "─",
        frame: border::ROUNDED,
    };

    /// For terminals and fonts that know no others.
    pub const ASCII: Self = Self {
        selected: ">",
        star: "*",
        cloud: "@",
        unsent: "+",
        here: "#",
        external: "^",
        tick: "x",
        dot: "-",
        into: ">",
        ellipsis: "~",
        choice: "v",
        bar: "=",
        rest: "-",
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
