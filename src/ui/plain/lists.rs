//! Lists that one picks from, in words: each thing with its place and what the screen shows beside it.

use super::{Words, nth, typed};
use crate::app::{ChoiceLine, Memberships, Palette, People, State, Tick, cursor_byte};

pub(super) fn palette(palette: &Palette) -> Words {
    let item = palette.selected().map_or_else(
        || "No command is called that".to_owned(),
        |entry| {
            let keys = if entry.keys.is_empty() { String::new() } else { format!(", {}", entry.keys) };
            let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!(", not now: {reason}"));
            let at = nth(palette.list.cursor, palette.commands.len());
            format!("Command {at}: {}{keys}{reason}", entry.spec.title)
        },
    );
    let typed = Some(typed("palette", "Command", palette.input.value(), cursor_byte(&palette.input)));
    Words { place: "All commands".to_owned(), item, typed, ..Words::default() }
}

pub(super) fn people(picker: &People) -> Words {
    /// Lines that nothing is cut from.
    const ROOM: usize = 1000;
    let nobody = || {
        let (words, command) = picker.words();
        format!("{words} {command}").trim().to_owned()
    };
    let item = picker.selected().map_or_else(nobody, |_| {
        let lines = picker.person_lines(ROOM, ROOM).into_iter().filter(|line| !line.value.is_empty());
        let about: Vec<_> = lines.map(|line| format!("{} {}", line.label, line.value).trim().to_owned()).collect();
        let more = if picker.more() > 0 { format!(" and {} more", picker.more()) } else { String::new() };
        format!("Person {}{more}: {}", nth(picker.list.cursor, picker.people().len()), about.join(", "))
    });
    let typed = Some(typed("people", "Person", picker.input.value(), cursor_byte(&picker.input)));
    let place = if picker.source.is_some() { picker.title() } else { "People of the directory".to_owned() };
    let text = picker.remark.clone().into_iter().collect();
    Words { place, text, item, typed, ..Words::default() }
}

pub(super) fn memberships(list: &Memberships) -> Words {
    let lines = list.lines();
    let line = lines.get(list.list.cursor).map_or_else(String::new, |line| match line {
        ChoiceLine::New => format!("make the group {}", list.typed()),
        ChoiceLine::Group(place) => list.choices.get(*place).map_or_else(String::new, |choice| {
            let ticked = match choice.now {
                Tick::None => "not ticked",
                Tick::Some => "some of them",
                Tick::All => "ticked",
            };
            format!("{}, {ticked}", choice.name)
        }),
    });
    let item =
        if line.is_empty() { String::new() } else { format!("Group {}: {line}", nth(list.list.cursor, lines.len())) };
    let typed = Some(typed("memberships", "Find or make a group", list.filter.value(), cursor_byte(&list.filter)));
    Words { place: format!("Groups of {}", list.whose), item, typed, ..Words::default() }
}

/// All of the log at once: what was said stands above it on the terminal anyway.
pub(super) fn log(state: &State) -> Words {
    let lines = state.log.lines(&state.zone, state.now, u16::MAX).into_iter();
    let text = lines.map(|line| format!("{} {}", line.time, line.text).trim().to_owned()).collect();
    Words { place: "Log, newest first".to_owned(), text, ..Words::default() }
}
