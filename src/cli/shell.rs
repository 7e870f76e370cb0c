//! `callbook completions` and `callbook man`: what a shell and `man` need to know, from the definitions of the commands.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Arguments, Exit, Stop, say};

/// Prints completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that shall complete
    pub shell: Shell,
}

impl Completions {
    /// Prints the script that a shell reads.
    pub fn run(&self) -> Result<(), Stop> {
        // The generator panics where a pipe is closed; a vector takes everything.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "callbook", &mut script);
        Ok(io::stdout().lock().write_all(&script)?)
    }
}

/// Prints or writes manual pages.
#[derive(Debug, Args)]
pub struct Manual {
    /// Write the pages of callbook and of all its commands into this directory, instead of the main page to stdout
    pub directory: Option<PathBuf>,
}

impl Manual {
    /// Prints the main page, or writes all pages.
    pub fn run(&self) -> Result<(), Stop> {
        let mut command = Arguments::command();
        command.build();
        match &self.directory {
            None => Ok(io::stdout().lock().write_all(&page(&command)?)?),
            Some(directory) => {
                let wrong = |error: io::Error| {
                    Stop::new(Exit::Storage, format!("cannot write to {}: {error}", directory.display()))
                };
                fs::create_dir_all(directory).map_err(wrong)?;
                let count = write_pages(&command, directory).map_err(wrong)?;
                say(format_args!("Wrote {count} pages to {}", directory.display()));
                Ok(())
            }
        }
    }
}

fn page(command: &clap::Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).manual("callbook manual").render(&mut page)?;
    Ok(page)
}

/// Writes the page of a command and those of the commands below it; returns how many.
fn write_pages(command: &clap::Command, directory: &Path) -> io::Result<usize> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    fs::write(directory.join(format!("{name}.1")), page(command)?)?;
    // What `help` says, every page says.
    let below = command.get_subcommands().filter(|command| command.get_name() != "help");
    below.map(|command| write_pages(command, directory)).sum::<io::Result<usize>>().map(|count| count + 1)
}
