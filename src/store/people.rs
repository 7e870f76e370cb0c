//! People of an organisation, beside the book: those of the offline directory, read from a file, and those of an account
//! whom its CLOUD contacts or a search have met.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{
    book::{
        AccountId, Committed, Contact, ContactId, Failure, Origin, Person, PersonRef, Timestamp,
        incoming::{Fault, Incoming},
        name::{derive_display_name, sort_key},
        patch::document,
    },
    search,
};

use super::{
    Book, accounts, read, sync,
    write::{Stop, Writing, unreadable},
};

/// The name of the directory that is filled from files.
pub const OFFLINE: &str = "offline";

/// What an import of people did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleReport {
    /// People that are in the directory now.
    pub people: usize,
    /// People that were there before and are not in the file.
    pub vanished: usize,
    /// CLOUD contacts that follow a change of their person.
    pub followed: usize,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

impl Book {
    /// Replaces the people of the offline directory by those of a file; CLOUD contacts that refer to them follow, and
    /// those whose person vanished are marked as unresolved and keep what was last seen.
    ///
    /// # Errors
    /// Nothing was changed; a file without any person changes nothing either.
    pub fn import_people(
        &mut self,
        items: &mut dyn Iterator<Item = Result<Incoming, Fault>>,
    ) -> Result<PeopleReport, Failure> {
        let mut report = PeopleReport::default();
        let mut people = Vec::new();
        for item in items {
            match item {
                Ok(Incoming::Contact(incoming)) => match person_of(*incoming) {
                    Ok(person) => people.push(person),
                    Err(fault) => report.faults.push(fault),
                },
                Ok(Incoming::Group(_)) => {}
                Err(fault) => report.faults.push(fault),
            }
        }
        if people.is_empty() {
            let first = report.faults.first().map(|fault| format!(" ({fault})")).unwrap_or_default();
            return Err(Failure::Refused(format!("the file holds no person{first}; the directory was left as it is")));
        }
        self.write(Origin::Directory, |w| {
            w.beside_the_journal = true;
            replace_people(w, &people, &mut report)?;
            report.followed = follow(w, OFFLINE, None)?;
            let words = |count, one, many| format!("{count} {}", if count == 1 { one } else { many });
            let (people, followed) =
                (words(report.people, "person", "people"), words(report.followed, "contact", "contacts"));
            Ok(format!("Directory updated: {people}, {followed} followed"))
        })?;
        Ok(report)
    }

    /// What the directory of an account said just now: `found` are as they are, `missing` (their keys) are not there any
    /// more. CLOUD contacts follow; those of a missing person keep what was last seen. Of everybody else nothing is said.
    ///
    /// # Errors
    /// Nothing was changed.
    pub fn refresh_people(
        &mut self,
        account: &AccountId,
        found: &[Person],
        missing: &[String],
    ) -> Result<Committed, Failure> {
        self.write(Origin::Directory, |w| {
            accounts::check(&w.transaction, account)?;
            w.beside_the_journal = true;
            put_people(w, found)?;
            lose_people(w, account, missing)?;
            let asked = found.iter().map(|person| person.who.key.as_str()).chain(missing.iter().map(String::as_str));
            let followed = follow(w, &account.0, Some(&asked.collect()))?;
            sync::asked_directory(&w.transaction, account, w.at)?;
            Ok(format!(
                "Directory of {account}: {followed} {} followed",
                if followed == 1 { "contact" } else { "contacts" }
            ))
        })
    }

    /// Keeps people who were found in the directory of an account, so that they can be added.
    ///
    /// # Errors
    /// Nothing was changed.
    pub fn remember_people(&mut self, people: &[Person]) -> Result<(), Failure> {
        let remember = |w: &mut Writing<'_>| -> Result<String, Stop> {
            w.beside_the_journal = true;
            put_people(w, people)?;
            Ok(String::new())
        };
        self.write(Origin::Directory, remember).map(drop)
    }

    /// People of the directory whose words hold every one of `words` as it is written, by name; at most `limit`: who is
    /// meant, where [`super::OfflineDirectory`] finds who may be.
    pub fn search_people(&self, words: &str, limit: usize) -> Result<Vec<Person>, Failure> {
        let terms: Vec<String> = words.split_whitespace().map(search::fold).collect();
        let condition: String = terms.iter().map(|_| " AND instr(words, ?) > 0").collect();
        let sql = format!(
            "SELECT directory, key, document, vanished FROM person WHERE vanished IS NULL{condition} ORDER BY sort, key LIMIT {limit}"
        );
        let query = || -> rusqlite::Result<Vec<Person>> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            statement.query_map(rusqlite::params_from_iter(&terms), read_person)?.collect()
        };
        query().map_err(|e| self.failure(&e))
    }

    /// The person of a directory.
    pub fn person(&self, who: &PersonRef) -> Result<Option<Person>, Failure> {
        person(&self.connection, who).map_err(|e| self.failure(&e))
    }
}

/// The person of a directory, those who vanished included.
pub(super) fn person(connection: &Connection, who: &PersonRef) -> rusqlite::Result<Option<Person>> {
    connection
        .prepare_cached("SELECT directory, key, document, vanished FROM person WHERE directory = ? AND key = ?")?
        .query_row((&who.directory, &who.key), read_person)
        .optional()
}

fn read_person(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        who: PersonRef { directory: row.get(0)?, key: row.get(1)? },
        profile: serde_json::from_str(&row.get::<_, String>(2)?).map_err(unreadable)?,
        unresolved_since: row.get::<_, Option<i64>>(3)?.map(Timestamp),
    })
}

fn person_of(incoming: crate::book::incoming::IncomingContact) -> Result<Person, Fault> {
    let draft = incoming.draft.tidied();
    let mut profile = draft.profile;
    if profile.display_name.is_empty() {
        profile.display_name = derive_display_name(&profile);
    }
    let email = profile.emails.first().map(|email| email.value.clone());
    let Some(key) = Some(incoming.directory_key).filter(|key| !key.is_empty()).or(email) else {
        let reason = "a person of a directory needs an entryUUID, a UID, a DN or an e-mail address".to_owned();
        return Err(Fault { place: incoming.place, field: None, reason });
    };
    Ok(Person { who: PersonRef { directory: OFFLINE.to_owned(), key }, profile, unresolved_since: None })
}

fn replace_people(w: &Writing<'_>, people: &[Person], report: &mut PeopleReport) -> Result<(), Stop> {
    let tx = &w.transaction;
    tx.execute("UPDATE person SET vanished = ?1 WHERE directory = ?2 AND vanished IS NULL", params![w.at.0, OFFLINE])?;
    put_people(w, people)?;
    let count = |condition: &str| -> rusqlite::Result<usize> {
        tx.query_row(&format!("SELECT count(*) FROM person WHERE directory = ? AND {condition}"), [OFFLINE], |r| {
            r.get(0)
        })
    };
    report.people = count("vanished IS NULL")?;
    report.vanished = tx.query_row(
        "SELECT count(*) FROM person WHERE directory = ? AND vanished = ?",
        params![OFFLINE, w.at.0],
        |row| row.get(0),
    )?;
    Ok(())
}

fn put_people(w: &Writing<'_>, people: &[Person]) -> Result<(), Stop> {
    let mut put = w.transaction.prepare_cached("INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, NULL)")?;
    for Person { who, profile, .. } in people {
        let text = serde_json::to_string(profile).map_err(unreadable)?;
        put.execute(params![
            who.directory,
            who.key,
            sort_key(&profile.display_name),
            search::person_text(profile),
            text
        ])?;
    }
    Ok(())
}

/// Who is not there any more is kept as last seen; one who was never seen is known to be missing.
fn lose_people(w: &Writing<'_>, account: &AccountId, keys: &[String]) -> Result<(), Stop> {
    let mut lose = w.transaction.prepare_cached(
        "INSERT INTO person VALUES (?1, ?2, '', '', '{}', ?3)
         ON CONFLICT (directory, key) DO UPDATE SET vanished = ifnull(vanished, excluded.vanished)",
    )?;
    for key in keys {
        lose.execute(params![account.0, key, w.at.0])?;
    }
    Ok(())
}

/// CLOUD contacts take over what the directory says of their person now, all or those of these keys. Returns how many
/// changed.
fn follow(w: &mut Writing<'_>, directory: &str, only: Option<&HashSet<&str>>) -> Result<usize, Stop> {
    let mut followed = 0;
    let ids = w
        .transaction
        .prepare("SELECT id FROM contact WHERE contact_type = 'CLOUD' ORDER BY row")?
        .query_map([], |row| row.get(0).map(ContactId))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for id in ids {
        let Some(before) = read::contact(&w.transaction, id)? else { continue };
        let Some(seen) = before.person.clone().filter(|person| person.who.directory == directory) else { continue };
        if only.is_some_and(|keys| !keys.contains(seen.who.key.as_str())) {
            continue;
        }
        let person = match person(&w.transaction, &seen.who)? {
            Some(person) if person.unresolved_since.is_none() => person,
            _ => Person { unresolved_since: seen.unresolved_since.or(Some(w.at)), ..seen.clone() },
        };
        if person != seen {
            let after = Contact { person: Some(person), ..before.clone() };
            debug_assert_ne!(document(&before), document(&after));
            w.replace(&before, after)?;
            followed += 1;
        }
    }
    Ok(followed)
}
