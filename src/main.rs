//! callbook's entry point: settings, then the screen or one command, then the exit code.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
};

use callbook::{
    app::{Keymap, Override},
    book::Failure,
    cli::{self, Arguments, Command, Exit, Source, Stop},
    config::{self, CommandLine, Config, Environment, Mistake},
    runtime::{self, Keeping, SystemClock},
    ui::Theme,
};
use clap::Parser as _;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.exit(),
    }
}

fn run(arguments: Arguments) -> Result<(), Stop> {
    let chosen = CommandLine { book: arguments.book, config: arguments.config };
    let (config, keymap) = settings(&chosen)?;
    let demo = arguments.demo.then_some(runtime::open_demo as fn() -> Result<_, Failure>);
    let source = Source { config, clock: Arc::new(SystemClock), demo };
    match arguments.command {
        Some(Command::Keys) => print_keys(&keymap),
        Some(command) => cli::run(command, &source),
        None => show_screen(&source, keymap),
    }
}

fn show_screen(source: &Source, keymap: Keymap) -> Result<(), Stop> {
    let keeping = Keeping { trash: source.trash_age(), history: source.history_age() };
    runtime::run(source.open()?, source.label(), keymap, &Theme::default(), keeping).map_err(|error| {
        let exit = if error.is::<io::Error>() { Exit::Storage } else { Exit::Usage };
        error.downcast::<Failure>().map_or_else(|other| Stop::new(exit, format!("{other:#}")), Stop::from)
    })
}

/// The settings and the keys, or everything that is wrong with either.
fn settings(chosen: &CommandLine) -> Result<(Config, Keymap), Stop> {
    let (config, mut wrong) = config::load(chosen, &Environment::of_process());
    let overrides: Vec<_> = config
        .bindings
        .iter()
        .map(|binding| Override { action: binding.action.clone(), keys: binding.keys.clone(), line: binding.line })
        .collect();
    let keymap = Keymap::new(&overrides).unwrap_or_else(|clashes| {
        wrong.mistakes.extend(clashes.into_iter().map(|c| Mistake { line: c.line, key: c.key, reason: c.reason }));
        Keymap::default()
    });
    wrong.mistakes.sort_by_key(|mistake| mistake.line);
    if wrong.mistakes.is_empty() { Ok((config, keymap)) } else { Err(wrong.into()) }
}

/// Every action, one a line: its keys, its name, what it does.
fn print_keys(keymap: &Keymap) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    for (spec, keys) in keymap.listing() {
        writeln!(out, "{}\t{}\t{}", keys.join(", "), spec.name, spec.title)?;
    }
    Ok(())
}
