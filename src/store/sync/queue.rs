//! The queue that a person sees: what is unsent and what it waits for; and giving an entry of it up.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use crate::{
    book::{
        AccountId, Committed, Contact, ContactId, Failure, Group, GroupId, Origin, Outgoing, QueueEntry, Timestamp,
        Waits, change::Kind, field::label_of_key, name::shown_name,
    },
    plan::{GroupImage, GroupRef, Image, Link},
    store::{
        Book, accounts,
        commands::rehome_members,
        read,
        write::{Stop, Writing},
    },
};

use super::{link, unsent::kind_named};

impl Book {
    /// What the account has not got as it is here, in the order in which it came to be so.
    pub fn queue(&self, account: &AccountId) -> Result<Vec<QueueEntry>, Failure> {
        list(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// Gives up what an entry of the queue would send: the record becomes again what both sides agreed on, one that is not
    /// there goes, one that was deleted here comes back. One change, which undo takes back. A request that has left is not
    /// called back; when it has arrived, the next sync undoes it there.
    ///
    /// # Errors
    /// Nothing was changed; nothing of this record is unsent, or all of it has been sent and the old version is to go.
    pub fn drop_unsent(&mut self, kind: Kind, id: Uuid) -> Result<Committed, Failure> {
        self.write(Origin::User, |w| {
            w.beside_the_journal = true;
            if entry(&w.transaction, kind, id)?.what == Outgoing::Finish {
                let reason = "the new version is there already; only the old one is still to be deleted there";
                return Err(Failure::Refused(reason.to_owned()).into());
            }
            let name = match kind {
                Kind::Contact => drop_contact(w, ContactId(id))?,
                Kind::Group => drop_group(w, GroupId(id))?,
            };
            w.transaction.execute("DELETE FROM conflict WHERE id = ?", [id])?;
            w.transaction.execute(
                "UPDATE sending SET state = 'dropped' WHERE id = ? AND state IN ('creating', 'deleting')",
                [id],
            )?;
            w.look_anew(kind, id);
            Ok(format!("Dropped what was unsent of {name}"))
        })
    }

    /// The same for the record of a request of the journal.
    pub fn drop_sending(&mut self, operation: &str) -> Result<Committed, Failure> {
        let missing = || Failure::NotFound("this request is not in the journal any more".to_owned());
        let found = self.sending(operation)?.ok_or_else(missing)?;
        self.drop_unsent(found.to_send.kind, found.to_send.id)
    }
}

fn list(connection: &Connection, account: &AccountId) -> rusqlite::Result<Vec<QueueEntry>> {
    let open: Vec<(Kind, Uuid)> = connection
        .prepare_cached("SELECT kind, id FROM unsent WHERE account = ? AND open ORDER BY moved")?
        .query_map([&account.0], |row| Ok((kind_named(row.get_ref(0)?.as_str()?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    open.into_iter().map(|(kind, id)| entry(connection, kind, id)).collect()
}

fn entry(connection: &Connection, kind: Kind, id: Uuid) -> rusqlite::Result<QueueEntry> {
    let (name, what) = match kind {
        Kind::Contact => contact(connection, ContactId(id))?,
        Kind::Group => group(connection, GroupId(id))?,
    };
    let sending: Option<(u32, Option<String>, Option<i64>)> = connection
        .prepare_cached(
            "SELECT tries, error, next_try FROM sending WHERE id = ? AND state IN ('creating', 'deleting')
             ORDER BY row DESC LIMIT 1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let asked: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM conflict WHERE id = ?)")?
        .query_row([id], |row| row.get(0))?;
    let waits = match &sending {
        _ if asked => Waits::Person,
        Some((_, _, Some(at))) => Waits::Until(Timestamp(*at)),
        Some((0, _, None)) => Waits::Answer,
        _ => Waits::Sync,
    };
    let (tries, error, _) = sending.unwrap_or_default();
    Ok(QueueEntry { kind, id, name, what, waits, tries, error })
}

fn contact(connection: &Connection, id: ContactId) -> rusqlite::Result<(String, Outgoing)> {
    let stored = read::contact(connection, id)?;
    let linked = link::of::<_, Image>(connection, id.0, ContactId)?.map(|(_, linked)| linked);
    let name = stored.as_ref().map(shown_name).or_else(|| linked.as_ref().map(|linked| linked.image.name()));
    let name = name.unwrap_or_default();
    let what = match (stored.filter(|contact| contact.trashed.is_none()), linked) {
        (Some(_), None) => Outgoing::Create,
        (Some(contact), Some(linked)) => {
            let keys = linked.image.differences(&Image::of(&contact)).into_iter();
            let label = |key| if key == "contactType" { "Type" } else { label_of_key(key) };
            edit_or_finish(keys.map(|key| label(key).to_owned()).collect(), &linked)
        }
        (None, _) => Outgoing::Delete,
    };
    Ok((name, what))
}

fn group(connection: &Connection, id: GroupId) -> rusqlite::Result<(String, Outgoing)> {
    let stored = read::group(connection, id)?;
    let linked = link::of::<_, GroupImage>(connection, id.0, GroupId)?.map(|(_, linked)| linked);
    let name = stored.as_ref().map(|group| group.name.clone());
    let name = name.or_else(|| linked.as_ref().map(|linked| linked.image.name.clone())).unwrap_or_default();
    let what = match (stored, linked) {
        (Some(_), None) => Outgoing::Create,
        (Some(group), Some(linked)) => {
            let image = &linked.image;
            let differs = [(group.name != image.name, "Name"), (group.group_type != image.group_type, "Type")];
            let fields = differs.into_iter().filter(|(differs, _)| *differs).map(|(_, label)| label.into()).collect();
            edit_or_finish(fields, &linked)
        }
        (None, _) => Outgoing::Delete,
    };
    Ok((format!("group {name}"), what))
}

/// Where no field differs and there is an old version still, only that is to be done.
fn edit_or_finish<I, M>(fields: Vec<String>, linked: &Link<I, M>) -> Outgoing {
    if fields.is_empty() && !linked.superseded.is_empty() { Outgoing::Finish } else { Outgoing::Edit(fields) }
}

fn nothing() -> Stop {
    Failure::NotFound("nothing of this is unsent any more".to_owned()).into()
}

fn drop_contact(w: &mut Writing<'_>, id: ContactId) -> Result<String, Stop> {
    let stored = read::contact(&w.transaction, id)?;
    let linked = link::of::<_, Image>(&w.transaction, id.0, ContactId)?;
    let ours = |group: &GroupRef| match group {
        GroupRef::Ours(id) => Some(*id),
        GroupRef::Theirs(_) => None,
    };
    match (stored, linked) {
        (Some(before), Some((_, linked))) => {
            let mut after = Contact { trashed: None, ..before.clone() };
            linked.image.write_into(&mut after, ours);
            let name = shown_name(&after);
            w.replace(&before, after)?;
            Ok(name)
        }
        (Some(before), None) => {
            let name = shown_name(&before);
            let trashed = before.trashed.or(Some(w.at));
            w.replace(&before, Contact { trashed, ..before.clone() })?;
            Ok(name)
        }
        (None, Some((account, linked))) => {
            let mut contact = Contact::new(id, account, w.at);
            super::pull::put_on(&w.transaction, &mut contact, &linked.image)?;
            w.create(&contact)?;
            Ok(shown_name(&contact))
        }
        (None, None) => Err(nothing()),
    }
}

fn drop_group(w: &mut Writing<'_>, id: GroupId) -> Result<String, Stop> {
    let stored = read::group(&w.transaction, id)?;
    let linked = link::of::<_, GroupImage>(&w.transaction, id.0, GroupId)?;
    match (stored, linked) {
        (Some(before), Some((_, linked))) => {
            let after = Group { name: linked.image.name, group_type: linked.image.group_type, ..before.clone() };
            w.replace_group(&before, &after)?;
            Ok(after.name)
        }
        (Some(before), None) => {
            rehome_members(w, &before)?;
            w.erase_group(&before)?;
            Ok(before.name)
        }
        (None, Some((account, linked))) => {
            accounts::check(&w.transaction, &account)?;
            let group = Group { group_type: linked.image.group_type, ..Group::new(id, account, &linked.image.name) };
            w.create_group(&group)?;
            Ok(group.name)
        }
        (None, None) => Err(nothing()),
    }
}
