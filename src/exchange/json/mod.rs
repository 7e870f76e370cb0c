//! The JSON of the command line. Member names are those of the Webex `Contact` object; beside them stand `contactId`
//! (our id), `remoteId` (the server's), `groups` (ids) with `groupNames`, `addresses` where `addressInfo` cannot say
//! everything, and `vcardProperties` (what callbook does not manage).

mod members;
mod read;
#[cfg(test)]
mod tests;
mod write;

use serde_json::{Map, Value};

pub use members::{Misfit, Misfits};
pub use read::{draft, edited};
pub use write::contact;

/// Members of the output that a person cannot set.
const READ_ONLY: [&str; 7] = ["contactId", "remoteId", "resolved", "photo", "created", "lastModified", "trashed"];

/// The members of `addressInfo`.
const ADDRESS_INFO: [&str; 5] = ["street", "city", "state", "zipCode", "country"];

/// Applies a JSON merge patch (RFC 7396 section 2).
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            merge_patch(members.entry(name).or_insert(Value::Null), change);
        }
    }
}
