//! Records as they are decided: stored, each with its row in the journal.

use rusqlite::params;

use crate::book::{
    AccountId, Contact, Group, GroupId, OTHER_CONTACTS, Record,
    change::{Image, Kind},
};

use super::{read, sync::link::keep_image, write::Writing};

/// The groups given and those given by name, each found or made by `find`; `Other contacts` when there is none.
pub(super) fn settled(
    mut groups: Vec<GroupId>,
    names: &[String],
    mut find: impl FnMut(&str) -> rusqlite::Result<GroupId>,
) -> rusqlite::Result<Vec<GroupId>> {
    for name in names.iter().filter(|name| !name.trim().is_empty()) {
        let id = find(name)?;
        if !groups.contains(&id) {
            groups.push(id);
        }
    }
    if groups.is_empty() {
        groups.push(find(OTHER_CONTACTS)?);
    }
    Ok(groups)
}

impl Writing<'_> {
    /// Stores a new contact.
    pub fn create(&mut self, contact: &Contact) -> rusqlite::Result<()> {
        self.insert_contact(contact)?;
        let document = std::mem::take(&mut self.document);
        self.journal_whole(contact.id, "created", &document)?;
        self.document = document;
        Ok(())
    }

    /// Stores a new contact as it came from its account. The journal keeps that it came, and nothing of what it was: that
    /// follows from what it is and what was changed since, and nobody takes back what a sync did.
    pub fn take_in(&mut self, contact: &Contact) -> rusqlite::Result<()> {
        self.insert_contact(contact)?;
        self.journal_whole(contact.id, "created", "{}")
    }

    /// Stores `after` over the stored contact `before`; nothing when they are the same.
    pub fn replace(&mut self, before: &Contact, mut after: Contact) -> rusqlite::Result<()> {
        let record = Record::changed(before, &after);
        if matches!(&record.image, Image::Changed(patch) if patch.is_empty()) {
            return Ok(());
        }
        after.modified = self.at;
        self.put_contact(&after)?;
        self.journal(&record)
    }

    /// Stores a new group.
    pub fn create_group(&mut self, group: &Group) -> rusqlite::Result<()> {
        self.put_group(group)?;
        self.journal(&Record::created_group(group))
    }

    /// Stores `after` over the stored group `before`.
    pub fn replace_group(&mut self, before: &Group, after: &Group) -> rusqlite::Result<()> {
        if before == after {
            return Ok(());
        }
        self.put_group(after)?;
        self.journal(&Record::changed_group(before, after))
    }

    /// Removes a group; its members' own lists are the caller's to mend.
    pub fn erase_group(&mut self, group: &Group) -> rusqlite::Result<()> {
        self.look_at(&group.account, Kind::Group, group.id.0);
        keep_image(&self.transaction, Kind::Group, group.id.0)?;
        self.transaction.execute("DELETE FROM contact_group WHERE id = ?", [group.id.0.as_bytes()])?;
        self.journal(&Record::erased_group(group))
    }

    /// The group of this name in the account, made if there is none.
    pub fn group_named(&mut self, account: &AccountId, name: &str) -> rusqlite::Result<GroupId> {
        let found = read::group_named(&self.transaction, account, name)?;
        if let Some(group) = found {
            return Ok(group.id);
        }
        let group = Group::new(self.group_id(), account.clone(), name);
        self.create_group(&group)?;
        Ok(group.id)
    }

    /// Without the groups that are gone, for another program may have deleted them meanwhile, and without those of other
    /// accounts. Those of `known` are taken as they are, for loaded data may speak of groups that never were.
    pub fn without_missing(
        &self,
        account: &AccountId,
        mut groups: Vec<GroupId>,
        known: &[GroupId],
    ) -> rusqlite::Result<Vec<GroupId>> {
        let mut exists = self
            .transaction
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM contact_group WHERE id = ? AND account = ?)")?;
        let mut gone = Vec::new();
        for id in groups.iter().filter(|id| !known.contains(id)) {
            if !exists.query_row(params![id.0.as_bytes(), account.0], |row| row.get(0))? {
                gone.push(*id);
            }
        }
        groups.retain(|id| !gone.contains(id));
        Ok(groups)
    }

    /// The groups given, with those given by name found or made; `Other contacts` when there is none.
    pub fn settle_groups(
        &mut self,
        account: &AccountId,
        groups: Vec<GroupId>,
        names: &[String],
    ) -> rusqlite::Result<Vec<GroupId>> {
        settled(groups, names, |name| self.group_named(account, name))
    }
}
