//! The line on top: the program, its book and how it stands with its account, or where one is; and the whole screen where there is but one line.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{Errand, Pane, State, Urgency, layout::Shape, text::width};

/// Draws the header.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let line = Spot::line(area, 0).after(1);
    let line = line.only(usize::from(line.room).saturating_sub(1));
    let one_pane = state.areas().shape == Shape::OnePane && !state.greets();
    let parts = right(state, theme, one_pane);
    let gaps = GAP * parts.len().saturating_sub(1);
    let wanted = parts.iter().map(|(text, _)| width(text)).sum::<usize>() + gaps;
    // Where one is matters more than how it stands.
    let most =
        if one_pane { usize::from(line.room) / 2 } else { usize::from(line.room).saturating_sub(NAME.len() + 2) };
    let (room, over) = (wanted.min(most), wanted.saturating_sub(most));
    let left = line.only(usize::from(line.room).saturating_sub(room + 2));
    if one_pane {
        breadcrumb(state, theme, left, &mut brush);
    } else {
        brush.write(left, NAME, theme.strong());
    }
    let mut spot = line.last(room);
    for (number, (text, style)) in parts.iter().enumerate() {
        // Which book it is makes room for how it stands.
        let less = if number == 0 && parts.len() > 1 { over } else { 0 };
        let own = width(text).saturating_sub(less);
        brush.write(spot.only(own), text, *style);
        spot = spot.after(own + GAP);
    }
}

const NAME: &str = "callbook";
/// Between what is under way, the book and the account.
const GAP: usize = 3;

/// What stands on the right: what is under way, the book if it is not the user's own, how it stands with the account.
fn right(state: &State, theme: &Theme, one_pane: bool) -> Vec<(String, Style)> {
    let mut parts = Vec::new();
    if let Some(doing) = doing(state) {
        parts.push((format!("{doing}{}", share(state)), theme.accent()));
    } else if !one_pane && !state.roster.label.is_empty() {
        // The breadcrumb needs the room.
        parts.push((state.roster.label.clone(), theme.dim()));
    }
    if let Some(words) = state.account_words() {
        let style = match words.urgency {
            Urgency::Calm => theme.dim(),
            Urgency::Busy => theme.accent(),
            Urgency::Wanted => theme.trouble(),
        };
        let text = if one_pane { words.short } else { format!("{} · {}", words.name, words.text) };
        if !(text.is_empty() || one_pane && !parts.is_empty()) {
            parts.push((text, style));
        }
    }
    parts
}

fn breadcrumb(state: &State, theme: &Theme, line: Spot, brush: &mut Brush) {
    let here = theme.strong();
    let steps = [
        (Pane::Groups, state.groups.title(&state.roster)),
        (Pane::Contacts, state.selected().map(|row| row.name.clone()).unwrap_or_default()),
    ];
    let mut spot = line;
    for (pane, name) in steps {
        if pane == Pane::Contacts && (state.focus == Pane::Groups || name.is_empty()) {
            break;
        }
        if pane == Pane::Contacts {
            spot = brush.write(spot, &format!(" {} ", theme.glyphs.into), theme.dim());
        }
        let is_here = pane == Pane::Contacts || state.focus == Pane::Groups;
        spot = brush.write(spot, &name, if is_here { here } else { theme.text() });
    }
}

/// What is under way.
pub(super) fn doing(state: &State) -> Option<String> {
    if let Some((transfer, errand)) = state.carried().filter(|(transfer, _)| transfer.aside) {
        return Some(format!("{}…", transfer.verb(Some(errand))));
    }
    let doing = state.in_flight.errands().find_map(|errand| match errand {
        Errand::Perform(_) => Some("saving…"),
        Errand::OpenDemo => Some("opening the demo…"),
        _ => None,
    });
    doing.map(str::to_owned)
}

/// How much of an import or an export is done.
fn share(state: &State) -> String {
    let progress = state.desk.transfer.as_ref().and_then(|transfer| transfer.progress);
    progress.and_then(|progress| progress.percent).map_or_else(String::new, |percent| format!(" {percent} %"))
}

/// The screen where there is but one line.
pub fn one_line(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let (at, of) = (state.contacts.list.cursor + 1, state.contacts.visible.len());
    let text = match state.selected() {
        Some(row) => format!("{} {at}/{of}", row.name),
        None => "callbook".to_owned(),
    };
    brush.write(Spot::line(area, 0), &text, theme.text());
}
