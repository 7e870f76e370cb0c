//! Contacts from and to files: `import`, `export`.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Exit, Session, Stop, contacts, say};
use crate::{
    book::{Contact, ContactId, Group, ImportReport, incoming::Fault},
    exchange::{ExportFormat, json, vcard},
    search::Scope,
    store::ImportOptions,
};

/// `callbook import`
#[derive(Debug, Args)]
pub struct Import {
    /// vCard, CSV or LDIF files, or directories of .vcf files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing; print what would be new or changed
    #[arg(long)]
    dry_run: bool,
    /// Put every contact into this group too
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Bring contacts back that lie in the trash
    #[arg(long)]
    restore: bool,
}

impl Import {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let options = ImportOptions { dry_run: self.dry_run, group: self.group, restore: self.restore };
        let report = if options.dry_run {
            let report = session.book.import_files(&self.files, &options)?;
            print(session, &report)?;
            report
        } else {
            session.change(|book| book.import_files(&self.files, &options))?
        };
        say(summary(&report));
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
    let found = found.chain(report.changed.iter().map(|name| ("changed", name)));
    let found = found.chain(report.in_trash.iter().map(|(_, name)| ("in trash", name)));
    for (what, name) in found.chain(report.groups.iter().map(|name| ("new group", name))) {
        session.print(&[what, name])?;
    }
    Ok(())
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
        let groups = session.groups()?;
        let Some(file) = self.output else {
            let mut out = std::mem::replace(&mut session.out, io::BufWriter::new(Box::new(io::sink())));
            let written = write_all(session, &ids, &groups, self.format, &mut out);
            session.out = out;
            return written;
        };
        let unwritten =
            |error: io::Error| Stop::new(Exit::Storage, format!("cannot write {}: {error}", file.display()));
        let mut contents = Replacement::begin(&file).map_err(unwritten)?;
        write_all(session, &ids, &groups, self.format, &mut contents.file).map_err(|stop| match stop.exit {
            Exit::Storage => Stop::new(Exit::Storage, format!("{}: {}", file.display(), stop.message)),
            _ => stop,
        })?;
        contents.finish().map_err(unwritten)?;
        say(format_args!("{} written to {}", contacts(ids.len()), file.display()));
        Ok(())
    }
}

fn write_all(
    session: &Session<'_>,
    ids: &[ContactId],
    groups: &[Group],
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let (head, separator, tail) = if format == ExportFormat::Json { ("[\n", ",\n", "\n]\n") } else { ("", "", "") };
    out.write_all(head.as_bytes())?;
    for (number, id) in ids.iter().enumerate() {
        let text = card(session, &session.contact(*id)?, groups, format)?;
        let lead = if number == 0 { "" } else { separator };
        write!(out, "{lead}{text}")?;
    }
    Ok(out.write_all(tail.as_bytes())?)
}

/// One contact in a format.
pub(super) fn card(
    session: &Session<'_>,
    contact: &Contact,
    groups: &[Group],
    format: ExportFormat,
) -> Result<String, Stop> {
    let version = match format {
        ExportFormat::Json => return Ok(json::contact(contact, groups).to_string()),
        ExportFormat::Vcard3 => vcard::Version::V3,
        ExportFormat::Vcard4 => vcard::Version::V4,
    };
    let own = groups.iter().filter(|group| contact.groups.contains(&group.id));
    let names: Vec<String> = own.map(|group| group.name.clone()).collect();
    let photo = contact.extras.photo.as_ref().map(|photo| session.book.photo(&photo.hash)).transpose()?.flatten();
    Ok(vcard::write(contact, &names, photo.as_ref(), version))
}

/// A file that takes the place of another when it is complete.
struct Replacement {
    file: fs::File,
    /// The unfinished file and the one it will be; nothing for what is no file, such as `/dev/stdout`.
    unfinished: Option<(PathBuf, PathBuf)>,
}

impl Replacement {
    fn begin(target: &Path) -> io::Result<Self> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { file, unfinished: None });
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let part = target.with_file_name(name);
        let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        Ok(Self { file, unfinished: Some((part, target)) })
    }

    fn finish(mut self) -> io::Result<()> {
        if let Some((part, target)) = &self.unfinished {
            self.file.sync_all()?;
            fs::rename(part, target)?;
            self.unfinished = None;
        }
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.unfinished {
            // Nothing more can be done about a file that will not go.
            let _ = fs::remove_file(part);
        }
    }
}
