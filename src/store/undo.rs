//! Undo never rewrites history: it commits a new change that turns an earlier one back (model.md, "A change").

use rusqlite::OptionalExtension as _;

use crate::book::{
    Committed, Contact, ContactId, Failure, Group, GroupId, Origin, Record,
    change::{Image, Kind},
    field::label_of_key,
    name::shown_name,
    patch::{Document, Patch, document, record},
};

use super::{
    Book, accounts,
    journal::{places, record_at},
    read,
    write::{Step, Stop, Writing, unreadable},
};

impl Book {
    /// Takes back the latest change of a person that is not taken back yet.
    pub(super) fn undo(&mut self) -> Result<Committed, Failure> {
        // The newest change that stands, and the oldest that was taken back: undo walks backwards, redo forwards.
        self.turn("done", "seq DESC", "there is nothing to undo", "Undid", true)
    }

    /// Does the change taken back last again.
    pub(super) fn redo(&mut self) -> Result<Committed, Failure> {
        self.turn("undone", "seq ASC", "there is nothing to redo", "Redid", false)
    }

    fn turn(&mut self, state: &str, order: &str, nothing: &str, verb: &str, back: bool) -> Result<Committed, Failure> {
        // The change under way is in the journal too.
        let sql = format!("SELECT seq, title FROM change WHERE state = '{state}' AND seq < ? ORDER BY {order} LIMIT 1");
        self.write(Origin::User, |w| {
            let found = w.transaction.query_row(&sql, [w.seq], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((seq, title)): Option<(i64, String)> = found else {
                return Err(Failure::NotFound(nothing.to_owned()).into());
            };
            w.step = if back { Step::Undo(seq) } else { Step::Redo(seq) };
            let mut places = places(&w.transaction, seq)?;
            if back {
                places.reverse();
            }
            for place in places {
                let Record { kind, id, image } = record_at(&w.transaction, place)?;
                w.turn(Record { kind, id, image: if back { image.inverse() } else { image } })?;
            }
            Ok(format!("{verb}: {title}"))
        })
    }
}

impl Writing<'_> {
    /// Turns a record of an earlier change: what was changed since is kept and named.
    fn turn(&mut self, turned: Record) -> Result<(), Stop> {
        match turned.kind {
            Kind::Contact => self.turn_contact(ContactId(turned.id), turned.image),
            Kind::Group => self.turn_group(GroupId(turned.id), turned.image),
        }
    }

    fn turn_contact(&mut self, id: ContactId, image: Image) -> Result<(), Stop> {
        let stored = read::contact_document(&self.transaction, id)?;
        match (image, stored) {
            (Image::Created(document), None) => {
                let contact: Contact = record(document).map_err(unreadable)?;
                accounts::ensure(&self.transaction, &contact.account)?;
                self.create(&contact)?;
            }
            (Image::Erased(_), Some(stored)) => {
                self.remove_contact(id)?;
                self.journal_whole(id, "erased", &stored)?;
            }
            (Image::Changed(patch), Some(stored)) => {
                let current = serde_json::from_str(&stored).map_err(unreadable)?;
                let after: Contact = self.merged(&patch, &current, &shown_name(&current))?;
                accounts::ensure(&self.transaction, &after.account)?;
                self.replace(&current, after)?;
            }
            (Image::Changed(_), None) => self.kept.push("a contact that does not exist any more".to_owned()),
            (Image::Created(_), Some(_)) | (Image::Erased(_), None) => {}
        }
        Ok(())
    }

    fn turn_group(&mut self, id: GroupId, image: Image) -> Result<(), Stop> {
        let current = read::group(&self.transaction, id)?;
        match (image, current) {
            (Image::Created(document), None) => {
                let group: Group = record(document).map_err(unreadable)?;
                accounts::ensure(&self.transaction, &group.account)?;
                self.create_group(&group)?;
            }
            (Image::Erased(_), Some(current)) => self.erase_group(&current)?,
            (Image::Changed(patch), Some(current)) => {
                let after: Group = self.merged(&patch, &current, &current.name)?;
                accounts::ensure(&self.transaction, &after.account)?;
                self.replace_group(&current, &after)?;
            }
            (Image::Changed(_), None) => self.kept.push("a group that does not exist any more".to_owned()),
            (Image::Created(_), Some(_)) | (Image::Erased(_), None) => {}
        }
        Ok(())
    }

    fn merged<T>(&mut self, patch: &Patch, current: &T, name: &str) -> rusqlite::Result<T>
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        let mut after: Document = document(current);
        for key in patch.merge_into(&mut after) {
            self.kept.push(format!("{name}: {}", label_of_key(&key)));
        }
        record(after).map_err(unreadable)
    }
}
