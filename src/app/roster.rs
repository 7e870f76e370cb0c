//! What the screen knows of the book: compact rows in list order, groups, the index of the search.

use std::{collections::HashSet, sync::Arc};

use super::{Opening, homes::Homes};
use crate::{
    book::{
        AccountId, AccountStatus, Contact, ContactId, ContactMap, ContactSet, Delta, GroupId, GroupRow, Row, Tally,
        name::or_no_name,
    },
    search::Index,
};

/// How much of the book is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// No book is open.
    #[default]
    Closed,
    /// The first rows are here.
    Partial,
    /// Every row is here.
    Complete,
}

/// The rows of the book.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// What the header calls the book.
    pub label: String,
    /// Whether it is the demo.
    pub demo: bool,
    /// The rows in list order, the trash included; the first ones only, at the beginning.
    pub rows: Vec<Row>,
    /// The groups by name, with their counts.
    pub groups: Arc<Vec<GroupRow>>,
    /// How many contacts are not in the trash.
    pub total: usize,
    /// How many contacts there are of each special kind.
    pub tally: Tally,
    /// The index over all rows; empty as long as not all are here.
    pub index: Arc<Index>,
    /// The accounts that have places in the groups pane.
    pub homes: Homes,
    stage: Stage,
    /// What changed while all rows were being read: they may be older than this.
    meanwhile: Vec<Delta>,
}

/// Where the rows have gone when some of them changed, left or came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// The places, as they were, of rows that changed without moving.
    replaced: Vec<usize>,
    /// The places, as they were, of rows that left.
    left: Vec<usize>,
    /// Before which of those that stayed new rows have come.
    came: Vec<usize>,
}

impl Shift {
    /// How many rows changed, left or came.
    pub fn len(&self) -> usize {
        self.replaced.len() + self.left.len() + self.came.len()
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a row stands now that stood at `place`; `None` when it changed or left.
    pub fn stayed(&self, place: usize) -> Option<usize> {
        if self.replaced.binary_search(&place).is_ok() || self.left.binary_search(&place).is_ok() {
            return None;
        }
        Some(self.moved(place))
    }

    fn moved(&self, place: usize) -> usize {
        let place = place - self.left.partition_point(|left| *left < place);
        place + self.came.partition_point(|came| *came <= place)
    }

    /// Where those stand now that changed or came.
    pub fn fresh(&self) -> impl Iterator<Item = usize> {
        let replaced = self.replaced.iter().map(|place| self.moved(*place));
        replaced.chain(self.came.iter().enumerate().map(|(before, place)| place + before))
    }
}

impl Roster {
    /// A book that has just opened.
    pub fn open(opening: Opening) -> Self {
        let Opening { label, demo, rows, groups, total, tally, accounts, kept: _ } = opening;
        let mut homes = Homes::default();
        homes.follow(&accounts);
        let stage = Stage::Partial;
        Self { label, demo, rows, groups: sorted(groups), total, tally, homes, stage, ..Self::default() }
    }

    /// All rows are here.
    pub fn complete(&mut self, rows: Vec<Row>, index: Arc<Index>) {
        self.rows = rows;
        self.index = index;
        self.stage = Stage::Complete;
        for delta in std::mem::take(&mut self.meanwhile) {
            self.take_in(delta);
        }
        self.count();
    }

    /// Something changed. Says where the rows have gone.
    pub fn apply(&mut self, delta: &Delta) -> Shift {
        if self.stage == Stage::Partial {
            self.meanwhile.push(delta.clone());
        }
        let shift = self.take_in(delta.clone());
        self.count();
        shift
    }

    fn take_in(&mut self, delta: Delta) -> Shift {
        let Delta { rows, gone, groups, total } = delta;
        self.groups = sorted(groups);
        self.total = total;
        self.replace(rows, &gone)
    }

    /// Rows that differ take the place of those that are here. Most keep their place in the list; the others cost one
    /// pass over the rows, and nothing is sorted.
    fn replace(&mut self, fresh: Vec<Row>, gone: &[ContactId]) -> Shift {
        let mut shift = Shift::default();
        if fresh.is_empty() && gone.is_empty() {
            return shift;
        }
        let stale: ContactSet = fresh.iter().map(|row| row.id).chain(gone.iter().copied()).collect();
        let here = self.rows.iter().enumerate().filter(|(_, row)| stale.contains(&row.id));
        let places: Vec<usize> = here.map(|(place, _)| place).collect();
        if self.stage == Stage::Complete {
            let key = |place: &usize| (self.rows[*place].sort.clone(), self.rows[*place].id);
            let before: Vec<_> = places.iter().map(key).collect();
            Arc::make_mut(&mut self.index).replace(&before, &fresh);
        }
        let mut fresh: ContactMap<Row> = fresh.into_iter().map(|row| (row.id, row)).collect();
        let mut leaving = ContactSet::default();
        for place in places {
            let row = &mut self.rows[place];
            match fresh.remove(&row.id) {
                Some(new) if new.sort == row.sort => {
                    *row = new;
                    shift.replaced.push(place);
                }
                other => {
                    leaving.insert(row.id);
                    shift.left.push(place);
                    fresh.extend(other.map(|row| (row.id, row)));
                }
            }
        }
        if !leaving.is_empty() {
            self.rows.retain(|row| !leaving.contains(&row.id));
        }
        shift.came = self.insert(fresh.into_values().collect());
        shift
    }

    /// New rows go to their places, in one pass. Returns where each has come in, before those that come with it.
    fn insert(&mut self, mut fresh: Vec<Row>) -> Vec<usize> {
        if fresh.is_empty() {
            return Vec::new();
        }
        fresh.sort_by(|a, b| (&a.sort, a.id).cmp(&(&b.sort, b.id)));
        let place = |new: &Row| self.rows.partition_point(|row| (&row.sort, row.id) < (&new.sort, new.id));
        let places: Vec<usize> = fresh.iter().map(place).collect();
        let mut rows = Vec::with_capacity(self.rows.len() + fresh.len());
        let mut here = std::mem::take(&mut self.rows).into_iter();
        let mut taken = 0;
        for (place, row) in places.iter().zip(fresh) {
            rows.extend(here.by_ref().take(place - taken));
            taken = *place;
            rows.push(row);
        }
        rows.extend(here);
        self.rows = rows;
        places
    }

    /// Counts anew, once every row is here: before that, the book has counted.
    fn count(&mut self) {
        if self.stage == Stage::Complete {
            self.tally = Tally::of(&self.rows);
            if self.homes.are_several() {
                self.homes.count_rows(&self.rows);
            }
        }
    }

    /// Takes in which accounts there are.
    pub fn follow_accounts(&mut self, accounts: &[AccountStatus]) {
        self.homes.follow(accounts);
        self.count();
    }

    /// The account of a group.
    pub fn home_of(&self, group: GroupId) -> AccountId {
        self.group(group).map_or_else(AccountId::local, |row| row.group.account.clone())
    }

    /// The groups of one account, by name. Where there is but one account these are all groups.
    pub fn groups_of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a GroupRow> {
        let all = !self.homes.are_several();
        self.groups.iter().filter(move |row| all || row.group.account == *account)
    }

    /// Whether a book is open.
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Closed
    }

    /// Whether every row is here.
    pub fn is_complete(&self) -> bool {
        self.stage == Stage::Complete
    }

    /// Every row by name, the trash included.
    pub fn in_order(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// A group by its id.
    pub fn group(&self, id: GroupId) -> Option<&GroupRow> {
        self.groups.iter().find(|row| row.group.id == id)
    }

    /// Whether a row is shown under a group: a member, or, under the default group, one that is in no group at all
    /// (model.md: such loaded contacts are shown there, not written).
    pub fn membership(&self, group: GroupId) -> impl Fn(&Row) -> bool + use<> {
        let takes_strays = self.group(group).is_some_and(|row| row.group.is_default());
        let account = self.home_of(group);
        let all = !self.homes.are_several();
        let known: HashSet<GroupId> =
            if takes_strays { self.groups.iter().map(|row| row.group.id).collect() } else { HashSet::new() };
        move |row| {
            row.groups.contains(&group)
                || (takes_strays && (all || row.is_of(&account)) && !row.groups.iter().any(|id| known.contains(id)))
        }
    }

    /// Where these contacts stand in `rows`, in the order given; those who are not there are left out.
    pub fn places(&self, ids: &[ContactId]) -> Vec<usize> {
        const NOWHERE: usize = usize::MAX;
        let ranks: ContactMap<usize> = ids.iter().enumerate().map(|(rank, id)| (*id, rank)).collect();
        let mut places = vec![NOWHERE; ids.len()];
        for (place, row) in self.rows.iter().enumerate() {
            if let Some(rank) = ranks.get(&row.id) {
                places[*rank] = place;
            }
        }
        places.retain(|place| *place != NOWHERE);
        places
    }

    /// The names of a contact's groups, in list order.
    pub fn group_names(&self, contact: &Contact) -> Vec<&str> {
        let of = |row: &&GroupRow| contact.groups.contains(&row.group.id);
        self.groups.iter().filter(of).map(|row| or_no_name(&row.group.name)).collect()
    }
}

fn sorted(mut groups: Vec<GroupRow>) -> Arc<Vec<GroupRow>> {
    groups.sort_by_cached_key(|row| (crate::book::name::sort_key(&row.group.name), row.group.id));
    Arc::new(groups)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::book::Timestamp;

    fn row(number: u8, name: u8) -> Row {
        let mut contact =
            Contact::new(ContactId(Uuid::from_u128(u128::from(number))), AccountId::local(), Timestamp(0));
        contact.profile.display_name = format!("Name {name:03}");
        Row::of(&contact)
    }

    fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
        rows.sort_by(|a, b| (&a.sort, a.id).cmp(&(&b.sort, b.id)));
        rows
    }

    proptest! {
        /// Whatever changes: the rows stand in order, the index holds the same, and who stayed is where it is said.
        #[test]
        fn changes_go_to_their_places(
            before in proptest::collection::btree_map(0..40_u8, 0..9_u8, 0..30),
            changed in proptest::collection::btree_map(0..40_u8, 0..9_u8, 0..12),
            gone in proptest::collection::btree_set(40..45_u8, 0..3),
        ) {
            let everybody = before.iter().map(|(id, name)| (*id, *name)).chain((40..45).map(|id| (id, id % 9)));
            let rows = in_order(everybody.map(|(id, name)| row(id, name)).collect());
            let mut roster = Roster::open(Opening::default());
            roster.complete(rows.clone(), Arc::new(Index::new(&rows)));
            let fresh: Vec<Row> = changed.iter().map(|(id, name)| row(*id, *name)).collect();
            let gone: Vec<ContactId> = gone.iter().map(|id| row(*id, 0).id).collect();
            let delta = Delta { rows: fresh.clone(), gone: gone.clone(), groups: Vec::new(), total: 0 };
            let shift = roster.apply(&delta);
            let left = rows.iter().filter(|row| !gone.contains(&row.id) && !fresh.iter().any(|new| new.id == row.id));
            let expected = in_order(left.cloned().chain(fresh.clone()).collect());
            prop_assert_eq!(&roster.rows, &expected);
            prop_assert_eq!(&*roster.index, &Index::new(&expected));
            for (place, row) in rows.iter().enumerate() {
                let stayed = shift.stayed(place).map(|now| roster.rows[now].id);
                let expected = (!gone.contains(&row.id) && !fresh.iter().any(|new| new.id == row.id)).then_some(row.id);
                prop_assert_eq!(stayed, expected);
            }
            let mut said: Vec<ContactId> = shift.fresh().map(|place| roster.rows[place].id).collect();
            said.sort_unstable();
            let mut ids: Vec<ContactId> = fresh.iter().map(|row| row.id).collect();
            ids.sort_unstable();
            prop_assert_eq!(said, ids);
        }
    }
}
