//! The shape of single values, where a person types them. What is imported or loaded is taken as it is (model.md).

use super::Field;

/// What is wrong with one value of a field, and what to do, in a sentence; `None` when nothing is, or nothing is typed.
pub fn problem(field: Field, value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let (fits, remedy) = match field {
        Field::Emails => (is_address(value), "does not look like name@example.org"),
        Field::SipAddresses => (is_address(bare_sip(value)), "does not look like name@example.org"),
        Field::WebPages | Field::AvatarUrl => (is_page(value), "does not look like https://example.org/page"),
        Field::Birthday => return birthday(value),
        _ => return None,
    };
    (!fits).then(|| format!("'{value}' {remedy}"))
}

fn bare_sip(value: &str) -> &str {
    value.strip_prefix("sips:").or_else(|| value.strip_prefix("sip:")).unwrap_or(value)
}

/// A word, an at sign, a host: all that can be said of an address without asking its server.
fn is_address(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !local.contains('@') && is_host(host))
}

/// Labels between dots, none of them empty; a port or an address in brackets is left to whoever connects.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.split('.').all(|label| !label.is_empty())
}

/// With a scheme and a host, or a host alone, as people write it.
fn is_page(text: &str) -> bool {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) => {
            let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            if !is_scheme {
                return false;
            }
            rest
        }
        // Without one there must be a dot, else any word would be a page.
        None if text.contains('.') => text,
        None => return false,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !text.chars().any(|c| c.is_whitespace() || c.is_control()) && is_host(host)
}

/// `1984-02-29`, or `--02-29` where the year is not known.
fn birthday(text: &str) -> Option<String> {
    let remedy = || format!("'{text}' does not look like 1984-02-29, or --02-29 without a year");
    let (year, rest) = match text.strip_prefix("--") {
        // A birthday without a year may be the 29th of February.
        Some(rest) => (2000, rest),
        None => match text.split_once('-') {
            Some((year, rest)) if year.len() == 4 => match year.parse::<i16>() {
                Ok(year) => (year, rest),
                Err(_) => return Some(remedy()),
            },
            _ => return Some(remedy()),
        },
    };
    let two = |part: &str| if part.len() == 2 { part.parse::<i8>().ok() } else { None };
    let Some((Some(month), Some(day))) = rest.split_once('-').map(|(month, day)| (two(month), two(day))) else {
        return Some(remedy());
    };
    jiff::civil::Date::new(year, month, day).is_err().then(|| format!("there is no day {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(field: Field, values: &[&str]) {
        for value in values {
            assert!(problem(field, value).is_some(), "{value}");
        }
    }

    fn taken(field: Field, values: &[&str]) {
        for value in values {
            assert_eq!(problem(field, value), None);
        }
    }

    #[test]
    fn addresses_have_a_local_part_and_a_host() {
        taken(
            Field::Emails,
            &["", " ada@example.org ", "ada+x@münchen.example", "root@localhost", "\"a.b\"@x.example"],
        );
        refused(Field::Emails, &["ada", "ada at example.org", "@x", "ada@", "ada@x..y", "ada@.x", "a@b@c.example"]);
        taken(Field::SipAddresses, &["sip:ada@sip.example", "ada@sip.example"]);
        refused(Field::SipAddresses, &["4711", "sip:ada"]);
    }

    #[test]
    fn pages_have_a_host_with_or_without_a_scheme() {
        taken(
            Field::WebPages,
            &["https://example.org/a?b=c#d", "boat.example", "http://localhost:8080/x", "gopher://x.y"],
        );
        refused(
            Field::WebPages,
            &["boat", "https://", "https://a b.example", "http:///path", "1http://x.example", "a..b"],
        );
    }

    #[test]
    fn birthdays_are_days_that_there_are() {
        taken(Field::Birthday, &["1984-02-29", "--02-29", "0900-01-31"]);
        refused(Field::Birthday, &["29.2.1984", "1984", "84-02-29", "1984-2-29", "--2-29", "1984-02-29T00:00", "a-b"]);
        assert_eq!(problem(Field::Birthday, "1985-02-29").as_deref(), Some("there is no day 1985-02-29"));
        assert_eq!(problem(Field::Birthday, "--13-01").as_deref(), Some("there is no day --13-01"));
    }
}
