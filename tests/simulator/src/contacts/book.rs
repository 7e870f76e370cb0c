//! One user's contacts and groups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock;

/// A contact or a group: what was sent, with what the service adds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// `contactId` or `groupId`.
    pub id: String,
    /// Every member.
    pub body: Map<String, Value>,
    /// The members as JSON text, so that a long list costs little.
    #[serde(skip)]
    text: String,
}

impl Record {
    /// A record made now.
    pub fn new(id: String, id_member: &str, owner: &str, mut body: Map<String, Value>) -> Self {
        let now = clock::iso(clock::now());
        body.insert(id_member.to_owned(), id.clone().into());
        body.insert("ownerId".to_owned(), owner.into());
        body.insert("isMigration".to_owned(), false.into());
        body.insert("meta".to_owned(), json!({"created": now, "lastModified": now}));
        Self { id, body, text: String::new() }.written()
    }

    /// Writes the text anew after a change of the body.
    #[must_use]
    pub fn written(mut self) -> Self {
        self.text = Value::Object(self.body.clone()).to_string();
        self
    }

    /// Notes that it was changed now.
    pub fn touch(&mut self) {
        if let Some(Value::Object(meta)) = self.body.get_mut("meta") {
            meta.insert("lastModified".to_owned(), clock::iso(clock::now()).into());
        }
        self.text = Value::Object(self.body.clone()).to_string();
    }

    fn groups(&self) -> impl Iterator<Item = &str> {
        self.body.get("groups").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }
}

/// One user's contacts and groups, in the order in which they were made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AddressBook {
    /// The contacts.
    pub contacts: Vec<Record>,
    /// The groups; `members` is not kept here but read from the contacts.
    pub groups: Vec<Record>,
}

impl AddressBook {
    /// After reading from a file: the texts are written.
    #[must_use]
    pub fn written(self) -> Self {
        let write = |records: Vec<Record>| records.into_iter().map(Record::written).collect();
        Self { contacts: write(self.contacts), groups: write(self.groups) }
    }

    /// A group with its members.
    pub fn group_json(&self, group: &Record) -> Value {
        let members = self.contacts.iter().filter(|contact| contact.groups().any(|id| id == group.id));
        let members: Vec<&str> = members.map(|contact| contact.id.as_str()).collect();
        let mut body = group.body.clone();
        body.insert("members".to_owned(), json!(members));
        Value::Object(body)
    }

    /// The answer to a GET (specification section 8.2).
    pub fn list(&self, owner: &str) -> String {
        let length: usize = self.contacts.iter().map(|contact| contact.text.len() + 1).sum();
        let mut text = String::with_capacity(length + 1024);
        text.push_str("{\"contacts\":[");
        for (number, contact) in self.contacts.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            text.push_str(&contact.text);
        }
        text.push_str("],\"groups\":");
        let groups: Vec<Value> = self.groups.iter().map(|group| self.group_json(group)).collect();
        text.push_str(&Value::Array(groups).to_string());
        text.push_str(",\"ownerId\":");
        text.push_str(&Value::from(owner).to_string());
        text.push('}');
        text
    }

    /// Removes a contact; whether it was there.
    pub fn remove_contact(&mut self, id: &str) -> bool {
        let before = self.contacts.len();
        self.contacts.retain(|contact| contact.id != id);
        self.contacts.len() < before
    }

    /// Removes a group, also from its members; whether it was there.
    pub fn remove_group(&mut self, id: &str) -> bool {
        let before = self.groups.len();
        self.groups.retain(|group| group.id != id);
        for contact in &mut self.contacts {
            if contact.groups().any(|group| group == id) {
                if let Some(Value::Array(groups)) = contact.body.get_mut("groups") {
                    groups.retain(|group| group != id);
                }
                contact.touch();
            }
        }
        self.groups.len() < before
    }
}
