//! The store against real SQLite files.

mod support;

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use callbook::{
    book::{
        AccountId, Address, Command, ContactType, Draft, Failure, GroupId, GroupType, OTHER_CONTACTS, Person,
        PersonRef, Timestamp, TypedValue,
        incoming::{Fault, Incoming, IncomingContact, Photo, Place},
    },
    search::Topic,
    store::{Book, ImportOptions, OpenError, restore_backup},
};
use support::{Counting, book_in, contents, created, draft, edited, group_id, named};

fn everything(book: &Book) -> Vec<(String, Vec<String>)> {
    let groups = book.groups().unwrap();
    let name_of = |id: &GroupId| {
        groups.iter().find(|g| g.group.id == *id).map_or_else(|| "?".to_owned(), |g| g.group.name.clone())
    };
    book.rows(None)
        .unwrap()
        .iter()
        .filter(|row| !row.trashed)
        .map(|row| (row.name.clone(), row.groups.iter().map(name_of).collect()))
        .collect()
}

#[test]
fn a_contact_survives_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let ada = {
        let mut book = book_in(dir.path());
        created(&mut book, named("Ada Lovelace"))
    };
    let book = book_in(dir.path());
    assert_eq!(book.contact(ada.id).unwrap().unwrap(), ada);
    assert_eq!(everything(&book), [("Ada Lovelace".to_owned(), vec!["Other contacts".to_owned()])]);
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("book.db"), 0o600);
    assert_eq!(mode("book.db-wal"), 0o600);
}

#[test]
fn every_step_is_undone_and_redone_across_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let mut promised = Vec::new();
    let step = |promised: &mut Vec<_>, work: &mut dyn FnMut(&mut Book)| {
        let mut book = book_in(dir.path());
        promised.push(contents(&book));
        work(&mut book);
    };
    step(&mut promised, &mut |book| {
        let local = AccountId::local();
        book.perform(Command::CreateGroup {
            account: local,
            name: " Friends ".to_owned(),
            group_type: GroupType::External,
            members: Vec::new(),
        })
        .unwrap();
    });
    step(&mut promised, &mut |book| {
        created(
            book,
            draft(|d| {
                d.profile.display_name = "Ada".to_owned();
                d.group_names = vec!["FRIENDS".to_owned(), "New".to_owned()];
            }),
        );
    });
    step(&mut promised, &mut |book| {
        let ada = book.contact(book.rows(None).unwrap()[0].id).unwrap().unwrap();
        edited(book, &ada, |d| d.profile.phone_numbers.push(TypedValue::new("mobile", "+46 70 174 06 01"))).unwrap();
    });
    step(&mut promised, &mut |book| {
        let friends = group_id(book, "Friends");
        book.perform(Command::DeleteGroup(friends)).unwrap();
    });
    step(&mut promised, &mut |book| {
        let new = group_id(book, "New");
        book.perform(Command::DeleteGroup(new)).unwrap();
    });
    step(&mut promised, &mut |book| {
        let id = book.rows(None).unwrap()[0].id;
        book.perform(Command::DeleteContacts(vec![id])).unwrap();
    });
    let end = contents(&book_in(dir.path()));
    let mut forward = vec![end];
    for before in promised.iter().rev() {
        let mut book = book_in(dir.path());
        book.perform(Command::Undo).unwrap();
        assert_eq!(&contents(&book), before);
        forward.push(before.clone());
    }
    let mut book = book_in(dir.path());
    assert_eq!(book.perform(Command::Undo), Err(Failure::NotFound("there is nothing to undo".to_owned())));
    forward.pop();
    for after in forward.iter().rev() {
        let mut book = book_in(dir.path());
        book.perform(Command::Redo).unwrap();
        assert_eq!(&contents(&book), after);
    }
    let refused = book.perform(Command::Redo);
    assert_eq!(refused, Err(Failure::NotFound("there is nothing to redo".to_owned())));
}

#[test]
fn a_new_change_ends_what_could_be_redone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    book.perform(Command::Undo).unwrap();
    created(&mut book, named("Grace"));
    assert!(matches!(book.perform(Command::Redo), Err(Failure::NotFound(_))));
    assert_eq!(book.perform(Command::Undo).unwrap().title, "Undid: Created Grace");
}

#[test]
fn two_programs_merge_different_fields_and_refuse_the_same_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let ada = created(&mut one, named("Ada"));
    assert_eq!(two.news().unwrap().unwrap().rows.len(), 1);
    edited(&mut one, &ada, |d| d.profile.title = "Countess".to_owned()).unwrap();
    let merged = edited(&mut two, &ada, |d| d.profile.company_name = "Engines".to_owned()).unwrap();
    assert_eq!((merged.profile.title.as_str(), merged.profile.company_name.as_str()), ("Countess", "Engines"));
    let conflict = edited(&mut two, &ada, |d| d.profile.title = "Analyst".to_owned()).unwrap_err();
    let Failure::Conflict { fields, theirs, .. } = conflict else { panic!("{conflict:?}") };
    assert_eq!(fields, ["Title"]);
    assert_eq!(theirs.profile.title, "Countess");
    assert_eq!(one.news().unwrap().unwrap().rows[0].second, "Engines");
    assert_eq!(one.news().unwrap(), None);
}

#[test]
fn undo_keeps_and_names_what_was_changed_since() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, vec![person("1", "Ada Lovelace", "Countess")], true);
    let ada = created(&mut book, cloud("1", "Ada Lovelace", "Countess"));
    // The directory follows: no change of the user, so undo looks past it.
    import(&mut book, vec![person("1", "Ada King", "Countess")], true);
    let followed = book.contact(ada.id).unwrap().unwrap();
    assert_eq!(followed.effective().display_name, "Ada King");
    assert_eq!(book.perform(Command::Undo).unwrap().title, "Undid: Created Ada Lovelace");
    assert_eq!(book.contact(ada.id).unwrap(), None);
    book.perform(Command::Redo).unwrap();
    assert!(book.contact(ada.id).unwrap().is_some());
}

#[test]
fn a_vanished_person_leaves_an_unresolved_contact_with_its_additions() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, vec![person("1", "Ada", "Countess"), person("2", "Grace", "Admiral")], true);
    let mut with_note = cloud("1", "Ada", "Countess");
    with_note.extras.notes = "met in London".to_owned();
    let ada = created(&mut book, with_note);
    import(&mut book, vec![person("2", "Grace", "Admiral")], true);
    let left = book.contact(ada.id).unwrap().unwrap();
    assert!(left.person.as_ref().unwrap().unresolved_since.is_some());
    assert_eq!(left.effective().title, "Countess");
    assert_eq!(left.extras.notes, "met in London");
    assert!(book.rows(None).unwrap()[0].unresolved);
    assert!(book.search_people("ada", 9).unwrap().is_empty());
    import(&mut book, vec![person("1", "Ada", "Lady")], true);
    let back = book.contact(ada.id).unwrap().unwrap();
    assert_eq!(back.person.as_ref().unwrap().unresolved_since, None);
    assert_eq!(back.effective().title, "Lady");
    assert!(matches!(book.import_people(&mut std::iter::empty()), Err(Failure::Refused(_))));
    assert_eq!(book.search_people("lady", 9).unwrap().len(), 1);
}

fn person(key: &str, name: &str, title: &str) -> Incoming {
    let mut incoming = incoming(name);
    key.clone_into(&mut incoming.directory_key);
    title.clone_into(&mut incoming.draft.profile.title);
    Incoming::Contact(Box::new(incoming))
}

fn cloud(key: &str, name: &str, title: &str) -> Draft {
    let who = PersonRef { directory: callbook::store::OFFLINE.to_owned(), key: key.to_owned() };
    let profile =
        callbook::book::Profile { display_name: name.to_owned(), title: title.to_owned(), ..Default::default() };
    let person = Person { who, profile, unresolved_since: None };
    Draft { contact_type: ContactType::Cloud, person: Some(person), ..Draft::default() }
}

fn incoming(name: &str) -> IncomingContact {
    IncomingContact {
        place: Place { ordinal: 1, line: 1 },
        draft: named(name),
        photo: None,
        revised: None,
        directory_key: String::new(),
        aliases: Vec::new(),
    }
}

fn import(book: &mut Book, items: Vec<Incoming>, people: bool) -> callbook::book::ImportReport {
    let mut items = items.into_iter().map(Ok::<_, Fault>);
    if people {
        book.import_people(&mut items).unwrap();
        return callbook::book::ImportReport::default();
    }
    book.import("test.vcf", &mut items, &ImportOptions::default()).unwrap()
}

#[test]
fn importing_twice_makes_no_twins_and_keeps_edits() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let plain = Incoming::Contact(Box::new(incoming("Ada")));
    let mut with_uid = incoming("Grace");
    with_uid.draft.extras.uid = "urn:uid:grace".to_owned();
    let with_uid = Incoming::Contact(Box::new(with_uid));
    let report = import(&mut book, vec![plain.clone(), with_uid.clone()], false);
    assert_eq!((report.new.len(), report.delta.rows.len()), (2, 2));
    for row in book.rows(None).unwrap() {
        let contact = book.contact(row.id).unwrap().unwrap();
        edited(&mut book, &contact, |d| d.profile.title = "Edited".to_owned()).unwrap();
    }
    let report = import(&mut book, vec![plain.clone(), with_uid.clone()], false);
    assert_eq!((report.new.len(), report.changed.len(), report.unchanged), (0, 0, 2));
    let titles = |book: &Book| {
        let ids: Vec<_> = book.rows(None).unwrap().iter().map(|r| r.id).collect();
        book.contacts(&ids).unwrap().into_iter().map(|c| c.profile.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&book), ["Edited", "Edited"]);
    // Other content under the same UID is an update.
    let Incoming::Contact(mut newer) = with_uid else { unreachable!() };
    newer.draft.profile.title = "Admiral".to_owned();
    let report = import(&mut book, vec![Incoming::Contact(newer)], false);
    assert_eq!(report.changed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Grace"]);
    assert_eq!(titles(&book), ["Edited", "Admiral"]);
    assert_eq!(book.perform(Command::Undo).unwrap().title, "Undid: Imported 1 contact from test.vcf");
    assert_eq!(titles(&book), ["Edited", "Edited"]);
}

#[test]
fn an_undone_import_can_be_imported_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, vec![Incoming::Contact(Box::new(incoming("Ada")))], false);
    book.perform(Command::Undo).unwrap();
    assert_eq!(import(&mut book, vec![Incoming::Contact(Box::new(incoming("Ada")))], false).new, ["Ada"]);
}

#[test]
fn a_contact_in_the_trash_is_offered_not_doubled() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let card = || vec![Incoming::Contact(Box::new(incoming("Ada")))];
    import(&mut book, card(), false);
    let id = book.rows(None).unwrap()[0].id;
    book.perform(Command::DeleteContacts(vec![id])).unwrap();
    assert_eq!(import(&mut book, card(), false).in_trash, [(id, "Ada".to_owned())]);
    assert!(book.rows(None).unwrap()[0].trashed);
    let options = ImportOptions { restore: true, ..ImportOptions::default() };
    book.import("test.vcf", &mut card().into_iter().map(Ok), &options).unwrap();
    assert!(!book.rows(None).unwrap()[0].trashed);
}

#[test]
fn a_dry_run_writes_nothing_and_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let options = ImportOptions { dry_run: true, group: Some("Fair".to_owned()), ..ImportOptions::default() };
    let mut items = [Ok(Incoming::Contact(Box::new(incoming("Ada"))))].into_iter();
    let report = book.import("test.vcf", &mut items, &options).unwrap();
    assert_eq!((report.new, report.groups), (vec!["Ada".to_owned()], vec!["Fair".to_owned()]));
    assert!(book.rows(None).unwrap().is_empty() && book.groups().unwrap().is_empty());
    assert!(book.history(None, 9).unwrap().is_empty());
}

#[test]
fn photos_live_once_and_go_with_the_trash() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let photo = Photo { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3] };
    let card =
        |name: &str| Incoming::Contact(Box::new(IncomingContact { photo: Some(photo.clone()), ..incoming(name) }));
    import(&mut book, vec![card("Ada"), card("Grace")], false);
    let hash = book.contact(book.rows(None).unwrap()[0].id).unwrap().unwrap().extras.photo.unwrap().hash;
    assert_eq!(book.photo(&hash).unwrap(), Some(photo.clone()));
    let ids: Vec<_> = book.rows(None).unwrap().iter().map(|row| row.id).collect();
    book.perform(Command::DeleteContacts(ids.clone())).unwrap();
    assert_eq!(book.empty_trash(Timestamp(i64::MAX)).unwrap(), 2);
    assert_eq!(book.photo(&hash).unwrap(), None);
    assert_eq!(book.contact(ids[0]).unwrap(), None);
    assert!(matches!(book.perform(Command::Undo), Err(Failure::NotFound(_))));
    drop(book);
    let files = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_file());
    for file in files {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(5).any(|w| w == b"Grace"), "{} still speaks of Grace", file.display());
    }
}

#[test]
fn backups_keep_five_and_restore_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    for _ in 0..7 {
        book.back_up().unwrap();
    }
    let mut backups: Vec<_> =
        fs::read_dir(dir.path().join("book.db.backups")).unwrap().map(|e| e.unwrap().path()).collect();
    backups.sort();
    assert_eq!(backups.len(), 5);
    drop(book);
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(&path, &bytes).unwrap();
    let damaged = Book::open(&path, Arc::new(Counting::default())).err().unwrap();
    assert!(matches!(&damaged, OpenError::Damaged { backup: Some(b), .. } if *b == backups[4]), "{damaged}");
    assert_eq!(fs::read(&path).unwrap(), bytes, "a damaged file is left untouched");
    let kept = restore_backup(&backups[4], &path, Timestamp(1)).unwrap().unwrap();
    assert_eq!(fs::read(kept).unwrap(), bytes);
    assert_eq!(everything(&book_in(dir.path())).len(), 1);
}

#[test]
fn other_files_are_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |name: &str| Book::open(&dir.path().join(name), Arc::new(Counting::default())).err().unwrap();
    fs::write(dir.path().join("text"), "not a database at all").unwrap();
    assert!(matches!(refused("text"), OpenError::NotABook { .. }));
    let other = rusqlite::Connection::open(dir.path().join("other")).unwrap();
    other.execute_batch("CREATE TABLE songs (title)").unwrap();
    assert!(matches!(refused("other"), OpenError::NotABook { .. }));
    drop(book_in(dir.path()));
    let newer = rusqlite::Connection::open(dir.path().join("book.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(refused("book.db"), OpenError::Newer { found: 99, .. }));
}

#[test]
fn damage_in_the_middle_is_found_by_the_check() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut book = book_in(dir.path());
    for n in 0..200 {
        created(&mut book, named(&format!("Contact {n}")));
    }
    drop(book);
    Book::check(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[4096 * 6..4096 * 12] {
        *byte = 0x5a;
    }
    fs::write(&path, bytes).unwrap();
    let Err(Failure::Storage(sentence)) = Book::check(&path) else { panic!("the damage was not seen") };
    assert!(sentence.contains("is damaged"), "{sentence}");
}

#[test]
fn a_locked_book_says_so_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Ada"));
    let other = rusqlite::Connection::open(dir.path().join("book.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let Err(Failure::Storage(sentence)) = edited(&mut book, &ada, |d| d.profile.title = "x".to_owned()) else {
        panic!()
    };
    assert!(sentence.contains("another program has locked it"), "{sentence}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(book.contact(ada.id).unwrap().unwrap(), ada);
    edited(&mut book, &ada, |d| d.profile.title = "Countess".to_owned()).unwrap();
}

#[test]
fn contacts_are_found_by_id_prefix_uid_email_and_name() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(
        &mut book,
        draft(|d| {
            d.profile.display_name = "Ada Lovelace".to_owned();
            d.extras.uid = "ada-1".to_owned();
            d.profile.emails.push(TypedValue::new("work", "Ada@Example.org"));
        }),
    );
    created(&mut book, named("Ada"));
    let id = ada.id.to_string();
    for needle in [id.as_str(), &format!("urn:uuid:{id}"), "ada-1", "ada@example.ORG", "ADA LOVELACE"] {
        let found = book.find(needle).unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [ada.id], "{needle}");
    }
    assert!(book.find("lovelace").unwrap().is_empty());
}

#[test]
fn history_names_the_fields_of_one_contact() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Ada"));
    edited(&mut book, &ada, |d| d.profile.title = "Countess".to_owned()).unwrap();
    book.perform(Command::Undo).unwrap();
    let history = book.history(Some(ada.id), 9).unwrap();
    let told: Vec<_> = history.iter().map(|e| (e.title.as_str(), e.undone, e.fields.join(","))).collect();
    assert_eq!(
        told,
        [
            ("Undid: Edited Ada", false, "Title".to_owned()),
            ("Edited Ada", true, "Title".to_owned()),
            ("Created Ada", false, String::new())
        ]
    );
}

#[test]
fn a_group_with_its_members_is_one_change_and_one_step_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let people = ["Ada", "Bob", "Cyd"].map(|name| created(&mut book, named(name)).id);
    let empty = contents(&book);
    let groups_of = |book: &Book, at: usize| {
        let groups = book.contact(people[at]).unwrap().unwrap().groups;
        let name =
            |id: &GroupId| book.groups().unwrap().into_iter().find(|row| row.group.id == *id).unwrap().group.name;
        groups.iter().map(name).collect::<Vec<_>>()
    };
    let (account, group_type) = (AccountId::local(), GroupType::Normal);
    let create = Command::CreateGroup { account, name: "Choir".to_owned(), group_type, members: people[..2].to_vec() };
    let made = book.perform(create).unwrap();
    assert_eq!(made.title, "Created group Choir with 2 contacts");
    assert_eq!(groups_of(&book, 0), [OTHER_CONTACTS, "Choir"]);
    let with_two = contents(&book);

    let before = book.groups().unwrap().into_iter().find(|row| row.group.name == "Choir").unwrap().group;
    let edit = Command::EditGroup {
        before: Box::new(before),
        name: "Chor".to_owned(),
        group_type: GroupType::External,
        join: vec![people[2]],
        leave: vec![people[0]],
    };
    assert_eq!(book.perform(edit).unwrap().title, "Renamed group Choir to Chor");
    assert_eq!(
        (groups_of(&book, 0), groups_of(&book, 2)),
        (vec![OTHER_CONTACTS.to_owned()], vec![OTHER_CONTACTS.to_owned(), "Chor".to_owned()])
    );
    let edited = contents(&book);
    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(&book), with_two);
    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(&book), empty);
    book.perform(Command::Redo).unwrap();
    book.perform(Command::Redo).unwrap();
    assert_eq!(contents(&book), edited);
}

#[test]
fn the_words_of_the_book_are_those_outside_the_trash() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let working = |company: &str, label: &str| {
        draft(|d| {
            d.profile.display_name = "Ada".to_owned();
            company.clone_into(&mut d.profile.company_name);
            d.profile.phone_numbers.push(TypedValue::new(label, "1234567"));
            d.profile.addresses.push(Address { city: "Köln \"am\" Rhein".to_owned(), ..Address::default() });
        })
    };
    created(&mut book, working("Optik", "boat"));
    created(&mut book, working("Optics", "work"));
    created(&mut book, working("Optics", "work"));
    let gone = created(&mut book, working("Options", "car"));
    book.perform(Command::DeleteContacts(vec![gone.id])).unwrap();
    let words = book.vocabulary(&|| false).unwrap().unwrap();
    assert_eq!(words.suggest(Topic::Company, "opti", 9), ["Optics", "Optik"], "the most common first");
    assert_eq!(words.suggest(Topic::City, "", 9), ["Köln \"am\" Rhein"]);
    assert_eq!(words.suggest(Topic::Type, "", 9), ["boat"]);
    assert_eq!(book.vocabulary(&|| true).unwrap(), None, "nobody waits");
}
