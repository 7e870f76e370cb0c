//! Who is who: what a pull notes in the links, and how images of the server come to name our groups.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    book::{ContactId, GroupId, change::Kind},
    plan::{GroupImage, GroupRef, Image, Note, ServerId, Why},
    store::write::Stop,
};

use super::{
    super::{
        link::{self, Facts},
        unsent::parsed,
    },
    Pull,
};

impl<'p> Pull<'p, '_, '_> {
    /// Whether it could be noted.
    pub(super) fn note(&mut self, note: &Note) -> Result<bool, Stop> {
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
                    image: Some(&image),
                    facts,
                };
                let sealed = self.contacts.get(server).map(|there| &there.sealed);
                self.put_link(&row, sealed.filter(|_| *why == Why::Ciphertext))
            }
            Note::LinkGroup { group, server, superseded, image, why } => {
                let facts = self.group_facts(server, image).unwrap_or_default();
                let (account, kind, id) = (self.account, Kind::Group, group.0);
                let row = link::Row { account, kind, id, server, superseded, image: Some(image), facts };
                let sealed = self.groups.get(server).map(|there| &there.sealed);
                self.put_link(&row, sealed.filter(|_| *why == Why::Ciphertext))
            }
            Note::ForgetContact { contact: ContactId(id) } => self.unlink(Kind::Contact, *id),
            Note::ForgetGroup { group: GroupId(id) } => self.unlink(Kind::Group, *id),
        }
    }

    /// The image with our ids of groups only; `None` when it names one that is not linked (yet).
    fn resolved(&mut self, image: &Image) -> rusqlite::Result<Option<Image>> {
        let mut groups = Vec::with_capacity(image.groups().len());
        for group in image.groups() {
            groups.push(match group {
                GroupRef::Ours(id) => *id,
                GroupRef::Theirs(server) => match self.linked_group(server)? {
                    Some(id) => id,
                    None => return Ok(None),
                },
            });
        }
        Ok(Some(image.in_groups(groups.into_iter().map(GroupRef::Ours))))
    }

    /// Two images, which mostly are one.
    pub(super) fn both_resolved(&mut self, image: &Image, theirs: &Image) -> rusqlite::Result<Option<(Image, Image)>> {
        let Some(resolved) = self.resolved(image)? else { return Ok(None) };
        if image == theirs {
            return Ok(Some((resolved.clone(), resolved)));
        }
        Ok(self.resolved(theirs)?.map(|theirs| (resolved, theirs)))
    }

    fn linked_group(&mut self, server: &ServerId) -> rusqlite::Result<Option<GroupId>> {
        if let Some(id) = self.linked_groups.get(server) {
            return Ok(Some(*id));
        }
        let id = link::ours(&self.w.transaction, self.account, Kind::Group, server)?.map(GroupId);
        self.linked_groups.extend(id.map(|id| (server.clone(), id)));
        Ok(id)
    }

    /// What the wire says of a contact. Its raw hash counts only if what it says is what is agreed on.
    pub fn contact_facts(&self, server: &ServerId, agreed: &Image) -> Option<Facts<'p>> {
        let there = self.contacts.get(server)?;
        let said = there.image.says_the_same(agreed);
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
    pub(super) fn put_link<M: Serialize>(
        &mut self,
        row: &link::Row<'_, M>,
        sealed: Option<&BTreeSet<String>>,
    ) -> Result<bool, Stop> {
        let connection = &self.w.transaction;
        match row.put(connection, self.w.at) {
            Err(error) if link::is_taken(&error) => return Ok(false),
            put => put?,
        }
        self.linked.insert(row.id);
        if let Some(sealed) = sealed {
            arrived(connection, row.id, row.server, sealed)?;
        }
        self.see_anew(row.kind, row.id);
        Ok(true)
    }

    pub(super) fn unlink(&mut self, kind: Kind, id: Uuid) -> Result<bool, Stop> {
        link::remove(&self.w.transaction, id)?;
        self.w.transaction.prepare_cached("DELETE FROM conflict WHERE id = ?")?.execute([id])?;
        self.w.transaction.prepare_cached("DELETE FROM sending WHERE id = ? AND image IS NULL")?.execute([id])?;
        self.see_anew(kind, id);
        Ok(true)
    }

    fn see_anew(&mut self, kind: Kind, id: Uuid) {
        if kind == Kind::Group {
            self.linked_groups.clear();
        }
        self.w.look_anew(kind, id);
    }
}

/// The body that carries one of these sealed values, or has none, has arrived under this id.
fn arrived(connection: &Connection, id: Uuid, server: &ServerId, sealed: &BTreeSet<String>) -> rusqlite::Result<()> {
    let sent: Vec<(i64, BTreeSet<String>)> = connection
        .prepare_cached("SELECT row, sealed FROM sending WHERE id = ? AND image IS NOT NULL AND state <> 'created'")?
        .query_map([id], |row| Ok((row.get(0)?, parsed(row.get_ref(1)?.as_str()?)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (row, _) in sent.into_iter().filter(|(_, values)| values.is_empty() || !values.is_disjoint(sealed)) {
        connection
            .prepare_cached(
                "UPDATE sending SET state = 'created', server = ?, body = '', old = NULL, error = NULL, next_try = NULL WHERE row = ?",
            )?
            .execute(params![server.0, row])?;
    }
    Ok(())
}
