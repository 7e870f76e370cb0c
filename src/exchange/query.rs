//! The answers that mail clients read: `email TAB name TAB other` after one header line (mutt and neomutt
//! `query_command`, aerc `address-book-cmd`).

use std::fmt::Write as _;

use super::visible;
use crate::book::{Contact, Group, Profile, name::shown_name};

/// How many lines an answer has at most: aerc kills the program that sends it a hundredth.
pub const MOST_LINES: usize = 99;

/// The answer for these contacts, best first: a header line, then one line for each of their e-mail addresses.
pub fn answer(contacts: &[Contact], groups: &[Group]) -> String {
    let lines: Vec<_> = contacts.iter().flat_map(|contact| lines(contact, groups)).take(MOST_LINES - 1).collect();
    let count = match lines.len() {
        1 => "1 match".to_owned(),
        many => format!("{many} matches"),
    };
    lines.into_iter().fold(format!("{count}\n"), |text, line| text + &line + "\n")
}

fn lines(contact: &Contact, groups: &[Group]) -> Vec<String> {
    let shown = contact.effective();
    let name = field(&shown_name(contact));
    let other = other(contact, &shown, groups);
    let addresses = shown.emails.iter().map(|email| visible(email.value.trim()).into_owned());
    let usable = addresses.filter(|address| address.contains('@') && !address.contains(char::is_whitespace));
    usable.map(|address| format!("{address}\t{name}\t{other}")).collect()
}

/// neomutt puts the name between quotes and reads it again, so that it must hold neither quotes nor backslashes.
fn field(text: &str) -> String {
    visible(text).trim().replace('"', "'").replace('\\', " ")
}

/// `Company, Title tags:group,group`: neomutt takes the tags out, other programs show all of it.
fn other(contact: &Contact, shown: &Profile, groups: &[Group]) -> String {
    let words: Vec<_> = [&shown.company_name, &shown.title].map(|text| field(text)).into_iter().collect();
    let mut other = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
    let own = groups.iter().filter(|group| contact.groups.contains(&group.id));
    let tags: Vec<_> = own.map(|group| tag(&group.name)).filter(|tag| !tag.is_empty()).collect();
    if !tags.is_empty() {
        let space = if other.is_empty() { "" } else { " " };
        let _ = write!(other, "{space}tags:{}", tags.join(","));
    }
    other
}

fn tag(name: &str) -> String {
    any_ascii::any_ascii(name).chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{AccountId, ContactId, GroupId, Timestamp, TypedValue};

    fn contact(name: &str, emails: &[&str]) -> Contact {
        let mut contact = Contact::new(ContactId(uuid::Uuid::nil()), AccountId::local(), Timestamp(0));
        contact.profile.display_name = name.to_owned();
        contact.profile.emails = emails.iter().map(|email| TypedValue::new("work", email)).collect();
        contact
    }

    #[test]
    fn each_address_has_its_line_with_organisation_and_tags() {
        let group = Group::new(GroupId(uuid::Uuid::nil()), AccountId::local(), "Zürich friends");
        let mut ada = contact("Ada Lovelace", &["ada@a.example", "al@b.example"]);
        ada.profile.company_name = "Engines".to_owned();
        ada.profile.title = "Analyst".to_owned();
        ada.groups = vec![group.id];
        assert_eq!(
            answer(&[ada, contact("No Mail", &[])], &[group]),
            "2 matches\n\
             ada@a.example\tAda Lovelace\tEngines, Analyst tags:Zurichfriends\n\
             al@b.example\tAda Lovelace\tEngines, Analyst tags:Zurichfriends\n"
        );
    }

    #[test]
    fn hostile_names_cannot_leave_their_column() {
        let hostile = contact("A\"d\\a\tB\u{1b}\u{202e}\nC", &["a@b.example", "not an address", "x@y z"]);
        assert_eq!(answer(&[hostile], &[]), "1 match\na@b.example\tA'd a B C\t\n");
    }

    #[test]
    fn there_are_never_a_hundred_lines() {
        let many: Vec<_> = (0..200).map(|n| contact("N", &[format!("n{n}@a.example").as_str()])).collect();
        assert_eq!(answer(&many, &[]).lines().count(), 99);
        assert_eq!(answer(&[], &[]), "0 matches\n");
    }
}
