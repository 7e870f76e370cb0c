//! The wire against the simulator: one program, a module per subject.

mod contacts;
mod device;
mod directory;
mod mercury;
mod support;
