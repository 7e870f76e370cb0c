//! The groups pane: all contacts, every group with its count, the trash when something lies in it.

use super::{List, Roster, action::Motion};
use crate::book::GroupId;

/// What the contacts pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Section {
    /// Everybody who is not in the trash.
    #[default]
    All,
    /// The members of a group.
    Group(GroupId),
    /// The trash.
    Trash,
}

/// A line of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionLine {
    /// What it stands for.
    pub section: Section,
    /// Its name.
    pub name: String,
    /// Its name where there is little room; empty when there is no shorter one.
    pub short: &'static str,
    /// How many contacts it holds.
    pub count: usize,
}

/// The state of the pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The section shown.
    pub section: Section,
    /// Where the pane is scrolled to; the cursor counts lines, gaps included.
    pub list: List,
}

impl Groups {
    /// The lines of the pane, `None` for the gaps between all, groups and trash.
    pub fn lines(roster: &Roster) -> Vec<Option<SectionLine>> {
        let line =
            |section, name: &str, short, count| Some(SectionLine { section, name: name.to_owned(), short, count });
        let mut lines = vec![line(Section::All, "All contacts", "All", roster.total)];
        if !roster.groups.is_empty() {
            lines.push(None);
            lines.extend(roster.groups.iter().map(|row| {
                let short = if row.group.is_default() { "Others" } else { "" };
                line(Section::Group(row.group.id), &row.group.name, short, row.count)
            }));
        }
        if roster.trash > 0 {
            lines.extend([None, line(Section::Trash, "Trash", "", roster.trash)]);
        }
        lines
    }

    /// Moves to another section. Gaps are stepped over.
    pub fn go(&mut self, motion: Motion, roster: &Roster, page: usize) {
        let lines = Self::lines(roster);
        let from = self.list.cursor;
        self.list.go(motion, lines.len(), page);
        let onward = if self.list.cursor < from { -1 } else { 1 };
        while let Some(None) = lines.get(self.list.cursor) {
            self.list.cursor = self.list.cursor.saturating_add_signed(onward);
        }
        if let Some(Some(line)) = lines.get(self.list.cursor) {
            self.section = line.section;
        }
    }

    /// Follows the book: the section stays, or becomes all contacts when it is no more.
    pub fn follow(&mut self, roster: &Roster, page: usize) {
        let lines = Self::lines(roster);
        let at = |section| lines.iter().position(|line| line.as_ref().is_some_and(|line| line.section == section));
        // The trash is not counted before every row is here.
        if at(self.section).is_none() {
            self.section = Section::All;
        }
        self.list.carry_to(at(self.section).unwrap_or_default());
        self.list.settle(lines.len(), page);
    }

    /// How many contacts the section holds, whatever is filtered.
    pub fn members(&self, roster: &Roster) -> usize {
        match self.section {
            Section::All => roster.total,
            Section::Group(id) => roster.group(id).map_or(0, |row| row.count),
            Section::Trash => roster.trash,
        }
    }

    /// The name of the section shown.
    pub fn title(&self, roster: &Roster) -> String {
        match self.section {
            Section::All => "All contacts".to_owned(),
            Section::Trash => "Trash".to_owned(),
            Section::Group(id) => roster.group(id).map_or_else(String::new, |row| row.group.name.clone()),
        }
    }
}
