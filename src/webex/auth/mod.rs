//! Signing in and staying so (specification section 2).

mod tokens;

use std::{fmt, sync::Arc};

pub use tokens::{Tokens, personal};

use super::{Catalog, WebexError};
use crate::config::Secret;

/// One signed-in account. Cheap to clone.
#[derive(Clone)]
pub struct Login {
    tokens: Arc<Tokens>,
}

impl Login {
    /// A sign-in that lives in memory alone and is never renewed.
    pub fn fixed(tokens: Tokens) -> Self {
        Self { tokens: Arc::new(tokens) }
    }

    /// An access token.
    ///
    /// # Errors
    /// The sign-in has ended.
    #[allow(clippy::unused_async, reason = "renewal comes next")]
    pub async fn access_token(&self) -> Result<Secret, WebexError> {
        Ok(self.tokens.access.clone())
    }

    /// Another token, since this one is no longer accepted.
    ///
    /// # Errors
    /// The sign-in has ended.
    #[allow(clippy::unused_async, reason = "renewal comes next")]
    pub async fn renew(&self, _stale: &Secret) -> Result<Secret, WebexError> {
        Err(WebexError::SignedOut { reason: "the access token is no longer accepted".to_owned() })
    }

    /// The token that goes into messages to the KMS.
    ///
    /// # Errors
    /// The sign-in has ended.
    pub async fn kms_token(&self) -> Result<Secret, WebexError> {
        self.access_token().await
    }

    /// The other form of it, once.
    #[allow(clippy::unused_async, reason = "scope reduction comes next")]
    pub async fn other_kms_token(&self, _refused: &Secret) -> Option<Secret> {
        None
    }

    /// The organisation, as far as the token tells.
    pub fn org_id(&self) -> Option<String> {
        self.tokens.org_id()
    }

    /// Whether the next access token must be asked for first.
    pub fn is_due(&self) -> bool {
        false
    }

    /// Tokens are renewed from now on where this catalogue says.
    pub fn use_catalog(&self, _catalog: &Catalog) {}
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}
