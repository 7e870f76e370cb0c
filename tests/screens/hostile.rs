//! Any text on any screen of any size in any theme: nothing panics, nothing leaves its cell, no frame is broken, the cursor
//! is where one types, and nothing reaches the terminal that could command it.

use std::sync::LazyLock;

use callbook::{
    app::{Event, Modal, layout::Shape},
    ui::{Depth, Glyphs, Theme},
};
use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};
use unicode_width::UnicodeWidthStr;

use crate::{
    fake_book::FakeBook,
    harness::Screen,
    people::member,
    person,
    reach::{SITUATIONS, situations},
};

/// What has broken a terminal program before: wide letters, letters of several code points, marks, the other direction,
/// nothing at all, and what would command a terminal.
static TORTURE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts: Vec<String> = [
        "山田太郎東京光学株式会社国際営業部",
        "👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇵🇱 family",
        "e\u{301}\u{323}\u{308}Z\u{335}\u{334}\u{336}\u{337}algo",
        "محمد بن عبد الله \u{202e}desrever\u{202c} אבג",
        "\u{200b}\u{200d}\u{feff}zero\u{200b}width\u{ad}",
        "\u{1b}[31mred\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}5n\u{8}\u{7f}",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} \u{1111}\u{1175}\u{11af}",
        "कुलकर्णी ክርስቶስ น้ำผึ้ง ༼",
        "line\nline\r\nline\ttab\u{2028}separator",
        "ﷺ𒐫⸻ wide alone",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(10_000));
    texts.push("山👩‍👩‍👧e\u{301}\u{1b}[31m ".repeat(400));
    texts.push(format!("a{}", "\u{301}".repeat(3_000)));
    texts
});

/// On a narrower screen a field may have no cell left for the cursor.
const ROOM_TO_TYPE: u16 = 40;

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(TORTURE.clone()),
        1 => "(\\PC|[\u{0}-\u{1f}\u{7f}-\u{9f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}-\u{200f}]|山|👩‍👩‍👧|e\u{301}\u{301}| |@){0,40}",
    ]
}

fn themes() -> [Theme; 5] {
    [
        Theme::dark(),
        Theme::light(),
        Theme::dark().on(Depth::TwoHundredFiftySix),
        Theme::light().on(Depth::Sixteen),
        Theme::dark().on(Depth::None).with(Glyphs::ASCII),
    ]
}

/// Every cell holds what a terminal draws in it, and nothing else.
fn cells_hold(buffer: &Buffer) -> Result<(), String> {
    let area = buffer.area;
    for (x, y) in area.rows().flat_map(Rect::columns).map(|cell| (cell.x, cell.y)) {
        let symbol = buffer[(x, y)].symbol();
        let is_hostile = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let cells = u16::try_from(symbol.width()).unwrap_or(u16::MAX);
        let covers = cells == 2 && buffer.cell((x + 1, y)).is_none_or(|next| next.symbol() != " ");
        if symbol.chars().any(is_hostile) || !(1..=2).contains(&cells) || covers {
            return Err(format!("{symbol:?} at {x},{y} takes {cells} cells"));
        }
    }
    Ok(())
}

/// The frame around an area stands wherever nothing lies over it.
fn frame_stands(buffer: &Buffer, theme: &Theme, frame: Rect, over: &[Rect]) -> Result<(), String> {
    let set = theme.glyphs.frame;
    let is_free = |at: &Position| !over.iter().any(|rect| rect.contains(*at));
    let demand = |at: Position, wanted: &[&str]| match buffer[at].symbol() {
        found if !is_free(&at) || wanted.contains(&found) => Ok(()),
        found => Err(format!("{found:?} at {at} in the frame {frame:?}")),
    };
    if frame.width < 2 || frame.height < 2 {
        return Ok(());
    }
    let (left, right, top, bottom) = (frame.x, frame.right() - 1, frame.y, frame.bottom() - 1);
    for y in top + 1..bottom {
        demand(Position::new(left, y), &[set.vertical_left])?;
        demand(Position::new(right, y), &[set.vertical_right])?;
    }
    demand(Position::new(left, top), &[set.top_left])?;
    demand(Position::new(right, top), &[set.top_right])?;
    demand(Position::new(left, bottom), &[set.bottom_left])?;
    demand(Position::new(right, bottom), &[set.bottom_right])
}

fn frames_stand(screen: &Screen, buffer: &Buffer) -> Result<(), String> {
    let state = &screen.state;
    let areas = state.areas();
    if areas.shape == Shape::OneLine {
        return Ok(());
    }
    let modals: Vec<Rect> = state.shown_modals().map(|modal| modal.area(state.size)).collect();
    let mut frames = vec![(areas.contacts, Vec::new()), (areas.details, Vec::new()), (areas.groups, Vec::new())];
    if state.greets() {
        frames.clear();
    } else if areas.shape == Shape::TwoPanes {
        // The groups lie over the contacts.
        frames[0].1.push(areas.groups);
        frames[1].1.push(areas.groups);
    }
    for (_, over) in &mut frames {
        over.extend(&modals);
    }
    // A QR code has none.
    let is_framed: Vec<bool> = state.shown_modals().map(|modal| !matches!(modal, Modal::Qr(_))).collect();
    let with_frame = modals.iter().enumerate().filter(|(place, _)| is_framed[*place]);
    frames.extend(with_frame.map(|(place, modal)| (*modal, modals[place + 1..].to_vec())));
    frames.iter().try_for_each(|(frame, over)| frame_stands(buffer, &screen.theme, *frame, over))
}

/// What is typed appears left of the cursor.
fn cursor_is_where_one_types(screen: &Screen) -> Result<(), String> {
    let (before, cursor) = screen.paint();
    let Some(at) = cursor else { return Ok(()) };
    if !before.area.contains(at) {
        return Err(format!("the cursor is at {at}, off the screen"));
    }
    let mut typed = screen.clone();
    typed.happens(Event::Pasted("§".to_owned()));
    match typed.paint() {
        (after, Some(at)) if at.x > 0 && after[(at.x - 1, at.y)].symbol() == "§" => Ok(()),
        (_, at) => Err(format!("what was typed is not left of the cursor at {at:?}:\n{}", typed.picture())),
    }
}

/// The mark of the selection stands on one line of the contacts, beside the contact that is selected.
fn selection_is_marked(screen: &Screen, buffer: &Buffer) -> Result<(), String> {
    let state = &screen.state;
    let pane = state.areas().contacts;
    let (true, Some(row)) = (state.modals.is_empty() && !pane.is_empty(), state.selected()) else { return Ok(()) };
    if state.areas().groups.intersects(pane) {
        return Ok(());
    }
    let mark = screen.theme.glyphs.selected;
    let lines: Vec<u16> =
        (pane.y + 1..pane.bottom() - 1).filter(|y| buffer[(pane.x + 1, *y)].symbol() == mark).collect();
    let [line] = lines[..] else { return Err(format!("the lines {lines:?} are marked as selected")) };
    let shown = callbook::app::text::visible(&row.name);
    let text: String = (pane.x + 1..pane.right() - 1).map(|x| buffer[(x, line)].symbol()).collect();
    let begins = shown.trim_start().chars().next();
    match begins {
        Some(letter) if !text.contains(letter) => {
            Err(format!("{shown:?} is selected, but the mark stands beside {text:?}"))
        }
        _ => Ok(()),
    }
}

fn is_whole(screen: &Screen) -> Result<(), String> {
    let (buffer, _) = screen.paint();
    let all = cells_hold(&buffer)
        .and_then(|()| frames_stand(screen, &buffer))
        .and_then(|()| selection_is_marked(screen, &buffer));
    all.map_err(|fault| format!("{fault}\n{}", screen.picture()))
}

#[test]
fn every_situation_is_whole_at_every_size_in_every_theme() {
    let sizes =
        [(250, 80), (120, 36), (80, 24), (79, 8), (60, 16), (59, 7), (50, 16), (33, 9), (20, 5), (19, 4), (1, 1)];
    let mut faults = Vec::new();
    for (name, situation) in situations() {
        let mut screen = situation.clone();
        for (number, (width, height)) in sizes.into_iter().enumerate() {
            screen.happens(Event::Resized { width, height });
            screen.theme = themes()[number % themes().len()];
            let types = |()| if width < ROOM_TO_TYPE { Ok(()) } else { cursor_is_where_one_types(&screen) };
            let result = is_whole(&screen).and_then(types);
            faults.extend(result.err().map(|fault| format!("{name:?} at {width}x{height}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(5)].join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_text_escapes_its_cells(
        names in proptest::collection::vec(hostile(), 1..6),
        notes in hostile(),
        group in hostile(),
        typed in hostile(),
        (width, height) in prop_oneof![4 => (20..=250_u16, 5..=80_u16), 1 => (1..=250_u16, 1..=80_u16)],
        theme in 0..themes().len(),
        keys in prop::sample::select(SITUATIONS),
    ) {
        let mut book = FakeBook::default();
        for (number, name) in names.iter().enumerate() {
            book.directory.push(member(number, name, &notes, &group));
            let mut draft = person(name, &notes, name, name, &[&group]);
            draft.extras.notes.clone_from(&notes);
            book.add(draft);
        }
        let mut screen = Screen::open(book, width, height);
        screen.theme = themes()[theme];
        let mut screen = screen.types(keys);
        prop_assert_eq!(is_whole(&screen), Ok(()));
        screen.happens(Event::Pasted(typed));
        prop_assert_eq!(is_whole(&screen), Ok(()));
        // A screen that shrank before the layout knew it is painted as far as it goes.
        let area = Rect::new(0, 0, width.div_ceil(2), height.div_ceil(2));
        callbook::ui::draw(&screen.state, &screen.theme, area, &mut Buffer::empty(area));
    }

    #[test]
    fn no_text_of_an_account_escapes_its_cells(
        text in hostile(),
        other in hostile(),
        (width, height) in prop_oneof![4 => (20..=250_u16, 5..=80_u16), 1 => (1..=250_u16, 1..=80_u16)],
        theme in 0..themes().len(),
        keys in prop::sample::select(&["", "h", "hG", "hGln", "wq", "wqj", "wc", "wcj", "wp", "wpj", "wo", "wi", "hGa", "Gkl"][..]),
    ) {
        let mut screen = Screen::open(crate::accounts::hostile(&text, &other), width, height);
        screen.theme = themes()[theme];
        prop_assert_eq!(is_whole(&screen.types(keys)), Ok(()));
    }
}
