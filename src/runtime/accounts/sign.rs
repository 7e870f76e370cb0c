//! Signing in by a code, and out.

use std::sync::Arc;

use tokio::{
    sync::oneshot,
    task::{AbortHandle, spawn_local},
};

use super::{
    desk::Desk,
    flight::client,
    status,
    task::{Job, Task},
};
use crate::{
    app::{Answered, Event, RequestId, SignInEnd},
    book::{AccountId, AccountState, Profile, SignInPrompt},
    config,
    runtime::SystemClock,
    store,
    sync::{
        How,
        account::{self, Access, SignedIn, timing},
    },
    webex::{
        WebexError,
        auth::{DevicePrompt, device_grant},
    },
};

/// A sign-in that waits for a person. It ends with this.
pub(super) struct SignIn {
    request: RequestId,
    work: AbortHandle,
    /// Where the answer goes when something is asked.
    question: Option<oneshot::Sender<bool>>,
}

impl Drop for SignIn {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Somebody wants to sign out.
#[derive(Clone, Copy)]
pub(super) struct Leaving {
    request: RequestId,
    keep: bool,
}

/// How far signing in or out has come.
pub(super) enum Step {
    /// A person has to say whether a key server is trusted.
    Asks { request: RequestId, host: String, answer: oneshot::Sender<bool> },
    /// The person has signed in, or it did not work.
    In { request: RequestId, account: AccountId, done: Result<SignedIn, WebexError> },
    /// Who that is.
    Who { request: RequestId, account: AccountId, who: Option<Box<Profile>>, notice: Option<String> },
    /// The sign-in is over; what of it did not work.
    Out { leaving: Leaving, account: AccountId, failed: Vec<String> },
}

impl Task {
    pub(super) fn begin_sign_in(&mut self, request: RequestId, account: Option<AccountId>) {
        if self.sign_in.is_some() {
            return self.sign_in_failed(request, "a sign-in is under way".to_owned());
        }
        let account = account.unwrap_or_else(|| self.name_of_new());
        let access = Access::prepare(&self.path, account.clone(), &self.settings, Arc::new(SystemClock));
        let access = match access {
            Ok(access) => access,
            Err(error) => return self.sign_in_failed(request, error.to_string()),
        };
        // Whoever was signed in before gives the device of this installation back.
        if let Some(desk) = self.desk(&account) {
            if let Some(stop) = &desk.flight {
                stop.send_replace(true);
            }
            if let Some(client) = desk.client.take() {
                spawn_local(client.close());
            }
        }
        let (settings, jobs, say) = (self.settings.clone(), self.jobs.clone(), self.sayer());
        let work = spawn_local(Box::pin(async move {
            let mut show = |prompt: &DevicePrompt| say(Event::SignInPrompted { request, prompt: in_words(prompt) });
            let mut trusts = async |host: &str| {
                let (answer, said) = oneshot::channel();
                let _ = jobs.send(Job::Sign(Box::new(Step::Asks { request, host: host.to_owned(), answer })));
                // Who is not asked any more trusts nobody.
                said.await.unwrap_or(false)
            };
            let done = sign_in(access, &settings, &mut show, &mut trusts).await;
            let _ = jobs.send(Job::Sign(Box::new(Step::In { request, account, done })));
        }));
        self.sign_in = Some(SignIn { request, work: work.abort_handle(), question: None });
    }

    /// One that is over, or cannot be called back any more, ends by itself.
    pub(super) fn cancel_sign_in(&mut self, request: RequestId) {
        if self.sign_in.take_if(|sign_in| sign_in.request == request).is_some() {
            self.say(Event::SignedIn { request, end: SignInEnd::Cancelled });
        }
    }

    /// What a person says to the question of a sign-in.
    pub(super) fn answer_sign_in(&mut self, request: RequestId, trusted: bool) {
        let sign_in = self.sign_in.as_mut().filter(|sign_in| sign_in.request == request);
        if let Some(question) = sign_in.and_then(|sign_in| sign_in.question.take()) {
            // One that was cancelled meanwhile wants no answer.
            let _ = question.send(trusted);
        }
    }

    pub(super) fn begin_sign_out(&mut self, request: RequestId, account: &AccountId, keep: bool) {
        let Some(desk) = self.desk(account) else {
            return self.answer(request, Answered::Nothing("the account is gone already".to_owned()));
        };
        desk.leaving = Some(Leaving { request, keep });
        match &desk.flight {
            Some(stop) => _ = stop.send_replace(true),
            None => self.leave(account),
        }
    }

    /// Signs out, if somebody wants to.
    pub(super) fn leave(&mut self, account: &AccountId) {
        let (path, settings, jobs) = (self.path.clone(), self.settings.clone(), self.jobs.clone());
        let Some(desk) = self.desk(account) else { return };
        let Some(leaving) = desk.leaving.take() else { return };
        let client = desk.client.take().or_else(|| client(&path, account, &settings).ok());
        let account = account.clone();
        spawn_local(async move {
            let steps = match client {
                Some(client) => client.sign_out().await,
                // Nobody is signed in.
                None => Vec::new(),
            };
            let failed =
                steps.into_iter().filter_map(|(step, done)| done.err().map(|error| format!("{step}: {error}")));
            // The next sign-in may meet another key server.
            let access = Access::prepare(&path, account.clone(), &settings, Arc::new(SystemClock));
            let unpinned = access.and_then(|mut access| access.binding.pin(None));
            let failed = failed.chain(unpinned.err().map(|error| error.to_string())).collect();
            let _ = jobs.send(Job::Sign(Box::new(Step::Out { leaving, account, failed })));
        });
    }

    pub(super) fn signed(&mut self, step: Step) {
        match step {
            Step::Asks { request, host, answer } => {
                if let Some(sign_in) = self.sign_in.as_mut().filter(|sign_in| sign_in.request == request) {
                    sign_in.question = Some(answer);
                    self.say(Event::SignInAsked { request, host });
                }
            }
            Step::In { request, account, done } => self.signed_in(request, account, done),
            Step::Who { request, account, who, notice } => self.who(request, &account, who.as_deref(), notice),
            Step::Out { leaving, account, failed } => self.signed_out(leaving, &account, failed),
        }
    }

    fn signed_in(&mut self, request: RequestId, account: AccountId, done: Result<SignedIn, WebexError>) {
        let is_wanted = self.sign_in.take_if(|sign_in| sign_in.request == request).is_some();
        let SignedIn { client, notice } = match done {
            Ok(signed_in) if is_wanted => signed_in,
            // It was cancelled in the last moment.
            Ok(SignedIn { client, .. }) => return drop(spawn_local(client.sign_out())),
            Err(error) if is_wanted => return self.sign_in_failed(request, error.to_string()),
            Err(_) => return,
        };
        if let Err(failure) = account::enter(&mut self.book, &account, None) {
            spawn_local(client.sign_out());
            return self.sign_in_failed(request, failure.to_string());
        }
        if self.desk(&account).is_none()
            && let Ok(status) = status::of_account(&self.book, account.clone())
        {
            self.desks.push(Desk::new(status));
        }
        if let Some(desk) = self.desk(&account) {
            desk.client = Some(client.clone());
        }
        let jobs = self.jobs.clone();
        spawn_local(Box::pin(async move {
            let who = client.directory().me().await.ok().map(|person| Box::new(person.profile));
            let _ = jobs.send(Job::Sign(Box::new(Step::Who { request, account, who, notice })));
        }));
    }

    fn who(&mut self, request: RequestId, account: &AccountId, who: Option<&Profile>, notice: Option<String>) {
        if let Err(failure) = account::enter(&mut self.book, account, who) {
            self.say(Event::Alarmed(failure.to_string()));
        }
        let login = status::of_account(&self.book, account.clone()).map(|status| status.login).unwrap_or_default();
        if let Some(desk) = self.desk(account) {
            desk.status.login = login;
        }
        self.fly(account, How::default());
        self.tell();
        let name = who.map(|profile| profile.display_name.as_str()).unwrap_or_default();
        let name = if name.is_empty() { String::new() } else { format!(" as {name}") };
        let notice = notice.map(|notice| format!(". {notice}")).unwrap_or_default();
        let sentence = format!("Signed in{name} to {}{notice}", status::name(account));
        self.say(Event::SignedIn { request, end: SignInEnd::Done(sentence) });
    }

    fn signed_out(&mut self, leaving: Leaving, account: &AccountId, mut failed: Vec<String>) {
        let Leaving { request, keep } = leaving;
        let becomes = if keep { store::Leaving::Keep } else { store::Leaving::Remove };
        let name = status::name(account);
        let removed = self.book.remove_account(account, becomes);
        match &removed {
            Ok(_) => self.desks.retain(|desk| desk.account != *account),
            Err(failure) => {
                failed.push(failure.to_string());
                if let Some(desk) = self.desk(account) {
                    desk.status.state = AccountState::SignedOut;
                }
            }
        }
        self.tell();
        self.answer(
            request,
            match removed {
                Ok(_) if !failed.is_empty() => {
                    Answered::Failed(format!("Signed out of {name}, but not everything worked: {}", failed.join("; ")))
                }
                Ok(committed) if keep && committed.change.is_some() => Answered::Undoable(committed.title),
                Ok(committed) => Answered::Done(committed.title),
                Err(_) => Answered::Failed(failed.join("; ")),
            },
        );
    }

    fn sign_in_failed(&self, request: RequestId, reason: String) {
        self.say(Event::SignedIn { request, end: SignInEnd::Failed(reason) });
    }

    /// A name that no account of the book has.
    fn name_of_new(&self) -> AccountId {
        let is_free = |name: &AccountId| !self.desks.iter().any(|desk| desk.account == *name);
        let names = (2..).map(|number| format!("{}-{number}", account::FIRST));
        let mut names = std::iter::once(account::FIRST.to_owned()).chain(names).map(AccountId);
        names.find(is_free).unwrap_or_else(|| AccountId(account::FIRST.to_owned()))
    }
}

async fn sign_in(
    mut access: Access,
    settings: &config::Webex,
    show: &mut dyn FnMut(&DevicePrompt),
    trusts: &mut impl AsyncFnMut(&str) -> bool,
) -> Result<SignedIn, WebexError> {
    let tokens = if access.vault.is_command() {
        let none = || WebexError::SignedOut { reason: "token_command prints no token".to_owned() };
        access.vault.load(&access.account)?.ok_or_else(none)?
    } else {
        device_grant(&access.http, settings, &SystemClock, timing(), show).await?
    };
    access.sign_in(tokens, trusts).await
}

fn in_words(prompt: &DevicePrompt) -> SignInPrompt {
    SignInPrompt {
        page: prompt.verification_uri.clone(),
        code: prompt.user_code.clone(),
        link: prompt.verification_uri_complete.clone().unwrap_or_default(),
    }
}
