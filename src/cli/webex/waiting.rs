//! `callbook queue` and `callbook conflicts`: what an account has not got yet, and what waits for an answer. Neither needs
//! the network.

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    book::{AccountId, AccountKind, Group, OpenConflict, Outgoing, QueueEntry, Waits, change::Kind},
    cli::{Exit, Session, Stop, pick, say},
    plan::Answer,
};

/// Which account of the book is meant.
#[derive(Debug, Args)]
struct Home {
    /// The account; without it the only one of Webex
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
}

impl Home {
    fn of(&self, session: &Session<'_>) -> Result<AccountId, Stop> {
        let known = session.book.accounts()?.into_iter().filter(|account| account.kind == AccountKind::Webex);
        let known: Vec<AccountId> = known.map(|account| account.id).collect();
        let all = || known.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ");
        match (&self.account, known.as_slice()) {
            (Some(name), _) => match known.iter().find(|id| id.0 == *name) {
                Some(id) => Ok(id.clone()),
                None => Err(Stop::new(Exit::Usage, format!("the book has no Webex account '{name}'"))),
            },
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err(Stop::new(Exit::NoMatch, "the book has no Webex account; sign in with: callbook login")),
            (None, _) => Err(Stop::new(Exit::Usage, format!("say which account with --account: {}", all()))),
        }
    }
}

/// Shows what is not yet on Webex as it is here, and what it waits for.
#[derive(Debug, Args)]
pub struct Queue {
    #[command(flatten)]
    home: Home,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
    /// Let the next sync send what waits for its moment: all of it, or one entry
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "", conflicts_with = "drop")]
    retry: Option<String>,
    /// Give an entry up: the record becomes again what it was when both sides agreed; undo takes that back
    #[arg(long, value_name = "ID")]
    drop: Option<String>,
}

impl Queue {
    pub(in crate::cli) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let account = self.home.of(session)?;
        let entries = session.book.queue(&account)?;
        let one = |needle: &str| {
            let nothing = || format!("nothing of '{needle}' is unsent");
            let meant = entries.iter().filter(|entry| is_meant(needle, entry.id, &entry.name)).collect();
            pick::only(needle, meant, nothing, |entry: &&QueueEntry| format!("{}  {}", entry.id, entry.title()))
        };
        if let Some(needle) = &self.drop {
            let entry = one(needle)?;
            let committed = session.change(|book| book.drop_unsent(entry.kind, entry.id))?;
            say(&committed.title);
            return Ok(());
        }
        match self.retry.as_deref() {
            None => {}
            Some("") => session.change(|book| book.retry_now(&account))?,
            Some(needle) => {
                let entry = one(needle)?;
                session.change(|book| book.retry_record(entry.id))?;
            }
        }
        if self.json {
            return session.print_json(&entries.iter().map(entry_json).collect());
        }
        for entry in &entries {
            let id = entry.id.to_string();
            session.print(&[&entry.title(), &waits(entry), entry.error.as_deref().unwrap_or_default(), &id])?;
        }
        Ok(())
    }
}

/// Shows where you and somebody else gave the same field different values; nothing of such a record is sent.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Conflicts {
    #[command(flatten)]
    home: Home,
    /// The record that is answered for: its id, the beginning of one, or its name
    #[arg(value_name = "RECORD", required_if_eq_any([("mine", "true"), ("theirs", "true"), ("both", "true")]))]
    record: Option<String>,
    /// My values stand, and go there by the next sync
    #[arg(long, group = "answer")]
    mine: bool,
    /// Their values come here
    #[arg(long, group = "answer")]
    theirs: bool,
    /// Their values come here, and mine live on in a contact of their own
    #[arg(long, group = "answer")]
    both: bool,
    /// Print a JSON array
    #[arg(long, conflicts_with = "answer")]
    json: bool,
}

impl Conflicts {
    pub(in crate::cli) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let account = self.home.of(session)?;
        let mut conflicts = session.book.conflicts(&account)?;
        if let Some(needle) = &self.record {
            conflicts.retain(|conflict| is_meant(needle, conflict.id, &conflict.name));
        }
        if let (Some(answer), Some(needle)) = (self.answer(), &self.record) {
            let nothing = || format!("there is no conflict of '{needle}'");
            let meant = conflicts.iter().collect();
            let conflict = pick::only(needle, meant, nothing, |one| format!("{}  {}", one.id, one.name))?;
            let committed = session.change(|book| book.answer_conflict(conflict.kind, conflict.id, answer))?;
            say(&committed.title);
            return Ok(());
        }
        if self.json {
            return session.print_json(&conflicts.iter().map(conflict_json).collect());
        }
        for conflict in &conflicts {
            let id = conflict.id.to_string();
            for field in &conflict.fields {
                let (mine, theirs) = (format!("mine: {}", field.mine), format!("theirs: {}", field.theirs));
                session.print(&[&conflict.name, &field.field, &mine, &theirs, &id])?;
            }
        }
        Ok(())
    }

    fn answer(&self) -> Option<Answer> {
        [(self.mine, Answer::Mine), (self.theirs, Answer::Theirs), (self.both, Answer::Both)]
            .into_iter()
            .find_map(|(given, answer)| given.then_some(answer))
    }
}

/// By its id, the beginning of one, or its name.
fn is_meant(needle: &str, id: Uuid, name: &str) -> bool {
    let folded = Group::folded(needle);
    let name = Group::folded(name);
    folded == name
        || name.strip_prefix("group ") == Some(&folded)
        || folded.len() >= 4 && id.to_string().starts_with(&folded)
}

fn waits(entry: &QueueEntry) -> String {
    match &entry.waits {
        Waits::Sync => "waits for the next sync".to_owned(),
        Waits::Answer => "waits for an answer".to_owned(),
        Waits::Until(at) => format!("waits until {at}"),
        Waits::Person => "waits for you: callbook conflicts".to_owned(),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "contact",
        Kind::Group => "group",
    }
}

fn entry_json(entry: &QueueEntry) -> Value {
    let (what, fields) = match &entry.what {
        Outgoing::Create => ("create", Vec::new()),
        Outgoing::Edit(fields) => ("edit", fields.clone()),
        Outgoing::Delete => ("delete", Vec::new()),
        Outgoing::Finish => ("finish", Vec::new()),
    };
    let (waits, until) = match &entry.waits {
        Waits::Sync => ("sync", None),
        Waits::Answer => ("answer", None),
        Waits::Until(at) => ("time", Some(at.to_string())),
        Waits::Person => ("person", None),
    };
    json!({
        "id": entry.id, "kind": kind(entry.kind), "name": entry.name, "what": what, "fields": fields, "waitsFor": waits,
        "until": until, "tries": entry.tries, "error": entry.error,
    })
}

fn conflict_json(conflict: &OpenConflict) -> Value {
    let fields: Vec<Value> = conflict
        .fields
        .iter()
        .map(|field| json!({"field": field.field, "mine": field.mine, "theirs": field.theirs}))
        .collect();
    json!({"id": conflict.id, "kind": kind(conflict.kind), "name": conflict.name, "fields": fields})
}
