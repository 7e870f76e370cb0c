//! The wire against the simulator: one program, a module per subject.

mod auth;
mod catalog;
mod cli;
mod client;
mod contacts;
mod defects;
mod device;
mod directory;
mod entries;
mod faults;
mod garbage;
mod http;
mod keyring;
mod kms;
mod listener;
mod mercury;
mod proxy;
#[path = "../support/pty.rs"]
mod pty;
mod recorded;
mod screen;
mod shell;
mod story;
mod support;
