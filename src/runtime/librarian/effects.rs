//! What the screen wants of the book, effect by effect.

use std::{collections::HashSet, sync::Arc};

use super::Desk;
use crate::{
    app::{Answered, Effect, Event, RequestId},
    book::{Command, Committed, Failure, Ruling, Twins, phone},
    plan::{Answer, ServerId, Unclear},
    runtime::{kept, searcher::Search},
    search::{Index, Query},
    store::OFFLINE,
};

impl Desk {
    pub(super) fn carry_out_effect(&mut self, effect: Effect) {
        match effect {
            Effect::LoadRows { request } => match self.book.rows(None) {
                Ok(rows) => {
                    let index = Arc::new(Index::new(&rows));
                    self.answer(Event::RowsLoaded { request, rows, index });
                }
                Err(failure) => self.answer(Event::TaskFailed { request, message: failure.to_string() }),
            },
            Effect::LoadContact { request, id } => {
                let result = self.book.contact(id).map(|found| found.map(Box::new));
                self.answer(Event::ContactLoaded { request, result });
            }
            Effect::LoadWords { request } => self.words.read(request, self.book.path(), &self.events),
            Effect::CheckNumber { request, number, region } => {
                let doubt = phone::doubt(&number, region.as_deref());
                self.answer(Event::NumberChecked { request, doubt });
            }
            Effect::LoadHistory { request, id, limit } => {
                let result = self.book.history(Some(id), limit);
                self.answer(Event::HistoryLoaded { request, result });
            }
            Effect::Sort { request, order } => self.answer(match self.book.sorted(order) {
                Ok(ids) => Event::Sorted { request, ids },
                Err(failure) => Event::TaskFailed { request, message: failure.to_string() },
            }),
            Effect::LoadContacts { request, ids } => {
                let found = ids.into_iter().filter_map(|id| self.book.contact(id).transpose());
                self.answer(Event::ContactsLoaded { request, result: found.collect() });
            }
            Effect::Filter { request, query, index, groups, scope } => {
                let query = Query::parse(&query);
                let notes = if query.notes().is_empty() {
                    Ok(HashSet::default())
                } else {
                    self.book.notes_matching(query.notes())
                };
                match notes {
                    Ok(notes) => self.searcher.search(Search { request, query, scope, index, groups, notes }),
                    Err(failure) => self.answer(Event::TaskFailed { request, message: failure.to_string() }),
                }
            }
            Effect::Perform { request, command } => {
                let result = self.remember(&command).and_then(|()| self.book.perform(command));
                let moved = result.is_ok();
                self.answer(Event::Committed { request, result });
                if moved {
                    self.book_moved();
                }
            }
            Effect::ListDirectory { request, directory } => {
                if let Err(error) = self.lister.list(request, directory, self.events.clone()) {
                    self.answer(Event::TaskFailed { request, message: format!("cannot read a directory: {error}") });
                }
            }
            Effect::Import { request, .. } | Effect::Export { request, .. } => {
                self.porter.carry(request, effect, self.book.path(), &self.carried);
            }
            Effect::StopTransfer { request } => self.porter.stop(request, &self.carried),
            Effect::OpenDemo { request } => self.open_demo(request),
            // It has a thread of its own, see `send`.
            Effect::SearchPeople { request, query, account } => self.people.search(request, query, account),
            Effect::SyncNow { .. }
            | Effect::LookAgain
            | Effect::CancelSync
            | Effect::TrustKeyServer { .. }
            | Effect::SignIn { .. }
            | Effect::CancelSignIn { .. }
            | Effect::SignOut { .. }
            | Effect::RetrySending { .. }
            | Effect::ConfirmBrake { .. }
            | Effect::RefuseBrake { .. }
            | Effect::RefreshDirectory { .. } => self.office.carry(effect),
            Effect::DropSending { request, record } => {
                let result = self.book.drop_unsent(record.kind, record.id);
                self.settled(request, result);
            }
            Effect::AnswerConflict { request, record, ruling } => {
                let answer = match ruling {
                    Ruling::Mine => Answer::Mine,
                    Ruling::Theirs => Answer::Theirs,
                    Ruling::Both => Answer::Both,
                };
                let result = self.book.answer_conflict(record.kind, record.id, answer);
                self.settled(request, result);
            }
            Effect::AnswerTwins { request, twins, same } => self.answer_twins(request, &twins, same),
            Effect::KeepTyped { before, draft } => {
                // Nobody is there to be told that it could not be kept.
                let _ = self.book.is_scratch() || kept::keep(self.book.path(), before, *draft).is_ok();
            }
            // The loop carries these out itself.
            Effect::Open { .. }
            | Effect::Copy { .. }
            | Effect::CaptureMouse { .. }
            | Effect::Quit
            | Effect::Suspend
            | Effect::Redraw
            | Effect::EditText { .. }
            | Effect::DropText { .. } => {}
        }
    }

    /// The answer to what a person decided about a record of an account.
    fn settled(&mut self, request: RequestId, result: Result<Committed, Failure>) {
        let answer = match result {
            Ok(committed) => {
                self.answer(Event::BookChanged(committed.delta));
                self.book_moved();
                Answered::Undoable(committed.title)
            }
            Err(failure) => Answered::Failed(failure.to_string()),
        };
        self.answer(Event::Answered { request, answer });
    }

    /// Who is who, as a person says. The next sync goes on with it, soon.
    fn answer_twins(&mut self, request: RequestId, twins: &Twins, same: bool) {
        let Twins { account, name, here, there, .. } = twins;
        let servers = there.iter().cloned().map(ServerId).collect();
        let unclear = Unclear { name: name.clone(), contacts: here.clone(), servers };
        let answer = match self.book.answer_unclear(account, &unclear, same) {
            Ok(()) if same => Answered::Done(format!("{name}: the same, one by one; the next sync goes on with it")),
            Ok(()) => Answered::Done(format!("{name}: different people; the next sync goes on with it")),
            Err(failure) => Answered::Failed(failure.to_string()),
        };
        self.book_moved();
        self.office.settled(account);
        self.answer(Event::Answered { request, answer });
    }

    /// Whom the directory of an account has just shown is known here from now on, if they become a contact.
    fn remember(&mut self, command: &Command) -> Result<(), Failure> {
        match command {
            Command::AddPerson { who, draft } if who.directory != OFFLINE => {
                draft.person.as_ref().map_or(Ok(()), |person| self.book.remember_people(std::slice::from_ref(person)))
            }
            _ => Ok(()),
        }
    }
}

/// The request that an effect answers.
pub(super) fn request_of(effect: &Effect) -> Option<RequestId> {
    match effect {
        Effect::OpenDemo { request }
        | Effect::LoadRows { request }
        | Effect::LoadContact { request, .. }
        | Effect::LoadHistory { request, .. }
        | Effect::LoadContacts { request, .. }
        | Effect::Open { request, .. }
        | Effect::Sort { request, .. }
        | Effect::Filter { request, .. }
        | Effect::LoadWords { request }
        | Effect::CheckNumber { request, .. }
        | Effect::SearchPeople { request, .. }
        | Effect::Perform { request, .. }
        | Effect::ListDirectory { request, .. }
        | Effect::Import { request, .. }
        | Effect::Export { request, .. }
        | Effect::EditText { request, .. }
        | Effect::SyncNow { request }
        | Effect::SignIn { request, .. }
        | Effect::SignOut { request, .. }
        | Effect::RetrySending { request, .. }
        | Effect::DropSending { request, .. }
        | Effect::AnswerConflict { request, .. }
        | Effect::AnswerTwins { request, .. }
        | Effect::ConfirmBrake { request, .. }
        | Effect::RefuseBrake { request, .. }
        | Effect::RefreshDirectory { request } => Some(*request),
        Effect::StopTransfer { .. }
        | Effect::LookAgain
        | Effect::CancelSync
        | Effect::TrustKeyServer { .. }
        | Effect::CancelSignIn { .. }
        | Effect::Copy { .. }
        | Effect::CaptureMouse { .. }
        | Effect::Quit
        | Effect::Suspend
        | Effect::Redraw
        | Effect::KeepTyped { .. }
        | Effect::DropText { .. } => None,
    }
}
