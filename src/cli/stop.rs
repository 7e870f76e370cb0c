//! Why a command ended before it was done, and the exit code for it.

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{
    book::Failure,
    config::Mistakes,
    exchange::{json::Misfits, visible},
    store::OpenError,
};

/// How a command ended. Scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// Nothing matched.
    NoMatch = 1,
    /// The command or its input makes no sense.
    Usage = 2,
    /// The configuration is wrong.
    Configuration = 3,
    /// The book or another file cannot be read or written.
    Storage = 4,
    /// The network or the sign-in says no.
    Network = 5,
    /// Somebody else changed the same; a person must decide.
    Conflict = 6,
    /// Some of it was done.
    Partly = 7,
}

/// A command that ended early: its exit code, and a sentence for people unless all was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The exit code.
    pub exit: Exit,
    /// What to say on stderr; empty when nothing is left to say.
    pub message: String,
}

impl Stop {
    /// An end with something to say.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// Says what is left to say, and gives the exit code.
    pub fn exit(self) -> ExitCode {
        if !self.message.is_empty() {
            say(format_args!("callbook: {}", self.message));
        }
        ExitCode::from(self.exit as u8)
    }
}

/// Writes a message to stderr. Nobody listening there is no reason to stop.
pub fn say(message: impl Display) {
    let message = message.to_string();
    let lines: Vec<_> = message.lines().map(visible).collect();
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let exit = match &failure {
            Failure::Conflict { .. } => Exit::Conflict,
            Failure::Refused(_) => Exit::Usage,
            Failure::NotFound(_) => Exit::NoMatch,
            Failure::Storage(_) => Exit::Storage,
        };
        Self::new(exit, failure.to_string())
    }
}

impl From<OpenError> for Stop {
    fn from(error: OpenError) -> Self {
        Self::new(Exit::Storage, error.to_string())
    }
}

impl From<Mistakes> for Stop {
    fn from(mistakes: Mistakes) -> Self {
        Self::new(Exit::Configuration, mistakes.to_string())
    }
}

impl From<Misfits> for Stop {
    fn from(misfits: Misfits) -> Self {
        Self::new(Exit::Usage, misfits.to_string())
    }
}

/// Errors of writing to stdout.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Exit::Done, ""),
            _ => Self::new(Exit::Storage, format!("cannot write the output: {error}")),
        }
    }
}
