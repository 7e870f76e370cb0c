//! One step of a plan becomes one request: noted with its sealed body before it leaves, settled with the answer. A request
//! that is noted already is sent as it was noted.

use std::collections::HashMap;

use crate::{
    book::{AccountId, Failure, GroupId, Timestamp, change::Kind},
    plan::{GroupLink, GroupRef, Holder, Image, Planned, ServerId, Step, There},
    store::{Book, Receipt, Sending, SendingImage, SendingState, ToSend, What},
    webex::{
        WebexError,
        contacts::{self, Contacts, Listing, NewContact, RemoteContact},
    },
};

use super::remote::{sealed_values, time};

/// Before the second try of a record that the server refuses, in milliseconds; doubled with each.
const FIRST_WAIT: i64 = 30_000;
/// The longest such wait.
const LONGEST_WAIT: i64 = 60 * 60 * 1000;

/// What became of a step.
#[derive(Debug)]
pub(super) enum Sent {
    /// The server has answered.
    Done,
    /// The server has answered, and only the next list proves it.
    Taken,
    /// It waits for its moment, or for a plan that knows more.
    Later,
    /// It may have arrived: only the next list tells.
    Unknown(WebexError),
    /// The server will not have this one; others may go.
    Failed(WebexError),
    /// Nothing more can be sent now.
    Stop(WebexError),
}

/// Carries steps to the server.
pub(super) struct Courier<'a> {
    pub book: &'a mut Book,
    pub account: &'a AccountId,
    pub contacts: &'a Contacts,
    pub now: Timestamp,
    servers: HashMap<GroupId, ServerId>,
    ours: HashMap<ServerId, GroupId>,
    olds: HashMap<&'a str, &'a RemoteContact>,
}

impl<'a> Courier<'a> {
    /// `groups` are the links of groups, `listing` what the server has now.
    pub fn new(
        book: &'a mut Book,
        account: &'a AccountId,
        contacts: &'a Contacts,
        now: Timestamp,
        groups: &[GroupLink],
        listing: &'a Listing,
    ) -> Self {
        let servers = groups.iter().map(|link| (link.id, link.server.clone())).collect();
        let ours = groups.iter().map(|link| (link.server.clone(), link.id)).collect();
        let olds = listing.contacts.iter().map(|contact| (contact.id.as_str(), contact)).collect();
        Self { book, account, contacts, now, servers, ours, olds }
    }

    /// Carries out a step.
    ///
    /// # Errors
    /// The book could not be written: then nothing may be sent.
    pub async fn carry(&mut self, planned: &Planned) -> Result<Sent, Failure> {
        let unanswered = |sending: &Sending| matches!(sending.state, SendingState::Creating | SendingState::Deleting);
        let noted = self.book.sending(&planned.id.to_string())?.filter(unanswered);
        if noted.as_ref().and_then(|noted| noted.next_try).is_some_and(|at| at > self.now) {
            return Ok(Sent::Later);
        }
        if noted.as_ref().is_some_and(is_in_vain) {
            self.contacts.never_patch();
        }
        let noted = noted.filter(|noted| !is_in_vain(noted)).map(|noted| noted.to_send);
        let mut to_send = match noted {
            Some(to_send) => to_send,
            None => match self.prepared(planned).await {
                Ok(to_send) => to_send,
                Err(sent) => return Ok(sent),
            },
        };
        loop {
            let sending = self.book.begin_sending(self.account, &to_send)?;
            match self.send(&sending, planned).await? {
                Ok(sent) => return Ok(sent),
                Err(error) if to_send.what == What::Patch && is_no_patch(&error) => {
                    self.contacts.never_patch();
                    to_send = match self.prepared(planned).await {
                        Ok(to_send) => to_send,
                        Err(sent) => return Ok(sent),
                    };
                }
                Err(error) => return self.fail(&sending, error),
            }
        }
    }

    async fn prepared(&self, planned: &Planned) -> Result<ToSend, Sent> {
        self.prepare(planned).await.map_err(judged)?.ok_or(Sent::Later)
    }

    /// The request of a step, sealed. `None` if a group that it needs is not there.
    async fn prepare(&self, planned: &Planned) -> Result<Option<ToSend>, WebexError> {
        let Step::There(there) = &planned.step else { return Ok(None) };
        let body = match there {
            There::CreateContact { image, .. } => self.seal(image, None, None).await?,
            There::ReplaceContact { image, key, server, .. } | There::RecreateContact { image, key, server, .. } => {
                self.seal(image, key.as_deref(), Some(server)).await?
            }
            There::CreateGroup { image, .. } => Some(self.contacts.seal_group(&image.name, image.group_type).await?),
            There::DeleteContact { .. }
            | There::DeleteOldContact { .. }
            | There::DeleteGroup { .. }
            | There::DeleteOldGroup { .. } => Some(String::new()),
        };
        let Some(body) = body else { return Ok(None) };
        let key = serde_json::from_str::<serde_json::Value>(&body).ok();
        let key = key.and_then(|body| body["encryptionKeyUrl"].as_str().map(str::to_owned));
        let sealed = sealed_values(&body);
        let Some(mut to_send) = ToSend::of(planned, body, sealed, key) else { return Ok(None) };
        if let Some(SendingImage::Contact(image)) = &mut to_send.image {
            **image = self.in_our_groups(image);
        }
        let old = to_send.replaces.as_ref().and_then(|server| self.olds.get(server.0.as_str()));
        match (there, old) {
            (There::RecreateContact { .. }, Some(old)) => to_send.old = Some(old.raw.text().to_owned()),
            (There::ReplaceContact { image, .. }, Some(old))
                if *image.holder() == Holder::Custom && old.kind == contacts::Kind::Custom =>
            {
                if let Some(patch) = self.contacts.patch_of(&to_send.body, old.raw.text()) {
                    (to_send.what, to_send.body) = (What::Patch, patch);
                }
            }
            _ => {}
        }
        Ok(Some(to_send))
    }

    /// The body of a contact, under the key of its old version where that is ours.
    async fn seal(
        &self,
        image: &Image,
        key: Option<&str>,
        old: Option<&ServerId>,
    ) -> Result<Option<String>, WebexError> {
        let mut draft = match image.holder() {
            Holder::Cloud(person) => NewContact::cloud(&person.0, image.profile().clone()),
            Holder::Custom => NewContact::custom(image.profile().clone()),
            Holder::Elsewhere => return Ok(None),
        };
        // In clear, no part of an image, and not to be lost with the old version.
        if let Some(old) = old.and_then(|server| self.olds.get(server.0.as_str())) {
            draft.profile.primary_contact_method = old.fields.primary_contact_method.clone().unwrap_or_default();
        }
        for group in image.groups() {
            let server = match group {
                GroupRef::Ours(id) => self.servers.get(id).cloned(),
                GroupRef::Theirs(server) => Some(server.clone()),
            };
            let Some(server) = server else { return Ok(None) };
            draft.groups.push(server.0);
        }
        draft.key = key.and_then(|key| key.parse().ok());
        match self.contacts.seal(&draft).await {
            Err(WebexError::NotSealed { .. }) if draft.key.is_some() => {
                draft.key = None;
                self.contacts.seal(&draft).await.map(Some)
            }
            sealed => sealed.map(Some),
        }
    }

    fn in_our_groups(&self, image: &Image) -> Image {
        image.in_groups(image.groups().iter().map(|group| match group {
            GroupRef::Theirs(server) => self.ours.get(server).map_or_else(|| group.clone(), |id| GroupRef::Ours(*id)),
            GroupRef::Ours(_) => group.clone(),
        }))
    }

    async fn send(&mut self, sending: &Sending, planned: &Planned) -> Result<Result<Sent, WebexError>, Failure> {
        let ToSend { kind, what, operation, body, id, .. } = &sending.to_send;
        if *what == What::Patch {
            let server = sending.to_send.replaces.as_ref().map(|server| server.0.as_str()).unwrap_or_default();
            return match self.contacts.send_patch(server, body).await {
                Ok(()) => {
                    self.book.advance_sending(operation)?;
                    Ok(Ok(Sent::Taken))
                }
                Err(error) => Ok(Err(error)),
            };
        }
        // Where the old version was deleted already and the step is still due, somebody has made one in its place.
        if sending.state == SendingState::Deleting || *what == What::Recreate {
            let server = sending.to_send.replaces.as_ref().map(|server| server.0.as_str()).unwrap_or_default();
            match self.delete(*kind, server).await {
                Ok(()) => {}
                // Perhaps another machine has put a new version in its place: the next plan sees to that.
                Err(error) if error.status() == Some(404) && is_the_current_one(planned) => return Ok(Ok(Sent::Later)),
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Ok(Err(error)),
            }
            if *what == What::Delete {
                self.book.settle_sending(self.account, operation, &Receipt::Deleted)?;
                return Ok(Ok(Sent::Done));
            }
            self.book.advance_sending(operation)?;
        }
        let created = match kind {
            Kind::Contact => self.contacts.send(body).await.map(|made| (made.id, made.created, made.last_modified)),
            Kind::Group => self.contacts.send_group(body).await.map(|made| (made.id, made.created, made.last_modified)),
        };
        let (server, created, modified) = match created {
            Ok((server, created, modified)) => (ServerId(server), time(created.as_deref()), time(modified.as_deref())),
            Err(error) => return Ok(Err(error)),
        };
        if *kind == Kind::Group {
            self.servers.insert(GroupId(*id), server.clone());
            self.ours.insert(server.clone(), GroupId(*id));
        }
        let receipt = Receipt::Created { server, raw: None, created, modified };
        self.book.settle_sending(self.account, operation, &receipt)?;
        Ok(Ok(Sent::Done))
    }

    async fn delete(&self, kind: Kind, server: &str) -> Result<(), WebexError> {
        match kind {
            Kind::Contact => self.contacts.delete(server).await,
            Kind::Group => self.contacts.delete_group(server).await,
        }
    }

    fn fail(&mut self, sending: &Sending, error: WebexError) -> Result<Sent, Failure> {
        let words = error.to_string();
        let sent = judged(error);
        let wait = match &sent {
            Sent::Failed(_) => Some(wait(sending)),
            Sent::Stop(WebexError::Busy { wait, .. }) => i64::try_from(wait.as_millis()).ok(),
            _ => None,
        };
        let next_try = wait.map(|wait| Timestamp(self.now.0.saturating_add(wait)));
        self.book.fail_sending(&sending.to_send.operation, &words, next_try)?;
        Ok(sent)
    }
}

/// How long a record waits that the server refused, in milliseconds: longer with each try, and not all the same.
fn wait(sending: &Sending) -> i64 {
    let longest = (FIRST_WAIT << sending.tries.min(7)).min(LONGEST_WAIT);
    let share = i64::from(sending.to_send.id.as_bytes()[15]);
    longest / 2 + longest / 2 * share / 255
}

/// Whether what a step deletes is no old version.
fn is_the_current_one(planned: &Planned) -> bool {
    matches!(planned.step, Step::There(There::DeleteContact { .. } | There::DeleteGroup { .. }))
}

/// Whether an edit in place was taken, or tried often enough, and still the list does not show it: this plan would not speak
/// of it otherwise.
fn is_in_vain(noted: &Sending) -> bool {
    noted.to_send.what == What::Patch && (noted.error.is_none() || noted.tries >= 3)
}

/// Whether the service has no edit in place, or not this one; the record is in the list.
fn is_no_patch(error: &WebexError) -> bool {
    matches!(error, WebexError::Refused(refusal) if refusal.status == 501 || is_of_this_record(refusal.status))
}

fn is_of_this_record(status: u16) -> bool {
    matches!(status, 400 | 404 | 405..=407 | 409..=417 | 422)
}

/// What an error means for the rest.
fn judged(error: WebexError) -> Sent {
    match &error {
        WebexError::Ambiguous { .. } => Sent::Unknown(error),
        WebexError::Refused(refusal) if refusal.status >= 500 => Sent::Unknown(error),
        WebexError::Refused(refusal) if is_of_this_record(refusal.status) => Sent::Failed(error),
        WebexError::NotSealed { .. } | WebexError::Invalid(_) => Sent::Failed(error),
        _ => Sent::Stop(error),
    }
}
