//! What the actions on accounts do.

use super::{DisputeView, PlanView, QueueView, SignIn, SignOut, TwinsView, record_of};
use crate::{
    app::{
        Deed, Effect, Errand, Menu, Modal, Notice, Question, Section, State,
        action::{OnAccount, OnSettle, OnSync},
        deed::{self, Link},
        homes::Home,
    },
    book::{AccountId, AccountState, Command, ContactId, GroupId, RecordId, Ruling, change::Kind},
};

/// What is done with the account that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountDeed {
    /// Sign in there.
    SignIn(AccountId),
    /// Sign out.
    SignOut(AccountId),
    /// Copy the marked contacts, else the selected one.
    CopyTo(AccountId),
    /// Move them.
    MoveTo(AccountId),
}

impl State {
    pub(in crate::app) fn on_sync(&mut self, action: OnSync, effects: &mut Vec<Effect>) {
        match action {
            OnSync::Now => {
                let request = self.in_flight.start(Errand::SyncNow);
                effects.push(Effect::SyncNow { request });
            }
            OnSync::Cancel => {
                self.notice = Some(Notice::done("The sync stops once what is being sent has arrived"));
                effects.push(Effect::CancelSync);
            }
            OnSync::Queue => self.modals.push(Modal::Queue(QueueView::default())),
            OnSync::Conflict => {
                let selected = self.selected().map(|row| RecordId { kind: Kind::Contact, id: row.id.0 });
                if !selected.is_some_and(|record| self.open_question(record)) {
                    let dispute = self.accounts.disputes.first().map(|dispute| dispute.record);
                    let twin = || self.accounts.twins.first()?.here.first().copied();
                    let twin = || twin().map(|id| RecordId { kind: Kind::Contact, id: id.0 });
                    dispute.or_else(twin).map(|record| self.open_question(record));
                }
            }
            OnSync::Plan => {
                let shown = self.account_shown();
                let brakes = &self.accounts.brakes;
                let brake = brakes.iter().find(|brake| Some(&brake.account) == shown.as_ref()).or(brakes.first());
                if let Some(plan) = brake.cloned() {
                    let account = self.accounts.name(&plan.account);
                    self.modals.push(Modal::Plan(Box::new(PlanView { plan, account, scroll: 0 })));
                }
            }
            OnSync::Directory => {
                let request = self.in_flight.start(Errand::RefreshDirectory);
                self.notice = Some(Notice::done("Asking who is who in the organisation…"));
                effects.push(Effect::RefreshDirectory { request });
            }
        }
    }

    /// Opens what a person is asked about a record; whether something is.
    fn open_question(&mut self, record: RecordId) -> bool {
        let dispute = self.accounts.disputes.iter().find(|dispute| dispute.record == record).cloned();
        let modal = match (dispute, self.accounts.twins_of(record).cloned()) {
            (Some(dispute), _) => {
                let account = self.accounts.name(&dispute.account);
                Modal::Dispute(Box::new(DisputeView { dispute, account, scroll: 0 }))
            }
            (None, Some(twins)) => {
                let account = self.accounts.name(&twins.account);
                Modal::Twins(Box::new(TwinsView { twins, account, scroll: 0 }))
            }
            (None, None) => return false,
        };
        self.modals.push(modal);
        true
    }

    pub(in crate::app) fn on_account(&mut self, action: OnAccount, effects: &mut Vec<Effect>) {
        let is_out = |state: &AccountState| matches!(state, AccountState::SignedOut | AccountState::NeedsSignIn { .. });
        let of = |wanted: &dyn Fn(&AccountState) -> bool| -> Vec<AccountId> {
            let wanted = self.accounts.list.iter().filter(|status| wanted(&status.state));
            wanted.map(|status| status.id.clone()).collect()
        };
        let (title, accounts, deed): (_, _, fn(AccountId) -> AccountDeed) = match action {
            OnAccount::Add => return self.begin_sign_in(None, effects),
            OnAccount::SignIn if self.accounts.list.is_empty() => return self.begin_sign_in(None, effects),
            OnAccount::SignIn => ("Sign in to", of(&is_out), AccountDeed::SignIn),
            OnAccount::SignOut => {
                let shown = self.account_shown().filter(|account| self.accounts.get(account).is_some());
                let accounts = shown.map_or_else(|| of(&|_| true), |account| vec![account]);
                ("Sign out of", accounts, AccountDeed::SignOut)
            }
            OnAccount::CopyTo => ("Copy to", self.other_homes(), AccountDeed::CopyTo),
            OnAccount::MoveTo => ("Move to", self.other_homes(), AccountDeed::MoveTo),
        };
        let mut menu = Menu::new(title);
        for account in accounts {
            menu.offer(&self.accounts.name(&account), Deed::Account(deed(account)));
        }
        if let Some(deed) = menu.only_choice() {
            self.carry(deed, effects);
        }
    }

    /// The accounts that do not have all of the contacts that an action is about.
    pub(super) fn other_homes(&self) -> Vec<AccountId> {
        let targets = self.targets();
        let homes = self.roster.homes.shown().iter().map(|home: &Home| self.roster.homes.id(*home));
        homes.filter(|home| targets.iter().any(|row| !row.is_of(home))).collect()
    }

    /// Does what was chosen.
    pub(in crate::app) fn carry_account(&mut self, deed: AccountDeed, effects: &mut Vec<Effect>) {
        match deed {
            AccountDeed::SignIn(account) => self.begin_sign_in(Some(account), effects),
            AccountDeed::SignOut(account) => {
                let contacts = self.roster.rows.iter().filter(|row| !row.trashed && row.is_of(&account)).count();
                let (name, unsent) = (self.accounts.name(&account), self.accounts.queue_of(&account).count());
                self.modals.push(Modal::SignOut(SignOut { account, name, unsent, contacts }));
            }
            AccountDeed::CopyTo(account) => {
                let contacts = self.strangers(&account);
                self.perform(Command::CopyContacts { contacts, account }, effects);
            }
            AccountDeed::MoveTo(account) => {
                let name = self.accounts.name(&account);
                let rows: Vec<_> = self.targets().into_iter().filter(|row| !row.is_of(&account)).collect();
                let question = Question::move_contacts(&rows, account, &name);
                self.modals.push(Modal::Question(question));
            }
        }
    }

    /// Those that an action is about and that an account does not have.
    fn strangers(&self, account: &AccountId) -> Vec<ContactId> {
        self.targets().into_iter().filter(|row| !row.is_of(account)).map(|row| row.id).collect()
    }

    fn begin_sign_in(&mut self, account: Option<AccountId>, effects: &mut Vec<Effect>) {
        let request = self.in_flight.start(Errand::SignIn);
        let name = account.as_ref().map_or_else(|| "Webex".to_owned(), |account| self.accounts.name(account));
        self.modals.push(Modal::SignIn(Box::new(SignIn::begin(request, account.clone(), name))));
        effects.push(Effect::SignIn { request, account });
    }

    /// What is done in the modals of accounts.
    pub(in crate::app) fn on_settle(&mut self, action: OnSettle, effects: &mut Vec<Effect>) {
        match action {
            OnSettle::Retry | OnSettle::RetryAll | OnSettle::Drop | OnSettle::Show => self.on_queue(action, effects),
            OnSettle::Mine => self.rule(Ruling::Mine, effects),
            OnSettle::Theirs => self.rule(Ruling::Theirs, effects),
            OnSettle::Both => self.rule(Ruling::Both, effects),
            OnSettle::Same | OnSettle::Different => {
                let Some(Modal::Twins(view)) = self.modals.pop_if(|modal| matches!(modal, Modal::Twins(_))) else {
                    return;
                };
                let request = self.in_flight.start(Errand::Twins);
                let (twins, same) = (Box::new(view.twins), action == OnSettle::Same);
                effects.push(Effect::AnswerTwins { request, twins, same });
            }
            OnSettle::Apply | OnSettle::Leave => {
                let Some(Modal::Plan(view)) = self.modals.pop_if(|modal| matches!(modal, Modal::Plan(_))) else {
                    return;
                };
                let (account, digest) = (view.plan.account, view.plan.digest);
                let request = self.in_flight.start(Errand::Brake(account.clone()));
                effects.push(match action {
                    OnSettle::Apply => Effect::ConfirmBrake { request, account, digest },
                    _ => Effect::RefuseBrake { request, account, digest },
                });
            }
            OnSettle::KeepCopy => self.sign_out(true, effects),
            OnSettle::RemoveCopy => self.sign_out(false, effects),
            OnSettle::OpenPage
            | OnSettle::CopyCode
            | OnSettle::Again
            | OnSettle::Trust
            | OnSettle::Distrust
            | OnSettle::CancelSignIn => {
                self.on_sign_in(action, effects);
            }
        }
    }

    fn on_queue(&mut self, action: OnSettle, effects: &mut Vec<Effect>) {
        let Some(Modal::Queue(view)) = self.modals.last() else { return };
        let Some((_, entry)) = view.selected(&self.accounts) else { return };
        let record = record_of(entry);
        match action {
            OnSettle::Drop => {
                let request = self.in_flight.start(Errand::DropSending);
                effects.push(Effect::DropSending { request, record });
            }
            OnSettle::Show if self.open_question(record) => {}
            OnSettle::Show => {
                self.modals.pop();
                self.show_record(record, effects);
            }
            _ => {
                let record = (action == OnSettle::Retry).then_some(record);
                let request = self.in_flight.start(Errand::RetrySending);
                effects.push(Effect::RetrySending { request, record });
            }
        }
    }

    fn show_record(&mut self, record: RecordId, effects: &mut Vec<Effect>) {
        match record.kind {
            Kind::Contact => {
                let id = ContactId(record.id);
                let trashed = self.roster.rows.iter().any(|row| row.id == id && row.trashed);
                self.show_contact(id, if trashed { Section::Trash } else { Section::All }, effects);
            }
            Kind::Group => {
                self.focus = crate::app::Pane::Groups;
                let before = std::mem::replace(&mut self.groups.section, Section::Group(GroupId(record.id)));
                self.section_may_differ(before, effects);
            }
        }
    }

    fn rule(&mut self, ruling: Ruling, effects: &mut Vec<Effect>) {
        let Some(Modal::Dispute(view)) = self.modals.pop_if(|modal| matches!(modal, Modal::Dispute(_))) else { return };
        let record = view.dispute.record;
        let request = self.in_flight.start(Errand::Rule(record));
        effects.push(Effect::AnswerConflict { request, record, ruling });
    }

    fn sign_out(&mut self, keep: bool, effects: &mut Vec<Effect>) {
        let Some(Modal::SignOut(view)) = self.modals.pop_if(|modal| matches!(modal, Modal::SignOut(_))) else { return };
        let account = view.account;
        let request = self.in_flight.start(Errand::SignOut(account.clone()));
        effects.push(Effect::SignOut { request, account, keep });
    }

    fn on_sign_in(&mut self, action: OnSettle, effects: &mut Vec<Effect>) {
        let Some(Modal::SignIn(view)) = self.modals.last() else { return };
        match (action, view.prompt().cloned()) {
            (OnSettle::CopyCode, Some(prompt)) => self.carry(deed::copy("code", &prompt.code), effects),
            (OnSettle::OpenPage, Some(prompt)) => {
                let page = if prompt.link.is_empty() { &prompt.page } else { &prompt.link };
                match Link::page(page) {
                    Some(link) => self.carry(Deed::Open(link), effects),
                    None => self.notice = Some(Notice::hint("this is no page that is opened: only http and https are")),
                }
            }
            (OnSettle::Again, _) => {
                let account = view.account.clone();
                self.modals.pop();
                self.begin_sign_in(account, effects);
            }
            (OnSettle::Trust | OnSettle::Distrust, _) => {
                let trusted = action == OnSettle::Trust;
                effects.extend(view.request.map(|request| Effect::TrustKeyServer { request, trusted }));
                if let Some(Modal::SignIn(view)) = self.modals.last_mut() {
                    view.answered();
                }
            }
            (OnSettle::CancelSignIn, _) => {
                if let Some(request) = view.request {
                    effects.push(Effect::CancelSignIn { request });
                }
                self.modals.pop();
            }
            _ => {}
        }
    }
}
