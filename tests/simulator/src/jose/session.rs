//! The session key of an ECDHE exchange: P-256, then HKDF-SHA-256 without salt and info (specification section 6.5).

use hkdf::Hkdf;
use p256::{
    PublicKey, Sec1Point, SecretKey,
    ecdh::diffie_hellman,
    elliptic_curve::{
        Generate as _,
        sec1::{FromSec1Point as _, ToSec1Point as _},
    },
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{JoseError, KEY_BYTES, Key, decode, encode};

/// A public point of P-256 as a JWK (RFC 7518 section 6.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPoint {
    /// `EC`.
    pub kty: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kid: Option<String>,
    /// `P-256`.
    pub crv: String,
    /// The first coordinate, base64url.
    pub x: String,
    /// The second coordinate, base64url.
    pub y: String,
    /// The private half, which must never be sent.
    #[serde(skip_serializing, default)]
    pub d: Option<String>,
}

impl PublicPoint {
    fn key(&self) -> Result<PublicKey, JoseError> {
        if self.kty != "EC" || self.crv != "P-256" || self.d.is_some() {
            return Err(JoseError::PublicKey);
        }
        let coordinate = |text: &str| -> Result<[u8; KEY_BYTES], JoseError> {
            decode(text)?.try_into().map_err(|_| JoseError::PublicKey)
        };
        let (x, y) = (coordinate(&self.x)?, coordinate(&self.y)?);
        let point = Sec1Point::from_affine_coordinates(&x.into(), &y.into(), false);
        // The peer's point must lie on the curve.
        Option::from(PublicKey::from_sec1_point(&point)).ok_or(JoseError::PublicKey)
    }

    fn of(key: &PublicKey, kid: &str) -> Self {
        let point = key.to_sec1_point(false);
        let coordinate = |bytes: Option<&_>| bytes.map(|b: &p256::FieldBytes| encode(b)).unwrap_or_default();
        Self {
            kty: "EC".to_owned(),
            kid: Some(kid.to_owned()),
            crv: "P-256".to_owned(),
            x: coordinate(point.x()),
            y: coordinate(point.y()),
            d: None,
        }
    }
}

/// What one side of an exchange ends up with.
#[derive(Clone)]
pub struct Agreement {
    /// The point to send to the other side.
    pub point: PublicPoint,
    /// The shared session key.
    pub key: Key,
}

impl Agreement {
    /// Answers a peer's point with a fresh one.
    ///
    /// # Errors
    /// The peer's point is not one of P-256.
    pub fn answer(peer: &PublicPoint, kid: &str) -> Result<Self, JoseError> {
        Self::with(&SecretKey::generate(), peer, kid)
    }

    /// Agrees with a private key given as the JWK member `d`.
    ///
    /// # Errors
    /// The key or the peer's point is not one of P-256.
    pub fn with_private(d: &str, peer: &PublicPoint, kid: &str) -> Result<Self, JoseError> {
        let secret = SecretKey::from_slice(&decode(d)?).map_err(|_| JoseError::PublicKey)?;
        Self::with(&secret, peer, kid)
    }

    fn with(secret: &SecretKey, peer: &PublicPoint, kid: &str) -> Result<Self, JoseError> {
        let shared = diffie_hellman(secret.to_nonzero_scalar(), peer.key()?.as_affine());
        let mut key = [0; KEY_BYTES];
        Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(&[], &mut key).map_err(|_| JoseError::PublicKey)?;
        Ok(Self { point: PublicPoint::of(&secret.public_key(), kid), key })
    }
}
