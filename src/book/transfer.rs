//! What imports and exports are asked to do and what they say.

use super::{AccountId, ContactId, Delta, incoming::Fault};

/// So many contacts of a user Webex documents: the wizard of Control Hub imports no more (help.webex.com, naoxf7u). What its
/// service does with one more is not documented.
pub const WEBEX_LIMIT: usize = 500;

/// How to import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ImportOptions {
    /// The home of who is new. Who is to be changed is looked for in it alone.
    pub account: AccountId,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Put every contact of the file into this group too.
    pub group: Option<String>,
    /// Bring contacts back that are found in the trash.
    pub restore: bool,
    /// Leave out what may be somebody whom the book has under another identity.
    pub skip_twins: bool,
    /// Bring in whom another account of the book has just so: this one was asked for.
    pub even_if_elsewhere: bool,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Names of contacts that are new.
    pub new: Vec<String>,
    /// Contacts that were there and got other content, or joined a group.
    pub changed: Vec<Altered>,
    /// How many were there already with the same content.
    pub unchanged: usize,
    /// Contacts of the file that another account of the book has just so. They were left out.
    pub elsewhere: Vec<Elsewhere>,
    /// Contacts of the file that may be people the book has under another identity. They came in beside them, unless it
    /// was asked to leave twins out.
    pub twins: Vec<Twin>,
    /// Contacts that lie in the trash: not imported, offered for restoring.
    pub in_trash: Vec<(ContactId, String)>,
    /// Names of groups that were made.
    pub groups: Vec<String>,
    /// How many contacts the account has with those that come in, where it is one of Webex.
    pub there: Option<usize>,
    /// What could not be read, with the file it stood in.
    pub faults: Vec<(String, Fault)>,
    /// What the screen must show anew.
    pub delta: Delta,
}

impl ImportReport {
    /// What a person should know of an account of Webex that becomes larger than Webex documents.
    pub fn warning(&self) -> Option<String> {
        let there = self.there.filter(|there| *there > WEBEX_LIMIT && !self.new.is_empty())?;
        Some(format!(
            "Webex documents at most {WEBEX_LIMIT} contacts a user; with these it is {there}, and it may refuse some"
        ))
    }
}

/// A contact that an import changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// Its name.
    pub name: String,
    /// The labels of the fields that differ.
    pub fields: Vec<String>,
}

/// A contact of a file that another account has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its name.
    pub name: String,
    /// The account.
    pub account: AccountId,
}

/// A contact of a file that may be somebody whom the book has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Its name in the file.
    pub name: String,
    /// The name of the contact that it resembles.
    pub like: String,
    /// What they share.
    pub by: Likeness,
}

/// What two contacts share that may be one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// The name.
    Name,
}

impl Likeness {
    /// In words, after a name: `same e-mail as`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Email => "same e-mail as",
            Self::Phone => "same number as",
            Self::Name => "same name as",
        }
    }
}

/// How far an import or an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How many contacts it was done to.
    pub done: usize,
    /// How much of this stage that is, where it can be known.
    pub percent: Option<u8>,
}

/// What an import or an export is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Files are read.
    Reading,
    /// What was read is compared with the book.
    Comparing,
    /// The book or the file is written.
    Writing,
}

impl Progress {
    /// So many of all.
    pub fn of(stage: Stage, done: usize, all: usize) -> Self {
        let percent = (done * 100).checked_div(all).and_then(|percent| u8::try_from(percent).ok());
        Self { stage, done, percent }
    }
}
