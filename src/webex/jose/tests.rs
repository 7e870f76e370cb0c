//! The vectors of node-jose, and what must never open.

use aws_lc_rs::{
    aead,
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{
        KeyPair, KeyPairComponents, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey,
        PublicKeyComponents,
    },
    signature,
};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const KEY: [u8; 32] = [7; 32];

fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/data/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn content_key(vectors: &Value) -> ContentKey {
    ContentKey::from_jwk(&serde_json::from_value(vectors["content_key_jwk"].clone()).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

#[test]
fn every_vector_opens_and_is_made_again_byte_for_byte() {
    let vectors = vectors("content-encryption.json");
    let key = content_key(&vectors);
    let cases = ["node_jose", "spaced_header"].map(|member| vectors[member].as_array().unwrap().clone()).concat();
    assert_eq!(cases.len(), 11);
    let mut buffer = Vec::new();
    // Twice, so that headers are met new and known.
    for case in cases.iter().chain(&cases) {
        let (compact, plaintext) = (text(case, "compact"), text(case, "plaintext"));
        assert_eq!(key.open(compact, &mut buffer), Ok(plaintext));
        assert_eq!(key.open_to_string(compact).as_deref(), Ok(plaintext));
        let iv = decode(text(case, "iv"), "iv").unwrap().try_into().unwrap();
        assert_eq!(key.seal_with(iv, text(case, "protected_header_json"), plaintext.as_bytes()), compact);
    }
    let named = key_id(text(&vectors["spaced_header"][0], "compact")).unwrap();
    assert_eq!(named.as_deref(), Some(text(&vectors, "key_uri")));
    assert_eq!(key_id(text(&vectors["node_jose"][0], "compact")), Ok(None));
}

#[test]
fn what_must_not_open_does_not() {
    let vectors = vectors("content-encryption.json");
    let key = content_key(&vectors);
    let cases = vectors["negative"].as_array().unwrap();
    assert_eq!(cases.len(), 8);
    for case in cases {
        let error = key.open_to_string(text(case, "compact")).unwrap_err();
        let should_be_inauthentic = text(case, "expect") == "authentication failure";
        assert_eq!(error == OpenError::NotAuthentic, should_be_inauthentic, "{}: {error}", text(case, "name"));
    }
    let other = ContentKey::from_jwk(&serde_json::from_value(vectors["other_key_jwk"].clone()).unwrap()).unwrap();
    let sealed_otherwise = cases.iter().find(|case| text(case, "name").starts_with("wrong key")).unwrap();
    assert!(other.open_to_string(text(sealed_otherwise, "compact")).is_ok());
}

fn sealed_with_header(header: &str) -> String {
    ContentKey::from_bytes(KEY).seal(header, b"text")
}

#[test]
fn headers_that_mean_something_else_are_refused() {
    let key = ContentKey::from_bytes(KEY);
    let good = r#"{"typ":"JOSE","enc":"A256GCM","alg":"dir","kid":"a"}"#;
    assert_eq!(key.open_to_string(&sealed_with_header(good)).as_deref(), Ok("text"));
    for bad in [
        r#"{"enc":"A256GCM","alg":"A256KW"}"#,
        r#"{"enc":"A128CBC-HS256","alg":"dir"}"#,
        r#"{"enc":"A256GCM","alg":"dir","zip":"DEF"}"#,
        r#"{"enc":"A256GCM","alg":"dir","zip":null}"#,
        r#"{"enc":"A256GCM","alg":"dir","crit":["exp"],"exp":1}"#,
        r#"{"enc":"A256GCM","alg":"dir","crit":[]}"#,
        r#"{"enc":"A256GCM","alg":"none","alg":"dir"}"#,
        r#"{"enc":"A256GCM"}"#,
        r#"["A256GCM","dir"]"#,
        "{",
        "",
    ] {
        let compact = sealed_with_header(bad);
        for _ in 0..2 {
            assert!(matches!(key.open_to_string(&compact), Err(OpenError::Malformed(_))), "{bad}");
        }
        assert!(key_id(&compact).is_err());
    }
}

#[test]
fn a_header_that_was_seen_is_still_authenticated() {
    let key = ContentKey::from_bytes(KEY);
    let sealed = |header| sealed_with_header(header);
    let (one, two) =
        (sealed(r#"{"alg":"dir","enc":"A256GCM","kid":"1"}"#), sealed(r#"{"alg":"dir","enc":"A256GCM","kid":"2"}"#));
    assert!(key.open_to_string(&one).is_ok());
    let moved = format!("{}{}", &one[..one.find('.').unwrap()], &two[two.find('.').unwrap()..]);
    assert_eq!(key.open_to_string(&moved), Err(OpenError::NotAuthentic));
}

#[test]
fn bytes_that_are_no_text_are_not_made_into_some() {
    let key = ContentKey::from_bytes(KEY);
    let compact = key.seal(FIELD_HEADER, &[b'a', 0xff]);
    assert_eq!(key.open_to_string(&compact), Err(OpenError::NotText));
    assert_eq!(key.open(&compact, &mut Vec::new()), Err(OpenError::NotText));
}

#[test]
fn no_two_seals_are_the_same() {
    let key = ContentKey::from_bytes(KEY);
    let seals: std::collections::HashSet<_> = (0..1000).map(|_| key.seal(FIELD_HEADER, b"x")).collect();
    assert_eq!(seals.len(), 1000);
    assert_eq!(format!("{key:?}"), "***");
}

#[test]
fn keys_of_another_kind_or_size_are_no_content_keys() {
    for (jwk, good) in [
        (r#"{"kty":"oct","k":"XRlo-rveffxVrMU_2vQT6p0YuHIHcASLRW5MAK7RRu8","alg":1,"use":"sig"}"#, true),
        (r#"{"kty":"RSA","k":"XRlo-rveffxVrMU_2vQT6p0YuHIHcASLRW5MAK7RRu8"}"#, false),
        (r#"{"kty":"oct","k":"XRlo-rveffxVrMU_2vQT6g"}"#, false),
        (r#"{"kty":"oct","k":"XRlo+rveffxVrMU/2vQT6p0YuHIHcASLRW5MAK7RRu8="}"#, false),
        (r#"{"kty":"oct","k":""}"#, false),
    ] {
        let oct: Oct = serde_json::from_str(jwk).unwrap();
        assert_eq!(ContentKey::from_jwk(&oct).is_ok(), good, "{jwk}");
    }
}

fn static_key() -> RsaKey {
    RsaKey::from_jwk(&serde_json::from_value(vectors("kms-static-key.json")["rsa_public_jwk"].clone()).unwrap())
        .unwrap()
}

#[test]
fn what_the_kms_signed_is_verified() {
    let vectors = vectors("ecdhe-exchange.json");
    let (compact, key) = (text(&vectors["ecdhe_response"], "wrapped"), static_key());
    assert_eq!(key.verify(compact).as_deref(), Ok(text(&vectors["ecdhe_response"], "payload_json")));

    let segments: Vec<_> = compact.split('.').collect();
    let with = |index: usize, segment: &str| {
        let mut changed = segments.clone();
        changed[index] = segment;
        changed.join(".")
    };
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    let altered = text(&vectors["ecdhe_response"], "payload_json").replace("2031", "2032");
    assert_eq!(key.verify(&with(1, &encoded(&altered))), Err(OpenError::NotAuthentic));
    for header in [
        r#"{"alg":"none","kid":"kms://kms.example.test"}"#,
        r#"{"alg":"HS256","kid":"kms://kms.example.test"}"#,
        r#"{"alg":"RS256","kid":"kms://kms.example.test","crit":["b64"],"b64":false}"#,
        r#"{"alg":"RS256","kid":"kms://other.example.test"}"#,
        r#"{"alg":"RS256"}"#,
    ] {
        assert!(matches!(key.verify(&with(0, &encoded(header))), Err(OpenError::Malformed(_))), "{header}");
    }
    // The right algorithm by name, but not the one that was used.
    let header = encoded(r#"{"alg":"RS512","kid":"kms://kms.example.test"}"#);
    assert_eq!(key.verify(&with(0, &header)), Err(OpenError::NotAuthentic));
    for bad in ["", "a", "a.b", "a.b.c", "a.b.c.d", "...", "..", &with(2, "")] {
        assert!(key.verify(bad).is_err(), "{bad}");
    }
}

/// The private half of the static key.
fn private_pair() -> KeyPair {
    let jwk = &vectors("kms-static-key.json")["rsa_private_jwk"];
    let number = |member: &str| decode(text(jwk, member), "number").unwrap();
    KeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n: number("n"), e: number("e") },
        d: number("d"),
        p: number("p"),
        q: number("q"),
        dP: number("dp"),
        dQ: number("dq"),
        qInv: number("qi"),
    })
    .unwrap()
}

#[test]
fn every_accepted_algorithm_verifies() {
    let (pair, key) = (private_pair(), static_key());
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode_to_string(bytes);
    let algorithms: [(&str, &dyn signature::RsaEncoding); 6] = [
        ("RS256", &signature::RSA_PKCS1_SHA256),
        ("RS384", &signature::RSA_PKCS1_SHA384),
        ("RS512", &signature::RSA_PKCS1_SHA512),
        ("PS256", &signature::RSA_PSS_SHA256),
        ("PS384", &signature::RSA_PSS_SHA384),
        ("PS512", &signature::RSA_PSS_SHA512),
    ];
    for (name, encoding) in algorithms {
        let header = format!(r#"{{"alg":"{name}","kid":"kms://kms.example.test"}}"#);
        let signed = format!("{}.{}", encoded(header.as_bytes()), encoded(b"payload"));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        assert_eq!(key.verify(&format!("{signed}.{}", encoded(&signature))).as_deref(), Ok("payload"), "{name}");
    }
}

/// What the KMS does with a handshake: unwraps the content key with the private half.
fn unwrap(compact: &str) -> String {
    let pair = private_pair();
    let private = PrivateDecryptingKey::from_pkcs8(pair.as_der().unwrap().as_ref()).unwrap();
    let private = OaepPrivateDecryptingKey::new(private).unwrap();
    let segments: Vec<_> = compact.split('.').map(|segment| decode(segment, "segment").unwrap()).collect();
    let mut bytes = vec![0; private.min_output_size()];
    let bytes = private.decrypt(&OAEP_SHA1_MGF1SHA1, &segments[1], &mut bytes, None).unwrap();
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, bytes).unwrap();
    let nonce = aead::Nonce::try_assume_unique_for_key(&segments[2]).unwrap();
    let header = compact.split('.').next().unwrap();
    let mut sealed = [segments[3].clone(), segments[4].clone()].concat();
    let opened =
        aead::LessSafeKey::new(key).open_in_place(nonce, aead::Aad::from(header.as_bytes()), &mut sealed).unwrap();
    String::from_utf8(opened.to_vec()).unwrap()
}

#[test]
fn a_handshake_is_sealed_for_the_static_key() {
    let vectors = vectors("ecdhe-exchange.json");
    let request = &vectors["ecdhe_request"];
    assert_eq!(unwrap(text(request, "wrapped")), text(request, "plaintext_json"));
    let ours = static_key().seal(text(request, "plaintext_json").as_bytes()).unwrap();
    assert_eq!(unwrap(&ours), text(request, "plaintext_json"));
    let header = decode(ours.split('.').next().unwrap(), "header").unwrap();
    assert_eq!(std::str::from_utf8(&header).unwrap(), text(request, "protected_header_json"));
}

#[test]
fn points_and_jwks_are_the_same() {
    let vectors = vectors("ecdhe-exchange.json");
    let jwk: EcPublic = serde_json::from_value(vectors["client_ephemeral_private_jwk"].clone()).unwrap();
    assert_eq!(EcPublic::from_point(&jwk.point().unwrap(), "client-ecdh-1".to_owned()), Some(jwk.clone()));
    assert!(!serde_json::to_string(&jwk).unwrap().contains(text(&vectors["client_ephemeral_private_jwk"], "d")));
    for bad in [
        EcPublic { crv: "P-384".to_owned(), ..jwk.clone() },
        EcPublic { kty: "OKP".to_owned(), ..jwk.clone() },
        EcPublic { x: "AA".to_owned(), ..jwk.clone() },
    ] {
        assert!(bad.point().is_err());
    }
    assert_eq!(EcPublic::from_point(&[4; 64], String::new()), None);
    assert_eq!(EcPublic::from_point(&[], String::new()), None);
}

#[test]
fn short_and_strange_rsa_keys_are_refused() {
    let good: RsaPublic = serde_json::from_value(vectors("kms-static-key.json")["rsa_public_jwk"].clone()).unwrap();
    for bad in [
        RsaPublic { kty: "EC".to_owned(), ..good.clone() },
        RsaPublic { n: good.n[..171].to_owned(), ..good.clone() },
        RsaPublic { n: String::new(), ..good.clone() },
        RsaPublic { e: "AA".to_owned(), ..good.clone() },
        RsaPublic { e: "+".to_owned(), ..good.clone() },
    ] {
        assert!(RsaKey::from_jwk(&bad).is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(plaintext: String, header in "[ -~]{0,40}") {
        let key = ContentKey::from_bytes(KEY);
        prop_assert_eq!(key.open_to_string(&key.seal(FIELD_HEADER, plaintext.as_bytes())), Ok(plaintext));
        // Only a good header opens what it seals.
        let compact = key.seal(&header, b"x");
        prop_assert_eq!(key.open_to_string(&compact).is_ok(), key_id(&compact).is_ok());
    }

    #[test]
    fn one_changed_character_opens_nothing(plaintext: String, position: prop::sample::Index, to in "[A-Za-z0-9_.-]") {
        let key = ContentKey::from_bytes(KEY);
        let compact = key.seal(FIELD_HEADER, plaintext.as_bytes());
        let at = position.index(compact.len());
        let changed = format!("{}{to}{}", &compact[..at], &compact[at + 1..]);
        prop_assert_eq!(key.open_to_string(&changed).is_ok(), changed == compact);
    }

    #[test]
    fn no_text_does_harm(text: String) {
        prop_assert!(ContentKey::from_bytes(KEY).open_to_string(&text).is_err());
        prop_assert!(static_key().verify(&text).is_err());
    }
}
