//! Compact JWE (RFC 7516 section 7.1): `header.encrypted_key.iv.ciphertext.tag`.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use rsa::{Oaep, RsaPrivateKey, RsaPublicKey};
use serde::{Deserialize, Serialize};

use super::{JoseError, KEY_BYTES, Key, decode, encode, random};

const IV_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// The members of a protected header that the services read; written in this order, as node-jose does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `A256GCM`.
    pub enc: String,
    /// `dir` or `RSA-OAEP`.
    pub alg: String,
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kid: Option<String>,
    /// Compression, which is not allowed.
    #[serde(skip_serializing, default)]
    zip: Option<String>,
    /// Extensions that a reader must understand; none is understood here.
    #[serde(skip_serializing, default)]
    crit: Option<serde_json::Value>,
}

impl Header {
    /// The header of a value sealed directly under a key.
    pub fn direct(kid: Option<&str>) -> Self {
        Self::of("dir", kid)
    }

    fn of(alg: &str, kid: Option<&str>) -> Self {
        Self { enc: "A256GCM".to_owned(), alg: alg.to_owned(), kid: kid.map(str::to_owned), zip: None, crit: None }
    }

    fn segment(&self) -> String {
        // Strings alone always serialize.
        encode(serde_json::to_string(self).unwrap_or_default())
    }
}

/// The five parts of a compact JWE, its header read and its algorithm checked.
struct Parts<'a> {
    header: Header,
    additional_data: &'a str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    sealed: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(compact: &'a str, alg: &str) -> Result<Self, JoseError> {
        let segments: Vec<&str> = compact.split('.').collect();
        let [additional_data, encrypted_key, iv, ciphertext, tag] = segments[..] else { return Err(JoseError::Form) };
        let header: Header = serde_json::from_slice(&decode(additional_data)?).map_err(|_| JoseError::Header)?;
        if header.alg != alg || header.enc != "A256GCM" || header.zip.is_some() || header.crit.is_some() {
            return Err(JoseError::Header);
        }
        let (iv, tag) = (decode(iv)?, decode(tag)?);
        if iv.len() != IV_BYTES || tag.len() != TAG_BYTES {
            return Err(JoseError::Form);
        }
        let sealed = [decode(ciphertext)?, tag].concat();
        Ok(Self { header, additional_data, encrypted_key: decode(encrypted_key)?, iv, sealed })
    }

    fn open(&self, key: &[u8]) -> Result<Vec<u8>, JoseError> {
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| JoseError::Authentication)?;
        let nonce: &[u8; IV_BYTES] = self.iv.as_slice().try_into().map_err(|_| JoseError::Form)?;
        let payload = Payload { msg: &self.sealed, aad: self.additional_data.as_bytes() };
        cipher.decrypt(nonce.into(), payload).map_err(|_| JoseError::Authentication)
    }
}

fn compact(
    header: &str,
    encrypted_key: &[u8],
    iv: &[u8; IV_BYTES],
    key: &Key,
    plaintext: &[u8],
) -> Result<String, JoseError> {
    let cipher = Aes256Gcm::new(key.into());
    let payload = Payload { msg: plaintext, aad: header.as_bytes() };
    let sealed = cipher.encrypt(iv.into(), payload).map_err(|_| JoseError::Authentication)?;
    let (ciphertext, tag) = sealed.split_at(sealed.len() - TAG_BYTES);
    let parts = [header, &encode(encrypted_key), &encode(iv), &encode(ciphertext), &encode(tag)];
    Ok(parts.join("."))
}

/// The protected header of a compact JWE, unauthenticated.
///
/// # Errors
/// It is not of the compact form.
pub fn protected_header(compact: &str) -> Result<Header, JoseError> {
    let mut segments = compact.split('.');
    let (Some(header), 4) = (segments.next(), segments.count()) else { return Err(JoseError::Form) };
    serde_json::from_slice(&decode(header)?).map_err(|_| JoseError::Header)
}

/// Seals directly under a key (`dir`, specification section 7).
///
/// # Errors
/// The plaintext is beyond what the cipher takes.
pub fn seal(header: &Header, key: &Key, plaintext: &[u8]) -> Result<String, JoseError> {
    compact(&header.segment(), &[], &random(), key, plaintext)
}

/// Opens what was sealed directly under a key.
///
/// # Errors
/// Another form, another algorithm, an encrypted key where there must be none, or another key.
pub fn open(jwe: &str, key: &Key) -> Result<Vec<u8>, JoseError> {
    let parts = Parts::of(jwe, "dir")?;
    if !parts.encrypted_key.is_empty() {
        return Err(JoseError::Form);
    }
    parts.open(key)
}

/// Seals for the owner of an RSA key (`RSA-OAEP`: SHA-1 and MGF1 with SHA-1, RFC 7518 section 4.3).
///
/// # Errors
/// The key is too small.
pub fn seal_rsa(key: &RsaPublicKey, kid: &str, plaintext: &[u8]) -> Result<String, JoseError> {
    let content_key: Key = random();
    let wrapped = key.encrypt(&mut rsa::rand_core::OsRng, Oaep::new::<sha1::Sha1>(), &content_key);
    let wrapped = wrapped.map_err(|_| JoseError::PublicKey)?;
    compact(&Header::of("RSA-OAEP", Some(kid)).segment(), &wrapped, &random(), &content_key, plaintext)
}

/// Opens what was sealed for the owner of an RSA key; its key id comes with it.
///
/// # Errors
/// Another form, another algorithm, or another key.
pub fn open_rsa(jwe: &str, key: &RsaPrivateKey) -> Result<(Option<String>, Vec<u8>), JoseError> {
    let parts = Parts::of(jwe, "RSA-OAEP")?;
    let content_key = key.decrypt(Oaep::new::<sha1::Sha1>(), &parts.encrypted_key);
    let content_key = content_key.map_err(|_| JoseError::Authentication)?;
    if content_key.len() != KEY_BYTES {
        return Err(JoseError::Authentication);
    }
    let plaintext = parts.open(&content_key)?;
    Ok((parts.header.kid, plaintext))
}
