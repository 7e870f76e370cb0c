//! The people picker: the query, who matches it, and the person under the cursor.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

use super::{
    Theme,
    paint::{Beyond, Brush, Spot},
};
use crate::{
    app::{LABEL_WIDTH, People, PersonWeight, Standing, cursor_byte, text::width, text::wrap},
    book::Person,
    search::{Query, highlight_person},
};

/// Left of everything.
const MARGIN: usize = 2;
/// On a shorter line the query needs all the room.
const COUNT_FROM: u16 = 30;

/// Draws the picker; returns the cursor.
pub fn draw(picker: &People, screen: Size, theme: &Theme, area: Rect, buf: &mut Buffer) -> Position {
    let areas = People::areas(screen);
    let mut brush = Brush { buf, theme };
    let lines = picker.people().len() + usize::from(picker.more() > 0);
    brush.frame_of(area, true, &picker.title(), Beyond::of(lines, picker.list.offset, areas.list.height));
    let line = Spot::line(areas.query, 0).after(MARGIN);
    let line = line.only(usize::from(line.room).saturating_sub(MARGIN));
    let count = if line.room < COUNT_FROM { String::new() } else { picker.count() };
    brush.write_right(line, &count, theme.dim());
    let line = line.only(usize::from(line.room).saturating_sub(width(&count) + 2));
    if picker.input.value().is_empty() {
        brush.write(line, "type a name, a title, a company, a number", theme.dim());
    }
    let x = brush.write_edited(line, picker.input.value(), cursor_byte(&picker.input), theme.text());
    if let Some(remark) = picker.remark.as_ref().filter(|_| areas.list.y > areas.query.y + 1) {
        let spot = Spot::line(area, 2).after(MARGIN + 1);
        brush.write(spot.only(usize::from(spot.room).saturating_sub(MARGIN + 1)), remark, theme.dim());
    }
    if picker.people().is_empty() {
        nobody(picker, areas.list.union(areas.person), &mut brush);
        return Position::new(x, line.y);
    }
    let query = Query::parse(picker.input.value());
    let page = usize::from(areas.list.height);
    for (place, person) in picker.people().iter().enumerate().skip(picker.list.offset).take(page) {
        entry(picker, person, place, &query, Spot::line(areas.list, place - picker.list.offset), &mut brush);
    }
    let after = picker.people().len().saturating_sub(picker.list.offset);
    if picker.more() > 0 && after < page {
        let more = format!("and {} more: type on to find them", picker.more());
        brush.write(Spot::line(areas.list, after).after(MARGIN), &more, theme.dim());
    }
    person(picker, &query, areas.person, &mut brush);
    Position::new(x, line.y)
}

fn nobody(picker: &People, area: Rect, brush: &mut Brush) {
    let (words, command) = picker.words();
    let room = usize::from(area.width).saturating_sub(2 * MARGIN);
    let style = if picker.problem.is_some() { brush.theme.trouble() } else { brush.theme.dim() };
    let lines = wrap(&words, room.min(72));
    for (place, range) in lines.iter().enumerate() {
        brush.write(Spot::line(area, place).after(MARGIN), &words[range.clone()], style);
    }
    if !command.is_empty() {
        brush.write(Spot::line(area, lines.len() + 1).after(MARGIN), command, brush.theme.accent());
    }
}

fn entry(picker: &People, person: &Person, place: usize, query: &Query, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let chosen = place == picker.list.cursor;
    if chosen {
        brush.select(spot, true);
    }
    let here = picker.standing(person);
    let style = match (chosen, here) {
        (true, _) => theme.strong(),
        (false, Some(_)) => theme.dim(),
        (false, None) => theme.text(),
    };
    let spot = spot.after(MARGIN);
    // The tick of those who are in the book stands at one edge.
    let texts = spot.only(usize::from(spot.room).saturating_sub(2));
    if let Some(standing) = here {
        let style = if matches!(standing, Standing::Book(_)) { theme.accent() } else { theme.dim() };
        brush.write_right(spot.only(usize::from(spot.room)), theme.glyphs.tick, style);
    }
    // As wide as the longest name, so that what stands beside the names has the rest.
    let longest = picker.people().iter().map(|person| width(&person.profile.display_name)).max().unwrap_or_default();
    let names = longest.min(usize::from(texts.room) * 11 / 20);
    let name = &person.profile.display_name;
    brush.write_marked(texts.only(names), name, style, &highlight_person(query, name), theme.matched());
    let second = picker.second(person, |text| !highlight_person(query, text).is_empty());
    brush.write_marked(texts.after(names + 2), second, theme.dim(), &highlight_person(query, second), theme.matched());
}

fn person(picker: &People, query: &Query, area: Rect, brush: &mut Brush) {
    let theme = brush.theme;
    let room = usize::from(area.width).saturating_sub(MARGIN + 1);
    for (place, line) in picker.person_lines(room, usize::from(area.height)).iter().enumerate() {
        let spot = Spot::line(area, place).after(MARGIN);
        let style = match line.weight {
            PersonWeight::Name => theme.strong(),
            PersonWeight::Plain => theme.text(),
            PersonWeight::Dim => theme.dim(),
        };
        let value = if line.label.is_empty() {
            spot
        } else {
            brush.write_right(spot.only(LABEL_WIDTH), &line.label, theme.dim());
            spot.after(LABEL_WIDTH + 2)
        };
        let marks = if line.weight == PersonWeight::Dim { Vec::new() } else { highlight_person(query, &line.value) };
        brush.write_marked(value, &line.value, style, &marks, theme.matched());
    }
}
