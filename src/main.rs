//! callbook's entry point: settings, then the screen or one command, then the exit code.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use callbook::{
    app::{Keymap, Settings, Spec},
    book::Failure,
    cli::{self, Arguments, Command, Exit, Source, Stop},
    config::CommandLine,
    runtime::{self, Looks, SystemClock},
};
use clap::Parser as _;

/// The signal of a file that grew beyond its limit (`RLIMIT_FSIZE`).
const SIGXFSZ: i32 = 25;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.exit(),
    }
}

fn run(arguments: Arguments) -> Result<(), Stop> {
    // With a handler the write fails instead, and the book can say that the disk is full.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    // A shell that starts wants its completions, whatever is wrong with the settings.
    match &arguments.command {
        Some(Command::Completions(completions)) => return completions.run(),
        Some(Command::Man(manual)) => return manual.run(),
        _ => {}
    }
    let chosen = CommandLine { book: arguments.book, config: arguments.config };
    let (settings, looks) =
        runtime::settings(&chosen).map_err(|wrong| Stop::new(Exit::Configuration, wrong.join("\n")))?;
    let demo = arguments.demo.then_some(runtime::open_demo as fn() -> Result<_, Failure>);
    let source =
        Source { config: settings.config.clone(), clock: Arc::new(SystemClock), open_page: runtime::open_page, demo };
    let looks = if arguments.plain { looks.plainly() } else { looks };
    if let (Ok(wanted), Some(book)) = (std::env::var("CALLBOOK_LOG"), &source.config.book) {
        runtime::logging::start(&wanted, book).map_err(|wrong| Stop::new(Exit::Configuration, wrong))?;
    }
    match arguments.command {
        Some(Command::Keys { json }) => print_keys(&settings.keymap, json),
        Some(command) => cli::run(command, &source),
        None => show_screen(&source, chosen, settings, looks),
    }
}

fn show_screen(source: &Source, chosen: CommandLine, settings: Settings, looks: Looks) -> Result<(), Stop> {
    let ended = runtime::run(source.open()?, source.label(), chosen, settings, looks);
    ended.map_err(|error| {
        let exit = if error.is::<io::Error>() { Exit::Storage } else { Exit::Usage };
        error.downcast::<Failure>().map_or_else(|other| Stop::new(exit, format!("{other:#}")), Stop::from)
    })
}

/// Every action, one a line: its keys, its name, what it does; or as JSON, with the places where it applies.
fn print_keys(keymap: &Keymap, json: bool) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    if json {
        let places = |spec: &Spec| spec.contexts.iter().map(|context| context.title()).collect::<Vec<_>>();
        let actions = keymap.listing().map(|(spec, keys)| {
            serde_json::json!({"name": spec.name, "title": spec.title, "keys": keys, "contexts": places(spec)})
        });
        return Ok(writeln!(out, "{:#}", actions.collect::<serde_json::Value>())?);
    }
    for (spec, keys) in keymap.listing() {
        writeln!(out, "{}\t{}\t{}", keys.join(", "), spec.name, spec.title)?;
    }
    Ok(())
}
