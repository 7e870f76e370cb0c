//! Groups that are not as they should be, what cannot be sent, what a step looks like.

use callbook::{
    book::{AccountId, Address, Contact, ContactType, Group, Person, PersonRef, Profile, Timestamp, TypedValue},
    plan::{Base, GroupRef, Holder, Image, Local, LocalContact, LocalGroup, Reason, Sent, Step},
};

use crate::world::{World, cloud, contact_id, group_id, join, person, theirs, titled};

#[test]
fn dangling_and_empty_groups_are_in_the_default_group_and_nothing_is_written() {
    let mut world = World::new();
    world.group_there("Other contacts");
    let ada = person("Ada", "ada@example.test");
    for groups in [vec![], vec![theirs("")], vec![theirs("deleted long ago"), theirs("")]] {
        world.there(&ada.in_groups(groups));
    }
    let plan = world.plan();
    assert_eq!(plan.counts().there, 0);
    let before = world.remote.clone();
    world.sync();
    assert_eq!(world.remote, before, "nothing was written");
    let default = GroupRef::Ours(world.local.groups[0].id);
    assert!(world.local.contacts.iter().all(|contact| contact.image.groups().iter().eq([&default])));
}

#[test]
fn a_contact_without_a_group_is_sent_into_the_default_group() {
    let mut world = World::new();
    world.group_here("Other contacts");
    world.here(&person("Ada", "ada@example.test"));
    world.sync();
    assert_eq!(world.remote.contacts[0].image.groups().len(), 1);
}

#[test]
fn further_default_groups_are_shown_under_the_one() {
    let mut world = World::new();
    let oldest = world.group_there("Other contacts");
    let twin = world.group_there("other contacts ");
    world.group_here("Other contacts");
    let ada = person("Ada", "ada@example.test").in_groups([GroupRef::Theirs(twin)]);
    world.there(&ada);
    let before = world.remote.clone();
    world.sync();
    assert_eq!(world.remote, before, "nothing was written");
    assert_eq!(world.local.groups.len(), 1);
    assert_eq!(world.base.groups[0].server, oldest);
    assert_eq!(world.book_here(), ["Ada||ada@example.test|"]);
}

#[test]
fn twin_groups_of_another_name_stay_two() {
    let mut world = World::new();
    world.group_there("Friends");
    world.group_there("Friends");
    assert_eq!(world.lines(), ["here: create group Friends", "here: create group Friends"]);
    world.sync();
    assert!(world.plan().is_empty());
}

#[test]
fn a_group_is_renamed_by_moving_its_members_first() {
    let mut world = World::new();
    let (friends, server) = world.group_both("Friends");
    for n in 0..3 {
        let image = person(&format!("Person {n}"), &format!("{n}@example.test"));
        world.both(&join(&image, &GroupRef::Ours(friends)));
    }
    world.rename_here(friends, "Pals");
    let plan = world.plan();
    let lines: Vec<String> = plan.steps.iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "there: rename group Friends to Pals (3 contacts move)");
    assert_eq!(lines[4], "there: delete the old version of group Friends");
    let ids: Vec<_> = plan.steps.iter().map(|planned| planned.id.clone()).collect();
    assert!(plan.steps[1..4].iter().all(|planned| planned.needs == [ids[0].clone()]));
    assert!(ids[..4].iter().all(|id| plan.steps[4].needs.contains(id)));

    // Cut off in the middle, the next plan does the rest; the name is not made twice.
    plan.steps[..2].iter().for_each(|planned| world.carry_out(planned));
    assert_eq!(
        world.lines(),
        [
            "there: update Person 1 (groups)",
            "there: update Person 2 (groups)",
            "there: delete the old version of group Pals",
        ]
    );
    world.sync();
    assert!(world.remote.groups.iter().all(|group| group.server != server));
    assert_eq!(world.remote.groups.len(), 1);
}

#[test]
fn a_group_renamed_alike_on_both_machines_is_made_once() {
    let mut world = World::new();
    let (friends, _) = world.group_both("Friends");
    let (ada, server) = world.both(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends)));
    world.rename_here(friends, "Pals");
    // The other machine has made the new group and not yet moved anybody.
    world.group_there("pals");
    world.sync();
    assert_eq!(world.remote.groups.len(), 1);
    assert_eq!(world.local.groups.len(), 1);
    assert_eq!(world.book_there(), ["Ada||ada@example.test|pals"]);
    assert!(world.contact(ada).is_some() && world.record(&server).is_none());
}

#[test]
fn a_group_deleted_here_and_used_there_stays() {
    let mut world = World::new();
    let (friends, server) = world.group_both("Friends");
    world.both(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends)));
    world.delete_group_here(friends);
    world.there(&join(&person("Grace", "grace@example.test"), &GroupRef::Theirs(server)));
    world.sync();
    assert_eq!(world.book_here(), ["Ada||ada@example.test|Friends", "Grace||grace@example.test|Friends"]);
    assert_eq!(world.book_there(), world.book_here());
}

#[test]
fn the_default_group_that_was_deleted_here_stays_as_long_as_somebody_needs_it() {
    let mut world = World::new();
    let (default, server) = world.group_both("Other contacts");
    let (ada, _) = world.both(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(default)));
    world.delete_group_here(default);
    world.edit_here(ada, |image| titled(image, "Dr"));
    world.sync();
    assert_eq!(world.remote.groups.iter().map(|group| &group.server).collect::<Vec<_>>(), [&server]);
    assert_eq!(world.local.groups.iter().map(|group| group.id).collect::<Vec<_>>(), [default]);
    assert_eq!(world.contact(ada).unwrap().image.profile().title, "Dr");
    assert!(world.plan().is_empty(), "{:#?}", world.lines());
    world.trash_here(ada);
    world.sync();
    world.delete_group_here(default);
    world.sync();
    assert!(world.remote.groups.is_empty(), "{:#?}", world.remote.groups);
}

#[test]
fn an_old_version_of_a_group_stays_until_whoever_comes_in_by_it_has_left() {
    let mut world = World::new();
    let (friends, server) = world.group_both("Friends");
    let image = join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends));
    let ada = world.here(&image);
    let sent = Sent { id: ada, sealed: ["jwe".to_owned()].into(), image, replaces: None, open: true, cleared: false };
    world.base.sent_contacts.push(sent);
    world.rename_here(friends, "Mates");
    assert!(!world.lines().contains(&"there: delete the old version of group Friends".to_owned()));
    world.sync();
    assert_eq!(world.book_there(), ["Ada||ada@example.test|Mates"]);
    assert!(world.remote.groups.iter().all(|group| group.server != server));
}

#[test]
fn a_group_deleted_there_and_used_here_stays() {
    let mut world = World::new();
    let (friends, server) = world.group_both("Friends");
    world.both(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends)));
    world.delete_group_there(&server);
    world.here(&join(&person("Grace", "grace@example.test"), &GroupRef::Ours(friends)));
    world.sync();
    assert_eq!(world.book_here(), ["Ada||ada@example.test|Friends", "Grace||grace@example.test|Friends"]);
    assert_eq!(world.book_there(), world.book_here());
}

#[test]
fn a_person_who_is_in_no_directory_of_the_account_or_is_there_already_is_not_sent() {
    let mut world = World::new();
    world.here(&Image::empty(Holder::Elsewhere));
    world.both(&cloud("p1", &["+1"]));
    world.here(&cloud("p1", &["+2"]));
    let plan = world.plan();
    assert!(plan.is_empty(), "{plan}");
    let reasons: Vec<Reason> = plan.held.iter().map(|held| held.reason).collect();
    assert_eq!(reasons, [Reason::NotInDirectory, Reason::Present]);
}

#[test]
fn a_record_listed_twice_is_left_alone() {
    let mut world = World::new();
    let (id, server) = world.both(&person("Ada", "ada@example.test"));
    let twin = world.record(&server).unwrap().clone();
    world.remote.contacts.push(twin);
    assert!(world.plan().is_empty());
    world.edit_here(id, |image| titled(image, "Dr"));
    assert_eq!(world.lines(), ["waits: Ada (is listed twice there under one id)"]);
}

#[test]
fn steps_have_ids_of_their_content() {
    let mut world = World::new();
    let (id, _) = world.both(&person("Ada", "ada@example.test"));
    world.edit_here(id, |image| titled(image, "Dr"));
    let first = world.plan().steps[0].id.clone();
    world.there(&person("Grace", "grace@example.test"));
    let again = world.plan();
    let step = again.steps.iter().find(|planned| matches!(planned.step, Step::There(_))).unwrap();
    assert_eq!(step.id, first, "whatever else there is to do");
    world.edit_here(id, |image| titled(image, "Prof"));
    assert!(world.plan().steps.iter().all(|planned| planned.id != first));
}

#[test]
fn a_plan_is_json_too() {
    let mut world = World::new();
    let (id, server) = world.both(&person("Ada", "ada@example.test"));
    world.edit_here(id, |image| titled(image, "Dr"));
    let json = serde_json::to_value(world.plan()).unwrap();
    let step = &json["steps"][0];
    assert_eq!(step["side"], "there");
    assert_eq!(step["action"], "replaceContact");
    assert_eq!(step["name"], "Ada");
    assert_eq!(step["fields"], serde_json::json!(["title"]));
    assert_eq!(step["contact"], id.to_string());
    assert_eq!(step["server"], server.0);
    assert_eq!(step["image"]["profile"]["title"], "Dr");
    assert_eq!(json["brake"], serde_json::Value::Null);
}

#[test]
fn a_name_cannot_break_the_lines_of_a_plan() {
    let mut world = World::new();
    world.there(&person("Ada\nthere: delete Grace\u{1b}[2J", "ada@example.test"));
    assert_eq!(world.lines(), ["here: create Ada\u{fffd}there: delete Grace\u{fffd}[2J"]);
}

#[test]
fn contacts_and_groups_of_the_book_become_what_the_plan_compares() {
    let account = AccountId("webex".to_owned());
    let mut contact = Contact::new(contact_id(1), account.clone(), Timestamp(0));
    contact.profile.display_name = "Ada".to_owned();
    contact.extras.notes = "stays here".to_owned();
    contact.groups = vec![group_id(1)];
    let seen = LocalContact::of(&contact);
    assert_eq!((seen.id, &*seen.name, seen.trashed), (contact.id, "Ada", false));
    assert_eq!(seen.image.groups().iter().collect::<Vec<_>>(), [&GroupRef::Ours(group_id(1))]);

    contact.contact_type = ContactType::Cloud;
    for (directory, holder) in [("webex", Holder::Cloud(crate::world::server("p1"))), ("offline", Holder::Elsewhere)] {
        let who = PersonRef { directory: directory.to_owned(), key: "p1".to_owned() };
        contact.person = Some(Person { who, profile: Profile::default(), unresolved_since: None });
        assert_eq!(Image::of(&contact).holder(), &holder);
    }
    let group = Group::new(group_id(1), account, " Friends ");
    assert_eq!(LocalGroup::of(&group).image, crate::world::group("Friends"));
    let empty = callbook::plan::Remote { contacts: Vec::new(), groups: Vec::new(), complete: true };
    let rules = callbook::plan::Rules::at(Timestamp(0));
    assert!(callbook::plan::plan(&Base::default(), &Local::default(), &empty, &rules).is_empty());
}

#[test]
fn labels_and_further_addresses_outlive_a_change_made_there() {
    let mut contact = Contact::new(contact_id(1), AccountId("webex".to_owned()), Timestamp(0));
    let city = |name: &str| Address { city: name.to_owned(), po_box: format!("box {name}"), ..Address::default() };
    contact.profile.phone_numbers = vec![TypedValue::new("Boat", "1"), TypedValue::new("work", "2")];
    contact.profile.addresses = vec![city("London"), city("Paris")];
    let mut theirs = Image::of(&contact).profile().clone();
    theirs.phone_numbers.reverse();
    theirs.phone_numbers.push(TypedValue::new("fax", "3"));
    theirs.addresses.clear();
    Image::new(Holder::Custom, &theirs, []).write_into(&mut contact, |_| None);
    let words: Vec<String> = contact.profile.phone_numbers.iter().map(TypedValue::word).collect();
    assert_eq!(words, ["work", "Boat", "fax"]);
    assert_eq!(contact.profile.addresses[1], city("Paris"));
    assert_eq!(contact.profile.addresses[0].po_box, "box London");
    assert_eq!(Image::of(&contact).profile().addresses, []);
}

/// A sync without changes shall cost next to nothing, and the first one of a large book must not be quadratic.
#[test]
fn five_thousand_contacts_are_planned_at_once() {
    let mut world = World::new();
    let (friends, _) = world.group_both("Friends");
    for n in 0..5000 {
        let image = person(&format!("Person {n}"), &format!("{n}@example.test"));
        world.both(&join(&titled(&image, "Engineer"), &GroupRef::Ours(friends)));
    }
    assert!(world.plan().is_empty());
    // Everything was encrypted anew under other ids.
    for (n, record) in world.remote.contacts.iter_mut().enumerate() {
        record.server = crate::world::server(&format!("again {n}"));
    }
    assert_eq!(world.plan().counts(), callbook::plan::Counts::default());
    // And edited by that.
    for (n, record) in world.remote.contacts.iter_mut().enumerate() {
        record.image = titled(&record.image, &format!("Engineer {n}"));
    }
    assert_eq!(world.plan().counts().here, 5000);
    // A book that was never synced.
    world.base = Base::default();
    assert_eq!(world.plan().counts().here, 5000);
}
