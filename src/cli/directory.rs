//! `callbook directory`

use std::path::PathBuf;

use clap::Subcommand;

use super::{Exit, Session, Stop, contact, say, transfer};
use crate::book::{Command, Draft, Profile, port::Directory as _};

/// What can be done with the directory of an organisation.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Fill the directory from a vCard, CSV or LDIF file; CLOUD contacts follow
    Import {
        /// The export of an organisation's directory
        file: PathBuf,
    },
    /// Search people, one a line, best first: name, e-mail, company, key; a misspelt name is found too
    Search {
        /// What a person's name, title, company, addresses and numbers must hold, all of it
        #[arg(required = true)]
        words: Vec<String>,
        /// Print so many people at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Add a person to the book as a CLOUD contact, and print its id
    Add {
        /// The person's key, or words that only one person has: an e-mail address, a name
        #[arg(required = true, value_name = "PERSON")]
        person: Vec<String>,
        /// Put the contact into this group, which is made if there is none (may be given more than once)
        #[arg(long, value_name = "NAME")]
        group: Vec<String>,
    },
}

impl DirectoryCommand {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        match self {
            Self::Import { file } => {
                let report = session.change(|book| book.import_people_file(&file))?;
                let counted = |count: usize, one, many| format!("{count} {}", if count == 1 { one } else { many });
                say(format_args!(
                    "{}, {} gone; {}",
                    counted(report.people, "person", "people"),
                    report.vanished,
                    counted(report.followed, "contact follows", "contacts follow"),
                ));
                let name = file.display().to_string();
                let faults: Vec<_> = report.faults.into_iter().map(|fault| (name.clone(), fault)).collect();
                transfer::report_faults(&faults)
            }
            Self::Search { words, limit, json } => search(session, &words.join(" "), limit, json),
            Self::Add { person, group } => {
                let who = contact::named_person(session, &person.join(" "))?.who;
                let draft = Box::new(Draft { group_names: group, ..Draft::default() });
                let committed = session.perform(Command::AddPerson { who, draft })?;
                committed.touched.last().map_or(Ok(()), |id| session.print(&[&id.to_string()]))
            }
        }
    }
}

fn search(session: &mut Session<'_>, words: &str, limit: usize, json: bool) -> Result<(), Stop> {
    let people = session.book.directory()?.search(words, limit, &|| false)?.unwrap_or_default().people;
    if json {
        session.print_json(&serde_json::json!(people))?;
    } else {
        for person in &people {
            let Profile { display_name, company_name, emails, .. } = &person.profile;
            let email = emails.first().map(|email| email.value.as_str()).unwrap_or_default();
            session.print(&[display_name, email, company_name, &person.who.key])?;
        }
    }
    let nobody = || Stop::new(Exit::NoMatch, format!("the directory knows nobody by '{words}'"));
    if people.is_empty() { Err(nobody()) } else { Ok(()) }
}
