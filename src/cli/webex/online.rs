//! A signed-in account and the way to its services, for as long as one command takes.

use std::{future::Future, path::Path, sync::Arc};

use clap::Args;
use tokio::runtime::Runtime;

use crate::{
    book::AccountId,
    cli::{Exit, Session, Source, Stop, say},
    webex::{
        Client, Timing, WebexError,
        auth::{Binding, Login, Vault},
        client::Identity,
        http::Http,
    },
};

/// The account of the first sign-in, where none is named.
const DEFAULT: &str = "webex";

/// Which account is meant.
#[derive(Debug, Args)]
pub struct Which {
    /// The account; without it the only one, or webex
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
}

/// What every command that goes online begins with.
pub(super) struct Online {
    pub account: AccountId,
    pub vault: Vault,
    pub http: Http,
    pub binding: Binding,
    pub runtime: Runtime,
}

impl Online {
    /// Finds the account and what is known of it. Nothing is sent yet.
    pub(super) fn prepare(source: &Source, which: &Which) -> Result<Self, Stop> {
        let book = source.path()?;
        let beside = book.parent().unwrap_or(Path::new("."));
        let settings = &source.config.webex;
        let vault = Vault::new(settings, beside, timing());
        let account = match &which.account {
            Some(name) => AccountId(name.clone()),
            None => match vault.accounts()?.as_slice() {
                [only] => only.clone(),
                _ => AccountId(DEFAULT.to_owned()),
            },
        };
        if account == AccountId::local() {
            let reason = "the account 'local' is this machine; choose another name for one of Webex";
            return Err(Stop::new(Exit::Usage, reason));
        }
        let http = Http::new(settings, timing())?;
        let binding = Binding::open(&vault, &account)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Stop::new(Exit::Storage, format!("cannot go online: {error}")))?;
        Ok(Self { account, vault, http, binding, runtime })
    }

    /// The sign-in that is kept for the account.
    pub(super) fn login(&self, source: &Source) -> Result<Login, WebexError> {
        let (settings, vault, clock) = (&source.config.webex, self.vault.clone(), Arc::clone(&source.clock));
        Login::open(&self.account, settings, vault, &self.http, timing(), clock)
    }

    /// The services, as this sign-in sees them.
    pub(super) fn client(&self, source: &Source, login: &Login) -> Result<Client, WebexError> {
        let identity = Identity {
            account: self.account.clone(),
            installation: self.binding.installation(),
            kms_host: self.binding.kms_host().map(str::to_owned),
            seat: self.vault.seat(&self.account)?,
        };
        Ok(Client::new(identity, &source.config.webex, self.http.clone(), login.clone(), timing()))
    }
}

/// Does something online for an account that is signed in, and leaves in good order.
pub(super) fn online<T, F: Future<Output = Result<T, WebexError>>>(
    source: &Source,
    which: &Which,
    work: impl FnOnce(Client) -> F,
) -> Result<Result<T, WebexError>, Stop> {
    let online = Online::prepare(source, which)?;
    let login = online.login(source)?;
    let client = online.client(source, &login)?;
    let done = online.runtime.block_on(async {
        let done = work(client.clone()).await;
        client.close().await;
        done
    });
    if let Some(notice) = login.take_notice() {
        say(notice);
    }
    Ok(done)
}

/// Time as it is.
pub(super) fn timing() -> Timing {
    Timing::default()
}

impl From<WebexError> for Stop {
    fn from(error: WebexError) -> Self {
        let exit = match &error {
            WebexError::Invalid(_) => Exit::Usage,
            WebexError::Local(_) => Exit::Storage,
            _ => Exit::Network,
        };
        Self::new(exit, error.to_string())
    }
}

/// The account becomes one of the book's.
pub(super) fn enter(session: &mut Session<'_>, account: &AccountId) -> Result<(), Stop> {
    Ok(session.change(|book| book.add_account(account))?)
}
