//! A book that another program holds.

use std::thread;

use serde_json::json;

use crate::{card, home_of_ada, losing_nothing};

#[test]
fn a_locked_book_can_be_read_and_says_why_it_cannot_be_written() {
    let home = home_of_ada();
    let file = home.file("one.vcf", &card(1));
    let other = rusqlite::Connection::open(home.path("book.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    losing_nothing(&home, || {
        assert_eq!(home.names(), ["Ada Lovelace"], "reading waits for nobody");
        let grace = json!({"displayName": "Grace"}).to_string();
        let attempts: [(&[&str], &str); 4] =
            [(&["add"], &grace), (&["rm", "Ada Lovelace"], ""), (&["import", &file], ""), (&["undo"], "")];
        let refused = thread::scope(|scope| {
            let running = attempts.map(|(arguments, input)| scope.spawn(|| home.feed(arguments, input)));
            running.map(|attempt| attempt.join().unwrap())
        });
        for done in refused {
            assert!(done.err.contains("nothing of this was saved"), "{done:?}");
            done.fails(4, "another program has locked it for more than 5 seconds; close that program, or try again");
        }
    });
    other.execute_batch("ROLLBACK").unwrap();
    home.ok(&["import", &file]);
    assert_eq!(home.names(), ["Ada Lovelace", "Person 1"]);
}

#[test]
fn two_at_once_wait_for_each_other() {
    let home = home_of_ada();
    let add = |number: usize| home.add(&json!({"displayName": format!("Person {number}")}));
    let mut ids: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..6).map(|number| scope.spawn(move || add(number))).collect();
        running.into_iter().map(|adding| adding.join().unwrap()).collect()
    });
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), home.names().len()), (6, 7));
}
