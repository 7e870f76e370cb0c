//! `callbook queue` and `callbook conflicts`: what an account has not got yet, and what waits for an answer, as the last sync
//! left it. Neither needs the network.

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    book::{AccountId, AccountKind, Group, OpenConflict, Outgoing, QueueEntry, Waits, change::Kind},
    cli::{Exit, Session, Stop, pick, say},
    plan::{Answer, Held, Subject, Unclear},
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
        let held = session.book.waiting(&account)?.held;
        let of = |entry: &QueueEntry| held.iter().find(|held| id_of(held) == Some(entry.id));
        let beside = held.iter().filter(|held| entries.iter().all(|entry| id_of(held) != Some(entry.id)));
        if self.json {
            let queue = entries.iter().map(|entry| entry_json(entry, of(entry)));
            return session.print_json(&queue.chain(beside.map(held_json)).collect());
        }
        for entry in &entries {
            let waits = of(entry).map_or_else(|| waits(entry), |held| held.reason.words().to_owned());
            let id = entry.id.to_string();
            session.print(&[&entry.title(), &waits, entry.error.as_deref().unwrap_or_default(), &id])?;
        }
        for held in beside {
            let id = id_of(held).map(|id| id.to_string()).unwrap_or_default();
            session.print(&[&held.name, held.reason.words(), "", &id])?;
        }
        Ok(())
    }
}

/// The record of ours that waits.
fn id_of(held: &Held) -> Option<Uuid> {
    held.subject.map(|subject| subject.record().id)
}

/// Shows what is to be settled: where you and somebody else gave the same field different values, and where nobody can tell
/// which contact here is which on Webex. Nothing of such a record is sent.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Conflicts {
    #[command(flatten)]
    home: Home,
    /// The record that is answered for: its id, the beginning of one, or its name
    #[arg(value_name = "RECORD", required_if_eq_any([
        ("mine", "true"), ("theirs", "true"), ("both", "true"), ("same", "true"), ("different", "true"),
    ]))]
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
    /// Those here are those there; whoever is left over is another one
    #[arg(long, group = "answer")]
    same: bool,
    /// Those here are none of those there
    #[arg(long, group = "answer")]
    different: bool,
    /// Print a JSON array
    #[arg(long, conflicts_with = "answer")]
    json: bool,
}

impl Conflicts {
    pub(in crate::cli) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let account = self.home.of(session)?;
        let (mut conflicts, mut unclear) = (session.book.conflicts(&account)?, session.book.waiting(&account)?.unclear);
        if let Some(needle) = &self.record {
            conflicts.retain(|conflict| is_meant(needle, conflict.id, &conflict.name));
            unclear.retain(|one| one.contacts.iter().any(|id| is_meant(needle, id.0, &one.name)));
        }
        if let (true, Some(needle)) = (self.same || self.different, &self.record) {
            let nothing = || format!("nobody asks who '{needle}' is");
            let one = pick::only(needle, unclear, nothing, |one| format!("{}  {}", one.contacts[0], one.name))?;
            session.change(|book| book.answer_unclear(&account, &one, self.same))?;
            let words = if self.same { "the same" } else { "different" };
            say(format_args!("Settled who is who of {}: {words}", one.name));
            return Ok(());
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
            let conflicts = conflicts.iter().map(conflict_json);
            return session.print_json(&conflicts.chain(unclear.iter().map(unclear_json)).collect());
        }
        for conflict in &conflicts {
            let id = conflict.id.to_string();
            for field in &conflict.fields {
                let (mine, theirs) = (format!("mine: {}", field.mine), format!("theirs: {}", field.theirs));
                session.print(&[&conflict.name, &field.field, &mine, &theirs, &id])?;
            }
        }
        for Unclear { name, contacts, servers } in &unclear {
            let (here, there) = (format!("{} here", contacts.len()), format!("{} there", servers.len()));
            let id = contacts.first().map(ToString::to_string).unwrap_or_default();
            session.print(&[name, "who is who", &here, &there, &id])?;
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

fn entry_json(entry: &QueueEntry, held: Option<&Held>) -> Value {
    let (what, fields) = match &entry.what {
        Outgoing::Create => ("create", Vec::new()),
        Outgoing::Edit(fields) => ("edit", fields.clone()),
        Outgoing::Delete => ("delete", Vec::new()),
        Outgoing::Finish => ("finish", Vec::new()),
    };
    let (waits, until) = match &entry.waits {
        _ if held.is_some() => ("held", None),
        Waits::Sync => ("sync", None),
        Waits::Answer => ("answer", None),
        Waits::Until(at) => ("time", Some(at.to_string())),
        Waits::Person => ("person", None),
    };
    json!({
        "id": entry.id, "kind": kind(entry.kind), "name": entry.name, "what": what, "fields": fields, "waitsFor": waits,
        "held": held.map(|held| held.reason), "until": until, "tries": entry.tries, "error": entry.error,
    })
}

/// What is not unsent, and waits all the same: something there that cannot come here.
fn held_json(held: &Held) -> Value {
    json!({
        "id": id_of(held), "kind": if matches!(held.subject, Some(Subject::Group(_))) { "group" } else { "contact" },
        "name": held.name, "what": null, "fields": [], "waitsFor": "held", "held": held.reason, "until": null, "tries": 0,
        "error": null,
    })
}

fn unclear_json(unclear: &Unclear) -> Value {
    let Unclear { name, contacts, servers } = unclear;
    json!({"id": contacts.first(), "kind": "contact", "name": name, "fields": [], "here": contacts, "there": servers})
}

fn conflict_json(conflict: &OpenConflict) -> Value {
    let fields: Vec<Value> = conflict
        .fields
        .iter()
        .map(|field| json!({"field": field.field, "mine": field.mine, "theirs": field.theirs}))
        .collect();
    json!({"id": conflict.id, "kind": kind(conflict.kind), "name": conflict.name, "fields": fields})
}
