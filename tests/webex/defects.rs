//! The defects of the SDK (specification section 8.10), row by row, and what shows that they are not repeated: a test that
//! fails where the SDK's behaviour is copied, or the construction that leaves no room for it. Rows that a test elsewhere shows
//! are named in [`ROWS`]; the others have their tests here, named after their rows.

use std::{collections::BTreeSet, fs, path::Path};

use callbook::{
    book::{AccountId, GroupType},
    config,
    webex::{
        KmsError, Timing, WebexError,
        contacts::{NewContact, envelope},
        directory::WebexDirectory,
        seal::Opened,
    },
};
use serde_json::json;
use simulator::{
    Options,
    directory::{ORG, person_id},
};

use crate::{
    contacts::{CONTACTS, Desk, GROUPS, named},
    listener::{Listener, answer},
    support::everything,
};

/// What shows that a row is not repeated.
enum Shown {
    /// Tests: the file, and the function in it.
    By(&'static [(&'static str, &'static str)]),
    /// It cannot be seen from outside: why it cannot be.
    Built(&'static str),
}

use Shown::{Built, By};

const HERE: &str = "tests/webex/defects.rs";
const CALLS: &str = "tests/webex/contacts.rs";
const KMS: &str = "tests/webex/kms.rs";
const PEOPLE: &str = "tests/webex/directory.rs";
const LIST: &str = "src/webex/contacts/tests.rs";

/// Every row: its number, the defect in a word, and what shows that it is not ours.
const ROWS: [(u8, &str, Shown); 31] = [
    (1, "the list is returned before it is decrypted, ordered by completion", By(&[(HERE, "row_01_")])),
    (
        2,
        "a contact that does not decrypt vanishes, or takes all others along",
        By(&[(HERE, "row_02_"), (LIST, "a_damaged_record_or_member_harms_nothing_else")]),
    ),
    (
        3,
        "a group name that does not decrypt, or a failing SCIM call, fails the list",
        By(&[
            (CALLS, "a_key_of_strangers_is_never_written_under"),
            (CALLS, "a_person_is_added_whatever_the_directory_says"),
        ]),
    ),
    (4, "one SCIM filter with all ids", By(&[(PEOPLE, "people_are_looked_up_by_fifty_and_strangers_stay_unresolved")])),
    (5, "a user whose id has another case drops all CLOUD contacts", By(&[(HERE, "row_05_")])),
    (
        6,
        "user-added numbers of CLOUD contacts stay sealed, the title is not mapped",
        By(&[
            (CALLS, "a_seeded_book_is_listed_whole_and_in_order"),
            (LIST, "an_unresolved_person_keeps_the_users_additions"),
            (LIST, "the_list_of_the_vectors_is_opened_field_by_field"),
        ]),
    ),
    (7, "ciphertext is written into the caller's own lists, and returned", By(&[(HERE, "row_07_")])),
    (8, "a contact in an old group gets a new key of its own", By(&[(HERE, "row_08_")])),
    (
        9,
        "data may be stored under a key that was never bound",
        By(&[
            (CALLS, "without_a_key_nothing_is_sent"),
            (CALLS, "the_first_contact_makes_key_resource_group_and_contact_in_this_order"),
        ]),
    ),
    (10, "the key is kept although the default group could not be made", By(&[(HERE, "row_10_")])),
    (11, "a key is chosen, and made, before the name is compared", By(&[(HERE, "row_11_")])),
    (
        12,
        "without a default group a contact is posted with the group ''",
        By(&[
            (CALLS, "a_group_that_cannot_be_made_stops_the_contact_and_costs_no_second_key"),
            (LIST, "a_damaged_record_or_member_harms_nothing_else"),
        ]),
    ),
    (13, "a deleted default group goes on being used", By(&[(CALLS, "a_default_group_that_is_gone_is_made_again")])),
    (
        14,
        "a directory that fails after the POST makes it a failure",
        By(&[(CALLS, "a_person_is_added_whatever_the_directory_says")]),
    ),
    (
        15,
        "every member that the caller passes is sent",
        By(&[
            (LIST, "what_is_sent_is_sealed_and_nothing_else_is_sent"),
            ("tests/webex/recorded.rs", "nothing_of_a_contact_leaves_in_clear_and_the_token_only_where_it_belongs"),
        ]),
    ),
    (
        16,
        "the type lacks title and meta",
        Built("`book::Profile` has the title, `RemoteContact` has created, last_modified and the record as it came"),
    ),
    (
        17,
        "a failed handshake or details request is kept for ever",
        By(&[
            (KMS, "a_refused_handshake_is_not_remembered"),
            (KMS, "distrust_is_not_remembered_and_a_pinned_host_is_enough"),
            (KMS, "silence_ends_and_is_not_remembered"),
        ]),
    ),
    (18, "a session is never renegotiated", By(&[(KMS, "a_session_that_the_server_forgot_is_made_anew")])),
    (
        19,
        "a failed POST to the KMS is not told to who waits",
        By(&[(KMS, "a_call_that_fails_fails_its_requests_at_once_unless_it_may_be_repeated")]),
    ),
    (20, "one undecodable message spoils its event", By(&[(KMS, "answers_may_come_in_any_order_and_company")])),
    (
        21,
        "only the first message is looked at for the authorisation",
        By(&[("tests/webex/mercury.rs", "it_is_up_however_many_events_come_first_and_be_they_bytes")]),
    ),
    (
        22,
        "Retry-After is read from the request, for one domain alone",
        By(&[
            ("tests/webex/http.rs", "a_host_that_asks_to_wait_is_waited_for_and_not_for_ever"),
            ("tests/webex/http.rs", "calls_to_one_host_wait_together"),
        ]),
    ),
    (
        23,
        "trusted hosts are matched by any part of the name",
        By(&[("src/webex/trust.rs", "hosts_are_matched_by_whole_labels_over_tls")]),
    ),
    (
        24,
        "content keys lie in clear in a store",
        Built("`jose::ContentKey` cannot be serialised, shown or got out; `kms::keys` keeps them in memory alone"),
    ),
    (
        25,
        "the PKCE verifier comes from a generator that can be guessed",
        Built("`webex::random` is the one source of randomness there, and asks `aws_lc_rs::rand`"),
    ),
    (
        26,
        "the chain is checked if at all from its last element",
        By(&[("src/webex/kms/trust.rs", "every_case_is_judged_as_the_vectors_say")]),
    ),
    (
        27,
        "first writes at the same time make a key and a group each",
        By(&[(CALLS, "first_contacts_at_the_same_time_share_one_key_and_one_group")]),
    ),
    (
        28,
        "any encryptionKeyUrl is used unchecked",
        By(&[
            (CALLS, "a_key_of_strangers_is_never_written_under"),
            ("src/webex/kms/uri.rs", "only_keys_of_a_kms_are_names_of_keys"),
        ]),
    ),
    (
        29,
        "what is typed gets into the SCIM filter as it is",
        By(&[(PEOPLE, "a_search_finds_by_the_beginning_and_nothing_that_is_typed_breaks_out")]),
    ),
    (
        30,
        "devices of other programs are deleted",
        By(&[("tests/webex/device.rs", "too_many_devices_of_other_programs_are_left_alone_and_said")]),
    ),
    (
        31,
        "the server's message and tracking id are dropped, KMS errors say nothing",
        By(&[(HERE, "row_31_"), (CALLS, "what_is_deleted_is_gone_and_what_is_unknown_is_said")]),
    ),
];

#[test]
fn every_row_has_what_shows_it() {
    let numbers: BTreeSet<u8> = ROWS.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=31).collect());
    for (number, defect, shown) in ROWS {
        match shown {
            By(tests) => {
                assert!(!tests.is_empty(), "row {number}: nothing shows {defect}");
                for (file, name) in tests {
                    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
                    let place =
                        text.find(&format!("fn {name}")).unwrap_or_else(|| panic!("row {number}: no {name} in {file}"));
                    let before = text[..place].lines().rev().take(2).collect::<String>();
                    assert!(before.contains("test]"), "row {number}: {name} in {file} is no test");
                }
            }
            Built(reason) => assert!(!reason.is_empty(), "row {number}: {defect}"),
        }
    }
}

/// A desk without contacts.
async fn desk() -> Desk {
    Desk::empty().await
}

#[tokio::test]
async fn row_01_the_list_is_whole_and_in_order_whatever_order_its_keys_come_in() {
    let desk = desk().await;
    let names: Vec<String> = (0..6).map(|number| format!("Person {number}")).collect();
    for name in &names {
        let (uri, _) = desk.kms.create_key().await.unwrap();
        desk.kms.create_resource(std::slice::from_ref(&uri)).await.unwrap();
        desk.contacts.create(&NewContact { key: Some(uri), ..named(name) }).await.unwrap();
    }
    let client = desk.stage.client(Timing::default());
    client.kms().await.unwrap().prepare().await.unwrap();
    desk.stage.order(json!({"do": "events", "split": true, "reorder": 9, "delay": 20}));
    let listed: Vec<_> =
        client.list().await.unwrap().contacts.iter().map(|contact| contact.profile().display_name).collect();
    assert_eq!(listed, names);
}

#[tokio::test]
async fn row_02_a_contact_whose_key_is_refused_stays_and_harms_no_other() {
    let desk = desk().await;
    let (uri, _) = desk.kms.create_key().await.unwrap();
    desk.contacts.create(&NewContact { key: Some(uri), ..named("Ada") }).await.unwrap();
    desk.contacts.create(&named("Alan")).await.unwrap();
    let client = desk.stage.client(Timing::default());
    client.kms().await.unwrap().prepare().await.unwrap();
    desk.stage.order(json!({"do": "kms", "on": "retrieve", "status": 403, "reason": "no"}));
    let listing = client.list().await.unwrap();
    let names: Vec<_> = listing.contacts.iter().map(|contact| &contact.fields.display_name).collect();
    // Which of the keys was asked for first nobody knows.
    let known = |name: &str| Opened::Text(name.to_owned());
    assert!(
        names == [&Opened::Unreadable, &known("Alan")] || names == [&known("Ada"), &Opened::Unreadable],
        "{names:?}"
    );
    assert_eq!(listing.missing_keys.len(), 1);
}

#[tokio::test]
async fn row_05_ids_are_the_same_whatever_their_case_and_strangers_are_skipped() {
    let (known, stranger) = ("aaaaaaaa-0000-4000-8000-00000000000b", "aaaaaaaa-0000-4000-8000-00000000000c");
    let listener = Listener::start(Box::new(move |_, _| {
        let users =
            json!([{"id": stranger, "displayName": "Nobody"}, {"id": known.to_uppercase(), "displayName": "Ada"}]);
        answer("200 OK", &json!({"totalResults": 2, "Resources": users}).to_string())
    }))
    .await;
    let desk = desk().await;
    let settings = config::Webex { api_url: listener.base.clone(), ..desk.stage.settings.clone() };
    let (http, login) = (&desk.wiring.http, &desk.wiring.login);
    let directory = WebexDirectory::new(http, login, &settings, &AccountId("webex".to_owned()), Some(ORG), None);
    let looked = directory.look_up(&[known, &person_id(1)]).await;
    assert_eq!(looked.person(known).unwrap().display_name, "Ada");
    assert_eq!((looked.len(), looked.person(stranger)), (1, None));
}

#[tokio::test]
async fn row_07_what_is_returned_is_clear_and_the_draft_is_left_alone() {
    let desk = desk().await;
    let draft = NewContact::custom(everything("Ada"));
    let untouched = draft.clone();
    let made = desk.contacts.create(&draft).await.unwrap();
    assert_eq!(draft, untouched);
    let profile = made.profile();
    for (returned, given) in [
        (profile.emails, draft.profile.emails),
        (profile.phone_numbers, draft.profile.phone_numbers),
        (profile.sip_addresses, draft.profile.sip_addresses),
    ] {
        assert_eq!(returned, given);
    }
}

#[tokio::test]
async fn row_08_a_contact_of_a_client_that_has_not_listed_gets_the_key_of_the_first_group() {
    let desk = Desk::new(Options { contacts: 2, people: 40, ..Options::default() }).await;
    let made = desk.contacts.create(&named("Ada")).await.unwrap();
    assert_eq!(desk.steps(), ["contacts"], "no key, no resource, no group");
    assert_eq!(json!(made.key), desk.stored()["groups"][0]["encryptionKeyUrl"]);
}

#[tokio::test]
async fn row_10_a_key_whose_group_could_not_be_made_gives_way_to_that_of_another_client() {
    let desk = desk().await;
    desk.fault(GROUPS, "POST", 1, json!({"fault": "status", "status": 500}));
    desk.contacts.create(&named("Ada")).await.unwrap_err();
    // Another client, with a session and keys of its own, is faster now.
    let other = desk.stage.client(Timing::default());
    let theirs = other.contacts().await.unwrap().create(&named("Alan")).await.unwrap();
    let ours = desk.contacts.create(&named("Ada")).await.unwrap();
    assert_eq!((ours.key, ours.groups), (theirs.key, theirs.groups));
}

#[tokio::test]
async fn row_11_a_name_that_is_taken_costs_no_key() {
    let desk = Desk::new(Options { contacts: 2, people: 40, ..Options::default() }).await;
    let name = desk.stored()["groups"][0]["displayName"].as_str().unwrap().to_owned();
    let taken = desk.contacts.create_group(&name, GroupType::Normal).await.unwrap_err();
    assert!(matches!(taken, WebexError::Invalid(_)), "{taken}");
    assert_eq!(desk.steps(), Vec::<String>::new());
}

#[tokio::test]
async fn row_31_the_words_of_the_server_and_of_the_key_server_are_kept() {
    let desk = desk().await;
    desk.fault(CONTACTS, "GET", 1, json!({"fault": "status", "status": 405}));
    let refused = envelope::failure(&desk.contacts.list().await.unwrap_err());
    assert_eq!((refused.status_code, refused.server_message.as_deref()), (405, Some("as told")));
    assert!(refused.tracking_id.is_some());
    desk.stage.order(json!({"do": "kms", "on": "create", "status": 404, "reason": "no room for keys"}));
    let error = desk.contacts.create(&named("Ada")).await.unwrap_err();
    assert!(matches!(error, WebexError::Kms(KmsError::Refused { status: 404, .. })), "{error}");
    let refused = envelope::failure(&error);
    let details = refused.details.unwrap();
    assert!(refused.status_code == 422 && details.contains("404") && details.contains("no room for keys"), "{details}");
}
