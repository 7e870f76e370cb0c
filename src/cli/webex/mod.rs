//! The commands that go online: signing in and out, how it stands, and the five calls of the contacts service with its
//! directory, as the SDK's envelopes.

mod calls;
mod login;
mod logout;
mod online;
mod qr;
mod status;

pub use calls::WebexCommand;
pub use login::Login;
pub use logout::Logout;
pub use status::Status;
