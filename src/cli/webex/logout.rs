//! `callbook logout`

use clap::Args;

use super::online::{Online, Which};
use crate::cli::{Exit, Source, Stop, say};

/// Signs out: the socket is closed, the device of this installation removed, the tokens are revoked and forgotten.
#[derive(Debug, Args)]
pub struct Logout {
    #[command(flatten)]
    which: Which,
}

impl Logout {
    /// Does every step, whatever becomes of the others, and says which failed.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let online = Online::prepare(source, &self.which)?;
        let login = online.login(source)?;
        let client = online.client(source, &login)?;
        let steps = online.runtime.block_on(client.sign_out());
        let failed: Vec<String> =
            steps.into_iter().filter_map(|(step, done)| done.err().map(|error| format!("{step}: {error}"))).collect();
        if failed.is_empty() {
            say(format_args!("Signed out of the account {}", online.account));
            return Ok(());
        }
        let failed = failed.join("\n");
        let message = format!("signed out of the account {}, but not everything worked:\n{failed}", online.account);
        Err(Stop::new(Exit::Partly, message))
    }
}
