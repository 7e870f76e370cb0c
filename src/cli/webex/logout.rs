//! `callbook logout`

use clap::Args;

use super::online::{Online, Which};
use crate::{
    book::AccountId,
    cli::{Exit, Session, Source, Stop, contacts, say},
    store::Leaving,
    webex::WebexError,
};

/// Signs out: the socket is closed, the device of this installation removed, the tokens are revoked and forgotten. What
/// becomes of the account's contacts in the book must be said; on Webex they stay.
#[derive(Debug, Args)]
pub struct Logout {
    #[command(flatten)]
    which: Which,
    /// Keep the contacts here, as local ones
    #[arg(long, group = "leaving")]
    keep: bool,
    /// Remove the contacts from this machine: the book, its history and its backups
    #[arg(long, group = "leaving")]
    remove: bool,
}

impl Logout {
    /// Does every step, whatever becomes of the others, and says which failed.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let mut online = Online::prepare(source, &self.which)?;
        let mut session = Session::open(source)?;
        let leaving = self.leaving(&session, &online.access.account)?;
        let mut failed: Vec<String> = match online.access.login() {
            Ok(login) => {
                let client = online.access.client(&login)?;
                let steps = online.runtime.block_on(client.sign_out()).into_iter();
                steps.filter_map(|(step, done)| done.err().map(|error| format!("{step}: {error}"))).collect()
            }
            // The sign-in has ended by itself; what it left behind is still here.
            Err(WebexError::SignedOut { .. }) if leaving.is_some() => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        // The next sign-in may meet another key server.
        failed.extend(online.access.binding.pin(None).err().map(|error| error.to_string()));
        if let Some(leaving) = leaving {
            match session.change(|book| book.remove_account(&online.access.account, leaving)) {
                Ok(committed) if committed.change.is_some() => say(committed.title),
                Ok(_) => {}
                Err(failure) => failed.push(failure.to_string()),
            }
        }
        if failed.is_empty() {
            say(format_args!("Signed out of the account {}", online.access.account));
            return session.finish();
        }
        let failed = failed.join("\n");
        let message =
            format!("signed out of the account {}, but not everything worked:\n{failed}", online.access.account);
        Err(Stop::new(Exit::Partly, message))
    }

    /// What becomes of the account in the book; nothing where it is not there.
    fn leaving(&self, session: &Session<'_>, account: &AccountId) -> Result<Option<Leaving>, Stop> {
        if !session.book.accounts()?.iter().any(|known| known.id == *account) {
            return Ok(None);
        }
        let (local, unsent) = (session.book.sync_local(account)?, session.book.queue(account)?);
        let is_empty = local.contacts.is_empty() && local.groups.is_empty() && unsent.is_empty();
        if self.keep || self.remove || is_empty {
            return Ok(Some(if self.remove { Leaving::Remove } else { Leaving::Keep }));
        }
        let mut message = format!("the account {account} has {} in the book", contacts(local.contacts.len()));
        if !unsent.is_empty() {
            message.push_str(", and this is not yet on Webex:");
            message.extend(unsent.iter().map(|entry| format!("\n  {}", entry.title())));
            message.push_str("\nNothing was done");
        }
        message.push_str("; say what becomes of it: --keep it here, or --remove it from this machine");
        Err(Stop::new(Exit::Usage, message))
    }
}
