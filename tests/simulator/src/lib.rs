//! A local stand-in for the Webex services that callbook speaks to: catalogue, OAuth, devices, Mercury, KMS, contacts, people.
//!
//! It is written from the specification alone, uses nothing of callbook and another cryptography than callbook does, and is
//! itself judged by the official SDK (`tests/official_sdk`), so that one misreading cannot pass on both sides.
//!
//! ```text
//!  server ─► journal, faults ─► router ─┬─► catalog · oauth · devices · contacts · directory ─► world
//!                                       └─► kms ─► outbox ─► mercury (the sockets)
//!  control ─► world: what is to go wrong, what was received
//! ```
//!
//! Three ways to use it: from tests as a library ([`Simulator::start`]), as a program (`cargo run -p simulator`), and from anything
//! that speaks HTTP (`POST /_control`).

pub mod call;
mod catalog;
pub mod certs;
mod clock;
mod contacts;
pub mod control;
mod devices;
pub mod directory;
pub mod faults;
pub mod jose;
pub mod journal;
mod kms;
mod mercury;
pub mod oauth;
mod options;
mod problem;
mod router;
mod seed;
mod server;
mod store;
mod world;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use control::Control;
pub use options::Options;
use world::{Inner, World};

/// What a client needs to know: the content of `ready.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Ready {
    /// Where service discovery begins.
    pub u2c: String,
    /// Where the public API lives.
    pub api: String,
    /// The first user's access token.
    pub token: String,
    /// The integration.
    pub client_id: &'static str,
    /// Its secret.
    pub client_secret: &'static str,
    /// The root certificate for TLS, a PEM file.
    pub tls_root: PathBuf,
    /// The root certificate of the static key of the KMS, a PEM file.
    pub kms_root: PathBuf,
    /// The host that the KMS calls itself.
    pub kms_host: &'static str,
    /// The process.
    pub pid: u32,
}

impl Ready {
    /// The variables that point callbook here.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CALLBOOK_WEBEX_U2C_URL", self.u2c.clone()),
            ("CALLBOOK_WEBEX_API_URL", self.api.clone()),
            ("CALLBOOK_WEBEX_ROOT_CERTIFICATES", self.tls_root.display().to_string()),
            ("CALLBOOK_WEBEX_KMS_ROOT_CERTIFICATES", self.kms_root.display().to_string()),
            ("CALLBOOK_WEBEX_KMS_HOSTS", self.kms_host.to_owned()),
            ("CALLBOOK_WEBEX_CLIENT_ID", self.client_id.to_owned()),
            ("CALLBOOK_WEBEX_CLIENT_SECRET", self.client_secret.to_owned()),
            ("CALLBOOK_WEBEX_TOKENS", "file".to_owned()),
        ]
    }

    /// The same as lines of callbook's file of settings.
    pub fn settings(&self) -> String {
        let line = |(variable, value): (&str, String)| match variable.trim_start_matches("CALLBOOK_WEBEX_") {
            "KMS_HOSTS" => format!("kms_hosts = [{value:?}]\n"),
            name => format!("{} = {value:?}\n", name.to_lowercase()),
        };
        std::iter::once("[webex]\n".to_owned()).chain(self.variables().into_iter().map(line)).collect()
    }
}

/// A running simulator. It ends when it is dropped.
pub struct Simulator {
    /// What a client needs to know.
    pub ready: Ready,
    world: Arc<World>,
    address: SocketAddr,
    directory: PathBuf,
    temporary: bool,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts it on the loopback. It answers when this returns.
    ///
    /// # Errors
    /// The port is taken, the directory cannot be written, its data is damaged.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let temporary = options.state.is_none();
        let directory = match &options.state {
            Some(directory) => directory.clone(),
            None => std::env::temp_dir().join(format!("simulator-{}", uuid::Uuid::new_v4())),
        };
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await;
        let listener = listener.with_context(|| format!("cannot listen on port {}", options.port))?;
        let address = listener.local_addr()?;
        let host = options.advertise.clone().unwrap_or_else(|| address.to_string());

        let kept = if temporary { None } else { store::load(&directory)? };
        let people = directory::Directory::of(options.people);
        let (certificates, inner, token) = if let Some(kept) = kept {
            (kept.certificates, Inner::new(kept.tokens, kept.keys, kept.books), Some(kept.token))
        } else {
            let mut keys = kms::Keys::default();
            let book = seed::book(&mut keys, &people, options.contacts, options.cloud)?;
            let books = [(directory::USERS[0].to_owned(), book)].into();
            let certificates =
                if temporary { certs::Certificates::of_process()? } else { certs::Certificates::generate()? };
            (certificates, Inner::new(oauth::Tokens::default(), keys, books), None)
        };
        let token = options.token.clone().or(token);
        let acceptor = server::acceptor(&certificates)?;
        let world = World::new(options, host, certificates, people, inner)?;
        let token = world.grant(0, token);
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(server::serve(Arc::clone(&world), listener, acceptor, stopped));
        let ready = write_ready(&directory, &world, token)?;
        Ok(Self { ready, world, address, directory, temporary, stop, server })
    }

    /// Where it really listens, whatever it calls itself.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells or asks it something.
    ///
    /// # Errors
    /// A sentence: what there is not.
    pub fn control(&self, control: Control) -> Result<Value, String> {
        control::carry_out(&self.world, control).map_err(|problem| problem.message)
    }

    /// What was received so far.
    pub fn received(&self) -> Vec<journal::Entry> {
        self.world.lock().journal.entries()
    }

    /// What came in clear and must not.
    pub fn leaks(&self) -> Vec<journal::Leak> {
        self.world.lock().journal.leaks().to_vec()
    }

    /// Keeps what is to be kept.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self) -> anyhow::Result<()> {
        if self.temporary { Ok(()) } else { store::save(&self.directory, &self.world, &self.ready.token) }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.server.abort();
        if self.temporary {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

fn write_ready(directory: &Path, world: &World, token: String) -> anyhow::Result<Ready> {
    let directory = directory.canonicalize()?;
    let (tls_root, kms_root) = (directory.join("tls-root.pem"), directory.join("kms-root.pem"));
    store::write(&tls_root, world.certificates.tls_root.as_bytes())?;
    store::write(&kms_root, world.certificates.kms_root.as_bytes())?;
    let ready = Ready {
        u2c: format!("{}/u2c/api/v1", world.base),
        api: format!("{}/v1", world.base),
        token,
        client_id: oauth::CLIENT_ID,
        client_secret: oauth::CLIENT_SECRET,
        tls_root,
        kms_root,
        kms_host: certs::KMS_HOST,
        pid: std::process::id(),
    };
    store::write(&directory.join("ready.env"), environment(&ready).as_bytes())?;
    store::write(&directory.join("ready.json"), serde_json::to_string(&ready)?.as_bytes())?;
    Ok(ready)
}

/// [`Ready::variables`] for a shell to read, and the token of the first user.
fn environment(ready: &Ready) -> String {
    let line = |(name, value): (&str, String)| format!("export {name}='{}'\n", value.replace('\'', r"'\''"));
    ready.variables().into_iter().chain([("SIMULATOR_TOKEN", ready.token.clone())]).map(line).collect()
}
