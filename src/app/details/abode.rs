//! Where a contact lives, where that is a Webex account: what the pane says of that beside the values.

use super::page::Weight;
use crate::{
    app::{State, accounts::record_of},
    book::{AccountState, Contact, ContactType, Field, RecordId, change::Kind},
};

/// A contact in a Webex account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abode {
    /// What people call the account.
    pub name: String,
    /// How it stands with the contact there: not sent yet, waits for an answer.
    pub standing: Option<(Weight, String)>,
    /// Which fields cannot be read there, if there are such.
    pub unread: Option<String>,
    /// Why its person is not known, as far as that is.
    pub unknown: String,
}

impl Abode {
    /// Whether a field never leaves this machine (model.md, "A contact has three parts").
    pub fn keeps_here(field: Field, contact_type: ContactType) -> bool {
        use Field::{
            AvatarUrl, CompanyName, DisplayName, Emails, FirstName, LastName, PhoneNumbers, SipAddresses, Title,
        };
        match contact_type {
            ContactType::Custom => !matches!(
                field,
                DisplayName
                    | FirstName
                    | LastName
                    | CompanyName
                    | Title
                    | AvatarUrl
                    | Emails
                    | PhoneNumbers
                    | SipAddresses
                    // The first of them is shared.
                    | Field::Addresses
            ),
            ContactType::Cloud => !matches!(field, PhoneNumbers | SipAddresses),
        }
    }
}

impl State {
    /// Where a contact lives; `None` for the local account.
    pub(in crate::app) fn abode(&self, contact: &Contact) -> Option<Abode> {
        let status = self.accounts.get(&contact.account)?;
        let name = status.name.clone();
        let record = RecordId { kind: Kind::Contact, id: contact.id.0 };
        let entry = self.accounts.queue_of(&status.id).find(|entry| record_of(entry) == record);
        let standing = if self.accounts.twins_of(record).is_some() {
            Some((Weight::Trouble, format!("which one on {name} it is waits for your answer")))
        } else if self.accounts.is_disputed(record) {
            Some((Weight::Trouble, format!("changed here and on {name}: waits for your answer")))
        } else {
            entry.map(|entry| {
                let waits = self.waits_words(&status.id, entry);
                (Weight::Dim, format!("not yet on {name}: {waits}"))
            })
        };
        let unknown = match (&status.state, &status.no_directory) {
            (AccountState::SignedOut | AccountState::NeedsSignIn { .. }, _) => "nobody is signed in".to_owned(),
            (AccountState::Offline { .. }, _) => "there is no network".to_owned(),
            (_, Some(reason)) => reason.clone(),
            (_, None) => "the next sync asks for them".to_owned(),
        };
        let unread = self.accounts.unread.iter().find(|unread| unread.contact == contact.id);
        let unread = unread
            .map(|unread| format!("cannot be read on {name} and is left there as it is: {}", unread.fields.join(", ")));
        Some(Abode { name, standing, unread, unknown })
    }

    /// Where those of a directory are known from: an account by its name, else the directory by its own.
    pub(in crate::app) fn directory_name(&self, directory: &str) -> String {
        let account = self.accounts.list.iter().find(|status| status.id.0 == directory);
        account
            .map_or_else(|| format!("the directory '{directory}'"), |status| format!("the people of {}", status.name))
    }
}
