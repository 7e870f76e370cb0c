//! Roles, not colours: each thing on the screen has a role, and a theme says how the roles look. The two themes that
//! callbook has are files in `assets/themes`, whose text tells what each role means.

mod depth;
mod file;
mod glyphs;

use ratatui::style::{Modifier, Style};

pub use depth::Depth;
pub use glyphs::Glyphs;

use crate::config::Mistake;

const DARK: &str = include_str!("../../../assets/themes/dark.toml");
const LIGHT: &str = include_str!("../../../assets/themes/light.toml");

/// What a thing on the screen is, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Text,
    Strong,
    Dim,
    Accent,
    Matched,
    Chosen,
    Selected,
    Trouble,
    Frame,
    FocusedFrame,
    Title,
    FocusedTitle,
}

impl Role {
    /// Every role with its name in theme files, in the order of their declaration.
    const ALL: [(Self, &'static str); 12] = [
        (Self::Text, "text"),
        (Self::Strong, "strong"),
        (Self::Dim, "dim"),
        (Self::Accent, "accent"),
        (Self::Matched, "matched"),
        (Self::Chosen, "chosen"),
        (Self::Selected, "selected"),
        (Self::Trouble, "trouble"),
        (Self::Frame, "frame"),
        (Self::FocusedFrame, "focused_frame"),
        (Self::Title, "title"),
        (Self::FocusedTitle, "focused_title"),
    ];

    /// What tells the role apart where there are no colours.
    const fn weight(self) -> Modifier {
        match self {
            Self::Accent | Self::Trouble | Self::FocusedFrame => Modifier::BOLD,
            Self::Dim | Self::Frame => Modifier::DIM,
            Self::Matched => Modifier::BOLD.union(Modifier::UNDERLINED),
            Self::Chosen => Modifier::BOLD.union(Modifier::REVERSED),
            Self::Text | Self::Strong | Self::Selected | Self::Title | Self::FocusedTitle => Modifier::empty(),
        }
    }
}

/// How each role looks, and the signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The signs.
    pub glyphs: Glyphs,
    roles: [Style; Role::ALL.len()],
}

impl Default for Theme {
    /// The dark one in the sixteen colours that hardly any terminal lacks.
    fn default() -> Self {
        Self::dark().on(Depth::Sixteen)
    }
}

impl Theme {
    /// The theme for a dark ground.
    pub fn dark() -> Self {
        file::read(DARK, &Self::bare()).0
    }

    /// The theme for a light ground.
    pub fn light() -> Self {
        file::read(LIGHT, &Self::bare()).0
    }

    /// Reads a theme file.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let (theme, mistakes) = file::read(text, &Self::dark());
        if mistakes.is_empty() { Ok(theme) } else { Err(mistakes) }
    }

    /// The same theme on a terminal with fewer colours.
    #[must_use]
    pub fn on(mut self, depth: Depth) -> Self {
        for (role, _) in Role::ALL {
            let style = &mut self.roles[role as usize];
            *style = depth.reduce(*style);
            if depth == Depth::None {
                *style = style.add_modifier(role.weight());
            }
        }
        self
    }

    /// The same theme with other signs.
    #[must_use]
    pub const fn with(mut self, glyphs: Glyphs) -> Self {
        self.glyphs = glyphs;
        self
    }

    const fn bare() -> Self {
        Self { glyphs: Glyphs::UNICODE, roles: [Style::new(); Role::ALL.len()] }
    }

    const fn role(&self, role: Role) -> Style {
        self.roles[role as usize]
    }

    /// What a contact says.
    pub const fn text(&self) -> Style {
        self.role(Role::Text)
    }

    /// What matters most: the selected name, a question.
    pub const fn strong(&self) -> Style {
        self.role(Role::Strong)
    }

    /// What is secondary.
    pub const fn dim(&self) -> Style {
        self.role(Role::Dim)
    }

    /// Where the eye shall go.
    pub const fn accent(&self) -> Style {
        self.role(Role::Accent)
    }

    /// Letters that match a query.
    pub const fn matched(&self) -> Style {
        self.role(Role::Matched)
    }

    /// A choice that has the focus.
    pub const fn chosen(&self) -> Style {
        self.role(Role::Chosen)
    }

    /// The line that is selected in the pane with the focus, over what is written on it.
    pub const fn selected(&self) -> Style {
        self.role(Role::Selected)
    }

    /// What is wrong.
    pub const fn trouble(&self) -> Style {
        self.role(Role::Trouble)
    }

    /// The frame of a pane.
    pub const fn frame(&self, focused: bool) -> Style {
        self.role(if focused { Role::FocusedFrame } else { Role::Frame })
    }

    /// The title of a pane.
    pub const fn title(&self, focused: bool) -> Style {
        self.role(if focused { Role::FocusedTitle } else { Role::Title })
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn the_themes_of_callbook_name_every_role_and_nothing_else() {
        for text in [DARK, LIGHT] {
            assert_eq!(file::read(text, &Theme::bare()).1, []);
            for (_, name) in Role::ALL {
                assert!(text.contains(&format!("\n{name} = ")), "{name}");
            }
        }
        assert_eq!(Theme::parse(""), Ok(Theme::dark()));
        assert_eq!(Theme::parse("base = 'light'"), Ok(Theme::light()));
    }

    /// Contrast as the WCAG defines it; 4.5 is what it asks of text.
    fn contrast(one: Color, other: Color) -> f64 {
        let luminance = |color| {
            let Color::Rgb(red, green, blue) = color else { panic!("{color:?} has no luminance") };
            let linear = |byte: u8| {
                let part = f64::from(byte) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_colour_is_readable_on_its_ground() {
        let grounds = [
            (Theme::dark(), [Color::Rgb(0, 0, 0), Color::Rgb(0x1e, 0x1e, 0x2e), Color::Rgb(0, 0x2b, 0x36)]),
            (Theme::light(), [Color::Rgb(255, 255, 255), Color::Rgb(0xfa, 0xf4, 0xed), Color::Rgb(0xee, 0xee, 0xee)]),
        ];
        for (theme, grounds) in grounds {
            // A frame is no text.
            let texts = Role::ALL.into_iter().filter(|(role, _)| *role != Role::Frame);
            for color in texts.filter_map(|(role, _)| theme.role(role).fg) {
                let selected = theme.selected().bg.unwrap();
                for ground in grounds.into_iter().chain([selected]) {
                    assert!(contrast(color, ground) >= 4.5, "{color:?} on {ground:?}: {}", contrast(color, ground));
                }
            }
        }
    }

    #[test]
    fn with_fewer_colours_the_roles_stay_what_they_are() {
        let sixteen = Theme::dark().on(Depth::Sixteen);
        assert_eq!((sixteen.accent().fg, sixteen.trouble().fg), (Some(Color::Cyan), Some(Color::Red)));
        assert_eq!(sixteen.selected(), Style::new(), "a shade is lost among sixteen colours");
        assert_eq!(sixteen.dim(), Style::new().dim());
        let light = Theme::light().on(Depth::Sixteen);
        assert_eq!((light.accent().fg, light.trouble().fg), (Some(Color::Blue), Some(Color::Red)));
        assert_eq!(Theme::dark().on(Depth::TrueColor), Theme::dark());
    }

    #[test]
    fn without_colours_weight_and_underline_tell_the_roles_apart() {
        let plain = Theme::light().on(Depth::None);
        assert!(plain.roles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        let apart = [plain.text(), plain.strong(), plain.dim(), plain.matched(), plain.chosen()];
        for (place, style) in apart.iter().enumerate() {
            assert!(!apart[..place].contains(style), "{style:?}");
        }
        assert_eq!(plain, Theme::dark().on(Depth::None));
    }
}
