//! A plan as text: one line a step.

use std::fmt;

use super::{
    image::label,
    outcome::{Brake, Conflict, Counts, Held, Plan, Unclear},
    step::{Here, Note, Planned, Step, There, Why},
};

/// On one line whatever the name holds.
struct Line<'a>(&'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.trim().is_empty() {
            return f.write_str("(no name)");
        }
        self.0.chars().try_for_each(|c| write!(f, "{}", if c.is_control() { '\u{fffd}' } else { c }))
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Line(&self.name);
        match &self.step {
            Step::Note(note) => note_line(f, &name, note)?,
            Step::Here(here) => here_line(f, &name, here)?,
            Step::There(there) => there_line(f, &name, there)?,
        }
        if !self.fields.is_empty() {
            let labels: Vec<String> = self.fields.iter().map(|key| label(key)).collect();
            write!(f, " ({})", labels.join(", "))?;
        }
        Ok(())
    }
}

fn note_line(f: &mut fmt::Formatter<'_>, name: &Line, note: &Note) -> fmt::Result {
    let group = if matches!(note, Note::LinkGroup { .. } | Note::ForgetGroup { .. }) { "group " } else { "" };
    match note {
        Note::LinkContact { why, .. } | Note::LinkGroup { why, .. } => match why {
            Why::Settled => write!(f, "note: {group}{name} is the same on both sides"),
            Why::Outlived => write!(f, "note: {group}{name} stays in a group that stays"),
            Why::Ciphertext => write!(f, "note: {group}{name} has arrived there"),
            Why::Equal => write!(f, "note: {group}{name} is there already"),
            Why::Replacement => write!(f, "note: {group}{name} was replaced there by a newer version"),
        },
        Note::ForgetContact { .. } | Note::ForgetGroup { .. } => {
            write!(f, "note: {group}{name} is gone on both sides")
        }
    }
}

fn here_line(f: &mut fmt::Formatter<'_>, name: &Line, here: &Here) -> fmt::Result {
    match here {
        Here::CreateContact { contact: Some(_), .. } | Here::RestoreContact { .. } => {
            write!(f, "here: restore {name}, which was edited there")
        }
        Here::CreateContact { unreadable: true, .. } => write!(f, "here: create {name}, of which not all can be read"),
        Here::CreateContact { .. } => write!(f, "here: create {name}"),
        Here::UpdateContact { .. } => write!(f, "here: update {name}"),
        Here::TrashContact { .. } => write!(f, "here: move {name} to the trash"),
        Here::CreateGroup { group: Some(_), .. } => write!(f, "here: restore group {name}, which is in use there"),
        Here::CreateGroup { .. } => write!(f, "here: create group {name}"),
        Here::UpdateGroup { image, .. } => write!(f, "here: rename group {name} to {}", Line(&image.name)),
        Here::DeleteGroup { .. } => write!(f, "here: delete group {name}"),
    }
}

fn there_line(f: &mut fmt::Formatter<'_>, name: &Line, there: &There) -> fmt::Result {
    match there {
        There::CreateContact { anew: true, .. } => write!(f, "there: create {name} anew, which was edited here"),
        There::CreateContact { .. } => write!(f, "there: create {name}"),
        There::ReplaceContact { .. } | There::RecreateContact { .. } => write!(f, "there: update {name}"),
        There::DeleteContact { .. } => write!(f, "there: delete {name}"),
        There::DeleteOldContact { .. } => write!(f, "there: delete the old version of {name}"),
        There::CreateGroup { image, instead_of: Some(_), members, .. } => {
            let contacts = if *members == 1 { "contact moves" } else { "contacts move" };
            write!(f, "there: rename group {name} to {} ({members} {contacts})", Line(&image.name))
        }
        There::CreateGroup { anew: true, .. } => write!(f, "there: create group {name} anew, which is in use here"),
        There::CreateGroup { .. } => write!(f, "there: create group {name}"),
        There::DeleteGroup { .. } => write!(f, "there: delete group {name}"),
        There::DeleteOldGroup { .. } => write!(f, "there: delete the old version of group {name}"),
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "conflict: {}", Line(&self.name))?;
        for (at, field) in self.fields.iter().enumerate() {
            let before = if at == 0 { " (" } else { "; " };
            let (mine, theirs) = (value(&field.mine), value(&field.theirs));
            write!(f, "{before}{}: {mine} here, {theirs} there", label(field.field))?;
        }
        f.write_str(")")
    }
}

fn value(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("'{}'", Line(text)) }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (here, there) = (self.contacts.len(), self.servers.len());
        write!(f, "unclear: {} ({here} here and {there} there are equal)", Line(&self.name))
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "waits: {} ({})", Line(&self.name), self.reason.words())
    }
}

impl fmt::Display for Brake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { records } => write!(f, "the list of the server is empty, and {records} were known"),
            Self::Deletions { contacts, of } => write!(f, "{contacts} of {of} contacts would be deleted"),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { here, there, conflicts, .. } = self;
        let noun = if *conflicts == 1 { "conflict" } else { "conflicts" };
        write!(f, "{here} here, {there} there, {conflicts} {noun}")
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.brake.iter().try_for_each(|brake| writeln!(f, "stop: {brake}"))?;
        self.conflicts.iter().try_for_each(|conflict| writeln!(f, "{conflict}"))?;
        self.unclear.iter().try_for_each(|unclear| writeln!(f, "{unclear}"))?;
        self.steps.iter().try_for_each(|planned| writeln!(f, "{planned}"))?;
        self.held.iter().try_for_each(|held| writeln!(f, "{held}"))?;
        writeln!(f, "{}", self.counts())
    }
}
