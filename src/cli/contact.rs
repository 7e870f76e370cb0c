//! Making, changing and deleting contacts: `add`, `edit`, `rm`.

use clap::Args;
use serde_json::Value;

use super::{
    Exit, Session, Stop, pick,
    session::{Whereabouts, json_from_stdin},
};
use crate::{
    book::{AccountId, Command, Contact, Draft, Person, PersonRef},
    exchange::json,
    store::OFFLINE,
};

const MEMBERS: &str = "\
The members are those of the Webex Contact object, as `callbook show CONTACT --json` prints them:
displayName, firstName, lastName, companyName, title, department, manager, emails, phoneNumbers and
sipAddresses (lists of {\"type\": …, \"value\": …, \"primary\": true}), addressInfo {street, city, state,
zipCode, country}, addresses, webPages, birthday, notes, nickname, prefix, middleName, suffix, avatarURL,
primaryContactMethod, favourite, groups (ids), groupNames (names), vcardProperties, contactType.";

const ADD: &str = "\
For example: {\"displayName\": \"Ada Lovelace\", \"emails\": [{\"type\": \"work\", \"value\": \"ada@example.org\"}]}
A person of the directory: {\"contactType\": \"CLOUD\", \"person\": \"grace@corp.example\"}";

const EDIT: &str = "\
For example: {\"title\": \"Countess\", \"notes\": null} sets the title and empties the notes.
A list is replaced as a whole. For a CLOUD contact the patch speaks of your own additions.";

/// `callbook add`
#[derive(Debug, Args)]
#[command(after_help = format!("{MEMBERS}\n\n{ADD}"))]
pub struct Add {
    /// The account that it is made in; without it the local one
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
}

impl Add {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let mut command = adding(session, &json_from_stdin()?)?;
        if let Command::CreateContact(draft) = &mut command {
            draft.account = self.account.map_or_else(AccountId::local, AccountId);
        }
        let committed = session.perform(command)?;
        match committed.touched.last() {
            Some(id) => session.print(&[&id.to_string()]),
            None => Ok(()),
        }
    }
}

/// `callbook edit`
#[derive(Debug, Args)]
#[command(after_help = format!("{MEMBERS}\n\n{EDIT}"))]
pub struct Edit {
    /// Which contact
    contact: String,
}

impl Edit {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let command = editing(session, &self.contact, &json_from_stdin()?)?;
        session.perform(command).map(drop)
    }
}

/// `callbook rm`
#[derive(Debug, Args)]
pub struct Rm {
    /// Which contacts
    #[arg(required = true, value_name = "CONTACT")]
    contacts: Vec<String>,
}

impl Rm {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let ids = session.find_all(&self.contacts, Whereabouts::Book)?;
        session.perform(Command::DeleteContacts(ids)).map(drop)
    }
}

/// The command that makes a contact of JSON.
pub(super) fn adding(session: &Session<'_>, contact: &Value) -> Result<Command, Stop> {
    let draft = json::draft(contact, &session.groups()?)?;
    let person = draft.person.as_ref().map(|named| person(session, named)).transpose()?;
    Ok(Command::CreateContact(Box::new(Draft { person, ..draft })))
}

/// The command that applies a patch to a contact.
pub(super) fn editing(session: &Session<'_>, contact: &str, patch: &Value) -> Result<Command, Stop> {
    let before: Contact = session.contact(session.find(contact, Whereabouts::Book)?)?;
    let after = json::edited(&before, patch, &session.groups()?)?;
    Ok(Command::EditContact { before: Box::new(before), after: Box::new(after) })
}

/// The person of the directory that JSON names: by directory and key, or as [`named_person`].
fn person(session: &Session<'_>, named: &Person) -> Result<Person, Stop> {
    let key = &named.who.key;
    if !named.who.directory.is_empty() {
        let nobody =
            || Stop::new(Exit::NoMatch, format!("the directory {} knows nobody of key '{key}'", named.who.directory));
        return session.book.person(&named.who)?.ok_or_else(nobody);
    }
    named_person(session, key)
}

/// The person of the offline directory that is meant by a key, or by words that only one person has.
pub(super) fn named_person(session: &Session<'_>, key: &str) -> Result<Person, Stop> {
    let known = PersonRef { directory: OFFLINE.to_owned(), key: key.to_owned() };
    if let Some(person) = session.book.person(&known)? {
        return Ok(person);
    }
    // More than are listed: an exact address may be part of many others.
    let mut found = session.book.search_people(key, 1000)?;
    let exact = |person: &Person| person.profile.emails.iter().any(|email| email.value.eq_ignore_ascii_case(key));
    if found.iter().any(exact) {
        found.retain(exact);
    }
    found.truncate(10);
    let nothing = || format!("the directory knows nobody by '{key}'");
    pick::only(key, found, nothing, |person| {
        let who = serde_json::json!({"directory": person.who.directory, "key": person.who.key});
        format!("{who}  {}", person.profile.display_name)
    })
}
