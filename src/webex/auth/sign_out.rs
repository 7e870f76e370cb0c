//! The end of a sign-in (specification section 2.8), on the side of OAuth.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::json;

use super::{
    Login,
    oauth::{Broker, Integration, ask},
    reduce::Narrow,
};
use crate::{
    config::Secret,
    webex::{
        Service, WebexError,
        http::{Authorization, Body, Call, To},
    },
};

const DOING: &str = "revoke the sign-in";

impl Login {
    /// Tells the broker that the tokens are over: revokes them as the integration, or logs out by the token itself where there
    /// is no integration. What a command prints stays the command's.
    ///
    /// # Errors
    /// The broker refuses, or is not known: the catalogue has to be loaded first.
    pub async fn revoke(&self) -> Result<(), WebexError> {
        if self.inner.vault.is_command() {
            return Ok(());
        }
        let tokens = self.tokens()?;
        if self.inner.settings.client_id.is_none() || self.inner.settings.client_secret.is_none() {
            return self.log_out(tokens.refresh.as_ref().unwrap_or(&tokens.access)).await;
        }
        let refreshing = match &tokens.refresh {
            Some(refresh) => self.revoke_one(refresh, "refresh_token").await,
            None => Ok(()),
        };
        self.revoke_one(&tokens.access, "access_token").await.and(refreshing)
    }

    pub(super) async fn revoke_one(&self, token: &Secret, kind: &str) -> Result<(), WebexError> {
        let integration = Integration::of(&self.inner.settings, self.inner.timing).await?;
        let service = self.catalogued()?;
        let to = To::Service {
            service: &service,
            path: "idb/oauth2/v1/revoke".to_owned(),
            template: "/idb/oauth2/v1/revoke",
        };
        let form = [("token", token.expose()), ("token_type_hint", kind)];
        ask(&self.inner.http, DOING, to, integration.authorization(), &form).await?.granted().map(drop)
    }

    async fn log_out(&self, token: &Secret) -> Result<(), WebexError> {
        let service = self.catalogued()?;
        let to = To::Service {
            service: &service,
            path: "idb/oauth2/v1/logout".to_owned(),
            template: "/idb/oauth2/v1/logout",
        };
        let body = json!({"token": token.expose()});
        let call = Call {
            doing: DOING,
            method: Method::POST,
            to,
            authorization: Authorization::None,
            body: Body::Json(&body),
            headers: &[],
        };
        self.inner.http.send(call).await.map(drop)
    }

    fn catalogued(&self) -> Result<Service, WebexError> {
        match self.broker()? {
            Broker::Catalog(service) => Ok(service),
            Broker::Api(_) => Err(WebexError::NoService { service: "idbroker".to_owned() }),
        }
    }

    /// Drops the tokens, here and in the vault. Blocks.
    ///
    /// # Errors
    /// The vault cannot be opened: they may still be there.
    pub fn forget(&self) -> Result<(), WebexError> {
        {
            let mut state = self.state();
            state.tokens = Err(WebexError::SignedOut { reason: "you have signed out".to_owned() });
            state.narrow = Narrow::default();
        }
        self.inner.kept.store(false, Ordering::Relaxed);
        self.inner.vault.erase(&self.inner.account)
    }
}
