//! Renewal (specification section 2.4): once at a time in this process, and among all processes; nothing is lost by one that
//! fails, unless the broker says that the sign-in is over.

use std::{future::Future, pin::Pin, sync::atomic::Ordering};

use super::{
    Login, Tokens,
    aside::aside,
    oauth::{Broker, Integration, api_base, ask},
    reduce::Narrow,
};
use crate::{book::Timestamp, config::Secret, webex::WebexError};

const DOING: &str = "renew the sign-in";

/// How long a renewal that was not urgent and failed is put off.
const PUT_OFF: i64 = 60_000;

/// Codes that say something of the configuration, and nothing of the sign-in.
const OF_CONFIGURATION: [&str; 2] = ["invalid_client", "unauthorized_client"];

impl Login {
    /// An access token that is not due, and not `stale`. A task of its own renews: whoever stops waiting for it must not lose
    /// tokens that the broker has exchanged already.
    pub(super) async fn renewed(&self, stale: Option<&Secret>) -> Result<Secret, WebexError> {
        let (login, stale) = (self.clone(), stale.cloned());
        let renewal = tokio::spawn(async move { login.renewed_now(stale.as_ref()).await }).await;
        renewal.unwrap_or_else(|_| Err(WebexError::Local("the sign-in was not renewed: the program ends".to_owned())))
    }

    async fn renewed_now(&self, stale: Option<&Secret>) -> Result<Secret, WebexError> {
        let _flight = self.inner.flight.lock().await;
        let tokens = self.tokens()?;
        if self.serves(&tokens, stale) {
            return Ok(tokens.access);
        }
        match self.replacement(&tokens, stale).await {
            Ok(new) => {
                let access = new.access.clone();
                self.adopt(new);
                Ok(access)
            }
            // It was early, and is still accepted: later, then.
            Err(_) if stale.is_none() && !tokens.is_over(self.now()) && self.tokens().is_ok() => {
                let access = tokens.access.clone();
                let renew = Some(Timestamp(self.now().0.saturating_add(PUT_OFF)));
                self.state().tokens = Ok(Tokens { renew, ..tokens });
                Ok(access)
            }
            Err(error) => Err(error),
        }
    }

    fn serves(&self, tokens: &Tokens, stale: Option<&Secret>) -> bool {
        stale.map_or_else(|| !tokens.is_due(self.now()), |stale| tokens.access != *stale)
    }

    fn adopt(&self, tokens: Tokens) {
        let narrow = {
            let mut state = self.state();
            state.tokens = Ok(tokens);
            std::mem::take(&mut state.narrow)
        };
        self.revoke_narrow(narrow);
    }

    /// The tokens that take the place of these. Boxed, since a call asks for a token, and a token is asked for by a call.
    fn replacement<'a>(
        &'a self,
        tokens: &'a Tokens,
        stale: Option<&'a Secret>,
    ) -> Pin<Box<dyn Future<Output = Result<Tokens, WebexError>> + Send + 'a>> {
        Box::pin(async move {
            let (vault, account) = (self.inner.vault.clone(), self.inner.account.clone());
            if vault.is_command() {
                return self.printed_again(stale).await;
            }
            if !self.inner.kept.load(Ordering::Relaxed) {
                return self.granted(tokens).await;
            }
            let _lock = vault.lock(&account).await?;
            let stored = aside(move || vault.load(&account)).await?;
            match stored {
                Ok(Some(stored)) if self.serves(&stored, stale) => Ok(stored),
                Ok(Some(stored)) => self.granted_and_kept(&stored).await,
                Ok(None) => Err(self.end("another callbook has signed out")),
                // What is in memory may do; the vault may be back when the new ones are kept.
                Err(_) => self.granted_and_kept(tokens).await,
            }
        })
    }

    async fn printed_again(&self, stale: Option<&Secret>) -> Result<Tokens, WebexError> {
        let (vault, account) = (self.inner.vault.clone(), self.inner.account.clone());
        let printed = aside(move || vault.load(&account)).await??;
        let reason = "the token that token_command prints is no longer accepted";
        printed
            .filter(|tokens| Some(&tokens.access) != stale && !tokens.is_over(self.now()))
            .ok_or_else(|| WebexError::SignedOut { reason: reason.to_owned() })
    }

    async fn granted_and_kept(&self, tokens: &Tokens) -> Result<Tokens, WebexError> {
        let new = self.granted(tokens).await?;
        let (vault, account, kept) = (self.inner.vault.clone(), self.inner.account.clone(), new.clone());
        let saved = aside(move || vault.save(&account, &kept)).await.and_then(|saved| saved);
        // They serve this process either way; the old ones would serve nobody.
        let notice = saved.unwrap_or_else(|error| Some(format!("the renewed sign-in cannot be kept: {error}")));
        if notice.is_some() {
            self.state().notice = notice;
        }
        Ok(new)
    }

    /// Asks the broker.
    async fn granted(&self, tokens: &Tokens) -> Result<Tokens, WebexError> {
        let Some(refresh) = &tokens.refresh else {
            let over = tokens.is_over(self.now());
            let reason = if over { "the access token has expired" } else { "the access token is no longer accepted" };
            return Err(WebexError::SignedOut { reason: reason.to_owned() });
        };
        let settings = &self.inner.settings;
        let integration = Integration::of(settings, self.inner.timing).await?;
        let broker = self.broker()?;
        let form = [
            ("grant_type", "refresh_token"),
            ("redirect_uri", settings.redirect_uri.as_str()),
            ("refresh_token", refresh.expose()),
        ];
        let answer = ask(&self.inner.http, DOING, broker.token(), integration.authorization(), &form).await?;
        if let (400, Some(code)) = (answer.status(), &answer.code)
            && !OF_CONFIGURATION.contains(&code.as_str())
        {
            return Err(self.end("the sign-in has ended, and what is in the book stays"));
        }
        let new = answer.tokens(DOING, self.now(), &tokens.scopes)?;
        if new.access == tokens.access {
            let reason = "the new token is the old one".to_owned();
            return Err(WebexError::Unreadable { doing: DOING, reason });
        }
        Ok(match new.refresh {
            Some(_) => new,
            None => Tokens { refresh: tokens.refresh.clone(), refresh_expires: tokens.refresh_expires, ..new },
        })
    }

    /// The sign-in is over: its tokens are dropped, here and in the vault. The book keeps what it has.
    fn end(&self, reason: &str) -> WebexError {
        let ended = WebexError::SignedOut { reason: reason.to_owned() };
        self.state().tokens = Err(ended.clone());
        self.state().narrow = Narrow::default();
        let (vault, account) = (self.inner.vault.clone(), self.inner.account.clone());
        if self.inner.kept.load(Ordering::Relaxed)
            && let Err(error) = vault.erase(&account)
        {
            tracing::warn!(%error, "tokens that are over cannot be removed");
        }
        ended
    }

    /// Where OAuth is spoken: at the broker of the catalogue once there is one.
    pub(super) fn broker(&self) -> Result<Broker, WebexError> {
        match self.state().broker.clone() {
            Some(service) => Ok(Broker::Catalog(service)),
            None => api_base(&self.inner.settings).map(Broker::Api),
        }
    }
}
