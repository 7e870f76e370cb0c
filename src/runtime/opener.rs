//! Hands links to other programs: argument vectors, never a shell. A program runs by itself, without this terminal, and
//! may outlive this one; how it ended is told when it ends.

use std::{
    io,
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    app::{Event, Link, RequestId},
    config::{Commands, Program},
    exchange::uri,
};

/// What people's systems open links with.
const SYSTEM: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Starts the program for a link and answers once it has ended.
pub(super) fn open(request: RequestId, link: &Link, commands: &Commands, events: UnboundedSender<Event>) {
    let vector = vector(link, commands);
    let answers = events.clone();
    let work = move || {
        let result = vector.and_then(|vector| run(&vector));
        // A loop that has ended wants no answers.
        let _ = events.send(Event::Opened { request, result });
    };
    if let Err(error) = thread::Builder::new().name("opener".to_owned()).spawn(work) {
        let _ = answers.send(Event::Opened { request, result: Err(format!("nothing was opened: {error}")) });
    }
}

/// Opens a page without waiting for it; what becomes of it the person sees.
pub fn open_page(commands: &Commands, page: &str) {
    let link = Link { program: Program::Open, uri: page.to_owned(), value: page.to_owned() };
    if let Ok(vector) = vector(&link, commands) {
        let _ = thread::Builder::new().name("opener".to_owned()).spawn(move || run(&vector));
    }
}

/// The program and its arguments.
fn vector(link: &Link, commands: &Commands) -> Result<Vec<String>, String> {
    if !uri::is_allowed(&link.uri) || link.value.starts_with('-') {
        return Err("this is no link that callbook opens".to_owned());
    }
    let own = commands.vector(link.program);
    if own.is_empty() {
        return Ok(vec![SYSTEM.to_owned(), link.uri.clone()]);
    }
    // The pieces between the placeholders are the user's; what is put in is never looked at again.
    let filled = |word: &String| {
        let pieces = word.split(Commands::LINK).map(|piece| piece.replace(Commands::VALUE, &link.value));
        pieces.collect::<Vec<_>>().join(&link.uri)
    };
    Ok(own.iter().map(filled).collect())
}

/// Runs a program to its end, which also leaves no zombie behind.
fn run(vector: &[String]) -> Result<(), String> {
    let [program, arguments @ ..] = vector else { return Err("no program is named".to_owned()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Out of this terminal's group, so that neither Ctrl-C nor closing the terminal ends it.
    let ended = command.process_group(0).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(match status.code() {
            Some(code) => format!("{program} opened nothing: it ended with exit code {code}"),
            None => format!("{program} was stopped before it ended by itself"),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("{program} is not installed; name a program under [commands] of the settings"))
        }
        Err(error) => Err(format!("{program} cannot be started: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn mail() -> Link {
        Link { program: Program::Mail, uri: "mailto:{}@x".to_owned(), value: "{link}@x".to_owned() }
    }

    #[test]
    fn a_value_is_one_argument_wherever_it_goes() {
        let commands = Commands { mail: words(&["mutt", "--", "to={} {link}", "a b"]), ..Commands::default() };
        assert_eq!(vector(&mail(), &commands), Ok(words(&["mutt", "--", "to={link}@x mailto:{}@x", "a b"])));
        assert_eq!(vector(&mail(), &Commands::default()), Ok(words(&[SYSTEM, "mailto:{}@x"])));
        let call = Link { program: Program::Call, ..mail() };
        let pages = Commands { open: words(&["firefox", "{link}"]), ..commands };
        assert_eq!(vector(&call, &pages), Ok(words(&["firefox", "mailto:{}@x"])), "no program of its own");
    }

    #[test]
    fn what_could_be_an_option_or_another_scheme_is_not_handed_on() {
        for link in [Link { value: "-x".to_owned(), ..mail() }, Link { uri: "file:///etc/passwd".to_owned(), ..mail() }]
        {
            assert!(vector(&link, &Commands::default()).is_err());
        }
    }

    #[test]
    fn how_a_program_ended_is_told() {
        assert_eq!(run(&words(&["true"])), Ok(()));
        assert_eq!(run(&words(&["false"])), Err("false opened nothing: it ended with exit code 1".to_owned()));
        assert!(run(&words(&["/nowhere/opener"])).unwrap_err().contains("is not installed"));
    }
}
