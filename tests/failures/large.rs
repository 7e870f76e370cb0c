//! Big and well-formed is no failure.

use std::{fmt::Write as _, time::Instant};

use crate::{cards, home::Home, home_of_ada};

#[test]
fn a_photo_folded_into_ten_thousand_lines_comes_through() {
    let home = home_of_ada();
    let line = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8S";
    let mut card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Grace Hopper\r\nPHOTO;ENCODING=b;TYPE=JPEG:".to_owned();
    for _ in 0..10_000 {
        write!(card, "\r\n {line}").unwrap();
    }
    card.push_str("\r\nNOTE:after the photo\r\nEND:VCARD\r\n");
    home.ok(&["import", &home.file("photo.vcf", &card)]);
    let exported = home.ok(&["export", "grace", "--format", "vcard3"]);
    let unfolded = exported.replace("\r\n ", "");
    assert!(unfolded.contains(&line.repeat(10_000)), "the photo is not what it was");
    assert!(unfolded.contains("\r\nNOTE:after the photo\r\n"));
    let again = home.run(&["import", &home.file("again.vcf", &card)]);
    assert!(again.err.starts_with("0 new, 0 changed, 1 already there"), "{again:?}");
}

/// A hundred thousand cards are imported, listed and taken back. How long that takes beside ten thousand is printed.
#[test]
fn a_hundred_thousand_cards_in_one_file() {
    let took = [10_000, 100_000].map(|count| {
        let home = Home::new();
        let file = home.file("many.vcf", &cards(count));
        let begun = Instant::now();
        let timed = |arguments: &[&str]| {
            let begun = Instant::now();
            let done = home.run(arguments);
            assert_eq!(done.code, 0, "{}", done.err);
            (done, begun.elapsed())
        };
        let (done, importing) = timed(&["import", &file]);
        assert!(done.err.starts_with(&format!("{count} new, 0 changed, 0 already there")), "{}", done.err);
        let (done, listing) = timed(&["list"]);
        assert_eq!(done.out.lines().count(), count);
        let (_, undoing) = timed(&["undo"]);
        assert_eq!(home.ok(&["list"]), "");
        println!("{count} cards: imported in {importing:.1?}, listed in {listing:.1?}, taken back in {undoing:.1?}");
        begun.elapsed()
    });
    println!(
        "a hundred thousand take {:.1} times as long as ten thousand",
        took[1].as_secs_f64() / took[0].as_secs_f64()
    );
}
