//! One person, and how a directory of any size is made up: the same people every time.

use serde_json::{Value, json};

use super::{ORG, OTHER_ORG, USERS};

const GIVEN: [&str; 16] = [
    "Ada",
    "Alan",
    "Zoë",
    "Łukasz",
    "Márta",
    "山田",
    "Фёдор",
    "نور",
    "José",
    "Søren",
    "Grace",
    "İpek",
    "Đặng",
    "Ólafur",
    "Chloé",
    "Ngozi",
];
const FAMILY: [&str; 16] = [
    "Lovelace",
    "Turing",
    "Ångström",
    "Żółkiewski",
    "Szőke",
    "太郎",
    "Достоевский",
    "العلي",
    "Núñez",
    "Kierkegaard",
    "Hopper",
    "Yılmaz",
    "Nguyễn",
    "Sigurðsson",
    "Lefèvre",
    "Okafor",
];
const DEPARTMENTS: [&str; 5] = ["Research", "Sales", "Support", "Finance", "Imaging"];
/// Every so many people one belongs to the other organisation.
const STRANGER_EVERY: usize = 10;

/// A person of a directory.
#[derive(Clone, Debug)]
pub struct Person {
    /// The UUID.
    pub id: String,
    /// The organisation.
    pub org: &'static str,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// The name as shown.
    pub display: String,
    /// The e-mail address, which is the user name too.
    pub email: String,
    /// The phone number.
    pub phone: String,
    /// The SIP address.
    pub sip: String,
    /// The job title.
    pub title: String,
    /// The department.
    pub department: String,
}

/// The id of a person by number.
pub fn person_id(number: usize) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", 0xaaaa_0000_u64 + (number as u64 & 0xffff))
}

impl Person {
    fn numbered(number: usize) -> Self {
        let (given, family) = (GIVEN[number % 16], FAMILY[(number / 16 + number) % 16]);
        Self {
            id: person_id(number),
            org: if number % STRANGER_EVERY == STRANGER_EVERY - 1 { OTHER_ORG } else { ORG },
            given: given.to_owned(),
            family: family.to_owned(),
            display: format!("{given} {family}"),
            email: format!("person{number}@simulator.test"),
            phone: format!("+1555{number:07}"),
            sip: format!("person{number}@calls.simulator.test"),
            title: if number.is_multiple_of(3) { "Engineer".to_owned() } else { "Consultant".to_owned() },
            department: DEPARTMENTS[number % 5].to_owned(),
        }
    }

    fn user(number: usize) -> Self {
        let name = ["First", "Second"][number];
        Self {
            id: USERS[number].to_owned(),
            org: ORG,
            given: name.to_owned(),
            family: "User".to_owned(),
            display: format!("{name} User"),
            email: format!("{}@simulator.test", name.to_lowercase()),
            ..Self::numbered(number)
        }
    }

    /// As SCIM shows a user (specification section 9.2).
    pub fn scim(&self) -> Value {
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                "urn:scim:schemas:extension:cisco:webexidentity:2.0:User",
            ],
            "id": self.id,
            "userName": self.email,
            "active": true,
            "userType": "user",
            "name": {"familyName": self.family, "givenName": self.given},
            "displayName": self.display,
            "title": self.title,
            "emails": [{"value": self.email, "type": "work", "primary": true}],
            "phoneNumbers": [{"value": self.phone, "type": "work", "primary": true}],
            "photos": [{"value": format!("https://avatar.simulator.test/{}", self.id), "type": "photo"}],
            "addresses": [{"type": "work", "streetAddress": "1 Test Road", "locality": "Exampleville", "region": "North",
                "postalCode": "00001", "country": "ZZ"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": self.department,
                "manager": {"value": USERS[0], "displayName": "First User"},
            },
            "urn:scim:schemas:extension:cisco:webexidentity:2.0:User": {
                "sipAddresses": [{"value": self.sip, "type": "cloud-calling", "primary": true}],
            },
            "meta": {"resourceType": "User"},
        })
    }

    /// The id of the People API: base64 of a URI whose last segment is the UUID.
    pub fn people_api_id(&self) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.encode(format!("ciscospark://us/PEOPLE/{}", self.id))
    }

    /// As the People API shows a person (specification section 9.3).
    pub fn people_api(&self) -> Value {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        json!({
            "id": self.people_api_id(),
            "emails": [self.email],
            "phoneNumbers": [{"type": "work", "value": self.phone}],
            "sipAddresses": [{"type": "cloud-calling", "value": self.sip, "primary": true}],
            "displayName": self.display,
            "firstName": self.given,
            "lastName": self.family,
            "title": self.title,
            "department": self.department,
            "avatar": format!("https://avatar.simulator.test/{}", self.id),
            "orgId": STANDARD.encode(format!("ciscospark://us/ORGANIZATION/{}", self.org)),
            "created": "2026-01-02T03:04:05.006Z",
            "lastModified": "2026-01-02T03:04:05.006Z",
            "type": "person",
        })
    }
}

/// The people of both organisations.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The users who can sign in, then the others by number.
    pub people: Vec<Person>,
}

impl Directory {
    /// A directory of the users and so many others.
    pub fn of(others: usize) -> Self {
        let users = (0..USERS.len()).map(Person::user);
        Self { people: users.chain((0..others).map(Person::numbered)).collect() }
    }

    /// The people whom members of an organisation can see.
    pub fn visible_to<'a>(&'a self, org: &'a str) -> impl Iterator<Item = &'a Person> {
        self.people.iter().filter(move |person| person.org == org)
    }
}
