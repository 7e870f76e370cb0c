//! The semantics of sync: what two sides made of one book, and what has to be done so that both have the same.
//!
//! ```text
//!  Base (agreed) ─┐   who is who      the table of the model
//!  Local (here)  ─┼─► pairs ────────► group cells ─► contact cells ─► draft ─► Plan: ordered, printable steps
//!  Remote (there)─┘   by id, ciphertext, equality, likeness
//! ```
//!
//! Nothing here does anything: a [`Plan`] is data, `sync` carries it out. A plan is computed anew from the three states
//! each time, so a sync that is cut off anywhere simply plans again. Records are compared by their shared [`Image`]s,
//! in which labels, empty values and whatever the account does not hold do not exist.

mod alike;
mod cells;
mod contacts;
mod draft;
mod group_cells;
mod groups;
mod image;
mod input;
mod merge;
mod outcome;
mod pair;
mod print;
mod step;
mod table;

use cells::ContactCells;
use contacts::Contacts;
use draft::Draft;
use groups::Groups;
use table::Table;

pub use image::{GroupImage, GroupRef, Holder, Image, ServerId};
pub use input::{
    Base, ContactLink, GroupLink, Link, Local, LocalContact, LocalGroup, Remote, RemoteContact, RemoteGroup,
    RemoteRecord, Rules, Sent,
};
pub use merge::{FieldConflict, Merged, merge, merge_groups};
pub use outcome::{Answer, Answered, Brake, Conflict, Counts, Held, Plan, Reason, Subject, Unclear, Versions};
pub use step::{Here, Note, Planned, Step, StepId, There, Why};

/// What a sync of this account would do.
pub fn plan(base: &Base, local: &Local, remote: &Remote, rules: &Rules) -> Plan {
    let mut draft = Draft::default();
    let mut groups = Groups::pair(base, local, remote);
    let mut table = Table::new(&groups, remote.complete);
    let contacts = Contacts::pair(base, local, remote, &table);
    if remote.complete {
        groups.find_renamed(&contacts.pairs);
        table = Table::new(&groups, remote.complete);
    }
    let fates = group_cells::decide(&groups, &contacts, &table, remote, rules, &mut draft);
    table.outlive(&fates.revived, &fates.restored);
    let moves = ContactCells::decide(remote, rules, &table, &fates, &contacts, &mut draft);
    fates.carry_out(base, local, remote, &table, &moves, &mut draft);
    draft.finish(contacts.unclear, base, remote, rules)
}
