//! Compact rows: all that the list pane and the search hold in memory for each contact.

use super::{AccountId, Contact, ContactId, ContactType, Group, GroupId, Timestamp, TypedValue, name, phone};

/// What a list row and the search need of one contact; its details are read when it is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Row {
    /// The contact.
    pub id: ContactId,
    /// Its home, where that is not the local account. Behind a pointer: most books have no other, and there may be a
    /// million rows.
    pub home: Option<Box<AccountId>>,
    /// The name as shown.
    pub name: String,
    /// The second column: the company, else the main number, else the main e-mail; not what the name says already.
    pub second: String,
    /// Order in the list, see [`name::sort_key`].
    pub sort: String,
    /// What it is ordered by in the order of last names, where the name does not say it; see [`name::family_first`].
    pub family: String,
    /// Where its company stands.
    pub company_at: CompanyAt,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The groups it is in.
    pub groups: Vec<GroupId>,
    /// CLOUD or CUSTOM.
    pub contact_type: ContactType,
    /// Marked as a favourite.
    pub favourite: bool,
    /// A CLOUD contact whose person has vanished from the directory.
    pub unresolved: bool,
    /// In the trash.
    pub trashed: bool,
    /// Its account has not got it as it is here: "not yet on Webex". Never of the local account.
    pub unsent: bool,
    /// What the search looks at beside the name, as typed: company, title, nickname, then every address.
    pub words: Vec<String>,
    /// The digits of each phone number.
    pub digits: Vec<String>,
}

/// Where the company of a row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompanyAt {
    /// It has none.
    #[default]
    Nowhere,
    /// In the second column.
    Second,
    /// The name says it already.
    Name,
}

impl Row {
    /// The company.
    pub fn company(&self) -> Option<&str> {
        match self.company_at {
            CompanyAt::Nowhere => None,
            CompanyAt::Second => Some(&self.second),
            CompanyAt::Name => Some(&self.name),
        }
    }

    /// Its home.
    pub fn account(&self) -> AccountId {
        self.home.as_deref().cloned().unwrap_or_else(AccountId::local)
    }

    /// Whether its home is this account.
    pub fn is_of(&self, account: &AccountId) -> bool {
        self.home.as_deref().map_or_else(|| account.is_local(), |home| home == account)
    }

    /// The row of a contact. Whether it is sent is no business of the contact: the store adds that.
    pub fn of(contact: &Contact) -> Self {
        let shown = contact.shown();
        let name = name::shown_name(contact);
        let second = [Some(shown.company_name.as_str()), main(&shown.phone_numbers), main(&shown.emails)];
        let second = second.into_iter().flatten().find(|text| !text.is_empty() && *text != name).unwrap_or_default();
        let addresses = shown.emails.iter().chain(&shown.sip_addresses).map(|v| &v.value);
        let words = [&shown.company_name, &shown.title, &contact.extras.nickname]
            .into_iter()
            .chain(addresses)
            .filter(|word| !word.is_empty())
            .cloned()
            .collect();
        let family = name::by_family(&shown, &name);
        let company_at = match shown.company_name.as_str() {
            "" => CompanyAt::Nowhere,
            company if company == name => CompanyAt::Name,
            _ => CompanyAt::Second,
        };
        Self {
            id: contact.id,
            home: contact.account.elsewhere(),
            family: if family == name::family_first(&name) { String::new() } else { family },
            company_at,
            changed: contact.modified,
            sort: name::sort_key(&name),
            second: second.to_owned(),
            name,
            groups: contact.groups.clone(),
            contact_type: contact.contact_type,
            favourite: contact.extras.favourite,
            unresolved: contact.person.as_ref().is_some_and(|p| p.unresolved_since.is_some()),
            trashed: contact.trashed.is_some(),
            unsent: false,
            words,
            digits: shown.phone_numbers.iter().map(|p| phone::digits(&p.value)).filter(|d| !d.is_empty()).collect(),
        }
    }
}

/// The value that stands for all of a kind.
fn main(values: &[TypedValue]) -> Option<&str> {
    values.iter().find(|value| value.primary).or_else(|| values.first()).map(|value| value.value.as_str())
}

/// A group with the number of its members that are not in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// The group.
    pub group: Group,
    /// Its members.
    pub count: usize,
}

/// How many contacts there are of the kinds that have a place of their own in the groups pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Favourites, those in the trash excluded.
    pub favourites: usize,
    /// Whose person has vanished from the directory, those in the trash excluded.
    pub unresolved: usize,
    /// In the trash.
    pub trash: usize,
}

impl Tally {
    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        rows.into_iter().fold(Self::default(), |tally, row| Self {
            favourites: tally.favourites + usize::from(row.favourite && !row.trashed),
            unresolved: tally.unresolved + usize::from(row.unresolved && !row.trashed),
            trash: tally.trash + usize::from(row.trashed),
        })
    }
}
