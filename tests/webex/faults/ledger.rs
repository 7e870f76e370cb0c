//! What a client was told of each thing that it asked for, and whether the book is as that says.

use std::collections::BTreeMap;

use callbook::webex::WebexError;
use serde_json::Value;
use simulator::journal::Received;

/// Whether something is in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    Yes,
    No,
    /// Nobody could tell.
    Perhaps,
}

impl There {
    fn made<T>(result: &Result<T, WebexError>) -> Self {
        match result {
            Ok(_) => Self::Yes,
            Err(error) if error.is_ambiguous() => Self::Perhaps,
            Err(_) => Self::No,
        }
    }
}

#[derive(Debug)]
struct Entry {
    name: String,
    id: Option<String>,
    there: There,
}

/// What came of a call.
pub enum Told {
    Nothing,
    Listed(Vec<String>),
    Contact(String, Result<String, WebexError>),
    Group(String, Result<String, WebexError>),
    Deleted(String, Result<(), WebexError>),
    DeletedGroup(String, Result<(), WebexError>),
}

/// All that a client was told.
#[derive(Debug, Default)]
pub struct Ledger {
    contacts: Vec<Entry>,
    groups: Vec<Entry>,
    /// The ids of the last list.
    listed: Vec<String>,
    /// The ids of the contacts that were there before, and whether they still are.
    before: BTreeMap<String, There>,
}

impl Ledger {
    /// With what is in the book already.
    pub fn new(book: &Value) -> Self {
        let before = ids(book).map(|id| (id.to_owned(), There::Yes)).collect();
        Self { before, ..Self::default() }
    }

    /// A contact that is known.
    pub fn contact(&self, number: u32) -> Option<String> {
        let made = self.contacts.iter().filter_map(|entry| entry.id.as_ref());
        let known: Vec<_> = made.chain(&self.listed).collect();
        known.get(number as usize % known.len().max(1)).map(|id| (*id).clone())
    }

    /// A group that was made.
    pub fn group(&self) -> Option<String> {
        self.groups.iter().find_map(|entry| entry.id.clone())
    }

    /// Takes down what came of a call.
    pub fn note(&mut self, told: Told) {
        match told {
            Told::Nothing => {}
            Told::Listed(ids) => self.listed = ids,
            Told::Contact(name, made) => self.contacts.push(Entry { name, there: There::made(&made), id: made.ok() }),
            Told::Group(name, made) => self.groups.push(Entry { name, there: There::made(&made), id: made.ok() }),
            Told::Deleted(id, done) => {
                let there = if done.is_ok() { There::No } else { There::Perhaps };
                match self.contacts.iter_mut().find(|entry| entry.id.as_ref() == Some(&id)) {
                    Some(entry) => entry.delete(there),
                    None => drop(self.before.insert(id, there)),
                }
            }
            Told::DeletedGroup(id, done) => {
                let there = if done.is_ok() { There::No } else { There::Perhaps };
                if let Some(entry) = self.groups.iter_mut().find(|entry| entry.id.as_ref() == Some(&id)) {
                    entry.delete(there);
                }
            }
        }
    }

    /// Whether the book is as was told: what was made is there once, what was not made is not, and what nobody could tell
    /// of is not there twice.
    pub fn judge(&self, book: &Value) -> Result<(), String> {
        for (list, entries) in [("contacts", &self.contacts), ("groups", &self.groups)] {
            for Entry { name, there, .. } in entries {
                let times = times(&book[list], name);
                let is_so = match there {
                    There::Yes => times == 1,
                    There::No => times == 0,
                    There::Perhaps => times <= 1,
                };
                if !is_so {
                    return Err(format!("{name} is among the {list} {times} times, and was told {there:?}"));
                }
            }
        }
        for (id, there) in &self.before {
            let is_there = ids(book).any(|known| known == id);
            if (is_there && *there == There::No) || (!is_there && *there == There::Yes) {
                return Err(format!("the contact {id} that was there before: told {there:?}, there: {is_there}"));
            }
        }
        Ok(())
    }
}

impl Entry {
    fn delete(&mut self, there: There) {
        (self.there, self.id) = (there, None);
    }
}

fn ids(book: &Value) -> impl Iterator<Item = &str> {
    book["contacts"].as_array().into_iter().flatten().filter_map(|contact| contact["contactId"].as_str())
}

fn times(records: &Value, name: &str) -> usize {
    records.as_array().into_iter().flatten().filter(|record| record["displayName"] == name).count()
}

/// Whether no body was posted again unless the answer before had said that nothing was done.
pub fn posted_once(calls: &[Received]) -> Result<(), String> {
    let mut posts: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.method == "POST" && call.path.contains("/encrypt/Users/")) {
        posts.entry(&call.body).or_default().push(call.status);
    }
    for statuses in posts.values() {
        let (_, before) = statuses.split_last().unwrap();
        if before.iter().any(|status| !matches!(status, 401 | 423 | 429 | 503)) {
            return Err(format!("one body was posted more than once, with the answers {statuses:?}"));
        }
    }
    Ok(())
}

#[test]
fn a_book_that_is_not_as_told_is_noticed() {
    use serde_json::json;
    let book = |names: &[&str]| {
        let contacts: Vec<_> = names.iter().map(|name| json!({"contactId": "1", "displayName": name})).collect();
        json!({"contacts": contacts, "groups": []})
    };
    let lost = || WebexError::Ambiguous { doing: "try", reason: String::new() };
    for (told, good, bad) in [
        (Ok("1".to_owned()), &["Ada"][..], &[&[][..], &["Ada", "Ada"]][..]),
        (Err(WebexError::Invalid(String::new())), &[], &[&["Ada"]]),
        (Err(lost()), &["Ada"], &[&["Ada", "Ada"]]),
    ] {
        let mut ledger = Ledger::default();
        ledger.note(Told::Contact("Ada".to_owned(), told));
        assert_eq!(ledger.judge(&book(good)), Ok(()));
        for bad in bad {
            assert!(ledger.judge(&book(bad)).is_err(), "{bad:?}");
        }
    }
    assert!(Ledger::new(&book(&["Ada"])).judge(&book(&[])).is_err());
    let post = |status| Received {
        number: 1,
        method: "POST".to_owned(),
        path: "/contact/api/v1/encrypt/Users/contacts".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: "sealed".to_owned(),
        kms: Vec::new(),
        status,
    };
    assert_eq!(posted_once(&[post(429), post(401), post(0)]), Ok(()));
    assert!(posted_once(&[post(0), post(201)]).is_err());
}
