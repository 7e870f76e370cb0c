//! callbook: the terminal address book.
//!
//! (The architecture page follows.)

pub mod book;
pub mod config;
pub mod exchange;
pub mod search;
pub mod store;
