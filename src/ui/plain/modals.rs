//! What lies over the panes, in words.

use super::{Words, accounts, hints, lists, nth, picture, transfer, typed};
use crate::app::{Conflict, Form, GroupCell, GroupForm, Help, HelpLine, Modal, Question, State, cursor_byte};

pub(super) fn words(modal: &Modal, state: &State) -> Words {
    match modal {
        Modal::Question(question) => self::question(question, state),
        Modal::Conflict(conflict) => self::conflict(conflict, state),
        Modal::Help(help) => self::help(help, state),
        Modal::Palette(palette) => lists::palette(palette),
        Modal::People(picker) => lists::people(picker),
        Modal::Memberships(list) => lists::memberships(list),
        Modal::Log(_) => lists::log(state),
        Modal::Report(report) => transfer::report(report, state),
        Modal::Picker(picker) => transfer::picker(picker),
        Modal::Exporter(form) => transfer::exporter(form, state),
        Modal::Progress => transfer::progress(state),
        Modal::GroupForm(form) => group_form(form, state),
        Modal::Menu(menu) => {
            let word = menu.words().nth(menu.list.cursor).unwrap_or_default();
            let item = format!("{}: {word}", nth(menu.list.cursor, menu.len()));
            Words { place: menu.title.clone(), item, ..Words::default() }
        }
        // Blocks that only a camera understands.
        Modal::Qr(code) => Words { place: format!("QR code of {}", code.says), ..Words::default() },
        Modal::Form(form) => self::form(form, modal, state),
        Modal::SignIn(view) => accounts::sign_in(view, state),
        Modal::SignOut(view) => accounts::sign_out(view, state),
        Modal::Queue(view) => accounts::queue(view, state),
        Modal::Dispute(view) => accounts::dispute(view, state),
        Modal::Twins(view) => accounts::twins(view, state),
        Modal::Plan(view) => accounts::plan(view, state),
    }
}

/// A form is walked through; its fields are not read out when it opens. Of the list of words over a field the word
/// chosen is told.
fn form(form: &Form, modal: &Modal, state: &State) -> Words {
    let Some((words, choice)) = form.words.as_ref().and_then(|words| Some((words, words.chosen()?))) else {
        return Words { quiet: true, ..picture::modal(modal, state) };
    };
    let item = format!("Word {}: {}", nth(words.list.cursor, words.words.len()), choice.shown);
    Words { place: form.title(), item, ..Words::default() }
}

fn question(question: &Question, state: &State) -> Words {
    let place = format!("Question: {} {}", question.text, hints(state));
    Words { place, text: question.consequences.clone(), ..Words::default() }
}

fn conflict(conflict: &Conflict, state: &State) -> Words {
    let place = format!("{} was changed elsewhere meanwhile", conflict.name);
    let text = vec![
        format!("Changed by both: {}", conflict.fields.join(", ")),
        "Nothing is saved yet".to_owned(),
        format!("Keys: {}", hints(state)),
    ];
    Words { place, text, ..Words::default() }
}

fn help(help: &Help, state: &State) -> Words {
    let lines = help.lines(&state.keyboard.keymap, u16::MAX).into_iter();
    let mut text: Vec<String> = lines
        .filter_map(|line| match line {
            HelpLine::Gap => None,
            HelpLine::Heading(title) => Some(format!("{title}:")),
            HelpLine::Keys { keys, title } => Some(format!("{keys}: {title}")),
        })
        .collect();
    if text.is_empty() {
        text.push("No key does that".to_owned());
    }
    // While one types, what is found is not told at each letter.
    if help.editing {
        let typed = Some(typed("help", "Find a key", help.input.value(), cursor_byte(&help.input)));
        return Words { place: "Finding keys".to_owned(), typed, ..Words::default() };
    }
    Words { place: "Keys".to_owned(), text, ..Words::default() }
}

fn group_form(form: &GroupForm, state: &State) -> Words {
    let place = form.title();
    let said = form.problem.clone().or_else(|| state.cost_of(form));
    let text = said.iter().map(|said| format!("Name: {said}")).collect();
    let members = &form.members;
    match form.focus {
        GroupCell::Name => {
            let typed = Some(typed("name", "Name, edit", form.name.value(), cursor_byte(&form.name)));
            Words { place, text, typed, ..Words::default() }
        }
        GroupCell::Type => {
            let word = match form.group_type {
                crate::book::GroupType::Normal => "normal",
                crate::book::GroupType::External => "external, mirrors another system",
            };
            Words { place, text, item: format!("Type, left and right choose: {word}"), ..Words::default() }
        }
        GroupCell::Members => {
            let row = members.visible.get(members.list.cursor).and_then(|place| state.roster.rows.get(*place));
            let item = row.map_or_else(
                || "Nobody matches".to_owned(),
                |row| {
                    let ticked = if members.is_ticked(row) { "member" } else { "not a member" };
                    format!("{}: {}, {ticked}", nth(members.list.cursor, members.visible.len()), row.name)
                },
            );
            let label = format!("Members, {} of {}, find", members.ticked, members.total);
            let typed = Some(typed("members", &label, members.query.value(), cursor_byte(&members.query)));
            Words { place, text, item, typed, ..Words::default() }
        }
    }
}
