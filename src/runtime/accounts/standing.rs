//! What the accounts have not got yet and what waits for a person, as it was last told.

use crate::{
    app::Event,
    book::{AccountId, ContactId, Dispute, Failure, QueueEntry, RecordId, change::Kind},
    store::Book,
};

/// What was last told.
#[derive(Default)]
pub(in crate::runtime) struct Standing {
    queues: Vec<(AccountId, Vec<QueueEntry>)>,
    disputes: Vec<Dispute>,
}

impl Standing {
    /// What differs since.
    ///
    /// # Errors
    /// The book cannot be read.
    pub fn news(&mut self, book: &Book) -> Result<Vec<Event>, Failure> {
        let (mut queues, mut disputes, mut news) = (Vec::new(), Vec::new(), Vec::new());
        for account in book.accounts()?.into_iter().map(|account| account.id).filter(|id| !id.is_local()) {
            let entries = book.queue(&account)?;
            let told = self.queues.iter().find(|(known, _)| *known == account).map(|(_, entries)| entries);
            if told.is_none_or(|told| *told != entries) {
                news.push(Event::Queue { account: account.clone(), entries: entries.clone() });
            }
            for open in book.conflicts(&account)? {
                let both = open.kind == Kind::Contact
                    && book.contact(ContactId(open.id))?.is_some_and(|contact| contact.person.is_none());
                let record = RecordId { kind: open.kind, id: open.id };
                disputes.push(Dispute { account: account.clone(), record, name: open.name, fields: open.fields, both });
            }
            queues.push((account, entries));
        }
        if disputes != self.disputes {
            news.push(Event::Disputes(disputes.clone()));
        }
        (self.queues, self.disputes) = (queues, disputes);
        Ok(news)
    }
}
