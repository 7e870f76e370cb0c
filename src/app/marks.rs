//! Marks: the contacts that an action on many acts on. They survive filters, sections and changes of the book.

use std::borrow::Cow;

use super::{
    Contacts, Effect, Memberships, Modal, Question, Roster, Section, State,
    action::{Motion, OnMarks, OnMembership},
    details::when,
};
use crate::book::{Command, ContactId, ContactSet, Delta, Order, Row};

/// The contacts marked. Those in the trash are marked apart from the others: nothing can be done to both at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    in_book: ContactSet,
    in_trash: ContactSet,
    /// Where a range begins that is not ended yet.
    pub anchor: Option<ContactId>,
}

impl Marks {
    /// Those that count in a section.
    pub fn of(&self, section: Section) -> &ContactSet {
        if section == Section::Trash { &self.in_trash } else { &self.in_book }
    }

    fn of_mut(&mut self, section: Section) -> &mut ContactSet {
        if section == Section::Trash { &mut self.in_trash } else { &mut self.in_book }
    }

    /// Who is gone, or has gone to the trash or come back, is marked no longer.
    pub fn follow(&mut self, delta: &Delta) {
        for row in &delta.rows {
            if row.trashed { &mut self.in_book } else { &mut self.in_trash }.remove(&row.id);
        }
        for id in &delta.gone {
            self.in_book.remove(id);
            self.in_trash.remove(id);
        }
    }
}

impl Contacts {
    /// The lines from the beginning of a range to the cursor, both included; `None` where it is not shown.
    pub fn range(&self, roster: &Roster, anchor: ContactId) -> Option<(usize, usize)> {
        let start = self.place_of(roster, anchor)?;
        Some((start.min(self.list.cursor), start.max(self.list.cursor)))
    }
}

impl State {
    /// The lines of the range that is being marked, both included.
    pub fn open_range(&self) -> Option<(usize, usize)> {
        self.contacts.range(&self.roster, self.marks.anchor?)
    }

    /// How many contacts are marked here, those of an open range included.
    pub fn marked(&self) -> usize {
        let marks = self.marks.of(self.groups.section);
        let in_range = self.open_range().map_or(0, |(first, last)| {
            self.contacts.between(&self.roster, first, last).filter(|row| !marks.contains(&row.id)).count()
        });
        marks.len() + in_range
    }

    /// What stands beside a name: what tells people apart, or what the list is ordered by.
    pub fn second<'a>(&self, row: &'a Row) -> Cow<'a, str> {
        match self.contacts.order_shown() {
            Order::Changed => when(row.changed, self.now, &self.zone).into(),
            Order::Company => row.company().unwrap_or(&row.second).into(),
            Order::Name | Order::LastName => row.second.as_str().into(),
        }
    }

    /// Whether anything is marked here.
    pub fn has_marks(&self) -> bool {
        self.open_range().is_some() || !self.marks.of(self.groups.section).is_empty()
    }

    /// Whether there is a contact to act on.
    pub fn has_targets(&self) -> bool {
        self.has_marks() || self.selected().is_some()
    }

    /// The contacts that an action acts on: the marked ones, else the selected one.
    pub fn targets(&self) -> Vec<&Row> {
        let marks = self.marks.of(self.groups.section);
        let range = self.open_range();
        if marks.is_empty() && range.is_none() {
            return self.selected().into_iter().collect();
        }
        let in_range = range.into_iter().flat_map(|(first, last)| self.contacts.between(&self.roster, first, last));
        let in_range: ContactSet = in_range.map(|row| row.id).collect();
        self.roster.in_order().filter(|row| marks.contains(&row.id) || in_range.contains(&row.id)).collect()
    }

    /// Whether those that an action acts on are of more than one account.
    pub(super) fn are_of_several_accounts(&self) -> bool {
        let targets = self.targets();
        self.roster.homes.are_several() && targets.iter().any(|row| row.home != targets[0].home)
    }

    fn target_ids(&self) -> Vec<ContactId> {
        self.targets().into_iter().map(|row| row.id).collect()
    }

    /// An open range becomes marks of the section in which it was begun.
    pub(super) fn end_range(&mut self, section: Section) {
        let Some((first, last)) = self.open_range() else {
            self.marks.anchor = None;
            return;
        };
        let ids = self.contacts.between(&self.roster, first, last).map(|row| row.id);
        self.marks.of_mut(section).extend(ids);
        self.marks.anchor = None;
    }

    pub(super) fn on_marks(&mut self, action: OnMarks) {
        match action {
            OnMarks::One => {
                let Some(id) = self.selected().map(|row| row.id) else { return };
                let marks = self.marks.of_mut(self.groups.section);
                if !marks.remove(&id) {
                    marks.insert(id);
                }
                self.on_move(Motion::Down);
            }
            OnMarks::Range if self.marks.anchor.is_some() => self.end_range(self.groups.section),
            OnMarks::Range => self.marks.anchor = self.selected().map(|row| row.id),
            OnMarks::All => {
                let shown: ContactSet = self.contacts.shown(&self.roster).map(|row| row.id).collect();
                let marks = self.marks.of_mut(self.groups.section);
                if shown.iter().all(|id| marks.contains(id)) {
                    marks.retain(|id| !shown.contains(id));
                } else {
                    marks.extend(shown);
                }
            }
        }
    }

    /// Escape with nothing filtered: first the open range goes, then the marks.
    pub(super) fn unmark(&mut self) {
        if self.marks.anchor.take().is_none() {
            self.marks.of_mut(self.groups.section).clear();
        }
    }

    pub(super) fn ask_to_delete(&mut self) {
        let question = Question::delete_contacts(&self.targets());
        self.modals.push(Modal::Question(question));
    }

    pub(super) fn restore(&mut self, effects: &mut Vec<Effect>) {
        let ids = self.target_ids();
        self.perform(Command::RestoreContacts(ids), effects);
    }

    /// All of them become favourites, unless they are already.
    pub(super) fn favour(&mut self, effects: &mut Vec<Effect>) {
        let targets = self.targets();
        let favourite = !targets.iter().all(|row| row.favourite);
        let contacts = targets.into_iter().filter(|row| row.favourite != favourite).map(|row| row.id).collect();
        self.perform(Command::Favour { contacts, favourite }, effects);
    }

    pub(super) fn choose_groups(&mut self) {
        let memberships = Memberships::of(&self.targets(), &self.roster);
        self.modals.push(Modal::Memberships(memberships));
    }

    /// Saves what is ticked, unless nothing differs. While something is typed, that is meant first.
    pub(super) fn save_memberships(&mut self, effects: &mut Vec<Effect>) {
        let Some(Modal::Memberships(memberships)) = self.modals.last_mut() else { return };
        if !memberships.typed().is_empty() {
            return memberships.accept();
        }
        let Some(command) = memberships.command() else {
            self.modals.pop();
            return;
        };
        let request = self.perform(command, effects);
        if let Some(Modal::Memberships(memberships)) = self.modals.last_mut() {
            memberships.saving = Some(request);
        }
    }

    pub(super) fn on_membership(&mut self, action: OnMembership, effects: &mut Vec<Effect>) {
        if action == OnMembership::Save {
            return self.save_memberships(effects);
        }
        let size = self.size;
        let Some(Modal::Memberships(memberships)) = self.modals.last_mut() else { return };
        let page = memberships.page(size);
        match action {
            OnMembership::Tick => memberships.tick(),
            OnMembership::Up => memberships.go(Motion::Up, page),
            OnMembership::Down => memberships.go(Motion::Down, page),
            OnMembership::Save => {}
        }
    }
}
