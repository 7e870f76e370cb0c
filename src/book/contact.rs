//! A contact and its parts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AccountId, ContactId, GroupId, Timestamp};

/// The `contactType` of the Webex `Contact` object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContactType {
    /// Made by the user, every field theirs.
    #[default]
    Custom,
    /// A person of a directory, read-only, with the user's own additions.
    Cloud,
}

/// One e-mail address, phone number, SIP address or web page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedValue {
    /// One of [`TypedValue::TYPES`]; empty when nothing is known.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The value as typed.
    #[serde(default)]
    pub value: String,
    /// Whether it is the preferred one of its list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
    /// The user's own word for it, kept on this machine; empty when the type says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl TypedValue {
    /// The types that may travel to a server in clear (model.md); any other word is a `label` of type `other`.
    pub const TYPES: [&str; 12] = [
        "work",
        "home",
        "mobile",
        "work_extension",
        "fax",
        "pager",
        "other",
        "enterprise",
        "cloud-calling",
        "personal-room",
        "pmr",
        "",
    ];

    /// A value with the type given by `word`, which becomes a label if it is not one of [`Self::TYPES`].
    pub fn new(word: &str, value: &str) -> Self {
        let known = Self::TYPES.iter().find(|t| t.eq_ignore_ascii_case(word));
        Self {
            kind: known.map_or("other", |t| *t).to_owned(),
            label: if known.is_some() { String::new() } else { word.to_owned() },
            value: value.to_owned(),
            primary: false,
        }
    }

    /// What people call the type: the label, else the type with `_` as a space.
    pub fn word(&self) -> String {
        if self.label.is_empty() { self.kind.replace('_', " ") } else { self.label.clone() }
    }
}

/// A postal address. The first one of a contact is the `addressInfo` of the Webex `Contact` object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// `home`, `work`, `other` or empty.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The user's own word for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Whether it is the preferred one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
    /// Post office box.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub po_box: String,
    /// Extended address: apartment, suite, building.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub extended: String,
    /// Street and number; may hold several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State, province or region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zip_code: String,
    /// Country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Address {
    /// Whether nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.lines().is_empty()
    }

    /// The address as lines for people: street, then town, then country.
    pub fn lines(&self) -> Vec<String> {
        let town = [self.zip_code.as_str(), self.city.as_str()].join(" ");
        let town = [town.trim(), self.state.trim(), self.country.trim()];
        let town = town.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
        [self.po_box.as_str(), self.extended.as_str()]
            .into_iter()
            .chain(self.street.lines())
            .chain([town.as_str()])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The attributes that a home account or a directory holds: those of the Webex `Contact` object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// The whole name as shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// Given name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// Family name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// Job title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Company.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub company_name: String,
    /// Department within the company.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// The manager, as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manager: String,
    /// E-mail addresses, in the order given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<TypedValue>,
    /// Phone numbers as typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<TypedValue>,
    /// SIP addresses, without the scheme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sip_addresses: Vec<TypedValue>,
    /// Postal addresses; the first is the wire's `addressInfo`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Where a picture lives; never fetched by itself.
    #[serde(rename = "avatarURL", skip_serializing_if = "String::is_empty")]
    pub avatar_url: String,
    /// `EMAIL`, `PHONE`, `SIPADDRESS`, `IMS` or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub primary_contact_method: String,
}

/// A picture by reference; its bytes live once in the store under their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoRef {
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub hash: String,
    /// `image/jpeg` and the like.
    pub media_type: String,
}

/// The property lines of the vCard a contact came from, unfolded, without `BEGIN`, `VERSION`, `END` and inline photo
/// data. The exporter reuses each line whose meaning the user did not change, so nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardSource {
    /// `2.1`, `3.0` or `4.0`: how the lines are to be read.
    pub version: String,
    /// The lines as they were.
    pub lines: Vec<String>,
}

/// What never leaves this machine for a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Extras {
    /// Middle names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub middle_name: String,
    /// Honorific before the name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Honorific after the name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub suffix: String,
    /// Nickname.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// Notes, several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// `YYYY-MM-DD`, `--MM-DD` without a year, else as found.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birthday: String,
    /// Web pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub web_pages: Vec<TypedValue>,
    /// A photo that came inline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoRef>,
    /// Marked as a favourite.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub favourite: bool,
    /// The vCard UID it was imported with; without one, `urn:uuid:` and our id are exported.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// The vCard it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardSource>,
}

/// Who a CLOUD contact is, within one directory: its UID or `entryUUID`, else its DN, else its e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonRef {
    /// The directory: `offline`, or the name of an account.
    pub directory: String,
    /// The person within it.
    pub key: String,
}

/// The directory's part of a CLOUD contact, as last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Who it is.
    #[serde(flatten)]
    pub who: PersonRef,
    /// The attributes as last seen; read-only.
    #[serde(default)]
    pub profile: Profile,
    /// Since when the directory no longer knows the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unresolved_since: Option<Timestamp>,
}

/// A contact: the part its account holds (`profile`), the directory's part (`person`, CLOUD only) and what stays on
/// this machine (`extras`). See model.md, "A contact has three parts".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Our id.
    #[serde(rename = "contactId")]
    pub id: ContactId,
    /// Its home.
    pub account: AccountId,
    /// CUSTOM or CLOUD.
    #[serde(default)]
    pub contact_type: ContactType,
    /// For CUSTOM all attributes; for CLOUD the user's own numbers and SIP addresses.
    #[serde(flatten)]
    pub profile: Profile,
    /// What stays here.
    #[serde(flatten)]
    pub extras: Extras,
    /// The directory's part; CLOUD only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The groups it is in. May be dangling in loaded data.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Since when it lies in the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trashed: Option<Timestamp>,
    /// Members of the stored document that this version does not know; kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Contact {
    /// An empty CUSTOM contact.
    pub fn new(id: ContactId, account: AccountId, at: Timestamp) -> Self {
        Self {
            id,
            account,
            contact_type: ContactType::Custom,
            profile: Profile::default(),
            extras: Extras::default(),
            person: None,
            groups: Vec::new(),
            created: at,
            modified: at,
            trashed: None,
            unknown: Map::new(),
        }
    }

    /// The same as [`Contact::effective`], borrowed where the contact holds it as it is.
    pub fn shown(&self) -> Cow<'_, Profile> {
        if self.person.is_none() { Cow::Borrowed(&self.profile) } else { Cow::Owned(self.effective()) }
    }

    /// The attributes as people see them: for CLOUD the person's, with the user's own numbers and SIP addresses after
    /// the person's; for CUSTOM simply its own.
    pub fn effective(&self) -> Profile {
        let Some(person) = &self.person else { return self.profile.clone() };
        let mut shown = person.profile.clone();
        let own = &self.profile;
        for (theirs, ours) in [
            (&mut shown.display_name, &own.display_name),
            (&mut shown.first_name, &own.first_name),
            (&mut shown.last_name, &own.last_name),
            (&mut shown.title, &own.title),
            (&mut shown.company_name, &own.company_name),
            (&mut shown.department, &own.department),
            (&mut shown.manager, &own.manager),
            (&mut shown.avatar_url, &own.avatar_url),
            (&mut shown.primary_contact_method, &own.primary_contact_method),
        ] {
            if theirs.is_empty() {
                theirs.clone_from(ours);
            }
        }
        shown.emails.extend(own.emails.iter().cloned());
        shown.phone_numbers.extend(own.phone_numbers.iter().cloned());
        shown.sip_addresses.extend(own.sip_addresses.iter().cloned());
        shown.addresses.extend(own.addresses.iter().cloned());
        shown
    }

    /// The UID for export: the imported one, else ours as a URN (RFC 9562).
    pub fn exported_uid(&self) -> String {
        if self.extras.uid.is_empty() { format!("urn:uuid:{}", self.id) } else { self.extras.uid.clone() }
    }
}
