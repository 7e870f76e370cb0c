//! The reader: one contact or group after the other, and what was wrong with the rest.

use std::{
    collections::{HashSet, VecDeque},
    io::BufRead,
};

use super::{
    Version, binary,
    card::{Card, put_items, texts},
    date,
    frame::{Frames, MAX_VALUE, RawCard},
    property::Property,
    role::{Role, TABLE, parts},
    unfold::{Logical, unfold},
    value::{escape_text, list, text},
};
use crate::book::{
    CardSource, Draft, Group, Timestamp,
    incoming::{Fault, Incoming, IncomingContact, IncomingGroup, Photo, Place},
    name::derive_display_name,
};

/// Where a line is kept that is no property, so that it is in no program's way and yet not lost.
const UNREADABLE: &str = "X-CALLBOOK-UNREADABLE";

/// Reads cards of any version, one at a time.
pub struct Reader<R> {
    frames: Frames<R>,
    /// Faults of the card before its record, and the record.
    ready: VecDeque<Result<Incoming, Fault>>,
}

/// Reads the cards of `input` as they are asked for, in linear time and with the memory of one card.
pub fn read<R: BufRead>(input: R) -> Reader<R> {
    Reader { frames: Frames::new(input), ready: VecDeque::new() }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Incoming, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            match self.frames.next()? {
                Err(fault) => return Some(Err(fault)),
                Ok(card) => {
                    let mut faults = Vec::new();
                    let record = incoming(&card, &mut faults);
                    self.ready.extend(faults.into_iter().map(Err));
                    self.ready.push_back(record);
                }
            }
        }
    }
}

fn incoming(raw: &RawCard, faults: &mut Vec<Fault>) -> Result<Incoming, Fault> {
    let place = raw.place;
    let logical = unfold(raw);
    check_sizes(place, &logical)?;
    let version = version(place, &logical)?;
    let mut properties = Vec::with_capacity(logical.len());
    for line in logical {
        let property = Property::parse(line.text, version).unwrap_or_else(|text| {
            let reason = format!("this line is no property (NAME:value); it is kept as {UNREADABLE}");
            faults.push(Fault { place: Place { line: line.number, ..place }, field: None, reason });
            Property::new(UNREADABLE, escape_text(&text))
        });
        if property.key() != "VERSION" {
            properties.push(property);
        }
    }
    let card = Card::new(version, properties);
    let kind = card.first("KIND").or_else(|| card.first("X-ADDRESSBOOKSERVER-KIND"));
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("group")) {
        group(place, &card, faults)
    } else {
        Ok(Incoming::Contact(Box::new(contact(place, card))))
    }
}

fn check_sizes(place: Place, lines: &[Logical]) -> Result<(), Fault> {
    let too_long = lines.iter().filter(|line| line.text.len() > MAX_VALUE).find_map(|line| {
        let name = line.text.split([':', ';']).next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default().trim().to_ascii_uppercase();
        (!binary::NAMES.contains(&name.as_str())).then_some((line.number, name))
    });
    let Some((line, name)) = too_long else { return Ok(()) };
    let field = Some(name.chars().take(64).collect());
    let limit = MAX_VALUE / 1024 / 1024;
    let reason = format!("a value is longer than {limit} MB; the card was left out, shorten the value to import it");
    Err(Fault { place: Place { line, ..place }, field, reason })
}

/// Real cards carry several VERSION lines, or none, which means 3.0.
fn version(place: Place, lines: &[Logical]) -> Result<Version, Fault> {
    let mut unknown = None;
    for line in lines {
        let Some((head, value)) = line.text.split_once(':') else { continue };
        if head.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("VERSION")) {
            match Version::parse(value) {
                Some(version) => return Ok(version),
                None => unknown = unknown.or(Some((line.number, value.trim()))),
            }
        }
    }
    let Some((line, value)) = unknown else { return Ok(Version::V3) };
    let value: String = value.chars().take(32).collect();
    let reason = format!("version '{value}' is not known; callbook reads 2.1, 3.0 and 4.0, the card was left out");
    Err(Fault { place: Place { line, ..place }, field: Some("VERSION".to_owned()), reason })
}

fn group(place: Place, card: &Card, faults: &mut Vec<Fault>) -> Result<Incoming, Fault> {
    const KEPT: [&str; 9] =
        ["FN", "N", "KIND", "X-ADDRESSBOOKSERVER-KIND", "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER", "UID", "REV", "PRODID"];
    let name = card.first("FN").or_else(|| card.first("N").map(|name| name.replace(';', " ").trim().to_owned()));
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        let reason = "a group without a name was left out; give it an FN".to_owned();
        return Err(Fault { place, field: Some("FN".to_owned()), reason });
    };
    let mut lost: Vec<&str> = card.properties.iter().map(Property::key).filter(|key| !KEPT.contains(key)).collect();
    lost.dedup();
    if !lost.is_empty() {
        let reason = format!("a group keeps its name and its members; left out: {}", lost.join(", "));
        faults.push(Fault { place, field: None, reason });
    }
    let members = card.properties.iter().filter(|p| matches!(p.key(), "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER"));
    let members = members.map(|member| text(member).trim().to_owned()).filter(|uid| !uid.is_empty()).collect();
    Ok(Incoming::Group(IncomingGroup { place, name, members }))
}

fn contact(place: Place, card: Card) -> IncomingContact {
    let mut draft = Draft::default();
    for row in &TABLE {
        if row.many {
            put_items(row.role, &mut draft, card.items(row.role).into_iter().map(|(_, item)| item));
        } else if let Some(at) = card.places(row.role).next() {
            let said = parts(row.role, &card.properties[at]);
            for (text, said) in texts(row.role, &mut draft).into_iter().zip(said) {
                *text = said;
            }
        }
    }
    draft.extras.favourite = card.places(Role::Favourite).next().is_some_and(|at| is_true(&card.properties[at]));
    draft.group_names = distinct(card.places(Role::Categories).flat_map(|at| list(&card.properties[at])));
    name_the_nameless(&mut draft);
    let revised = card.first("REV").and_then(|text| moment(&text));
    let directory_key = draft.extras.uid.clone();
    let (source, photo) = source(card);
    draft.extras.card = Some(source);
    IncomingContact { place, draft, photo, revised, directory_key, aliases: Vec::new() }
}

/// Whether a switch is on.
pub fn is_true(property: &Property) -> bool {
    matches!(text(property).trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes")
}

/// Group names without the empty ones and without those that are equal to an earlier one.
pub fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = names.into_iter().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty() && seen.insert(Group::folded(name))).collect()
}

fn name_the_nameless(draft: &mut Draft) {
    if draft.profile.display_name.is_empty() {
        draft.profile.display_name = derive_display_name(&draft.profile);
    }
    if draft.profile.display_name.is_empty() {
        draft.profile.display_name.clone_from(&draft.extras.nickname);
    }
}

/// A time without a zone is taken for UTC, a date for its first moment.
fn moment(text: &str) -> Option<Timestamp> {
    let basic = date::basic(text)?;
    ["", "Z", "T000000Z"].iter().find_map(|zone| Timestamp::parse(&(basic.clone() + zone)))
}

/// The lines to keep and the picture that was cut out of them.
fn source(mut card: Card) -> (CardSource, Option<Photo>) {
    let mut photo = None;
    let place = card.places(Role::Photo).next();
    if let Some(at) = place {
        let property = &mut card.properties[at];
        if let Some(mut inline) = binary::inline(property) {
            let bytes = binary::decode(&inline.base64).unwrap_or_default();
            inline.base64.clear();
            if !bytes.is_empty() {
                let media_type = inline.media_type.as_deref().or(binary::sniffed(&bytes)).unwrap_or(binary::UNKNOWN);
                photo = Some(Photo { media_type: media_type.to_owned(), bytes });
            }
            property.cut_inline();
        }
    }
    let version = card.version.as_str().to_owned();
    let lines = card.properties.into_iter().map(Property::into_line).collect();
    (CardSource { version, lines }, photo)
}
