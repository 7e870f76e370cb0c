//! Where the tokens of an account are kept between two runs: the keyring of the system, a file (0600), or nowhere, when a command
//! prints one.
//!
//! Beside the book, in `accounts`, there is one file for each account, `NAME.tokens.json`. It holds the tokens, or says that
//! they are in the keyring: so nobody asks a keyring in vain, and one that is locked is not taken for a missing sign-in.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::{Tokens, aside::aside, command, keyring::Entry, private_file, tokens::Kept};
use crate::{
    book::AccountId,
    config::{self, Secret, TokenStore},
    webex::{Timing, WebexError},
};

/// The longest name of an account.
const LONGEST_NAME: usize = 64;

/// The keeper of tokens of all accounts of one book.
#[derive(Clone, Debug)]
pub struct Vault {
    store: TokenStore,
    directory: PathBuf,
    timing: Timing,
}

/// What the file of an account holds.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Place<T> {
    Keyring,
    Tokens(T),
}

/// Held while tokens are renewed: no other process renews them meanwhile. It ends when it is dropped, or the process ends.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "it is the lock")] File);

impl Vault {
    /// The vault of the book in a directory.
    pub fn new(settings: &config::Webex, beside: &Path, timing: Timing) -> Self {
        Self { store: settings.tokens.clone(), directory: beside.join("accounts"), timing }
    }

    /// Whether tokens come from a command, and are not kept here.
    pub fn is_command(&self) -> bool {
        matches!(self.store, TokenStore::Command(_))
    }

    /// The directory of what is known of accounts.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A file about an account.
    pub(super) fn file(&self, account: &AccountId, ending: &str) -> Result<PathBuf, WebexError> {
        let name = &account.0;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
        if name.is_empty() || name.len() > LONGEST_NAME || name.starts_with('.') || !name.chars().all(is_plain) {
            let reason = "the name of an account is of letters, digits, and - _ . @, and does not begin with a dot";
            return Err(WebexError::Invalid(reason.to_owned()));
        }
        if *account == AccountId::local() {
            return Err(WebexError::Invalid(
                "the account `local` is of this machine; nobody signs in to it".to_owned(),
            ));
        }
        Ok(self.directory.join(format!("{name}.{ending}")))
    }

    /// The tokens of an account; `None` when nobody is signed in. Blocks.
    ///
    /// # Errors
    /// The keyring, the file or the command cannot be used; the name of the account is none.
    pub fn load(&self, account: &AccountId) -> Result<Option<Tokens>, WebexError> {
        let path = self.file(account, "tokens.json")?;
        if let TokenStore::Command(words) = &self.store {
            let access = command::first_line("token_command", words, self.timing.command())?;
            return super::tokens::of_words(access.expose()).map(Some);
        }
        let damaged =
            || WebexError::Local(format!("{} is damaged; sign in again with: callbook login", path.display()));
        match place(&path)? {
            None => Ok(None),
            Some(Place::Tokens(kept)) => Ok(Some(Tokens::from(kept))),
            Some(Place::Keyring) => match self.entry(account).read()? {
                None => Ok(None),
                Some(text) => {
                    serde_json::from_str::<Kept>(text.expose()).map(|kept| Some(kept.into())).map_err(|_| damaged())
                }
            },
        }
    }

    /// When the tokens of an account were last put here, by any program; `None` when nobody is signed in, and where a command
    /// prints them.
    pub fn kept_at(&self, account: &AccountId) -> Option<SystemTime> {
        fs::metadata(self.file(account, "tokens.json").ok()?).and_then(|file| file.modified()).ok()
    }

    fn entry(&self, account: &AccountId) -> Entry {
        Entry::new(account, &self.directory, self.timing.keyring())
    }

    /// Keeps the tokens of an account, in place of those it had. What comes back is a notice to be shown: they are in a file,
    /// since there is no keyring. Blocks.
    ///
    /// # Errors
    /// They cannot be kept anywhere.
    pub fn save(&self, account: &AccountId, tokens: &Tokens) -> Result<Option<String>, WebexError> {
        let path = self.file(account, "tokens.json")?;
        // A damaged file is replaced.
        let before = place(&path).unwrap_or_default();
        match (&self.store, &before) {
            (TokenStore::Command(_), _) => return Ok(None),
            (TokenStore::Automatic, None | Some(Place::Keyring)) => {
                let text = tokens.kept(serde_json::to_string).map(Secret::from);
                let text = text.map_err(|error| WebexError::Local(format!("tokens cannot be written: {error}")))?;
                if self.entry(account).write(text).is_ok() {
                    return write(&path, &Place::<()>::Keyring).map(|()| None);
                }
            }
            _ => {}
        }
        tokens.kept(|kept| write(&path, &Place::Tokens(kept)))?;
        let chosen = self.store == TokenStore::File;
        if matches!(before, Some(Place::Keyring)) {
            // It holds older ones; that it cannot be used is known.
            let _ = self.entry(account).remove();
        }
        let is_news = !chosen && !matches!(before, Some(Place::Tokens(_)));
        let path = path.display();
        Ok(is_news.then(|| format!("there is no keyring here: the sign-in is kept in {path}, which only you can read")))
    }

    /// Forgets the tokens of an account. Blocks.
    ///
    /// # Errors
    /// The keyring or the file cannot be used; what can be removed is removed all the same.
    pub fn erase(&self, account: &AccountId) -> Result<(), WebexError> {
        let path = self.file(account, "tokens.json")?;
        let in_keyring = matches!(place(&path), Ok(Some(Place::Keyring)));
        let removed = if in_keyring { self.entry(account).remove() } else { Ok(()) };
        private_file::remove(&path).map_err(|error| unusable(&path, &error))?;
        removed
    }

    /// Waits until no other process renews the tokens of an account.
    ///
    /// # Errors
    /// The file of the lock cannot be made, or another process does not come to an end.
    pub async fn lock(&self, account: &AccountId) -> Result<Lock, WebexError> {
        let path = self.file(account, "lock")?;
        let directory = self.directory.clone();
        let shown = path.display().to_string();
        let locked = aside(move || {
            private_file::directory(&directory)?;
            let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
            file.lock()?;
            Ok::<_, io::Error>(Lock(file))
        });
        match tokio::time::timeout(self.timing.request() * 2, locked).await {
            Ok(locked) => locked?.map_err(|error| WebexError::Local(format!("{shown} cannot be used: {error}"))),
            Err(_) => {
                Err(WebexError::Local("another callbook renews the sign-in and does not come to an end".to_owned()))
            }
        }
    }
}

/// What the file of an account says.
fn place(path: &Path) -> Result<Option<Place<Kept>>, WebexError> {
    let Some(bytes) = private_file::read(path).map_err(|error| unusable(path, &error))? else { return Ok(None) };
    let text = Secret::from(bytes);
    let damaged = |_| WebexError::Local(format!("{} is damaged; sign in again with: callbook login", path.display()));
    serde_json::from_str(text.expose()).map(Some).map_err(damaged)
}

fn write(path: &Path, place: &Place<impl Serialize>) -> Result<(), WebexError> {
    let text = serde_json::to_string(place).map(Secret::from);
    let text = text.map_err(|error| WebexError::Local(format!("tokens cannot be written: {error}")))?;
    private_file::write(path, text.expose().as_bytes()).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &io::Error) -> WebexError {
    WebexError::Local(format!("{} cannot be used: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::book::Timestamp;

    fn vault(store: TokenStore) -> (tempfile::TempDir, Vault) {
        let directory = tempfile::tempdir().unwrap();
        let settings = config::Webex { tokens: store, ..config::Webex::default() };
        let vault = Vault::new(&settings, directory.path(), Timing::default());
        (directory, vault)
    }

    fn account() -> AccountId {
        AccountId("webex".to_owned())
    }

    fn tokens() -> Tokens {
        Tokens {
            access: "access".into(),
            expires: Some(Timestamp(5_000)),
            renew: Some(Timestamp(3_000)),
            refresh: Some("refresh".into()),
            refresh_expires: None,
            scopes: "spark:all spark:kms".to_owned(),
        }
    }

    #[test]
    fn a_file_keeps_tokens_for_the_user_alone() {
        let (directory, vault) = vault(TokenStore::File);
        assert_eq!(vault.load(&account()).unwrap(), None);
        assert_eq!(vault.save(&account(), &tokens()).unwrap(), None, "the file was chosen: that is no news");
        assert_eq!(vault.load(&account()).unwrap(), Some(tokens()));
        let path = directory.path().join("accounts/webex.tokens.json");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "{").unwrap();
        assert!(vault.load(&account()).unwrap_err().to_string().contains("is damaged; sign in again"));
        vault.save(&account(), &tokens()).unwrap();
        assert!(vault.kept_at(&account()).is_some());
        vault.erase(&account()).unwrap();
        assert_eq!((vault.load(&account()).unwrap(), vault.kept_at(&account())), (None, None));
        assert!(!path.exists());
    }

    #[test]
    fn where_no_keyring_is_a_file_takes_its_place_and_that_is_said_once() {
        let (_directory, vault) = vault(TokenStore::Automatic);
        if vault.entry(&account()).read().is_ok() {
            // This machine has a keyring, which is a person's and not a test's.
            return;
        }
        let notice = vault.save(&account(), &tokens()).unwrap().unwrap();
        assert!(notice.contains("there is no keyring here") && notice.contains("webex.tokens.json"), "{notice}");
        assert_eq!(vault.save(&account(), &tokens()).unwrap(), None);
        assert_eq!(vault.load(&account()).unwrap(), Some(tokens()));
    }

    #[test]
    fn a_locked_keyring_is_not_taken_for_a_missing_sign_in() {
        let (_directory, vault) = vault(TokenStore::Automatic);
        write(&vault.file(&account(), "tokens.json").unwrap(), &Place::<()>::Keyring).unwrap();
        if vault.entry(&account()).read().is_err() {
            let said = vault.load(&account()).unwrap_err().to_string();
            assert!(said.contains("the keyring of the system"), "{said}");
        }
    }

    #[test]
    fn a_command_prints_a_token_and_nothing_is_kept() {
        let (directory, vault) = vault(TokenStore::Command(["echo", "Bearer abc"].map(str::to_owned).to_vec()));
        assert_eq!(vault.load(&account()).unwrap().unwrap().access, Secret::from("abc"));
        vault.save(&account(), &tokens()).unwrap();
        assert!(!directory.path().join("accounts").exists());
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let (_directory, vault) = vault(TokenStore::File);
        for name in ["", "..", ".x", "a/b", "a b", "local", "ä", &"x".repeat(65)] {
            assert!(matches!(vault.load(&AccountId(name.to_owned())), Err(WebexError::Invalid(_))), "{name}");
        }
    }

    #[tokio::test]
    async fn a_lock_is_of_one_at_a_time() {
        let (_directory, vault) = vault(TokenStore::File);
        let first = vault.lock(&account()).await.unwrap();
        let (other, name) = (vault.clone(), account());
        let second = tokio::spawn(async move { other.lock(&name).await.is_ok() });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        assert!(second.await.unwrap());
    }
}
