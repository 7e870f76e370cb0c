//! The writer: patches the card that a contact came from, or makes a new one.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::{
    Version, binary,
    card::{Card, is_many, take_items, texts},
    date,
    item::{Item, clear_preference, kind_and_label, prefer, primary, set_kind},
    property::Property,
    read::{distinct, is_true},
    role::{Managed, Role, TABLE, candidate, clear_avatar, parts, set_parts},
    transcode::transcode,
    value::{escape_text, list},
};
use crate::book::{Contact, ContactType, Draft, Group, OTHER_CONTACTS, incoming::Photo, name::derive_display_name};

/// Lines are folded to this many octets (RFC 6350 section 3.2).
const WIDTH: usize = 75;

/// The contact as a card of 3.0 or 4.0 (2.1 is written as 3.0), lines folded and ended by CRLF.
///
/// `group_names` are the names of its groups; `photo` the picture behind `extras.photo`. A CLOUD contact is written as
/// people see it, with the fields of its person.
pub fn write(contact: &Contact, group_names: &[String], photo: Option<&Photo>, version: Version) -> String {
    let version = if version == Version::V4 { Version::V4 } else { Version::V3 };
    let mut draft = Draft::of(contact);
    draft.profile = contact.effective();
    draft.extras.uid = contact.exported_uid();
    if draft.profile.display_name.trim().is_empty() {
        draft.profile.display_name = derive_display_name(&draft.profile);
    }
    let mut patch = Patch::new(Card::of(contact.extras.card.as_ref()), version);
    for row in &TABLE {
        if row.many {
            let wanted = take_items(row.role, &mut draft);
            patch.list(row, &wanted);
        } else if row.role != Role::Favourite {
            let wanted = texts(row.role, &mut draft).into_iter().map(|text| normal(text)).collect::<Vec<_>>();
            patch.single(row, &wanted);
        }
    }
    patch.favourite(draft.extras.favourite);
    patch.categories(group_names);
    patch.photo(photo);
    let rev = contact.modified.basic();
    let rev = if version == Version::V4 { rev } else { date::extended(&rev).unwrap_or(rev) };
    patch.replace(Role::Revision, Some(Property::new("REV", rev)));
    let cloud = contact.contact_type == ContactType::Cloud;
    patch.replace(Role::ContactType, cloud.then(|| Property::new("X-WEBEX-CONTACT-TYPE", "CLOUD".to_owned())));
    patch.finish()
}

/// A text as the reader would give it back.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// What becomes of the label of a group.
enum Fate {
    Kept,
    Replaced(String),
}

/// A card in the making: for each property of the source what stands in its place.
struct Patch {
    card: Card,
    version: Version,
    places: Vec<Vec<Property>>,
    head: Vec<Property>,
    tail: Vec<Property>,
    /// By place; a label without an entry is dropped.
    labels: HashMap<usize, Fate>,
    /// How many values of lists stand in each group.
    sharers: HashMap<String, usize>,
    /// The last `itemN` in use.
    last_item: usize,
}

impl Patch {
    fn new(card: Card, version: Version) -> Self {
        let mut sharers: HashMap<String, usize> = HashMap::new();
        let mut last_item = 0;
        for (property, role) in card.properties.iter().zip(&card.roles) {
            let group = property.group();
            last_item = last_item.max(group.strip_prefix("item").and_then(|n| n.parse().ok()).unwrap_or(0));
            if is_many(*role) && !group.is_empty() {
                *sharers.entry(group).or_default() += 1;
            }
        }
        let places = vec![Vec::new(); card.properties.len()];
        Self { card, version, places, head: vec![], tail: vec![], labels: HashMap::new(), sharers, last_item }
    }

    fn source(&self, at: usize) -> Property {
        transcode(&self.card.properties[at], self.card.version, self.version)
    }

    fn single(&mut self, row: &Managed, wanted: &[String]) {
        let needed = match row.role {
            Role::FormattedName => true,
            // RFC 2426 section 3.1.2 wants it, RFC 6350 section 6.2.2 does not.
            Role::Name => self.version == Version::V3,
            _ => false,
        };
        let wanted_any = wanted.iter().any(|text| !text.is_empty());
        let Some(at) = self.card.places(row.role).next() else {
            if wanted_any || needed {
                let mut new = Property::new(row.names[0], String::new());
                set_parts(row.role, &mut new, wanted, self.version);
                let named = matches!(row.role, Role::FormattedName | Role::Name);
                if named { &mut self.head } else { &mut self.tail }.push(new);
            }
            return;
        };
        let mut property = self.source(at);
        if parts(row.role, &property) != wanted {
            set_parts(row.role, &mut property, wanted, self.version);
            let says_more = property.raw().chars().any(|c| !matches!(c, ';' | ','));
            if !wanted_any && !needed && !says_more {
                if !self.has_another(row.role, at) {
                    return;
                }
                if row.role == Role::Avatar {
                    clear_avatar(&mut property);
                }
            }
        }
        self.places[at].push(property);
    }

    /// Whether a further property of the source would be taken for the field if this one went.
    fn has_another(&self, role: Role, at: usize) -> bool {
        let rest = self.card.properties.iter().zip(&self.card.roles).skip(at + 1);
        let mut kept = rest.filter(|(_, role)| **role == Role::Unmanaged);
        kept.any(|(property, _)| candidate(property, self.card.version) == role)
    }

    fn list(&mut self, row: &Managed, wanted: &[Item]) {
        let found = self.card.items(row.role);
        let mut lines = Vec::with_capacity(wanted.len());
        let mut labels = Vec::with_capacity(wanted.len());
        for (item, partner) in wanted.iter().zip(pair(wanted, &found)) {
            let (property, label) = match partner {
                Some(partner) => self.patched(row, item, &found[partner]),
                None => self.made(row, item),
            };
            lines.push(property);
            labels.push(label);
        }
        let preferred = wanted.iter().position(|item| item.primary);
        if primary(lines.iter()) != preferred {
            for (at, line) in lines.iter_mut().enumerate() {
                clear_preference(line);
                if preferred == Some(at) {
                    prefer(line, self.version);
                }
            }
        }
        for (at, (line, label)) in lines.into_iter().zip(labels).enumerate() {
            let place = found.get(at).or(found.last()).map(|(place, _)| *place);
            let target = place.map_or(&mut self.tail, |place| &mut self.places[place]);
            target.push(line);
            target.extend(label);
        }
    }

    fn patched(&mut self, row: &Managed, item: &Item, (at, old): &(usize, Item)) -> (Property, Option<Property>) {
        let mut property = self.source(*at);
        if parts(row.role, &property) != item.parts {
            set_parts(row.role, &mut property, &item.parts, self.version);
        }
        if (&old.kind, &old.label) == (&item.kind, &item.label) {
            if let Some(label) = self.card.label(&property.group()) {
                self.labels.insert(label, Fate::Kept);
            }
            return (property, None);
        }
        let label = self.relabel(row.role, &mut property, item);
        (property, label)
    }

    fn made(&mut self, row: &Managed, item: &Item) -> (Property, Option<Property>) {
        let mut property = Property::new(row.names[0], String::new());
        set_parts(row.role, &mut property, &item.parts, self.version);
        if self.version == Version::V3 {
            match (row.role, item.kind.as_str()) {
                (Role::Email, _) => property.add_type("INTERNET"),
                (Role::Phone, "work" | "home") => property.add_type("VOICE"),
                _ => {}
            }
        }
        let label = self.relabel(row.role, &mut property, item);
        (property, label)
    }

    /// Makes a property say the type of `item`, and its group the label; returns the label's property if it is new.
    fn relabel(&mut self, role: Role, property: &mut Property, item: &Item) -> Option<Property> {
        let label = Some(item.label.as_str()).filter(|label| !label.is_empty());
        if kind_and_label(property, label) != (item.kind.clone(), item.label.clone()) {
            set_kind(property, &item.kind, role, self.version);
        }
        let group = property.group();
        let shared = self.sharers.get(&group).is_some_and(|count| *count > 1);
        let existing = self.card.label(&group);
        if item.label.is_empty() {
            if shared && existing.is_some() {
                property.set_group("");
            }
            return None;
        }
        if let (Some(existing), false) = (existing, shared) {
            self.labels.insert(existing, Fate::Replaced(item.label.clone()));
            return None;
        }
        if group.is_empty() || shared {
            self.last_item += 1;
            property.set_group(&format!("item{}", self.last_item));
        }
        let mut label = Property::new("X-ABLabel", escape_text(&item.label));
        label.set_group(&property.group());
        Some(label)
    }

    fn favourite(&mut self, wanted: bool) {
        match self.card.places(Role::Favourite).next() {
            Some(at) if is_true(&self.card.properties[at]) == wanted => self.places[at] = vec![self.source(at)],
            Some(at) if wanted || self.has_another(Role::Favourite, at) => {
                let value = if wanted { "1" } else { "0" };
                self.places[at] = vec![Property::new("X-CALLBOOK-FAVOURITE", value.to_owned())];
            }
            None if wanted => self.tail.push(Property::new("X-CALLBOOK-FAVOURITE", "1".to_owned())),
            _ => {}
        }
    }

    fn categories(&mut self, names: &[String]) {
        let places: Vec<usize> = self.card.places(Role::Categories).collect();
        let known = distinct(places.iter().flat_map(|at| list(&self.card.properties[*at])));
        let wanted = distinct(names.iter().cloned());
        let folded = |names: &[String]| names.iter().map(|name| Group::folded(name)).collect::<HashSet<_>>();
        if folded(&wanted) == folded(&known) {
            for at in places {
                self.places[at] = vec![self.source(at)];
            }
            return;
        }
        // Everybody without a group is in this one; it says nothing.
        if wanted.len() == 1 && Group::folded(&wanted[0]) == Group::folded(OTHER_CONTACTS) {
            return;
        }
        let value = wanted.iter().map(|name| escape_text(name)).collect::<Vec<_>>().join(",");
        match places.first() {
            _ if wanted.is_empty() => {}
            Some(at) => {
                let mut property = self.source(*at);
                property.set_value(value);
                self.places[*at].push(property);
            }
            None => self.tail.push(Property::new("CATEGORIES", value)),
        }
    }

    fn photo(&mut self, photo: Option<&Photo>) {
        let place = self.card.places(Role::Photo).next();
        let inline = match photo {
            Some(photo) => {
                binary::Inline { media_type: Some(photo.media_type.clone()), base64: binary::encode(&photo.bytes) }
            }
            None if place.is_some_and(|at| self.has_another(Role::Photo, at)) => {
                binary::Inline { media_type: None, base64: String::new() }
            }
            None => return,
        };
        let mut property = place.map_or_else(|| Property::new("PHOTO", String::new()), |at| self.source(at));
        binary::set_inline(&mut property, self.version, &inline);
        place.map_or(&mut self.tail, |at| &mut self.places[at]).push(property);
    }

    /// Puts a property in the place of the first of its role; without one all of them go.
    fn replace(&mut self, role: Role, property: Option<Property>) {
        let place = self.card.places(role).next();
        place.map_or(&mut self.tail, |at| &mut self.places[at]).extend(property);
    }

    fn finish(mut self) -> String {
        if let Some(at) = self.card.properties.iter().position(|property| property.key() == "PRODID") {
            self.places[at] = vec![self.source(at)];
        }
        for at in 0..self.places.len() {
            match (self.card.roles[at], self.labels.remove(&at)) {
                (Role::Unmanaged | Role::Blank, _) | (Role::Label, Some(Fate::Kept)) => {
                    self.places[at] = vec![self.source(at)];
                }
                (Role::Label, Some(Fate::Replaced(text))) => {
                    let mut label = self.source(at);
                    label.set_value(escape_text(&text));
                    self.places[at] = vec![label];
                }
                _ => {}
            }
        }
        let mut text = format!("BEGIN:VCARD\r\nVERSION:{}\r\n", self.version.as_str());
        let places = self.places.iter().flatten();
        for property in self.head.iter().chain(places).chain(&self.tail) {
            fold(&property.to_line(), &mut text);
        }
        text.push_str("END:VCARD\r\n");
        text
    }
}

/// For each wanted item the one of the source that it continues: the same, else one of the same value, else one of
/// the same type, else, when neither came nor went any, the one at its place.
fn pair(wanted: &[Item], found: &[(usize, Item)]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; wanted.len()];
    let mut free = vec![true; found.len()];
    match_by(|item| (&item.parts, &item.kind, &item.label), wanted, found, &mut pairs, &mut free);
    match_by(|item| &item.parts, wanted, found, &mut pairs, &mut free);
    match_by(|item| (&item.kind, &item.label), wanted, found, &mut pairs, &mut free);
    if wanted.len() == found.len() {
        for (at, pair) in pairs.iter_mut().enumerate() {
            if pair.is_none() && std::mem::take(&mut free[at]) {
                *pair = Some(at);
            }
        }
    }
    pairs
}

fn match_by<'a, K: Hash + Eq>(
    key: impl Fn(&'a Item) -> K,
    wanted: &'a [Item],
    found: &'a [(usize, Item)],
    pairs: &mut [Option<usize>],
    free: &mut [bool],
) {
    let mut by_key: HashMap<K, Vec<usize>> = HashMap::new();
    for (at, (_, item)) in found.iter().enumerate().rev().filter(|(at, _)| free[*at]) {
        by_key.entry(key(item)).or_default().push(at);
    }
    for (item, pair) in wanted.iter().zip(pairs).filter(|(_, pair)| pair.is_none()) {
        *pair = by_key.get_mut(&key(item)).and_then(Vec::pop);
        if let Some(at) = *pair {
            free[at] = false;
        }
    }
}

/// Adds a line, folded without splitting a character, to a text.
fn fold(line: &str, text: &mut String) {
    let mut room = WIDTH;
    for c in line.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = WIDTH - 1;
        }
        text.push(c);
        room -= c.len_utf8();
    }
    text.push_str("\r\n");
}
