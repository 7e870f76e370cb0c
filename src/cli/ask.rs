//! Questions to a person at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::{Exit, Stop, say};

/// Whether the person types yes; `None` where nobody is there to ask.
pub(super) fn typed_yes(question: &str) -> Result<Option<bool>, Stop> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    say(question);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| unread(&error))?;
    Ok(Some(line.trim().eq_ignore_ascii_case("yes")))
}

/// What was typed or piped in cannot be read.
pub(super) fn unread(error: &io::Error) -> Stop {
    Stop::new(Exit::Usage, format!("cannot read stdin: {error}"))
}
