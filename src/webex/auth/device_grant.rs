//! Signing in on another device (RFC 8628; specification section 2.3): a code here, a browser anywhere.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::{Instant, sleep};
use url::Url;

use super::{
    Tokens,
    oauth::{self, Integration, ask},
};
use crate::{
    book::port::Clock,
    config,
    webex::{
        Timing, WebexError,
        http::{Authorization, Http, tidy},
    },
};

const DOING: &str = "sign in";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between two questions, where the server does not say (RFC 8628 section 3.2).
const INTERVAL: u64 = 5;
/// What `slow_down` adds.
const SLOWER: Duration = Duration::from_secs(5);
/// The longest time that a code is waited for, whatever the server says.
const LONGEST: u64 = 3600;

/// What a person needs to sign in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    /// The page to open.
    pub verification_uri: String,
    /// The code to type there.
    pub user_code: String,
    /// The page with the code already typed, for a QR code.
    pub verification_uri_complete: Option<String>,
    /// How long the code can be used.
    pub expires_in: Duration,
}

#[derive(Deserialize)]
struct Begun {
    device_code: String,
    user_code: String,
    verification_uri: String,
    #[serde(default)]
    verification_uri_complete: Option<String>,
    #[serde(default)]
    expires_in: Option<f64>,
    #[serde(default)]
    interval: Option<f64>,
}

/// Asks for a code, shows it, and waits until somebody has signed in with it.
///
/// # Errors
/// The integration is not configured; the sign-in was refused, or the code was not used in time; the service refuses.
pub async fn device_grant(
    http: &Http,
    settings: &config::Webex,
    clock: &dyn Clock,
    timing: Timing,
    show: &mut dyn FnMut(&DevicePrompt),
) -> Result<Tokens, WebexError> {
    let integration = Integration::of(settings, timing).await?;
    let base = oauth::api_base(settings)?;
    let form = [("client_id", integration.id.as_str()), ("scope", settings.scopes.as_str())];
    let to = oauth::api(&base, "device/authorize", "/v1/device/authorize");
    let begun: Begun = ask(http, DOING, to, Authorization::None, &form).await?.granted()?.json(DOING)?;
    let prompt = prompt(&begun)?;
    show(&prompt);

    let deadline = Instant::now() + timing.scaled(prompt.expires_in);
    let mut interval = Duration::from_secs(whole(begun.interval, INTERVAL).max(1));
    loop {
        let wait = timing.scaled(interval);
        if Instant::now() + wait >= deadline {
            return Err(too_late());
        }
        sleep(wait).await;
        let form = [
            ("client_id", integration.id.as_str()),
            ("device_code", begun.device_code.as_str()),
            ("grant_type", GRANT),
        ];
        let to = oauth::api(&base, "device/token", "/v1/device/token");
        let answer = match ask(http, DOING, to, integration.authorization(), &form).await {
            // The network may be back before the code is over.
            Err(error) if error.is_offline() || error.is_ambiguous() => continue,
            answer => answer?,
        };
        let words = answer.words().unwrap_or_default();
        let says = |code: &str| answer.code.as_deref() == Some(code) || words == code;
        match answer.status() {
            _ if says("slow_down") => interval += SLOWER,
            428 => {}
            _ if says("authorization_pending") => {}
            500.. => {}
            _ if says("expired_token") => return Err(too_late()),
            _ if says("access_denied") => {
                return Err(WebexError::SignedOut { reason: "the sign-in was refused in the browser".to_owned() });
            }
            _ => return answer.tokens(DOING, clock.now(), &settings.scopes),
        }
    }
}

fn too_late() -> WebexError {
    WebexError::SignedOut { reason: "the code was not used in time".to_owned() }
}

fn whole(seconds: Option<f64>, default: u64) -> u64 {
    seconds
        .filter(|seconds| *seconds >= 0.0)
        .map_or(default, |seconds| Duration::try_from_secs_f64(seconds.min(1e6)).map_or(default, |d| d.as_secs()))
}

/// What is shown comes from outside: a page must be one, and a code a short word.
fn prompt(begun: &Begun) -> Result<DevicePrompt, WebexError> {
    let page = |text: &str| Url::parse(text).ok().filter(|url| url.scheme() == "https").map(String::from);
    let unreadable = |reason: &str| WebexError::Unreadable { doing: DOING, reason: reason.to_owned() };
    let user_code = tidy(&begun.user_code);
    if user_code.is_empty() || user_code.chars().count() > 40 {
        return Err(unreadable("the code to type is none"));
    }
    Ok(DevicePrompt {
        verification_uri: page(&begun.verification_uri).ok_or_else(|| unreadable("the page to open is none"))?,
        user_code,
        verification_uri_complete: begun.verification_uri_complete.as_deref().and_then(page),
        expires_in: Duration::from_secs(whole(begun.expires_in, 300).min(LONGEST)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(page: &str, code: &str) -> Begun {
        Begun {
            device_code: "d".to_owned(),
            user_code: code.to_owned(),
            verification_uri: page.to_owned(),
            verification_uri_complete: Some("javascript:alert(1)".to_owned()),
            expires_in: Some(1e99),
            interval: None,
        }
    }

    #[test]
    fn only_pages_and_short_codes_are_shown() {
        let shown = prompt(&begun("https://login.example/v", "12\u{1b}3456")).unwrap();
        assert_eq!((shown.user_code.as_str(), shown.verification_uri_complete), ("123456", None));
        assert_eq!(shown.expires_in, Duration::from_secs(3600));
        assert!(prompt(&begun("file:///etc/passwd", "1")).is_err());
        assert!(prompt(&begun("https://login.example/v", "")).is_err());
        assert_eq!([whole(Some(-1.0), 5), whole(Some(2.9), 5), whole(Some(f64::NAN), 5)], [5, 2, 5]);
    }
}
