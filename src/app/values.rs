//! What the actions do with values: of the contact under the cursor, or with the one value selected in the details.

use super::{
    Deed, Effect, Errand, Link, Modal, Notice, Pane, State,
    action::OnValue,
    deed::mail_address,
    layout,
    question::people,
    text::{cut, width},
};
use crate::book::{Contact, Row};

/// A longer value is cut in the notice that speaks of it.
const SAID_AT_MOST: usize = 44;

/// Systems hand on no argument that is much longer.
const LINK_AT_MOST: usize = 30_000;

/// More addresses never fit, however short they are; so many contacts need not even be read.
const MAILED_AT_MOST: usize = LINK_AT_MOST / "a@b.c,".len();

const TOO_MANY: &str = "too many for one e-mail: mark fewer";

impl State {
    /// Why nothing can be done with a value. What is not known before the contact is read is guessed from its row.
    pub(super) fn value_blocked(&self, wish: OnValue) -> Option<&'static str> {
        if self.writes_to_marked(wish) {
            return None;
        }
        match (self.selected(), self.loaded()) {
            (None, _) => Some("no contact is selected"),
            (Some(_), Some(contact)) => self.deed(wish, contact).err(),
            (Some(row), None) => match wish {
                OnValue::Call if row.digits.is_empty() && !has_address(row) => {
                    Some("no phone number and no SIP address is known")
                }
                OnValue::Mail if !has_address(row) => Some("no e-mail address is known"),
                _ => None,
            },
        }
    }

    /// A mail goes to all that are marked, unless it is a value of the details that is pointed at.
    fn writes_to_marked(&self, wish: OnValue) -> bool {
        wish == OnValue::Mail && self.has_marks() && self.focus != Pane::Details
    }

    /// One mail to the main address of each.
    pub(super) fn mail_to(&mut self, contacts: &[Contact], effects: &mut Vec<Effect>) {
        let addresses: Vec<String> = contacts.iter().filter_map(mail_address).collect();
        let link = Link::mail(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
        let without = contacts.len() - addresses.len();
        match link {
            None => self.notice = Some(Notice::hint("none of the marked contacts has an e-mail address")),
            Some(link) if link.uri.len() > LINK_AT_MOST => {
                self.notice = Some(Notice::hint(TOO_MANY));
            }
            Some(link) => {
                self.carry(Deed::Open(link), effects);
                let left_out = if without > 0 { format!("; {without} without an address") } else { String::new() };
                self.notice = Some(Notice::done(format!("Writing to {}{left_out}", people(addresses.len()))));
            }
        }
    }

    pub(super) fn on_value(&mut self, wish: OnValue, effects: &mut Vec<Effect>) {
        if self.writes_to_marked(wish) {
            let targets = self.targets();
            if targets.iter().filter(|row| has_address(row)).count() > MAILED_AT_MOST {
                self.notice = Some(Notice::hint(TOO_MANY));
                return;
            }
            let ids = targets.into_iter().map(|row| row.id).collect();
            let request = self.in_flight.start(Errand::MailToMarked);
            effects.push(Effect::LoadContacts { request, ids });
            return;
        }
        self.details.wish = Some(wish);
        self.details.failed = None;
        self.fulfil_wish(effects);
    }

    /// Does what was asked for, if the contact is here as it stands in the book.
    pub(super) fn fulfil_wish(&mut self, effects: &mut Vec<Effect>) {
        let (Some(wish), Some(contact)) = (self.details.wish, self.loaded()) else { return };
        let deed = self.deed(wish, contact);
        self.details.wish = None;
        match deed {
            Ok(deed) => self.carry(deed, effects),
            Err(reason) => self.notice = Some(Notice::hint(reason)),
        }
    }

    /// Does it.
    pub(super) fn carry(&mut self, deed: Deed, effects: &mut Vec<Effect>) {
        match deed {
            Deed::Open(link) => {
                self.notice = Some(Notice::done(short(&link.said())));
                let request = self.in_flight.start(Errand::Open);
                effects.push(Effect::Open { request, link });
            }
            Deed::Copy { label, text } => {
                // Of several lines the label says more than the first one would.
                let said = if text.contains('\n') { format!("the {label}") } else { text.clone() };
                self.notice = Some(Notice::done(short(&format!("Copied {said}"))));
                effects.push(Effect::Copy { text });
            }
            Deed::Show(group) => {
                let before = std::mem::replace(&mut self.groups.section, super::Section::Group(group));
                self.section_may_differ(before, effects);
                self.focus = Pane::Contacts;
            }
            Deed::Qr(code) => {
                self.notice = Some(Notice::hint(&code.says));
                self.modals.push(Modal::Qr(code));
            }
            Deed::Earlier => self.details.history.ask_for_more(),
            Deed::Account(deed) => self.carry_account(deed, effects),
            Deed::Menu(menu) => self.modals.push(Modal::Menu(menu)),
        }
    }

    /// Brings the selected value into sight, and asks for what happened to the contact once it is here.
    pub(super) fn settle_details(&mut self, effects: &mut Vec<Effect>) {
        if self.focus == Pane::Details && self.loaded().is_some() {
            let sheet = self.sheet();
            let page = usize::from(layout::inside(self.areas().details).height);
            self.details.settle(&sheet, page);
        } else if self.details.scroll > 0 && !self.areas().details.is_empty() {
            let page = usize::from(layout::inside(self.areas().details).height);
            let last = self.sheet().lines.len().saturating_sub(page);
            self.details.scroll = self.details.scroll.min(last);
        }
        if let Some(id) = self.loaded().map(|contact| contact.id)
            && let Some(limit) = self.details.history.wants()
        {
            let request = self.in_flight.start(Errand::LoadHistory(id));
            effects.push(Effect::LoadHistory { request, id, limit });
        }
    }
}

/// Whether a row speaks of an e-mail or SIP address.
fn has_address(row: &Row) -> bool {
    row.words.iter().any(|word| word.contains('@'))
}

/// A sentence short enough to leave room for the hints.
fn short(sentence: &str) -> String {
    if width(sentence) <= SAID_AT_MOST {
        return sentence.to_owned();
    }
    let cut = cut(sentence, SAID_AT_MOST);
    format!("{}…{}", cut.head, cut.tail)
}
