//! What the contacts service and the directory send, as it comes: borrowed from the body, and forgiving. What is absent,
//! what is of another type than it should be and what nobody has heard of harms nothing but itself.

use crate::book::TypedValue;

mod list;
mod member;
mod record;

pub use list::List;
pub(crate) use member::objects;
pub use member::{Member, Members, Shape, Text};
pub use record::{Contact, Entry, Group, Meta, Record};

/// The value of `schemas` in what is sent (specification section 8.3).
pub const SCHEMAS: &str = "urn:cisco:codev:identity:contact:core:1.0";

/// A value with its type as the service or the directory writes it. A word that is not of the fixed list is kept as the
/// label, so that it is shown, and written again, as it is.
pub(crate) fn typed_value(word: &str, value: &str, primary: bool) -> TypedValue {
    let typed = TypedValue { primary, ..TypedValue::new(word, value) };
    if typed.label.is_empty() && typed.kind != word { TypedValue { label: word.to_owned(), ..typed } } else { typed }
}
