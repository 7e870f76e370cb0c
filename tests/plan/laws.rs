//! What holds whatever two sides did: a sync ends, loses nothing, doubles nothing, and may be cut off anywhere.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use callbook::{
    book::{
        AccountId, Address, Contact, ContactId, ContactType, Extras, Person, PersonRef, Profile, Timestamp, TypedValue,
    },
    plan::{GroupRef, Holder, Image, Planned, ServerId, Step, StepId, There, merge},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::world::{World, cloud, contact_id, group_id, join, leave, person, titled};

/// What somebody does to one side, with numbers that choose the record.
#[derive(Clone, Copy, Debug)]
enum Deed {
    CreateHere,
    CreateThere,
    CreateTwins(u8),
    AddHere(u8),
    AddThere(u8),
    RetitleHere(u8),
    RetitleThere(u8),
    ReplaceThere(u8),
    ReencryptThere(u8),
    MoveHere(u8, u8),
    MoveThere(u8, u8),
    TrashHere(u8),
    EraseHere(u8),
    DeleteThere(u8),
    BreakThere(u8),
    DangleThere(u8),
    AddPersonHere(u8),
    AddPersonThere(u8),
    NewGroupHere(u8),
    NewGroupThere(u8),
    RenameGroupHere(u8),
    RenameGroupThere(u8),
    ReplaceGroupThere(u8),
    DeleteGroupHere(u8),
    DeleteGroupThere(u8),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = 0..8_u8;
    let any = prop_oneof![
        Just(Deed::CreateHere),
        Just(Deed::CreateThere),
        (0..4_u8).prop_map(Deed::CreateTwins),
        n.clone().prop_map(Deed::AddHere),
        n.clone().prop_map(Deed::AddThere),
        n.clone().prop_map(Deed::RetitleHere),
        n.clone().prop_map(Deed::RetitleThere),
        n.clone().prop_map(Deed::ReplaceThere),
        n.clone().prop_map(Deed::ReencryptThere),
        (n.clone(), n.clone()).prop_map(|(a, b)| Deed::MoveHere(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Deed::MoveThere(a, b)),
        n.clone().prop_map(Deed::TrashHere),
        n.clone().prop_map(Deed::EraseHere),
        n.clone().prop_map(Deed::DeleteThere),
        n.clone().prop_map(Deed::BreakThere),
        n.clone().prop_map(Deed::DangleThere),
        n.clone().prop_map(Deed::AddPersonHere),
        n.clone().prop_map(Deed::AddPersonThere),
        n.clone().prop_map(Deed::NewGroupHere),
        n.clone().prop_map(Deed::NewGroupThere),
        n.clone().prop_map(Deed::RenameGroupHere),
        n.clone().prop_map(Deed::RenameGroupThere),
        n.clone().prop_map(Deed::ReplaceGroupThere),
        n.clone().prop_map(Deed::DeleteGroupHere),
        n.prop_map(Deed::DeleteGroupThere),
    ];
    vec(any, 0..12)
}

const GROUP_NAMES: [&str; 5] = ["Friends", "friends", "Work", "Other contacts", "Club"];

/// Two groups and five contacts that both sides have; two of them are CLOUD.
fn agreed(with_default: bool) -> World {
    let mut world = World::new();
    let (friends, _) = world.group_both("Friends");
    let (work, _) = world.group_both("Work");
    if with_default {
        world.group_both("Other contacts");
    }
    for n in 0..5 {
        let image = match n {
            3 | 4 => cloud(&format!("p{n}"), &[&format!("+1 {n}")]),
            _ => person(&format!("Person {n}"), &format!("{n}@example.test")),
        };
        let groups = [GroupRef::Ours(friends), GroupRef::Ours(work)];
        world.both(&image.in_groups(groups.into_iter().take(n % 3)));
    }
    world
}

fn with_number(image: &Image, number: &str) -> Image {
    let mut profile = image.profile().clone();
    profile.phone_numbers.push(TypedValue::new("mobile", number));
    Image::new(image.holder().clone(), &profile, image.groups().iter().cloned())
}

fn pick<T: Clone>(from: &[T], n: u8) -> Option<T> {
    from.get(usize::from(n) % from.len().max(1)).cloned()
}

struct Story {
    world: World,
    /// Numbers that were added, which nobody else knows.
    step: usize,
    broken: BTreeSet<ServerId>,
}

impl Story {
    fn live(&self) -> Vec<ContactId> {
        self.world.local.contacts.iter().filter(|contact| !contact.trashed).map(|contact| contact.id).collect()
    }

    fn there(&self) -> Vec<ServerId> {
        self.world.remote.contacts.iter().filter(|c| !c.unreadable).map(|record| record.server.clone()).collect()
    }

    #[expect(clippy::too_many_lines, reason = "a list of deeds")]
    fn tell(&mut self, deed: Deed) {
        self.step += 1;
        let step = self.step;
        let (live, there) = (self.live(), self.there());
        let groups: Vec<_> = self.world.local.groups.iter().map(|group| group.id).collect();
        let servers: Vec<_> = self.world.remote.groups.iter().map(|group| group.server.clone()).collect();
        let world = &mut self.world;
        match deed {
            Deed::CreateHere => drop(world.here(&person(&format!("New {step}"), &format!("new{step}@example.test")))),
            Deed::CreateThere => drop(world.there(&person(&format!("New {step}"), &format!("new{step}@example.test")))),
            Deed::CreateTwins(count) => {
                let twin = person(&format!("Twin {step}"), &format!("twin{step}@example.test"));
                world.here(&twin);
                for _ in 0..count {
                    world.there(&twin);
                }
            }
            Deed::AddHere(n) => {
                if let Some(id) = pick(&live, n) {
                    world.edit_here(id, |image| with_number(image, &format!("+46 {step}")));
                }
            }
            Deed::AddThere(n) => {
                if let Some(id) = pick(&there, n) {
                    world.edit_there(&id, |image| with_number(image, &format!("+47 {step}")));
                }
            }
            Deed::RetitleHere(n) => {
                if let Some(id) = pick(&live, n) {
                    world.edit_here(id, |image| titled(image, &format!("Title {step}")));
                }
            }
            Deed::RetitleThere(n) => {
                if let Some(id) = pick(&there, n) {
                    world.edit_there(&id, |image| titled(image, &format!("Title {step}")));
                }
            }
            Deed::ReplaceThere(n) => {
                if let Some(id) = pick(&there, n) {
                    world.replace_there(&id, |image| with_number(image, &format!("+47 {step}")));
                }
            }
            Deed::ReencryptThere(n) => {
                if let Some(id) = pick(&there, n) {
                    world.replace_there(&id, Clone::clone);
                }
            }
            Deed::MoveHere(n, m) => {
                if let (Some(id), Some(group)) = (pick(&live, n), pick(&groups, m)) {
                    world.edit_here(id, |image| toggled(image, &GroupRef::Ours(group)));
                }
            }
            Deed::MoveThere(n, m) => {
                if let (Some(id), Some(group)) = (pick(&there, n), pick(&servers, m)) {
                    world.edit_there(&id, |image| toggled(image, &GroupRef::Theirs(group)));
                }
            }
            Deed::TrashHere(n) => pick(&live, n).into_iter().for_each(|id| world.trash_here(id)),
            Deed::EraseHere(n) => pick(&live, n).into_iter().for_each(|id| world.erase_here(id)),
            Deed::DeleteThere(n) => pick(&there, n).iter().for_each(|id| world.delete_there(id)),
            Deed::BreakThere(n) => {
                if let Some(id) = pick(&there, n) {
                    let record = world.record_mut(&id);
                    record.unreadable = true;
                    record.image =
                        Image::new(record.image.holder().clone(), &Profile::default(), record.image.groups().clone());
                    self.broken.insert(id);
                }
            }
            Deed::DangleThere(n) => {
                if let Some(id) = pick(&there, n) {
                    world.edit_there(&id, |image| {
                        join(
                            &join(image, &GroupRef::Theirs(ServerId(String::new()))),
                            &GroupRef::Theirs(ServerId("gone".to_owned())),
                        )
                    });
                }
            }
            Deed::AddPersonHere(n) => {
                let image = cloud(&format!("p{n}"), &[&format!("+46 {step}")]);
                if !world.local.contacts.iter().any(|contact| contact.image.holder() == image.holder()) {
                    world.here(&image);
                }
            }
            Deed::AddPersonThere(n) => {
                let image = cloud(&format!("p{n}"), &[&format!("+47 {step}")]);
                if !world.remote.contacts.iter().any(|contact| contact.image.holder() == image.holder()) {
                    world.there(&image);
                }
            }
            Deed::NewGroupHere(n) => drop(pick(&GROUP_NAMES, n).map(|name| world.group_here(name))),
            Deed::NewGroupThere(n) => drop(pick(&GROUP_NAMES, n).map(|name| world.group_there(name))),
            Deed::RenameGroupHere(n) => {
                if let Some(id) = pick(&groups, n) {
                    world.rename_here(id, &format!("Group {step}"));
                }
            }
            Deed::RenameGroupThere(n) => {
                if let Some(id) = pick(&servers, n) {
                    world.rename_there(&id, &format!("Group {step}"));
                }
            }
            Deed::ReplaceGroupThere(n) => {
                let Some(old) = pick(&servers, n) else { return };
                let new = GroupRef::Theirs(world.group_there(&format!("Group {step}")));
                let old_ref = GroupRef::Theirs(old.clone());
                for id in &there {
                    if world.record(id).unwrap().image.groups().contains(&old_ref) {
                        world.replace_there(id, |image| join(&leave(image, &old_ref), &new));
                    }
                }
                world.delete_group_there(&old);
            }
            Deed::DeleteGroupHere(n) => pick(&groups, n).into_iter().for_each(|id| world.delete_group_here(id)),
            Deed::DeleteGroupThere(n) => pick(&servers, n).iter().for_each(|id| world.delete_group_there(id)),
        }
    }
}

fn toggled(image: &Image, group: &GroupRef) -> Image {
    if image.groups().contains(group) { leave(image, group) } else { join(image, group) }
}

fn told(with_default: bool, deeds: &[Deed]) -> Story {
    let mut story = Story { world: agreed(with_default), step: 0, broken: BTreeSet::new() };
    for deed in deeds {
        story.tell(*deed);
    }
    story
}

/// Both books. Whether a vanished group was renamed there or deleted is told by its members, who may have moved on when a
/// sync goes on after a failure: nobody is lost by that, but what comes of it may differ.
fn outcome(world: &World, deeds: &[Deed]) -> Option<[Vec<String>; 2]> {
    assert_one_to_one(world);
    assert_equal_sides(world);
    let guessed = deeds.iter().any(|deed| matches!(deed, Deed::ReplaceGroupThere(_)));
    (!guessed).then(|| [world.book_here(), world.book_there()])
}

fn numbers(image: &Image) -> impl Iterator<Item = String> {
    image.profile().phone_numbers.iter().map(|entry| entry.value.clone())
}

/// Who is left to the user after a sync.
struct Open {
    contacts: HashSet<ContactId>,
    servers: HashSet<ServerId>,
}

fn open(world: &World) -> Open {
    let plan = world.plan();
    let subjects = plan.held.iter().filter_map(|held| match held.subject {
        Some(callbook::plan::Subject::Contact(id)) => Some(id),
        _ => None,
    });
    let conflicts = plan.conflicts.iter().filter_map(|conflict| match &conflict.versions {
        callbook::plan::Versions::Contact { contact, .. } => Some(*contact),
        callbook::plan::Versions::Group { .. } => None,
    });
    let unclear = plan.unclear.iter().flat_map(|unclear| unclear.contacts.iter().copied());
    Open {
        contacts: subjects.chain(conflicts).chain(unclear).collect(),
        servers: plan.unclear.iter().flat_map(|unclear| unclear.servers.iter().cloned()).collect(),
    }
}

fn assert_one_to_one(world: &World) {
    let open = open(world);
    let links: BTreeMap<ContactId, &ServerId> =
        world.base.contacts.iter().map(|link| (link.id, &link.server)).collect();
    let linked: BTreeSet<&ServerId> = links.values().copied().collect();
    assert_eq!(linked.len(), links.len(), "two contacts are linked to one record");
    for record in &world.remote.contacts {
        let clear = linked.contains(&record.server) || open.servers.contains(&record.server);
        assert!(clear, "{:?} is linked to nothing", record.server);
    }
    for contact in &world.local.contacts {
        let link = links.get(&contact.id);
        assert!(link.is_none_or(|server| world.record(server).is_some()), "{} has a dead link", contact.id);
        if contact.trashed {
            assert!(link.is_none_or(|id| world.record(id).unwrap().unreadable), "{} is deleted here only", contact.id);
        } else {
            assert!(link.is_some() || open.contacts.contains(&contact.id), "{} is nowhere there", contact.id);
        }
    }
    assert!(world.base.contacts.iter().all(|link| link.superseded.is_empty()), "old versions are left");
}

fn assert_equal_sides(world: &World) {
    let open = open(world);
    let group_links: BTreeMap<_, _> = world.base.groups.iter().map(|link| (link.server.clone(), link.id)).collect();
    for link in &world.base.contacts {
        let (Some(here), Some(there)) = (world.contact(link.id), world.record(&link.server)) else { continue };
        if there.unreadable || open.contacts.contains(&link.id) || here.trashed {
            continue;
        }
        assert_eq!(here.image.profile(), there.image.profile());
        assert_eq!(here.image.holder(), there.image.holder());
        let mapped = there.image.groups().iter().filter_map(|group| match group {
            GroupRef::Theirs(id) => group_links.get(id).map(|id| GroupRef::Ours(*id)),
            GroupRef::Ours(_) => None,
        });
        let is_default = |group: &GroupRef| {
            world.local.groups.iter().any(|g| GroupRef::Ours(g.id) == *group && g.image.is_default())
        };
        let mapped: BTreeSet<_> = mapped.filter(|group| !is_default(group)).collect();
        let ours: BTreeSet<_> = here.image.groups().iter().filter(|group| !is_default(group)).cloned().collect();
        assert_eq!(ours, mapped, "groups of {}", here.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sync_ends_within_three_rounds_and_both_sides_have_the_same(with_default: bool, deeds in deeds()) {
        let mut world = told(with_default, &deeds).world;
        let before = world.plan();
        prop_assert_eq!(&world.plan(), &before, "a plan is a function of the three states");
        let rounds = world.sync();
        prop_assert!(rounds <= 3, "{} rounds", rounds);
        assert_one_to_one(&world);
        assert_equal_sides(&world);
    }

    #[test]
    fn nothing_is_lost(with_default: bool, deeds in deeds()) {
        let story = told(with_default, &deeds);
        let mut world = story.world.clone();
        let base: BTreeSet<String> = world.base.contacts.iter().flat_map(|link| numbers(&link.image)).collect();
        let new_here: Vec<(ContactId, String)> = world.local.contacts.iter().filter(|contact| !contact.trashed)
            .flat_map(|contact| numbers(&contact.image).map(|number| (contact.id, number))).collect();
        let new_there: Vec<String> = world.remote.contacts.iter().flat_map(|record| numbers(&record.image)).collect();
        let ids: Vec<ContactId> = world.local.contacts.iter().map(|contact| contact.id).collect();
        world.sync();
        for (id, number) in new_here.iter().filter(|(_, number)| !base.contains(number)) {
            let contact = world.contact(*id).expect("no contact is erased by a sync");
            prop_assert!(!contact.trashed, "{} has what was never sent, and lies in the trash", id);
            prop_assert!(numbers(&contact.image).any(|n| n == *number), "{} of {} is lost here", number, id);
        }
        for number in new_there.iter().filter(|number| !base.contains(*number)) {
            let kept = world.remote.contacts.iter().any(|record| numbers(&record.image).any(|n| n == *number));
            prop_assert!(kept, "{} is lost there", number);
        }
        for id in ids {
            prop_assert!(world.contact(id).is_some(), "the local part of {} is lost", id);
        }
        for broken in &story.broken {
            prop_assert_eq!(world.record(broken), story.world.record(broken), "what cannot be read is left alone");
        }
    }

    #[test]
    fn a_sync_may_be_cut_off_after_any_step(with_default: bool, deeds in deeds(), cut in 0..12_usize) {
        let world = told(with_default, &deeds).world;
        let (mut whole, mut cut_off) = (world.clone(), world);
        whole.sync();
        let steps = cut_off.plan().steps;
        steps.iter().take(cut).for_each(|planned| cut_off.carry_out(planned));
        cut_off.sync();
        prop_assert_eq!(outcome(&cut_off, &deeds), outcome(&whole, &deeds));
    }

    #[test]
    fn whatever_fails_takes_with_it_only_what_needs_it(with_default: bool, deeds in deeds(), fails in vec(any::<bool>(), 24)) {
        let world = told(with_default, &deeds).world;
        let (mut whole, mut patchy) = (world.clone(), world);
        whole.sync();
        let mut failed: HashSet<StepId> = HashSet::new();
        let mut seen: HashSet<StepId> = HashSet::new();
        for (at, planned) in patchy.plan().steps.iter().enumerate() {
            prop_assert!(planned.needs.iter().all(|need| seen.contains(need)), "what is needed comes first");
            prop_assert!(seen.insert(planned.id.clone()), "an id names one step");
            let fails = fails.get(at).copied().unwrap_or_default();
            if fails || planned.needs.iter().any(|need| failed.contains(need)) {
                failed.insert(planned.id.clone());
            } else {
                patchy.carry_out(planned);
            }
        }
        patchy.sync();
        prop_assert_eq!(outcome(&patchy, &deeds), outcome(&whole, &deeds));
    }

    /// The answer to a POST is lost: the record is there, and the links do not know it.
    #[test]
    fn a_lost_answer_doubles_nothing(with_default: bool, deeds in deeds(), at in 0..12_usize) {
        let world = told(with_default, &deeds).world;
        let (mut whole, mut unlucky) = (world.clone(), world);
        whole.sync();
        for (n, planned) in unlucky.plan().steps.iter().enumerate() {
            if n == at && posts(planned) {
                unlucky.lose_the_answer_to(planned);
                break;
            }
            unlucky.carry_out(planned);
        }
        unlucky.sync();
        prop_assert_eq!(outcome(&unlucky, &deeds), outcome(&whole, &deeds));
    }
}

fn posts(planned: &Planned) -> bool {
    matches!(
        planned.step,
        Step::There(
            There::CreateContact { .. }
                | There::ReplaceContact { .. }
                | There::RecreateContact { .. }
                | There::CreateGroup { .. }
        )
    )
}

fn values() -> impl Strategy<Value = Vec<TypedValue>> {
    let entry = (select(vec!["1", "2", "3", "4", ""]), select(vec!["work", "home", "Boat", ""]), any::<bool>());
    let entry = entry.prop_map(|(value, kind, primary)| TypedValue { primary, ..TypedValue::new(kind, value) });
    vec(entry, 0..4)
}

fn addresses() -> impl Strategy<Value = Vec<Address>> {
    let text = || select(vec!["", "A", "B"]).prop_map(str::to_owned);
    let address = (text(), text(), text()).prop_map(|(street, city, po_box)| Address {
        street,
        city,
        po_box,
        ..Address::default()
    });
    vec(address, 0..3)
}

fn profiles() -> impl Strategy<Value = Profile> {
    let text = || select(vec!["", "A", "B"]).prop_map(str::to_owned);
    (text(), text(), text(), values(), values(), addresses()).prop_map(
        |(display_name, title, department, emails, phone_numbers, addresses)| Profile {
            display_name,
            title,
            department,
            emails,
            phone_numbers,
            addresses,
            ..Profile::default()
        },
    )
}

fn images() -> impl Strategy<Value = Image> {
    (profiles(), any::<bool>(), vec(0..3_u32, 0..3)).prop_map(|(profile, custom, groups)| {
        let holder = if custom { Holder::Custom } else { Holder::Cloud(ServerId("p".to_owned())) };
        Image::new(holder, &profile, groups.into_iter().map(|n| GroupRef::Ours(group_id(n))))
    })
}

fn contacts() -> impl Strategy<Value = Contact> {
    (profiles(), any::<bool>()).prop_map(|(profile, custom)| {
        let account = AccountId("webex".to_owned());
        let mut contact = Contact::new(contact_id(1), account.clone(), Timestamp(0));
        contact.profile = profile;
        contact.extras = Extras { notes: "stays".to_owned(), ..Extras::default() };
        if !custom {
            contact.contact_type = ContactType::Cloud;
            let who = PersonRef { directory: account.0, key: "p".to_owned() };
            contact.person = Some(Person { who, profile: Profile::default(), unresolved_since: None });
        }
        contact
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_image_comes_back_from_the_wire_as_it_left(image in images()) {
        let back = Image::new(image.holder().clone(), image.profile(), image.groups().clone());
        prop_assert_eq!(&back, &image);
        let stored: Image = serde_json::from_value(serde_json::to_value(&image).unwrap()).unwrap();
        prop_assert_eq!(stored, image);
    }

    #[test]
    fn a_contact_takes_an_image_and_keeps_its_local_part(contact in contacts(), image in images()) {
        let mut taken = contact.clone();
        let before = Image::of(&contact);
        let image = Image::new(before.holder().clone(), image.profile(), image.groups().clone());
        image.write_into(&mut taken, |group| match group { GroupRef::Ours(id) => Some(*id), GroupRef::Theirs(_) => None });
        prop_assert_eq!(Image::of(&taken), image);
        prop_assert_eq!(&taken.extras, &contact.extras);
        prop_assert_eq!(&taken.profile.department, &contact.profile.department);
        prop_assert_eq!(taken.profile.addresses.iter().skip(1).collect::<Vec<_>>(), contact.profile.addresses.iter().skip(1).collect::<Vec<_>>());
        let mut unchanged = contact.clone();
        before.write_into(&mut unchanged, |group| match group { GroupRef::Ours(id) => Some(*id), GroupRef::Theirs(_) => None });
        for (kept, was) in unchanged.profile.phone_numbers.iter().zip(contact.profile.phone_numbers.iter().filter(|v| !v.value.is_empty())) {
            prop_assert_eq!(kept, was, "labels stay");
        }
    }

    #[test]
    fn a_merge_is_the_same_from_either_side(base in images(), one in images(), other in images()) {
        let (left, right) = (merge(&base, &one, &other), merge(&base, &other, &one));
        let swapped: Vec<_> = right.conflicts.iter().map(|c| (c.field, c.theirs.clone(), c.mine.clone())).collect();
        let named: Vec<_> = left.conflicts.iter().map(|c| (c.field, c.mine.clone(), c.theirs.clone())).collect();
        prop_assert_eq!(&named, &swapped);
        if named.is_empty() {
            prop_assert_eq!(left.image, right.image);
        }
    }

    #[test]
    fn a_merge_with_one_side_unchanged_is_the_other_side(base in images(), one in images()) {
        for (ours, theirs) in [(&base, &one), (&one, &base), (&one, &one)] {
            let merged = merge(&base, ours, theirs);
            prop_assert!(merged.conflicts.is_empty());
            prop_assert_eq!(&merged.image, &one);
        }
    }
}
