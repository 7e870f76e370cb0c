//! JWS in compact form (RFC 7515), verifying only.

use std::borrow::Cow;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
};
use serde::Deserialize;

use super::{Malformed, OpenError, RsaKey, decode, is_there};

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    kid: Cow<'a, str>,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
}

fn algorithm(name: &str) -> Option<&'static RsaParameters> {
    Some(match name {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "PS384" => &RSA_PSS_2048_8192_SHA384,
        "PS512" => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

impl RsaKey {
    /// The payload of a JWS that the owner of this key has signed under its name (specification section 6.4).
    pub fn verify(&self, compact: &str) -> Result<String, OpenError> {
        let three = Malformed("there are not three segments");
        let (signed, signature) = compact.rsplit_once('.').ok_or(three)?;
        let (header, payload) = signed.split_once('.').ok_or(three)?;
        if payload.contains('.') {
            return Err(three.into());
        }
        let bytes = decode(header, "the header is no base64url")?;
        let header: Header = serde_json::from_slice(&bytes).map_err(|_| Malformed("the header is no JWS header"))?;
        let algorithm = algorithm(&header.alg).ok_or(Malformed("alg is not one of RS256 to PS512"))?;
        if header.crit {
            return Err(Malformed("it has critical headers").into());
        }
        if header.kid != self.kid {
            return Err(Malformed("another key has signed it").into());
        }
        let signature = decode(signature, "the signature is no base64url")?;
        self.components.verify(algorithm, signed.as_bytes(), &signature).map_err(|_| OpenError::NotAuthentic)?;
        String::from_utf8(decode(payload, "the payload is no base64url")?).map_err(|_| OpenError::NotText)
    }
}
