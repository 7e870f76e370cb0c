//! Imports and exports, in words.

use super::{Words, hints, nth, people, typed};
use crate::app::{EntryKind, ExportCell, Exporter, Picker, Report, State, cursor_byte, size_in_words};

pub(super) fn report(report: &Report, state: &State) -> Words {
    let lines = report.lines(u16::MAX).into_iter();
    let mut text: Vec<_> = lines.map(|line| line.text.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    text.push(format!("Keys: {}", hints(state)));
    Words { place: report.title(), text, ..Words::default() }
}

/// Where one is, what is typed, and the file that would be chosen.
pub(super) fn picker(picker: &Picker) -> Words {
    let item = picker.selected().map_or_else(
        || if picker.listing.is_none() { String::new() } else { "Nothing to import here".to_owned() },
        |entry| {
            let facts = match entry.kind {
                EntryKind::Directory => "directory".to_owned(),
                EntryKind::File => size_in_words(entry.size),
                EntryKind::Other => "not readable".to_owned(),
            };
            let marked = if picker.marked.contains(&entry.path) { ", marked" } else { "" };
            format!("File {}: {}, {facts}{marked}", nth(picker.list.cursor, picker.shown.len()), entry.name)
        },
    );
    let typed = Some(typed("picker", "Filter or path", picker.input.value(), cursor_byte(&picker.input)));
    let text = picker.problem.clone().into_iter().collect();
    Words { place: format!("Import, in {}", picker.title), text, item, typed, ..Words::default() }
}

/// What is being done; how much of it would be a line at every glance.
pub(super) fn progress(state: &State) -> Words {
    let Some((transfer, errand)) = state.carried() else { return Words::default() };
    let (place, item) = (crate::ui::import::progress_title(errand), format!("{}…", transfer.verb(Some(errand))));
    Words { place, text: vec![format!("Keys: {}", hints(state))], item, ..Words::default() }
}

pub(super) fn exporter(form: &Exporter, state: &State) -> Words {
    let (place, text) = ("Export".to_owned(), form.problem.clone().into_iter().collect());
    let choice = |what: &str, word: &str| Words {
        item: format!("{what}, left and right choose: {word}. {}", hints(state)),
        ..Words::default()
    };
    let words = match form.focus {
        ExportCell::Who => {
            let who = form.choices.get(form.who);
            choice("Who", &who.map_or_else(String::new, |(_, name, count)| format!("{name}, {}", people(*count))))
        }
        ExportCell::Format => choice("Format", form.format().title()),
        ExportCell::File => {
            let typed = Some(typed("file", "File, edit", form.input.value(), cursor_byte(&form.input)));
            Words { typed, ..Words::default() }
        }
    };
    Words { place, text, ..words }
}
