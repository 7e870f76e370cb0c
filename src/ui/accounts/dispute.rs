//! Mine and theirs, field by field.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{DisputeLine, DisputeView, State, layout},
    ui::{
        Theme, footer,
        paint::{Beyond, Brush, Spot},
    },
};

/// Left of everything.
const MARGIN: usize = 2;

/// Draws what both sides say, and the answers.
pub fn draw(view: &DisputeView, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let inside = layout::inside(area);
    let lines = view.lines(inside.width);
    let page = view.page(inside);
    let beyond = Beyond::of(lines.len(), view.scroll, u16::try_from(page).unwrap_or(u16::MAX));
    let inside = brush.frame_of(area, true, "Changed here and there", beyond);
    let bottom = usize::from(inside.height).saturating_sub(1);
    let line = |place: usize| {
        let spot = if place < bottom { Spot::line(inside, place) } else { Spot::line(Rect::ZERO, 0) };
        spot.after(MARGIN).only(usize::from(spot.room).saturating_sub(MARGIN + 1))
    };
    let sentences = view.sentences(inside.width);
    for (place, sentence) in sentences.iter().enumerate() {
        brush.write(line(place), sentence, theme.strong());
    }
    let heads = line(sentences.len() + 1);
    let columns = view.columns(inside.width);
    if let Some([_, (ours, our_room), (others, their_room)]) = columns {
        brush.write(heads.after(ours).only(our_room), "mine", theme.accent());
        let theirs = format!("theirs, in {}", view.account);
        brush.write(heads.after(others).only(their_room), &theirs, theme.accent());
    }
    let head = view.head(inside.width);
    for (place, shown) in lines.iter().skip(view.scroll).take(page).enumerate() {
        let spot = line(head + place);
        match (shown, columns) {
            (
                DisputeLine::Beside { label, mine, theirs },
                Some([(_, labels), (ours, our_room), (others, their_room)]),
            ) => {
                brush.write_right(spot.only(labels), label, theme.dim());
                brush.write(spot.after(ours).only(our_room), mine, theme.text());
                brush.write(spot.after(others).only(their_room), theirs, theme.text());
            }
            (DisputeLine::Below { whose, value }, _) => {
                brush.write_right(spot.only(DisputeView::WHOSE), whose, theme.accent());
                brush.write(spot.after(DisputeView::WHOSE + 2), value, theme.text());
            }
            (DisputeLine::Label(label), _) => _ = brush.write(spot, label, theme.dim()),
            (DisputeLine::Beside { .. }, None) => {}
        }
    }
    if let Some(line) = state.answer_line() {
        footer::line(&line, &mut brush);
    }
}
