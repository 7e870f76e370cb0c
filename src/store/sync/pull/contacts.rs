//! Contacts of the account come, change, go to the trash and come back.

use rusqlite::Connection;

use crate::{
    book::{Contact, ContactId, ContactType, Person, PersonRef, Profile, change::Kind},
    plan::{GroupRef, Holder, Image, ServerId},
    store::{people, read, write::Stop},
};

use super::{super::link, Pull};

impl Pull<'_, '_, '_> {
    pub(super) fn create_contact(
        &mut self,
        known: Option<ContactId>,
        server: &ServerId,
        image: &Image,
        theirs: &Image,
    ) -> Result<bool, Stop> {
        let Some((image, theirs)) = self.both_resolved(image, theirs)? else { return Ok(false) };
        let id = known.unwrap_or_else(|| self.w.contact_id());
        if known.is_some() && read::contact_document(&self.w.transaction, id)?.is_some() {
            return Ok(false);
        }
        let Some(facts) = self.contact_facts(server, &theirs) else { return Ok(false) };
        let mut contact = Contact::new(id, self.account.clone(), self.w.at);
        contact.created = facts.created.unwrap_or(self.w.at);
        put_on(&self.w.transaction, &mut contact, &image)?;
        let (account, kind, id) = (self.account, Kind::Contact, id.0);
        let agrees = image == theirs;
        debug_assert!(!agrees || Image::of(&contact) == theirs, "what is written here reads as it is there");
        let image = (!agrees).then_some(&theirs);
        if !self.put_link(&link::Row { account, kind, id, server, superseded: &[], image, facts }, None)? {
            return Ok(false);
        }
        self.w.take_in(&contact)?;
        if known.is_none() && agrees {
            self.w.agrees(id);
        }
        self.tally.new += 1;
        Ok(true)
    }

    pub(super) fn update_contact(&mut self, id: ContactId, image: &Image, theirs: &Image) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)?.filter(|contact| contact.trashed.is_none()) else { return Ok(false) };
        let Some((image, theirs)) = self.both_resolved(image, theirs)? else { return Ok(false) };
        let Some((_, linked)) = link::of::<_, Image>(&self.w.transaction, id.0, ContactId)? else { return Ok(false) };
        let Some(facts) = self.contact_facts(&linked.server, &theirs) else { return Ok(false) };
        let (account, kind, server, superseded) = (self.account, Kind::Contact, &linked.server, &linked.superseded[..]);
        self.put_link(&link::Row { account, kind, id: id.0, server, superseded, image: Some(&theirs), facts }, None)?;
        let mut after = before.clone();
        put_on(&self.w.transaction, &mut after, &image)?;
        self.w.replace(&before, after)?;
        self.w.look_anew(kind, id.0);
        self.tally.changed += 1;
        Ok(true)
    }

    pub(super) fn restore_contact(
        &mut self,
        id: ContactId,
        server: &ServerId,
        image: &Image,
        theirs: &Image,
    ) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)? else { return Ok(false) };
        let Some((image, theirs)) = self.both_resolved(image, theirs)? else { return Ok(false) };
        let Some(facts) = self.contact_facts(server, &theirs) else { return Ok(false) };
        let superseded = match link::of::<_, Image>(&self.w.transaction, id.0, ContactId)? {
            Some((_, linked)) => linked.superseded,
            None => Vec::new(),
        };
        let (account, kind) = (self.account, Kind::Contact);
        let row = link::Row { account, kind, id: id.0, server, superseded: &superseded, image: Some(&theirs), facts };
        if !self.put_link(&row, None)? {
            return Ok(false);
        }
        let mut after = Contact { trashed: None, ..before.clone() };
        put_on(&self.w.transaction, &mut after, &image)?;
        self.w.replace(&before, after)?;
        self.w.look_anew(kind, id.0);
        self.tally.new += 1;
        Ok(true)
    }

    pub(super) fn trash_contact(&mut self, id: ContactId) -> Result<bool, Stop> {
        let Some(before) = self.untouched(id)? else { return Ok(false) };
        if before.trashed.is_none() {
            self.w.replace(&before, Contact { trashed: Some(self.w.at), ..before.clone() })?;
            self.tally.gone += 1;
        }
        self.unlink(Kind::Contact, id.0)
    }

    /// The stored contact, unless a person has changed it since the plan was made.
    fn untouched(&self, id: ContactId) -> Result<Option<Contact>, Stop> {
        if self.is_touched(id.0)? {
            return Ok(None);
        }
        Ok(read::contact(&self.w.transaction, id)?.filter(|contact| contact.account == *self.account))
    }
}

/// Writes the shared part over a contact; who a CLOUD contact is comes from the directory as it was last seen.
pub(in crate::store::sync) fn put_on(
    connection: &Connection,
    contact: &mut Contact,
    image: &Image,
) -> rusqlite::Result<()> {
    match image.holder() {
        Holder::Custom => {
            contact.contact_type = ContactType::Custom;
            contact.person = None;
        }
        Holder::Cloud(ServerId(key)) => {
            let who = PersonRef { directory: contact.account.0.clone(), key: key.clone() };
            contact.contact_type = ContactType::Cloud;
            if contact.person.as_ref().is_none_or(|person| person.who != who) {
                let seen = people::person(connection, &who)?;
                let unseen = || Person { who, profile: Profile::default(), unresolved_since: None };
                contact.person = Some(seen.unwrap_or_else(unseen));
            }
        }
        Holder::Elsewhere => {}
    }
    // Whoever calls this has made all groups ours.
    image.write_into(contact, |group| match group {
        GroupRef::Ours(id) => Some(*id),
        GroupRef::Theirs(_) => None,
    });
    Ok(())
}
