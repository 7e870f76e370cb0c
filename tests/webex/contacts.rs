//! The contacts service: the five calls, what comes before them, and what must never be sent.

use callbook::{
    book::{AccountId, GroupType, Profile, TypedValue},
    webex::{
        KmsError, Roots, Timing, WebexError,
        contacts::{self, Contacts, Kind, Memory, NewContact, RemoteContact, Resolved, envelope},
        device::{Device, Kind as Lifetime},
        directory::WebexDirectory,
        kms::{Kms, KmsTrust},
    },
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use simulator::{Options, directory::person_id};

use super::support::{Stage, Wiring};

pub const CONTACTS: &str = "/contact/api/v1/encrypt/Users/contacts";
pub const GROUPS: &str = "/contact/api/v1/encrypt/Users/groups";

/// A simulator with a client of its contacts.
pub struct Desk {
    pub stage: Stage,
    pub wiring: Wiring,
    pub device: Device,
    pub kms: Kms,
    pub contacts: Contacts,
}

impl Desk {
    pub async fn new(options: Options) -> Self {
        let stage = Stage::start(options).await;
        let wiring = stage.wiring(Timing::default()).await;
        let device = wiring.device(Lifetime::Ephemeral).await;
        let settings = &stage.settings;
        let trust = KmsTrust {
            roots: Roots::load(settings.kms_root_certificates.as_deref()).unwrap(),
            hosts: settings.kms_hosts.clone(),
            pinned: None,
        };
        let kms = Kms::new(
            wiring.http.clone(),
            wiring.login.clone(),
            wiring.catalog.service("encryption").unwrap(),
            device.clone(),
            wiring.socket(device.clone()),
            trust,
            wiring.timing,
        );
        let contacts = client(&stage, &wiring, &device, &kms);
        Self { stage, wiring, device, kms, contacts }
    }

    pub async fn empty() -> Self {
        Self::new(Options { people: 40, ..Options::default() }).await
    }

    /// Another client of the same account, which knows nothing yet.
    pub fn another(&self) -> Contacts {
        client(&self.stage, &self.wiring, &self.device, &self.kms)
    }

    /// What the service stores, opened by the simulator.
    pub fn stored(&self) -> Value {
        self.stage.order(json!({"do": "opened"}))
    }

    /// The steps that made something, in their order: requests to the KMS and POSTs.
    pub fn steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        for call in self.stage.calls().iter().filter(|call| call.method == "POST") {
            let made = call.kms.iter().filter(|request| request["method"] == "create");
            steps.extend(
                made.filter_map(|request| request["uri"].as_str())
                    .filter(|uri| uri.starts_with('/'))
                    .map(str::to_owned),
            );
            if call.path.contains("/contact/") {
                steps.push(call.path.rsplit('/').next().unwrap().to_owned());
            }
        }
        steps
    }

    pub fn fault(&self, path: &str, method: &str, times: u32, fault: Value) {
        let mut order = json!({"do": "http", "on": {"path": path, "method": method, "times": times}});
        if let Value::Object(fault) = fault {
            order.as_object_mut().unwrap().extend(fault);
        }
        self.stage.order(order);
    }
}

fn client(stage: &Stage, wiring: &Wiring, device: &Device, kms: &Kms) -> Contacts {
    let account = AccountId("webex".to_owned());
    let (http, login) = (wiring.http.clone(), wiring.login.clone());
    let directory =
        WebexDirectory::new(&http, &login, &stage.settings, &account, Some(&device.org_id), Some(&device.url));
    let service = wiring.catalog.service(contacts::SERVICE).unwrap();
    Contacts::new(http, login, service, kms.clone(), directory, Memory::default())
}

pub fn named(name: &str) -> NewContact {
    NewContact::custom(Profile { display_name: name.to_owned(), ..Profile::default() })
}

fn shown(contact: &RemoteContact) -> Value {
    serde_json::to_value(contact).unwrap()
}

const FIRST_WRITE: [&str; 4] = ["/keys", "/resources", "groups", "contacts"];

#[tokio::test]
async fn a_seeded_book_is_listed_whole_and_in_order() {
    let desk = Desk::new(Options { contacts: 30, cloud: 20, people: 60, ..Options::default() }).await;
    let mut listing = desk.contacts.list().await.unwrap();
    assert!(listing.complete && listing.missing_keys.is_empty());
    assert_eq!(desk.contacts.resolve(&mut listing).await, None);
    let stored = desk.stored();
    let stored_contacts = stored["contacts"].as_array().unwrap();
    assert_eq!((listing.contacts.len(), stored_contacts.len()), (50, 50));
    for (contact, stored) in listing.contacts.iter().zip(stored_contacts) {
        assert_eq!(contact.id, stored["contactId"].as_str().unwrap(), "in the order of the server");
        assert_eq!(contact.unreadable, Vec::<String>::new());
        if contact.kind == Kind::Custom {
            assert_eq!(shown(contact), *stored);
        }
    }
    let groups: Vec<_> = listing.groups.iter().map(|group| serde_json::to_value(group).unwrap()).collect();
    assert_eq!(json!(groups), stored["groups"]);
    // Every tenth person belongs to another organisation.
    let resolved = |contact: &&RemoteContact| matches!(contact.person, Some(Resolved::Person(_)));
    assert_eq!(listing.contacts.iter().filter(resolved).count(), 18);
    let with_own_number = listing.contacts.iter().find(|c| c.id == person_id(0)).unwrap();
    let numbers = shown(with_own_number)["phoneNumbers"].clone();
    assert_eq!(
        (numbers[0]["value"].as_str(), numbers[1]["value"].as_str()),
        (Some("+15550000000"), Some("+1 555 010 0202"))
    );
    let alone = listing.contacts.iter().find(|c| c.id == person_id(9)).unwrap();
    assert_eq!(alone.person, Some(Resolved::Unknown));
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn the_first_contact_makes_key_resource_group_and_contact_in_this_order() {
    let desk = Desk::empty().await;
    let contact = desk.contacts.create(&named("Ada")).await.unwrap();
    assert_eq!(desk.steps(), FIRST_WRITE);
    let stored = desk.stored();
    assert_eq!(stored["groups"][0]["displayName"], "Other contacts");
    assert_eq!(json!(contact.groups), json!([stored["groups"][0]["groupId"]]));
    assert_eq!(shown(&contact), stored["contacts"][0], "what is returned is in clear and is what is stored");
    let second = desk.contacts.create(&named("Alan")).await.unwrap();
    assert_eq!((second.groups, second.key), (contact.groups, contact.key));
    assert_eq!(desk.steps().len(), 5, "nothing is made twice");
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn first_contacts_at_the_same_time_share_one_key_and_one_group() {
    let desk = Desk::empty().await;
    let names: Vec<String> = (0..8).map(|number| format!("Person {number}")).collect();
    let made = join_all(names.iter().map(async |name| desk.contacts.create(&named(name)).await.unwrap())).await;
    let steps = desk.steps();
    assert_eq!(steps[..3], FIRST_WRITE[..3]);
    assert!(steps[3..].iter().all(|step| step == "contacts") && steps.len() == 11, "{steps:?}");
    assert!(made.iter().all(|contact| contact.groups == made[0].groups && contact.key == made[0].key));
}

#[tokio::test]
async fn two_clients_that_begin_at_the_same_time_end_in_one_group() {
    let desk = Desk::empty().await;
    let (one, other) = (desk.another(), desk.another());
    let (first, second) = (named("Ada"), named("Alan"));
    let (first, second) = tokio::join!(one.create(&first), other.create(&second));
    // There may be twins; the oldest counts for both.
    assert_eq!(first.unwrap().groups, second.unwrap().groups);
    let third = desk.contacts.create(&named("Grace")).await.unwrap();
    let stored = desk.stored();
    assert_eq!(json!(third.groups), json!([stored["groups"][0]["groupId"]]));
    assert_eq!(
        third.key.as_deref(),
        stored["groups"][0]["encryptionKeyUrl"].as_str(),
        "and the key of the first group"
    );
}

#[tokio::test]
async fn every_field_of_many_scripts_comes_back_as_it_was() {
    let desk = Desk::empty().await;
    let all = json!({
        "contactType": "CUSTOM", "displayName": "Zoë Ünïcode 山田 👩🏽‍🚀", "firstName": "Zoë", "lastName": "Żółkiewska-Nguyễn",
        "companyName": "Acme & Söhne \"GmbH\" \\ Москва", "title": "مديرة", "avatarURL": "https://avatar.example.test/zoë.png?size=1",
        "emails": [{"type": "work", "value": "zoe@example.test", "primary": true}, {"type": "home", "value": "zoë@bücher.example"}],
        "phoneNumbers": [{"type": "mobile", "value": "+46 70 123 45 67", "primary": true}, {"type": "work_extension", "value": "4711"}],
        "sipAddresses": [{"type": "enterprise", "value": "zoe@sip.example.test"}],
        "addressInfo": {"street": "1 Main St\nFloor 2", "city": "東京", "state": "Север", "country": "Österreich", "zipCode": "00 123"},
        "primaryContactMethod": "PHONE",
    });
    let draft = NewContact::from_json(&all.to_string()).unwrap();
    desk.contacts.create(&draft).await.unwrap();
    let listing = desk.contacts.list().await.unwrap();
    for (source, contact) in [("listed", shown(&listing.contacts[0])), ("stored", desk.stored()["contacts"][0].clone())]
    {
        for (member, value) in all.as_object().unwrap() {
            assert_eq!(&contact[member], value, "{source} {member}");
        }
    }
    assert_eq!(listing.contacts[0].profile(), draft.profile);
    // What came out can go in again.
    let again = NewContact::from_json(&shown(&listing.contacts[0]).to_string()).unwrap();
    assert_eq!(again.profile, draft.profile);
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_done() {
    let desk = Desk::empty().await;
    let before = desk.stage.calls().len();
    let nobody = desk.contacts.create(&NewContact::cloud("", Profile::default())).await.unwrap_err();
    let envelope = envelope::failure(&nobody);
    assert_eq!(
        (envelope.status_code, envelope.data.error.as_str()),
        (400, "contactId is required for contactType:CLOUD.")
    );
    assert!(matches!(desk.contacts.create_group("  ", GroupType::Normal).await, Err(WebexError::Invalid(_))));
    for id in ["", ".", ".."] {
        assert!(matches!(desk.contacts.delete(id).await, Err(WebexError::Invalid(_))));
        assert!(matches!(desk.contacts.delete_group(id).await, Err(WebexError::Invalid(_))));
    }
    assert_eq!(desk.stage.calls().len(), before);
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let desk = Desk::empty().await;
    for (on, step) in [("create", 1), ("create", 2)] {
        // The first request is for the key, the second for its resource.
        for _ in 1..step {
            desk.kms.create_key().await.unwrap();
        }
        desk.stage.order(json!({"do": "kms", "on": on, "status": 403, "reason": "no"}));
        let error = desk.contacts.create(&named("Ada")).await.unwrap_err();
        assert!(matches!(error, WebexError::Kms(KmsError::Refused { status: 403, .. })), "{error}");
    }
    assert_eq!((desk.stage.count("POST", CONTACTS), desk.stage.count("POST", GROUPS)), (0, 0));
    desk.contacts.create(&named("Ada")).await.unwrap();
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn a_group_that_cannot_be_made_stops_the_contact_and_costs_no_second_key() {
    let desk = Desk::empty().await;
    desk.fault("/groups", "POST", 1, json!({"fault": "status", "status": 500}));
    desk.contacts.create(&named("Ada")).await.unwrap_err();
    assert_eq!(desk.stage.count("POST", CONTACTS), 0);
    desk.contacts.create(&named("Ada")).await.unwrap();
    assert_eq!(desk.steps(), ["/keys", "/resources", "groups", "groups", "contacts"]);
}

#[tokio::test]
async fn a_key_of_strangers_is_never_written_under() {
    let desk = Desk::new(Options { strict: false, people: 40, ..Options::default() }).await;
    let theirs = "kms://evil.example/keys/1";
    let group = json!({"displayName": "x", "groupType": "NORMAL", "encryptionKeyUrl": theirs}).to_string();
    desk.contacts.send_group(&group).await.unwrap();
    let contact = desk.contacts.create(&named("Ada")).await.unwrap();
    let own = contact.key.clone().unwrap();
    assert!(own.starts_with("kms://kms.simulator.test/keys/"), "{own}");
    assert_eq!(contact.unreadable, Vec::<String>::new());
    let draft = NewContact { key: Some(theirs.parse().unwrap()), ..named("Ada") };
    let posts = desk.stage.count("POST", CONTACTS);
    assert!(matches!(desk.contacts.create(&draft).await, Err(WebexError::NotSealed { .. })));
    assert_eq!(desk.stage.count("POST", CONTACTS), posts);
    // The name of that group is unreadable, and everything else is not.
    let listing = desk.contacts.list().await.unwrap();
    assert_eq!(listing.groups[0].unreadable, ["displayName"]);
    assert_eq!(listing.missing_keys.len(), 1, "{:?}", listing.missing_keys);
    assert_eq!(listing.contacts[0].profile().display_name, "Ada");
}

#[tokio::test]
async fn a_list_that_is_not_all_founds_nothing() {
    let desk = Desk::new(Options { contacts: 2, ..Options::default() }).await;
    for fault in [
        json!({"fault": "list_without", "member": "groups"}),
        json!({"fault": "list_without", "member": "contacts"}),
        json!({"fault": "paging_hint"}),
    ] {
        desk.fault(CONTACTS, "GET", 1, fault.clone());
        assert!(!desk.contacts.list().await.unwrap().complete, "{fault}");
        desk.fault(CONTACTS, "GET", 1, fault.clone());
        assert!(matches!(desk.contacts.create(&named("Ada")).await, Err(WebexError::Unreadable { .. })), "{fault}");
        desk.fault(CONTACTS, "GET", 1, fault.clone());
        assert!(matches!(
            desk.contacts.create_group("New", GroupType::Normal).await,
            Err(WebexError::Unreadable { .. })
        ));
    }
    assert_eq!((desk.stage.count("POST", CONTACTS), desk.stage.count("POST", GROUPS)), (0, 0));
}

#[tokio::test]
async fn a_body_is_sent_as_it_was_sealed_and_once() {
    let desk = Desk::empty().await;
    let body = desk.contacts.seal(&named("Ada")).await.unwrap();
    assert!(!body.contains("Ada"));
    desk.fault(CONTACTS, "POST", 1, json!({"fault": "lose_answer"}));
    let error = desk.contacts.send(&body).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    let posts: Vec<_> =
        desk.stage.calls().into_iter().filter(|call| call.method == "POST" && call.path == CONTACTS).collect();
    assert_eq!(posts.len(), 1, "a POST is never repeated when it may have worked");
    assert_eq!(posts[0].body, body);
    // By the sealed text it is found again.
    let sealed: Value = serde_json::from_str(&body).unwrap();
    let listing = desk.contacts.list().await.unwrap();
    assert!(listing.contacts[0].raw.text().contains(sealed["displayName"].as_str().unwrap()));
}

#[tokio::test]
async fn a_person_is_added_whatever_the_directory_says() {
    let desk = Desk::empty().await;
    let number = Profile { phone_numbers: vec![TypedValue::new("home", "+1 555 010 0202")], ..Profile::default() };
    let added = desk.contacts.create(&NewContact::cloud(&person_id(1), number)).await.unwrap();
    let shown = shown(&added);
    assert_eq!(
        (&shown["displayName"], &shown["resolved"], &shown["contactId"]),
        (&json!("Alan Turing"), &json!(true), &json!(person_id(1)))
    );
    assert_eq!(shown["phoneNumbers"][1], json!({"type": "home", "value": "+1 555 010 0202"}));
    desk.fault("/scim/", "GET", 9, json!({"fault": "status", "status": 403}));
    desk.fault("/v1/people", "GET", 9, json!({"fault": "status", "status": 403}));
    let unresolved = desk.contacts.create(&NewContact::cloud(&person_id(2), Profile::default())).await.unwrap();
    assert_eq!(unresolved.person, Some(Resolved::Unknown));
    let mut listing = desk.contacts.list().await.unwrap();
    let reason = desk.contacts.resolve(&mut listing).await.unwrap();
    assert_eq!((reason.status(), listing.contacts.len()), (Some(403), 2), "nobody is left out");
    assert_eq!(desk.stored()["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn groups_are_made_by_four_members_and_never_twice() {
    let desk = Desk::empty().await;
    let group = desk.contacts.create_group(" Friends ", GroupType::Normal).await.unwrap();
    assert_eq!(
        (group.readable_name(), desk.steps()),
        (Some("Friends"), ["/keys", "/resources", "groups"].map(str::to_owned).to_vec())
    );
    let call = desk.stage.calls().into_iter().find(|call| call.path == GROUPS).unwrap();
    let body: Value = serde_json::from_str(&call.body).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["schemas", "displayName", "groupType", "encryptionKeyUrl"]);
    // Another client has none of this in its memory.
    for name in ["Friends", "friends ", "FRIENDS"] {
        let error = desk.another().create_group(name, GroupType::Normal).await.unwrap_err();
        let envelope = envelope::failure(&error);
        assert_eq!((envelope.status_code, envelope.data.error.as_str()), (400, "Group displayName already exists"));
    }
    let same: Vec<_> = join_all((0..4).map(|_| desk.contacts.create_group("At once", GroupType::External))).await;
    assert_eq!(same.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(desk.stored()["groups"].as_array().unwrap().len(), 2);
    let contact = desk.contacts.create(&NewContact { groups: vec![group.id.clone()], ..named("Ada") }).await.unwrap();
    assert_eq!((contact.groups, contact.key), (vec![group.id], group.key), "one key, and no other group");
    assert_eq!(desk.stage.simulator.leaks(), []);
}

#[tokio::test]
async fn a_default_group_that_is_gone_is_made_again() {
    let desk = Desk::empty().await;
    let first = desk.contacts.create(&named("Ada")).await.unwrap();
    desk.contacts.create_group("Friends", GroupType::Normal).await.unwrap();
    desk.contacts.delete_group(&first.groups[0]).await.unwrap();
    let second = desk.contacts.create(&named("Alan")).await.unwrap();
    assert_ne!(second.groups, first.groups);
    // Deleted by another client, it is missed at the next look at the list.
    desk.another().delete_group(&second.groups[0]).await.unwrap();
    desk.contacts.list().await.unwrap();
    let third = desk.contacts.create(&named("Grace")).await.unwrap();
    let groups = desk.stored()["groups"].clone();
    assert!(groups.as_array().unwrap().iter().any(|group| group["groupId"] == third.groups[0]));
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_what_is_unknown_is_said() {
    let desk = Desk::empty().await;
    let contact = desk.contacts.create(&named("Ada")).await.unwrap();
    desk.contacts.delete(&contact.id).await.unwrap();
    assert_eq!(desk.contacts.list().await.unwrap().contacts.len(), 0);
    let error = desk.contacts.delete(&contact.id).await.unwrap_err();
    let envelope = serde_json::to_value(envelope::failure(&error)).unwrap();
    assert_eq!((&envelope["statusCode"], &envelope["data"]["error"]), (&json!(404), &json!("User info not found")));
    assert!(envelope["serverMessage"].is_string() && envelope["trackingId"].is_string(), "{envelope}");
    assert_eq!(desk.contacts.delete("a/../b?c=#d e").await.unwrap_err().status(), Some(404));
    let call = desk.stage.calls().into_iter().next_back().unwrap();
    assert_eq!((call.path.as_str(), call.query.as_str()), (&*format!("{CONTACTS}/a%2F..%2Fb%3Fc%3D%23d%20e"), ""));
    assert_eq!(desk.contacts.delete_group("gone").await.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn a_refusal_keeps_its_status_and_its_tracking_id() {
    let desk = Desk::empty().await;
    desk.fault(CONTACTS, "GET", 1, json!({"fault": "status", "status": 403}));
    let error = desk.contacts.list().await.unwrap_err();
    let envelope = envelope::failure(&error);
    assert_eq!((envelope.status_code, envelope.data.error.as_str()), (403, "User request is forbidden"));
    assert!(envelope.tracking_id.is_some());
}

#[tokio::test]
async fn what_another_client_seals_anew_is_the_same_contact_with_another_hash() {
    let desk = Desk::new(Options { contacts: 3, ..Options::default() }).await;
    let before = desk.contacts.list().await.unwrap();
    desk.stage.order(json!({"do": "reseal"}));
    let after = desk.contacts.list().await.unwrap();
    for (before, after) in before.contacts.iter().zip(&after.contacts) {
        assert_eq!((&before.id, before.profile()), (&after.id, after.profile()));
        assert_ne!(before.raw.hash(), after.raw.hash());
    }
    assert_eq!(desk.stage.simulator.leaks(), []);
}
