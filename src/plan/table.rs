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
    known: HashSet<GroupId>,
    outlived: HashSet<GroupId>,
    default: Option<GroupRef>,
    aliases: HashMap<GroupRef, GroupRef>,
}

impl Table {
    /// `complete` says whether a group that is not in the answer is not on the server.
    pub fn new(groups: &Groups, complete: bool) -> Self {
        let mut table = Self {
            there: HashMap::new(),
            here: HashSet::new(),
            known: HashSet::new(),
            outlived: HashSet::new(),
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

    /// A group that one side deleted and the other keeps in use stays with all its members: for the merge it is as if
    /// they had joined it just now.
    pub fn outlive(&mut self, groups: impl IntoIterator<Item = GroupId>) {
        self.outlived.extend(groups);
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
            GroupRef::Ours(id) => (self.known.contains(id) && !self.outlived.contains(id)).then(|| group.clone()),
            GroupRef::Theirs(server) => self.there.get(server).cloned(),
        })
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
