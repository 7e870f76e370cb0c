//! Which call goes where.

use std::sync::Arc;

use serde_json::json;

use crate::{
    call::{Call, Reply},
    catalog, contacts, control, devices, directory, kms, oauth,
    problem::Problem,
    world::World,
};

/// Answers a call.
///
/// # Errors
/// What the service in question refuses; 404 where there is none.
pub fn answer(world: &Arc<World>, call: &Call) -> Result<Reply, Problem> {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let only = |method: &str, reply: fn(&World, &Call) -> Result<Reply, Problem>| {
        if call.method == method { reply(world, call) } else { Err(Problem::method_not_allowed()) }
    };
    match segments[..] {
        ["u2c", "api", "v1", "limited", "catalog"] => only("GET", catalog::limited),
        ["u2c", "api", "v1", "catalog"] => only("GET", catalog::full),
        ["idb", "oauth2", "v1", "authorize"] | ["v1", "authorize"] => only("GET", oauth::authorize),
        ["idb", "oauth2", "v1", "access_token"] | ["v1", "access_token"] => only("POST", oauth::token),
        ["idb", "oauth2", "v1", "revoke"] => only("POST", oauth::revoke),
        ["idb", "oauth2", "v1", "logout"] => only("POST", oauth::log_out),
        ["v1", "device", "authorize"] => only("POST", oauth::begin),
        ["v1", "device", "token"] => only("POST", oauth::poll),
        ["v1", "device", "verify"] => only("GET", oauth::verify),
        ["wdm", "api", "v1", "devices"] => match call.method.as_str() {
            "POST" => devices::register(world, call),
            _ => only("GET", devices::list),
        },
        ["wdm", "api", "v1", "devices", id] => devices::one(world, call, id),
        ["encryption", "api", "v1", "kms", "messages"] => only("POST", kms::receive),
        ["encryption", "api", "v1", "kms", user] => match call.method.as_str() {
            "GET" => kms::details(world, call, user),
            _ => Err(Problem::method_not_allowed()),
        },
        ["contact", "api", "v1", "encrypt", "Users", "contacts"] => contacts::contacts(world, call),
        ["contact", "api", "v1", "encrypt", "Users", "groups"] => contacts::groups(world, call),
        ["contact", "api", "v1", "encrypt", "Users", "contacts", id] => contacts::one_contact(world, call, id),
        ["contact", "api", "v1", "encrypt", "Users", "groups", id] => contacts::one_group(world, call, id),
        ["identity", "scim", org, "v2", "Users"] => match call.method.as_str() {
            "GET" => directory::users(world, call, org),
            _ => Err(Problem::method_not_allowed()),
        },
        ["v1", "people"] => only("GET", directory::people),
        ["v1", "people", "me"] => only("GET", directory::me),
        ["v1", "people", id] => match call.method.as_str() {
            "GET" => directory::one(world, call, id),
            _ => Err(Problem::method_not_allowed()),
        },
        // The SDK tells its metrics; without an answer its own error handling fails.
        ["metrics", "api", "v1", ..] => Ok(Reply::json(200, &json!({}))),
        ["_control"] => match call.method.as_str() {
            "POST" => Ok(Reply::json(200, &control::carry_out(world, call.json()?)?)),
            _ => Err(Problem::method_not_allowed()),
        },
        _ => Err(Problem::not_found("endpoint")),
    }
}
