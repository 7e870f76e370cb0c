//! The panes in words.

use super::{Words, hints, nth, people, query};
use crate::{
    app::{DetailLine, Groups, Level, Pane, Section, SectionLine, State, Whose},
    book::{ContactType, Row},
};

pub(super) fn words(state: &State) -> Words {
    if state.greets() {
        let text = vec![format!("Keys: {}", hints(state))];
        return Words { place: "Your address book is empty".to_owned(), text, ..Words::default() };
    }
    let mut words = match state.focus {
        Pane::Groups => groups(state),
        Pane::Contacts => contacts(state),
        Pane::Details => details(state),
    };
    words.typed = query(state);
    if words.typed.is_some() {
        "Finding contacts".clone_into(&mut words.place);
        return words;
    }
    let filter = &state.contacts.filter;
    if filter.is_on() {
        let found = match state.focus {
            Pane::Contacts => format!("{} found for", people(state.contacts.visible.len())),
            Pane::Groups | Pane::Details => "finding".to_owned(),
        };
        words.place = format!("{}, {found} {}", words.place, filter.input.value());
    }
    if state.has_marks() {
        words.place = format!("{}, {} marked", words.place, state.marked());
    }
    words
}

fn groups(state: &State) -> Words {
    let lines: Vec<_> = Groups::lines(&state.roster).into_iter().flatten().collect();
    let at = lines.iter().position(|line| line.section == state.groups.section).unwrap_or_default();
    let item = lines.get(at).map_or_else(String::new, |line| {
        let kind = if line.external { ", external" } else { "" };
        let count = line.count.map_or_else(String::new, |count| format!(", {}", people(count)));
        let (noun, of) = match line.level {
            Level::Account => ("Account", String::new()),
            Level::Book => ("Group", String::new()),
            Level::Group => ("Group", of_account(state, line)),
        };
        format!("{noun} {}: {}{of}{count}{kind}", nth(at, lines.len()), line.name)
    });
    Words { place: "Groups".to_owned(), item, ..Words::default() }
}

/// The account of a group, where there are several.
fn of_account(state: &State, line: &SectionLine) -> String {
    let Section::Group(id) = line.section else { return String::new() };
    format!(" of {}", state.accounts.name(&state.roster.home_of(id)))
}

fn contacts(state: &State) -> Words {
    let shown = state.contacts.visible.len();
    // Of a book that is still being read only the first contacts are here.
    let all_are_here = state.roster.is_complete() || state.groups.section != Section::All;
    let count = if all_are_here { shown } else { state.roster.total };
    let place = match state.groups.section {
        Section::All => "Contacts".to_owned(),
        _ => format!("Contacts: {}", state.groups.title(&state.roster)),
    };
    let item = match state.selected() {
        Some(row) => format!("Contact {}: {}", nth(state.contacts.list.cursor, count), contact(row, state)),
        None if !state.roster.is_complete() => String::new(),
        None if state.contacts.filter.is_on() => "Nobody matches".to_owned(),
        None => "Nobody here".to_owned(),
    };
    Words { place, item, ..Words::default() }
}

/// `Ada Lovelace, Analytical Engines, favourite`.
fn contact(row: &Row, state: &State) -> String {
    let cloud = row.contact_type == ContactType::Cloud;
    let range = state.open_range().is_some_and(|(first, last)| (first..=last).contains(&state.contacts.list.cursor));
    let remarks = [
        (row.favourite, "favourite"),
        (cloud && row.unresolved, "no longer in the directory"),
        (cloud && !row.unresolved, "of the directory"),
        (row.unsent && !state.is_disputed(row), "not sent yet"),
        (row.unsent && state.is_disputed(row), "waits for your answer"),
        (range || state.marks.of(state.groups.section).contains(&row.id), "marked"),
    ];
    let remarks = remarks.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
    let parts = [row.name.as_str(), row.second.as_str()].into_iter().chain(remarks);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn details(state: &State) -> Words {
    let Some(row) = state.selected() else {
        return Words { place: "Details".to_owned(), item: "No contact is selected".to_owned(), ..Words::default() };
    };
    let place = format!("Details of {}", row.name);
    let is_here = state.details.contact.as_ref().is_some_and(|contact| contact.id == row.id);
    if !is_here {
        return Words { place, ..Words::default() };
    }
    let sheet = state.sheet_within(u16::MAX);
    let value = |place: usize| {
        let lines: Vec<_> = sheet.lines.iter().filter(|line| line.item == Some(place)).collect();
        let first = lines.first()?;
        let said = lines.iter().map(|line| if line.value.is_empty() { &line.label } else { &line.value });
        let said = said.map(String::as_str).collect::<Vec<_>>().join(", ");
        let label = if first.value.is_empty() || first.label.is_empty() { "" } else { &first.label };
        let colon = if label.is_empty() { "" } else { ": " };
        let primary = if first.primary { ", preferred" } else { "" };
        let whose = match first.whose {
            Whose::Own => "",
            Whose::Directory => ", of the directory",
            Whose::Here => ", only here",
        };
        Some(format!("{label}{colon}{said}{primary}{whose}"))
    };
    // What only explains a mark explains nothing here.
    let is_said = |line: &&DetailLine| line.item.is_none() && !line.label.is_empty() && line.whose != Whose::Here;
    let sentences = sheet.lines.iter().filter(is_said);
    let sentences = sentences.map(|line| line.label.clone());
    let text = sentences.chain((0..sheet.items.len()).filter_map(value)).collect();
    let selected = state.value().and_then(|_| value(state.details.cursor));
    let at = super::nth(state.details.cursor, sheet.items.len());
    let item = selected.map_or_else(String::new, |value| format!("Value {at}: {value}"));
    Words { place, text, item, ..Words::default() }
}
