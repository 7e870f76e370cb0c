//! Accounts come and go; contacts are copied and moved between them.

use callbook::{
    book::{
        AccountId, AccountKind, Command, ContactId, ContactType, Failure, GroupId, GroupType, OTHER_CONTACTS, Person,
        PersonRef,
    },
    store::{Book, Lease, Leaving, OpenError},
};
use rusqlite::Connection;

use crate::{
    at_work, count, names,
    server::{Server, profile, sync},
    support::{book_in, contents, created, edited, named},
    work, work_book,
};

fn group(book: &mut Book, account: &AccountId, name: &str) -> Result<GroupId, Failure> {
    let (account, name, group_type) = (account.clone(), name.to_owned(), GroupType::Normal);
    let made = book.perform(Command::CreateGroup { account, name, group_type, members: Vec::new() })?;
    Ok(GroupId(made.touched[0]))
}

#[test]
fn a_book_of_the_second_version_is_migrated_and_a_newer_one_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    let (before, history) = (contents(&book), book.history(None, 9).unwrap());
    drop(book);
    let file = Connection::open(dir.path().join("book.db")).unwrap();
    file.execute_batch(
        "CREATE TABLE old (change INTEGER NOT NULL REFERENCES change, position INTEGER NOT NULL, kind TEXT NOT NULL,
             id BLOB NOT NULL, image TEXT NOT NULL, PRIMARY KEY (change, position)) STRICT, WITHOUT ROWID;
         INSERT INTO old SELECT row >> 32, row & 0xffffffff, kind, id, image FROM change_record; DROP TABLE change_record; ALTER TABLE old RENAME TO change_record;
         CREATE INDEX change_record_id ON change_record (id, change);
         DROP TABLE link; DROP TABLE sending; DROP TABLE conflict; DROP TABLE apart; DROP TABLE account_state;
         DROP TABLE unsent; DROP TABLE waiting; DROP INDEX contact_account; PRAGMA user_version = 2",
    )
    .unwrap();
    drop(file);
    let mut book = book_in(dir.path());
    assert_eq!((contents(&book), book.history(None, 9).unwrap()), (before, history));
    book.add_account(&work()).unwrap();
    let ada = created(&mut book, at_work("Grace"));
    assert_eq!(book.queue(&work()).unwrap()[0].id, ada.groups[0].0, "the default group comes first");
    drop(book);
    Connection::open(dir.path().join("book.db")).unwrap().execute_batch("PRAGMA user_version = 6").unwrap();
    let refused = Book::open(&dir.path().join("book.db"), std::sync::Arc::new(crate::support::Counting::default()));
    assert!(matches!(refused, Err(OpenError::Newer { found: 6, .. })));
}

#[test]
fn accounts_have_groups_and_names_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    book.add_account(&work()).unwrap();
    let kinds: Vec<_> = book.accounts().unwrap().into_iter().map(|account| account.kind).collect();
    assert_eq!(kinds, [AccountKind::Local, AccountKind::Webex]);
    assert!(book.add_account(&AccountId("../x".to_owned())).is_err());
    assert!(book.add_account(&AccountId::local()).is_err());

    let here = group(&mut book, &AccountId::local(), "Friends").unwrap();
    let there = group(&mut book, &work(), "friends").unwrap();
    assert!(matches!(group(&mut book, &work(), "FRIENDS"), Err(Failure::Refused(_))));
    assert!(matches!(group(&mut book, &AccountId("gone".to_owned()), "x"), Err(Failure::NotFound(_))));

    let (ada, grace) = (created(&mut book, named("Ada")), created(&mut book, at_work("Grace")));
    let home = |id: GroupId| book.groups().unwrap().into_iter().find(|row| row.group.id == id).unwrap().group;
    assert_eq!((home(ada.groups[0]).name.as_str(), home(ada.groups[0]).account), (OTHER_CONTACTS, AccountId::local()));
    assert_eq!((home(grace.groups[0]).name.as_str(), home(grace.groups[0]).account), (OTHER_CONTACTS, work()));

    let regroup = |book: &mut Book, contact: ContactId, join: GroupId| {
        let (contacts, join) = (vec![contact], vec![join]);
        book.perform(Command::Regroup { contacts, join, make: Vec::new(), leave: Vec::new() })
    };
    assert!(matches!(regroup(&mut book, ada.id, there), Err(Failure::Refused(_))));
    regroup(&mut book, ada.id, here).unwrap();
    let grace = edited(&mut book, &grace, |d| d.groups = vec![here, there]).unwrap();
    assert_eq!(grace.groups, [there], "a group of another account is no group for it");

    // By name each goes to the group of its own account.
    let contacts = vec![ada.id, grace.id];
    let make = vec!["Friends".to_owned(), "New".to_owned()];
    book.perform(Command::Regroup { contacts, join: Vec::new(), make, leave: Vec::new() }).unwrap();
    for contact in book.contacts(&[ada.id, grace.id]).unwrap() {
        let groups = book.groups().unwrap();
        let of = |id: &GroupId| groups.iter().find(|row| row.group.id == *id).unwrap().group.account.clone();
        assert!(contact.groups.iter().all(|id| of(id) == contact.account));
    }
}

#[test]
fn a_copy_is_a_contact_of_its_own_and_a_move_is_one_step_of_undo() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut ada = named("Ada");
    ada.group_names = vec!["Friends".to_owned()];
    ada.extras.notes = "met in Graz".to_owned();
    ada.extras.uid = "uid-of-ada".to_owned();
    let ada = created(&mut book, ada);
    let before = contents(&book);

    book.perform(Command::CopyContacts { contacts: vec![ada.id], account: work() }).unwrap();
    assert_eq!(names(&book, &work()), ["Ada"]);
    assert_eq!(names(&book, &AccountId::local()), ["Ada"]);
    let copy = book.rows(None).unwrap().into_iter().find(|row| row.id != ada.id).unwrap();
    assert!(copy.unsent && !crate::row(&book, ada.id).unsent);
    let copy = book.contact(copy.id).unwrap().unwrap();
    assert_eq!((copy.extras.notes.as_str(), copy.extras.uid.as_str()), ("met in Graz", ""));
    assert_ne!(copy.groups, ada.groups);
    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(&book), before);

    book.perform(Command::MoveContacts { contacts: vec![ada.id], account: work() }).unwrap();
    assert_eq!(names(&book, &work()), ["Ada"]);
    assert!(names(&book, &AccountId::local()).is_empty());
    assert!(book.contact(ada.id).unwrap().unwrap().trashed.is_some());
    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(&book), before);
    book.perform(Command::Redo).unwrap();
    assert_eq!(names(&book, &work()), ["Ada"]);
    let nowhere = AccountId("nowhere".to_owned());
    let lost = book.perform(Command::CopyContacts { contacts: vec![ada.id], account: nowhere });
    assert!(matches!(lost, Err(Failure::NotFound(_))));
}

fn person(key: &str, name: &str) -> Person {
    let who = PersonRef { directory: work().0, key: key.to_owned() };
    Person { who, profile: profile(name, "Engineer"), unresolved_since: None }
}

#[test]
fn people_of_an_account_are_its_cloud_contacts_and_follow_its_directory() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let (ada, grace) = (person("p1", "Ada"), person("p2", "Grace"));
    book.remember_people(&[ada.clone(), grace]).unwrap();
    // The form stood in the local account.
    let added = Command::AddPerson { who: ada.who.clone(), draft: Box::default() };
    book.perform(added.clone()).unwrap();
    let row = book.rows(None).unwrap().pop().unwrap();
    let contact = book.contact(row.id).unwrap().unwrap();
    assert_eq!((contact.account, contact.contact_type), (work(), ContactType::Cloud));
    assert!(matches!(book.perform(added), Err(Failure::Refused(_))), "she is in the book already");

    let promoted = Person { profile: profile("Ada", "Countess"), ..ada.clone() };
    let done = book.refresh_people(&work(), &[promoted], &[]).unwrap();
    assert_eq!(done.delta.rows.len(), 1);
    let seen = |book: &Book| book.contact(row.id).unwrap().unwrap().person.unwrap();
    assert_eq!(seen(&book).profile.title, "Countess");
    book.refresh_people(&work(), &[], &["p1".to_owned(), "p9".to_owned()]).unwrap();
    let since = seen(&book).unresolved_since.unwrap();
    assert_eq!(seen(&book).profile.title, "Countess");
    assert!(crate::row(&book, row.id).unresolved);
    book.refresh_people(&work(), &[], &["p1".to_owned()]).unwrap();
    assert_eq!(seen(&book).unresolved_since, Some(since), "since the first time");
    book.refresh_people(&work(), &[ada], &[]).unwrap();
    assert_eq!(seen(&book).unresolved_since, None);
    assert!(book.sync_state(&work()).unwrap().directory.is_some());
    // A change of a directory is nobody's to undo.
    assert_eq!(book.perform(Command::Undo).unwrap().title, "Undid: Added Ada");

    let mut elsewhere = at_work("");
    elsewhere.contact_type = ContactType::Cloud;
    elsewhere.person =
        Some(Person { who: PersonRef { directory: "offline".to_owned(), key: "1".to_owned() }, ..person("1", "X") });
    assert!(matches!(book.perform(Command::CreateContact(Box::new(elsewhere))), Err(Failure::Refused(_))));
}

#[test]
fn leaving_an_account_keeps_a_local_copy_that_undo_leads_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let friends = server.add_group("Friends");
    server.add("Ada", "Countess", &[&friends]);
    book.remember_people(&[person("p1", "Pat")]).unwrap();
    book.perform(Command::AddPerson { who: person("p1", "").who, draft: Box::default() }).unwrap();
    let mut local = named("Grace");
    local.group_names = vec!["Friends".to_owned()];
    created(&mut book, local);
    sync(&mut book, &mut server);
    let before = contents(&book);
    let told = book.history(None, 99).unwrap().len();

    book.remove_account(&work(), Leaving::Keep).unwrap();
    assert_eq!(book.accounts().unwrap().len(), 1);
    assert_eq!(book.groups().unwrap().iter().filter(|row| row.group.name == "Friends").count(), 1);
    let pat = book.find("Pat").unwrap().pop().unwrap();
    let pat = book.contact(pat.id).unwrap().unwrap();
    assert_eq!((pat.contact_type, pat.profile.title.as_str(), pat.person), (ContactType::Custom, "Engineer", None));
    assert!(names(&book, &AccountId::local()).contains(&"Ada".to_owned()));
    assert_eq!(book.history(None, 99).unwrap().len(), told + 1, "the history stays");
    for table in ["link", "sending", "account_state", "unsent", "person"] {
        assert_eq!(count(dir.path(), &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }

    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(&book), before);
    assert_eq!(book.accounts().unwrap().len(), 2);
    // Signed in again: everything is recognised, nothing is doubled.
    let requests = server.requests.len();
    sync(&mut book, &mut server);
    assert_eq!(server.requests.len(), requests, "{:?}", server.requests);
    assert!(!book.has_unsent(&work()).unwrap());
    assert!(book.remove_account(&AccountId::local(), Leaving::Keep).is_err());
}

#[test]
fn removing_an_account_erases_it_from_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let secret = server.add_group("Secretgroup");
    server.add("Zebulonius", "Countess", &[&secret]);
    sync(&mut book, &mut server);
    let zeb = book.find("Zebulonius").unwrap().pop().unwrap();
    let zeb = book.contact(zeb.id).unwrap().unwrap();
    edited(&mut book, &zeb, |d| d.extras.notes = "Zebulonius likes tea".to_owned()).unwrap();
    created(&mut book, named("Grace"));
    book.back_up().unwrap();
    book.pin(&work(), "user", Some("Zebulonius-id")).unwrap();

    let done = book.remove_account(&work(), Leaving::Remove).unwrap();
    assert_eq!(done.delta.gone, [zeb.id]);
    assert_eq!(names(&book, &AccountId::local()), ["Grace"]);
    assert!(book.groups().unwrap().iter().all(|row| row.group.name != "Secretgroup"));
    let undone = book.perform(Command::Undo).unwrap();
    assert_eq!(undone.title, "Undid: Created Grace", "what is erased cannot be undone");
    drop(book);
    for entry in
        std::fs::read_dir(dir.path()).unwrap().chain(std::fs::read_dir(dir.path().join("book.db.backups")).unwrap())
    {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for word in ["ebulonius", "ecretgroup"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{} still holds {word}", path.display());
        }
    }
}

#[test]
fn a_lease_belongs_to_one_and_ends_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let book = work_book(dir.path());
    let lease = Lease::take(book.path(), &work()).unwrap();
    assert!(Lease::take(book.path(), &work()).is_none());
    assert_eq!(Lease::holder(book.path(), &work()), Some(std::process::id()));
    assert!(Lease::take(book.path(), &AccountId("home".to_owned())).is_some());
    assert!(Lease::take(book.path(), &AccountId("../../evil".to_owned())).is_none());
    drop(lease);
    assert_eq!(Lease::holder(book.path(), &work()), None);
    assert!(Lease::take(book.path(), &work()).is_some());
}

#[test]
fn what_is_known_of_an_account_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (work_book(dir.path()), book_in(dir.path()));
    assert_eq!(one.sync_state(&work()).unwrap(), callbook::store::SyncState::default());
    one.pin(&work(), "kms", Some("kms.example")).unwrap();
    one.say(&work(), "syncing 3 of 7").unwrap();
    assert!(two.news().unwrap().is_some(), "others hear it");
    let state = two.sync_state(&work()).unwrap();
    assert_eq!((state.facts["kms"].as_str(), state.said.as_str()), ("kms.example", "syncing 3 of 7"));
    one.pin(&work(), "kms", None).unwrap();
    assert!(one.sync_state(&work()).unwrap().facts.is_empty());
    assert!(one.say(&AccountId("gone".to_owned()), "x").is_err());
}
