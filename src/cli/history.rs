//! `callbook history`

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Session, Stop, session::Whereabouts};
use crate::book::Origin;

/// `callbook history`
#[derive(Debug, Args)]
pub struct History {
    /// Only what happened to this contact
    contact: Option<String>,
    /// Show so many changes at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

impl History {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        let contact = self.contact.map(|needle| session.find(&needle, Whereabouts::Anywhere)).transpose()?;
        let entries = session.book.history(contact, self.limit)?;
        if self.json {
            let entries = entries.iter().map(|entry| {
                json!({
                    "changeId": entry.id,
                    "at": entry.at,
                    "origin": entry.origin,
                    "title": entry.title,
                    "fields": entry.fields,
                    "undone": entry.undone,
                })
            });
            return session.print_json(&entries.collect());
        }
        let zone = TimeZone::system();
        for entry in entries {
            let origin = match entry.origin {
                Origin::User => "you",
                Origin::Import => "import",
                Origin::Sync => "sync",
                Origin::Directory => "directory",
            };
            let fields =
                if entry.fields.is_empty() { String::new() } else { format!(" ({})", entry.fields.join(", ")) };
            let undone = if entry.undone { " [undone]" } else { "" };
            session.print(&[&entry.at.in_zone(&zone), origin, &format!("{}{fields}{undone}", entry.title)])?;
        }
        Ok(())
    }
}
