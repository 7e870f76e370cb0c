//! All that the services share. One lock, held for no longer than one call takes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rsa::RsaPrivateKey;
use serde_json::Value;
use tokio::sync::Notify;

use crate::{
    call::Call,
    certs::Certificates,
    clock::{HOUR, Millis},
    contacts::AddressBook,
    devices::Devices,
    directory::{self, Directory},
    faults::Faults,
    journal::Journal,
    kms::{Keys, Sessions},
    mercury::Sockets,
    oauth::{self, Access, Tokens},
    options::Options,
    problem::Problem,
};

/// The services and what they know.
pub struct World {
    /// How it was started.
    pub options: Options,
    /// `https://127.0.0.1:PORT`
    pub base: String,
    /// `127.0.0.1:PORT`
    pub host: String,
    /// The certificates.
    pub certificates: Certificates,
    /// The static key of the KMS.
    pub static_key: RsaPrivateKey,
    /// Its public half as the KMS details carry it.
    pub static_jwk: String,
    /// The people of both organisations.
    pub directory: Directory,
    /// Told whenever a list of contacts was answered.
    pub list_answered: Notify,
    inner: Mutex<Inner>,
    calls: AtomicU64,
    under_way: AtomicU64,
    released: Notify,
    held: AtomicU64,
}

/// A call under way, as long as it lives.
pub struct UnderWay<'a>(&'a AtomicU64);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What changes.
pub struct Inner {
    /// Access, refresh and other tokens.
    pub tokens: Tokens,
    /// Registered devices.
    pub devices: Devices,
    /// Open sockets.
    pub sockets: Sockets,
    /// Content keys.
    pub keys: Keys,
    /// Sessions with the KMS.
    pub sessions: Sessions,
    /// The address books by user.
    pub books: BTreeMap<String, AddressBook>,
    /// What is to go wrong.
    pub faults: Faults,
    /// What was received.
    pub journal: Journal,
    /// Answers of the KMS that wait to be sent: device and message.
    pub outbox: Vec<(String, String)>,
    /// How long sessions with the KMS live.
    pub session_lifetime: Millis,
    /// An answer to `GET /kms/{userId}` in place of the true one.
    pub kms_details: Option<Value>,
    /// The service that the catalogue does not list.
    pub withheld_service: Option<String>,
    /// Who signs in at the authorisation page and by device codes.
    pub signs_in: usize,
}

impl Inner {
    /// A world without devices, sockets and faults.
    pub fn new(tokens: Tokens, keys: Keys, books: BTreeMap<String, AddressBook>) -> Self {
        Self {
            tokens,
            devices: Devices::default(),
            sockets: Sockets::default(),
            keys,
            sessions: Sessions::default(),
            books,
            faults: Faults::default(),
            journal: Journal::default(),
            outbox: Vec::new(),
            session_lifetime: HOUR,
            kms_details: None,
            withheld_service: None,
            signs_in: 0,
        }
    }

    /// The user who signs in, and their organisation.
    pub fn signing_in(&self) -> (String, String) {
        (directory::USERS[self.signs_in].to_owned(), directory::ORG.to_owned())
    }

    /// An answer of the KMS for a device.
    pub fn send_kms(&mut self, device: &str, message: String) {
        self.outbox.push((device.to_owned(), message));
    }
}

impl World {
    /// The world, shared by all connections.
    pub fn new(
        options: Options,
        host: String,
        certificates: Certificates,
        directory: Directory,
        inner: Inner,
    ) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            options,
            base: format!("https://{host}"),
            host,
            static_key: certificates.static_key()?,
            static_jwk: certificates.static_jwk()?,
            certificates,
            directory,
            list_answered: Notify::new(),
            inner: Mutex::new(inner),
            calls: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
            released: Notify::new(),
            held: AtomicU64::new(0),
        }))
    }

    /// What changes. A call that panicked leaves it as it was then: each change is whole.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next call.
    pub fn next_number(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A call is under way from now on.
    pub fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.under_way)
    }

    /// How many calls are under way, also those whose clients have gone.
    pub fn under_way(&self) -> u64 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Waits until what is held back goes on.
    pub async fn hold(&self) {
        let released = self.released.notified();
        self.held.fetch_add(1, Ordering::Relaxed);
        released.await;
    }

    /// What is held back goes on.
    pub fn release(&self) {
        self.held.store(0, Ordering::Relaxed);
        self.released.notify_waiters();
    }

    /// How many calls are held back, also those whose clients have gone.
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Whose call it is.
    ///
    /// # Errors
    /// 401 without a token in force.
    pub fn authorize(&self, call: &Call) -> Result<Access, Problem> {
        let token = call.bearer().ok_or_else(Problem::unauthorized)?;
        self.lock().tokens.access(token).cloned().ok_or_else(Problem::unauthorized)
    }

    /// A token without end for a user, with every scope.
    pub fn grant(&self, user: usize, token: Option<String>) -> String {
        let org = directory::ORG;
        let token = token.unwrap_or_else(|| {
            format!("{}_SIM1_{org}", crate::jose::encode(crate::jose::random::<32>()).replace('_', "-"))
        });
        let mut scopes: Vec<_> = oauth::SCOPES.split(' ').map(str::to_owned).collect();
        scopes.sort();
        let user = directory::USERS[user].to_owned();
        self.lock().tokens.grant(&token, Access { user, org: org.to_owned(), scopes, expires: None });
        token
    }
}
