//! How a contact and a group lie in the tables.

use rusqlite::{OptionalExtension as _, params};

use crate::{
    book::{Contact, ContactId, Group, Row, name::sort_key},
    search,
};

use super::{
    known::content_hash,
    read,
    write::{Writing, unreadable},
};

impl Writing<'_> {
    pub(super) fn put_group(&self, group: &Group) -> rusqlite::Result<()> {
        let document = serde_json::to_string(group).map_err(unreadable)?;
        self.transaction.prepare_cached("INSERT OR REPLACE INTO contact_group VALUES (?, ?, ?, ?, ?)")?.execute(
            params![
                group.id.0.as_bytes(),
                group.account.0,
                Group::folded(&group.name),
                sort_key(&group.name),
                document
            ],
        )?;
        Ok(())
    }

    /// Stores the rows of a contact and returns its document.
    pub(super) fn put_contact(&self, contact: &Contact) -> rusqlite::Result<String> {
        let row = Row::of(contact);
        let groups: Vec<u8> = row.groups.iter().flat_map(|g| *g.0.as_bytes()).collect();
        let uid = Some(&contact.extras.uid).filter(|uid| !uid.is_empty());
        let contact_type = match contact.contact_type {
            crate::book::ContactType::Custom => "CUSTOM",
            crate::book::ContactType::Cloud => "CLOUD",
        };
        let number: i64 = self
            .transaction
            .prepare_cached(
                "INSERT INTO contact (id, account, name, sort, second, contact_type, favourite, unresolved, trashed, uid, content,
                     groups, words, digits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                 ON CONFLICT (id) DO UPDATE SET account = ?2, name = ?3, sort = ?4, second = ?5, contact_type = ?6,
                     favourite = ?7, unresolved = ?8, trashed = ?9, uid = ?10, content = ?11, groups = ?12, words = ?13,
                     digits = ?14
                 RETURNING row",
            )?
            .query_row(
                params![
                    contact.id.0.as_bytes(),
                    contact.account.0,
                    row.name,
                    row.sort,
                    row.second,
                    contact_type,
                    row.favourite,
                    row.unresolved,
                    contact.trashed.map(|t| t.0),
                    uid,
                    content_hash(contact)?,
                    groups,
                    row.words.join(read::SEPARATOR),
                    row.digits.join(read::SEPARATOR),
                ],
                |r| r.get(0),
            )?;
        let document = serde_json::to_string(contact).map_err(unreadable)?;
        self.transaction.prepare_cached("INSERT OR REPLACE INTO document VALUES (?, ?, ?)")?.execute(params![
            number,
            search::fold(&contact.extras.notes),
            document
        ])?;
        self.transaction.prepare_cached("DELETE FROM membership WHERE contact = ?")?.execute([number])?;
        if !row.trashed {
            let mut insert = self.transaction.prepare_cached("INSERT OR IGNORE INTO membership VALUES (?, ?)")?;
            for group in &row.groups {
                insert.execute(params![group.0.as_bytes(), number])?;
            }
        }
        Ok(document)
    }

    /// Removes the rows of a contact, without a trace in the journal: that is the caller's.
    pub(super) fn remove_contact(&self, id: ContactId) -> rusqlite::Result<()> {
        let number: Option<i64> = self
            .transaction
            .prepare_cached("SELECT row FROM contact WHERE id = ?")?
            .query_row([id.0.as_bytes()], |r| r.get(0))
            .optional()?;
        if let Some(number) = number {
            for sql in [
                "DELETE FROM membership WHERE contact = ?",
                "DELETE FROM document WHERE row = ?",
                "DELETE FROM contact WHERE row = ?",
            ] {
                self.transaction.prepare_cached(sql)?.execute([number])?;
            }
        }
        Ok(())
    }
}
