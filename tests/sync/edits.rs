//! What goes out.

use callbook::{
    book::{Command, Outgoing, TypedValue, change::Kind},
    sync::How,
};
use simulator::{
    Control,
    faults::{HttpFault, On},
};

use crate::desk::{Desk, webex};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_edited_and_deleted_here_arrives_there() {
    let mut desk = Desk::with(3, 0).await;
    desk.syncs().await;
    let ada = desk.add_with("Ada", |draft| {
        draft.extras.notes = "stays here".to_owned();
        draft.group_names = vec!["Friends of mine".to_owned()];
    });
    let report = desk.syncs().await;
    assert_eq!(report.there, 2, "a group and a contact");
    let old = desk.there("Ada")["contactId"].clone();
    assert_eq!(desk.groups_there("Ada"), ["Friends of mine"]);
    assert!(!desk.opened().to_string().contains("stays here"));

    desk.new_calls();
    desk.edit(ada, |draft| {
        draft.profile.title = "Countess".to_owned();
        draft.profile.phone_numbers.push(TypedValue::new("mobile", "+44 20 7946 0001"));
        draft.extras.favourite = true;
    });
    desk.syncs().await;
    let writes: Vec<String> = desk.new_calls().into_iter().filter(|call| !call.starts_with("GET")).collect();
    let writes: Vec<&str> =
        writes.iter().filter(|call| call.contains("/Users/")).map(|call| call.split(' ').next().unwrap()).collect();
    assert_eq!(writes, ["POST", "DELETE"], "the new version first");
    let there = desk.there("Ada");
    assert_ne!(there["contactId"], old);
    assert_eq!(
        (there["title"].as_str(), there["phoneNumbers"][0]["value"].as_str()),
        (Some("Countess"), Some("+44 20 7946 0001"))
    );
    let here = desk.named("Ada");
    assert_eq!((here.id, here.extras.notes.as_str(), here.extras.favourite), (ada, "stays here", true));

    desk.delete(&[ada]);
    desk.syncs().await;
    assert!(!desk.names_there().contains(&"Ada".to_owned()));
    assert_eq!(desk.names_there(), desk.names());
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_made_renamed_left_and_deleted() {
    let mut desk = Desk::new().await;
    let [ada, grace, joan] = ["Ada", "Grace", "Joan"].map(|name| desk.add(name));
    let crew = desk.add_group("Crew", &[ada, grace]);
    desk.syncs().await;
    assert_eq!(
        (desk.groups_there("Ada"), desk.groups_there("Joan")),
        (vec!["Crew".to_owned(), "Other contacts".to_owned()], vec!["Other contacts".to_owned()])
    );

    let before = desk.book.groups().unwrap().into_iter().map(|row| row.group).find(|group| group.id == crew).unwrap();
    let command = Command::EditGroup {
        group_type: before.group_type,
        before: Box::new(before),
        name: "Staff".to_owned(),
        join: vec![joan],
        leave: vec![grace],
    };
    desk.book.perform(command).unwrap();
    desk.syncs().await;
    assert_eq!(desk.group_names_there(), ["Other contacts", "Staff"]);
    assert!(
        desk.groups_there("Ada").contains(&"Staff".to_owned())
            && desk.groups_there("Joan").contains(&"Staff".to_owned())
    );
    assert_eq!(desk.groups_there("Grace"), ["Other contacts"]);
    assert_eq!(desk.group("Staff"), crew);

    desk.book.perform(Command::DeleteGroup(crew)).unwrap();
    desk.syncs().await;
    assert_eq!(desk.group_names_there(), ["Other contacts"]);
    assert_eq!(desk.names_there(), ["Ada", "Grace", "Joan"]);
    assert_eq!(desk.groups_there("Ada"), ["Other contacts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn additions_to_a_person_are_sent_under_the_same_id() {
    let mut desk = Desk::with(0, 2).await;
    desk.syncs().await;
    let cloud = desk.contacts()[0].clone();
    let who = cloud.person.clone().unwrap().who.key;
    desk.edit(cloud.id, |draft| draft.profile.phone_numbers = vec![TypedValue::new("home", "+1 555 0100")]);
    desk.syncs().await;
    let opened = desk.opened();
    let there: Vec<_> =
        opened["contacts"].as_array().unwrap().iter().filter(|contact| contact["contactId"] == who.as_str()).collect();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["phoneNumbers"][0]["value"], "+1 555 0100");
    assert_eq!(opened["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(desk.contacts().len(), 2);

    // A person of the directory is added and removed.
    desk.delete(&[cloud.id]);
    desk.syncs().await;
    assert_eq!(desk.opened()["contacts"].as_array().unwrap().len(), 1);
    desk.book.perform(Command::RestoreContacts(vec![cloud.id])).unwrap();
    desk.syncs().await;
    assert_eq!(desk.opened()["contacts"].as_array().unwrap().len(), 2);
    assert!(!desk.book.has_unsent(&webex()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_old_version_is_still_there_is_to_be_finished() {
    let mut desk = Desk::new().await;
    let ada = desk.add("Ada");
    desk.syncs().await;
    desk.edit(ada, |draft| draft.profile.title = "Countess".to_owned());
    let refused = HttpFault::Status { status: 400, retry_after: None };
    let deletions = On::path("/Users/contacts").method("DELETE").times(9);
    desk.stage.control(Control::Http { on: deletions, fault: refused });
    desk.sync_as(How::default()).await;
    assert_eq!(desk.names_there(), ["Ada", "Ada"]);
    let queue = desk.book.queue(&webex()).unwrap();
    let [entry] = &queue[..] else { panic!("{queue:?}") };
    assert_eq!((&entry.what, entry.title().as_str()), (&Outgoing::Finish, "Ada: finish the edit"));
    assert!(desk.book.drop_unsent(Kind::Contact, ada.0).is_err(), "nothing of it can be taken back");

    // Edited once more it is an edit again, and ends as one.
    desk.edit(ada, |draft| draft.profile.title = "Enchantress".to_owned());
    assert_eq!(desk.book.queue(&webex()).unwrap()[0].what, Outgoing::Edit(vec!["Title".to_owned()]));
    desk.stage.control(Control::Recover);
    desk.syncs().await;
    assert_eq!(
        (desk.names_there(), desk.there("Ada")["title"].as_str()),
        (vec!["Ada".to_owned()], Some("Enchantress"))
    );
}
