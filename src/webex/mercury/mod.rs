//! The socket on which the answers of the KMS come (specification section 5). It is opened when somebody needs it, and
//! closed when nobody did for a minute.
//!
//! ```text
//!  Mercury ─ wishes ─► keeper ─ one per socket ─► life ─► conversation ─► kms_messages()
//!                        ▲                                  │
//!                        └──────────── reports ─────────────┘
//! ```
//!
//! A conversation reads and writes and waits for nothing else; what came is handed on by a channel, so that whoever
//! waits for an answer never stands in its way. The keeper decides what follows an end ([`close`]).

pub mod close;
mod conversation;
pub mod frame;
mod keeper;
mod life;
mod socket;
mod state;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time::timeout,
};

pub use state::SocketState;

use super::{
    Timing, WebexError,
    auth::Login,
    catalog::{Catalog, Service},
    device::{Device, Registrar},
    http::Http,
};
use keeper::{Keeper, Wish};

/// So many events with answers of the KMS wait for who reads them; what is older is lost, and asked for again.
const WAITING_EVENTS: usize = 1024;

/// The socket of a device. Cheap to clone; with the last clone it ends.
#[derive(Clone)]
pub struct Mercury {
    shared: Arc<Shared>,
    wishes: mpsc::UnboundedSender<Wish>,
}

/// What the handles, the keeper and the lives share.
struct Shared {
    http: Http,
    login: Login,
    catalog: Catalog,
    wdm: Service,
    timing: Timing,
    device: watch::Sender<Device>,
    refreshing: tokio::sync::Mutex<()>,
    state: watch::Sender<SocketState>,
    users: watch::Sender<usize>,
    kms: broadcast::Sender<Arc<[String]>>,
    lost: AtomicU64,
}

/// While it lives the socket is not idle.
pub struct InUse(Arc<Shared>);

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.users.send_modify(|users| *users -= 1);
    }
}

impl Mercury {
    /// The socket of a device that was registered with `wdm` of the catalogue, closed as yet.
    ///
    /// # Errors
    /// The catalogue has no such service.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn new(http: Http, login: Login, catalog: Catalog, device: Device, timing: Timing) -> Result<Self, WebexError> {
        let wdm = catalog.service("wdm")?;
        let shared = Arc::new(Shared {
            http,
            login,
            catalog,
            wdm,
            timing,
            device: watch::Sender::new(device),
            refreshing: tokio::sync::Mutex::new(()),
            state: watch::Sender::new(SocketState::Closed),
            users: watch::Sender::new(0),
            kms: broadcast::Sender::new(WAITING_EVENTS),
            lost: AtomicU64::new(0),
        });
        let (wishes, granted) = mpsc::unbounded_channel();
        tokio::spawn(Keeper::new(Arc::clone(&shared), granted).keep());
        Ok(Self { shared, wishes })
    }

    /// Opens the socket where it is not open. It is up and authorised when this returns, and stays open as long as an
    /// [`InUse`] lives, and for a minute.
    ///
    /// # Errors
    /// It stays offline until [`Mercury::reopen`]; or it did not come up in time, then with what went wrong last.
    pub async fn ready(&self) -> Result<(), WebexError> {
        let _in_use = self.in_use();
        let within = self.shared.timing.authorize() + self.shared.timing.connect();
        let mut state = self.shared.state.subscribe();
        let settled = timeout(within, async {
            let (heard, granted) = oneshot::channel();
            self.wish(Wish::Open(heard));
            // From here on the state is no older than the wish.
            let _ = granted.await;
            state.wait_for(SocketState::is_settled).await
        });
        let settled = settled.await;
        match settled {
            Ok(Ok(state)) => match &*state {
                SocketState::Offline(error) => Err(error.clone()),
                _ => Ok(()),
            },
            _ => Err(self.state().error().unwrap_or(WebexError::TimedOut { doing: socket::CONNECT, within })),
        }
    }

    /// The answers of the KMS from now on, the items of one event at a time, each still to be decoded.
    pub fn kms_messages(&self) -> broadcast::Receiver<Arc<[String]>> {
        self.shared.kms.subscribe()
    }

    /// Keeps the socket from being idle.
    pub fn in_use(&self) -> InUse {
        self.shared.users.send_modify(|users| *users += 1);
        InUse(Arc::clone(&self.shared))
    }

    /// Closes it; the next [`Mercury::ready`] opens it again.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        self.wish(Wish::Close(done));
        let _ = closed.await;
    }

    /// Gives a socket that stays offline another chance, as a person asks for it.
    pub fn reopen(&self) {
        self.wish(Wish::Reopen);
    }

    /// How it stands.
    pub fn state(&self) -> SocketState {
        self.shared.state.borrow().clone()
    }

    /// Told whenever that changes.
    pub fn states(&self) -> watch::Receiver<SocketState> {
        self.shared.state.subscribe()
    }

    /// The device as it is registered now: it may have been registered anew since.
    pub fn device(&self) -> Device {
        self.shared.device()
    }

    /// Refreshes the registration of the device; where the server has forgotten it, it is registered anew.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub async fn refresh_device(&self) -> Result<Device, WebexError> {
        self.shared.refresh_device().await
    }

    /// How many messages are known to be lost: numbers that did not come.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    fn wish(&self, wish: Wish) {
        // The keeper lives as long as its runtime.
        let _ = self.wishes.send(wish);
    }
}

impl Shared {
    fn device(&self) -> Device {
        self.device.borrow().clone()
    }

    async fn refresh_device(&self) -> Result<Device, WebexError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let (http, login, wdm) = (&self.http, &self.login, &self.wdm);
        let device = self.device().refresh(Registrar { http, login, wdm, timing: self.timing }).await?;
        self.http.set_device(Some(&device.url));
        self.device.send_replace(device.clone());
        Ok(device)
    }

    fn hand_on(&self, messages: &Arc<[String]>) {
        // Nobody may be waiting.
        let _ = self.kms.send(Arc::clone(messages));
    }

    fn lose(&self, messages: u64) {
        self.lost.fetch_add(messages, Ordering::Relaxed);
    }
}
