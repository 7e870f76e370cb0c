//! The endpoints of OAuth, the integration, and the answers (specification sections 2.1 and 2.2).

use reqwest::Method;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::{Tokens, aside::aside, command};
use crate::{
    book::Timestamp,
    config::{self, ClientSecret, Secret},
    webex::{
        Service, Timing, WebexError,
        http::{Authorization, Body, Call, Http, Reply, To, oauth_code, refusal},
    },
};

/// Where OAuth is spoken.
#[derive(Clone, Debug)]
pub enum Broker {
    /// At the public API.
    Api(Url),
    /// At the broker of the organisation, from the catalogue.
    Catalog(Service),
}

/// The base of the public API.
///
/// # Errors
/// `api_url` is no URL.
pub fn api_base(settings: &config::Webex) -> Result<Url, WebexError> {
    Url::parse(&format!("{}/v1/", settings.api_url))
        .map_err(|_| WebexError::Invalid("api_url in [webex] is no URL".to_owned()))
}

impl Broker {
    /// The endpoint for tokens of every kind.
    pub fn token(&self) -> To<'_> {
        match self {
            Self::Api(base) => api(base, "access_token", "/v1/access_token"),
            Self::Catalog(service) => To::Service {
                service,
                path: "idb/oauth2/v1/access_token".to_owned(),
                template: "/idb/oauth2/v1/access_token",
            },
        }
    }
}

/// An endpoint of the public API.
pub fn api(base: &Url, path: &str, template: &'static str) -> To<'static> {
    To::Url { url: base.join(path).unwrap_or_else(|_| base.clone()), template }
}

/// The integration that callbook is known as.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

impl Integration {
    /// That of the settings; its secret may come from a program.
    ///
    /// # Errors
    /// One of them is missing: which setting it is. The program fails.
    pub async fn of(settings: &config::Webex, timing: Timing) -> Result<Self, WebexError> {
        let missing = |setting: &str, variable: &str| {
            WebexError::Invalid(format!(
                "{setting} is not set: name that of your integration (developer.webex.com) in [webex] of the configuration, or in \
                 the variable CALLBOOK_WEBEX_{variable}"
            ))
        };
        let id = settings.client_id.clone().ok_or_else(|| missing("client_id", "CLIENT_ID"))?;
        let secret = match settings.client_secret.clone() {
            Some(ClientSecret::Text(secret)) => secret,
            Some(ClientSecret::Command(words)) => {
                aside(move || command::first_line("client_secret_command", &words, timing.command())).await??
            }
            None => return Err(missing("client_secret (or client_secret_command)", "CLIENT_SECRET")),
        };
        Ok(Self { id, secret })
    }

    /// As it shows itself.
    pub fn authorization(&self) -> Authorization<'_> {
        Authorization::Basic { id: &self.id, secret: &self.secret }
    }
}

/// An answer of OAuth, and the code if it is a refusal that has one.
pub struct Answer {
    reply: Reply,
    refused: Option<WebexError>,
    /// `invalid_grant` and its like.
    pub code: Option<String>,
}

/// Sends a form.
///
/// # Errors
/// There is no answer. A refusal is one.
pub async fn ask(
    http: &Http,
    doing: &'static str,
    to: To<'_>,
    authorization: Authorization<'_>,
    form: &[(&str, &str)],
) -> Result<Answer, WebexError> {
    let call = Call { doing, method: Method::POST, to, authorization, body: Body::Form(form), headers: &[] };
    let reply = http.answer(&call).await?;
    let is_refused = reply.status >= 400;
    let refused = is_refused.then(|| refusal(doing, &reply, &call.quotable(), None).into());
    let code = oauth_code(&reply.body).filter(|_| is_refused);
    Ok(Answer { reply, refused, code })
}

/// An answer with tokens.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    refresh_token_expires_in: Option<i64>,
    #[serde(default)]
    scope: Option<String>,
}

/// Seconds as a number or as text; other things count as absent.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    #[allow(clippy::cast_possible_truncation, reason = "it saturates, as it should")]
    let whole = |number: &serde_json::Number| number.as_i64().or_else(|| number.as_f64().map(|float| float as i64));
    Ok(match &value {
        Value::Number(number) => whole(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.reply.status
    }

    /// What a refusal says to people.
    pub fn words(&self) -> Option<String> {
        match &self.refused {
            Some(WebexError::Refused(refusal)) => refusal.message.clone(),
            _ => None,
        }
    }

    /// The answer, unless it is a refusal.
    ///
    /// # Errors
    /// It is one.
    pub fn granted(self) -> Result<Reply, WebexError> {
        self.refused.map_or(Ok(self.reply), Err)
    }

    /// The tokens in it. Their times are counted from `now`; `asked` is what scopes they have when the answer does not say.
    ///
    /// # Errors
    /// It is a refusal, or not understood.
    pub fn tokens(self, doing: &'static str, now: Timestamp, asked: &str) -> Result<Tokens, WebexError> {
        let mut reply = self.granted()?;
        let granted = reply.json::<Granted>(doing);
        zeroize::Zeroize::zeroize(&mut reply.body);
        let granted = granted?;
        let at = |seconds: i64| Timestamp(now.0.saturating_add(seconds.saturating_mul(1000)));
        let access = super::tokens::of_words(Secret::from(granted.access_token).expose())
            .map_err(|_| WebexError::Unreadable { doing, reason: "there is no access token in it".to_owned() })?;
        let tokens = Tokens {
            access: access.access,
            expires: granted.expires_in.map(at),
            renew: None,
            refresh: granted.refresh_token.filter(|token| !token.is_empty()).map(Secret::from),
            refresh_expires: granted.refresh_token_expires_in.map(at),
            scopes: granted.scope.unwrap_or_else(|| asked.to_owned()),
        };
        Ok(tokens.scheduled(now))
    }
}
