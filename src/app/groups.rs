//! The groups pane: everybody, favourites, who vanished from a directory, the trash; then every group with its count.
//!
//! All but the unresolved are always there, so that the groups stay where they are when the first favourite is made or
//! the first contact deleted. A book without a directory never has unresolved ones, and needs no line for them.
//!
//! Where there are several accounts each of them has a line that stands for everybody in it and heads its groups.

use super::{Home, List, Roster, action::Motion};
use crate::book::{GroupId, GroupRow, GroupType, name::or_no_name};

/// What the contacts pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Section {
    /// Everybody who is not in the trash.
    #[default]
    All,
    /// The favourites.
    Favourites,
    /// CLOUD contacts whose person has vanished from the directory.
    Unresolved,
    /// Everybody of one account.
    Account(Home),
    /// The members of a group.
    Group(GroupId),
    /// The trash.
    Trash,
}

/// What kind of line it is, which says where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Of the whole book.
    Book,
    /// An account, which heads its groups.
    Account,
    /// A group of an account.
    Group,
}

/// A line of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionLine {
    /// What it stands for.
    pub section: Section,
    /// What kind of line it is.
    pub level: Level,
    /// Its name.
    pub name: String,
    /// Its name where there is little room; empty when there is no shorter one.
    pub short: &'static str,
    /// How many contacts it holds, once that is known.
    pub count: Option<usize>,
    /// Whether it is a group that mirrors another system.
    pub external: bool,
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
    /// The lines of the pane, `None` for the gap before the groups, and before each account where there are several.
    pub fn lines(roster: &Roster) -> Vec<Option<SectionLine>> {
        let line = |section, name: &str, short, count| {
            let (name, count) = (name.to_owned(), Some(count));
            Some(SectionLine { section, level: Level::Book, name, short, count, external: false })
        };
        let mut lines = vec![
            line(Section::All, "All contacts", "All", roster.total),
            line(Section::Favourites, "Favourites", "Favourite", roster.tally.favourites),
        ];
        if roster.tally.unresolved > 0 {
            lines.push(line(Section::Unresolved, "Unresolved", "", roster.tally.unresolved));
        }
        lines.push(line(Section::Trash, "Trash", "", roster.tally.trash));
        let several = roster.homes.are_several();
        let of_group =
            |row: &GroupRow| {
                let short = if row.group.is_default() { "Others" } else { "" };
                let external = row.group.group_type == GroupType::External;
                let level = if several { Level::Group } else { Level::Book };
                line(Section::Group(row.group.id), or_no_name(&row.group.name), short, row.count)
                    .map(|line| SectionLine { level, external, ..line })
            };
        for home in roster.homes.shown() {
            let id = roster.homes.id(*home);
            lines.push(None);
            lines.push(line(Section::Account(*home), roster.homes.name(&id), "", 0).map(|line| {
                let count = roster.homes.count(*home);
                SectionLine { level: Level::Account, count, ..line }
            }));
            lines.extend(roster.groups_of(&id).map(of_group));
        }
        if !several && !roster.groups.is_empty() {
            lines.push(None);
            lines.extend(roster.groups.iter().map(of_group));
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

    /// Scrolls by lines; where the section would leave the page, another one takes its place.
    pub fn scroll(&mut self, by: isize, roster: &Roster, page: usize) {
        let lines = Self::lines(roster);
        self.list.scroll(by, lines.len(), page);
        let onward = if by < 0 { -1 } else { 1 };
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
            Section::Account(home) => roster.homes.count(home).unwrap_or_default(),
            Section::Group(id) => roster.group(id).map_or(0, |row| row.count),
            Section::Favourites => roster.tally.favourites,
            Section::Unresolved => roster.tally.unresolved,
            Section::Trash => roster.tally.trash,
        }
    }

    /// The name of the section shown.
    pub fn title(&self, roster: &Roster) -> String {
        match self.section {
            Section::All => "All contacts".to_owned(),
            Section::Favourites => "Favourites".to_owned(),
            Section::Unresolved => "Unresolved".to_owned(),
            Section::Trash => "Trash".to_owned(),
            Section::Account(home) => roster.homes.name(&roster.homes.id(home)).to_owned(),
            Section::Group(id) => {
                roster.group(id).map_or_else(String::new, |row| or_no_name(&row.group.name).to_owned())
            }
        }
    }
}
