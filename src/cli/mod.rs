//! The command line: a thin shell over the book, the search and the formats. One file per group of commands.
//!
//! Data goes to stdout, messages go to stderr, and the exit code says how it ended ([`Exit`]). A closed pipe is no
//! mistake: whoever reads has read enough.

mod ask;
mod backup;
mod batch;
mod contact;
mod directory;
mod group;
mod history;
mod list;
mod pick;
mod renaming;
mod session;
mod shell;
mod stop;
mod transfer;
mod trash;
mod webex;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use session::{Session, Source};
pub use stop::{Exit, Stop, say};

const AFTER_HELP: &str = "\
CONTACT is an id, the beginning of one, a vCard UID, an exact e-mail address or an exact name.
QUERY finds as the screen does: fuzzy, blind to case and accents; note:WORD looks into the notes.

Exit codes: 0 done, 1 no match, 2 usage, 3 configuration, 4 storage, 5 network or sign-in,
            6 conflict needs you, 7 partly done";

/// The terminal address book. Without a command it opens on the screen.
#[derive(Debug, Parser)]
#[command(name = "callbook", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// Use this book instead of the configured one (also: the variable `CALLBOOK_BOOK`)
    #[arg(long, value_name = "FILE", global = true)]
    pub book: Option<PathBuf>,
    /// Use this configuration file
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Use a throwaway book with invented contacts; your own stays untouched
    #[arg(long, global = true, conflicts_with = "book")]
    pub demo: bool,
    /// Tell the screen in lines of text, for screen readers and terminals that know nothing else
    #[arg(long)]
    pub plain: bool,
    /// What to do; the screen without one
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the command line can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring contacts in from vCard, CSV and LDIF files, or from directories of .vcf files
    Import(transfer::Import),
    /// Write contacts out as vCards or JSON
    Export(transfer::Export),
    /// List contacts, one a line: name, company or number, id
    List(list::List),
    /// Show all of one contact
    Show(list::Show),
    /// Make a contact from JSON on stdin, and print its id
    Add(contact::Add),
    /// Change a contact by a JSON merge patch (RFC 7396) on stdin
    Edit(contact::Edit),
    /// Move contacts to the trash
    Rm(contact::Rm),
    /// Work with groups
    #[command(subcommand)]
    Group(group::GroupCommand),
    /// Take back the latest change
    Undo,
    /// Do again what was taken back
    Redo,
    /// Show what happened, newest first
    History(history::History),
    /// See what was deleted, bring it back, or erase it for good
    Trash(trash::Trash),
    /// Work with the people of an organisation's directory
    #[command(subcommand)]
    Directory(directory::DirectoryCommand),
    /// Sign in to Webex: a page and a code to type there, from any machine
    Login(webex::Login),
    /// Sign out of Webex
    Logout(webex::Logout),
    /// Show how it stands with Webex: sign-in, device, socket, key server, counts
    Status(webex::Status),
    /// Bring the contacts here and on Webex together
    Sync(webex::Sync),
    /// Show what is not yet on Webex, and what it waits for
    Queue(webex::Queue),
    /// Show and settle what was edited here and on Webex alike
    Conflicts(webex::Conflicts),
    /// Speak to the contacts service of Webex, answered in the SDK's envelopes as JSON
    Webex(webex::WebexCommand),
    /// List every action of the screen with its keys
    Keys {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Answer a mail program: e-mail, name and more, separated by tabs, after one header line
    Query(list::Query),
    /// Carry out JSON commands from stdin, one a line, each acknowledged by one line
    Batch(batch::Batch),
    /// Put an automatic backup in the place of a damaged book
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Print a script that makes a shell complete commands and options
    Completions(shell::Completions),
    /// Print the manual page, or write all of them
    Man(shell::Manual),
}

/// Carries out a command.
///
/// # Errors
/// What stood in the way, with the exit code for it.
pub fn run(command: Command, source: &Source) -> Result<(), Stop> {
    let command = match command {
        Command::Backup(command) => return command.run(source),
        Command::Login(login) => return login.run(source),
        Command::Logout(logout) => return logout.run(source),
        Command::Status(status) => return status.run(source),
        Command::Sync(sync) => return sync.run(source),
        Command::Webex(command) => return command.run(source),
        command => command,
    };
    let mut session = Session::open(source)?;
    let done = match command {
        Command::Import(import) => import.run(&mut session),
        Command::Export(export) => export.run(&mut session),
        Command::List(list) => list.run(&mut session),
        Command::Show(show) => show.run(&mut session),
        Command::Add(add) => add.run(&mut session),
        Command::Edit(edit) => edit.run(&mut session),
        Command::Rm(rm) => rm.run(&mut session),
        Command::Group(command) => command.run(&mut session),
        Command::Undo => session.perform(crate::book::Command::Undo).map(drop),
        Command::Redo => session.perform(crate::book::Command::Redo).map(drop),
        Command::History(history) => history.run(&mut session),
        Command::Trash(trash) => trash.run(&mut session),
        Command::Directory(command) => command.run(&mut session),
        Command::Queue(queue) => queue.run(&mut session),
        Command::Conflicts(conflicts) => conflicts.run(&mut session),
        Command::Query(query) => query.run(&mut session),
        Command::Batch(batch) => batch.run(&mut session),
        Command::Keys { .. }
        | Command::Backup(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Login(_)
        | Command::Logout(_)
        | Command::Status(_)
        | Command::Sync(_)
        | Command::Webex(_) => Ok(()),
    };
    done.and(session.finish())
}

/// So many contacts, in words.
fn contacts(count: usize) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}
