//! The answers to requests about Webex accounts, as long as nothing here speaks to Webex: each is refused in a sentence.

use crate::app::{Answered, Effect, Event, RequestId, SignInEnd};

const REFUSAL: &str = "this callbook cannot reach Webex yet; nothing was changed";

/// The answer to an effect, if it is about an account.
pub(super) fn refusal(effect: &Effect) -> Option<Event> {
    let failed = |request: RequestId| Event::Answered { request, answer: Answered::Failed(REFUSAL.to_owned()) };
    Some(match effect {
        Effect::SignIn { request, .. } => {
            Event::SignedIn { request: *request, end: SignInEnd::Failed(REFUSAL.to_owned()) }
        }
        Effect::SyncNow { request }
        | Effect::SignOut { request, .. }
        | Effect::RetrySending { request, .. }
        | Effect::DropSending { request, .. }
        | Effect::AnswerConflict { request, .. }
        | Effect::ConfirmBrake { request, .. }
        | Effect::RefuseBrake { request, .. }
        | Effect::RefreshDirectory { request } => failed(*request),
        _ => return None,
    })
}
