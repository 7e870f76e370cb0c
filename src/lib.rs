//! callbook: the terminal address book.
//!
//! (The architecture page follows.)

pub mod book;
pub mod exchange;
