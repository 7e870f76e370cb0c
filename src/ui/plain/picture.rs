//! What has no words of its own is read from its picture: the title, the lines, the line with the mark of the selection,
//! and the line with the cursor.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Modifier,
};

use super::{OpenLine, Typed, Words, hints};
use crate::{
    app::{Modal, State, layout, text::width},
    ui::{Depth, Glyphs, Theme, draw},
};

/// Signs that only point at something are not told.
const TOLD: Glyphs = Glyphs { choice: " ", dot: ",", ..Glyphs::ASCII };

/// What is drawn of a modal.
pub(super) fn modal(modal: &Modal, state: &State) -> Words {
    let mut words = read(modal.area(state.size), state);
    if words.place.is_empty() {
        modal.name().clone_into(&mut words.place);
    }
    let keys = hints(state);
    if !keys.is_empty() {
        words.text.push(format!("Keys: {keys}"));
    }
    words
}

/// What is drawn within a frame.
pub(super) fn read(frame: Rect, state: &State) -> Words {
    let screen = Rect::from((Position::ORIGIN, state.size));
    let mut buf = Buffer::empty(screen);
    let theme = Theme::dark().on(Depth::None).with(TOLD);
    let cursor = draw(state, &theme, screen, &mut buf);
    let frame = frame.intersection(screen);
    let inside = layout::inside(frame);
    let title = row(&buf, Rect { height: 1, ..frame }, 0);
    // Behind it a rule, and how much there is above.
    let title = title.trim_matches(['+', '-', ' ']).split(" --").next().unwrap_or_default();
    let mut words = Words { place: told(title), ..Words::default() };
    for line in 0..inside.height {
        let text = row(&buf, inside, line);
        let here = cursor.filter(|at| at.y == inside.y + line && inside.contains(*at));
        let is_selected = text.trim_start().starts_with(TOLD.selected);
        let said = told(unmarked(&text));
        if let Some(at) = here {
            let before = row(&buf, Rect { width: at.x.saturating_sub(inside.x), ..inside }, line);
            let line_of_field = field(unmarked(&before), &text[before.len().min(text.len())..]);
            words.typed = Some(Typed { at: format!("line {line}"), line: line_of_field });
        } else if let Some(chosen) = chosen(&buf, inside, line) {
            words.item = if chosen == said { said } else { format!("{chosen}: {said}") };
        } else if is_selected {
            // A long thing has several lines.
            let before = std::mem::take(&mut words.item);
            words.item = if before.is_empty() { said } else { format!("{before}, {said}") };
        } else if !said.is_empty() {
            words.text.push(said);
        }
    }
    words
}

/// The text of a line of an area.
fn row(buf: &Buffer, area: Rect, line: u16) -> String {
    let mut text = String::new();
    let mut x = area.x;
    while x < area.right() && line < area.height {
        let symbol = buf[(x, area.y + line)].symbol();
        text.push_str(symbol);
        x += u16::try_from(width(symbol)).unwrap_or(1).max(1);
    }
    text
}

/// What is chosen among several things on one line, and whether its box is ticked.
fn chosen(buf: &Buffer, area: Rect, line: u16) -> Option<String> {
    let is_chosen = |x: &u16| buf[(*x, area.y + line)].modifier.contains(Modifier::REVERSED);
    let first = (area.x..area.right()).find(is_chosen)?;
    let last = (first..area.right()).take_while(is_chosen).last()?;
    let name = row(buf, Rect { x: first, width: last - first + 1, ..area }, line);
    let before = row(buf, Rect { width: first - area.x, ..area }, line);
    let ticked = match before.trim_end().rsplit_once('[').map(|(_, mark)| mark) {
        Some("x]") => ", ticked",
        Some(" ]") => ", not ticked",
        _ => "",
    };
    Some(format!("{}{ticked}", name.trim()))
}

/// A line without the mark of the selection.
fn unmarked(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix(TOLD.selected).unwrap_or(line)
}

/// A field with the cursor in it: what stands left of the text, apart from it, is its label.
fn field(before: &str, after: &str) -> OpenLine {
    let (label, typed) = before.rsplit_once(GAP).unwrap_or(("", before));
    let label = told(label);
    let head = if label.is_empty() { "Edit: ".to_owned() } else { format!("{label}, edit: ") };
    let head = head + typed.trim_start();
    // What stands apart from the text is something else.
    let after = after.split(GAP).next().unwrap_or_default().trim_end();
    OpenLine { cursor: head.len(), text: head + after }
}

/// Between columns.
const GAP: &str = "  ";

/// Columns, which stand apart, become a list.
fn told(text: &str) -> String {
    text.split(GAP).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
