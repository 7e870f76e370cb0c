//! The checklist of a group's members: every contact of the book, those who are in it first, narrowed by a query.

use std::collections::HashSet;

use tui_input::Input;

use super::{List, roster::Roster};
use crate::book::{AccountId, ContactId, GroupId, Row};

/// Who is in a group, and who shall be.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// The group; `None` while it is being made.
    group: Option<GroupId>,
    /// Its account, where that is not the local one.
    home: Option<Box<AccountId>>,
    /// Who joins.
    joined: HashSet<ContactId>,
    /// Who leaves.
    left: HashSet<ContactId>,
    /// The query as typed.
    pub query: Input,
    /// What matched the latest query answered, best first; `None` while nothing is asked.
    pub hits: Option<Vec<ContactId>>,
    /// The rows shown, as places in `Roster::rows`.
    pub visible: Vec<usize>,
    /// The line under the cursor and the first one shown.
    pub list: List,
    /// How many are ticked.
    pub ticked: usize,
    /// How many there are to choose from.
    pub total: usize,
}

impl Members {
    /// Of a group of an account, or of one that is being made.
    pub fn of(group: Option<GroupId>, account: &AccountId, roster: &Roster) -> Self {
        let mut members = Self { group, home: account.elsewhere(), ..Self::default() };
        members.follow(roster);
        members
    }

    /// Whether a contact is to be a member.
    pub fn is_ticked(&self, row: &Row) -> bool {
        self.joined.contains(&row.id) || (self.was_member(row) && !self.left.contains(&row.id))
    }

    fn was_member(&self, row: &Row) -> bool {
        self.group.is_some_and(|group| row.groups.contains(&group))
    }

    /// Whether anybody joins or leaves.
    pub fn differ(&self) -> bool {
        !self.joined.is_empty() || !self.left.is_empty()
    }

    /// Who joins, in list order.
    pub fn joining(&self, roster: &Roster) -> Vec<ContactId> {
        in_list_order(&self.joined, roster)
    }

    /// Who leaves, in list order.
    pub fn leaving(&self, roster: &Roster) -> Vec<ContactId> {
        in_list_order(&self.left, roster)
    }

    /// Follows the book and the hits: who is in it comes first, in list order or as they match. The line under the
    /// cursor stays, if it can.
    pub fn follow(&mut self, roster: &Roster) {
        let here = self.visible.get(self.list.cursor).and_then(|place| roster.rows.get(*place)).map(|row| row.id);
        self.show(roster);
        let place = here.and_then(|id| self.visible.iter().position(|place| roster.rows[*place].id == id));
        self.list.carry_to(place.unwrap_or_default());
    }

    /// The answer to the query: the best match is under the cursor.
    pub fn narrow(&mut self, hits: Option<Vec<ContactId>>, roster: &Roster) {
        self.hits = hits;
        self.show(roster);
        self.list = List::default();
    }

    fn show(&mut self, roster: &Roster) {
        let all = !roster.homes.are_several();
        let can_be_one = |row: &Row| !row.trashed && (all || row.home == self.home);
        let live = roster.rows.iter().enumerate().filter(|(_, row)| can_be_one(row)).map(|(place, _)| place);
        let everybody: Vec<usize> = live.collect();
        let is_ticked = |place: &usize| self.is_ticked(&roster.rows[*place]);
        let (ticked, total) = (everybody.iter().filter(|place| is_ticked(place)).count(), everybody.len());
        let asked = match &self.hits {
            None => everybody,
            Some(hits) => {
                let places = roster.places(hits).into_iter();
                places.filter(|place| all || roster.rows[*place].home == self.home).collect()
            }
        };
        let (mut first, rest): (Vec<usize>, Vec<usize>) = asked.into_iter().partition(is_ticked);
        first.extend(rest);
        (self.visible, self.ticked, self.total) = (first, ticked, total);
    }

    /// The contact under the cursor joins, or leaves. Nothing moves on the screen.
    pub fn toggle(&mut self, roster: &Roster) {
        let Some(row) = self.visible.get(self.list.cursor).and_then(|place| roster.rows.get(*place)) else { return };
        if self.is_ticked(row) {
            self.ticked -= 1;
            if !self.joined.remove(&row.id) {
                self.left.insert(row.id);
            }
        } else {
            self.ticked += 1;
            if !self.left.remove(&row.id) {
                self.joined.insert(row.id);
            }
        }
    }
}

fn in_list_order(ids: &HashSet<ContactId>, roster: &Roster) -> Vec<ContactId> {
    if ids.is_empty() {
        return Vec::new();
    }
    roster.rows.iter().map(|row| row.id).filter(|id| ids.contains(id)).collect()
}
