//! Whether the key server is who it says (specification section 6.1). Whoever could put another static key in its place would
//! read the token in every handshake and control every content key, so nothing is sent before all seven rules hold.

use rustls::{
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, TrustAnchor, UnixTime},
};
use serde::Deserialize;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer as _, public_key::PublicKey,
};

use super::uri::host_of;
use crate::webex::{
    KmsError,
    jose::{RsaKey, RsaPublic, without_leading_zeros},
};

/// No genuine chain is longer.
const MOST_CERTIFICATES: usize = 10;

/// What the service says about the user's cluster: not to be believed yet.
#[derive(Clone, Debug)]
pub struct Details {
    /// The URI of the cluster.
    pub cluster: String,
    /// Its static key.
    pub key: RsaPublic,
}

impl Details {
    /// Reads the answer of `GET /kms/{userId}`.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(body: &[u8]) -> Result<Self, KmsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            kms_cluster: String,
            rsa_public_key: TextOrKey,
        }
        /// A string that holds JSON; others have met an object.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextOrKey {
            Text(String),
            Key(RsaPublic),
        }
        let unreadable = || KmsError::Unreadable("its description lacks what it must have".to_owned());
        let body: Body = serde_json::from_slice(body).map_err(|_| unreadable())?;
        let key = match body.rsa_public_key {
            TextOrKey::Text(text) => serde_json::from_str(&text).map_err(|_| unreadable())?,
            TextOrKey::Key(key) => key,
        };
        Ok(Self { cluster: body.kms_cluster, key })
    }
}

fn untrusted<T>(reason: impl Into<String>) -> Result<T, KmsError> {
    Err(KmsError::Untrusted(reason.into()))
}

/// Rules 1 to 6: the key has the form of a key of a KMS, and its certificate speaks for it, is valid at that time and leads
/// from the first certificate to one of the roots. Without roots nothing does.
///
/// # Errors
/// [`KmsError::Untrusted`] with the rule that is broken.
pub fn prove(key: &RsaPublic, roots: &[CertificateDer<'_>], now: UnixTime) -> Result<RsaKey, KmsError> {
    if key.kty != "RSA" {
        return untrusted("its key is not of type RSA");
    }
    let Some(host) = host_of(&key.kid) else { return untrusted("the kid of its key is no kms: URI") };
    let chain = chain(key)?;
    let Some((first, others)) = chain.split_first() else { return untrusted("its key comes without x5c certificates") };
    let Ok((_, certificate)) = X509Certificate::from_der(first) else {
        return untrusted("its certificate cannot be read");
    };
    if !is_for_host(&certificate, host) {
        return untrusted(format!("its certificate is not for its host {host}"));
    }
    is_for_key(&certificate, key)?;
    leads_to_root(first, others, roots, now)?;
    RsaKey::from_jwk(key).or_else(|reason| untrusted(reason.to_string()))
}

fn chain(key: &RsaPublic) -> Result<Vec<CertificateDer<'static>>, KmsError> {
    let texts = key.x5c.as_deref().unwrap_or_default();
    if texts.len() > MOST_CERTIFICATES {
        return untrusted("its x5c has too many certificates");
    }
    let decoded =
        texts.iter().map(|text| base64_simd::forgiving_decode_to_vec(text.as_bytes()).map(CertificateDer::from));
    decoded.collect::<Result<_, _>>().or_else(|_| untrusted("its x5c is no base64"))
}

/// A name of the certificate equals the host: an alternative name, or else a common name, which is tried also where there
/// are alternative names.
fn is_for_host(certificate: &X509Certificate<'_>, host: &str) -> bool {
    let alternative = certificate.subject_alternative_name().ok().flatten().is_some_and(|names| {
        let is_host =
            |name: &GeneralName<'_>| matches!(name, GeneralName::DNSName(name) if name.eq_ignore_ascii_case(host));
        names.value.general_names.iter().any(is_host)
    });
    alternative || certificate.subject().iter_common_name().any(|name| name.as_str().is_ok_and(|name| name == host))
}

fn is_for_key(certificate: &X509Certificate<'_>, key: &RsaPublic) -> Result<(), KmsError> {
    let Ok(PublicKey::RSA(certified)) = certificate.public_key().parsed() else {
        return untrusted("its certificate is for another kind of key");
    };
    if key.modulus().ok().as_deref() != Some(without_leading_zeros(certified.modulus)) {
        return untrusted("its certificate is for a key with another modulus");
    }
    if key.exponent().ok().as_deref() != Some(without_leading_zeros(certified.exponent)) {
        return untrusted("its certificate is for a key with another exponent");
    }
    Ok(())
}

/// Unlike the SDK's library, which begins with the last certificate of the list, this begins with the one that speaks for
/// the key: signatures, dates and the right to sign are checked from there to the root.
fn leads_to_root(
    first: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
    roots: &[CertificateDer<'_>],
    now: UnixTime,
) -> Result<(), KmsError> {
    // Roots that cannot be read are roots that nothing leads to.
    let anchors: Vec<TrustAnchor<'_>> = roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
    let proven = EndEntityCert::try_from(first).and_then(|leaf| {
        let algorithms = default_provider().signature_verification_algorithms.all;
        leaf.verify_for_usage(algorithms, &anchors, others, now, KeyUsage::server_auth(), None, None).map(|_| ())
    });
    proven.or_else(|error| untrusted(format!("the chain of its certificate does not hold ({error})")))
}

/// Rule 7: the key belongs to the cluster, and the cluster is one that the user may have: of a trusted domain, or the one
/// that was accepted at the sign-in. Returns its host.
///
/// # Errors
/// The hosts differ; it is another one than at the sign-in; nobody has accepted it yet.
pub fn place<'a>(
    details: &'a Details,
    is_trusted: impl FnOnce(&str) -> bool,
    pinned: Option<&str>,
) -> Result<&'a str, KmsError> {
    let Some(host) = host_of(&details.cluster) else { return untrusted("its cluster is no kms: URI") };
    if !host_of(&details.key.kid).is_some_and(|of_key| of_key.eq_ignore_ascii_case(host)) {
        return untrusted("its key belongs to another host than its cluster");
    }
    match pinned {
        Some(pinned) if pinned.eq_ignore_ascii_case(host) => Ok(host),
        Some(pinned) => Err(KmsError::Moved { pinned: pinned.to_owned(), found: host.to_owned() }),
        None if is_trusted(host) => Ok(host),
        None => Err(KmsError::Unknown { host: host.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;

    /// 2027-01-01T00:00:00Z, the time at which the vectors are judged.
    const JUDGED: u64 = 1_798_761_600;

    fn vectors() -> Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/kms-static-key.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn root(vectors: &Value, name: &str) -> CertificateDer<'static> {
        let text = vectors["roots"][name].as_str().unwrap();
        base64_simd::STANDARD.decode_to_vec(text).unwrap().into()
    }

    fn at(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    fn judge(case: &Value, vectors: &Value, now: u64) -> Result<RsaKey, KmsError> {
        let names = case["roots"].as_array().cloned().unwrap_or_default();
        let roots: Vec<_> = names.iter().map(|name| root(vectors, name.as_str().unwrap())).collect();
        match serde_json::from_value(case["rsaPublicKey"].clone()) {
            Ok(key) => prove(&key, &roots, at(now)),
            Err(_) => untrusted("no key"),
        }
    }

    #[test]
    fn every_case_is_judged_as_the_vectors_say() {
        let vectors = vectors();
        let cases = vectors["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 16);
        for case in cases {
            let (name, expect) = (case["name"].as_str().unwrap(), case["expect"].as_str().unwrap());
            let judged = judge(case, &vectors, JUDGED);
            // Without roots the SDK checks no chain; we always do.
            let accepted = expect == "accept" && !case["roots"].is_null();
            assert_eq!(judged.is_ok(), accepted, "{name}: {judged:?}");
            if let Some(rule) = expect.strip_prefix("reject: ") {
                let reason = judged.unwrap_err().to_string();
                let rule = rule.split(' ').next().unwrap();
                let word = if rule == "kty" { "type" } else { rule };
                assert!(reason.contains(word), "{name} is rejected for {rule}: {reason}");
            }
        }
    }

    #[test]
    fn the_time_is_what_it_is_told() {
        let vectors = vectors();
        let valid = &vectors["cases"][0];
        assert!(judge(valid, &vectors, JUDGED).is_ok());
        for other in [0, JUDGED - 20 * 365 * 86_400, JUDGED + 40 * 365 * 86_400] {
            assert!(judge(valid, &vectors, other).unwrap_err().to_string().contains("chain"), "{other}");
        }
    }

    fn details(vectors: &Value) -> Details {
        Details::parse(vectors["kms_details_body"].to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_description_is_read_with_a_key_in_a_string_or_as_an_object() {
        let vectors = vectors();
        let text = details(&vectors);
        let mut body = vectors["kms_details_body"].clone();
        body["rsaPublicKey"] = vectors["rsa_public_jwk"].clone();
        let object = Details::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!((&text.cluster, &text.key.n), (&object.cluster, &object.key.n));
        assert_eq!(text.cluster, vectors["kms_cluster"].as_str().unwrap());
        for bad in ["", "{}", "[]", r#"{"kmsCluster":"kms://a","rsaPublicKey":"{"}"#, r#"{"kmsCluster":1}"#] {
            assert!(matches!(Details::parse(bad.as_bytes()), Err(KmsError::Unreadable(_))), "{bad}");
        }
    }

    #[test]
    fn the_host_is_the_clusters_trusted_or_pinned() {
        let details = details(&vectors());
        assert_eq!(place(&details, |host| host == "kms.example.test", None), Ok("kms.example.test"));
        assert_eq!(place(&details, |_| false, Some("KMS.example.test")), Ok("kms.example.test"));
        let unknown = KmsError::Unknown { host: "kms.example.test".to_owned() };
        assert_eq!(place(&details, |_| false, None), Err(unknown));
        let moved = KmsError::Moved { pinned: "old.example.test".to_owned(), found: "kms.example.test".to_owned() };
        assert_eq!(place(&details, |_| true, Some("old.example.test")), Err(moved));
        for cluster in ["kms://other.example.test", "https://kms.example.test", ""] {
            let other = Details { cluster: cluster.to_owned(), ..details.clone() };
            assert!(matches!(place(&other, |_| true, None), Err(KmsError::Untrusted(_))), "{cluster}");
        }
    }
}
