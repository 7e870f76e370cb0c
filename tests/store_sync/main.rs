//! The store's part of sync, on real files, against a server that is played by a few maps.

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod deaths;
mod laws;
mod pulls;
mod queue;
mod sendings;
mod server;

use std::path::Path;

use callbook::{
    book::{AccountId, Contact, ContactId, Draft, Row},
    store::Book,
};
use rusqlite::Connection;
use support::{book_in, draft};

fn work() -> AccountId {
    AccountId("work".to_owned())
}

/// A book with the account `work`.
fn work_book(directory: &Path) -> Book {
    let mut book = book_in(directory);
    book.add_account(&work()).unwrap();
    book
}

fn at_work(name: &str) -> Draft {
    draft(|d| {
        d.account = work();
        name.clone_into(&mut d.profile.display_name);
    })
}

fn row(book: &Book, id: ContactId) -> Row {
    book.find(&id.to_string()).unwrap().pop().expect("the contact is there")
}

fn is_unsent(book: &Book, contact: &Contact) -> bool {
    row(book, contact.id).unsent
}

fn names(book: &Book, account: &AccountId) -> Vec<String> {
    let rows = book.rows(None).unwrap().into_iter().filter(|row| !row.trashed);
    let contacts = rows.filter_map(|row| book.contact(row.id).unwrap());
    contacts.filter(|contact| contact.account == *account).map(|contact| contact.profile.display_name).collect()
}

/// A number straight from the file.
fn count(directory: &Path, sql: &str) -> i64 {
    let file = Connection::open(directory.join("book.db")).unwrap();
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}
