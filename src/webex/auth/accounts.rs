//! Which accounts there are on this machine, and who of its processes has the lasting device of one.

use std::io;

use super::{Binding, Vault, private_file};
use crate::{
    book::AccountId,
    webex::{WebexError, device::Seat},
};

/// What a file of facts is called.
const FACTS: &str = ".json";
/// What a file of tokens is called, which ends alike.
const TOKENS: &str = ".tokens.json";

impl Vault {
    /// The accounts that somebody has signed in to, by name. Blocks.
    ///
    /// # Errors
    /// The directory or a file in it cannot be read.
    pub fn accounts(&self) -> Result<Vec<AccountId>, WebexError> {
        let unreadable = |error: io::Error| {
            WebexError::Local(format!("the accounts in {} cannot be read: {error}", self.directory().display()))
        };
        let entries = match std::fs::read_dir(self.directory()) {
            Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(unreadable)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let name = |entry: std::fs::DirEntry| {
            let file = entry.file_name().into_string().ok()?;
            let name = file.strip_suffix(FACTS).filter(|_| !file.ends_with(TOKENS))?;
            Some(AccountId(name.to_owned()))
        };
        let mut accounts = Vec::new();
        for account in entries.into_iter().filter_map(name) {
            if Binding::open(self, &account)?.user().is_some() {
                accounts.push(account);
            }
        }
        accounts.sort();
        Ok(accounts)
    }

    /// The right to the lasting device of this installation; `None` when another process has it.
    ///
    /// # Errors
    /// The file of the lock cannot be made.
    pub fn seat(&self, account: &AccountId) -> Result<Option<Seat>, WebexError> {
        let lock = self.file(account, "device.lock")?;
        let directory = private_file::directory(self.directory());
        directory
            .map_err(|error| WebexError::Local(format!("{} cannot be made: {error}", self.directory().display())))?;
        Seat::take(&lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, webex::Timing};

    #[test]
    fn who_has_signed_in_is_listed_and_one_process_has_the_seat() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::new(&config::Webex::default(), directory.path(), Timing::default());
        assert_eq!(vault.accounts().unwrap(), []);
        let [work, home] = ["work", "home"].map(|name| AccountId(name.to_owned()));
        for account in [&work, &home] {
            Binding::open(&vault, account).unwrap().bind("user", "org").unwrap();
        }
        Binding::open(&vault, &AccountId("never".to_owned())).unwrap();
        assert_eq!(vault.accounts().unwrap(), [home, work.clone()]);
        let seat = vault.seat(&work).unwrap();
        assert!(seat.is_some() && vault.seat(&work).unwrap().is_none());
        drop(seat);
        assert!(vault.seat(&work).unwrap().is_some());
    }
}
