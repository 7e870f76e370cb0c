//! The table of the model for contacts.

use std::collections::{HashMap, HashSet};

use super::{
    contacts::{ContactPair, Contacts},
    draft::{Draft, Owner},
    group_cells::GroupFates,
    image::{GroupRef, Holder, Image, ServerId},
    input::{LocalContact, Remote, RemoteContact, Rules},
    merge::merge,
    outcome::{Conflict, Reason, Subject, Versions},
    step::{Here, Note, Step, There, Why},
    table::Table,
};
use crate::book::ContactId;

/// Goes through the table contact by contact, and remembers what groups must know of it.
pub(super) struct ContactCells<'a, 'b> {
    remote: &'a Remote,
    rules: &'b Rules,
    table: &'b Table,
    fates: &'b GroupFates,
    twice: &'b HashSet<&'a ServerId>,
    draft: &'b mut Draft,
    /// Persons whom the account has, or will have.
    persons: HashSet<&'a ServerId>,
    moves: Moves,
}

/// What groups must know of the contacts.
#[derive(Default)]
pub(super) struct Moves {
    /// The contacts of the server that are deleted or replaced, so that they leave their groups.
    pub leaving: HashMap<ServerId, Owner>,
    /// What becomes of contacts here that change; `None` for the trash.
    pub after: HashMap<ContactId, Option<Image>>,
}

/// One contact with its images in one language.
struct Cell<'a, 'c> {
    pair: &'c ContactPair<'a>,
    id: ContactId,
    owner: Owner,
    name: String,
    base: &'c Image,
}

impl<'a, 'b> ContactCells<'a, 'b> {
    pub fn decide(
        remote: &'a Remote,
        rules: &'b Rules,
        table: &'b Table,
        fates: &'b GroupFates,
        contacts: &'b Contacts<'a>,
        draft: &'b mut Draft,
    ) -> Moves {
        let clouds = remote.contacts.iter().filter(|contact| *contact.image.holder() != Holder::Custom);
        let persons = clouds.map(|contact| &contact.server).collect();
        let (twice, moves) = (&contacts.twice, Moves::default());
        let mut cells = Self { remote, rules, table, fates, twice, draft, persons, moves };
        for pair in &contacts.pairs {
            cells.one(pair);
        }
        for contact in &contacts.waiting {
            let owner = Owner::Theirs(contact.server.clone());
            cells.draft.hold(&owner, &contact.image.name(), Reason::Incomplete);
        }
        cells.moves
    }

    fn one(&mut self, pair: &ContactPair<'a>) {
        let name = pair.name();
        let Some(id) = pair.id else {
            if let Some(theirs) = pair.theirs {
                self.come_in(None, &name, theirs);
            }
            return;
        };
        let owner = Owner::Ours(Subject::Contact(id));
        let Some(base) = &pair.base else {
            match (pair.ours, pair.theirs) {
                (Some(ours), None) if !ours.trashed => self.send_new(id, &owner, &name, ours),
                (Some(_), Some(theirs)) => self.restore(id, &owner, &name, theirs),
                _ => {}
            }
            return;
        };
        let cell = Cell { pair, id, owner, name, base };
        match (pair.live(), pair.theirs) {
            (Some(ours), Some(theirs)) => self.both_have_it(&cell, ours, theirs),
            (Some(ours), None) => self.gone_there(&cell, ours),
            (None, Some(theirs)) => self.gone_here(&cell, theirs),
            (None, None) => self.gone(&cell),
        }
    }

    fn both_have_it(&mut self, cell: &Cell<'a, '_>, ours: &LocalContact, theirs: &RemoteContact) {
        let (mine, other) = (self.table.ours(&ours.image), self.table.theirs(&theirs.image));
        let agreed = self.table.without_restored(&self.table.without_revived(cell.base));
        let kept = if agreed == *cell.base { Why::Settled } else { Why::Outlived };
        if let Some(reason) = self.frozen(theirs) {
            self.note_link(cell, &theirs.server, &agreed, kept);
            if !self.table.is_unchanged(&mine, &agreed) {
                self.draft.hold(&cell.owner, &cell.name, reason);
            }
            return;
        }
        let settled = mine == other && mine != self.table.base(&agreed);
        if settled {
            self.note_link(cell, &theirs.server, &other, Why::Settled);
        } else {
            self.note_link(cell, &theirs.server, &agreed, kept);
        }
        let merged = merge(&self.table.base(&agreed), &mine, &other);
        if !merged.conflicts.is_empty() {
            let versions = Versions::Contact { contact: cell.id, mine, theirs: other, merged: merged.image };
            self.draft.conflicts.push(Conflict { name: cell.name.clone(), fields: merged.conflicts, versions });
            return;
        }
        let merged = merged.image;
        if merged != mine {
            let fields = mine.differences(&merged);
            let step = Here::UpdateContact { contact: cell.id, image: merged.clone(), theirs: other.clone() };
            self.draft.push(&cell.owner, &cell.name, fields, Step::Here(step));
            self.moves.after.insert(cell.id, Some(merged.clone()));
        }
        let fields = match other.differences(&merged) {
            same if same.is_empty() && self.must_move(theirs) => vec!["groups"],
            fields => fields,
        };
        if !fields.is_empty() {
            self.replace(cell, theirs, merged, fields);
        }
        self.delete_old(cell);
    }

    fn gone_there(&mut self, cell: &Cell<'a, '_>, ours: &LocalContact) {
        let mine = self.table.ours(&ours.image);
        let agreed = self.table.without_restored(cell.base);
        let edited = !self.table.is_unchanged(&mine, &agreed);
        if let Some(link) = cell.pair.link {
            self.note_link(cell, &link.server, &agreed, Why::Outlived);
        }
        let between = cell.pair.between;
        if !self.remote.complete {
            if edited || between {
                self.draft.hold(&cell.owner, &cell.name, Reason::Incomplete);
            }
            return;
        }
        if self.is_fresh(cell) && !between {
            self.draft.hold(&cell.owner, &cell.name, Reason::Fresh);
            return;
        }
        self.delete_old(cell);
        if edited || between {
            let step = There::CreateContact { contact: cell.id, image: mine, anew: !between };
            self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::There(step));
        } else {
            let step = Here::TrashContact { contact: cell.id };
            self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::Here(step));
            self.moves.after.insert(cell.id, None);
        }
    }

    fn gone_here(&mut self, cell: &Cell<'a, '_>, theirs: &RemoteContact) {
        if let Some(reason) = self.frozen(theirs) {
            self.draft.hold(&cell.owner, &cell.name, reason);
            return;
        }
        let agreed = self.table.without_revived(cell.base);
        self.note_link(cell, &theirs.server, &agreed, Why::Outlived);
        if !self.table.is_unchanged(&self.table.theirs(&theirs.image), &agreed) {
            if cell.pair.ours.is_some() {
                self.restore(cell.id, &cell.owner, &cell.name, theirs);
            } else {
                self.come_in(Some(cell.id), &cell.name, theirs);
            }
            self.delete_old(cell);
        } else if self.remote.complete {
            self.delete_old(cell);
            let step = There::DeleteContact { contact: cell.id, server: theirs.server.clone() };
            self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::There(step));
            self.moves.leaving.insert(theirs.server.clone(), cell.owner.clone());
        } else {
            self.draft.hold(&cell.owner, &cell.name, Reason::Incomplete);
        }
    }

    fn gone(&mut self, cell: &Cell<'a, '_>) {
        if self.remote.complete && (!self.is_fresh(cell) || cell.pair.between) {
            self.delete_old(cell);
            let note = Note::ForgetContact { contact: cell.id };
            self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::Note(note));
        }
    }

    fn come_in(&mut self, contact: Option<ContactId>, name: &str, theirs: &RemoteContact) {
        let new = || Owner::Theirs(theirs.server.clone());
        let owner = contact.map_or_else(new, |id| Owner::Ours(Subject::Contact(id)));
        let (server, unreadable) = (theirs.server.clone(), theirs.unreadable);
        let theirs = self.table.theirs(&theirs.image);
        let image = self.table.presentable(&theirs);
        let step = Here::CreateContact { contact, server, image, theirs, unreadable };
        self.draft.push(&owner, name, Vec::new(), Step::Here(step));
    }

    fn restore(&mut self, contact: ContactId, owner: &Owner, name: &str, theirs: &RemoteContact) {
        let server = theirs.server.clone();
        let theirs = self.table.theirs(&theirs.image);
        let image = self.table.presentable(&theirs);
        self.moves.after.insert(contact, Some(image.clone()));
        let step = Here::RestoreContact { contact, server, image, theirs };
        self.draft.push(owner, name, Vec::new(), Step::Here(step));
    }

    fn send_new(&mut self, contact: ContactId, owner: &Owner, name: &str, ours: &'a LocalContact) {
        let refused = match ours.image.holder() {
            _ if !self.remote.complete => Some(Reason::Incomplete),
            Holder::Elsewhere => Some(Reason::NotInDirectory),
            Holder::Cloud(person) => (!self.persons.insert(person)).then_some(Reason::Present),
            Holder::Custom => None,
        };
        if let Some(reason) = refused {
            self.draft.hold(owner, name, reason);
            return;
        }
        let step = There::CreateContact { contact, image: self.table.ours(&ours.image), anew: false };
        self.draft.push(owner, name, Vec::new(), Step::There(step));
    }

    fn replace(&mut self, cell: &Cell<'a, '_>, theirs: &RemoteContact, image: Image, fields: Vec<&'static str>) {
        let refused = if self.remote.complete { None } else { Some(Reason::Incomplete) };
        let refused = refused.or((*image.holder() == Holder::Elsewhere).then_some(Reason::NotInDirectory));
        if let Some(reason) = refused {
            self.draft.hold(&cell.owner, &cell.name, reason);
            return;
        }
        let same_id = *image.holder() == Holder::Cloud(theirs.server.clone());
        let (contact, server, key) = (cell.id, theirs.server.clone(), theirs.key.clone());
        let step = if same_id {
            There::RecreateContact { contact, server, image, key }
        } else {
            There::ReplaceContact { contact, server, image, key }
        };
        self.draft.push(&cell.owner, &cell.name, fields, Step::There(step));
        self.moves.leaving.insert(theirs.server.clone(), cell.owner.clone());
    }

    fn delete_old(&mut self, cell: &Cell<'a, '_>) {
        for old in &cell.pair.leftovers {
            match self.frozen(old) {
                _ if !self.remote.complete => self.draft.hold(&cell.owner, &cell.name, Reason::Incomplete),
                Some(reason) => self.draft.hold(&cell.owner, &cell.name, reason),
                None => {
                    let step = There::DeleteOldContact { contact: cell.id, server: old.server.clone() };
                    self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::There(step));
                    self.moves.leaving.insert(old.server.clone(), cell.owner.clone());
                }
            }
        }
    }

    /// Writes down who is who, and the image agreed on, where the links say something else.
    fn note_link(&mut self, cell: &Cell<'a, '_>, server: &ServerId, image: &Image, plainly: Why) {
        let pair = cell.pair;
        if let Some(superseded) = pair.to_link(server, image, self.remote.complete) {
            let why = if pair.why == Why::Settled { plainly } else { pair.why };
            let (contact, server, image) = (cell.id, server.clone(), image.clone());
            let note = Note::LinkContact { contact, server, superseded, image, why };
            self.draft.push(&cell.owner, &cell.name, Vec::new(), Step::Note(note));
        }
    }

    fn frozen(&self, contact: &RemoteContact) -> Option<Reason> {
        let twice = self.twice.contains(&contact.server).then_some(Reason::ListedTwice);
        contact.unreadable.then_some(Reason::Unreadable).or(twice)
    }

    fn is_fresh(&self, cell: &Cell<'a, '_>) -> bool {
        cell.pair.link.is_some_and(|link| self.rules.is_fresh(link.confirmed))
    }

    /// Whether it is in a group that goes.
    fn must_move(&self, contact: &RemoteContact) -> bool {
        contact.image.groups().iter().any(|group| match group {
            GroupRef::Theirs(server) => self.fates.condemned.contains(server),
            GroupRef::Ours(_) => false,
        })
    }
}
