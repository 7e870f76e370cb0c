//! The groups of images of either side in one language, so that the images can be compared.

use std::collections::{HashMap, HashSet};

use super::{
    groups::Groups,
    image::{GroupRef, Image, ServerId},
};
use crate::book::GroupId;

/// What a contact's groups mean. A group that is nowhere is dropped, and who is in no group is in the default group: so
/// dangling and empty ids are shown under `Other contacts` and are no reason to write.
pub(super) struct Table {
    there: HashMap<ServerId, GroupRef>,
    here: HashSet<GroupId>,
    still_there: HashSet<GroupId>,
    known: HashSet<GroupId>,
    revived: HashSet<GroupId>,
    restored: HashSet<GroupId>,
    default: Option<GroupRef>,
    aliases: HashMap<GroupRef, GroupRef>,
}

impl Table {
    /// `complete` says whether a group that is not in the answer is not on the server.
    pub fn new(groups: &Groups, complete: bool) -> Self {
        let mut table = Self {
            there: HashMap::new(),
            here: HashSet::new(),
            still_there: HashSet::new(),
            known: HashSet::new(),
            revived: HashSet::new(),
            restored: HashSet::new(),
            default: groups.default.clone(),
            aliases: groups.aliases.clone(),
        };
        for pair in &groups.pairs {
            let Some(id) = pair.id else {
                table.there.extend(pair.theirs.map(|g| (g.server.clone(), GroupRef::Theirs(g.server.clone()))));
                continue;
            };
            let present = pair.theirs.into_iter().chain(pair.leftovers.iter().copied());
            table.there.extend(present.map(|group| (group.server.clone(), GroupRef::Ours(id))));
            if let Some(link) = pair.link.filter(|_| !complete) {
                table.there.insert(link.server.clone(), GroupRef::Ours(id));
            }
            table.still_there.extend((pair.theirs.is_some() || !complete).then_some(id));
            table.here.extend(pair.ours.map(|ours| ours.id));
            table.known.insert(id);
        }
        let spare = table.aliases.keys().filter_map(|group| match group {
            GroupRef::Theirs(server) => Some((server.clone(), group.clone())),
            GroupRef::Ours(_) => None,
        });
        table.there.extend(spare.collect::<Vec<_>>());
        table
    }

    /// A group that one side deleted and the other keeps in use stays with all its members: for a merge it is as if they
    /// had joined it just now. The revived ones were deleted there, the restored ones here.
    pub fn outlive(&mut self, revived: &[GroupId], restored: &[GroupId]) {
        self.revived.extend(revived);
        self.restored.extend(restored);
    }

    /// An image of this book.
    pub fn ours(&self, image: &Image) -> Image {
        self.translated(image, |group| match group {
            GroupRef::Ours(id) => self.here.contains(id).then(|| group.clone()),
            GroupRef::Theirs(server) => self.there.get(server).cloned(),
        })
    }

    /// An image of the links.
    pub fn base(&self, image: &Image) -> Image {
        self.translated(image, |group| match group {
            GroupRef::Ours(id) => self.known.contains(id).then(|| group.clone()),
            GroupRef::Theirs(server) => self.there.get(server).cloned(),
        })
    }

    /// Whether one side, in the language of this table, is as it was agreed. That a group goes, on whichever side it was
    /// deleted, is no edit of its members.
    pub fn is_unchanged(&self, side: &Image, base: &Image) -> bool {
        let lost = |group: &GroupRef| match group {
            GroupRef::Ours(id) => {
                let stays = self.here.contains(id) && self.still_there.contains(id);
                !stays && !self.revived.contains(id) && !self.restored.contains(id)
            }
            GroupRef::Theirs(_) => true,
        };
        let lost: HashSet<&GroupRef> = base.groups().iter().filter(|group| lost(group)).collect();
        let rest = |image: &Image| {
            let groups = image.groups().iter().filter(|group| !lost.contains(group)).cloned();
            self.translated(&image.in_groups(groups), |group| Some(group.clone()))
        };
        rest(side) == rest(base)
    }

    /// What the links shall hold of a contact that is there, so that groups which stay keep it.
    pub fn without_revived(&self, image: &Image) -> Image {
        without(image, &self.revived)
    }

    /// What the links shall hold of a contact that is here, so that groups which stay keep it.
    pub fn without_restored(&self, image: &Image) -> Image {
        without(image, &self.restored)
    }

    /// What of an image of the server can be in this book: not the groups that were deleted here.
    pub fn presentable(&self, theirs: &Image) -> Image {
        let gone = |group: &&GroupRef| matches!(group, GroupRef::Ours(id) if !self.here.contains(id) && !self.restored.contains(id));
        let groups: Vec<GroupRef> = theirs.groups().iter().filter(|group| !gone(group)).cloned().collect();
        if groups.is_empty() { theirs.in_groups(self.default.clone()) } else { theirs.in_groups(groups) }
    }

    /// An image of the server.
    pub fn theirs(&self, image: &Image) -> Image {
        self.translated(image, |group| match group {
            GroupRef::Theirs(server) => self.there.get(server).cloned(),
            GroupRef::Ours(_) => None,
        })
    }

    fn translated(&self, image: &Image, known: impl Fn(&GroupRef) -> Option<GroupRef>) -> Image {
        let groups = image.groups().iter().filter_map(known);
        let mut groups: Vec<GroupRef> = groups.map(|g| self.aliases.get(&g).cloned().unwrap_or(g)).collect();
        if groups.is_empty() {
            groups.extend(self.default.clone());
        }
        image.in_groups(groups)
    }
}

fn without(image: &Image, groups: &HashSet<GroupId>) -> Image {
    let leaves = |group: &&GroupRef| matches!(group, GroupRef::Ours(id) if groups.contains(id));
    image.in_groups(image.groups().iter().filter(|group| !leaves(group)).cloned())
}
