//! JWE in compact form (RFC 7516): `dir` with `A256GCM` both ways, `RSA-OAEP` with `A256GCM` one way.
//!
//! An address book of ten thousand has sixty thousand sealed fields, so opening one is fast: everything but the ciphertext
//! has a fixed length, the header is compared with those already seen instead of being parsed, and the schedule of the
//! AES key is made once.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey},
    rand,
    rsa::OAEP_SHA1_MGF1SHA1,
};
use base64_simd::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use super::{Malformed, Oct, OpenError, RsaKey, decode, is_there};

/// The protected header of a field as the SDK writes it (specification section 7).
pub const FIELD_HEADER: &str = r#"{"enc":"A256GCM","alg":"dir"}"#;
/// [`FIELD_HEADER`] in base64url.
const FIELD_SEGMENT: &str = "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0";

/// The length of a key in bytes.
const KEY: usize = 32;
/// 12 bytes in base64url.
const IV_TEXT: usize = 16;
/// 16 bytes in base64url.
const TAG_TEXT: usize = 22;

/// A 256-bit key for AES-GCM: a content key, or that of a session with the KMS. It is wiped from memory with its last
/// clone, and never printed.
#[derive(Clone)]
pub struct ContentKey(Arc<Inner>);

struct Inner {
    /// AWS-LC wipes what it frees.
    key: LessSafeKey,
    /// A header, in base64url, that was found good and authentic once: the fields under a key mostly share one.
    seen: OnceLock<Box<str>>,
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The members of a JWE, still in base64url.
struct Segments<'a> {
    header: &'a str,
    iv: &'a str,
    ciphertext: &'a str,
    tag: &'a str,
}

impl ContentKey {
    /// The key of these bytes.
    ///
    /// # Panics
    /// Never: 32 bytes are an AES-256 key.
    pub fn from_bytes(mut bytes: [u8; KEY]) -> Self {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).expect("the length is right"));
        bytes.zeroize();
        Self(Arc::new(Inner { key, seen: OnceLock::new() }))
    }

    /// The key of a JWK: `kty` must be `oct` and the key 32 bytes long, the rest is ignored (specification section 6.6).
    pub fn from_jwk(jwk: &Oct) -> Result<Self, Malformed> {
        if jwk.kty != "oct" {
            return Err(Malformed("the key is not of type oct"));
        }
        let bytes = Zeroizing::new(decode(jwk.k.expose(), "the key is no base64url")?);
        let bytes = bytes.as_slice().try_into().map_err(|_| Malformed("the key has not 256 bits"))?;
        Ok(Self::from_bytes(bytes))
    }

    /// Seals a text under a protected header, which is sent exactly as given.
    ///
    /// # Panics
    /// Without randomness from the system.
    pub fn seal(&self, header: &str, plaintext: &[u8]) -> String {
        seal_under(&self.0.key, fresh(), header, "", plaintext)
    }

    /// Opens a sealed text into a buffer, which is overwritten. Every check of section 7 is made: `dir`, `A256GCM`,
    /// no encrypted key, no compression, nothing critical; the header as received is authenticated.
    pub fn open<'b>(&self, compact: &str, buffer: &'b mut Vec<u8>) -> Result<&'b str, OpenError> {
        let length = self.decrypt(compact, buffer)?;
        std::str::from_utf8(&buffer[..length]).map_err(|_| OpenError::NotText)
    }

    /// Opens a sealed text into a string of its own.
    pub fn open_to_string(&self, compact: &str) -> Result<String, OpenError> {
        let mut buffer = Vec::new();
        let length = self.decrypt(compact, &mut buffer)?;
        buffer.truncate(length);
        String::from_utf8(buffer).map_err(|_| OpenError::NotText)
    }

    /// The length of the plaintext, which the buffer begins with.
    fn decrypt(&self, compact: &str, buffer: &mut Vec<u8>) -> Result<usize, OpenError> {
        let seen = self.0.seen.get().map_or(FIELD_SEGMENT, AsRef::as_ref);
        if let Some(segments) = by_header(compact, FIELD_SEGMENT).or_else(|| by_header(compact, seen)) {
            return self.decrypt_segments(&segments, buffer);
        }
        let segments = split(compact)?;
        check_header(segments.header)?;
        let length = self.decrypt_segments(&segments, buffer)?;
        self.0.seen.get_or_init(|| segments.header.into());
        Ok(length)
    }

    fn decrypt_segments(&self, segments: &Segments<'_>, buffer: &mut Vec<u8>) -> Result<usize, OpenError> {
        const BAD: Malformed = Malformed("a segment is no base64url");
        let mut iv = [0; NONCE_LEN];
        let filled = URL_SAFE_NO_PAD.decode(segments.iv.as_bytes(), base64_simd::Out::from_slice(&mut iv));
        if filled.map_err(|_| BAD)?.len() != NONCE_LEN {
            return Err(BAD.into());
        }
        buffer.clear();
        // Once, with room for the tag, rather than again for the tag.
        buffer.reserve(segments.ciphertext.len() / 4 * 3 + 3 + MAX_TAG_LEN);
        URL_SAFE_NO_PAD.decode_append(segments.ciphertext, buffer).map_err(|_| BAD)?;
        URL_SAFE_NO_PAD.decode_append(segments.tag, buffer).map_err(|_| BAD)?;
        let nonce = Nonce::assume_unique_for_key(iv);
        let opened = self.0.key.open_in_place(nonce, Aad::from(segments.header.as_bytes()), buffer);
        Ok(opened.map_err(|_| OpenError::NotAuthentic)?.len())
    }

    #[cfg(test)]
    pub(super) fn seal_with(&self, iv: [u8; NONCE_LEN], header: &str, plaintext: &[u8]) -> String {
        seal_under(&self.0.key, iv, header, "", plaintext)
    }
}

/// The segments behind a header that is known to be good; `None` where anything else is unusual.
fn by_header<'a>(compact: &'a str, header: &str) -> Option<Segments<'a>> {
    let rest = compact.strip_prefix(header)?.strip_prefix("..")?;
    let (iv, rest) = rest.split_at_checked(IV_TEXT)?;
    let rest = rest.strip_prefix('.')?;
    let (rest, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_TEXT)?)?;
    Some(Segments { header: &compact[..header.len()], iv, ciphertext: rest.strip_suffix('.')?, tag })
}

fn split(compact: &str) -> Result<Segments<'_>, Malformed> {
    let mut segments = compact.split('.');
    let mut next = || segments.next().ok_or(Malformed("there are not five segments"));
    let (header, encrypted_key, iv, ciphertext, tag) = (next()?, next()?, next()?, next()?, next()?);
    if segments.next().is_some() {
        return Err(Malformed("there are not five segments"));
    }
    if !encrypted_key.is_empty() {
        return Err(Malformed("there is an encrypted key, which dir has not"));
    }
    if iv.len() != IV_TEXT || tag.len() != TAG_TEXT {
        return Err(Malformed("the IV or the tag has a wrong length"));
    }
    Ok(Segments { header, iv, ciphertext, tag })
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    enc: Cow<'a, str>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, deserialize_with = "is_there")]
    zip: bool,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
}

/// Checks a header and returns its `kid`.
fn check_header(segment: &str) -> Result<Option<String>, Malformed> {
    let bytes = decode(segment, "the header is no base64url")?;
    let header: Header = serde_json::from_slice(&bytes).map_err(|_| Malformed("the header is no JWE header"))?;
    match () {
        () if header.alg != "dir" => Err(Malformed("alg is not dir")),
        () if header.enc != "A256GCM" => Err(Malformed("enc is not A256GCM")),
        () if header.zip => Err(Malformed("it is compressed")),
        () if header.crit => Err(Malformed("it has critical headers")),
        () => Ok(header.kid),
    }
}

/// The `kid` in the header of a `dir` JWE, if it has one.
pub fn key_id(compact: &str) -> Result<Option<String>, Malformed> {
    split(compact).and_then(|segments| check_header(segments.header))
}

fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system has randomness");
    bytes
}

fn seal_under(key: &LessSafeKey, iv: [u8; NONCE_LEN], header: &str, encrypted_key: &str, plaintext: &[u8]) -> String {
    let mut compact = String::with_capacity((header.len() + encrypted_key.len() + plaintext.len()) * 4 / 3 + 48);
    URL_SAFE_NO_PAD.encode_append(header, &mut compact);
    let mut text = plaintext.to_vec();
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(compact.as_bytes()), &mut text);
    let tag = tag.expect("no text is longer than 64 GiB");
    compact.push('.');
    compact.push_str(encrypted_key);
    for segment in [iv.as_slice(), &text, tag.as_ref()] {
        compact.push('.');
        URL_SAFE_NO_PAD.encode_append(segment, &mut compact);
    }
    compact
}

impl RsaKey {
    /// Seals a text for the owner of the key, in the form of a handshake with the KMS (specification section 6.2).
    ///
    /// # Panics
    /// Without randomness from the system.
    pub fn seal(&self, plaintext: &[u8]) -> Result<String, Malformed> {
        let kid = serde_json::Value::from(self.kid.as_str());
        let header = format!(r#"{{"enc":"A256GCM","alg":"RSA-OAEP","kid":{kid}}}"#);
        let bytes = Zeroizing::new(fresh::<KEY>());
        let mut encrypted = vec![0; self.encrypting.ciphertext_size()];
        let encrypted = self.encrypting.encrypt(&OAEP_SHA1_MGF1SHA1, bytes.as_slice(), &mut encrypted, None);
        let encrypted = encrypted.map_err(|_| Malformed("the RSA key seals nothing"))?;
        let encrypted = URL_SAFE_NO_PAD.encode_to_string(encrypted);
        let key = ContentKey::from_bytes(*bytes);
        Ok(seal_under(&key.0.key, fresh(), &header, &encrypted, plaintext))
    }
}
