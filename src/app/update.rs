//! The one function that decides.

use super::{
    Effect, Errand, Event, Key, Meaning, Modal, Notice, Pane, Report, RequestId, Roster, Section, State, Tone,
    action::{Action, App, Motion, OnFilter},
    details::Details,
    input::{self, Edit},
    layout,
};
use crate::book::{Command, Committed, ContactId, Delta, Failure, GroupId, Timestamp};

/// Takes in what happened and says what the world shall do. `now` is the time at which it happened.
#[must_use]
pub fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.now = now;
    match event {
        Event::KeyPressed(_) | Event::Pasted(_) => {
            if state.leaves(&event) {
                state.on_app(App::Leave, &mut effects);
            } else {
                state.keyboard.held.push_back(event);
            }
        }
        other => state.take_in(other, &mut effects),
    }
    state.settle(&mut effects);
    while !state.waits() {
        let Some(input) = state.keyboard.held.pop_front() else { break };
        match input {
            Event::KeyPressed(key) => state.press(key, &mut effects),
            Event::Pasted(text) => state.paste(&text, &mut effects),
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

    fn press(&mut self, key: Key, effects: &mut Vec<Effect>) {
        if self.notice.as_ref().is_some_and(|notice| notice.tone != Tone::Done) {
            self.notice = None;
        }
        let context = self.context();
        self.keyboard.begun.push(key);
        match self.keyboard.keymap.meaning(context, &self.keyboard.begun) {
            Meaning::Begun => {}
            Meaning::Action(Action::Move(Motion::Last)) if !self.roster.is_complete() => {
                // The bottom is not known yet: the key waits for it.
                self.keyboard.begun.pop();
                self.keyboard.held.push_front(Event::KeyPressed(key));
            }
            Meaning::Action(action) => {
                self.keyboard.begun.clear();
                self.act(action, effects);
            }
            Meaning::Nothing => {
                let was_sequence = self.keyboard.begun.len() > 1;
                self.keyboard.begun.clear();
                if was_sequence {
                    self.press(key, effects);
                } else {
                    self.type_key(key, effects);
                }
            }
        }
    }

    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        if let Some(reason) = self.blocked(action) {
            self.notice = Some(Notice::hint(reason));
            return;
        }
        if !matches!(action, Action::Move(_)) {
            self.notice = None;
        }
        match action {
            Action::App(action) => self.on_app(action, effects),
            Action::Move(motion) => {
                let section = self.groups.section;
                self.on_move(motion);
                self.section_may_differ(section, effects);
            }
            Action::Contacts(action) => self.on_contacts(action, effects),
            Action::Groups(action) => self.on_groups(action),
            Action::Filter(action) => {
                self.on_filter(action);
                if action == OnFilter::Keep {
                    self.contacts.choose_selected(&self.roster);
                } else {
                    self.contacts.follow(&self.roster, self.groups.section);
                }
            }
            Action::Form(action) => self.on_form(action, effects),
            Action::Answer(answer) => self.on_answer(answer, effects),
        }
    }

    fn section_may_differ(&mut self, before: Section, effects: &mut Vec<Effect>) {
        let after = self.groups.section;
        if before == after {
            return;
        }
        self.contacts.list = super::List::default();
        if (before == Section::Trash) != (after == Section::Trash) {
            self.find(effects);
        }
        self.contacts.follow(&self.roster, after);
    }

    fn type_key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        match self.modals.last_mut() {
            Some(Modal::Form(form)) => form.type_key(key),
            Some(Modal::GroupForm(form)) => form.type_key(key),
            Some(Modal::Prompt(prompt)) => prompt.type_key(key),
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
            Some(Modal::GroupForm(form)) => form.paste(text),
            Some(Modal::Prompt(prompt)) => prompt.paste(text),
            None if self.contacts.filter.editing => {
                input::paste(&mut self.contacts.filter.input, text, false);
                self.find(effects);
            }
            Some(_) | None => {}
        }
    }

    fn take_in(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::KeyPressed(_) | Event::Pasted(_) => {}
            Event::Resized { width, height } => self.size = ratatui::layout::Size { width, height },
            Event::BookOpened { request, opening } => {
                if request.is_some_and(|request| self.in_flight.end(request).is_none()) {
                    return;
                }
                self.roster = Roster::open(opening);
                self.contacts = super::Contacts::default();
                self.groups = super::Groups::default();
                self.details = Details::default();
                self.contacts.follow(&self.roster, self.groups.section);
                let request = self.in_flight.start(Errand::LoadRows);
                effects.push(Effect::LoadRows { request });
            }
            Event::RowsLoaded { request, rows, index } => {
                if self.in_flight.end(request).is_some() {
                    self.roster.complete(rows, index);
                    self.follow(effects);
                }
            }
            Event::BookChanged(delta) => self.changed(&delta, effects),
            Event::Committed { request, result } => {
                if let Some(Errand::Perform(command)) = self.in_flight.end(request) {
                    match result {
                        Ok(committed) => self.committed(request, &command, committed, effects),
                        Err(failure) => self.refused(request, failure),
                    }
                }
            }
            Event::ContactLoaded { request, result } => {
                if self.in_flight.end(request).is_some() {
                    self.loaded(result.map_err(|failure| failure.to_string()));
                }
            }
            Event::Filtered { request, hits } => {
                if self.in_flight.end(request).is_some() {
                    self.contacts.filter.hits = Some(hits);
                    self.contacts.follow(&self.roster, self.groups.section);
                }
            }
            Event::Imported { request, result } => {
                if let Some(Errand::Import { paths, .. }) = self.in_flight.end(request) {
                    match result {
                        Ok(report) => self.imported(Report { paths, report, scroll: 0 }),
                        Err(failure) => self.notice = Some(Notice::trouble(failure.to_string())),
                    }
                }
            }
            Event::Alarmed(message) => self.notice = Some(Notice::trouble(message)),
            Event::TaskFailed { request, message } => self.task_failed(request, message),
            Event::QuitRequested => effects.push(Effect::Quit),
        }
    }

    fn task_failed(&mut self, request: RequestId, message: String) {
        match self.in_flight.end(request) {
            Some(Errand::Perform(_)) => self.refused(request, Failure::Storage(message)),
            Some(Errand::LoadContact(_)) => self.loaded(Err(message)),
            Some(_) => self.notice = Some(Notice::trouble(message)),
            None => {}
        }
    }

    fn loaded(&mut self, result: Result<Option<Box<crate::book::Contact>>, String>) {
        match result {
            Ok(contact) => {
                let another = self.details.contact.as_ref().map(|c| c.id) != contact.as_ref().map(|c| c.id);
                if another {
                    self.details.scroll = 0;
                }
                self.details.edit_when_loaded &= contact.is_some();
                self.details.failed = if contact.is_none() { self.selected().map(|row| row.id) } else { None };
                self.details.contact = contact;
                self.edit_loaded();
            }
            Err(message) => {
                self.details.edit_when_loaded = false;
                self.details.failed = self.selected().map(|row| row.id);
                self.notice = Some(Notice::trouble(message));
            }
        }
    }

    fn imported(&mut self, report: Report) {
        if report.is_plain() {
            self.notice = Some(self.done_notice(&format!("Imported: {}", report.sum()), false));
        } else {
            self.modals.push(Modal::Report(report));
        }
    }

    /// The rows differ: panes and filter follow, the details are read again if they may differ.
    fn changed(&mut self, delta: &Delta, effects: &mut Vec<Effect>) {
        self.roster.apply(delta);
        self.details.failed = None;
        let shown = self.details.contact.as_ref().map(|contact| contact.id);
        if delta.rows.iter().any(|row| Some(row.id) == shown) || shown.is_some_and(|id| delta.gone.contains(&id)) {
            self.details.stale = true;
        }
        self.follow(effects);
    }

    fn follow(&mut self, effects: &mut Vec<Effect>) {
        let section = self.groups.section;
        let page = usize::from(layout::inside(self.areas().groups).height);
        self.groups.follow(&self.roster, page);
        if self.groups.section != section {
            self.contacts.list = super::List::default();
        }
        self.contacts.follow(&self.roster, self.groups.section);
        if self.contacts.filter.is_on() {
            self.find(effects);
        }
    }

    fn committed(&mut self, request: RequestId, command: &Command, committed: Committed, effects: &mut Vec<Effect>) {
        let Committed { change, title, kept, touched, delta } = committed;
        self.modals.retain(|modal| modal.saving() != Some(request));
        self.changed(&delta, effects);
        self.select_touched(command, &touched, effects);
        let text =
            if kept.is_empty() { title } else { format!("{title}; changed since and left: {}", kept.join(", ")) };
        self.notice = Some(match (change, command) {
            (None, _) => Notice::hint(&text),
            (Some(_), Command::Undo) => self.done_notice(&text, true),
            (Some(_), _) => self.done_notice(&text, false),
        });
    }

    /// What happened and the key that takes it back.
    fn done_notice(&self, text: &str, undone: bool) -> Notice {
        let (action, word) = if undone { (App::Redo, "redo") } else { (App::Undo, "undo") };
        let keys = self.keyboard.keymap.keys(Action::App(action), self.pane_context());
        Notice::done(keys.first().map_or_else(|| text.to_owned(), |key| format!("{text} · {key} {word}")))
    }

    /// What was made is selected, even if the filter or the section would hide it; what else was touched is selected
    /// if it is shown.
    fn select_touched(&mut self, command: &Command, touched: &[uuid::Uuid], effects: &mut Vec<Effect>) {
        match command {
            Command::DeleteContacts(_) | Command::DeleteGroup(_) | Command::Regroup { .. } => return,
            Command::CreateGroup { .. } => {
                let made = touched.iter().map(|id| GroupId(*id)).find(|id| self.roster.group(*id).is_some());
                if let Some(id) = made {
                    let before = std::mem::replace(&mut self.groups.section, Section::Group(id));
                    self.focus = Pane::Groups;
                    self.section_may_differ(before, effects);
                }
                return;
            }
            _ => {}
        }
        let is_row = |id: &ContactId| self.roster.rows.iter().any(|row| row.id == *id);
        let Some(id) = touched.iter().map(|id| ContactId(*id)).find(is_row) else { return };
        let shown = self.contacts.shows(&self.roster, id);
        if !shown && matches!(command, Command::CreateContact(_)) {
            self.contacts.choose(id);
            self.on_filter(OnFilter::Clear);
            self.contacts.choose(id);
            self.contacts.follow(&self.roster, self.groups.section);
            if !self.contacts.shows(&self.roster, id) {
                let before = std::mem::replace(&mut self.groups.section, Section::All);
                self.section_may_differ(before, effects);
            }
        }
        if self.contacts.shows(&self.roster, id) {
            self.contacts.choose(id);
            self.contacts.follow(&self.roster, self.groups.section);
        }
    }

    fn refused(&mut self, request: RequestId, failure: Failure) {
        let place = self.modals.iter().position(|modal| modal.saving() == Some(request));
        if let Some(place) = place {
            self.modals[place].saved_not();
            if let Failure::Conflict { name, fields, theirs } = failure {
                self.modals.truncate(place + 1);
                self.modals.push(Modal::Conflict(super::Conflict { name, fields, theirs }));
                return;
            }
        }
        self.notice = Some(Notice::trouble(failure.to_string()));
    }

    /// Brings everything in line with what was decided: scroll offsets, and the details of what is selected.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        let areas = self.areas();
        let page = |area| usize::from(layout::inside(area).height);
        self.groups.follow(&self.roster, page(areas.groups));
        self.contacts.list.settle(self.contacts.visible.len(), page(areas.contacts));
        if let Some(Modal::Form(form)) = self.modals.last_mut() {
            form.settle(&self.roster, self.size);
        }
        self.load_selected(effects);
    }

    fn load_selected(&mut self, effects: &mut Vec<Effect>) {
        let selected = self.selected().map(|row| row.id);
        let here = self.details.contact.as_ref().map(|contact| contact.id);
        let Some(id) = selected else {
            self.details = Details::default();
            self.in_flight.forget(|errand| matches!(errand, Errand::LoadContact(_)));
            return;
        };
        let under_way = self.in_flight.any(|errand| *errand == Errand::LoadContact(id)) && !self.details.stale;
        let wanted = (here != Some(id) && self.details.failed != Some(id)) || self.details.stale;
        if wanted && !under_way {
            self.details.stale = false;
            let request = self.in_flight.start(Errand::LoadContact(id));
            effects.push(Effect::LoadContact { request, id });
        }
    }
}
