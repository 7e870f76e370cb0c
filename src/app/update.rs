//! The one function that decides.

use super::{
    Code, Context, Effect, Errand, Event, Gesture, GroupForm, Key, Meaning, Modal, Notice, Palette, Section, State,
    Tone,
    action::{Action, Answer, App, Motion, OnFilter, OnMarks},
    details::Details,
    input::{self, Edit},
    layout,
};
use crate::book::{ContactId, Timestamp};

/// Takes in what happened and says what the world shall do. `now` is the time at which it happened.
#[must_use]
pub fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.now = now;
    match event {
        Event::KeyPressed(_) | Event::Pasted(_) | Event::Pointed(_) => {
            state.has_read(&event);
            if state.leaves(&event) {
                state.on_app(App::Leave, &mut effects);
            } else {
                state.keyboard.held.push_back(event);
            }
        }
        other => {
            let asked = state.asks();
            state.take_in(other, &mut effects);
            if state.asks() && !asked {
                // What was typed before the question was there is no answer to it.
                state.keyboard.held.clear();
            }
        }
    }
    state.settle(&mut effects);
    while !state.waits() {
        let Some(input) = state.keyboard.held.pop_front() else { break };
        match input {
            Event::KeyPressed(key) => state.press(key, &mut effects),
            Event::Pasted(text) => state.paste(&text, &mut effects),
            Event::Pointed(mouse) => state.on_mouse(mouse, &mut effects),
            _ => {}
        }
        state.settle(&mut effects);
    }
    effects
}

impl State {
    /// Whether this is the key that always leaves; it never waits.
    fn leaves(&self, event: &Event) -> bool {
        let leave = Meaning::Action(Action::App(App::Leave));
        matches!(event, Event::KeyPressed(key) if self.keyboard.keymap.meaning(self.context(), &[*key]) == leave)
    }

    /// Who presses a key has read what stands there. Keys that were held back when it came have not.
    fn has_read(&mut self, event: &Event) {
        let reads = match event {
            Event::KeyPressed(_) => true,
            Event::Pointed(mouse) => mouse.gesture == Gesture::Press,
            _ => false,
        };
        if reads && self.notice.as_ref().is_some_and(|notice| notice.tone != Tone::Done) {
            self.notice = None;
        }
    }

    /// Whether a question is on top.
    fn asks(&self) -> bool {
        matches!(self.modals.last(), Some(Modal::Question(_) | Modal::Conflict(_)))
    }

    /// A hint, or what was done, makes room for what comes next. What went wrong waits until it is read.
    fn drop_notice(&mut self, tones: &[Tone]) {
        self.notice = self.notice.take().filter(|notice| !tones.contains(&notice.tone));
    }

    pub(super) fn press(&mut self, key: Key, effects: &mut Vec<Effect>) {
        self.drop_notice(&[Tone::Hint]);
        let context = self.context();
        self.keyboard.begun.push(key);
        match self.keyboard.keymap.meaning(context, &self.keyboard.begun) {
            Meaning::Begun => {}
            Meaning::Action(Action::Move(Motion::Last)) if self.in_flight.any(|errand| *errand == Errand::LoadRows) => {
                self.keyboard.begun.pop();
                self.keyboard.wants_bottom = true;
                self.keyboard.held.push_front(Event::KeyPressed(key));
            }
            Meaning::Action(Action::Move(_) | Action::Answer(Answer::Choose)) if self.awaits_people() => {
                self.keyboard.begun.clear();
                self.await_people();
                self.keyboard.held.push_front(Event::KeyPressed(key));
            }
            Meaning::Action(_)
                if context == Context::Members && self.in_flight.any(|errand| *errand == Errand::FilterMembers) =>
            {
                self.keyboard.begun.pop();
                self.keyboard.wants_member = true;
                self.keyboard.held.push_front(Event::KeyPressed(key));
            }
            Meaning::Action(action) => {
                self.keyboard.begun.clear();
                self.act(action, effects);
            }
            Meaning::Nothing => {
                let was_sequence = self.keyboard.begun.len() > 1;
                self.keyboard.begun.clear();
                if was_sequence && key == Key::plain(Code::Esc) {
                    // Escape gives up what was begun, and nothing else.
                } else if was_sequence {
                    self.press(key, effects);
                } else {
                    self.type_key(key, effects);
                }
            }
        }
    }

    pub(super) fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        if let Some(reason) = self.blocked(action) {
            if action == Action::Filter(OnFilter::Clear) {
                // Escape with nothing to clear is what people press to get rid of a message.
                self.notice = None;
                return;
            }
            self.notice = Some(Notice::hint(reason));
            return;
        }
        if !matches!(action, Action::Move(_)) {
            self.drop_notice(&[Tone::Hint, Tone::Done]);
        }
        if !matches!(action, Action::Move(_) | Action::Marks(OnMarks::Range) | Action::Filter(OnFilter::Clear)) {
            self.end_range(self.groups.section);
        }
        match action {
            Action::App(action) => self.on_app(action, effects),
            Action::Move(motion) => {
                let section = self.groups.section;
                self.on_move(motion);
                self.section_may_differ(section, effects);
            }
            Action::Contacts(action) => self.on_contacts(action, effects),
            Action::Value(action) => self.on_value(action, effects),
            Action::Groups(action) => self.on_groups(action),
            Action::Marks(action) => self.on_marks(action),
            Action::Membership(action) => self.on_membership(action, effects),
            Action::Panes(action) => self.on_panes(action),
            Action::Filter(action) => {
                self.on_filter(action);
                if action == OnFilter::Keep {
                    self.contacts.choose_selected(&self.roster);
                } else {
                    self.contacts.follow(&self.roster, self.groups.section);
                }
            }
            Action::Form(action) => self.on_form(action, effects),
            Action::Picker(action) => self.on_picker(action, effects),
            Action::Transfer(action) => self.on_transfer(action, effects),
            Action::Export(action) => self.on_export(action, effects),
            Action::Answer(answer) => self.on_answer(answer, effects),
            Action::Sync(action) => self.on_sync(action, effects),
            Action::Account(action) => self.on_account(action, effects),
            Action::Settle(action) => self.on_settle(action, effects),
        }
    }

    pub(super) fn section_may_differ(&mut self, before: Section, effects: &mut Vec<Effect>) {
        let after = self.groups.section;
        if before == after {
            return;
        }
        self.end_range(before);
        self.contacts.change_section();
        if (before == Section::Trash) != (after == Section::Trash) {
            self.find(effects);
        }
        self.contacts.follow(&self.roster, after);
    }

    fn type_key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        match self.modals.last_mut() {
            Some(Modal::Form(form)) => form.type_key(key),
            Some(Modal::Memberships(memberships)) => memberships.type_key(key),
            Some(Modal::GroupForm(form)) => {
                if form.type_key(key) {
                    self.find_members(effects);
                }
            }
            Some(Modal::Picker(picker)) => picker.type_key(key),
            Some(Modal::Exporter(form)) => form.type_key(key),
            Some(Modal::People(picker)) => {
                if picker.type_key(key) {
                    self.search_people(effects);
                }
            }
            Some(Modal::Help(help)) => help.type_key(key),
            Some(Modal::Palette(palette)) => palette.type_key(key),
            None if self.contacts.filter.editing => match input::edit(&mut self.contacts.filter.input, key) {
                Edit::Text => self.find(effects),
                Edit::Cursor => {}
                // The arrows walk through the matches while the query is typed.
                Edit::Unknown => {
                    if let Meaning::Action(Action::Move(motion)) =
                        self.keyboard.keymap.meaning(super::Context::Contacts, &[key])
                    {
                        let page = usize::from(layout::inside(self.areas().contacts).height);
                        self.contacts.go(motion, &self.roster, page);
                    }
                }
            },
            Some(_) | None => {}
        }
    }

    fn paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        match self.modals.last_mut() {
            Some(Modal::Form(form)) => form.paste(text),
            Some(Modal::Memberships(memberships)) => memberships.paste(text),
            Some(Modal::GroupForm(form)) => {
                if form.paste(text) {
                    self.find_members(effects);
                }
            }
            Some(Modal::Picker(picker)) => picker.paste(text),
            Some(Modal::Exporter(form)) => form.paste(text),
            Some(Modal::People(picker)) => {
                picker.paste(text);
                self.search_people(effects);
            }
            Some(Modal::Help(help)) => help.paste(text),
            Some(Modal::Palette(palette)) => palette.paste(text),
            None if self.contacts.filter.editing => {
                input::paste(&mut self.contacts.filter.input, text, false);
                self.find(effects);
            }
            Some(_) | None => {}
        }
    }

    /// Brings everything in line with what was decided: scroll offsets, and the details of what is selected.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        let areas = self.areas();
        let (page, inside_of) = (|area| usize::from(layout::inside(area).height), layout::inside);
        self.groups.follow(&self.roster, page(areas.groups));
        self.contacts.settle(page(areas.contacts));
        match self.modals.last_mut() {
            Some(Modal::Form(form)) => {
                form.offer_words(&self.aids.vocabulary);
                form.settle(&self.roster, self.size);
                self.ask_aids(effects);
            }
            Some(Modal::Memberships(memberships)) => memberships.settle(self.size),
            Some(Modal::Picker(picker)) => picker.settle(self.size),
            Some(Modal::Queue(view)) => view.settle(&self.accounts, self.size),
            Some(Modal::Dispute(view)) => view.go(Motion::Into, inside_of(view.area(self.size))),
            Some(Modal::Twins(view)) => view.go(Motion::Into, inside_of(view.area(self.size))),
            Some(Modal::Plan(view)) => view.go(Motion::Into, inside_of(view.area(self.size))),
            Some(Modal::GroupForm(form)) => {
                let area = layout::modal(self.size, GroupForm::WIDTH, form.height());
                form.settle(page(area));
            }
            _ => {}
        }
        if let Some(Modal::People(picker)) = self.modals.last_mut() {
            picker.settle(self.size);
        }
        if let Some(Modal::Palette(mut palette)) = self.modals.pop_if(|modal| matches!(modal, Modal::Palette(_))) {
            // What can be done is asked of what lies below it.
            palette.follow(self, Palette::page(self.size));
            self.modals.push(Modal::Palette(palette));
        }
        self.look_around(effects);
        self.load_selected(effects);
        self.settle_details(effects);
        self.text_when_loaded(effects);
        self.log.follow(self.now, self.notice.as_ref());
    }

    /// The selection has left a contact that is still being read: what was wanted of it is not wanted of another one.
    fn forget_wishes(&mut self, id: ContactId) {
        if !self.wishes() {
            return;
        }
        self.details.edit_when_loaded = false;
        self.details.wish = None;
        self.text.wanted = None;
        let row = self.roster.rows.iter().find(|row| row.id == id);
        let name = row.map_or("the contact", |row| row.name.as_str());
        self.notice = Some(Notice::hint(&format!("{name} is not here any more")));
    }

    /// Asks for what helps to fill in the form on top.
    fn ask_aids(&mut self, effects: &mut Vec<Effect>) {
        let Some(Modal::Form(form)) = self.modals.last_mut() else { return };
        if let Some(number) = form.take_number() {
            let request = self.in_flight.start(Errand::CheckNumber(number.clone()));
            effects.push(Effect::CheckNumber { request, number, region: self.aids.region.clone() });
        }
        // Once a change: what cannot be read is not asked for again before the next one.
        if form.has_words() && std::mem::take(&mut self.aids.is_stale) {
            let request = self.in_flight.start(Errand::LoadWords);
            effects.push(Effect::LoadWords { request });
        }
    }

    fn load_selected(&mut self, effects: &mut Vec<Effect>) {
        let selected = self.selected().map(|row| row.id);
        let here = self.details.contact.as_ref().map(|contact| contact.id);
        let Some(id) = selected else {
            self.details = Details::default();
            self.in_flight.forget(|errand| matches!(errand, Errand::LoadContact(_) | Errand::LoadHistory(_)));
            return;
        };
        let is_other = |errand: &Errand| matches!(errand, Errand::LoadContact(other) if *other != id);
        let other = self.in_flight.errands().find(|errand| is_other(errand)).cloned();
        if let Some(Errand::LoadContact(other)) = other {
            self.forget_wishes(other);
            self.in_flight.forget(is_other);
        }
        let under_way = self.in_flight.any(|errand| *errand == Errand::LoadContact(id)) && !self.details.stale;
        let wanted = (here != Some(id) && self.details.failed != Some(id)) || self.details.stale;
        if wanted && !under_way {
            self.details.stale = false;
            let request = self.in_flight.start(Errand::LoadContact(id));
            effects.push(Effect::LoadContact { request, id });
        }
    }
}
