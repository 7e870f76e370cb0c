//! The key server: where content keys come from (specification section 6).

mod uri;

pub use uri::KeyUri;
