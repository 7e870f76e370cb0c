//! What the columns of a CSV file mean, by their headers: one table for the exports of Google, Outlook, Thunderbird
//! and Webex, and for files that people write themselves.
//!
//! Headers are compared in a normal form: words in small letters, without numbers and signs, so that `E-mail 2 - Value`
//! is `email value`, and `givenName` is `given name`.

use csv::StringRecord;

use crate::{
    book::Field,
    exchange::assembly::{BETWEEN_VALUES, Means, Part},
};

use Means::{Address, Birthday, Born, Derived, FiledAs, Groups, Key, Note, Text, Unless, Value};

/// One column of a file.
#[derive(Debug)]
pub struct Column {
    /// Its header as it stands.
    pub name: String,
    /// What its values mean.
    pub means: Means,
    /// Which of several addresses of one type it belongs to.
    pub slot: usize,
    /// The column that holds the type of its values.
    pub word: Option<usize>,
}

/// What the header says about the rows.
#[derive(Debug)]
pub struct Header {
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Whether days are written `M/D/Y`.
    pub month_first: bool,
}

/// Normal form of the header, what it means.
const COLUMNS: &[(&str, Means)] = &[
    // Names.
    ("name", Text(Field::DisplayName)),
    ("full name", Text(Field::DisplayName)),
    ("fullname", Text(Field::DisplayName)),
    ("display name", Text(Field::DisplayName)),
    ("displayname", Text(Field::DisplayName)),
    ("contact name", Text(Field::DisplayName)),
    ("first name", Text(Field::FirstName)),
    ("firstname", Text(Field::FirstName)),
    ("given name", Text(Field::FirstName)),
    ("forename", Text(Field::FirstName)),
    ("last name", Text(Field::LastName)),
    ("lastname", Text(Field::LastName)),
    ("family name", Text(Field::LastName)),
    ("surname", Text(Field::LastName)),
    ("middle name", Text(Field::MiddleName)),
    ("additional name", Text(Field::MiddleName)),
    ("name prefix", Text(Field::Prefix)),
    ("prefix", Text(Field::Prefix)),
    ("name suffix", Text(Field::Suffix)),
    ("suffix", Text(Field::Suffix)),
    ("nickname", Text(Field::Nickname)),
    ("nick name", Text(Field::Nickname)),
    ("file as", FiledAs),
    ("email display name", FiledAs),
    ("initials", Derived),
    // Work.
    ("company", Text(Field::CompanyName)),
    ("company name", Text(Field::CompanyName)),
    ("employer", Text(Field::CompanyName)),
    ("organization", Text(Field::CompanyName)),
    ("organisation", Text(Field::CompanyName)),
    ("organization name", Text(Field::CompanyName)),
    ("title", Text(Field::Title)),
    ("job title", Text(Field::Title)),
    ("organization title", Text(Field::Title)),
    ("position", Text(Field::Title)),
    ("department", Text(Field::Department)),
    ("dept", Text(Field::Department)),
    ("organization department", Text(Field::Department)),
    ("manager", Text(Field::Manager)),
    ("manager name", Text(Field::Manager)),
    ("manager s name", Text(Field::Manager)),
    // Addresses of the net.
    ("email", Value(Field::Emails, "")),
    ("emails", Value(Field::Emails, "")),
    ("mail", Value(Field::Emails, "")),
    ("email value", Value(Field::Emails, "")),
    ("email address", Value(Field::Emails, "")),
    ("contact email", Value(Field::Emails, "")),
    ("primary email", Value(Field::Emails, "")),
    ("secondary email", Value(Field::Emails, "")),
    ("user id email required", Value(Field::Emails, "work")),
    ("work email", Value(Field::Emails, "work")),
    ("business email", Value(Field::Emails, "work")),
    ("home email", Value(Field::Emails, "home")),
    ("personal email", Value(Field::Emails, "home")),
    ("other email", Value(Field::Emails, "other")),
    ("sip", Value(Field::SipAddresses, "")),
    ("sip uri", Value(Field::SipAddresses, "")),
    ("sip address", Value(Field::SipAddresses, "")),
    ("website", Value(Field::WebPages, "")),
    ("website value", Value(Field::WebPages, "")),
    ("web page", Value(Field::WebPages, "")),
    ("homepage", Value(Field::WebPages, "")),
    ("url", Value(Field::WebPages, "")),
    ("personal web page", Value(Field::WebPages, "home")),
    ("business web page", Value(Field::WebPages, "work")),
    // Phone numbers.
    ("phone", Value(Field::PhoneNumbers, "")),
    ("phones", Value(Field::PhoneNumbers, "")),
    ("phone value", Value(Field::PhoneNumbers, "")),
    ("phone number", Value(Field::PhoneNumbers, "")),
    ("phone numbers", Value(Field::PhoneNumbers, "")),
    ("telephone", Value(Field::PhoneNumbers, "")),
    ("telephone number", Value(Field::PhoneNumbers, "")),
    ("tel", Value(Field::PhoneNumbers, "")),
    ("work phone", Value(Field::PhoneNumbers, "work")),
    ("business phone", Value(Field::PhoneNumbers, "work")),
    ("office phone", Value(Field::PhoneNumbers, "work")),
    ("home phone", Value(Field::PhoneNumbers, "home")),
    ("mobile", Value(Field::PhoneNumbers, "mobile")),
    ("mobile phone", Value(Field::PhoneNumbers, "mobile")),
    ("mobile number", Value(Field::PhoneNumbers, "mobile")),
    ("cell", Value(Field::PhoneNumbers, "mobile")),
    ("cell phone", Value(Field::PhoneNumbers, "mobile")),
    ("other phone", Value(Field::PhoneNumbers, "other")),
    ("primary phone", Value(Field::PhoneNumbers, "* primary")),
    ("car phone", Value(Field::PhoneNumbers, "car")),
    ("radio phone", Value(Field::PhoneNumbers, "radio")),
    ("company main phone", Value(Field::PhoneNumbers, "company main")),
    ("callback", Value(Field::PhoneNumbers, "callback")),
    ("telex", Value(Field::PhoneNumbers, "telex")),
    ("isdn", Value(Field::PhoneNumbers, "ISDN")),
    ("tty tdd phone", Value(Field::PhoneNumbers, "TTY/TDD")),
    ("assistant s phone", Value(Field::PhoneNumbers, "assistant")),
    ("extension", Value(Field::PhoneNumbers, "work_extension")),
    ("fax", Value(Field::PhoneNumbers, "fax")),
    ("fax number", Value(Field::PhoneNumbers, "fax")),
    ("business fax", Value(Field::PhoneNumbers, "work fax")),
    ("work fax", Value(Field::PhoneNumbers, "work fax")),
    ("home fax", Value(Field::PhoneNumbers, "home fax")),
    ("other fax", Value(Field::PhoneNumbers, "other fax")),
    ("pager", Value(Field::PhoneNumbers, "pager")),
    ("pager number", Value(Field::PhoneNumbers, "pager")),
    // The rest.
    ("birthday", Birthday),
    ("birth date", Birthday),
    ("birthdate", Birthday),
    ("date of birth", Birthday),
    ("birth year", Born(0)),
    ("birth month", Born(1)),
    ("birth day", Born(2)),
    ("notes", Text(Field::Notes)),
    ("note", Text(Field::Notes)),
    ("comment", Text(Field::Notes)),
    ("comments", Text(Field::Notes)),
    ("photo", Text(Field::AvatarUrl)),
    ("avatar url", Text(Field::AvatarUrl)),
    ("primary contact method", Text(Field::PrimaryContactMethod)),
    ("labels", Groups(BETWEEN_VALUES)),
    ("group membership", Groups(BETWEEN_VALUES)),
    ("categories", Groups(";")),
    ("category", Groups(";")),
    ("groups", Groups(";")),
    ("group", Groups(";")),
    ("tags", Groups(";")),
    ("uid", Key(0)),
    ("uuid", Key(0)),
    ("entry uuid", Key(0)),
    ("dn", Key(1)),
    ("distinguished name", Key(1)),
    ("gender", Unless("Unspecified")),
    ("priority", Unless("Normal")),
    ("sensitivity", Unless("Normal")),
    ("private", Unless("False")),
];

/// Nobody's address book has more columns.
const MOST_COLUMNS: usize = 2000;

/// Outlook alone has both a `Title`, which it means as the honorific, and a `Job Title`; it writes `M/D/Y`.
const OUTLOOK: [&str; 2] = ["title", "job title"];

/// How the header of an address begins, and its type. Only the numbered ones of Google can come more than once.
const ADDRESSES: [(&str, &str); 6] =
    [("", ""), ("business ", "work"), ("work ", "work"), ("home ", "home"), ("other ", "other"), ("address ", "")];

/// How it goes on.
const PARTS: [(&str, Part); 22] = [
    ("address", Part::Street),
    ("address line", Part::Street),
    ("street", Part::Street),
    ("street address", Part::Street),
    ("extended address", Part::Extended),
    ("po box", Part::PoBox),
    ("address po box", Part::PoBox),
    ("city", Part::City),
    ("town", Part::City),
    ("state", Part::State),
    ("region", Part::State),
    ("province", Part::State),
    ("county", Part::State),
    ("postal code", Part::ZipCode),
    ("postcode", Part::ZipCode),
    ("zip code", Part::ZipCode),
    ("zip", Part::ZipCode),
    ("country", Part::Country),
    ("country region", Part::Country),
    ("country code", Part::CountryCode),
    ("formatted", Part::Whole),
    ("full address", Part::Whole),
];

impl Header {
    /// Reads a header; `None` when it names too little of a contact to be one: a phone or an address of the net, or
    /// two columns that we know.
    pub fn of(names: &StringRecord) -> Option<Self> {
        if names.len() > MOST_COLUMNS {
            return None;
        }
        let normal: Vec<(String, usize)> = names.iter().map(normal_form).collect();
        let outlook = OUTLOOK.iter().all(|name| normal.iter().any(|(found, _)| found == name));
        let columns: Vec<Column> = names
            .iter()
            .zip(&normal)
            .enumerate()
            .map(|(index, (name, (form, number)))| {
                let (means, slot) = match meaning(form, *number) {
                    _ if outlook && form == "title" => (Text(Field::Prefix), 0),
                    // `Home Address` is the street, unless there is a `Home Street` too (Outlook).
                    (Address(kind, Part::Street), slot) if has_street_too(&normal, form) => {
                        (Address(kind, Part::Whole), slot)
                    }
                    meaning => meaning,
                };
                Column { name: name.trim().to_owned(), means, slot, word: type_column(&normal, index) }
            })
            .collect();
        let mut header = Self { columns, month_first: outlook };
        let strong = header.columns.iter().any(|column| matches!(column.means, Value(..)));
        let known = header.columns.iter().filter(|c| !matches!(c.means, Note | Derived | Unless(_) | Key(_))).count();
        for word in header.columns.iter().filter_map(|column| column.word).collect::<Vec<_>>() {
            header.columns[word].means = Derived;
        }
        (strong || known >= 2).then_some(header)
    }

    /// How many columns mean something.
    pub fn known(&self) -> usize {
        self.columns.iter().filter(|column| column.means != Note).count()
    }
}

fn has_street_too(normal: &[(String, usize)], form: &str) -> bool {
    let street = form.strip_suffix("address").map(|start| format!("{start}street"));
    street.is_some_and(|street| normal.iter().any(|(other, _)| *other == street))
}

fn meaning(form: &str, number: usize) -> (Means, usize) {
    if let Some((_, means)) = COLUMNS.iter().find(|(name, _)| *name == form) {
        return (*means, 0);
    }
    let part = |rest: &str| PARTS.iter().find(|(name, _)| *name == rest).map(|(_, part)| *part);
    ADDRESSES
        .iter()
        .find_map(|(start, kind)| {
            let part = part(form.strip_prefix(start)?)?;
            Some((Address(kind, part), if *start == "address " { number } else { 0 }))
        })
        .unwrap_or((Note, 0))
}

/// The column with the type of the values of column `index`: `Phone 1 - Label` for `Phone 1 - Value`. Where several
/// have the same name, the first goes with the first and so on.
fn type_column(normal: &[(String, usize)], index: usize) -> Option<usize> {
    let (form, number) = &normal[index];
    let stem = stem(form);
    let is_type = |(name, n): &(String, usize)| {
        n == number
            && [" label", " type"].iter().any(|end| name.strip_suffix(end).is_some_and(|of| stem == self::stem(of)))
    };
    if is_type(&normal[index]) {
        return None;
    }
    let nth = normal[..index].iter().filter(|other| *other == &normal[index]).count();
    let found = (0..normal.len()).filter(|other| is_type(&normal[*other])).nth(nth)?;
    let value = matches!(meaning(form, *number).0, Value(..) | Address(..)) || form.ends_with(" value");
    value.then_some(found)
}

/// What a column and the column of its type have in common.
fn stem(form: &str) -> &str {
    let first = form.split(' ').next().unwrap_or_default();
    if ["email", "phone", "address"].contains(&first) { first } else { form.strip_suffix(" value").unwrap_or(form) }
}

/// The words of a header in small letters, and its number (0 without one).
fn normal_form(header: &str) -> (String, usize) {
    let mut spaced = String::new();
    let mut before = ' ';
    for character in header.chars() {
        if character.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.extend(if character.is_alphanumeric() { Some(character) } else { Some(' ') });
        before = character;
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let number = spaced.split(|c| !is_digit(c)).find_map(|digits| digits.parse().ok()).unwrap_or(0);
    let words = spaced.to_lowercase().replace(is_digit, " ");
    let form = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (form.replace("e mail", "email"), number)
}
