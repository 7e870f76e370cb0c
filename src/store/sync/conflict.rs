//! Conflicts that wait for an answer, and what a person answers.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use crate::{
    book::{
        AccountId, Committed, Contact, ContactId, Extras, Failure, FieldConflict, Group, GroupId, OpenConflict, Origin,
        change::Kind, field::label_of_key, name::shown_name,
    },
    plan::{self, Answer, Conflict, GroupImage, GroupRef, Holder, Image, ServerId, Versions},
    store::{
        Book, read,
        write::{Stop, Writing},
    },
};

use super::{
    link::{self, Facts},
    unsent::{kind_named, parsed},
};

impl Book {
    /// The records of an account of which both sides gave the same field different values; nothing of them is sent before
    /// a person has answered.
    pub fn conflicts(&self, account: &AccountId) -> Result<Vec<OpenConflict>, Failure> {
        list(&self.connection, account).map_err(|e| self.failure(&e))
    }

    /// A person has answered a conflict: their values come here, or mine go there by the next sync, or both, and mine live
    /// on in a contact of their own. One change, which undo takes back without touching what the sync knows.
    ///
    /// # Errors
    /// Nothing was changed: the conflict is gone, or the group cannot have both names.
    pub fn answer_conflict(&mut self, kind: Kind, id: Uuid, answer: Answer) -> Result<Committed, Failure> {
        self.write(Origin::User, |w| {
            w.beside_the_journal = true;
            let name = match kind {
                Kind::Contact => answer_contact(w, ContactId(id), answer)?,
                Kind::Group => answer_group(w, GroupId(id), answer)?,
            };
            w.transaction.execute("DELETE FROM conflict WHERE id = ?", [id])?;
            w.look_anew(kind, id);
            let words = match answer {
                Answer::Mine => "mine",
                Answer::Theirs => "theirs",
                Answer::Both => "both",
            };
            Ok(format!("Settled the conflict of {name}: {words}"))
        })
    }
}

/// A contact here and one there that nobody can pair by rules are one: a person says so. Fields that differ become edits of
/// this side; of a person of the directory the additions of both sides are kept.
pub(super) fn pair(w: &mut Writing<'_>, account: &AccountId, id: ContactId, server: &ServerId) -> Result<(), Stop> {
    let missing = || Failure::NotFound("the contact does not exist any more".to_owned());
    let contact = read::contact(&w.transaction, id)?.ok_or_else(missing)?;
    let kind = Kind::Contact;
    if link::ours(&w.transaction, account, kind, server)?.is_some_and(|other| other != id.0) {
        return Err(Failure::Refused("that record is another contact of this book already".to_owned()).into());
    }
    let image = match Image::of(&contact) {
        image if *image.holder() == Holder::Custom => image,
        image => Image::empty(image.holder().clone()),
    };
    link::Row { account, kind, id: id.0, server, superseded: &[], image: Some(&image), facts: Facts::default() }
        .put(&w.transaction, w.at)?;
    w.look_at(account, kind, id.0);
    Ok(())
}

fn list(connection: &Connection, account: &AccountId) -> rusqlite::Result<Vec<OpenConflict>> {
    let fields: Vec<(Kind, Uuid, FieldConflict)> = connection
        .prepare_cached("SELECT kind, id, field, mine, theirs FROM conflict WHERE account = ? ORDER BY id, field")?
        .query_map([&account.0], |row| {
            let field = label_of_key(row.get_ref(2)?.as_str()?).to_owned();
            let field = FieldConflict { field, mine: row.get(3)?, theirs: row.get(4)? };
            Ok((kind_named(row.get_ref(0)?.as_str()?), row.get(1)?, field))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut conflicts: Vec<OpenConflict> = Vec::new();
    for (kind, id, field) in fields {
        if conflicts.last().is_none_or(|last| last.id != id) {
            let name = match kind {
                Kind::Contact => read::contact(connection, ContactId(id))?.map(|contact| shown_name(&contact)),
                Kind::Group => read::group(connection, GroupId(id))?.map(|group| group.name),
            };
            conflicts.push(OpenConflict { kind, id, name: name.unwrap_or_default(), fields: Vec::new() });
        }
        if let Some(last) = conflicts.last_mut() {
            last.fields.push(field);
        }
    }
    Ok(conflicts)
}

fn theirs(connection: &Connection, id: Uuid) -> Result<String, Stop> {
    let found = connection
        .prepare_cached("SELECT image FROM conflict WHERE id = ? LIMIT 1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(found.ok_or_else(|| Failure::NotFound("this conflict is settled already".to_owned()))?)
}

fn gone() -> Failure {
    Failure::NotFound("the record of this conflict does not exist any more".to_owned())
}

fn answer_contact(w: &mut Writing<'_>, id: ContactId, answer: Answer) -> Result<String, Stop> {
    let theirs: Image = parsed(&theirs(&w.transaction, id.0)?)?;
    let before = read::contact(&w.transaction, id)?.ok_or_else(gone)?;
    let (account, linked) = link::of::<_, Image>(&w.transaction, id.0, ContactId)?.ok_or_else(gone)?;
    let theirs = with_our_groups(&w.transaction, &account, &theirs)?;
    let mine = Image::of(&before);
    let merged = plan::merge(&linked.image, &mine, &theirs);
    let name = shown_name(&before);
    let versions = Versions::Contact { contact: id, mine, theirs, merged: merged.image };
    let conflict = Conflict { name: name.clone(), fields: merged.conflicts, versions };
    let Some(answered) = conflict.answer(answer) else { return Err(gone().into()) };
    link::set_image(&w.transaction, id.0, &answered.base)?;
    let mut after = before.clone();
    answered.ours.write_into(&mut after, |group| match group {
        GroupRef::Ours(id) => Some(*id),
        GroupRef::Theirs(_) => None,
    });
    w.replace(&before, after)?;
    if answered.copy.is_some() {
        let copy = w.contact_id();
        let extras = Extras { uid: String::new(), ..before.extras.clone() };
        w.create(&Contact { id: copy, created: w.at, modified: w.at, extras, ..before })?;
    }
    Ok(name)
}

fn with_our_groups(connection: &Connection, account: &AccountId, image: &Image) -> rusqlite::Result<Image> {
    let mut groups = Vec::new();
    for group in image.groups() {
        groups.extend(link::resolve(connection, account, group)?.map(GroupRef::Ours));
    }
    Ok(image.in_groups(groups))
}

fn answer_group(w: &mut Writing<'_>, id: GroupId, answer: Answer) -> Result<String, Stop> {
    let theirs: GroupImage = parsed(&theirs(&w.transaction, id.0)?)?;
    let before = read::group(&w.transaction, id)?.ok_or_else(gone)?;
    link::set_image(&w.transaction, id.0, &theirs)?;
    match answer {
        Answer::Mine => {}
        Answer::Theirs => {
            w.replace_group(&before, &Group { name: theirs.name, group_type: theirs.group_type, ..before.clone() })?;
        }
        Answer::Both => return Err(Failure::Refused("a group cannot have two names".to_owned()).into()),
    }
    Ok(format!("the group {}", before.name))
}
