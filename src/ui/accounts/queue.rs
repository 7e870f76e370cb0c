//! The queue.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    app::{QueueView, State, layout, text::wrap},
    book::{AccountId, Outgoing, QueueEntry, Waits, name::or_no_name},
    ui::{
        Theme,
        paint::{Beyond, Brush, Spot},
    },
};

/// The mark of the selected line, left of the names.
const MARK: usize = 2;
/// From this width on what an entry waits for has a column of its own.
const WAITS_FROM: u16 = 56;
/// Between two columns.
const GAP: usize = 2;

/// Draws the entries, and below them all that is known of the selected one.
pub fn draw(view: &QueueView, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut brush = Brush { buf, theme };
    let queue = &state.accounts.queue;
    let page = QueueView::page(state.size);
    let beyond = Beyond::of(queue.len(), view.list.offset, u16::try_from(page).unwrap_or(u16::MAX));
    let inside = layout::inside(area);
    brush.frame_of(area, true, "Waits to be sent", beyond);
    if queue.is_empty() {
        brush.write(Spot::line(inside, 0).after(MARK), "nothing: all is sent", theme.dim());
    }
    for (place, (account, entry)) in queue.iter().enumerate().skip(view.list.offset).take(page) {
        let spot = Spot::line(inside, place - view.list.offset);
        line(state, account, entry, place == view.list.cursor, spot, &mut brush);
    }
    let left = (page + view.list.offset).saturating_sub(queue.len().max(1));
    for (place, sentence) in state.held_besides().take(left.saturating_sub(1)).enumerate() {
        // After a gap: nothing can be done to these.
        let spot = Spot::line(inside, queue.len().max(1) - view.list.offset + 1 + place);
        brush.write(spot.after(MARK).only(usize::from(spot.room).saturating_sub(MARK + 1)), &sentence, theme.dim());
    }
    let bottom = usize::from(inside.height).saturating_sub(QueueView::BELOW - 1);
    if let Some((account, entry)) = view.selected(&state.accounts).filter(|_| bottom > 1) {
        let about = about(state, account, entry);
        let text = match &entry.what {
            // There may be no room for all of them above.
            Outgoing::Edit(fields) if fields.len() > 1 => format!("{}: {about}", fields.join(", ")),
            _ => about,
        };
        let room = usize::from(inside.width).saturating_sub(MARK + 1);
        let lines = wrap(&text, room);
        for (place, range) in lines.iter().take(QueueView::BELOW - 1).enumerate() {
            // What finds no room stays in the last line, where drawing cuts it.
            let end = if place + 2 == QueueView::BELOW { text.len() } else { range.end };
            let spot = Spot::line(inside, bottom + place).after(MARK).only(room);
            brush.write(spot, text[range.start..end].trim_end(), theme.dim());
        }
    }
}

/// The account, where there are several, and what an entry waits for.
pub(in crate::ui) fn about(state: &State, account: &AccountId, entry: &QueueEntry) -> String {
    let sentence = state.queue_sentence(account, entry);
    if state.accounts.list.len() > 1 { format!("{}: {sentence}", state.accounts.name(account)) } else { sentence }
}

fn line(state: &State, account: &AccountId, entry: &QueueEntry, selected: bool, spot: Spot, brush: &mut Brush) {
    let theme = brush.theme;
    let wide = spot.room >= WAITS_FROM;
    if selected {
        brush.select(spot, true);
    }
    let line = spot.after(MARK).only(usize::from(spot.room).saturating_sub(MARK + 1));
    let room = usize::from(line.room);
    let names = if wide { room * 3 / 8 } else { room * 5 / 9 };
    let kinds = if wide { room / 4 } else { room.saturating_sub(names + GAP) };
    let name = or_no_name(&entry.name);
    brush.write(line.only(names), name, if selected { theme.strong() } else { theme.text() });
    let what = line.after(names + GAP);
    brush.write(what.only(kinds), &State::outgoing_words(entry), theme.text());
    if wide {
        let style = if entry.waits == Waits::Person { theme.trouble() } else { theme.dim() };
        brush.write(what.after(kinds + GAP), &state.waits_words(account, entry), style);
    }
}
