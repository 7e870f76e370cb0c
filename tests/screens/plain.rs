//! Plain mode: whole stories as a person reads or hears them.

use std::collections::HashMap;

use callbook::{
    app::{Action, Context, Event, TABLE},
    ui::plain::{Speaker, words},
};

use crate::{harness::Screen, people, people::with_directory, reach::situations};

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
fn a_group_is_made_with_a_member() {
    insta::assert_snapshot!(story(&["hnChoir", "<tab><right>", "<tab><down><down> ", "<C-s>", "u"]));
}

#[test]
fn what_the_palette_finds_is_told_when_a_key_asks() {
    let told = story(&[":unfo<backspace><backspace>do<up><up>", "<enter>"]);
    let (_, asked) = told.split_once("Command: undo\n").unwrap();
    let lines: Vec<_> = asked.lines().collect();
    assert_eq!(lines[..2], ["Command 1 of 2: Undo the latest change, u", "Command: undo"]);
    assert_eq!(lines[2], "Nothing to undo", "the second asking told nothing new");
}

#[test]
fn a_person_of_the_directory_is_found_and_added() {
    let keys = ["aramires<down>", "<enter>", "<enter>", "agrace<up>"];
    insta::assert_snapshot!(transcript(Screen::open(with_directory(), 120, 36), &keys));
}

/// Everything that a speaker who has heard nothing says of a state.
fn told(screen: &Screen) -> String {
    Speaker::default().hear(words(&screen.state), false, COLUMNS.into())
}

#[test]
fn every_situation_has_words_and_no_control_characters() {
    for (keys, screen) in situations() {
        let told = told(screen);
        assert!(!words(&screen.state).place.is_empty(), "after {keys:?} nothing says where one is");
        let controls: Vec<_> = told.chars().filter(|c| c.is_control() && !"\r\n\u{8}".contains(*c)).collect();
        assert!(controls.is_empty(), "after {keys:?}: {controls:?} in {told}");
    }
}

/// So many states of a context are enough to try an action in.
const ENOUGH: usize = 4;

/// Actions whose effect on the picture needs no words: what scrolls was told whole, and looks are not heard.
const SILENT: &[&str] = &["panes.narrower", "panes.wider", "panes.even", "app.theme", "app.mouse"];

/// The picture without what happened, whose going is not told.
fn seen(screen: &Screen) -> String {
    let mut screen = screen.clone();
    screen.state.notice = None;
    screen.picture()
}

#[test]
fn every_change_that_is_seen_is_told() {
    let mut silent = Vec::new();
    let mut visits = HashMap::new();
    for (keys, before) in situations() {
        let context = before.state.context();
        let scrolls = matches!(
            context,
            Context::Help
                | Context::Report
                | Context::Log
                | Context::Details
                | Context::SyncConflict
                | Context::WhoIsWho
                | Context::Plan
        );
        for spec in TABLE.iter().filter(|spec| spec.contexts.contains(&context) && !SILENT.contains(&spec.name)) {
            let Some(key) = before.state.keyboard.keymap.keys(spec.action, context).into_iter().next() else {
                continue;
            };
            let visited = visits.entry((context, spec.name)).or_insert(0);
            *visited += 1;
            if *visited > ENOUGH {
                continue;
            }
            let mut after = before.clone();
            after.press(&key);
            let mut speaker = Speaker::default();
            speaker.hear(words(&before.state), false, COLUMNS.into());
            let news = speaker.hear(words(&after.state), true, COLUMNS.into());
            let moved = matches!(spec.action, Action::Move(_)) && scrolls;
            if news.is_empty() && seen(&after) != seen(before) && !after.has_quit && !moved {
                silent.push(format!("{} by {key} after {keys:?}", spec.name));
            }
        }
    }
    assert!(silent.is_empty(), "seen but not told (src/ui/plain has the words):\n{}", silent.join("\n"));
}

#[test]
fn one_contact_is_said_as_one() {
    let told = words(&crate::screen("/zolkiewski<enter>x").state).item;
    assert!(told.contains("shown, 1 contact."), "{told}");
}
