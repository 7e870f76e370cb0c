//! What a request to the KMS does (specification section 6.6).

use serde_json::{Map, Value, json};

use super::Keys;
use crate::certs;

/// At most so many keys are made at once.
const MOST_KEYS: u64 = 100;

/// An answer without its `requestId`: the status and the members.
pub fn carry_out(keys: &mut Keys, user: &str, request: &Value) -> Map<String, Value> {
    let text = |member: &str| request[member].as_str().unwrap_or_default();
    let (method, uri) = (text("method"), text("uri"));
    let path = uri.strip_prefix(&certs::kid()).unwrap_or(uri);
    let absolute = format!("{}{path}", certs::kid());
    match (method, path.split('/').nth(1).unwrap_or_default()) {
        ("create", "keys") => create_keys(keys, user, &request["count"]),
        ("create", "resources") => create_resource(keys, user, request),
        ("create", "authorizations") => authorize(keys, user, text("resourceUri"), request),
        ("retrieve", "keys") => retrieve_key(keys, user, &absolute),
        ("retrieve", "resources") => match absolute.strip_suffix("/authorizations") {
            Some(resource) => of_resource(keys, user, resource, |keys| {
                success(200, "authorizations", keys.authorizations_json(resource))
            }),
            None => of_resource(keys, user, &absolute, |keys| {
                success(200, "resource", keys.resource_json(&absolute).unwrap_or_default())
            }),
        },
        ("update", "keys") if keys.bind(user, &absolute, text("resourceUri")) => {
            success(200, "key", keys.key_json(&absolute).unwrap_or_default())
        }
        ("update", "keys") => refusal(403, "not authorized to bind this key to this resource"),
        ("update", "ping") => Map::from_iter([("status".to_owned(), json!(200))]),
        ("delete", "resources") => withdraw(keys, user, &absolute),
        _ => refusal(400, "no such operation"),
    }
}

/// An answer that says what is wrong.
pub fn refusal(status: u16, reason: &str) -> Map<String, Value> {
    Map::from_iter([("status".to_owned(), json!(status)), ("reason".to_owned(), json!(reason))])
}

fn success(status: u16, member: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([("status".to_owned(), json!(status)), (member.to_owned(), value)])
}

fn strings(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn create_keys(keys: &mut Keys, user: &str, count: &Value) -> Map<String, Value> {
    match count.as_u64() {
        Some(count @ 1..=MOST_KEYS) => {
            let made: Vec<_> = (0..count).map(|_| keys.create(user)).collect();
            success(201, "keys", made.iter().filter_map(|uri| keys.key_json(uri)).collect())
        }
        _ => refusal(400, "count must be between 1 and 100"),
    }
}

fn create_resource(keys: &mut Keys, user: &str, request: &Value) -> Map<String, Value> {
    let (Some(uris), Some(users)) = (strings(&request["keyUris"]), strings(&request["userIds"])) else {
        return refusal(400, "keyUris and userIds must be lists of strings");
    };
    match keys.create_resource(user, &uris, &users) {
        Some(uri) => success(201, "resource", keys.resource_json(&uri).unwrap_or_default()),
        None => refusal(403, "not authorized for one of the keys"),
    }
}

fn authorize(keys: &mut Keys, user: &str, resource: &str, request: &Value) -> Map<String, Value> {
    let Some(users) = strings(&request["userIds"]) else { return refusal(400, "userIds must be a list of strings") };
    if !keys.is_authorized(user, resource) {
        return refusal(403, "not authorized for this resource");
    }
    if let Some(entry) = keys.resources.get_mut(resource) {
        for other in users {
            entry.authorizations.insert(format!("{}/authorizations/{}", certs::kid(), uuid::Uuid::new_v4()), other);
        }
    }
    success(201, "authorizations", keys.authorizations_json(resource))
}

fn retrieve_key(keys: &Keys, user: &str, uri: &str) -> Map<String, Value> {
    match keys.keys.get(uri) {
        None => refusal(404, "no such key"),
        Some(key) if !keys.may_have(user, key) => refusal(403, "not authorized for this key"),
        Some(_) => success(200, "key", keys.key_json(uri).unwrap_or_default()),
    }
}

fn of_resource(keys: &Keys, user: &str, uri: &str, shown: impl Fn(&Keys) -> Map<String, Value>) -> Map<String, Value> {
    match keys.resources.contains_key(uri) {
        false => refusal(404, "no such resource"),
        true if !keys.is_authorized(user, uri) => refusal(403, "not authorized for this resource"),
        true => shown(keys),
    }
}

fn withdraw(keys: &mut Keys, user: &str, uri: &str) -> Map<String, Value> {
    let Some((resource, query)) = uri.split_once("/authorizations?") else { return refusal(400, "no such operation") };
    let gone = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "authId");
    let Some((_, gone)) = gone else { return refusal(400, "authId is missing") };
    if !keys.is_authorized(user, resource) {
        return refusal(403, "not authorized for this resource");
    }
    if let Some(entry) = keys.resources.get_mut(resource) {
        entry.authorizations.retain(|_, other| *other != gone);
    }
    success(200, "authorizations", keys.authorizations_json(resource))
}
