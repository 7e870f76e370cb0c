//! Contacts from and to files: `import`, `export`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::{Exit, Session, Stop, contacts, say};
use crate::{
    book::{AccountId, Altered, Elsewhere, ImportReport, Likeness, Twin, incoming::Fault},
    exchange::ExportFormat,
    search::Scope,
    store::{ExportError, ImportOptions, unwatched},
};

/// `callbook import`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Import {
    /// vCard, CSV or LDIF files, or directories of .vcf files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The account that they come into; without it the local one, for whom no other account has just so
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Change nothing; print what would be new or changed
    #[arg(long)]
    dry_run: bool,
    /// Put every contact into this group too
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Bring contacts back that lie in the trash
    #[arg(long)]
    restore: bool,
    /// Leave out whoever has the e-mail address, number or name of somebody in the book
    #[arg(long)]
    skip_twins: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let Self { account, dry_run, group, restore, skip_twins, .. } = self;
        let even_if_elsewhere = account.is_some();
        let account = account.map(AccountId).unwrap_or_default();
        let options = ImportOptions { account, dry_run, group, restore, skip_twins, even_if_elsewhere };
        let report = if options.dry_run {
            session.book.import_files(&self.files, &options)?
        } else {
            session.change(|book| book.import_files(&self.files, &options))?
        };
        if self.json {
            session.print_json(&as_json(&report))?;
        } else if options.dry_run {
            print(session, &report)?;
        }
        say(summary(&report));
        if let Some(warning) = report.warning() {
            say(format_args!("callbook: {warning}"));
        }
        if !report.elsewhere.is_empty() {
            let there = contacts(report.elsewhere.len());
            say(format_args!(
                "left out: {there} that another account has just so; `--account` brings them in all the same"
            ));
        }
        if !report.twins.is_empty() {
            let what = if skip_twins { "left out" } else { "made beside them; `--skip-twins` leaves them out" };
            say(format_args!("perhaps in the book already: {}, {what}", contacts(report.twins.len())));
        }
        if !report.in_trash.is_empty() && options.restore {
            let back = contacts(report.in_trash.len());
            say(format_args!("brought back from the trash: {back}"));
        } else if !report.in_trash.is_empty() {
            let left = contacts(report.in_trash.len());
            say(format_args!("left in the trash: {left}; `callbook import --restore` brings back what it finds there"));
        }
        report_faults(&report.faults)
    }
}

fn summary(report: &ImportReport) -> String {
    let (new, changed, unchanged) = (report.new.len(), report.changed.len(), report.unchanged);
    let groups = match report.groups.as_slice() {
        [] => String::new(),
        groups => format!("; new groups: {}", groups.join(", ")),
    };
    format!("{new} new, {changed} changed, {unchanged} already there{groups}")
}

/// What a dry run found, one a line.
fn print(session: &mut Session<'_>, report: &ImportReport) -> Result<(), Stop> {
    let found = report.new.iter().map(|name| ("new", name));
    for (what, name) in found {
        session.print(&[what, name])?;
    }
    for Altered { name, fields } in &report.changed {
        session.print(&["changed", name, &fields.join(", ")])?;
    }
    for Elsewhere { name, account } in &report.elsewhere {
        session.print(&["already here", name, &format!("in the account {account}")])?;
    }
    for Twin { name, like, by } in &report.twins {
        session.print(&["twin", name, &format!("{} {like}", by.words())])?;
    }
    let rest = report.in_trash.iter().map(|(_, name)| ("in trash", name));
    for (what, name) in rest.chain(report.groups.iter().map(|name| ("new group", name))) {
        session.print(&[what, name])?;
    }
    Ok(())
}

/// The report for programs.
fn as_json(report: &ImportReport) -> Value {
    let ImportReport { new, changed, unchanged, elsewhere, twins, in_trash, groups, faults, .. } = report;
    let changed = changed.iter().map(|Altered { name, fields }| json!({"name": name, "fields": fields}));
    let elsewhere = elsewhere.iter().map(|Elsewhere { name, account }| json!({"name": name, "account": account.0}));
    let twins = twins.iter().map(|Twin { name, like, by }| {
        json!({"name": name, "like": like, "by": match by {
            Likeness::Email => "email",
            Likeness::Phone => "phone",
            Likeness::Name => "name",
        }})
    });
    let in_trash = in_trash.iter().map(|(id, name)| json!({"contactId": id, "name": name}));
    let faults = faults.iter().map(|(file, Fault { place, field, reason })| {
        json!({"file": file, "line": place.line, "record": place.ordinal, "field": field, "reason": reason})
    });
    json!({
        "new": new,
        "changed": changed.collect::<Vec<_>>(),
        "unchanged": unchanged,
        "elsewhere": elsewhere.collect::<Vec<_>>(),
        "twins": twins.collect::<Vec<_>>(),
        "inTrash": in_trash.collect::<Vec<_>>(),
        "groups": groups,
        "faults": faults.collect::<Vec<_>>(),
    })
}

/// Says what could not be read; the rest is in.
pub(super) fn report_faults(faults: &[(String, Fault)]) -> Result<(), Stop> {
    for (file, fault) in faults {
        match fault.place.line {
            0 => say(format_args!("{file}: {}", fault.reason)),
            _ => say(format_args!("{file}: {fault}")),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Stop::new(Exit::Partly, "")) }
}

/// `callbook export`
#[derive(Debug, Args)]
pub struct Export {
    /// Only contacts that match
    query: Vec<String>,
    /// vcard3, vcard4 or json
    #[arg(long, default_value = "vcard4")]
    format: ExportFormat,
    /// Write to this file instead of stdout; it appears as a whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let ids = session.search(&self.query, Scope::All)?;
        if ids.is_empty() && !self.query.is_empty() {
            return Err(Stop::new(Exit::NoMatch, ""));
        }
        let Some(file) = self.output else {
            let written = session.book.export(&ids, self.format, &mut session.out, &mut unwatched);
            return written.map(drop).map_err(|error| match error {
                ExportError::Write(error) => error.into(),
                other => stopped(other),
            });
        };
        let written = session.book.export_file(&ids, self.format, &file, true, &mut unwatched);
        let written = written.map_err(|error| match error {
            ExportError::Write(error) => Stop::new(Exit::Storage, format!("cannot write {}: {error}", file.display())),
            other => stopped(other),
        })?;
        say(format_args!("{} written to {}", contacts(written), file.display()));
        Ok(())
    }
}

fn stopped(error: ExportError) -> Stop {
    match error {
        ExportError::Book(failure) => failure.into(),
        other => Stop::new(Exit::Storage, other.to_string()),
    }
}
