//! What lies over the panes: a typed stack. Each variant owns its state, which goes with it.

use ratatui::layout::{Rect, Size};

use super::{
    Conflict, DisputeView, Exporter, Form, GroupForm, Help, LogView, Memberships, Menu, Palette, People, Picker,
    PlanView, Qr, Question, QueueView, Report, RequestId, SignIn, SignOut, TwinsView, action::Context, layout,
};

/// What lies over the panes.
#[derive(Clone, Debug)]
pub enum Modal {
    /// The keys.
    Help(Help),
    /// A contact being typed.
    Form(Box<Form>),
    /// A group being typed.
    GroupForm(Box<GroupForm>),
    /// Files to import.
    Picker(Box<Picker>),
    /// How far an import or an export has come.
    Progress,
    /// Contacts to export.
    Exporter(Box<Exporter>),
    /// A person of the directory to be picked.
    People(Box<People>),
    /// The groups of one contact or many.
    Memberships(Memberships),
    /// What an import would do, or did.
    Report(Box<Report>),
    /// What happened so far.
    Log(LogView),
    /// Yes or no.
    Question(Question),
    /// Mine, theirs or back.
    Conflict(Conflict),
    /// Every command.
    Palette(Palette),
    /// What to do with a value.
    Menu(Menu),
    /// A QR code.
    Qr(Qr),
    /// A sign-in to an account.
    SignIn(Box<SignIn>),
    /// Whether a copy stays when a person signs out.
    SignOut(SignOut),
    /// What the accounts have not got yet.
    Queue(QueueView),
    /// Values of both sides that differ.
    Dispute(Box<DisputeView>),
    /// Who is who.
    Twins(Box<TwinsView>),
    /// A plan that was stopped.
    Plan(Box<PlanView>),
}

impl Modal {
    /// What the table of actions calls it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Help(_) => "help",
            Self::Form(_) => "form",
            Self::GroupForm(_) => "group form",
            Self::Picker(_) => "picker",
            Self::Progress => "progress",
            Self::Exporter(_) => "export",
            Self::People(_) => "people",
            Self::Memberships(_) => "memberships",
            Self::Report(_) => "report",
            Self::Log(_) => "log",
            Self::Question(_) => "question",
            Self::Conflict(_) => "conflict",
            Self::Palette(_) => "palette",
            Self::Menu(_) => "menu",
            Self::Qr(_) => "qr code",
            Self::SignIn(_) => "sign-in",
            Self::SignOut(_) => "sign-out",
            Self::Queue(_) => "queue",
            Self::Dispute(_) => "sync conflict",
            Self::Twins(_) => "who is who",
            Self::Plan(_) => "plan",
        }
    }

    /// What keys mean in it.
    pub fn context(&self) -> Context {
        match self {
            Self::Help(help) => help.keys_mean(),
            Self::Form(form) => form.context(),
            Self::GroupForm(form) => form.context(),
            Self::Picker(_) => Context::Picker,
            Self::Progress => Context::Progress,
            Self::Exporter(form) => form.context(),
            Self::People(_) => Context::People,
            Self::Memberships(_) => Context::Memberships,
            Self::Report(_) => Context::Report,
            Self::Log(_) => Context::Log,
            Self::Question(_) => Context::Question,
            Self::Conflict(_) => Context::Conflict,
            Self::Palette(_) => Context::Palette,
            Self::Menu(_) => Context::Menu,
            Self::Qr(_) => Context::Qr,
            Self::SignIn(_) => Context::SignIn,
            Self::SignOut(_) => Context::SignOut,
            Self::Queue(_) => Context::Queue,
            Self::Dispute(_) => Context::SyncConflict,
            Self::Twins(_) => Context::WhoIsWho,
            Self::Plan(_) => Context::Plan,
        }
    }

    /// Whether something was typed into it that would be lost.
    pub fn is_dirty(&self) -> bool {
        match self {
            Self::Form(form) => form.is_dirty(),
            Self::GroupForm(form) => form.is_dirty(),
            Self::Memberships(memberships) => memberships.is_dirty(),
            _ => false,
        }
    }

    /// The request that saves it.
    pub fn saving(&self) -> Option<RequestId> {
        match self {
            Self::Form(form) => form.saving,
            Self::GroupForm(form) => form.saving,
            Self::Memberships(memberships) => memberships.saving,
            _ => None,
        }
    }

    /// It could not be saved: it is open for typing again.
    pub fn saved_not(&mut self) {
        match self {
            Self::Form(form) => form.saving = None,
            Self::GroupForm(form) => form.saving = None,
            Self::Memberships(memberships) => memberships.saving = None,
            _ => {}
        }
    }

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let (width, height) = match self {
            Self::Form(_) => (Form::WIDTH, u16::MAX),
            Self::People(_) => (People::WIDTH, u16::MAX),
            Self::Memberships(memberships) => return memberships.area(size),
            Self::Help(_) => (Help::WIDTH, u16::MAX),
            Self::Log(_) => (LogView::WIDTH, u16::MAX),
            Self::Report(report) => return report.area(size),
            Self::GroupForm(form) => (GroupForm::WIDTH, form.height()),
            Self::Picker(_) => (Picker::WIDTH, Picker::HEIGHT),
            Self::Progress => (Report::WIDTH, 4),
            Self::Exporter(_) => (Exporter::WIDTH, Exporter::HEIGHT),
            Self::Question(question) => return question.area(size),
            Self::Conflict(conflict) => return conflict.area(size),
            Self::Palette(_) => (Palette::WIDTH, Palette::HEIGHT),
            Self::Menu(menu) => (menu.width(), u16::try_from(menu.len() + 2).unwrap_or(u16::MAX)),
            Self::Qr(code) => return code.area(size),
            Self::SignIn(view) => return view.areas(size).frame,
            Self::SignOut(view) => return view.area(size),
            Self::Queue(_) => return QueueView::area(size),
            Self::Dispute(view) => return view.area(size),
            Self::Twins(view) => return view.area(size),
            Self::Plan(view) => return view.area(size),
        };
        layout::modal(size, width, height)
    }
}
