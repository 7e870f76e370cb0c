//! The half of JOSE that the services need, on `RustCrypto`: compact JWE (RFC 7516) with `dir` and `RSA-OAEP` over `A256GCM`,
//! compact JWS (RFC 7515) with `RS256`, and the session key of an ECDHE exchange (specification sections 6.2 to 6.5).

mod jwe;
mod jws;
mod session;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

pub use jwe::{Header, open, open_rsa, protected_header, seal, seal_rsa};
pub use jws::{sign, verify};
pub use session::{Agreement, PublicPoint};

/// How long a content key and a session key are, in bytes.
pub const KEY_BYTES: usize = 32;

/// A 256-bit key.
pub type Key = [u8; KEY_BYTES];

/// Why something sealed or signed is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// It is not of the compact form, or a part is not base64url.
    #[error("not a compact serialization")]
    Form,
    /// The protected header is not JSON, or names what is not allowed here.
    #[error("the protected header is not acceptable")]
    Header,
    /// The tag, the key or the signature does not fit.
    #[error("authentication failed")]
    Authentication,
    /// A public key is not one.
    #[error("not a usable public key")]
    PublicKey,
}

/// Bytes as base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Base64url without padding as bytes.
///
/// # Errors
/// [`JoseError::Form`] for anything else.
pub fn decode(text: &str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseError::Form)
}

/// Fresh randomness from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    use rsa::rand_core::{OsRng, RngCore as _};
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// A key from its JWK member `k`.
///
/// # Errors
/// [`JoseError::Form`] unless it is 32 bytes.
pub fn key(k: &str) -> Result<Key, JoseError> {
    decode(k)?.try_into().map_err(|_| JoseError::Form)
}
