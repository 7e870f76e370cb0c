//! One value of a list: its type and label out of `TYPE`, `X-ABLabel` and preference, and back.

use super::{Version, property::Property, role::Role};
use crate::book::{Address, TypedValue};

/// A phone number, an e-mail, SIP or postal address, a web page: what its property and its label say together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Item {
    pub kind: String,
    pub label: String,
    pub primary: bool,
    pub parts: Vec<String>,
}

/// Words of `TYPE` and the types they stand for. The first of these that a property carries wins: a work fax is a
/// fax. What we write for a type is the first word of it.
const KINDS: [(&str, &str); 8] = [
    ("fax", "fax"),
    ("pager", "pager"),
    ("cell", "mobile"),
    ("mobile", "mobile"),
    ("iphone", "mobile"),
    ("work", "work"),
    ("home", "home"),
    ("other", "other"),
];

/// Words of `TYPE` that say how a value works, not whose it is.
const NEUTRAL: [&str; 16] = [
    "pref",
    "voice",
    "msg",
    "internet",
    "x400",
    "video",
    "text",
    "textphone",
    "bbs",
    "modem",
    "isdn",
    "pcs",
    "dom",
    "intl",
    "postal",
    "parcel",
];

/// Apple's own words for labels, as in `_$!<Home>!$_`.
const APPLE: [(&str, &str); 7] = [
    ("home", "home"),
    ("work", "work"),
    ("mobile", "mobile"),
    ("other", "other"),
    ("pager", "pager"),
    ("homefax", "fax"),
    ("workfax", "fax"),
];

/// The parameters for types that have no word of `TYPE`.
const KIND_PARAMS: [&str; 2] = ["X-WEBEX-SIP-TYPE", "X-WEBEX-TYPE"];

/// Type and label of a property, given the `X-ABLabel` of its group.
pub fn kind_and_label(property: &Property, label: Option<&str>) -> (String, String) {
    let (mut kind, mut own) = own_kind(property);
    if let Some(label) = label.map(str::trim).filter(|label| !label.is_empty()) {
        let apple = label.strip_prefix("_$!<").and_then(|label| label.strip_suffix(">!$_"));
        let known = apple.and_then(|word| APPLE.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)));
        match known {
            Some((_, known)) if kind.is_empty() || !own.is_empty() => {
                (kind, own) = ((*known).to_owned(), String::new());
            }
            Some(_) => {}
            None => apple.unwrap_or(label).clone_into(&mut own),
        }
        if kind.is_empty() {
            "other".clone_into(&mut kind);
        }
    }
    (kind, own)
}

fn own_kind(property: &Property) -> (String, String) {
    if let Some(kind) = KIND_PARAMS.iter().find_map(|name| property.param(name)) {
        let value = TypedValue::new(kind, "");
        return (value.kind, value.label);
    }
    let says = |word: &str| property.types().any(|found| found.eq_ignore_ascii_case(word));
    if let Some((_, kind)) = KINDS.iter().find(|(word, _)| says(word)) {
        return ((*kind).to_owned(), String::new());
    }
    match property.types().find(|word| !is_neutral(word)) {
        Some(word) => ("other".to_owned(), word.to_owned()),
        None => (String::new(), String::new()),
    }
}

fn is_neutral(word: &str) -> bool {
    NEUTRAL.iter().any(|neutral| neutral.eq_ignore_ascii_case(word))
}

/// Makes the property say `kind`, without any label.
pub fn set_kind(property: &mut Property, kind: &str, role: Role, version: Version) {
    property.retain_types(is_neutral);
    for name in KIND_PARAMS {
        property.remove(name);
    }
    let spelt = |word: &str| if version == Version::V4 { word.to_owned() } else { word.to_ascii_uppercase() };
    if let Some((word, _)) = KINDS.iter().find(|(_, known)| *known == kind) {
        property.add_type(&spelt(word));
    } else if !kind.is_empty() {
        if kind == "work_extension" {
            property.add_type(&spelt("work"));
        }
        property.add(if role == Role::Sip { KIND_PARAMS[0] } else { KIND_PARAMS[1] }, kind);
    }
}

/// The preference: 1 is the most preferred (RFC 6350 section 5.3); `TYPE=PREF` counts as 1.
fn rank(property: &Property) -> Option<u32> {
    let number = property.param("PREF").map(|rank| rank.trim().parse().unwrap_or(1));
    number.or_else(|| property.types().any(|word| word.eq_ignore_ascii_case("pref")).then_some(1))
}

/// The most preferred of some properties, the first of equals.
pub fn primary<'a>(properties: impl Iterator<Item = &'a Property>) -> Option<usize> {
    let ranked = properties.enumerate().filter_map(|(at, property)| Some((rank(property)?, at)));
    ranked.min().map(|(_, at)| at)
}

/// Takes a preference away.
pub fn clear_preference(property: &mut Property) {
    property.remove("PREF");
    property.retain_types(|word| word != "pref");
}

/// Makes a property the preferred one.
pub fn prefer(property: &mut Property, version: Version) {
    clear_preference(property);
    if version == Version::V4 {
        property.add("PREF", "1");
    } else {
        property.add_type("PREF");
    }
}

impl From<Item> for TypedValue {
    fn from(item: Item) -> Self {
        let value = item.parts.into_iter().next().unwrap_or_default();
        Self { kind: item.kind, label: item.label, primary: item.primary, value }
    }
}

impl From<TypedValue> for Item {
    fn from(value: TypedValue) -> Self {
        Self { kind: value.kind, label: value.label, primary: value.primary, parts: vec![value.value] }.normal()
    }
}

impl From<Item> for Address {
    fn from(item: Item) -> Self {
        let mut parts = item.parts.into_iter();
        let mut next = || parts.next().unwrap_or_default();
        Self {
            kind: item.kind,
            label: item.label,
            primary: item.primary,
            po_box: next(),
            extended: next(),
            street: next(),
            city: next(),
            state: next(),
            zip_code: next(),
            country: next(),
        }
    }
}

impl From<Address> for Item {
    fn from(a: Address) -> Self {
        let parts = vec![a.po_box, a.extended, a.street, a.city, a.state, a.zip_code, a.country];
        Self { kind: a.kind, label: a.label, primary: a.primary, parts }.normal()
    }
}

impl Item {
    /// A card cannot say that a value has a label but no type.
    fn normal(mut self) -> Self {
        for text in self.parts.iter_mut().chain([&mut self.label]) {
            *text = text.trim().to_owned();
        }
        if self.kind.is_empty() && !self.label.is_empty() {
            "other".clone_into(&mut self.kind);
        }
        self
    }

    /// Whether it holds anything.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(String::is_empty)
    }
}
