//! Each service answers as the specification says, and refuses as it says.

mod support;

use serde_json::{Value, json};
use simulator::{Options, directory, oauth};
use support::{Bench, CONTACTS, GROUPS, sealed};

#[tokio::test]
async fn the_catalogue_names_services_in_both_formats_and_the_full_one_needs_a_token() {
    let bench = Bench::new().await;
    let limited = bench.send(bench.request("GET", "/u2c/api/v1/limited/catalog?orgId=x&format=hostmap")).await;
    assert_eq!(
        (limited.status, &limited.body["serviceLinks"]["wdm"]),
        (200, &json!(format!("{}/wdm/api/v1", bench.base)))
    );
    assert!(limited.body["hostCatalog"]["webexapis.com"].is_array());
    assert_eq!(bench.send(bench.request("GET", "/u2c/api/v1/limited/catalog?format=hostmap")).await.status, 400);
    assert_eq!(bench.send(bench.request("GET", "/u2c/api/v1/catalog?format=hostmap")).await.status, 401);
    let full = bench.call("GET", "/u2c/api/v1/catalog?format=U2CV2", None).await.body;
    let id = &full["activeServices"]["contactsService"];
    let service = full["services"].as_array().unwrap().iter().find(|service| service["id"] == *id).unwrap();
    assert_eq!(service["serviceUrls"][0]["baseUrl"], format!("{}/contact/api/v1", bench.base));
}

#[tokio::test]
async fn a_code_is_exchanged_once_with_its_verifier_and_refreshed_with_rotation() {
    let bench = Bench::new().await;
    let vectors = include_str!("../../data/vectors/misc.json");
    let pkce = &serde_json::from_str::<Value>(vectors).unwrap()["pkce"];
    let redirect = "http://localhost:6001/redirect";
    let query = format!(
        "/idb/oauth2/v1/authorize?client_id={}&response_type=code&redirect_uri={redirect}&scope=spark%3Aall%20spark%3Akms&state=s1\
         &code_challenge={}&code_challenge_method=S256",
        oauth::CLIENT_ID,
        pkce["code_challenge_S256"].as_str().unwrap()
    );
    let code = async || {
        let answer = bench.send(bench.request("GET", &query)).await;
        assert_eq!(answer.status, 302);
        let location = answer.headers["location"].to_str().unwrap().to_owned();
        let pairs: std::collections::HashMap<_, _> =
            url::Url::parse(&location).unwrap().query_pairs().into_owned().collect();
        assert_eq!(pairs["state"], "s1");
        pairs["code"].clone()
    };
    let exchange = async |code: &str, verifier: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect),
            ("code", code),
            ("code_verifier", verifier),
        ];
        bench.client_form("/idb/oauth2/v1/access_token", &fields).await
    };
    let refused = exchange(&code().await, "another verifier, long enough to be one of them").await;
    assert_eq!((refused.status, refused.body["error"].as_str()), (400, Some("invalid_grant")));
    let first = code().await;
    let tokens = exchange(&first, pkce["code_verifier"].as_str().unwrap()).await.body;
    assert_eq!(tokens["scope"], "spark:all spark:kms");
    assert_eq!(exchange(&first, pkce["code_verifier"].as_str().unwrap()).await.status, 400, "a code is used once");

    let refresh = async |token: &Value| {
        let fields =
            [("grant_type", "refresh_token"), ("redirect_uri", redirect), ("refresh_token", token.as_str().unwrap())];
        bench.client_form("/v1/access_token", &fields).await
    };
    let renewed = refresh(&tokens["refresh_token"]).await;
    assert_eq!(renewed.status, 200);
    assert_ne!(renewed.body["refresh_token"], tokens["refresh_token"]);
    assert_eq!(refresh(&tokens["refresh_token"]).await.body["error"], "invalid_grant", "the old one ended");
    let access = renewed.body["access_token"].as_str().unwrap();
    assert_eq!(access.split('_').nth(2), Some(directory::ORG));
    assert_eq!(bench.call_as(access, "GET", CONTACTS, None).await.status, 200);
    assert_eq!(bench.client_form("/idb/oauth2/v1/revoke", &[("token", access)]).await.status, 200);
    assert_eq!(bench.call_as(access, "GET", CONTACTS, None).await.status, 401);
}

#[tokio::test]
async fn a_device_grant_is_pending_until_it_is_decided() {
    let bench = Bench::new().await;
    let begin = async || {
        let fields = [("client_id", oauth::CLIENT_ID), ("scope", "spark:all spark:kms")];
        bench.form("/v1/device/authorize", &fields).await.body
    };
    let poll = async |grant: &Value| {
        let code = grant["device_code"].as_str().unwrap();
        let fields = [
            ("client_id", oauth::CLIENT_ID),
            ("device_code", code),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ];
        bench.client_form("/v1/device/token", &fields).await
    };
    let grant = begin().await;
    assert_eq!(poll(&grant).await.status, 428);
    let page = grant["verification_uri_complete"].as_str().unwrap().strip_prefix(&bench.base).unwrap();
    assert_eq!(bench.send(bench.request("GET", page)).await.status, 200);
    let tokens = poll(&grant).await;
    assert_eq!(tokens.status, 200);
    assert_eq!(
        bench.call_as(tokens.body["access_token"].as_str().unwrap(), "GET", "/v1/people/me", None).await.status,
        200
    );
    let refused = begin().await;
    bench.order(json!({"do": "decide", "user_code": refused["user_code"], "approve": false}));
    assert_eq!(poll(&refused).await.body["error"], "access_denied");
    assert_eq!(poll(&refused).await.body["error"], "expired_token");
}

#[tokio::test]
async fn a_token_is_reduced_never_widened_and_the_kms_wants_its_scope() {
    let bench = Bench::new().await;
    let reduce = async |token: &str, scope: &str| {
        let grant = "urn:cisco:oauth:grant-type:scope-reduction";
        let fields = [("grant_type", grant), ("token", token), ("scope", scope), ("client_id", oauth::CLIENT_ID)];
        bench.form("/idb/oauth2/v1/access_token", &fields).await
    };
    let reduced = reduce(&bench.token, "spark:all").await.body;
    let token = reduced["access_token"].as_str().unwrap();
    assert_eq!(reduce(token, "spark:kms").await.body["error"], "invalid_scope");
    let mut session = bench.session().await;
    let request = json!({"method": "update", "uri": "/ping", "requestId": "1", "client":
        {"clientId": session.device["url"], "credential": {"userId": session.device["userId"], "bearer": token}}});
    let wrapped = simulator::jose::seal(
        &simulator::jose::Header::direct(Some(&session.uri)),
        &session.key,
        request.to_string().as_bytes(),
    );
    assert_eq!(session.post(&[wrapped.unwrap()]).await.status, 202);
    let answer = session.next_messages().await.remove(0);
    assert_eq!(session.open(&answer)["status"], 403);
}

#[tokio::test]
async fn devices_are_registered_refreshed_listed_and_removed_up_to_a_cap() {
    let bench = Bench::new().await;
    bench.order(json!({"do": "device_cap", "devices": 2}));
    let device = bench.device().await;
    bench.device().await;
    let body = json!({"name": "x", "deviceType": "WEB"});
    let third = bench.call("POST", "/wdm/api/v1/devices", Some(body.clone())).await;
    assert_eq!((third.status, third.body["message"].as_str()), (403, Some("User has excessive device registrations")));
    let path = device["url"].as_str().unwrap().strip_prefix(&bench.base).unwrap();
    assert_eq!(bench.call("PUT", path, Some(body)).await.body["name"], "x");
    assert_eq!(bench.call("GET", "/wdm/api/v1/devices", None).await.body["devices"].as_array().unwrap().len(), 2);
    let other = bench.order(json!({"do": "token", "user": 1}))["token"].as_str().unwrap().to_owned();
    assert_eq!(bench.call_as(&other, "DELETE", path, None).await.status, 404, "it is somebody else's");
    assert_eq!(bench.call("DELETE", path, None).await.status, 204);
    assert_eq!(bench.call("DELETE", path, None).await.status, 404);
}

#[tokio::test]
async fn a_socket_is_authorised_pinged_acknowledged_and_numbered() {
    let bench = Bench::new().await;
    let device = bench.device().await;
    let mut stranger = bench.socket(&device).await;
    stranger.authorize("nobody_x_y").await;
    assert_eq!(stranger.next().await, Err(4401));
    let mut socket = bench.socket(&device).await;
    socket.authorize(&bench.token).await;
    let state = socket.event().await;
    assert_eq!(
        (&state["data"]["eventType"], &state["sequenceNumber"], state.get("type")),
        (&json!("mercury.buffer_state"), &json!(1), None)
    );
    socket.send(json!({"messageId": state["id"], "type": "ack"})).await;
    socket.send(json!({"id": "p1", "type": "ping"})).await;
    assert_eq!(socket.event().await, json!({"id": "p1", "type": "pong"}));
    bench.order(json!({"do": "send_event", "data": {"eventType": "contact.changed"}}));
    assert_eq!(socket.event().await["sequenceNumber"], 2);
    assert_eq!(bench.order(json!({"do": "status"}))["acks"], 1);
    let mut newer = bench.open_socket(&device).await;
    assert_eq!(socket.next().await, Err(4000));
    bench.order(json!({"do": "shut_down_sockets"}));
    assert_eq!(newer.event().await["type"], "shutdown");
    let mut successor = bench.open_socket(&device).await;
    assert_eq!(newer.next().await, Err(4001));
    bench.order(json!({"do": "cut_sockets"}));
    assert_eq!(successor.next().await, Err(0));
    bench.order(json!({"do": "refuse_sockets", "code": 4403}));
    let mut refused = bench.socket(&device).await;
    refused.authorize(&bench.token).await;
    assert_eq!(refused.next().await, Err(4403));
}

#[tokio::test]
async fn keys_and_resources_are_for_their_maker_and_those_authorised() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let made = session.ask(json!({"method": "create", "uri": "/keys", "count": 2})).await;
    let uri = made["keys"][0]["uri"].clone();
    assert_eq!(made["keys"].as_array().unwrap().len(), 2);
    assert_eq!(session.ask(json!({"method": "retrieve", "uri": uri})).await["key"]["jwk"], made["keys"][0]["jwk"]);
    let resource =
        session.ask(json!({"method": "create", "uri": "/resources", "keyUris": [uri]})).await["resource"].clone();
    assert_eq!(resource["authorizationUris"].as_array().unwrap().len(), 1);
    let second = made["keys"][1]["uri"].clone();
    let bound = session.ask(json!({"method": "update", "uri": second, "resourceUri": resource["uri"]})).await;
    assert_eq!(bound["key"]["resourceUri"], resource["uri"]);
    let users = json!([directory::USERS[1]]);
    let allowed = session
        .ask(json!({"method": "create", "uri": "/authorizations", "resourceUri": resource["uri"], "userIds": users}))
        .await;
    assert_eq!(allowed["authorizations"].as_array().unwrap().len(), 2);
    let gone = format!("{}/authorizations?authId={}", resource["uri"].as_str().unwrap(), directory::USERS[1]);
    assert_eq!(
        session.ask(json!({"method": "delete", "uri": gone})).await["authorizations"].as_array().unwrap().len(),
        1
    );
    assert_eq!(session.ask(json!({"method": "update", "uri": "/ping"})).await["status"], 200);
    assert_eq!(
        session.ask(json!({"method": "retrieve", "uri": "kms://kms.simulator.test/keys/none"})).await["status"],
        404
    );
    assert_eq!(session.ask(json!({"method": "create", "uri": "/keys", "count": 0})).await["status"], 400);
    bench.order(json!({"do": "kms", "on": "retrieve", "status": 405, "error_code": 405_005, "reason": "revoked"}));
    assert_eq!(session.ask(json!({"method": "retrieve", "uri": uri})).await["errorCode"], 405_005);
    bench.order(json!({"do": "kms", "on": "retrieve", "status": 301, "redirect": second}));
    let redirected = session.ask(json!({"method": "retrieve", "uri": uri})).await;
    assert_eq!((&redirected["errorCode"], &redirected["redirectUri"]), (&json!(301_002), &second));
}

#[tokio::test]
async fn messages_under_a_session_that_ended_are_dropped_and_a_handshake_is_taken_once() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let wrapped = session.seal(json!({"method": "update", "uri": "/ping"}));
    bench.order(json!({"do": "expire_kms_sessions"}));
    assert_eq!(session.post(&[wrapped]).await.status, 202);
    session.shake_hands().await;
    assert_eq!(
        session.ask(json!({"method": "update", "uri": "/ping"})).await["status"],
        200,
        "nothing came before this"
    );
    let point = json!({"kty": "EC", "crv": "P-256", "x": "GGkBSc4mYngV81yguXDHcTdvEKVyM5qpMW42_4EXGFs", "y": "TP_3VRrHFvJEgouW99_cF_B10-762wql9JvU2YGq65k"});
    let handshake = session.handshake(&point);
    assert_eq!(session.post(std::slice::from_ref(&handshake)).await.status, 202);
    session.next_messages().await;
    assert_eq!(session.post(&[handshake]).await.status, 400);
}

#[tokio::test]
async fn records_are_stored_as_they_come_for_their_owner_alone_and_members_are_kept_in_step() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let (uri, key) = session.content_key().await;
    let group = json!({"schemas": "urn:cisco:codev:identity:contact:core:1.0", "displayName": sealed(&key, "Friends"),
        "groupType": "NORMAL", "encryptionKeyUrl": uri});
    let group = bench.call("POST", GROUPS, Some(group)).await;
    assert_eq!(group.status, 201);
    let id = group.body["groupId"].clone();
    let contact = json!({"contactType": "CUSTOM", "displayName": sealed(&key, "Ada"), "encryptionKeyUrl": uri, "groups": [id],
        "firstName": "", "unknown": {"kept": true}});
    let contact = bench.call("POST", CONTACTS, Some(contact)).await;
    assert_eq!((contact.status, &contact.body["unknown"]["kept"]), (201, &json!(true)));
    let list = bench.call("GET", CONTACTS, None).await.body;
    assert_eq!(list["contacts"], json!([contact.body]));
    assert_eq!(list["groups"][0]["members"], json!([contact.body["contactId"]]));
    let other = bench.order(json!({"do": "token", "user": 1}))["token"].as_str().unwrap().to_owned();
    let theirs = bench.call_as(&other, "GET", CONTACTS, None).await.body;
    assert_eq!((&theirs["contacts"], &theirs["groups"]), (&json!([]), &json!([])));
    let path = format!("{CONTACTS}/{}", contact.body["contactId"].as_str().unwrap());
    assert_eq!(bench.call_as(&other, "DELETE", &path, None).await.status, 404);
    assert_eq!(bench.call("PATCH", &path, Some(json!({}))).await.status, 405);
    let group_path = format!("{GROUPS}/{}", id.as_str().unwrap());
    assert_eq!(bench.call("DELETE", &group_path, None).await.status, 204);
    assert_eq!(bench.call("GET", CONTACTS, None).await.body["contacts"][0]["groups"], json!([]));
    assert_eq!(bench.call("DELETE", &path, None).await.status, 204);
    assert_eq!(bench.call("DELETE", &path, None).await.status, 404);
    assert_eq!(bench.simulator.leaks(), []);
}

#[tokio::test]
async fn plaintext_is_refused_and_recorded_without_its_text() {
    let bench = Bench::new().await;
    let mut session = bench.session().await;
    let (uri, key) = session.content_key().await;
    let (_, stranger) = session.content_key().await;
    let base = json!({"contactType": "CUSTOM", "encryptionKeyUrl": uri, "displayName": sealed(&key, "Ada")});
    let with = |member: &str, value: Value| {
        let mut body = base.clone();
        body[member] = value;
        body
    };
    let cases = [
        ("displayName", with("displayName", json!("Secret Name"))),
        ("title", with("title", sealed(&stranger, "Secret Name"))),
        ("emails[0].value", with("emails", json!([{"type": "work", "value": "Secret Name"}]))),
        ("phoneNumbers[0].value", with("phoneNumbers", json!([{"type": "work", "value": ""}]))),
        ("sipAddresses[0].type", with("sipAddresses", json!([{"type": "Secret Name", "value": sealed(&key, "x")}]))),
        ("addressInfo.city", with("addressInfo", json!({"city": "Secret Name"}))),
        ("department", with("department", json!("Secret Name"))),
        ("manager", with("manager", json!("Secret Name"))),
        ("resolved", with("resolved", json!(true))),
        ("encryptionKeyUrl", with("encryptionKeyUrl", json!("https://elsewhere.test/keys/1"))),
    ];
    for (place, body) in cases {
        let answer = bench.call("POST", CONTACTS, Some(body)).await;
        assert_eq!(answer.status, 400, "{place}");
        assert!(!answer.body.to_string().contains("Secret"), "{place}");
        assert!(bench.simulator.leaks().iter().any(|leak| leak.place == place), "{place}");
    }
    assert!(!format!("{:?}", bench.simulator.leaks()).contains("Secret"));
    let secret = bench.call("GET", &format!("{CONTACTS}?token={}", bench.token), None).await;
    assert_eq!(secret.status, 200);
    assert_eq!(bench.simulator.leaks().last().unwrap().place, "url");
    let lax = Bench::start(Options { strict: false, ..Options::default() }).await;
    assert_eq!(lax.call("POST", CONTACTS, Some(with("displayName", json!("in clear")))).await.status, 201);
}

#[tokio::test]
async fn people_are_found_by_scim_in_pages_and_strangers_never() {
    let bench = Bench::new().await;
    let path = |query: &str| format!("/identity/scim/{}/v2/Users?{query}", directory::ORG);
    let all = bench.call("GET", &path("count=10&startIndex=31"), None).await.body;
    assert_eq!((&all["totalResults"], &all["itemsPerPage"]), (&json!(38), &json!(8)), "36 people of 40, and two users");
    let stranger = directory::person_id(9);
    let found = bench.call("GET", &path(&format!("filter=id%20eq%20%22{stranger}%22")), None).await.body;
    assert_eq!(found["totalResults"], 0);
    assert_eq!(bench.call("GET", &path("filter=displayName%20co%20%22a%22"), None).await.status, 400);
    assert_eq!(bench.call("GET", &path("count=many"), None).await.status, 400);
    let other = format!("/identity/scim/{}/v2/Users", directory::OTHER_ORG);
    assert_eq!(bench.call("GET", &other, None).await.status, 403);
}

#[tokio::test]
async fn people_are_found_by_the_people_api_in_pages_by_links() {
    let bench = Bench::start(Options { people: 400, ..Options::default() }).await;
    let mut path = "/v1/people?displayName=ada&max=7".to_owned();
    let mut names = Vec::new();
    loop {
        let answer = bench.call("GET", &path, None).await;
        names.extend(answer.body["items"].as_array().unwrap().iter().map(|person| person["displayName"].clone()));
        let Some(link) = answer.headers.get("link") else { break };
        let link = link.to_str().unwrap();
        assert!(link.ends_with(">; rel=\"next\""));
        path = link[1..link.find('>').unwrap()].strip_prefix(&bench.base).unwrap().to_owned();
    }
    assert!(names.len() > 14 && names.iter().all(|name| name.as_str().unwrap().starts_with("Ada ")), "{names:?}");
    let me = bench.call("GET", "/v1/people/me", None).await.body;
    assert_eq!(me["displayName"], "First User");
    let ids = format!("{},unknown", me["id"].as_str().unwrap());
    let found = bench.call("GET", &format!("/v1/people?id={ids}"), None).await.body;
    assert_eq!((found["items"].as_array().unwrap().len(), &found["notFoundIds"]), (1, &json!(["unknown"])));
    assert_eq!(bench.call("GET", "/v1/people", None).await.status, 400);
}

#[tokio::test]
async fn a_patch_is_taken_only_when_it_was_switched_on() {
    let bench = Bench::start(Options { patch: true, contacts: 1, ..Options::default() }).await;
    let list = bench.call("GET", CONTACTS, None).await.body;
    let contact = &list["contacts"][0];
    let path = format!("{CONTACTS}/{}", contact["contactId"].as_str().unwrap());
    let moved = bench.call("PATCH", &path, Some(json!({"groups": []}))).await;
    assert_eq!((moved.status, &moved.body["groups"]), (200, &json!([])));
    assert_eq!(bench.call("PATCH", &path, Some(json!({"contactId": "x"}))).await.status, 400);
    assert_eq!(bench.call("PATCH", &path, Some(json!({"title": "in clear"}))).await.status, 400);
}

#[tokio::test]
async fn a_state_directory_outlives_a_restart_and_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let options = Options { state: Some(directory.path().to_owned()), contacts: 3, ..Options::default() };
    let first = Bench::start(options.clone()).await;
    let before = first.call("GET", CONTACTS, None).await.body;
    first.simulator.save().unwrap();
    let token = first.token.clone();
    drop(first);
    let second = Bench::start(options).await;
    assert_eq!(second.token, token);
    assert_eq!(second.call("GET", CONTACTS, None).await.body, before);
    for file in ["state.json", "ready.json"] {
        let mode = std::fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let mut session = second.session().await;
    let uri = before["contacts"][0]["encryptionKeyUrl"].clone();
    assert_eq!(session.ask(json!({"method": "retrieve", "uri": uri})).await["status"], 200);
}
