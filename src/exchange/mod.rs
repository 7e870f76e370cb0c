//! Formats.
pub mod vcard;
