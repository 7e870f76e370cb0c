//! A contact that is to be made: what may be sent of it, and what is sent.

use serde_json::{Map, Value, json};

use crate::{
    book::{Address, ContactType, Profile, TypedValue, patch::kind_of},
    webex::{
        WebexError,
        jose::ContentKey,
        kms::KeyUri,
        seal,
        wire::{SCHEMAS, typed_value},
    },
};

/// What the SDK says to a CLOUD contact without an id.
const NO_ID: &str = "contactId is required for contactType:CLOUD.";
/// What the SDK says to any other type.
const UNKNOWN_TYPE: &str = "Unknown contactType received.";
/// The words of `primaryContactMethod` (specification section 8.3): it travels in clear.
const METHODS: [&str; 4] = ["EMAIL", "PHONE", "SIPADDRESS", "IMS"];
/// Members of the SDK's object that are the server's, the directory's or the client's: taken, and never sent.
const IGNORED: [&str; 10] = [
    "avatarUrlDomain",
    "department",
    "isMigration",
    "kmsResourceObjectUrl",
    "manager",
    "meta",
    "ownerId",
    "resolved",
    "schemas",
    "unreadable",
];

/// A contact to be made in the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// CUSTOM or CLOUD.
    pub kind: ContactType,
    /// The person's id in the directory; CLOUD only.
    pub person: Option<String>,
    /// Its fields; for CLOUD the user's additions. Of these only what section 8.3 names is sent, and only the first
    /// postal address.
    pub profile: Profile,
    /// The ids of its groups; the default group where there are none.
    pub groups: Vec<String>,
    /// The key to seal it with; one is chosen where there is none.
    pub key: Option<KeyUri>,
}

impl NewContact {
    /// A contact of the user's own.
    pub fn custom(profile: Profile) -> Self {
        Self { kind: ContactType::Custom, person: None, profile, groups: Vec::new(), key: None }
    }

    /// A person of the directory, with the user's additions.
    pub fn cloud(person: &str, additions: Profile) -> Self {
        Self {
            kind: ContactType::Cloud,
            person: Some(person.to_owned()),
            profile: additions,
            groups: Vec::new(),
            key: None,
        }
    }

    /// Reads the SDK's `Contact` object, as `callbook webex create` takes it. What is the server's, or the directory's
    /// (`department`, `manager`), is taken and never sent.
    ///
    /// # Errors
    /// [`WebexError::Invalid`] with the name of the member that makes no sense; for an unknown type and a CLOUD contact
    /// without an id the SDK's own words.
    pub fn from_json(text: &str) -> Result<Self, WebexError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| WebexError::Invalid(format!("the contact is no JSON: {error}")))?;
        let Value::Object(members) = value else {
            return Err(WebexError::Invalid(format!("the contact must be a JSON object, not {}", kind_of(&value))));
        };
        read(&members)
    }

    /// Checks 4 and 5 of section 8.5, before anything else is done.
    ///
    /// # Errors
    /// The SDK's words.
    pub(super) fn check(&self) -> Result<(), WebexError> {
        let nobody = self.person.as_deref().unwrap_or_default().is_empty();
        if self.kind == ContactType::Cloud && nobody {
            return Err(WebexError::Invalid(NO_ID.to_owned()));
        }
        Ok(())
    }

    /// The body of the POST, each field sealed.
    pub(super) fn sealed(&self, uri: &KeyUri, key: &ContentKey, groups: &[String]) -> String {
        let profile = &self.profile;
        let kind = if self.kind == ContactType::Cloud { "CLOUD" } else { "CUSTOM" };
        let mut body = Map::new();
        body.insert("contactType".to_owned(), kind.into());
        if let (ContactType::Cloud, Some(person)) = (self.kind, &self.person) {
            body.insert("contactId".to_owned(), person.as_str().into());
        }
        for (name, text) in [
            ("displayName", &profile.display_name),
            ("firstName", &profile.first_name),
            ("lastName", &profile.last_name),
            ("companyName", &profile.company_name),
            ("title", &profile.title),
            ("avatarURL", &profile.avatar_url),
        ] {
            if !text.is_empty() {
                body.insert(name.to_owned(), seal::seal(key, text).into());
            }
        }
        for (name, values) in [
            ("emails", &profile.emails),
            ("phoneNumbers", &profile.phone_numbers),
            ("sipAddresses", &profile.sip_addresses),
        ] {
            let values: Vec<_> =
                values.iter().filter(|value| !value.value.is_empty()).map(|value| sealed_value(value, key)).collect();
            if !values.is_empty() {
                body.insert(name.to_owned(), values.into());
            }
        }
        let address = profile.addresses.first().map(|address| sealed_address(address, key)).unwrap_or_default();
        if !address.is_empty() {
            body.insert("addressInfo".to_owned(), address.into());
        }
        if METHODS.contains(&profile.primary_contact_method.as_str()) {
            body.insert("primaryContactMethod".to_owned(), profile.primary_contact_method.as_str().into());
        }
        body.insert("encryptionKeyUrl".to_owned(), uri.as_str().into());
        body.insert("groups".to_owned(), groups.into());
        body.insert("schemas".to_owned(), SCHEMAS.into());
        Value::Object(body).to_string()
    }
}

/// The type travels in clear, so it is one of the fixed list (model.md).
fn sealed_value(value: &TypedValue, key: &ContentKey) -> Value {
    let kind = if TypedValue::TYPES.contains(&value.kind.as_str()) { value.kind.as_str() } else { "other" };
    let mut entry = json!({"type": kind, "value": seal::seal(key, &value.value)});
    if value.primary {
        entry["primary"] = true.into();
    }
    entry
}

fn sealed_address(address: &Address, key: &ContentKey) -> Map<String, Value> {
    let members = [
        ("city", &address.city),
        ("country", &address.country),
        ("state", &address.state),
        ("street", &address.street),
        ("zipCode", &address.zip_code),
    ];
    let written = members.into_iter().filter(|(_, text)| !text.is_empty());
    written.map(|(name, text)| (name.to_owned(), seal::seal(key, text).into())).collect()
}

fn wrong(place: &str, wanted: &str, found: &Value) -> WebexError {
    WebexError::Invalid(format!("{place} must be {wanted}, not {}", kind_of(found)))
}

fn read(members: &Map<String, Value>) -> Result<NewContact, WebexError> {
    let mut profile = Profile::default();
    let (mut kind, mut person, mut groups, mut key) = (None, None, Vec::new(), None);
    for (name, value) in members {
        if value.is_null() {
            continue;
        }
        let place = match name.as_str() {
            "displayName" => &mut profile.display_name,
            "firstName" => &mut profile.first_name,
            "lastName" => &mut profile.last_name,
            "companyName" => &mut profile.company_name,
            "title" => &mut profile.title,
            "avatarURL" => &mut profile.avatar_url,
            "primaryContactMethod" => {
                let method = text(name, value)?;
                if !method.is_empty() && !METHODS.contains(&method.as_str()) {
                    return Err(WebexError::Invalid(format!("{name} must be one of {}", METHODS.join(", "))));
                }
                profile.primary_contact_method = method;
                continue;
            }
            "emails" => {
                profile.emails = values(name, value)?;
                continue;
            }
            "phoneNumbers" => {
                profile.phone_numbers = values(name, value)?;
                continue;
            }
            "sipAddresses" => {
                profile.sip_addresses = values(name, value)?;
                continue;
            }
            "addressInfo" => {
                profile.addresses = vec![address(name, value)?];
                continue;
            }
            "contactType" => {
                kind = Some(match value.as_str() {
                    Some("CUSTOM") => ContactType::Custom,
                    Some("CLOUD") => ContactType::Cloud,
                    _ => return Err(WebexError::Invalid(UNKNOWN_TYPE.to_owned())),
                });
                continue;
            }
            "contactId" => {
                person = Some(text(name, value)?).filter(|id| !id.is_empty());
                continue;
            }
            "groups" => {
                groups = ids(name, value)?;
                continue;
            }
            "encryptionKeyUrl" => {
                let uri = text(name, value)?;
                let no_key = |_| WebexError::Invalid(format!("{name} must name a key: kms://…/keys/…"));
                key = if uri.is_empty() { None } else { Some(uri.parse().map_err(no_key)?) };
                continue;
            }
            other if IGNORED.contains(&other) => continue,
            other => return Err(WebexError::Invalid(format!("a contact has no member '{other}'"))),
        };
        *place = text(name, value)?;
    }
    let kind = kind.ok_or_else(|| WebexError::Invalid(UNKNOWN_TYPE.to_owned()))?;
    if members.get("unreadable").and_then(Value::as_array).is_some_and(|places| !places.is_empty()) {
        return Err(WebexError::Invalid(
            "the contact has unreadable fields; what is made of it would lack them".to_owned(),
        ));
    }
    let contact = NewContact { kind, person: person.filter(|_| kind == ContactType::Cloud), profile, groups, key };
    contact.check()?;
    if kind == ContactType::Custom && says_nothing(&contact.profile) {
        let reason = "a contact needs a name (displayName, firstName, lastName, companyName), or an entry of emails, \
                      phoneNumbers or sipAddresses";
        return Err(WebexError::Invalid(reason.to_owned()));
    }
    Ok(contact)
}

fn says_nothing(profile: &Profile) -> bool {
    let names = [&profile.display_name, &profile.first_name, &profile.last_name, &profile.company_name];
    let addresses = profile.emails.iter().chain(&profile.phone_numbers).chain(&profile.sip_addresses);
    names.into_iter().chain(addresses.map(|value| &value.value)).all(|text| text.trim().is_empty())
}

fn text(place: &str, value: &Value) -> Result<String, WebexError> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(place, "a text", value))
}

fn list<'v>(place: &str, value: &'v Value) -> Result<&'v Vec<Value>, WebexError> {
    value.as_array().ok_or_else(|| wrong(place, "a list", value))
}

fn ids(place: &str, value: &Value) -> Result<Vec<String>, WebexError> {
    let mut ids = Vec::new();
    for (number, id) in list(place, value)?.iter().enumerate() {
        let place = format!("{place}[{number}]");
        let id = text(&place, id)?;
        if id.is_empty() {
            return Err(WebexError::Invalid(format!("{place} must be the id of a group, and is empty")));
        }
        ids.push(id);
    }
    Ok(ids)
}

fn values(place: &str, value: &Value) -> Result<Vec<TypedValue>, WebexError> {
    let mut values = Vec::new();
    for (number, entry) in list(place, value)?.iter().enumerate() {
        let place = format!("{place}[{number}]");
        let Value::Object(entry) = entry else { return Err(wrong(&place, "an object with type and value", entry)) };
        let member = |name: &str| entry.get(name).filter(|value| !value.is_null());
        let missing = || WebexError::Invalid(format!("{place}.value is missing"));
        let value = text(&format!("{place}.value"), member("value").ok_or_else(missing)?)?;
        let kind = member("type").map(|kind| text(&format!("{place}.type"), kind)).transpose()?.unwrap_or_default();
        let primary = match member("primary") {
            None => false,
            Some(Value::Bool(primary)) => *primary,
            Some(other) => return Err(wrong(&format!("{place}.primary"), "true or false", other)),
        };
        values.push(typed_value(&kind, &value, primary));
    }
    Ok(values)
}

fn address(place: &str, value: &Value) -> Result<Address, WebexError> {
    let Value::Object(members) = value else { return Err(wrong(place, "an object", value)) };
    let mut address = Address::default();
    for (name, value) in members {
        let inner = match name.as_str() {
            "street" => &mut address.street,
            "city" => &mut address.city,
            "state" => &mut address.state,
            "zipCode" => &mut address.zip_code,
            "country" => &mut address.country,
            other => return Err(WebexError::Invalid(format!("{place} has no member '{other}'"))),
        };
        if !value.is_null() {
            *inner = text(&format!("{place}.{name}"), value)?;
        }
    }
    Ok(address)
}
