//! The members of a JSON object, each as it must be, and what is said of those that are not.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::book::patch::kind_of;

/// A member that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The member: `phoneNumbers[1].value`.
    pub member: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// All members that are not as they must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Misfits(pub Vec<Misfit>);

impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Misfit { member, reason }) in self.0.iter().enumerate() {
            write!(f, "{}{member}: {reason}", if number == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// Reads members, and gathers what is wrong with them.
#[derive(Default)]
pub(super) struct Reader {
    misfits: Vec<Misfit>,
}

impl Reader {
    pub fn fault(&mut self, member: &str, reason: String) {
        self.misfits.push(Misfit { member: member.to_owned(), reason });
    }

    pub fn finish<T>(self, read: T) -> Result<T, Misfits> {
        if self.misfits.is_empty() { Ok(read) } else { Err(Misfits(self.misfits)) }
    }

    pub fn object(&mut self, what: &str, value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_else(|| {
            self.fault(what, format!("must be an object, not {}", kind_of(value)));
            Map::new()
        })
    }

    pub fn reject_unknown(&mut self, path: &str, members: &Map<String, Value>, known: &[&str]) {
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
            let near = near.filter(|known| strsim::damerau_levenshtein(known, name) <= 3 + name.len() / 4);
            let reason = match near {
                Some(near) => format!("there is no such member; did you mean {near}?"),
                None => format!("there is no such member; there are {}", known.join(", ")),
            };
            self.fault(&format!("{path}{name}"), reason);
        }
    }

    pub fn scalar<T: Default>(&mut self, member: &str, value: &Value, get: fn(&Value) -> Option<T>, wanted: &str) -> T {
        if value.is_null() {
            return T::default();
        }
        get(value).unwrap_or_else(|| {
            self.fault(member, format!("must be {wanted}, not {}", kind_of(value)));
            T::default()
        })
    }

    pub fn text(&mut self, member: &str, value: &Value) -> String {
        self.scalar(member, value, |value| value.as_str().map(str::to_owned), "a text")
    }

    pub fn list(&mut self, member: &str, value: &Value) -> Vec<Value> {
        self.scalar(member, value, |value| value.as_array().cloned(), "a list")
    }

    pub fn texts(&mut self, member: &str, value: &Value) -> Vec<String> {
        let values = self.list(member, value);
        let texts = values.iter().enumerate().map(|(n, value)| self.text(&format!("{member}[{n}]"), value));
        texts.collect()
    }

    /// A list of objects whose members are texts, but for `primary`.
    pub fn entries<T: DeserializeOwned>(
        &mut self,
        member: &str,
        value: &Value,
        known: &[&str],
        example: &str,
        tidy: fn(T) -> T,
    ) -> Vec<T> {
        let list = self.list(member, value);
        let mut entries = Vec::with_capacity(list.len());
        for (number, value) in list.iter().enumerate() {
            let path = format!("{member}[{number}]");
            let Value::Object(entry) = value else {
                let wanted = format!("must be an object such as {{\"{example}\": …}}, not {}", kind_of(value));
                self.fault(&path, wanted);
                continue;
            };
            if let Some(entry) = self.entry(&path, entry, known) {
                entries.push(tidy(entry));
            }
        }
        entries
    }

    pub fn entry<T: DeserializeOwned>(&mut self, path: &str, entry: &Map<String, Value>, known: &[&str]) -> Option<T> {
        let before = self.misfits.len();
        self.reject_unknown(&format!("{path}."), entry, known);
        for (name, value) in entry.iter().filter(|(name, _)| known.contains(&name.as_str())) {
            let member = format!("{path}.{name}");
            if name == "primary" {
                self.scalar(&member, value, Value::as_bool, "true or false");
            } else {
                self.text(&member, value);
            }
        }
        let present = entry.iter().filter(|(_, value)| !value.is_null());
        let present = present.map(|(name, value)| (name.clone(), value.clone())).collect();
        let read = serde_json::from_value(Value::Object(present));
        (self.misfits.len() == before).then_some(read).and_then(Result::ok)
    }
}
