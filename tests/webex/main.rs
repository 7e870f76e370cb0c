//! The wire against the simulator: one program, a module per subject.

mod device;
mod mercury;
mod support;
