//! A sync against the simulator: a book on disk, a client in this process, a second one that does as it likes. One
//! program, a module per subject.

#[path = "../webex/shell.rs"]
mod shell;
#[path = "../webex/support.rs"]
mod support;

mod commands;
mod desk;
mod edits;
mod failures;
mod imports;
mod model;
mod patch;
mod pulls;
mod safety;
mod twins;
