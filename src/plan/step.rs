//! The steps of a plan, as data. Each says what the base becomes once it is done, so that a sync which is cut off
//! anywhere goes on where it was.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::image::{GroupImage, Image, ServerId};
use crate::book::{ContactId, GroupId};

/// What a step is known by in its plan, and one on the server in the journal too: there the same record and the same
/// content have the same id in every plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StepId {
    pub(super) fn of(step: &Step) -> Self {
        Self(match step {
            // These never leave this machine, and there may be as many as contacts: the record they are about will do.
            Step::Note(note) => match note {
                Note::LinkContact { contact, .. } => format!("link contact {contact}"),
                Note::LinkGroup { group, .. } => format!("link group {group}"),
                Note::ForgetContact { contact } => format!("forget contact {contact}"),
                Note::ForgetGroup { group } => format!("forget group {group}"),
            },
            Step::Here(here) => match here {
                Here::CreateContact { server, .. } => ["create contact ", &server.0].concat(),
                Here::UpdateContact { contact, .. } => format!("update contact {contact}"),
                Here::RestoreContact { contact, .. } => format!("restore contact {contact}"),
                Here::TrashContact { contact } => format!("trash contact {contact}"),
                Here::CreateGroup { server, .. } => format!("create group {}", server.0),
                Here::UpdateGroup { group, .. } => format!("update group {group}"),
                Here::DeleteGroup { group } => format!("delete group {group}"),
            },
            Step::There(_) => {
                let digest = Sha256::digest(serde_json::to_vec(step).unwrap_or_default());
                digest.iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
            }
        })
    }
}

/// A step and what must have succeeded before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// Its id.
    pub id: StepId,
    /// What the record is called, for people.
    pub name: String,
    /// What differs, in the names of JSON; empty where the whole record comes or goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<&'static str>,
    /// Steps that must be done first. If one of them fails or is held, this one waits for the next plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<StepId>,
    /// What is done.
    #[serde(flatten)]
    pub step: Step,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "side", rename_all = "camelCase")]
pub enum Step {
    /// In the links alone; nobody's record changes.
    Note(Note),
    /// In this book.
    Here(Here),
    /// On the server.
    There(There),
}

/// Why a link changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// Both sides came to the same image, or an old version is gone.
    Settled,
    /// The record carries a sealed value that we sent.
    Ciphertext,
    /// The record was not linked and is the same.
    Equal,
    /// A group of the contact was deleted on one side and stays, because the other side uses it.
    Outlived,
    /// A record vanished and this one came in its stead: an edit made elsewhere.
    Replacement,
}

/// What is noted in the links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Note {
    /// The contact's link becomes this.
    LinkContact {
        /// Ours.
        contact: ContactId,
        /// Theirs.
        server: ServerId,
        /// Old versions that are still to be deleted.
        superseded: Vec<ServerId>,
        /// The image agreed on.
        image: Image,
        /// The reason.
        why: Why,
    },
    /// The group's link becomes this.
    LinkGroup {
        /// Ours.
        group: GroupId,
        /// Theirs.
        server: ServerId,
        /// Old versions that are still to be deleted.
        superseded: Vec<ServerId>,
        /// The image agreed on.
        image: GroupImage,
        /// The reason.
        why: Why,
    },
    /// The contact is gone on both sides; its link goes too.
    ForgetContact {
        /// Ours.
        contact: ContactId,
    },
    /// The group is gone on both sides; its link goes too.
    ForgetGroup {
        /// Ours.
        group: GroupId,
    },
}

/// What is done in this book, by changes of origin `Sync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Here {
    /// A contact comes in. The base becomes `theirs`.
    CreateContact {
        /// The id it had before it was erased here; `None` for a new one.
        contact: Option<ContactId>,
        /// Theirs.
        server: ServerId,
        /// What the contact shall be, as far as it can be read.
        image: Image,
        /// What is there.
        theirs: Image,
        /// Whether some of it cannot be read.
        unreadable: bool,
    },
    /// A contact changes. The base becomes `theirs`.
    UpdateContact {
        /// Ours.
        contact: ContactId,
        /// What the contact shall be.
        image: Image,
        /// What is there.
        theirs: Image,
    },
    /// A contact comes back from the trash. The link is made anew, the base becomes `theirs`.
    RestoreContact {
        /// Ours.
        contact: ContactId,
        /// Theirs.
        server: ServerId,
        /// What the contact shall be.
        image: Image,
        /// What is there.
        theirs: Image,
    },
    /// A contact goes to the trash with its local part. The link goes.
    TrashContact {
        /// Ours.
        contact: ContactId,
    },
    /// A group comes in. The base becomes the image.
    CreateGroup {
        /// The id it had before it was deleted here; `None` for a new one.
        group: Option<GroupId>,
        /// Theirs.
        server: ServerId,
        /// What is there. The name is empty where it cannot be read, and shall be stored so.
        image: GroupImage,
    },
    /// A group changes. The base becomes `theirs`.
    UpdateGroup {
        /// Ours.
        group: GroupId,
        /// What the group shall be.
        image: GroupImage,
        /// What is there.
        theirs: GroupImage,
    },
    /// A group is deleted; its members stay. The link goes.
    DeleteGroup {
        /// Ours.
        group: GroupId,
    },
}

/// What is done on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum There {
    /// POST. The base becomes the image, under the id that the server gives.
    CreateContact {
        /// Ours.
        contact: ContactId,
        /// What is sent.
        image: Image,
        /// Whether it was there before and was deleted there.
        anew: bool,
    },
    /// POST of the new version, then DELETE of the old one, never the other way round. After the first the base becomes
    /// the image, under the id that the server gives, and the old id is superseded; after the second it is no more.
    ReplaceContact {
        /// Ours.
        contact: ContactId,
        /// The old version.
        server: ServerId,
        /// What is sent.
        image: Image,
        /// The key of the old version.
        key: Option<String>,
    },
    /// DELETE, then POST under the same id: an edit of the user's additions to a CLOUD contact. Until the second is
    /// answered the journal holds an open [`Sent`](super::Sent), so that no absence is taken for a deletion.
    RecreateContact {
        /// Ours.
        contact: ContactId,
        /// The person's id.
        server: ServerId,
        /// What is sent.
        image: Image,
        /// The key of the old version.
        key: Option<String>,
    },
    /// DELETE. The link goes.
    DeleteContact {
        /// Ours.
        contact: ContactId,
        /// Theirs.
        server: ServerId,
    },
    /// DELETE of an old version or of a late twin. The link, if there is one, keeps the rest.
    DeleteOldContact {
        /// Ours.
        contact: ContactId,
        /// The old version.
        server: ServerId,
    },
    /// POST. The base becomes the image, under the id that the server gives.
    CreateGroup {
        /// Ours.
        group: GroupId,
        /// What is sent.
        image: GroupImage,
        /// The version whose members move to this one by other steps; it is superseded.
        instead_of: Option<ServerId>,
        /// How many contacts are made anew for it.
        members: usize,
        /// Whether it was there before and was deleted there.
        anew: bool,
    },
    /// DELETE. The link goes.
    DeleteGroup {
        /// Ours.
        group: GroupId,
        /// Theirs.
        server: ServerId,
    },
    /// DELETE of an old version or of a late twin, whose members have moved. The link keeps the rest.
    DeleteOldGroup {
        /// Ours.
        group: GroupId,
        /// The old version.
        server: ServerId,
    },
}

impl Step {
    /// Whether a record goes away that nothing takes the place of.
    pub fn deletes(&self) -> bool {
        self.deletes_contact()
            || matches!(self, Self::Here(Here::DeleteGroup { .. }) | Self::There(There::DeleteGroup { .. }))
    }

    pub(super) fn deletes_contact(&self) -> bool {
        matches!(self, Self::Here(Here::TrashContact { .. }) | Self::There(There::DeleteContact { .. }))
    }

    /// Whether it trusts that a record which is not in the answer is not on the server.
    pub(super) fn rests_on_absence(&self) -> bool {
        matches!(
            self,
            Self::Here(Here::TrashContact { .. } | Here::DeleteGroup { .. })
                | Self::Note(Note::ForgetContact { .. } | Note::ForgetGroup { .. })
                | Self::There(There::CreateContact { anew: true, .. } | There::CreateGroup { anew: true, .. })
        )
    }

    /// Links first; groups before the contacts that need them; whatever makes before whatever deletes; contacts leave
    /// their groups before those are deleted.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Note(Note::LinkContact { .. } | Note::LinkGroup { .. }) => 0,
            Self::Here(Here::CreateGroup { .. } | Here::UpdateGroup { .. }) => 1,
            Self::There(There::CreateGroup { .. }) => 2,
            Self::Here(Here::CreateContact { .. } | Here::UpdateContact { .. } | Here::RestoreContact { .. }) => 3,
            Self::There(There::CreateContact { .. } | There::ReplaceContact { .. } | There::RecreateContact { .. }) => {
                4
            }
            Self::There(There::DeleteContact { .. } | There::DeleteOldContact { .. }) => 5,
            Self::Here(Here::TrashContact { .. }) => 6,
            Self::There(There::DeleteGroup { .. } | There::DeleteOldGroup { .. }) => 7,
            Self::Here(Here::DeleteGroup { .. }) => 8,
            Self::Note(Note::ForgetContact { .. } | Note::ForgetGroup { .. }) => 9,
        }
    }

    /// The image that a contact gets, whose groups must exist first.
    pub(super) fn contact_image(&self) -> Option<&Image> {
        match self {
            Self::Here(
                Here::CreateContact { image, .. }
                | Here::UpdateContact { image, .. }
                | Here::RestoreContact { image, .. },
            )
            | Self::There(
                There::CreateContact { image, .. }
                | There::ReplaceContact { image, .. }
                | There::RecreateContact { image, .. },
            ) => Some(image),
            _ => None,
        }
    }
}
