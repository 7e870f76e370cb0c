//! A Webex account and the way to its services: what the screen and the commands begin with.

use std::{path::Path, sync::Arc};

use crate::{
    book::{AccountId, Failure, Profile, port::Clock},
    config,
    store::Book,
    webex::{
        Client, KmsError, Timing, WebexError,
        auth::{Binding, Login, Tokens, Vault},
        client::Identity,
        http::Http,
    },
};

/// The account of the first sign-in, where none is named.
pub const FIRST: &str = "webex";
/// The fact of the book that says who is signed in.
pub const LOGIN: &str = "login";

/// What is known of an account, and all that is needed to reach it.
pub struct Access {
    /// The account.
    pub account: AccountId,
    /// Where its tokens are kept.
    pub vault: Vault,
    /// The way to the services.
    pub http: Http,
    /// Whose account it is.
    pub binding: Binding,
    settings: config::Webex,
    clock: Arc<dyn Clock>,
}

/// A sign-in that works and is kept.
pub struct SignedIn {
    /// The services.
    pub client: Client,
    /// Something that a person should know.
    pub notice: Option<String>,
}

impl Access {
    /// Reads what is known of an account of the book at `book`. Nothing is sent.
    ///
    /// # Errors
    /// The settings or a file beside the book cannot be used.
    pub fn prepare(
        book: &Path,
        account: AccountId,
        settings: &config::Webex,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WebexError> {
        let vault = vault(book, settings);
        let http = Http::new(settings, timing())?;
        let binding = Binding::open(&vault, &account)?;
        Ok(Self { account, vault, http, binding, settings: settings.clone(), clock })
    }

    /// The sign-in that is kept. Blocks for as long as the keyring or a command takes.
    ///
    /// # Errors
    /// Nobody is signed in, or it cannot be read.
    pub fn login(&self) -> Result<Login, WebexError> {
        let (vault, clock) = (self.vault.clone(), Arc::clone(&self.clock));
        Login::open(&self.account, &self.settings, vault, &self.http, timing(), clock)
    }

    /// The services, as a sign-in sees them.
    ///
    /// # Errors
    /// A file beside the book cannot be made.
    pub fn client(&self, login: &Login) -> Result<Client, WebexError> {
        let identity = Identity {
            account: self.account.clone(),
            installation: self.binding.installation(),
            kms_host: self.binding.kms_host().map(str::to_owned),
            seat: self.vault.seat(&self.account)?,
        };
        Ok(Client::new(identity, &self.settings, self.http.clone(), login.clone(), timing()))
    }

    /// Shows that tokens work, binds the account to their user and its key server, and keeps them. `trusts` says whether a
    /// key server outside of the known domains is right; the answer is pinned.
    ///
    /// # Errors
    /// They do not work, are another person's, or cannot be kept. Then nothing is.
    pub async fn sign_in(
        &mut self,
        tokens: Tokens,
        trusts: &mut impl AsyncFnMut(&str) -> bool,
    ) -> Result<SignedIn, WebexError> {
        let (vault, clock) = (self.vault.clone(), Arc::clone(&self.clock));
        let login = Login::with_tokens(&self.account, &self.settings, vault, &self.http, timing(), clock, tokens);
        let client = self.client(&login)?;
        let proven = self.prove(&client, trusts).await;
        let keep = |asked| if self.vault.is_command() { Ok((asked, None)) } else { Ok((asked, login.keep()?)) };
        match proven.and_then(keep) {
            Ok((asked, notice)) => {
                let notice = notice.or_else(|| login.take_notice());
                if !asked {
                    return Ok(SignedIn { client, notice });
                }
                // This one does not know the answer.
                client.close().await;
                Ok(SignedIn { client: self.client(&login)?, notice })
            }
            Err(error) => {
                client.close().await;
                Err(error)
            }
        }
    }

    /// Whether somebody had to be asked.
    async fn prove(&mut self, client: &Client, trusts: &mut impl AsyncFnMut(&str) -> bool) -> Result<bool, WebexError> {
        let device = client.device().await?;
        self.binding.admits(&device.user_id, &device.org_id)?;
        let cluster = client.kms().await?.cluster().await;
        let (host, asked) = match cluster {
            Ok(cluster) => (cluster.trim_start_matches("kms://").to_owned(), false),
            Err(WebexError::Kms(KmsError::Unknown { host })) => {
                if !trusts(&host).await {
                    return Err(KmsError::Unknown { host }.into());
                }
                (host, true)
            }
            Err(error) => return Err(error),
        };
        self.binding.bind(&device.user_id, &device.org_id)?;
        self.binding.pin(Some(&host)).map(|()| asked)
    }
}

/// The account becomes one of the book's, of the person who is signed in there.
///
/// # Errors
/// The book cannot be written.
pub fn enter(book: &mut Book, account: &AccountId, who: Option<&Profile>) -> Result<(), Failure> {
    book.add_account(account)?;
    let mail = who.and_then(|profile| profile.emails.first()).map(|mail| mail.value.as_str());
    if mail.is_some() { book.pin(account, LOGIN, mail) } else { Ok(()) }
}

/// Where the tokens of the accounts of a book are kept.
pub fn vault(book: &Path, settings: &config::Webex) -> Vault {
    Vault::new(settings, book.parent().unwrap_or(Path::new(".")), timing())
}

/// Time as it is.
pub fn timing() -> Timing {
    Timing::default()
}
