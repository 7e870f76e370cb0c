//! Names: what is shown, and in what order.

use std::borrow::Cow;

use super::{Contact, Profile};

/// What stands in the place of a name that is missing.
const NO_NAME: &str = "(no name)";

/// A name, or what stands in its place.
pub fn or_no_name(name: &str) -> &str {
    if name.trim().is_empty() { NO_NAME } else { name }
}

/// Full case folding near enough for comparing names: lower case, with the final sigma and the sharp s unified.
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

/// The name to show when a profile carries no `displayName`: the name's parts, else the company, else the first
/// address, else nothing.
pub fn derive_display_name(profile: &Profile) -> String {
    let person = [profile.first_name.trim(), profile.last_name.trim()];
    let full = person.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if !full.is_empty() {
        return full;
    }
    let addresses = profile.emails.iter().chain(&profile.phone_numbers).chain(&profile.sip_addresses);
    std::iter::once(profile.company_name.trim())
        .chain(addresses.map(|a| a.value.trim()))
        .find(|candidate| !candidate.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// The name under which a contact is shown everywhere; never empty.
pub fn shown_name(contact: &Contact) -> String {
    let own = contact.profile.display_name.trim();
    if !own.is_empty() {
        return own.to_owned();
    }
    let person = contact.person.as_ref().map(|p| &p.profile);
    let candidates = [
        person.map(|p| p.display_name.trim().to_owned()),
        Some(derive_display_name(&contact.profile)),
        person.map(derive_display_name),
        Some(contact.extras.nickname.trim().to_owned()),
    ];
    candidates.into_iter().flatten().find(|name| !name.is_empty()).unwrap_or_else(|| NO_NAME.to_owned())
}

/// Between what names are ordered by and the name itself.
pub const SORT_MARK: char = '\u{1}';

/// The scripts of the list in their order, each by the letter that stands for it in a key: Latin letters, then other
/// alphabets, Hangul, Kana and Han, digits, signs.
const LATIN: char = 'a';
const GREEK: char = 'c';
const CYRILLIC: char = 'd';
const OTHER: char = 'g';
const HANGUL: char = 'h';
const KANA: char = 'i';
const HAN: char = 'j';
const DIGIT: char = 'y';
const SIGN: char = 'z';

/// The key by which the list is ordered, without case and accents: each script by itself, in its own order (Han by the
/// reading that the search knows too), then digits, then signs.
pub fn sort_key(name: &str) -> String {
    let folded = fold_case(name);
    let head = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let class = head.chars().next().map_or(SIGN, class_of);
    let head = match class {
        LATIN | HAN | DIGIT if head.is_ascii() => Cow::Borrowed(head),
        LATIN | HAN | DIGIT => any_ascii::any_ascii(head).to_lowercase().into(),
        HANGUL => composed(head).into(),
        KANA => head.chars().map(hiragana).collect(),
        _ => head.chars().map(plain_letter).collect(),
    };
    let mut key = String::with_capacity(head.len() + name.len() + 8);
    key.push(class);
    key.push_str(&head);
    key.push(SORT_MARK);
    key.push_str(name);
    key
}

/// The heading under which a key of [`sort_key`] stands in the list: a Latin letter without accents, the letter of
/// another alphabet, the consonant of a Hangul syllable, the row of a Kana, the initial of a Han reading, or `#`.
pub fn heading(key: &str) -> String {
    let mut chars = key.chars();
    match (chars.next().unwrap_or(SIGN), chars.next()) {
        (LATIN, Some(c)) if c.is_ascii_alphabetic() => c.to_ascii_uppercase().to_string(),
        (HAN, Some(c)) => format!("漢 {}", c.to_ascii_uppercase()),
        (HANGUL, Some(c)) => consonant(c).to_string(),
        (KANA, Some(c)) => kana_row(c).to_string(),
        (GREEK | CYRILLIC | OTHER, Some(c)) => c.to_uppercase().collect(),
        _ => "#".to_owned(),
    }
}

fn class_of(c: char) -> char {
    match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => GREEK,
        '\u{400}'..='\u{52f}' => CYRILLIC,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}' => HANGUL,
        '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => KANA,
        '々' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => HAN,
        c if c.is_numeric() => DIGIT,
        // What has a Latin form of its own script: accents, ligatures, full-width letters.
        '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}' => LATIN,
        _ => OTHER,
    }
}

/// A letter of another alphabet without its accents, as far as that matters for order.
fn plain_letter(c: char) -> char {
    const ACCENTS: [(&str, char); 13] = [
        ("άἀἁἂἃἄἅἆἇὰάᾶᾳ", 'α'),
        ("έἐἑἒἓἔἕὲέ", 'ε'),
        ("ήἠἡἢἣἤἥἦἧὴήῆῃ", 'η'),
        ("ίϊΐἰἱἲἳἴἵἶἷὶίῖ", 'ι'),
        ("όὀὁὂὃὄὅὸό", 'ο'),
        ("ύϋΰὐὑὒὓὔὕὖὗὺύῦ", 'υ'),
        ("ώὠὡὢὣὤὥὦὧὼώῶῳ", 'ω'),
        ("ῤῥ", 'ρ'),
        ("ёє", 'е'),
        ("ґѓ", 'г'),
        ("іїѝ", 'и'),
        ("ќ", 'к'),
        ("ў", 'у'),
    ];
    ACCENTS.iter().find(|(letters, _)| letters.contains(c)).map_or(c, |(_, plain)| *plain)
}

/// Hangul syllables of decomposed letters (Unicode, section 3.12): some systems write names so.
fn composed(text: &str) -> String {
    let mut composed = String::with_capacity(text.len());
    for c in text.chars() {
        let last = composed.chars().next_back().map_or(0, u32::from);
        let joined = match (last, u32::from(c)) {
            (lead @ 0x1100..=0x1112, vowel @ 0x1161..=0x1175) => 0xac00 + ((lead - 0x1100) * 21 + vowel - 0x1161) * 28,
            (syllable @ 0xac00..=0xd7a3, tail @ 0x11a8..=0x11c2) if (syllable - 0xac00) % 28 == 0 => {
                syllable + tail - 0x11a7
            }
            (_, other) => {
                composed.extend(char::from_u32(other));
                continue;
            }
        };
        composed.pop();
        composed.extend(char::from_u32(joined));
    }
    composed
}

/// The consonant a syllable begins with; doubled ones stand under the single one, as in a Korean address book.
fn consonant(c: char) -> char {
    const LEADS: [char; 19] = [
        'ㄱ', 'ㄱ', 'ㄴ', 'ㄷ', 'ㄷ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅂ', 'ㅅ', 'ㅅ', 'ㅇ', 'ㅈ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ',
        'ㅎ',
    ];
    let lead = match u32::from(c) {
        lead @ 0x1100..=0x1112 => lead - 0x1100,
        syllable @ 0xac00..=0xd7a3 => (syllable - 0xac00) / 588,
        _ => return c,
    };
    usize::try_from(lead).ok().and_then(|lead| LEADS.get(lead)).copied().unwrap_or(c)
}

fn hiragana(c: char) -> char {
    match u32::from(c) {
        katakana @ 0x30a1..=0x30f6 => char::from_u32(katakana - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// The row of the Kana table that a letter belongs to.
fn kana_row(c: char) -> char {
    const ROWS: [(char, char); 10] = [
        ('お', 'あ'),
        ('ご', 'か'),
        ('ぞ', 'さ'),
        ('ど', 'た'),
        ('の', 'な'),
        ('ぽ', 'は'),
        ('も', 'ま'),
        ('よ', 'や'),
        ('ろ', 'ら'),
        ('\u{30ff}', 'わ'),
    ];
    ROWS.iter().find(|(last, _)| c <= *last).map_or(c, |(_, row)| *row)
}

/// Whether names in this script are written with the family first.
fn is_family_first(c: char) -> bool {
    matches!(class_of(c), HANGUL | KANA | HAN)
}

/// A shown name with the family first, as well as one can tell: what stands before a comma, or the last word.
pub fn family_first(name: &str) -> String {
    let name = name.trim();
    if name.contains(',') || name.chars().next().is_none_or(is_family_first) {
        return name.to_owned();
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((given, family)) => format!("{family} {}", given.trim_end()),
        None => name.to_owned(),
    }
}

/// What a contact is ordered by in the order of last names.
pub fn by_family(profile: &Profile, shown: &str) -> String {
    let [first, last] = [profile.first_name.trim(), profile.last_name.trim()];
    match (last, first) {
        ("", "") if shown == profile.company_name.trim() => shown.to_owned(),
        ("", _) => family_first(shown),
        (last, "") => last.to_owned(),
        (last, first) => format!("{last} {first}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_has_its_order_and_its_headings() {
        let names = [
            ("Ada", "A"),
            ("Ångström", "A"),
            ("Łukasz", "L"),
            ("(Zoë)", "Z"),
            ("Άννα", "Α"),
            ("Αντώνης", "Α"),
            ("Борис", "Б"),
            ("Ёлка", "Е"),
            ("Юрий", "Ю"),
            ("דוד", "ד"),
            ("김민수", "ㄱ"),
            ("깐깐", "ㄱ"),
            ("\u{1105}\u{1175}", "ㄹ"),
            ("박지성", "ㅂ"),
            ("アキラ", "あ"),
            ("いちろう", "あ"),
            ("がくと", "か"),
            ("ワタル", "わ"),
            ("山田 太郎", "漢 S"),
            ("王伟", "漢 W"),
            ("3M", "#"),
            ("***", "#"),
        ];
        let mut keys: Vec<String> = names.iter().map(|(name, _)| sort_key(name)).collect();
        let in_order = keys.clone();
        keys.sort();
        assert_eq!(keys, in_order);
        for (name, letter) in names {
            assert_eq!(heading(&sort_key(name)), letter, "{name}");
        }
    }

    #[test]
    fn decomposed_and_composed_syllables_stand_together() {
        let composed = sort_key("김민수");
        let decomposed = sort_key("\u{1100}\u{1175}\u{11b7}\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}");
        assert_eq!(composed.split(SORT_MARK).next(), decomposed.split(SORT_MARK).next());
    }

    #[test]
    fn the_family_comes_first_where_one_can_tell() {
        for (name, ordered) in [
            ("Ada Lovelace", "Lovelace Ada"),
            ("Müller, Jürgen", "Müller, Jürgen"),
            ("Jean Luc Picard", "Picard Jean Luc"),
            ("Plato", "Plato"),
            ("山田 太郎", "山田 太郎"),
        ] {
            assert_eq!(family_first(name), ordered);
        }
        let company = Profile { company_name: "Lukas & Zoe GmbH".to_owned(), ..Profile::default() };
        assert_eq!(by_family(&company, "Lukas & Zoe GmbH"), "Lukas & Zoe GmbH");
    }
}
