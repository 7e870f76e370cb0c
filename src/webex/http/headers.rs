//! The headers of every call (specification section 11.4).

use std::sync::{PoisonError, atomic::Ordering};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroize as _;

use super::{Authorization, Body, Call, Inner, To};
use crate::{config::Secret, webex::WebexError};

/// `user-agent`
pub const USER_AGENT: &str = concat!("callbook/", env!("CARGO_PKG_VERSION"));

/// The release of the SDK that callbook behaves like; services look at this word.
const LIKE: &str = "webex/3.12.0 (node)";

/// Services that must not know the device (section 4.4).
const WITHOUT_DEVICE: [&str; 3] = ["idbroker", "oauth", "saml"];

impl Inner {
    /// The tracking id of a new call; a repetition appends its number.
    pub fn tracking_id(&self) -> String {
        format!("callbook_{}_{}", self.session, self.calls.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// All headers but the authorisation.
    ///
    /// # Errors
    /// A header of the caller cannot be sent.
    pub fn headers(&self, call: &Call, tracking_id: &str) -> Result<HeaderMap, WebexError> {
        let mut headers = HeaderMap::new();
        add(&mut headers, "trackingid", tracking_id)?;
        add(&mut headers, "accept", "application/json")?;
        if !call.is_oauth() {
            add(&mut headers, "spark-user-agent", &format!("{LIKE} {USER_AGENT} {}", std::env::consts::OS))?;
            add(&mut headers, "cisco-no-http-redirect", "true")?;
        }
        if let To::Service { service, .. } = &call.to
            && !WITHOUT_DEVICE.contains(&service.name())
            && let Some(device) = &*self.device.lock().unwrap_or_else(PoisonError::into_inner)
        {
            add(&mut headers, "cisco-device-url", device)?;
        }
        match call.body {
            Body::None => {}
            Body::Form(_) => add(&mut headers, "content-type", "application/x-www-form-urlencoded")?,
            Body::Json(_) | Body::Text(_) => add(&mut headers, "content-type", "application/json")?,
        }
        for (name, value) in call.headers {
            add(&mut headers, name, value)?;
        }
        Ok(headers)
    }
}

fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), WebexError> {
    let wrong = || WebexError::Invalid(format!("the header {name} cannot hold its value"));
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
    headers.insert(key, HeaderValue::from_str(value).map_err(|_| wrong())?);
    Ok(())
}

/// Adds `Authorization`, marked so that nothing prints it; a token is that of the caller's authorisation, already looked up.
///
/// # Errors
/// The token has signs that no token has; it is not quoted.
pub fn authorize(
    headers: &mut HeaderMap,
    authorization: Authorization,
    token: Option<&Secret>,
) -> Result<(), WebexError> {
    let mut text = match (authorization, token) {
        (Authorization::Basic { id, secret }, _) => {
            let mut pair = format!("{id}:{}", secret.expose());
            let text = format!("Basic {}", BASE64_STANDARD.encode(&pair));
            pair.zeroize();
            text
        }
        (_, Some(token)) => format!("Bearer {}", token.expose()),
        (_, None) => return Ok(()),
    };
    let value = HeaderValue::from_str(&text);
    text.zeroize();
    let mut value =
        value.map_err(|_| WebexError::SignedOut { reason: "what is kept is no access token".to_owned() })?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(())
}
