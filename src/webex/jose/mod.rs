//! JOSE as far as Webex uses it (specification sections 6.2, 6.4, 7), and nothing beyond: what is sealed in another way
//! than these is refused, never guessed at.
//!
//! * JWE compact, `dir` with `A256GCM`: fields of contacts, messages of the KMS ([`ContentKey`]).
//! * JWE compact, `RSA-OAEP` (SHA-1) with `A256GCM`, sealing only: the handshake ([`RsaKey::seal`]).
//! * JWS compact, `RS256` to `PS512`, verifying only: the answer to the handshake ([`RsaKey::verify`]).
//! * JWK: `oct`, `RSA` and `EC` public keys.
//!
//! Pure, but for the randomness of sealing.

mod jwe;
mod jwk;
mod jws;
#[cfg(test)]
mod tests;

use base64_simd::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, de::IgnoredAny};

pub use jwe::{ContentKey, FIELD_HEADER, key_id};
pub(crate) use jwk::without_leading_zeros;
pub use jwk::{EcPublic, Oct, RsaKey, RsaPublic};

/// What is wrong with something that should have been a JWE, a JWS or a JWK. It never holds what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

/// Why a sealed text stays closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not what it should be, or uses what is not accepted here.
    #[error("it is malformed: {0}")]
    Malformed(#[from] Malformed),
    /// Another key, or somebody changed it.
    #[error("it is not authentic")]
    NotAuthentic,
    /// It opens, and holds no UTF-8.
    #[error("it holds no text")]
    NotText,
}

fn decode(text: &str, what: &'static str) -> Result<Vec<u8>, Malformed> {
    URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| Malformed(what))
}

/// Whether a member is there, whatever it holds.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
