//! The settings as the screen takes them, at the start and while it runs.

use super::{Keymap, Notice, State, Tone};
use crate::config::{Config, Mistakes};

/// Settings without a mistake, and the keys that they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The settings.
    pub config: Config,
    /// The keys.
    pub keymap: Keymap,
}

impl Settings {
    /// The settings that were read, with what the table of actions says of their keys.
    ///
    /// # Errors
    /// Every mistake, by line.
    pub fn of((config, mut wrong): (Config, Mistakes)) -> Result<Self, Mistakes> {
        let keymap = Keymap::new(&config.bindings).unwrap_or_else(|clashes| {
            wrong.mistakes.extend(clashes);
            Keymap::default()
        });
        wrong.mistakes.sort_by_key(|mistake| mistake.line);
        if wrong.mistakes.is_empty() { Ok(Self { config, keymap }) } else { Err(wrong) }
    }
}

impl State {
    /// Takes settings in.
    pub fn take_settings(&mut self, settings: Settings) {
        self.keyboard.begun.clear();
        self.keyboard.keymap = settings.keymap;
        self.text.edit_as = settings.config.edit_as;
    }

    /// The settings were read again while the screen runs: those without a mistake hold at once, else the old ones stay.
    pub(super) fn configured(&mut self, settings: Result<Box<Settings>, Mistakes>) {
        match settings {
            Ok(settings) => {
                self.take_settings(*settings);
                self.notice = Some(Notice::done("The settings were changed and hold from now on"));
            }
            Err(wrong) => {
                let said = wrong.to_string();
                let count = wrong.mistakes.len();
                self.notice = Some(if count == 1 {
                    Notice::trouble(format!("The settings stay as they were: {said}"))
                } else {
                    for mistake in said.lines().rev() {
                        self.log.add(self.now, Tone::Trouble, mistake);
                    }
                    let key = self.key_of(super::Action::App(super::action::App::Log)).unwrap_or_default();
                    Notice::trouble(format!("The settings stay as they were: {count} mistakes · {key} shows them"))
                });
            }
        }
    }
}
