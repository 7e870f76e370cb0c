//! A property of one version as a property of another, with the same meaning.

use super::{
    Version,
    binary::{self, strip_prefix_ignoring_case},
    date,
    property::Property,
    value::{components, escape_text, escape_uri, is_quoted_printable, join, text},
};

/// What the value of a property is when no `VALUE` says otherwise (RFC 6350 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One text.
    Text,
    /// Components separated by semicolons.
    Structured,
    /// A URI.
    Uri,
    /// A date, a time or both.
    Date,
    /// A language tag.
    Language,
    /// Nobody knows; the value is left as it is.
    Unknown,
}

const SHAPES: [(&str, Shape); 44] = [
    ("FN", Shape::Text),
    ("NOTE", Shape::Text),
    ("TITLE", Shape::Text),
    ("ROLE", Shape::Text),
    ("LABEL", Shape::Text),
    ("KIND", Shape::Text),
    ("EMAIL", Shape::Text),
    ("TEL", Shape::Text),
    ("TZ", Shape::Text),
    ("MAILER", Shape::Text),
    ("CLASS", Shape::Text),
    ("SORT-STRING", Shape::Text),
    ("PRODID", Shape::Text),
    ("NICKNAME", Shape::Text),
    ("CATEGORIES", Shape::Text),
    ("BIRTHPLACE", Shape::Text),
    ("DEATHPLACE", Shape::Text),
    ("EXPERTISE", Shape::Text),
    ("HOBBY", Shape::Text),
    ("INTEREST", Shape::Text),
    ("NAME", Shape::Text),
    ("AGENT", Shape::Text),
    ("XML", Shape::Text),
    ("N", Shape::Structured),
    ("ADR", Shape::Structured),
    ("ORG", Shape::Structured),
    ("GENDER", Shape::Structured),
    ("CLIENTPIDMAP", Shape::Structured),
    ("GEO", Shape::Uri),
    ("URL", Shape::Uri),
    ("SOURCE", Shape::Uri),
    ("IMPP", Shape::Uri),
    ("PHOTO", Shape::Uri),
    ("LOGO", Shape::Uri),
    ("SOUND", Shape::Uri),
    ("KEY", Shape::Uri),
    ("MEMBER", Shape::Uri),
    ("RELATED", Shape::Uri),
    ("UID", Shape::Uri),
    ("FBURL", Shape::Uri),
    ("CALURI", Shape::Uri),
    ("CALADRURI", Shape::Uri),
    ("SOCIALPROFILE", Shape::Uri),
    ("LANG", Shape::Language),
];

const DATES: [&str; 5] = ["BDAY", "ANNIVERSARY", "DEATHDATE", "REV", "CREATED"];
const DATE_TYPES: [&str; 4] = ["date", "date-time", "date-and-or-time", "timestamp"];

/// The shape of a property that has this name in upper case.
pub fn shape(key: &str) -> Shape {
    let listed = SHAPES.iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape);
    listed.unwrap_or(if DATES.contains(&key) { Shape::Date } else { Shape::Unknown })
}

/// The property in the spelling of version `to`, which is 3.0 or 4.0.
pub fn transcode(property: &Property, from: Version, to: Version) -> Property {
    // Quoted-printable and character sets are wrong in 3.0 and 4.0, and no longer true of the text that we keep.
    let charset = property.param("CHARSET").is_some_and(|charset| !charset.eq_ignore_ascii_case("UTF-8"));
    let sound = from == to && !charset && !is_quoted_printable(property);
    if sound { property.clone() } else { respell(property, from, to) }
}

/// As [`transcode`], but also tidies what is of version `to` already: what the JSON view shows.
pub fn respell(property: &Property, from: Version, to: Version) -> Property {
    let mut new = property.clone();
    new.forget_line();
    if from != Version::V4 && is_bare_binary(&new) {
        new.add("VALUE", "text");
    }
    plain_text(&mut new, from);
    value_type(&mut new);
    preference(&mut new, to);
    if let Some(inline) = binary::inline(&new) {
        binary::set_inline(&mut new, to, &inline);
        return new;
    }
    // Whatever it was to be, it is no base64.
    new.remove("ENCODING");
    // The name of a group is no date, whatever somebody declares it to be.
    let is_date = match (shape(new.key()), new.param("VALUE")) {
        (Shape::Date | Shape::Unknown, Some(declared)) => DATE_TYPES.contains(&declared),
        (shape, declared) => shape == Shape::Date && declared.is_none(),
    };
    match (new.key(), to) {
        _ if is_date => dates(&mut new, to),
        ("GEO", _) => geo(&mut new, to),
        ("TEL", Version::V3) => number(&mut new),
        ("UID", Version::V4) if !new.raw().contains(':') => new.add("VALUE", "text"),
        (key, _) if shape(key) == Shape::Uri && new.param("VALUE").is_none() => {
            // `http\://`, as some 3.0 writers have it, is no URI in 4.0.
            let uri = escape_uri(&text(&new));
            new.set_value(uri);
            let binary = binary::NAMES.contains(&new.key());
            if binary && to == Version::V3 {
                new.add("VALUE", "uri");
            }
        }
        _ => {}
    }
    new
}

/// Whether a picture and the like is neither inline nor a URI, but something that nobody can make sense of. Where 4.0
/// would take it for a URI it has to say that it is none.
fn is_bare_binary(property: &Property) -> bool {
    let meaningless = !property.raw().trim().is_empty() && !property.raw().contains(':');
    binary::NAMES.contains(&property.key())
        && meaningless
        && property.param("VALUE").is_none()
        && binary::inline(property).is_none()
}

/// Quoted-printable and character sets are of 2.1 alone, where a comma separates nothing.
fn plain_text(property: &mut Property, from: Version) {
    let shape = shape(property.key());
    if is_quoted_printable(property) {
        let value = match shape {
            Shape::Text if property.key() != "CATEGORIES" => escape_text(&text(property)),
            Shape::Uri => escape_uri(&text(property)),
            _ => join(&components(property)),
        };
        property.set_value(value);
    } else if from == Version::V2_1 {
        let value = match (property.key(), shape) {
            ("CATEGORIES", _) => return strip_encoding(property),
            (_, Shape::Text) => escape_text(&text(property)),
            (_, Shape::Structured) => {
                let parts = components(property).into_iter().map(|list| vec![list.join(",")]);
                join(&parts.collect::<Vec<_>>())
            }
            _ => property.raw().to_owned(),
        };
        property.set_value(value);
    }
    strip_encoding(property);
}

fn strip_encoding(property: &mut Property) {
    property.retain_params(|param| {
        let binary =
            param.values.iter().any(|value| value.eq_ignore_ascii_case("b") || value.eq_ignore_ascii_case("base64"));
        param.name != "CHARSET" && (param.name != "ENCODING" || binary)
    });
}

/// `VALUE` is said only where it differs from what holds anyway.
fn value_type(property: &mut Property) {
    let Some(declared) = property.param("VALUE").map(str::to_owned) else { return };
    let implied = match shape(property.key()) {
        Shape::Text | Shape::Structured => declared == "text",
        Shape::Uri => declared == "uri",
        Shape::Date => DATE_TYPES.contains(&declared.as_str()),
        Shape::Language => declared == "language-tag",
        Shape::Unknown => false,
    };
    if implied {
        property.remove("VALUE");
    }
}

fn preference(property: &mut Property, to: Version) {
    let rank = property.param("PREF").map(str::to_owned);
    if let Some(rank) = &rank {
        property.remove("PREF");
        property.add("PREF", rank);
    }
    let first = rank.as_deref() == Some("1");
    let word = property.types().any(|word| word.eq_ignore_ascii_case("pref"));
    if to == Version::V4 && word {
        property.retain_types(|word| word != "pref");
        if property.param("PREF").is_none() {
            property.add("PREF", "1");
        }
    } else if to == Version::V3 && first {
        property.remove("PREF");
        if !word {
            property.add_type("PREF");
        }
    }
}

fn dates(property: &mut Property, to: Version) {
    let found = text(property);
    if let Some(date) = if to == Version::V4 { date::basic(&found) } else { date::extended(&found) } {
        property.set_value(date);
    }
}

/// `46.77;-71.28` (RFC 2426 section 3.4.2) is `geo:46.77,-71.28` (RFC 6350 section 6.5.2).
fn geo(property: &mut Property, to: Version) {
    let raw = property.raw().trim().to_owned();
    let uri = strip_prefix_ignoring_case(&raw, "geo:");
    let pair = uri.unwrap_or(&raw);
    let Some((latitude, longitude)) = pair.split_once([',', ';']) else { return };
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    if !is_number(latitude) || !is_number(longitude) {
        return;
    }
    let (latitude, longitude) = (latitude.trim(), longitude.trim());
    property.set_value(if to == Version::V4 {
        format!("geo:{latitude},{longitude}")
    } else {
        format!("{latitude};{longitude}")
    });
}

/// In 3.0 a phone number is text (RFC 2426 section 3.3.1).
fn number(property: &mut Property) {
    let found = text(property);
    if let (Some("uri"), Some(number)) = (property.param("VALUE"), strip_prefix_ignoring_case(found.trim(), "tel:")) {
        let value = escape_text(number);
        property.remove("VALUE");
        property.set_value(value);
    }
}
