//! What the actions do to the panes and the book.

use super::{
    Effect, Entry, Errand, Exporter, Form, GroupForm, Help, LogView, Modal, Notice, Palette, Pane, Picker, Question,
    RequestId, Section, State, Then,
    action::{Answer, App, Motion, OnContacts, OnFilter, OnForm, OnGroups, OnPanes},
    layout::{self, Widths},
    list, palette,
};
use crate::{
    book::{Command, Order},
    search::Scope,
};

impl State {
    /// Asks for a change of the book.
    pub(super) fn perform(&mut self, command: Command, effects: &mut Vec<Effect>) -> RequestId {
        let request = self.in_flight.start(Errand::Perform(Box::new(command.clone())));
        effects.push(Effect::Perform { request, command });
        request
    }

    pub(super) fn on_app(&mut self, action: App, effects: &mut Vec<Effect>) {
        match action {
            App::Leave if self.modals.iter().any(Modal::is_dirty) && !self.asks_to_quit() => {
                self.modals.push(Modal::Question(Question::quit()));
            }
            App::Quit if self.desk.transfer.is_some() => self.modals.push(Modal::Question(Question::stop_and_quit())),
            App::Quit | App::Leave => effects.push(Effect::Quit),
            // The key that shows the keys also takes them away.
            App::Help if matches!(self.modals.last(), Some(Modal::Help(_))) => _ = self.modals.pop(),
            App::Help => {
                let context = self.context();
                self.modals.push(Modal::Help(Help::of(context)));
            }
            // So does the key of the palette.
            App::Palette if matches!(self.modals.last(), Some(Modal::Palette(_))) => _ = self.modals.pop(),
            App::Palette => self.modals.push(Modal::Palette(Palette::default())),
            App::Undo => _ = self.perform(Command::Undo, effects),
            App::Redo => _ = self.perform(Command::Redo, effects),
            App::Import => self.pick_files(),
            App::Export => self.modals.push(Modal::Exporter(Box::new(Exporter::open(self)))),
            App::Demo => {
                let request = self.in_flight.start(Errand::OpenDemo);
                effects.push(Effect::OpenDemo { request });
            }
            App::Close => self.close(),
            App::Log if matches!(self.modals.last(), Some(Modal::Log(_))) => _ = self.modals.pop(),
            App::Log => self.modals.push(Modal::Log(LogView::default())),
            App::Suspend => effects.push(Effect::Suspend),
            App::Redraw => effects.push(Effect::Redraw),
            App::NextTheme => {
                let notice = format!("Theme: {}", self.look.next_theme());
                self.notice = Some(Notice::done(notice));
            }
            App::Mouse => {
                self.look.mouse = !self.look.mouse;
                self.notice = Some(Notice::done(if self.look.mouse {
                    "The mouse clicks and scrolls here"
                } else {
                    "The mouse is the terminal's, to mark text"
                }));
                effects.push(Effect::CaptureMouse { on: self.look.mouse });
            }
        }
    }

    /// Whether the question whether to quit is being asked; leaving once more answers it.
    fn asks_to_quit(&self) -> bool {
        matches!(self.modals.last(), Some(Modal::Question(Question { then: Then::Quit, .. })))
    }

    fn close(&mut self) {
        // What is open over a field closes before the form does.
        let dismissed = match self.modals.last_mut() {
            Some(Modal::Form(form)) => form.dismiss(),
            Some(Modal::Memberships(memberships)) => memberships.dismiss(),
            _ => false,
        };
        if dismissed {
            return;
        }
        if self.modals.last().is_some_and(Modal::is_dirty) {
            self.modals.push(Modal::Question(Question::drop_form()));
        } else {
            self.modals.pop();
        }
    }

    pub(super) fn on_move(&mut self, motion: Motion) {
        let areas = self.areas();
        let page = |area| usize::from(layout::inside(area).height);
        match self.modals.last_mut() {
            Some(Modal::Help(help)) => {
                let inside = Help::inside(self.size);
                let lines = help.lines(&self.keyboard.keymap, inside.width).len();
                help.scroll = list::scroll(help.scroll, motion, lines, usize::from(inside.height));
                return;
            }
            Some(Modal::Log(view)) => {
                let inside = layout::inside(Modal::Log(*view).area(self.size));
                let lines = self.log.lines(&self.zone, self.now, inside.width).len();
                view.scroll = list::scroll(view.scroll, motion, lines, usize::from(inside.height));
                return;
            }
            Some(Modal::Palette(palette)) => return palette.go(motion, Palette::page(self.size)),
            Some(Modal::Report(report)) => {
                let page = page(report.area(self.size));
                report.scroll = list::scroll(report.scroll, motion, report.lines(self.size.width).len(), page);
                return;
            }
            Some(Modal::Picker(picker)) => {
                let area = layout::modal(self.size, Picker::WIDTH, Picker::HEIGHT);
                let page = picker.page(self.size.width, layout::inside(area).height);
                return picker.go(motion, page);
            }
            Some(Modal::Menu(menu)) => {
                let inside = layout::inside(Modal::Menu(menu.clone()).area(self.size));
                menu.go(motion, usize::from(inside.height));
                return;
            }
            Some(Modal::People(_)) => return self.move_in_people(motion),
            Some(Modal::Queue(view)) => return view.go(motion, &self.accounts, self.size),
            Some(Modal::Dispute(view)) => return view.go(motion, layout::inside(view.area(self.size))),
            Some(Modal::Twins(view)) => return view.go(motion, layout::inside(view.area(self.size))),
            Some(Modal::Plan(view)) => return view.go(motion, layout::inside(view.area(self.size))),
            Some(Modal::GroupForm(form)) => {
                let area = layout::modal(self.size, GroupForm::WIDTH, form.height());
                form.go(motion, usize::from(layout::inside(area).height));
                return;
            }
            _ => {}
        }
        let focused = match self.focus {
            Pane::Groups => 0,
            Pane::Contacts => 1,
            Pane::Details => 2,
        };
        match motion {
            Motion::Left => self.focus = Pane::ALL[usize::saturating_sub(focused, 1)],
            Motion::Right | Motion::Into => self.focus = Pane::ALL[(focused + 1).min(2)],
            Motion::NextPane => self.focus = Pane::ALL[(focused + 1) % 3],
            Motion::PreviousPane => self.focus = Pane::ALL[(focused + 2) % 3],
            _ => match self.focus {
                Pane::Groups => {
                    self.groups.go(motion, &self.roster, page(areas.groups));
                }
                Pane::Contacts => self.contacts.go(motion, &self.roster, page(areas.contacts)),
                Pane::Details => {
                    let sheet = self.sheet();
                    self.details.go(motion, &sheet, page(areas.details));
                }
            },
        }
    }

    pub(super) fn on_panes(&mut self, action: OnPanes) {
        self.widths = match action {
            OnPanes::Even => Widths::default(),
            OnPanes::Narrower | OnPanes::Wider => self.widths.stepped(self.size, self.focus, action == OnPanes::Wider),
        };
    }

    pub(super) fn on_contacts(&mut self, action: OnContacts, effects: &mut Vec<Effect>) {
        match action {
            OnContacts::Create => {
                let form = Form::create(self.home_of_new(), self.groups_of_new());
                self.modals.push(Modal::Form(Box::new(form)));
            }
            OnContacts::AddPerson => self.pick_person(effects),
            OnContacts::Edit => {
                self.details.edit_when_loaded = true;
                self.details.failed = None;
                self.edit_loaded();
            }
            OnContacts::EditText => self.edit_text(self.text.edit_as),
            OnContacts::EditOther => self.edit_text(self.text.edit_as.other()),
            OnContacts::CreateText => self.create_text(effects),
            OnContacts::Delete => self.ask_to_delete(),
            OnContacts::Restore => self.restore(effects),
            OnContacts::Favour => self.favour(effects),
            OnContacts::Groups => self.choose_groups(),
            OnContacts::Sort => {
                self.contacts.order = self.contacts.order.next();
                self.sort(effects);
            }
        }
    }

    /// Brings the list into the order that is wanted. The one it has stays until the other is worked out.
    pub(super) fn sort(&mut self, effects: &mut Vec<Effect>) {
        match self.contacts.order {
            Order::Name => {
                self.in_flight.forget(|errand| matches!(errand, Errand::Sort(_)));
                self.contacts.sort(None);
                self.notice = Some(Notice::hint(Order::Name.title()));
                self.contacts.follow(&self.roster, self.groups.section);
            }
            order if self.roster.is_complete() => {
                let request = self.in_flight.start(Errand::Sort(order));
                effects.push(Effect::Sort { request, order });
            }
            // Once every row is here.
            _ => {}
        }
    }

    /// Opens the form that was asked for, if the contact is here as it stands in the book.
    pub(super) fn edit_loaded(&mut self) {
        let loading = self.in_flight.any(|errand| matches!(errand, Errand::LoadContact(_)));
        let selected = self.selected().map(|row| row.id);
        let here = self.details.contact.as_ref().filter(|contact| Some(contact.id) == selected);
        if let (true, false, Some(contact)) = (self.details.edit_when_loaded, loading, here) {
            let form = Form::edit(contact.clone());
            self.details.edit_when_loaded = false;
            self.modals.push(Modal::Form(Box::new(form)));
        }
    }

    pub(super) fn on_groups(&mut self, action: OnGroups) {
        match (action, self.selected_group()) {
            (OnGroups::Create, _) => {
                let form = GroupForm::create(self.home_of_new(), &self.roster);
                self.modals.push(Modal::GroupForm(Box::new(form)));
            }
            (OnGroups::Edit, Some(row)) => {
                let form = GroupForm::edit(row.group.clone(), &self.roster);
                self.modals.push(Modal::GroupForm(Box::new(form)));
            }
            (OnGroups::Delete, Some(row)) => {
                let question = Question::delete_group(row, &self.roster);
                self.modals.push(Modal::Question(question));
            }
            (_, None) => {}
        }
    }

    pub(super) fn on_filter(&mut self, action: OnFilter) {
        if let Some(Modal::Help(help)) = self.modals.last_mut() {
            return help.on_filter(action);
        }
        match action {
            OnFilter::Start => {
                self.focus = Pane::Contacts;
                self.contacts.filter.editing = true;
            }
            OnFilter::Keep => self.contacts.filter.editing = false,
            OnFilter::Clear if !self.contacts.filter.is_on() && !self.contacts.filter.editing => self.unmark(),
            OnFilter::Clear => {
                // It was drawn over those who were shown.
                self.end_range(self.groups.section);
                self.contacts.choose_selected(&self.roster);
                self.contacts.filter = super::Filter::default();
                self.in_flight.forget(|errand| *errand == Errand::Filter);
            }
        }
    }

    /// Asks for the contacts that match the query as it is now.
    pub(super) fn find(&mut self, effects: &mut Vec<Effect>) {
        if !self.contacts.filter.is_on() {
            self.contacts.filter.hits = None;
            self.in_flight.forget(|errand| *errand == Errand::Filter);
        } else if self.roster.is_complete() {
            let request = self.in_flight.start(Errand::Filter);
            effects.push(Effect::Filter {
                request,
                query: self.contacts.filter.input.value().to_owned(),
                scope: if self.groups.section == Section::Trash { Scope::Trash } else { Scope::All },
                index: self.roster.index.clone(),
                groups: self.roster.groups.clone(),
            });
        }
    }

    /// Asks who matches the query over the members of a group.
    pub(super) fn find_members(&mut self, effects: &mut Vec<Effect>) {
        let Some(Modal::GroupForm(form)) = self.modals.last_mut() else { return };
        let query = form.members.query.value().to_owned();
        if query.trim().is_empty() {
            self.in_flight.forget(|errand| *errand == Errand::FilterMembers);
            if form.members.hits.is_some() {
                form.members.narrow(None, &self.roster);
            }
        } else if self.roster.is_complete() {
            let request = self.in_flight.start(Errand::FilterMembers);
            let (index, groups) = (self.roster.index.clone(), self.roster.groups.clone());
            effects.push(Effect::Filter { request, query, scope: Scope::All, index, groups });
        }
    }

    pub(super) fn on_form(&mut self, action: OnForm, effects: &mut Vec<Effect>) {
        let saves = matches!(action, OnForm::Save | OnForm::SaveAnyway);
        let command = match self.modals.last_mut() {
            Some(Modal::Form(form)) if saves => {
                if form.before.is_some() && !form.is_dirty() {
                    self.modals.pop();
                    return;
                }
                form.command()
            }
            Some(Modal::GroupForm(form)) if saves => {
                if form.before.is_some() && !form.is_dirty() {
                    self.modals.pop();
                    return;
                }
                let command = form.command(&self.roster);
                if let (Some(command), Some(Modal::GroupForm(form))) = (&command, self.modals.last())
                    && let Some(question) = self.ask_for_cost(form, command)
                {
                    return self.modals.push(Modal::Question(question));
                }
                command
            }
            Some(Modal::Form(form)) => return form.act(action, &self.roster),
            Some(Modal::GroupForm(form)) => return form.act(action, &self.roster),
            _ => return,
        };
        if let Some(command) = command {
            self.save(command, effects);
        }
    }

    /// Saves what is typed in the form on top.
    fn save(&mut self, command: Command, effects: &mut Vec<Effect>) {
        let request = self.perform(command, effects);
        match self.modals.last_mut() {
            Some(Modal::Form(form)) => form.saving = Some(request),
            Some(Modal::GroupForm(form)) => form.saving = Some(request),
            _ => {}
        }
    }

    pub(super) fn on_answer(&mut self, answer: Answer, effects: &mut Vec<Effect>) {
        match answer {
            Answer::Import => return self.import_again(|options| options.dry_run = false, effects),
            Answer::Restore => return self.import_again(|options| options.restore = !options.restore, effects),
            Answer::Twins => return self.import_again(|options| options.skip_twins = !options.skip_twins, effects),
            Answer::Account => return self.import_elsewhere(effects),
            Answer::Choose => return self.choose_person(effects),
            _ => {}
        }
        match (answer, self.modals.pop()) {
            (Answer::Yes, Some(Modal::Question(question))) => match question.then {
                Then::Perform(command) => _ = self.perform(command, effects),
                Then::SaveGroup(command) => self.save(command, effects),
                Then::DropForm => _ = self.modals.pop(),
                Then::Quit => effects.push(Effect::Quit),
                Then::Replace => self.replace_file(effects),
                Then::GoOn(kept) => self.go_on(kept, effects),
            },
            (_, Some(Modal::Question(Question { then: Then::GoOn(kept), .. }))) => {
                effects.push(Effect::DropText { file: kept.file });
            }
            (Answer::KeepMine, Some(Modal::Conflict(conflict))) => {
                if let Some(Modal::Form(form)) = self.modals.last_mut() {
                    form.rebase(conflict.theirs);
                }
                self.on_form(OnForm::SaveAnyway, effects);
            }
            (Answer::TakeTheirs, Some(Modal::Conflict(conflict))) => {
                self.modals.pop();
                self.notice = Some(Notice::done(format!("{} stays as it was changed elsewhere", conflict.name)));
            }
            (Answer::Select, Some(Modal::Menu(menu))) => {
                if let Some(deed) = menu.chosen() {
                    self.carry(deed, effects);
                }
            }
            (Answer::Run, Some(Modal::Palette(palette))) => self.run(palette, effects),
            // No and back: what was on top is gone, and nothing else happens.
            _ => {}
        }
    }

    /// Runs the selected command in the context below the palette, or says why not and stays.
    fn run(&mut self, palette: Palette, effects: &mut Vec<Effect>) {
        match palette.selected() {
            Some(entry) if entry.reason.is_none() => {
                let action = entry.spec.action;
                palette::remember(&mut self.keyboard.recent, action);
                self.act(action, effects);
            }
            Some(Entry { reason, .. }) => {
                self.notice = reason.as_deref().map(Notice::hint);
                self.modals.push(Modal::Palette(palette));
            }
            None => self.modals.push(Modal::Palette(palette)),
        }
    }
}
