//! The demo: a throwaway book filled from `assets/demo`.

use std::sync::Arc;

use super::SystemClock;
use crate::{
    book::{Failure, port::Clock},
    config::Keeping,
    exchange,
    store::{Book, ImportOptions},
};

const CONTACTS: &str = include_str!("../../assets/demo/contacts.vcf");
const DIRECTORY: &str = include_str!("../../assets/demo/directory.ldif");

/// A fresh demo book, which is gone when it is dropped.
///
/// # Errors
/// The temporary directory cannot be written.
pub fn open() -> Result<Book, Failure> {
    open_at(Arc::new(SystemClock))
}

/// The same by another clock, so that a picture of it can be taken again.
///
/// # Errors
/// The temporary directory cannot be written.
pub fn open_at(clock: Arc<dyn Clock>) -> Result<Book, Failure> {
    let mut book = Book::scratch(clock).map_err(|error| Failure::Storage(error.to_string()))?;
    book.import("the demo", &mut exchange::vcard::read(CONTACTS.as_bytes()), &ImportOptions::default())?;
    book.import_people(&mut exchange::ldif::read(DIRECTORY.as_bytes()))?;
    // How the demo came to be is not for `u` to take back.
    book.drop_what_is_old(Keeping { history_days: 0, ..Keeping::default() })?;
    Ok(book)
}
