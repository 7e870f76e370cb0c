//! Keys as JSON (RFC 7517, RFC 7518 section 6).

use aws_lc_rs::{
    rsa::{OaepPublicEncryptingKey, PublicEncryptingKey},
    signature::RsaPublicKeyComponents,
};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Malformed, decode};
use crate::config::Secret;

/// The length of a coordinate of P-256.
const COORDINATE: usize = 32;
/// What an uncompressed point begins with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A symmetric key. What else is in it (`kid`, `alg`) says nothing that matters here (specification section 6.6).
#[derive(Clone, Debug, Deserialize)]
pub struct Oct {
    /// `oct`.
    pub kty: String,
    /// The key, base64url.
    #[serde(deserialize_with = "secret")]
    pub k: Secret,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::from)
}

/// A public RSA key, with the certificates that speak for it.
#[derive(Clone, Debug, Deserialize)]
pub struct RsaPublic {
    /// `RSA`.
    pub kty: String,
    /// Its name; for the KMS a URI.
    pub kid: String,
    /// The modulus, base64url.
    pub n: String,
    /// The exponent, base64url.
    pub e: String,
    /// Certificates in base64 DER, that of the key first.
    #[serde(default)]
    pub x5c: Option<Vec<String>>,
}

impl RsaPublic {
    /// The modulus, big-endian without leading zeros.
    pub fn modulus(&self) -> Result<Vec<u8>, Malformed> {
        decode(&self.n, "the modulus is no base64url").map(|bytes| without_leading_zeros(&bytes).to_vec())
    }

    /// The exponent, big-endian without leading zeros.
    pub fn exponent(&self) -> Result<Vec<u8>, Malformed> {
        decode(&self.e, "the exponent is no base64url").map(|bytes| without_leading_zeros(&bytes).to_vec())
    }
}

/// An unsigned big-endian integer in its shortest form.
pub(crate) fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..]
}

/// A public RSA key that seals and verifies. Whether it may be trusted is not its business.
#[derive(Debug)]
pub struct RsaKey {
    pub(super) kid: String,
    pub(super) components: RsaPublicKeyComponents<Vec<u8>>,
    pub(super) encrypting: OaepPublicEncryptingKey,
}

impl RsaKey {
    /// The key of a JWK of at least 2048 bits.
    pub fn from_jwk(jwk: &RsaPublic) -> Result<Self, Malformed> {
        if jwk.kty != "RSA" {
            return Err(Malformed("the key is not of type RSA"));
        }
        let components = RsaPublicKeyComponents { n: jwk.modulus()?, e: jwk.exponent()? };
        let unusable = Malformed("the RSA key is not usable");
        let key: PublicEncryptingKey = components.clone().try_into().map_err(|_| unusable)?;
        if key.key_size_bits() < 2048 {
            return Err(Malformed("the RSA key is too short"));
        }
        let encrypting = OaepPublicEncryptingKey::new(key).map_err(|_| unusable)?;
        Ok(Self { kid: jwk.kid.clone(), components, encrypting })
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

/// A public point of P-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EcPublic {
    /// `EC`.
    pub kty: String,
    /// `P-256`.
    pub crv: String,
    /// The first coordinate, base64url.
    pub x: String,
    /// The second coordinate, base64url.
    pub y: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
}

impl EcPublic {
    /// The JWK of an uncompressed point; `None` if it is none.
    pub fn from_point(point: &[u8], kid: String) -> Option<Self> {
        let (&UNCOMPRESSED, coordinates) = point.split_first()? else { return None };
        let (x, y) = coordinates.split_at_checked(COORDINATE)?;
        let coordinate = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
        (y.len() == COORDINATE).then(|| Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: coordinate(x),
            y: coordinate(y),
            kid: Some(kid),
        })
    }

    /// The uncompressed point. Whether it lies on the curve is for the key agreement to check.
    pub fn point(&self) -> Result<Vec<u8>, Malformed> {
        if self.kty != "EC" || self.crv != "P-256" {
            return Err(Malformed("the key is not a point of P-256"));
        }
        let mut point = vec![UNCOMPRESSED];
        for coordinate in [&self.x, &self.y] {
            let bytes = decode(coordinate, "a coordinate is no base64url")?;
            if bytes.len() != COORDINATE {
                return Err(Malformed("a coordinate has a wrong length"));
            }
            point.extend(bytes);
        }
        Ok(point)
    }
}
