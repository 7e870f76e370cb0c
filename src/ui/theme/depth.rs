//! How many colours a terminal has, and what becomes of the others.

use ratatui::style::{Color, Modifier, Style};

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None at all, by `NO_COLOR` or because the terminal is dumb.
    None,
    /// Those that the terminal itself defines.
    Sixteen,
    /// The palette of xterm.
    TwoHundredFiftySix,
    /// Every colour.
    TrueColor,
}

/// Terminals of true colour whose name says so where `COLORTERM` is lost, as over ssh.
const TRUE_COLOR: [&str; 6] = ["xterm-kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "contour"];

/// The six steps of red, green and blue in the palette of xterm, which begins after the sixteen.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Depth {
    /// What the environment says of the terminal.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let term = variable("TERM").unwrap_or_default();
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        if is_set("NO_COLOR") || term == "dumb" || term.is_empty() {
            return Self::None;
        }
        let color_term = variable("COLORTERM").unwrap_or_default().to_lowercase();
        let is_one_of_them = TRUE_COLOR.iter().any(|name| term.strip_prefix(name).is_some_and(|rest| !is_word(rest)));
        if matches!(color_term.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") || is_one_of_them {
            Self::TrueColor
        } else if term.contains("256color") {
            Self::TwoHundredFiftySix
        } else {
            Self::Sixteen
        }
    }

    /// The nearest look that there is.
    pub(super) fn reduce(self, style: Style) -> Style {
        let Style { fg, bg, .. } = style;
        let reduced = Style {
            fg: fg.and_then(|color| self.letters(color)),
            bg: bg.and_then(|color| self.ground(color)),
            ..style
        };
        if bg.is_some() && reduced.bg.is_none() {
            // Letters for a ground that is not there.
            return Style { fg: None, ..reduced };
        }
        // Among sixteen colours greys are black, white and two between that may be anything: what is weak is dim there.
        match fg {
            Some(Color::Rgb(..) | Color::Indexed(16..)) if self == Self::Sixteen && is_grey(reduced.fg) => {
                Style { fg: None, ..reduced }.add_modifier(Modifier::DIM)
            }
            _ => reduced,
        }
    }

    fn letters(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) | (_, Color::Reset) => None,
            (Self::TwoHundredFiftySix, Color::Rgb(red, green, blue)) => Some(of_256([red, green, blue])),
            (Self::Sixteen, Color::Rgb(red, green, blue)) => Some(of_16([red, green, blue])),
            (Self::Sixteen, Color::Indexed(index @ 16..)) => Some(of_16(xterm(index))),
            _ => Some(color),
        }
    }

    /// Among sixteen colours a shade of grey would be black or white, and what stands on it be lost.
    fn ground(self, color: Color) -> Option<Color> {
        let reduced = self.letters(color);
        let is_mixed = matches!(color, Color::Rgb(..) | Color::Indexed(16..));
        reduced.filter(|_| !(self == Self::Sixteen && is_mixed && is_grey(reduced)))
    }
}

fn is_grey(color: Option<Color>) -> bool {
    matches!(color, Some(Color::Black | Color::DarkGray | Color::Gray | Color::White))
}

fn is_word(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

/// The colour of the palette of xterm, from 16 on.
fn xterm(index: u8) -> [u8; 3] {
    let cube = usize::from(index.saturating_sub(16));
    match index {
        232.. => [8 + 10 * (index - 232); 3],
        _ => [STEPS[cube / 36 % 6], STEPS[cube / 6 % 6], STEPS[cube % 6]],
    }
}

fn of_256(wanted: [u8; 3]) -> Color {
    let distance = |index: &u8| -> u32 {
        let differences = xterm(*index).into_iter().zip(wanted).map(|(one, other)| u32::from(one.abs_diff(other)));
        differences.map(|difference| difference * difference).sum()
    };
    Color::Indexed((16..=255).min_by_key(distance).unwrap_or(16))
}

/// By hue, not by distance: what the sixteen look like is for the user to say, but red is red.
fn of_16(rgb: [u8; 3]) -> Color {
    /// Less than this between the strongest and the weakest part is grey.
    const TINT: u8 = 40;
    let [red, green, blue] = rgb;
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let halfway = least + (most - least) / 2;
    let is_light = least >= 128;
    if most - least < TINT {
        return match most {
            ..=63 => Color::Black,
            64..=159 => Color::DarkGray,
            160..=223 => Color::Gray,
            224.. => Color::White,
        };
    }
    match (rgb.map(|part| part > halfway), is_light) {
        ([true, false, false], false) => Color::Red,
        ([true, false, false], true) => Color::LightRed,
        ([false, true, false], false) => Color::Green,
        ([false, true, false], true) => Color::LightGreen,
        ([true, true, false], false) => Color::Yellow,
        ([true, true, false], true) => Color::LightYellow,
        ([false, false, true], false) => Color::Blue,
        ([false, false, true], true) => Color::LightBlue,
        ([true, false, true], false) => Color::Magenta,
        ([true, false, true], true) => Color::LightMagenta,
        (_, false) => Color::Cyan,
        (_, true) => Color::LightCyan,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(variables: &[(&str, &str)]) -> Depth {
        Depth::of(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        assert_eq!(depth(&[("TERM", "xterm")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "screen-256color")]), Depth::TwoHundredFiftySix);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::TrueColor);
        assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::TrueColor);
        assert_eq!(depth(&[("TERM", "foot-extra")]), Depth::TrueColor);
        assert_eq!(depth(&[("TERM", "footloose")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "xterm-direct")]), Depth::TrueColor);
        assert_eq!(depth(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Depth::None);
        assert_eq!(depth(&[]), Depth::None);
        assert_eq!(depth(&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(depth(&[("TERM", "xterm-kitty"), ("NO_COLOR", "")]), Depth::TrueColor);
    }

    #[test]
    fn the_nearest_of_the_256_is_taken() {
        let of = |red, green, blue| Depth::TwoHundredFiftySix.letters(Color::Rgb(red, green, blue));
        assert_eq!(of(255, 0, 0), Some(Color::Indexed(196)));
        assert_eq!(of(0x5c, 0xb8, 0xc4), Some(Color::Indexed(74)));
        assert_eq!(of(0x2a, 0x2e, 0x37), Some(Color::Indexed(236)));
        assert_eq!(Depth::TwoHundredFiftySix.letters(Color::Cyan), Some(Color::Cyan));
    }

    #[test]
    fn among_sixteen_the_hue_decides() {
        let of = |red, green, blue| Depth::Sixteen.letters(Color::Rgb(red, green, blue));
        assert_eq!(of(0xe5, 0x73, 0x7b), Some(Color::Red));
        assert_eq!(of(0xff, 0xb0, 0xb0), Some(Color::LightRed));
        assert_eq!(of(0xd8, 0xa6, 0x57), Some(Color::Yellow));
        assert_eq!(of(0x80, 0x80, 0x88), Some(Color::DarkGray));
        assert_eq!(Depth::Sixteen.letters(Color::Indexed(196)), Some(Color::Red));
        assert_eq!(Depth::Sixteen.letters(Color::Indexed(3)), Some(Color::Indexed(3)));
        assert_eq!(Depth::Sixteen.ground(Color::Rgb(0x2a, 0x2e, 0x37)), None);
        assert_eq!(Depth::Sixteen.ground(Color::Rgb(0, 0, 0x80)), Some(Color::Blue));
        assert_eq!(Depth::Sixteen.ground(Color::Black), Some(Color::Black));
    }
}
