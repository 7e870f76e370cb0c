//! The line on top: the program and its book, or where one is; and the whole screen where there is but one line.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::app::{Errand, Pane, State, layout::Shape, text::width};

/// Draws the header.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let line = Spot::line(area, 0).after(1);
    let line = line.only(usize::from(line.room).saturating_sub(1));
    let one_pane = state.areas().shape == Shape::OnePane && !state.greets();
    let (right, style) = match doing(state) {
        Some(doing) => (format!("{doing}{}", share(state)), theme.accent()),
        // The breadcrumb needs the room.
        None if one_pane => (String::new(), theme.dim()),
        None => (state.roster.label.clone(), theme.dim()),
    };
    let room = width(&right).min(usize::from(line.room) / 2);
    let left = line.only(usize::from(line.room).saturating_sub(room + 2));
    if one_pane {
        breadcrumb(state, theme, left, &mut brush);
    } else {
        brush.write(left, "callbook", theme.strong());
    }
    brush.write(line.last(room), &right, style);
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
