//! Everything that can go wrong for a person: each failure says what happened, where, and what to do; the exit code is
//! the documented one; and nothing that was there before is lost.

#[path = "../support/home.rs"]
mod home;

mod damage;
mod full_disk;
mod hostile;
mod input;
mod large;
mod other_programs;
mod permissions;
mod settings;
mod stopped;

use home::Home;
use serde_json::json;

/// A home whose book holds Ada Lovelace.
fn home_of_ada() -> Home {
    let home = Home::new();
    home.add(&json!({"displayName": "Ada Lovelace", "emails": [{"value": "ada@engines.example"}]}));
    home
}

/// Does something that must leave the contacts as they are.
#[track_caller]
fn losing_nothing<T>(home: &Home, work: impl FnOnce() -> T) -> T {
    let before = home.json(&["list", "--json"]);
    let done = work();
    assert_eq!(home.json(&["list", "--json"]), before);
    done
}

/// The card of a person with a number.
fn card(number: usize) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{number};Person;;;\r\nFN:Person {number}\r\nUID:person-{number}\r\n\
         TEL;TYPE=CELL:+1 415 555 {number:05}\r\nEMAIL:person{number}@example.org\r\nX-SHOE-SIZE:{number}\r\nEND:VCARD\r\n"
    )
}

/// The cards of so many people.
fn cards(count: usize) -> String {
    (0..count).map(card).collect()
}
