//! What may never happen by itself.

use callbook::plan::{Brake, Held, Planned, Reason, Step};

use crate::world::{NOW, World, person, titled};

fn book_of(n: usize) -> World {
    let mut world = World::new();
    world.group_both("Friends");
    for n in 0..n {
        world.both(&person(&format!("Person {n}"), &format!("{n}@example.test")));
    }
    world
}

fn delete_there(world: &mut World, n: usize) {
    world.remote.contacts.drain(..n);
}

fn trash_here(world: &mut World, n: usize) {
    world.local.contacts.iter_mut().take(n).for_each(|contact| contact.trashed = true);
}

fn deletes(steps: &[&Planned]) -> bool {
    steps.iter().any(|planned| planned.step.deletes())
}

#[test]
fn many_deletions_stop_the_plan_on_either_side() {
    let cases = [
        // of so many, deleted there, deleted here, stops
        (200, 10, 0, None),
        (200, 11, 0, Some(11)),
        (200, 0, 11, Some(11)),
        (29, 3, 0, Some(3)),
        (30, 3, 0, None),
        (20, 2, 0, None),
        (200, 6, 0, None),
    ];
    for (of, there, here, stops) in cases {
        let mut world = book_of(of);
        delete_there(&mut world, there);
        trash_here(&mut world, here);
        let plan = world.plan();
        assert_eq!(plan.counts().deletions, there + here);
        assert_eq!(plan.brake, stops.map(|contacts| Brake::Deletions { contacts, of }), "{there} and {here} of {of}");
        assert_eq!(deletes(&plan.unconfirmed()), stops.is_none());
    }
}

#[test]
fn with_the_brake_on_everything_else_goes_on() {
    let mut world = book_of(20);
    delete_there(&mut world, 5);
    let last = world.local.contacts.last().unwrap().id;
    world.edit_here(last, |image| titled(image, "Dr"));
    world.there(&person("New", "new@example.test"));
    let plan = world.plan();
    let lines: Vec<String> = plan.unconfirmed().iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["here: create New", "there: update Person 19 (title)"]);
    assert!(plan.to_string().starts_with("stop: 5 of 20 contacts would be deleted\n"));
    assert!(plan.to_string().ends_with("6 here, 1 there, 0 conflicts\n"));
}

#[test]
fn an_empty_list_deletes_nothing_and_makes_nothing_anew() {
    let mut world = book_of(2);
    world.edit_here(world.local.contacts[0].id, |image| titled(image, "Dr"));
    world.trash_here(world.local.contacts[1].id);
    world.remote.contacts.clear();
    let plan = world.plan();
    assert_eq!(plan.brake, Some(Brake::Empty { records: 2 }));
    assert_eq!(plan.steps.len(), 2, "{plan}");
    assert_eq!(plan.unconfirmed(), Vec::<&Planned>::new());

    let mut world = book_of(0);
    world.remote.groups.clear();
    assert_eq!(world.plan().brake, Some(Brake::Empty { records: 1 }));
    assert!(book_of(0).plan().brake.is_none());
}

#[test]
fn an_incomplete_answer_deletes_nothing_and_sends_nothing() {
    let mut world = book_of(4);
    let ids: Vec<_> = world.local.contacts.iter().map(|contact| contact.id).collect();
    world.edit_here(ids[0], |image| titled(image, "Dr"));
    world.trash_here(ids[1]);
    delete_there(&mut world, 1);
    world.remote.contacts.swap_remove(2);
    world.remote.groups.clear();
    world.here(&person("Mine", "mine@example.test"));
    world.there(&person("New", "new@example.test"));
    world.there(&person("Person 0", "0@example.test"));
    world.remote.complete = false;
    let plan = world.plan();
    let lines: Vec<String> = plan.steps.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["here: create New"], "Person 0 may be one that is not shown");
    let mut waiting: Vec<&str> = plan.held.iter().map(|held| &*held.name).collect();
    waiting.sort_unstable();
    assert_eq!(waiting, ["Mine", "Person 0", "Person 0", "Person 1"]);
    assert!(plan.held.iter().all(|held| held.reason == Reason::Incomplete));
}

#[test]
fn a_record_confirmed_a_moment_ago_is_not_deleted_because_of_one_absence() {
    let mut world = book_of(30);
    delete_there(&mut world, 3);
    for (link, minutes) in world.base.contacts.iter_mut().zip([1, 9, 10]) {
        link.confirmed.0 = NOW.0 - minutes * 60 * 1000;
    }
    let second = world.local.contacts[1].id;
    world.edit_here(second, |image| titled(image, "Dr"));
    let plan = world.plan();
    assert_eq!(plan.steps.iter().map(ToString::to_string).collect::<Vec<_>>(), ["here: move Person 2 to the trash"]);
    let held: Vec<(&str, Reason)> = plan.held.iter().map(|Held { name, reason, .. }| (&**name, *reason)).collect();
    assert_eq!(held, [("Person 0", Reason::Fresh), ("Person 1", Reason::Fresh)]);
}

#[test]
fn what_cannot_be_read_is_never_edited_made_anew_or_deleted() {
    let mut world = book_of(3);
    let servers: Vec<_> = world.remote.contacts.iter().map(|record| record.server.clone()).collect();
    for server in &servers {
        let record = world.record_mut(server);
        record.unreadable = true;
        record.image = titled(&crate::world::image(|_| {}), "what can be read");
    }
    world.edit_here(world.local.contacts[0].id, |image| titled(image, "Dr"));
    world.trash_here(world.local.contacts[1].id);
    let plan = world.plan();
    assert!(plan.is_empty(), "{plan}");
    let held: Vec<(&str, Reason)> = plan.held.iter().map(|Held { name, reason, .. }| (&**name, *reason)).collect();
    assert_eq!(held, [("Person 0", Reason::Unreadable), ("Person 1", Reason::Unreadable)]);
}

#[test]
fn a_new_record_that_cannot_be_read_is_shown_and_becomes_readable_later() {
    let mut world = World::new();
    let server = world.there(&titled(&crate::world::image(|_| {}), "Dr"));
    world.record_mut(&server).unreadable = true;
    assert_eq!(world.lines(), ["here: create (no name), of which not all can be read"]);
    world.sync();
    let record = world.record_mut(&server);
    record.unreadable = false;
    record.image = titled(&person("Ada", "ada@example.test"), "Dr");
    world.sync();
    assert_eq!(world.book_here(), ["Ada|Dr|ada@example.test|"]);
    assert_eq!(world.book_there(), world.book_here());
}

#[test]
fn a_group_stays_while_a_member_cannot_leave_it() {
    let mut world = book_of(0);
    let friends = world.local.groups[0].id;
    let ada = person("Ada", "ada@example.test").in_groups([callbook::plan::GroupRef::Ours(friends)]);
    let (_, server) = world.both(&ada);
    world.record_mut(&server).unreadable = true;
    world.delete_group_here(friends);
    let plan = world.plan();
    assert!(plan.steps.iter().all(|planned| !matches!(planned.step, Step::There(_))), "{plan}");
    assert!(plan.held.iter().any(|held| held.name == "Friends" && held.reason == Reason::Members), "{plan}");
}

#[test]
fn an_old_version_that_an_incomplete_answer_does_not_show_is_not_forgotten() {
    let mut world = book_of(3);
    let old = world.there(&person("Person 0", "0@example.test"));
    world.base.contacts[0].superseded.push(old.clone());
    let record = world.record(&old).unwrap().clone();
    world.delete_there(&old);
    world.remote.complete = false;
    world.sync();
    world.remote.contacts.push(record);
    world.remote.complete = true;
    assert_eq!(world.lines(), ["there: delete the old version of Person 0"]);
}
