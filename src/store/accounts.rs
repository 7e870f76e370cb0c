//! The accounts of a book: one that every book has, and those of a server.

use super::{
    Book,
    write::{Stop, begin},
};
use crate::book::{AccountId, Failure};

impl Book {
    /// A new account of the Webex service; nothing when there is one of this name.
    ///
    /// # Errors
    /// The book could not be written.
    pub fn add_account(&mut self, id: &AccountId) -> Result<(), Failure> {
        let add = |connection| -> Result<(), Stop> {
            let transaction = begin(connection)?;
            transaction.execute("INSERT OR IGNORE INTO account VALUES (?, 'webex')", [&id.0])?;
            Ok(transaction.commit()?)
        };
        add(&mut self.connection).map_err(|stop| self.stopped(stop))
    }
}
