//! The key management service: its static key, sessions, content keys, resources and authorisations (specification section 6).

mod keys;
mod messages;
mod operations;

pub use keys::{ContentKey, Keys};
pub use messages::{Sessions, details, receive};
