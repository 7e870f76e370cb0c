//! What the answers to requests, and changes made elsewhere, do to the state.

use super::{
    Effect, Errand, Event, Modal, Notice, Pane, RequestId, Roster, Section, State,
    action::{Action, App, OnFilter},
    details::Details,
    layout,
};
use crate::book::{Command, Committed, ContactId, Delta, Failure, GroupId};

impl State {
    #[expect(clippy::too_many_lines, reason = "one short arm for each event")]
    pub(super) fn take_in(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::KeyPressed(_) | Event::Pasted(_) | Event::Pointed(_) => {}
            Event::GroundSeen(ground) => self.look.ground = ground,
            Event::Resized { width, height } => self.size = ratatui::layout::Size { width, height },
            Event::BookOpened { request, opening } => self.book_opened(request, opening, effects),
            Event::RowsLoaded { request, rows, index } => {
                if self.in_flight.end(request).is_some() {
                    self.keyboard.wants_bottom = false;
                    self.roster.complete(rows, index);
                    if self.contacts.order != self.contacts.order_shown() {
                        self.sort(effects);
                    }
                    self.follow(effects);
                }
            }
            Event::BookChanged(delta) => self.changed(&delta, effects),
            Event::Committed { request, result } => {
                if let Some(Errand::Perform(command)) = self.in_flight.end(request) {
                    match result {
                        Ok(committed) => self.committed(request, &command, committed, effects),
                        Err(failure) => {
                            let failure = self.text_refused(request, *command, failure, effects);
                            self.refused(request, failure);
                        }
                    }
                }
            }
            Event::WordsLoaded { request, vocabulary } => {
                if self.in_flight.end(request).is_some() {
                    self.aids.vocabulary = vocabulary;
                }
            }
            Event::NumberChecked { request, doubt } => {
                if let Some(Errand::CheckNumber(number)) = self.in_flight.end(request) {
                    for modal in &mut self.modals {
                        if let Modal::Form(form) = modal {
                            form.doubt(&number, doubt.as_deref());
                        }
                    }
                }
            }
            Event::ContactLoaded { .. }
            | Event::HistoryLoaded { .. }
            | Event::ContactsLoaded { .. }
            | Event::Opened { .. } => self.take_in_details(event, effects),
            Event::Sorted { request, ids } => {
                if let Some(Errand::Sort(order)) = self.in_flight.end(request) {
                    self.contacts.sort(Some((order, self.roster.places(&ids))));
                    if self.notice.is_none() {
                        self.notice = Some(Notice::hint(order.title()));
                    }
                    self.contacts.follow(&self.roster, self.groups.section);
                }
            }
            Event::Filtered { request, hits } => match self.in_flight.end(request) {
                Some(Errand::FilterMembers) => {
                    self.keyboard.wants_member = false;
                    // Something may have been opened over it meanwhile.
                    for modal in &mut self.modals {
                        if let Modal::GroupForm(form) = modal {
                            form.members.narrow(Some(hits.clone()), &self.roster);
                        }
                    }
                }
                Some(_) => {
                    self.contacts.filter.hits = Some(hits);
                    self.contacts.follow(&self.roster, self.groups.section);
                }
                None => {}
            },
            Event::Imported { .. }
            | Event::Exported { .. }
            | Event::Progressed { .. }
            | Event::TransferStopped { .. }
            | Event::Listed { .. } => self.carried_on(event),
            Event::PeopleSeen { request, matches, contacts } => {
                if self.in_flight.get(request).is_some() {
                    self.people_found(matches, &contacts);
                }
            }
            Event::PeopleFound { request, matches, contacts, remark } => {
                if self.in_flight.end(request).is_some() {
                    self.people_found(matches, &contacts);
                    self.people_remarked(remark);
                }
            }
            Event::Accounts(_)
            | Event::SyncProgressed { .. }
            | Event::Queue { .. }
            | Event::Disputes(_)
            | Event::Twins(_)
            | Event::HeldBack(_)
            | Event::Unread(_)
            | Event::Braked(_)
            | Event::SignInPrompted { .. }
            | Event::SignInAsked { .. }
            | Event::SignedIn { .. }
            | Event::Answered { .. } => self.account_event(event, effects),
            Event::TextEdited { request, result } => {
                if let Some(Errand::EditText(edit)) = self.in_flight.end(request) {
                    match result {
                        Ok(back) => self.text_edited(*edit, back, effects),
                        Err(reason) => self.notice = Some(Notice::trouble(reason)),
                    }
                }
            }
            Event::Focused => {
                if !self.accounts.list.is_empty() {
                    effects.push(Effect::LookAgain);
                }
            }
            Event::Configured(settings) => self.configured(settings, effects),
            Event::Alarmed(message) => self.notice = Some(Notice::trouble(message)),
            Event::TaskFailed { request, message } => self.task_failed(request, message, effects),
            Event::QuitRequested => self.leave_at_once(effects),
        }
    }

    /// What the details asked for: contacts, history, and links that were opened.
    fn take_in_details(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let request = match &event {
            Event::ContactLoaded { request, .. }
            | Event::HistoryLoaded { request, .. }
            | Event::ContactsLoaded { request, .. }
            | Event::Opened { request, .. } => *request,
            _ => return,
        };
        if self.in_flight.end(request).is_none() {
            return;
        }
        let trouble = match event {
            Event::ContactLoaded { result, .. } => {
                self.contact_read(result.map_err(|failure| failure.to_string()), effects);
                None
            }
            Event::HistoryLoaded { result, .. } => {
                result.map(|entries| self.details.history.take_in(entries)).err().map(|failure| failure.to_string())
            }
            Event::ContactsLoaded { result, .. } => {
                result.map(|contacts| self.mail_to(&contacts, effects)).err().map(|failure| failure.to_string())
            }
            Event::Opened { result, .. } => result.err(),
            _ => None,
        };
        if let Some(sentence) = trouble {
            self.notice = Some(Notice::trouble(sentence));
        }
    }

    fn book_opened(&mut self, request: Option<RequestId>, opening: super::Opening, effects: &mut Vec<Effect>) {
        if request.is_some_and(|request| self.in_flight.end(request).is_none()) {
            return;
        }
        self.aids.is_stale = true;
        self.in_flight.forget(|errand| {
            matches!(errand, Errand::Filter | Errand::Sort(_) | Errand::LoadContact(_) | Errand::LoadHistory(_))
        });
        let whose = if opening.demo { "the demo book" } else { "the book" };
        let said = format!("Opened {whose}: {}", super::question::people(opening.total));
        self.log.add(self.now, super::Tone::Hint, said);
        if let Some(kept) = opening.kept.clone() {
            self.offer_kept(kept);
        }
        let preferred = self.accounts.preferred.take();
        self.accounts = super::Accounts { list: opening.accounts.clone(), preferred, ..super::Accounts::default() };
        self.roster = Roster::open(opening);
        self.contacts = self.contacts.anew();
        self.marks = super::Marks::default();
        self.groups = super::Groups::default();
        self.details = Details::default();
        self.contacts.follow(&self.roster, self.groups.section);
        let request = self.in_flight.start(Errand::LoadRows);
        effects.push(Effect::LoadRows { request });
    }

    fn task_failed(&mut self, request: RequestId, message: String, effects: &mut Vec<Effect>) {
        match self.in_flight.end(request) {
            Some(Errand::Perform(command)) => {
                let failure = self.text_refused(request, *command, Failure::Storage(message), effects);
                self.refused(request, failure);
            }
            Some(Errand::LoadContact(_)) => self.contact_read(Err(message), effects),
            Some(errand @ (Errand::Import { .. } | Errand::Export)) => self.transfer_failed(errand, message),
            Some(Errand::SearchPeople) => self.people_not_found(message),
            Some(errand @ Errand::SignIn) => self.account_task_failed(request, &errand, message),
            Some(errand) => {
                if matches!(errand, Errand::Sort(_) | Errand::LoadRows) {
                    self.contacts.give_up_order();
                    self.contacts.follow(&self.roster, self.groups.section);
                }
                self.notice = Some(Notice::trouble(message));
            }
            None => {}
        }
    }

    fn contact_read(&mut self, result: Result<Option<Box<crate::book::Contact>>, String>, effects: &mut Vec<Effect>) {
        match result {
            Ok(contact) => {
                self.details.edit_when_loaded &= contact.is_some();
                self.details.wish = self.details.wish.filter(|_| contact.is_some());
                self.details.failed = if contact.is_none() { self.selected().map(|row| row.id) } else { None };
                self.details.show(contact);
                self.edit_loaded();
                self.fulfil_wish(effects);
            }
            Err(message) => {
                self.details.edit_when_loaded = false;
                self.details.wish = None;
                self.details.failed = self.selected().map(|row| row.id);
                self.notice = Some(Notice::trouble(message));
            }
        }
    }

    /// The rows differ: panes and filter follow, the details are read again if they may differ.
    fn changed(&mut self, delta: &Delta, effects: &mut Vec<Effect>) {
        self.contacts.prepare(&self.roster, delta);
        let shift = self.roster.apply(delta);
        self.aids.is_stale = true;
        if self.contacts.reorder(&self.roster, &shift) {
            self.sort(effects);
        }
        self.marks.follow(delta);
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
            self.contacts.change_section();
        }
        self.contacts.follow(&self.roster, self.groups.section);
        if self.groups.section != section || self.open_range().is_none() {
            self.marks.anchor = None;
        }
        if self.contacts.filter.is_on() {
            self.find(effects);
        }
        self.search_people(effects);
        for modal in &mut self.modals {
            if let Modal::GroupForm(form) = modal {
                form.members.follow(&self.roster);
            }
        }
        // A query typed before every row was here is asked now.
        if matches!(self.modals.last(), Some(Modal::GroupForm(form)) if form.members.hits.is_none()) {
            self.find_members(effects);
        }
    }

    fn committed(&mut self, request: RequestId, command: &Command, committed: Committed, effects: &mut Vec<Effect>) {
        let Committed { change, title, kept, touched, delta } = committed;
        self.modals.retain(|modal| modal.saving() != Some(request));
        self.text_saved(request, effects);
        if matches!(command, Command::AddPerson { .. }) {
            self.modals.retain(|modal| !matches!(modal, Modal::People(_)));
            self.in_flight.forget(|errand| *errand == Errand::SearchPeople);
        }
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
    pub(super) fn done_notice(&self, text: &str, undone: bool) -> Notice {
        let (action, word) = if undone { (App::Redo, "redo") } else { (App::Undo, "undo") };
        let keys = self.keyboard.keymap.keys(Action::App(action), self.pane_context());
        Notice::done(keys.first().map_or_else(|| text.to_owned(), |key| format!("{text} · {key} {word}")))
    }

    /// What was made is selected, even if the filter or the section would hide it; what else was touched is selected
    /// if it is shown.
    fn select_touched(&mut self, command: &Command, touched: &[uuid::Uuid], effects: &mut Vec<Effect>) {
        match command {
            Command::DeleteContacts(_) | Command::DeleteGroup(_) | Command::Regroup { .. } | Command::Favour { .. } => {
                return;
            }
            Command::CreateGroup { .. } => {
                self.focus = Pane::Groups;
                return self.select_group(touched, effects);
            }
            Command::EditGroup { .. } => return self.select_group(touched, effects),
            _ => {}
        }
        let is_row = |id: &ContactId| self.roster.rows.iter().any(|row| row.id == *id);
        let rows: Vec<ContactId> = touched.iter().map(|id| ContactId(*id)).filter(is_row).collect();
        // Of many, none is the one meant: the selection stays where the eye is.
        let [id] = rows[..] else { return self.select_group(touched, effects) };
        let shown = self.contacts.shows(&self.roster, id);
        if !shown && matches!(command, Command::CreateContact(_) | Command::AddPerson { .. }) {
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

    /// A group that was touched, made or brought back is shown, if the groups have the focus.
    fn select_group(&mut self, touched: &[uuid::Uuid], effects: &mut Vec<Effect>) {
        let group = touched.iter().map(|id| GroupId(*id)).find(|id| self.roster.group(*id).is_some());
        if let (Pane::Groups, Some(id)) = (self.focus, group) {
            let before = std::mem::replace(&mut self.groups.section, Section::Group(id));
            self.section_may_differ(before, effects);
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
        self.notice = Some(match failure {
            Failure::NotFound(sentence) => Notice::hint(&sentence),
            other => Notice::trouble(other.to_string()),
        });
    }
}
