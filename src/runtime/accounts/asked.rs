//! Who waits for the end of which syncs.

use crate::{
    app::{Answered, RequestId},
    book::AccountId,
};

/// The requests that wait.
#[derive(Default)]
pub(super) struct Asked {
    waiting: Vec<Waiting>,
}

struct Waiting {
    request: RequestId,
    left: Vec<AccountId>,
    answers: Vec<Answered>,
}

impl Asked {
    /// A request is answered when the syncs of these accounts have ended.
    pub fn wait(&mut self, request: RequestId, accounts: Vec<AccountId>) {
        self.waiting.push(Waiting { request, left: accounts, answers: Vec::new() });
    }

    /// The sync of an account has ended: the requests that are answered by that.
    pub fn ended(&mut self, account: &AccountId, answer: &Answered) -> Vec<(RequestId, Answered)> {
        for waiting in &mut self.waiting {
            if waiting.left.contains(account) {
                waiting.left.retain(|left| left != account);
                waiting.answers.push(answer.clone());
            }
        }
        let answered = self.waiting.extract_if(.., |waiting| waiting.left.is_empty());
        answered.map(|waiting| (waiting.request, together(waiting.answers))).collect()
    }
}

/// Several answers in one: what went wrong first.
fn together(answers: Vec<Answered>) -> Answered {
    let (mut done, mut nothing, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Answered::Done(text) | Answered::Undoable(text) => done.push(text),
            Answered::Nothing(text) => nothing.push(text),
            Answered::Failed(text) => failed.push(text),
        }
    }
    let all = |first: Vec<String>, rest: Vec<String>| first.into_iter().chain(rest).collect::<Vec<_>>().join(" · ");
    match (failed.is_empty(), done.is_empty()) {
        (false, _) => Answered::Failed(all(failed, done)),
        (true, false) => Answered::Done(all(done, nothing)),
        (true, true) => Answered::Nothing(all(nothing, Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once_all_its_accounts_are_done_and_what_failed_comes_first() {
        let [one, two] = ["one", "two"].map(|name| AccountId(name.to_owned()));
        let mut asked = Asked::default();
        asked.wait(RequestId(1), vec![one.clone(), two.clone()]);
        asked.wait(RequestId(2), vec![two.clone()]);
        assert_eq!(asked.ended(&one, &Answered::Done("one: up to date".to_owned())), []);
        let answered = asked.ended(&two, &Answered::Failed("two: no".to_owned()));
        let both = Answered::Failed("two: no · one: up to date".to_owned());
        assert_eq!(answered, [(RequestId(1), both), (RequestId(2), Answered::Failed("two: no".to_owned()))]);
        assert_eq!(asked.ended(&two, &Answered::Done(String::new())), []);
    }
}
