//! Distinguished names (RFC 4514): compared, and shown to people.

/// A form in which two names of one entry are equal: small letters, no blanks around commas and equal signs.
pub fn comparable(dn: &str) -> String {
    let pieces = split(dn, ',').into_iter().map(|piece| {
        let (kind, value) = piece.split_once('=').unwrap_or(("", piece));
        format!("{}={}", kind.trim().to_lowercase(), unescaped(value.trim()).to_lowercase())
    });
    pieces.collect::<Vec<_>>().join(",")
}

/// What people call the entry: the value of the first piece, `Ada Lovelace` for `cn=Ada Lovelace,ou=People`. Text that
/// is no distinguished name is returned as it is.
pub fn shown(dn: &str) -> String {
    let first = split(dn, ',').into_iter().next().unwrap_or_default();
    match split(first, '+').into_iter().next().unwrap_or_default().split_once('=') {
        Some((_, value)) => unescaped(value.trim()),
        None => dn.to_owned(),
    }
}

/// The pieces between separators that no backslash makes a part of a value.
fn split(dn: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut start, mut escaped) = (Vec::new(), 0, false);
    for (index, character) in dn.char_indices() {
        if character == separator && !escaped {
            pieces.push(&dn[start..index]);
            start = index + separator.len_utf8();
        }
        escaped = character == '\\' && !escaped;
    }
    pieces.push(&dn[start..]);
    pieces
}

/// `\,` and `\2C` as the characters they stand for.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        rest = match (first, tail) {
            (b'\\', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.push(hex(high).unwrap_or_default() << 4 | hex(low).unwrap_or_default());
                after
            }
            (b'\\', [next, after @ ..]) => {
                bytes.push(*next);
                after
            }
            _ => {
                bytes.push(*first);
                tail
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_blanks() {
        let dn = "cn=Ada Lovelace,ou=People,dc=example,dc=org";
        assert_eq!(comparable(dn), comparable("CN=Ada Lovelace, OU=people, DC=Example,DC=org"));
        assert_eq!(comparable("cn=Lovelace\\, Ada,o=x"), comparable("cn=Lovelace\\2C Ada,o=x"));
        assert_ne!(comparable(dn), comparable("cn=Ada Byron,ou=People,dc=example,dc=org"));
    }

    #[test]
    fn the_first_piece_is_shown() {
        assert_eq!(shown("cn=Ada Lovelace,ou=People"), "Ada Lovelace");
        assert_eq!(shown("cn=Lovelace\\, Ada+uid=ada,ou=People"), "Lovelace, Ada");
        assert_eq!(shown("CN=Zo\\C3\\AB,o=x"), "Zoë");
        assert_eq!(shown("Ada Lovelace"), "Ada Lovelace");
        assert_eq!(shown("\\"), "\\");
    }
}
