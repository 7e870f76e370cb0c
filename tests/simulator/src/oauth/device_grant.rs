//! The device grant (RFC 8628; specification section 2.3). 428 while nobody decided, as the real service answers.

use serde_json::json;

use super::{
    CLIENT_ID, SCOPES,
    authorize::client,
    tokens::{Decision, DeviceCode, scopes},
};
use crate::{
    call::{Call, Reply},
    clock, jose,
    problem::Problem,
    world::World,
};

/// The grant type.
pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How often a client may ask, seconds.
const INTERVAL: u64 = 1;
/// How long a code lives, seconds.
const LIFETIME: i64 = 300;

/// `POST device/authorize`.
///
/// # Errors
/// Another client, or scopes that it may not have.
pub fn begin(world: &World, call: &Call) -> Result<Reply, Problem> {
    let form = call.form()?;
    if form.need("client_id")? != CLIENT_ID {
        return Err(Problem::oauth("invalid_client", "The client is unknown"));
    }
    let (asked, known) = (scopes(form.need("scope")?), scopes(SCOPES));
    if !asked.iter().all(|scope| known.contains(scope)) {
        return Err(Problem::oauth("invalid_scope", "The client may not have these scopes"));
    }
    let device_code = jose::encode(jose::random::<24>());
    let user_code = format!("{:06}", u32::from_be_bytes(jose::random::<4>()) % 1_000_000);
    let verification = format!("{}/v1/device/verify", world.base);
    let body = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": verification,
        "verification_uri_complete": format!("{verification}?userCode={user_code}"),
        "expires_in": LIFETIME,
        "interval": INTERVAL,
    });
    let expires = clock::now() + LIFETIME * 1000;
    let mut inner = world.lock();
    inner.tokens.device_codes.retain(|_, code| code.expires > clock::now());
    inner
        .tokens
        .device_codes
        .insert(device_code, DeviceCode { user_code, scopes: asked, expires, decision: Decision::Pending });
    Ok(Reply::json(200, &body))
}

/// `POST device/token`.
///
/// # Errors
/// 428 while nobody decided; 400 when it was refused or is over.
pub fn poll(world: &World, call: &Call) -> Result<Reply, Problem> {
    let form = call.form()?;
    client(call, &form)?;
    let device_code = form.need("device_code")?;
    if form.get("grant_type") != GRANT {
        return Err(Problem::oauth("unsupported_grant_type", "The grant type is another one"));
    }
    let mut inner = world.lock();
    let expired = || Problem::oauth("expired_token", "The device code is unknown or expired");
    let code = inner.tokens.device_codes.get(device_code).cloned().ok_or_else(expired)?;
    if code.expires <= clock::now() {
        return Err(expired());
    }
    let pending = Problem { status: 428, ..Problem::oauth("authorization_pending", "authorization_pending") };
    if code.decision == Decision::Pending {
        return Err(pending);
    }
    inner.tokens.device_codes.remove(device_code);
    let Decision::Approved((user, org)) = code.decision else {
        return Err(Problem::oauth("access_denied", "The sign-in was refused"));
    };
    Ok(Reply::json(200, &inner.tokens.issue_pair(&user, &org, code.scopes)))
}

/// `GET device/verify?userCode=…`: opening the page approves, which is all that a simulator can ask.
///
/// # Errors
/// The code is unknown.
pub fn verify(world: &World, call: &Call) -> Result<Reply, Problem> {
    let user_code = call.parameter("userCode").unwrap_or_default();
    let mut inner = world.lock();
    let approved = inner.signing_in();
    if !inner.tokens.decide(&user_code, Decision::Approved(approved)) {
        return Err(Problem::not_found("code"));
    }
    Ok(Reply::json(200, &json!({"message": "Signed in. Return to the terminal."})))
}
