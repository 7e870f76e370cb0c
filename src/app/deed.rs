//! What can be done with a value: copied, called, written to, opened, shown as a QR code. As data; where a deed is
//! possible, one function makes it, and where it is not, the same function says why.

use super::{
    AccountDeed, Errand, Menu, Pane, Qr, State,
    action::OnValue,
    details::{Around, Item, Kind, Sheet},
    layout,
};
use crate::{
    book::{Contact, GroupId, TypedValue, name::shown_name},
    config::Program,
    exchange::{
        uri::{self, Number},
        visible,
    },
};

/// A clipboard takes a value, not a library; terminals drop what is much longer than this.
const COPIED_AT_MOST: usize = 50_000;

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Hand a link to a program.
    Open(Link),
    /// Copy a text.
    Copy {
        /// What it is.
        label: String,
        /// The text, harmless.
        text: String,
    },
    /// Show a group.
    Show(GroupId),
    /// Show a QR code.
    Qr(Qr),
    /// Show earlier changes.
    Earlier,
    /// Do something with an account.
    Account(AccountDeed),
    /// Choose among several deeds.
    Menu(Menu),
}

/// A link for another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which one.
    pub program: Program,
    /// The link.
    pub uri: String,
    /// The bare address, number or page, for programs that take no links.
    pub value: String,
}

impl Link {
    /// A mail to these addresses; those that are none are left out.
    pub fn mail(values: &[&str]) -> Option<Self> {
        let value = values.iter().filter_map(|value| uri::mail_address(value)).collect::<Vec<_>>().join(",");
        Some(Self { program: Program::Mail, uri: uri::mailto(values)?, value })
    }

    fn call(number: &Number) -> Self {
        Self { program: Program::Call, uri: number.tel(), value: number.dialled.clone() }
    }

    /// The Webex app is reached by its own scheme, whatever calls otherwise.
    fn webex(number: &Number) -> Self {
        Self { program: Program::Open, uri: number.webextel(), value: number.dialled.clone() }
    }

    fn sip(value: &str) -> Option<Self> {
        let uri = uri::sip(value)?;
        Some(Self { program: Program::Call, value: uri.trim_start_matches("sip:").to_owned(), uri })
    }

    /// A page, if it is one that may be opened.
    pub(super) fn page(value: &str) -> Option<Self> {
        let uri = uri::page(value)?;
        Some(Self { program: Program::Open, value: uri.clone(), uri })
    }

    /// What is said while the program starts.
    pub fn said(&self) -> String {
        let verb = match self.program {
            Program::Mail => "Writing to",
            Program::Call => "Calling",
            Program::Open if self.uri.starts_with("webextel:") => "Calling with Webex",
            Program::Open => "Opening",
        };
        format!("{verb} {}", self.value)
    }
}

/// The values of a kind, those first that are meant when none is pointed at: the preferred one, then those for talking.
fn values(contact: &Contact, kind: Kind) -> Vec<TypedValue> {
    let shown = contact.effective();
    let mut values = match kind {
        Kind::Phone => shown.phone_numbers,
        Kind::Mail => shown.emails,
        Kind::Sip => shown.sip_addresses,
        Kind::Page => contact.extras.web_pages.clone(),
        Kind::Groups | Kind::Earlier | Kind::Text => Vec::new(),
    };
    values.sort_by_key(|value| (!value.primary, matches!(value.kind.as_str(), "fax" | "pager")));
    values
}

/// The value of a kind that is meant when none is pointed at.
pub(super) fn main_value(contact: &Contact, kind: Kind) -> Option<TypedValue> {
    values(contact, kind).into_iter().next()
}

/// The address to write to: the preferred one, else the first one that is an address.
pub(super) fn mail_address(contact: &Contact) -> Option<String> {
    let addresses = values(contact, Kind::Mail);
    addresses.iter().find_map(|value| uri::mail_address(&value.value)).map(str::to_owned)
}

/// How the contact likes to be reached.
fn preferred_kind(contact: &Contact) -> Kind {
    match contact.effective().primary_contact_method.as_str() {
        "EMAIL" => Kind::Mail,
        "SIPADDRESS" => Kind::Sip,
        _ => Kind::Phone,
    }
}

/// The one value that leads to the contact best.
fn best_value(contact: &Contact) -> Option<TypedValue> {
    let kinds = [preferred_kind(contact), Kind::Phone, Kind::Mail, Kind::Sip, Kind::Page];
    kinds.into_iter().find_map(|kind| main_value(contact, kind))
}

/// The text as it may be copied: without control characters; line ends stay where a value is shown in several lines.
fn harmless(text: &str) -> String {
    let mut lines = text.lines().map(visible).collect::<Vec<_>>().join("\n");
    let end = (0..=COPIED_AT_MOST.min(lines.len())).rev().find(|end| lines.is_char_boundary(*end));
    lines.truncate(end.unwrap_or_default());
    lines
}

/// A text to be copied.
pub(super) fn copy(label: &str, text: &str) -> Deed {
    Deed::Copy { label: label.to_owned(), text: harmless(text) }
}

/// What a value of a kind is opened by, or why it is not.
fn link(kind: Kind, text: &str) -> Result<Deed, &'static str> {
    let link = match kind {
        Kind::Phone => Number::parse(text).map(|number| Link::call(&number)).ok_or(NO_NUMBER),
        Kind::Mail => Link::mail(&[text]).ok_or("this is no e-mail address that can be written to"),
        Kind::Sip => Link::sip(text).ok_or("this is no SIP address that can be called"),
        Kind::Page => Link::page(text).ok_or("this is no page: only http and https are opened"),
        Kind::Groups | Kind::Earlier | Kind::Text => Err(NOTHING),
    };
    link.map(Deed::Open)
}

const NOTHING: &str = "nothing to open here; it can be copied";
const NO_NUMBER: &str = "this is no number that can be called";
const NO_ROOM: &str = "the QR code does not fit: make the window larger";

impl State {
    /// The contact that is selected, as it stands in the book; `None` while it is being read.
    pub fn loaded(&self) -> Option<&Contact> {
        let loading = self.in_flight.any(|errand| matches!(errand, Errand::LoadContact(_)));
        let selected = self.selected().map(|row| row.id);
        let here = self.details.contact.as_deref().filter(|contact| Some(contact.id) == selected);
        here.filter(|_| !loading && !self.details.stale)
    }

    /// What the details pane says of the contact it shows.
    pub fn sheet(&self) -> Sheet {
        self.sheet_within(layout::inside(self.areas().details).width)
    }

    /// The same for a pane that is `inside` columns wide within its frame.
    pub fn sheet_within(&self, inside: u16) -> Sheet {
        let contact = self.details.contact.as_deref();
        let person = contact.and_then(|contact| contact.person.as_ref());
        let around = Around {
            roster: &self.roster,
            zone: &self.zone,
            now: self.now,
            abode: contact.and_then(|contact| self.abode(contact)),
            directory: person.map_or_else(String::new, |person| self.directory_name(&person.who.directory)),
        };
        self.details.sheet(&around, inside)
    }

    /// The value under the cursor, if the details have the focus.
    pub fn value(&self) -> Option<&Item> {
        self.details.on.as_ref().filter(|_| self.focus == Pane::Details)
    }

    /// What is to be done with the selected contact or value, or why it cannot be.
    pub(super) fn deed(&self, wish: OnValue, contact: &Contact) -> Result<Deed, &'static str> {
        let pointed = self.value();
        let points_at = |kind: Kind| pointed.filter(|item| item.kind == kind);
        // The value pointed at, else the first one that can be acted on; nothing where the contact has none at all.
        let link = |kind: Kind| match points_at(kind) {
            Some(item) => Some(link(kind, &item.text)),
            None => values(contact, kind).iter().map(|value| link(kind, &value.value)).reduce(Result::or),
        };
        match wish {
            OnValue::Act => match pointed {
                Some(item) => self.act_on(item, contact),
                None => Err("no value is selected"),
            },
            OnValue::Copy => Ok(match (pointed, best_value(contact)) {
                (Some(item), _) => copy(&item.label, &item.text),
                (None, Some(value)) => copy("", &value.value),
                (None, None) => copy("name", &shown_name(contact)),
            }),
            OnValue::Call => {
                let prefers_sip = preferred_kind(contact) == Kind::Sip && points_at(Kind::Phone).is_none();
                let (number, sip) = (link(Kind::Phone), link(Kind::Sip));
                let first = if prefers_sip || points_at(Kind::Sip).is_some() { sip.or(number) } else { number.or(sip) };
                first.unwrap_or(Err("no phone number and no SIP address is known"))
            }
            OnValue::Mail => link(Kind::Mail).unwrap_or(Err("no e-mail address is known")),
            OnValue::Open => link(Kind::Page).unwrap_or(Err("no web page is known")),
            OnValue::Qr => match pointed.filter(|item| item.kind == Kind::Phone) {
                Some(item) => self.code_of(&item.text),
                None => Qr::of_contact(contact, self.size, self.look.ascii).map(Deed::Qr).ok_or(NO_ROOM),
            },
        }
    }

    fn code_of(&self, text: &str) -> Result<Deed, &'static str> {
        let number = Number::parse(text).ok_or(NO_NUMBER)?;
        Qr::of_number(text, &number, self.size, self.look.ascii).map(Deed::Qr).ok_or(NO_ROOM)
    }

    /// What Enter does with a value; a menu where there are several ways.
    fn act_on(&self, item: &Item, contact: &Contact) -> Result<Deed, &'static str> {
        match item.kind {
            Kind::Phone => {
                let number = Number::parse(&item.text).ok_or(NO_NUMBER)?;
                let mut menu = Menu::new(&item.text);
                menu.offer("Call", Deed::Open(Link::call(&number)));
                menu.offer("Call with Webex", Deed::Open(Link::webex(&number)));
                menu.offer("Copy", copy(&item.label, &item.text));
                if let Ok(code) = self.code_of(&item.text) {
                    menu.offer("QR code", code);
                }
                Ok(Deed::Menu(menu))
            }
            Kind::Mail | Kind::Sip | Kind::Page => link(item.kind, &item.text),
            Kind::Earlier => Ok(Deed::Earlier),
            Kind::Groups => {
                let mut menu = Menu::new("Show the group");
                for row in self.roster.groups.iter().filter(|row| contact.groups.contains(&row.group.id)) {
                    menu.offer(&row.group.name, Deed::Show(row.group.id));
                }
                menu.only_choice().ok_or("the group is gone")
            }
            Kind::Text => Err(NOTHING),
        }
    }
}
