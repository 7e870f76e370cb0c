//! From a command to a change: what each action means for the records.

use crate::book::{
    AccountId, Command, Committed, Contact, ContactId, ContactType, Draft, Failure, Group, GroupId, GroupType, Origin,
    PersonRef, Record,
    change::Image,
    field::label_of_key,
    group,
    name::shown_name,
    patch::{document, record},
};

use super::{
    Book, accounts, backup, copies, directory, people, read,
    write::{Stop, Writing, unreadable},
};

impl Book {
    /// Carries out a command as one change. When this returns, the change is on the disk.
    pub fn perform(&mut self, command: Command) -> Result<Committed, Failure> {
        match &command {
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            _ => {
                if command.reach() >= backup::LARGE && !self.is_scratch() {
                    self.back_up()?;
                }
                self.write(Origin::User, |w| carry_out(w, command))
            }
        }
    }
}

fn carry_out(w: &mut Writing<'_>, command: Command) -> Result<String, Stop> {
    match command {
        Command::CreateContact(draft) => Ok(format!("Created {}", create(w, *draft)?)),
        Command::AddPerson { who, draft } => add_person(w, &who, *draft),
        Command::EditContact { before, after } => edit(w, &before, *after),
        Command::DeleteContacts(ids) => set_trashed(w, &ids, true),
        Command::RestoreContacts(ids) => set_trashed(w, &ids, false),
        Command::CreateGroup { account, name, group_type, members } => {
            create_group(w, &account, &name, group_type, &members)
        }
        Command::EditGroup { before, name, group_type, join, leave } => {
            edit_group(w, &before, (&name, group_type), (&join, &leave))
        }
        Command::DeleteGroup(id) => delete_group(w, id),
        Command::Regroup { contacts, join, make, leave } => regroup(w, &contacts, &join, &make, &leave),
        Command::Favour { contacts, favourite } => favour(w, &contacts, favourite),
        Command::CopyContacts { contacts, account } => copies::copy(w, &contacts, &account),
        Command::MoveContacts { contacts, account } => copies::relocate(w, &contacts, &account),
        Command::Undo | Command::Redo => unreachable!("turned by Book::perform"),
    }
}

fn refused(problems: &[crate::book::Problem]) -> Failure {
    Failure::Refused(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// Makes a contact and returns its name.
fn create(w: &mut Writing<'_>, draft: Draft) -> Result<String, Stop> {
    let mut draft = draft.tidied();
    draft.validate().map_err(|problems| refused(&problems))?;
    accounts::check(&w.transaction, &draft.account)?;
    if let Some(person) = &draft.person
        && accounts::of_directory(&w.transaction, &person.who.directory)? != draft.account
    {
        let sentence =
            format!("a person of the directory {} has no place in the account {}", person.who.directory, draft.account);
        return Err(Failure::Refused(sentence).into());
    }
    draft.groups = w.without_missing(&draft.account, draft.groups, &[])?;
    draft.groups = w.settle_groups(&draft.account, draft.groups, &draft.group_names)?;
    let contact = draft.into_contact(w.contact_id(), w.at);
    w.create(&contact)?;
    Ok(shown_name(&contact))
}

fn add_person(w: &mut Writing<'_>, who: &PersonRef, draft: Draft) -> Result<String, Stop> {
    let known = people::person(&w.transaction, who)?.filter(|person| person.unresolved_since.is_none());
    let Some(person) = known else {
        let sentence = "the directory does not know this person any more; nothing was saved, search anew".to_owned();
        return Err(Failure::NotFound(sentence).into());
    };
    if let Some(id) = directory::contact_of(&w.transaction, who)?
        && let Some(contact) = read::contact(&w.transaction, id)?
    {
        let name = shown_name(&contact);
        let sentence = if contact.trashed.is_some() {
            format!("{name} lies in the trash; nothing was saved, restore the contact from there")
        } else {
            format!("{name} is in your book already; nothing was saved")
        };
        return Err(Failure::Refused(sentence).into());
    }
    // A person lives where the directory is, whatever account the form stood in.
    let account = accounts::of_directory(&w.transaction, &who.directory)?;
    let draft = Draft { account, contact_type: ContactType::Cloud, person: Some(person), ..draft };
    Ok(format!("Added {}", create(w, draft)?))
}

fn edit(w: &mut Writing<'_>, before: &Contact, draft: Draft) -> Result<String, Stop> {
    let mut draft = draft.tidied();
    draft.validate_edit(before).map_err(|problems| refused(&problems))?;
    let name = shown_name(before);
    let stored = read::contact(&w.transaction, before.id)?
        .ok_or_else(|| Failure::NotFound(format!("{name} does not exist any more; nothing was saved")))?;
    if stored.trashed.is_some() && before.trashed.is_none() {
        let sentence =
            format!("{name} was moved to the trash elsewhere meanwhile; nothing was saved, restore it first");
        return Err(Failure::NotFound(sentence).into());
    }
    draft.groups = w.without_missing(&before.account, draft.groups, &before.groups)?;
    // Who came in without a group stays so until somebody speaks of groups: the default one would have to be sent.
    if draft.groups != before.groups || !draft.group_names.is_empty() {
        draft.groups = w.settle_groups(&before.account, draft.groups, &draft.group_names)?;
    }
    let mut after = before.clone();
    draft.apply(&mut after);
    let Image::Changed(patch) = Record::changed(before, &after).image else { unreachable!("both images are given") };
    let mut merged = document(&stored);
    let conflicts = patch.merge_into(&mut merged);
    if !conflicts.is_empty() {
        let fields = conflicts.iter().map(|key| label_of_key(key).to_owned()).collect();
        return Err(Failure::Conflict { name, fields, theirs: Box::new(stored) }.into());
    }
    let merged: Contact = record(merged).map_err(unreadable)?;
    let title = format!("Edited {}", shown_name(&merged));
    w.replace(&stored, merged)?;
    Ok(title)
}

fn set_trashed(w: &mut Writing<'_>, ids: &[ContactId], trashed: bool) -> Result<String, Stop> {
    let mut names = Vec::new();
    for id in ids {
        let before = existing_contact(w, *id)?;
        if before.trashed.is_some() != trashed {
            let mut after = Contact { trashed: trashed.then_some(w.at), ..before.clone() };
            if !trashed {
                let left = w.without_missing(&before.account, after.groups, &[])?;
                after.groups = w.settle_groups(&before.account, left, &[])?;
            }
            names.push(shown_name(&before));
            w.replace(&before, after)?;
        }
    }
    Ok(format!("{} {}", if trashed { "Deleted" } else { "Restored" }, count_or_name(&names)))
}

fn create_group(
    w: &mut Writing<'_>,
    account: &AccountId,
    name: &str,
    group_type: GroupType,
    members: &[ContactId],
) -> Result<String, Stop> {
    accounts::check(&w.transaction, account)?;
    check_group_name(w, account, name, None)?;
    let group = Group { group_type, ..Group::new(w.group_id(), account.clone(), name) };
    w.create_group(&group)?;
    let mut joined = Vec::new();
    for id in members {
        joined.push(move_between(w, *id, &[group.id], &[])?);
    }
    let with = if joined.is_empty() { String::new() } else { format!(" with {}", count_or_name(&joined)) };
    Ok(format!("Created group {}{with}", group.name))
}

fn edit_group(
    w: &mut Writing<'_>,
    before: &Group,
    (name, group_type): (&str, GroupType),
    (join, leave): (&[ContactId], &[ContactId]),
) -> Result<String, Stop> {
    let stored = existing_group(w, before.id)?;
    if stored != *before {
        let sentence =
            format!("the group {} was changed elsewhere meanwhile; nothing was saved, try again", stored.name);
        return Err(Failure::Refused(sentence).into());
    }
    check_group_name(w, &stored.account, name, Some(stored.id))?;
    let after = Group { name: name.trim().to_owned(), group_type, ..stored.clone() };
    w.replace_group(&stored, &after)?;
    for id in join {
        move_between(w, *id, &[stored.id], &[])?;
    }
    for id in leave {
        move_between(w, *id, &[], &[stored.id])?;
    }
    Ok(if stored.name == after.name {
        format!("Edited group {}", after.name)
    } else {
        format!("Renamed group {} to {}", stored.name, after.name)
    })
}

fn delete_group(w: &mut Writing<'_>, id: GroupId) -> Result<String, Stop> {
    let group = existing_group(w, id)?;
    let members = read::members(&w.transaction, id)?;
    if group.is_default() && members.iter().any(|m| m.groups == [id] && m.trashed.is_none()) {
        let sentence = format!(
            "{} holds the contacts that are in no other group; it cannot be deleted while it has such members",
            group.name
        );
        return Err(Failure::Refused(sentence).into());
    }
    rehome_members(w, &group)?;
    w.erase_group(&group)?;
    Ok(format!("Deleted group {}", group.name))
}

/// The members of a group leave it; one that would be in none moves to `Other contacts`.
pub(super) fn rehome_members(w: &mut Writing<'_>, group: &Group) -> Result<(), Stop> {
    for before in read::members(&w.transaction, group.id)? {
        let rest = before.groups.iter().copied().filter(|g| *g != group.id).collect();
        let groups = w.settle_groups(&group.account, rest, &[])?;
        w.replace(&before, Contact { groups, ..before.clone() })?;
    }
    Ok(())
}

fn regroup(
    w: &mut Writing<'_>,
    ids: &[ContactId],
    join: &[GroupId],
    make: &[String],
    leave: &[GroupId],
) -> Result<String, Stop> {
    let mut joined = join.iter().map(|id| existing_group(w, *id)).collect::<Result<Vec<_>, _>>()?;
    let mut names = Vec::new();
    for id in ids {
        let mut into = join.to_vec();
        for name in make {
            // Each in its own account: the group of this name there.
            let account = existing_contact(w, *id)?.account;
            let group = w.group_named(&account, name)?;
            if !joined.iter().any(|known| known.id == group) {
                joined.push(existing_group(w, group)?);
            }
            into.push(group);
        }
        names.push(move_between(w, *id, &into, leave)?);
    }
    let left =
        leave.iter().filter_map(|id| read::group(&w.transaction, *id).transpose()).collect::<Result<Vec<_>, _>>()?;
    let who = count_or_name(&names);
    Ok(match (joined.as_slice(), left.as_slice()) {
        ([into], []) => format!("Added {who} to {}", into.name),
        ([], [from]) => format!("Removed {who} from {}", from.name),
        ([into], [from]) => format!("Moved {who} from {} to {}", from.name, into.name),
        _ => format!("Changed the groups of {who}"),
    })
}

fn favour(w: &mut Writing<'_>, ids: &[ContactId], favourite: bool) -> Result<String, Stop> {
    let mut names = Vec::new();
    for id in ids {
        let before = existing_contact(w, *id)?;
        let mut after = before.clone();
        after.extras.favourite = favourite;
        names.push(shown_name(&before));
        w.replace(&before, after)?;
    }
    let who = count_or_name(&names);
    Ok(if favourite { format!("Added {who} to favourites") } else { format!("Removed {who} from favourites") })
}

pub(super) fn existing_contact(w: &Writing<'_>, id: ContactId) -> Result<Contact, Stop> {
    let missing = || Failure::NotFound("the contact does not exist any more".to_owned());
    Ok(read::contact(&w.transaction, id)?.ok_or_else(missing)?)
}

/// A contact joins and leaves groups. Returns its name.
fn move_between(w: &mut Writing<'_>, id: ContactId, join: &[GroupId], leave: &[GroupId]) -> Result<String, Stop> {
    let before = existing_contact(w, id)?;
    let mut groups: Vec<GroupId> = before.groups.iter().copied().filter(|g| !leave.contains(g)).collect();
    for group in join {
        let group = existing_group(w, *group)?;
        if group.account != before.account {
            let sentence = format!(
                "{} is in the account {} and the group {} in {}; nothing was saved, copy the contact there first",
                shown_name(&before),
                before.account,
                group.name,
                group.account
            );
            return Err(Failure::Refused(sentence).into());
        }
    }
    groups.extend(join.iter().filter(|g| !before.groups.contains(g)));
    let groups = w.settle_groups(&before.account, groups, &[])?;
    w.replace(&before, Contact { groups, ..before.clone() })?;
    Ok(shown_name(&before))
}

fn existing_group(w: &Writing<'_>, id: GroupId) -> Result<Group, Stop> {
    let missing = || Failure::NotFound("the group does not exist any more".to_owned());
    Ok(read::group(&w.transaction, id)?.ok_or_else(missing)?)
}

fn check_group_name(w: &Writing<'_>, account: &AccountId, name: &str, own: Option<GroupId>) -> Result<(), Stop> {
    let twin = read::group_named(&w.transaction, account, name)?.filter(|group| Some(group.id) != own);
    group::check_name(name, twin.iter().map(|g| g.name.as_str())).map_err(|reason| Failure::Refused(reason).into())
}

/// `Ada Lovelace` for one, `3 contacts` for more.
pub(super) fn count_or_name(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        many => format!("{} contacts", many.len()),
    }
}
