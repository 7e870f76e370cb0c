//! The contacts pane: names in one column, what else tells people apart in another.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::{
    app::{ContactLine, Pane, Section, State, text::width},
    book::{ContactType, Order, Row},
    search::{Query, highlight},
};

/// From this width on there is a second column.
const SECOND_FROM: u16 = 40;

/// Draws the pane; returns the cursor while the query is typed.
pub fn draw(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let focused = state.has_focus(Pane::Contacts);
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, focused, "");
    let cursor = title(state, area, focused, &mut brush);
    let query = state.contacts.filter.query();
    let cursor_row = state.contacts.list.cursor;
    let (marks, range) = (state.marks.of(state.groups.section), state.open_range());
    for (number, shown) in state.contacts.lines(usize::from(inside.height)).enumerate() {
        let spot = Spot::line(inside, number);
        let place = match shown {
            ContactLine::Heading(text) => {
                brush.write(spot.after(HEADING_AT), text, theme.dim());
                continue;
            }
            ContactLine::Row(place) => place,
        };
        let Some(row) = state.contacts.visible.get(place).and_then(|row| state.roster.rows.get(*row)) else { continue };
        let is_marked = marks.contains(&row.id) || range.is_some_and(|(first, last)| (first..=last).contains(&place));
        let disputed = row.unsent && state.is_disputed(row);
        let standing = Standing { selected: place == cursor_row, focused, marked: is_marked, disputed };
        line(row, &state.second(row), &query, spot, standing, &mut brush);
    }
    if state.contacts.visible.is_empty() && state.roster.is_complete() {
        let sentence = match state.groups.section {
            _ if state.contacts.filter.is_on() => "nobody matches",
            Section::All | Section::Account(_) | Section::Group(_) => "nobody here yet",
            Section::Favourites => "no favourites yet",
            Section::Unresolved => "everybody is known",
            Section::Trash => "the trash is empty",
        };
        brush.write(Spot::line(inside, 0).after(NAME_AT), sentence, theme.dim());
    }
    cursor
}

/// `Contacts ── 213 · by name`, or the query and how many match.
fn title(state: &State, area: Rect, focused: bool, brush: &mut Brush) -> Option<Position> {
    let theme = brush.theme;
    let filter = &state.contacts.filter;
    let shown = state.contacts.visible.len();
    let rule = theme.glyphs.frame.horizontal_top;
    let line = Spot { x: area.x, y: area.y, room: area.width }.after(1);
    let line = line.only(usize::from(line.room).saturating_sub(2));
    let write_rule = |brush: &mut Brush, spot: Spot| {
        let spot = brush.write(spot, " ", theme.text());
        let spot = brush.write(spot, &rule.repeat(2), theme.frame(focused));
        brush.write(spot, " ", theme.text())
    };
    let heading =
        if state.groups.section == Section::All { "Contacts".to_owned() } else { state.groups.title(&state.roster) };
    let spot = brush.write(line, " ", theme.text());
    if !filter.editing && !filter.is_on() {
        let total =
            if state.roster.is_complete() || state.groups.section != Section::All { shown } else { state.roster.total };
        let count = match state.contacts.order_shown() {
            order if line.room > 30 => format!("{total} {} {}", theme.glyphs.dot, order.title()),
            Order::Name => total.to_string(),
            // The order explains what is seen, the count does not.
            order => order.name().to_owned(),
        };
        let name = spot.only(usize::from(spot.room).saturating_sub(width(&count) + 5));
        let after = brush.write(name, &heading, theme.title(focused));
        let spot = Spot { room: spot.room - (after.x - spot.x), x: after.x, y: after.y };
        let spot = write_rule(brush, spot);
        let spot = brush.write(spot, &count, theme.dim());
        brush.write(spot, " ", theme.text());
        return None;
    }
    let count =
        if line.room > 30 { format!("{shown} of {}", state.groups.members(&state.roster)) } else { shown.to_string() };
    let spot = if line.room > 40 {
        let after = brush.write(spot.only(usize::from(spot.room) / 3), &heading, theme.title(focused));
        write_rule(brush, Spot { room: spot.room - (after.x - spot.x), x: after.x, y: after.y })
    } else {
        brush.write(spot, "/", theme.dim())
    };
    let query = spot.only(usize::from(spot.room).saturating_sub(width(&count) + 6));
    let text = filter.input.value();
    let at = crate::app::cursor_byte(&filter.input);
    let cursor = brush.write_edited(query, text, at, theme.accent());
    let used = width(text).min(usize::from(query.room));
    let mut spot = spot.after(used);
    if filter.editing && used < usize::from(query.room) {
        // The cell of the cursor.
        spot = brush.write(spot, " ", theme.text());
    }
    let spot = write_rule(brush, spot);
    let spot = brush.write(spot, &count, theme.dim());
    brush.write(spot, " ", theme.text());
    filter.editing.then_some(Position::new(cursor, area.y))
}

/// How a line differs from the others.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Standing {
    selected: bool,
    focused: bool,
    marked: bool,
    disputed: bool,
}

/// The line's edge, the mark, the star, a gap; then the name.
const NAME_AT: usize = 4;
/// A heading stands out to the left of the names.
const HEADING_AT: usize = 2;

fn line(row: &Row, beside: &str, query: &Query, spot: Spot, standing: Standing, brush: &mut Brush) {
    let theme = brush.theme;
    let glyphs = theme.glyphs;
    let (room, wide) = (usize::from(spot.room), spot.room >= SECOND_FROM);
    if standing.selected {
        brush.select(spot, standing.focused);
    }
    if standing.marked {
        brush.write(spot.after(1), glyphs.tick, theme.accent());
    }
    if row.favourite {
        brush.write(spot.after(2), glyphs.star, theme.accent());
    }
    let style = match (standing.selected && standing.focused, row.unresolved) {
        (true, _) => theme.strong(),
        (false, true) => theme.dim(),
        (false, false) => theme.text(),
    };
    let matched = theme.matched();
    // After the name a gap, the cloud, the sign of what its account has not got yet, a gap; then the second column and a
    // margin.
    let names = if wide {
        (room - NAME_AT - 5) * 11 / 20
    } else {
        let signs = usize::from(row.contact_type == ContactType::Cloud) + usize::from(row.unsent);
        room.saturating_sub(NAME_AT + if signs == 0 { 1 } else { 2 + signs })
    };
    let name = spot.after(NAME_AT);
    brush.write_marked(name.only(names), &row.name, style, &highlight(query, &row.name), matched);
    let rest = name.after(names + 1);
    if row.contact_type == ContactType::Cloud {
        let (sign, style) = if row.unresolved { ("?", theme.trouble()) } else { (glyphs.cloud, theme.dim()) };
        brush.write(rest, sign, style);
    }
    if row.unsent {
        let is_alone = !wide && row.contact_type != ContactType::Cloud;
        let (sign, style) = if standing.disputed { ("!", theme.trouble()) } else { (glyphs.unsent, theme.dim()) };
        brush.write(if is_alone { rest } else { rest.after(1) }, sign, style);
    }
    if wide {
        let second = rest.after(3);
        let second = second.only(usize::from(second.room).saturating_sub(1));
        brush.write_marked(second, beside, theme.dim(), &highlight(query, beside), matched);
    }
}
