//! How the screen looks, as far as that changes while it runs: which theme, on what ground, and whether the mouse is ours.

/// The ground of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Light letters stand on it.
    #[default]
    Dark,
    /// Dark letters stand on it.
    Light,
}

impl Ground {
    /// What `COLORFGBG` says: the numbers of two or three of the sixteen colours, the ground last.
    pub fn of_colorfgbg(value: &str) -> Option<Self> {
        match value.rsplit(';').next()?.parse().ok()? {
            0..=6 | 8 => Some(Self::Dark),
            7 | 9..=15 => Some(Self::Light),
            _ => None,
        }
    }

    /// The ground of this colour, each part of it a fraction of the most that there is.
    pub fn of_color([red, green, blue]: [f64; 3]) -> Self {
        if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 { Self::Light } else { Self::Dark }
    }
}

/// How the screen looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The names of the themes, in the order in which a key goes through them: dark, light, then the user's own.
    pub themes: Vec<String>,
    /// The theme that was chosen, by its place; `None` for the one that fits the ground.
    pub chosen: Option<usize>,
    /// The ground as far as is known.
    pub ground: Ground,
    /// Whether there are colours at all; without them all themes look alike.
    pub colors: bool,
    /// Whether only signs of ASCII are used.
    pub ascii: bool,
    /// Whether clicks come to callbook; while they do, a terminal marks no text by itself.
    pub mouse: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            themes: vec!["dark".to_owned(), "light".to_owned()],
            chosen: None,
            ground: Ground::Dark,
            colors: true,
            ascii: false,
            mouse: true,
        }
    }
}

impl Look {
    /// The place of the theme in force.
    pub fn theme(&self) -> usize {
        self.chosen.unwrap_or(match self.ground {
            Ground::Dark => 0,
            Ground::Light => 1,
        })
    }

    /// Goes on to the next theme and gives its name.
    pub fn next_theme(&mut self) -> &str {
        let next = (self.theme() + 1) % self.themes.len().max(1);
        self.chosen = Some(next);
        self.themes.get(next).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colorfgbg_names_the_ground_last() {
        assert_eq!(Ground::of_colorfgbg("15;0"), Some(Ground::Dark));
        assert_eq!(Ground::of_colorfgbg("0;default;15"), Some(Ground::Light));
        assert_eq!(Ground::of_colorfgbg("0;7"), Some(Ground::Light));
        assert_eq!(Ground::of_colorfgbg("12;8"), Some(Ground::Dark));
        for nonsense in ["", "15;default", "15;", "0;99", "light"] {
            assert_eq!(Ground::of_colorfgbg(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_ground_chooses_until_a_person_does() {
        let mut look = Look::default();
        look.themes.push("own".to_owned());
        assert_eq!(look.theme(), 0);
        look.ground = Ground::Light;
        assert_eq!(look.theme(), 1);
        assert_eq!(look.next_theme(), "own");
        look.ground = Ground::Dark;
        assert_eq!(look.theme(), 2);
        assert_eq!(look.next_theme(), "dark");
    }
}
