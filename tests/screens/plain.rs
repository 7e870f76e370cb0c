//! Plain mode: whole stories as a person reads or hears them.

use callbook::{
    app::Event,
    ui::plain::{Speaker, words},
};

use crate::{harness::Screen, people};

const COLUMNS: u16 = 100;

/// What stands on a terminal of many lines after keys were typed.
fn transcript(mut screen: Screen, keys: &[&str]) -> String {
    let mut terminal = vt100::Parser::new(300.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
    let mut speaker = Speaker::default();
    let mut hear = |screen: &Screen, by_key| {
        terminal.process(speaker.hear(words(&screen.state), by_key, COLUMNS.into()).as_bytes());
    };
    hear(&screen, false);
    for key in keys {
        for key in crate::harness::keys(key) {
            screen.happens(Event::KeyPressed(key));
            hear(&screen, true);
        }
    }
    let contents = terminal.screen().contents();
    contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn story(keys: &[&str]) -> String {
    transcript(Screen::open(people(), 120, 36), keys)
}

#[test]
fn somebody_is_found_edited_saved_and_the_edit_undone() {
    insta::assert_snapshot!(story(&["/lukx<backspace><enter>", "ee", "<tab><tab>y<left>x<C-s>", "u"]));
}

#[test]
fn panes_lists_and_questions() {
    insta::assert_snapshot!(story(&["jjj", "hjG", "d", "n", "ll", "d", "esc", "gg", "hk"]));
}

#[test]
fn groups_and_the_palette() {
    insta::assert_snapshot!(story(&[
        "hnChoir",
        "<tab><right>",
        "<tab><down><down> ",
        "<C-s>",
        ":unfo<backspace><backspace>do<up><enter>"
    ]));
}
