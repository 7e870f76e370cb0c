//! Where the answers of the KMS come in: opened one by one, and handed to who waits for them (specification section 6.4).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    oneshot,
};

use super::{
    message::Answer,
    session::{Session, Sessions},
};
use crate::webex::jose::{self, RsaKey};

/// The answers that are waited for, and what opens them.
#[derive(Default)]
pub struct Inbox {
    waiting: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    sessions: Mutex<Sessions>,
    static_key: Mutex<Option<Arc<RsaKey>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One answer that is waited for, as long as this lives.
pub struct Awaited<'a> {
    inbox: &'a Inbox,
    request_id: String,
    answer: oneshot::Receiver<Answer>,
}

impl Awaited<'_> {
    /// The answer, whenever it comes.
    pub async fn answer(&mut self) -> Option<Answer> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        lock(&self.inbox.waiting).remove(&self.request_id);
    }
}

impl Inbox {
    /// From now on an answer with this id is waited for.
    pub fn expect(&self, request_id: String) -> Awaited<'_> {
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).insert(request_id.clone(), sender);
        Awaited { inbox: self, request_id, answer }
    }

    /// The static key, which verifies the answers to handshakes from now on.
    pub fn trust(&self, key: Arc<RsaKey>) {
        *lock(&self.static_key) = Some(key);
    }

    /// The session in use from now on.
    pub fn begin(&self, session: Arc<Session>) {
        lock(&self.sessions).begin(session);
    }

    /// The session in use.
    pub fn session(&self) -> Option<Arc<Session>> {
        lock(&self.sessions).current().cloned()
    }

    /// Takes the items of one event in, each for itself: one that cannot be opened harms no other, one that nobody waits
    /// for is dropped.
    pub fn take_in(&self, items: &[String]) {
        for item in items {
            let delivered = self.open(item).is_some_and(|answer| {
                let waiting = lock(&self.waiting).remove(&answer.request_id);
                waiting.is_some_and(|waiting| waiting.send(answer).is_ok())
            });
            if !delivered {
                tracing::debug!("an item of the KMS was dropped: nobody waits for it, or it does not open");
            }
        }
    }

    /// Takes in what comes, until nothing comes any more.
    pub async fn listen(&self, mut events: Receiver<Arc<[String]>>) {
        loop {
            match events.recv().await {
                Ok(items) => self.take_in(&items),
                // What is lost is asked for again.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn open(&self, item: &str) -> Option<Answer> {
        match item.split('.').count() {
            3 => {
                let key = lock(&self.static_key).clone()?;
                Answer::parse(key.verify(item).ok()?, true)
            }
            5 => {
                let session = jose::key_id(item).ok()??;
                let key = lock(&self.sessions).key(&session)?;
                Answer::parse(key.open_to_string(item).ok()?, false)
            }
            _ => None,
        }
    }
}
