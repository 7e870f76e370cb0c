//! x
pub mod envelope;
mod json;
mod list;
mod new_contact;
mod opened;
mod remote;

pub use list::{Ciphertext, Listing, Sealed};
pub use new_contact::NewContact;
pub use opened::{Fields, Keyring, OpenedValue, OpenedValues};
pub use remote::{Kind, Raw, RemoteContact, RemoteGroup, Resolved};

#[cfg(test)]
mod tests;
