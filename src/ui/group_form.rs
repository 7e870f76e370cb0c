//! The form of a group.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{FORM_LABEL_WIDTH, GroupCell, GroupForm, GroupLine, State, cursor_byte, layout, text::width},
    book::GroupType,
};

/// The labels of a form that is narrower than this stand closer.
const NARROW: u16 = 40;
/// The widest label there.
const NARROW_LABEL: usize = 7;
/// A query needs this much; how many are members gives way to it.
const QUERY: usize = 10;
/// With less room than this for names, they have the line to themselves.
const NAMES: usize = 22;
/// `[x] `
const TICK: usize = 4;

/// Draws the form; returns the cursor.
pub fn draw(form: &GroupForm, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let lines = form.lines(usize::from(layout::inside(area).height));
    let shown = lines.iter().filter(|line| matches!(line, GroupLine::Member(_))).count();
    let beyond = Beyond::of(form.members.visible.len(), form.members.list.offset, u16::try_from(shown).unwrap_or(0));
    let beyond = if shown == 0 { Beyond::default() } else { beyond };
    let inside = brush.frame_of(area, true, &form.title(), beyond);
    let narrow = inside.width < NARROW;
    let label_width = if narrow { NARROW_LABEL } else { FORM_LABEL_WIDTH };
    let mut cursor = None;
    for (place, line) in lines.into_iter().enumerate() {
        let whole = Spot::line(inside, place);
        let whole = whole.only(usize::from(whole.room).saturating_sub(1));
        let has_label = label(line).is_some();
        // Where there is no room to spare, what has no label goes below those of others.
        let value = whole.after(if narrow && !has_label { 1 } else { 1 + label_width + 2 });
        if let Some((label, cell)) = label(line) {
            let focused = form.focus == cell;
            let style = if focused { theme.accent() } else { theme.dim() };
            if focused {
                brush.write(whole.only(1), theme.glyphs.selected, style);
            }
            brush.write_right(whole.after(1).only(label_width), label, style);
        }
        cursor = draw_line(line, form, state, value, &mut brush).or(cursor);
    }
    cursor
}

fn label(line: GroupLine) -> Option<(&'static str, GroupCell)> {
    match line {
        GroupLine::Name => Some(("Name", GroupCell::Name)),
        GroupLine::Type => Some(("Type", GroupCell::Type)),
        GroupLine::Query => Some(("Members", GroupCell::Members)),
        GroupLine::Problem | GroupLine::Gap | GroupLine::Member(_) => None,
    }
}

fn draw_line(line: GroupLine, form: &GroupForm, state: &State, spot: Spot, brush: &mut Brush) -> Option<Position> {
    let theme = brush.theme;
    match line {
        GroupLine::Name => {
            let x = brush.write_edited(spot, form.name.value(), cursor_byte(&form.name), theme.text());
            (form.focus == GroupCell::Name).then_some(Position::new(x, spot.y))
        }
        GroupLine::Problem => {
            match (&form.problem, state.cost_of(form)) {
                (Some(problem), _) => _ = brush.write(spot, problem, theme.trouble()),
                (None, Some(cost)) => _ = brush.write(spot, &cost, theme.dim()),
                (None, None) => {}
            }
            None
        }
        GroupLine::Type => {
            let word = match form.group_type {
                GroupType::Normal => "normal: a group of your own",
                GroupType::External => "external: mirrors another system",
            };
            let style = if form.focus == GroupCell::Type { theme.chosen() } else { theme.text() };
            let after = brush.write(spot.only(usize::from(spot.room).saturating_sub(2)), word, style);
            brush.write(Spot { room: 1, ..after.after(1) }, theme.glyphs.choice, theme.dim());
            None
        }
        GroupLine::Gap => None,
        GroupLine::Query => {
            let count = format!("{} of {}", form.members.ticked, form.members.total);
            let rest = usize::from(spot.room).saturating_sub(width(&count) + 2);
            let spot = if rest < QUERY {
                spot
            } else {
                brush.write_right(spot, &count, theme.dim());
                spot.only(rest)
            };
            let query = &form.members.query;
            if query.value().is_empty() {
                let invitation = if form.members.total == 0 { "nobody yet" } else { "type a name to find" };
                brush.write(spot, invitation, theme.dim());
            }
            let x = brush.write_edited(spot, query.value(), cursor_byte(query), theme.text());
            (form.focus == GroupCell::Members).then_some(Position::new(x, spot.y))
        }
        GroupLine::Member(place) => {
            member(place, form, state, spot, brush);
            None
        }
    }
}

fn member(place: usize, form: &GroupForm, state: &State, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let Some(row) = form.members.visible.get(place).and_then(|place| state.roster.rows.get(*place)) else { return };
    let ticked = form.members.is_ticked(row);
    let under_cursor = form.focus == GroupCell::Members && form.members.list.cursor == place;
    let tick = format!("[{}] ", if ticked { theme.glyphs.tick } else { " " });
    brush.write(spot.only(TICK), &tick, if ticked { theme.accent() } else { theme.dim() });
    let room = spot.after(TICK);
    // Two columns where both have room to say something.
    let column = usize::from(room.room) * 3 / 5;
    let style = if under_cursor { theme.chosen() } else { theme.text() };
    if column < NAMES {
        brush.write(room, &row.name, style);
    } else {
        brush.write(room.only(column - 2), &row.name, style);
        brush.write(room.after(column), &row.second, theme.dim());
    }
}
