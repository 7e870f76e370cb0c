//! Which contact here is which contact there.

use std::collections::{HashMap, HashSet};

use super::{
    image::{Holder, Image, ServerId},
    input::{Base, Local, LocalContact, Remote, RemoteContact},
    matching::Matching,
    outcome::Unclear,
    pair::Pair,
    step::Why,
    table::Table,
};
use crate::book::ContactId;

/// One contact on all three sides.
pub(super) type ContactPair<'a> = Pair<'a, ContactId, Image, LocalContact>;

impl<'a> ContactPair<'a> {
    pub fn live(&self) -> Option<&'a LocalContact> {
        self.ours.filter(|ours| !ours.trashed)
    }

    /// Our new version arrived while somebody else put another in the place of the old one.
    pub fn overtaken(&self) -> bool {
        let gone = |id: &ServerId| {
            self.theirs.is_none_or(|theirs| theirs.server != *id) && self.leftovers.iter().all(|old| old.server != *id)
        };
        self.why == Why::Ciphertext && self.link.is_some_and(|link| gone(&link.server))
    }

    pub fn unknown_there(&self) -> bool {
        self.base.is_none() && self.theirs.is_none() && self.ours.is_some()
    }

    pub fn name(&self) -> String {
        let here = self.ours.map(|ours| ours.name.clone());
        let there = self.theirs.map(|theirs| {
            let name = theirs.image.name();
            if name.is_empty() { theirs.name.clone() } else { name }
        });
        let names = here.into_iter().chain(there).chain(self.base.as_ref().map(Image::name));
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// All contacts.
pub(super) struct Contacts<'a> {
    pub pairs: Vec<ContactPair<'a>>,
    /// Equals that nobody can pair; they are in no pair.
    pub unclear: Vec<Unclear>,
    /// Newcomers that may be contacts which an incomplete answer does not show.
    pub waiting: Vec<&'a RemoteContact>,
    /// Ids under which the server lists more than one record.
    pub twice: HashSet<&'a ServerId>,
    /// Those that we delete there ourselves, as the first half of an edit under the same id.
    between: HashSet<ContactId>,
}

impl<'a> Contacts<'a> {
    pub fn pair(base: &'a Base, local: &'a Local, remote: &'a Remote, table: &Table) -> Self {
        let mut there: HashMap<&ServerId, &RemoteContact> = HashMap::with_capacity(remote.contacts.len());
        let mut twice = HashSet::new();
        for contact in &remote.contacts {
            if there.insert(&contact.server, contact).is_some() {
                twice.insert(&contact.server);
            }
        }
        let mut matching = Matching::begin(base, local, table, remote.complete, &there);
        matching.by_ciphertext();
        matching.by_person();
        matching.by_equality();
        matching.by_likeness();
        matching.out_of_the_trash();
        let (pairs, unclear, waiting) = matching.done();
        let halves = base.sent_contacts.iter().filter(|sent| {
            sent.open && matches!(sent.image.holder(), Holder::Cloud(id) if sent.replaces.as_ref() == Some(id))
        });
        Self { pairs, unclear, waiting, twice, between: halves.map(|sent| sent.id).collect() }
    }

    /// Whether it is not there because we deleted it ourselves, as the first half of an edit.
    pub fn is_between(&self, pair: &ContactPair) -> bool {
        pair.vanished() && pair.id.is_some_and(|id| self.between.contains(&id))
    }
}
