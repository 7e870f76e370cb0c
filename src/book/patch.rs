//! Field differences between two documents, and the three-way merge that follows from them.
//!
//! A document is the JSON form of a contact or a group; a field is one of its members. Lists are one field: two
//! people who each add a number to the same contact meet in a conflict, never in a silent mixture.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The JSON form of a contact or a group.
pub type Document = Map<String, Value>;

/// Stamped anew by every commit, so never a difference and never a conflict.
const STAMP: &str = "modified";

/// The document of a contact or a group.
///
/// # Panics
/// Never for the types of this module: they serialise to JSON objects.
pub fn document<T: Serialize>(record: &T) -> Document {
    match serde_json::to_value(record) {
        Ok(Value::Object(map)) => map,
        other => unreachable!("a record is a JSON object, not {other:?}"),
    }
}

/// What people call a kind of JSON.
pub const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The contact or group that a document holds.
pub fn record<T: DeserializeOwned>(document: Document) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(document))
}

/// For each field that differs its value before and after; `null` stands for an absent field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patch(pub BTreeMap<String, (Value, Value)>);

impl Patch {
    /// What turns `before` into `after`.
    pub fn between(before: &Document, after: &Document) -> Self {
        let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
        let at = |document: &Document, key: &String| document.get(key).cloned().unwrap_or(Value::Null);
        let differences = keys
            .filter(|key| *key != STAMP)
            .map(|key| (key.clone(), (at(before, key), at(after, key))))
            .filter(|(_, (old, new))| old != new);
        Self(differences.collect())
    }

    /// The patch that takes this one back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self(self.0.into_iter().map(|(key, (before, after))| (key, (after, before))).collect())
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Merges the patch into `current` and returns the fields left as they are, because they are neither what the
    /// patch expects nor what it wants.
    pub fn merge_into(&self, current: &mut Document) -> Vec<String> {
        let mut kept = Vec::new();
        for (key, (before, after)) in &self.0 {
            let now = current.get(key).unwrap_or(&Value::Null);
            if now == after {
                continue;
            }
            if now != before {
                kept.push(key.clone());
            } else if after.is_null() {
                current.shift_remove(key);
            } else {
                current.insert(key.clone(), after.clone());
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn documents() -> impl Strategy<Value = Document> {
        proptest::collection::btree_map("[a-d]", 0..3_i32, 0..4)
            .prop_map(|map| map.into_iter().map(|(key, value)| (key, json!(value))).collect())
    }

    proptest! {
        #[test]
        fn a_patch_leads_to_its_target_and_its_inverse_back(before in documents(), after in documents()) {
            let patch = Patch::between(&before, &after);
            let mut current = before.clone();
            prop_assert!(patch.merge_into(&mut current).is_empty());
            prop_assert_eq!(&current, &after);
            prop_assert!(patch.inverse().merge_into(&mut current).is_empty());
            prop_assert_eq!(current, before);
        }

        #[test]
        fn a_merge_keeps_every_field_that_somebody_else_changed(base in documents(), mine in documents(), theirs in documents()) {
            let patch = Patch::between(&base, &mine);
            let mut merged = theirs.clone();
            let kept = patch.merge_into(&mut merged);
            for (key, value) in &theirs {
                if base.get(key) != Some(value) && mine.get(key) != Some(value) && patch.0.contains_key(key) {
                    prop_assert!(kept.contains(key));
                    prop_assert_eq!(merged.get(key), Some(value));
                }
            }
        }
    }

    #[test]
    fn the_stamp_is_no_difference() {
        let (old, new) = (json!({"modified": 1}), json!({"modified": 2}));
        assert!(Patch::between(old.as_object().unwrap(), new.as_object().unwrap()).is_empty());
    }
}
