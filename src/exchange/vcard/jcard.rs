//! The properties that are no field, as jCard arrays (RFC 7095 section 3.3): the same from whichever version.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{
    Version,
    card::{Card, is_many},
    property::{Property, is_name},
    role::{Role, candidate, placeholder},
    transcode::{Shape, respell, shape, transcode},
    value::{components, escape_uri, join, text},
};
use crate::book::CardSource;

/// The properties of a card that no field of a contact holds, in their order, in a form that does not depend on the
/// version of the card: `["anniversary", {}, "date-and-or-time", "20090808"]`.
pub fn unmanaged(card: &CardSource) -> Vec<Value> {
    let card = Card::of(Some(card));
    card.places(Role::Unmanaged).map(|at| array(&card.properties[at], card.version)).collect()
}

/// The card with other properties in place of those that [`unmanaged`] lists. A property that is listed and was there
/// keeps its line. `None` when nothing is left of the card.
///
/// # Errors
/// A sentence for the user, when an array is no property or names a field of the contact.
pub fn with_unmanaged(card: Option<CardSource>, properties: &[Value]) -> Result<Option<CardSource>, String> {
    if card.as_ref().map(unmanaged).unwrap_or_default() == properties {
        return Ok(card);
    }
    let old = Card::of(card.as_ref());
    let version = if card.is_none() { Version::V4 } else { old.version };
    // Nothing is written as 2.1, so such a card moves on.
    let target = if version == Version::V2_1 { Version::V3 } else { version };
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for at in old.places(Role::Unmanaged).collect::<Vec<_>>().into_iter().rev() {
        known.entry(array(&old.properties[at], old.version).to_string()).or_default().push(at);
    }
    let mut wanted = Vec::with_capacity(properties.len());
    for value in properties {
        let made = property(value)?;
        let made = match known.get_mut(&array(&made, Version::V4).to_string()).and_then(Vec::pop) {
            Some(at) => transcode(&old.properties[at], version, target),
            None => transcode(&made, Version::V4, target),
        };
        wanted.push(made);
    }
    let kept = old.properties.iter().zip(&old.roles).filter(|(_, role)| **role != Role::Unmanaged);
    let mut all: Vec<Property> = kept.map(|(property, _)| transcode(property, version, target)).collect();
    let roles: HashSet<Role> = wanted.iter().map(|property| candidate(property, target)).collect();
    for role in roles.into_iter().filter(|role| !is_many(*role)) {
        // A second NOTE is a property of its own only after a first one, which is the field.
        if !all.iter().any(|property| candidate(property, target) == role) {
            all.extend(placeholder(role, target));
        }
    }
    let first = all.len();
    all.append(&mut wanted);
    let new = Card::new(target, all);
    if let Some(at) = (first..new.roles.len()).find(|at| new.roles[*at] != Role::Unmanaged) {
        let name = new.properties[at].key().to_lowercase();
        return Err(format!("'{name}' is a field of the contact itself; write it there, not in vcardProperties"));
    }
    let lines: Vec<String> = new.properties.iter().map(Property::to_line).collect();
    let version = target.as_str().to_owned();
    Ok((!lines.is_empty()).then_some(CardSource { version, lines }))
}

fn array(property: &Property, version: Version) -> Value {
    let property = respell(property, version, Version::V4);
    let shape = shape(property.key());
    let mut params: Vec<(String, Value)> = Vec::new();
    if !property.group().is_empty() {
        params.push(("group".to_owned(), Value::from(property.group())));
    }
    for param in property.params().iter().filter(|param| param.name != "VALUE") {
        let mut values = param.values.clone();
        if param.name == "TYPE" {
            values = property.types().map(str::to_lowercase).collect();
            values.sort();
            values.dedup();
        }
        let value = if values.len() == 1 { Value::from(values.remove(0)) } else { Value::from(values) };
        params.push((param.name.to_lowercase(), value));
    }
    params.sort_by(|(a, _), (b, _)| a.cmp(b));
    let params: Map<String, Value> = params.into_iter().collect();
    let declared = property.param("VALUE").map(str::to_owned);
    let value = if shape == Shape::Structured && declared.is_none() {
        let lists = components(&property).into_iter().map(|mut list| match list.len() {
            1 => Value::from(list.remove(0)),
            _ => Value::from(list),
        });
        Value::from(lists.collect::<Vec<_>>())
    } else {
        Value::from(text(&property))
    };
    let kind = declared.unwrap_or_else(|| kind(shape).to_owned());
    json!([property.key().to_lowercase(), params, kind, value])
}

const fn kind(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Structured => "text",
        Shape::Uri => "uri",
        Shape::Date => "date-and-or-time",
        Shape::Language => "language-tag",
        Shape::Unknown => "unknown",
    }
}

/// The property of 4.0 that an array describes.
fn property(value: &Value) -> Result<Property, String> {
    let wrong = || format!("{value} is no vCard property; write it as [\"name\", {{}}, \"type\", \"value\"]");
    let [name, params, kind, values @ ..] = value.as_array().ok_or_else(wrong)?.as_slice() else { return Err(wrong()) };
    let name = name.as_str().filter(|name| is_name(name)).ok_or_else(wrong)?;
    let kind_given = kind.as_str().ok_or_else(wrong)?;
    let shape = shape(&name.to_ascii_uppercase());
    let lists: Vec<Vec<String>> = match values {
        [Value::Array(parts)] => parts.iter().map(words).collect::<Option<_>>().ok_or_else(wrong)?,
        [] => return Err(wrong()),
        // Several values of one property are a list.
        several => vec![several.iter().map(word).collect::<Option<_>>().ok_or_else(wrong)?],
    };
    let raw = match shape {
        Shape::Text | Shape::Structured => join(&lists),
        // An unknown property may well be structured: its separators are not for us to escape.
        _ => escape_uri(&lists.iter().map(|list| list.join(",")).collect::<Vec<_>>().join(";")),
    };
    let mut property = Property::new(&name.to_ascii_uppercase(), raw);
    for (name, value) in params.as_object().ok_or_else(wrong)? {
        let values = words(value).ok_or_else(wrong)?;
        match name.to_ascii_uppercase().as_str() {
            "GROUP" => property.set_group(values.first().filter(|group| is_name(group)).ok_or_else(wrong)?),
            "TYPE" => values.iter().for_each(|word| property.add_type(word)),
            name if is_name(name) => property.add_all(name, values),
            _ => return Err(wrong()),
        }
    }
    if kind_given != self::kind(shape) && is_name(kind_given) {
        property.add("VALUE", kind_given);
    }
    Ok(property)
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.iter().map(word).collect(),
        single => Some(vec![word(single)?]),
    }
}
