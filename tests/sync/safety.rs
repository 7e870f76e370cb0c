//! What never happens by itself.

use callbook::{
    book::{Command, Profile, change::Kind},
    plan::{Answer, Brake, Plan},
    sync::{Ended, Engine, How, digest},
    webex::contacts::NewContact,
};
use serde_json::json;

use crate::desk::{Desk, webex};

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_stops_its_record_alone_until_it_is_answered() {
    for answer in [Answer::Mine, Answer::Theirs, Answer::Both] {
        let mut desk = Desk::new().await;
        let ada = desk.add_with("Ada", |draft| draft.extras.notes = "mine alone".to_owned());
        desk.syncs().await;
        desk.edited_elsewhere("Ada", |profile| profile.title = "Countess".to_owned()).await;
        desk.edit(ada, |draft| draft.profile.title = "Enchantress".to_owned());
        desk.add("Grace");
        let report = desk.sync_as(How::default()).await;
        assert_eq!((report.conflicts, &report.ended), (1, &Ended::Done), "{report:#?}");
        assert_eq!(desk.names_there(), ["Ada", "Grace"], "the others are sent");
        assert_eq!(desk.there("Ada")["title"], "Countess");
        assert_eq!(desk.contact(ada).profile.title, "Enchantress");
        let conflicts = desk.book.conflicts(&webex()).unwrap();
        assert_eq!((conflicts.len(), conflicts[0].fields.len()), (1, 1));

        desk.book.answer_conflict(Kind::Contact, ada.0, answer).unwrap();
        desk.syncs().await;
        let titles: Vec<String> = {
            let mut titles: Vec<String> = desk.contacts().into_iter().map(|contact| contact.profile.title).collect();
            titles.retain(|title| !title.is_empty());
            titles.sort();
            titles
        };
        let mine = desk.contact(ada);
        assert_eq!(mine.extras.notes, "mine alone");
        match answer {
            Answer::Mine => assert_eq!(titles, ["Enchantress"]),
            Answer::Theirs => assert_eq!(titles, ["Countess"]),
            Answer::Both => assert_eq!(titles, ["Countess", "Enchantress"]),
        }
        let mut there: Vec<String> = Vec::new();
        for contact in desk.opened()["contacts"].as_array().unwrap() {
            there.extend(contact["title"].as_str().filter(|title| !title.is_empty()).map(str::to_owned));
        }
        there.sort();
        assert_eq!(there, titles);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_who_is_asked_and_the_answer_holds() {
    for same in [true, false] {
        let mut desk = Desk::new().await;
        desk.add("Grace");
        desk.syncs().await;
        let ada = desk.add("Ada");
        let other = desk.elsewhere().await;
        for _ in 0..2 {
            let twin = NewContact::custom(desk.contact(ada).profile);
            other.create(&twin).await.unwrap();
        }
        for _ in 0..2 {
            let report = desk.sync_as(How::default()).await;
            assert_eq!((report.unclear, &report.ended, report.there), (1, &Ended::Done, 0), "{report:#?}");
        }
        let unclear = desk.book.waiting(&webex()).unwrap().unclear;
        let [one] = &unclear[..] else { panic!("{unclear:?}") };
        assert_eq!((&*one.name, &*one.contacts, one.servers.len()), ("Ada", &[ada][..], 2));
        desk.book.answer_unclear(&webex(), one, same).unwrap();
        assert_eq!(desk.book.waiting(&webex()).unwrap().unclear, []);
        desk.syncs().await;
        let count = if same { 2 } else { 3 };
        assert_eq!(desk.names().iter().filter(|name| *name == "Ada").count(), count);
        assert_eq!(desk.names_there(), desk.names());
        assert_eq!(desk.contact(ada).profile.display_name, "Ada");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_list_stops_and_is_shown() {
    let mut desk = Desk::with(5, 0).await;
    desk.syncs().await;
    let other = desk.elsewhere().await;
    for contact in desk.opened()["contacts"].as_array().unwrap() {
        other.delete(contact["contactId"].as_str().unwrap()).await.unwrap();
    }
    let clock = desk.clock.clone();
    let plan = Engine::preview(&desk.book, &desk.client, &*clock).await.unwrap().unwrap();
    assert!(plan.brake.is_some());
    for _ in 0..2 {
        let report = desk.sync_as(How::default()).await;
        match report.ended {
            Ended::Braked(plan) => assert!(matches!(plan.brake, Some(Brake::Empty { .. } | Brake::Deletions { .. }))),
            other => panic!("{other:?}"),
        }
        assert_eq!(desk.contacts().len(), 5);
    }
    let report = desk.sync_as(How { confirmed: true, ..How::default() }).await;
    assert_eq!((report.ended, desk.contacts().len()), (Ended::Done, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_does_nothing() {
    let mut desk = Desk::with(3, 1).await;
    desk.add("Ada");
    let clock = desk.clock.clone();
    let plan = Engine::preview(&desk.book, &desk.client, &*clock).await.unwrap().unwrap();
    assert!(plan.counts().here >= 4 && plan.counts().there >= 1, "{plan}");
    assert_eq!(desk.names(), ["Ada"]);
    assert_eq!(desk.stage.count("POST", "/Users/"), 0);
    desk.syncs().await;
    let plan = Engine::preview(&desk.book, &desk.client, &*clock).await.unwrap().unwrap();
    assert!(plan.is_empty(), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_never_touched() {
    let mut desk = Desk::with(2, 0).await;
    desk.syncs().await;
    let before = desk.opened();
    // Without its keys every record is unreadable.
    desk.stage.order(json!({"do": "kms", "on": "retrieve", "times": 50, "status": 403, "reason": "no"}));
    desk.restart();
    desk.stage.order(json!({"do": "reseal"}));
    let ids: Vec<_> = desk.contacts().iter().map(|contact| contact.id).collect();
    desk.delete(&ids);
    let report = desk.sync_as(How { at_once: true, confirmed: true, ..How::default() }).await;
    assert!(report.held.iter().any(|held| held.reason == callbook::plan::Reason::Unreadable), "{report:#?}");
    let waiting = desk.book.waiting(&webex()).unwrap();
    assert_eq!((waiting.unreadable.len(), waiting.held.len()), (2, report.held.len()));
    for (server, places) in &waiting.unreadable {
        let ours = desk.book.contact_linked_to(&webex(), server).unwrap();
        assert!(
            ours.is_some_and(|id| ids.contains(&id)) && places.iter().any(|place| place == "displayName"),
            "{places:?}"
        );
    }
    let names = |opened: &serde_json::Value| opened["contacts"].as_array().unwrap().len();
    assert_eq!(names(&desk.opened()), names(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_given_after_all_opens_what_it_closed_when_a_person_asks() {
    let mut desk = Desk::with(2, 0).await;
    desk.stage.order(json!({"do": "kms", "on": "retrieve", "times": 50, "status": 403, "reason": "no"}));
    let at_once = How { at_once: true, ..How::default() };
    desk.sync_as(at_once).await;
    assert_eq!(desk.book.waiting(&webex()).unwrap().unreadable.len(), 2);
    desk.stage.order(json!({"do": "recover"}));
    for fresh in [false, true] {
        if fresh {
            desk.restart();
        }
        desk.sync_as(at_once).await;
    }
    assert!(desk.book.waiting(&webex()).unwrap().unreadable.is_empty());
    assert_eq!(desk.names(), desk.names_there());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brake_stops_nothing_but_deletions_and_what_needs_them() {
    let mut desk = Desk::with(12, 0).await;
    desk.syncs().await;
    let other = desk.elsewhere().await;
    let made = NewContact::custom(Profile { display_name: "Made there".to_owned(), ..Profile::default() });
    other.create(&made).await.unwrap();
    let contacts = desk.contacts();
    let gone: Vec<_> = contacts[..4].iter().map(|contact| contact.id).collect();
    desk.delete(&gone);
    desk.edit(contacts[4].id, |draft| draft.profile.title = "Countess".to_owned());
    let crew = desk.add_group("Crew", &[contacts[5].id]);
    desk.add("Made here");

    let report = desk.sync_as(How::default()).await;
    let Ended::Braked(plan) = &report.ended else { panic!("{report:#?}") };
    assert_eq!(plan.brake, Some(Brake::Deletions { contacts: 4, of: 14 }));
    let deletes = |plan: &Plan| plan.steps.iter().all(|planned| planned.step.deletes());
    assert!(deletes(plan) && plan.steps.len() == 4, "{plan}");
    let edited = desk.contact(contacts[4].id).profile.display_name;
    assert_eq!(desk.there(&edited)["title"], "Countess");
    assert!(desk.groups_there(&contacts[5].profile.display_name).contains(&"Crew".to_owned()));
    assert_eq!(desk.names_there().len(), 12 + 2, "the old versions of what was edited are gone");
    assert!(desk.names().contains(&"Made there".to_owned()) && desk.names_there().contains(&"Made here".to_owned()));
    assert_eq!(desk.book.queue(&webex()).unwrap().len(), 4);

    // What was shown is what the next sync finds, and the word about it holds although something else was changed since.
    let again = desk.sync_as(How::default()).await;
    let Ended::Braked(same) = &again.ended else { panic!("{again:#?}") };
    assert_eq!((digest(same), again.here + again.there), (digest(plan), 0));
    desk.add("Made later");
    let report = desk.sync_as(How { plan: digest(plan), ..How::default() }).await;
    assert_eq!(report.ended, Ended::Done);
    assert_eq!((desk.names_there().len(), desk.names_there()), (12 - 4 + 3, desk.names()));

    // A group that goes too was not shown.
    let gone: Vec<_> = desk.contacts()[..4].iter().map(|contact| contact.id).collect();
    desk.delete(&gone);
    let report = desk.sync_as(How::default()).await;
    let Ended::Braked(plan) = &report.ended else { panic!("{report:#?}") };
    desk.book.perform(Command::DeleteGroup(crew)).unwrap();
    let report = desk.sync_as(How { plan: digest(plan), ..How::default() }).await;
    assert!(matches!(&report.ended, Ended::Braked(other) if other.steps.len() == 5), "{report:#?}");
    assert_eq!(desk.names_there().len(), 11);
}
