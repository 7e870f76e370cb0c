//! Groups of contacts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AccountId, GroupId, name::fold_case};

/// Where a contact goes that was given no group; made in an account when first needed (model.md, the default
/// group of the Webex service).
pub const OTHER_CONTACTS: &str = "Other contacts";

/// The `groupType` of the Webex `ContactGroup` object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum GroupType {
    /// A group of the user's own.
    #[default]
    Normal,
    /// A group that mirrors another system.
    External,
}

/// A named set of contacts of one account. Membership is written in the contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Our id.
    pub id: GroupId,
    /// The home account; membership never crosses accounts.
    pub account: AccountId,
    /// The name as typed, trimmed.
    pub name: String,
    /// NORMAL or EXTERNAL.
    #[serde(default, rename = "groupType")]
    pub group_type: GroupType,
    /// Members of the stored document that this version does not know; kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Group {
    /// A NORMAL group.
    pub fn new(id: GroupId, account: AccountId, name: &str) -> Self {
        Self { id, account, name: name.trim().to_owned(), group_type: GroupType::Normal, unknown: Map::new() }
    }

    /// What two names must not share in one account: the name trimmed and case-folded.
    pub fn folded(name: &str) -> String {
        fold_case(name.trim())
    }

    /// Whether this is the account's default group.
    pub fn is_default(&self) -> bool {
        Self::folded(&self.name) == Self::folded(OTHER_CONTACTS)
    }
}

/// Checks a group name where a person types it.
///
/// # Errors
/// A sentence for the user: the name is empty, or `others` holds one that is equal after trimming and case folding.
pub fn check_name<'a>(name: &str, others: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("a group needs a name".to_owned());
    }
    let folded = Group::folded(name);
    match others.into_iter().find(|other| Group::folded(other) == folded) {
        Some(other) => Err(format!("there is a group '{other}' already")),
        None => Ok(()),
    }
}
