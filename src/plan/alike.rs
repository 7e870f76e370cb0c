//! Whether a new record may be the next version of one that vanished.

use std::collections::{BTreeMap, BTreeSet};

use super::image::{Image, lists, texts};
use crate::book::name::fold_case;

/// More records than this that share a value are not told apart by it: the number of a switchboard names nobody.
const CROWD: usize = 32;

/// Pairs of records that are unambiguously the same: each has no second candidate.
pub(super) fn pairs_of(old: &[&Image], new: &[&Image]) -> Vec<(usize, usize)> {
    let mut by_trait: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, image) in new.iter().enumerate() {
        for key in traits(image) {
            by_trait.entry(key).or_default().push(at);
        }
    }
    let mut candidates: Vec<BTreeSet<usize>> = Vec::new();
    let mut claims = vec![0_usize; new.len()];
    for image in old {
        let near = traits(image).into_iter().filter_map(|key| by_trait.get(&key)).filter(|near| near.len() <= CROWD);
        let near: BTreeSet<usize> = near.flatten().copied().collect();
        let same: BTreeSet<usize> = near.into_iter().filter(|at| same_record(image, new[*at])).collect();
        same.iter().for_each(|at| claims[*at] += 1);
        candidates.push(same);
    }
    let only = |(at, same): (usize, BTreeSet<usize>)| match same.first() {
        Some(found) if same.len() == 1 && claims[*found] == 1 => Some((at, *found)),
        _ => None,
    };
    candidates.into_iter().enumerate().filter_map(only).collect()
}

/// The same name and an equal address, or most fields equal.
fn same_record(old: &Image, new: &Image) -> bool {
    if old.holder() != new.holder() {
        return false;
    }
    let named = name(old).is_some_and(|name| self::name(new).as_ref() == Some(&name));
    let reached = addresses(old).intersection(&addresses(new)).next().is_some();
    named && reached || mostly_equal(old, new)
}

fn mostly_equal(old: &Image, new: &Image) -> bool {
    let (one, other) = (old.profile(), new.profile());
    let texts = texts(one).into_iter().zip(texts(other)).map(|((_, a), (_, b))| (a.is_empty() && b.is_empty(), a == b));
    let lists = lists(one).into_iter().zip(lists(other)).map(|((_, a), (_, b))| (a.is_empty() && b.is_empty(), a == b));
    let address = (one.addresses.is_empty() && other.addresses.is_empty(), one.addresses == other.addresses);
    let filled: Vec<bool> =
        texts.chain(lists).chain([address]).filter(|(absent, _)| !absent).map(|(_, equal)| equal).collect();
    let equal = filled.iter().filter(|equal| **equal).count();
    equal >= 2 && equal * 2 > filled.len()
}

fn name(image: &Image) -> Option<String> {
    let profile = image.profile();
    let whole = [profile.first_name.as_str(), profile.last_name.as_str()].join(" ");
    let name = if profile.display_name.is_empty() { whole.trim() } else { profile.display_name.as_str() };
    let folded = fold_case(name.trim());
    (!folded.is_empty()).then_some(folded)
}

fn addresses(image: &Image) -> BTreeSet<String> {
    let values = lists(image.profile()).into_iter().flat_map(|(_, list)| list);
    values.map(|entry| fold_case(entry.value.trim())).collect()
}

/// What brings two records before the judge.
fn traits(image: &Image) -> BTreeSet<String> {
    addresses(image).into_iter().map(|value| format!("@{value}")).chain(name(image)).collect()
}
