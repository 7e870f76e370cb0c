//! One sync of an account: what [`crate::plan`] says is carried out, here and on the server, so that a crash or a lost
//! answer anywhere loses nothing and doubles nothing (model.md, "Sync").
//!
//! ```text
//!  GET ─► same as last time, nothing unsent ─► done, without a key
//!   │
//!   └─► open ─► people ─► plan(base, local, remote) ─► brake? ─► do what deletes nothing, show the rest, and stop
//!                              │
//!                              ├─► here: store::apply_pull, one change
//!                              └─► there, one by one: noted in the journal ─► sent ─► settled     then from the top,
//!                                                                                                 three rounds at most
//! ```
//!
//! An edit is sent as a new version in one round, and the old version is deleted in the next, after a look at the list.
//! Whether a request whose answer got lost has arrived is never asked of the request: the next list shows it.

pub mod account;
mod engine;
mod outcome;
mod pull;
mod remote;
mod send;

pub use engine::Engine;
pub use outcome::{Ended, Failed, How, Progress, Report, Stage, SyncError, Watched, digest};
