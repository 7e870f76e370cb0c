//! The authorisation page, which asks nobody and redirects at once; revocation; the logout page.

use super::{
    CLIENT_ID, CLIENT_SECRET, SCOPES,
    tokens::{Code, scopes},
};
use crate::{
    call::{Call, Form, Reply},
    jose,
    problem::Problem,
    world::World,
};

/// `GET authorize` (specification section 2.2): redirects with `code` and `state`.
///
/// # Errors
/// Another client, another response type, or no redirect URI: nothing to redirect to then.
pub fn authorize(world: &World, call: &Call) -> Result<Reply, Problem> {
    let get = |name: &str| call.parameter(name).unwrap_or_default();
    if get("client_id") != CLIENT_ID {
        return Err(Problem::oauth("unauthorized_client", "The client is unknown"));
    }
    let redirect_uri = get("redirect_uri");
    let mut target = url::Url::parse(&redirect_uri)
        .map_err(|_| Problem::oauth("invalid_request", "The redirect URI is not one of the registered ones"))?;
    let asked = scopes(&get("scope"));
    let known = scopes(SCOPES);
    let refused = match (get("response_type").as_str(), get("code_challenge_method").as_str()) {
        ("code", "" | "S256") if !asked.iter().all(|scope| known.contains(scope)) => Some("invalid_scope"),
        ("code", "" | "S256") => None,
        _ => Some("invalid_request"),
    };
    if let Some(error) = refused {
        target.query_pairs_mut().append_pair("error", error);
    } else {
        let mut inner = world.lock();
        let (user, org) = inner.signing_in();
        let code = format!("{}_SIM1_{org}", jose::encode(jose::random::<24>()).replace('_', "-"));
        let challenge = call.parameter("code_challenge");
        inner.tokens.codes.insert(code.clone(), Code { user, org, scopes: asked, redirect_uri, challenge });
        target.query_pairs_mut().append_pair("code", &code);
    }
    target.query_pairs_mut().append_pair("state", &get("state"));
    Ok(Reply::empty(302).with_header("location", target.as_str()))
}

/// Checks who the client is: by Basic authentication or in the form.
///
/// # Errors
/// Another id or secret.
pub fn client(call: &Call, form: &Form) -> Result<(), Problem> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let basic = call.header("authorization").strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let given = match basic.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(pair) => pair,
        None => format!("{}:{}", form.get("client_id"), form.get("client_secret")),
    };
    let known = given == format!("{CLIENT_ID}:{CLIENT_SECRET}");
    known.then_some(()).ok_or(Problem { status: 401, ..Problem::oauth("invalid_client", "The client is unknown") })
}

/// `POST revoke` (RFC 7009).
///
/// # Errors
/// Another client, or no token.
pub fn revoke(world: &World, call: &Call) -> Result<Reply, Problem> {
    let form = call.form()?;
    client(call, &form)?;
    world.lock().tokens.revoke(form.need("token")?);
    Ok(Reply::empty(200))
}

/// `POST logout` with a JSON body (specification section 2.8).
///
/// # Errors
/// A body of another shape.
pub fn log_out(world: &World, call: &Call) -> Result<Reply, Problem> {
    #[derive(serde::Deserialize)]
    struct Body {
        token: String,
    }
    let Body { token } = call.json()?;
    world.lock().tokens.revoke(&token);
    Ok(Reply::empty(200))
}
