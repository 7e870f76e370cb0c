//! What the book remembers for a sync: which record of a server is which of ours, what both sides agreed on, what is on
//! its way. Of the wire nothing is known here; a plan is made by [`crate::plan`].
//!
//! ```text
//!  sync_input ─► plan ─► apply_pull                                   what comes in: one change of origin Sync
//!                     └► begin_sending ─► settle_sending / fail_sending   what goes out: journalled before it leaves
//! ```
//!
//! Which records an account has not got as they are ("not yet on Webex") is kept in step by every write, so that a list
//! and the queue need no comparison: [`unsent`].

mod aftermath;
mod conflict;
pub(super) mod link;
mod pull;
mod queue;
mod read;
mod request;
mod sending;
mod state;
pub(super) mod unsent;
mod waiting;

use rusqlite::Connection;

use crate::book::{AccountId, Failure, Origin};

use super::{
    Book,
    write::{Stop, Writing},
};

pub use link::Hash;
pub use pull::{Applied, Pulled};
pub use read::{Seen, SyncInput};
pub use request::{Receipt, Sending, SendingImage, SendingState, ToSend, What};
pub use state::SyncState;
pub(super) use state::asked_directory;
pub use waiting::Waiting;

impl Book {
    /// Runs `work` in one transaction that is no change: nothing of it is undone or shown in the history.
    fn write_beside(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<(), Stop>) -> Result<(), Failure> {
        self.write_unshown(Origin::Sync, |w| {
            w.beside_the_journal = true;
            work(w)?;
            Ok(String::new())
        })
    }
}

/// Forgets all that is known of an account's server. Contacts and groups are not touched.
pub(super) fn forget(connection: &Connection, account: &AccountId) -> rusqlite::Result<()> {
    for table in ["link", "sending", "conflict", "apart", "account_state", "unsent", "waiting"] {
        connection.execute(&format!("DELETE FROM {table} WHERE account = ?"), [&account.0])?;
    }
    Ok(())
}
