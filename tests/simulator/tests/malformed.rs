//! Whatever comes in, a refusal goes out: 4xx and a JSON body, never a panic, never silence.

mod support;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};
use support::Bench;

/// So many requests are thrown.
const CASES: u32 = 10_000;

const PATHS: [&str; 22] = [
    "/u2c/api/v1/catalog",
    "/u2c/api/v1/limited/catalog",
    "/idb/oauth2/v1/authorize",
    "/idb/oauth2/v1/access_token",
    "/idb/oauth2/v1/revoke",
    "/idb/oauth2/v1/logout",
    "/v1/device/authorize",
    "/v1/device/token",
    "/v1/device/verify",
    "/wdm/api/v1/devices",
    "/wdm/api/v1/devices/none",
    "/encryption/api/v1/kms/messages",
    "/encryption/api/v1/kms/none",
    "/contact/api/v1/encrypt/Users/contacts",
    "/contact/api/v1/encrypt/Users/groups",
    "/contact/api/v1/encrypt/Users/contacts/none",
    "/contact/api/v1/encrypt/Users/groups/none",
    "/identity/scim/1eb65fdf-9643-417f-9974-ad72cae0e10f/v2/Users",
    "/v1/people",
    "/v1/people/none",
    "/v1/apps/wx2/registrations/none/messages",
    "/_control",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!("eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIiwia2lkIjoia21zOi8veCJ9..AAAA.AAAA.AAAA")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = prop_oneof![
            Just("contactType".to_owned()),
            Just("groups".to_owned()),
            Just("emails".to_owned()),
            Just("displayName".to_owned()),
            Just("kmsMessages".to_owned()),
            Just("destination".to_owned()),
            Just("name".to_owned()),
            Just("do".to_owned()),
            ".{0,6}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        json_value().prop_map(|value| value.to_string().into_bytes()),
        json_value().prop_map(|value| {
            // Cut short.
            let text = value.to_string().into_bytes();
            text[..text.len() / 2].to_vec()
        }),
        prop::collection::vec(any::<u8>(), 0..200),
        Just(b"grant_type=&code=%zz&token=&scope=".to_vec()),
    ]
}

fn tail() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        1 => Just("/../../state.json".to_owned()),
        1 => Just("/%2e%2e/%00".to_owned()),
        1 => Just("//%ff".to_owned()),
        2 => "[a-zA-Z0-9=&%\"' ]{0,20}".prop_map(|text| format!("?filter={}", text.replace(' ', "+"))),
        1 => Just("?count=-1&startIndex=x&max=99999999999999999999&cursor=18446744073709551615".to_owned()),
    ]
}

#[test]
fn malformed_requests_are_refused_in_json() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::new());
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];
    let case = (
        prop::sample::select(PATHS.to_vec()),
        tail(),
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]),
        prop::sample::select(kinds.to_vec()),
        any::<bool>(),
        body(),
    );
    runner
        .run(&case, |(path, tail, method, kind, signed, body)| {
            // A body that happens to be a control would be obeyed.
            prop_assume!(path != "/_control" || serde_json::from_slice::<simulator::Control>(&body).is_err());
            let mut request = bench
                .http
                .request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}{tail}", bench.base));
            if signed {
                request = request.bearer_auth(&bench.token);
            }
            let request = request.header("content-type", kind).body(body);
            let (status, body) = runtime.block_on(async {
                let response = request.send().await.unwrap();
                (response.status().as_u16(), response.bytes().await.unwrap())
            });
            prop_assert!(status < 500, "{status}");
            if status >= 400 {
                let body: Value = serde_json::from_slice(&body).map_err(|_| TestCaseError::fail("no JSON"))?;
                prop_assert!(body["message"].is_string());
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.block_on(bench.call("GET", support::CONTACTS, None)).status, 200, "it is still there");
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let bench = Bench::new().await;
    let body = vec![b'x'; 10 * 1024 * 1024];
    for path in ["/contact/api/v1/encrypt/Users/contacts", "/encryption/api/v1/kms/messages"] {
        // The refusal may come before everything was sent.
        match bench.request("POST", path).bearer_auth(&bench.token).body(body.clone()).send().await {
            Ok(response) => assert_eq!(response.status().as_u16(), 413),
            Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
        }
    }
    assert_eq!(bench.call("GET", support::CONTACTS, None).await.status, 200);
}
