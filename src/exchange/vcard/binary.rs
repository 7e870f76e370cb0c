//! Inline pictures, sounds and keys: `ENCODING=b` with a format in `TYPE` up to 3.0 (RFC 2426 section 2.4.1), a
//! `data:` URI with a media type in 4.0 (RFC 6350 section 6.2.4, RFC 2397).

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Version, property::Property};

/// The properties whose value may be binary, and so may be large.
pub const NAMES: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// The words of `TYPE` that say whose a picture is and not what it is made of.
const GENERAL: [&str; 3] = ["home", "work", "pref"];

/// Formats whose name does not follow from the media type, for `KEY`.
const KEYS: [(&str, &str); 2] = [("x509", "application/pkix-cert"), ("pgp", "application/pgp-keys")];

/// What pictures begin with.
const SIGNATURES: [(&[u8], &str); 5] = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"RIFF", "image/webp"),
];

/// When nobody knows better.
pub const UNKNOWN: &str = "application/octet-stream";

/// An inline value.
pub struct Inline {
    /// The media type where the property tells it.
    pub media_type: Option<String>,
    /// Base64 without white space.
    pub base64: String,
}

/// The inline value of a property; `None` when it has another kind of value.
pub fn inline(property: &Property) -> Option<Inline> {
    if !NAMES.contains(&property.key()) {
        return None;
    }
    let raw = property.raw().trim();
    if let Some(uri) = strip_prefix_ignoring_case(raw, "data:") {
        // Some programs escape the comma as if a URI were text.
        let uri = if uri.contains('\\') { uri.replace('\\', "") } else { uri.to_owned() };
        let (head, data) = uri.split_once(',')?;
        let (media, encoding) = head.rsplit_once(';').unwrap_or(("", head));
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let media_type = Some(media).filter(|media| !media.is_empty());
        let base64 = squeezed(data)?;
        return encoding.eq_ignore_ascii_case("base64").then_some(Inline { media_type, base64 });
    }
    let declared = property.has("ENCODING", "B") || property.has("ENCODING", "BASE64");
    // Programs have declared base64 and written a URI (nextcloud/contacts#1312), which has a colon.
    let base64 = squeezed(raw).filter(|_| declared)?;
    Some(Inline { media_type: declared_type(property), base64 })
}

/// Base64 without its white space; `None` when it is something else.
fn squeezed(text: &str) -> Option<String> {
    let base64: String = text.split_ascii_whitespace().collect();
    let plain = base64.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    plain.then_some(base64)
}

/// The rest of a text after a prefix in any case.
pub fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn engine() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config)
}

/// The bytes; `None` when it is no base64. Of data that was cut short all whole bytes are given.
pub fn decode(base64: &str) -> Option<Vec<u8>> {
    let symbols = base64.trim_end_matches('=');
    let dangling = usize::from(symbols.len() % 4 == 1);
    let bytes = engine().decode(&symbols[..symbols.len() - dangling]).ok()?;
    (symbols.is_empty() || !bytes.is_empty()).then_some(bytes)
}

/// Bytes as base64.
pub fn encode(bytes: &[u8]) -> String {
    engine().encode(bytes)
}

/// The media type that the first bytes tell.
pub fn sniffed(bytes: &[u8]) -> Option<&'static str> {
    SIGNATURES.into_iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, media)| media)
}

fn format_word(property: &Property) -> Option<String> {
    property.types().map(str::to_lowercase).find(|word| !GENERAL.contains(&word.as_str()))
}

fn declared_type(property: &Property) -> Option<String> {
    if let Some(media) = property.param("MEDIATYPE") {
        return Some(media.to_ascii_lowercase());
    }
    let word = format_word(property)?;
    let media = match (property.key(), word.as_str()) {
        _ if word.contains('/') => word,
        ("KEY", word) => match KEYS.iter().find(|(format, _)| *format == word) {
            Some((_, media)) => (*media).to_owned(),
            None => format!("application/x-{word}"),
        },
        ("SOUND", word) => format!("audio/{word}"),
        (_, "jpg") => "image/jpeg".to_owned(),
        (_, word) => format!("image/{word}"),
    };
    Some(media)
}

/// The word that says in 3.0 what `media` says in 4.0, where there is one that leads back to it.
fn word_for(key: &str, media: &str) -> Option<String> {
    let word = match key {
        "KEY" => match KEYS.iter().find(|(_, known)| *known == media) {
            Some((format, _)) => *format,
            None => media.strip_prefix("application/x-")?,
        },
        "SOUND" => media.strip_prefix("audio/")?,
        _ => media.strip_prefix("image/")?,
    };
    Some(word.to_ascii_uppercase())
}

/// Makes the value an inline one in the spelling of `version`; parameters of other meaning stay.
pub fn set_inline(property: &mut Property, version: Version, value: &Inline) {
    let by_word = property.param("ENCODING").is_some() && property.param("MEDIATYPE").is_none();
    let stale = format_word(property).filter(|_| by_word && inline(property).is_some());
    let mut words: Vec<String> = property.types().map(str::to_lowercase).collect();
    if let Some(at) = stale.and_then(|stale| words.iter().position(|word| *word == stale)) {
        words.remove(at);
    }
    for name in ["ENCODING", "VALUE", "MEDIATYPE", "CHARSET", "TYPE"] {
        property.remove(name);
    }
    let media = value.media_type.as_deref().unwrap_or(UNKNOWN);
    if version == Version::V4 {
        property.set_value(format!("data:{media};base64,{}", value.base64));
    } else {
        property.add("ENCODING", "b");
        let ambiguous = words.iter().any(|word| !GENERAL.contains(&word.as_str()));
        match word_for(property.key(), media) {
            // Among the words of TYPE the first one that may be a format is taken for it.
            Some(word) => property.add_type(&word),
            None if media != UNKNOWN || ambiguous => property.add("MEDIATYPE", media),
            None => {}
        }
        property.set_value(value.base64.clone());
    }
    for word in words {
        property.add_type(&if version == Version::V4 { word } else { word.to_uppercase() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(line: &str) -> Property {
        Property::parse(line.to_owned(), Version::V3).unwrap()
    }

    #[test]
    fn each_spelling_of_an_inline_value_is_read() {
        for line in [
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/ 4A==",
            "PHOTO;JPEG;BASE64:/9j/4A==",
            "PHOTO;VALUE=uri:data:image/jpeg;base64,/9j/4A==",
            "PHOTO:DATA:image/jpeg;charset=x;base64\\,/9j/4A",
        ] {
            let inline = inline(&property(line)).unwrap();
            assert_eq!(inline.media_type.as_deref(), Some("image/jpeg"), "{line}");
            assert_eq!(decode(&inline.base64), Some(vec![0xff, 0xd8, 0xff, 0xe0]), "{line}");
        }
        for line in ["PHOTO;ENCODING=b;VALUE=uri:http://a.example/b.png", "PHOTO;VALUE=URI:", "NOTE:data:a;base64,AA"] {
            assert!(inline(&property(line)).is_none(), "{line}");
        }
    }

    #[test]
    fn formats_and_media_types_lead_to_each_other() {
        for line in
            ["KEY;ENCODING=b;TYPE=X509:AA==", "KEY;ENCODING=b;TYPE=FOO,WORK:AA==", "SOUND;ENCODING=b;TYPE=BASIC:AA=="]
        {
            let mut property = property(line);
            let old = inline(&property).unwrap();
            set_inline(&mut property, Version::V4, &old);
            assert!(property.param("ENCODING").is_none());
            let new = inline(&property).unwrap();
            assert_eq!(new.media_type, old.media_type);
            set_inline(&mut property, Version::V3, &new);
            assert_eq!(property.to_line(), line);
        }
    }
}
