//! Contacts here and there that are alike, but not one to one: a person says who is who, and nobody is deleted.

use callbook::{
    book::{Profile, TypedValue},
    plan::Unclear,
    sync::How,
    webex::contacts::NewContact,
};

use crate::desk::{Desk, webex};

/// Ada is twice there and once here, and a sync has seen that.
async fn twins() -> (Desk, Unclear) {
    let mut desk = Desk::new().await;
    // With her the group comes that all three are in.
    desk.add("Seed");
    desk.syncs().await;
    let other = desk.elsewhere().await;
    let group = other.list().await.unwrap().groups[0].id.clone();
    let profile = Profile {
        display_name: "Ada".to_owned(),
        emails: vec![TypedValue::new("work", "ada@example.org")],
        ..Profile::default()
    };
    for _ in 0..2 {
        let draft = NewContact { groups: vec![group.clone()], ..NewContact::custom(profile.clone()) };
        other.create(&draft).await.unwrap();
    }
    let ada = desk.add("Ada");
    let report = desk.sync_as(How::default()).await;
    assert_eq!((report.unclear, report.there), (1, 0), "{report:#?}");
    // The next window reads it in the book.
    desk.restart();
    let unclear = desk.book.waiting(&webex()).unwrap().unclear.remove(0);
    assert_eq!(
        (unclear.contacts.as_slice(), unclear.servers.len(), unclear.name.as_str()),
        ([ada].as_slice(), 2, "Ada")
    );
    (desk, unclear)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_are_paired_and_who_is_left_over_comes_too() {
    let (mut desk, unclear) = twins().await;
    desk.book.answer_unclear(&webex(), &unclear, true).unwrap();
    desk.syncs().await;
    assert_eq!((desk.names(), desk.names_there()), (names(2), names(2)));
    assert_eq!(desk.book.waiting(&webex()).unwrap().unclear, []);
    let again = desk.book.answer_unclear(&webex(), &unclear, true).unwrap_err().to_string();
    assert!(again.contains("answered already"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn different_people_are_all_on_both_sides_then() {
    let (mut desk, unclear) = twins().await;
    desk.book.answer_unclear(&webex(), &unclear, false).unwrap();
    desk.syncs().await;
    assert_eq!((desk.names(), desk.names_there()), (names(3), names(3)));
    assert_eq!(desk.syncs().await.unclear, 0, "it is not asked again");
}

fn names(adas: usize) -> Vec<String> {
    let names = std::iter::repeat_n("Ada", adas).chain(["Seed"]);
    names.map(str::to_owned).collect()
}
