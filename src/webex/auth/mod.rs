//! Signing in and staying so (specification section 2).
//!
//! ```text
//!  device_grant · browser · personal ─► Tokens ─► Vault (keyring, file, command)
//!                                          │
//!                       Login: hands tokens out, renews them once at a time, narrows them for the KMS
//! ```

mod accounts;
mod aside;
mod binding;
mod browser;
mod command;
mod device_grant;
mod keyring;
mod listener;
mod oauth;
mod private_file;
mod reduce;
mod refresh;
mod sign_out;
mod tokens;
mod vault;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

pub use binding::Binding;
pub use browser::browser;
pub use device_grant::{DevicePrompt, device_grant};
pub use tokens::{Tokens, personal};
pub use vault::{Lock, Vault};

use super::{Catalog, Service, Timing, WebexError, http::Http};
use crate::{
    book::{AccountId, Timestamp, port::Clock},
    config::{self, Secret},
};

/// One signed-in account. Cheap to clone; clones are the same sign-in.
#[derive(Clone)]
pub struct Login {
    inner: Arc<Inner>,
}

struct Inner {
    account: AccountId,
    settings: config::Webex,
    vault: Vault,
    http: Http,
    timing: Timing,
    clock: Arc<dyn Clock>,
    /// Whether renewed tokens belong into the vault.
    kept: AtomicBool,
    state: Mutex<State>,
    /// Held while tokens are renewed or narrowed.
    flight: tokio::sync::Mutex<()>,
}

struct State {
    tokens: Result<Tokens, WebexError>,
    broker: Option<Service>,
    narrow: reduce::Narrow,
    notice: Option<String>,
}

impl Login {
    /// The sign-in that the vault keeps for an account. Blocks for as long as the keyring or the command takes.
    ///
    /// # Errors
    /// Nobody is signed in, or the vault cannot be opened.
    pub fn open(
        account: &AccountId,
        settings: &config::Webex,
        vault: Vault,
        http: &Http,
        timing: Timing,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WebexError> {
        let tokens = vault.load(account)?;
        let tokens =
            tokens.ok_or_else(|| WebexError::SignedOut { reason: format!("nobody is signed in to {account}") })?;
        let login = Self::with_tokens(account, settings, vault, http, timing, clock, tokens);
        login.inner.kept.store(true, Ordering::Relaxed);
        Ok(login)
    }

    /// A sign-in that has just happened. It is in memory alone until [`Login::keep`].
    pub fn with_tokens(
        account: &AccountId,
        settings: &config::Webex,
        vault: Vault,
        http: &Http,
        timing: Timing,
        clock: Arc<dyn Clock>,
        tokens: Tokens,
    ) -> Self {
        let state = State { tokens: Ok(tokens), broker: None, narrow: reduce::Narrow::default(), notice: None };
        let inner = Inner {
            account: account.clone(),
            settings: settings.clone(),
            vault,
            http: http.clone(),
            timing,
            clock,
            kept: AtomicBool::new(false),
            state: Mutex::new(state),
            flight: tokio::sync::Mutex::new(()),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Puts the tokens into the vault, in place of those of an earlier sign-in. What comes back is a notice to be shown. Blocks.
    ///
    /// # Errors
    /// They cannot be kept; the sign-in has ended.
    pub fn keep(&self) -> Result<Option<String>, WebexError> {
        let notice = self.inner.vault.save(&self.inner.account, &self.tokens()?)?;
        self.inner.kept.store(true, Ordering::Relaxed);
        Ok(notice)
    }

    /// An access token, renewed before where it is time.
    ///
    /// # Errors
    /// The sign-in has ended; a token that is over cannot be renewed now.
    pub async fn access_token(&self) -> Result<Secret, WebexError> {
        let tokens = self.tokens()?;
        if tokens.is_due(self.now()) { self.renewed(None).await } else { Ok(tokens.access) }
    }

    /// Another access token, since this one is no longer accepted. Who asks while another renews gets what that one gets.
    ///
    /// # Errors
    /// The sign-in has ended, or cannot be renewed now.
    pub async fn renew(&self, stale: &Secret) -> Result<Secret, WebexError> {
        self.renewed(Some(stale)).await
    }

    /// The organisation, as far as the token tells.
    pub fn org_id(&self) -> Option<String> {
        self.tokens().ok()?.org_id()
    }

    /// Whether the next access token has to be asked for first.
    pub fn is_due(&self) -> bool {
        self.tokens().is_ok_and(|tokens| tokens.is_due(self.now()))
    }

    /// When the access token ends; `None` when only a refusal tells.
    pub fn expires(&self) -> Option<Timestamp> {
        self.tokens().ok()?.expires
    }

    /// Tokens are renewed and narrowed from now on where this catalogue says.
    pub fn use_catalog(&self, catalog: &Catalog) {
        if let Ok(broker) = catalog.service("idbroker") {
            self.state().broker = Some(broker);
        }
    }

    /// Something that a person should know and that nobody was told yet: tokens that could not be kept, say.
    pub fn take_notice(&self) -> Option<String> {
        self.state().notice.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> Result<Tokens, WebexError> {
        self.state().tokens.clone()
    }

    pub(in crate::webex) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("account", &self.inner.account).finish_non_exhaustive()
    }
}
