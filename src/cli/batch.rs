//! `callbook batch`: JSON commands on stdin, one a line, each acknowledged by one line once it is on the disk.

use std::io::{self, BufRead as _, Write as _};

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Exit, Session, Stop, ask::unread, contact, group, renaming::Renaming, session::Whereabouts};
use crate::book::{AccountId, Command};

const PROTOCOL: &str = "\
Each line of stdin is one command:
  {\"command\": \"add\", \"contact\": {…}}
  {\"command\": \"edit\", \"contact\": CONTACT, \"patch\": {…}}
  {\"command\": \"rm\", \"contacts\": [CONTACT, …]}
  {\"command\": \"restore\", \"contacts\": [CONTACT, …]}
  {\"command\": \"group create\", \"name\": NAME, \"external\": false}
  {\"command\": \"group rename\", \"group\": GROUP, \"name\": NAME, \"yes\": false}
  {\"command\": \"group rm\", \"group\": GROUP}
  {\"command\": \"regroup\", \"contacts\": [CONTACT, …], \"join\": [GROUP, …], \"leave\": [GROUP, …]}
  {\"command\": \"undo\"}
  {\"command\": \"redo\"}
Each line of stdout answers one command, after its change is on the disk:
  {\"ok\": true, \"change\": ID or null, \"title\": TEXT, \"ids\": [ID, …], \"kept\": [FIELD, …]}
  {\"ok\": false, \"error\": TEXT, \"exit\": CODE}
A command that fails changes nothing and does not stop the next one; the exit code is then 7.";

/// `callbook batch`
#[derive(Debug, Args)]
#[command(after_help = PROTOCOL)]
pub struct Batch {}

#[derive(Deserialize)]
#[serde(tag = "command", deny_unknown_fields)]
enum Request {
    #[serde(rename = "add")]
    Add { contact: Value },
    #[serde(rename = "edit")]
    Edit { contact: String, patch: Value },
    #[serde(rename = "rm")]
    Rm { contacts: Vec<String> },
    #[serde(rename = "restore")]
    Restore { contacts: Vec<String> },
    #[serde(rename = "group create")]
    GroupCreate {
        name: String,
        #[serde(default)]
        external: bool,
    },
    #[serde(rename = "group rename")]
    GroupRename {
        group: String,
        name: String,
        #[serde(default)]
        yes: bool,
    },
    #[serde(rename = "group rm")]
    GroupRm { group: String },
    #[serde(rename = "regroup")]
    Regroup {
        contacts: Vec<String>,
        #[serde(default)]
        join: Vec<String>,
        #[serde(default)]
        leave: Vec<String>,
    },
    #[serde(rename = "undo")]
    Undo {},
    #[serde(rename = "redo")]
    Redo {},
}

impl Batch {
    #[expect(clippy::unused_self, reason = "commands are run alike")]
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let mut failed = 0_usize;
        for line in io::stdin().lock().split(b'\n') {
            let line = line.map_err(|error| unread(&error))?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let answer = answer(session, &line).unwrap_or_else(|stop| {
                failed += 1;
                json!({"ok": false, "error": stop.message, "exit": stop.exit as u8})
            });
            writeln!(session.out, "{answer}")?;
            // Whoever reads this line relies on it: it must not wait for the next one.
            session.out.flush()?;
        }
        match failed {
            0 => Ok(()),
            1 => Err(Stop::new(Exit::Partly, "1 command failed")),
            many => Err(Stop::new(Exit::Partly, format!("{many} commands failed"))),
        }
    }
}

fn answer(session: &mut Session<'_>, line: &[u8]) -> Result<Value, Stop> {
    let request = serde_json::from_slice(line)
        .map_err(|error| Stop::new(Exit::Usage, format!("not a command: {error}; see callbook batch --help")))?;
    let command = command(session, request)?;
    let done = session.commit(command)?;
    Ok(json!({"ok": true, "change": done.change, "title": done.title, "ids": done.touched, "kept": done.kept}))
}

fn command(session: &Session<'_>, request: Request) -> Result<Command, Stop> {
    Ok(match request {
        Request::Add { contact } => contact::adding(session, &contact)?,
        Request::Edit { contact, patch } => contact::editing(session, &contact, &patch)?,
        Request::Rm { contacts } => Command::DeleteContacts(session.find_all(&contacts, Whereabouts::Book)?),
        Request::Restore { contacts } => Command::RestoreContacts(session.find_all(&contacts, Whereabouts::Trash)?),
        Request::GroupCreate { name, external } => group::creating(AccountId::local(), name, external),
        Request::GroupRename { group, name, yes } => {
            let renaming = Renaming::of(session, &group, name)?;
            if !yes {
                renaming.refuse_without(r#""yes": true"#)?;
            }
            renaming.command()
        }
        Request::GroupRm { group } => Command::DeleteGroup(session.group(&group)?.id),
        Request::Regroup { contacts, join, leave } => group::regrouping(session, &contacts, &join, &leave)?,
        Request::Undo {} => Command::Undo,
        Request::Redo {} => Command::Redo,
    })
}
