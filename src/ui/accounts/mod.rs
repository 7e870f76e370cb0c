//! What lies over the panes about Webex accounts.

mod dispute;
mod plan;
mod queue;
mod sign_in;
mod sign_out;
mod twins;

pub use dispute::draw as dispute;
pub use plan::draw as plan;
pub(super) use queue::about;
pub use queue::draw as queue;
pub use sign_in::draw as sign_in;
pub use sign_out::draw as sign_out;
pub use twins::draw as twins;
