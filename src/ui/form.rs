//! The form of a contact.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot, clear},
};
use crate::app::{Cell, Check, Content, Form, FormLine, State, TYPE_WIDTH, WordList, cursor_byte, text::width};

/// Draws the form; returns the cursor.
pub fn draw(form: &Form, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let inside = Form::inside(state.size).intersection(brush.buf.area);
    let columns = Form::columns(inside.width);
    let lines = form.lines(&state.roster, columns);
    brush.frame_of(area, true, &form.title(), Beyond::of(lines.len(), form.scroll, inside.height));
    let mut cursor = None;
    for (place, line) in lines.iter().skip(form.scroll).take(usize::from(inside.height)).enumerate() {
        let spot = Spot::line(inside, place);
        let focused = line.holds(form.focus, cursor_byte(&form.editor));
        let style = if focused { theme.accent() } else { theme.dim() };
        if focused {
            brush.write(Spot { x: spot.x.saturating_sub(1), room: 1, ..spot }, theme.glyphs.selected, style);
        }
        if columns.stacked {
            brush.write(spot, line.label, style);
        } else {
            brush.write_right(spot.only(columns.label), line.label, style);
        }
        cursor = content(line, form, spot.after(columns.value_at), &mut brush).or(cursor);
    }
    if let (Some(words), Some(area)) = (&form.words, form.words_area(&lines, state.size)) {
        draw_words(words, area, &mut brush);
    }
    cursor
}

/// The list of words over a field; without a frame where there is room for little more than a word.
fn draw_words(words: &WordList, area: Rect, brush: &mut Brush) {
    let theme = brush.theme;
    clear(area, brush.buf);
    let inside = if area.height > 2 {
        let beyond = Beyond::of(words.words.len(), words.list.offset, area.height - 2);
        brush.frame_of(area, words.is_chosen, "", beyond)
    } else {
        area
    };
    let shown = words.words.iter().enumerate().skip(words.list.offset).take(usize::from(inside.height));
    for (line, (place, choice)) in shown.enumerate() {
        let chosen = words.is_chosen && place == words.list.cursor;
        let spot = Spot::line(inside, line);
        let spot = spot.after(1).only(usize::from(spot.room).saturating_sub(2));
        brush.write(spot, &choice.shown, if chosen { theme.chosen() } else { theme.text() });
    }
}

fn content(line: &FormLine, form: &Form, spot: Spot, brush: &mut Brush) -> Option<Position> {
    let theme = brush.theme;
    match &line.content {
        Content::Gap | Content::Heading => None,
        Content::Text { cell, text, otherwise } => {
            if text.is_empty() {
                brush.write(spot, otherwise, theme.dim());
            }
            text_cell(*cell, text, form, spot, brush)
        }
        Content::Piece { cell, text, range } => {
            brush.write(spot, text, theme.text());
            let at = cursor_byte(&form.editor);
            let here = *cell == form.focus && line.holds(*cell, at);
            here.then(|| {
                let column = width(&text[..(at - range.start).min(text.len())]);
                let column = u16::try_from(column).unwrap_or_default().min(spot.room.saturating_sub(1));
                Position::new(spot.x + column, spot.y)
            })
        }
        Content::Value { type_cell, word, cell, text, primary } => {
            if *primary {
                brush.write(spot, theme.glyphs.star, theme.accent());
            }
            choice(word, *type_cell == form.focus, spot.after(2).only(TYPE_WIDTH - 3), brush);
            cell.and_then(|cell| text_cell(cell, text, form, spot.after(TYPE_WIDTH), brush))
        }
        Content::Choice { cell, word } => {
            let word = if word.is_empty() { "no preference" } else { word };
            choice(word, *cell == form.focus, spot, brush);
            None
        }
        Content::Query => {
            let query = &form.groups.query;
            if query.value().is_empty() {
                brush.write(spot, "type a name to find", theme.dim());
            }
            let x = brush.write_edited(spot, query.value(), cursor_byte(query), theme.text());
            (form.focus == Cell::Groups).then_some(Position::new(x, spot.y))
        }
        Content::Checks { checks, more } => {
            draw_checks(checks, *more, form, spot, brush);
            None
        }
        Content::ReadOnly(text) => {
            brush.write(spot, text, theme.dim());
            None
        }
        Content::Remark { text, is_hint, in_list } => {
            let spot = if *in_list { spot.after(TYPE_WIDTH) } else { spot };
            brush.write(spot, text, if *is_hint { theme.accent() } else { theme.trouble() });
            None
        }
    }
}

fn choice(word: &str, focused: bool, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let words = spot.only(usize::from(spot.room).saturating_sub(2));
    brush.write(words, word, if focused { theme.chosen() } else { theme.dim() });
    let mark = spot.after(width(word).min(usize::from(words.room)) + 1);
    brush.write(mark, theme.glyphs.choice, theme.dim());
}

fn draw_checks(checks: &[Check], more: usize, form: &Form, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    if checks.is_empty() {
        let nothing = if form.groups.query.value().is_empty() { "none yet" } else { "no group has this name" };
        brush.write(spot, nothing, theme.dim());
    }
    let mut at = spot;
    for Check { name, ticked, under_cursor } in checks {
        let tick = if *ticked { theme.glyphs.tick } else { " " };
        at = brush.write(at, &format!("[{tick}] "), if *ticked { theme.accent() } else { theme.dim() });
        at = brush.write(at, name, if *under_cursor { theme.chosen() } else { theme.text() }).after(2);
    }
    let note = format!("{more} more");
    if more > 0 && width(&note) <= usize::from(at.room) {
        brush.write_right(at, &note, theme.dim());
    }
}

fn text_cell(cell: Cell, text: &str, form: &Form, spot: Spot, brush: &mut Brush) -> Option<Position> {
    let theme = brush.theme;
    if cell != form.focus {
        brush.write(spot, text, theme.text());
        return None;
    }
    let x = brush.write_edited(spot, form.editor.value(), cursor_byte(&form.editor), theme.text());
    Some(Position::new(x, spot.y))
}
