//! What the pane says of a contact: lines that fit it, and the values that they show.
//!
//! In the order in which people look: who, how to reach, work, address, notes, other, groups, history.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::{
    History,
    words::{address_label, change, day, text, text_label, value_label, when},
};
use crate::{
    app::{
        Roster,
        text::{width, wrap},
    },
    book::{
        Contact, ContactType, Draft, Field, Profile, Timestamp,
        field::Shape,
        name::{derive_display_name, shown_name},
    },
};

/// The widest label; a longer one is cut.
pub const LABEL_WIDTH: usize = 11;

/// Left of the labels, and right of the values.
pub const MARGIN: usize = 1;
/// A gap and a mark after a value.
const MARK: usize = 2;
/// What the title of the pane has beside the name within the frame's corners.
const TITLE: usize = 2;

/// How a line is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// What the contact says.
    #[default]
    Plain,
    /// What callbook says about it.
    Dim,
    /// Something is wrong with it.
    Trouble,
}

/// One line of the pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailLine {
    /// What the value is; empty on further lines of the same value. Without a value: a sentence.
    pub label: String,
    /// The value, or a piece of it that fits.
    pub value: String,
    /// Whether the value is the preferred one of its kind.
    pub primary: bool,
    /// Whether the value is the directory's, and not the user's own.
    pub directory: bool,
    /// How it is meant.
    pub weight: Weight,
    /// The place of its value among [`Sheet::items`].
    pub item: Option<usize>,
}

/// What can be done with a value beside copying it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Called.
    Phone,
    /// Written to.
    Mail,
    /// Called by SIP.
    Sip,
    /// Opened.
    Page,
    /// Shown in the contacts pane.
    Groups,
    /// Asked for: what happened earlier.
    Earlier,
    /// Nothing.
    Text,
}

/// A value that can be selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What can be done with it.
    pub kind: Kind,
    /// What it is.
    pub label: String,
    /// The value, whole.
    pub text: String,
    /// Its lines.
    pub lines: Range<usize>,
}

/// Everything that the pane says, for one width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The lines.
    pub lines: Vec<DetailLine>,
    /// The values, from the top.
    pub items: Vec<Item>,
}

/// What there is to say.
pub(super) struct About<'a> {
    pub contact: &'a Contact,
    /// What its card holds beside the fields: name and value.
    pub other: &'a [(String, String)],
    pub history: &'a History,
    pub roster: &'a Roster,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

impl About<'_> {
    /// The sheet for a pane that is `inside` columns wide within its frame.
    pub fn sheet(&self, inside: u16) -> Sheet {
        let mut page = Page { sheet: Sheet::default(), inside: usize::from(inside) };
        let contact = self.contact;
        let name = shown_name(contact);
        // Theirs before one's own; of each value the pane shows whose it is.
        let theirs = contact.person.as_ref().map(|p| Draft { profile: p.profile.clone(), ..Draft::default() });
        let own = Draft::of(contact);
        let parts: Vec<Part> = theirs
            .iter()
            .map(|draft| Part { draft, directory: true })
            .chain([Part { draft: &own, directory: false }])
            .collect();
        self.sentences(&mut page);
        page.headline(&parts, &name);
        page.texts(&parts, &[Field::FirstName, Field::LastName, Field::DisplayName], &name);
        page.texts(&parts, &[Field::Nickname, Field::Prefix, Field::MiddleName, Field::Suffix], &name);
        page.gap();
        for field in [Field::PhoneNumbers, Field::Emails, Field::SipAddresses, Field::WebPages] {
            page.values(&parts, field);
        }
        page.texts(&parts, &[Field::PrimaryContactMethod], &name);
        page.gap();
        page.texts(&parts, &[Field::Manager], &name);
        page.gap();
        page.addresses(&parts);
        page.gap();
        page.texts(&parts, &[Field::Notes], &name);
        page.gap();
        page.texts(&parts, &[Field::Birthday, Field::AvatarUrl], &name);
        if let Some(photo) = &contact.extras.photo {
            page.say("photo", &photo.media_type, Weight::Dim);
        }
        if contact.extras.favourite {
            page.say("favourite", "yes", Weight::Plain);
        }
        for (name, value) in self.other {
            page.say(name, value, Weight::Dim);
        }
        page.gap();
        page.groups(&self.roster.group_names(contact));
        page.gap();
        self.history(&mut page, &name);
        page.sheet
    }

    fn sentences(&self, page: &mut Page) {
        let when = |at| when(at, self.now, self.zone);
        if let Some(since) = self.contact.trashed {
            page.sentence(Weight::Trouble, false, &format!("in the trash since {}", when(since)));
        }
        match &self.contact.person {
            Some(person) => match person.unresolved_since {
                Some(since) => {
                    let sentence = format!(
                        "unresolved since {}: the directory no longer knows this person; last seen as",
                        when(since)
                    );
                    page.sentence(Weight::Trouble, false, &sentence);
                }
                None => page.sentence(Weight::Dim, true, &format!("from the directory '{}'", person.who.directory)),
            },
            None if self.contact.contact_type == ContactType::Cloud => {
                page.sentence(Weight::Trouble, false, "a person of a directory that is not known here");
            }
            None => {}
        }
    }

    fn history(&self, page: &mut Page, name: &str) {
        let [created, changed] = [self.contact.created, self.contact.modified].map(|at| when(at, self.now, self.zone));
        page.say("created", &created, Weight::Dim);
        if changed != created {
            page.say("changed", &changed, Weight::Dim);
        }
        page.gap();
        for entry in self.history.shown() {
            page.say(&day(entry.at, self.now, self.zone), &change(entry, name), Weight::Dim);
        }
        if self.history.has_more() {
            let value = Value { kind: Kind::Earlier, weight: Weight::Dim, ..Value::of("", "earlier changes…") };
            page.value(&value);
        }
    }
}

/// A part of a contact, and whose it is.
#[derive(Clone, Copy)]
struct Part<'a> {
    draft: &'a Draft,
    directory: bool,
}

/// A value on its way to the page.
#[derive(Clone)]
struct Value<'a> {
    kind: Kind,
    label: &'a str,
    text: &'a str,
    primary: bool,
    directory: bool,
    weight: Weight,
}

impl<'a> Value<'a> {
    fn of(label: &'a str, text: &'a str) -> Self {
        Self { kind: Kind::Text, label, text, primary: false, directory: false, weight: Weight::Plain }
    }
}

struct Page {
    sheet: Sheet,
    /// How wide the pane is within its frame.
    inside: usize,
}

impl Page {
    /// Air before what follows. A sentence of callbook's own heads what follows, so nothing comes between.
    fn gap(&mut self) {
        if self.sheet.lines.last().is_some_and(|line| line.item.is_some()) {
            self.sheet.lines.push(DetailLine::default());
        }
    }

    /// What callbook says: it has the whole width, the labels' edge too.
    fn sentence(&mut self, weight: Weight, directory: bool, sentence: &str) {
        for (number, line) in wrapped(sentence, self.whole_width(directory)).enumerate() {
            let line = DetailLine { label: line, directory: directory && number == 0, weight, ..DetailLine::default() };
            self.sheet.lines.push(line);
        }
    }

    /// How much room there is for what stands without a label.
    fn whole_width(&self, directory: bool) -> usize {
        self.inside.saturating_sub(2 * MARGIN + if directory { MARK } else { 0 })
    }

    fn say(&mut self, label: &str, text: &str, weight: Weight) {
        self.value(&Value { weight, ..Value::of(label, text) });
    }

    fn value(&mut self, value: &Value) {
        let marks = MARK * (usize::from(value.primary) + usize::from(value.directory));
        let room = self.inside.saturating_sub(MARGIN + LABEL_WIDTH + 2 + MARGIN + marks);
        self.lines(value, wrapped(value.text.trim(), room), false);
    }

    fn lines(&mut self, value: &Value, pieces: impl Iterator<Item = String>, bare: bool) {
        let text = value.text.trim();
        if text.is_empty() {
            return;
        }
        let begin = self.sheet.lines.len();
        let item = Some(self.sheet.items.len());
        let &Value { kind, label, primary, directory, weight, .. } = value;
        self.sheet.lines.extend(pieces.enumerate().map(|(number, piece)| {
            let first = number == 0;
            let (label, value) = match (bare, first) {
                (true, _) => (piece, String::new()),
                (false, true) => (label.to_owned(), piece),
                (false, false) => (String::new(), piece),
            };
            DetailLine { label, value, primary: primary && first, directory: directory && first, weight, item }
        }));
        let lines = begin..self.sheet.lines.len();
        self.sheet.items.push(Item { kind, label: label.to_owned(), text: text.to_owned(), lines });
    }

    /// What people read first: the position and the company, without labels.
    fn headline(&mut self, parts: &[Part], name: &str) {
        for Part { draft, directory } in parts {
            let profile = &draft.profile;
            let place = [profile.company_name.trim(), profile.department.trim()];
            let place: Vec<_> = place.into_iter().filter(|part| !part.is_empty() && *part != name).collect();
            for (label, line) in [("title", profile.title.trim()), ("company", &place.join(" · "))] {
                let value = Value { directory: *directory, ..Value::of(label, line) };
                let room = self.whole_width(*directory);
                self.lines(&value, wrapped(line, room), true);
            }
        }
        self.gap();
    }

    /// Fields of one text each; `name` stands in the title of the pane already.
    fn texts(&mut self, parts: &[Part], fields: &[Field], name: &str) {
        for (field, Part { draft, directory }) in
            fields.iter().flat_map(|field| parts.iter().map(move |part| (field, part)))
        {
            if !self.is_said(*field, &draft.profile, name) {
                let said = text(*field, field.text(draft).unwrap_or_default());
                self.value(&Value { directory: *directory, ..Value::of(&text_label(*field), &said) });
            }
        }
    }

    fn is_said(&self, field: Field, profile: &Profile, name: &str) -> bool {
        match field {
            Field::FirstName | Field::LastName => derive_display_name(profile) == name,
            Field::DisplayName => profile.display_name == name && width(name) + TITLE <= self.inside,
            _ => false,
        }
    }

    /// A list of typed values, the preferred ones first.
    fn values(&mut self, parts: &[Part], field: Field) {
        debug_assert_eq!(field.shape(), Shape::Values);
        let of = |part: &Part| {
            let directory = part.directory;
            field
                .values(part.draft)
                .unwrap_or_default()
                .iter()
                .map(move |value| (value.clone(), directory))
                .collect::<Vec<_>>()
        };
        let mut values: Vec<_> = parts.iter().flat_map(of).collect();
        values.sort_by_key(|(value, _)| !value.primary);
        let kind = match field {
            Field::Emails => Kind::Mail,
            Field::SipAddresses => Kind::Sip,
            Field::WebPages => Kind::Page,
            _ => Kind::Phone,
        };
        for (value, directory) in values {
            let label = value_label(field, &value);
            self.value(&Value { kind, primary: value.primary, directory, ..Value::of(&label, &value.value) });
        }
    }

    fn addresses(&mut self, parts: &[Part]) {
        let of = |part: &Part| {
            let directory = part.directory;
            part.draft.profile.addresses.iter().map(move |address| (address.clone(), directory)).collect::<Vec<_>>()
        };
        let mut addresses: Vec<_> = parts.iter().flat_map(of).collect();
        addresses.sort_by_key(|(address, _)| !address.primary);
        for (address, directory) in addresses {
            let (label, text) = (address_label(&address), address.lines().join("\n"));
            self.value(&Value { primary: address.primary, directory, ..Value::of(&label, &text) });
        }
    }

    /// The groups as tags; a line breaks between two of them, if it can.
    fn groups(&mut self, names: &[&str]) {
        const DOT: &str = " · ";
        let room = self.inside.saturating_sub(MARGIN + LABEL_WIDTH + 2 + MARGIN);
        let mut lines: Vec<String> = Vec::new();
        for name in names {
            match lines.last_mut() {
                Some(line) if width(line) + width(DOT) + width(name) <= room => {
                    line.push_str(DOT);
                    line.push_str(name);
                }
                _ => lines.extend(wrapped(name, room)),
            }
        }
        let text = names.join(DOT);
        self.lines(&Value { kind: Kind::Groups, ..Value::of("groups", &text) }, lines.into_iter(), false);
    }
}

/// The lines of a text.
fn wrapped(text: &str, room: usize) -> impl Iterator<Item = String> {
    wrap(text, room).into_iter().map(|range| text[range].to_owned())
}
