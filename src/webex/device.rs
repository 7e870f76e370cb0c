//! The registration of this program as a device of the user, which the socket and the KMS want (specification section 4).
//!
//! A device is ours when it has the name of this installation and our type. One lasting device is kept for an installation and
//! belongs to one live process; others register an ephemeral one that the server forgets by itself.

mod registered;
mod registrar;

use std::{
    fs::{File, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use super::{Timing, WebexError, auth::Login, catalog::Service, http::Http};

pub(super) use registrar::Registrar;

/// How long a device is to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For the one live process that has the installation's device: it is reused by the next one.
    Lasting,
    /// For any other process: the server forgets it when it is not refreshed.
    Ephemeral,
}

/// The right to the installation's lasting device: a lock of the system, which ends with the process at the latest.
#[derive(Debug)]
pub struct Seat(#[allow(dead_code, reason = "it is the lock")] File);

impl Seat {
    /// Takes the seat; `None` when another process has it. Blocks for no longer than the disk.
    ///
    /// # Errors
    /// The file of the lock cannot be made.
    pub fn take(lock: &Path) -> Result<Option<Self>, WebexError> {
        let wrong = |error: io::Error| WebexError::Local(format!("{} cannot be locked: {error}", lock.display()));
        let file = File::options().create(true).write(true).truncate(false).mode(0o600).open(lock).map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(error)),
        }
    }
}

/// A registered device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its URL: who we are towards the services.
    pub url: String,
    /// Where its socket is opened.
    pub web_socket_url: String,
    /// The user, a plain UUID.
    pub user_id: String,
    /// Their organisation, a plain UUID.
    pub org_id: String,
    /// The developer feature `web-high-availability`: hosts are chosen by the catalogue also for the socket.
    pub high_availability: bool,
    /// The developer feature `web-shared-mercury`: the socket is opened with other parameters.
    pub shared_mercury: bool,
    /// Whether it was registered for this process only.
    pub ephemeral: bool,
    installation: String,
    etag: Option<String>,
}

impl Device {
    /// The device of this process: one of ours is reused; where there is none, or the kind is ephemeral, it is registered.
    /// When the user has too many devices, old ones of ours are removed, never another program's, and it is tried once more.
    ///
    /// # Errors
    /// The service refuses or cannot be reached; it names a host that is not trusted.
    pub async fn register(
        http: &Http,
        login: &Login,
        wdm: &Service,
        installation: &str,
        kind: Kind,
        timing: Timing,
    ) -> Result<Self, WebexError> {
        Registrar { http, login, wdm, timing }.obtain(installation, kind).await
    }

    /// Removes it; one that is gone already is fine.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub async fn delete(&self, http: &Http, login: &Login) -> Result<(), WebexError> {
        registrar::delete(http, login, &self.url).await
    }

    /// Tells the server that it still lives; what the server has forgotten is registered anew.
    pub(super) async fn refresh(&self, registrar: Registrar<'_>) -> Result<Self, WebexError> {
        match registrar.refresh(self).await {
            Err(error) if error.status() == Some(404) => registrar.obtain(&self.installation, self.kind()).await,
            result => result,
        }
    }

    fn kind(&self) -> Kind {
        if self.ephemeral { Kind::Ephemeral } else { Kind::Lasting }
    }
}

#[cfg(test)]
impl Device {
    /// One for tests.
    pub(super) fn sample() -> Self {
        Self {
            url: "https://wdm.example.test/wdm/api/v1/devices/1".to_owned(),
            web_socket_url: "wss://mercury.example.test/v1/apps/wx2/registrations/1/messages".to_owned(),
            user_id: "user".to_owned(),
            org_id: "org".to_owned(),
            high_availability: false,
            shared_mercury: false,
            ephemeral: false,
            installation: "i".to_owned(),
            etag: None,
        }
    }
}
