//! The programs that open pages, mails and calls.

use toml::de::DeTable;

use super::Reader;

/// What a link is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Program {
    /// Pages, and everything that has no program of its own.
    Open,
    /// Mails.
    Mail,
    /// Calls.
    Call,
}

/// The programs that open pages, mails and calls: argument vectors, empty where the system's opener is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    /// Pages, and everything that has no program of its own.
    pub open: Vec<String>,
    /// Mails.
    pub mail: Vec<String>,
    /// Calls.
    pub call: Vec<String>,
}

impl Commands {
    /// Stands for the link in an argument.
    pub const LINK: &str = "{link}";
    /// Stands for the bare address, number or page in an argument.
    pub const VALUE: &str = "{}";

    /// The argument vector for a program; what has none of its own is opened like a page.
    pub fn vector(&self, program: Program) -> &[String] {
        let own = match program {
            Program::Open => &self.open,
            Program::Mail => &self.mail,
            Program::Call => &self.call,
        };
        if own.is_empty() { &self.open } else { own }
    }
}

impl Reader<'_> {
    pub(super) fn commands(&mut self, commands: &mut Commands, table: &DeTable) {
        for (name, value) in table {
            let key = format!("commands.{}", name.get_ref());
            let place = match name.get_ref().as_ref() {
                "open" => &mut commands.open,
                "mail" => &mut commands.mail,
                "call" => &mut commands.call,
                _ => {
                    let reason = "there is no such command; there are open, mail, call".to_owned();
                    self.fault(name.span().start, &key, reason);
                    continue;
                }
            };
            let words = value.get_ref().as_array().map(|words| words.iter().map(|w| w.get_ref().as_str()).collect());
            match words {
                Some(Some(words)) => {
                    let words: Vec<&str> = words;
                    let gives = |word: &&str| word.contains(Commands::LINK) || word.contains(Commands::VALUE);
                    if words.first().is_some_and(gives) || (!words.is_empty() && !words.iter().any(gives)) {
                        let reason = "must name a program, and after it say with {} or {link} where the value goes";
                        self.fault(value.span().start, &key, reason.to_owned());
                    } else {
                        *place = words.into_iter().map(str::to_owned).collect();
                    }
                }
                _ => self.wrong_type(
                    value,
                    &key,
                    "a program and its arguments: [\"firefox\", \"{link}\"]",
                    value.get_ref(),
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            parse,
            tests::{environment, lines},
        },
        *,
    };

    #[test]
    fn a_command_names_a_program_and_says_where_the_value_goes() {
        let text = "[commands]\nmail = [\"mutt\", \"--\", \"{}\"]\ncall = []\n";
        let (config, mistakes) = parse(text, &environment());
        assert_eq!(mistakes, []);
        assert_eq!(config.commands.vector(Program::Mail), ["mutt", "--", "{}"]);
        assert_eq!(config.commands.vector(Program::Call), config.commands.open);
        let wrong = "[commands]\nmial = [\"mutt\"]\nmail = \"mutt {}\"\nopen = [\"firefox\"]\ncall = [\"{}\"]\n";
        let faults = lines(wrong);
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert_eq!(faults[0], "c.toml:2: commands.mial: there is no such command; there are open, mail, call");
        assert!(faults[1].starts_with("c.toml:3: commands.mail: must be a program and its arguments"), "{faults:?}");
        assert!(faults[2].starts_with("c.toml:4: commands.open: must name a program"), "{faults:?}");
        assert!(faults[3].starts_with("c.toml:5: commands.call: must name a program"), "{faults:?}");
    }
}
