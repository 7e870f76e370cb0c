//! `callbook webex …`: the calls of the service, each answered by the SDK's envelope as one line of JSON.

use std::io::{self, BufWriter, Read as _, Write as _};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::online::{Which, online};
use crate::{
    book::GroupType,
    cli::{Exit, Source, Stop},
    webex::{
        Client, WebexError,
        contacts::{
            Listing, NewContact,
            envelope::{self, Nothing, OneContact, OneGroup},
        },
    },
};

const CREATE: &str = "\
The contact has the members of the SDK's Contact object, for example:
  {\"contactType\": \"CUSTOM\", \"displayName\": \"Ada Lovelace\", \"emails\": [{\"type\": \"work\", \"value\": \"ada@example.org\"}]}
  {\"contactType\": \"CLOUD\", \"contactId\": \"<the person's id in the directory>\"}
An array makes several, each answered by a line of its own.";

/// `callbook webex`
#[derive(Debug, Args)]
pub struct WebexCommand {
    #[command(flatten)]
    which: Which,
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// List contacts and groups
    List,
    /// Make a contact from JSON on stdin
    #[command(after_help = CREATE)]
    Create,
    /// Delete a contact
    Delete {
        /// Its contactId
        id: String,
    },
    /// Make or delete a group
    #[command(subcommand)]
    Group(GroupCall),
    /// Look people of the directory up by their ids
    Resolve {
        /// Their ids
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Find people of the directory by the beginning of a name or an address
    Search {
        /// What it begins with
        text: String,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 25)]
        limit: usize,
    },
}

#[derive(Debug, Subcommand)]
enum GroupCall {
    /// Make a group
    Create {
        /// Its name
        name: String,
        /// A group that mirrors another system
        #[arg(long)]
        external: bool,
    },
    /// Delete a group
    Delete {
        /// Its groupId
        id: String,
    },
}

impl WebexCommand {
    /// Makes the call and prints the envelope; one of failure is printed too, and ends with exit code 5.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let which = self.which;
        match self.call {
            Call::List => answer(online(source, &which, list)?),
            Call::Create => {
                let drafts = drafts(&stdin()?)?;
                let done = online(source, &which, async |client| create(client, drafts).await)?;
                answer(done.map(|failed| if failed { Some(Exit::Network) } else { None }))
            }
            Call::Delete { id } => answer(online(source, &which, async |client| {
                client.contacts().await?.delete(&id).await?;
                print(&envelope::success(204, Nothing {}))
            })?),
            Call::Group(GroupCall::Create { name, external }) => answer(online(source, &which, async |client| {
                let kind = if external { GroupType::External } else { GroupType::Normal };
                let group = client.contacts().await?.create_group(&name, kind).await?;
                print(&envelope::success(201, OneGroup { group: &group }))
            })?),
            Call::Group(GroupCall::Delete { id }) => answer(online(source, &which, async |client| {
                client.contacts().await?.delete_group(&id).await?;
                print(&envelope::success(204, Nothing {}))
            })?),
            Call::Resolve { ids } => answer(online(source, &which, async |client| {
                let looked = client.directory().look_up(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
                looked.refused.clone().map_or(Ok(()), Err)?;
                let people = ids.into_iter().map(|id| (id.clone(), looked.person(&id).cloned())).collect();
                print(&envelope::list(&Listing::of_people(people)?))
            })?),
            Call::Search { text, limit } => answer(online(source, &which, async |client| {
                let hits = client.directory().search(&text, limit).await?;
                let people = hits.people.into_iter().map(|person| (person.who.key, Some(person.profile))).collect();
                print(&envelope::list(&Listing::of_people(people)?))
            })?),
        }
    }
}

/// Everything, with the people of CLOUD contacts.
async fn list(client: Client) -> Result<Option<Exit>, WebexError> {
    let mut listing = client.list().await?;
    let ids = listing.people();
    let looked = client.directory().look_up(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    listing.resolve(&looked);
    print(&envelope::list(&listing))
}

/// Makes one after the other, and prints what became of each. Whether one failed.
async fn create(client: Client, drafts: Vec<NewContact>) -> Result<bool, WebexError> {
    let contacts = client.contacts().await?;
    let mut failed = false;
    for draft in &drafts {
        match contacts.create(draft).await {
            Ok(contact) => print(&envelope::success(201, OneContact { contact: &contact }))?,
            Err(error) => {
                failed = true;
                print(&envelope::failure(&error))?
            }
        };
    }
    Ok(failed)
}

/// What was printed is the answer; a call that failed is printed as the envelope of its failure.
fn answer(done: Result<Option<Exit>, WebexError>) -> Result<(), Stop> {
    match done {
        Ok(None) => Ok(()),
        Ok(Some(exit)) => Err(Stop::new(exit, "")),
        Err(error) => {
            print(&envelope::failure(&error))?;
            Err(error.into())
        }
    }
}

fn print<D: Serialize>(envelope: &envelope::Envelope<D>) -> Result<Option<Exit>, WebexError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = serde_json::to_writer(&mut out, envelope).map_err(io::Error::from);
    let written = written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    match written {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(None),
        Err(error) => Err(WebexError::Local(format!("cannot write the output: {error}"))),
        Ok(()) => Ok(None),
    }
}

fn stdin() -> Result<String, Stop> {
    let mut text = String::new();
    let read = io::stdin().lock().read_to_string(&mut text);
    read.map_err(|error| Stop::new(Exit::Usage, format!("cannot read stdin: {error}")))?;
    if text.trim().is_empty() {
        return Err(Stop::new(Exit::Usage, "nothing came on stdin, which is read as a contact in JSON; see --help"));
    }
    Ok(text)
}

/// One contact, or an array of them.
fn drafts(text: &str) -> Result<Vec<NewContact>, Stop> {
    if !text.trim_start().starts_with('[') {
        return Ok(vec![NewContact::from_json(text)?]);
    }
    let each: Vec<&serde_json::value::RawValue> = serde_json::from_str(text)
        .map_err(|error| Stop::new(Exit::Usage, format!("stdin is no JSON array of contacts: {error}")))?;
    let numbered = |(number, text): (usize, &&serde_json::value::RawValue)| {
        NewContact::from_json(text.get())
            .map_err(|error| Stop::new(Exit::Usage, format!("contact {}: {error}", number + 1)))
    };
    each.iter().enumerate().map(numbered).collect()
}
