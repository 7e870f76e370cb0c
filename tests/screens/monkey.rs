//! Keys and clicks without sense, answers late and in odd moments, another window that changes the book, any size: no
//! panic, the selection within the list, and no key held back for ever.

use callbook::{
    app::{Effect, Event, Gesture, Mouse, update},
    book::{Delta, Row},
};
use proptest::prelude::*;
use ratatui::layout::Position;

use crate::{
    fake_book::{FakeBook, NOW},
    harness::{Screen, keys},
    people::with_directory,
};

const KEYS: [&str; 50] = [
    "j",
    "k",
    "h",
    "l",
    "g",
    "G",
    "n",
    "e",
    "d",
    "y",
    "u",
    "<C-r>",
    "/",
    "a",
    "o",
    "<enter>",
    "<esc>",
    "<tab>",
    "<S-tab>",
    " ",
    "V",
    "*",
    "t",
    "f",
    "s",
    "x",
    "i",
    ":",
    "?",
    "L",
    "<up>",
    "<down>",
    "<left>",
    "<right>",
    "<pageup>",
    "<pagedown>",
    "<backspace>",
    "<C-s>",
    "<C-a>",
    "<C-d>",
    "<",
    ">",
    "Q",
    "c",
    "E",
    "r",
    "w",
    "m",
    "R",
    "b",
];

#[derive(Clone, Debug)]
enum Step {
    Keys(&'static str),
    Click(u16, u16, usize),
    Answer(usize),
    Resize(u16, u16),
    Elsewhere(usize),
    Sync(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => prop::sample::select(&KEYS[..]).prop_map(Step::Keys),
        3 => (0..100_u16, 0..30_u16, 0..4_usize).prop_map(|(x, y, what)| Step::Click(x, y, what)),
        6 => (1..6_usize).prop_map(Step::Answer),
        1 => (1..110_u16, 1..32_u16).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (0..9_usize).prop_map(Step::Elsewhere),
        1 => (0..6_usize).prop_map(Step::Sync),
    ]
}

/// Somebody deletes a contact in another window, or brings it back.
fn elsewhere(book: &mut FakeBook, number: usize) -> Option<Event> {
    let total = book.contacts.len();
    let contact = book.contacts.get_mut(number)?;
    contact.trashed = if contact.trashed.is_some() { None } else { Some(NOW) };
    let rows = vec![Row::of(contact)];
    let live = book.contacts.iter().filter(|contact| contact.trashed.is_none()).count();
    let groups = book.opening("").groups;
    assert!(live <= total);
    Some(Event::BookChanged(Delta { rows, gone: Vec::new(), groups, total: live }))
}

fn play(book: FakeBook, steps: &[Step]) {
    let mut screen = Screen::open(book, 80, 24);
    let mut waiting: Vec<Effect> = Vec::new();
    for step in steps.iter().chain(&[Step::Answer(500)]) {
        match *step {
            Step::Keys(text) => {
                for key in keys(text) {
                    waiting.extend(update(&mut screen.state, Event::KeyPressed(key), NOW));
                }
            }
            Step::Click(x, y, what) => {
                let gesture = [Gesture::Press, Gesture::Drag, Gesture::WheelUp, Gesture::WheelDown][what];
                let at = Position::new(x, y);
                waiting.extend(update(&mut screen.state, Event::Pointed(Mouse { gesture, at }), NOW));
            }
            Step::Resize(width, height) => {
                waiting.extend(update(&mut screen.state, Event::Resized { width, height }, NOW));
            }
            Step::Elsewhere(number) => {
                if let Some(event) = elsewhere(&mut screen.book, number) {
                    waiting.extend(update(&mut screen.state, event, NOW));
                }
            }
            Step::Sync(number) => {
                let event = crate::accounts::happened(&screen.book, number);
                waiting.extend(update(&mut screen.state, event, NOW));
            }
            Step::Answer(count) => {
                for _ in 0..count {
                    if waiting.is_empty() {
                        break;
                    }
                    for answer in screen.book.answer(waiting.remove(0)) {
                        waiting.extend(update(&mut screen.state, answer, NOW));
                    }
                }
            }
        }
        let list = screen.state.contacts.list;
        assert!(list.cursor < screen.state.contacts.visible.len().max(1));
        // What nobody looks at is not drawn: drawing is what takes long here.
        if matches!(step, Step::Answer(_) | Step::Resize(..)) {
            let _ = screen.paint();
        }
    }
    assert!(screen.state.keyboard.held.is_empty() && !screen.state.waits(), "{:?}", screen.state.keyboard.held);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn nothing_that_is_typed_clicked_or_answered_late_breaks_the_screen(steps in prop::collection::vec(step(), 1..80)) {
        play(with_directory(), &steps);
    }

    #[test]
    fn nor_with_accounts_that_want_an_answer(steps in prop::collection::vec(step(), 1..80)) {
        play(crate::accounts::troubled(), &steps);
    }
}
