//! People of a directory: found however they are spelled, added once, followed when the directory changes.

#[path = "support/pty.rs"]
mod pty;
mod support;

use callbook::{
    book::{
        AccountId, Command, Contact, ContactId, Draft, Failure, GroupType, PersonRef, TypedValue,
        incoming::{Fault, Incoming, IncomingContact, Place},
        port::Directory as _,
    },
    store::{Book, OFFLINE},
};
use pty::{Terminal, callbook};
use support::{book_in, named};

fn import(book: &mut Book, names: &[&str]) {
    let person = |name: &&str| {
        let (place, draft) = (Place { ordinal: 1, line: 1 }, named(name));
        let directory_key = format!("key of {name}");
        let person = IncomingContact { place, draft, photo: None, revised: None, directory_key, aliases: Vec::new() };
        Ok::<_, Fault>(Incoming::Contact(Box::new(person)))
    };
    book.import_people(&mut names.iter().map(person)).unwrap();
}

fn who(name: &str) -> PersonRef {
    PersonRef { directory: OFFLINE.to_owned(), key: format!("key of {name}") }
}

fn adding(name: &str, groups: &[&str]) -> Command {
    let mut draft = Draft { group_names: groups.iter().map(|g| (*g).to_owned()).collect(), ..Draft::default() };
    draft.profile.phone_numbers.push(TypedValue::new("home", "+44 1632 960000"));
    "Countess".clone_into(&mut draft.extras.nickname);
    Command::AddPerson { who: who(name), draft: Box::new(draft) }
}

fn add(book: &mut Book, name: &str, groups: &[&str]) -> Contact {
    let committed = book.perform(adding(name, groups)).unwrap();
    assert_eq!(committed.title, format!("Added {name}"));
    book.contact(ContactId(*committed.touched.last().unwrap())).unwrap().unwrap()
}

#[test]
fn a_person_found_by_a_misspelt_name_joins_two_groups_in_one_step_of_undo() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, &["Ada Lovelace", "Grace Hopper", "Łukasz Żółkiewski"]);
    let mut directory = book.directory().unwrap();
    let found = directory.search("Lovlase", 50, &|| false).unwrap().unwrap();
    assert_eq!((found.people.len(), found.total, found.size), (1, 1, 3));
    assert_eq!(found.people[0].who, who("Ada Lovelace"));
    assert!(directory.contacts(&found).is_empty());

    let ada = add(&mut book, "Ada Lovelace", &["Friends", "Chess"]);
    assert_eq!((ada.groups.len(), ada.effective().display_name.as_str()), (2, "Ada Lovelace"));
    assert_eq!((ada.profile.display_name.as_str(), ada.extras.nickname.as_str()), ("", "Countess"));
    let found = directory.search("ada", 50, &|| false).unwrap().unwrap();
    assert_eq!(directory.contacts(&found).get(&who("Ada Lovelace")), Some(&ada.id), "the picker marks her");

    book.perform(Command::Undo).unwrap();
    assert_eq!(book.contact(ada.id).unwrap(), None);
    assert!(book.groups().unwrap().is_empty(), "the groups made for her went with her");
    book.perform(Command::Redo).unwrap();
    assert_eq!(book.contact(ada.id).unwrap(), Some(ada));
}

#[test]
fn a_person_is_added_once_also_from_another_window() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    import(&mut one, &["Ada", "Grace"]);
    let ada = add(&mut two, "Ada", &[]);
    let twice = one.perform(adding("Ada", &["Friends"])).unwrap_err();
    assert_eq!(twice, Failure::Refused("Ada is in your book already; nothing was saved".to_owned()));
    two.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    let trashed = one.perform(adding("Ada", &[])).unwrap_err().to_string();
    assert!(trashed.starts_with("Ada lies in the trash; nothing was saved"), "{trashed}");
    assert!(one.groups().unwrap().iter().all(|row| row.group.name != "Friends"));
}

#[test]
fn who_vanished_meanwhile_is_not_added_and_who_comes_back_resolves() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    import(&mut one, &["Ada", "Grace"]);
    let grace = add(&mut one, "Grace", &[]);
    let mut directory = one.directory().unwrap();
    assert_eq!(directory.search("", 50, &|| false).unwrap().unwrap().size, 2);
    import(&mut two, &["Mary"]);
    assert!(matches!(one.perform(adding("Ada", &[])), Err(Failure::NotFound(_))));
    assert_eq!(directory.search("ada", 50, &|| false).unwrap().unwrap().people, [], "the index is read anew");
    let unresolved = |book: &Book| book.contact(grace.id).unwrap().unwrap().person.unwrap().unresolved_since;
    assert!(unresolved(&one).is_some());
    import(&mut two, &["Ada", "Grace"]);
    assert_eq!(unresolved(&one), None);
    assert!(!one.rows(None).unwrap()[0].unresolved);
}

#[test]
fn a_search_that_nobody_waits_for_ends_without_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, &["Ada"]);
    let mut directory = book.directory().unwrap();
    assert_eq!(directory.search("a", 50, &|| true).unwrap(), None);
    assert_eq!(directory.search("a", 50, &|| false).unwrap().unwrap().total, 1);
}

#[test]
fn by_keys_a_person_found_by_a_misspelt_name_joins_two_groups_is_undone_and_redone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, &["Ada Lovelace", "Grace Hopper", "Łukasz Żółkiewski"]);
    for name in ["Chess", "Friends"] {
        let (account, name, group_type) = (AccountId::local(), name.to_owned(), GroupType::Normal);
        book.perform(Command::CreateGroup { account, name, group_type, members: Vec::new() }).unwrap();
    }
    let mut terminal = Terminal::start(&mut callbook(dir.path()), 80, 24);
    terminal.expect("? help");
    // All at once: what is typed waits for the answer that decides what it means.
    terminal.press("aLovlase\r \x1b[C \r");
    terminal.expect("Added Ada Lovelace");
    let ada = || book_in(dir.path()).find("Ada Lovelace").unwrap().into_iter().next();
    assert_eq!(ada().map(|row| row.groups.len()), Some(2));
    terminal.press("u");
    terminal.expect("Undid: Added Ada Lovelace");
    assert_eq!(ada(), None);
    terminal.press("\x12");
    terminal.expect("Redid: Added Ada Lovelace");
    assert_eq!(ada().map(|row| row.groups.len()), Some(2));

    terminal.press("a");
    terminal.expect("3 people");
    terminal.until("everybody", |screen| screen.contains("Grace Hopper") && screen.contains('✓'));
    import(&mut book, &["Ada Lovelace", "Mary Somerville"]);
    // Nothing of the book changed; the next letter looks at the directory as it is now.
    terminal.press("mari");
    terminal.until("the newcomer", |screen| screen.contains("Mary Somerville") && !screen.contains("Grace Hopper"));
    terminal.press("\x1b");
    terminal.expect("? help");
    terminal.press("q");
    assert_eq!(terminal.ended(), Some(0));
    drop(book);
    assert!(!dir.path().join("book.db-wal").exists(), "the last one to close the book tidies up");
}
