//! What several test programs need: a clock that counts, a book in a directory, drafts.
#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use callbook::{
    book::{Command, Contact, ContactId, Draft, Failure, GroupId, Timestamp, port::Clock},
    store::Book,
};
use uuid::Uuid;

/// Every moment is a second after the one before; ids are fresh in every process.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Clock for Counting {
    fn now(&self) -> Timestamp {
        let seconds = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp(1_790_000_000_000 + i64::try_from(seconds).unwrap() * 1000)
    }

    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

pub fn book_in(directory: &Path) -> Book {
    Book::open(&directory.join("book.db"), Arc::new(Counting::default())).unwrap()
}

pub fn draft(fill: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = Draft::default();
    fill(&mut draft);
    draft
}

pub fn named(name: &str) -> Draft {
    draft(|d| name.clone_into(&mut d.profile.display_name))
}

pub fn created(book: &mut Book, draft: Draft) -> Contact {
    let committed = book.perform(Command::CreateContact(Box::new(draft))).unwrap();
    let id = ContactId(*committed.touched.last().unwrap());
    book.contact(id).unwrap().unwrap()
}

pub fn edited(book: &mut Book, before: &Contact, edit: impl FnOnce(&mut Draft)) -> Result<Contact, Failure> {
    let mut after = Draft::of(before);
    edit(&mut after);
    book.perform(Command::EditContact { before: Box::new(before.clone()), after: Box::new(after) })?;
    Ok(book.contact(before.id)?.unwrap())
}

pub fn group_id(book: &Book, name: &str) -> GroupId {
    book.groups().unwrap().into_iter().find(|row| row.group.name == name).unwrap().group.id
}

/// All that a book holds but the times of changes, as text to compare.
pub fn contents(book: &Book) -> String {
    let ids: Vec<_> = book.rows(None).unwrap().iter().map(|row| row.id).collect();
    let contacts = book.contacts(&ids).unwrap().into_iter().map(|c| Contact { modified: Timestamp(0), ..c });
    format!("{:#?}\n{:#?}", contacts.collect::<Vec<_>>(), book.groups().unwrap())
}
