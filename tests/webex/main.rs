//! The wire against the simulator: one program, a module per subject.

mod auth;
mod catalog;
mod cli;
mod client;
mod contacts;
mod device;
mod directory;
mod entries;
mod garbage;
mod http;
mod kms;
mod listener;
mod mercury;
#[path = "../support/pty.rs"]
mod pty;
mod screen;
mod support;
