//! A contact put together from named values, the columns of a row or the attributes of an entry, so that every value
//! finds a place: its own, or a line `Name: value` of the notes.

use std::collections::BTreeSet;

use super::birthday;
use crate::book::{Address, Draft, Field, TypedValue, field::Shape, name::fold_case};

/// A part of a postal address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A line of the street.
    Street,
    /// Post office box.
    PoBox,
    /// Apartment, suite, building.
    Extended,
    /// Town.
    City,
    /// State, province or region.
    State,
    /// Postal code.
    ZipCode,
    /// Country.
    Country,
    /// The country's code, for want of its name.
    CountryCode,
    /// The whole address once more, for want of its parts.
    Whole,
}

impl Part {
    fn of(self, address: &mut Address) -> &mut String {
        match self {
            Self::Street | Self::Whole => &mut address.street,
            Self::PoBox => &mut address.po_box,
            Self::Extended => &mut address.extended,
            Self::City => &mut address.city,
            Self::State => &mut address.state,
            Self::ZipCode => &mut address.zip_code,
            Self::Country | Self::CountryCode => &mut address.country,
        }
    }
}

/// What a named value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A text.
    Text(Field),
    /// The display name for want of another.
    CommonName,
    /// The name in another order or with an address behind it: the display name for want of any name at all.
    FiledAs,
    /// One of a list, with its type as a word.
    Value(Field, &'static str),
    /// A part of an address of this type.
    Address(&'static str, Part),
    /// A whole birthday.
    Birthday,
    /// The year (0), month (1) or day (2) of the birthday.
    Born(usize),
    /// Names of groups, and what stands between them.
    Groups(&'static str),
    /// Who this is in a directory; the least rank counts.
    Key(u8),
    /// Nothing when it has this value, else something to note.
    Unless(&'static str),
    /// What the program that wrote it works out from other values.
    Derived,
    /// Nothing known.
    Note,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The column or attribute.
    pub name: &'a str,
    /// The type that stands beside the value, with a leading `* ` for the preferred one (Google); may be empty.
    pub word: &'a str,
    /// Which of several addresses of one type: the number of the column, the number of the value within its cell.
    pub slot: (usize, usize),
}

/// Between the values of one cell (Google).
pub const BETWEEN_VALUES: &str = " ::: ";

/// The most values of one list: nobody has more, and a hostile file cannot make the reader slow.
pub const MOST_VALUES: usize = 1000;

/// The most values that are compared with all others at the end; what comes after them is noted.
const MOST_REPEATS: usize = 50;

/// Words of other programs for our types. The word itself is kept as the label.
const TYPE_WORDS: [(&str, &str); 13] = [
    ("business", "work"),
    ("company", "work"),
    ("office", "work"),
    ("work mobile", "mobile"),
    ("personal", "home"),
    ("private", "home"),
    ("cell", "mobile"),
    ("cellular", "mobile"),
    ("work fax", "fax"),
    ("home fax", "fax"),
    ("other fax", "fax"),
    ("workfax", "fax"),
    ("homefax", "fax"),
];

/// A contact under construction.
pub struct Assembly<'a> {
    draft: Draft,
    month_first: bool,
    addresses: Vec<(&'static str, (usize, usize), Address)>,
    born: [String; 3],
    key: Option<(u8, String)>,
    notes: Vec<String>,
    later: Vec<(Means, Source<'a>, &'a str)>,
}

impl<'a> Assembly<'a> {
    /// An empty one; `month_first` says how the source writes days (see [`birthday::birthday`]).
    pub fn new(month_first: bool) -> Self {
        Self {
            draft: Draft::default(),
            month_first,
            addresses: Vec::new(),
            born: Default::default(),
            key: None,
            notes: Vec::new(),
            later: Vec::new(),
        }
    }

    /// Takes one value.
    pub fn take(&mut self, means: Means, from: Source<'a>, value: &'a str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match means {
            Means::Text(field) => self.text(field, from, value),
            Means::Value(field, word) => self.value(field, from, word, value),
            Means::CommonName | Means::FiledAs | Means::Address(_, Part::Whole | Part::CountryCode)
                if self.later.len() < MOST_REPEATS =>
            {
                self.later.push((means, from, value));
            }
            Means::Address(kind, part) if part != Part::Whole => self.address(kind, from, part, value),
            Means::Birthday => {
                let birthday = birthday::birthday(value, self.month_first);
                self.text(Field::Birthday, from, &birthday);
            }
            Means::Born(part) => value.clone_into(&mut self.born[part]),
            Means::Groups(between) => value.splitn(MOST_VALUES, between).for_each(|name| self.group(name.trim())),
            Means::Key(rank) if self.key.as_ref().is_none_or(|(known, _)| rank < *known) => {
                self.key = Some((rank, value.to_owned()));
            }
            Means::Unless(usual) if value.eq_ignore_ascii_case(usual) => {}
            Means::Key(_) | Means::Derived => {}
            Means::Unless(_) | Means::Note | Means::CommonName | Means::FiledAs | Means::Address(..) => {
                let word = word_and_star(from.word).0;
                self.note(if word.is_empty() { from.name } else { word }, value);
            }
        }
    }

    /// Keeps a value that has no place of its own.
    pub fn note(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.notes.push(if name.is_empty() { value.to_owned() } else { format!("{name}: {value}") });
        }
    }

    fn text(&mut self, field: Field, from: Source, value: &str) {
        match field.text_mut(&mut self.draft) {
            Some(text) if text.is_empty() => value.clone_into(text),
            Some(text) if text == value => {}
            Some(text) if field.shape() == Shape::Text => add_line(text, value),
            _ => self.note(from.name, value),
        }
    }

    fn value(&mut self, field: Field, from: Source, usual: &str, value: &str) {
        let value = match field {
            Field::SipAddresses => without_scheme(value),
            // The path of a mailbox within its own Exchange server (X.500), which leads nowhere outside of it.
            Field::Emails if value.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("/o=")) => return,
            _ => value,
        };
        let (word, primary) = word_and_star(if from.word.is_empty() { usual } else { from.word });
        if field.values(&self.draft).is_none_or(|values| values.len() >= MOST_VALUES) {
            self.note(from.name, value);
        } else if let Some(values) = field.values_mut(&mut self.draft) {
            let primary = primary && values.iter().all(|known| !known.primary);
            let value = typed(word, value);
            let same = |known: &&mut TypedValue| {
                let equal = match field {
                    Field::Emails => known.value.eq_ignore_ascii_case(&value.value),
                    _ => known.value == value.value,
                };
                equal && (&known.kind, &known.label) == (&value.kind, &value.label)
            };
            match values.iter_mut().find(same) {
                Some(known) => known.primary |= primary,
                None => values.push(TypedValue { primary, ..value }),
            }
        }
    }

    fn slot(&mut self, kind: &'static str, from: Source) -> &mut Address {
        let known = self.addresses.iter().position(|(k, slot, _)| (*k, *slot) == (kind, from.slot));
        let index = known.unwrap_or_else(|| {
            let (word, primary) = word_and_star(from.word);
            let mut address = Address { primary, ..Address::default() };
            TypedValue { kind: address.kind, label: address.label, .. } =
                typed(if word.is_empty() { kind } else { word }, "");
            self.addresses.push((kind, from.slot, address));
            self.addresses.len() - 1
        });
        &mut self.addresses[index].2
    }

    fn address(&mut self, kind: &'static str, from: Source, part: Part, value: &str) {
        if self.addresses.len() >= MOST_VALUES {
            return self.note(from.name, value);
        }
        let place = part.of(self.slot(kind, from));
        if place.is_empty() {
            value.clone_into(place);
        } else if part == Part::Street {
            add_line(place, value);
        } else if place != value {
            self.note(from.name, value);
        }
    }

    fn group(&mut self, name: &str) {
        match name.strip_prefix("* ").map(str::trim) {
            Some("myContacts") => {} // every contact of a Google account that is not hidden
            Some("starred") => self.draft.extras.favourite = true,
            system => {
                let name = system.unwrap_or(name);
                let known = &mut self.draft.group_names;
                if !name.is_empty() && known.len() < MOST_VALUES && !known.iter().any(|known| known == name) {
                    known.push(name.to_owned());
                }
            }
        }
    }

    /// The contact, and who it is in a directory: the best key seen, else the first e-mail address.
    pub fn finish(mut self) -> (Draft, String) {
        for (means, from, value) in std::mem::take(&mut self.later) {
            self.take_late(means, from, value);
        }
        if self.draft.extras.birthday.is_empty() {
            let [year, month, day] = &self.born;
            self.draft.extras.birthday = birthday::from_parts([year, month, day]);
        }
        self.draft.profile.addresses = self.addresses.into_iter().map(|(_, _, address)| address).collect();
        let own = std::mem::take(&mut self.draft.extras.notes);
        let lines = std::iter::once(own).chain(self.notes).filter(|line| !line.is_empty());
        self.draft.extras.notes = lines.collect::<Vec<_>>().join("\n");
        let mut draft = self.draft.tidied();
        if draft.profile.display_name.is_empty() {
            draft.profile.display_name.clone_from(&draft.extras.nickname);
        }
        let mail = draft.profile.emails.first().map(|mail| mail.value.clone());
        let key = self.key.map(|(_, key)| key).or(mail).unwrap_or_default();
        (draft, key)
    }

    fn take_late(&mut self, means: Means, from: Source, value: &str) {
        match means {
            Means::Address(kind, Part::Whole) => {
                let address = self.slot(kind, from);
                if address.is_empty() {
                    value.clone_into(&mut address.street);
                } else if !words(value).is_subset(&words(&address.lines().join(" "))) {
                    self.note(from.name, value);
                }
            }
            Means::Address(kind, part) => {
                let place = part.of(self.slot(kind, from));
                if place.is_empty() {
                    value.clone_into(place);
                }
            }
            Means::CommonName if self.draft.profile.display_name.is_empty() => {
                value.clone_into(&mut self.draft.profile.display_name);
            }
            Means::CommonName | Means::FiledAs => {
                let (profile, extras) = (&self.draft.profile, &self.draft.extras);
                let names = [&profile.display_name, &profile.first_name, &profile.last_name, &profile.company_name];
                let unnamed = names.iter().all(|name| name.is_empty());
                let parts = [&extras.prefix, &extras.middle_name, &extras.suffix, &extras.nickname];
                let mails = profile.emails.iter().map(|mail| &mail.value);
                let known: Vec<&str> = names.into_iter().chain(parts).chain(mails).map(String::as_str).collect();
                if unnamed {
                    value.clone_into(&mut self.draft.profile.display_name);
                } else if !words(value).is_subset(&words(&known.join(" "))) {
                    self.note(from.name, value);
                }
            }
            _ => {}
        }
    }
}

/// The word of a type and whether a star marks the value as the preferred one (Google).
fn word_and_star(word: &str) -> (&str, bool) {
    match word.trim().strip_prefix('*') {
        Some(word) => (word.trim(), true),
        None => (word.trim(), false),
    }
}

fn add_line(text: &mut String, line: &str) {
    text.push('\n');
    text.push_str(line);
}

fn without_scheme(address: &str) -> &str {
    match address.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") => rest,
        _ => address,
    }
}

fn typed(word: &str, value: &str) -> TypedValue {
    let mut typed = TypedValue::new(word, value);
    if let Some((_, kind)) = TYPE_WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
        (*kind).clone_into(&mut typed.kind);
    }
    typed
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold_case).collect()
}
