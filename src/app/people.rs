//! The people picker: what is typed, who of the directory matches, and the person under the cursor beside them.

use std::collections::HashMap;

use ratatui::layout::{Rect, Size};
use tui_input::Input;

use super::{
    Effect, Errand, Form, Key, LABEL_WIDTH, List, Modal, Notice, Roster, Section, State,
    action::{Motion, OnFilter},
    details::{address_label, value_label},
    input::{self, Edit},
    layout,
    text::wrap,
};
use crate::book::{
    AccountId, ContactId, Draft, Field, Person, PersonRef, Profile, field::Shape, name::derive_display_name,
    port::Matches,
};

/// From this width on the person stands beside the list, else below it.
const BESIDE: u16 = 74;
/// Between the list and the person.
const GAP: u16 = 2;
/// From this height on there is an empty line under the query.
const AIRY: u16 = 8;

/// Where a contact that is a person of the directory lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the book.
    Book(ContactId),
    /// In the trash.
    Trash(ContactId),
}

/// The picker.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The query as typed.
    pub input: Input,
    /// Who matches the latest query answered; `None` before the first answer.
    pub found: Option<Matches>,
    /// Who of them has a contact already.
    pub standing: HashMap<PersonRef, Standing>,
    /// The person under the cursor and the first one shown.
    pub list: List,
    /// Whose people are looked for: those of an account, or, without one, those of the directory that was imported.
    pub source: Option<(AccountId, String)>,
    /// The latest query was answered in part at least.
    seen: bool,
    /// Further places are being looked into.
    looks_on: bool,
    /// Why there is no answer.
    pub problem: Option<String>,
    /// Where nobody could be looked for, and why.
    pub remark: Option<String>,
    /// A key waits for the answer under way.
    pub awaited: bool,
    /// Who was chosen by an arrow; they stay under the cursor when the list is read anew.
    chosen: Option<PersonRef>,
}

/// Where the parts of the picker stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleAreas {
    /// The line of the query.
    pub query: Rect,
    /// The people found.
    pub list: Rect,
    /// The one under the cursor.
    pub person: Rect,
}

/// How a line about a person is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonWeight {
    /// The name.
    Name,
    /// What the directory says.
    Plain,
    /// What callbook says.
    Dim,
}

/// One line about the person under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// What the value is; empty on further lines, and where the line has the whole width.
    pub label: String,
    /// The value, or a piece of it that fits.
    pub value: String,
    /// How it is meant.
    pub weight: PersonWeight,
}

impl People {
    /// How wide the picker is, frame included, where the screen allows.
    pub const WIDTH: u16 = 100;
    /// So many people are listed; who is not among them is found by typing on.
    pub const LIMIT: usize = 50;

    /// Where the parts of the picker stand on a screen of this size.
    pub fn areas(screen: Size) -> PeopleAreas {
        let inside = layout::inside(layout::modal(screen, Self::WIDTH, u16::MAX));
        let line = |rows: u16| rows.min(inside.height);
        let query = Rect { height: line(1), ..inside };
        let top = line(if inside.height >= AIRY { 2 } else { 1 });
        let body = Rect { y: inside.y + top, height: inside.height - top, ..inside };
        if inside.width >= BESIDE {
            let list = Rect { width: body.width / 2, ..body };
            let person = Rect { x: list.right() + GAP, width: body.width - list.width - GAP, ..body };
            return PeopleAreas { query, list, person };
        }
        let below = if body.height < 6 { 0 } else { body.height * 2 / 5 };
        let list = Rect { height: body.height - below - u16::from(below > 0), ..body };
        let person = Rect { y: body.bottom() - below, height: below, ..body };
        PeopleAreas { query, list, person }
    }

    /// Types a key; whether another query stands there now.
    pub fn type_key(&mut self, key: Key) -> bool {
        let typed = input::edit(&mut self.input, key) == Edit::Text;
        if typed {
            self.chosen = None;
        }
        typed
    }

    /// Pastes into the query.
    pub fn paste(&mut self, text: &str) {
        input::paste(&mut self.input, text, false);
        self.chosen = None;
    }

    /// The people listed, best first.
    pub fn people(&self) -> &[Person] {
        self.found.as_ref().map_or(&[], |found| &found.people)
    }

    /// How many more match than are listed.
    pub fn more(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.total.saturating_sub(found.people.len()))
    }

    /// The person under the cursor.
    pub fn selected(&self) -> Option<&Person> {
        self.people().get(self.list.cursor)
    }

    /// Where the contact of a person lies, if there is one.
    pub fn standing(&self, person: &Person) -> Option<Standing> {
        self.standing.get(&person.who).copied()
    }

    /// Why nobody can be chosen.
    pub fn blocked(&self) -> Option<&'static str> {
        match &self.found {
            None => Some("the directory is not read yet"),
            Some(found) if found.people.is_empty() && self.source.is_some() => {
                Some("nobody of the organisation matches")
            }
            Some(_) if self.source.is_some() => None,
            Some(found) if found.size == 0 => Some("there is no directory yet: callbook directory import FILE.ldif"),
            Some(found) if found.people.is_empty() => Some("nobody in the directory matches"),
            Some(_) => None,
        }
    }

    /// How many match, of how many: `3 of 2000 people`.
    pub fn count(&self) -> String {
        match &self.found {
            // How many people an organisation has is not known.
            Some(found) if self.source.is_some() => {
                let looks_on = if self.looks_on { "…" } else { "" };
                format!("{} found{looks_on}", found.total)
            }
            Some(found) if found.size > 0 && self.input.value().trim().is_empty() => format!("{} people", found.size),
            Some(found) if found.size > 0 => format!("{} of {}", found.total, found.size),
            _ => String::new(),
        }
    }

    /// The title of its frame.
    pub fn title(&self) -> String {
        match &self.source {
            Some((_, name)) => format!("People of the organisation · {name}"),
            None => "Add a person".to_owned(),
        }
    }

    /// What stands in the place of the list while it is empty, and the command that mends it.
    pub fn words(&self) -> (String, &'static str) {
        let query = self.input.value().trim();
        match (&self.problem, &self.found) {
            (Some(problem), _) => (problem.clone(), ""),
            (None, None) if self.source.is_some() => ("Looking for people of the organisation…".to_owned(), ""),
            (None, Some(found)) if found.people.is_empty() && self.source.is_some() => {
                let words = match (self.looks_on, query) {
                    (true, _) => "Looking for people of the organisation…".to_owned(),
                    (false, "") => "Nobody of the organisation is known here yet: type a name to find them.".to_owned(),
                    (false, query) => format!("Nobody of the organisation matches '{query}'."),
                };
                (words, "")
            }
            (None, None) => ("Looking into the directory…".to_owned(), ""),
            (None, Some(found)) if found.size == 0 => (
                "There is no directory yet. An export of your organisation's people (LDIF, CSV or vCard) fills it; \
                 then each of them can become a contact that follows the directory."
                    .to_owned(),
                "callbook directory import FILE.ldif",
            ),
            (None, Some(found)) if found.people.is_empty() => {
                (format!("Nobody of {} people matches '{query}'.", found.size), "")
            }
            (None, Some(_)) => (String::new(), ""),
        }
    }

    fn go(&mut self, motion: Motion, page: usize) {
        self.list.go(motion, self.people().len(), page);
        self.chosen = self.selected().map(|person| person.who.clone());
    }

    /// The person on a line of the picker, counted from its top, comes under the cursor; whether there is one.
    pub fn press(&mut self, screen: Size, line: usize) -> bool {
        let areas = Self::areas(screen);
        let above = usize::from(areas.list.y - areas.query.y);
        let place = line.checked_sub(above).filter(|line| *line < usize::from(areas.list.height));
        let Some(person) = place.and_then(|line| self.people().get(self.list.offset + line)) else { return false };
        self.chosen = Some(person.who.clone());
        self.list.cursor = self.list.offset + line - above;
        true
    }

    fn take_in(&mut self, found: Matches, contacts: &HashMap<PersonRef, ContactId>, roster: &Roster) {
        let of = |id: &ContactId| contacts.iter().find(|(_, contact)| *contact == id).map(|(who, _)| who.clone());
        let rows = roster.rows.iter().filter(|row| !contacts.is_empty() && row.trashed);
        let in_trash: Vec<PersonRef> = rows.filter_map(|row| of(&row.id)).collect();
        let standing = |(who, id): (&PersonRef, &ContactId)| {
            let standing = if in_trash.contains(who) { Standing::Trash(*id) } else { Standing::Book(*id) };
            (who.clone(), standing)
        };
        self.standing = contacts.iter().map(standing).collect();
        let chosen = |person: &Person| Some(&person.who) == self.chosen.as_ref();
        self.list.cursor = found.people.iter().position(chosen).unwrap_or_default();
        self.found = Some(found);
        self.seen = true;
        self.problem = None;
        self.awaited = false;
    }

    /// Keeps the cursor in sight, and under the last person the line that says how many more there are.
    pub fn settle(&mut self, screen: Size) {
        let people = self.people().len();
        let page = usize::from(Self::areas(screen).list.height);
        let mut list = self.list;
        list.cursor = list.cursor.min(people.saturating_sub(1));
        let rest = usize::from(self.more() > 0);
        list.settle(people + rest, page);
        self.list.cursor = list.cursor;
        if list.cursor + 1 == people {
            list.cursor += rest;
            list.settle(people + rest, page);
        }
        self.list.offset = list.offset.min(self.list.cursor);
    }

    /// What stands beside a person's name: the position, the department or the company; where the name is not what
    /// matched, that which did.
    pub fn second<'a>(&self, person: &'a Person, matches: impl Fn(&str) -> bool) -> &'a str {
        let profile = &person.profile;
        let addresses = profile.emails.iter().chain(&profile.phone_numbers).chain(&profile.sip_addresses);
        let texts = || {
            [&profile.title, &profile.department, &profile.company_name]
                .into_iter()
                .chain(addresses.clone().map(|value| &value.value))
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        let matching = texts().find(|text| matches(text)).filter(|_| !matches(&profile.display_name));
        matching.or_else(|| texts().next()).unwrap_or_default()
    }

    /// The lines about the person under the cursor, `width` wide and at most `height`.
    pub fn person_lines(&self, width: usize, height: usize) -> Vec<PersonLine> {
        let Some(person) = self.selected() else { return Vec::new() };
        let mut page = Page { lines: Vec::new(), width };
        page.say(PersonWeight::Name, &person.profile.display_name);
        page.say(
            PersonWeight::Dim,
            match self.standing(person) {
                Some(Standing::Book(_)) => "in your book already",
                Some(Standing::Trash(_)) => "in your book's trash",
                None => "",
            },
        );
        page.profile(&person.profile);
        let mut lines = page.lines;
        if lines.len() > height {
            let rest = lines.len() + 1 - height;
            lines.truncate(height.saturating_sub(1));
            lines.push(PersonLine {
                label: String::new(),
                value: format!("and {rest} more lines"),
                weight: PersonWeight::Dim,
            });
            lines.truncate(height);
        }
        lines
    }
}

struct Page {
    lines: Vec<PersonLine>,
    width: usize,
}

impl Page {
    /// A text over the whole width.
    fn say(&mut self, weight: PersonWeight, text: &str) {
        if !text.is_empty() {
            let lines = wrap(text, self.width).into_iter().map(|range| text[range].to_owned());
            self.lines.extend(lines.map(|value| PersonLine { label: String::new(), value, weight }));
        }
    }

    fn value(&mut self, label: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        for (number, range) in wrap(value, self.width.saturating_sub(LABEL_WIDTH + 2)).into_iter().enumerate() {
            let label = if number == 0 { label.to_owned() } else { " ".to_owned() };
            self.lines.push(PersonLine { label, value: value[range].to_owned(), weight: PersonWeight::Plain });
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.value.is_empty()) {
            let weight = PersonWeight::Plain;
            self.lines.push(PersonLine { label: String::new(), value: String::new(), weight });
        }
    }

    /// Every attribute, those by which one tells people apart first.
    fn profile(&mut self, profile: &Profile) {
        self.say(PersonWeight::Plain, &profile.title);
        let place = [profile.company_name.trim(), profile.department.trim()];
        let place: Vec<_> = place.into_iter().filter(|part| !part.is_empty()).collect();
        self.say(PersonWeight::Plain, &place.join(" · "));
        self.gap();
        let draft = Draft { profile: profile.clone(), ..Draft::default() };
        let named = derive_display_name(profile) == profile.display_name;
        let (lists, texts): (Vec<Field>, Vec<Field>) =
            Field::ALL.into_iter().partition(|field| matches!(field.shape(), Shape::Values | Shape::Addresses));
        for field in lists.into_iter().chain(texts) {
            match (field, field.shape()) {
                (Field::Title | Field::CompanyName | Field::Department | Field::DisplayName, _) => {}
                (Field::FirstName | Field::LastName, _) if named => {}
                (_, Shape::Line | Shape::Text) => {
                    self.value(&field.label().to_lowercase(), field.text(&draft).unwrap_or_default());
                }
                (_, Shape::Values) => {
                    for value in field.values(&draft).unwrap_or_default() {
                        self.value(&value_label(field, value), &value.value);
                    }
                }
                (_, Shape::Addresses) => {
                    for address in &profile.addresses {
                        self.value(&address_label(address), &address.lines().join("\n"));
                    }
                }
            }
        }
    }
}

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
    pub(super) fn pick_person(&mut self, effects: &mut Vec<Effect>) {
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
    pub(super) fn search_people(&mut self, effects: &mut Vec<Effect>) {
        let Some(picker) = self.picker() else { return };
        let query = picker.input.value().to_owned();
        let account = picker.source.as_ref().map(|(account, _)| account.clone());
        (picker.seen, picker.looks_on) = (false, true);
        let request = self.in_flight.start(Errand::SearchPeople);
        effects.push(Effect::SearchPeople { request, query, account });
    }

    /// Whether an answer is under way on which a key in the picker depends.
    pub(super) fn awaits_people(&self) -> bool {
        // Who was found first stands there and can be chosen while further places are looked into.
        matches!(self.modals.last(), Some(Modal::People(picker)) if !picker.seen)
            && self.in_flight.any(|errand| *errand == Errand::SearchPeople)
    }

    /// The key that was pressed waits for the answer under way.
    pub(super) fn await_people(&mut self) {
        if let Some(picker) = self.picker() {
            picker.awaited = true;
        }
    }

    pub(super) fn people_found(&mut self, found: Matches, contacts: &HashMap<PersonRef, ContactId>) {
        let roster = std::mem::take(&mut self.roster);
        if let Some(picker) = self.picker() {
            picker.take_in(found, contacts, &roster);
        }
        self.roster = roster;
    }

    /// Every place was looked into; what is to be said of that.
    pub(super) fn people_remarked(&mut self, remark: Option<String>) {
        if let Some(picker) = self.picker() {
            picker.remark = remark;
            picker.looks_on = false;
        }
    }

    pub(super) fn people_not_found(&mut self, problem: String) {
        if let Some(picker) = self.picker() {
            picker.problem = Some(problem);
            picker.looks_on = false;
            picker.awaited = false;
        }
    }

    pub(super) fn move_in_people(&mut self, motion: Motion) {
        let page = usize::from(People::areas(self.size).list.height);
        if let Some(picker) = self.picker() {
            picker.go(motion, page);
        }
    }

    /// The person under the cursor is added, in a form for groups and additions; one who is there already is shown.
    pub(super) fn choose_person(&mut self, effects: &mut Vec<Effect>) {
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
    pub(super) fn show_contact(&mut self, id: ContactId, section: Section, effects: &mut Vec<Effect>) {
        self.focus = super::Pane::Contacts;
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
