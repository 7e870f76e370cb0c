//! The mapping of people, against the vectors and against what may come.

use serde_json::{Value, json};

use super::{hydra_id, mapping, people, scim, uuid_of};
use crate::book::TypedValue;

fn vectors(name: &str) -> Value {
    let path = format!("{}/tests/data/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_filter_is_that_of_the_vectors() {
    let vectors = vectors("contacts-body");
    let id = vectors["expected"]["C2"]["contactId"].as_str().unwrap();
    let encoded = vectors["scim_request_filter_encoded"].as_str().unwrap();
    assert_eq!(scim::by_ids(&[id]), format!("filter={encoded}&count=100"));
    let misc = self::vectors("misc");
    let encoding = &misc["uri_component_encoding"];
    assert_eq!(scim::encoded(encoding["raw"].as_str().unwrap()), encoding["encoded"].as_str().unwrap());
}

#[test]
fn ids_of_the_people_api_hold_the_uuid() {
    let vectors = vectors("misc");
    let person = &vectors["person_id_from_uuid"];
    let (uuid, id) = (person["uuid"].as_str().unwrap(), person["hydra_id"].as_str().unwrap());
    assert_eq!((hydra_id(uuid).as_str(), uuid_of(id).as_str()), (id, uuid));
    assert_eq!(uuid_of(id.trim_end_matches('=')), uuid, "unpadded");
    assert_eq!(uuid_of(person["hydra_org_id"].as_str().unwrap()), person["org_uuid"].as_str().unwrap());
    assert_eq!(uuid_of(uuid), uuid);
    assert_eq!(uuid_of("Zm9v"), "Zm9v", "base64 of something else is taken as it is");
    assert_eq!(people::by_ids(&["x", "y"]), format!("id={}", scim::encoded(&[hydra_id("x"), hydra_id("y")].join(","))));
}

#[test]
fn every_member_of_a_user_may_be_missing_or_wrong() {
    let minimum = json!({"schemas": ["x"], "id": "u1", "userName": "pat@example.test", "userType": "user"});
    let wrong = json!({"id": "u2", "displayName": 7, "name": "Pat", "emails": "none", "photos": [7, null, {}],
        "phoneNumbers": [{"value": "+1", "type": "Alternate", "primary": "yes"}, {"type": "work"}, "x"],
        "addresses": [{"type": "home", "locality": "Elsewhere"}, {"type": "Work", "locality": "Here", "region": 7}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "Sam", "department": "R"},
        "urn:scim:schemas:extension:cisco:webexidentity:2.0:User": null});
    let body =
        json!({"totalResults": 9, "Resources": [minimum, 7, {"id": ""}, wrong, {"displayName": "nobody"}]}).to_string();
    let page = mapping::scim(body.as_bytes()).unwrap();
    assert_eq!(page.total, Some(9));
    let [first, second] = page.people.as_slice() else { panic!("{page:?}") };
    assert_eq!((first.id.as_str(), first.profile.display_name.as_str()), ("u1", "pat@example.test"));
    assert_eq!((second.id.as_str(), second.profile.display_name.as_str()), ("u2", ""));
    let alternate = TypedValue { label: "Alternate".to_owned(), ..TypedValue::new("other", "+1") };
    assert_eq!(second.profile.phone_numbers, [alternate]);
    assert_eq!((second.profile.addresses.len(), second.profile.addresses[0].city.as_str()), (1, "Here"));
    assert_eq!((second.profile.department.as_str(), second.profile.manager.as_str()), ("R", ""));
    assert!(mapping::scim(b"[]").is_none() && mapping::scim(b"").is_none());
    assert!(mapping::scim(b"{}").unwrap().people.is_empty());
}
