//! Signing in by the browser of this machine (specification section 2.2): authorisation code, PKCE, and a listener on the
//! loopback that lives for one answer.

use std::collections::HashMap;

use aws_lc_rs::{constant_time, digest};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use tokio::time::timeout;
use url::Url;

use super::{
    Tokens,
    listener::Listener,
    oauth::{Broker, Integration, api_base, ask},
};
use crate::{
    book::port::Clock,
    config::{self, Secret},
    webex::{
        Timing, WebexError,
        http::{Http, tidy},
        random,
    },
};

const DOING: &str = "sign in";

/// Proof Key for Code Exchange (RFC 7636).
struct Pkce {
    verifier: Secret,
    challenge: String,
}

impl Pkce {
    fn new() -> Result<Self, WebexError> {
        Ok(Self::of(BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>()?).into()))
    }

    fn of(verifier: Secret) -> Self {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.expose().as_bytes()));
        Self { verifier, challenge }
    }
}

/// What the browser brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Returned {
    /// The code to be exchanged.
    Code(Secret),
    /// What the page says went wrong.
    Refused(String),
}

/// Opens the page to sign in at, and waits for the browser to come back to `redirect_uri`.
///
/// # Errors
/// The integration or the redirect URI is not usable; the port is taken; nobody came back within five minutes; the sign-in was
/// refused.
pub async fn browser(
    http: &Http,
    settings: &config::Webex,
    clock: &dyn Clock,
    timing: Timing,
    open: &mut dyn FnMut(&str),
) -> Result<Tokens, WebexError> {
    let integration = Integration::of(settings, timing).await?;
    let broker = Broker::Api(api_base(settings)?);
    let pkce = Pkce::new()?;
    let state = BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<24>()?);
    let redirect = redirect_uri(&settings.redirect_uri)?;
    let listener = Listener::bind(&redirect, timing).await?;
    open(page(settings, &integration.id, &state, &pkce.challenge)?.as_str());
    let too_late = |_| WebexError::SignedOut { reason: "nobody came back from the browser in time".to_owned() };
    let code = match timeout(timing.browser(), listener.answer(&state)).await.map_err(too_late)?? {
        Returned::Code(code) => code,
        Returned::Refused(reason) => {
            return Err(WebexError::SignedOut { reason: format!("the sign-in was refused in the browser ({reason})") });
        }
    };
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", integration.id.as_str()),
        ("redirect_uri", settings.redirect_uri.as_str()),
        ("code", code.expose()),
        ("code_verifier", pkce.verifier.expose()),
    ];
    let answer = ask(http, DOING, broker.token(), integration.authorization(), &form).await?;
    answer.tokens(DOING, clock.now(), &settings.scopes)
}

/// The redirect URI of the settings, if it is one of this machine.
fn redirect_uri(text: &str) -> Result<Url, WebexError> {
    config::Webex::local_redirect(text).ok_or_else(|| {
        let reason =
            "must be of this machine, as in http://localhost:6001/redirect, and registered with the integration";
        WebexError::Invalid(format!("redirect_uri in [webex] {reason}"))
    })
}

fn page(settings: &config::Webex, id: &str, state: &str, challenge: &str) -> Result<Url, WebexError> {
    let parameters = [
        ("client_id", id),
        ("response_type", "code"),
        ("redirect_uri", &settings.redirect_uri),
        ("scope", &settings.scopes),
        ("state", state),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    Url::parse_with_params(&format!("{}/v1/authorize", settings.api_url), parameters)
        .map_err(|_| WebexError::Invalid("api_url in [webex] is no URL".to_owned()))
}

/// What a request to the redirect URI brings; `None` when it is not the one that is waited for.
pub(super) fn returned(query: &str, state: &str) -> Option<Returned> {
    let pairs: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let given = pairs.get("state")?;
    constant_time::verify_slices_are_equal(given.as_bytes(), state.as_bytes()).ok()?;
    if let Some(error) = pairs.get("error") {
        let words = pairs.get("error_description").unwrap_or(error);
        return Some(Returned::Refused(tidy(words)));
    }
    let code = pairs.get("code").filter(|code| !code.is_empty())?;
    Some(Returned::Code(code.as_str().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_vector_and_verifiers_differ() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/data/vectors/misc.json")).unwrap();
        let vector = &vectors["pkce"];
        let pkce = Pkce::of(vector["code_verifier"].as_str().unwrap().into());
        assert_eq!(pkce.challenge, vector["code_challenge_S256"]);
        let (one, other) = (Pkce::new().unwrap(), Pkce::new().unwrap());
        assert!(one.verifier.expose().len() >= 43 && one.verifier != other.verifier);
    }

    #[test]
    fn only_the_answer_with_our_state_counts() {
        assert_eq!(returned("code=c&state=s", "s"), Some(Returned::Code("c".into())));
        assert_eq!(returned("error=access_denied&state=s", "s"), Some(Returned::Refused("access_denied".to_owned())));
        for query in ["", "code=c", "code=c&state=t", "state=s", "code=&state=s", "error=x&state="] {
            assert_eq!(returned(query, "s"), None, "{query}");
        }
    }

    #[test]
    fn only_a_redirect_to_this_machine_is_listened_for() {
        for good in ["http://localhost:6001/redirect", "http://127.0.0.1:1/", "http://[::1]:80/x"] {
            assert!(redirect_uri(good).is_ok(), "{good}");
        }
        for bad in
            ["https://localhost:6001/", "http://example.org/", "http://0.0.0.0:1/", "x", "http://localhost:1/?a=b"]
        {
            assert!(redirect_uri(bad).unwrap_err().to_string().contains("redirect_uri"), "{bad}");
        }
    }
}
