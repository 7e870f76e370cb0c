//! The form of a contact.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::app::{Cell, Content, FORM_LABEL_WIDTH, Form, FormLine, State, TYPE_WIDTH, cursor_byte, text::width};

/// Draws the form; returns the cursor.
pub fn draw(form: &Form, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let inside = Form::inside(state.size).intersection(brush.buf.area);
    let lines = form.lines(&state.roster, Form::value_width(inside.width));
    brush.frame_of(area, true, &form.title(), Beyond::of(lines.len(), form.scroll, inside.height));
    let mut cursor = None;
    for (place, line) in lines.iter().skip(form.scroll).take(usize::from(inside.height)).enumerate() {
        let spot = Spot::line(inside, place);
        let focused = line.holds(form.focus, cursor_byte(&form.editor));
        let style = if focused { theme.accent() } else { theme.dim() };
        if focused {
            brush.write(Spot { x: spot.x.saturating_sub(1), room: 1, ..spot }, theme.glyphs.selected, style);
        }
        brush.write_right(spot.only(FORM_LABEL_WIDTH), line.label, style);
        cursor = content(line, form, spot.after(FORM_LABEL_WIDTH + 2), &mut brush).or(cursor);
    }
    cursor
}

fn content(line: &FormLine, form: &Form, spot: Spot, brush: &mut Brush) -> Option<Position> {
    let theme = brush.theme;
    match &line.content {
        Content::Gap => None,
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
            let chosen = *type_cell == form.focus;
            let style = if chosen { theme.chosen() } else { theme.dim() };
            let word = if word.is_empty() { "other" } else { word };
            let words = spot.after(2).only(TYPE_WIDTH - 5);
            brush.write(words, word, style);
            let mark = spot.after(2 + width(word).min(usize::from(words.room)) + 1);
            brush.write(mark, theme.glyphs.choice, theme.dim());
            cell.and_then(|cell| text_cell(cell, text, form, spot.after(TYPE_WIDTH), brush))
        }
        Content::Checks(groups) => {
            let mut spot = spot;
            for (place, name, ticked) in groups {
                let under_cursor = form.focus == Cell::Groups && form.checked == *place;
                let style = if under_cursor { theme.chosen() } else { theme.text() };
                let tick = if *ticked { theme.glyphs.tick } else { " " };
                spot = brush.write(spot, &format!("[{tick}] "), if *ticked { theme.accent() } else { theme.dim() });
                spot = brush.write(spot, name, style).after(2);
            }
            if groups.is_empty() {
                brush.write(spot, "none yet", theme.dim());
            }
            None
        }
        Content::ReadOnly(text) => {
            brush.write(spot, text, theme.dim());
            None
        }
        Content::Problem(reason) => {
            brush.write(spot, reason, theme.trouble());
            None
        }
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
