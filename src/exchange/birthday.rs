//! Birthdays as programs write them, as `YYYY-MM-DD` or `--MM-DD`.

/// The years that stand for "no year" in address books that cannot leave it out.
const NO_YEAR: [i16; 2] = [1604, 4501];

/// The date of `text` in the form of `Extras::birthday`, else `text` itself: a date that could be read in two ways is
/// left for its owner. `month_first` settles `5/6/1980` for programs known to write it the American way.
pub fn birthday(text: &str, month_first: bool) -> String {
    let text = text.trim();
    read(text, month_first).unwrap_or_else(|| text.to_owned())
}

/// A birthday of its parts, of which any may be missing.
pub fn from_parts([year, month, day]: [&str; 3]) -> String {
    let found = || [year, month, day].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    match (month.parse(), day.parse()) {
        (Ok(month), Ok(day)) if year.is_empty() => date(None, month, day),
        (Ok(month), Ok(day)) => year.parse().ok().and_then(|year| date(Some(year), month, day)),
        _ => None,
    }
    .unwrap_or_else(found)
}

fn read(text: &str, month_first: bool) -> Option<String> {
    let day = text.split(['T', ' ']).next().unwrap_or_default(); // a time of birth is midnight in practice
    if let Some(yearless) = day.strip_prefix("--") {
        let digits = yearless.replace('-', "");
        return date(None, number(digits.get(..2)?)?, number(digits.get(2..)?)?);
    }
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return date(Some(day[..4].parse().ok()?), number(&day[4..6])?, number(&day[6..])?);
    }
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [first, second, third] = parts[..] else { return None };
    if first.len() == 4 {
        return date(Some(first.parse().ok()?), number(second)?, number(third)?);
    }
    let (first, second) = (number(first)?, number(second)?);
    let year = if third.len() == 4 { third.parse().ok()? } else { return None };
    match (first, second) {
        (day, month) if day > 12 || day == month || text.contains('.') => date(Some(year), month, day),
        (month, day) if day > 12 || month_first => date(Some(year), month, day),
        _ => None,
    }
}

fn number(text: &str) -> Option<i8> {
    text.parse().ok()
}

fn date(year: Option<i16>, month: i8, day: i8) -> Option<String> {
    let leap = 2000; // a birthday without a year may be the 29th of February
    jiff::civil::Date::new(year.unwrap_or(leap), month, day).ok()?;
    Some(match year.filter(|year| !NO_YEAR.contains(year)) {
        Some(year) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("--{month:02}-{day:02}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_can_be_read_in_one_way_are_read() {
        for (found, expected) in [
            ("1980-05-06", "1980-05-06"),
            ("19800506", "1980-05-06"),
            ("1980-05-06T00:00:00Z", "1980-05-06"),
            ("--05-06", "--05-06"),
            ("--0229", "--02-29"),
            ("1604-05-06", "--05-06"),
            ("25/12/1980", "1980-12-25"),
            ("12/25/1980", "1980-12-25"),
            ("5.6.1980", "1980-06-05"),
            ("5/6/1980", "5/6/1980"),
            ("5/6/80", "5/6/80"),
            ("1980-02-31", "1980-02-31"),
            ("in spring", "in spring"),
            ("--ä-ö", "--ä-ö"),
        ] {
            assert_eq!(birthday(found, false), expected);
        }
        assert_eq!(birthday("5/6/1980", true), "1980-05-06");
        assert_eq!(birthday("25/12/1980", true), "1980-12-25");
    }

    #[test]
    fn parts_may_be_missing() {
        assert_eq!(from_parts(["1815", "12", "10"]), "1815-12-10");
        assert_eq!(from_parts(["", "2", "29"]), "--02-29");
        assert_eq!(from_parts(["1815", "", ""]), "1815");
        assert_eq!(from_parts(["", "", ""]), "");
    }
}
