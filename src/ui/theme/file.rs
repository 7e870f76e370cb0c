//! Theme files: how a look is written, and what can be wrong with it.

use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Role, Theme};
use crate::config::Mistake;

/// Reads a theme over the one it builds on, and everything that is wrong with it. A base named in the file comes first.
pub(super) fn read(text: &str, over: &Theme) -> (Theme, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, theme: *over, mistakes: Vec::new() };
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        reader.fault(start, "syntax", error.message().replace('\n', " "));
    }
    // What a theme is based on counts before what it says itself, wherever that stands.
    let (bases, others): (Vec<_>, Vec<_>) = table.get_ref().iter().partition(|(key, _)| key.get_ref() == "base");
    for (key, value) in bases.into_iter().chain(others) {
        let start = value.span().start;
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("base", DeValue::String(base)) => reader.base(base, over, start),
            ("base", other) => {
                reader.fault(start, "base", format!("must be \"dark\" or \"light\", not this {}", other.type_str()));
            }
            ("roles", DeValue::Table(roles)) => reader.roles(roles),
            ("roles", other) => {
                reader.fault(start, "roles", format!("must be a table: [roles], not this {}", other.type_str()));
            }
            (other, _) => {
                reader.fault(
                    key.span().start,
                    other,
                    "there is no such setting in a theme; there are base, roles".to_owned(),
                );
            }
        }
    }
    reader.mistakes.sort_by_key(|mistake| mistake.line);
    (reader.theme, reader.mistakes)
}

struct Reader<'a> {
    text: &'a str,
    theme: Theme,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn fault(&mut self, offset: usize, key: &str, reason: String) {
        let line = self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
        self.mistakes.push(Mistake { line, key: key.to_owned(), reason });
    }

    fn base(&mut self, base: &str, over: &Theme, start: usize) {
        match base {
            // The themes of callbook are based on themselves, which is to say on nothing.
            "dark" | "light" if *over == Theme::bare() => {}
            "dark" => self.theme = Theme::dark(),
            "light" => self.theme = Theme::light(),
            other => self.fault(start, "base", format!("must be \"dark\" or \"light\", not \"{other}\"")),
        }
    }

    fn roles(&mut self, roles: &DeTable) {
        for (name, value) in roles {
            let key = name.get_ref().as_ref();
            match (Role::ALL.iter().find(|(_, known)| *known == key), value.get_ref()) {
                (None, _) => self.fault(name.span().start, key, unknown(key)),
                (Some((role, _)), DeValue::String(look)) => self.look(*role, key, look, value),
                (Some(_), other) => {
                    let reason = format!("must be a look such as \"bold #5cb8c4\", not this {}", other.type_str());
                    self.fault(value.span().start, key, reason);
                }
            }
        }
    }

    fn look(&mut self, role: Role, key: &str, text: &str, at: &Spanned<DeValue>) {
        match style(text) {
            Ok(style) => self.theme.roles[role as usize] = style,
            Err(reason) => self.fault(at.span().start, key, reason),
        }
    }
}

fn unknown(name: &str) -> String {
    let nearest =
        Role::ALL.iter().map(|(_, known)| *known).min_by_key(|known| strsim::damerau_levenshtein(known, name));
    match nearest.filter(|known| strsim::damerau_levenshtein(known, name) <= 3) {
        Some(near) => format!("there is no such role; did you mean {near}?"),
        None => format!("there is no such role; there are {}", Role::ALL.map(|(_, known)| known).join(", ")),
    }
}

/// Reads a look: `bold #5cb8c4 on black`.
fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let modifier = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underlined" => Modifier::UNDERLINED,
            "reversed" => Modifier::REVERSED,
            "on" => {
                let ground = words.next().ok_or("a colour is missing after \"on\"")?;
                style.bg = color(ground)?;
                continue;
            }
            letters => {
                style.fg = color(letters)?;
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}

fn color(word: &str) -> Result<Option<Color>, String> {
    if word == "default" {
        return Ok(None);
    }
    let color = Color::from_str(word).map_err(|_| {
        format!(
            "'{word}' is none of bold, dim, italic, underlined, reversed, and no colour such as cyan, 208 or #5cb8c4"
        )
    })?;
    Ok(Some(color))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_words_in_any_order() {
        let look = style("bold #102030 on 208 underlined");
        let expected = Style::new().fg(Color::Rgb(16, 32, 48)).bg(Color::Indexed(208)).bold().underlined();
        assert_eq!(look, Ok(expected));
        assert_eq!(style("default on default"), Ok(Style::new()));
        assert_eq!(style("lightred"), Ok(Style::new().fg(Color::LightRed)));
    }

    #[test]
    fn a_theme_names_only_what_differs_from_its_base() {
        let theme = Theme::parse("[roles]\naccent = 'magenta'\n").unwrap();
        assert_eq!(theme.accent(), Style::new().fg(Color::Magenta));
        assert_eq!(theme.trouble(), Theme::dark().trouble());
        let light = Theme::parse("[roles]\naccent = 'magenta'\n[x]\n").unwrap_err();
        assert_eq!(light.len(), 1);
        let light = Theme::parse("roles.accent = 'magenta'\nbase = 'light'\n").unwrap();
        assert_eq!((light.accent().fg, light.trouble()), (Some(Color::Magenta), Theme::light().trouble()));
    }

    #[test]
    fn every_mistake_is_found_at_once_with_its_line() {
        let text = "base = 'grey'\ncolour = 1\n[roles]\nacent = 'red'\ntext = 'redd'\ndim = 3\nframe = 'on'\nzzzzzzzzzz = ''\n";
        let found: Vec<_> = Theme::parse(text).unwrap_err().into_iter().map(|m| (m.line, m.key, m.reason)).collect();
        let starts = [
            (1, "base", "must be \"dark\" or \"light\", not \"grey\""),
            (2, "colour", "there is no such setting"),
            (4, "acent", "there is no such role; did you mean accent?"),
            (5, "text", "'redd' is none of bold,"),
            (6, "dim", "must be a look such as"),
            (7, "frame", "a colour is missing after \"on\""),
            (8, "zzzzzzzzzz", "there is no such role; there are text, strong,"),
        ];
        assert_eq!(found.len(), starts.len(), "{found:?}");
        for ((line, key, reason), (at, of, start)) in found.iter().zip(starts) {
            assert_eq!((*line, key.as_str()), (at, of));
            assert!(reason.starts_with(start), "{reason}");
        }
        assert!(Theme::parse("[roles").unwrap_err()[0].key == "syntax");
    }
}
