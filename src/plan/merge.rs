//! The three-way merge of two images: field by field, lists by value, groups by membership.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::image::{GroupImage, GroupRef, Holder, Image, lists, lists_mut, texts, texts_mut};
use crate::book::{Address, Field, TypedValue};

/// What became of two images of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<M> {
    /// The changes of both sides in one image; in a field of a conflict our value.
    pub image: M,
    /// The fields to which the sides gave different values.
    pub conflicts: Vec<FieldConflict>,
}

/// A field to which the two sides gave different values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldConflict {
    /// Its name in JSON, as in [`Field::key`].
    pub field: &'static str,
    /// Our value, for people.
    pub mine: String,
    /// Their value, for people.
    pub theirs: String,
}

/// Joins what two sides made of one contact.
pub fn merge(base: &Image, ours: &Image, theirs: &Image) -> Merged<Image> {
    // What most contacts are is not looked at field by field.
    if let Some(chosen) = choose(base, ours, theirs) {
        return Merged { image: chosen.clone(), conflicts: Vec::new() };
    }
    let mut image = ours.clone();
    let mut conflicts = Vec::new();
    let mut note = |field, mine: String, theirs: String| conflicts.push(FieldConflict { field, mine, theirs });
    let (holder, profile, groups) = image.parts_mut();

    match choose(base.holder(), ours.holder(), theirs.holder()) {
        Some(chosen) => holder.clone_from(chosen),
        None => note("contactType", holder_text(ours.holder()), holder_text(theirs.holder())),
    }
    let sides = texts(base.profile()).into_iter().zip(texts(ours.profile())).zip(texts(theirs.profile()));
    for ((((field, base), (_, ours)), (_, theirs)), out) in sides.zip(texts_mut(profile)) {
        match choose(base, ours, theirs) {
            Some(chosen) => out.clone_from(chosen),
            None => note(field.key(), ours.clone(), theirs.clone()),
        }
    }
    let sides = lists(base.profile()).into_iter().zip(lists(ours.profile())).zip(lists(theirs.profile()));
    for ((((field, base), (_, ours)), (_, theirs)), out) in sides.zip(lists_mut(profile)) {
        match merge_values(base, ours, theirs) {
            Some(merged) => *out = merged,
            None => note(field.key(), values_text(ours), values_text(theirs)),
        }
    }
    // Half of one address and half of another are no address, so this is one field.
    let addresses = (&base.profile().addresses, &ours.profile().addresses, &theirs.profile().addresses);
    match choose(addresses.0, addresses.1, addresses.2) {
        Some(chosen) => profile.addresses.clone_from(chosen),
        None => note(Field::Addresses.key(), address_text(addresses.1), address_text(addresses.2)),
    }
    *groups = merge_sets(base.groups(), ours.groups(), theirs.groups());
    Merged { image, conflicts }
}

/// Joins what two sides made of one group.
pub fn merge_groups(base: &GroupImage, ours: &GroupImage, theirs: &GroupImage) -> Merged<GroupImage> {
    let mut image = ours.clone();
    let mut conflicts = Vec::new();
    match choose(&base.name, &ours.name, &theirs.name) {
        Some(name) => image.name.clone_from(name),
        None => {
            conflicts.push(FieldConflict { field: "name", mine: ours.name.clone(), theirs: theirs.name.clone() });
        }
    }
    // Of two values only one can differ from the base, or both differ alike.
    if let Some(kind) = choose(&base.group_type, &ours.group_type, &theirs.group_type) {
        image.group_type = *kind;
    }
    Merged { image, conflicts }
}

/// Takes the fields of conflicts from `theirs`.
pub(super) fn with_theirs(merged: &Image, theirs: &Image, conflicts: &[FieldConflict]) -> Image {
    let mut image = merged.clone();
    let in_question = |field: &str| conflicts.iter().any(|conflict| conflict.field == field);
    let (holder, profile, _) = image.parts_mut();
    if in_question("contactType") {
        holder.clone_from(theirs.holder());
    }
    for ((field, from), to) in texts(theirs.profile()).into_iter().zip(texts_mut(profile)) {
        if in_question(field.key()) {
            to.clone_from(from);
        }
    }
    for ((field, from), to) in lists(theirs.profile()).into_iter().zip(lists_mut(profile)) {
        if in_question(field.key()) {
            to.clone_from(from);
        }
    }
    if in_question(Field::Addresses.key()) {
        profile.addresses.clone_from(&theirs.profile().addresses);
    }
    image
}

/// The value of the side that changed it; `None` where both did, differently.
fn choose<'a, T: PartialEq>(base: &T, ours: &'a T, theirs: &'a T) -> Option<&'a T> {
    if ours == theirs || theirs == base {
        Some(ours)
    } else if ours == base {
        Some(theirs)
    } else {
        None
    }
}

fn merge_sets(base: &BTreeSet<GroupRef>, ours: &BTreeSet<GroupRef>, theirs: &BTreeSet<GroupRef>) -> BTreeSet<GroupRef> {
    let stays = |group: &&GroupRef| !base.contains(*group) || (ours.contains(*group) && theirs.contains(*group));
    ours.union(theirs).filter(stays).cloned().collect()
}

/// A value and which of its equals in the list it is: what an entry is known by while its type changes.
type Key<'a> = (&'a str, usize);

fn keyed(list: &[TypedValue]) -> Vec<(Key<'_>, &TypedValue)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    list.iter()
        .map(|entry| {
            let count = seen.entry(&entry.value).or_default();
            *count += 1;
            ((entry.value.as_str(), *count), entry)
        })
        .collect()
}

fn merge_values(base: &[TypedValue], ours: &[TypedValue], theirs: &[TypedValue]) -> Option<Vec<TypedValue>> {
    if let Some(chosen) = choose(&base, &ours, &theirs) {
        return Some(chosen.to_vec());
    }
    let (base, ours, theirs) = (keyed(base), keyed(ours), keyed(theirs));
    let maps = [&base, &ours, &theirs].map(|list| list.iter().copied().collect::<BTreeMap<_, _>>());
    let mut kept: BTreeMap<Key, &TypedValue> = BTreeMap::new();
    for key in maps.iter().flat_map(BTreeMap::keys) {
        match maps.each_ref().map(|map| map.get(key).copied()) {
            [_, None, None] => {}
            [Some(was), Some(one), None] | [Some(was), None, Some(one)] if was == one => {}
            // Somebody changed the type of what the other removed: the edit wins.
            [_, Some(one), None] | [_, None, Some(one)] => drop(kept.insert(*key, one)),
            [Some(was), Some(mine), Some(other)] => drop(kept.insert(*key, *choose(&was, &mine, &other)?)),
            [None, Some(mine), Some(other)] if mine == other => drop(kept.insert(*key, mine)),
            [None, Some(_), Some(_)] => return None,
        }
    }
    let primaries = |entries: &mut dyn Iterator<Item = &TypedValue>| entries.filter(|entry| entry.primary).count();
    let most = primaries(&mut ours.iter().map(|(_, e)| *e)).max(primaries(&mut theirs.iter().map(|(_, e)| *e)));
    if primaries(&mut kept.values().copied()) > most.max(1) {
        return None;
    }
    Some(in_order(&kept, &base, &ours, &theirs).into_iter().map(|key| kept[&key].clone()).collect())
}

/// The side that added or moved something says the order. Where both did, it is that of the base, then whatever is new
/// by value, so that neither side's merge differs from the other's.
fn in_order<'a>(
    kept: &BTreeMap<Key<'a>, &TypedValue>,
    base: &[(Key<'a>, &TypedValue)],
    ours: &[(Key<'a>, &TypedValue)],
    theirs: &[(Key<'a>, &TypedValue)],
) -> Vec<Key<'a>> {
    let of = |list: &[(Key<'a>, &TypedValue)]| list.iter().map(|(key, _)| *key).collect::<Vec<_>>();
    let (base, ours, theirs) = (of(base), of(ours), of(theirs));
    let covers = |list: &[Key<'a>]| kept.keys().all(|key| list.contains(key));
    let moved = |list: &[Key<'a>]| {
        let common = |one: &[Key<'a>], other: &[Key<'a>]| {
            one.iter().filter(|key| kept.contains_key(*key) && other.contains(key)).copied().collect::<Vec<_>>()
        };
        common(list, &base) != common(&base, list)
    };
    let survivors = |list: &[Key<'a>]| list.iter().filter(|key| kept.contains_key(*key)).copied().collect::<Vec<_>>();
    match (covers(&ours) && !moved(&theirs), covers(&theirs) && !moved(&ours)) {
        (true, false) => survivors(&ours),
        (false, true) => survivors(&theirs),
        (true, true) if survivors(&ours) == survivors(&theirs) => survivors(&ours),
        _ => {
            let mut order = survivors(&base);
            let new: Vec<_> = kept.keys().filter(|key| !order.contains(key)).copied().collect();
            order.extend(new);
            order
        }
    }
}

fn holder_text(holder: &Holder) -> String {
    match holder {
        Holder::Custom => "CUSTOM".to_owned(),
        Holder::Cloud(_) => "CLOUD".to_owned(),
        Holder::Elsewhere => "CLOUD of another directory".to_owned(),
    }
}

fn values_text(values: &[TypedValue]) -> String {
    let one = |entry: &TypedValue| match (entry.kind.as_str(), entry.primary) {
        ("", false) => entry.value.clone(),
        ("", true) => format!("{} (preferred)", entry.value),
        (_, false) => format!("{} ({})", entry.value, entry.word()),
        (_, true) => format!("{} ({}, preferred)", entry.value, entry.word()),
    };
    values.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn address_text(addresses: &[Address]) -> String {
    addresses.first().map(|address| address.lines().join(", ")).unwrap_or_default()
}
