//! The form of a group.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    Theme,
    paint::{Brush, Spot},
};
use crate::{
    app::{FORM_LABEL_WIDTH, GroupCell, GroupForm, cursor_byte},
    book::GroupType,
};

/// Draws the form; returns the cursor.
pub fn draw(form: &GroupForm, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut brush = Brush { buf, theme };
    let inside = brush.frame(area, true, &form.title());
    let field = |line: usize| Spot::line(inside, line).after(1);
    let value = |line: usize| field(line).after(FORM_LABEL_WIDTH + 2);
    let on_name = form.focus == GroupCell::Name;
    let label = |focused: bool| if focused { theme.accent() } else { theme.dim() };
    brush.write_right(field(0).only(FORM_LABEL_WIDTH), "Name", label(on_name));
    let name = value(0).only(usize::from(value(0).room).saturating_sub(1));
    let x = brush.write_edited(name, form.name.value(), cursor_byte(&form.name), theme.text());
    if let Some(problem) = &form.problem {
        brush.write(value(1), problem, theme.trouble());
    }
    let word = match form.group_type {
        GroupType::Normal => "normal",
        GroupType::External => "external: mirrors another system",
    };
    brush.write_right(field(2).only(FORM_LABEL_WIDTH), "Type", label(!on_name));
    let after = brush.write(value(2), word, if on_name { theme.text() } else { theme.chosen() });
    brush.write(after.after(1), theme.glyphs.choice, theme.dim());
    on_name.then_some(Position::new(x, name.y))
}
