//! The contacts service (specification section 8): the five calls, in the order and with the care that the SDK lacks, and
//! one that is only tried where the user asks for it.
//!
//! ```text
//!  fetch ─► Ciphertext ─► read ─► Sealed ─► keys of the KMS ─► open ─► Listing
//!  NewContact ─► ground (key, default group) ─► seal ─► the body, as it will be sent ─► send ─► RemoteContact
//! ```
//!
//! The list can be fetched while the way to the KMS is still being made: it needs a token alone.

mod create;
pub mod envelope;
mod ground;
mod json;
mod list;
mod new_contact;
mod opened;
mod patch;
mod remote;
#[cfg(test)]
mod tests;

use std::fmt;

use reqwest::Method;

use super::{
    Service, WebexError,
    auth::Login,
    directory::{self, WebexDirectory},
    http::{Authorization, Body, Call, Http, Reply, To},
    kms::{KeyUri, Kms},
};

pub use ground::Memory;
pub use list::{Ciphertext, Known, Listing, Sealed};
pub use new_contact::NewContact;
pub use opened::{Fields, Keyring, OpenedValue, OpenedValues};
pub use remote::{Kind, Raw, RemoteContact, RemoteGroup, Resolved};

/// The name of the service in the catalogue.
pub const SERVICE: &str = "contactsService";

const LIST: &str = "list the contacts";
const DELETE: &str = "delete the contact";
const DELETE_GROUP: &str = "delete the group";
const CONTACTS: &str = "encrypt/Users/contacts";
const GROUPS: &str = "encrypt/Users/groups";
/// The longest list that is taken, in bytes: more than a hundred thousand contacts.
const LONGEST_LIST: usize = 512 << 20;

/// Fetches the list, still sealed. Nothing but a token is needed for that.
///
/// # Errors
/// The service refuses or cannot be reached.
pub async fn fetch(http: &Http, login: &Login, service: &Service) -> Result<Ciphertext, WebexError> {
    let to = To::Service { service, path: CONTACTS.to_owned(), template: "/encrypt/Users/contacts" };
    let authorization = Authorization::Login(login);
    let call = Call { doing: LIST, method: Method::GET, to, authorization, body: Body::None, headers: &[] };
    let reply = http.send_up_to(call, LONGEST_LIST).await?;
    let paged = reply.header("link").is_some_and(|link| link.to_ascii_lowercase().contains("next"));
    Ok(Ciphertext::new(reply.body, paged))
}

/// The contacts of an account. Cheap to clone.
#[derive(Clone)]
pub struct Contacts {
    http: Http,
    login: Login,
    service: Service,
    kms: Kms,
    directory: WebexDirectory,
    memory: Memory,
}

impl Contacts {
    /// The contacts that the service has of an account. All that write for one account share one memory.
    pub fn new(
        http: Http,
        login: Login,
        service: Service,
        kms: Kms,
        directory: WebexDirectory,
        memory: Memory,
    ) -> Self {
        Self { http, login, service, kms, directory, memory }
    }

    /// Fetches the list and opens it; CLOUD contacts are not looked up yet.
    ///
    /// # Errors
    /// The service refuses or cannot be reached; not one key could be had.
    pub async fn list(&self) -> Result<Listing, WebexError> {
        self.open(&self.fetch().await?, &Known::default()).await
    }

    /// Fetches the list, still sealed.
    ///
    /// # Errors
    /// As [`fetch`].
    pub async fn fetch(&self) -> Result<Ciphertext, WebexError> {
        fetch(&self.http, &self.login, &self.service).await
    }

    /// Opens a list, but for the contacts whose text is known. What cannot be opened is marked and harms nothing else.
    ///
    /// # Errors
    /// It is no list, or not one key could be had.
    pub async fn open(&self, list: &Ciphertext, known: &Known) -> Result<Listing, WebexError> {
        let mut sealed = list.read()?;
        sealed.leave(known);
        self.open_sealed(&sealed).await
    }

    /// Opens a list that was read.
    ///
    /// # Errors
    /// Not one key could be had.
    pub(super) async fn open_sealed(&self, sealed: &Sealed<'_>) -> Result<Listing, WebexError> {
        let ring = self.ring(sealed).await?;
        let listing = sealed.open(ring);
        self.memory.heed(&listing);
        Ok(listing)
    }

    /// The keys of a list, to open it record by record.
    ///
    /// # Errors
    /// Not one key could be had.
    pub async fn ring(&self, sealed: &Sealed<'_>) -> Result<Keyring, WebexError> {
        let (keys, nonsense) = sealed.keys();
        self.ring_for(&keys, nonsense).await
    }

    async fn ring_for(&self, keys: &[KeyUri], nonsense: Vec<String>) -> Result<Keyring, WebexError> {
        let mut ring = Keyring::default();
        if !keys.is_empty() {
            ring = Keyring::new(self.kms.keys(keys).await);
        }
        list::check_keys(&ring)?;
        ring.note_nonsense(nonsense);
        Ok(ring)
    }

    /// Looks the people of CLOUD contacts up. Whoever is not found is unresolved and stays; the reason is returned if there
    /// is another one than that.
    pub async fn resolve(&self, listing: &mut Listing) -> Option<WebexError> {
        let ids = listing.people();
        if ids.is_empty() {
            return None;
        }
        let looked = self.directory.look_up(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
        listing.resolve(&looked);
        looked.refused
    }

    /// Deletes a contact; for CLOUD the id is the person's.
    ///
    /// # Errors
    /// The service refuses or cannot be reached; 404 is an error too.
    pub async fn delete(&self, id: &str) -> Result<(), WebexError> {
        self.remove(DELETE, CONTACTS, "/encrypt/Users/contacts/{id}", id).await
    }

    /// Deletes a group. What becomes of its contacts nobody knows: list them again.
    ///
    /// # Errors
    /// As [`Contacts::delete`].
    pub async fn delete_group(&self, id: &str) -> Result<(), WebexError> {
        let done = self.remove(DELETE_GROUP, GROUPS, "/encrypt/Users/groups/{id}", id).await;
        // Also where the outcome is not known.
        self.memory.forget_group(id).await;
        done
    }

    async fn remove(
        &self,
        doing: &'static str,
        path: &str,
        template: &'static str,
        id: &str,
    ) -> Result<(), WebexError> {
        let to = To::Service { service: &self.service, path: item(doing, path, id)?, template };
        let authorization = Authorization::Login(&self.login);
        let call = Call { doing, method: Method::DELETE, to, authorization, body: Body::None, headers: &[] };
        self.http.send(call).await.map(|_| ())
    }

    async fn post(
        &self,
        doing: &'static str,
        path: &str,
        template: &'static str,
        body: &str,
    ) -> Result<Reply, WebexError> {
        let to = To::Service { service: &self.service, path: path.to_owned(), template };
        let (authorization, body) = (Authorization::Login(&self.login), Body::Text(body.to_owned()));
        self.http.send(Call { doing, method: Method::POST, to, authorization, body, headers: &[] }).await
    }
}

/// The path of one record.
fn item(doing: &'static str, path: &str, id: &str) -> Result<String, WebexError> {
    // These would be another path.
    if matches!(id, "" | "." | "..") {
        return Err(WebexError::Invalid(format!("cannot {doing}: '{id}' is no id")));
    }
    Ok(format!("{path}/{}", directory::encoded(id)))
}

impl fmt::Debug for Contacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contacts").field("service", &self.service).finish_non_exhaustive()
    }
}
