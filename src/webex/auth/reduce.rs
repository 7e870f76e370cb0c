//! The narrower token for the KMS (specification section 2.5): one with the scope `spark:kms` alone where that can be had, the
//! full one otherwise.

use super::{
    Login, Tokens,
    oauth::{Broker, ask},
};
use crate::{
    config::Secret,
    webex::{WebexError, http::Authorization},
};

const DOING: &str = "narrow the token for the key server";
const SCOPE: &str = "spark:kms";
const GRANT: &str = "urn:cisco:oauth:grant-type:scope-reduction";

/// What is known of the narrower token. It begins anew with every renewal.
#[derive(Debug, Default)]
pub(super) struct Narrow {
    form: Form,
    /// Whether the KMS has refused one form already: then the other is the last.
    switched: bool,
    /// The narrower token, also while the full one is used.
    token: Option<Tokens>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    /// Nobody asked yet.
    #[default]
    Unknown,
    Narrow,
    Full,
}

impl Login {
    /// The token that goes into messages to the KMS, bare.
    ///
    /// # Errors
    /// The sign-in has ended.
    pub async fn kms_token(&self) -> Result<Secret, WebexError> {
        // Renewed first where it is time: the narrower token is of the full one.
        let full = self.access_token().await?;
        if let Some(known) = self.known(&full) {
            return Ok(known);
        }
        let _flight = self.inner.flight.lock().await;
        let full = self.tokens()?.access;
        if let Some(known) = self.known(&full) {
            return Ok(known);
        }
        Ok(if self.can_narrow() { self.narrowed().await.unwrap_or(full) } else { full })
    }

    /// The other form, once, after the KMS has refused this one (401 or 403).
    pub async fn other_kms_token(&self, refused: &Secret) -> Option<Secret> {
        let _flight = self.inner.flight.lock().await;
        let full = self.tokens().ok()?.access;
        {
            let mut state = self.state();
            let narrow = &mut state.narrow;
            let is_narrow = narrow.token.as_ref().is_some_and(|token| token.access == *refused);
            if !is_narrow && *refused != full {
                // It was renewed meanwhile.
                drop(state);
                return self.known(&full).or(Some(full));
            }
            if std::mem::replace(&mut narrow.switched, true) {
                return None;
            }
            if is_narrow {
                narrow.form = Form::Full;
                return Some(full);
            }
        }
        // One without scopes is a person's own, and not of our integration.
        let is_ours = self.tokens().is_ok_and(|tokens| !tokens.scopes.is_empty());
        if is_ours && self.inner.settings.client_id.is_some() { self.narrowed().await } else { None }
    }

    /// The form in use, if that is known and it is not over.
    fn known(&self, full: &Secret) -> Option<Secret> {
        let now = self.now();
        let state = self.state();
        match (state.narrow.form, &state.narrow.token) {
            (Form::Full, _) => Some(full.clone()),
            (Form::Narrow, Some(token)) if token.renew.is_none_or(|renew| renew > now) => Some(token.access.clone()),
            _ => None,
        }
    }

    /// The preconditions: a client id, and a scope that is one of several, among those that are configured and those of the token.
    fn can_narrow(&self) -> bool {
        let several = |scopes: &str| {
            let scopes: Vec<&str> = scopes.split_whitespace().collect();
            scopes.contains(&SCOPE) && scopes.iter().any(|scope| *scope != SCOPE)
        };
        let settings = &self.inner.settings;
        let token = self.tokens().is_ok_and(|tokens| several(&tokens.scopes));
        settings.client_id.is_some() && several(&settings.scopes) && token
    }

    /// Asks the broker; that it does not do it is remembered until the next renewal.
    async fn narrowed(&self) -> Option<Secret> {
        let narrowed = self.narrowing().await;
        let mut state = self.state();
        match narrowed {
            Ok(token) => {
                let access = token.access.clone();
                state.narrow.form = Form::Narrow;
                state.narrow.token = Some(token);
                Some(access)
            }
            Err(error) => {
                tracing::warn!(%error, "the key server gets the full token");
                state.narrow.form = Form::Full;
                None
            }
        }
    }

    async fn narrowing(&self) -> Result<Tokens, WebexError> {
        let tokens = self.tokens()?;
        let id = self.inner.settings.client_id.as_deref().unwrap_or_default();
        let form = [
            ("grant_type", GRANT),
            ("token", tokens.access.expose()),
            ("scope", SCOPE),
            ("client_id", id),
            ("self_contained_token", "true"),
        ];
        let broker: Broker = self.broker()?;
        let answer = ask(&self.inner.http, DOING, broker.token(), Authorization::None, &form).await?;
        answer.tokens(DOING, self.now(), SCOPE)
    }

    /// Ends a narrower token whose full one was renewed. Nobody waits for it, and nothing depends on it.
    pub(super) fn revoke_narrow(&self, narrow: Narrow) {
        if let Some(Tokens { access, .. }) = narrow.token {
            let login = self.clone();
            tokio::spawn(async move {
                if let Err(error) = login.revoke_one(&access, "access_token").await {
                    tracing::debug!(%error, "a narrower token is not revoked");
                }
            });
        }
    }
}
