//! What a form, a JSON document on stdin or a card in a file holds before it becomes a contact.

use super::{
    AccountId, Contact, ContactId, ContactType, Extras, Field, GroupId, Person, Profile, Timestamp, check,
    name::derive_display_name,
};

/// A contact to be: all that is known but its id and times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its home.
    pub account: AccountId,
    /// CUSTOM or CLOUD.
    pub contact_type: ContactType,
    /// The attributes.
    pub profile: Profile,
    /// What stays on this machine.
    pub extras: Extras,
    /// The directory's part; CLOUD only.
    pub person: Option<Person>,
    /// Groups that exist.
    pub groups: Vec<GroupId>,
    /// Groups by name: found, or made with the contact.
    pub group_names: Vec<String>,
}

/// What is wrong with a draft, by field, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", field.label())]
pub struct Problem {
    /// The field to mend.
    pub field: Field,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            account: AccountId::local(),
            contact_type: ContactType::Custom,
            profile: Profile::default(),
            extras: Extras::default(),
            person: None,
            groups: Vec::new(),
            group_names: Vec::new(),
        }
    }
}

impl Draft {
    /// The draft of a contact that exists.
    pub fn of(contact: &Contact) -> Self {
        Self {
            account: contact.account.clone(),
            contact_type: contact.contact_type,
            profile: contact.profile.clone(),
            extras: contact.extras.clone(),
            person: contact.person.clone(),
            groups: contact.groups.clone(),
            group_names: Vec::new(),
        }
    }

    /// Empty values and white space around values gone; an empty value is an absent value (model.md). A CUSTOM
    /// contact without a display name gets the one that follows from its other fields.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for field in Field::ALL {
            if let Some(text) = field.text_mut(&mut self) {
                *text = text.trim().to_owned();
            }
            if let Some(values) = field.values_mut(&mut self) {
                for value in values.iter_mut() {
                    value.value = value.value.trim().to_owned();
                }
                values.retain(|value| !value.value.is_empty());
            }
        }
        self.profile.addresses.retain(|address| !address.is_empty());
        if self.contact_type == ContactType::Custom && self.profile.display_name.is_empty() {
            self.profile.display_name = derive_display_name(&self.profile);
        }
        self
    }

    /// The rules that hold where people type; what is imported or loaded is taken as it is (model.md).
    ///
    /// # Errors
    /// Every problem found, the first field first.
    pub fn validate(&self) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        let profile = &self.profile;
        match self.contact_type {
            ContactType::Custom => {
                let nothing = [&profile.display_name, &profile.first_name, &profile.last_name]
                    .into_iter()
                    .chain([&profile.company_name, &self.extras.nickname])
                    .all(|name| name.trim().is_empty())
                    && profile
                        .emails
                        .iter()
                        .chain(&profile.phone_numbers)
                        .chain(&profile.sip_addresses)
                        .all(|v| v.value.trim().is_empty());
                if nothing {
                    let reason = "a contact needs a name, or an e-mail, phone or SIP address".to_owned();
                    problems.push(Problem { field: Field::DisplayName, reason });
                }
            }
            ContactType::Cloud => {
                if self.person.is_none() {
                    let reason = "a CLOUD contact needs a person of the directory; search one with \
                                  `callbook directory search`"
                        .to_owned();
                    problems.push(Problem { field: Field::DisplayName, reason });
                }
                for field in Field::ALL {
                    if !field.editable_in(ContactType::Cloud) && !field.is_empty(self) {
                        let reason = "this field belongs to the directory and is read-only".to_owned();
                        problems.push(Problem { field, reason });
                    }
                }
            }
        }
        for (field, values) in [
            (Field::Emails, &profile.emails),
            (Field::PhoneNumbers, &profile.phone_numbers),
            (Field::SipAddresses, &profile.sip_addresses),
        ] {
            if values.iter().filter(|value| value.primary).count() > 1 {
                problems.push(Problem { field, reason: "only one value can be the primary one".to_owned() });
            }
        }
        for field in Field::ALL {
            let values = field.values(self).unwrap_or_default().iter().map(|value| value.value.as_str());
            let bad = field.text(self).into_iter().chain(values).find_map(|value| check::problem(field, value));
            problems.extend(bad.map(|reason| Problem { field, reason }));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The same rules for an edit of a contact: what was wrong before, in data that was imported, stands in nobody's way.
    ///
    /// # Errors
    /// Every problem that the edit brought.
    pub fn validate_edit(&self, before: &Contact) -> Result<(), Vec<Problem>> {
        let Err(problems) = self.validate() else { return Ok(()) };
        let known = Self::of(before).validate().err().unwrap_or_default();
        let brought: Vec<_> = problems.into_iter().filter(|problem| !known.contains(problem)).collect();
        if brought.is_empty() { Ok(()) } else { Err(brought) }
    }

    /// The contact that this draft makes.
    pub fn into_contact(self, id: ContactId, at: Timestamp) -> Contact {
        let mut contact = Contact::new(id, self.account.clone(), at);
        self.apply(&mut contact);
        contact
    }

    /// Writes the draft over a contact, which keeps its id, times and what the draft does not speak of.
    pub fn apply(self, contact: &mut Contact) {
        contact.contact_type = self.contact_type;
        contact.profile = self.profile;
        contact.extras = self.extras;
        contact.person = self.person;
        contact.groups = self.groups;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{PersonRef, TypedValue};

    fn cloud() -> Draft {
        let who = PersonRef { directory: "offline".to_owned(), key: "1".to_owned() };
        let person = Person { who, profile: Profile::default(), unresolved_since: None };
        Draft { contact_type: ContactType::Cloud, person: Some(person), ..Draft::default() }
    }

    #[test]
    fn custom_needs_a_name_or_an_address() {
        assert_eq!(Draft::default().validate().unwrap_err()[0].field, Field::DisplayName);
        let mut draft = Draft::default();
        draft.profile.phone_numbers.push(TypedValue::new("mobile", " 123 "));
        assert_eq!(draft.validate(), Ok(()));
        assert_eq!(draft.tidied().profile.display_name, "123");
    }

    #[test]
    fn cloud_needs_a_person_and_leaves_their_fields_alone() {
        assert_eq!(cloud().validate(), Ok(()));
        assert!(Draft { person: None, ..cloud() }.validate().is_err());
        let mut additions = cloud();
        additions.profile.phone_numbers.push(TypedValue::new("home", "1"));
        additions.extras.notes = "met in Graz".to_owned();
        assert_eq!(additions.validate(), Ok(()));
        let mut meddling = cloud();
        meddling.profile.title = "Boss".to_owned();
        assert_eq!(meddling.validate().unwrap_err()[0].field, Field::Title);
    }

    #[test]
    fn an_edit_answers_only_for_what_it_brings() {
        let mut imported = Draft::default();
        imported.profile.emails.push(TypedValue::new("work", "no address"));
        let contact = imported.clone().into_contact(ContactId(uuid::Uuid::nil()), Timestamp(0));
        let mut edited = imported.clone();
        edited.profile.phone_numbers.push(TypedValue::new("work", "1"));
        assert_eq!(edited.validate_edit(&contact), Ok(()));
        edited.profile.emails.push(TypedValue::new("work", "another one"));
        edited.profile.emails.remove(0);
        assert_eq!(edited.validate_edit(&contact).unwrap_err()[0].field, Field::Emails);
    }

    #[test]
    fn addresses_have_a_shape_and_at_most_one_is_primary() {
        let mut draft = Draft::default();
        draft.profile.emails.push(TypedValue::new("work", "ada at example.org"));
        assert_eq!(draft.validate().unwrap_err()[0].field, Field::Emails);
        let primary = TypedValue { primary: true, ..TypedValue::new("work", "a@example.org") };
        draft.profile.emails = vec![primary.clone(), primary];
        assert_eq!(draft.validate().unwrap_err().len(), 1);
    }
}
