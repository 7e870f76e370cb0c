//! Contacts go to another account: as copies, or for good.

use crate::book::{
    AccountId, Contact, ContactId, ContactType, Extras, Failure, GroupId, OTHER_CONTACTS, name::shown_name,
};

use super::{
    accounts,
    commands::{count_or_name, existing_contact},
    read,
    write::{Stop, Writing},
};

/// Makes the contacts anew in `account`.
pub(super) fn copy(w: &mut Writing<'_>, ids: &[ContactId], account: &AccountId) -> Result<String, Stop> {
    accounts::check(&w.transaction, account)?;
    let mut names = Vec::new();
    for id in ids {
        let original = existing_contact(w, *id)?;
        names.push(shown_name(&original));
        make_copy(w, original, account, false)?;
    }
    Ok(format!("Copied {} to {account}", count_or_name(&names)))
}

/// Makes the contacts anew in `account` and puts the originals into the trash.
pub(super) fn relocate(w: &mut Writing<'_>, ids: &[ContactId], account: &AccountId) -> Result<String, Stop> {
    accounts::check(&w.transaction, account)?;
    let mut names = Vec::new();
    for id in ids {
        let original = existing_contact(w, *id)?;
        if original.account == *account {
            continue;
        }
        names.push(shown_name(&original));
        make_copy(w, original.clone(), account, true)?;
        w.replace(&original, Contact { trashed: Some(w.at), ..original.clone() })?;
    }
    Ok(format!("Moved {} to {account}", count_or_name(&names)))
}

fn make_copy(w: &mut Writing<'_>, original: Contact, account: &AccountId, is_move: bool) -> Result<(), Stop> {
    if original.trashed.is_some() {
        let sentence = format!("{} lies in the trash; nothing was saved, restore it first", shown_name(&original));
        return Err(Failure::Refused(sentence).into());
    }
    let groups = groups_in(w, &original, account)?;
    let original = emigrated(original);
    // Two contacts with one UID would be one to every import.
    let uid = if is_move { original.extras.uid.clone() } else { String::new() };
    let copy = Contact {
        id: w.contact_id(),
        account: account.clone(),
        created: w.at,
        modified: w.at,
        groups,
        extras: Extras { uid, ..original.extras },
        ..original
    };
    w.create(&copy)?;
    Ok(())
}

/// The groups of the same names in another account, made where they are missing.
fn groups_in(w: &mut Writing<'_>, original: &Contact, account: &AccountId) -> Result<Vec<GroupId>, Stop> {
    if original.account == *account {
        return Ok(original.groups.clone());
    }
    let mut names = Vec::new();
    for id in &original.groups {
        let Some(group) = read::group(&w.transaction, *id)? else { continue };
        // The default group is no choice of the user's: the copy is in it only if it is in no other.
        if !group.is_default() {
            names.push(group.name);
        }
    }
    if names.is_empty() {
        names.push(OTHER_CONTACTS.to_owned());
    }
    Ok(w.settle_groups(account, Vec::new(), &names)?)
}

/// A contact as it can live in another account: what the directory said of a person becomes the contact's own.
pub(super) fn emigrated(contact: Contact) -> Contact {
    if contact.contact_type == ContactType::Custom {
        return contact;
    }
    Contact { profile: contact.effective(), contact_type: ContactType::Custom, person: None, ..contact }
}
