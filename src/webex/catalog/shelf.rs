//! The catalogue of a client: asked for when it is first needed, and again when it may no longer be right.

use tokio::sync::Mutex;

use super::{Catalog, Service};
use crate::{
    book::Timestamp,
    config,
    webex::{WebexError, auth::Login, http::Http},
};

/// For so many milliseconds a catalogue counts. The service gives it no end of its own (specification section 3).
const LIFE: i64 = 24 * HOUR;
/// For so long it goes on counting where there was no newer one to be had.
const HOUR: i64 = 60 * 60 * 1000;

/// Where a client keeps its catalogue.
#[derive(Default)]
pub(in crate::webex) struct Shelf {
    /// Held while it is asked for, so that all who need it then wait for the one answer.
    kept: Mutex<Option<(Catalog, Timestamp)>>,
}

/// What a catalogue is asked for with.
#[derive(Clone, Copy)]
pub(in crate::webex) struct Asking<'a> {
    pub http: &'a Http,
    pub login: &'a Login,
    pub settings: &'a config::Webex,
}

impl Shelf {
    /// The catalogue, at most a day old. An older one goes on being used, for an hour, where the service gives no newer one.
    pub async fn catalog(&self, asking: Asking<'_>) -> Result<Catalog, WebexError> {
        let mut kept = self.kept.lock().await;
        asking.current(&mut kept).await.map(|(catalog, _)| catalog)
    }

    /// A service of it. One that is missing may have come since.
    pub async fn service(&self, asking: Asking<'_>, name: &str) -> Result<Service, WebexError> {
        let mut kept = self.kept.lock().await;
        let (catalog, is_new) = asking.current(&mut kept).await?;
        match catalog.service(name) {
            Err(WebexError::NoService { .. }) if !is_new => asking.anew(&mut kept).await?.service(name),
            found => found,
        }
    }
}

impl Asking<'_> {
    /// The one at hand if it counts, else a new one; and whether it is new.
    async fn current(self, kept: &mut Option<(Catalog, Timestamp)>) -> Result<(Catalog, bool), WebexError> {
        let now = self.login.now();
        let Some((catalog, at)) = kept.clone() else { return Ok((self.anew(kept).await?, true)) };
        // One from the future was kept while the clock was wrong.
        if (0..LIFE).contains(&now.0.saturating_sub(at.0)) {
            return Ok((catalog, false));
        }
        match self.anew(kept).await {
            Ok(catalog) => Ok((catalog, true)),
            Err(error) if error.is_offline() => Err(error),
            Err(error) => {
                tracing::debug!(%error, "the catalogue of another day goes on being used");
                *kept = Some((catalog.clone(), Timestamp(now.0.saturating_sub(LIFE - HOUR))));
                Ok((catalog, true))
            }
        }
    }

    async fn anew(self, kept: &mut Option<(Catalog, Timestamp)>) -> Result<Catalog, WebexError> {
        let catalog = Catalog::load(self.http, self.login, self.settings).await?;
        *kept = Some((catalog.clone(), self.login.now()));
        Ok(catalog)
    }
}
