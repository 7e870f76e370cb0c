//! A contact as a text that a person edits in an editor, and back: as TOML, which shows the fields, or as a vCard. What
//! the text does not show (the photo, members and properties that callbook does not know) stays as it is.

mod complaint;
mod toml_read;
mod toml_write;
mod vcard;

pub use complaint::{Complaint, point_out};

use uuid::Uuid;

use crate::{
    book::{
        Command, Contact, ContactId, ContactType, Draft, Field, Group, Problem, Timestamp, name::derive_display_name,
    },
    config::EditAs,
};

/// What a text is written of, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The contact as it was read; an empty one for a new one.
    pub before: Box<Contact>,
    /// Whether it is a new one.
    pub is_new: bool,
    /// How it is shown.
    pub form: EditAs,
}

impl Sheet {
    /// The sheet of a contact. A person of a directory is always TOML: a card would mix what is theirs with what is the
    /// user's own.
    pub fn of(contact: Box<Contact>, form: EditAs) -> Self {
        let form = if contact.contact_type == ContactType::Cloud { EditAs::Toml } else { form };
        Self { before: contact, is_new: false, form }
    }

    /// The sheet of a new contact.
    pub fn blank(draft: Draft, form: EditAs) -> Self {
        let contact = draft.into_contact(ContactId(Uuid::nil()), Timestamp::default());
        Self { before: Box::new(contact), is_new: true, form }
    }

    /// Its text.
    pub fn text(&self, groups: &[Group]) -> String {
        match self.form {
            EditAs::Toml => toml_write::write(self, groups),
            EditAs::Vcard => vcard::write(&self.before, groups),
        }
    }

    /// The change that a text asks for.
    ///
    /// # Errors
    /// Everything that is wrong with it, by line.
    pub fn read(&self, text: &str, groups: &[Group]) -> Result<Command, Vec<Complaint>> {
        let text = complaint::without(&text.replace("\r\n", "\n"));
        let (mut draft, places) = match self.form {
            EditAs::Toml => toml_read::read(&text, &self.before, groups)?,
            EditAs::Vcard => (vcard::read(&text, &self.before, groups)?, Vec::new()),
        };
        keep_groups(&mut draft, &self.before, groups);
        rename(&mut draft, &self.before);
        let draft = draft.tidied();
        let valid = if self.is_new { draft.validate() } else { draft.validate_edit(&self.before) };
        let line = |key: &str| places.iter().find(|(member, _)| member == key).map_or(0, |(_, line)| *line);
        let complaint = |Problem { field, reason }| {
            let key = Field::key(field);
            Complaint { line: line(key), field: key.to_owned(), reason }
        };
        valid.map_err(|problems| problems.into_iter().map(complaint).collect::<Vec<_>>())?;
        let after = Box::new(draft);
        Ok(if self.is_new {
            Command::CreateContact(after)
        } else {
            Command::EditContact { before: self.before.clone(), after }
        })
    }
}

/// A display name that was made of the names follows them, unless it was edited itself.
fn rename(draft: &mut Draft, before: &Contact) {
    let (old, new) = (&before.profile, &draft.profile);
    let renamed = (&old.first_name, &old.last_name) != (&new.first_name, &new.last_name);
    if renamed && old.display_name == new.display_name && old.display_name == derive_display_name(old) {
        draft.profile.display_name = derive_display_name(new);
    }
}

/// A group that is named stays the one that the contact is in already: names need not be unique.
fn keep_groups(draft: &mut Draft, before: &Contact, groups: &[Group]) {
    let names = std::mem::take(&mut draft.group_names);
    for name in names {
        let same = |group: &&Group| Group::folded(&group.name) == Group::folded(&name);
        let own = groups.iter().filter(same).find(|group| before.groups.contains(&group.id));
        match own {
            Some(group) if !draft.groups.contains(&group.id) => draft.groups.push(group.id),
            Some(_) => {}
            None => draft.group_names.push(name),
        }
    }
}

/// The names of the groups that a contact is in.
fn group_names<'a>(contact: &Contact, groups: &'a [Group]) -> Vec<&'a str> {
    let named = |id| groups.iter().find(|group: &&Group| group.id == id).map(|group| group.name.as_str());
    contact.groups.iter().filter_map(|id| named(*id)).collect()
}

#[cfg(test)]
mod tests;
