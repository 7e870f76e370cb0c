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

pub(super) fn words(modal: &Modal, state: &State) -> Words {
    let screen = Rect::from((Position::ORIGIN, state.size));
    let mut buf = Buffer::empty(screen);
    let theme = Theme::dark().on(Depth::None).with(TOLD);
    let cursor = draw(state, &theme, screen, &mut buf);
    let frame = modal.area(state.size).intersection(screen);
    let inside = layout::inside(frame);
    let title = row(&buf, Rect { height: 1, ..frame }, 0);
    let title = title.trim_matches(['+', '-', ' ']);
    let mut words =
        Words { place: if title.is_empty() { modal.name().to_owned() } else { told(title) }, ..Words::default() };
    for line in 0..inside.height {
        let text = row(&buf, inside, line);
        let here = cursor.filter(|at| at.y == inside.y + line && inside.contains(*at));
        let is_selected = text.trim_start().starts_with(TOLD.selected);
        let said = told(text.trim_start().trim_start_matches(TOLD.selected));
        if let Some(at) = here {
            let before = at.x.saturating_sub(inside.x);
            let head = row(&buf, Rect { width: before, ..inside }, line);
            let head = told_open(head.trim_start().trim_start_matches(TOLD.selected));
            let text = if said.starts_with(head.as_str()) { said } else { head.clone() };
            words.typed = Some(Typed { at: format!("line {line}"), line: OpenLine { cursor: head.len(), text } });
        } else if let Some(chosen) = chosen(&buf, inside, line) {
            words.item = if chosen == said { said } else { format!("{chosen}: {said}") };
        } else if is_selected {
            words.item = said;
        } else if !said.is_empty() {
            words.text.push(said);
        }
    }
    let keys = hints(state);
    if !keys.is_empty() {
        words.text.push(format!("Keys: {keys}"));
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

/// Columns, which stand apart, become a list.
fn told(text: &str) -> String {
    told_open(text.trim_end())
}

fn told_open(text: &str) -> String {
    let ended = text.ends_with(' ');
    let told = text.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if ended && !told.is_empty() { told + " " } else { told }
}
