//! From keys to actions: the table of actions with a user's overrides over it.

use std::collections::HashMap;

use super::{
    Key,
    action::{Action, Context, Spec, TABLE},
};
use crate::config::{Binding, Mistake};

/// What a sequence of keys means so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An action.
    Action(Action),
    /// The beginning of a longer sequence.
    Begun,
    /// Nothing.
    Nothing,
}

/// The keys of every action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// For each line of the table its sequences of keys.
    keys: Vec<Vec<Vec<Key>>>,
}

impl Default for Keymap {
    fn default() -> Self {
        // The table parses and is free of clashes: a test of this module says so.
        let parse = |spec: &Spec| spec.keys.iter().filter_map(|key| Key::parse_sequence(key).ok()).collect();
        Self { keys: TABLE.iter().map(parse).collect() }
    }
}

impl Keymap {
    /// The table with a user's keys instead of the default ones of the actions named.
    ///
    /// # Errors
    /// Every mistake at once: unknown actions, keys that are none, two actions on one key in one context.
    pub fn new(overrides: &[Binding]) -> Result<Self, Vec<Mistake>> {
        let mut keymap = Self::default();
        let mut clashes = Vec::new();
        let mut lines = HashMap::new();
        for Binding { action, keys, line } in overrides {
            let fault = |key: &str, reason: String| Mistake { line: *line, key: key.to_owned(), reason };
            let Some(index) = TABLE.iter().position(|spec| spec.name == action) else {
                clashes.push(fault(action, format!("there is no such action{}", suggestion(action))));
                continue;
            };
            lines.insert(index, *line);
            keymap.keys[index].clear();
            for text in keys {
                match Key::parse_sequence(text) {
                    Ok(sequence) => keymap.keys[index].push(sequence),
                    Err(reason) => clashes.push(fault(text, reason)),
                }
            }
        }
        clashes.extend(keymap.clashes(&lines));
        clashes.sort_by_key(|clash| clash.line);
        if clashes.is_empty() { Ok(keymap) } else { Err(clashes) }
    }

    /// Two actions on one key (or one on the beginning of the other's sequence) where both apply.
    fn clashes(&self, lines: &HashMap<usize, usize>) -> Vec<Mistake> {
        let mut clashes = Vec::new();
        for (one, other) in (0..TABLE.len()).flat_map(|one| (0..one).map(move |other| (other, one))) {
            let shared = TABLE[one].contexts.iter().filter(|context| TABLE[other].contexts.contains(context));
            let Some(line) = lines.get(&one).max(lines.get(&other)) else { continue };
            let clash = shared.into_iter().find_map(|context| {
                let both = self.keys[one].iter().flat_map(|a| self.keys[other].iter().map(move |b| (a, b)));
                both.into_iter()
                    .find(|(a, b)| {
                        applies(*context, a) && applies(*context, b) && (a.starts_with(b) || b.starts_with(a))
                    })
                    .map(|(a, b)| (*context, if a.len() > b.len() { a } else { b }))
            });
            if let Some((context, key)) = clash {
                let reason = format!(
                    "means both {} and {} in the context '{}'",
                    TABLE[one].name,
                    TABLE[other].name,
                    context.title()
                );
                clashes.push(Mistake { line: *line, key: written(key), reason });
            }
        }
        clashes
    }

    /// What `keys`, pressed one after the other, mean in a context.
    pub fn meaning(&self, context: Context, keys: &[Key]) -> Meaning {
        if !applies(context, keys) {
            return Meaning::Nothing;
        }
        let mut meaning = Meaning::Nothing;
        for (spec, sequences) in TABLE.iter().zip(&self.keys).filter(|(spec, _)| spec.contexts.contains(&context)) {
            for sequence in sequences {
                if sequence == keys {
                    return Meaning::Action(spec.action);
                }
                if sequence.starts_with(keys) {
                    meaning = Meaning::Begun;
                }
            }
        }
        meaning
    }

    /// What keys that were begun can go on with: lines of the table, each with the keys that are left.
    pub fn further<'a>(
        &'a self,
        context: Context,
        begun: &'a [Key],
    ) -> impl Iterator<Item = (&'static Spec, String)> + 'a {
        let here = TABLE.iter().zip(&self.keys).filter(move |(spec, _)| spec.contexts.contains(&context));
        here.flat_map(move |(spec, sequences)| {
            let left = sequences.iter().filter_map(move |keys| keys.strip_prefix(begun));
            left.filter(|left| !left.is_empty()).map(move |left| (spec, written(left)))
        })
    }

    /// The keys of an action that work in a context, as people write them.
    pub fn keys(&self, action: Action, context: Context) -> Vec<String> {
        let own = TABLE.iter().zip(&self.keys).filter(|(spec, _)| spec.action == action);
        own.flat_map(|(_, sequences)| sequences.iter().filter(|keys| applies(context, keys)).map(|k| written(k)))
            .collect()
    }

    /// The whole map, for `callbook keys` and the README: each line of the table with its keys as people write them.
    pub fn listing(&self) -> impl Iterator<Item = (&'static Spec, Vec<String>)> {
        TABLE.iter().zip(&self.keys).map(|(spec, keys)| (spec, keys.iter().map(|k| written(k)).collect()))
    }
}

/// Where one types, a printable key types.
fn applies(context: Context, keys: &[Key]) -> bool {
    !context.types() || keys.first().is_some_and(|key| key.typed().is_none())
}

fn written(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

/// Names what was probably meant: an action of the same last word.
fn suggestion(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let near = TABLE.iter().find(|spec| spec.name.rsplit('.').next() == Some(last));
    near.map_or_else(|| "; `callbook keys` lists them".to_owned(), |spec| format!("; is {} meant?", spec.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::OnContacts;

    fn keys(action: &str, keys: &[&str], line: usize) -> Binding {
        Binding { action: action.to_owned(), keys: keys.iter().map(|k| (*k).to_owned()).collect(), line }
    }

    fn meaning(keymap: &Keymap, context: Context, text: &str) -> Meaning {
        keymap.meaning(context, &Key::parse_sequence(text).unwrap())
    }

    #[test]
    fn the_table_parses_and_no_two_actions_share_a_key_in_a_context() {
        let everything: Vec<_> = TABLE.iter().enumerate().map(|(i, spec)| keys(spec.name, spec.keys, i)).collect();
        assert_eq!(Keymap::new(&everything), Ok(Keymap::default()));
    }

    #[test]
    fn every_action_has_a_line_and_a_name_of_its_own_and_a_key_where_one_types_nothing() {
        let keymap = Keymap::default();
        for (index, spec) in TABLE.iter().enumerate() {
            assert!(!TABLE[..index].iter().any(|other| other.name == spec.name || other.action == spec.action));
            // Where keys type text, the palette is near.
            for context in spec.contexts.iter().filter(|context| !context.types()) {
                assert!(!keymap.keys(spec.action, *context).is_empty(), "{} has no key in {context:?}", spec.name);
            }
        }
    }

    #[test]
    fn an_override_replaces_the_keys_of_its_action() {
        let keymap =
            Keymap::new(&[keys("contacts.delete", &["X", "del"], 3), keys("contacts.create", &["d"], 4)]).unwrap();
        let delete = Meaning::Action(Action::Contacts(OnContacts::Delete));
        assert_eq!(meaning(&keymap, Context::Contacts, "X"), delete);
        assert_eq!(meaning(&keymap, Context::Contacts, "del"), delete);
        assert_eq!(meaning(&keymap, Context::Contacts, "d"), Meaning::Action(Action::Contacts(OnContacts::Create)));
        assert_eq!(meaning(&keymap, Context::Contacts, "g"), Meaning::Begun);
        assert_eq!(meaning(&keymap, Context::Filter, "X"), Meaning::Nothing);
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let clashes = Keymap::new(&[
            keys("contact.delete", &["x"], 1),
            keys("contacts.edit", &["hyper-x"], 2),
            keys("contacts.create", &["d"], 3),
            keys("app.import", &["g"], 4),
        ])
        .unwrap_err();
        let lines: Vec<_> = clashes.iter().map(|m| format!("line {}: {}: {}", m.line, m.key, m.reason)).collect();
        assert_eq!(
            lines.iter().filter(|l| l.starts_with("line 1: contact.delete: there is no such")).count(),
            1,
            "{lines:?}"
        );
        assert!(lines[0].contains("is contacts.delete meant?"));
        assert!(lines[1].starts_with("line 2: hyper-x:"));
        assert!(lines[2].starts_with("line 3: d: means both contacts.create and contacts.delete"), "{lines:?}");
        assert!(lines[3].starts_with("line 4: g g: means both app.import and move.first"), "{lines:?}");
    }
}
