//! What a plan is made of, read from the book in one snapshot.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    book::{AccountId, ContactId, Failure, GroupId, PersonRef, Profile, change::Kind},
    plan::{
        Base, GroupImage, GroupLink, GroupRef, Holder, Image, Link, Local, LocalContact, LocalGroup, Sent, ServerId,
    },
    store::{
        Book, accounts,
        read::{self, last_seq},
        write::{kind_name, unreadable},
    },
};

use super::{
    link::{self, Hash},
    sending::WITH_BODY,
    unsent::parsed,
};

/// The moment at which the input of a plan was read: what people change after it is not overwritten by what the plan
/// says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(pub(super) i64);

/// All that the book has to say in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncInput {
    /// What both sides agreed on, and what is on its way.
    pub base: Base,
    /// What is here.
    pub local: Local,
    /// When this was read.
    pub seen: Seen,
}

impl Book {
    /// What the book has to say in a plan, read in one snapshot.
    pub fn sync_input(&self, account: &AccountId) -> Result<SyncInput, Failure> {
        let input = || {
            let snapshot = self.connection.unchecked_transaction()?;
            let mut local = local(&snapshot, account)?;
            let base = base(&snapshot, account, &local)?;
            let agreed: HashMap<ContactId, &Image> = base.contacts.iter().map(|link| (link.id, &link.image)).collect();
            for contact in &mut local.contacts {
                if let Some(agreed) = agreed.get(&contact.id) {
                    contact.image.share(agreed);
                }
            }
            Ok(SyncInput { base, local, seen: Seen(last_seq(&snapshot)?) })
        };
        input().map_err(|e| self.failure(&e))
    }

    /// The contacts of the server that need not be opened as long as their texts have these hashes, by their ids there: what
    /// they say is what was agreed on. What shall be sent anew is opened first: without its key it is left alone.
    pub fn known_texts(&self, account: &AccountId) -> Result<HashMap<String, Hash>, Failure> {
        const KNOWN: &str = "SELECT server, raw FROM link
            WHERE account = ? AND kind = 'contact' AND raw IS NOT NULL AND NOT unreadable
            AND NOT EXISTS (SELECT 1 FROM unsent WHERE unsent.id = link.id AND open)";
        let known = || -> rusqlite::Result<_> {
            let mut statement = self.connection.prepare_cached(KNOWN)?;
            statement.query_map([&account.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        known().map_err(|e| self.failure(&e))
    }

    /// The contacts and groups of an account, those in the trash too.
    pub fn sync_local(&self, account: &AccountId) -> Result<Local, Failure> {
        local(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// The groups that both sides have.
    pub fn linked_groups(&self, account: &AccountId) -> Result<Vec<GroupLink>, Failure> {
        let linked =
            local_groups(&self.connection, account).and_then(|local| group_links(&self.connection, account, &local));
        linked.map_err(|e| self.failure(&e))
    }
}

fn local(connection: &Connection, account: &AccountId) -> rusqlite::Result<Local> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, contact_type, groups, trashed IS NOT NULL, document.document FROM contact
         JOIN document USING (row) WHERE account = ? AND account <> 'local' ORDER BY contact.row",
    )?;
    let mut rows = statement.query([&account.0])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        let document = row.get_ref(5)?.as_str()?;
        // The columns say the rest, and a whole contact takes long to read.
        let profile: Profile = serde_json::from_str(document).map_err(unreadable)?;
        let holder = if row.get_ref(2)?.as_str()? == "CLOUD" {
            let Somebody { person } = serde_json::from_str(document).map_err(unreadable)?;
            Holder::cloud(account, person.as_ref())
        } else {
            Holder::Custom
        };
        let groups = read::group_ids(row.get_ref(3)?.as_blob()?).map(GroupRef::Ours);
        contacts.push(LocalContact {
            id: ContactId(row.get(0)?),
            name: row.get(1)?,
            image: Image::of_profile(holder, profile, groups),
            trashed: row.get(4)?,
        });
    }
    Ok(Local { contacts, groups: local_groups(connection, account)? })
}

fn local_groups(connection: &Connection, account: &AccountId) -> rusqlite::Result<Vec<LocalGroup>> {
    Ok(accounts::groups(connection, account)?.iter().map(LocalGroup::of).collect())
}

/// Who a CLOUD contact is.
#[derive(Deserialize)]
struct Somebody {
    #[serde(default)]
    person: Option<PersonRef>,
}

fn base(connection: &Connection, account: &AccountId, local: &Local) -> rusqlite::Result<Base> {
    let contacts: HashMap<Uuid, &Image> = local.contacts.iter().map(|here| (here.id.0, &here.image)).collect();
    let apart = connection
        .prepare_cached("SELECT contact, server FROM apart WHERE account = ? ORDER BY contact, server")?
        .query_map([&account.0], |row| Ok((ContactId(row.get(0)?), ServerId(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    let deleting = connection
        .prepare_cached("SELECT replaces FROM sending WHERE account = ? AND image IS NULL AND replaces IS NOT NULL")?
        .query_map([&account.0], |row| row.get(0).map(ServerId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Base {
        contacts: links(connection, account, Kind::Contact, ContactId, &contacts)?,
        groups: group_links(connection, account, &local.groups)?,
        sent_contacts: sent(connection, account, Kind::Contact, ContactId)?,
        sent_groups: sent(connection, account, Kind::Group, GroupId)?,
        deleting,
        apart,
    })
}

fn group_links(connection: &Connection, account: &AccountId, local: &[LocalGroup]) -> rusqlite::Result<Vec<GroupLink>> {
    let here: HashMap<Uuid, &GroupImage> = local.iter().map(|here| (here.id.0, &here.image)).collect();
    links(connection, account, Kind::Group, GroupId, &here)
}

fn links<I, M: DeserializeOwned + Clone>(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    wrap: impl Fn(Uuid) -> I,
    here: &HashMap<Uuid, &M>,
) -> rusqlite::Result<Vec<Link<I, M>>> {
    let here = |id| Ok(here.get(&id).copied().cloned());
    connection
        .prepare_cached(
            "SELECT id, server, superseded, image, confirmed FROM link WHERE account = ? AND kind = ? ORDER BY row",
        )?
        .query_map((&account.0, kind_name(kind)), |row| link::read(row, &wrap, here))?
        .collect()
}

fn sent<I, M: DeserializeOwned>(
    connection: &Connection,
    account: &AccountId,
    kind: Kind,
    wrap: impl Fn(Uuid) -> I,
) -> rusqlite::Result<Vec<Sent<I, M>>> {
    connection
        .prepare_cached(&format!(
            "SELECT id, sealed, image, replaces, state, what = 'recreate' AND state = 'creating' FROM sending WHERE account = ? AND kind = ? AND {WITH_BODY} ORDER BY row"
        ))?
        .query_map((&account.0, kind_name(kind)), |row| {
            Ok(Sent {
                id: wrap(row.get(0)?),
                sealed: parsed::<BTreeSet<String>>(row.get_ref(1)?.as_str()?)?,
                image: parsed(row.get_ref(2)?.as_str()?)?,
                replaces: row.get::<_, Option<String>>(3)?.map(ServerId),
                open: row.get_ref(4)?.as_str()? != "created",
                cleared: row.get(5)?,
            })
        })?
        .collect()
}
