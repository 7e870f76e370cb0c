//! What is known of the accounts at the moment, what of it waits for a person, and what a person answers.

use uuid::Uuid;

use super::{AccountId, ContactId, FieldConflict, Timestamp, change::Kind};

/// How it stands with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// A person has signed out; what is here is a copy.
    SignedOut,
    /// Nothing goes in or out before a person has signed in (again).
    NeedsSignIn {
        /// Why, in a sentence; empty where nobody has signed in yet.
        reason: String,
    },
    /// The service cannot be reached.
    Offline {
        /// Since when.
        since: Timestamp,
        /// Why, in a sentence.
        reason: String,
    },
    /// A sync is under way.
    Syncing {
        /// So many records are done.
        done: usize,
        /// Of so many; 0 as long as that is not known.
        of: usize,
    },
    /// Both sides were alike the last time that was looked.
    UpToDate {
        /// When that was.
        at: Timestamp,
    },
    /// A plan would delete so much that a person has to look at it first.
    Braked {
        /// What it would do, in a few words: `212 of 213 contacts would be deleted`.
        summary: String,
    },
    /// Another window syncs.
    Elsewhere,
}

/// A Webex account and how it stands with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatus {
    /// The account.
    pub id: AccountId,
    /// What people call it: `Webex`, or a name of their own where there are several.
    pub name: String,
    /// Who is signed in there, as people know themselves: an e-mail address. Empty where nobody is.
    pub login: String,
    /// How it stands.
    pub state: AccountState,
    /// Why people of its organisation cannot be looked up, in a sentence that names the right which is missing.
    pub no_directory: Option<String>,
}

/// A contact or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId {
    /// Which of both.
    pub kind: Kind,
    /// Our id of it.
    pub id: Uuid,
}

/// A record to which both sides gave different values; nothing is sent for it before a person has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Its account.
    pub account: AccountId,
    /// The record.
    pub record: RecordId,
    /// What people call it.
    pub name: String,
    /// The fields in question.
    pub fields: Vec<FieldConflict>,
    /// Whether both versions can stay: a contact of one's own can, a group or a person of a directory cannot.
    pub both: bool,
}

/// What a person answers to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The values here go there.
    Mine,
    /// The values there come here.
    Theirs,
    /// The values there come here, and those here live on in a contact of their own.
    Both,
}

/// Contacts here and in an account that are alike in every shared field, but not one to one. A person says who is who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twins {
    /// The account.
    pub account: AccountId,
    /// What people call them.
    pub name: String,
    /// Those here.
    pub here: Vec<ContactId>,
    /// The server's ids of those there.
    pub there: Vec<String>,
    /// In what they are alike: what it is called, and a value for people.
    pub fields: Vec<(String, String)>,
}

/// Something that would be due between here and an account, but waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// The account.
    pub account: AccountId,
    /// Our record, where there is one.
    pub record: Option<RecordId>,
    /// What people call it.
    pub name: String,
    /// Why it waits, in words that go on after the name.
    pub why: String,
}

/// A contact of which some fields cannot be read in its account. They are left there as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The contact.
    pub contact: ContactId,
    /// What people call the fields.
    pub fields: Vec<String>,
}

/// A plan that was stopped because of how much it would delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrakedPlan {
    /// Its account.
    pub account: AccountId,
    /// What the plan is known by. An answer carries it, so that another plan is never carried out instead.
    pub digest: String,
    /// Why it was stopped, in a sentence.
    pub reason: String,
    /// The plan as it prints itself, a line each.
    pub lines: Vec<String>,
}

/// What a person has to do to sign in (RFC 8628).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInPrompt {
    /// The page to open.
    pub page: String,
    /// The code to type there.
    pub code: String,
    /// The page with the code in it, for a camera or a browser; empty where there is none.
    pub link: String,
}
