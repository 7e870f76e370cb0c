//! What lies over the panes about accounts, in words.

use super::{Words, hints, nth};
use crate::{
    app::{DisputeView, PlanView, QueueView, SignIn, SignInStep, SignOut, State, TwinsView},
    book::name::or_no_name,
    ui::accounts::about,
};

/// The page and the code are read as they stand; blocks that only a camera understands are not.
pub(super) fn sign_in(view: &SignIn, state: &State) -> Words {
    let mut text = match &view.step {
        SignInStep::Asking => vec![format!("Asking {} for a code", view.name)],
        SignInStep::Asked(host) => vec![
            format!("The keys of your contacts are kept by {host}, which is not one of the known hosts of Webex"),
            "Is that the key server of your organisation?".to_owned(),
        ],
        SignInStep::Answered => vec![format!("Signing in to {}", view.name)],
        SignInStep::Failed(reason) => vec![reason.clone()],
        SignInStep::Prompted(prompt) => vec![
            format!("Open this page on any device: {}", prompt.page),
            format!("Type this code there: {}", prompt.code),
            "This goes on by itself once you have confirmed it there".to_owned(),
        ],
    };
    text.push(format!("Keys: {}", hints(state)));
    Words { place: view.title(), text, ..Words::default() }
}

pub(super) fn sign_out(view: &SignOut, state: &State) -> Words {
    let [question, rest @ ..] = view.sentences();
    let text = rest.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    Words { place: format!("Question: {question} {}", hints(state)), text, ..Words::default() }
}

pub(super) fn queue(view: &QueueView, state: &State) -> Words {
    let queue = &state.accounts.queue;
    let item = view.selected(&state.accounts).map_or_else(
        || "Nothing: all is sent".to_owned(),
        |(account, entry)| {
            let name = or_no_name(&entry.name);
            let (what, waits) = (State::outgoing_words(entry), about(state, account, entry));
            format!("Change {}: {name}, {what}, {waits}", nth(view.list.cursor, queue.len()))
        },
    );
    let mut text: Vec<_> = state.held_besides().collect();
    text.push(format!("Keys: {}", hints(state)));
    Words { place: "Waits to be sent".to_owned(), text, item, ..Words::default() }
}

pub(super) fn dispute(view: &DisputeView, state: &State) -> Words {
    let said =
        |value: &str| if value.trim().is_empty() { "nothing".to_owned() } else { value.trim().replace('\n', ", ") };
    let fields = view.dispute.fields.iter();
    let mut text: Vec<_> = fields
        .map(|field| {
            let (mine, theirs) = (said(&field.mine), said(&field.theirs));
            format!("{}: mine {mine}; theirs, in {}, {theirs}", field.field, view.account)
        })
        .collect();
    text.push(format!("Keys: {}", hints(state)));
    Words { place: view.sentence(), text, ..Words::default() }
}

pub(super) fn twins(view: &TwinsView, state: &State) -> Words {
    let fields = view.twins.fields.iter().map(|(label, value)| format!("{label}: {}", value.replace('\n', ", ")));
    let mut text: Vec<_> = fields.chain(view.outlook()).collect();
    text.push(format!("Keys: {}", hints(state)));
    Words { place: view.sentence(), text, ..Words::default() }
}

pub(super) fn plan(view: &PlanView, state: &State) -> Words {
    let lines = view.lines(u16::MAX).into_iter().map(|(line, _)| line);
    let mut text: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    text.push(format!("Keys: {}", hints(state)));
    Words { place: view.title(), text, ..Words::default() }
}
