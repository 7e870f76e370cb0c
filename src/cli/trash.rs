//! `callbook trash`

use clap::{Args, Subcommand};

use super::{Session, Stop, contacts, say, session::Whereabouts};
use crate::{
    book::{Command, Timestamp},
    search::Scope,
};

/// `callbook trash`
#[derive(Debug, Args)]
pub struct Trash {
    #[command(subcommand)]
    command: Option<TrashCommand>,
}

#[derive(Debug, Subcommand)]
enum TrashCommand {
    /// List deleted contacts, one a line: name, when, id (the default)
    List {
        /// Print a JSON array of whole contacts
        #[arg(long)]
        json: bool,
    },
    /// Bring contacts back
    Restore {
        /// Which contacts
        #[arg(required = true, value_name = "CONTACT")]
        contacts: Vec<String>,
    },
    /// Erase everything in the trash for good, from the history and the backups too; there is no undo
    Empty,
}

impl Trash {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        match self.command.unwrap_or(TrashCommand::List { json: false }) {
            TrashCommand::List { json } => list(session, json),
            TrashCommand::Restore { contacts } => {
                let ids = session.find_all(&contacts, Whereabouts::Trash)?;
                session.perform(Command::RestoreContacts(ids)).map(drop)
            }
            TrashCommand::Empty => {
                let everything = Timestamp(i64::MAX);
                let erased = contacts(session.change(|book| book.empty_trash(everything))?);
                say(format_args!("Erased {erased} for good, from the history and the backups too"));
                Ok(())
            }
        }
    }
}

fn list(session: &mut Session<'_>, json: bool) -> Result<(), Stop> {
    let ids = session.search(&[], Scope::Trash)?;
    if json {
        return session.print_contacts(&ids);
    }
    for id in ids {
        let contact = session.contact(id)?;
        let since = contact.trashed.map(|at| at.to_string()).unwrap_or_default();
        session.print(&[&crate::book::name::shown_name(&contact), &since, &id.to_string()])?;
    }
    Ok(())
}
