//! One record on all three sides, be it a contact or a group, and what the links say of who is who.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    ops::{Deref, DerefMut},
};

use super::{
    image::ServerId,
    input::{Link, RemoteRecord},
    step::Why,
};

/// One record on all three sides.
pub(super) struct Pair<'a, I, M, L> {
    pub id: Option<I>,
    pub link: Option<&'a Link<I, M>>,
    /// The image agreed on, or what stands for it where the record is linked only now.
    pub base: Option<M>,
    pub ours: Option<&'a L>,
    pub theirs: Option<&'a RemoteRecord<M>>,
    /// Old versions and late twins that are still there.
    pub leftovers: Vec<&'a RemoteRecord<M>>,
    pub why: Why,
    /// We deleted it there ourselves: as the first half of an edit, or because it was gone here for a while.
    pub between: bool,
}

impl<'a, I, M: Clone + PartialEq, L> Pair<'a, I, M, L> {
    fn new(id: Option<I>, link: Option<&'a Link<I, M>>) -> Self {
        let base = link.map(|link| link.image.clone());
        let leftovers = Vec::new();
        Self { id, link, base, ours: None, theirs: None, leftovers, why: Why::Settled, between: false }
    }

    /// One of theirs that nothing is known about.
    pub fn stranger(theirs: &'a RemoteRecord<M>) -> Self {
        Self { theirs: Some(theirs), ..Self::new(None, None) }
    }

    /// Whether both sides had it and the answer does not.
    pub fn vanished(&self) -> bool {
        self.link.is_some() && self.theirs.is_none()
    }

    /// The old versions that the link shall name beside this version and image; `None` where it says all that already. Of
    /// those that an answer which is not `complete` does not show nothing is known.
    pub fn to_link(&self, server: &ServerId, image: &M, complete: bool) -> Option<Vec<ServerId>> {
        let mut superseded: Vec<ServerId> = self.leftovers.iter().map(|old| old.server.clone()).collect();
        let before = self.link.map(|link| &link.superseded[..]).unwrap_or_default();
        for id in before.iter().filter(|_| !complete) {
            if !superseded.contains(id) {
                superseded.push(id.clone());
            }
        }
        let same_ids = superseded.len() == before.len() && superseded.iter().all(|id| before.contains(id));
        let known = self.link.is_some_and(|link| link.server == *server && link.image == *image && same_ids);
        (!known).then_some(superseded)
    }
}

/// All records of a kind, found by our ids.
pub(super) struct Pairs<'a, I, M, L> {
    list: Vec<Pair<'a, I, M, L>>,
    at: HashMap<I, usize>,
}

impl<'a, I: Copy + Eq + Hash, M: Clone + PartialEq, L> Pairs<'a, I, M, L> {
    /// Brings together what the links say is one; of those that are `deleting` what is gone there went by our hand. Also
    /// those there that the links say nothing of, from the oldest to the newest.
    pub fn by_link(
        links: &'a [Link<I, M>],
        locals: &'a [L],
        id_of: impl Fn(&L) -> I,
        deleting: &HashSet<ServerId>,
        there: &HashMap<&ServerId, &'a RemoteRecord<M>>,
    ) -> (Self, Vec<&'a RemoteRecord<M>>) {
        let size = links.len().max(locals.len());
        let mut pairs = Self { list: Vec::with_capacity(size), at: HashMap::with_capacity(size) };
        let mut known: HashSet<&ServerId> = HashSet::with_capacity(links.len());
        for link in links {
            let mut pair = Pair::new(Some(link.id), Some(link));
            pair.theirs = there.get(&link.server).copied();
            pair.between = pair.theirs.is_none() && deleting.contains(&link.server);
            pair.leftovers = link.superseded.iter().filter_map(|id| there.get(id).copied()).collect();
            known.extend(link.superseded.iter().chain([&link.server]));
            pairs.at.insert(link.id, pairs.list.len());
            pairs.list.push(pair);
        }
        for local in locals {
            pairs.of(id_of(local)).ours = Some(local);
        }
        let mut free: Vec<_> = there.values().filter(|record| !known.contains(&record.server)).copied().collect();
        free.sort_by_key(|record| record.age());
        (pairs, free)
    }

    /// The pair of one of ours, if it is among them.
    pub fn known(&mut self, id: I) -> Option<&mut Pair<'a, I, M, L>> {
        self.at.get(&id).and_then(|place| self.list.get_mut(*place))
    }

    /// The pair of one of ours, which is put among them if it is not.
    pub fn of(&mut self, id: I) -> &mut Pair<'a, I, M, L> {
        let place = *self.at.entry(id).or_insert_with(|| {
            self.list.push(Pair::new(Some(id), None));
            self.list.len() - 1
        });
        &mut self.list[place]
    }

    /// Takes pairs out by their places.
    pub fn take_out(&mut self, places: &HashSet<usize>) {
        if !places.is_empty() {
            take_out(&mut self.list, places);
            self.at = self.list.iter().enumerate().filter_map(|(place, pair)| Some((pair.id?, place))).collect();
        }
    }

    /// The pairs alone.
    pub fn into_list(self) -> Vec<Pair<'a, I, M, L>> {
        self.list
    }
}

impl<'a, I, M, L> Deref for Pairs<'a, I, M, L> {
    type Target = [Pair<'a, I, M, L>];

    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

impl<I, M, L> DerefMut for Pairs<'_, I, M, L> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.list
    }
}

/// Takes entries out of a list by their places.
pub(super) fn take_out<T>(list: &mut Vec<T>, places: &HashSet<usize>) {
    let mut place = 0..;
    list.retain(|_| place.next().is_some_and(|place| !places.contains(&place)));
}
