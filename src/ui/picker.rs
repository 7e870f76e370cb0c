//! The file picker.

use jiff::Timestamp as Moment;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{
        EntryKind, FileEntry, Picker, State, action::Action, action::OnPicker, cursor_byte, layout, size_in_words,
        text::width,
    },
    search::{self, Query},
};

/// The columns of sizes and of dates, each with the gap before it.
const SIZE: usize = 9;
const DATE: usize = 13;
/// Narrower frames have no dates.
const DATES_FROM: u16 = 60;

/// Draws the picker; returns the cursor.
pub fn draw(picker: &Picker, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Position {
    let mut brush = Brush { buf, theme };
    let page = picker.page(state.size.width, layout::inside(area).height);
    let beyond =
        Beyond { above: picker.list.offset, below: picker.shown.len().saturating_sub(picker.list.offset + page) };
    let inside = brush.frame_of(area, true, "Import", beyond);
    let line = |place: usize| {
        let line = Spot::line(inside, place).after(2);
        line.only(usize::from(line.room).saturating_sub(2))
    };
    let marked = picker.marked.len();
    let note = if marked == 0 { String::new() } else { format!("{marked} marked") };
    brush.write_right(line(0), &note, theme.accent());
    let title = line(0).only(usize::from(line(0).room).saturating_sub(width(&note) + 2));
    brush.write(title, &picker.title, theme.strong());
    let typed = line(1);
    if picker.input.value().is_empty() {
        brush.write(typed.after(1), "type to filter, or a path", theme.dim());
    }
    let x = brush.write_edited(typed, picker.input.value(), cursor_byte(&picker.input), theme.text());
    for (place, problem) in picker.problem_lines(state.size.width).into_iter().enumerate() {
        brush.write(line(2 + place), problem, theme.trouble());
    }
    let head = picker.head(state.size.width);
    if picker.shown.is_empty() && picker.problem.is_none() {
        brush.write(line(head), &nothing(picker, state), theme.dim());
    }
    let query = Query::parse(picker.input.value().rsplit('/').next().unwrap_or_default());
    for place in 0..page {
        let number = picker.list.offset + place;
        let Some(entry) = picker.entry(number) else { break };
        let spot = Spot::line(inside, head + place);
        let selected = number == picker.list.cursor;
        if selected {
            brush.write(spot, theme.glyphs.selected, theme.accent());
        }
        if picker.marked.contains(&entry.path) {
            brush.write(spot.after(2), theme.glyphs.tick, theme.accent());
        }
        let row = spot.after(4);
        draw_entry(entry, &query, selected, state, row.only(usize::from(row.room).saturating_sub(2)), &mut brush);
    }
    Position::new(x, typed.y)
}

/// The name on one edge, size and date on the other.
fn draw_entry(entry: &FileEntry, query: &Query, selected: bool, state: &State, row: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let with_date = row.room + 6 >= DATES_FROM;
    let facts = SIZE + if with_date { DATE } else { 0 };
    let style = match entry.kind {
        _ if selected => theme.strong(),
        EntryKind::File => theme.text(),
        EntryKind::Directory => theme.accent(),
        EntryKind::Other => theme.dim(),
    };
    let room = usize::from(row.room).saturating_sub(facts);
    let slash = if entry.kind == EntryKind::Directory { "/" } else { "" };
    let name = format!("{}{slash}", entry.name);
    brush.write_marked(row.only(room), &name, style, &search::highlight(query, &name), theme.matched());
    if entry.kind == EntryKind::File {
        brush.write_right(row.after(room).only(SIZE), &size_in_words(entry.size), theme.dim());
    }
    if let Some(at) = entry.modified.filter(|_| with_date).and_then(|at| Moment::from_millisecond(at.0).ok()) {
        let date = at.to_zoned(state.zone.clone()).strftime("%Y-%m-%d").to_string();
        brush.write_right(row.last(DATE), &date, theme.dim());
    }
}

/// What to say where no name is shown.
fn nothing(picker: &Picker, state: &State) -> String {
    if picker.listing.is_none() {
        return "reading…".to_owned();
    }
    let key = state.keyboard.keymap.keys(Action::Picker(OnPicker::EveryFile), state.context()).into_iter().next();
    match (picker.left_out(), key) {
        (0, _) | (_, None) => "nothing to import here".to_owned(),
        (1, Some(key)) => format!("no file of contacts here, but 1 other: {key} shows it"),
        (count, Some(key)) => format!("no file of contacts here, but {count} others: {key} shows them"),
    }
}
