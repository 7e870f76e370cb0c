//! A signed-in account and the way to its services, for as long as one command takes.

use std::{future::Future, sync::Arc};

use clap::Args;
use tokio::runtime::Runtime;

use crate::{
    book::AccountId,
    cli::{Exit, Source, Stop, say},
    sync::account::{self, Access},
    webex::{Client, WebexError},
};

/// Which account is meant.
#[derive(Debug, Args)]
pub struct Which {
    /// The account; without it the only one, or webex
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
}

/// What every command that goes online begins with.
pub(super) struct Online {
    pub access: Access,
    pub runtime: Runtime,
}

impl Online {
    /// Finds the account and what is known of it. Nothing is sent yet.
    pub(super) fn prepare(source: &Source, which: &Which) -> Result<Self, Stop> {
        let book = source.path()?;
        let settings = &source.config.webex;
        let account = match &which.account {
            Some(name) => AccountId(name.clone()),
            None => match account::vault(&book, settings).accounts()?.as_slice() {
                [only] => only.clone(),
                _ => AccountId(account::FIRST.to_owned()),
            },
        };
        if account == AccountId::local() {
            let reason = "the account 'local' is this machine; choose another name for one of Webex";
            return Err(Stop::new(Exit::Usage, reason));
        }
        let access = Access::prepare(&book, account, settings, Arc::clone(&source.clock))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Stop::new(Exit::Storage, format!("cannot go online: {error}")))?;
        Ok(Self { access, runtime })
    }
}

/// Does something online for an account that is signed in, and leaves in good order.
pub(super) fn online<T, F: Future<Output = Result<T, WebexError>>>(
    source: &Source,
    which: &Which,
    work: impl FnOnce(Client) -> F,
) -> Result<Result<T, WebexError>, Stop> {
    let online = Online::prepare(source, which)?;
    let login = online.access.login()?;
    let client = online.access.client(&login)?;
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
