//! What a contact stands on: a key, and the group of those that were given none (specification section 8.6).

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use super::{Contacts, Listing, create::sealed_group, patch::MayPatch};
use crate::{
    book::{GroupType, OTHER_CONTACTS},
    config::Edit,
    webex::{KmsError, WebexError, jose::ContentKey, kms::KeyUri},
};

const PREPARE: &str = "prepare the account for its first contact";

/// What is known of an account's ground. One at a time asks or makes it, the others wait and take it over. Cheap to clone;
/// clones are one.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    known: Arc<Mutex<Known>>,
    pub(super) may_patch: MayPatch,
}

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The key that new records are sealed under.
    pub key: Option<(KeyUri, ContentKey)>,
    /// The default group.
    pub default_group: Option<String>,
    /// A key of our own making, bound to a resource: it is not made twice.
    own: Option<(KeyUri, ContentKey)>,
}

/// What a contact stands on.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    /// The key.
    pub key: (KeyUri, ContentKey),
    /// The default group, if it was asked for.
    pub default_group: Option<String>,
}

impl Memory {
    /// Of an account whose contacts are edited in this way.
    pub fn new(edit: Edit) -> Self {
        Self { may_patch: MayPatch::of(edit), ..Self::default() }
    }

    pub(super) async fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().await
    }

    /// Asks again next time. A key of our own making stays.
    pub(super) async fn forget(&self) {
        let mut known = self.known.lock().await;
        (known.key, known.default_group) = (None, None);
    }

    /// A group is gone.
    pub(super) async fn forget_group(&self, id: &str) {
        let mut known = self.known.lock().await;
        // The key that new records get may have been that group's.
        known.key = None;
        known.default_group.take_if(|group| group == id);
    }

    /// A default group that is listed no longer was deleted elsewhere. Who is at work with it has a list of their own.
    pub(super) fn heed(&self, listing: &Listing) {
        if listing.complete
            && let Ok(mut known) = self.known.try_lock()
        {
            known.default_group.take_if(|id| listing.groups.iter().all(|group| group.id != *id));
        }
    }
}

impl Contacts {
    /// The key for a new record and, if it is needed, the default group; what does not exist is made, once.
    pub(super) async fn ground(&self, with_group: bool) -> Result<Ground, WebexError> {
        let mut known = self.memory.lock().await;
        if let Some(key) = &known.key
            && (known.default_group.is_some() || !with_group)
        {
            return Ok(Ground { key: key.clone(), default_group: known.default_group.clone() });
        }
        let mut listing = self.whole_list(PREPARE).await?;
        let mut key = self.choose_key(&listing, &mut known).await?;
        if with_group && listing.default_group().is_none() {
            let made = self.send_group(&sealed_group(OTHER_CONTACTS, GroupType::Normal, &key.0, &key.1)).await?;
            // Another client may have been faster: the oldest group counts, and the key of the first.
            listing = self.whole_list(PREPARE).await?;
            key = self.choose_key(&listing, &mut known).await?;
            known.default_group = Some(listing.default_group().map_or(made.id, |group| group.id.clone()));
        } else {
            known.default_group = listing.default_group().map(|group| group.id.clone());
        }
        known.key = Some(key.clone());
        Ok(Ground { key, default_group: known.default_group.clone() })
    }

    /// The list, if it is all there is: from less than that nothing may be concluded.
    pub(super) async fn whole_list(&self, doing: &'static str) -> Result<Listing, WebexError> {
        let ciphertext = self.fetch().await?;
        let sealed = ciphertext.read()?;
        let incomplete = |reason: &str| WebexError::Unreadable { doing, reason: reason.to_owned() };
        if !sealed.is_complete() {
            return Err(incomplete("the list came incomplete; try again"));
        }
        // Of the contacts nothing is needed, so their keys are not asked for.
        let (keys, nonsense) = sealed.group_keys();
        let ring = self.ring_for(&keys, nonsense).await?;
        // A name that will be readable in a minute may be that of the default group.
        if let Some((_, error)) = ring.missing().iter().find(|(_, error)| error.is_offline() || is_silent(error)) {
            return Err(error.clone());
        }
        Ok(sealed.open_groups(ring))
    }

    /// The key of the first group, if new text may be sealed under it; else one of our own, bound to a resource before it is
    /// used.
    pub(super) async fn choose_key(
        &self,
        listing: &Listing,
        known: &mut Known,
    ) -> Result<(KeyUri, ContentKey), WebexError> {
        let first = listing.groups.first().and_then(|group| group.key.as_deref());
        if let Some(uri) = first.and_then(|name| name.parse::<KeyUri>().ok())
            && let Some(key) = self.usable(&uri).await?
        {
            return Ok((uri, key));
        }
        if let Some(own) = &known.own {
            return Ok(own.clone());
        }
        let own = self.kms.create_key().await?;
        self.kms.create_resource(std::slice::from_ref(&own.0)).await?;
        known.own = Some(own.clone());
        Ok(own)
    }

    /// The key of a name, if it is the account's own and can be had at all.
    async fn usable(&self, uri: &KeyUri) -> Result<Option<ContentKey>, WebexError> {
        let refused = |error: WebexError| match error {
            WebexError::Kms(KmsError::Refused { .. } | KmsError::MasterKeyRevoked | KmsError::Unreadable(_)) => {
                Ok(None)
            }
            error => Err(error),
        };
        match self.kms.may_write(uri).await {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return refused(error),
        }
        match self.kms.keys(std::slice::from_ref(uri)).await.remove(uri) {
            Some(Ok(key)) => Ok(Some(key)),
            Some(Err(error)) => refused(error),
            None => Ok(None),
        }
    }
}

fn is_silent(error: &WebexError) -> bool {
    matches!(error, WebexError::Kms(KmsError::Silent))
}
