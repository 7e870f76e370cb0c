//! The words of the domain: contacts, groups, people of a directory, and changes to them.
//!
//! Everything here is pure: no IO, no clock, no randomness. Times and ids come in through [`port::Clock`], people
//! of an organisation through [`port::Directory`].

pub mod account;
pub mod change;
pub mod check;
pub mod command;
pub mod contact;
pub mod draft;
pub mod field;
pub mod group;
pub mod id;
pub mod incoming;
pub mod name;
pub mod order;
pub mod outcome;
pub mod patch;
pub mod phone;
pub mod port;
pub mod queue;
pub mod replacing;
pub mod row;
pub mod status;
pub mod time;
pub mod transfer;

pub use account::{Account, AccountKind};
pub use change::{Change, Origin, Record};
pub use command::Command;
pub use contact::{
    Address, CardSource, Contact, ContactType, Extras, Person, PersonRef, PhotoRef, Profile, TypedValue,
};
pub use draft::{Draft, Problem};
pub use field::Field;
pub use group::{Group, GroupType, OTHER_CONTACTS};
pub use id::{AccountId, ChangeId, ContactId, ContactMap, ContactSet, GroupId};
pub use order::{Order, OrderKey};
pub use outcome::{Committed, Delta, Failure, HistoryEntry};
pub use queue::{FieldConflict, OpenConflict, Outgoing, QueueEntry, Waits};
pub use replacing::Replacing;
pub use row::{GroupRow, Row, Tally};
pub use status::{
    AccountState, AccountStatus, BrakedPlan, Dispute, HeldBack, RecordId, Ruling, SignInPrompt, Twins, Unread,
};
pub use time::Timestamp;
pub use transfer::{Altered, Elsewhere, ImportOptions, ImportReport, Likeness, Progress, Stage, Twin};
