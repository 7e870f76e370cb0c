//! The token endpoint.

use rsa::sha2::{Digest as _, Sha256};
use serde_json::json;

use super::{CLIENT_ID, authorize::client, device_grant, tokens::scopes};
use crate::{
    call::{Call, Form, Reply},
    jose,
    problem::Problem,
    world::World,
};

const SCOPE_REDUCTION: &str = "urn:cisco:oauth:grant-type:scope-reduction";

/// `POST access_token`.
///
/// # Errors
/// As RFC 6749 section 5.2 names them.
pub fn token(world: &World, call: &Call) -> Result<Reply, Problem> {
    let form = call.form()?;
    match form.need("grant_type")? {
        SCOPE_REDUCTION => reduce(world, &form),
        "authorization_code" => {
            client(call, &form)?;
            exchange(world, &form)
        }
        "refresh_token" => {
            client(call, &form)?;
            refresh(world, &form)
        }
        device_grant::GRANT => device_grant::poll(world, call),
        _ => Err(Problem::oauth("unsupported_grant_type", "The grant type is unknown")),
    }
}

fn exchange(world: &World, form: &Form) -> Result<Reply, Problem> {
    let mut inner = world.lock();
    let code = inner.tokens.codes.remove(form.need("code")?);
    let code = code.ok_or_else(|| Problem::oauth("invalid_grant", "The code is unknown or was used"))?;
    if code.redirect_uri != form.get("redirect_uri") {
        return Err(Problem::oauth("invalid_grant", "The redirect URI differs"));
    }
    if let Some(challenge) = &code.challenge
        && *challenge != jose::encode(Sha256::digest(form.get("code_verifier")))
    {
        return Err(Problem::oauth("invalid_grant", "The code verifier does not fit"));
    }
    Ok(Reply::json(200, &inner.tokens.issue_pair(&code.user, &code.org, code.scopes)))
}

/// The old refresh token ends with its use: each refresh answers a new one.
fn refresh(world: &World, form: &Form) -> Result<Reply, Problem> {
    let mut inner = world.lock();
    let access = inner.tokens.take_refresh(form.need("refresh_token")?);
    let access = access.ok_or_else(|| Problem::oauth("invalid_grant", "The refresh token is unknown or expired"))?;
    Ok(Reply::json(200, &inner.tokens.issue_pair(&access.user, &access.org, access.scopes)))
}

/// A narrower token (specification section 2.5).
fn reduce(world: &World, form: &Form) -> Result<Reply, Problem> {
    if form.need("client_id")? != CLIENT_ID {
        return Err(Problem::oauth("invalid_client", "The client is unknown"));
    }
    let mut inner = world.lock();
    let access = inner.tokens.access(form.need("token")?).cloned();
    let access = access.ok_or_else(|| Problem::oauth("invalid_grant", "The token is unknown or expired"))?;
    let wanted = scopes(form.need("scope")?);
    if !wanted.iter().all(|scope| access.has(scope)) {
        return Err(Problem::oauth("invalid_scope", "The token does not have these scopes"));
    }
    let (token, access) = inner.tokens.issue(&access.user, &access.org, wanted);
    let body = json!({
        "access_token": token,
        "expires_in": inner.tokens.lifetime,
        "token_type": "Bearer",
        "scope": access.scopes.join(" "),
    });
    Ok(Reply::json(200, &body))
}
