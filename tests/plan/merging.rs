//! The merge of two images, field by field.

use callbook::{
    book::{Address, GroupType, Profile, TypedValue},
    plan::{GroupImage, Holder, Image, Merged, ServerId, merge, merge_groups},
};

use crate::world::{image, ours, titled};

type Numbers = &'static [(&'static str, &'static str)];

fn numbers(values: &[(&str, &str)]) -> Image {
    image(|profile| profile.phone_numbers = values.iter().map(|(kind, value)| TypedValue::new(kind, value)).collect())
}

fn merged_numbers(base: &[(&str, &str)], ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Result<String, String> {
    let Merged { image, conflicts } = merge(&numbers(base), &numbers(ours), &numbers(theirs));
    match &conflicts[..] {
        [] => {
            let told = image.profile().phone_numbers.iter().map(|entry| format!("{} {}", entry.kind, entry.value));
            Ok(told.collect::<Vec<_>>().join(", "))
        }
        [conflict] => Err(format!("{}: {} | {}", conflict.field, conflict.mine, conflict.theirs)),
        more => panic!("{more:?}"),
    }
}

#[test]
fn different_fields_are_joined_and_the_same_field_is_a_conflict() {
    let base = image(|p| p.display_name = "Ada".to_owned());
    let mine = image(|p| {
        p.display_name = "Ada".to_owned();
        p.title = "Countess".to_owned();
        p.company_name = "Analytical".to_owned();
    });
    let theirs = image(|p| {
        p.display_name = "Ada King".to_owned();
        p.title = "Dr".to_owned();
    });
    let Merged { image, conflicts } = merge(&base, &mine, &theirs);
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!((conflict.field, &*conflict.mine, &*conflict.theirs), ("title", "Countess", "Dr"));
    assert_eq!(image.profile().display_name, "Ada King");
    assert_eq!(image.profile().company_name, "Analytical");
}

#[test]
fn an_emptied_field_is_an_edit_like_any_other() {
    let base = titled(&image(|_| {}), "Dr");
    assert_eq!(merge(&base, &titled(&base, ""), &base).image.profile().title, "");
    assert_eq!(merge(&base, &titled(&base, ""), &titled(&base, "Prof")).conflicts.len(), 1);
}

#[test]
fn lists_are_joined_by_value() {
    let base = [("work", "1"), ("home", "2")];
    let cases: [(Numbers, Numbers, Result<&str, &str>); 9] = [
        // ours                                         theirs                                        both
        (&[("work", "1"), ("home", "2"), ("", "3")], &[("home", "2")], Ok("home 2,  3")),
        (
            &[("work", "1"), ("home", "2"), ("", "3")],
            &[("work", "1"), ("home", "2"), ("", "3")],
            Ok("work 1, home 2,  3"),
        ),
        (
            &[("", "4"), ("work", "1"), ("home", "2")],
            &[("", "3"), ("work", "1"), ("home", "2")],
            Ok("work 1, home 2,  3,  4"),
        ),
        (&[("home", "2"), ("work", "1")], &[("work", "1"), ("mobile", "2")], Ok("mobile 2, work 1")),
        (&[("", "3"), ("home", "2"), ("work", "1")], &[("home", "2")], Ok(" 3, home 2")),
        (&[], &[("work", "1"), ("home", "2"), ("", "3")], Ok(" 3")),
        // The type changed on one side wins over the removal, and over no change.
        (&[("work", "1")], &[("work", "1"), ("mobile", "2")], Ok("work 1, mobile 2")),
        (&[("mobile", "1"), ("home", "2")], &[("work", "1"), ("work", "2")], Ok("mobile 1, work 2")),
        (
            &[("mobile", "1"), ("home", "2")],
            &[("fax", "1"), ("home", "2")],
            Err("phoneNumbers: 1 (mobile), 2 (home) | 1 (fax), 2 (home)"),
        ),
    ];
    for (ours, theirs, expected) in cases {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(merged_numbers(&base, ours, theirs), expected, "{ours:?} and {theirs:?}");
    }
}

#[test]
fn both_sides_may_not_choose_a_preferred_number_each() {
    let prefer = |at: usize| {
        let mut profile = numbers(&[("work", "1"), ("work", "2")]).profile().clone();
        profile.phone_numbers[at].primary = true;
        Image::new(Holder::Custom, &profile, [])
    };
    let base = numbers(&[("work", "1"), ("work", "2")]);
    assert_eq!(merge(&base, &prefer(0), &prefer(1)).conflicts.len(), 1);
    assert_eq!(merge(&base, &prefer(0), &prefer(0)).image, prefer(0));
}

#[test]
fn an_address_is_one_value() {
    let at = |street: &str, city: &str| {
        let address = Address { street: street.to_owned(), city: city.to_owned(), ..Address::default() };
        image(|profile| profile.addresses = vec![address])
    };
    let merged = merge(&at("Old Road 1", "London"), &at("New Road 2", "London"), &at("Old Road 1", "Paris"));
    let [conflict] = &merged.conflicts[..] else { panic!("{merged:?}") };
    assert_eq!(
        (conflict.field, &*conflict.mine, &*conflict.theirs),
        ("addresses", "New Road 2, London", "Old Road 1, Paris")
    );
}

#[test]
fn groups_are_joined_by_membership() {
    let base = image(|_| {}).in_groups([ours(1), ours(2)]);
    let merged = merge(&base, &base.in_groups([ours(1), ours(3)]), &base.in_groups([ours(2), ours(4)]));
    assert!(merged.conflicts.is_empty());
    assert_eq!(merged.image, base.in_groups([ours(3), ours(4)]));
}

#[test]
fn a_group_takes_the_name_of_one_side_and_the_type_of_the_other() {
    let of = |name: &str, kind| GroupImage::new(name, kind);
    let base = of("Friends", GroupType::Normal);
    let merged = merge_groups(&base, &of(" Pals ", GroupType::Normal), &of("Friends", GroupType::External));
    assert_eq!(merged.image, of("Pals", GroupType::External));
    assert_eq!(merge_groups(&base, &of("A", GroupType::Normal), &of("B", GroupType::Normal)).conflicts.len(), 1);
}

#[test]
fn an_image_holds_what_the_account_holds_and_nothing_else() {
    let profile = Profile {
        display_name: "Ada".to_owned(),
        department: "Engines".to_owned(),
        manager: "Babbage".to_owned(),
        primary_contact_method: "EMAIL".to_owned(),
        emails: vec![TypedValue::new("Boat", "ada@example.test"), TypedValue::new("work", "")],
        phone_numbers: vec![TypedValue { kind: "WORK".to_owned(), ..TypedValue::new("work", "1") }],
        addresses: vec![
            Address {
                city: "London".to_owned(),
                po_box: "7".to_owned(),
                kind: "home".to_owned(),
                ..Address::default()
            },
            Address { city: "Paris".to_owned(), ..Address::default() },
        ],
        ..Profile::default()
    };
    let custom = Image::new(Holder::Custom, &profile, []);
    let expected = Profile {
        display_name: "Ada".to_owned(),
        emails: vec![TypedValue::new("other", "ada@example.test")],
        phone_numbers: vec![TypedValue::new("work", "1")],
        addresses: vec![Address { city: "London".to_owned(), ..Address::default() }],
        ..Profile::default()
    };
    assert_eq!(custom.profile(), &expected);
    let cloud = Image::new(Holder::Cloud(ServerId("p".to_owned())), &profile, []);
    assert_eq!(cloud.profile(), &Profile { phone_numbers: expected.phone_numbers, ..Profile::default() });
}
