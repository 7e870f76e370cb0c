//! Contacts in the forms of other programs: one module per format, text in, records and a report out. Pure.

pub mod json;
pub mod query;
pub mod vcard;
mod visible;

pub use visible::visible;
