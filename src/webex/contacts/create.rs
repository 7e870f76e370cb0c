//! Making contacts and groups: sealed first, sent as sealed, read from the answer.

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    CONTACTS, Contacts, GROUPS, Keyring, Kind, NewContact, RemoteContact, RemoteGroup, Resolved, ground::Ground,
};
use crate::{
    book::{Group, GroupType},
    webex::{
        WebexError,
        directory::Looked,
        jose::ContentKey,
        kms::KeyUri,
        seal,
        wire::{Record, SCHEMAS},
    },
};

const CREATE: &str = "create the contact";
const CREATE_GROUP: &str = "create the group";
/// What the SDK says to the name of a group that there is already.
const TAKEN: &str = "Group displayName already exists";

impl Contacts {
    /// Makes a contact.
    ///
    /// # Errors
    /// It makes no sense, cannot be sealed, or is refused: then nothing was made. [`WebexError::Ambiguous`]: it may have been.
    pub async fn create(&self, draft: &NewContact) -> Result<RemoteContact, WebexError> {
        self.send(&self.seal(draft).await?).await
    }

    /// The body of a contact exactly as it will be sent. Where the account has no key or no default group yet, these are
    /// made; the contact itself is not.
    ///
    /// # Errors
    /// It makes no sense, or there is no key that it may be sealed under: nothing is sent in clear, ever.
    pub async fn seal(&self, draft: &NewContact) -> Result<String, WebexError> {
        draft.check()?;
        let mut groups: Vec<String> = draft.groups.iter().filter(|id| !id.is_empty()).cloned().collect();
        let own = match &draft.key {
            Some(uri) => Some((uri.clone(), self.key_to_write_under(CREATE, uri).await?)),
            None => None,
        };
        let ground = match (&own, groups.is_empty()) {
            (Some(_), false) => None,
            (_, is_homeless) => Some(self.ground(is_homeless).await?),
        };
        if let (true, Some(Ground { default_group: Some(group), .. })) = (groups.is_empty(), &ground) {
            groups.push(group.clone());
        }
        let key = own.or_else(|| ground.map(|ground| ground.key));
        let no_key = || WebexError::NotSealed { doing: CREATE, reason: "there is no key for it".to_owned() };
        let (uri, key) = key.ok_or_else(no_key)?;
        Ok(draft.sealed(&uri, &key, &groups))
    }

    /// Sends a body of [`Contacts::seal`], identically.
    ///
    /// # Errors
    /// As [`Contacts::create`].
    pub async fn send(&self, body: &str) -> Result<RemoteContact, WebexError> {
        let reply = self.post(CREATE, CONTACTS, "/encrypt/Users/contacts", body).await;
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => {
                // Perhaps for the sake of the group or the key.
                self.memory.forget().await;
                return Err(error);
            }
        };
        let stored = stored(CREATE, body, &reply.body)?;
        let ring = self.ring_of(&stored).await;
        let mut contact = read(&stored, |record, text| RemoteContact::open(&record, &ring, text, None));
        if contact.id.is_empty() {
            return Err(unclear(CREATE));
        }
        if contact.kind == Kind::Cloud {
            // Whatever the directory says to that: the contact is made.
            let looked = self.directory.look_up(&[&contact.id]).await;
            contact.resolve(&looked);
        }
        Ok(contact)
    }

    /// Makes a group. The list is read first: a name that differs from another one in case and outer white space alone is
    /// refused.
    ///
    /// # Errors
    /// As [`Contacts::create`].
    pub async fn create_group(&self, name: &str, kind: GroupType) -> Result<RemoteGroup, WebexError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(WebexError::Invalid("a group needs a name".to_owned()));
        }
        // From the look at the names to the answer no other group is made here.
        let mut memory = self.memory.lock().await;
        let listing = self.whole_list(CREATE_GROUP).await?;
        if listing.group_named(name).is_some() {
            return Err(WebexError::Invalid(TAKEN.to_owned()));
        }
        let (uri, key) = self.choose_key(&listing, &mut memory).await?;
        let group = self.send_group(&sealed_group(name, kind, &uri, &key)).await?;
        memory.key = Some((uri, key));
        if Group::folded(name) == Group::folded(crate::book::OTHER_CONTACTS) {
            memory.default_group = Some(group.id.clone());
        }
        Ok(group)
    }

    /// The body of a group exactly as it will be sent. Its name is not compared with others.
    ///
    /// # Errors
    /// As [`Contacts::seal`].
    pub async fn seal_group(&self, name: &str, kind: GroupType) -> Result<String, WebexError> {
        let Ground { key: (uri, key), .. } = self.ground(false).await?;
        Ok(sealed_group(name.trim(), kind, &uri, &key))
    }

    /// Sends a body of [`Contacts::seal_group`], identically.
    ///
    /// # Errors
    /// As [`Contacts::create`].
    pub async fn send_group(&self, body: &str) -> Result<RemoteGroup, WebexError> {
        let reply = self.post(CREATE_GROUP, GROUPS, "/encrypt/Users/groups", body).await?;
        let stored = stored(CREATE_GROUP, body, &reply.body)?;
        let ring = self.ring_of(&stored).await;
        let group = read(&stored, |record, text| RemoteGroup::open(&record, &ring, text));
        if group.id.is_empty() { Err(unclear(CREATE_GROUP)) } else { Ok(group) }
    }

    /// A key that somebody names to write under: it must be the user's own.
    pub(super) async fn key_to_write_under(&self, doing: &'static str, uri: &KeyUri) -> Result<ContentKey, WebexError> {
        let refused = |reason: String| WebexError::NotSealed { doing, reason };
        if !self.kms.may_write(uri).await? {
            return Err(refused("the key that it names is not the account's own".to_owned()));
        }
        match self.kms.keys(std::slice::from_ref(uri)).await.remove(uri) {
            Some(key) => key,
            None => Err(refused("the key that it names cannot be had".to_owned())),
        }
    }

    async fn ring_of(&self, stored: &Arc<Vec<u8>>) -> Keyring {
        #[derive(Deserialize)]
        struct Names {
            #[serde(rename = "encryptionKeyUrl")]
            key: KeyName,
        }
        #[derive(Deserialize)]
        struct KeyName(String);
        let uri = serde_json::from_slice::<Names>(stored).ok().and_then(|names| names.key.0.parse::<KeyUri>().ok());
        match uri {
            Some(uri) => Keyring::new(self.kms.keys(&[uri]).await),
            None => Keyring::new(HashMap::new()),
        }
    }
}

impl RemoteContact {
    /// Takes over what the directory says, if this is a CLOUD contact.
    pub(super) fn resolve(&mut self, looked: &Looked) {
        if self.kind == Kind::Cloud {
            let person = looked.person(&self.id).map(|profile| Resolved::Person(Box::new(profile.clone())));
            self.person = Some(person.unwrap_or(Resolved::Unknown));
        }
    }
}

/// The body of a group: exactly these four members (specification section 8.4).
pub(super) fn sealed_group(name: &str, kind: GroupType, uri: &KeyUri, key: &ContentKey) -> String {
    let kind = match kind {
        GroupType::Normal => "NORMAL",
        GroupType::External => "EXTERNAL",
    };
    json!({
        "schemas": SCHEMAS,
        "displayName": seal::seal(key, name),
        "groupType": kind,
        "encryptionKeyUrl": uri.as_str(),
    })
    .to_string()
}

/// The stored record: what was sent, and over it what the service answers.
fn stored(doing: &'static str, sent: &str, answer: &[u8]) -> Result<Arc<Vec<u8>>, WebexError> {
    let mut record: Map<String, Value> = serde_json::from_str(sent).unwrap_or_default();
    let answer: Map<String, Value> = serde_json::from_slice(answer).map_err(|_| unclear(doing))?;
    record.extend(answer);
    Ok(Arc::new(Value::Object(record).to_string().into_bytes()))
}

fn read<'a, T: Deserialize<'a>, R>(
    stored: &'a Arc<Vec<u8>>,
    open: impl FnOnce(Record<'a, T>, &Arc<Vec<u8>>) -> R,
) -> R {
    let record = match serde_json::from_slice::<&RawValue>(stored) {
        Ok(raw) => Record::read(raw),
        Err(_) => Record { raw: "", is: None },
    };
    open(record, stored)
}

/// It was taken, and what became of it is not understood.
fn unclear(doing: &'static str) -> WebexError {
    WebexError::Ambiguous { doing, reason: "the service took it, and its answer is not understood".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_record_is_what_was_sent_and_over_it_what_is_answered() {
        let sent = r#"{"contactType":"CUSTOM","displayName":"sealed","groups":["a"]}"#;
        let record = stored(CREATE, sent, br#"{"contactId":"c1","groups":["b"]}"#).unwrap();
        let record: Value = serde_json::from_slice(&record).unwrap();
        let expected = json!({"contactType": "CUSTOM", "displayName": "sealed", "groups": ["b"], "contactId": "c1"});
        assert_eq!(record, expected);
        for answer in ["", "OK", "[]", "null"] {
            assert!(stored(CREATE, sent, answer.as_bytes()).unwrap_err().is_ambiguous(), "{answer}");
        }
    }
}
