//! Formats of other programs: text in, contacts and faults out, and back.

pub mod vcard;
