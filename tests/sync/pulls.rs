//! What comes in.

use callbook::{
    book::{Command, ContactType, Profile},
    sync::{Ended, How, SyncError},
    webex::contacts::NewContact,
};
use serde_json::json;
use simulator::{
    Control,
    faults::{HttpFault, On},
};

use crate::desk::{Desk, webex};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_fills_the_book_and_the_next_is_one_get() {
    let mut desk = Desk::with(12, 3).await;
    let report = desk.syncs().await;
    assert_eq!(report.there, 0);
    assert_eq!(desk.contacts().len(), 15);
    let opened = desk.opened();
    for contact in desk.contacts() {
        if contact.contact_type == ContactType::Custom {
            let there = desk.there(&contact.profile.display_name);
            assert_eq!(there["title"].as_str().unwrap_or_default(), contact.profile.title);
            assert_eq!(there["groups"].as_array().unwrap().len(), contact.groups.len());
        } else {
            let person = contact.person.expect("a person");
            assert!(person.unresolved_since.is_none() && !person.profile.display_name.is_empty());
        }
    }
    assert_eq!(opened["groups"].as_array().unwrap().len(), desk.book.groups().unwrap().len());

    desk.new_calls();
    let report = desk.syncs().await;
    assert_eq!((report.here, report.there), (0, 0));
    let calls = desk.new_calls();
    assert!(
        matches!(calls.as_slice(), [only] if only.starts_with("GET ") && only.ends_with("/Users/contacts")),
        "{calls:?}"
    );

    // After a day it is looked at anew, people too.
    desk.clock.wait(25 * 60);
    desk.syncs().await;
    assert!(desk.new_calls().iter().any(|call| call.contains("scim") || call.contains("people")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_is_one_get_with_people_whom_nobody_finds_and_after_a_restart_too() {
    // Every tenth person belongs to another organisation, and is never found.
    let mut desk = Desk::with(5, 30).await;
    desk.syncs().await;
    let unresolved = desk.book.tally().unwrap().unresolved;
    assert!(unresolved > 0, "somebody is not in the directory");
    desk.new_calls();
    for _ in 0..2 {
        let report = desk.syncs().await;
        assert_eq!((report.here, report.there), (0, 0));
        let calls = desk.new_calls();
        assert!(matches!(calls.as_slice(), [only] if only.ends_with("/Users/contacts")), "{calls:?}");
    }
    // A client that knows nothing asks where the services are; no key, no device, nobody of the directory.
    desk.restart();
    desk.syncs().await;
    let mut calls = desk.new_calls();
    calls.retain(|call| !call.contains("/catalog"));
    assert!(matches!(calls.as_slice(), [only] if only.ends_with("/Users/contacts")), "{calls:?}");
    assert_eq!(desk.book.tally().unwrap().unresolved, unresolved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_opened_again() {
    let mut desk = Desk::with(6, 1).await;
    desk.syncs().await;
    let before = desk.contacts();
    // Another client makes one contact; after a restart no key is known any more.
    desk.elsewhere().await.create(&NewContact::custom(named("Ada"))).await.unwrap();
    desk.restart();
    desk.new_calls();
    let report = desk.syncs().await;
    assert_eq!((report.here, report.there), (1, 0));
    assert_eq!(desk.named("Ada").profile.display_name, "Ada");
    assert_eq!(desk.contacts().into_iter().filter(|contact| !before.contains(contact)).count(), 1);

    let gone = desk.there("Ada")["contactId"].as_str().unwrap().to_owned();
    desk.elsewhere().await.delete(&gone).await.unwrap();
    desk.syncs().await;
    assert_eq!(desk.contacts().len(), before.len());
    // Who doubts looks at everything.
    desk.book.doubt(&webex()).unwrap();
    let report = desk.syncs().await;
    assert_eq!((report.here, report.there), (0, 0));
    assert_eq!(desk.contacts(), before);
}

fn named(name: &str) -> Profile {
    Profile { display_name: name.to_owned(), ..Profile::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_client_makes_edits_and_deletes_comes_in() {
    let mut desk = Desk::new().await;
    let [ada, grace] = ["Ada", "Grace"].map(|name| desk.add(name));
    desk.edit(ada, |draft| {
        draft.extras.notes = "met in London".to_owned();
        draft.extras.favourite = true;
    });
    desk.syncs().await;

    let new = desk.edited_elsewhere("Ada", |profile| profile.title = "Countess".to_owned()).await;
    let other = desk.elsewhere().await;
    other.delete(desk.there("Grace")["contactId"].as_str().unwrap()).await.unwrap();
    let report = desk.syncs().await;
    assert_eq!(report.there, 0);
    let here = desk.named("Ada");
    assert_eq!((here.id, here.profile.title.as_str()), (ada, "Countess"));
    assert_eq!((here.extras.notes.as_str(), here.extras.favourite), ("met in London", true));
    assert_eq!(desk.names(), ["Ada"]);
    assert!(desk.contact(grace).trashed.is_some());
    assert_eq!(desk.there("Ada")["contactId"], new.as_str());

    // It comes back from the trash as a new one.
    desk.book.perform(Command::RestoreContacts(vec![grace])).unwrap();
    desk.syncs().await;
    assert_eq!(desk.names_there(), ["Ada", "Grace"]);
    assert_eq!(desk.named("Grace").id, grace);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_absence_of_a_fresh_record_deletes_nothing_and_neither_does_an_incomplete_list() {
    let mut desk = Desk::new().await;
    desk.add("Ada");
    desk.add("Grace");
    desk.syncs().await;
    let other = desk.stage.client(crate::desk::timing()).contacts().await.unwrap();
    other.delete(desk.there("Ada")["contactId"].as_str().unwrap()).await.unwrap();
    let report = desk.sync_as(How::default()).await;
    assert_eq!((report.here, report.held.len()), (0, 1), "{report:#?}");
    assert_eq!(desk.names(), ["Ada", "Grace"]);

    desk.clock.wait(11);
    for member in ["contacts", "groups"] {
        let fault = HttpFault::ListWithout { member: member.to_owned() };
        desk.stage.control(Control::Http { on: On::path("/Users/contacts").method("GET"), fault });
        desk.sync_as(How::default()).await;
        assert_eq!(desk.names(), ["Ada", "Grace"], "without {member}");
    }
    desk.stage.control(Control::Http { on: On::path("/Users/contacts").method("GET"), fault: HttpFault::PagingHint });
    desk.sync_as(How::default()).await;
    assert_eq!(desk.names(), ["Ada", "Grace"]);

    desk.syncs().await;
    assert_eq!(desk.names(), ["Grace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_anew_changes_nothing_here() {
    let mut desk = Desk::with(6, 1).await;
    desk.syncs().await;
    let before = desk.contacts();
    desk.stage.order(json!({"do": "reseal"}));
    let report = desk.syncs().await;
    assert_eq!((report.here, report.there), (0, 0));
    assert_eq!(desk.contacts(), before);
    desk.new_calls();
    desk.syncs().await;
    assert_eq!(desk.new_calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time() {
    let mut desk = Desk::new().await;
    let mut second = callbook::store::Book::open(desk.book.path(), desk.clock.clone()).unwrap();
    let (client, clock) = (desk.client.clone(), desk.clock.clone());
    let engine = desk.engine();
    let refused = callbook::sync::Engine::open(&mut second, client.clone(), clock.clone()).err().unwrap();
    assert_eq!(refused, SyncError::Elsewhere { process: Some(std::process::id()) });
    drop(engine);
    let report = callbook::sync::Engine::open(&mut second, client, clock)
        .unwrap()
        .sync(How::default(), &callbook::sync::Watched::by_nobody())
        .await
        .unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(desk.book.sync_state(&webex()).unwrap().said, "up to date");
}
