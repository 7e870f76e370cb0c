//! Edits in place, which the service is not known to have.

use callbook::{config::Edit, sync::How};
use simulator::{
    Control, Options,
    faults::{HttpFault, On},
};

use crate::{
    desk::{Desk, webex},
    support::Stage,
};

/// One whose server has PATCH or not, and whose user asks for it or not; with a contact that both sides have.
async fn desk(has: bool, asks: bool) -> Desk {
    let mut desk = Desk::on(Stage::start(Options { people: 40, patch: has, ..Options::default() }).await);
    if asks {
        desk.stage.settings.edit = Edit::Patch;
        desk.restart();
    }
    desk.add_with("Ada", |draft| "Engine".clone_into(&mut draft.profile.company_name));
    desk.syncs().await;
    desk.new_calls();
    desk
}

/// The calls that write records, in their order.
fn writes(desk: &Desk) -> Vec<String> {
    let calls = desk.new_calls().into_iter().filter(|call| call.contains("/Users/") && !call.starts_with("GET"));
    calls.map(|call| call.split(' ').next().unwrap().to_owned()).collect()
}

fn patches() -> On {
    On::path("/Users/contacts").method("PATCH")
}

fn edit(desk: &mut Desk) {
    let ada = desk.named("Ada").id;
    desk.edit(ada, |draft| {
        "Countess".clone_into(&mut draft.profile.title);
        draft.profile.company_name.clear();
    });
}

/// The edit is there, once, and nothing of the old version.
fn arrived(desk: &Desk) {
    let there = desk.there("Ada");
    let text = |name: &str| there[name].as_str().unwrap_or_default().to_owned();
    assert_eq!((text("title"), text("companyName")), ("Countess".to_owned(), String::new()));
    let here = desk.named("Ada");
    assert_eq!((here.profile.title.as_str(), here.profile.company_name.as_str()), ("Countess", ""));
    assert!(!desk.book.has_unsent(&webex()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_tries_it_who_was_not_asked_to() {
    let mut desk = desk(true, false).await;
    edit(&mut desk);
    desk.syncs().await;
    assert_eq!(writes(&desk), ["POST", "DELETE"]);
    arrived(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_server_has_it_the_record_keeps_its_id() {
    let mut desk = desk(true, true).await;
    let old = desk.there("Ada")["contactId"].clone();
    edit(&mut desk);
    desk.syncs().await;
    assert_eq!(writes(&desk), ["PATCH"]);
    assert_eq!(desk.there("Ada")["contactId"], old);
    arrived(&desk);
    // And once more, over what was sent just now.
    let ada = desk.named("Ada").id;
    desk.edit(ada, |draft| draft.profile.title = "Enchantress".to_owned());
    desk.syncs().await;
    assert_eq!(writes(&desk), ["PATCH"]);
    assert_eq!(desk.there("Ada")["title"], "Enchantress");
    desk.syncs().await;
    assert_eq!(writes(&desk), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_has_not_the_edit_goes_the_ordinary_way_and_it_is_asked_once() {
    for status in [None, Some(404), Some(501), Some(400)] {
        let mut desk = desk(status.is_some(), true).await;
        if let Some(status) = status {
            let fault = HttpFault::Status { status, retry_after: None };
            desk.stage.control(Control::Http { on: patches().times(9), fault });
        }
        edit(&mut desk);
        desk.syncs().await;
        assert_eq!(writes(&desk), ["PATCH", "POST", "DELETE"], "{status:?}");
        arrived(&desk);
        let ada = desk.named("Ada").id;
        desk.edit(ada, |draft| draft.profile.title = "Enchantress".to_owned());
        desk.syncs().await;
        assert_eq!(writes(&desk), ["POST", "DELETE"], "{status:?}: it is remembered");
        assert_eq!(desk.there("Ada")["title"], "Enchantress");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_it_and_does_nothing_is_found_out() {
    let mut desk = desk(true, true).await;
    let fault = HttpFault::Status { status: 200, retry_after: None };
    desk.stage.control(Control::Http { on: patches().times(9), fault });
    edit(&mut desk);
    desk.syncs().await;
    assert_eq!(writes(&desk), ["PATCH", "POST", "DELETE"]);
    arrived(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_known_by_the_ciphertext() {
    let mut desk = desk(true, true).await;
    desk.stage.control(Control::Http { on: patches(), fault: HttpFault::LoseAnswer });
    edit(&mut desk);
    desk.syncs().await;
    assert_eq!(writes(&desk), ["PATCH"]);
    arrived(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_is_sent_again_as_it_was() {
    let mut desk = desk(true, true).await;
    desk.stage.control(Control::Http { on: patches(), fault: HttpFault::Status { status: 502, retry_after: None } });
    edit(&mut desk);
    desk.sync_as(How::default()).await;
    desk.syncs().await;
    assert_eq!(writes(&desk), ["PATCH", "PATCH"]);
    arrived(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_to_a_renamed_group_moves_in_place() {
    let mut desk = desk(true, true).await;
    let ada = desk.named("Ada").id;
    let crew = desk.add_group("Crew", &[ada]);
    desk.syncs().await;
    let old = desk.there("Ada")["contactId"].clone();
    let before = desk.book.groups().unwrap().into_iter().map(|row| row.group).find(|group| group.id == crew).unwrap();
    let command = callbook::book::Command::EditGroup {
        group_type: before.group_type,
        before: Box::new(before),
        name: "Staff".to_owned(),
        join: Vec::new(),
        leave: Vec::new(),
    };
    desk.book.perform(command).unwrap();
    desk.syncs().await;
    assert!(desk.groups_there("Ada").contains(&"Staff".to_owned()));
    assert!(!desk.group_names_there().contains(&"Crew".to_owned()));
    assert_eq!(desk.there("Ada")["contactId"], old);
}
