//! What can be done with a value: copied, called, written to, opened, shown as a QR code. As data; where a deed is
//! possible, one function makes it, and where it is not, the same function says why.

use super::{
    Errand, Menu, Pane, Qr, State,
    action::OnValue,
    details::{Item, Kind, Sheet},
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

    fn page(value: &str) -> Option<Self> {
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

/// The value of a kind that is meant when none is pointed at: the preferred one, else the first one that is for talking.
pub(super) fn main_value(contact: &Contact, kind: Kind) -> Option<TypedValue> {
    let shown = contact.effective();
    let values = match kind {
        Kind::Phone => shown.phone_numbers,
        Kind::Mail => shown.emails,
        Kind::Sip => shown.sip_addresses,
        Kind::Page => contact.extras.web_pages.clone(),
        Kind::Groups | Kind::Earlier | Kind::Text => return None,
    };
    let talks = |value: &&TypedValue| !matches!(value.kind.as_str(), "fax" | "pager");
    let main = values.iter().find(|value| value.primary).or_else(|| values.iter().find(talks));
    main.or(values.first()).cloned()
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

fn copy(label: &str, text: &str) -> Deed {
    Deed::Copy { label: label.to_owned(), text: harmless(text) }
}

/// Why a kind of value cannot be acted on.
const NO_NUMBER: &str = "this is no number that can be called";
const NO_ADDRESS: &str = "this is no e-mail address that can be written to";
const NO_SIP: &str = "this is no SIP address that can be called";
const NO_PAGE: &str = "this is no page: only http and https are opened";
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
        let inside = layout::inside(self.areas().details).width;
        self.details.sheet(&self.roster, &self.zone, self.now, inside)
    }

    /// The value under the cursor, if the details have the focus.
    pub fn value(&self) -> Option<Item> {
        let focused = self.focus == Pane::Details;
        focused.then(|| self.sheet().items.into_iter().nth(self.details.cursor)).flatten()
    }

    /// What is to be done with the selected contact or value, or why it cannot be.
    pub(super) fn deed(&self, wish: OnValue, contact: &Contact) -> Result<Deed, &'static str> {
        let pointed = self.value();
        let points_at = |kind: Kind| pointed.as_ref().filter(|item| item.kind == kind).map(|item| item.text.clone());
        let pick = |kind: Kind| points_at(kind).or_else(|| Some(main_value(contact, kind)?.value));
        match wish {
            OnValue::Act => match &pointed {
                Some(item) => self.act_on(item, contact),
                None => Err("no value is selected"),
            },
            OnValue::Copy => Ok(match (&pointed, best_value(contact)) {
                (Some(item), _) => copy(&item.label, &item.text),
                (None, Some(value)) => copy("", &value.value),
                (None, None) => copy("name", &shown_name(contact)),
            }),
            OnValue::Call => {
                let prefers_sip = preferred_kind(contact) == Kind::Sip && points_at(Kind::Phone).is_none();
                let sip_first = prefers_sip || points_at(Kind::Sip).is_some();
                let call = |text: String| Number::parse(&text).map(|number| Link::call(&number)).ok_or(NO_NUMBER);
                let number = pick(Kind::Phone).map(call);
                let sip = pick(Kind::Sip).map(|text| Link::sip(&text).ok_or(NO_SIP));
                let link = if sip_first { sip.or(number) } else { number.or(sip) };
                link.unwrap_or(Err("no phone number and no SIP address is known")).map(Deed::Open)
            }
            OnValue::Mail => match pick(Kind::Mail) {
                Some(text) => Link::mail(&[&text]).map(Deed::Open).ok_or(NO_ADDRESS),
                None => Err("no e-mail address is known"),
            },
            OnValue::Open => match pick(Kind::Page) {
                Some(text) => Link::page(&text).map(Deed::Open).ok_or(NO_PAGE),
                None => Err("no web page is known"),
            },
            OnValue::Qr => match pointed.filter(|item| item.kind == Kind::Phone) {
                Some(item) => self.code_of(&item.text),
                None => Qr::of_contact(contact, self.size).map(Deed::Qr).ok_or(NO_ROOM),
            },
        }
    }

    fn code_of(&self, text: &str) -> Result<Deed, &'static str> {
        let number = Number::parse(text).ok_or(NO_NUMBER)?;
        Qr::of_number(text, &number, self.size).map(Deed::Qr).ok_or(NO_ROOM)
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
            Kind::Mail => Link::mail(&[&item.text]).map(Deed::Open).ok_or(NO_ADDRESS),
            Kind::Sip => Link::sip(&item.text).map(Deed::Open).ok_or(NO_SIP),
            Kind::Page => Link::page(&item.text).map(Deed::Open).ok_or(NO_PAGE),
            Kind::Earlier => Ok(Deed::Earlier),
            Kind::Groups => {
                let mut menu = Menu::new("Show the group");
                for row in self.roster.groups.iter().filter(|row| contact.groups.contains(&row.group.id)) {
                    menu.offer(&row.group.name, Deed::Show(row.group.id));
                }
                menu.only_choice().ok_or("the group is gone")
            }
            Kind::Text => Err("there is nothing to call, write to or open here; it can be copied"),
        }
    }
}
