//! The one table of the properties that are fields of a contact, read by the reader, the writer and the JSON view.

use super::{
    Version,
    binary::{self, Inline, strip_prefix_ignoring_case},
    date,
    property::Property,
    value::{components, escape_text, escape_uri, join, text},
};

/// What a property is to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `FN`: the display name.
    FormattedName,
    /// `N`: the parts of the name.
    Name,
    /// `NICKNAME`.
    Nickname,
    /// `ORG`: company and department.
    Organisation,
    /// `TITLE`.
    Title,
    /// The manager, in one of the many spellings.
    Manager,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A SIP address.
    Sip,
    /// A web page.
    WebPage,
    /// A postal address.
    Address,
    /// `BDAY`.
    Birthday,
    /// How the contact likes to be reached.
    ContactMethod,
    /// Whether it is a favourite.
    Favourite,
    /// The address of a picture.
    Avatar,
    /// `NOTE`.
    Note,
    /// `UID`.
    Uid,
    /// `CATEGORIES`: names of groups.
    Categories,
    /// An inline picture.
    Photo,
    /// `X-ABLabel` of a value that is a field.
    Label,
    /// `REV`, written anew by each export.
    Revision,
    /// `PRODID`: who wrote the card first.
    Producer,
    /// CUSTOM or CLOUD, for people who read the card.
    ContactType,
    /// A value of a list with nothing in it.
    Blank,
    /// No field of a contact: kept as it is.
    Unmanaged,
}

/// How a value is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// One text.
    Text,
    /// So many components; further ones are kept.
    Parts(usize),
    /// A URI, or text in its place.
    Uri,
    /// Text, or a `tel:` URI.
    Tel,
    /// A URI of the scheme `sip`.
    Sip,
    /// A date.
    Day,
}

/// A row of the table.
pub struct Managed {
    pub role: Role,
    /// The names read; the first one is written.
    pub names: &'static [&'static str],
    pub codec: Codec,
    /// Whether each such property is a value of a list; otherwise the first is the field, and others are kept.
    pub many: bool,
}

const fn one(role: Role, names: &'static [&'static str], codec: Codec) -> Managed {
    Managed { role, names, codec, many: false }
}

const fn many(role: Role, names: &'static [&'static str], codec: Codec) -> Managed {
    Managed { role, names, codec, many: true }
}

/// The fields, in the order in which a new card is written.
pub const TABLE: [Managed; 17] = [
    one(Role::FormattedName, &["FN"], Codec::Text),
    one(Role::Name, &["N"], Codec::Parts(5)),
    one(Role::Nickname, &["NICKNAME"], Codec::Parts(1)),
    one(Role::Organisation, &["ORG"], Codec::Parts(2)),
    one(Role::Title, &["TITLE"], Codec::Text),
    one(
        Role::Manager,
        &["X-MANAGER", "X-EVOLUTION-MANAGER", "X-MS-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME"],
        Codec::Text,
    ),
    many(Role::Phone, &["TEL"], Codec::Tel),
    many(Role::Email, &["EMAIL"], Codec::Text),
    many(Role::Sip, &["IMPP", "X-SIP"], Codec::Sip),
    many(Role::WebPage, &["URL"], Codec::Uri),
    many(Role::Address, &["ADR"], Codec::Parts(7)),
    one(Role::Birthday, &["BDAY"], Codec::Day),
    one(Role::ContactMethod, &["X-WEBEX-PRIMARY-CONTACT-METHOD"], Codec::Text),
    one(Role::Favourite, &["X-CALLBOOK-FAVOURITE"], Codec::Text),
    one(Role::Avatar, &["PHOTO"], Codec::Uri),
    one(Role::Note, &["NOTE"], Codec::Text),
    one(Role::Uid, &["UID"], Codec::Uri),
];

/// Properties that are no single field, by name.
const OTHERS: [(&str, Role); 5] = [
    ("CATEGORIES", Role::Categories),
    ("REV", Role::Revision),
    ("PRODID", Role::Producer),
    ("VERSION", Role::Producer),
    ("X-WEBEX-CONTACT-TYPE", Role::ContactType),
];

/// Marks a picture's address that the user removed, where a further one must not take its place. (An empty `PHOTO`
/// without the mark is what some programs write for no picture at all.)
const CLEARED: &str = "X-CALLBOOK-CLEARED";

/// A property of a single field with nothing in it, which keeps the next of its kind from being taken for the field.
pub fn placeholder(role: Role, version: Version) -> Option<Property> {
    let name = match role {
        Role::Photo => "PHOTO",
        _ => row(role).filter(|row| !row.many)?.names[0],
    };
    let mut property = Property::new(name, String::new());
    match role {
        Role::Photo => binary::set_inline(&mut property, version, &Inline { media_type: None, base64: String::new() }),
        Role::Avatar => clear_avatar(&mut property),
        _ => {}
    }
    Some(property)
}

/// Takes the address of a picture away, but not its place.
pub fn clear_avatar(property: &mut Property) {
    property.remove("VALUE");
    property.add("VALUE", "uri");
    property.add(CLEARED, "1");
    property.set_value(String::new());
}

/// The row of a role that has one.
pub fn row(role: Role) -> Option<&'static Managed> {
    TABLE.iter().find(|row| row.role == role)
}

/// The role that a property would have, were it the first of its kind.
pub fn candidate(property: &Property, version: Version) -> Role {
    let key = property.key();
    let named = TABLE.iter().find(|row| row.names.contains(&key));
    let role = match (key, named) {
        ("PHOTO", _) => return picture(property, version),
        ("TEL", _) if sip(property).is_some() => Role::Sip,
        ("IMPP", _) if sip(property).is_none() => return Role::Unmanaged,
        (_, Some(row)) => row.role,
        (_, None) => return OTHERS.iter().find(|(name, _)| *name == key).map_or(Role::Unmanaged, |(_, role)| *role),
    };
    if row(role).is_some_and(|row| row.many && is_blank(row, property)) { Role::Blank } else { role }
}

fn is_blank(row: &Managed, property: &Property) -> bool {
    // Taking an address apart is dear, and a letter in it says as much, unless it is the one of an escape.
    let plain = |part: &str| part.contains(char::is_alphanumeric) && !part.contains('\\');
    let obviously_not = matches!(row.codec, Codec::Parts(count) if property.raw().split(';').take(count).any(plain));
    let quoted = property.param("ENCODING").is_some();
    (quoted || !obviously_not) && parts(row.role, property).iter().all(String::is_empty)
}

fn picture(property: &Property, version: Version) -> Role {
    if let Some(inline) = binary::inline(property) {
        return if binary::decode(&inline.base64).is_some() { Role::Photo } else { Role::Unmanaged };
    }
    let raw = property.raw().trim();
    let implied = version == Version::V4 && property.param("VALUE").is_none();
    let declared = implied || property.has("VALUE", "uri");
    let scheme = raw.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref().map(|scheme| scheme.trim_end_matches('\\')) {
        Some("http" | "https") => Role::Avatar,
        None if declared && (!raw.is_empty() || property.param(CLEARED).is_some()) => Role::Avatar,
        _ => Role::Unmanaged,
    }
}

/// The address of a SIP URI. `sips:` stays, because without it the address would mean less.
fn sip(property: &Property) -> Option<String> {
    let value = text(property);
    let value = value.trim();
    match strip_prefix_ignoring_case(value, "sip:") {
        Some(address) => Some(address.trim().to_owned()),
        None => strip_prefix_ignoring_case(value, "sips:").map(|_| value.to_owned()),
    }
}

fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

/// What a property says, as the texts of its role.
pub fn parts(role: Role, property: &Property) -> Vec<String> {
    let Some(row) = row(role) else { return Vec::new() };
    let whole = || trimmed(text(property));
    let one = match row.codec {
        Codec::Parts(count) => {
            let mut parts: Vec<String> = components(property).iter().map(|list| trimmed(list.join(","))).collect();
            if count == 1 {
                return vec![parts.join(";")];
            }
            parts.resize(count, String::new());
            return parts;
        }
        Codec::Text | Codec::Uri => whole(),
        Codec::Tel => {
            let value = whole();
            strip_prefix_ignoring_case(&value, "tel:").map_or(value.clone(), |number| number.trim().to_owned())
        }
        Codec::Sip => sip(property).unwrap_or_else(whole),
        Codec::Day => {
            let value = whole();
            let day = date::day(&value, property.param("X-APPLE-OMIT-YEAR")).filter(|_| !property.has("VALUE", "text"));
            day.unwrap_or(value)
        }
    };
    vec![one]
}

/// Makes a property of `version` say `wanted`; what it says beside stays.
pub fn set_parts(role: Role, property: &mut Property, wanted: &[String], version: Version) {
    let Some(row) = row(role) else { return };
    let first = wanted.first().map_or("", String::as_str);
    let value = match row.codec {
        Codec::Parts(1) | Codec::Text => escape_text(first),
        Codec::Parts(_) => {
            property.remove("LABEL");
            let mut lists = components(property);
            lists.resize(lists.len().max(wanted.len()), Vec::new());
            for (list, part) in lists.iter_mut().zip(wanted) {
                // `Philip,Paul` stays a list of two when another component changes.
                if list.join(",").trim() != part {
                    *list = vec![part.clone()];
                }
            }
            while role == Role::Organisation && lists.last().is_some_and(|list| list.concat().is_empty()) {
                lists.pop();
            }
            join(&lists)
        }
        Codec::Uri => {
            property.remove("VALUE");
            let no_uri = !first.contains(':');
            match (role, version) {
                (Role::Avatar, Version::V3) => property.add("VALUE", "uri"),
                (Role::Uid, Version::V4) if no_uri => property.add("VALUE", "text"),
                _ => {}
            }
            escape_uri(first)
        }
        Codec::Tel => {
            property.remove("VALUE");
            if version == Version::V4 && is_global_number(first) {
                property.add("VALUE", "uri");
                format!("tel:{first}")
            } else {
                escape_text(first)
            }
        }
        Codec::Sip if property.key() == "X-SIP" => escape_uri(first),
        Codec::Sip if strip_prefix_ignoring_case(first, "sips:").is_some() => escape_uri(first),
        Codec::Sip => format!("sip:{}", escape_uri(first)),
        Codec::Day => {
            property.remove("VALUE");
            property.remove("X-APPLE-OMIT-YEAR");
            let date = if version == Version::V4 { date::basic(first) } else { date::extended(first) };
            if let Some(date) = date.filter(|_| date::day(first, None).as_deref() == Some(first)) {
                date
            } else {
                property.add("VALUE", "text");
                escape_text(first)
            }
        }
    };
    property.set_value(value);
}

/// Whether `tel:` before it makes a URI of it (RFC 3966, a global number with visual separators).
fn is_global_number(text: &str) -> bool {
    let number = text.split_once(";ext=").map_or(text, |(number, ext)| if ext.is_empty() { "" } else { number });
    let extension = text.split_once(";ext=").is_none_or(|(_, ext)| ext.bytes().all(|b| b.is_ascii_digit()));
    let rest = number.strip_prefix('+').unwrap_or_default();
    let digits = rest.bytes().any(|b| b.is_ascii_digit());
    extension && digits && rest.bytes().all(|b| b.is_ascii_digit() || b"-.()".contains(&b))
}
