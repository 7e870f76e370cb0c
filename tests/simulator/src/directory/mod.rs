//! The people of two organisations: as SCIM users and as the People API shows them (specification section 9).

mod filter;
mod people;
mod person;
mod scim;

pub use people::{me, one, people};
pub use person::{Directory, Person, person_id};
pub use scim::users;

/// The organisation of the users who sign in.
pub const ORG: &str = "1eb65fdf-9643-417f-9974-ad72cae0e10f";
/// The other organisation: its people are never returned.
pub const OTHER_ORG: &str = "2fc76ae0-a754-428a-8a85-be83dbf1f120";
/// The users who can sign in. They are people of the directory too.
pub const USERS: [&str; 2] = ["9d1e5c1e-7a70-4b1c-9f2f-0a4b9a7b0001", "9d1e5c1e-7a70-4b1c-9f2f-0a4b9a7b0002"];
