//! The contacts service (specification section 8): five calls over records that it stores as they come.

mod book;
mod sealed;
mod service;

pub use book::{AddressBook, Record};
pub use sealed::{check, opened, reseal};
pub use service::{contacts, groups, one_contact, one_group};

/// The value of `schemas`.
pub const SCHEMAS: &str = "urn:cisco:codev:identity:contact:core:1.0";
