//! What is carried in and out: imports, which are looked at before anything is written, and exports. One at a time; the
//! rest of the program goes on meanwhile.

use std::path::PathBuf;

use super::{
    Code, Effect, Errand, Event, Exporter, Meaning, Modal, Notice, Picker, Question, Report, RequestId, State,
    action::{Action, Answer, App, OnExport, OnPicker, OnTransfer},
    import,
    picker::Choice,
};
use crate::book::{Failure, ImportOptions, ImportReport, Progress, Stage};

/// An import or an export under way, or a plan that waits to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The request; its errand says what it is.
    pub request: RequestId,
    /// How far it has come; `None` as long as it is too short to speak of it.
    pub progress: Option<Progress>,
    /// Whether the person does something else meanwhile.
    pub aside: bool,
}

/// What the program remembers of imports and exports.
#[derive(Clone, Debug, Default)]
pub struct TransferDesk {
    /// What is under way.
    pub transfer: Option<Transfer>,
    /// A plan that came while the person did something else.
    pub plan: Option<Box<Report>>,
    /// The form of the export under way, should it come back.
    pub exporter: Option<Box<Exporter>>,
    /// The directory that was last looked into.
    pub directory: Option<PathBuf>,
}

/// How an export ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// So many contacts are in the file, whose path is as people write it.
    Done {
        /// How many.
        count: usize,
        /// Where.
        path: String,
    },
    /// There is such a file; nothing was written.
    Exists {
        /// Its path as people write it.
        path: String,
        /// What is known of it: `12 KB, 2026-11-20`.
        facts: String,
    },
    /// A sentence that says why; the file that was there is as it was.
    Failed(String),
}

impl Transfer {
    /// What is being done, in a word.
    pub fn verb(&self, errand: Option<&Errand>) -> &'static str {
        match (errand, self.progress.map(|progress| progress.stage)) {
            (Some(Errand::Export), _) => "exporting",
            (_, None | Some(Stage::Reading)) => "reading",
            (_, Some(Stage::Comparing)) => "comparing",
            (_, Some(Stage::Writing)) => "writing",
        }
    }
}

impl State {
    /// The errand of what is under way.
    pub fn carried(&self) -> Option<(&Transfer, &Errand)> {
        let transfer = self.desk.transfer.as_ref()?;
        Some((transfer, self.in_flight.get(transfer.request)?))
    }

    /// Whether what is under way may end before it is worth speaking of: keys wait for it.
    pub(super) fn is_brief(&self) -> bool {
        self.desk.transfer.as_ref().is_some_and(|transfer| transfer.progress.is_none())
    }

    /// Whether the key that comes next means something else once the names of a directory are here.
    pub(super) fn names_decide(&self) -> bool {
        let (Some(Modal::Picker(_) | Modal::Exporter(_)), Some(Event::KeyPressed(key))) =
            (self.modals.last(), self.keyboard.held.front())
        else {
            return false;
        };
        let meaning = self.keyboard.keymap.meaning(self.context(), &[*key]);
        matches!(
            meaning,
            Meaning::Action(
                Action::Picker(OnPicker::Choose | OnPicker::Mark | OnPicker::Parent)
                    | Action::Move(_)
                    | Action::Export(OnExport::Complete)
            )
        ) || matches!(key.code, Code::Left | Code::Right | Code::Backspace)
    }

    /// Why an action of imports and exports is not possible now.
    pub(super) fn transfer_blocked(&self, action: Action) -> Option<&'static str> {
        let unless = |possible: bool, reason: &'static str| (!possible).then_some(reason);
        let report = match self.modals.last() {
            Some(Modal::Report(report)) => Some(report),
            _ => None,
        };
        let is_plan = report.is_some_and(|report| report.options.dry_run);
        let busy = "an import or an export is under way already";
        match (action, self.modals.last()) {
            (Action::Transfer(OnTransfer::Stop), _) => {
                let writing = self.carried().is_some_and(|(transfer, errand)| {
                    *errand != Errand::Export
                        && transfer.progress.is_some_and(|progress| progress.stage == Stage::Writing)
                });
                unless(!writing, "it is being written, which is soon done")
            }
            (Action::Transfer(OnTransfer::Show), _) => {
                let any = self.desk.transfer.is_some() || self.desk.plan.is_some();
                unless(any, "no import or export is under way")
            }
            (Action::App(App::Import | App::Export) | Action::Answer(_), _) if self.desk.transfer.is_some() => {
                Some(busy)
            }
            (Action::App(App::Export), _) if !self.roster.is_complete() => Some("the contacts are still being read"),
            (Action::App(App::Export), _) => unless(!self.roster.rows.is_empty(), "there is nobody to export"),
            (Action::Answer(Answer::Import), _) => match report {
                Some(report) if is_plan => unless(!report.wrote_nothing(), "there is nothing to import"),
                _ => Some("it is imported already"),
            },
            (Action::Answer(Answer::Restore), _) => {
                let any = report.is_some_and(|report| !report.report.in_trash.is_empty());
                let back = report.is_some_and(|report| report.options.restore) && !is_plan;
                unless(any && !back, "nothing of it lies in the trash")
            }
            (Action::Answer(Answer::Twins), _) => {
                let any = report.is_some_and(|report| !report.report.twins.is_empty());
                unless(any && is_plan, "nobody to come may be in the book already")
            }
            (Action::Answer(Answer::Account), _) if !is_plan => Some("it is imported already"),
            (Action::Answer(Answer::Account), _) => {
                unless(self.roster.homes.are_several(), "there is no other account")
            }
            (Action::Picker(OnPicker::Mark), Some(Modal::Picker(picker))) => {
                unless(picker.selected().is_some(), "nothing is selected")
            }
            (Action::Picker(OnPicker::Parent), Some(Modal::Picker(picker))) => {
                unless(picker.directory.parent().is_some(), "there is no directory above")
            }
            (Action::Export(OnExport::Complete), Some(Modal::Exporter(form))) => {
                unless(form.completion().is_some(), "no name goes on like this")
            }
            (Action::Export(OnExport::NextChoice | OnExport::PreviousChoice), Some(Modal::Exporter(form))) => {
                unless(form.can_choose(), "there is nothing else to choose")
            }
            _ => None,
        }
    }

    /// Opens the file picker where it was last.
    pub(super) fn pick_files(&mut self) {
        let directory = self.desk.directory.clone().unwrap_or_else(|| PathBuf::from("~"));
        self.modals.push(Modal::Picker(Box::new(Picker::open(directory))));
    }

    /// Reads and compares files, or imports them if that is not a dry run.
    pub(super) fn import(&mut self, paths: Vec<PathBuf>, options: ImportOptions, effects: &mut Vec<Effect>) {
        let request = self.in_flight.start(Errand::Import { paths: paths.clone(), options: options.clone() });
        self.desk.transfer = Some(Transfer { request, progress: None, aside: false });
        effects.push(Effect::Import { request, paths, options });
    }

    pub(super) fn choose_files(&mut self, effects: &mut Vec<Effect>) {
        let Some(Modal::Picker(picker)) = self.modals.last_mut() else { return };
        if let Choice::Import(paths) = picker.choose() {
            self.desk.directory = Some(picker.directory.clone());
            self.desk.plan = None;
            self.modals.pop();
            let even_if_elsewhere = self.account_shown().is_some();
            let account = self.home_of_new();
            let options = ImportOptions { account, even_if_elsewhere, dry_run: true, ..ImportOptions::default() };
            self.import(paths, options, effects);
        }
    }

    /// Looks at the files of a report once more, with other options, or carries the plan out.
    pub(super) fn import_again(&mut self, change: impl FnOnce(&mut ImportOptions), effects: &mut Vec<Effect>) {
        if let Some(Modal::Report(report)) = self.modals.pop() {
            let mut options = report.options;
            change(&mut options);
            self.import(report.paths, options, effects);
        }
    }

    /// Looks at the files of a plan once more, for the account that comes after its own.
    pub(super) fn import_elsewhere(&mut self, effects: &mut Vec<Effect>) {
        let homes = &self.roster.homes;
        let accounts: Vec<_> = homes.shown().iter().map(|home| homes.id(*home)).collect();
        let next = |options: &mut ImportOptions| {
            let after = accounts.iter().position(|id| *id == options.account).map_or(0, |place| place + 1);
            options.account = accounts.iter().cycle().nth(after).cloned().unwrap_or_default();
            options.even_if_elsewhere = true;
        };
        self.import_again(next, effects);
    }

    pub(super) fn on_transfer(&mut self, action: OnTransfer, effects: &mut Vec<Effect>) {
        match action {
            OnTransfer::Stop => {
                if let Some(transfer) = &self.desk.transfer {
                    effects.push(Effect::StopTransfer { request: transfer.request });
                }
            }
            OnTransfer::Aside => {
                self.modals.retain(|modal| !matches!(modal, Modal::Progress));
                if let Some(transfer) = &mut self.desk.transfer {
                    transfer.aside = true;
                }
            }
            OnTransfer::Show => match self.desk.plan.take() {
                Some(plan) => self.modals.push(Modal::Report(plan)),
                None => {
                    if let Some(transfer) = &mut self.desk.transfer {
                        transfer.aside = false;
                        self.modals.push(Modal::Progress);
                    }
                }
            },
        }
    }

    /// An import, an export or the reading of a directory has got somewhere.
    pub(super) fn carried_on(&mut self, event: Event) {
        match event {
            Event::Imported { request, result } => self.imported(request, result),
            Event::Exported { request, exported } => self.exported(request, exported),
            Event::Progressed { request, progress } => self.progressed(request, progress),
            Event::TransferStopped { request } => self.stopped(request),
            Event::Listed { request, listing } => self.listed(request, listing),
            _ => {}
        }
    }

    /// It takes long enough to speak of it.
    fn progressed(&mut self, request: RequestId, progress: Progress) {
        let Some(transfer) = self.desk.transfer.as_mut().filter(|transfer| transfer.request == request) else { return };
        let is_first = transfer.progress.is_none();
        transfer.progress = Some(progress);
        if is_first && !transfer.aside {
            self.modals.push(Modal::Progress);
        }
    }

    /// What is under way has ended. Returns whether the person had put it aside.
    fn ended(&mut self) -> bool {
        self.modals.retain(|modal| !matches!(modal, Modal::Progress));
        self.desk.transfer.take().is_some_and(|transfer| transfer.aside)
    }

    fn imported(&mut self, request: RequestId, result: Result<ImportReport, Failure>) {
        let Some(Errand::Import { paths, options }) = self.in_flight.end(request) else { return };
        let aside = self.ended();
        // Over what somebody types into meanwhile, the next key would be taken for an answer to the plan.
        let busy = !self.modals.is_empty() || self.contacts.filter.editing;
        match result {
            Err(failure) if options.dry_run => self.not_read(&paths, failure.to_string()),
            Err(failure) => self.notice = Some(Notice::trouble(failure.to_string())),
            Ok(report) => {
                let homes = self.roster.homes.clone();
                let report = Box::new(Report { paths, options, homes, report, scroll: 0 });
                if !report.options.dry_run {
                    return self.written(report);
                }
                if aside || busy {
                    let text = format!("{}: {}", import::name(&report.paths), report.sum());
                    let key = self.key_of(Action::Transfer(OnTransfer::Show));
                    self.notice = Some(Notice::done(
                        key.map_or_else(|| text.clone(), |key| format!("{text} · {key} look at it")),
                    ));
                    self.desk.plan = Some(report);
                } else {
                    self.modals.push(Modal::Report(report));
                }
            }
        }
    }

    fn written(&mut self, report: Box<Report>) {
        let text = format!("Imported: {}", report.sum());
        self.notice = Some(if report.wrote_nothing() { Notice::hint(&text) } else { self.done_notice(&text, false) });
        if !report.is_plain() && self.modals.is_empty() && !self.contacts.filter.editing {
            self.modals.push(Modal::Report(report));
        }
    }

    /// The picker comes back with the reason, unless something else has begun meanwhile.
    fn not_read(&mut self, paths: &[PathBuf], reason: String) {
        if !self.modals.is_empty() || self.contacts.filter.editing {
            self.notice = Some(Notice::trouble(reason));
            return;
        }
        self.pick_files();
        if let Some(Modal::Picker(picker)) = self.modals.last_mut() {
            picker.bring_back(paths, reason);
        }
    }

    /// Its task has failed, or it was stopped.
    pub(super) fn transfer_failed(&mut self, errand: Errand, message: String) {
        self.ended();
        match errand {
            Errand::Import { paths, options } if options.dry_run => self.not_read(&paths, message),
            Errand::Export => {
                if let Some(mut form) = self.desk.exporter.take().filter(|_| self.modals.is_empty()) {
                    form.problem = Some(message);
                    self.modals.push(Modal::Exporter(form));
                } else {
                    self.notice = Some(Notice::trouble(message));
                }
            }
            _ => self.notice = Some(Notice::trouble(message)),
        }
    }

    fn stopped(&mut self, request: RequestId) {
        let Some(errand) = self.in_flight.end(request) else { return };
        self.ended();
        self.notice = Some(Notice::hint(match errand {
            Errand::Export => "Stopped: no file was written",
            _ => "Stopped: the book is as it was",
        }));
    }

    pub(super) fn on_picker(&mut self, action: OnPicker, effects: &mut Vec<Effect>) {
        let Some(Modal::Picker(picker)) = self.modals.last_mut() else { return };
        match action {
            OnPicker::Choose => self.choose_files(effects),
            OnPicker::Mark => picker.mark(),
            OnPicker::Parent => picker.go_up(),
            OnPicker::Hidden => picker.toggle_hidden(),
            OnPicker::EveryFile => picker.toggle_every_file(),
        }
    }

    pub(super) fn on_export(&mut self, action: OnExport, effects: &mut Vec<Effect>) {
        let Some(Modal::Exporter(form)) = self.modals.last_mut() else { return };
        if action != OnExport::Start {
            form.act(action);
        } else if form.names_a_file() {
            self.export(false, effects);
        }
    }

    /// The file that is there may go.
    pub(super) fn replace_file(&mut self, effects: &mut Vec<Effect>) {
        self.export(true, effects);
    }

    /// Writes what the form says; a file that is there is replaced only if that was asked.
    fn export(&mut self, replace: bool, effects: &mut Vec<Effect>) {
        let Some(Modal::Exporter(exporter)) = self.modals.pop() else { return };
        let contacts = exporter.contacts(self);
        let (format, path) = (exporter.format(), exporter.path());
        self.desk.directory = path.parent().map(Into::into);
        self.desk.exporter = Some(exporter);
        let request = self.in_flight.start(Errand::Export);
        self.desk.transfer = Some(Transfer { request, progress: None, aside: false });
        effects.push(Effect::Export { request, contacts, format, path, replace });
    }

    fn exported(&mut self, request: RequestId, exported: Exported) {
        if self.in_flight.end(request).is_none() {
            return;
        }
        self.ended();
        let form = self.desk.exporter.take().filter(|_| self.modals.is_empty() && !self.contacts.filter.editing);
        match (exported, form) {
            (Exported::Done { count, path }, _) => {
                let contacts = if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") };
                self.notice = Some(Notice::done(format!("Exported {contacts} to {path}")));
            }
            (Exported::Exists { path, facts }, Some(form)) => {
                self.modals.push(Modal::Exporter(form));
                self.modals.push(Modal::Question(Question::replace_file(&path, &facts)));
            }
            (Exported::Exists { path, .. }, None) => {
                self.notice = Some(Notice::trouble(format!("Nothing was exported: there is {path} already")));
            }
            (Exported::Failed(reason), Some(mut form)) => {
                form.problem = Some(reason);
                self.modals.push(Modal::Exporter(form));
            }
            (Exported::Failed(reason), None) => self.notice = Some(Notice::trouble(reason)),
        }
    }

    /// Asks for the names of the directory that the picker or the path of an export wants to show.
    pub(super) fn look_around(&mut self, effects: &mut Vec<Effect>) {
        let (wanted, asked) = match self.modals.last_mut() {
            Some(Modal::Picker(picker)) => (picker.wanted(), &mut picker.asked),
            Some(Modal::Exporter(exporter)) => (exporter.wanted(), &mut exporter.asked),
            _ => return,
        };
        if asked.as_ref() != Some(&wanted) {
            *asked = Some(wanted.clone());
            let request = self.in_flight.start(Errand::ListDirectory);
            effects.push(Effect::ListDirectory { request, directory: wanted });
        }
    }

    fn listed(&mut self, request: RequestId, listing: super::Listing) {
        if self.in_flight.end(request).is_none() {
            return;
        }
        match self.modals.iter_mut().rev().find(|modal| matches!(modal, Modal::Picker(_) | Modal::Exporter(_))) {
            Some(Modal::Picker(picker)) => picker.list(listing),
            Some(Modal::Exporter(exporter)) => exporter.list(listing),
            _ => {}
        }
    }
}
