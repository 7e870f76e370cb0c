//! What can be asked of a book, as plain data. Each command becomes one [`Change`](super::Change), one step of undo.

use super::{AccountId, Contact, ContactId, Draft, Group, GroupId, GroupType, PersonRef};

/// A mutation of the book. Editing carries the image that was edited, so that a commit can see what others did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A new contact.
    CreateContact(Box<Draft>),
    /// A person of a directory becomes a CLOUD contact, unless there is one already.
    AddPerson {
        /// Who.
        who: PersonRef,
        /// The user's own additions and the groups.
        draft: Box<Draft>,
    },
    /// A contact edited from `before`, with the groups that the draft names.
    EditContact {
        /// The contact as it was read.
        before: Box<Contact>,
        /// The contact as it shall be.
        after: Box<Draft>,
    },
    /// Contacts go to the trash.
    DeleteContacts(Vec<ContactId>),
    /// Contacts come back from the trash.
    RestoreContacts(Vec<ContactId>),
    /// A new group, with those who are in it from the start.
    CreateGroup {
        /// Its home.
        account: AccountId,
        /// Its name as typed.
        name: String,
        /// NORMAL or EXTERNAL.
        group_type: GroupType,
        /// Its members.
        members: Vec<ContactId>,
    },
    /// A group renamed, given another type or other members.
    EditGroup {
        /// The group as it was read.
        before: Box<Group>,
        /// Its new name as typed.
        name: String,
        /// Its new type.
        group_type: GroupType,
        /// Contacts that join it.
        join: Vec<ContactId>,
        /// Contacts that leave it; one that would be in no group moves to `Other contacts`.
        leave: Vec<ContactId>,
    },
    /// A group ceases to be; members in no other group move to `Other contacts`.
    DeleteGroup(GroupId),
    /// Contacts join and leave groups; one that would be in none moves to `Other contacts`.
    Regroup {
        /// The contacts.
        contacts: Vec<ContactId>,
        /// Groups to join.
        join: Vec<GroupId>,
        /// Groups to join by name: found, or made.
        make: Vec<String>,
        /// Groups to leave.
        leave: Vec<GroupId>,
    },
    /// Contacts become favourites, or are none any more.
    Favour {
        /// The contacts.
        contacts: Vec<ContactId>,
        /// Whether they become favourites.
        favourite: bool,
    },
    /// Contacts are made anew in another account, in groups of the same names.
    CopyContacts {
        /// The contacts.
        contacts: Vec<ContactId>,
        /// The account that gets them.
        account: AccountId,
    },
    /// The same, and the contacts themselves go to the trash.
    MoveContacts {
        /// The contacts.
        contacts: Vec<ContactId>,
        /// The account that gets them.
        account: AccountId,
    },
    /// The latest change of a person is taken back.
    Undo,
    /// The latest change taken back is done again.
    Redo,
}

impl Command {
    /// How many contacts a bulk action is about.
    pub fn reach(&self) -> usize {
        match self {
            Self::DeleteContacts(contacts)
            | Self::RestoreContacts(contacts)
            | Self::Regroup { contacts, .. }
            | Self::Favour { contacts, .. }
            | Self::CopyContacts { contacts, .. }
            | Self::MoveContacts { contacts, .. } => contacts.len(),
            Self::CreateGroup { members, .. } => members.len(),
            Self::EditGroup { join, leave, .. } => join.len() + leave.len(),
            _ => 0,
        }
    }
}
