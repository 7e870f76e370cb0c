//! What the pane says of a contact: lines that fit it, and the values that they show.
//!
//! In the order in which people look: who, how to reach, work, address, notes, other, groups, history.

use std::ops::Range;

use super::{
    Abode, Around, History,
    words::{address_label, change, day, text, text_label, value_label, when},
};
use crate::{
    app::text::{width, wrap},
    book::{
        Contact, ContactType, Draft, Field, Profile,
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

/// Whose a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// The user's own. Where the contact lives in an account, it is there too.
    #[default]
    Own,
    /// The directory's.
    Directory,
    /// The user's own, and never leaves this machine, while the contact lives in an account.
    Here,
}

impl Whose {
    /// What its mark takes of a line.
    fn mark(self) -> usize {
        if self == Self::Own { 0 } else { MARK }
    }
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
    /// Whose the value is.
    pub whose: Whose,
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
    pub around: &'a Around<'a>,
}

impl About<'_> {
    /// The sheet for a pane that is `inside` columns wide within its frame.
    pub fn sheet(&self, inside: u16) -> Sheet {
        let contact = self.contact;
        let lives = self.around.abode.is_some().then_some(contact.contact_type);
        let mut page = Page { sheet: Sheet::default(), inside: usize::from(inside), lives };
        let name = shown_name(contact);
        // Theirs before one's own; of each value the pane shows whose it is.
        let theirs = contact.person.as_ref().map(|p| Draft { profile: p.profile.clone(), ..Draft::default() });
        let own = Draft::of(contact);
        let parts: Vec<Part> = theirs
            .iter()
            .map(|draft| Part { draft, whose: Whose::Directory })
            .chain([Part { draft: &own, whose: Whose::Own }])
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
        // Beside the company it would look as if it were there too.
        let department = if lives.is_some() { &[Field::Department][..] } else { &[] };
        page.texts(&parts[parts.len() - 1..], department, &name);
        page.texts(&parts, &[Field::Manager], &name);
        page.gap();
        page.addresses(&parts);
        page.gap();
        page.texts(&parts, &[Field::Notes], &name);
        page.gap();
        page.texts(&parts, &[Field::Birthday, Field::AvatarUrl], &name);
        if let Some(photo) = &contact.extras.photo {
            page.say_here("photo", &photo.media_type, Weight::Dim);
        }
        if contact.extras.favourite {
            page.say_here("favourite", "yes", Weight::Plain);
        }
        for (name, value) in self.other {
            page.say_here(name, value, Weight::Dim);
        }
        page.gap();
        page.groups(&self.around.roster.group_names(contact));
        page.gap();
        page.legend();
        self.history(&mut page, &name);
        page.sheet
    }

    fn sentences(&self, page: &mut Page) {
        let Around { now, zone, abode, directory, .. } = self.around;
        let when = |at| when(at, *now, zone);
        if let Some(since) = self.contact.trashed {
            page.sentence(Weight::Trouble, Whose::Own, &format!("in the trash since {}", when(since)));
        }
        if let Some(abode) = abode {
            match &abode.standing {
                Some((weight, sentence)) => page.sentence(*weight, Whose::Own, sentence),
                None => page.sentence(Weight::Dim, Whose::Own, &format!("in {}", abode.name)),
            }
            if let Some(sentence) = &abode.unread {
                page.sentence(Weight::Trouble, Whose::Own, sentence);
            }
        }
        match &self.contact.person {
            Some(person) => match person.unresolved_since {
                Some(since) => {
                    let who = abode.as_ref().map_or("the directory", |abode| &abode.name);
                    let was_seen = person.profile != Profile::default();
                    let why = if was_seen {
                        "no longer knows this person; last seen as"
                    } else {
                        "does not know this person"
                    };
                    let sentence = format!("unresolved since {}: {who} {why}", when(since));
                    page.sentence(Weight::Trouble, Whose::Own, &sentence);
                }
                None => page.sentence(Weight::Dim, Whose::Directory, &format!("from {directory}")),
            },
            None if self.contact.contact_type == ContactType::Cloud => {
                let sentence = match abode {
                    Some(abode) => format!("unresolved: who this is could not be asked yet: {}", abode.unknown),
                    None => "a person of a directory that is not known here".to_owned(),
                };
                page.sentence(Weight::Trouble, Whose::Own, &sentence);
            }
            None => {}
        }
    }

    fn history(&self, page: &mut Page, name: &str) {
        let Around { now, zone, .. } = self.around;
        let [created, changed] = [self.contact.created, self.contact.modified].map(|at| when(at, *now, zone));
        page.say("created", &created, Weight::Dim);
        if changed != created {
            page.say("changed", &changed, Weight::Dim);
        }
        page.gap();
        for entry in self.history.shown() {
            page.say(&day(entry.at, *now, zone), &change(entry, name), Weight::Dim);
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
    whose: Whose,
}

/// A value on its way to the page.
#[derive(Clone)]
struct Value<'a> {
    kind: Kind,
    label: &'a str,
    text: &'a str,
    primary: bool,
    whose: Whose,
    weight: Weight,
}

impl<'a> Value<'a> {
    fn of(label: &'a str, text: &'a str) -> Self {
        Self { kind: Kind::Text, label, text, primary: false, whose: Whose::Own, weight: Weight::Plain }
    }
}

struct Page {
    sheet: Sheet,
    /// How wide the pane is within its frame.
    inside: usize,
    /// What kind of contact lives in an account; `None` where it lives here.
    lives: Option<ContactType>,
}

impl Page {
    /// Whose the value of a field is that stands in this part.
    fn whose(&self, field: Field, part: Whose) -> Whose {
        match self.lives {
            Some(kind) if part == Whose::Own && Abode::keeps_here(field, kind) => Whose::Here,
            _ => part,
        }
    }

    /// What the mark of those values means that never leave this machine, once it is there.
    fn legend(&mut self) {
        if self.sheet.lines.iter().any(|line| line.whose == Whose::Here) {
            self.sentence(Weight::Dim, Whose::Here, "only on this machine");
            self.sheet.lines.push(DetailLine::default());
        }
    }

    fn say_here(&mut self, label: &str, text: &str, weight: Weight) {
        let whose = if self.lives.is_some() { Whose::Here } else { Whose::Own };
        self.value(&Value { whose, weight, ..Value::of(label, text) });
    }

    /// Air before what follows. A sentence of callbook's own heads what follows, so nothing comes between.
    fn gap(&mut self) {
        if self.sheet.lines.last().is_some_and(|line| *line != DetailLine::default()) {
            self.sheet.lines.push(DetailLine::default());
        }
    }

    /// What callbook says: it has the whole width, the labels' edge too.
    fn sentence(&mut self, weight: Weight, whose: Whose, sentence: &str) {
        for (number, line) in wrapped(sentence, self.whole_width(whose)).enumerate() {
            let whose = if number == 0 { whose } else { Whose::Own };
            let line = DetailLine { label: line, whose, weight, ..DetailLine::default() };
            self.sheet.lines.push(line);
        }
    }

    /// How much room there is for what stands without a label.
    fn whole_width(&self, whose: Whose) -> usize {
        self.inside.saturating_sub(2 * MARGIN + whose.mark())
    }

    fn say(&mut self, label: &str, text: &str, weight: Weight) {
        self.value(&Value { weight, ..Value::of(label, text) });
    }

    fn value(&mut self, value: &Value) {
        let marks = MARK * usize::from(value.primary) + value.whose.mark();
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
        let &Value { kind, label, primary, whose, weight, .. } = value;
        self.sheet.lines.extend(pieces.enumerate().map(|(number, piece)| {
            let first = number == 0;
            let (label, value) = match (bare, first) {
                (true, _) => (piece, String::new()),
                (false, true) => (label.to_owned(), piece),
                (false, false) => (String::new(), piece),
            };
            let whose = if first { whose } else { Whose::Own };
            DetailLine { label, value, primary: primary && first, whose, weight, item }
        }));
        let lines = begin..self.sheet.lines.len();
        self.sheet.items.push(Item { kind, label: label.to_owned(), text: text.to_owned(), lines });
    }

    /// What people read first: the position and the company, without labels.
    fn headline(&mut self, parts: &[Part], name: &str) {
        for Part { draft, whose } in parts {
            let profile = &draft.profile;
            let splits = self.lives.is_some() && *whose == Whose::Own;
            let place = [profile.company_name.trim(), if splits { "" } else { profile.department.trim() }];
            let place: Vec<_> = place.into_iter().filter(|part| !part.is_empty() && *part != name).collect();
            let [title, company] = [Field::Title, Field::CompanyName].map(|field| self.whose(field, *whose));
            for (label, line, whose) in
                [("title", profile.title.trim(), title), ("company", &place.join(" · "), company)]
            {
                let value = Value { whose, ..Value::of(label, line) };
                let room = self.whole_width(whose);
                self.lines(&value, wrapped(line, room), true);
            }
        }
        self.gap();
    }

    /// Fields of one text each; `name` stands in the title of the pane already.
    fn texts(&mut self, parts: &[Part], fields: &[Field], name: &str) {
        for (field, Part { draft, whose }) in
            fields.iter().flat_map(|field| parts.iter().map(move |part| (field, part)))
        {
            if !self.is_said(*field, &draft.profile, name) {
                let said = text(*field, field.text(draft).unwrap_or_default());
                let whose = self.whose(*field, *whose);
                self.value(&Value { whose, ..Value::of(&text_label(*field), &said) });
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
            let whose = self.whose(field, part.whose);
            field
                .values(part.draft)
                .unwrap_or_default()
                .iter()
                .map(move |value| (value.clone(), whose))
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
        for (value, whose) in values {
            let label = value_label(field, &value);
            self.value(&Value { kind, primary: value.primary, whose, ..Value::of(&label, &value.value) });
        }
    }

    fn addresses(&mut self, parts: &[Part]) {
        let lives = self.lives.is_some();
        let of = |part: &Part| {
            let whose = self.whose(Field::Addresses, part.whose);
            // The wire has room for one address.
            let of_place = move |place| if place > 0 && lives && whose == Whose::Own { Whose::Here } else { whose };
            let addresses = part.draft.profile.addresses.iter().enumerate();
            addresses.map(|(place, address)| (address.clone(), of_place(place))).collect::<Vec<_>>()
        };
        let mut addresses: Vec<_> = parts.iter().flat_map(of).collect();
        addresses.sort_by_key(|(address, _)| !address.primary);
        for (address, whose) in addresses {
            let (label, text) = (address_label(&address), address.lines().join("\n"));
            self.value(&Value { primary: address.primary, whose, ..Value::of(&label, &text) });
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
