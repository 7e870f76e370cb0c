//! Access and refresh tokens, authorisation codes and device codes. Tokens have the form `x_y_ORGID` (specification section 2.2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    clock::{self, HOUR, Millis},
    jose,
};

const REFRESH_LIFETIME: Millis = 90 * 24 * HOUR;

/// What an access token allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Whose it is.
    pub user: String,
    /// The user's organisation.
    pub org: String,
    /// Its scopes, sorted.
    pub scopes: Vec<String>,
    /// When it ends; never when absent.
    pub expires: Option<Millis>,
}

impl Access {
    /// Whether it has a scope.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }
}

/// An authorisation code waiting to be exchanged.
#[derive(Clone, Debug)]
pub struct Code {
    pub(super) user: String,
    pub(super) org: String,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
}

/// A device grant under way (RFC 8628).
#[derive(Clone, Debug)]
pub struct DeviceCode {
    pub(super) user_code: String,
    pub(super) scopes: Vec<String>,
    pub(super) expires: Millis,
    pub(super) decision: Decision,
}

/// What became of a device grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nobody decided yet.
    Pending,
    /// Signed in as this user of this organisation.
    Approved((String, String)),
    /// Refused.
    Denied,
}

/// Everything about signing in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tokens {
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Access>,
    #[serde(skip)]
    pub(super) codes: BTreeMap<String, Code>,
    #[serde(skip)]
    pub(super) device_codes: BTreeMap<String, DeviceCode>,
    /// How long access tokens live, seconds.
    pub lifetime: i64,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            codes: BTreeMap::new(),
            device_codes: BTreeMap::new(),
            lifetime: 1_209_599,
        }
    }
}

/// Scopes from a list separated by blanks, sorted.
pub fn scopes(text: &str) -> Vec<String> {
    let mut scopes: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    scopes.sort();
    scopes.dedup();
    scopes
}

impl Tokens {
    /// A token that is in force.
    pub fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token).filter(|access| access.expires.is_none_or(|at| at > clock::now()))
    }

    /// Makes a token valid without end, as a personal access token is.
    pub fn grant(&mut self, token: &str, access: Access) {
        self.access.insert(token.to_owned(), access);
    }

    fn fresh(org: &str) -> String {
        format!("{}_SIM1_{org}", jose::encode(jose::random::<32>()).replace('_', "-"))
    }

    /// A fresh access token.
    pub fn issue(&mut self, user: &str, org: &str, scopes: Vec<String>) -> (String, Access) {
        let expires = Some(clock::now() + self.lifetime * 1000);
        let access = Access { user: user.to_owned(), org: org.to_owned(), scopes, expires };
        let token = Self::fresh(org);
        self.access.retain(|_, access| access.expires.is_none_or(|at| at > clock::now()));
        self.access.insert(token.clone(), access.clone());
        (token, access)
    }

    /// A fresh pair of tokens as the body of an answer.
    pub fn issue_pair(&mut self, user: &str, org: &str, scopes: Vec<String>) -> Value {
        let (token, access) = self.issue(user, org, scopes);
        let refresh = Self::fresh(org);
        let body = json!({
            "access_token": token,
            "expires_in": self.lifetime,
            "refresh_token": refresh,
            "refresh_token_expires_in": REFRESH_LIFETIME / 1000 - 1,
            "token_type": "Bearer",
            "scope": access.scopes.join(" "),
        });
        self.refresh.insert(refresh, Access { expires: Some(clock::now() + REFRESH_LIFETIME), ..access });
        body
    }

    /// Takes a refresh token out of use.
    pub fn take_refresh(&mut self, token: &str) -> Option<Access> {
        self.refresh.remove(token).filter(|access| access.expires.is_none_or(|at| at > clock::now()))
    }

    /// Ends a token of either kind.
    pub fn revoke(&mut self, token: &str) {
        self.access.remove(token);
        self.refresh.remove(token);
    }

    /// Every access token ends now; refresh tokens stay.
    pub fn expire_all(&mut self) {
        self.access.clear();
    }

    /// Every refresh token ends now.
    pub fn revoke_refresh_tokens(&mut self) {
        self.refresh.clear();
    }

    /// Whether a text contains a token.
    pub fn is_in(&self, text: &str) -> bool {
        self.access.keys().chain(self.refresh.keys()).any(|token| text.contains(token.as_str()))
    }

    /// Decides a device grant by its user code; whether there is one.
    pub fn decide(&mut self, user_code: &str, decision: Decision) -> bool {
        let found = self.device_codes.values_mut().find(|code| code.user_code == user_code);
        found.map(|code| code.decision = decision).is_some()
    }
}
