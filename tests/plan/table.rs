//! The nine cells of the model (model.md, Sync), for contacts and for groups: what the plan says, and what both sides are
//! once it is carried out.

use callbook::{
    book::{ContactId, GroupId},
    plan::{GroupRef, ServerId},
};

use crate::world::{World, join, person, titled};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Unchanged,
    Edited,
    /// Both edited: another field than the other side.
    EditedElsewhere,
    Gone,
}
use Side::{Edited, EditedElsewhere, Gone, Unchanged};

fn contact_in(here: Side, there: Side) -> (World, ContactId, ServerId) {
    let mut world = World::new();
    let ada = person("Ada", "ada@example.test");
    let (id, server) = world.both(&ada);
    match here {
        Unchanged => {}
        Edited => world.edit_here(id, |image| titled(image, "Countess")),
        EditedElsewhere => world.edit_here(id, |_| person("Ada", "countess@example.test")),
        Gone => world.trash_here(id),
    }
    match there {
        Unchanged => {}
        Edited | EditedElsewhere => world.edit_there(&server, |image| titled(image, "Dr")),
        Gone => world.delete_there(&server),
    }
    // Company, so that one deletion is not the whole book.
    for n in 0..3 {
        world.both(&person(&format!("Other {n}"), &format!("{n}@example.test")));
    }
    (world, id, server)
}

const OTHERS: [&str; 3] = ["Other 0||0@example.test|", "Other 1||1@example.test|", "Other 2||2@example.test|"];

#[test]
fn the_table_for_contacts() {
    let cases: [(Side, Side, &[&str], &[&str]); 10] = [
        // here      there           the plan                                               both sides afterwards
        (Unchanged, Unchanged, &[], &["Ada||ada@example.test|"]),
        (Unchanged, Edited, &["here: update Ada (title)"], &["Ada|Dr|ada@example.test|"]),
        (Unchanged, Gone, &["here: move Ada to the trash"], &[]),
        (Edited, Unchanged, &["there: update Ada (title)"], &["Ada|Countess|ada@example.test|"]),
        (
            EditedElsewhere,
            Edited,
            &["here: update Ada (title)", "there: update Ada (e-mail)"],
            &["Ada|Dr|countess@example.test|"],
        ),
        (Edited, Edited, &["conflict: Ada (title: 'Countess' here, 'Dr' there)"], &[]),
        (Edited, Gone, &["there: create Ada anew, which was edited here"], &["Ada|Countess|ada@example.test|"]),
        (Gone, Unchanged, &["there: delete Ada"], &[]),
        (Gone, Edited, &["here: restore Ada, which was edited there"], &["Ada|Dr|ada@example.test|"]),
        (Gone, Gone, &["note: Ada is gone on both sides"], &[]),
    ];
    for (here, there, lines, afterwards) in cases {
        let (mut world, id, _) = contact_in(here, there);
        assert_eq!(world.lines(), lines, "{here:?} here, {there:?} there");
        if (here, there) == (Edited, Edited) {
            let before = format!("{world:?}");
            assert_eq!(world.sync(), 0, "a conflict sends nothing");
            assert_eq!(format!("{world:?}"), before);
            continue;
        }
        let expected: Vec<&str> = afterwards.iter().chain(&OTHERS).copied().collect();
        world.sync();
        assert_eq!(world.book_here(), expected, "{here:?} here, {there:?} there");
        assert_eq!(world.book_there(), expected, "{here:?} here, {there:?} there");
        assert!(world.contact(id).is_some(), "our id stays, in the trash too");
    }
}

#[test]
fn a_contact_erased_from_the_trash_comes_back_under_its_id() {
    let (mut world, id, _) = contact_in(Unchanged, Edited);
    world.erase_here(id);
    assert_eq!(world.lines(), ["here: restore Ada, which was edited there"]);
    world.sync();
    assert!(world.contact(id).is_some());
}

fn group_in(here: Side, there: Side) -> (World, GroupId, ServerId) {
    let mut world = World::new();
    let (id, server) = world.group_both("Friends");
    world.both(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(id)));
    match here {
        Unchanged => {}
        Edited | EditedElsewhere => world.rename_here(id, "Pals"),
        Gone => world.delete_group_here(id),
    }
    match there {
        Unchanged => {}
        Edited | EditedElsewhere => world.rename_there(&server, "Mates"),
        Gone => world.delete_group_there(&server),
    }
    world.group_both("Work");
    (world, id, server)
}

#[test]
fn the_table_for_groups() {
    let cases: [(Side, Side, &[&str], &str); 9] = [
        // here      there      the plan                                                              the group afterwards
        (Unchanged, Unchanged, &[], "Friends"),
        (Unchanged, Edited, &["here: rename group Friends to Mates"], "Mates"),
        (Unchanged, Gone, &["here: update Ada (groups)", "here: delete group Friends"], ""),
        (
            Edited,
            Unchanged,
            &[
                "there: rename group Friends to Pals (1 contact moves)",
                "there: update Ada (groups)",
                "there: delete the old version of group Friends",
            ],
            "Pals",
        ),
        (Edited, Edited, &["conflict: Pals (name: 'Pals' here, 'Mates' there)"], ""),
        (
            Edited,
            Gone,
            &[
                "note: Ada stays in a group that stays",
                "there: create group Pals anew, which is in use here",
                "there: update Ada (groups)",
            ],
            "Pals",
        ),
        (Gone, Unchanged, &["there: update Ada (groups)", "there: delete group Friends"], ""),
        (
            Gone,
            Edited,
            &[
                "note: Ada stays in a group that stays",
                "here: restore group Mates, which is in use there",
                "here: update Ada (groups)",
            ],
            "Mates",
        ),
        (Gone, Gone, &["note: Ada is the same on both sides", "note: group Friends is gone on both sides"], ""),
    ];
    for (here, there, lines, afterwards) in cases {
        let (mut world, id, _) = group_in(here, there);
        assert_eq!(world.lines(), lines, "{here:?} here, {there:?} there");
        if (here, there) == (Edited, Edited) {
            assert_eq!(world.sync(), 0, "a conflict sends nothing");
            continue;
        }
        world.sync();
        let expected = [format!("Ada||ada@example.test|{afterwards}")];
        assert_eq!(world.book_here(), expected, "{here:?} here, {there:?} there");
        assert_eq!(world.book_there(), expected, "{here:?} here, {there:?} there");
        if !afterwards.is_empty() {
            assert!(world.local.groups.iter().any(|group| group.id == id), "our id stays");
        }
    }
}

#[test]
fn groups_and_contacts_of_one_side_alone_come_to_the_other() {
    let mut world = World::new();
    let friends = world.group_here("Friends");
    world.here(&join(&person("Ada", "ada@example.test"), &GroupRef::Ours(friends)));
    let work = world.group_there("Work");
    world.there(&join(&person("Grace", "grace@example.test"), &GroupRef::Theirs(work)));
    assert_eq!(
        world.lines(),
        ["here: create group Work", "there: create group Friends", "here: create Grace", "there: create Ada",]
    );
    assert_eq!(world.sync(), 1);
    assert_eq!(world.book_here(), ["Ada||ada@example.test|Friends", "Grace||grace@example.test|Work"]);
    assert_eq!(world.book_there(), world.book_here());
}
