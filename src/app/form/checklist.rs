//! The checklist of groups: those that the contact is in come first, the others by name; a query narrows many.

use std::ops::Range;

use tui_input::Input;

use super::Form;
use crate::{
    app::{roster::Roster, text::width},
    book::GroupRow,
    search::fold,
};

/// Fewer groups are seen at once and need no query.
const MANY: usize = 12;
/// So many lines of groups are in sight.
pub const LINES: usize = 4;
/// `[x] `
pub const TICK: usize = 4;
/// Between two groups on a line.
pub const GAP: usize = 2;

/// Where the checklist stands.
#[derive(Clone, Debug, Default)]
pub struct Checklist {
    /// The group under the cursor, by its place among those shown.
    pub cursor: usize,
    /// The first line shown.
    pub offset: usize,
    /// The query.
    pub query: Input,
}

/// A group in the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// Whether the contact is in it.
    pub ticked: bool,
    /// Whether the cursor is on it.
    pub under_cursor: bool,
}

/// Whether there are so many groups that one looks for them.
pub fn are_many(roster: &Roster) -> bool {
    roster.groups.len() > MANY
}

impl Form {
    /// The groups shown, in their order.
    pub(super) fn groups_shown<'a>(&'a self, roster: &'a Roster) -> Vec<&'a GroupRow> {
        let query = fold(self.groups.query.value().trim());
        let fits = |row: &&GroupRow| query.is_empty() || fold(&row.group.name).contains(&query);
        let was_in = |row: &&GroupRow| self.pristine.groups.contains(&row.group.id);
        let (mut first, rest): (Vec<_>, Vec<_>) = roster.groups_of(&self.draft.account).filter(fits).partition(was_in);
        first.extend(rest);
        first
    }

    /// The lines of the checklist: which of the groups shown stand on each, in cells of this width.
    pub(super) fn check_lines(shown: &[&GroupRow], cells_wide: usize) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let (mut start, mut used) = (0, 0);
        for (place, row) in shown.iter().enumerate() {
            let needs = TICK + width(&row.group.name);
            if used > 0 && used + GAP + needs > cells_wide {
                lines.push(start..place);
                (start, used) = (place, 0);
            }
            used += needs + if used > 0 { GAP } else { 0 };
        }
        if start < shown.len() {
            lines.push(start..shown.len());
        }
        lines
    }

    /// The groups of one line as they are drawn.
    pub(super) fn checks(&self, shown: &[&GroupRow], line: Range<usize>) -> Vec<Check> {
        let check = |place: usize| Check {
            name: shown[place].group.name.clone(),
            ticked: self.draft.groups.contains(&shown[place].group.id),
            under_cursor: self.focus == super::Cell::Groups && self.groups.cursor == place,
        };
        line.map(check).collect()
    }

    /// Moves to the next group, or a previous one.
    pub(super) fn step_group(&mut self, by: isize, roster: &Roster) {
        let last = self.groups_shown(roster).len().saturating_sub(1);
        self.groups.cursor = self.groups.cursor.saturating_add_signed(by).min(last);
    }

    /// In the group under the cursor, or no longer.
    pub(super) fn toggle_group(&mut self, roster: &Roster) {
        let Some(id) = self.groups_shown(roster).get(self.groups.cursor).map(|row| row.group.id) else { return };
        if self.draft.groups.contains(&id) {
            self.draft.groups.retain(|group| *group != id);
        } else {
            self.draft.groups.push(id);
        }
    }

    /// Scrolls so that the group under the cursor is in sight.
    pub(super) fn settle_groups(&mut self, roster: &Roster, cells_wide: usize) {
        let shown = self.groups_shown(roster);
        let lines = Self::check_lines(&shown, cells_wide);
        self.groups.cursor = self.groups.cursor.min(shown.len().saturating_sub(1));
        let line = lines.iter().position(|line| line.contains(&self.groups.cursor)).unwrap_or_default();
        let mut list = crate::app::List { cursor: line, offset: self.groups.offset };
        list.settle(lines.len(), LINES);
        self.groups.offset = list.offset;
    }
}
