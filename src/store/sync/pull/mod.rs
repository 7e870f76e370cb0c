//! Taking over what a plan says of this book: one change of origin Sync, with the links in the same transaction.
//!
//! A plan is made while people go on working. What they have changed since its input was read is left alone; the next
//! plan sees it.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::{
    book::{
        AccountId, Committed, Contact, ContactId, ContactType, Failure, Group, GroupId, Origin, Person, PersonRef,
        Profile, change::Kind,
    },
    plan::{
        GroupImage, GroupRef, Here, Holder, Image, Note, Plan, Planned, Remote, RemoteContact, RemoteGroup, ServerId,
        Step, StepId, Why,
    },
    store::{
        Book, accounts,
        failpoint::failpoint,
        people, read,
        write::{Stop, Writing},
    },
};

use super::{
    link::{self, Facts, Hash},
    read::Seen,
    state,
    unsent::{Mark, mark, parsed},
};

/// A plan to be taken over.
#[derive(Clone, Copy)]
pub struct Pulled<'a> {
    /// The answer of the server that the plan was made of.
    pub remote: &'a Remote,
    /// The hashes of its raw records.
    pub raw: &'a HashMap<ServerId, Hash>,
    /// The hash of the whole answer; once it is stored, the same answer needs no look. Given with the last part of a plan
    /// that left nothing open.
    pub list: Option<Hash>,
    /// The plan.
    pub plan: &'a Plan,
    /// The steps of it that may be done now, in its order; those on the server are passed over.
    pub steps: &'a [&'a Planned],
    /// When the input of the plan was read.
    pub seen: Seen,
}

/// What was taken over.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The change.
    pub committed: Committed,
    /// Steps that were not done, because the book was changed since, or because they need one that was not done. The
    /// next plan says anew what to do.
    pub skipped: HashSet<StepId>,
}

impl Book {
    /// Takes over the steps of a plan that concern this book and its links: contacts and groups come, change, go to the
    /// trash and come back, links and conflicts follow; one change, in the history and not in the way of undo. The local
    /// part of a contact stays as it is.
    ///
    /// # Errors
    /// Nothing was taken over.
    pub fn apply_pull(&mut self, account: &AccountId, pulled: &Pulled<'_>) -> Result<Applied, Failure> {
        let mut skipped = HashSet::new();
        let committed = self.write(Origin::Sync, |w| {
            w.beside_the_journal = true;
            accounts::check(&w.transaction, account)?;
            let mut pull = Pull::new(w, account, pulled);
            for planned in pulled.steps {
                pull.step(planned)?;
            }
            pull.conflicts()?;
            pull.raw_hashes()?;
            pull.sendings()?;
            let (tally, left) = (pull.tally, pull.skipped);
            skipped = left;
            let mut state = state::read(&w.transaction, account)?;
            state.pulled = Some(w.at);
            state.list = pulled.list.filter(|_| skipped.is_empty());
            state::put(&w.transaction, account, &state)?;
            failpoint("pull-applied");
            Ok(tally.title(account))
        })?;
        Ok(Applied { committed, skipped })
    }
}

/// How many records came, changed and went.
#[derive(Clone, Copy, Default)]
struct Tally {
    new: usize,
    changed: usize,
    gone: usize,
}

impl Tally {
    fn title(self, account: &AccountId) -> String {
        let parts = [(self.new, "new"), (self.changed, "changed"), (self.gone, "gone")];
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if parts.is_empty() { format!("Synced {account}") } else { format!("Synced {account}: {}", parts.join(", ")) }
    }
}

pub(super) struct Pull<'p, 'w, 'book> {
    pub w: &'w mut Writing<'book>,
    pub account: &'p AccountId,
    pub pulled: &'p Pulled<'p>,
    pub contacts: HashMap<&'p ServerId, &'p RemoteContact>,
    groups: HashMap<&'p ServerId, &'p RemoteGroup>,
    skipped: HashSet<StepId>,
    tally: Tally,
}

impl<'p, 'w, 'book> Pull<'p, 'w, 'book> {
    fn new(w: &'w mut Writing<'book>, account: &'p AccountId, pulled: &'p Pulled<'p>) -> Self {
        Self {
            w,
            account,
            pulled,
            contacts: pulled.remote.contacts.iter().map(|contact| (&contact.server, contact)).collect(),
            groups: pulled.remote.groups.iter().map(|group| (&group.server, group)).collect(),
            skipped: HashSet::new(),
            tally: Tally::default(),
        }
    }

    fn step(&mut self, planned: &Planned) -> Result<(), Stop> {
        let possible = !planned.needs.iter().any(|need| self.skipped.contains(need));
        let done = possible
            && match &planned.step {
                Step::Note(note) => self.note(note)?,
                Step::Here(here) => self.here(here)?,
                Step::There(_) => true,
            };
        if !done {
            self.skipped.insert(planned.id.clone());
        }
        Ok(())
    }

    /// Whether it could be noted.
    fn note(&mut self, note: &Note) -> Result<bool, Stop> {
        match note {
            Note::LinkContact { contact, server, superseded, image, why } => {
                let Some(image) = self.resolved(image)? else { return Ok(false) };
                // Also one that the answer does not show may get another image.
                let facts = self.contact_facts(server, &image).unwrap_or_default();
                let row = link::Row {
                    account: self.account,
                    kind: Kind::Contact,
                    id: contact.0,
                    server,
                    superseded,
                    image: &image,
                    facts,
                };
                let sealed = self.contacts.get(server).map(|there| &there.sealed);
                self.put_link(&row, sealed.filter(|_| *why == Why::Ciphertext))
            }
            Note::LinkGroup { group, server, superseded, image, why } => {
                let facts = self.group_facts(server, image).unwrap_or_default();
                let (account, kind, id) = (self.account, Kind::Group, group.0);
                let row = link::Row { account, kind, id, server, superseded, image, facts };
                let sealed = self.groups.get(server).map(|there| &there.sealed);
                self.put_link(&row, sealed.filter(|_| *why == Why::Ciphertext))
            }
            Note::ForgetContact { contact: ContactId(id) } => self.unlink(Kind::Contact, *id),
            Note::ForgetGroup { group: GroupId(id) } => self.unlink(Kind::Group, *id),
        }
    }

    /// Whether it could be done.
    fn here(&mut self, here: &Here) -> Result<bool, Stop> {
        match here {
            Here::CreateContact { contact, server, image, theirs, .. } => {
                self.create_contact(*contact, server, image, theirs)
            }
            Here::UpdateContact { contact, image, theirs } => self.update_contact(*contact, image, theirs),
            Here::RestoreContact { contact, server, image, theirs } => {
                self.restore_contact(*contact, server, image, theirs)
            }
            Here::TrashContact { contact } => self.trash_contact(*contact),
            Here::CreateGroup { group, server, image } => self.create_group(*group, server, image),
            Here::UpdateGroup { group, image, theirs } => self.update_group(*group, image, theirs),
            Here::DeleteGroup { group } => self.delete_group(*group),
        }
    }

    fn create_contact(
        &mut self,
        known: Option<ContactId>,
        server: &ServerId,
        image: &Image,
        theirs: &Image,
    ) -> Result<bool, Stop> {
        let (Some(image), Some(theirs)) = (self.resolved(image)?, self.resolved(theirs)?) else { return Ok(false) };
        let id = known.unwrap_or_else(|| self.w.contact_id());
        if known.is_some() && read::contact_document(&self.w.transaction, id)?.is_some() {
            return Ok(false);
        }
        let Some(facts) = self.contact_facts(server, &theirs) else { return Ok(false) };
        let mut contact = Contact::new(id, self.account.clone(), self.w.at);
        contact.created = facts.created.unwrap_or(self.w.at);
        put_on(&self.w.transaction, &mut contact, &image)?;
        let (account, kind, id) = (self.account, Kind::Contact, id.0);
        if !self.put_link(&link::Row { account, kind, id, server, superseded: &[], image: &theirs, facts }, None)? {
            return Ok(false);
        }
        self.w.create(&contact)?;
        self.known_to_agree(kind, id, Image::of(&contact) == theirs)?;
        self.tally.new += 1;
        Ok(true)
    }

    fn update_contact(&mut self, id: ContactId, image: &Image, theirs: &Image) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)?.filter(|contact| contact.trashed.is_none()) else { return Ok(false) };
        let (Some(image), Some(theirs)) = (self.resolved(image)?, self.resolved(theirs)?) else { return Ok(false) };
        let Some((_, linked)) = link::of::<_, Image>(&self.w.transaction, id.0, ContactId)? else { return Ok(false) };
        let Some(facts) = self.contact_facts(&linked.server, &theirs) else { return Ok(false) };
        let (account, kind, server, superseded) = (self.account, Kind::Contact, &linked.server, &linked.superseded[..]);
        self.put_link(&link::Row { account, kind, id: id.0, server, superseded, image: &theirs, facts }, None)?;
        let mut after = before.clone();
        put_on(&self.w.transaction, &mut after, &image)?;
        self.w.replace(&before, after)?;
        self.w.look_anew(kind, id.0);
        self.tally.changed += 1;
        Ok(true)
    }

    fn restore_contact(
        &mut self,
        id: ContactId,
        server: &ServerId,
        image: &Image,
        theirs: &Image,
    ) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)? else { return Ok(false) };
        let (Some(image), Some(theirs)) = (self.resolved(image)?, self.resolved(theirs)?) else { return Ok(false) };
        let Some(facts) = self.contact_facts(server, &theirs) else { return Ok(false) };
        let superseded = match link::of::<_, Image>(&self.w.transaction, id.0, ContactId)? {
            Some((_, linked)) => linked.superseded,
            None => Vec::new(),
        };
        let (account, kind) = (self.account, Kind::Contact);
        let row = link::Row { account, kind, id: id.0, server, superseded: &superseded, image: &theirs, facts };
        if !self.put_link(&row, None)? {
            return Ok(false);
        }
        let mut after = Contact { trashed: None, ..before.clone() };
        put_on(&self.w.transaction, &mut after, &image)?;
        self.w.replace(&before, after)?;
        self.w.look_anew(kind, id.0);
        self.tally.new += 1;
        Ok(true)
    }

    fn trash_contact(&mut self, id: ContactId) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)? else { return Ok(false) };
        if before.trashed.is_none() {
            self.w.replace(&before, Contact { trashed: Some(self.w.at), ..before.clone() })?;
            self.tally.gone += 1;
        }
        self.unlink(Kind::Contact, id.0)
    }

    fn create_group(&mut self, known: Option<GroupId>, server: &ServerId, image: &GroupImage) -> Result<bool, Stop> {
        let id = known.unwrap_or_else(|| self.w.group_id());
        if known.is_some() && read::group(&self.w.transaction, id)?.is_some() {
            return Ok(false);
        }
        let Some(facts) = self.group_facts(server, image) else { return Ok(false) };
        let (account, kind) = (self.account, Kind::Group);
        if !self.put_link(&link::Row { account, kind, id: id.0, server, superseded: &[], image, facts }, None)? {
            return Ok(false);
        }
        let group = Group { group_type: image.group_type, ..Group::new(id, account.clone(), &image.name) };
        self.w.create_group(&group)?;
        self.tally.new += 1;
        Ok(true)
    }

    fn update_group(&mut self, id: GroupId, image: &GroupImage, theirs: &GroupImage) -> Result<bool, Stop> {
        let Some(before) = self.untouched_group(id)? else { return Ok(false) };
        let Some((_, linked)) = link::of::<_, GroupImage>(&self.w.transaction, id.0, GroupId)? else {
            return Ok(false);
        };
        let Some(facts) = self.group_facts(&linked.server, theirs) else { return Ok(false) };
        let (account, kind, server, superseded) = (self.account, Kind::Group, &linked.server, &linked.superseded[..]);
        self.put_link(&link::Row { account, kind, id: id.0, server, superseded, image: theirs, facts }, None)?;
        let after = Group { name: image.name.clone(), group_type: image.group_type, ..before.clone() };
        self.w.replace_group(&before, &after)?;
        self.tally.changed += 1;
        Ok(true)
    }

    /// Its members stay; that they leave it has been said by other steps, so that only those of the trash are left.
    fn delete_group(&mut self, id: GroupId) -> Result<bool, Stop> {
        let Some(group) = self.untouched_group(id)? else { return Ok(false) };
        let members = read::members(&self.w.transaction, id)?;
        if members.iter().any(|member| member.trashed.is_none()) {
            return Ok(false);
        }
        for before in members {
            let groups = before.groups.iter().copied().filter(|group| *group != id).collect();
            self.w.replace(&before, Contact { groups, ..before.clone() })?;
        }
        self.w.erase_group(&group)?;
        self.tally.gone += 1;
        self.unlink(Kind::Group, id.0)
    }

    /// The stored contact, unless a person has changed it since the plan was made.
    fn untouched(&self, id: ContactId) -> Result<Option<Contact>, Stop> {
        if self.is_touched(id.0)? {
            return Ok(None);
        }
        Ok(read::contact(&self.w.transaction, id)?.filter(|contact| contact.account == *self.account))
    }

    fn untouched_group(&self, id: GroupId) -> Result<Option<Group>, Stop> {
        if self.is_touched(id.0)? {
            return Ok(None);
        }
        Ok(read::group(&self.w.transaction, id)?.filter(|group| group.account == *self.account))
    }

    fn is_touched(&self, id: Uuid) -> rusqlite::Result<bool> {
        self.w.transaction.prepare_cached(TOUCHED)?.query_row(params![id, self.pulled.seen.0], |row| row.get(0))
    }

    fn resolved(&self, image: &Image) -> rusqlite::Result<Option<Image>> {
        link::resolved(&self.w.transaction, self.account, image)
    }

    /// What the wire says of a contact. Its raw hash counts only if what it says is what is agreed on.
    pub fn contact_facts(&self, server: &ServerId, agreed: &Image) -> Option<Facts<'p>> {
        let there = self.contacts.get(server)?;
        let said = there.image.profile() == agreed.profile() && there.image.holder() == agreed.holder();
        Some(Facts {
            key: there.key.as_deref(),
            raw: self.pulled.raw.get(server).filter(|_| said),
            created: there.created,
            modified: there.modified,
            unreadable: there.unreadable,
        })
    }

    pub fn group_facts(&self, server: &ServerId, agreed: &GroupImage) -> Option<Facts<'p>> {
        let there = self.groups.get(server)?;
        Some(Facts {
            key: there.key.as_deref(),
            raw: self.pulled.raw.get(server).filter(|_| there.image == *agreed),
            created: there.created,
            modified: there.modified,
            unreadable: there.unreadable,
        })
    }

    /// Links a record unless the one of the server is linked to another one already. What carries a sealed value that we
    /// sent has arrived.
    fn put_link<M: serde::Serialize>(
        &mut self,
        row: &link::Row<'_, M>,
        sealed: Option<&BTreeSet<String>>,
    ) -> Result<bool, Stop> {
        let connection = &self.w.transaction;
        if link::ours(connection, self.account, row.kind, row.server)?.is_some_and(|other| other != row.id) {
            return Ok(false);
        }
        row.put(connection, self.w.at)?;
        if let Some(sealed) = sealed {
            arrived(connection, row.id, row.server, sealed)?;
        }
        self.w.look_anew(row.kind, row.id);
        Ok(true)
    }

    fn unlink(&mut self, kind: Kind, id: Uuid) -> Result<bool, Stop> {
        link::remove(&self.w.transaction, id)?;
        self.w.transaction.prepare_cached("DELETE FROM conflict WHERE id = ?")?.execute([id])?;
        self.w.transaction.prepare_cached("DELETE FROM sending WHERE id = ? AND image IS NULL")?.execute([id])?;
        self.w.look_anew(kind, id);
        Ok(true)
    }

    /// Spares the look at a record which was written just now, twice: with its link and by itself.
    fn known_to_agree(&mut self, kind: Kind, id: Uuid, agrees: bool) -> rusqlite::Result<()> {
        if agrees {
            self.w.look_away();
            self.w.look_away();
            mark(&self.w.transaction, self.account, kind, id, Mark::default())?;
        }
        Ok(())
    }
}

const TOUCHED: &str = "SELECT EXISTS (SELECT 1 FROM change_record JOIN change ON seq = change_record.change
    WHERE change_record.id = ? AND change_record.change > ? AND origin IN ('user', 'import'))";

/// The body that carries one of these sealed values has arrived under this id.
fn arrived(connection: &Connection, id: Uuid, server: &ServerId, sealed: &BTreeSet<String>) -> rusqlite::Result<()> {
    let sent: Vec<(i64, BTreeSet<String>)> = connection
        .prepare_cached("SELECT row, sealed FROM sending WHERE id = ? AND image IS NOT NULL AND state <> 'created'")?
        .query_map([id], |row| Ok((row.get(0)?, parsed(row.get_ref(1)?.as_str()?)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (row, _) in sent.into_iter().filter(|(_, values)| !values.is_disjoint(sealed)) {
        connection
            .prepare_cached(
                "UPDATE sending SET state = 'created', server = ?, body = '', old = NULL, error = NULL, next_try = NULL WHERE row = ?",
            )?
            .execute(params![server.0, row])?;
    }
    Ok(())
}

/// Writes the shared part over a contact; who a CLOUD contact is comes from the directory as it was last seen.
pub(super) fn put_on(connection: &Connection, contact: &mut Contact, image: &Image) -> rusqlite::Result<()> {
    match image.holder() {
        Holder::Custom => {
            contact.contact_type = ContactType::Custom;
            contact.person = None;
        }
        Holder::Cloud(ServerId(key)) => {
            let who = PersonRef { directory: contact.account.0.clone(), key: key.clone() };
            contact.contact_type = ContactType::Cloud;
            if contact.person.as_ref().is_none_or(|person| person.who != who) {
                let seen = people::person(connection, &who)?;
                let unseen = || Person { who, profile: Profile::default(), unresolved_since: None };
                contact.person = Some(seen.unwrap_or_else(unseen));
            }
        }
        Holder::Elsewhere => {}
    }
    // Whoever calls this has made all groups ours.
    image.write_into(contact, |group| match group {
        GroupRef::Ours(id) => Some(*id),
        GroupRef::Theirs(_) => None,
    });
    Ok(())
}
