//! Looking at contacts: `list`, `show`, `query`.

use std::io::Write as _;

use clap::Args;

use super::{Exit, Session, Stop, session::Whereabouts};
use crate::{
    book::{Contact, Draft, Field, Group, TypedValue, name::shown_name},
    exchange::{ExportFormat, json, query, visible},
    search::Scope,
};

/// `callbook list`
#[derive(Debug, Args)]
pub struct List {
    /// Only contacts that match, best first
    query: Vec<String>,
    /// Print a JSON array of whole contacts
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let ids = session.search(&self.query, Scope::All)?;
        if self.json {
            session.print_contacts(&ids)?;
        } else {
            let rows: std::collections::HashMap<_, _> =
                session.book.rows(None)?.into_iter().map(|row| (row.id, row)).collect();
            for row in ids.iter().filter_map(|id| rows.get(id)) {
                session.print(&[&row.name, &row.second, &row.id.to_string()])?;
            }
        }
        none_is_no_match(ids.is_empty() && !self.query.is_empty())
    }
}

/// `callbook query`
#[derive(Debug, Args)]
pub struct Query {
    /// What was typed into the address line; all words must match
    #[arg(required = true)]
    words: Vec<String>,
}

impl Query {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let ids = session.search(&self.words, Scope::All)?;
        let mut contacts = Vec::new();
        // More addresses than this are never printed.
        for id in ids.iter().take(query::MOST_LINES * 4) {
            contacts.push(session.contact(*id)?);
        }
        let answer = query::answer(&contacts, &session.groups()?);
        session.out.write_all(answer.as_bytes())?;
        none_is_no_match(answer.lines().count() == 1)
    }
}

fn none_is_no_match(none: bool) -> Result<(), Stop> {
    if none { Err(Stop::new(Exit::NoMatch, "")) } else { Ok(()) }
}

/// `callbook show`
#[derive(Debug, Args)]
pub struct Show {
    /// Which contact
    contact: String,
    /// Print it as a JSON object
    #[arg(long, conflicts_with = "vcard")]
    json: bool,
    /// Print it as a vCard 4.0
    #[arg(long)]
    vcard: bool,
}

impl Show {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let contact = session.contact(session.find(&self.contact, Whereabouts::Anywhere)?)?;
        let groups = session.groups()?;
        if self.json {
            return session.print_json(&json::contact(&contact, &groups));
        }
        if self.vcard {
            let card = session.book.exported(&contact, &groups, ExportFormat::Vcard4)?;
            return Ok(session.out.write_all(card.as_bytes())?);
        }
        for line in lines(&contact, &groups) {
            writeln!(session.out, "{line}")?;
        }
        Ok(())
    }
}

/// The contact for people: its name, then labels on one edge and values on the other.
fn lines(contact: &Contact, groups: &[Group]) -> Vec<String> {
    let shown = Draft { profile: contact.effective(), ..Draft::of(contact) };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for field in Field::ALL.into_iter().filter(|field| *field != Field::DisplayName) {
        let label = field.label().to_owned();
        if let Some(text) = field.text(&shown) {
            pairs.extend(text.lines().map(|line| (label.clone(), line.to_owned())));
        } else if let Some(values) = field.values(&shown) {
            pairs.extend(values.iter().map(|value| (label_of(&label, value), value.value.clone())));
        }
    }
    for address in &shown.profile.addresses {
        pairs.extend(address.lines().into_iter().map(|line| (Field::Addresses.label().to_owned(), line)));
    }
    let own = groups.iter().filter(|group| contact.groups.contains(&group.id));
    pairs.extend(own.map(|group| ("Group".to_owned(), group.name.clone())));
    if let Some(since) = contact.person.as_ref().and_then(|person| person.unresolved_since) {
        pairs.push(("Directory".to_owned(), format!("no longer there since {since}")));
    }
    pairs.extend(contact.trashed.map(|at| ("Trash".to_owned(), format!("since {at}"))));
    pairs.push(("Changed".to_owned(), contact.modified.to_string()));
    pairs.push(("Id".to_owned(), contact.id.to_string()));
    let width = pairs.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let mut lines = vec![visible(&shown_name(contact)).into_owned()];
    let mut above = String::new();
    for (label, value) in pairs {
        // A label stands once above its further lines.
        let written = if label == above { String::new() } else { visible(&label).into_owned() };
        lines.push(format!("  {written:>width$}  {}", visible(&value)));
        above = label;
    }
    lines
}

fn label_of(field: &str, value: &TypedValue) -> String {
    let star = if value.primary { " *" } else { "" };
    match value.word() {
        word if word.is_empty() => format!("{field}{star}"),
        word => format!("{field} {word}{star}"),
    }
}
