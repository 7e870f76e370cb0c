//! Dates and times in their two spellings: extended (`1980-03-22`, vCard 3.0) and basic (`19800322`, vCard 4.0);
//! ISO 8601:2004 as restricted by RFC 6350 section 4.3.

/// A date, a time or both, as found in digits.
struct Moment<'a> {
    year: &'a str,
    month: &'a str,
    day: &'a str,
    time: Vec<&'a str>,
    fraction: &'a str,
    zone: String,
    has_time: bool,
}

/// The basic spelling; `None` for what is no date.
pub fn basic(text: &str) -> Option<String> {
    let moment = Moment::parse(text)?;
    let date = match (moment.year, moment.month, moment.day) {
        ("", "", "") => String::new(),
        ("", "", day) => format!("---{day}"),
        ("", month, day) => format!("--{month}{day}"),
        (year, "", _) => year.to_owned(),
        // `198003` would be read as a time or a number, so the hyphen stays (RFC 6350 section 4.3.1).
        (year, month, "") => format!("{year}-{month}"),
        (year, month, day) => format!("{year}{month}{day}"),
    };
    Some(date + &moment.time_of_day("") + &moment.zone.replace(':', ""))
}

/// The extended spelling; `None` for what is no date.
pub fn extended(text: &str) -> Option<String> {
    let moment = Moment::parse(text)?;
    let date = match (moment.year, moment.month, moment.day) {
        ("", "", "") => String::new(),
        ("", "", day) => format!("---{day}"),
        ("", month, "") => format!("--{month}"),
        ("", month, day) => format!("--{month}-{day}"),
        (year, "", _) => year.to_owned(),
        (year, month, "") => format!("{year}-{month}"),
        (year, month, day) => format!("{year}-{month}-{day}"),
    };
    Some(date + &moment.time_of_day(":") + &moment.zone)
}

/// `YYYY-MM-DD` or `--MM-DD`, any time of day left out; `None` for what is no whole day. `omitted` is the year that
/// Apple writes where there is none (`X-APPLE-OMIT-YEAR`).
pub fn day(text: &str, omitted: Option<&str>) -> Option<String> {
    let Moment { year, month, day, .. } = Moment::parse(text)?;
    match (year, month, day) {
        (_, "", _) | (_, _, "") => None,
        (year, month, day) if year.is_empty() || Some(year) == omitted => Some(format!("--{month}-{day}")),
        (year, month, day) => Some(format!("{year}-{month}-{day}")),
    }
}

impl<'a> Moment<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if !text.is_ascii() {
            return None;
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let (year, month, day) = date_parts(date).filter(|_| !date.is_empty() || time.is_some())?;
        let mut moment = Self { year, month, day, time: vec![], fraction: "", zone: String::new(), has_time: false };
        if let Some(time) = time {
            moment.read_time(time)?;
        }
        Some(moment)
    }

    fn read_time(&mut self, text: &'a str) -> Option<()> {
        let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
        let (clock, zone) = text.split_at(zone_at);
        let (clock, fraction) = clock.find(['.', ',']).map_or((clock, ""), |at| clock.split_at(at));
        self.time = two_digits(clock, ':')?;
        self.fraction = fraction;
        self.has_time = true;
        let whole = fraction.is_empty() || (fraction.len() > 1 && is_digits(&fraction[1..]));
        let known = whole && !self.time.is_empty() && self.time.len() <= 3;
        self.zone = match zone.split_at_checked(1) {
            None => String::new(),
            Some(("Z" | "z", "")) => "Z".to_owned(),
            Some((sign @ ("+" | "-"), offset)) => {
                let offset = two_digits(offset, ':').filter(|parts| matches!(parts.len(), 1 | 2))?;
                format!("{sign}{}:{}", offset[0], offset.get(1).unwrap_or(&"00"))
            }
            Some(_) => return None,
        };
        known.then_some(())
    }

    fn time_of_day(&self, separator: &str) -> String {
        if self.has_time { format!("T{}{}", self.time.join(separator), self.fraction) } else { String::new() }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `HH`, `HHMM`, `HH:MM:SS` and so on as pairs of digits.
fn two_digits(text: &str, separator: char) -> Option<Vec<&str>> {
    let parts: Vec<&str> = if text.contains(separator) {
        text.split(separator).collect()
    } else {
        (0..text.len()).step_by(2).map(|at| text.get(at..at + 2)).collect::<Option<_>>()?
    };
    parts.iter().all(|part| part.len() == 2 && is_digits(part)).then_some(parts)
}

fn date_parts(text: &str) -> Option<(&str, &str, &str)> {
    let parts = if let Some(day) = text.strip_prefix("---") {
        ("", "", day)
    } else if let Some(rest) = text.strip_prefix("--") {
        match rest.len() {
            2 => ("", rest, ""),
            4 => ("", &rest[..2], &rest[2..]),
            5 if rest.as_bytes()[2] == b'-' => ("", &rest[..2], &rest[3..]),
            _ => return None,
        }
    } else {
        match text.len() {
            0 => ("", "", ""),
            4 => (text, "", ""),
            7 if text.as_bytes()[4] == b'-' => (&text[..4], &text[5..], ""),
            8 => (&text[..4], &text[4..6], &text[6..]),
            10 if text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' => (&text[..4], &text[5..7], &text[8..]),
            _ => return None,
        }
    };
    let in_range = |part: &str, length: usize, max: u8| {
        part.is_empty()
            || (part.len() == length && is_digits(part) && part.parse().is_ok_and(|n: u8| (1..=max).contains(&n)))
    };
    let year = parts.0.is_empty() || is_digits(parts.0);
    (year && in_range(parts.1, 2, 12) && in_range(parts.2, 2, 31)).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_spellings_lead_to_each_other() {
        for (long, short) in [
            ("1980-03-22", "19800322"),
            ("--02-03", "--0203"),
            ("--02", "--02"),
            ("---03", "---03"),
            ("1980-03", "1980-03"),
            ("1980", "1980"),
            ("2009-08-08T14:30-05:00", "20090808T1430-0500"),
            ("2012-03-05T13:32:54Z", "20120305T133254Z"),
            ("2012-03-05T13:32:54.5+01:00", "20120305T133254.5+0100"),
            ("T10:22:00", "T102200"),
        ] {
            assert_eq!(basic(long).as_deref(), Some(short));
            assert_eq!(basic(short).as_deref(), Some(short));
            assert_eq!(extended(short).as_deref(), Some(long));
            assert_eq!(extended(long).as_deref(), Some(long));
        }
    }

    #[test]
    fn what_is_no_date_stays_what_it_is() {
        for text in
            ["", "circa 1800", "1980-13-01", "1980-00-10", "22.03.1980", "1980-3-2", "19800322Tx", "ä", "T", "-"]
        {
            assert_eq!(basic(text), None, "{text}");
        }
    }

    #[test]
    fn days_have_one_form() {
        assert_eq!(day("19800322T000000Z", None).as_deref(), Some("1980-03-22"));
        assert_eq!(day("1604-03-22", Some("1604")).as_deref(), Some("--03-22"));
        assert_eq!(day("1980-03", None), None);
    }
}
