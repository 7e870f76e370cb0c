//! What a pull leaves behind beside the records: conflicts to be asked about, the hashes of what came, and sendings that
//! nobody waits for any more.

use std::collections::HashSet;

use rusqlite::params;
use uuid::Uuid;

use crate::{
    book::{ContactId, GroupId, change::Kind},
    plan::{Conflict, GroupImage, Image, ServerId, Step, There, Versions},
    store::write::{Stop, kind_name, unreadable},
};

use super::{
    link::{self, Hash},
    pull::Pull,
    unsent,
};

/// So long a sending that nobody waits for is known by its ciphertext.
const TWINS: i64 = 30 * 24 * 60 * 60 * 1000;
/// So long a deletion that nobody waits for may still be carried out: what is gone then is gone by us.
const LATE: i64 = 60 * 60 * 1000;

impl Pull<'_, '_, '_> {
    /// The conflicts of the plan take the place of those before.
    pub fn conflicts(&mut self) -> Result<(), Stop> {
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
    pub fn raw_hashes(&mut self) -> Result<(), Stop> {
        let all = "SELECT count(*) FROM link WHERE account = ?";
        let all: usize = self.w.transaction.prepare_cached(all)?.query_row([&self.account.0], |row| row.get(0))?;
        // Those that this pull has linked have the new hash already.
        if self.pulled.raw.is_empty() || all == self.linked.len() {
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
            if now.is_none() || now == raw.as_ref() || self.linked.contains(&id) {
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
    pub fn sendings(&mut self) -> Result<(), Stop> {
        let at = self.w.at.0;
        self.w
            .transaction
            .prepare_cached(
                "DELETE FROM sending WHERE account = ? AND state IN ('created', 'dropped')
                 AND begun < iif(image IS NULL, ?, ?)",
            )?
            .execute(params![self.account.0, at - LATE, at - TWINS])?;
        if !self.pulled.remote.complete {
            return Ok(());
        }
        let plan = self.pulled.plan;
        let mut spoken_of: HashSet<Uuid> = plan.steps.iter().filter_map(|planned| sent_by(&planned.step)).collect();
        spoken_of.extend(plan.held.iter().filter_map(|held| held.subject).map(|subject| subject.record().id));
        let waiting: Vec<(String, Uuid)> = self
            .w
            .transaction
            .prepare_cached("SELECT kind, id FROM sending WHERE account = ? AND state IN ('creating', 'deleting')")?
            .query_map([&self.account.0], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (kind, id) in waiting.into_iter().filter(|(_, id)| !spoken_of.contains(id)) {
            let sql = "UPDATE sending SET state = 'dropped' WHERE id = ? AND state IN ('creating', 'deleting')";
            self.w.transaction.prepare_cached(sql)?.execute([id])?;
            self.w.look_anew(unsent::kind_named(&kind), id);
        }
        // Later nobody could tell it from what others send.
        let bare =
            "DELETE FROM sending WHERE account = ? AND state = 'dropped' AND image IS NOT NULL AND sealed = '[]'";
        self.w.transaction.prepare_cached(bare)?.execute([&self.account.0])?;
        Ok(())
    }
}

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
