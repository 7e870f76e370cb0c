//! What the accounts have not got yet and what waits for a person or for something else, as it was last told.

use crate::{
    app::Event,
    book::{
        AccountId, Contact, ContactId, Dispute, Draft, Failure, Field, HeldBack, QueueEntry, RecordId, Twins, Unread,
        change::Kind, field::label_of_key,
    },
    plan::{Held, Subject, Unclear},
    store::{Book, Waiting},
};

/// What was last told.
#[derive(Default)]
pub(in crate::runtime) struct Standing {
    queues: Vec<(AccountId, Vec<QueueEntry>)>,
    waits: Waits,
}

#[derive(Default)]
struct Waits {
    disputes: Vec<Dispute>,
    twins: Vec<Twins>,
    held: Vec<HeldBack>,
    unread: Vec<Unread>,
}

impl Standing {
    /// What differs since.
    ///
    /// # Errors
    /// The book cannot be read.
    pub fn news(&mut self, book: &Book) -> Result<Vec<Event>, Failure> {
        let (mut queues, mut waits, mut news) = (Vec::new(), Waits::default(), Vec::new());
        for account in book.accounts()?.into_iter().map(|account| account.id).filter(|id| !id.is_local()) {
            let entries = book.queue(&account)?;
            let told = self.queues.iter().find(|(known, _)| *known == account).map(|(_, entries)| entries);
            if told.is_none_or(|told| *told != entries) {
                news.push(Event::Queue { account: account.clone(), entries: entries.clone() });
            }
            waits.take(book, &account)?;
            queues.push((account, entries));
        }
        let before = std::mem::replace(&mut self.waits, waits);
        let waits = &self.waits;
        if waits.disputes != before.disputes {
            news.push(Event::Disputes(waits.disputes.clone()));
        }
        if waits.twins != before.twins {
            news.push(Event::Twins(waits.twins.clone()));
        }
        if waits.held != before.held {
            news.push(Event::HeldBack(waits.held.clone()));
        }
        if waits.unread != before.unread {
            news.push(Event::Unread(waits.unread.clone()));
        }
        self.queues = queues;
        Ok(news)
    }
}

impl Waits {
    /// What waits between here and an account.
    fn take(&mut self, book: &Book, account: &AccountId) -> Result<(), Failure> {
        for open in book.conflicts(account)? {
            let both = open.kind == Kind::Contact
                && book.contact(ContactId(open.id))?.is_some_and(|contact| contact.person.is_none());
            let record = RecordId { kind: open.kind, id: open.id };
            self.disputes.push(Dispute {
                account: account.clone(),
                record,
                name: open.name,
                fields: open.fields,
                both,
            });
        }
        let Waiting { unclear, held, unreadable } = book.waiting(account)?;
        for Unclear { name, contacts: here, servers } in unclear {
            let one = here.first().map_or(Ok(None), |id| book.contact(*id))?;
            let fields = one.as_ref().map(alike).unwrap_or_default();
            let there = servers.into_iter().map(|server| server.0).collect();
            self.twins.push(Twins { account: account.clone(), name, here, there, fields });
        }
        for Held { name, subject, reason } in held {
            let record = subject.map(Subject::record);
            self.held.push(HeldBack { account: account.clone(), record, name, why: reason.words().to_owned() });
        }
        for (server, places) in unreadable {
            if let Some(contact) = book.contact_linked_to(account, &server)? {
                self.unread.push(Unread { contact, fields: labels(&places) });
            }
        }
        Ok(())
    }
}

/// What tells people who it is, of all that an account shares.
fn alike(contact: &Contact) -> Vec<(String, String)> {
    let draft = Draft::of(contact);
    let texts = [Field::Title, Field::CompanyName].into_iter().filter_map(|field| {
        let text = field.text(&draft).filter(|text| !text.trim().is_empty())?;
        Some((field.label().to_owned(), text.to_owned()))
    });
    let lists = [Field::PhoneNumbers, Field::Emails, Field::SipAddresses].into_iter().filter_map(|field| {
        let values: Vec<&str> = field.values(&draft)?.iter().map(|value| value.value.as_str()).collect();
        (!values.is_empty()).then(|| (field.label().to_owned(), values.join("\n")))
    });
    texts.chain(lists).collect()
}

/// What people call the places in a record: `phoneNumbers[0].value` is of the phone numbers.
fn labels(places: &[String]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for place in places {
        let label = match place.split(['[', '.']).next().unwrap_or_default() {
            "*" => "all of it",
            "addressInfo" => Field::Addresses.label(),
            "contactId" => "the person",
            "encryptionKeyUrl" => "the name of its key",
            key => label_of_key(key),
        };
        if !labels.iter().any(|known| known == label) {
            labels.push(label.to_owned());
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_record_are_named_as_people_name_them_each_once() {
        let places = ["phoneNumbers[0].value", "phoneNumbers[1].value", "addressInfo.city", "title", "*"];
        assert_eq!(labels(&places.map(str::to_owned)), ["Phone", "Address", "Title", "all of it"]);
    }
}
