//! What is told whole in a narrow window too.

use crate::{harness::Screen, people};

fn narrow(keys: &str) -> String {
    Screen::open(people(), 50, 16).types(keys).picture()
}

#[test]
fn a_question_says_all_that_a_yes_means() {
    let picture = narrow("d");
    assert!(
        picture.contains("It goes to the trash and can be restored from │") && picture.contains("│  there. "),
        "{picture}"
    );
    let bulk = narrow("*d");
    assert!(!bulk.contains('…') && bulk.contains("y yes  n no"), "{bulk}");
    let tiny = Screen::open(people(), 20, 5).types("*d").picture();
    assert!(tiny.contains("y yes"), "{tiny}");
}

#[test]
fn the_palette_takes_from_a_title_only_what_its_own_keys_need() {
    let picture = narrow(":");
    assert!(picture.contains("Delete the contact or the marked ones (to…  d"), "{picture}");
}

#[test]
fn the_members_of_a_group_have_the_line_for_their_names() {
    let picture = narrow("hn");
    assert!(picture.contains("[ ] Łukasz Żółkiewski"), "{picture}");
}

#[test]
fn a_notice_of_the_details_is_whole() {
    let picture = narrow("jjjjlG<enter>");
    assert!(picture.contains("nothing to open here; it can be copied"), "{picture}");
}
