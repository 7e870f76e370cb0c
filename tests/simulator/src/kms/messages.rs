//! Requests to the KMS arrive sealed in HTTP calls; their answers leave on the socket of the device that asked (specification
//! sections 6.3 to 6.5).

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::operations::{carry_out, refusal};
use crate::{
    call::{Call, Reply},
    certs,
    clock::{self, Millis},
    faults::KmsFault,
    jose::{self, Agreement, Header, Key, PublicPoint},
    problem::Problem,
    world::{Inner, World},
};

/// So many sessions are kept.
const MOST_SESSIONS: usize = 4096;
/// So many handshakes are remembered, to know one that comes again.
const MOST_HANDSHAKES: usize = 4096;
/// At most so many requests come in one call (specification section 6.3).
const MOST_MESSAGES: usize = 50;

#[derive(Clone)]
struct Session {
    key: Key,
    user: String,
    expires: Millis,
}

/// The session keys agreed upon.
#[derive(Default)]
pub struct Sessions {
    by_uri: BTreeMap<String, Session>,
    oldest_first: VecDeque<String>,
    handshakes: VecDeque<String>,
}

impl Sessions {
    /// All of them are forgotten: messages under them are dropped from now on.
    pub fn expire(&mut self) {
        self.by_uri.clear();
        self.oldest_first.clear();
    }

    fn keep(&mut self, uri: String, session: Session) {
        if self.oldest_first.len() == MOST_SESSIONS
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.by_uri.remove(&oldest);
        }
        self.oldest_first.push_back(uri.clone());
        self.by_uri.insert(uri, session);
    }

    /// Notes a handshake; `false` when it was seen before.
    fn is_first(&mut self, request_id: &str) -> bool {
        if self.handshakes.iter().any(|seen| seen == request_id) {
            return false;
        }
        if self.handshakes.len() == MOST_HANDSHAKES {
            self.handshakes.pop_front();
        }
        self.handshakes.push_back(request_id.to_owned());
        true
    }
}

/// Answers `GET /kms/{userId}`.
///
/// # Errors
/// Without a valid token, or for somebody else.
pub fn details(world: &World, call: &Call, user: &str) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    if caller.user != user {
        return Err(Problem::not_found("user"));
    }
    let body = world.lock().kms_details.clone();
    let body = body.unwrap_or_else(|| json!({"kmsCluster": certs::kid(), "rsaPublicKey": world.static_jwk}));
    Ok(Reply::json(200, &body))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Messages {
    destination: String,
    kms_messages: Vec<String>,
}

/// A request opened, and how its answer is to be wrapped.
struct Opened {
    request: Value,
    wrapping: Wrapping,
}

enum Wrapping {
    Handshake,
    Session { uri: String, session: Session },
}

/// Takes in `POST /kms/messages`. The answers leave on sockets.
///
/// # Errors
/// Without a valid token; when a message is none, does not open, or is a handshake that came before.
pub fn receive(world: &World, call: &Call) -> Result<Reply, Problem> {
    world.authorize(call)?;
    let Messages { destination, kms_messages } = call.json()?;
    if destination != certs::kid() {
        return Err(Problem::bad_request("The destination is no cluster of this service"));
    }
    if kms_messages.is_empty() || kms_messages.len() > MOST_MESSAGES {
        return Err(Problem::bad_request("There must be 1 to 50 messages"));
    }
    let opened: Vec<Option<Opened>> = kms_messages.iter().map(|jwe| open(world, jwe)).collect::<Result<_, _>>()?;
    let mut inner = world.lock();
    if let Some(entry) = inner.journal.call_mut(call.number) {
        entry.kms = opened.iter().flatten().map(|opened| opened.request.clone()).collect();
    }
    for opened in opened.into_iter().flatten() {
        let device = opened.request["client"]["clientId"].as_str().unwrap_or_default().to_owned();
        let answer = answer(world, &mut inner, opened)?;
        if let Some(answer) = answer {
            inner.send_kms(&device, answer);
        }
    }
    Ok(Reply::json(202, &json!({})))
}

/// Opens one message; `None` when it is under a session that nobody knows: such messages are dropped silently.
fn open(world: &World, jwe: &str) -> Result<Option<Opened>, Problem> {
    let unacceptable = |error: jose::JoseError| Problem::bad_request(format!("A message does not open: {error}"));
    let header: Header = jose::protected_header(jwe).map_err(unacceptable)?;
    let (plaintext, wrapping) = if header.alg == "RSA-OAEP" {
        let (kid, plaintext) = jose::open_rsa(jwe, &world.static_key).map_err(unacceptable)?;
        if kid.as_deref() != Some(&certs::kid()) {
            return Err(Problem::bad_request("The handshake names another key"));
        }
        (plaintext, Wrapping::Handshake)
    } else {
        let uri = header.kid.ok_or_else(|| Problem::bad_request("A message names no session"))?;
        let Some(session) = world.lock().sessions.by_uri.get(&uri).cloned() else { return Ok(None) };
        if session.expires <= clock::now() {
            return Ok(None);
        }
        (jose::open(jwe, &session.key).map_err(unacceptable)?, Wrapping::Session { uri, session })
    };
    let request = serde_json::from_slice(&plaintext).map_err(|_| Problem::bad_request("A message holds no JSON"))?;
    Ok(Some(Opened { request, wrapping }))
}

/// Carries a request out and wraps the answer; `None` when there is to be none.
fn answer(world: &World, inner: &mut Inner, opened: Opened) -> Result<Option<String>, Problem> {
    let Opened { request, wrapping } = opened;
    let Some(request_id) = request["requestId"].as_str() else {
        return Err(Problem::bad_request("A message has no requestId"));
    };
    if matches!(wrapping, Wrapping::Handshake) && !inner.sessions.is_first(request_id) {
        return Err(Problem::bad_request("This handshake came before"));
    }
    let kind =
        if matches!(wrapping, Wrapping::Handshake) { "ecdhe" } else { request["method"].as_str().unwrap_or_default() };
    let user = credential(inner, &request);
    let mut body = match (inner.faults.hit_kms(kind), user, &wrapping) {
        (Some(KmsFault { status: 0, .. }), ..) => return Ok(None),
        (Some(fault), ..) => faulty(&fault),
        (None, Err(refused), _) => refused,
        (None, Ok(user), Wrapping::Handshake) => shake_hands(inner, &user, &request),
        (None, Ok(user), Wrapping::Session { session, .. }) if session.user != user => {
            refusal(403, "the session belongs to another user")
        }
        (None, Ok(user), Wrapping::Session { .. }) => carry_out(&mut inner.keys, &user, &request),
    };
    body.insert("requestId".to_owned(), request_id.into());
    let text = Value::Object(body).to_string();
    let wrapped = match wrapping {
        Wrapping::Handshake => jose::sign(text.as_bytes(), &certs::kid(), &world.static_key),
        Wrapping::Session { uri, session } => jose::seal(&Header::direct(Some(&uri)), &session.key, text.as_bytes()),
    };
    wrapped.map(Some).map_err(|error| Problem::new(500, error.to_string()))
}

fn faulty(fault: &KmsFault) -> Map<String, Value> {
    let mut body = refusal(fault.status, fault.reason.as_deref().unwrap_or("as told"));
    if let Some(code) = fault.error_code {
        body.insert("errorCode".to_owned(), code.into());
    }
    if let Some(uri) = &fault.redirect {
        body.insert("errorCode".to_owned(), 301_002.into());
        body.insert("redirectUri".to_owned(), uri.as_str().into());
    }
    body
}

/// The user whose token a request carries.
fn credential(inner: &Inner, request: &Value) -> Result<String, Map<String, Value>> {
    let client = &request["client"];
    let bearer = client["credential"]["bearer"].as_str().unwrap_or_default();
    let Some(token) = inner.tokens.access(bearer) else {
        return Err(refusal(401, "Failed to resolve authorization token in KmsMessage request for user"));
    };
    if client["credential"]["userId"].as_str() != Some(&token.user) {
        return Err(refusal(403, "the token belongs to another user"));
    }
    if !token.has("spark:kms") {
        return Err(refusal(403, "the token lacks the scope spark:kms"));
    }
    let device = client["clientId"].as_str().unwrap_or_default();
    if inner.devices.owner(device) != Some(token.user.as_str()) {
        return Err(refusal(400, "the client is no device of this user"));
    }
    Ok(token.user.clone())
}

fn shake_hands(inner: &mut Inner, user: &str, request: &Value) -> Map<String, Value> {
    let path = request["uri"].as_str().and_then(|uri| uri.strip_prefix(&certs::kid()));
    let point = serde_json::from_value::<PublicPoint>(request["jwk"].clone());
    let (Some("/ecdhe"), Some("create"), Ok(point)) = (path, request["method"].as_str(), point) else {
        return refusal(400, "a handshake creates an ecdhe with a public P-256 key");
    };
    let uri = format!("{}/ecdhe/{}", certs::kid(), Uuid::new_v4());
    let Ok(agreement) = Agreement::answer(&point, &Uuid::new_v4().to_string()) else {
        return refusal(400, "the public key is not a point of P-256");
    };
    let now = clock::now();
    let expires = now + inner.session_lifetime;
    inner.sessions.keep(uri.clone(), Session { key: agreement.key, user: user.to_owned(), expires });
    let key = json!({
        "uri": uri,
        "jwk": agreement.point,
        "userId": user,
        "clientId": request["client"]["clientId"],
        "createDate": clock::iso(now),
        "expirationDate": clock::iso(expires),
    });
    Map::from_iter([("status".to_owned(), json!(201)), ("key".to_owned(), key)])
}
