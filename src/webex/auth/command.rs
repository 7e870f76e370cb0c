//! Secrets that a program prints: `pass show webex/token`.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    time::Duration,
};

use super::aside::within;
use crate::{config::Secret, webex::WebexError};

/// More than any secret.
const LONGEST: u64 = 64 * 1024;

/// The first line of what a program prints; it gets no input, and no shell sees its arguments.
///
/// # Errors
/// It cannot be started, fails, prints nothing, or takes longer than `limit`; its output is not quoted.
pub fn first_line(setting: &str, words: &[String], limit: Duration) -> Result<Secret, WebexError> {
    let name = words.first().map(String::as_str).unwrap_or_default().to_owned();
    let wrong = |reason: &str| WebexError::Local(format!("{setting}: {name} {reason}"));
    let Some((program, arguments)) = words.split_first() else {
        return Err(wrong("is no program"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // It would be written into the screen.
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| wrong(&format!("cannot be started: {error}")))?;
    let output = child.stdout.take();
    let read = within(limit, move || {
        let mut line = Vec::new();
        let mut output = BufReader::new(output?.take(LONGEST));
        output.read_until(b'\n', &mut line).ok()?;
        // To its end, or the program might die of a broken pipe.
        std::io::copy(&mut output, &mut std::io::sink()).ok()?;
        Some(Secret::from(line))
    });
    let Some(line) = read? else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(wrong("does not end"));
    };
    let status = child.wait().map_err(|error| wrong(&format!("cannot be waited for: {error}")))?;
    if !status.success() {
        return Err(wrong(&format!("failed ({status})")));
    }
    let line = Secret::from(line.unwrap_or_default().expose().trim());
    if line.is_empty() { Err(wrong("printed nothing")) } else { Ok(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(script: &str) -> Result<Secret, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        first_line("token_command", &words, Duration::from_secs(20)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_line_counts_and_every_failure_is_named() {
        assert_eq!(printed("echo ' abc '; echo note; echo noise >&2"), Ok("abc".into()));
        assert!(printed("exit 3").unwrap_err().contains("sh failed (exit status: 3)"));
        assert_eq!(printed("true").unwrap_err(), "token_command: sh printed nothing");
        assert!(first_line("x", &[], Duration::from_secs(9)).is_err());
        let gone = first_line("x", &["/nowhere/program".to_owned()], Duration::from_secs(9)).unwrap_err();
        assert!(gone.to_string().contains("cannot be started"), "{gone}");
    }

    #[test]
    fn one_that_hangs_is_ended() {
        let words = ["sleep", "600"].map(str::to_owned);
        let said = first_line("token_command", &words, Duration::from_millis(50)).unwrap_err();
        assert_eq!(said.to_string(), "token_command: sleep does not end");
    }
}
