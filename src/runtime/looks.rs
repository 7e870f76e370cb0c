//! The themes that can be chosen on this terminal, and what its ground is.

use crate::{
    app::{Ground, Look},
    config::{self, Mistake, Mistakes},
    ui::{Depth, Glyphs, Theme},
};

/// Every theme in the colours of this terminal, and how the screen looks at first.
#[derive(Clone, Debug)]
pub struct Looks {
    /// In the order of `Look::themes`.
    themes: Vec<Theme>,
    /// How the screen looks at first.
    pub(super) look: Look,
    /// Whether the terminal shall be asked what its ground is.
    pub(super) asks: bool,
    /// Whether the screen is told in lines instead of drawn.
    pub(super) plain: bool,
}

impl Looks {
    /// What the configuration and the environment say; reads the user's own theme.
    ///
    /// # Errors
    /// Everything that is wrong with that theme.
    pub fn load(config: &config::Looks, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Mistakes> {
        let depth = Depth::of(&variable);
        let glyphs = if config.ascii { Glyphs::ASCII } else { Glyphs::UNICODE };
        let ground = variable("COLORFGBG").and_then(|value| Ground::of_colorfgbg(&value));
        let mut look = Look {
            ground: ground.unwrap_or_default(),
            colors: depth != Depth::None,
            ascii: config.ascii,
            mouse: config.mouse && variable("TERM").is_some_and(|term| term != "dumb"),
            ..Look::default()
        };
        let mut themes = vec![Theme::dark(), Theme::light()];
        if let Some(file) = &config.theme_file {
            let wrong = |mistakes| Mistakes { file: file.clone(), mistakes };
            let text = std::fs::read_to_string(file).map_err(|error| {
                let reason = format!("the theme \"{}\" cannot be read: {error}", config.theme);
                wrong(vec![Mistake { line: 0, key: String::new(), reason }])
            })?;
            themes.push(Theme::parse(&text).map_err(wrong)?);
            look.themes.push(file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned());
            look.chosen = Some(themes.len() - 1);
        } else {
            look.chosen = look.themes.iter().position(|name| *name == config.theme);
        }
        let asks = look.colors && look.chosen.is_none() && ground.is_none();
        let themes = themes.into_iter().map(|theme| theme.on(depth).with(glyphs)).collect();
        let looks = Self { themes, look, asks, plain: false };
        let plain = config.plain || variable("TERM").is_some_and(|term| term == "dumb");
        Ok(if plain { looks.plainly() } else { looks })
    }

    /// The screen told in lines: neither frames nor questions are sent to the terminal then.
    #[must_use]
    pub fn plainly(self) -> Self {
        Self { plain: true, asks: false, look: Look { mouse: false, ..self.look }, ..self }
    }

    /// The same by the environment of this process.
    pub(super) fn of_process(config: &config::Looks) -> Result<Self, Mistakes> {
        Self::load(config, |name| std::env::var(name).ok())
    }

    /// The theme in force.
    pub(super) fn theme(&self, look: &Look) -> Theme {
        self.themes.get(look.theme()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn load(config: &config::Looks, variables: &[(&str, &str)]) -> Result<Looks, Mistakes> {
        Looks::load(config, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_terminal_is_asked_only_where_nothing_else_decides() {
        let auto = config::Looks::default();
        let light = config::Looks { theme: "light".to_owned(), ..auto.clone() };
        let xterm = ("TERM", "xterm-256color");
        assert!(load(&auto, &[xterm]).unwrap().asks);
        assert!(!load(&auto, &[("TERM", "dumb")]).unwrap().asks);
        assert!(!load(&auto, &[xterm, ("NO_COLOR", "1")]).unwrap().asks);
        assert!(load(&auto, &[("TERM", "dumb")]).unwrap().plain && !load(&auto, &[xterm]).unwrap().plain);
        let plain = load(&config::Looks { plain: true, ..auto.clone() }, &[xterm]).unwrap();
        assert_eq!((plain.plain, plain.asks, plain.look.mouse), (true, false, false));
        let told = load(&auto, &[xterm, ("COLORFGBG", "0;15")]).unwrap();
        assert_eq!((told.asks, told.theme(&told.look)), (false, Theme::light().on(Depth::TwoHundredFiftySix)));
        let chosen = load(&light, &[xterm, ("COLORFGBG", "15;0")]).unwrap();
        assert_eq!((chosen.asks, chosen.look.theme()), (false, 1));
    }

    #[test]
    fn a_theme_of_ones_own_comes_third_and_its_mistakes_are_told() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("dusk.toml");
        let own = config::Looks {
            theme: "dusk".to_owned(),
            theme_file: Some(file.clone()),
            ascii: true,
            mouse: false,
            plain: false,
        };
        assert!(load(&own, &[]).unwrap_err().to_string().contains("the theme \"dusk\" cannot be read:"));
        std::fs::write(&file, "[roles]\naccent = 'magenta'\n").unwrap();
        let looks = load(&own, &[("TERM", "xterm")]).unwrap();
        assert_eq!(looks.look.themes, ["dark", "light", "dusk"]);
        assert_eq!((looks.theme(&looks.look).glyphs, looks.look.mouse, looks.asks), (Glyphs::ASCII, false, false));
        std::fs::write(&file, "[roles]\nacent = 'magenta'\ntext = 7\n").unwrap();
        let told = load(&own, &[]).unwrap_err();
        assert_eq!(told.mistakes.len(), 2);
        let place = PathBuf::from(format!("{}:2: acent: ", file.display()));
        assert!(told.to_string().starts_with(&*place.to_string_lossy()));
    }
}
