//! What keys and answers do with the picker.

use std::collections::HashMap;

use super::{People, Standing};
use crate::{
    app::{
        Effect, Errand, Form, Modal, Notice, Pane, Section, State,
        action::{Motion, OnFilter},
    },
    book::{AccountId, ContactId, PersonRef, port::Matches},
};

impl State {
    /// What is to be seen over the panes: the form for a person takes the place of the picker that it came from.
    pub fn shown_modals(&self) -> impl Iterator<Item = &Modal> {
        let above = self.modals.iter().skip(1).map(Some).chain([None]);
        let covers = |(modal, above): &(&Modal, Option<&Modal>)| {
            matches!(modal, Modal::People(_)) && matches!(above, Some(Modal::Form(_)))
        };
        self.modals.iter().zip(above).filter(move |pair| !covers(pair)).map(|(modal, _)| modal)
    }

    /// Opens the picker with everybody in it.
    pub(in crate::app) fn pick_person(&mut self, effects: &mut Vec<Effect>) {
        let account = self.home_of_new();
        let status = self.accounts.get(&account);
        let source = status.map(|status| (account.clone(), status.name.clone()));
        let remark = status.and_then(|status| status.no_directory.clone());
        self.modals.push(Modal::People(Box::new(People { source, remark, ..People::default() })));
        self.search_people(effects);
    }

    fn picker(&mut self) -> Option<&mut People> {
        self.modals
            .iter_mut()
            .find_map(|modal| if let Modal::People(picker) = modal { Some(&mut **picker) } else { None })
    }

    /// Asks for the people who match what is typed, if the picker is open.
    pub(in crate::app) fn search_people(&mut self, effects: &mut Vec<Effect>) {
        let Some(picker) = self.picker() else { return };
        let query = picker.input.value().to_owned();
        let account = picker.source.as_ref().map(|(account, _)| account.clone());
        (picker.seen, picker.looks_on) = (false, true);
        let request = self.in_flight.start(Errand::SearchPeople);
        effects.push(Effect::SearchPeople { request, query, account });
    }

    /// Whether an answer is under way on which a key in the picker depends.
    pub(in crate::app) fn awaits_people(&self) -> bool {
        // Who was found first stands there and can be chosen while further places are looked into.
        matches!(self.modals.last(), Some(Modal::People(picker)) if !picker.seen)
            && self.in_flight.any(|errand| *errand == Errand::SearchPeople)
    }

    /// The key that was pressed waits for the answer under way.
    pub(in crate::app) fn await_people(&mut self) {
        if let Some(picker) = self.picker() {
            picker.awaited = true;
        }
    }

    pub(in crate::app) fn people_found(&mut self, found: Matches, contacts: &HashMap<PersonRef, ContactId>) {
        let roster = std::mem::take(&mut self.roster);
        if let Some(picker) = self.picker() {
            picker.take_in(found, contacts, &roster);
        }
        self.roster = roster;
    }

    /// Every place was looked into; what is to be said of that.
    pub(in crate::app) fn people_remarked(&mut self, remark: Option<String>) {
        if let Some(picker) = self.picker() {
            picker.remark = remark;
            picker.looks_on = false;
        }
    }

    pub(in crate::app) fn people_not_found(&mut self, problem: String) {
        if let Some(picker) = self.picker() {
            picker.problem = Some(problem);
            picker.looks_on = false;
            picker.awaited = false;
        }
    }

    pub(in crate::app) fn move_in_people(&mut self, motion: Motion) {
        let page = usize::from(People::areas(self.size).list.height);
        if let Some(picker) = self.picker() {
            picker.go(motion, page);
        }
    }

    /// The person under the cursor is added, in a form for groups and additions; one who is there already is shown.
    pub(in crate::app) fn choose_person(&mut self, effects: &mut Vec<Effect>) {
        let Some(Modal::People(picker)) = self.modals.last() else { return };
        let Some(person) = picker.selected() else { return };
        let standing = picker.standing(person);
        let Some(standing) = standing else {
            let account = picker.source.as_ref().map_or_else(AccountId::local, |(account, _)| account.clone());
            let person = person.clone();
            let form = Form::add_person(person, account, self.groups_of_new());
            return self.modals.push(Modal::Form(Box::new(form)));
        };
        let name = person.profile.display_name.clone();
        self.modals.pop();
        let (id, section, place) = match standing {
            Standing::Book(id) => (id, Section::All, "is in your book already"),
            Standing::Trash(id) => (id, Section::Trash, "lies in the trash"),
        };
        self.show_contact(id, section, effects);
        self.notice = Some(Notice::hint(&format!("{name} {place}")));
    }

    /// Selects a contact, in this section if the present one does not show it.
    pub(in crate::app) fn show_contact(&mut self, id: ContactId, section: Section, effects: &mut Vec<Effect>) {
        self.focus = Pane::Contacts;
        self.contacts.choose(id);
        self.on_filter(OnFilter::Clear);
        self.contacts.choose(id);
        self.contacts.follow(&self.roster, self.groups.section);
        if !self.contacts.shows(&self.roster, id) {
            let before = std::mem::replace(&mut self.groups.section, section);
            self.section_may_differ(before, effects);
        }
    }
}
