//! The wire: a native client of the Webex personal-contacts service, the one behind the `ContactsClient` of the Webex
//! Calling SDK. Section numbers are those of the specification that it was built from; `tests/simulator` is its stand-in.

mod error;
pub mod jose;
pub mod kms;
pub mod seal;
mod timing;

pub use error::{KmsError, Refusal, WebexError};
pub use timing::Timing;
