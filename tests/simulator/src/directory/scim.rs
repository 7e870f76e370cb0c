//! `GET /identity/scim/{orgId}/v2/Users` (RFC 7644).

use serde_json::json;

use super::filter::Filter;
use crate::{
    call::{Call, Reply},
    problem::Problem,
    world::World,
};

/// How many users come when nothing is said.
const DEFAULT_COUNT: usize = 100;
/// How many come at most.
const MOST: usize = 1000;

/// The users of an organisation that a filter means.
///
/// # Errors
/// Without a valid token, for another organisation, or with a filter that is not taken.
pub fn users(world: &World, call: &Call, org: &str) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    if !["spark:all", "identity:people_read", "identity:people_rw"].iter().any(|scope| caller.has(scope)) {
        return Err(Problem::forbidden("The token lacks the scope identity:people_read"));
    }
    if caller.org != org {
        return Err(Problem::forbidden("The organisation is another one"));
    }
    let number = |name: &str, default: usize| match call.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| Problem::bad_request(format!("{name} must be a number"))),
    };
    let (count, start) = (number("count", DEFAULT_COUNT)?.min(MOST), number("startIndex", 1)?.max(1));
    let filter = call.parameter("filter").map(|text| Filter::parse(&text)).transpose().map_err(Problem::bad_request)?;
    let meant = |person: &&super::Person| filter.as_ref().is_none_or(|filter| filter.matches(person));
    let found: Vec<_> = world.directory.visible_to(org).filter(meant).collect();
    let page: Vec<_> = found.iter().skip(start - 1).take(count).map(|person| person.scim()).collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": found.len(),
        "itemsPerPage": page.len(),
        "startIndex": start,
        "Resources": page,
    });
    Ok(Reply::json(200, &body))
}
