//! Which contact here is which contact there.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    alike,
    image::{Holder, Image, ServerId},
    input::{Base, Local, LocalContact, Remote, RemoteContact, SentContact},
    outcome::Unclear,
    pair::{Pair, Pairs},
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
    fn overtaken(&self) -> bool {
        let gone = |id: &ServerId| {
            self.theirs.is_none_or(|theirs| theirs.server != *id) && self.leftovers.iter().all(|old| old.server != *id)
        };
        self.why == Why::Ciphertext && self.link.is_some_and(|link| gone(&link.server))
    }

    /// Our new version is there, and the old one went before we deleted it: somebody else may have made another of it.
    fn outrun(&self) -> bool {
        let old = self.link.is_some_and(|link| !link.superseded.is_empty());
        self.why == Why::Settled && self.theirs.is_some() && old && self.leftovers.is_empty()
    }

    fn unknown_there(&self) -> bool {
        self.base.is_none() && self.theirs.is_none() && self.ours.is_some()
    }

    /// The image of a CUSTOM contact that is not there any more.
    fn lost(&self) -> Option<&Image> {
        self.base.as_ref().filter(|base| self.vanished() && *base.holder() == Holder::Custom)
    }

    /// The image of a CUSTOM contact that never was there.
    fn untold(&self) -> Option<&'a Image> {
        let ours = self.live().filter(|_| self.unknown_there()).map(|ours| &ours.image);
        ours.filter(|image| *image.holder() == Holder::Custom)
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
}

struct Matching<'a, 'b> {
    base: &'a Base,
    table: &'b Table,
    complete: bool,
    pairs: Pairs<'a, ContactId, Image, LocalContact>,
    /// Those there that nothing is known about yet, from the oldest to the newest.
    free: Vec<&'a RemoteContact>,
    taken: HashSet<&'a ServerId>,
    unclear: Vec<Unclear>,
    waiting: Vec<&'a RemoteContact>,
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
        let mut pairs = matching.pairs.into_list();
        pairs.extend(matching.free.into_iter().map(Pair::stranger));
        Self { pairs, unclear: matching.unclear, waiting: matching.waiting, twice }
    }
}

impl<'a, 'b> Matching<'a, 'b> {
    fn begin(
        base: &'a Base,
        local: &'a Local,
        table: &'b Table,
        complete: bool,
        there: &HashMap<&ServerId, &'a RemoteContact>,
    ) -> Self {
        let (pairs, free) =
            Pairs::by_link(&base.contacts, &local.contacts, |contact| contact.id, &base.deleting, there);
        let (taken, unclear, waiting) = (HashSet::new(), Vec::new(), Vec::new());
        Self { base, table, complete, pairs, free, taken, unclear, waiting }
    }

    /// What carries a sealed value that we sent is ours; where nothing of a person was to be sealed, what says just that of
    /// them.
    fn by_ciphertext(&mut self) {
        let mut sent_with: HashMap<&str, usize> = HashMap::new();
        let mut sent_bare: HashMap<&ServerId, usize> = HashMap::new();
        for (index, sent) in self.base.sent_contacts.iter().enumerate() {
            sent_with.extend(sent.sealed.iter().map(|sealed| (sealed.as_str(), index)));
            sent_bare.extend(sent.bare_person().map(|person| (person, index)));
            let Some(pair) = self.pairs.known(sent.id) else { continue };
            // The id of a CLOUD contact does not tell the new version from the old one, its sealed additions do. One that was
            // edited in place has arrived if nothing of the old version is left in it.
            let table = self.table;
            let arrived = pair.theirs.is_some_and(|theirs| {
                let known = !theirs.sealed.is_disjoint(&sent.sealed);
                let by_itself = known && *sent.image.holder() != Holder::Custom;
                by_itself || (known || sent.bare_person().is_some()) && is_all_of(table, theirs, sent)
            });
            if sent.open && arrived && sent.replaces.as_ref() == pair.theirs.map(|theirs| &theirs.server) {
                pair.base = Some(sent.image.clone());
                pair.why = Why::Ciphertext;
            } else if let Some(theirs) = pair.theirs.filter(|_| sent.cleared) {
                // Made by somebody who knew neither version, or an edit of ours: rather once too much than that something is lost.
                pair.base = Some(Image::empty(theirs.image.holder().clone()));
                pair.why = Why::Equal;
            }
            let same_id = matches!(sent.image.holder(), Holder::Cloud(id) if sent.replaces.as_ref() == Some(id));
            pair.between |= sent.open && same_id && pair.vanished();
        }
        let free = std::mem::take(&mut self.free);
        for contact in free {
            let found = contact.sealed.iter().find_map(|sealed| sent_with.get(sealed.as_str()));
            let bare = || {
                let index = sent_bare.get(&contact.server)?;
                is_all_of(self.table, contact, &self.base.sent_contacts[*index]).then_some(index)
            };
            match found.or_else(bare).map(|index| &self.base.sent_contacts[*index]) {
                Some(sent) if self.adopt(contact, sent) => {}
                _ => self.free.push(contact),
            }
        }
    }

    fn adopt(&mut self, contact: &'a RemoteContact, sent: &SentContact) -> bool {
        let pair = self.pairs.of(sent.id);
        if let Some(current) = pair.theirs {
            let newer = sent.open && sent.replaces.as_ref() == Some(&current.server);
            if !newer {
                // Somebody may have made a contact of their own out of ours: only what is wholly ours is a twin.
                let twin = contact.sealed.is_superset(&sent.sealed) && is_all_of(self.table, contact, sent);
                pair.leftovers.extend(twin.then_some(contact));
                return twin;
            }
            pair.leftovers.push(current);
        }
        pair.theirs = Some(contact);
        pair.base = Some(sent.image.clone());
        pair.why = Why::Ciphertext;
        true
    }

    /// A CLOUD contact is its person.
    fn by_person(&mut self) {
        let mut here: HashMap<&ServerId, Vec<usize>> = HashMap::new();
        for (place, pair) in self.pairs.iter().enumerate().filter(|(_, pair)| pair.unknown_there()) {
            if let Some(Holder::Cloud(person)) = pair.ours.map(|ours| ours.image.holder()) {
                here.entry(person).or_default().push(place);
            }
        }
        if here.is_empty() {
            return;
        }
        let mut unclear = Vec::new();
        for contact in std::mem::take(&mut self.free) {
            let candidates = here.get(&contact.server).filter(|_| *contact.image.holder() != Holder::Custom);
            let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
            let live: Vec<usize> = candidates.iter().copied().filter(|at| self.pairs[*at].live().is_some()).collect();
            match (&live[..], candidates) {
                ([place], _) => {
                    let pair = &mut self.pairs[*place];
                    pair.theirs = Some(contact);
                    pair.base = Some(Image::empty(contact.image.holder().clone()));
                    pair.why = Why::Equal;
                }
                ([], [place]) => self.pairs[*place].theirs = Some(contact),
                ([], _) => self.free.push(contact),
                _ => unclear.push((live, vec![contact])),
            }
        }
        self.leave_to_the_user(unclear);
    }

    /// Equals are paired where it does not matter who is paired with whom: when there are as many here as there.
    fn by_equality(&mut self) {
        #[derive(Default)]
        struct Class<'a> {
            vanished: Vec<usize>,
            unlinked: Vec<usize>,
            new: Vec<&'a RemoteContact>,
        }
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        // In a first sync nobody is here to be compared with.
        if self.pairs.iter().any(|pair| pair.lost().is_some() || pair.untold().is_some()) {
            for contact in self.free.iter().filter(|contact| is_matchable(contact)) {
                classes.entry(key(&self.table.theirs(&contact.image))).or_default().new.push(contact);
            }
        }
        if classes.is_empty() {
            return;
        }
        for (place, pair) in self.pairs.iter().enumerate() {
            if let Some(class) = pair.lost().and_then(|base| classes.get_mut(&key(&self.table.base(base)))) {
                class.vanished.push(place);
            }
            if let Some(class) = pair.untold().and_then(|ours| classes.get_mut(&key(&self.table.ours(ours)))) {
                class.unlinked.push(place);
            }
        }
        let mut unclear = Vec::new();
        for Class { vanished, unlinked, mut new } in classes.into_values() {
            if !vanished.is_empty() {
                if !self.complete {
                    self.wait_for_more(&new);
                } else if vanished.len() == new.len() {
                    self.link(&vanished, &new, Why::Replacement);
                } else if vanished.len() + unlinked.len() == new.len() {
                    let rest = new.split_off(vanished.len());
                    self.link(&vanished, &new, Why::Replacement);
                    self.link(&unlinked, &rest, Why::Equal);
                }
                continue;
            }
            let (unlinked, new) = self.not_apart(&unlinked, &new);
            if unlinked.len() == new.len() {
                self.link(&unlinked, &new, Why::Equal);
            } else if !unlinked.is_empty() && !new.is_empty() {
                unclear.push((unlinked, new));
            }
        }
        self.leave_to_the_user(unclear);
    }

    /// Without those of which the user said that they are different from all the others.
    fn not_apart(&self, here: &[usize], there: &[&'a RemoteContact]) -> (Vec<usize>, Vec<&'a RemoteContact>) {
        let apart = |place: usize, contact: &RemoteContact| {
            let id = self.pairs[place].id;
            self.base.apart.iter().any(|(ours, theirs)| Some(*ours) == id && *theirs == contact.server)
        };
        let left = here.iter().copied().filter(|place| !there.iter().all(|contact| apart(*place, contact))).collect();
        let right = there.iter().copied().filter(|contact| !here.iter().all(|place| apart(*place, contact))).collect();
        (left, right)
    }

    /// A contact that vanished and a new one that is unambiguously its next version.
    fn by_likeness(&mut self) {
        let replaced = self.pairs.iter().enumerate().filter(|(_, pair)| pair.vanished() || pair.overtaken());
        let replaced = replaced.filter_map(|(place, pair)| Some((place, &pair.link?.image))).collect();
        self.link_alike(replaced, Clone::clone);
        // What was sent and never answered may have arrived, and somebody else may have edited it since.
        let sent: HashMap<ContactId, &Image> =
            self.base.sent_contacts.iter().map(|sent| (sent.id, &sent.image)).collect();
        let unanswered = self.pairs.iter().enumerate().filter(|(_, pair)| pair.unknown_there());
        let unanswered = unanswered.filter_map(|(place, pair)| Some((place, *sent.get(&pair.id?)?))).collect();
        self.link_alike(unanswered, Clone::clone);
        let outrun = self.pairs.iter().enumerate().filter(|(_, pair)| pair.outrun());
        let outrun = outrun.filter_map(|(place, pair)| Some((place, &pair.link?.image))).collect();
        // What both had before is not known any more: nothing of either is lost.
        self.link_alike(outrun, |ours| Image::empty(ours.holder().clone()));
    }

    /// Links old images, each of the pair at a place, with new records that are unambiguously their next versions; `base`
    /// is what both sides had agreed on.
    fn link_alike(&mut self, old: Vec<(usize, &Image)>, base: impl Fn(&Image) -> Image) {
        let new: Vec<&RemoteContact> = self.free.iter().copied().filter(|contact| is_matchable(contact)).collect();
        if old.is_empty() || new.is_empty() {
            return;
        }
        let candidates: Vec<&Image> = new.iter().map(|contact| &contact.image).collect();
        let (places, images): (Vec<usize>, Vec<&Image>) = old.into_iter().unzip();
        for (old, found) in alike::pairs_of(&images, &candidates) {
            if self.complete {
                self.link(&[places[old]], &[new[found]], Why::Replacement);
                self.pairs[places[old]].base = Some(base(images[old]));
            } else {
                self.wait_for_more(&[new[found]]);
            }
        }
        self.drop_taken();
    }

    /// What comes back is taken from the trash, with its local part.
    fn out_of_the_trash(&mut self) {
        let mut trashed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, pair) in self.pairs.iter().enumerate().filter(|(_, pair)| pair.unknown_there()) {
            if let Some(ours) = pair.ours.filter(|ours| ours.trashed && !self.free.is_empty()) {
                trashed.entry(key(&self.table.ours(&ours.image))).or_default().push(place);
            }
        }
        if trashed.is_empty() {
            return;
        }
        let mut new: BTreeMap<String, Vec<&RemoteContact>> = BTreeMap::new();
        for contact in self.free.iter().filter(|contact| is_matchable(contact)) {
            new.entry(key(&self.table.theirs(&contact.image))).or_default().push(contact);
        }
        for (key, here) in trashed {
            if let ([place], Some([contact])) = (&here[..], new.get(&key).map(Vec::as_slice)) {
                self.pairs[*place].theirs = Some(contact);
                self.taken.insert(&contact.server);
            }
        }
        self.drop_taken();
    }

    fn link(&mut self, here: &[usize], there: &[&'a RemoteContact], why: Why) {
        for (place, contact) in here.iter().zip(there) {
            let pair = &mut self.pairs[*place];
            pair.leftovers.extend(pair.theirs);
            pair.theirs = Some(contact);
            pair.why = why;
            let agreed = pair.link.map(|link| &link.image).or(pair.ours.map(|ours| &ours.image));
            pair.base = agreed.cloned();
            self.taken.insert(&contact.server);
        }
    }

    fn wait_for_more(&mut self, new: &[&'a RemoteContact]) {
        self.taken.extend(new.iter().map(|contact| &contact.server));
        self.waiting.extend(new);
    }

    fn drop_taken(&mut self) {
        let taken = &self.taken;
        self.free.retain(|contact| !taken.contains(&contact.server));
    }

    fn leave_to_the_user(&mut self, unclear: Vec<(Vec<usize>, Vec<&'a RemoteContact>)>) {
        let mut places: HashSet<usize> = HashSet::new();
        for (here, there) in unclear {
            self.taken.extend(there.iter().map(|contact| &contact.server));
            self.unclear.push(Unclear {
                name: self.pairs[here[0]].name(),
                contacts: here.iter().filter_map(|place| self.pairs[*place].id).collect(),
                servers: there.iter().map(|contact| contact.server.clone()).collect(),
            });
            places.extend(here);
        }
        self.drop_taken();
        self.pairs.take_out(&places);
    }
}

/// Whether a record says what was sent and nothing else.
fn is_all_of(table: &Table, contact: &RemoteContact, sent: &SentContact) -> bool {
    !contact.unreadable && table.theirs(&contact.image) == table.base(&sent.image)
}

fn is_matchable(contact: &RemoteContact) -> bool {
    !contact.unreadable && *contact.image.holder() == Holder::Custom
}

fn key(image: &Image) -> String {
    serde_json::to_string(image).unwrap_or_default()
}
