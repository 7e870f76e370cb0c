//! What is known of an account that is no secret: to whom it is bound, which key server is theirs, and the id of this
//! installation, which names our devices.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Vault, private_file};
use crate::{
    book::AccountId,
    webex::{WebexError, random},
};

/// The facts of one account, in `accounts/NAME.json` beside the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    account: AccountId,
    path: PathBuf,
    facts: Facts,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
struct Facts {
    installation: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    org: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kms_host: Option<String>,
}

impl Binding {
    /// The facts of an account; the first time an installation id is made and written. Blocks.
    ///
    /// # Errors
    /// The file cannot be read or written, or is damaged; the name of the account is none.
    pub fn open(vault: &Vault, account: &AccountId) -> Result<Self, WebexError> {
        let path = vault.file(account, "json")?;
        let read = private_file::read(&path);
        let read = read.map_err(|error| WebexError::Local(format!("{} cannot be read: {error}", path.display())))?;
        let account = account.clone();
        let Some(bytes) = read else {
            let facts = Facts { installation: random::uuid()?, user: None, org: None, kms_host: None };
            let binding = Self { account, path, facts };
            binding.write()?;
            return Ok(binding);
        };
        let facts = serde_json::from_slice(&bytes)
            .map_err(|error| WebexError::Local(format!("{} is damaged: {error}", path.display())))?;
        Ok(Self { account, path, facts })
    }

    fn write(&self) -> Result<(), WebexError> {
        let wrong = |error: String| WebexError::Local(format!("{} cannot be written: {error}", self.path.display()));
        let text = serde_json::to_vec_pretty(&self.facts).map_err(|error| wrong(error.to_string()))?;
        private_file::write(&self.path, &text).map_err(|error| wrong(error.to_string()))
    }

    /// The id of this installation for this account.
    pub fn installation(&self) -> String {
        self.facts.installation.to_string()
    }

    /// The user it is bound to, since the first sign-in.
    pub fn user(&self) -> Option<&str> {
        self.facts.user.as_deref()
    }

    /// The user's organisation.
    pub fn org(&self) -> Option<&str> {
        self.facts.org.as_deref()
    }

    /// The host of the key server, since it was first trusted.
    pub fn kms_host(&self) -> Option<&str> {
        self.facts.kms_host.as_deref()
    }

    /// Holds a sign-in against the first one.
    ///
    /// # Errors
    /// The account is bound to another user or organisation: their contacts must not be mixed with these.
    pub fn admits(&self, user: &str, org: &str) -> Result<(), WebexError> {
        let same =
            |bound: &Option<String>, now: &str| bound.as_ref().is_none_or(|bound| bound.eq_ignore_ascii_case(now));
        if same(&self.facts.user, user) && same(&self.facts.org, org) {
            return Ok(());
        }
        let name = &self.account;
        Err(WebexError::Invalid(format!(
            "the account {name} is another person's: it stays bound to the user of its first sign-in; sign in to a new \
             account with: callbook login --account NAME"
        )))
    }

    /// Binds the account to a user of an organisation at the first sign-in, and holds the later ones against it.
    ///
    /// # Errors
    /// As [`Binding::admits`]; the file cannot be written.
    pub fn bind(&mut self, user: &str, org: &str) -> Result<(), WebexError> {
        self.admits(user, org)?;
        if self.facts.user.is_none() || self.facts.org.is_none() {
            self.facts.user = Some(user.to_owned());
            self.facts.org = Some(org.to_owned());
            self.write()?;
        }
        Ok(())
    }

    /// Notes the host of the key server, or forgets it (at a sign-out).
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn pin(&mut self, kms_host: Option<&str>) -> Result<(), WebexError> {
        if self.facts.kms_host.as_deref() == kms_host {
            return Ok(());
        }
        self.facts.kms_host = kms_host.map(str::to_owned);
        self.write()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, webex::Timing};

    #[test]
    fn an_account_stays_with_its_first_user() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::new(&config::Webex::default(), directory.path(), Timing::default());
        let account = AccountId("work".to_owned());
        let mut binding = Binding::open(&vault, &account).unwrap();
        binding.bind("user-1", "org-1").unwrap();
        binding.pin(Some("kms.example")).unwrap();
        let mut again = Binding::open(&vault, &account).unwrap();
        assert_eq!(again, binding);
        assert_eq!((again.user(), again.org(), again.kms_host()), (Some("user-1"), Some("org-1"), Some("kms.example")));
        again.bind("USER-1", "org-1").unwrap();
        for (user, org) in [("user-2", "org-1"), ("user-1", "org-2")] {
            let said = again.bind(user, org).unwrap_err().to_string();
            assert!(said.contains("work") && said.contains("callbook login --account NAME"), "{said}");
        }
        again.pin(None).unwrap();
        assert_eq!(Binding::open(&vault, &account).unwrap().kms_host(), None);
        std::fs::write(directory.path().join("accounts/work.json"), "x").unwrap();
        assert!(Binding::open(&vault, &account).unwrap_err().to_string().contains("is damaged"));
    }
}
