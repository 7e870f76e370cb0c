//! The wire: a native client of the Webex personal-contacts service, the one behind the `ContactsClient` of the Webex
//! Calling SDK. Section numbers are those of the specification that it was built from; `tests/simulator` is its stand-in.

pub mod auth;
pub mod catalog;
pub mod client;
pub mod contacts;
pub mod device;
pub mod directory;
mod error;
pub mod http;
pub mod jose;
pub mod kms;
pub mod mercury;
mod random;
pub mod seal;
mod timing;
mod tls;
mod trust;
pub mod wire;

pub use catalog::{Catalog, Service};
pub use client::Client;
pub use device::Device;
pub use error::{KmsError, Refusal, WebexError};
pub use mercury::{Mercury, SocketState};
pub use random::jitter;
pub use timing::Timing;
pub use trust::{Roots, TrustedHosts};
