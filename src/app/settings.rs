//! The settings as the screen takes them, at the start and while it runs.

use super::{Effect, Keymap, Look, Notice, State, Tone};
use crate::{
    book::{AccountId, Order},
    config::{Config, Mistakes},
};

/// Settings without a mistake, and the keys that they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The settings.
    pub config: Config,
    /// The keys.
    pub keymap: Keymap,
    /// How the screen looks.
    pub look: Look,
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
        if wrong.mistakes.is_empty() { Ok(Self { config, keymap, look: Look::default() }) } else { Err(wrong) }
    }
}

impl State {
    /// Takes settings in.
    pub fn take_settings(&mut self, settings: Settings) {
        self.keyboard.begun.clear();
        self.keyboard.keymap = settings.keymap;
        self.text.edit_as = settings.config.edit_as;
        self.look = settings.look;
        self.aids.region = settings.config.region;
        self.accounts.preferred = Some(AccountId(settings.config.default_account));
        self.contacts.configure(Order::named(&settings.config.sort));
    }

    /// The settings were read again while the screen runs: those without a mistake hold at once, else the old ones stay.
    pub(super) fn configured(&mut self, settings: Result<Box<Settings>, Vec<String>>, effects: &mut Vec<Effect>) {
        match settings {
            Ok(settings) => {
                let before = self.look.clone();
                self.take_settings(*settings);
                if self.roster.is_complete() && self.contacts.order != self.contacts.order_shown() {
                    self.sort(effects);
                }
                // What the terminal said of its ground holds on.
                self.look.ground = before.ground;
                if self.look.mouse != before.mouse {
                    effects.push(Effect::CaptureMouse { on: self.look.mouse });
                }
                self.notice = Some(Notice::done("The settings were changed and hold from now on"));
            }
            Err(wrong) => {
                self.notice = Some(if let [mistake] = &wrong[..] {
                    Notice::trouble(format!("The settings stay as they were: {mistake}"))
                } else {
                    for mistake in wrong.iter().rev() {
                        self.log.add(self.now, Tone::Trouble, mistake);
                    }
                    let key = self.key_of(super::Action::App(super::action::App::Log)).unwrap_or_default();
                    let count = wrong.len();
                    Notice::trouble(format!("The settings stay as they were: {count} mistakes · {key} shows them"))
                });
            }
        }
    }
}
