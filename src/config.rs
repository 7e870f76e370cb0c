//! The settings of callbook: the command line comes before the environment, that before the one TOML file, that before
//! the defaults. Every mistake in the file is found at once, each with its line and what to do about it.

mod commands;
mod secret;
mod webex;

use std::{
    collections::BTreeMap,
    fmt,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

pub use commands::{Commands, Program};
pub use secret::Secret;
pub use webex::{ClientSecret, Edit, TokenStore, Webex};

/// The settings in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The book; `None` when nothing says where it is and there is no home directory.
    pub book: Option<PathBuf>,
    /// Whether that is another book than the user's own: chosen by `--book` or `CALLBOOK_BOOK`.
    pub elsewhere: bool,
    /// How long what was deleted and what happened is kept.
    pub keeping: Keeping,
    /// The order of the list, one of [`SORTS`].
    pub sort: String,
    /// The account that gets what is made where none is selected: `local`, or that of a Webex account.
    pub default_account: String,
    /// What a contact is shown as in an editor.
    pub edit_as: EditAs,
    /// How the screen looks.
    pub looks: Looks,
    /// The country of phone numbers without a country code, as in ISO 3166: `DE`.
    pub region: Option<String>,
    /// What opens pages, mails and calls.
    pub commands: Commands,
    /// Webex.
    pub webex: Webex,
    /// The user's own keys, as written; the table of actions knows what they mean.
    pub bindings: Vec<Binding>,
}

/// How the screen looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    /// `auto`, `dark`, `light`, or a theme of the user's own.
    pub theme: String,
    /// The file of the user's own theme.
    pub theme_file: Option<PathBuf>,
    /// Whether only signs of ASCII are used.
    pub ascii: bool,
    /// Whether callbook takes the mouse.
    pub mouse: bool,
    /// Whether the screen is told in lines instead of drawn.
    pub plain: bool,
}

impl Default for Looks {
    fn default() -> Self {
        Self { theme: "auto".to_owned(), theme_file: None, ascii: false, mouse: true, plain: false }
    }
}

impl Looks {
    /// The file of a theme of the user's own: a path, or a name for a file in `themes` beside the configuration.
    fn own_theme(&self, configuration: &Path, environment: &Environment) -> Option<PathBuf> {
        let beside = configuration.parent().unwrap_or(Path::new(""));
        match self.theme.as_str() {
            "auto" | "dark" | "light" => None,
            path if path.contains('/') || Path::new(path).extension().is_some_and(|ending| ending == "toml") => {
                Some(beside.join(environment.expand(path)))
            }
            name => Some(beside.join("themes").join(format!("{name}.toml"))),
        }
    }
}

/// How long what was deleted and what happened is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// How many days a deleted contact stays in the trash.
    pub trash_days: u32,
    /// How many days of history are kept.
    pub history_days: u32,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { trash_days: 30, history_days: 365 }
    }
}

/// What a contact is shown as in an editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditAs {
    /// Its fields, as TOML.
    #[default]
    Toml,
    /// A vCard.
    Vcard,
}

impl EditAs {
    /// Its name in the file, and the extension of such a text.
    pub const fn facts(self) -> (&'static str, &'static str) {
        match self {
            Self::Toml => ("toml", "toml"),
            Self::Vcard => ("vcard", "vcf"),
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Toml => Self::Vcard,
            Self::Vcard => Self::Toml,
        }
    }
}

/// The keys that the file gives to one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name of the action: `contacts.delete`.
    pub action: String,
    /// Its keys: `d`, `C-r`, `g g`; none takes the action its default keys away.
    pub keys: Vec<String>,
    /// The line of the file.
    pub line: usize,
}

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file; 0 when it concerns the file as a whole, or none.
    pub line: usize,
    /// The setting, key or variable at fault.
    pub key: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// All that is wrong with a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
}

/// What the command line chooses.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// `--book`
    pub book: Option<PathBuf>,
    /// `--config`
    pub config: Option<PathBuf>,
}

/// What the environment says: variables and the directories of the XDG base directory specification.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `CALLBOOK_BOOK`
    pub book: Option<PathBuf>,
    /// `CALLBOOK_THEME`
    pub theme: Option<String>,
    /// The country of the locale: `LC_ALL`, else `LC_TELEPHONE`, else `LANG`.
    pub region: Option<String>,
    /// The home directory, which `~` stands for.
    pub home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME` or its default.
    pub config_home: Option<PathBuf>,
    /// `XDG_DATA_HOME` or its default.
    pub data_home: Option<PathBuf>,
    /// `CALLBOOK_WEBEX_…` by the name of the setting in `[webex]`: `u2c_url`. Secret, since one of them is.
    pub webex: BTreeMap<&'static str, Secret>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let xdg = etcetera::base_strategy::Xdg::new().ok();
        Self {
            book: std::env::var_os("CALLBOOK_BOOK").filter(|book| !book.is_empty()).map(PathBuf::from),
            theme: std::env::var("CALLBOOK_THEME").ok().filter(|theme| !theme.is_empty()),
            region: ["LC_ALL", "LC_TELEPHONE", "LANG"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok().filter(|locale| !locale.is_empty()))
                .and_then(|locale| region_of(&locale)),
            home: xdg.as_ref().map(|dirs| dirs.home_dir().to_owned()),
            config_home: xdg.as_ref().map(BaseStrategy::config_dir),
            data_home: xdg.as_ref().map(BaseStrategy::data_dir),
            webex: webex::variables().filter_map(|(name, variable)| Some((name, variable_set(&variable)?))).collect(),
        }
    }

    fn default_config_file(&self) -> Option<PathBuf> {
        Some(self.config_home.as_ref()?.join("callbook/config.toml"))
    }

    fn default_book(&self) -> Option<PathBuf> {
        Some(self.data_home.as_ref()?.join("callbook/book.db"))
    }

    /// The same for a path that may be no text.
    pub fn expand_path(&self, path: &Path) -> PathBuf {
        path.to_str().map_or_else(|| path.to_owned(), |text| self.expand(text))
    }

    /// A path as people write it: with `~` for the home directory.
    pub fn shorten(&self, path: &Path) -> String {
        match self.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        }
    }

    /// The path that a person means who writes it where no shell expands it: `~` is the home directory.
    pub fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => home.join(&rest[1..]),
            _ => PathBuf::from(path),
        }
    }
}

fn variable_set(variable: &str) -> Option<Secret> {
    std::env::var(variable).ok().map(Secret::from).filter(|value| !value.is_empty())
}

/// The country of a POSIX locale: `de_AT.UTF-8@euro` is of `AT`.
fn region_of(locale: &str) -> Option<String> {
    let country = locale.split_once('_')?.1.split(['.', '@']).next()?;
    (country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase())).then(|| country.to_owned())
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        for (number, Mistake { line, key, reason }) in self.mistakes.iter().enumerate() {
            let newline = if number == 0 { "" } else { "\n" };
            match line {
                0 if key.is_empty() => write!(f, "{newline}{file}: {reason}")?,
                // A variable of the environment.
                0 => write!(f, "{newline}{key}: {reason}")?,
                line => write!(f, "{newline}{file}:{line}: {key}: {reason}")?,
            }
        }
        Ok(())
    }
}

/// The settings in force and what is wrong with the file they came from, if anything is.
pub fn load(command_line: &CommandLine, environment: &Environment) -> (Config, Mistakes) {
    let file = file(command_line, environment);
    let (text, mut mistakes) = match read(&file, command_line.config.is_some()) {
        Ok(text) => (text, Vec::new()),
        Err(reason) => (String::new(), vec![Mistake { line: 0, key: String::new(), reason }]),
    };
    let (mut config, in_file) = parse(&text, environment);
    mistakes.extend(in_file);
    mistakes.extend(config.webex.take_variables(environment));
    config.looks.theme = environment.theme.clone().unwrap_or(config.looks.theme);
    config.looks.theme_file = config.looks.own_theme(&file, environment);
    let chosen_book = command_line.book.clone().or_else(|| environment.book.clone());
    config.region = config.region.or_else(|| environment.region.clone());
    config.elsewhere = chosen_book.is_some();
    config.book = chosen_book.or(config.book).or_else(|| environment.default_book());
    (config, Mistakes { file, mistakes })
}

/// The configuration file, whether it is there or not.
pub fn file(command_line: &CommandLine, environment: &Environment) -> PathBuf {
    command_line.config.clone().or_else(|| environment.default_config_file()).unwrap_or_default()
}

fn read(file: &Path, must_exist: bool) -> Result<String, String> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(String::new()),
        Err(error) => Err(format!("the configuration cannot be read: {error}")),
    }
}

/// Reads the text of a configuration file; `book` is what the file says, nothing else.
pub fn parse(text: &str, environment: &Environment) -> (Config, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, environment, mistakes: Vec::new() };
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        reader.fault(start, "syntax", error.message().replace('\n', " "));
    }
    let (sort, default_account) = (SORTS[0].to_owned(), "local".to_owned());
    let mut config = Config { sort, default_account, ..Config::default() };
    for (key, value) in table.get_ref() {
        match SETTINGS.iter().find(|(name, _)| name == key.get_ref()) {
            Some((_, take)) => take(&mut reader, &mut config, key.get_ref(), value),
            None => reader.unknown(key.get_ref(), "", key.span().start, &SETTINGS.map(|(name, _)| name)),
        }
    }
    config.bindings.sort_by_key(|binding| binding.line);
    reader.mistakes.sort_by_key(|mistake| mistake.line);
    (config, reader.mistakes)
}

/// The orders of the list.
pub const SORTS: [&str; 4] = ["name", "last name", "company", "changed"];

type Take = fn(&mut Reader, &mut Config, &str, &Spanned<DeValue>);

/// The settings that a file can hold, and how each is read.
const SETTINGS: [(&str, Take); 14] = [
    ("book", |reader, config, key, value| match value.get_ref() {
        DeValue::String(path) if !path.is_empty() => config.book = Some(reader.environment.expand(path)),
        other => reader.wrong_type(value, key, "a path, as in \"~/contacts/book.db\"", other),
    }),
    ("trash_days", |reader, config, key, value| reader.days(&mut config.keeping.trash_days, key, value)),
    ("history_days", |reader, config, key, value| reader.days(&mut config.keeping.history_days, key, value)),
    ("sort", |reader, config, key, value| match value.get_ref().as_str() {
        Some(sort) if SORTS.contains(&sort) => sort.clone_into(&mut config.sort),
        _ => reader.fault(value.span().start, key, format!("must be one of \"{}\"", SORTS.join("\", \""))),
    }),
    ("default_account", |reader, config, key, value| match value.get_ref() {
        DeValue::String(account) if !account.is_empty() => config.default_account = account.to_string(),
        other => reader.wrong_type(value, key, "the name of an account, as in \"local\"", other),
    }),
    ("edit_as", |reader, config, key, value| {
        match [EditAs::Toml, EditAs::Vcard].into_iter().find(|form| value.get_ref().as_str() == Some(form.facts().0)) {
            Some(form) => config.edit_as = form,
            None => reader.fault(value.span().start, key, "must be \"toml\" or \"vcard\"".to_owned()),
        }
    }),
    ("theme", |reader, config, key, value| match value.get_ref() {
        DeValue::String(theme) if !theme.is_empty() => config.looks.theme = theme.to_string(),
        other => reader.wrong_type(value, key, "\"auto\", \"dark\", \"light\" or a theme of your own", other),
    }),
    ("glyphs", |reader, config, key, value| match value.get_ref() {
        DeValue::String(signs) if signs == "unicode" => config.looks.ascii = false,
        DeValue::String(signs) if signs == "ascii" => config.looks.ascii = true,
        other => reader.wrong_type(value, key, "\"unicode\" or \"ascii\"", other),
    }),
    ("mouse", |reader, config, key, value| match value.get_ref() {
        DeValue::Boolean(on) => config.looks.mouse = *on,
        other => reader.wrong_type(value, key, "true or false", other),
    }),
    ("region", |reader, config, key, value| match value.get_ref() {
        DeValue::String(code) if code.len() == 2 && code.chars().all(|c| c.is_ascii_alphabetic()) => {
            config.region = Some(code.to_ascii_uppercase());
        }
        other => reader.wrong_type(value, key, "the two letters of a country, as in \"DE\"", other),
    }),
    ("plain", |reader, config, key, value| match value.get_ref() {
        DeValue::Boolean(on) => config.looks.plain = *on,
        other => reader.wrong_type(value, key, "true or false", other),
    }),
    ("commands", |reader, config, key, value| match value.get_ref() {
        DeValue::Table(table) => reader.commands(&mut config.commands, table),
        other => reader.wrong_type(value, key, "a table: [commands]", other),
    }),
    ("webex", |reader, config, key, value| match value.get_ref() {
        DeValue::Table(table) => reader.webex(&mut config.webex, table),
        other => reader.wrong_type(value, key, "a table: [webex]", other),
    }),
    ("keys", |reader, config, key, value| match value.get_ref() {
        DeValue::Table(table) => reader.bindings(&mut config.bindings, "", table),
        other => reader.wrong_type(value, key, "a table: [keys]", other),
    }),
];

const DAYS: RangeInclusive<u32> = 1..=36_500;

struct Reader<'a> {
    text: &'a str,
    environment: &'a Environment,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
    }

    fn fault(&mut self, offset: usize, key: &str, reason: String) {
        let line = self.line(offset);
        self.mistakes.push(Mistake { line, key: key.to_owned(), reason });
    }

    fn unknown(&mut self, key: &str, table: &str, offset: usize, there_are: &[&str]) {
        let distance = |name: &str| strsim::damerau_levenshtein(name, key);
        let nearest = there_are.iter().min_by_key(|name| distance(name)).filter(|name| distance(name) <= 3);
        let reason = match nearest {
            Some(near) => format!("there is no such setting; did you mean {near}?"),
            None => format!("there is no such setting; there are {}", there_are.join(", ")),
        };
        self.fault(offset, &format!("{table}{key}"), reason);
    }

    fn wrong_type(&mut self, at: &Spanned<DeValue>, key: &str, wanted: &str, found: &DeValue) {
        self.fault(at.span().start, key, format!("must be {wanted}, not this {}", found.type_str()));
    }

    fn days(&mut self, place: &mut u32, key: &str, value: &Spanned<DeValue>) {
        let days = value.get_ref().as_integer().and_then(|i| u32::from_str_radix(i.as_str(), i.radix()).ok());
        match days.filter(|days| DAYS.contains(days)) {
            Some(days) => *place = days,
            None => self.fault(
                value.span().start,
                key,
                format!("must be a number of days from {} to {}", DAYS.start(), DAYS.end()),
            ),
        }
    }

    /// Action names hold dots, which TOML reads as tables within tables: both ways of writing them are one.
    fn bindings(&mut self, bindings: &mut Vec<Binding>, prefix: &str, table: &DeTable) {
        for (name, value) in table {
            let action = format!("{prefix}{}", name.get_ref());
            let line = self.line(name.span().start);
            match value.get_ref() {
                DeValue::Table(inner) => self.bindings(bindings, &format!("{action}."), inner),
                DeValue::String(key) => bindings.push(Binding { action, keys: vec![key.to_string()], line }),
                DeValue::Array(keys) if keys.iter().all(|key| key.get_ref().is_str()) => {
                    let keys = keys.iter().filter_map(|key| key.get_ref().as_str()).map(str::to_owned).collect();
                    bindings.push(Binding { action, keys, line });
                }
                other => self.wrong_type(value, &action, "a key such as \"d\", or a list: [\"d\", \"del\"]", other),
            }
        }
    }
}

#[cfg(test)]
mod tests;
