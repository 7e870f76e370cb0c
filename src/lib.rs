//! callbook: the terminal address book.
//!
//! (The architecture page follows.)

pub mod app;
pub mod book;
pub mod search;
pub mod ui;
