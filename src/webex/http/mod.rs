//! HTTP as the services want it (specification section 11): trusted hosts alone, the headers of every call, repetitions
//! where nothing can happen twice, one gate per host, errors that keep the server's words.

mod call;
mod gate;
mod headers;
mod problem;
mod retry;
mod route;
mod send;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
};

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Url;
use uuid::Uuid;

use super::{Roots, Timing, TrustedHosts, WebexError, random, tls};
use crate::config;

pub use call::{Authorization, Body, Call, Reply, To};
pub use problem::tidy;
pub(super) use problem::{oauth_code, refusal};

/// The longest body of an answer, in bytes, unless the caller knows better.
const LONGEST_BODY: usize = 16 << 20;

/// The way to the services: connections, gates, trusted hosts. Cheap to clone; one per process is enough.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    client: reqwest::Client,
    route: route::Route,
    tls: Arc<rustls::ClientConfig>,
    trusted: TrustedHosts,
    timing: Timing,
    gates: gate::Gates,
    session: Uuid,
    calls: AtomicU64,
    device: Mutex<Option<String>>,
}

impl Http {
    /// Sets TLS up; nothing is sent.
    ///
    /// # Errors
    /// The root certificates cannot be read.
    pub fn new(settings: &config::Webex, timing: Timing) -> Result<Self, WebexError> {
        let tls = tls::client(&Roots::load(settings.root_certificates.as_deref())?)?;
        let mut offering = tls.clone();
        offering.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(offering)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(timing.connect())
            .user_agent(headers::USER_AGENT);
        let mut route = route::Route::of_the_system();
        // A proxy cannot reach this machine's loopback.
        if is_loopback(&settings.u2c_url) {
            builder = builder.no_proxy();
            route = route::Route::straight();
        }
        let client = builder.build().map_err(|error| WebexError::Local(format!("HTTP cannot be set up: {error}")))?;
        let inner = Inner {
            client,
            route,
            tls: Arc::new(tls),
            trusted: TrustedHosts::new(settings),
            timing,
            gates: gate::Gates::default(),
            session: random::uuid()?,
            calls: AtomicU64::new(0),
            device: Mutex::new(None),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The TLS of this client; it offers no protocol.
    pub fn tls(&self) -> Arc<rustls::ClientConfig> {
        Arc::clone(&self.inner.tls)
    }

    /// A connection to the host of a URL, for the socket: by the way that calls go.
    ///
    /// # Errors
    /// Why it did not come about.
    pub(super) async fn connect(&self, url: &Url) -> Result<TlsStream<TcpStream>, String> {
        let host = url.host_str().unwrap_or_default();
        let tcp = self.inner.route.connect(host, url.port_or_known_default().unwrap_or(443)).await?;
        let name = ServerName::try_from(route::bare(host).to_owned()).map_err(|error| error.to_string())?;
        let tls = TlsConnector::from(self.tls()).connect(name, tcp).await;
        tls.map_err(|error| error.to_string())
    }

    /// The hosts that may see a token.
    pub fn trusted(&self) -> &TrustedHosts {
        &self.inner.trusted
    }

    /// The device that speaks from now on: services get its URL as `cisco-device-url` (section 4.4).
    pub fn set_device(&self, device_url: Option<&str>) {
        *self.inner.device.lock().unwrap_or_else(PoisonError::into_inner) = device_url.map(str::to_owned);
    }

    /// Sends a call and hands the answer on, whatever it takes: repeated as section 11.3 allows, on the next host where
    /// one fails, with a renewed token where the old one is no longer accepted.
    ///
    /// # Errors
    /// The server refuses ([`WebexError::Refused`], with its words); it cannot be reached; it is not trusted; a POST may or may
    /// not have happened ([`WebexError::Ambiguous`]); the body is longer than 16 MiB.
    pub async fn send(&self, call: Call<'_>) -> Result<Reply, WebexError> {
        self.send_up_to(call, LONGEST_BODY).await
    }

    /// The same for an answer that may be as long as this, in bytes. It may also take longer than others, as long as it
    /// keeps coming.
    ///
    /// # Errors
    /// As [`Http::send`].
    pub async fn send_up_to(&self, call: Call<'_>, longest: usize) -> Result<Reply, WebexError> {
        send::send(self, &call, longest).await.and_then(|reply| match reply.status {
            400.. => Err(send::refused(&call, &reply).into()),
            _ => Ok(reply),
        })
    }

    /// The same, with a refusal as an answer like any other: OAuth tells the way on by it.
    pub(super) async fn answer(&self, call: &Call<'_>) -> Result<Reply, WebexError> {
        send::send(self, call, LONGEST_BODY).await
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("session", &self.inner.session).finish_non_exhaustive()
    }
}

/// Whether a URL is of this machine.
fn is_loopback(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
