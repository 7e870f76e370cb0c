//! The People API (specification section 9.3): search by the beginning of a name, by e-mail or by ids, in pages.

use serde_json::json;

use super::Person;
use crate::{
    call::{Call, Reply},
    oauth::Access,
    problem::Problem,
    world::World,
};

/// At most so many ids are looked up at once.
const MOST_IDS: usize = 85;
/// How many people come on a page when nothing is said, and at most.
const DEFAULT_MAX: usize = 100;

fn caller(world: &World, call: &Call) -> Result<Access, Problem> {
    let caller = world.authorize(call)?;
    let may = caller.has("spark:all") || caller.has("spark:people_read");
    may.then_some(caller).ok_or_else(|| Problem::forbidden("The token lacks the scope spark:people_read"))
}

/// `GET /v1/people/me`.
///
/// # Errors
/// Without a valid token.
pub fn me(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = caller(world, call)?;
    let person = world.directory.people.iter().find(|person| person.id == caller.user);
    person.map(|person| Reply::json(200, &person.people_api())).ok_or_else(|| Problem::not_found("person"))
}

/// `GET /v1/people/{id}`.
///
/// # Errors
/// Without a valid token, or for somebody who is not visible.
pub fn one(world: &World, call: &Call, id: &str) -> Result<Reply, Problem> {
    let caller = caller(world, call)?;
    let mut visible = world.directory.visible_to(&caller.org);
    let person = visible.find(|person| same(person, id)).ok_or_else(|| Problem::not_found("person"))?;
    Ok(Reply::json(200, &person.people_api()))
}

fn same(person: &Person, id: &str) -> bool {
    let own = person.people_api_id();
    own.trim_end_matches('=') == id.trim_end_matches('=') || person.id.eq_ignore_ascii_case(id)
}

/// `GET /v1/people`.
///
/// # Errors
/// Without a valid token, or without anything to search by.
pub fn people(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = caller(world, call)?;
    let visible = world.directory.visible_to(&caller.org);
    if let Some(ids) = call.parameter("id") {
        let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
        if ids.len() > MOST_IDS {
            return Err(Problem::bad_request("At most 85 ids may be given"));
        }
        let found: Vec<_> = visible.filter(|person| ids.iter().any(|id| same(person, id))).collect();
        let missing: Vec<_> = ids.iter().filter(|id| !found.iter().any(|person| same(person, id))).collect();
        let items: Vec<_> = found.iter().map(|person| person.people_api()).collect();
        return Ok(Reply::json(200, &json!({"items": items, "notFoundIds": missing})));
    }
    let email = call.parameter("email").map(|text| text.to_lowercase());
    let name = call.parameter("displayName").map(|text| text.to_lowercase());
    let found: Vec<_> = match (&email, &name) {
        (Some(email), _) => visible.filter(|person| person.email.eq_ignore_ascii_case(email)).collect(),
        (None, Some(name)) if !name.is_empty() => {
            visible.filter(|person| person.display.to_lowercase().starts_with(name.as_str())).collect()
        }
        _ => return Err(Problem::bad_request("displayName, email or id must be given")),
    };
    page(world, call, &found)
}

fn page(world: &World, call: &Call, found: &[&Person]) -> Result<Reply, Problem> {
    let number = |name: &str, default: usize| match call.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| Problem::bad_request(format!("{name} must be a number"))),
    };
    let max = number("max", DEFAULT_MAX)?.clamp(1, 1000);
    let cursor = number("cursor", 0)?;
    let items: Vec<_> = found.iter().skip(cursor).take(max).map(|person| person.people_api()).collect();
    let reply = Reply::json(200, &json!({"items": items, "notFoundIds": null}));
    let after = cursor.saturating_add(max);
    if after >= found.len() {
        return Ok(reply);
    }
    let others = call.pairs().into_iter().filter(|(name, _)| name != "cursor");
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others).append_pair("cursor", &after.to_string());
    Ok(reply.with_header("link", &format!("<{}/v1/people?{}>; rel=\"next\"", world.base, query.finish())))
}
