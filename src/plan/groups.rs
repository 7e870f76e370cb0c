//! Which group here is which group there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    contacts::ContactPair,
    image::{GroupImage, GroupRef, ServerId},
    input::{Base, Local, LocalGroup, Remote, RemoteGroup},
    pair::{Pair, Pairs, take_out},
    step::Why,
};
use crate::book::GroupId;

/// One group on all three sides.
pub(super) type GroupPair<'a> = Pair<'a, GroupId, GroupImage, LocalGroup>;

impl GroupPair<'_> {
    pub fn edited_here(&self) -> bool {
        self.ours.is_some_and(|ours| self.base.as_ref().is_some_and(|base| *base != ours.image))
    }

    pub fn edited_there(&self) -> bool {
        self.theirs.is_some_and(|theirs| self.base.as_ref().is_some_and(|base| *base != theirs.image))
    }

    fn is_default(&self) -> bool {
        let names = [self.ours.map(|g| &g.image), self.theirs.map(|g| &g.image), self.base.as_ref()];
        names.into_iter().flatten().next().is_some_and(GroupImage::is_default)
    }

    pub fn name(&self) -> String {
        let names = [self.ours.map(|g| &g.image), self.theirs.map(|g| &g.image), self.base.as_ref()];
        names.into_iter().flatten().next().map(|image| image.name.clone()).unwrap_or_default()
    }
}

/// All groups, and what the ids of either side mean.
pub(super) struct Groups<'a> {
    pub pairs: Vec<GroupPair<'a>>,
    /// The default group, where there is one on either side.
    pub default: Option<GroupRef>,
    /// Further groups of its name: shown under the one, never written.
    pub aliases: HashMap<GroupRef, GroupRef>,
}

impl<'a> Groups<'a> {
    pub fn pair(base: &'a Base, local: &'a Local, remote: &'a Remote) -> Self {
        let there: HashMap<&ServerId, &RemoteGroup> = remote.groups.iter().map(|g| (&g.server, g)).collect();
        let (mut pairs, mut free) =
            Pairs::by_link(&base.groups, &local.groups, |group| group.id, &base.deleting, &there);
        by_ciphertext(base, &mut pairs, &mut free);
        let mut pairs = pairs.into_list();
        by_name(base, &mut pairs, &mut free);
        let (default, aliases) = one_default(&mut pairs, &mut free);
        pairs.extend(free.into_iter().map(Pair::stranger));
        Self { pairs, default, aliases }
    }

    /// A group that vanished while exactly its contacts came to be in a new one was renamed there.
    pub fn find_renamed(&mut self, contacts: &[ContactPair]) {
        let new: HashMap<ServerId, usize> = self
            .pairs
            .iter()
            .enumerate()
            .filter(|(_, pair)| pair.id.is_none() && !pair.is_default())
            .filter_map(|(at, pair)| pair.theirs.map(|theirs| (theirs.server.clone(), at)))
            .collect();
        if new.is_empty() {
            return;
        }
        let linked = || {
            let known = contacts.iter().enumerate();
            known.filter_map(|(at, c)| Some((at, c.base.as_ref()?, c.theirs.filter(|theirs| !theirs.unreadable)?)))
        };
        let mut now: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (member, _, theirs) in linked() {
            for group in theirs.image.groups() {
                if let GroupRef::Theirs(server) = group
                    && let Some(place) = new.get(server)
                {
                    now.entry(*place).or_default().insert(member);
                }
            }
        }
        let mut claims: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, pair) in self.pairs.iter().enumerate() {
            let Some(ours) = pair.ours.filter(|_| pair.vanished() && !pair.is_default()) else { continue };
            let group = GroupRef::Ours(ours.id);
            let members = linked().filter(|(_, base, _)| base.groups().contains(&group));
            let before: BTreeSet<usize> = members.map(|(member, ..)| member).collect();
            let became: Vec<usize> = now.iter().filter(|(_, now)| **now == before).map(|(place, _)| *place).collect();
            if let [place] = became[..] {
                claims.entry(place).or_default().push(at);
            }
        }
        let mut merged: HashSet<usize> = HashSet::new();
        for (place, claimants) in claims {
            if let [at] = claimants[..] {
                self.pairs[at].theirs = self.pairs[place].theirs;
                self.pairs[at].why = Why::Replacement;
                merged.insert(place);
            }
        }
        take_out(&mut self.pairs, &merged);
    }

    pub fn is_alias(&self, group: &GroupRef) -> bool {
        self.aliases.contains_key(group)
    }
}

fn by_ciphertext<'a>(
    base: &'a Base,
    pairs: &mut Pairs<'a, GroupId, GroupImage, LocalGroup>,
    free: &mut Vec<&'a RemoteGroup>,
) {
    free.retain(|group| {
        let Some(sent) = base.sent_groups.iter().find(|sent| !sent.sealed.is_disjoint(&group.sealed)) else {
            return true;
        };
        let pair = pairs.of(sent.id);
        let newer = sent.open && pair.theirs.is_some_and(|theirs| sent.replaces.as_ref() == Some(&theirs.server));
        if pair.theirs.is_some() && !newer {
            pair.leftovers.push(group);
            return false;
        }
        pair.leftovers.extend(pair.theirs);
        pair.theirs = Some(group);
        pair.base = Some(sent.image.clone());
        pair.why = Why::Ciphertext;
        false
    });
}

/// A group is its name, so of two of one name the older one may be taken: nothing is lost by that.
fn by_name<'a>(base: &'a Base, pairs: &mut [GroupPair<'a>], free: &mut Vec<&'a RemoteGroup>) {
    let mut take = |wanted: &[&GroupImage]| {
        let found = free
            .iter()
            .position(|group| !group.unreadable && wanted.iter().any(|image| image.folded() == group.image.folded()))?;
        Some(free.remove(found))
    };
    for pair in pairs.iter_mut().filter(|pair| pair.vanished()) {
        let wanted: Vec<&GroupImage> =
            pair.ours.map(|ours| &ours.image).into_iter().chain(pair.base.as_ref()).collect();
        if let Some(group) = take(&wanted) {
            pair.theirs = Some(group);
            pair.why = Why::Replacement;
        }
    }
    let mut unlinked: Vec<&mut GroupPair> = pairs.iter_mut().filter(|pair| pair.base.is_none()).collect();
    unlinked.sort_by_key(|pair| pair.id);
    // What was sent and never answered may have arrived, and somebody may have sealed it anew while it was renamed here.
    let sent = base.sent_groups.iter().filter(|sent| sent.open);
    let sent: HashMap<GroupId, &GroupImage> = sent.map(|sent| (sent.id, &sent.image)).collect();
    for as_sent in [false, true] {
        for pair in unlinked.iter_mut().filter(|pair| pair.theirs.is_none()) {
            let Some(ours) = pair.ours else { continue };
            let image = if as_sent { sent.get(&ours.id).copied() } else { Some(&ours.image) };
            let Some(image) = image else { continue };
            if let Some(group) = take(&[image]) {
                pair.theirs = Some(group);
                // With ours for the base a name in other letters is their edit: it costs nothing here, and much there.
                pair.base = Some(image.clone());
                pair.why = Why::Equal;
            }
        }
    }
    for pair in pairs.iter_mut().filter(|pair| pair.edited_here() && !pair.edited_there()) {
        let (Some(ours), Some(old)) = (pair.ours, pair.theirs.filter(|old| !old.unreadable)) else { continue };
        if ours.image.folded() == old.image.folded() {
            continue;
        }
        if let Some(group) = take(&[&ours.image]) {
            pair.leftovers.push(old);
            pair.theirs = Some(group);
            pair.base = Some(ours.image.clone());
            pair.why = Why::Equal;
        }
    }
}

/// The default group, and what else has its name.
fn one_default<'a>(
    pairs: &mut [GroupPair<'a>],
    free: &mut Vec<&'a RemoteGroup>,
) -> (Option<GroupRef>, HashMap<GroupRef, GroupRef>) {
    let mut defaults: Vec<(bool, GroupId)> = pairs
        .iter()
        .filter(|pair| pair.theirs.is_none_or(|theirs| theirs.image.is_default()))
        .filter_map(|pair| {
            pair.ours.filter(|ours| ours.image.is_default()).map(|ours| (pair.theirs.is_none(), ours.id))
        })
        .collect();
    defaults.sort_unstable();
    let still_theirs = |pair: &&GroupPair| {
        pair.ours.is_none() && pair.theirs.is_some_and(|it| !it.unreadable && it.image.is_default())
    };
    let deleted_here = pairs.iter().find(still_theirs).and_then(|pair| pair.id).map(GroupRef::Ours);
    let mut of_theirs: Vec<GroupRef> = Vec::new();
    free.retain(|group| {
        let known = !defaults.is_empty() || deleted_here.is_some() || !of_theirs.is_empty();
        let spare = !group.unreadable && group.image.is_default() && known;
        if group.image.is_default() && !group.unreadable {
            of_theirs.push(GroupRef::Theirs(group.server.clone()));
        }
        !spare
    });
    let unlinked = |id: &GroupId| pairs.iter().any(|pair| pair.id == Some(*id) && pair.base.is_none());
    let spare_ours: Vec<GroupId> = defaults.iter().skip(1).map(|(_, id)| *id).filter(unlinked).collect();
    let of_ours = defaults.first().map(|(_, id)| GroupRef::Ours(*id)).or(deleted_here);
    let first = of_ours.or_else(|| of_theirs.first().cloned());
    let Some(first) = first else { return (None, HashMap::new()) };
    let spare = of_theirs.into_iter().chain(spare_ours.into_iter().map(GroupRef::Ours));
    let aliases = spare.filter(|group| *group != first).map(|group| (group, first.clone())).collect();
    (Some(first), aliases)
}
