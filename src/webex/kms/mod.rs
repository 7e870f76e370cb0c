//! The key server: where content keys come from (specification section 6).

mod message;
mod session;
mod trust;
mod uri;

pub use uri::KeyUri;
