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
        Conflict, GroupImage, GroupRef, Here, Holder, Image, Note, Plan, Planned, Remote, RemoteContact, RemoteGroup,
        ServerId, Step, StepId, Subject, There, Versions, Why,
    },
    store::{
        Book, accounts,
        failpoint::failpoint,
        people, read,
        write::{Stop, Writing, kind_name, unreadable},
    },
};

use super::{
    link::{self, Facts, Hash},
    read::Seen,
    state,
    unsent::{self, mark, parsed},
};

/// So long a sending that nobody waits for is known by its ciphertext.
const TWINS: i64 = 30 * 24 * 60 * 60 * 1000;

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

struct Pull<'p, 'w, 'book> {
    w: &'w mut Writing<'book>,
    account: &'p AccountId,
    pulled: &'p Pulled<'p>,
    contacts: HashMap<&'p ServerId, &'p RemoteContact>,
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
                let Some(facts) = self.contact_facts(server, &image) else { return Ok(false) };
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
                let Some(facts) = self.group_facts(server, image) else { return Ok(false) };
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
            Here::CreateContact { contact, server, image, .. } => self.create_contact(*contact, server, image),
            Here::UpdateContact { contact, image, theirs } => self.update_contact(*contact, image, theirs),
            Here::RestoreContact { contact, server, image } => self.restore_contact(*contact, server, image),
            Here::TrashContact { contact } => self.trash_contact(*contact),
            Here::CreateGroup { group, server, image } => self.create_group(*group, server, image),
            Here::UpdateGroup { group, image, theirs } => self.update_group(*group, image, theirs),
            Here::DeleteGroup { group } => self.delete_group(*group),
        }
    }

    fn create_contact(&mut self, known: Option<ContactId>, server: &ServerId, image: &Image) -> Result<bool, Stop> {
        let Some(image) = self.resolved(image)? else { return Ok(false) };
        let id = known.unwrap_or_else(|| self.w.contact_id());
        if read::contact_document(&self.w.transaction, id)?.is_some() {
            return Ok(false);
        }
        let Some(facts) = self.contact_facts(server, &image) else { return Ok(false) };
        let mut contact = Contact::new(id, self.account.clone(), self.w.at);
        contact.created = facts.created.unwrap_or(self.w.at);
        put_on(&self.w.transaction, &mut contact, &image)?;
        let (account, kind, id) = (self.account, Kind::Contact, id.0);
        if !self.put_link(&link::Row { account, kind, id, server, superseded: &[], image: &image, facts }, None)? {
            return Ok(false);
        }
        self.w.create(&contact)?;
        self.known_to_agree(kind, id, Image::of(&contact) == image)?;
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

    fn restore_contact(&mut self, id: ContactId, server: &ServerId, image: &Image) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)? else { return Ok(false) };
        let Some(image) = self.resolved(image)? else { return Ok(false) };
        let Some(facts) = self.contact_facts(server, &image) else { return Ok(false) };
        let superseded = match link::of::<_, Image>(&self.w.transaction, id.0, ContactId)? {
            Some((_, linked)) => linked.superseded,
            None => Vec::new(),
        };
        let (account, kind) = (self.account, Kind::Contact);
        let row = link::Row { account, kind, id: id.0, server, superseded: &superseded, image: &image, facts };
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
        if read::group(&self.w.transaction, id)?.is_some() {
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
    fn contact_facts(&self, server: &ServerId, agreed: &Image) -> Option<Facts<'p>> {
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

    fn group_facts(&self, server: &ServerId, agreed: &GroupImage) -> Option<Facts<'p>> {
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
            mark(&self.w.transaction, self.account, kind, id, false)?;
        }
        Ok(())
    }

    /// The conflicts of the plan take the place of those before.
    fn conflicts(&mut self) -> Result<(), Stop> {
        let before: Vec<(String, Uuid)> = self
            .w
            .transaction
            .prepare_cached("SELECT DISTINCT kind, id FROM conflict WHERE account = ?")?
            .query_map([&self.account.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        self.w.transaction.prepare_cached("DELETE FROM conflict WHERE account = ?")?.execute([&self.account.0])?;
        for conflict in &self.pulled.plan.conflicts {
            self.conflict(conflict)?;
        }
        for (kind, id) in before {
            self.w.look_anew(unsent::kind_named(&kind), id);
        }
        Ok(())
    }

    fn conflict(&mut self, conflict: &Conflict) -> Result<(), Stop> {
        let (kind, id, image) = match &conflict.versions {
            Versions::Contact { contact, theirs, .. } => (Kind::Contact, contact.0, serde_json::to_string(theirs)),
            Versions::Group { group, theirs, .. } => (Kind::Group, group.0, serde_json::to_string(theirs)),
        };
        let image = image.map_err(unreadable)?;
        for field in &conflict.fields {
            self.w
                .transaction
                .prepare_cached("INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?)")?
                .execute(params![self.account.0, kind_name(kind), id, field.field, field.mine, field.theirs, image])?;
        }
        self.w.look_anew(kind, id);
        Ok(())
    }

    /// Records that say what was agreed on and look otherwise on the wire (sealed anew, say) are known by their new hash.
    fn raw_hashes(&mut self) -> Result<(), Stop> {
        if self.pulled.raw.is_empty() {
            return Ok(());
        }
        let stored: Vec<(Uuid, ServerId, Option<Hash>)> = self
            .w
            .transaction
            .prepare_cached("SELECT id, server, raw FROM link WHERE account = ?")?
            .query_map([&self.account.0], |row| Ok((row.get(0)?, ServerId(row.get(1)?), row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (id, server, raw) in stored {
            let now = self.pulled.raw.get(&server);
            if now.is_none() || now == raw.as_ref() {
                continue;
            }
            let facts = if self.contacts.contains_key(&server) {
                let agreed = link::of::<_, Image>(&self.w.transaction, id, ContactId)?;
                agreed.and_then(|(_, agreed)| self.contact_facts(&server, &agreed.image))
            } else {
                let agreed = link::of::<_, GroupImage>(&self.w.transaction, id, GroupId)?;
                agreed.and_then(|(_, agreed)| self.group_facts(&server, &agreed.image))
            };
            let Some(facts) = facts else { continue };
            self.w
                .transaction
                .prepare_cached("UPDATE link SET raw = ?, key_url = ?, modified = ?, unreadable = ? WHERE id = ?")?
                .execute(params![
                    facts.raw.map(<[u8; 32]>::as_slice),
                    facts.key,
                    facts.modified.map(|at| at.0),
                    facts.unreadable,
                    id
                ])?;
        }
        Ok(())
    }

    /// Nobody waits any more for a sending of which the plan does not speak: what it wanted was undone, or is done.
    fn sendings(&mut self) -> Result<(), Stop> {
        let old = self.w.at.0 - TWINS;
        self.w
            .transaction
            .prepare_cached("DELETE FROM sending WHERE account = ? AND begun < ? AND state IN ('created', 'dropped')")?
            .execute(params![self.account.0, old])?;
        if !self.pulled.remote.complete {
            return Ok(());
        }
        let plan = self.pulled.plan;
        let mut spoken_of: HashSet<Uuid> = plan.steps.iter().filter_map(|planned| sent_by(&planned.step)).collect();
        spoken_of.extend(plan.held.iter().filter_map(|held| held.subject).map(|subject| match subject {
            Subject::Contact(ContactId(id)) | Subject::Group(GroupId(id)) => id,
        }));
        let waiting: Vec<(String, Uuid, bool)> = self
            .w
            .transaction
            .prepare_cached(
                "SELECT kind, id, image IS NULL FROM sending WHERE account = ? AND state IN ('creating', 'deleting')",
            )?
            .query_map([&self.account.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (kind, id, is_deletion) in waiting.into_iter().filter(|(_, id, _)| !spoken_of.contains(id)) {
            let sql = if is_deletion {
                "DELETE FROM sending WHERE id = ? AND image IS NULL"
            } else {
                "UPDATE sending SET state = 'dropped' WHERE id = ? AND state IN ('creating', 'deleting') AND image IS NOT NULL"
            };
            self.w.transaction.prepare_cached(sql)?.execute([id])?;
            self.w.look_anew(unsent::kind_named(&kind), id);
        }
        Ok(())
    }
}

const TOUCHED: &str = "SELECT EXISTS (SELECT 1 FROM change_record JOIN change ON seq = change_record.change
    WHERE change_record.id = ? AND change_record.change > ? AND origin IN ('user', 'import'))";

/// The record of ours that a step sends or deletes there.
fn sent_by(step: &Step) -> Option<Uuid> {
    let Step::There(there) = step else { return None };
    Some(match there {
        There::CreateContact { contact, .. }
        | There::ReplaceContact { contact, .. }
        | There::RecreateContact { contact, .. }
        | There::DeleteContact { contact, .. }
        | There::DeleteOldContact { contact, .. } => contact.0,
        There::CreateGroup { group, .. } | There::DeleteGroup { group, .. } | There::DeleteOldGroup { group, .. } => {
            group.0
        }
    })
}

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
