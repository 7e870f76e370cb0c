//! The keyring of the system.

use std::{path::Path, time::Duration};

use super::aside::within;
use crate::{book::AccountId, config::Secret, webex::WebexError};

const SERVICE: &str = "callbook";

/// The entry of one account of one book.
#[derive(Clone, Debug)]
pub struct Entry {
    name: String,
    limit: Duration,
}

impl Entry {
    /// The entry of an account of the book in a directory: two books may have accounts of the same name.
    pub fn new(account: &AccountId, directory: &Path, limit: Duration) -> Self {
        Self { name: format!("{account} of {}", directory.display()), limit }
    }

    /// What is in it.
    pub fn read(&self) -> Result<Option<Secret>, WebexError> {
        self.ask(|entry| match entry.get_password() {
            Ok(text) => Ok(Some(Secret::from(text))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    /// Replaces what is in it.
    pub fn write(&self, secret: Secret) -> Result<(), WebexError> {
        self.ask(move |entry| entry.set_password(secret.expose()))
    }

    /// Removes it.
    pub fn remove(&self) -> Result<(), WebexError> {
        self.ask(|entry| match entry.delete_credential() {
            Err(keyring::Error::NoEntry) => Ok(()),
            other => other,
        })
    }

    /// A keyring may ask a person to unlock it, or hang on a broken bus.
    fn ask<T: Send + 'static>(
        &self,
        what: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, WebexError> {
        let name = self.name.clone();
        let done = within(self.limit, move || what(&keyring::Entry::new(SERVICE, &name)?))?;
        let remedy = "unlock it, or set tokens = \"file\" in [webex]";
        match done {
            // The error may quote what was to be kept: only its kind is told.
            Some(result) => result.map_err(|error| {
                let kind = match error {
                    keyring::Error::NoDefaultStore => "there is none",
                    keyring::Error::NoStorageAccess(_) => "it is locked",
                    _ => "it fails",
                };
                WebexError::Local(format!("the keyring of the system cannot be used: {kind}; {remedy}"))
            }),
            None => Err(WebexError::Local(format!("the keyring of the system does not answer; {remedy}"))),
        }
    }
}
