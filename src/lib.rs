//! callbook: the terminal address book.
//!
//! (The architecture page follows.)

pub mod app;
pub mod book;
pub mod exchange;
pub mod search;
pub mod ui;
