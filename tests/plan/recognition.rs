//! Who is who: replacements, our own ciphertext, equals, late twins.

use callbook::{
    book::{Profile, TypedValue},
    plan::{Answer, GroupRef, Image, Sent, ServerId},
};

use crate::world::{World, cloud, group, image, join, person, server, titled};

fn with_company(world: &mut World) {
    for n in 0..8 {
        world.both(&person(&format!("Other {n}"), &format!("other{n}@example.test")));
    }
}

#[test]
fn an_edit_made_elsewhere_is_a_replacement_and_keeps_our_id() {
    let mut world = World::new();
    with_company(&mut world);
    let (id, server) = world.both(&person("Ada", "ada@example.test"));
    world.replace_there(&server, |image| titled(image, "Dr"));
    assert_eq!(world.lines(), ["note: Ada was replaced there by a newer version", "here: update Ada (title)"]);
    world.sync();
    assert_eq!(world.contact(id).unwrap().image.profile().title, "Dr");
    assert!(!world.contact(id).unwrap().trashed);
}

#[test]
fn re_encryption_alone_changes_only_the_link() {
    let mut world = World::new();
    let (_, server) = world.both(&person("Ada", "ada@example.test"));
    world.replace_there(&server, Clone::clone);
    assert_eq!(world.lines(), ["note: Ada was replaced there by a newer version"]);
}

#[test]
fn most_fields_equal_are_a_replacement_too_and_few_are_not() {
    let card = |email: &str, surname: &str| {
        image(|profile| {
            profile.display_name = format!("Ada {surname}");
            profile.first_name = "Ada".to_owned();
            profile.last_name = surname.to_owned();
            profile.company_name = "Analytical".to_owned();
            profile.title = "Countess".to_owned();
            profile.emails = vec![TypedValue::new("work", email)];
        })
    };
    let plan_of = |new: Image| {
        let mut world = World::new();
        with_company(&mut world);
        let (_, server) = world.both(&card("ada@example.test", "Byron"));
        world.replace_there(&server, |_| new);
        world.lines()
    };
    let replaced = "note: Ada Byron was replaced there by a newer version";
    assert_eq!(plan_of(card("ada@example.test", "King"))[0], replaced);
    assert_eq!(plan_of(card("byron@example.test", "Byron"))[0], replaced);
    assert_eq!(
        plan_of(card("king@example.test", "King")),
        ["here: create Ada King", "here: move Ada Byron to the trash"]
    );
    let other = person("Grace", "ada@example.test");
    assert_eq!(plan_of(other), ["here: create Grace", "here: move Ada Byron to the trash"]);
}

#[test]
fn what_was_sent_and_never_answered_is_known_again_although_somebody_edited_it_since() {
    let mut world = World::new();
    with_company(&mut world);
    let ada = world.here(&person("Ada", "ada@example.test"));
    let plan = world.plan();
    world.lose_the_answer_to(&plan.steps[0]);
    let arrived = world.remote.contacts.last().unwrap().server.clone();
    world.replace_there(&arrived, |image| titled(image, "Dr"));
    world.edit_here(ada, |image| {
        let profile = Profile { company_name: "Analytical".to_owned(), ..image.profile().clone() };
        Image::new(image.holder().clone(), &profile, image.groups().iter().cloned())
    });
    world.sync();
    let there: Vec<_> = world.remote.contacts.iter().filter(|it| it.image.name() == "Ada").collect();
    assert_eq!(there.len(), 1, "{:#?}", world.lines());
    let profile = there[0].image.profile();
    assert_eq!((profile.title.as_str(), profile.company_name.as_str()), ("Dr", "Analytical"));
    assert_eq!(world.contact(ada).unwrap().image.profile(), profile);
}

#[test]
fn with_a_second_candidate_nothing_is_a_replacement() {
    let mut world = World::new();
    with_company(&mut world);
    let ada = person("Ada", "ada@example.test");
    let (_, server) = world.both(&ada);
    world.replace_there(&server, |image| titled(image, "Dr"));
    world.there(&titled(&ada, "Prof"));
    assert_eq!(world.lines(), ["here: create Ada", "here: create Ada", "here: move Ada to the trash"]);
}

#[test]
fn a_replacement_meets_the_table_like_any_edit() {
    let mut world = World::new();
    with_company(&mut world);
    let (edited, server) = world.both(&person("Ada", "ada@example.test"));
    world.edit_here(edited, |image| titled(image, "Countess"));
    world.replace_there(&server, |image| titled(image, "Dr"));
    let (_, unchanged_there) = {
        let both = world.both(&person("Grace", "grace@example.test"));
        world.trash_here(both.0);
        both
    };
    world.replace_there(&unchanged_there, Clone::clone);
    assert_eq!(
        world.lines(),
        [
            "conflict: Ada (title: 'Countess' here, 'Dr' there)",
            "note: Ada was replaced there by a newer version",
            "note: Grace was replaced there by a newer version",
            "there: delete Grace",
        ]
    );
}

#[test]
fn the_answers_to_a_conflict() {
    let conflict = || {
        let mut world = World::new();
        let (id, server) = world.both(&person("Ada", "ada@example.test"));
        world.edit_here(id, |image| titled(image, "Countess"));
        world.edit_there(&server, |_| titled(&person("Ada", "king@example.test"), "Dr"));
        (world, id, server)
    };
    for (answer, expected) in [
        (Answer::Mine, &["Ada|Countess|king@example.test|"][..]),
        (Answer::Theirs, &["Ada|Dr|king@example.test|"]),
        (Answer::Both, &["Ada|Countess|ada@example.test|", "Ada|Dr|king@example.test|"]),
    ] {
        let (mut world, id, server) = conflict();
        let answered = world.plan().conflicts[0].answer(answer).unwrap();
        world.edit_here(id, |_| answered.ours.clone());
        world.link(id, &server, &answered.base);
        if let Some(copy) = &answered.copy {
            world.here(copy);
        }
        world.sync();
        assert_eq!(world.book_here(), expected, "{answer:?}");
        assert_eq!(world.book_there(), expected, "{answer:?}");
    }
}

#[test]
fn what_is_there_already_is_linked_and_not_sent_again() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    world.here(&ada);
    world.there(&ada);
    world.group_here("friends");
    world.group_there("Friends");
    assert_eq!(
        world.lines(),
        ["note: group friends is there already", "note: Ada is there already", "here: rename group friends to Friends",]
    );
    world.sync();
    assert_eq!((world.book_here().len(), world.book_there().len()), (1, 1));
}

#[test]
fn equals_that_are_not_one_to_one_are_shown_and_never_guessed() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let id = world.here(&ada);
    let one = world.there(&ada);
    let other = world.there(&ada);
    let plan = world.plan();
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(world.lines(), ["unclear: Ada (1 here and 2 there are equal)"]);
    assert_eq!(plan.unclear[0].contacts, [id]);
    assert_eq!(plan.unclear[0].servers, [one.clone(), other.clone()]);

    let mut answered = world.clone();
    answered.link(id, &one, &ada);
    assert_eq!(answered.lines(), ["here: create Ada"]);

    world.base.apart = vec![(id, one), (id, other)];
    assert_eq!(world.lines(), ["here: create Ada", "here: create Ada", "there: create Ada"]);
}

#[test]
fn as_many_equals_here_as_there_are_paired() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    for _ in 0..3 {
        world.here(&ada);
        world.there(&ada);
    }
    assert_eq!(world.lines(), ["note: Ada is there already"; 3]);
}

fn sent(
    world: &World,
    id: callbook::book::ContactId,
    server: &ServerId,
    replaces: Option<ServerId>,
) -> Sent<callbook::book::ContactId, Image> {
    let record = world.record(server).unwrap();
    Sent { id, sealed: record.sealed.clone(), image: record.image.clone(), replaces, open: true, cleared: false }
}

#[test]
fn our_own_ciphertext_is_recognised_although_the_contact_was_edited_since() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let id = world.here(&titled(&ada, "Countess"));
    let server = world.there(&ada);
    world.base.sent_contacts = vec![sent(&world, id, &server, None)];
    assert_eq!(world.lines(), ["note: Ada has arrived there", "there: update Ada (title)"]);
    world.sync();
    assert_eq!(world.book_there(), ["Ada|Countess|ada@example.test|"]);
}

#[test]
fn an_edit_whose_answer_was_lost_is_finished() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let (id, old) = world.both(&ada);
    world.edit_here(id, |image| titled(image, "Dr"));
    let new = world.there(&titled(&ada, "Dr"));
    world.base.sent_contacts = vec![sent(&world, id, &new, Some(old))];
    assert_eq!(world.lines(), ["note: Ada has arrived there", "there: delete the old version of Ada"]);
    world.sync();
    assert_eq!(world.book_there(), ["Ada|Dr|ada@example.test|"]);
}

#[test]
fn a_late_twin_with_our_ciphertext_is_removed_and_a_copy_of_somebody_else_is_not() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let (id, server) = world.both(&ada);
    let mut journal = sent(&world, id, &server, None);
    journal.open = false;
    world.base.sent_contacts = vec![journal.clone()];
    let twin = world.there(&ada);
    world.record_mut(&twin).sealed = journal.sealed.clone();
    assert_eq!(world.lines(), ["note: Ada is the same on both sides", "there: delete the old version of Ada"]);

    world.record_mut(&twin).image = titled(&ada, "Dr");
    assert_eq!(world.lines(), ["here: create Ada"]);
}

#[test]
fn a_contact_deleted_while_it_was_sent_is_deleted_there_when_it_arrives() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let id = world.here(&ada);
    world.trash_here(id);
    let server = world.there(&ada);
    world.base.sent_contacts = vec![sent(&world, id, &server, None)];
    assert_eq!(world.lines(), ["note: Ada has arrived there", "there: delete Ada"]);
    world.sync();
    assert_eq!(world.book_there(), Vec::<String>::new());
}

#[test]
fn a_person_without_additions_who_was_deleted_while_they_were_sent_is_known_again() {
    let mut world = World::new();
    let id = world.here(&cloud("p1", &[]));
    world.trash_here(id);
    let server = world.there(&cloud("p1", &[]));
    world.base.sent_contacts = vec![sent(&world, id, &server, None)];
    assert_eq!(world.lines(), ["note: (no name) has arrived there", "there: delete (no name)"]);
    // What somebody has written into it since, or has made after ours was answered, is not what we sent.
    let mut edited = world.clone();
    edited.edit_there(&server, |_| cloud("p1", &["+1"]));
    assert_eq!(edited.lines(), ["here: restore +1, which was edited there"]);
    world.base.sent_contacts[0].open = false;
    assert_eq!(world.lines(), ["here: restore (no name), which was edited there"]);
}

#[test]
fn an_edit_of_a_person_without_additions_that_was_undone_while_it_was_sent_is_known_again() {
    let mut world = World::new();
    let (friends, _) = world.group_both("Friends");
    let (id, server) = world.both(&cloud("p1", &[]));
    let joined = join(&cloud("p1", &[]), &GroupRef::Ours(friends));
    let wire = world.on_the_wire(&joined);
    world.edit_there(&server, |_| wire);
    let journal = sent(&world, id, &server, Some(server.clone()));
    world.base.sent_contacts = vec![Sent { image: joined, ..journal }];
    assert_eq!(world.lines(), ["note: (no name) has arrived there", "there: update (no name) (groups)"]);
}

#[test]
fn two_machines_that_edit_at_the_same_time_end_with_one_contact() {
    let mut world = World::new();
    with_company(&mut world);
    let ada = person("Ada", "ada@example.test");
    let (id, old) = world.both(&ada);
    world.edit_here(id, |image| titled(image, "Countess"));
    // Our new version arrived, its answer was lost, and the other machine replaced the old one meanwhile.
    let ours = world.there(&titled(&ada, "Countess"));
    world.base.sent_contacts = vec![sent(&world, id, &ours, Some(old.clone()))];
    world.replace_there(&old, |image| {
        let phone_numbers = vec![TypedValue::new("mobile", "+1")];
        Image::new(image.holder().clone(), &Profile { phone_numbers, ..image.profile().clone() }, [])
    });
    world.sync();
    let ada: Vec<String> = world.book_there().into_iter().filter(|line| line.starts_with("Ada")).collect();
    assert_eq!(ada, ["Ada|Countess|ada@example.test,+1|"]);
    assert_eq!(world.book_here(), world.book_there());
}

#[test]
fn an_edit_there_between_our_new_version_and_the_end_of_the_old_one_is_kept_and_doubles_nothing() {
    let mut world = World::new();
    with_company(&mut world);
    let ada = person("Ada", "ada@example.test");
    let (id, _) = world.both(&titled(&ada, "Countess"));
    world.base.contacts.iter_mut().find(|link| link.id == id).unwrap().superseded = vec![server("old")];
    let phone_numbers = vec![TypedValue::new("mobile", "+1")];
    world.there(&Image::new(ada.holder().clone(), &Profile { phone_numbers, ..ada.profile().clone() }, []));
    world.sync();
    let ada: Vec<String> = world.book_there().into_iter().filter(|line| line.starts_with("Ada")).collect();
    assert_eq!(ada, ["Ada|Countess|ada@example.test,+1|"]);
    assert_eq!(world.book_here(), world.book_there());
}

#[test]
fn who_is_back_here_before_the_answer_to_our_deletion_is_made_anew_there() {
    let mut world = World::new();
    with_company(&mut world);
    let (friends, group) = world.group_both("Friends");
    let ada = join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends));
    let (_, server) = world.both(&ada);
    world.base.deleting = [server.clone(), group.clone()].into();
    world.delete_there(&server);
    world.delete_group_there(&group);
    world.sync();
    assert!(world.book_there().contains(&"Ada||ada@example.test|Friends".to_owned()), "{:#?}", world.book_there());
    assert_eq!(world.book_here(), world.book_there());
}

#[test]
fn an_edit_of_a_cloud_contact_is_delete_then_create() {
    let mut world = World::new();
    let (id, _) = world.both(&cloud("p1", &["+1"]));
    world.edit_here(id, |_| cloud("p1", &["+1", "+2"]));
    let plan = world.plan();
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["steps"][0]["action"], "recreateContact");
    world.sync();
    assert_eq!(world.book_there(), ["p1||+1,+2|"]);
}

#[test]
fn a_person_whom_somebody_adds_between_our_two_steps_keeps_the_additions_of_both() {
    let mut world = World::new();
    let (id, server) = world.both(&cloud("p1", &["+1"]));
    world.edit_here(id, |_| cloud("p1", &["+1", "+2"]));
    world.edit_there(&server, |_| cloud("p1", &["+3"]));
    let journal = sent(&world, id, &server, Some(server.clone()));
    let (image, sealed) = (cloud("p1", &["+1", "+2"]), ["jwe".to_owned()].into());
    world.base.sent_contacts = vec![Sent { image, sealed, cleared: true, ..journal }];
    world.sync();
    assert_eq!(world.book_there(), ["p1||+1,+2,+3|"]);
    assert_eq!(world.book_here(), world.book_there());
}

#[test]
fn an_edit_in_place_has_arrived_when_nothing_of_the_old_version_is_left() {
    let ada = person("Ada", "ada@example.test");
    let moved = titled(&person("Ada", "countess@example.test"), "Countess");
    let edited = |left: Image| {
        let mut world = World::new();
        let (id, server) = world.both(&ada);
        world.edit_here(id, |_| titled(&moved, "Enchantress"));
        world.record_mut(&server).image = left;
        let journal = sent(&world, id, &server, Some(server.clone()));
        world.base.sent_contacts = vec![Sent { image: moved.clone(), ..journal }];
        world
    };
    let mut world = edited(moved.clone());
    assert_eq!(world.lines(), ["note: Ada has arrived there", "there: update Ada (title)"]);
    world.sync();
    assert_eq!(world.book_there(), ["Ada|Enchantress|countess@example.test|"]);
    // It was taken for an addition: the old address must not come back from there.
    let both = image(|profile| {
        profile.display_name = "Ada".to_owned();
        profile.emails = [&ada, &moved].map(|image| image.profile().emails[0].clone()).to_vec();
    });
    let mut world = edited(both);
    assert_eq!(world.lines(), ["there: update Ada (title, e-mail)"]);
    world.sync();
    assert_eq!(world.book_there(), ["Ada|Enchantress|countess@example.test|"]);
}

#[test]
fn an_absence_that_we_made_ourselves_is_no_deletion() {
    let mut world = World::new();
    with_company(&mut world);
    let (id, server) = world.both(&cloud("p1", &["+1"]));
    let journal = Sent { image: cloud("p1", &["+1", "+2"]), ..sent(&world, id, &server, Some(server.clone())) };
    world.base.sent_contacts = vec![Sent { sealed: ["jwe".to_owned()].into(), ..journal }];
    world.delete_there(&server);
    // The edit was undone meanwhile, so that nothing but the journal tells this from a deletion made elsewhere.
    assert_eq!(world.lines(), ["there: create +1"]);
    world.trash_here(id);
    assert_eq!(world.lines(), ["note: +1 is gone on both sides"]);
}

#[test]
fn a_custom_contact_whose_next_version_never_left_can_still_be_deleted_elsewhere() {
    let mut world = World::new();
    with_company(&mut world);
    let (id, server) = world.both(&person("Ada", "ada@example.test"));
    let journal = sent(&world, id, &server, Some(server.clone()));
    world.base.sent_contacts = vec![Sent { sealed: ["jwe".to_owned()].into(), ..journal }];
    world.delete_there(&server);
    assert_eq!(world.lines(), ["here: move Ada to the trash"]);
}

#[test]
fn a_person_on_both_sides_is_one_contact_with_the_additions_of_both() {
    let mut world = World::new();
    world.here(&cloud("p1", &["+1"]));
    world.there(&cloud("p1", &["+2"]));
    world.sync();
    assert_eq!(world.book_here(), ["p1||+1,+2|"]);
    assert_eq!(world.book_there(), ["p1||+1,+2|"]);
}

#[test]
fn who_comes_back_is_taken_from_the_trash() {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    for image in [&ada, &cloud("p1", &["+1"])] {
        let id = world.here(image);
        world.trash_here(id);
    }
    world.there(&ada);
    world.there(&cloud("p1", &["+2"]));
    assert_eq!(
        world.lines(),
        ["here: restore +1, which was edited there", "here: restore Ada, which was edited there"]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    world.sync();
    assert_eq!(world.local.contacts.len(), 2);
}

#[test]
fn a_group_replaced_elsewhere_keeps_our_id() {
    let mut world = World::new();
    let (id, old) = world.group_both("Friends");
    let ada = person("Ada", "ada@example.test").in_groups([callbook::plan::GroupRef::Ours(id)]);
    let (_, server) = world.both(&ada);
    let new = world.group_there("Pals");
    world.replace_there(&server, |image| image.in_groups([callbook::plan::GroupRef::Theirs(new)]));
    world.delete_group_there(&old);
    assert_eq!(
        world.lines(),
        [
            "note: group Friends was replaced there by a newer version",
            "note: Ada was replaced there by a newer version",
            "here: rename group Friends to Pals",
        ]
    );
    world.sync();
    assert_eq!(world.local.groups.iter().map(|g| (g.id, g.image.clone())).collect::<Vec<_>>(), [(id, group("Pals"))]);
    assert_eq!(world.book_here(), ["Ada||ada@example.test|Pals"]);
}
