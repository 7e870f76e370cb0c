//! Any text on any screen: nothing panics, nothing leaves its cell, nothing reaches the terminal that could command it.

use callbook::app::Event;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::{fake_book::FakeBook, harness::Screen, people::member, person};

fn hostile() -> impl Strategy<Value = String> {
    "(\\PC|[\u{0}-\u{1f}\u{7f}-\u{9f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200b}-\u{200f}]|山|👩‍👩‍👧|e\u{301}\u{301}\u{301}|\u{1b}\\[31m| |@){0,40}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_escapes_its_cells(
        names in proptest::collection::vec(hostile(), 1..6),
        notes in hostile(),
        group in hostile(),
        typed in hostile(),
        width in 1..250_u16,
        height in 1..80_u16,
        keys in prop::sample::select(vec!["", "l", "lj", "h", "e", "jd", "hn", "/", "?", "i", "n", "eG<S-tab>", "hGd", "dy", "hGe", "a", "a<enter>"]),
    ) {
        let mut book = FakeBook::default();
        for (number, name) in names.iter().enumerate() {
            book.directory.push(member(number, name, &notes, &group));
            let mut draft = person(name, &notes, name, name, &[&group]);
            draft.extras.notes.clone_from(&notes);
            book.add(draft);
        }
        let mut screen = Screen::open(book, width, height).types(keys);
        screen.happens(Event::Pasted(typed));
        let (buffer, cursor) = screen.paint();
        for y in 0..height {
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                prop_assert!(!symbol.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)), "{symbol:?}");
                let cells = u16::try_from(symbol.width()).unwrap();
                prop_assert!((1..=2).contains(&cells), "{symbol:?}");
                prop_assert!(x + cells <= width);
                prop_assert!(cells == 1 || buffer[(x + 1, y)].symbol() == " ", "{symbol:?} is half covered");
            }
        }
        prop_assert!(cursor.is_none_or(|at| at.x < width && at.y < height));
        // A screen that shrank before the layout knew it is painted as far as it goes.
        let area = ratatui::layout::Rect::new(0, 0, width.div_ceil(2), height.div_ceil(2));
        callbook::ui::draw(&screen.state, &screen.theme, area, &mut ratatui::buffer::Buffer::empty(area));
    }
}
