//! Service discovery (specification sections 3 and 14): which service lives where. Here all of them live on one port.

use serde_json::{Value, json};

use crate::{
    call::{Call, Reply},
    problem::Problem,
    world::World,
};

/// The services and where they stand below the base.
const SERVICES: [(&str, &str); 10] = [
    ("u2c", "/u2c/api/v1"),
    ("wdm", "/wdm/api/v1"),
    ("encryption", "/encryption/api/v1"),
    ("contactsService", "/contact/api/v1"),
    ("mercuryApi", "/v1"),
    ("hydra", "/v1/"),
    ("idbroker", "/"),
    ("identity", "/"),
    ("metrics", "/metrics/api/v1"),
    ("clientLogs", "/logs/api/v1"),
];

/// Those that the catalogue lists.
fn services(world: &World) -> impl Iterator<Item = (&'static str, &'static str)> {
    let withheld = world.lock().withheld_service.clone();
    SERVICES.into_iter().filter(move |(name, _)| Some(*name) != withheld.as_deref())
}

/// The catalogue before signing in.
///
/// # Errors
/// None of the parameters that it must be asked by.
pub fn limited(world: &World, call: &Call) -> Result<Reply, Problem> {
    let first = call.pairs().into_iter().map(|(name, _)| name).find(|name| name != "format" && name != "timestamp");
    if !matches!(first.as_deref(), Some("email" | "emailhash" | "userId" | "orgId" | "mode")) {
        return Err(Problem::bad_request("One of emailhash, userId, orgId and mode must be given"));
    }
    answer(world, call)
}

/// The catalogue of a user.
///
/// # Errors
/// Without a valid token.
pub fn full(world: &World, call: &Call) -> Result<Reply, Problem> {
    world.authorize(call)?;
    answer(world, call)
}

fn answer(world: &World, call: &Call) -> Result<Reply, Problem> {
    let format = call.parameter("format").unwrap_or_default();
    match format.as_str() {
        _ if world.options.u2cv2 => Ok(Reply::json(200, &version2(world))),
        "" | "hostmap" => Ok(Reply::json(200, &hostmap(world))),
        "U2CV2" => Ok(Reply::json(200, &version2(world))),
        _ => Err(Problem::bad_request("The format is unknown")),
    }
}

fn hostmap(world: &World) -> Value {
    let links: Value =
        services(world).map(|(name, path)| (name.to_owned(), json!(format!("{}{path}", world.base)))).collect();
    let host = |service: &str| json!([{"host": world.host, "ttl": -1, "priority": 1, "id": format!("urn:TEAM:us-east-2_a:{service}")}]);
    // The SDK asks webexapis.com for people whatever the links say; its rewrite of hosts brings it here.
    json!({
        "serviceLinks": links,
        "hostCatalog": {"webexapis.com": host("scim")},
        "format": "hostmap",
    })
}

fn version2(world: &World) -> Value {
    let id = |name: &str| format!("urn:TEAM:us-east-2_a:{name}");
    let active: Value = services(world).map(|(name, _)| (name.to_owned(), json!(id(name)))).collect();
    let services: Value = services(world)
        .map(|(name, path)| {
            let url = json!([{"baseUrl": format!("{}{path}", world.base), "priority": 1}]);
            json!({"id": id(name), "serviceName": name, "serviceUrls": url})
        })
        .collect();
    json!({
        "activeServices": active,
        "services": services,
        "timestamp": crate::clock::now().to_string(),
        "orgId": crate::directory::ORG,
        "format": "U2CV2",
    })
}
