//! The table of the model for groups.
//!
//! A group has no update call: a new name is a new group, to which the members move before the old one is deleted. A group
//! that one side deleted stays when the other side has since given it another name or put somebody into it.

use std::collections::{HashMap, HashSet};

use super::{
    cells::Moves,
    contacts::{ContactPair, Contacts},
    draft::{Draft, Owner},
    groups::{GroupPair, Groups},
    image::{GroupRef, ServerId},
    input::{Base, Local, Remote, RemoteGroup, Rules},
    merge::merge_groups,
    outcome::{Conflict, Reason, Subject, Versions},
    step::{Here, Note, Step, There},
    table::Table,
};
use crate::book::GroupId;

/// What was decided about groups and concerns contacts, or waits for them.
#[derive(Default)]
pub(super) struct GroupFates {
    /// Groups that were deleted there and stay.
    pub revived: Vec<GroupId>,
    /// Groups that were deleted here and stay.
    pub restored: Vec<GroupId>,
    /// Server ids of groups that go, out of which the contacts move first.
    pub condemned: HashSet<ServerId>,
    here: Vec<(GroupId, String)>,
    there: Vec<(GroupId, String, ServerId, bool)>,
    forgotten: Vec<(GroupId, String)>,
}

/// Goes through the table for every group.
pub(super) fn decide(
    groups: &Groups,
    contacts: &Contacts,
    table: &Table,
    remote: &Remote,
    rules: &Rules,
    draft: &mut Draft,
) -> GroupFates {
    let mut fates = GroupFates::default();
    let in_use = in_use(groups, contacts, table);
    for pair in &groups.pairs {
        let (Some(id), name) = (pair.id, pair.name()) else {
            if let Some(theirs) = pair.theirs {
                come_in(None, theirs, Vec::new(), draft);
            }
            continue;
        };
        let owner = Owner::Ours(Subject::Group(id));
        for old in pair.leftovers.iter().filter(|_| remote.complete) {
            fates.condemned.insert(old.server.clone());
            fates.there.push((id, name.clone(), old.server.clone(), false));
        }
        note_link(pair, id, &name, remote.complete, draft);
        match (pair.ours, pair.theirs) {
            (None, None) if !remote.complete => {}
            (None, None) if pair.link.is_some_and(|link| rules.is_fresh(link.confirmed)) => {}
            (None, None) => fates.forgotten.push((id, name)),
            (Some(_), None) if groups.is_alias(&GroupRef::Ours(id)) => {}
            (Some(_), None) if !remote.complete => {
                if pair.base.is_none() || pair.edited_here() {
                    draft.hold(&owner, &name, Reason::Incomplete);
                }
            }
            (Some(ours), None) => {
                if !pair.between && pair.link.is_some_and(|link| rules.is_fresh(link.confirmed)) {
                    draft.hold(&owner, &name, Reason::Fresh);
                    continue;
                }
                let anew = pair.base.is_some();
                if anew && !pair.between && !pair.edited_here() && !in_use.contains(&id) {
                    fates.here.push((id, name));
                    continue;
                }
                fates.revived.extend(anew.then_some(id));
                let (image, instead_of, members) = (ours.image.clone(), None, 0);
                let step = There::CreateGroup { group: id, image, instead_of, members, anew };
                draft.push_after(former_members(contacts, id), &owner, &name, Step::There(step));
            }
            (None, Some(theirs)) if theirs.unreadable => draft.hold(&owner, &theirs.server.0, Reason::Unreadable),
            (None, Some(theirs)) if pair.edited_there() || in_use.contains(&id) => {
                fates.restored.push(id);
                come_in(Some(id), theirs, former_members(contacts, id), draft);
            }
            (None, Some(_)) if !remote.complete => draft.hold(&owner, &name, Reason::Incomplete),
            (None, Some(theirs)) => {
                fates.condemned.insert(theirs.server.clone());
                fates.there.push((id, name, theirs.server.clone(), true));
            }
            (Some(_), Some(_)) => both_have_it(pair, id, &name, remote, draft, &mut fates),
        }
    }
    fates
}

fn both_have_it(pair: &GroupPair, id: GroupId, name: &str, remote: &Remote, draft: &mut Draft, fates: &mut GroupFates) {
    let (Some(ours), Some(theirs), Some(base)) = (pair.ours, pair.theirs, &pair.base) else { return };
    let owner = Owner::Ours(Subject::Group(id));
    if theirs.unreadable {
        if pair.edited_here() {
            draft.hold(&owner, name, Reason::Unreadable);
        }
        return;
    }
    let merged = merge_groups(base, &ours.image, &theirs.image);
    if !merged.conflicts.is_empty() {
        let versions = Versions::Group { group: id, mine: ours.image.clone(), theirs: theirs.image.clone() };
        draft.conflicts.push(Conflict { name: name.to_owned(), fields: merged.conflicts, versions });
        return;
    }
    if merged.image != ours.image {
        let step = Here::UpdateGroup { group: id, image: merged.image.clone(), theirs: theirs.image.clone() };
        draft.push(&owner, name, Vec::new(), Step::Here(step));
    }
    if merged.image == theirs.image {
        return;
    }
    if !remote.complete {
        draft.hold(&owner, name, Reason::Incomplete);
        return;
    }
    let members = members_there(remote, &theirs.server).count();
    let instead_of = Some(theirs.server.clone());
    let step = There::CreateGroup { group: id, image: merged.image, instead_of, members, anew: false };
    draft.push(&owner, &theirs.image.name, Vec::new(), Step::There(step));
    fates.condemned.insert(theirs.server.clone());
    fates.there.push((id, theirs.image.name.clone(), theirs.server.clone(), false));
}

/// The contacts whose links must forget a group that stays, before it is made anew.
fn former_members(contacts: &Contacts, group: GroupId) -> Vec<Owner> {
    let was_in =
        |pair: &&ContactPair| pair.base.as_ref().is_some_and(|base| base.groups().contains(&GroupRef::Ours(group)));
    let ids = contacts.pairs.iter().filter(was_in).filter_map(|pair| pair.id);
    ids.map(|id| Owner::Ours(Subject::Contact(id))).collect()
}

fn come_in(group: Option<GroupId>, theirs: &RemoteGroup, after: Vec<Owner>, draft: &mut Draft) {
    let owner = group.map_or(Owner::Theirs(theirs.server.clone()), |id| Owner::Ours(Subject::Group(id)));
    let step = Here::CreateGroup { group, server: theirs.server.clone(), image: theirs.image.clone() };
    draft.push_after(after, &owner, &theirs.image.name, Step::Here(step));
}

fn note_link(pair: &GroupPair, id: GroupId, name: &str, complete: bool, draft: &mut Draft) {
    let (Some(theirs), Some(base)) = (pair.theirs, &pair.base) else { return };
    let agreed = pair.ours.is_some_and(|ours| ours.image == theirs.image && !theirs.unreadable);
    let image = if agreed { &theirs.image } else { base };
    if let Some(superseded) = pair.to_link(&theirs.server, image, complete) {
        let (server, image, why) = (theirs.server.clone(), image.clone(), pair.why);
        let note = Note::LinkGroup { group: id, server, superseded, image, why };
        draft.push(&Owner::Ours(Subject::Group(id)), name, Vec::new(), Step::Note(note));
    }
}

fn members_there<'r>(remote: &'r Remote, group: &ServerId) -> impl Iterator<Item = &'r super::RemoteContact> {
    let group = GroupRef::Theirs(group.clone());
    remote.contacts.iter().filter(move |contact| contact.image.groups().contains(&group))
}

/// Of the groups that one side deleted those which the other side has put somebody into since.
fn in_use(groups: &Groups, contacts: &Contacts, table: &Table) -> HashSet<GroupId> {
    let deleted = |there: bool| {
        let pairs = groups.pairs.iter().filter(move |pair| {
            pair.base.is_some() && if there { pair.vanished() && pair.ours.is_some() } else { pair.ours.is_none() }
        });
        pairs.filter_map(|pair| pair.id).map(GroupRef::Ours).collect::<HashSet<_>>()
    };
    let (there, here) = (deleted(true), deleted(false));
    if there.is_empty() && here.is_empty() {
        return HashSet::new();
    }
    let uses = contacts.pairs.iter().flat_map(|pair| {
        let mut used = used_here(pair, &there, groups.default.as_ref(), table);
        used.extend(used_there(pair, &here, table));
        used.extend(needed_here(pair, &here, groups.default.as_ref()));
        used
    });
    uses.collect()
}

fn used_here(
    pair: &ContactPair,
    deleted: &HashSet<GroupRef>,
    default: Option<&GroupRef>,
    table: &Table,
) -> Vec<GroupId> {
    // Who is in no group there shall be in the default group.
    let default = default.filter(|group| {
        deleted.contains(*group)
            && pair.theirs.is_some_and(|theirs| table.theirs(&theirs.image).groups().contains(*group))
    });
    let mut used: Vec<GroupId> = default.and_then(ours_of).into_iter().collect();
    let Some(ours) = pair.live().map(|ours| table.ours(&ours.image)) else { return used };
    let base = pair.base.as_ref();
    let stays = match pair.theirs {
        Some(theirs) => theirs.unreadable,
        // Rather once too often: the contact may yet be made anew, and then needs its group.
        None => pair.between || base.is_none_or(|base| table.ours(base) != ours || !table.is_unchanged(&ours, base)),
    };
    let joined = |group: &GroupRef| stays || base.is_none_or(|base| !base.groups().contains(group));
    let groups = ours.groups().iter().filter(|group| deleted.contains(*group) && joined(group));
    used.extend(groups.filter_map(ours_of));
    used
}

/// The default group, where it was deleted here and somebody is there who may need it.
fn needed_here(pair: &ContactPair, deleted: &HashSet<GroupRef>, default: Option<&GroupRef>) -> Option<GroupId> {
    let default = default.filter(|group| deleted.contains(*group))?;
    let somebody = pair.live().is_some() || pair.id.is_none() && pair.theirs.is_some();
    somebody.then(|| ours_of(default))?
}

fn used_there(pair: &ContactPair, deleted: &HashSet<GroupRef>, table: &Table) -> Vec<GroupId> {
    let Some(theirs) = pair.theirs.map(|theirs| table.theirs(&theirs.image)) else { return Vec::new() };
    let base = pair.base.as_ref().map(|base| table.base(base));
    let joined = |group: &GroupRef| base.as_ref().is_none_or(|base| !base.groups().contains(group));
    theirs.groups().iter().filter(|group| deleted.contains(*group) && joined(group)).filter_map(ours_of).collect()
}

fn ours_of(group: &GroupRef) -> Option<GroupId> {
    match group {
        GroupRef::Ours(id) => Some(*id),
        GroupRef::Theirs(_) => None,
    }
}

impl GroupFates {
    /// Deletes what is to be deleted once the contacts have left it, and leaves it where one of them cannot.
    pub fn carry_out(
        self,
        base: &Base,
        local: &Local,
        remote: &Remote,
        table: &Table,
        moves: &Moves,
        draft: &mut Draft,
    ) {
        // A body that lies ready since before may name the old version: whoever comes in by it leaves first.
        let ready = base.sent_contacts.iter().filter(|sent| sent.open && draft.sends(sent.id));
        let awaited: HashSet<GroupId> = ready.flat_map(|sent| sent.image.groups()).filter_map(ours_of).collect();
        let mut kept: HashSet<GroupId> = HashSet::new();
        let mut holders: HashMap<&ServerId, Vec<&ServerId>> = HashMap::new();
        for contact in &remote.contacts {
            for group in contact.image.groups() {
                if let GroupRef::Theirs(group) = group
                    && self.condemned.contains(group)
                {
                    holders.entry(group).or_default().push(&contact.server);
                }
            }
        }
        // Old versions first: with the current one the link goes.
        let (old, current): (Vec<_>, Vec<_>) = self.there.iter().partition(|(_, _, _, whole)| !whole);
        for (id, name, server, whole) in old.into_iter().chain(current) {
            let owner = Owner::Ours(Subject::Group(*id));
            let members = holders.get(server).map(Vec::as_slice).unwrap_or_default();
            let leaving: Option<Vec<Owner>> =
                members.iter().map(|member| moves.leaving.get(*member).cloned()).collect();
            let waits = if *whole { kept.contains(id) } else { awaited.contains(id) };
            let Some(leaving) = leaving.filter(|_| !waits) else {
                kept.insert(*id);
                draft.hold(&owner, name, Reason::Members);
                continue;
            };
            let (group, server) = (*id, server.clone());
            let step =
                if *whole { There::DeleteGroup { group, server } } else { There::DeleteOldGroup { group, server } };
            draft.push_after(leaving, &owner, name, Step::There(step));
        }
        for (group, name) in self.here {
            let owner = Owner::Ours(Subject::Group(group));
            let members = local.contacts.iter().filter(|contact| {
                !contact.trashed && table.ours(&contact.image).groups().contains(&GroupRef::Ours(group))
            });
            let stays = |id| match moves.after.get(&id) {
                Some(image) => image.as_ref().is_some_and(|image| image.groups().contains(&GroupRef::Ours(group))),
                None => true,
            };
            let members: Vec<_> = members.map(|contact| contact.id).collect();
            if members.iter().any(|id| stays(*id)) {
                draft.hold(&owner, &name, Reason::Members);
                continue;
            }
            let leaving = members.into_iter().map(|id| Owner::Ours(Subject::Contact(id))).collect();
            draft.push_after(leaving, &owner, &name, Step::Here(Here::DeleteGroup { group }));
        }
        for (group, name) in self.forgotten.into_iter().filter(|(group, _)| !kept.contains(group)) {
            let note = Step::Note(Note::ForgetGroup { group });
            draft.push(&Owner::Ours(Subject::Group(group)), &name, Vec::new(), note);
        }
    }
}
