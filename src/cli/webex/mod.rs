//! The commands that go online: signing in and out, how it stands, and the five calls of the contacts service with its
//! directory, as the SDK's envelopes; syncing, and what waits for it.

mod calls;
mod login;
mod logout;
mod online;
mod qr;
mod status;
mod sync;
mod waiting;

pub use calls::WebexCommand;
pub use login::Login;
pub use logout::Logout;
pub use status::Status;
pub use sync::Sync;
pub use waiting::{Conflicts, Queue};
