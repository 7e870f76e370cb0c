//! The details pane: every field of the selected contact, labelled, in lines that fit the pane.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    Roster,
    text::{width, wrap},
};
use crate::{
    book::{
        Address, Contact, ContactId, ContactType, Draft, Field, Person, Profile, Timestamp, TypedValue,
        field::Shape,
        name::{derive_display_name, shown_name},
    },
    exchange::vcard::unmanaged,
};

/// The widest label; a longer one is cut.
pub const LABEL_WIDTH: usize = 11;

/// Left of the labels, and right of the values.
pub const MARGIN: usize = 1;
/// A gap and the star after a preferred value.
const STAR: usize = 2;
/// What the title of the pane has beside the name within the frame's corners.
const TITLE: usize = 2;

/// The state of the pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The contact as last read; it may be another one than the selected, whose reading is then under way.
    pub contact: Option<Box<Contact>>,
    /// The first line shown.
    pub scroll: usize,
    /// What the card of the contact holds beside its fields: name and value.
    other: Vec<(String, String)>,
    /// Somebody wants to edit the selected contact as soon as it is here.
    pub edit_when_loaded: bool,
    /// The contact changed since it was read.
    pub stale: bool,
    /// The contact that could not be read; not asked for again before something changes.
    pub failed: Option<ContactId>,
}

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
    /// What the value is; empty on further lines of the same value.
    pub label: String,
    /// The value, or a piece of it that fits.
    pub value: String,
    /// Whether the value is the preferred one of its kind.
    pub primary: bool,
    /// How it is meant.
    pub weight: Weight,
}

impl Details {
    /// Takes in the contact that was read.
    pub fn show(&mut self, contact: Option<Box<Contact>>) {
        if self.contact.as_ref().map(|c| c.id) != contact.as_ref().map(|c| c.id) {
            self.scroll = 0;
        }
        let card = contact.as_ref().and_then(|contact| contact.extras.card.as_ref());
        self.other = card.map(unmanaged).unwrap_or_default().iter().filter_map(readable).collect();
        self.contact = contact;
    }

    /// The lines of the contact in a pane that is `inside` columns wide within its frame.
    pub fn lines(&self, roster: &Roster, zone: &TimeZone, now: Timestamp, inside: u16) -> Vec<DetailLine> {
        let mut page = Page { lines: Vec::new(), inside: usize::from(inside) };
        let Some(contact) = &self.contact else { return page.lines };
        let name = shown_name(contact);
        let own = Draft::of(contact);
        if let Some(since) = contact.trashed {
            page.say(Weight::Trouble, &format!("in the trash since {}", when(since, now, zone)));
        }
        if let Some(person) = &contact.person {
            page.person(person, &name, now, zone);
            page.gap();
            if Field::ALL.into_iter().any(|field| !field.is_empty(&own)) {
                page.say(Weight::Dim, "your own additions");
            }
        } else if contact.contact_type == ContactType::Cloud {
            page.say(Weight::Trouble, "a person of a directory that is not known here");
        }
        page.fields(&own, &name);
        page.gap();
        page.value("groups", &roster.group_names(contact).join(" · "), Weight::Plain);
        page.extras(contact);
        let [created, changed] = [contact.created, contact.modified].map(|at| when(at, now, zone));
        page.value("created", &created, Weight::Dim);
        if changed != created {
            page.value("changed", &changed, Weight::Dim);
        }
        page.gap();
        for (name, value) in &self.other {
            page.value(name, value, Weight::Dim);
        }
        page.lines
    }
}

/// A property in jCard form (RFC 7095 section 3.3) as its name and its values.
fn readable(property: &Value) -> Option<(String, String)> {
    let array = property.as_array()?;
    let flat = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = array.iter().skip(3).map(flat).collect::<Vec<_>>().join(", ");
    Some((array.first()?.as_str()?.to_lowercase(), values))
}

struct Page {
    lines: Vec<DetailLine>,
    /// How wide the pane is within its frame.
    inside: usize,
}

impl Page {
    fn gap(&mut self) {
        // A sentence of callbook's own heads what follows, so nothing comes between.
        let ends =
            |line: &DetailLine| !line.value.is_empty() || (!line.label.is_empty() && line.weight == Weight::Plain);
        if self.lines.last().is_some_and(ends) {
            self.lines.push(DetailLine::default());
        }
    }

    fn say(&mut self, weight: Weight, sentence: &str) {
        // A sentence has the whole pane: the label's edge too.
        for range in wrap(sentence, self.inside.saturating_sub(2 * MARGIN)) {
            self.lines.push(DetailLine { label: sentence[range].to_owned(), weight, ..DetailLine::default() });
        }
    }

    fn value(&mut self, label: &str, value: &str, weight: Weight) {
        self.wrapped(label, value, weight, false);
    }

    fn wrapped(&mut self, label: &str, value: &str, weight: Weight, primary: bool) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let width = self.inside.saturating_sub(MARGIN + LABEL_WIDTH + 2 + if primary { STAR } else { MARGIN });
        let lines = wrap(value, width).into_iter().enumerate().map(|(number, range)| DetailLine {
            label: if number == 0 { label.to_owned() } else { String::new() },
            value: value[range].to_owned(),
            primary: primary && number == 0,
            weight,
        });
        self.lines.extend(lines);
    }

    fn person(&mut self, person: &Person, name: &str, now: Timestamp, zone: &TimeZone) {
        match person.unresolved_since {
            Some(since) => {
                let sentence = format!(
                    "unresolved since {}: the directory no longer knows this person; last seen as",
                    when(since, now, zone)
                );
                self.say(Weight::Trouble, &sentence);
            }
            None => self.say(Weight::Dim, &format!("from the directory '{}'", person.who.directory)),
        }
        self.fields(&Draft { profile: person.profile.clone(), ..Draft::default() }, name);
    }

    /// What people read first: the position and the company, without labels.
    fn headline(&mut self, profile: &Profile, name: &str) {
        let place = [profile.company_name.trim(), profile.department.trim()];
        let place: Vec<_> = place.into_iter().filter(|part| !part.is_empty() && *part != name).collect();
        for line in [profile.title.trim(), &place.join(" · ")] {
            if !line.is_empty() {
                self.say(Weight::Plain, line);
            }
        }
        self.gap();
    }

    /// Every field; `name` stands in the title of the pane already.
    fn fields(&mut self, draft: &Draft, name: &str) {
        self.headline(&draft.profile, name);
        let inside = self.inside;
        let said = |field| match field {
            Field::CompanyName | Field::Title | Field::Department => true,
            Field::FirstName | Field::LastName => derive_display_name(&draft.profile) == name,
            Field::DisplayName => draft.profile.display_name == name && width(name) + TITLE <= inside,
            _ => false,
        };
        for field in Field::ALL.into_iter().filter(|field| !said(*field)) {
            if matches!(field, Field::Manager | Field::PhoneNumbers | Field::Addresses | Field::Birthday) {
                self.gap();
            }
            match field.shape() {
                Shape::Line | Shape::Text => {
                    let text = field.text(draft).unwrap_or_default();
                    let label =
                        if field == Field::DisplayName { "name".to_owned() } else { field.label().to_lowercase() };
                    self.value(&label, text, Weight::Plain);
                }
                Shape::Values => {
                    for value in field.values(draft).unwrap_or_default() {
                        self.wrapped(&value_label(field, value), &value.value, Weight::Plain, value.primary);
                    }
                }
                Shape::Addresses => self.addresses(&draft.profile),
            }
        }
    }

    fn addresses(&mut self, profile: &Profile) {
        for address in &profile.addresses {
            self.wrapped(&address_label(address), &address.lines().join("\n"), Weight::Plain, address.primary);
        }
    }

    fn extras(&mut self, contact: &Contact) {
        if let Some(photo) = &contact.extras.photo {
            self.value("photo", &photo.media_type, Weight::Dim);
        }
        if contact.extras.favourite {
            self.value("favourite", "yes", Weight::Plain);
        }
    }
}

/// What people call a value: `mobile`, `work phone`, `home e-mail`, or the user's own word.
pub fn value_label(field: Field, value: &TypedValue) -> String {
    let noun = match field {
        Field::Emails => "e-mail",
        Field::SipAddresses => "SIP",
        Field::WebPages => "page",
        _ => "phone",
    };
    let speaks_for_itself = field == Field::PhoneNumbers && matches!(value.kind.as_str(), "mobile" | "fax" | "pager");
    if !value.label.is_empty() {
        return value.label.clone();
    }
    match value.kind.as_str() {
        "" | "other" if field == Field::WebPages => "web page".to_owned(),
        "" | "other" => noun.to_owned(),
        "work_extension" => "extension".to_owned(),
        "pmr" | "personal-room" => "own room".to_owned(),
        "cloud-calling" => "Webex phone".to_owned(),
        "enterprise" => "enterprise".to_owned(),
        _ if speaks_for_itself => value.kind.clone(),
        kind => format!("{kind} {noun}"),
    }
}

/// What people call an address: `home`, or the user's own word.
pub fn address_label(address: &Address) -> String {
    match (address.label.as_str(), address.kind.as_str()) {
        ("", "" | "other") => "address".to_owned(),
        ("", kind) => kind.to_owned(),
        (label, _) => label.to_owned(),
    }
}

/// A moment as people say it: `today 14:02`, `yesterday 17:40`, `2026-11-02 09:15`.
pub fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let text = at.in_zone(zone);
    let is_day = |day: Timestamp| day.in_zone(zone).get(..10) == text.get(..10);
    match text.get(10..) {
        Some(time) if is_day(now) => format!("today{time}"),
        Some(time) if is_day(Timestamp(now.0.saturating_sub(DAY))) => format!("yesterday{time}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = |text| Timestamp::parse(text).unwrap();
        let now = at("2026-11-22T10:00:00Z");
        let said = |text| when(at(text), now, &TimeZone::UTC);
        assert_eq!(said("2026-11-22T09:15:00Z"), "today 09:15");
        assert_eq!(said("2026-11-21T23:59:00Z"), "yesterday 23:59");
        assert_eq!(said("2026-11-02T09:15:00Z"), "2026-11-02 09:15");
    }

    #[test]
    fn types_are_said_as_people_say_them() {
        let label = |field, word| value_label(field, &TypedValue::new(word, "1"));
        assert_eq!(label(Field::PhoneNumbers, "mobile"), "mobile");
        assert_eq!(label(Field::PhoneNumbers, "work"), "work phone");
        assert_eq!(label(Field::PhoneNumbers, "work_extension"), "extension");
        assert_eq!(label(Field::Emails, ""), "e-mail");
        assert_eq!(label(Field::Emails, "Club"), "Club");
    }
}
