//! The exchanges of the vectors, and answers that are none.

use serde_json::Value;

use super::*;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/ecdhe-exchange.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn exchange<'a>(vectors: &'a Value, name: &str) -> (&'a str, &'a str) {
    let exchanges = vectors["exchanges"].as_array().unwrap();
    let found = exchanges.iter().find(|exchange| exchange["name"].as_str().unwrap().starts_with(name)).unwrap();
    let text = |side: &str| found[side]["plaintext_json"].as_str().unwrap();
    (text("request"), text("response"))
}

fn answer(text: &str) -> Answer {
    Answer::parse(text.to_owned(), false).unwrap()
}

#[test]
fn requests_are_those_of_the_sdk() {
    let vectors = vectors();
    let key = |number: u8| format!("kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d000{number}");
    let key = |number| key(number).parse::<KeyUri>().unwrap();
    let jwk = serde_json::from_value(vectors["client_ephemeral_private_jwk"].clone()).unwrap();
    let shake = Operation::Handshake { cluster: vectors["kms_cluster"].as_str().unwrap().to_owned(), jwk };
    let cases = [
        (shake, vectors["ecdhe_request"]["plaintext_json"].as_str().unwrap()),
        (Operation::CreateKey, exchange(&vectors, "create one").0),
        (Operation::CreateResource(vec![key(1)]), exchange(&vectors, "create resource").0),
        (Operation::Retrieve(key(1)), exchange(&vectors, "retrieve key").0),
        (Operation::Retrieve(key(2)), exchange(&vectors, "retrieve key, refused").0),
        (Operation::Ping, exchange(&vectors, "ping").0),
    ];
    let client = &vectors["client_info"];
    let bearer = Secret::from(client["credential"]["bearer"].as_str().unwrap());
    let asker = Asker {
        client_id: client["clientId"].as_str().unwrap(),
        user_id: client["credential"]["userId"].as_str().unwrap(),
        bearer: &bearer,
    };
    for (operation, expected) in cases {
        let expected: Value = serde_json::from_str(expected).unwrap();
        let ours = operation.request(expected["requestId"].as_str().unwrap(), asker);
        assert_eq!(serde_json::from_slice::<Value>(&ours).unwrap(), expected, "{operation:?}");
        assert!(ours.capacity() >= 1024, "it did not grow");
    }
    assert!(!format!("{asker:?}").contains("FAKE"));
}

#[test]
fn answers_are_understood() {
    let vectors = vectors();
    let (_, created) = exchange(&vectors, "create one");
    let created = answer(created);
    assert_eq!(created.request_id, "3f1f4c1e-0000-4000-8000-000000000001");
    assert_eq!(created.check(), Ok(None));
    let key = created.created_key().unwrap();
    assert!(key.content_key().is_ok() && key.uri.ends_with("0001"));
    assert_eq!(key.user_id.as_deref(), Some("8a5b0000-1111-4222-8333-444444444444"));
    assert!(created.key().is_err() && created.resource().is_err());

    let retrieved = answer(exchange(&vectors, "retrieve key").1);
    assert_eq!(retrieved.check(), Ok(None));
    assert_eq!(retrieved.key().unwrap().uri, key.uri);
    let bound = answer(exchange(&vectors, "bind key").1);
    assert!(bound.check().is_ok() && bound.key().is_ok());
    let resource = answer(exchange(&vectors, "create resource").1);
    assert_eq!(
        resource.resource().as_deref(),
        Ok("kms://kms.example.test/resources/77777777-0000-4000-8000-000000000001")
    );
    assert_eq!(answer(exchange(&vectors, "ping").1).check(), Ok(None));
}

#[test]
fn refusals_are_told_apart() {
    let vectors = vectors();
    let check = |name: &str| answer(exchange(&vectors, name).1).check();
    let elsewhere = "kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d0001".parse().unwrap();
    assert_eq!(check("retrieve key, redirected"), Ok(Some(elsewhere)));
    assert_eq!(check("retrieve key, customer master key revoked"), Err(KmsError::MasterKeyRevoked));
    let refused = KmsError::Refused { status: 403, code: None, reason: Some("not authorized (made-up text)".into()) };
    assert_eq!(check("retrieve key, refused"), Err(refused));

    let check = |text: &str| answer(&format!(r#"{{"requestId":"1",{text}}}"#)).check();
    let refused =
        |status, code, reason: Option<&str>| Err(KmsError::Refused { status, code, reason: reason.map(str::to_owned) });
    assert_eq!(
        check(r#""status":404,"errorCode":"404001","reason":"a\u001b[2Jb""#),
        refused(404, Some(404_001), Some("a[2Jb"))
    );
    assert_eq!(check(r#""status":405,"errorCode":405006"#), Err(KmsError::MasterKeyRevoked));
    assert_eq!(check(r#""status":500,"reason":7,"errorCode":[]"#), refused(500, None, None));
    for bad in [
        r#""status":301,"errorCode":301002,"redirectUri":"https://elsewhere/keys/1""#,
        r#""status":301,"errorCode":301002,"redirectUri":7"#,
        r#""status":301,"errorCode":301002"#,
        r#""status":"200""#,
        r#""status":100"#,
        r#""state":200"#,
    ] {
        assert!(matches!(check(bad), Err(KmsError::Unreadable(_))), "{bad}");
    }
}

#[test]
fn what_names_no_request_is_no_answer() {
    for bad in ["", "[]", "{}", "null", r#"{"requestId":7}"#, r#"{"status":200}"#] {
        assert!(Answer::parse(bad.to_owned(), true).is_none(), "{bad}");
    }
}

#[test]
fn a_session_is_only_begun_by_a_signed_answer() {
    let vectors = vectors();
    let payload = vectors["ecdhe_response"]["payload_json"].as_str().unwrap();
    let parsed = |signed| Answer::parse(payload.to_owned(), signed).unwrap();
    assert_eq!(parsed(true).session().unwrap().uri, vectors["derived_key_uri"].as_str().unwrap());
    assert!(parsed(false).session().is_err());
}

#[test]
fn keys_of_a_wrong_shape_are_refused_one_by_one() {
    let shaped = |key: &str| answer(&format!(r#"{{"requestId":"1","status":200,"key":{key}}}"#));
    for bad in ["null", "{}", r#"{"uri":"kms://a/keys/1","jwk":{"kty":"oct"}}"#, "7"] {
        assert!(shaped(bad).key().is_err(), "{bad}");
    }
    let short = shaped(r#"{"uri":"kms://a/keys/1","jwk":{"kty":"oct","k":"AAAA"},"userId":"u"}"#);
    assert!(short.key().unwrap().content_key().is_err());
    let none = answer(r#"{"requestId":"1","status":201,"keys":[]}"#);
    assert!(none.created_key().is_err());
}
