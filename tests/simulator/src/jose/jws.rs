//! Compact JWS (RFC 7515 section 7.1) with `RS256`, the form of the answer to an ECDHE request (specification section 6.4).

use rsa::{
    Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey,
    sha2::{Digest as _, Sha256},
};
use serde::{Deserialize, Serialize};

use super::{JoseError, decode, encode};

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// Signs a payload with an RSA key.
///
/// # Errors
/// The key cannot sign.
pub fn sign(payload: &[u8], kid: &str, key: &RsaPrivateKey) -> Result<String, JoseError> {
    let header = Header { alg: "RS256".to_owned(), kid: kid.to_owned() };
    let header = serde_json::to_string(&header).map_err(|_| JoseError::Header)?;
    let input = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&input));
    Ok(format!("{input}.{}", encode(signature.map_err(|_| JoseError::Authentication)?)))
}

/// The payload of a compact JWS whose signature by this key, named so, holds.
///
/// # Errors
/// Another form, algorithm, key id or signature.
pub fn verify(jws: &str, kid: &str, key: &RsaPublicKey) -> Result<Vec<u8>, JoseError> {
    let (input, signature) = jws.rsplit_once('.').ok_or(JoseError::Form)?;
    let (header, payload) = input.split_once('.').ok_or(JoseError::Form)?;
    let read: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JoseError::Header)?;
    if read.alg != "RS256" || read.kid != kid {
        return Err(JoseError::Header);
    }
    key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(input), &decode(signature)?)
        .map_err(|_| JoseError::Authentication)?;
    decode(payload)
}
