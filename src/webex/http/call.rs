//! One call and its answer, as the rooms of `webex` see them.

use std::borrow::Cow;

use reqwest::{Method, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::{
    config::Secret,
    webex::{WebexError, auth::Login, catalog::Service},
};

/// What is to be sent.
#[derive(Debug)]
pub struct Call<'a> {
    /// What it is for, to be read after "cannot": `list the contacts`.
    pub doing: &'static str,
    /// The method. A POST is never repeated when its outcome is not known.
    pub method: Method,
    /// Where to.
    pub to: To<'a>,
    /// Who asks.
    pub authorization: Authorization<'a>,
    /// The body.
    pub body: Body<'a>,
    /// Headers beside those that every call has; they come before those.
    pub headers: &'a [(&'static str, String)],
}

/// Where a call goes.
#[derive(Debug)]
pub enum To<'a> {
    /// One URL. It must be of a trusted host.
    Url {
        /// The URL.
        url: Url,
        /// Its path without what is of one person, for the log: `/devices/{id}`.
        template: &'static str,
    },
    /// A service of the catalogue, on its best host; where that fails, on the next.
    Service {
        /// The service.
        service: &'a Service,
        /// Path and query below its base.
        path: String,
        /// The path without what is of one person, for the log.
        template: &'static str,
    },
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Authorization<'a> {
    /// Nobody.
    None,
    /// The integration.
    Basic {
        /// Its client id.
        id: &'a str,
        /// Its secret.
        secret: &'a Secret,
    },
    /// The account: its access token, renewed once where it is no longer accepted.
    Login(&'a Login),
    /// An access token, as it is.
    Token(&'a Secret),
}

/// What is sent along.
#[derive(Debug)]
pub enum Body<'a> {
    /// Nothing.
    None,
    /// The pairs of a form. Only the endpoints of OAuth take forms, and they get the headers of those.
    Form(&'a [(&'a str, &'a str)]),
    /// JSON.
    Json(&'a Value),
    /// JSON that is serialised already, and sent identically on every repetition.
    Text(String),
}

impl To<'_> {
    pub(super) fn template(&self) -> &'static str {
        match self {
            Self::Url { template, .. } | Self::Service { template, .. } => template,
        }
    }

    pub(super) fn url(&self) -> Url {
        match self {
            Self::Url { url, .. } => url.clone(),
            Self::Service { service, path, .. } => service.url(path),
        }
    }
}

impl Call<'_> {
    /// Whether it is one of OAuth: those get none of the headers that are for services (section 11.4).
    pub(super) fn is_oauth(&self) -> bool {
        matches!(self.body, Body::Form(_))
            || matches!(self.to, To::Service { service, .. } if service.name() == "idbroker")
    }

    /// What must not come back in an error message: servers like to quote.
    pub(in crate::webex) fn quotable(&self) -> Vec<&str> {
        match &self.body {
            Body::Form(pairs) => pairs.iter().map(|(_, value)| *value).filter(|value| value.len() > 16).collect(),
            _ => Vec::new(),
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// By which the makers of the service find the call in their logs.
    pub tracking_id: Option<String>,
}

impl Reply {
    /// The body as JSON of a shape.
    ///
    /// # Errors
    /// It is not JSON, or of another shape; the error never quotes it.
    pub fn json<T: DeserializeOwned>(&self, doing: &'static str) -> Result<T, WebexError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let what = if error.is_data() { "its shape is another one" } else { "it is no JSON" };
            let place = format!("line {}, column {}", error.line(), error.column());
            let id = self.tracking_id.as_deref().map(|id| format!(", tracking id {id}")).unwrap_or_default();
            WebexError::Unreadable { doing, reason: format!("{what}, {place}{id}") }
        })
    }

    /// A header as text, without what is no visible ASCII.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()))
    }
}
