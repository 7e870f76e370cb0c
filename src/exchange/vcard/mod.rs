//! vCard 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350) in, 3.0 and 4.0 out, with nothing lost.
//!
//! ```text
//!  bytes ─ charset ─ frame (one card) ─ unfold (logical lines) ─ property (group, name, parameters, value)
//!                                                                   │
//!        Draft ◄─ card (which property is which field: role, item) ─┤
//!      Contact ─► write: each source line whose meaning still holds is used again, the others are patched
//!         JSON ◄► jcard: the properties that no field holds
//! ```
//!
//! The rule that makes it lossless: a contact keeps the lines of its card, and the writer asks of each line what it
//! means, with the very code of the reader. Only a line that means something else than the contact now holds is
//! touched, and then its parameters and further components stay. Splitting and unescaping values is calcard's work.

mod binary;
mod brief;
mod card;
mod charset;
mod date;
mod frame;
mod item;
mod jcard;
mod property;
mod read;
mod role;
mod transcode;
mod unfold;
mod value;
mod write;

pub use brief::brief;
pub use jcard::{unmanaged, with_unmanaged};
pub use read::{Reader, read};
pub use write::write;

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// versit vCard 2.1; read only, written as 3.0.
    V2_1,
    /// RFC 2426.
    V3,
    /// RFC 6350.
    V4,
}

impl Version {
    /// The version that a `VERSION` property names.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V2_1, Self::V3, Self::V4].into_iter().find(|version| version.as_str() == text.trim())
    }

    /// The value of the `VERSION` property.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2_1 => "2.1",
            Self::V3 => "3.0",
            Self::V4 => "4.0",
        }
    }
}
