//! Two programs on one book, and what is really erased from it.

mod support;

use std::{fs, sync::Arc, thread};

use callbook::{
    book::{
        AccountId, Command, Contact, Failure, GroupId, GroupType, OTHER_CONTACTS, Timestamp,
        incoming::{Fault, Incoming, IncomingContact, Place},
    },
    config::Keeping,
    store::{Book, ImportOptions, restore_backup},
};
use support::{Counting, book_in, created, draft, edited, group_id, named};

const ALL: Timestamp = Timestamp(i64::MAX);

fn create_group(book: &mut Book, name: &str) -> GroupId {
    let (account, name, group_type) = (AccountId::local(), name.to_owned(), GroupType::Normal);
    GroupId(book.perform(Command::CreateGroup { account, name, group_type, members: Vec::new() }).unwrap().touched[0])
}

fn import(book: &mut Book, names: &[&str]) {
    let card = |name: &&str| {
        Ok::<_, Fault>(Incoming::Contact(Box::new(IncomingContact {
            place: Place { ordinal: 1, line: 1 },
            draft: named(name),
            photo: None,
            revised: None,
            directory_key: String::new(),
            aliases: Vec::new(),
        })))
    };
    book.import("cards.vcf", &mut names.iter().map(card), &ImportOptions::default()).unwrap();
}

fn group_names(book: &Book, contact: &Contact) -> Vec<String> {
    let now = book.contact(contact.id).unwrap().unwrap();
    let groups = book.groups().unwrap();
    let name = |id| groups.iter().find(|row| row.group.id == id).map_or("?".to_owned(), |row| row.group.name.clone());
    now.groups.into_iter().map(name).collect()
}

fn names(book: &Book) -> Vec<String> {
    book.rows(None).unwrap().into_iter().filter(|row| !row.trashed).map(|row| row.name).collect()
}

#[test]
fn erasing_one_member_of_a_bulk_change_leaves_the_rest_undoable() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    import(&mut book, &["Ada", "Grace", "Mary"]);
    let ada = book.find("Ada").unwrap()[0].id;
    book.perform(Command::DeleteContacts(vec![ada])).unwrap();
    assert_eq!(book.empty_trash(ALL).unwrap(), 1);
    book.perform(Command::Undo).unwrap();
    assert!(names(&book).is_empty() && book.groups().unwrap().is_empty());
    book.perform(Command::Redo).unwrap();
    assert_eq!(names(&book), ["Grace", "Mary"]);
}

#[test]
fn what_another_program_restored_is_not_erased() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let ada = created(&mut one, named("Ada"));
    one.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    let history = one.history(None, 99).unwrap().len();
    two.perform(Command::RestoreContacts(vec![ada.id])).unwrap();
    assert_eq!(one.empty_trash(ALL).unwrap(), 0);
    assert_eq!(one.history(None, 99).unwrap().len(), history + 1, "emptying an empty trash is no change");
    assert_eq!(names(&one), ["Ada"]);
}

#[test]
fn what_grew_too_old_in_the_trash_is_news_to_every_screen() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let ada = created(&mut one, named("Ada"));
    one.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    two.news().unwrap();
    let mut later = Book::open(&dir.path().join("book.db"), Arc::new(Later)).unwrap();
    let delta = later.drop_what_is_old(Keeping { trash_days: 1, ..Keeping::default() }).unwrap().unwrap();
    assert_eq!(delta.gone, [ada.id]);
    assert_eq!(two.news().unwrap().unwrap().gone, [ada.id]);
    assert_eq!(two.contact(ada.id).unwrap(), None);
}

/// A hundred days after the counting clock.
struct Later;

impl callbook::book::port::Clock for Later {
    fn now(&self) -> Timestamp {
        Timestamp(1_790_000_000_000 + 100 * 24 * 60 * 60 * 1000)
    }

    fn uuid(&self) -> uuid::Uuid {
        uuid::Uuid::now_v7()
    }
}

#[test]
fn a_group_that_went_meanwhile_is_no_home_for_a_contact() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let group = create_group(&mut one, "Friends");
    let grace = created(&mut one, named("Grace"));
    two.perform(Command::DeleteGroup(group)).unwrap();
    let ada = created(
        &mut one,
        draft(|d| {
            d.profile.display_name = "Ada".to_owned();
            d.groups = vec![group];
        }),
    );
    assert_eq!(group_names(&one, &ada), [OTHER_CONTACTS]);
    edited(&mut one, &grace, |d| d.groups.push(group)).unwrap();
    assert_eq!(group_names(&one, &grace), [OTHER_CONTACTS]);
}

#[test]
fn a_contact_whose_groups_are_gone_comes_back_in_other_contacts() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Ada"));
    book.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    // The trash is in nobody's way: its members find a new home when they come back.
    book.perform(Command::DeleteGroup(group_id(&book, OTHER_CONTACTS))).unwrap();
    assert!(book.groups().unwrap().is_empty());
    book.perform(Command::RestoreContacts(vec![ada.id])).unwrap();
    assert_eq!(group_names(&book, &ada), [OTHER_CONTACTS]);
    for _ in 0..3 {
        book.perform(Command::Undo).unwrap();
    }
    assert_eq!(group_names(&book, &ada), [OTHER_CONTACTS]);
    assert_eq!(book.groups().unwrap()[0].count, 1);
}

#[test]
fn a_contact_deleted_meanwhile_is_not_edited_in_the_trash_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let ada = created(&mut one, named("Ada"));
    two.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    let refused = edited(&mut one, &ada, |d| d.profile.title = "Countess".to_owned());
    let Err(Failure::NotFound(sentence)) = refused else { panic!("{refused:?}") };
    assert!(sentence.contains("trash"), "{sentence}");
    let trashed = one.contact(ada.id).unwrap().unwrap();
    edited(&mut one, &trashed, |d| d.profile.title = "Countess".to_owned()).unwrap();
}

#[test]
fn many_programs_may_make_the_same_book_at_once() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/book.db");
        thread::scope(|scope| {
            let open = || Book::open(&path, Arc::new(Counting::default())).map(drop);
            let opened: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn each_program_sees_every_change_of_the_others() {
    let dir = tempfile::tempdir().unwrap();
    drop(book_in(dir.path()));
    // Opened before anybody writes: what was there before is no news.
    let writer = |(name, mut book): (char, Book)| {
        let mut seen = std::collections::HashSet::new();
        for n in 0..60 {
            let done = book.perform(Command::CreateContact(Box::new(named(&format!("{name}{n}"))))).unwrap();
            seen.extend(done.delta.rows.into_iter().map(|row| row.name));
        }
        (book, seen)
    };
    thread::scope(|scope| {
        let books = ['a', 'b', 'c'].map(|name| (name, book_in(dir.path())));
        let writers: Vec<_> = books.map(|named| scope.spawn(move || writer(named))).into();
        for (mut book, mut seen) in writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>() {
            seen.extend(book.news().unwrap().unwrap_or_default().rows.into_iter().map(|row| row.name));
            assert_eq!(seen.len(), 180);
        }
    });
}

#[test]
fn a_group_alone_is_news_and_nothing_is_news_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (book_in(dir.path()), book_in(dir.path()));
    let group = create_group(&mut one, "Friends");
    let news = two.news().unwrap().unwrap();
    assert_eq!((news.groups[0].group.id, news.rows.len()), (group, 0));
    assert_eq!((two.news().unwrap(), one.news().unwrap()), (None, None));
    created(&mut one, named("Ada"));
    // An own commit hands out what the other one did too.
    let own = two.perform(Command::CreateContact(Box::new(named("Grace")))).unwrap();
    assert_eq!((own.delta.rows.len(), own.delta.total), (2, 2));
}

#[test]
fn only_people_end_what_can_be_redone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    book.perform(Command::Undo).unwrap();
    let person = IncomingContact {
        place: Place::default(),
        draft: named("Bob"),
        photo: None,
        revised: None,
        directory_key: "bob".to_owned(),
        aliases: Vec::new(),
    };
    book.import_people(&mut [Ok(Incoming::Contact(Box::new(person)))].into_iter()).unwrap();
    assert_eq!(book.perform(Command::Redo).unwrap().title, "Redid: Created Ada");
    book.perform(Command::Undo).unwrap();
    import(&mut book, &["Grace"]);
    assert!(matches!(book.perform(Command::Redo), Err(Failure::NotFound(_))));
}

#[test]
fn a_newer_schema_is_refused_by_every_write() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Ada"));
    book.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    let mut later = Book::open(&dir.path().join("book.db"), Arc::new(Later)).unwrap();
    let newer = rusqlite::Connection::open(dir.path().join("book.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let forgetting = Keeping { trash_days: 36_500, history_days: 1 };
    let refusals = [
        book.perform(Command::Undo).map(drop),
        book.perform(Command::RestoreContacts(vec![ada.id])).map(drop),
        book.empty_trash(ALL).map(drop),
        later.drop_what_is_old(forgetting).map(drop),
    ];
    for refusal in refusals {
        let Err(Failure::Storage(sentence)) = refusal else { panic!("{refusal:?}") };
        assert!(sentence.contains("schema"), "{sentence}");
    }
    assert_eq!(book.history(None, 9).unwrap().len(), 2);
}

#[test]
fn only_a_sound_backup_of_a_book_takes_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    book.back_up().unwrap();
    let backup = fs::read_dir(dir.path().join("book.db.backups")).unwrap().next().unwrap().unwrap().path();

    let other = dir.path().join("songs.db");
    let songs = rusqlite::Connection::open(&other).unwrap();
    songs.execute_batch("CREATE TABLE songs (title); PRAGMA user_version = 1").unwrap();
    let newer = dir.path().join("newer.db");
    fs::copy(&backup, &newer).unwrap();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();

    let open_elsewhere = restore_backup(&backup, &path, Timestamp(1)).unwrap_err();
    assert!(open_elsewhere.contains("another callbook") && open_elsewhere.contains("nothing was changed"));
    drop(book);
    for wrong in [&other, &newer, &dir.path().join("none.db")] {
        let refused = restore_backup(wrong, &path, Timestamp(1)).unwrap_err();
        assert!(refused.contains("nothing was changed"), "{refused}");
    }
    assert_eq!(names(&book_in(dir.path())), ["Ada"]);
    assert!(restore_backup(&backup, &dir.path().join("new/book.db"), Timestamp(1)).unwrap().is_none());
}

#[test]
fn a_backup_is_copied_with_what_its_log_of_writes_holds() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    created(&mut book, named("Ada"));
    let kept = dir.path().join("kept.db");
    for rest in ["", "-wal"] {
        fs::copy(dir.path().join(format!("book.db{rest}")), dir.path().join(format!("kept.db{rest}"))).unwrap();
    }
    let other = tempfile::tempdir().unwrap();
    restore_backup(&kept, &other.path().join("book.db"), Timestamp(1)).unwrap();
    assert_eq!(names(&book_in(other.path())), ["Ada"]);
}

#[test]
fn an_emptied_trash_leaves_nothing_in_any_backup() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Zuleika Dobson"));
    book.back_up().unwrap();
    let backups = dir.path().join("book.db.backups");
    fs::write(backups.join("5.unfinished"), "Zuleika Dobson").unwrap();
    book.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    book.empty_trash(ALL).unwrap();
    let left: Vec<_> = fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    for file in left.iter().chain([&dir.path().join("book.db"), &dir.path().join("book.db-wal")]) {
        let bytes = fs::read(file).unwrap();
        assert!(!bytes.windows(7).any(|w| w == b"Zuleika"), "{}", file.display());
    }
}

#[test]
fn a_large_bulk_action_comes_after_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let names: Vec<String> = (0..100).map(|n| format!("Contact {n}")).collect();
    import(&mut book, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ids: Vec<_> = book.rows(None).unwrap().into_iter().map(|row| row.id).collect();
    let backups = dir.path().join("book.db.backups");
    book.perform(Command::DeleteContacts(vec![ids.pop().unwrap()])).unwrap();
    assert!(!backups.exists());
    book.perform(Command::RestoreContacts(book.rows(None).unwrap().iter().map(|row| row.id).collect())).unwrap();
    book.perform(Command::DeleteContacts(book.rows(None).unwrap().iter().map(|row| row.id).collect())).unwrap();
    assert_eq!(fs::read_dir(&backups).unwrap().count(), 2, "before each of the two");
}

#[test]
fn a_book_behind_a_link_is_one_book() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("real")).unwrap();
    let real = dir.path().join("real/book.db");
    drop(Book::open(&real, Arc::new(Counting::default())).unwrap());
    std::os::unix::fs::symlink(&real, dir.path().join("book.db")).unwrap();
    let book = book_in(dir.path());
    // The files beside it, which are watched and backed up, are beside the real one.
    assert_eq!(book.path(), fs::canonicalize(&real).unwrap());
}

#[test]
fn an_exact_name_wins_over_the_beginning_of_an_id() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = book_in(dir.path());
    let ada = created(&mut book, named("Ada"));
    let id = ada.id.to_string();
    let four = created(&mut book, named(&id[..4]));
    assert_eq!(book.find(&id[..4]).unwrap().len(), 1);
    assert_eq!(book.find(&id[..4]).unwrap()[0].id, four.id);
    assert_eq!(book.find(&id.to_uppercase()).unwrap()[0].id, ada.id);
    assert_eq!(book.find(&id[..30]).unwrap()[0].id, ada.id);
    assert!(book.find(&id[..3]).unwrap().is_empty());
    let greek = created(&mut book, named("ΟΔΥΣΣΕΥΣ"));
    assert_eq!(book.find("Οδυσσευς").unwrap()[0].id, greek.id);
    assert!(book.find("").unwrap().is_empty());
}
