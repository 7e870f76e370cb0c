//! The calls.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Record, check};
use crate::{
    call::{Call, Reply},
    journal::Leak,
    oauth::Access,
    problem::Problem,
    world::{Inner, World},
};

fn strings(body: &Map<String, Value>, member: &str) -> Result<(), Problem> {
    match body.get(member) {
        None => Ok(()),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => Ok(()),
        Some(_) => Err(Problem::bad_request(format!("{member} must be a list of strings"))),
    }
}

/// Refuses and records what is in clear and must not be.
fn strict(world: &World, inner: &mut Inner, call: &Call, body: &Map<String, Value>) -> Result<(), Problem> {
    if !world.options.strict {
        return Ok(());
    }
    let found = check(body, &inner.keys);
    let Some((place, reason)) = found.first() else { return Ok(()) };
    let problem = Problem::bad_request(format!("{place}: {reason}"));
    for (place, reason) in found {
        inner.journal.leak(Leak { call: call.number, place, reason });
    }
    Err(problem)
}

/// `GET` and `POST encrypt/Users/contacts`.
///
/// # Errors
/// Without a valid token, or with a body that is not acceptable.
pub fn contacts(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    match call.method.as_str() {
        "GET" => {
            let mut inner = world.lock();
            let list = inner.books.entry(caller.user.clone()).or_default().list(&caller.user);
            Ok(Reply { body: list.into(), ..Reply::empty(200) })
        }
        "POST" => create_contact(world, call, &caller),
        _ => Err(Problem::method_not_allowed()),
    }
}

fn create_contact(world: &World, call: &Call, caller: &Access) -> Result<Reply, Problem> {
    let mut body: Map<String, Value> = call.json()?;
    strings(&body, "groups")?;
    let mut inner = world.lock();
    strict(world, &mut inner, call, &body)?;
    let book = inner.books.entry(caller.user.clone()).or_default();
    let id = match (body.get("contactType").and_then(Value::as_str), body.get("contactId").and_then(Value::as_str)) {
        (Some("CUSTOM"), _) => Uuid::new_v4().to_string(),
        (Some("CLOUD"), Some(id)) if !id.is_empty() => id.to_owned(),
        (Some("CLOUD"), _) => return Err(Problem::bad_request("contactId is required for contactType CLOUD")),
        _ => return Err(Problem::bad_request("contactType must be CUSTOM or CLOUD")),
    };
    if book.contacts.iter().any(|contact| contact.id == id) {
        return Err(Problem::new(409, "The contact exists already"));
    }
    body.entry("groups").or_insert_with(|| json!([]));
    body.insert("avatarUrlDomain".to_owned(), "avatar.simulator.test".into());
    let record = Record::new(id, "contactId", &caller.user, body);
    let reply = Reply::json(201, &Value::Object(record.body.clone()));
    book.contacts.push(record);
    Ok(reply)
}

/// `POST encrypt/Users/groups`.
///
/// # Errors
/// Without a valid token, or with a body that is not acceptable.
pub fn groups(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    if call.method != "POST" {
        return Err(Problem::method_not_allowed());
    }
    let body: Map<String, Value> = call.json()?;
    if !body.get("displayName").is_some_and(Value::is_string) {
        return Err(Problem::bad_request("displayName is missing"));
    }
    if !matches!(body.get("groupType").and_then(Value::as_str), Some("NORMAL" | "EXTERNAL")) {
        return Err(Problem::bad_request("groupType must be NORMAL or EXTERNAL"));
    }
    let mut inner = world.lock();
    strict(world, &mut inner, call, &body)?;
    let record = Record::new(Uuid::new_v4().to_string(), "groupId", &caller.user, body);
    let book = inner.books.entry(caller.user).or_default();
    let reply = Reply::json(201, &book.group_json(&record));
    book.groups.push(record);
    Ok(reply)
}

fn removed(what: &str, was_there: bool) -> Result<Reply, Problem> {
    if was_there { Ok(Reply::empty(204)) } else { Err(Problem::not_found(what)) }
}

/// `DELETE` and, if it was switched on, `PATCH encrypt/Users/contacts/{id}`.
///
/// # Errors
/// 404 for an unknown id, 405 for any other method.
pub fn one_contact(world: &World, call: &Call, id: &str) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    let mut inner = world.lock();
    match call.method.as_str() {
        "DELETE" => removed("contact", inner.books.entry(caller.user).or_default().remove_contact(id)),
        "PATCH" if world.options.patch => patch(world, &mut inner, call, &caller, id, false),
        _ => Err(Problem::method_not_allowed()),
    }
}

/// `DELETE` and, if it was switched on, `PATCH encrypt/Users/groups/{id}`.
///
/// # Errors
/// 404 for an unknown id, 405 for any other method.
pub fn one_group(world: &World, call: &Call, id: &str) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    let mut inner = world.lock();
    match call.method.as_str() {
        "DELETE" => removed("group", inner.books.entry(caller.user).or_default().remove_group(id)),
        "PATCH" if world.options.patch => patch(world, &mut inner, call, &caller, id, true),
        _ => Err(Problem::method_not_allowed()),
    }
}

/// Members given replace members stored (modelled on section 10.2; nothing public confirms it).
fn patch(
    world: &World,
    inner: &mut Inner,
    call: &Call,
    caller: &Access,
    id: &str,
    is_group: bool,
) -> Result<Reply, Problem> {
    let changes: Map<String, Value> = call.json()?;
    let fixed = ["contactId", "groupId", "contactType", "groupType", "ownerId", "meta", "members"];
    if let Some(member) = changes.keys().find(|member| fixed.contains(&member.as_str())) {
        return Err(Problem::bad_request(format!("{member} cannot be changed")));
    }
    strings(&changes, "groups")?;
    let book = inner.books.entry(caller.user.clone()).or_default();
    let records = if is_group { &book.groups } else { &book.contacts };
    let found = records.iter().find(|record| record.id == id);
    let mut record = found.cloned().ok_or_else(|| Problem::not_found(if is_group { "group" } else { "contact" }))?;
    record.body.extend(changes);
    strict(world, inner, call, &record.body)?;
    record.touch();
    let book = inner.books.entry(caller.user.clone()).or_default();
    let shown = if is_group { book.group_json(&record) } else { Value::Object(record.body.clone()) };
    let records = if is_group { &mut book.groups } else { &mut book.contacts };
    if let Some(place) = records.iter_mut().find(|other| other.id == id) {
        *place = record;
    }
    Ok(Reply::json(200, &shown))
}
