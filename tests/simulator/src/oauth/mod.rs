//! Signing in (specification section 2): tokens, the authorisation code grant with PKCE, the device grant, refresh, scope
//! reduction, revocation.

mod authorize;
mod device_grant;
mod grants;
mod tokens;

pub use authorize::{authorize, log_out, revoke};
pub use device_grant::{begin, poll, verify};
pub use grants::token;
pub use tokens::{Access, Decision, Tokens};

/// The id of the one integration that exists.
pub const CLIENT_ID: &str = "C0ffee-callbook-simulator";
/// Its secret.
pub const CLIENT_SECRET: &str = "s3cret-of-the-simulator";
/// The scopes it may ask for.
pub const SCOPES: &str = "spark:all spark:kms spark:people_read identity:people_read";
