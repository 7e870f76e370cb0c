//! What is said to the KMS, and what it says (specification sections 6.2, 6.4, 6.6). Pure: text in, text out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::KeyUri;
use crate::{
    config::Secret,
    webex::{
        KmsError,
        jose::{ContentKey, EcPublic, Oct},
    },
};

/// Look at another key instead.
const REDIRECT: u32 = 301_002;
/// The organisation has revoked its master key.
const MASTER_KEY_REVOKED: [u32; 2] = [405_005, 405_006];
/// So much is kept of what a server says.
const LONGEST_REASON: usize = 200;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The URL of the device.
    pub client_id: &'a str,
    /// The user.
    pub user_id: &'a str,
    /// The token, without the word Bearer.
    pub bearer: &'a Secret,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Agree upon a session.
    Handshake {
        /// The URI of the cluster.
        cluster: String,
        /// Our half.
        jwk: EcPublic,
    },
    /// A content key.
    Retrieve(KeyUri),
    /// One new content key, bound to nothing yet.
    CreateKey,
    /// A resource that these keys are bound to; we are authorised for it.
    CreateResource(Vec<KeyUri>),
    /// Nothing but an answer.
    Ping,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    method: &'static str,
    uri: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<&'a EcPublic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_uris: Option<Vec<&'a str>>,
    request_id: &'a str,
    client: Client<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    client_id: &'a str,
    credential: Credential<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credential<'a> {
    user_id: &'a str,
    bearer: &'a str,
}

impl Operation {
    /// The request as JSON, to be sealed; it holds the token.
    ///
    /// # Panics
    /// Never: the request is made of strings and a number.
    pub fn request(&self, request_id: &str, asker: Asker<'_>) -> Zeroizing<Vec<u8>> {
        let (method, uri) = match self {
            Self::Handshake { cluster, .. } => ("create", Cow::from(format!("{cluster}/ecdhe"))),
            Self::Retrieve(uri) => ("retrieve", uri.as_str().into()),
            Self::CreateKey => ("create", "/keys".into()),
            Self::CreateResource(_) => ("create", "/resources".into()),
            Self::Ping => ("update", "/ping".into()),
        };
        let request = Body {
            method,
            uri,
            jwk: if let Self::Handshake { jwk, .. } = self { Some(jwk) } else { None },
            count: matches!(self, Self::CreateKey).then_some(1),
            key_uris: match self {
                Self::CreateResource(uris) => Some(uris.iter().map(KeyUri::as_str).collect()),
                _ => None,
            },
            request_id,
            client: Client {
                client_id: asker.client_id,
                credential: Credential { user_id: asker.user_id, bearer: asker.bearer.expose() },
            },
        };
        // Room enough from the start, so that no copy of the token stays behind where it grew.
        let keys: usize = request.key_uris.iter().flatten().map(|uri| uri.len() + 3).sum();
        let room = 1024 + 2 * (request.uri.len() + asker.bearer.expose().len() + asker.client_id.len() + keys);
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *text, &request).expect("it is made of strings and a number");
        text
    }
}

/// An answer, of which only the id is known yet.
pub struct Answer {
    /// The request that it answers.
    pub request_id: String,
    /// Whether the static key signed it, rather than the session sealing it.
    pub signed: bool,
    text: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    status: u16,
    #[serde(default)]
    reason: Option<serde_json::Value>,
    #[serde(default)]
    error_code: Option<serde_json::Value>,
    #[serde(default)]
    redirect_uri: Option<serde_json::Value>,
}

/// A key as the KMS shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyObject {
    /// Its name.
    pub uri: String,
    /// The key.
    pub jwk: Oct,
    /// Whose it is, if it says.
    #[serde(default)]
    pub user_id: Option<String>,
}

impl KeyObject {
    /// The key itself.
    ///
    /// # Errors
    /// It is no 256-bit key.
    pub fn content_key(&self) -> Result<ContentKey, KmsError> {
        ContentKey::from_jwk(&self.jwk).map_err(|malformed| KmsError::Unreadable(malformed.to_string()))
    }
}

/// The KMS's half of an exchange.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionObject {
    /// The name of the session.
    pub uri: String,
    /// Its public point.
    pub jwk: EcPublic,
    /// When it began, ISO 8601.
    #[serde(default)]
    pub create_date: Option<String>,
    /// When it ends, ISO 8601.
    #[serde(default)]
    pub expiration_date: Option<String>,
}

#[derive(Deserialize)]
struct ResourceObject {
    uri: String,
}

fn unreadable(reason: &str) -> KmsError {
    KmsError::Unreadable(reason.to_owned())
}

impl Answer {
    /// The answer in a text, if it is one to a request.
    pub fn parse(text: String, signed: bool) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Head {
            request_id: String,
        }
        let text = Zeroizing::new(text);
        let Head { request_id } = serde_json::from_str(&text).ok()?;
        Some(Self { request_id, signed, text })
    }

    /// Whether it is a success, or where to look instead.
    ///
    /// # Errors
    /// The KMS refuses, or it is no answer.
    pub fn check(&self) -> Result<Option<KeyUri>, KmsError> {
        let outcome: Outcome = serde_json::from_str(&self.text).map_err(|_| unreadable("it has no status"))?;
        let code = outcome.error_code.as_ref().and_then(number);
        if let (Some(REDIRECT), Some(uri)) = (code, &outcome.redirect_uri) {
            let uri = uri.as_str().and_then(|uri| uri.parse().ok());
            return uri.map(Some).ok_or_else(|| unreadable("it redirects to something that is no key"));
        }
        if code.is_some_and(|code| MASTER_KEY_REVOKED.contains(&code)) {
            return Err(KmsError::MasterKeyRevoked);
        }
        match outcome.status {
            200..=299 => Ok(None),
            status @ 400.. => Err(KmsError::Refused { status, code, reason: outcome.reason.as_ref().and_then(words) }),
            _ => Err(unreadable("it is neither a success nor a refusal")),
        }
    }

    fn member<'a, T: Deserialize<'a>>(&'a self, name: &'static str) -> Result<T, KmsError> {
        let mut members: std::collections::HashMap<Cow<'a, str>, &'a serde_json::value::RawValue> =
            serde_json::from_str(&self.text).map_err(|_| unreadable("it is no object"))?;
        let member = members.remove(name).ok_or_else(|| KmsError::Unreadable(format!("it has no {name}")))?;
        serde_json::from_str(member.get()).map_err(|_| KmsError::Unreadable(format!("its {name} is not understood")))
    }

    /// The key of a successful `retrieve`.
    ///
    /// # Errors
    /// It has none.
    pub fn key(&self) -> Result<KeyObject, KmsError> {
        self.member("key")
    }

    /// The key of a successful [`Operation::CreateKey`].
    ///
    /// # Errors
    /// It has not exactly one.
    pub fn created_key(&self) -> Result<KeyObject, KmsError> {
        let mut keys: Vec<KeyObject> = self.member("keys")?;
        if keys.len() == 1 { Ok(keys.remove(0)) } else { Err(unreadable("it has not one key")) }
    }

    /// The URI of a created resource.
    ///
    /// # Errors
    /// It has none.
    pub fn resource(&self) -> Result<String, KmsError> {
        self.member("resource").map(|resource: ResourceObject| resource.uri)
    }

    /// The other half of a handshake, which must have been signed: otherwise anybody could plant a session.
    ///
    /// # Errors
    /// It has none, or is not signed.
    pub fn session(&self) -> Result<SessionObject, KmsError> {
        if self.signed { self.member("key") } else { Err(unreadable("the handshake is not signed")) }
    }
}

fn number(value: &serde_json::Value) -> Option<u32> {
    match value {
        serde_json::Value::String(text) => text.parse().ok(),
        other => other.as_u64()?.try_into().ok(),
    }
}

/// What a server says, fit to be shown.
fn words(value: &serde_json::Value) -> Option<String> {
    let text: String = value.as_str()?.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
