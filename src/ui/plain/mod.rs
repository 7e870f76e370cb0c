//! Plain mode: the state in words, one labelled line for each change of focus or state; for screen readers, terminals
//! that know no cursor movements, and logs. No boxes, no colours, nothing that moves.
//!
//! [`words`] says where one is, [`Speaker`] what of it is new. What is typed is echoed in place at the end of the last
//! line, as at a shell's prompt: screen readers already speak such an echo as their users have set it, by letters or by
//! words, and a line for each letter would speak everything twice. What a list below a query finds is said when a key
//! asks for it (up, down, enter) and not at each letter, for the same reason.

mod accounts;
mod line;
mod lists;
mod modals;
mod panes;
mod picture;
mod speaker;
mod transfer;

pub use line::OpenLine;
pub use speaker::Speaker;

use crate::app::{Context, Notice, State, text::visible};

/// A field that is being typed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Which field, so that two with the same text are two.
    pub at: String,
    /// Its label and its text.
    pub line: OpenLine,
}

/// What a state says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The pane or the modal.
    pub place: String,
    /// What stands there to be read.
    pub text: Vec<String>,
    /// Whether that is read only where it differs, not on arrival.
    pub quiet: bool,
    /// What has the focus in it.
    pub item: String,
    /// The field that is typed in.
    pub typed: Option<Typed>,
    /// What is under way.
    pub doing: String,
    /// How it stands with the account.
    pub account: String,
    /// What happened.
    pub notice: Option<Notice>,
}

/// What a state says.
pub fn words(state: &State) -> Words {
    let here = match state.modals.last() {
        Some(modal) => modals::words(modal, state),
        None => panes::words(state),
    };
    Words { doing: doing(state), account: state.account_heard(), notice: state.notice.clone(), ..here }
}

fn doing(state: &State) -> String {
    if state.keyboard.begun.is_empty() {
        return super::header::doing(state).filter(|doing| !doing.starts_with("saving")).unwrap_or_default();
    }
    let keys: Vec<_> = state.keyboard.begun.iter().map(ToString::to_string).collect();
    format!("{}, and then?", keys.join(" "))
}

/// What can be done here: `y yes, n no`. Help and palette, which are everywhere, are left out.
fn hints(state: &State) -> String {
    let hints = state.hints().into_iter().filter(|hint| !matches!(&*hint.word, "help" | "all"));
    hints.map(|hint| format!("{} {}", hint.key, hint.word)).collect::<Vec<_>>().join(", ")
}

/// A labelled field with its text and cursor (in bytes).
fn typed(at: impl Into<String>, label: &str, text: &str, cursor: usize) -> Typed {
    let (before, after) = text.split_at(cursor.min(text.len()));
    let head = format!("{label}: {}", visible(before));
    let cursor = head.len();
    Typed { at: at.into(), line: OpenLine { text: head + &visible(after), cursor } }
}

/// `3 of 41`.
fn nth(place: usize, of: usize) -> String {
    format!("{} of {of}", place + 1)
}

fn people(count: usize) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}

/// The query of a list, as it is typed.
fn query(state: &State) -> Option<Typed> {
    let filter = &state.contacts.filter;
    let typing = state.context() == Context::Filter && state.modals.is_empty();
    typing.then(|| typed("query", "Find", filter.input.value(), crate::app::cursor_byte(&filter.input)))
}
