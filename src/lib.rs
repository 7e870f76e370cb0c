//! callbook: the terminal address book.

pub mod app;
pub mod book;
pub mod cli;
pub mod config;
pub mod exchange;
pub mod runtime;
pub mod search;
pub mod store;
pub mod ui;
