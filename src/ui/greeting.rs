//! What an empty book says.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{
    Action, Errand, State,
    action::{App, OnContacts},
    text::width,
};

/// Draws the greeting in the middle. Only keys that work are named.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let offers = [
        (Action::Contacts(OnContacts::Create), "create a contact"),
        (Action::App(App::Import), "import files of contacts: vCard, CSV, LDIF"),
        (Action::App(App::Demo), "try the demo book; nothing in it is kept"),
        (Action::App(App::Help), "show all keys"),
        (Action::App(App::Quit), "quit"),
    ];
    let offers: Vec<(String, &str)> = offers
        .into_iter()
        .filter(|(action, _)| state.blocked(*action).is_none())
        .filter_map(|(action, words)| Some((state.key_of(action)?, words)))
        .collect();
    let keys = offers.iter().map(|(key, _)| width(key)).max().unwrap_or_default();
    let wide = offers.iter().map(|(_, words)| keys + 3 + words.len()).max().unwrap_or_default();
    let tall = offers.len() + 3;
    let left = usize::from(area.width).saturating_sub(wide) / 2;
    let top = usize::from(area.height).saturating_sub(tall) / 2;
    let mut brush = Brush { buf, theme };
    let importing = state.in_flight.any(|errand| matches!(errand, Errand::Import { options, .. } if !options.dry_run));
    let sentence = if importing { "Importing: your contacts are on their way." } else { "Your address book is empty." };
    brush.write(Spot::line(area, top).after(left), sentence, theme.strong());
    for (place, (key, words)) in offers.iter().enumerate() {
        let line = Spot::line(area, top + 2 + place).after(left);
        brush.write_right(line.only(keys), key, theme.accent());
        brush.write(line.after(keys + 3), words, theme.text());
    }
}
