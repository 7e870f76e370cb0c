//! SCIM filters (RFC 7644 section 3.4.2.2) as far as the service takes them: `eq`, `sw` and `ew` joined by `and` and `or`
//! (specification section 9.3).

use super::Person;

/// More terms than this are refused as too complex (specification section 9.1).
const MOST_TERMS: usize = 50;

/// A comparison of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    attribute: String,
    operator: String,
    value: String,
}

/// Alternatives, each of which is a row of terms that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Vec<Vec<Term>>);

/// The attributes that can be compared, and by what.
fn operators(attribute: &str) -> Option<&'static [&'static str]> {
    match attribute.to_lowercase().as_str() {
        "id" => Some(&["eq"]),
        "name.givenname" => Some(&["eq", "sw"]),
        "username" | "displayname" | "name.familyname" | "nickname" | "emails.value" | "phonenumbers.value"
        | "department" => Some(&["eq", "sw", "ew"]),
        _ => None,
    }
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// A sentence: what is not understood, or that it is too complex.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim_start();
        let mut alternatives = vec![Vec::new()];
        let mut terms = 0;
        loop {
            let attribute;
            let operator;
            let value;
            (attribute, rest) = word(rest)?;
            (operator, rest) = word(rest)?;
            (value, rest) = string(rest)?;
            let operator = operator.to_lowercase();
            match operators(attribute) {
                None => return Err(format!("the attribute {attribute} cannot be filtered by")),
                Some(known) if !known.contains(&operator.as_str()) => {
                    return Err(format!("the operator {operator} is not supported for {attribute}"));
                }
                Some(_) => {}
            }
            terms += 1;
            if terms > MOST_TERMS {
                return Err("the filter is too complex: complex query".to_owned());
            }
            if let Some(row) = alternatives.last_mut() {
                row.push(Term { attribute: attribute.to_lowercase(), operator, value: value.to_lowercase() });
            }
            rest = rest.trim_start();
            if rest.is_empty() {
                return Ok(Self(alternatives));
            }
            let joint;
            (joint, rest) = word(rest)?;
            match joint.to_lowercase().as_str() {
                "or" => alternatives.push(Vec::new()),
                "and" => {}
                _ => return Err(format!("'{joint}' is neither and nor or")),
            }
        }
    }

    /// Whether a person is meant.
    pub fn matches(&self, person: &Person) -> bool {
        self.0.iter().any(|row| row.iter().all(|term| term.matches(person)))
    }
}

impl Term {
    fn matches(&self, person: &Person) -> bool {
        let text = match self.attribute.as_str() {
            "id" => &person.id,
            "username" | "emails.value" => &person.email,
            "displayname" => &person.display,
            "name.familyname" => &person.family,
            "name.givenname" => &person.given,
            "phonenumbers.value" => &person.phone,
            "department" => &person.department,
            _ => return false,
        };
        let text = text.to_lowercase();
        match self.operator.as_str() {
            "eq" => text == self.value,
            "sw" => text.starts_with(&self.value),
            _ => text.ends_with(&self.value),
        }
    }
}

fn word(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim_start();
    let end = text.find([' ', '"']).unwrap_or(text.len());
    if end == 0 { Err("a word is missing".to_owned()) } else { Ok(text.split_at(end)) }
}

/// A JSON string with its escapes.
fn string(text: &str) -> Result<(String, &str), String> {
    let text = text.trim_start();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
    match stream.next() {
        Some(Ok(value)) => Ok((value, &text[stream.byte_offset()..])),
        _ => Err("a value must be a quoted string".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Directory;

    fn found(filter: &str) -> Vec<String> {
        let filter = Filter::parse(filter).unwrap();
        Directory::of(40)
            .people
            .iter()
            .filter(|person| filter.matches(person))
            .map(|person| person.display.clone())
            .collect()
    }

    #[test]
    fn terms_are_joined_and_values_compared_without_case() {
        assert_eq!(
            found(r#"displayName sw "first" or id eq "9D1E5C1E-7a70-4b1c-9f2f-0a4b9a7b0002""#),
            ["First User", "Second User"]
        );
        assert_eq!(found(r#"name.familyName eq "user" and emails.value sw "second""#), ["Second User"]);
        assert!(found(r#"displayName eq "a\" or displayName sw \"f""#).is_empty(), "an escaped quote ends nothing");
    }

    #[test]
    fn what_the_service_does_not_take_is_refused() {
        for filter in
            [r#"displayName co "x""#, r#"id sw "x""#, "id eq x", r#"id eq "x" xor id eq "y""#, "", r#"shoe eq "9""#]
        {
            assert!(Filter::parse(filter).is_err(), "{filter}");
        }
        let terms = |count| vec![r#"id eq "x""#; count].join(" or ");
        assert!(Filter::parse(&terms(50)).is_ok());
        assert!(Filter::parse(&terms(51)).unwrap_err().contains("complex"));
    }
}
