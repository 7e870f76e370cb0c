//! A contact as a text that a person edits in an editor, and back: as TOML, which shows the fields, or as a vCard. What
//! the text does not show (the photo, members and properties that callbook does not know) stays as it is.

mod complaint;
mod toml_read;
mod toml_write;
mod vcard;

pub use complaint::{Complaint, point_out};

use crate::{
    book::{Contact, ContactType, Draft, Field, Group},
    config::EditAs,
};

/// How a contact is shown. A person of a directory is always TOML: a card would mix what is theirs with what is the
/// user's own.
pub fn form_for(contact: &Contact, wanted: EditAs) -> EditAs {
    if contact.contact_type == ContactType::Cloud { EditAs::Toml } else { wanted }
}

/// The text of a contact.
pub fn write(contact: &Contact, groups: &[Group], form: EditAs) -> String {
    match form_for(contact, form) {
        EditAs::Toml => toml_write::write(contact, groups),
        EditAs::Vcard => vcard::write(contact, groups),
    }
}

/// What a text makes of the contact that it was written of.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn read(text: &str, before: &Contact, groups: &[Group], form: EditAs) -> Result<Draft, Vec<Complaint>> {
    let text = complaint::without(&text.replace("\r\n", "\n"));
    let (mut draft, places) = match form_for(before, form) {
        EditAs::Toml => toml_read::read(&text, before, groups)?,
        EditAs::Vcard => (vcard::read(&text, before, groups)?, Vec::new()),
    };
    keep_groups(&mut draft, before, groups);
    let draft = draft.tidied();
    // One that is new has been nothing before, so whatever is wrong was brought.
    draft.validate_edit(before).map_err(|problems| {
        let line = |field: Field| places.iter().find(|(member, _)| member == field.key()).map_or(0, |(_, line)| *line);
        let complaint = |problem: crate::book::Problem| Complaint {
            line: line(problem.field),
            field: problem.field.key().to_owned(),
            reason: problem.reason,
        };
        problems.into_iter().map(complaint).collect::<Vec<_>>()
    })?;
    Ok(draft)
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
