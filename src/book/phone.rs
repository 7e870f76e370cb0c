//! Phone numbers: kept as typed, compared by their digits, doubted by the numbering plans of libphonenumber.

use phonenumber::{ParseError, PhoneNumber, country, metadata::DATABASE};

/// The countries in words, by their code of ISO 3166; from `iso3166.tab` of the public domain time zone database.
const COUNTRIES: &str = include_str!("../../assets/countries.tsv");

/// With no more digits it is an extension, or a number such as 112, about which no plan says anything.
const SHORT: usize = 6;
/// So many digits too few or too many are counted; beyond that something else is wrong.
const SLIPS: usize = 2;

/// The digits of a number as typed, with letters of vanity numbers left out: `+1 (415) 555-0042` is `14155550042`.
pub fn digits(number: &str) -> String {
    let mut digits = String::with_capacity(number.len());
    digits.extend(number.chars().filter(char::is_ascii_digit));
    digits
}

/// What a country is called in a sentence; the code itself where there is no word for it.
pub fn country_name(code: &str) -> &str {
    COUNTRIES.lines().find_map(|line| line.strip_prefix(code)?.strip_prefix('\t')).unwrap_or(code)
}

/// Whether this is the code of a country that has phone numbers: `DE`.
pub fn is_region(code: &str) -> bool {
    code.parse::<country::Id>().is_ok()
}

/// Why a number is doubtful, in a sentence; `None` when nothing speaks against it or nothing can be said. `region` is
/// where a number without a country code belongs, as in ISO 3166.
///
/// The first call reads the numbering plans, which takes a while: it belongs off the loop.
pub fn doubt(number: &str, region: Option<&str>) -> Option<String> {
    let number = number.trim();
    let count = digits(number).len();
    let is_international = number.starts_with('+') || number.starts_with("00");
    if number.is_empty() || number.contains(['*', '#', '@']) || (count <= SHORT && !is_international && count > 0) {
        return None;
    }
    if count == 0 {
        return Some("there is no digit in this number".to_owned());
    }
    let region = region.and_then(|region| region.parse::<country::Id>().ok());
    if region.is_none() && !number.starts_with('+') {
        return None;
    }
    match phonenumber::parse(region, number) {
        Ok(parsed) => doubt_of(&parsed),
        Err(ParseError::InvalidCountryCode) => Some("no country has this code".to_owned()),
        Err(ParseError::TooShortAfterIdd | ParseError::TooShortNsn) => Some("this number is too short".to_owned()),
        Err(ParseError::TooLong) => Some("this number is too long".to_owned()),
        Err(_) => Some("this does not look like a phone number".to_owned()),
    }
}

fn doubt_of(number: &PhoneNumber) -> Option<String> {
    if number.is_valid() {
        return None;
    }
    let code = number.code().value();
    // Of several countries with one code the main one comes first.
    let country = DATABASE.region(&code).and_then(|regions| regions.first().copied()).unwrap_or_default();
    let whose = if country == "001" { "this code" } else { country_name(country) };
    let national = number.national().to_string();
    for slip in 1..=SLIPS {
        let digits = if slip == 1 { "one digit" } else { "two digits" };
        let fits =
            |text: &str| phonenumber::parse(None, format!("+{code}{text}")).is_ok_and(|number| number.is_valid());
        if ('0'..='9').any(|digit| fits(&format!("{national}{}", digit.to_string().repeat(slip)))) {
            return Some(format!("this number is {digits} short for {whose}"));
        }
        if national.len().checked_sub(slip).is_some_and(|end| fits(&national[..end])) {
            return Some(format!("this number is {digits} too long for {whose}"));
        }
    }
    Some(format!("no number of {whose} looks like this"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_a_plan_knows_is_not_doubted() {
        for number in ["+46 70 123 45 67", "+48 601 234 567", "+1 (415) 555-2671", "+39 02 3661 8300", "+800 1234 5678"]
        {
            assert_eq!(doubt(number, None), None, "{number}");
        }
        assert_eq!(doubt("030 901820", Some("DE")), None);
        assert_eq!(doubt("0046 70 123 45 67", Some("DE")), None);
        assert_eq!(doubt("(415) 555-2671 x302", Some("US")), None);
    }

    #[test]
    fn what_is_doubtful_is_said_in_words() {
        let says = |number| doubt(number, Some("DE")).unwrap_or_default();
        assert_eq!(says("+46 70 123 45 6"), "this number is one digit short for Sweden");
        assert_eq!(says("+1 415 555 267"), "this number is one digit short for the USA");
        assert_eq!(says("+46 70 123 45 678"), "this number is one digit too long for Sweden");
        assert_eq!(says("+1 415 555 26711"), "this number is one digit too long for the USA");
        assert_eq!(says("+1 200 000 0000"), "no number of the USA looks like this");
        assert_eq!(says("+999 12345678"), "no country has this code");
        assert_eq!(says("ask Bob"), "there is no digit in this number");
    }

    #[test]
    fn where_nothing_can_be_said_nothing_is() {
        for number in ["", "110", "4711", "*100#", "030 901820", "070-123 45 6"] {
            assert_eq!(doubt(number, None), None, "{number}");
        }
        assert_eq!(doubt("4711", Some("DE")), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]

        #[test]
        fn nothing_typed_makes_it_stumble(number in "[+0-9 ()x;:=.tel-]{0,24}|\\PC{0,12}") {
            let _ = doubt(&number, Some("DE"));
        }
    }

    #[test]
    fn every_country_with_numbers_has_a_name() {
        let nameless: Vec<_> = DATABASE
            .iter()
            .map(phonenumber::Metadata::id)
            .filter(|id| *id != "001" && country_name(id) == *id)
            .collect();
        assert_eq!(nameless, Vec::<&str>::new());
        assert!(is_region("DE") && !is_region("de") && !is_region("Germany"));
    }
}
