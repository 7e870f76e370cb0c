//! What goes wrong on the way: nothing is lost, nothing doubled.

use std::time::Duration;

use callbook::{
    book::{Command, QueueEntry, Waits, change::Kind},
    sync::{Ended, Engine, How, Stage, Watched},
    webex::WebexError,
};
use serde_json::json;
use simulator::{
    Control,
    faults::{HttpFault, On},
};
use tokio::sync::watch;

use crate::{
    desk::{Desk, timing, webex},
    support::until,
};

fn posts() -> On {
    On::path("/Users/contacts").method("POST")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_no_second_contact() {
    let mut desk = Desk::new().await;
    let ada = desk.add("Ada");
    desk.syncs().await;
    desk.stage.control(Control::Http { on: posts().times(2), fault: HttpFault::LoseAnswer });
    desk.edit(ada, |draft| draft.profile.title = "Countess".to_owned());
    desk.add("Grace");
    desk.syncs().await;
    assert_eq!(desk.names_there(), ["Ada", "Grace"]);
    assert_eq!(desk.there("Ada")["title"], "Countess");
    assert_eq!(desk.named("Ada").id, ada);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_applied_late_is_no_second_contact() {
    let mut desk = Desk::new().await;
    desk.syncs().await;
    desk.stage.control(Control::Http { on: posts(), fault: HttpFault::ApplyAfterGet });
    desk.add("Ada");
    for _ in 0..3 {
        desk.sync_as(How { at_once: true, ..How::default() }).await;
    }
    desk.syncs().await;
    assert_eq!((desk.names_there(), desk.names()), (vec!["Ada".to_owned()], vec!["Ada".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_request_and_its_answer() {
    let mut desk = Desk::new().await;
    let ada = desk.add("Ada");
    desk.syncs().await;
    for title in ["Countess", "Enchantress"] {
        desk.edit(ada, |draft| draft.profile.title = title.to_owned());
        // It is carried out, the answer gets lost, and before the next list is there the process ends.
        desk.stage.control(Control::Http { on: posts(), fault: HttpFault::LoseAnswer });
        let later = On::path("/Users/contacts").method("GET").after(1);
        desk.stage.control(Control::Http { on: later, fault: HttpFault::Delay { milliseconds: 600_000 } });
        let sent = desk.stage.count("POST", "/Users/contacts");
        let lists = desk.stage.count("GET", "/Users/contacts");
        {
            let (stage, clock) = (&desk.stage, desk.clock.clone());
            let mut engine = Engine::open(&mut desk.book, desk.client.clone(), clock).unwrap();
            let watched = Watched::by_nobody();
            let cut_off = until("the list after the request", || {
                stage.count("POST", "/Users/contacts") > sent && stage.count("GET", "/Users/contacts") > lists + 1
            });
            tokio::select! {
                done = engine.sync(How::default(), &watched) => panic!("it was to be killed: {done:?}"),
                () = cut_off => {}
            }
        }
        desk.stage.control(Control::Recover);
        desk.restart();
        let journal = desk.book.sendings(&webex()).unwrap();
        assert_eq!(journal.len(), 1);
        assert!(!journal[0].to_send.sealed.is_empty());
        desk.syncs().await;
        assert_eq!(desk.stage.count("POST", "/Users/contacts"), sent + 1, "it is known again and not sent twice");
        assert_eq!(desk.names_there(), ["Ada"]);
        assert_eq!(desk.there("Ada")["title"], title);
        assert_eq!(desk.named("Ada").id, ada);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_leave_everything_in_the_queue() {
    let mut desk = Desk::new().await;
    let ada = desk.add("Ada");
    desk.syncs().await;
    desk.edit(ada, |draft| draft.profile.title = "Countess".to_owned());
    desk.add("Grace");
    for status in [403, 429, 503] {
        let fault = HttpFault::Status { status, retry_after: (status == 429).then_some(600) };
        desk.stage.control(Control::Http { on: posts().times(50), fault });
        let report = desk.sync_as(How { at_once: true, ..How::default() }).await;
        match (&report.ended, status) {
            (Ended::Failed(WebexError::Refused(refusal)), 403) => assert_eq!(refusal.status, 403),
            (Ended::Failed(WebexError::Busy { .. }), 429) | (Ended::Left(_), 503) => {}
            other => panic!("{other:?}"),
        }
        desk.stage.control(Control::Recover);
        let queue = desk.book.queue(&webex()).unwrap();
        assert_eq!(queue.len(), 2, "{status}: {queue:?}");
        assert!(queue.iter().any(|entry| entry.error.is_some()), "{queue:?}");
        assert_eq!(desk.names_there(), ["Ada"]);
        desk.restart();
    }
    desk.syncs().await;
    assert_eq!(desk.names_there(), ["Ada", "Grace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_does_not_hold_the_others() {
    let mut desk = Desk::new().await;
    desk.syncs().await;
    desk.add("Ada");
    desk.add("Grace");
    desk.stage.control(Control::Http { on: posts(), fault: HttpFault::Status { status: 400, retry_after: None } });
    let report = desk.sync_as(How::default()).await;
    assert_eq!((report.failed.len(), &report.ended), (1, &Ended::Done), "{report:#?}");
    assert_eq!(desk.names_there().len(), 1);
    // It waits for its moment, unless a person asks.
    desk.new_calls();
    desk.sync_as(How::default()).await;
    assert!(desk.new_calls().iter().all(|call| call.starts_with("GET")));
    desk.clock.wait(60);
    desk.syncs().await;
    assert_eq!(desk.names_there(), ["Ada", "Grace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_tried_again_is_tried_alone() {
    let mut desk = Desk::new().await;
    desk.syncs().await;
    let ada = desk.add("Ada");
    desk.add("Grace");
    let refused = HttpFault::Status { status: 400, retry_after: None };
    desk.stage.control(Control::Http { on: posts().times(2), fault: refused });
    assert_eq!(desk.sync_as(How::default()).await.failed.len(), 2);
    desk.book.retry_record(ada.0).unwrap();
    desk.sync_as(How::default()).await;
    assert_eq!(desk.names_there(), ["Ada"]);
    let queue = desk.book.queue(&webex()).unwrap();
    assert!(matches!(queue[..], [QueueEntry { waits: Waits::Until(_), .. }]), "{queue:?}");
    desk.syncs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_nothing_is_lost() {
    let mut desk = Desk::new().await;
    desk.add("Ada");
    desk.syncs().await;
    let online = desk.client.clone();
    let u2c = std::mem::replace(&mut desk.stage.settings.u2c_url, "https://127.0.0.1:9/u2c/api/v1".to_owned());
    desk.client = desk.stage.client(timing());
    desk.add("Grace");
    let report = desk.sync_as(How::default()).await;
    assert!(matches!(&report.ended, Ended::Failed(error) if error.is_offline()), "{report:#?}");
    assert_eq!(desk.book.sync_state(&webex()).unwrap().said, "offline");
    assert_eq!(desk.book.queue(&webex()).unwrap().len(), 1);
    (desk.client, desk.stage.settings.u2c_url) = (online, u2c);
    desk.syncs().await;
    assert_eq!(desk.names_there(), ["Ada", "Grace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stopped_and_says_how_far_it_is() {
    let mut desk = Desk::new().await;
    desk.syncs().await;
    for number in 0..6 {
        desk.add(&format!("Contact {number}"));
    }
    let (stop, stopped) = watch::channel(false);
    let progress = watch::Sender::default();
    let mut seen = progress.subscribe();
    let watched = Watched { progress, stop: stopped };
    let hand = tokio::spawn(async move {
        let far = seen.wait_for(|at: &callbook::sync::Progress| at.stage == Stage::Sending && at.done >= 3).await;
        let at = *far.unwrap();
        stop.send(true).unwrap();
        at
    });
    let report = desk.engine().sync(How::default(), &watched).await.unwrap();
    let at = tokio::time::timeout(Duration::from_secs(30), hand).await.unwrap().unwrap();
    assert!(at.of >= 6, "{at:?}");
    assert_eq!(report.ended, Ended::Stopped, "{report:#?}");
    assert!(desk.names_there().len() < 6);
    desk.syncs().await;
    assert_eq!(desk.names_there().len(), 6);
    assert_eq!(desk.names_there(), desk.names());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_key_server_refuses_for_a_while_is_as_good_as_not_listed() {
    let mut desk = Desk::with(2, 0).await;
    let refused = || json!({"do": "kms", "on": "retrieve", "times": 9, "status": 503});
    desk.stage.order(refused());
    let report = desk.sync_as(How::default()).await;
    assert_eq!((report.ended, desk.names()), (Ended::Done, Vec::new()), "nothing without a name comes in");
    desk.stage.control(Control::Recover);
    desk.restart();
    desk.syncs().await;
    assert_eq!(desk.names(), desk.names_there());

    // A new version that cannot be read yet: what was edited here is not made anew beside it.
    let name = desk.names()[0].clone();
    let id = desk.named(&name).id;
    desk.edit(id, |draft| draft.profile.company_name = "Acme".to_owned());
    desk.edited_elsewhere(&name, |profile| profile.title = "Countess".to_owned()).await;
    desk.restart();
    desk.stage.order(refused());
    desk.sync_as(How::default()).await;
    assert_eq!(desk.names_there().len(), 2);
    desk.stage.control(Control::Recover);
    desk.restart();
    desk.syncs().await;
    let (here, there) = (desk.named(&name), desk.there(&name));
    assert_eq!((here.id, here.profile.title.as_str(), &there["companyName"]), (id, "Countess", &json!("Acme")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_back_here_before_the_answer_to_a_deletion_is_made_anew_there() {
    for dropped in [false, true] {
        let mut desk = Desk::new().await;
        let ada = desk.add_with("Ada", |draft| draft.extras.notes = "met in London".to_owned());
        desk.syncs().await;
        desk.clock.wait(11);
        desk.delete(&[ada]);
        let on = On::path("/Users/contacts/").method("DELETE");
        desk.stage.control(Control::Http { on, fault: HttpFault::Hold { carried_out: true } });
        {
            let (stage, clock) = (&desk.stage, desk.clock.clone());
            let mut engine = Engine::open(&mut desk.book, desk.client.clone(), clock).unwrap();
            let watched = Watched::by_nobody();
            tokio::select! {
                done = engine.sync(How::default(), &watched) => panic!("it was to be killed: {done:?}"),
                () = until("the deletion", || stage.control(Control::Status)["held"] == 1) => {}
            }
        }
        desk.stage.control(Control::Recover);
        desk.restart();
        if dropped {
            desk.book.drop_unsent(Kind::Contact, ada.0).unwrap();
        } else {
            desk.book.perform(Command::RestoreContacts(vec![ada])).unwrap();
        }
        desk.syncs().await;
        assert_eq!((desk.names_there(), desk.names()), (vec!["Ada".to_owned()], vec!["Ada".to_owned()]));
        let here = desk.named("Ada");
        assert_eq!((here.id, here.extras.notes.as_str()), (ada, "met in London"));
    }
}
