//! Where Webex is, who callbook is there, and whom it trusts.

mod settings;

use std::path::PathBuf;

use url::{Host, Url};

use super::Secret;
pub(super) use settings::variables;

/// The table `[webex]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webex {
    /// The base of service discovery, without a slash at its end.
    pub u2c_url: String,
    /// The base of the public API (SCIM, People, device grant), without a slash at its end and without `/v1`.
    pub api_url: String,
    /// A PEM file of roots for TLS, instead of the system's.
    pub root_certificates: Option<PathBuf>,
    /// A PEM file of roots for the key of the KMS, instead of the system's.
    pub kms_root_certificates: Option<PathBuf>,
    /// Hosts that a key server may have, beside those of the trusted domains.
    pub kms_hosts: Vec<String>,
    /// Hosts that may see a token, beside the built-in domains and those of `u2c_url` and `api_url`.
    pub trusted_hosts: Vec<String>,
    /// The client id of the integration.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<ClientSecret>,
    /// The redirect URI of the integration: where the browser comes back.
    pub redirect_uri: String,
    /// The scopes to ask for, separated by spaces.
    pub scopes: String,
    /// Where tokens are kept.
    pub tokens: TokenStore,
    /// How an edited contact gets there.
    pub edit: Edit,
}

/// How an edited contact gets there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edit {
    /// A new version is made, then the old one is deleted: calls that the service is known to have.
    #[default]
    Replace,
    /// PATCH is tried first. Nobody has shown that the service has it; where it has not, the edit is a replacement.
    Patch,
}

/// The secret of the integration, or what prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientSecret {
    /// As it is.
    Text(Secret),
    /// A program and its arguments; the first line of its output is the secret.
    Command(Vec<String>),
}

/// Where tokens are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenStore {
    /// In the keyring of the system, or in a file where there is none.
    #[default]
    Automatic,
    /// In a file (0600) beside the book.
    File,
    /// A program and its arguments prints an access token; nothing is kept.
    Command(Vec<String>),
}

impl Default for Webex {
    fn default() -> Self {
        Self {
            u2c_url: "https://u2c.wbx2.com/u2c/api/v1".to_owned(),
            api_url: "https://webexapis.com".to_owned(),
            root_certificates: None,
            kms_root_certificates: None,
            kms_hosts: Vec::new(),
            trusted_hosts: Vec::new(),
            client_id: None,
            client_secret: None,
            redirect_uri: "http://localhost:6001/redirect".to_owned(),
            scopes: "spark:all spark:kms".to_owned(),
            tokens: TokenStore::Automatic,
            edit: Edit::Replace,
        }
    }
}

impl Webex {
    /// A redirect URI, if it is one of this machine and without a query, as the listener for the browser needs it.
    pub fn local_redirect(text: &str) -> Option<Url> {
        let url = Url::parse(text).ok()?;
        let is_local = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let is_plain = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        (is_local && is_plain && url.scheme() == "http").then_some(url)
    }
}
