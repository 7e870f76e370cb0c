//! One signed-in account and all its services, each made when it is first needed, once, however many need it. What
//! fails is tried again by the next who needs it.
//!
//! ```text
//!  catalog ─┬─► device ─► socket ─► kms ─┬─► contacts
//!           └─► the list, still sealed ──┘
//! ```

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::OnceCell,
    task::{JoinHandle, spawn_blocking},
};

use super::{
    Catalog, Mercury, Roots, Service, SocketState, Timing, WebexError,
    auth::Login,
    catalog::{Asking, Shelf},
    contacts::{self, Ciphertext, Contacts, Keyring, Known, Listing},
    device::{Device, Kind, Registrar, Seat},
    directory::WebexDirectory,
    http::Http,
    kms::{Kms, KmsTrust},
};
use crate::{
    book::{AccountId, Timestamp},
    config,
};

/// Whose client it is.
#[derive(Debug)]
pub struct Identity {
    /// The account.
    pub account: AccountId,
    /// The id of this installation, which names our devices.
    pub installation: String,
    /// The host of the key server as it was at the sign-in.
    pub kms_host: Option<String>,
    /// The right to the lasting device of the installation; without it an ephemeral one is registered.
    pub seat: Option<Seat>,
}

/// A client of one account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    identity: Identity,
    settings: config::Webex,
    http: Http,
    login: Login,
    timing: Timing,
    catalog: Shelf,
    socket: OnceCell<Mercury>,
    kms: OnceCell<Kms>,
    memory: contacts::Memory,
    /// What is made ready while the list is on its way.
    warming: Mutex<Option<JoinHandle<()>>>,
}

/// A step of signing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The socket is closed.
    Socket,
    /// The devices of this installation are removed.
    Device,
    /// The tokens are revoked.
    Revoke,
    /// The tokens are wiped here.
    Tokens,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Socket => "close the connection",
            Self::Device => "remove the registration of this program",
            Self::Revoke => "revoke the sign-in",
            Self::Tokens => "wipe the tokens from this machine",
        })
    }
}

impl Client {
    /// A client that has said nothing yet.
    pub fn new(identity: Identity, settings: &config::Webex, http: Http, login: Login, timing: Timing) -> Self {
        let inner = Inner {
            identity,
            settings: settings.clone(),
            http,
            login,
            timing,
            catalog: Shelf::default(),
            socket: OnceCell::new(),
            kms: OnceCell::new(),
            memory: contacts::Memory::new(settings.edit),
            warming: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.inner.identity.account
    }

    /// The sign-in.
    pub fn login(&self) -> &Login {
        &self.inner.login
    }

    /// The way to the services.
    pub fn http(&self) -> &Http {
        &self.inner.http
    }

    /// The services of the organisation, as they were at most a day ago.
    ///
    /// # Errors
    /// The catalogue cannot be had.
    pub async fn catalog(&self) -> Result<Catalog, WebexError> {
        self.inner.catalog.catalog(self.asking()).await
    }

    /// A service of the organisation by its name; for one that is missing the catalogue is asked for once more.
    ///
    /// # Errors
    /// The catalogue cannot be had, or does not have it.
    pub async fn service(&self, name: &str) -> Result<Service, WebexError> {
        self.inner.catalog.service(self.asking(), name).await
    }

    fn asking(&self) -> Asking<'_> {
        let Inner { http, login, settings, .. } = &*self.inner;
        Asking { http, login, settings }
    }

    /// The socket of the registered device; it is opened when it is needed.
    ///
    /// # Errors
    /// The device cannot be registered.
    pub async fn socket(&self) -> Result<&Mercury, WebexError> {
        let Inner { identity, http, login, timing, .. } = &*self.inner;
        let make = async || {
            let wdm = self.service("wdm").await?;
            let kind = if identity.seat.is_some() { Kind::Lasting } else { Kind::Ephemeral };
            let device = Device::register(http, login, &wdm, &identity.installation, kind, *timing).await?;
            http.set_device(Some(&device.url));
            Mercury::new(http.clone(), login.clone(), self.catalog().await?, device, *timing)
        };
        self.inner.socket.get_or_try_init(make).await
    }

    /// The registered device.
    ///
    /// # Errors
    /// It cannot be registered.
    pub async fn device(&self) -> Result<Device, WebexError> {
        Ok(self.socket().await?.device())
    }

    /// How the socket stands; `None` before a device is registered.
    pub fn socket_state(&self) -> Option<SocketState> {
        self.inner.socket.get().map(Mercury::state)
    }

    /// When the session with the key server ends, if there is one.
    pub fn session_expires(&self) -> Option<Timestamp> {
        self.inner.kms.get().and_then(Kms::session_expires)
    }

    /// The key server.
    ///
    /// # Errors
    /// The device cannot be registered, or the roots for the key server cannot be read.
    pub async fn kms(&self) -> Result<&Kms, WebexError> {
        let Inner { identity, settings, http, login, timing, .. } = &*self.inner;
        let make = async || {
            let encryption = self.service("encryption").await?;
            let socket = self.socket().await?.clone();
            let trust = KmsTrust {
                roots: Roots::load(settings.kms_root_certificates.as_deref())?,
                hosts: settings.kms_hosts.clone(),
                pinned: identity.kms_host.clone(),
            };
            let device = socket.device();
            Ok(Kms::new(http.clone(), login.clone(), encryption, device, socket, trust, *timing))
        };
        self.inner.kms.get_or_try_init(make).await
    }

    /// The contacts of the account.
    ///
    /// # Errors
    /// As [`Client::kms`]; the organisation has no contacts service.
    pub async fn contacts(&self) -> Result<Contacts, WebexError> {
        let service = self.service(contacts::SERVICE).await?;
        let kms = self.kms().await?.clone();
        let Inner { http, login, memory, .. } = &*self.inner;
        Ok(Contacts::new(http.clone(), login.clone(), service, kms, self.directory(), memory.clone()))
    }

    /// The directory of the organisation.
    pub fn directory(&self) -> WebexDirectory {
        let Inner { identity, settings, http, login, socket, .. } = &*self.inner;
        let device = socket.get().map(Mercury::device);
        let organisation = device.as_ref().map(|device| device.org_id.as_str());
        let url = device.as_ref().map(|device| device.url.as_str());
        WebexDirectory::new(http, login, settings, &identity.account, organisation, url)
    }

    /// All contacts and groups, opened. While the list is on its way the device, the socket and the session are made; for
    /// a list without anything sealed they are not waited for.
    ///
    /// # Errors
    /// As [`Contacts::list`].
    pub async fn list(&self) -> Result<Listing, WebexError> {
        self.warm_up();
        self.open(&self.fetch().await?, &Known::default()).await
    }

    /// The list, still sealed: one call, for which no key is needed.
    ///
    /// # Errors
    /// As [`contacts::fetch`].
    pub async fn fetch(&self) -> Result<Ciphertext, WebexError> {
        let service = self.service(contacts::SERVICE).await?;
        contacts::fetch(&self.inner.http, &self.inner.login, &service).await
    }

    /// Opens a list, but for the contacts whose text is known; the key server is asked only if something is to be opened.
    ///
    /// # Errors
    /// As [`Contacts::open`].
    pub async fn open(&self, list: &Ciphertext, known: &Known) -> Result<Listing, WebexError> {
        let mut sealed = list.read()?;
        sealed.leave(known);
        let (keys, nonsense) = sealed.keys();
        if keys.is_empty() && nonsense.is_empty() {
            return Ok(sealed.open(Keyring::default()));
        }
        self.contacts().await?.open_sealed(&sealed).await
    }

    /// Makes ready what keys need, once, without waiting for it: a failure is that of who needs it then.
    pub fn warm_up(&self) {
        let mut warming = self.inner.warming.lock().unwrap_or_else(PoisonError::into_inner);
        if warming.is_none() {
            let client = self.clone();
            *warming = Some(tokio::spawn(async move {
                let ready = async { client.kms().await?.prepare().await };
                if let Err(error) = ready.await {
                    tracing::debug!(%error, "the key server was not reached ahead of time");
                }
            }));
        }
    }

    /// Ends: closes the socket, and removes a device that was registered for this process only.
    pub async fn close(self) {
        self.cool_down().await;
        let Some(socket) = self.inner.socket.get() else { return };
        socket.close().await;
        let device = socket.device();
        if device.ephemeral
            && let Err(error) = device.delete(&self.inner.http, &self.inner.login).await
        {
            tracing::debug!(%error, "the device was not removed; the server forgets it by itself");
        }
    }

    /// Signs out: closes the socket, removes our devices, revokes the tokens and wipes them; keys go with the client. Each
    /// step is done whatever became of the others.
    pub async fn sign_out(self) -> Vec<(Step, Result<(), WebexError>)> {
        self.cool_down().await;
        if let Some(socket) = self.inner.socket.get() {
            socket.close().await;
        }
        let device = self.remove_devices().await;
        // Where tokens are revoked the catalogue says; it was loaded for the device, or could not be.
        let login = self.inner.login.clone();
        let revoked = login.revoke().await;
        let wiped = spawn_blocking(move || login.forget()).await;
        let wiped = wiped.unwrap_or_else(|error| Err(WebexError::Local(error.to_string())));
        vec![(Step::Socket, Ok(())), (Step::Device, device), (Step::Revoke, revoked), (Step::Tokens, wiped)]
    }

    async fn remove_devices(&self) -> Result<(), WebexError> {
        let wdm = self.service("wdm").await?;
        let Inner { identity, http, login, timing, .. } = &*self.inner;
        Registrar { http, login, wdm: &wdm, timing: *timing }.remove_all(&identity.installation).await
    }

    /// Nothing is begun any more when this returns.
    async fn cool_down(&self) {
        let warming = self.inner.warming.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(warming) = warming {
            let _ = warming.await;
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account", &self.inner.identity.account).finish_non_exhaustive()
    }
}
