//! What the contacts service and the directory send, as it comes: borrowed from the body, and forgiving. What is absent,
//! what is of another type than it should be and what nobody has heard of harms nothing but itself.

mod list;
mod member;
mod record;

pub use list::List;
pub use member::{Member, Text};
pub use record::{Contact, Entry, Group, Meta, Record};

/// The value of `schemas` in what is sent (specification section 8.3).
pub const SCHEMAS: &str = "urn:cisco:codev:identity:contact:core:1.0";
