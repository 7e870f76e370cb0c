//! What the first user has at the start.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    contacts::{AddressBook, Record, SCHEMAS},
    directory::{Directory, ORG, USERS},
    jose::{self, Header, Key},
    kms::Keys,
};

const GROUPS: [&str; 4] = ["Other contacts", "Friends", "Customers", "Zürich & 東京"];

/// A book of so many contacts of either type; without any, an empty one.
///
/// # Errors
/// A value could not be sealed.
pub fn book(
    keys: &mut Keys,
    directory: &Directory,
    custom: usize,
    cloud: usize,
) -> Result<AddressBook, jose::JoseError> {
    let mut book = AddressBook::default();
    if custom + cloud == 0 {
        return Ok(book);
    }
    let owner = USERS[0];
    let uri = keys.create(owner);
    keys.create_resource(owner, std::slice::from_ref(&uri), &[]);
    let key = keys.keys[&uri].bytes();
    let pen = Pen { key, uri, owner };
    for name in GROUPS {
        book.groups.push(pen.group(name)?);
    }
    for number in 0..custom {
        let group = book.groups[number % GROUPS.len()].id.clone();
        book.contacts.push(pen.custom(number, &group)?);
    }
    let people = directory.people.iter().skip(USERS.len()).take(cloud);
    for (number, person) in people.enumerate() {
        let group = book.groups[number % GROUPS.len()].id.clone();
        // People of the other organisation are in real books too; they never resolve.
        book.contacts.push(pen.cloud(&person.id, person.org == ORG && number % 3 == 0, &group)?);
    }
    Ok(book)
}

struct Pen {
    key: Key,
    uri: String,
    owner: &'static str,
}

impl Pen {
    fn seal(&self, text: &str) -> Result<Value, jose::JoseError> {
        jose::seal(&Header::direct(None), &self.key, text.as_bytes()).map(Value::from)
    }

    fn record(&self, id: String, id_member: &str, members: Value) -> Record {
        let Value::Object(mut body) = members else { return Record::new(id, id_member, self.owner, Map::new()) };
        body.insert("encryptionKeyUrl".to_owned(), self.uri.clone().into());
        body.insert("schemas".to_owned(), SCHEMAS.into());
        Record::new(id, id_member, self.owner, body)
    }

    fn group(&self, name: &str) -> Result<Record, jose::JoseError> {
        let members = json!({"displayName": self.seal(name)?, "groupType": "NORMAL"});
        Ok(self.record(Uuid::new_v4().to_string(), "groupId", members))
    }

    fn custom(&self, number: usize, group: &str) -> Result<Record, jose::JoseError> {
        let sealed = |text: String| self.seal(&text);
        let members = json!({
            "contactType": "CUSTOM",
            "groups": [group],
            "displayName": sealed(format!("Person Number {number}"))?,
            "firstName": sealed("Person".to_owned())?,
            "lastName": sealed(format!("Number {number}"))?,
            "companyName": sealed(format!("Company {} Ltd", number % 100))?,
            "title": sealed("Senior Engineer".to_owned())?,
            "avatarURL": sealed(format!("https://avatar.simulator.test/{number}.png"))?,
            "emails": [
                {"type": "work", "value": sealed(format!("person.{number}@example.test"))?, "primary": true},
                {"type": "home", "value": sealed(format!("p{number}@home.example.test"))?},
            ],
            "phoneNumbers": [
                {"type": "work", "value": sealed(format!("+1555{number:07}"))?},
                {"type": "mobile", "value": sealed(format!("+4477{number:08}"))?, "primary": true},
            ],
            "sipAddresses": [{"type": "work", "value": sealed(format!("person.{number}@sip.example.test"))?}],
            "addressInfo": {
                "street": sealed(format!("{number} High Street"))?,
                "city": sealed("Springfield".to_owned())?,
                "state": sealed("North".to_owned())?,
                "country": sealed("ZZ".to_owned())?,
                "zipCode": sealed(format!("{number:05}"))?,
            },
            "primaryContactMethod": "PHONE",
            "avatarUrlDomain": "avatar.simulator.test",
        });
        Ok(self.record(Uuid::new_v4().to_string(), "contactId", members))
    }

    fn cloud(&self, id: &str, with_number: bool, group: &str) -> Result<Record, jose::JoseError> {
        let mut members =
            json!({"contactType": "CLOUD", "groups": [group], "avatarUrlDomain": "avatar.simulator.test"});
        if with_number {
            members["phoneNumbers"] = json!([{"type": "home", "value": self.seal("+1 555 010 0202")?}]);
        }
        Ok(self.record(id.to_owned(), "contactId", members))
    }
}
