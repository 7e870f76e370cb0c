//! The key server: where content keys come from (specification section 6). Nothing is believed before it has shown who it
//! is ([`trust`]); everything is sealed under a session key agreed upon with it ([`session`]).
//!
//! ```text
//!  Kms ─► keys ─► exchange ─► batch ─► line ─► POST kms/messages
//!  (cache, once)  (session,   (company)  ▲
//!                  silence)              └──── the socket ─► inbox ─► who waits
//! ```
//!
//! Requests go by HTTP, answers come on the socket, in any order and in any company; an id says which is whose.

mod batch;
mod exchange;
mod flight;
mod inbox;
mod keys;
mod line;
pub mod message;
pub mod session;
pub mod trust;
mod uri;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
};

use futures_util::future::join_all;

pub use uri::KeyUri;

use super::{
    Roots, Timing, WebexError, auth::Login, catalog::Service, device::Device, http::Http, jose::ContentKey,
    mercury::Mercury,
};
use crate::book::Timestamp;
use exchange::Exchange;
use keys::Keys;
use line::Line;
use message::Operation;

/// What is attempted, whatever it is about.
const ASK: &str = "ask the key server";

/// Whom to believe to be the user's key server.
#[derive(Clone, Debug)]
pub struct KmsTrust {
    /// Where its chain of certificates must end.
    pub roots: Roots,
    /// The hosts that it may have beside those of trusted domains.
    pub hosts: Vec<String>,
    /// The host that it had at the sign-in: no other is accepted since.
    pub pinned: Option<String>,
}

/// A client of the key server. Cheap to clone; all clones share session and keys.
#[derive(Clone)]
pub struct Kms {
    exchange: Arc<Exchange>,
    keys: Arc<Keys>,
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kms")
    }
}

impl Kms {
    /// A client that has said nothing yet. It must be used within a tokio runtime.
    pub fn new(
        http: Http,
        login: Login,
        encryption: Service,
        device: Device,
        socket: Mercury,
        trust: KmsTrust,
        timing: Timing,
    ) -> Self {
        let line = Line { http, login, encryption, device, socket };
        let exchange = Exchange::new(line, trust, timing);
        Self { keys: Keys::new(Arc::clone(&exchange)), exchange }
    }

    /// Content keys, each for itself: what fails harms no other. They are kept for the life of the process; failures are
    /// not.
    pub async fn keys(&self, uris: &[KeyUri]) -> HashMap<KeyUri, Result<ContentKey, WebexError>> {
        let distinct: HashSet<_> = uris.iter().collect();
        let gets = distinct.into_iter().map(async |uri| {
            let key = self.keys.get(uri).await;
            (uri.clone(), key.map(|key| key.content))
        });
        join_all(gets).await.into_iter().collect()
    }

    /// Whether new text may be sealed under a key (see [`super::seal::may_write`]).
    ///
    /// # Errors
    /// The key or the cluster cannot be learned.
    pub async fn may_write(&self, uri: &KeyUri) -> Result<bool, WebexError> {
        self.keys.may_write(uri).await
    }

    /// Makes a content key. It must be bound by [`Kms::create_resource`] before anything is stored under it: how long an
    /// unbound key lives nobody knows.
    ///
    /// # Errors
    /// The KMS refuses, is silent, or cannot be reached.
    pub async fn create_key(&self) -> Result<(KeyUri, ContentKey), WebexError> {
        self.keys.create().await
    }

    /// Makes a resource, binds keys to it, and returns its URI.
    ///
    /// # Errors
    /// As for [`Kms::create_key`].
    pub async fn create_resource(&self, keys: &[KeyUri]) -> Result<String, WebexError> {
        Ok(self.exchange.ask(&Operation::CreateResource(keys.to_vec())).await?.resource()?)
    }

    /// Makes everything ready for questions to come: the socket, who the KMS is, a session.
    ///
    /// # Errors
    /// As for [`Kms::create_key`].
    pub async fn prepare(&self) -> Result<(), WebexError> {
        self.exchange.prepare().await
    }

    /// Asks for nothing but an answer.
    ///
    /// # Errors
    /// As for [`Kms::create_key`].
    pub async fn ping(&self) -> Result<(), WebexError> {
        self.exchange.ask(&Operation::Ping).await.map(|_| ())
    }

    /// The URI of the user's cluster, `kms://host`, once it has shown who it is.
    ///
    /// # Errors
    /// It cannot show that, or cannot be reached.
    pub async fn cluster(&self) -> Result<String, WebexError> {
        Ok(self.exchange.cluster().await?.uri.clone())
    }

    /// When the session ends, if there is one.
    pub fn session_expires(&self) -> Option<Timestamp> {
        self.exchange.session_expires()
    }
}
