//! The session with the KMS: a key agreed upon by ECDHE, under which everything else is sealed (specification section 6.5).

use std::{sync::Arc, time::Duration};

use aws_lc_rs::{
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    hkdf,
};
use uuid::Uuid;

use super::message::SessionObject;
use crate::{
    book::Timestamp,
    webex::{
        KmsError,
        jose::{ContentKey, EcPublic},
    },
};

/// How long a session lives that does not say.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Our half of an exchange.
pub struct Handshake {
    private: PrivateKey,
    jwk: EcPublic,
}

impl Handshake {
    /// A fresh pair of keys.
    ///
    /// # Errors
    /// Without randomness from the system.
    pub fn new(name: Uuid) -> Result<Self, KmsError> {
        Self::with(PrivateKey::generate(&ECDH_P256).ok(), name.to_string())
    }

    fn with(private: Option<PrivateKey>, name: String) -> Result<Self, KmsError> {
        let made = private.and_then(|private| {
            let point = private.compute_public_key().ok()?;
            Some(Self { jwk: EcPublic::from_point(point.as_ref(), name)?, private })
        });
        made.ok_or_else(|| KmsError::Unreadable("no key could be made on this machine".to_owned()))
    }

    /// The public half, to be sent.
    pub fn jwk(&self) -> &EcPublic {
        &self.jwk
    }

    /// The session that the answer makes, `now` being the time here.
    ///
    /// # Errors
    /// The other half is not a point of the curve.
    pub fn finish(&self, answer: &SessionObject, now: Timestamp) -> Result<Session, KmsError> {
        let bad = |reason: String| KmsError::Unreadable(reason);
        let point = answer.jwk.point().map_err(|malformed| bad(malformed.to_string()))?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, point);
        let key = agreement::agree(&self.private, peer, (), |secret| derive(secret).ok_or(()))
            .map_err(|()| bad("its half of the exchange is no point of P-256".to_owned()))?;
        let date = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
        let (from, until) = (date(&answer.create_date), date(&answer.expiration_date));
        // The clock of the KMS is not ours: what counts is how long the session lives by its own.
        let lifetime = until.map_or(LIFETIME, |until| {
            let from = from.unwrap_or(now);
            Duration::from_millis(u64::try_from(until.0.saturating_sub(from.0)).unwrap_or_default())
        });
        let kid = serde_json::Value::from(answer.uri.as_str());
        let header = format!(r#"{{"enc":"A256GCM","alg":"dir","kid":{kid}}}"#);
        let expires = Timestamp(now.0.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX)));
        Ok(Session { uri: answer.uri.clone(), header, key, lifetime, expires })
    }
}

/// HKDF-SHA-256 without salt and info. It is not the Concat KDF of ECDH-ES.
fn derive(secret: &[u8]) -> Option<ContentKey> {
    let mut key = [0; 32];
    let extracted = hkdf::Salt::none(hkdf::HKDF_SHA256).extract(secret);
    extracted.expand(&[], hkdf::HKDF_SHA256).ok()?.fill(&mut key).ok()?;
    Some(ContentKey::from_bytes(key))
}

/// A session key and its name.
#[derive(Debug)]
pub struct Session {
    uri: String,
    header: String,
    key: ContentKey,
    /// How long it lives from its beginning.
    pub lifetime: Duration,
    /// When it ends, by the clock here.
    pub expires: Timestamp,
}

impl Session {
    /// Its name, which messages carry as `kid`.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Seals a request.
    pub fn seal(&self, plaintext: &[u8]) -> String {
        self.key.seal(&self.header, plaintext)
    }
}

/// The session in use, and the one before it, under which answers may still come.
#[derive(Debug, Default)]
pub struct Sessions {
    current: Option<Arc<Session>>,
    previous: Option<Arc<Session>>,
}

impl Sessions {
    /// Begins another one.
    pub fn begin(&mut self, session: Arc<Session>) {
        self.previous = self.current.replace(session);
    }

    /// The session in use.
    pub fn current(&self) -> Option<&Arc<Session>> {
        self.current.as_ref()
    }

    /// The key of a session by its name.
    pub fn key(&self, uri: &str) -> Option<ContentKey> {
        let mut sessions = self.current.iter().chain(&self.previous);
        sessions.find(|session| session.uri == uri).map(|session| session.key.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/ecdhe-exchange.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn handshake(vectors: &Value) -> Handshake {
        let own = &vectors["client_ephemeral_private_jwk"];
        let private = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(own["d"].as_str().unwrap()).unwrap();
        let private = PrivateKey::from_private_key(&ECDH_P256, &private).unwrap();
        Handshake::with(Some(private), own["kid"].as_str().unwrap().to_owned()).unwrap()
    }

    fn answer(vectors: &Value) -> SessionObject {
        let payload = vectors["ecdhe_response"]["payload_json"].as_str().unwrap();
        serde_json::from_value(serde_json::from_str::<Value>(payload).unwrap()["key"].clone()).unwrap()
    }

    #[test]
    fn the_exchange_of_the_vectors_holds() {
        let vectors = vectors();
        let handshake = handshake(&vectors);
        let request = vectors["ecdhe_request"]["plaintext_json"].as_str().unwrap();
        let request: Value = serde_json::from_str(request).unwrap();
        assert_eq!(serde_json::to_value(handshake.jwk()).unwrap(), request["jwk"]);

        let session = handshake.finish(&answer(&vectors), Timestamp(0)).unwrap();
        assert_eq!(session.uri(), vectors["derived_key_uri"].as_str().unwrap());
        assert_eq!((session.lifetime, session.expires), (Duration::from_secs(3600), Timestamp(3_600_000)));
        let exchanges = vectors["exchanges"].as_array().unwrap();
        assert_eq!(exchanges.len(), 8);
        for message in exchanges.iter().flat_map(|exchange| [&exchange["request"], &exchange["response"]]) {
            let opened = session.key.open_to_string(message["wrapped"].as_str().unwrap()).unwrap();
            assert_eq!(opened, message["plaintext_json"].as_str().unwrap());
            assert_eq!(session.header, message["protected_header_json"].as_str().unwrap());
        }
        let sealed = session.seal(b"{}");
        assert_eq!(session.key.open_to_string(&sealed).as_deref(), Ok("{}"));
        for example in [
            &vectors["http_body_example"]["kmsMessages"],
            &vectors["mercury_event_example"]["data"]["encryption"]["kmsMessages"],
        ] {
            for message in example.as_array().unwrap() {
                assert!(session.key.open_to_string(message.as_str().unwrap()).is_ok());
            }
        }
    }

    #[test]
    fn the_derived_key_is_that_of_the_vectors() {
        let vectors = vectors();
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let derivation = |member: &str| hex(vectors["derivation"][member].as_str().unwrap());
        let peer = UnparsedPublicKey::new(&ECDH_P256, answer(&vectors).jwk.point().unwrap());
        let secret = agreement::agree(&handshake(&vectors).private, peer, (), |secret| Ok(secret.to_vec())).unwrap();
        assert_eq!(secret, derivation("shared_secret_z_hex"));
        let okm: [u8; 32] = derivation("okm_hex").try_into().unwrap();
        let sealed = ContentKey::from_bytes(okm).seal("{\"enc\":\"A256GCM\",\"alg\":\"dir\"}", b"same");
        assert_eq!(derive(&secret).unwrap().open_to_string(&sealed).as_deref(), Ok("same"));
    }

    #[test]
    fn a_point_off_the_curve_makes_no_session() {
        let vectors = vectors();
        let good = answer(&vectors);
        let off = EcPublic { y: good.jwk.x.clone(), ..good.jwk.clone() };
        let answer = SessionObject { jwk: off, ..good };
        assert!(matches!(handshake(&vectors).finish(&answer, Timestamp(0)), Err(KmsError::Unreadable(_))));
    }

    #[test]
    fn a_session_lives_as_long_as_its_own_clock_says() {
        let vectors = vectors();
        let handshake = handshake(&vectors);
        let lifetime = |from: Option<&str>, until: Option<&str>, now| {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let answer = SessionObject { create_date: owned(from), expiration_date: owned(until), ..answer(&vectors) };
            handshake.finish(&answer, Timestamp(now)).unwrap().lifetime
        };
        let (from, until) = (Some("1970-01-01T00:00:10Z"), Some("1970-01-01T00:10:10Z"));
        assert_eq!(lifetime(from, until, 999_000_000), Duration::from_secs(600));
        assert_eq!(lifetime(None, until, 0), Duration::from_secs(610));
        assert_eq!(lifetime(None, until, 999_000_000), Duration::ZERO);
        assert_eq!(lifetime(from, None, 0), LIFETIME);
        assert_eq!(lifetime(from, Some("soon"), 0), LIFETIME);
    }

    #[test]
    fn the_session_before_still_opens_what_comes_late() {
        let vectors = vectors();
        let handshake = handshake(&vectors);
        let session = |uri: &str| {
            let answer = SessionObject { uri: uri.to_owned(), ..answer(&vectors) };
            Arc::new(handshake.finish(&answer, Timestamp(0)).unwrap())
        };
        let mut sessions = Sessions::default();
        for uri in ["1", "2", "3"] {
            sessions.begin(session(uri));
        }
        assert_eq!(sessions.current().unwrap().uri(), "3");
        assert!(sessions.key("3").is_some() && sessions.key("2").is_some() && sessions.key("1").is_none());
    }
}
