//! TLS: rustls on aws-lc-rs, for HTTP and for the socket alike.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use super::{Roots, WebexError};

/// A client that trusts these roots, without a certificate of its own. Protocols are offered by who connects.
///
/// # Errors
/// None of the roots can be used.
pub fn client(roots: &Roots) -> Result<ClientConfig, WebexError> {
    let mut store = RootCertStore::empty();
    // Old roots of a system that rustls cannot read are no reason to trust none of them.
    let (usable, _) = store.add_parsable_certificates(roots.certificates().iter().cloned());
    if usable == 0 {
        return Err(WebexError::Local("none of the root certificates can be used".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| WebexError::Local(format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(config)
}
