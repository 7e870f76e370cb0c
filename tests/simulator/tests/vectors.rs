//! The computed vectors of the specification hold for the simulator's own half of JOSE and KMS.

use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use serde_json::Value;
use simulator::jose::{self, Agreement, Header, JoseError, PublicPoint};

fn vectors(name: &str) -> Value {
    let path = format!("{}/../data/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn key(jwk: &Value) -> jose::Key {
    jose::key(text(&jwk["k"])).unwrap()
}

fn integer(jwk: &Value, member: &str) -> BigUint {
    BigUint::from_bytes_be(&jose::decode(text(&jwk[member])).unwrap())
}

fn static_key() -> RsaPrivateKey {
    let jwk = &vectors("kms-static-key")["rsa_private_jwk"];
    let primes = vec![integer(jwk, "p"), integer(jwk, "q")];
    RsaPrivateKey::from_components(integer(jwk, "n"), integer(jwk, "e"), integer(jwk, "d"), primes).unwrap()
}

#[test]
fn sealed_values_open() {
    let vectors = vectors("content-encryption");
    let key = key(&vectors["content_key_jwk"]);
    let mut opened = 0;
    for vector in vectors["node_jose"].as_array().unwrap().iter().chain(vectors["spaced_header"].as_array().unwrap()) {
        assert_eq!(jose::open(text(&vector["compact"]), &key).unwrap(), text(&vector["plaintext"]).as_bytes());
        opened += 1;
    }
    assert_eq!(opened, 11);
}

#[test]
fn what_is_sealed_here_has_the_header_of_the_sdk_and_opens() {
    let vectors = vectors("content-encryption");
    let key = key(&vectors["content_key_jwk"]);
    let header = text(&vectors["node_jose"][0]["protected_header_json"]);
    for vector in vectors["node_jose"].as_array().unwrap() {
        let plaintext = text(&vector["plaintext"]);
        let sealed = jose::seal(&Header::direct(None), &key, plaintext.as_bytes()).unwrap();
        assert_eq!(sealed.split('.').next().unwrap(), jose::encode(header));
        assert_eq!(sealed.len(), text(&vector["compact"]).len());
        assert_eq!(jose::open(&sealed, &key).unwrap(), plaintext.as_bytes());
    }
}

#[test]
fn what_must_not_open_does_not() {
    let vectors = vectors("content-encryption");
    let key = key(&vectors["content_key_jwk"]);
    for vector in vectors["negative"].as_array().unwrap() {
        let error = jose::open(text(&vector["compact"]), &key).unwrap_err();
        let expected = match text(&vector["expect"]) {
            expect if expect.starts_with("authentication") => JoseError::Authentication,
            expect if expect.starts_with("reject: enc") => JoseError::Header,
            _ => JoseError::Form,
        };
        assert_eq!(error, expected, "{}", vector["name"]);
    }
}

#[test]
fn a_handshake_is_unwrapped_derived_and_answered_as_in_the_vectors() {
    let vectors = vectors("ecdhe-exchange");
    let kid = text(&vectors["kms_cluster"]);
    let request = &vectors["ecdhe_request"];
    let (named, plaintext) = jose::open_rsa(text(&request["wrapped"]), &static_key()).unwrap();
    assert_eq!((named.as_deref(), plaintext.as_slice()), (Some(kid), text(&request["plaintext_json"]).as_bytes()));

    let plaintext: Value = serde_json::from_slice(&plaintext).unwrap();
    let peer: PublicPoint = serde_json::from_value(plaintext["jwk"].clone()).unwrap();
    let server = &vectors["server_ephemeral_private_jwk"];
    let agreement = Agreement::with_private(text(&server["d"]), &peer, text(&server["kid"])).unwrap();
    assert_eq!(jose::encode(agreement.key), text(&vectors["derived_key_jwk"]["k"]));
    assert_eq!((&*agreement.point.x, &*agreement.point.y), (text(&server["x"]), text(&server["y"])));

    let answer = &vectors["ecdhe_response"];
    let public = RsaPublicKey::from(static_key());
    let payload = jose::verify(text(&answer["wrapped"]), kid, &public).unwrap();
    assert_eq!(payload, text(&answer["payload_json"]).as_bytes());
    // RS256 has no randomness: signing what was signed gives the same signature.
    assert_eq!(jose::sign(&payload, kid, &static_key()).unwrap(), text(&answer["wrapped"]));
}

#[test]
fn every_exchange_opens_under_the_session_key() {
    let vectors = vectors("ecdhe-exchange");
    let key = key(&vectors["derived_key_jwk"]);
    let uri = text(&vectors["derived_key_uri"]);
    for exchange in vectors["exchanges"].as_array().unwrap() {
        for message in [&exchange["request"], &exchange["response"]] {
            assert_eq!(
                jose::open(text(&message["wrapped"]), &key).unwrap(),
                text(&message["plaintext_json"]).as_bytes()
            );
            let sealed = jose::seal(&Header::direct(Some(uri)), &key, b"{}").unwrap();
            let header = sealed.split('.').next().unwrap();
            assert_eq!(jose::decode(header).unwrap(), text(&message["protected_header_json"]).as_bytes());
        }
    }
}

#[test]
fn a_point_off_the_curve_and_a_private_half_are_refused() {
    let vectors = vectors("ecdhe-exchange");
    let good = vectors["client_ephemeral_private_jwk"].clone();
    let mut off = good.clone();
    off.as_object_mut().unwrap().remove("d");
    off["x"] = off["y"].clone();
    for jwk in [good, off] {
        let peer: PublicPoint = serde_json::from_value(jwk).unwrap();
        assert_eq!(Agreement::answer(&peer, "kid").err(), Some(JoseError::PublicKey));
    }
}

#[test]
fn the_book_of_the_vectors_opens_but_for_its_malformed_field() {
    let vectors = vectors("contacts-body");
    let key = key(&vectors["content_key_jwk"]);
    let open = |value: &Value| jose::open(text(value), &key).map(|bytes| String::from_utf8(bytes).unwrap());
    let (contacts, expected) = (&vectors["get_contacts_body"]["contacts"], &vectors["expected"]);
    for member in ["displayName", "firstName", "lastName", "companyName", "title", "avatarURL"] {
        assert_eq!(open(&contacts[0][member]).unwrap(), text(&expected["C1"][member]), "{member}");
    }
    assert_eq!(open(&contacts[3]["avatarURL"]), Err(JoseError::Form));
    assert_eq!(open(&contacts[3]["displayName"]).unwrap(), "Bad avatar");
    for (number, group) in vectors["get_contacts_body"]["groups"].as_array().unwrap().iter().enumerate() {
        assert_eq!(open(&group["displayName"]).unwrap(), text(&expected["groups"][number]["displayName"]));
    }
}

#[test]
fn a_proof_key_fits_its_challenge() {
    use rsa::sha2::{Digest as _, Sha256};
    let pkce = &vectors("misc")["pkce"];
    let challenge = jose::encode(Sha256::digest(text(&pkce["code_verifier"])));
    assert_eq!(challenge, text(&pkce["code_challenge_S256"]));
}
