//! Imports of files into a book: what comes in, what is known already, and what one step of undo takes back.

mod support;

use std::{fmt::Write as _, fs, ops::ControlFlow, path::PathBuf, time::Instant};

use callbook::{
    book::{Altered, Command, Failure, ImportReport, Likeness, Stage, Twin},
    store::{Book, ImportOptions},
};
use support::{book_in, created, named};
use tempfile::TempDir;

const CSV: &str = "First Name,Last Name,E-mail 1 - Value,Labels\nAda,Lovelace,ada@a.example,Friends\nGrace,Hopper,,\n";
const LDIF: &str =
    "version: 1\n\ndn: uid=at,o=x\nobjectClass: inetOrgPerson\ncn: Alan Turing\nsn: Turing\nmail: alan@a.example\n";
const GROUP: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Team\r\nUID:team\r\nMEMBER:urn:uuid:mary\r\n\
    MEMBER:urn:uuid:nobody\r\nEND:VCARD\r\n";

fn card(name: &str, uid: &str, rest: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nUID:{uid}\r\n{rest}END:VCARD\r\n")
}

fn altered(name: &str, fields: &[&str]) -> Altered {
    Altered { name: name.to_owned(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

struct Desk(TempDir, Book);

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let book = book_in(dir.path());
        Self(dir, book)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn import(&mut self, files: &[PathBuf]) -> ImportReport {
        self.1.import_files(files, &ImportOptions::default()).unwrap()
    }

    fn try_out(&mut self, files: &[PathBuf], options: &ImportOptions) -> ImportReport {
        self.1.import_files(files, &ImportOptions { dry_run: true, ..options.clone() }).unwrap()
    }

    fn members(&self, group: &str) -> Vec<String> {
        let id = support::group_id(&self.1, group);
        let rows = self.1.rows(None).unwrap();
        rows.into_iter().filter(|row| row.groups.contains(&id) && !row.trashed).map(|row| row.name).collect()
    }
}

#[test]
fn several_files_are_one_step_and_twice_makes_no_twins() {
    let mut desk = Desk::new();
    let files = [desk.file("a.csv", CSV), desk.file("b.ldif", LDIF), desk.file("c.vcf", &card("Mary", "m-1", ""))];
    assert_eq!(desk.import(&files).new.len(), 4);
    let again = desk.import(&files);
    assert_eq!((again.new.len(), again.changed.len(), again.unchanged), (0, 0, 4));
    assert_eq!(desk.1.history(None, 9).unwrap().len(), 1, "nothing new is no change");
    assert_eq!(desk.members("Friends"), ["Ada Lovelace"]);
    assert_eq!(desk.1.perform(Command::Undo).unwrap().title, "Undid: Imported 4 contacts from 3 files");
    assert!(desk.1.rows(None).unwrap().is_empty() && desk.1.groups().unwrap().is_empty());
    assert_eq!(desk.import(&files).new.len(), 4);
}

#[test]
fn a_dry_run_says_what_the_import_then_does() {
    let mut desk = Desk::new();
    let first = desk.file("first.vcf", &format!("{}{}", card("Mary", "urn:uuid:mary", ""), card("Tom", "tom", "")));
    desk.import(&[first]);
    let tom = desk.1.find("Tom").unwrap()[0].id;
    desk.1.perform(Command::DeleteContacts(vec![tom])).unwrap();
    let text = [
        card("Mary", "urn:uuid:mary", "TITLE:Doctor\r\n"),
        card("Tom", "tom", ""),
        card("New", "new", "CATEGORIES:Work,work\r\n"),
        "BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD".to_owned(),
        GROUP.to_owned(),
    ];
    let file = desk.file("second.vcf", &text.concat());
    for restore in [false, true] {
        let options = ImportOptions { restore, group: Some("Fair".to_owned()), ..ImportOptions::default() };
        let dry = desk.try_out(std::slice::from_ref(&file), &options);
        let real = desk.1.import_files(std::slice::from_ref(&file), &options).unwrap();
        assert_eq!(dry, ImportReport { delta: dry.delta.clone(), ..real });
        desk.1.perform(Command::Undo).unwrap();
    }
}

#[test]
fn groups_of_a_file_take_in_members_that_the_book_has() {
    let mut desk = Desk::new();
    let mary = desk.file("mary.vcf", &card("Mary", "urn:uuid:mary", ""));
    desk.import(std::slice::from_ref(&mary));
    let team = desk.file("team.vcf", GROUP);
    let changed = desk.import(std::slice::from_ref(&team)).changed;
    assert_eq!(changed, [altered("Mary", &["Groups"])], "who joins a group is changed");
    assert_eq!(desk.members("Team"), ["Mary"]);
    assert!(desk.import(&[team]).changed.is_empty());

    // One file with both: what the user did since stays when it is imported again.
    let both = desk.file("both.vcf", &format!("{}{GROUP}", card("Mary", "urn:uuid:mary", "")));
    desk.import(std::slice::from_ref(&both));
    let group = support::group_id(&desk.1, "Team");
    let contacts = vec![desk.1.find("Mary").unwrap()[0].id];
    desk.1.perform(Command::Regroup { contacts, join: vec![], make: vec![], leave: vec![group] }).unwrap();
    let again = desk.import(&[both]);
    assert_eq!((again.changed.len(), again.unchanged), (0, 1));
    assert!(desk.members("Team").is_empty());
}

#[test]
fn what_an_import_changed_is_taken_back_by_field() {
    let mut desk = Desk::new();
    let old = desk.file("old.vcf", &card("Mary", "m", "TITLE:Student\r\nNICKNAME:May\r\n"));
    let new = desk.file("new.vcf", &card("Mary", "m", "TITLE:Doctor\r\nNICKNAME:May\r\nNOTE:moved\r\n"));
    desk.import(&[old]);
    desk.import(&[new]);
    let mary = desk.1.find("m").unwrap()[0].id;
    let read = |book: &Book| book.contact(mary).unwrap().unwrap();
    assert_eq!(read(&desk.1).profile.title, "Doctor");
    desk.1.perform(Command::Undo).unwrap();
    assert_eq!((read(&desk.1).profile.title.as_str(), read(&desk.1).extras.notes.as_str()), ("Student", ""));
    desk.1.perform(Command::Redo).unwrap();
    assert_eq!((read(&desk.1).profile.title.as_str(), read(&desk.1).extras.notes.as_str()), ("Doctor", "moved"));
}

#[test]
fn what_comes_back_from_the_trash_is_counted() {
    let mut desk = Desk::new();
    let file = desk.file("mary.vcf", &card("Mary", "m", ""));
    desk.import(std::slice::from_ref(&file));
    let mary = desk.1.find("m").unwrap()[0].id;
    desk.1.perform(Command::DeleteContacts(vec![mary])).unwrap();
    let options = ImportOptions { restore: true, ..ImportOptions::default() };
    desk.1.import_files(&[file], &options).unwrap();
    assert_eq!(desk.1.history(None, 1).unwrap()[0].title, "Imported 1 contact from mary.vcf");
}

#[test]
fn an_import_into_a_book_that_another_program_edits_overwrites_nobody() {
    let mut desk = Desk::new();
    let file = desk.file("mary.vcf", &card("Mary", "m", ""));
    desk.import(std::slice::from_ref(&file));
    let mut other = book_in(desk.0.path());
    let mary = other.contact(other.find("m").unwrap()[0].id).unwrap().unwrap();
    let newer = desk.file("newer.vcf", &card("Mary", "m", "TITLE:Doctor\r\n"));
    desk.import(&[newer]);
    let conflict = support::edited(&mut other, &mary, |d| d.profile.title = "Student".to_owned());
    assert!(matches!(conflict, Err(Failure::Conflict { .. })), "{conflict:?}");
    support::edited(&mut other, &mary, |d| d.extras.notes = "mine".to_owned()).unwrap();
    assert_eq!(desk.1.news().unwrap().unwrap().rows.len(), 1);
    assert_eq!(desk.1.contact(mary.id).unwrap().unwrap().profile.title, "Doctor");
}

#[test]
fn alike_but_for_what_we_do_not_manage_are_as_many_contacts_in_linear_time() {
    const CARDS: usize = 1000;
    let mut desk = Desk::new();
    let mut text = String::new();
    for n in 0..CARDS {
        write!(
            text,
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Unknown\r\nX-NUMBER:{n}\r\nCATEGORIES:Group {n}\r\nEND:VCARD\r\n"
        )
        .unwrap();
    }
    let file = desk.file("many.vcf", &text);
    created(&mut desk.1, named("Unknown"));
    let started = std::time::Instant::now();
    assert_eq!(desk.import(std::slice::from_ref(&file)).new.len(), CARDS);
    assert_eq!(desk.import(&[file]).unchanged, CARDS);
    assert!(started.elapsed().as_secs() < 30, "it took {:?}: each is compared with all before it", started.elapsed());
}

#[test]
fn a_reader_that_panics_leaves_a_book_that_works() {
    let mut desk = Desk::new();
    let book = &mut desk.1;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        book.import("bad", &mut std::iter::from_fn(|| panic!("a mistake of ours")), &ImportOptions::default())
    }));
    assert!(panicked.is_err());
    created(book, named("Ada"));
    let file = desk.file("mary.vcf", &card("Mary", "m", ""));
    assert_eq!(desk.import(&[file]).new, ["Mary"]);
}

#[test]
fn who_may_be_in_the_book_already_is_named_and_left_out_when_asked() {
    let mut desk = Desk::new();
    let first = "TEL:+48 601 234 567\r\nEMAIL:mary@a.example\r\n";
    let mary = desk.file("mary.vcf", &card("Mary Shelley", "m-1", first));
    desk.import(&[mary]);
    let others = [
        card("M. Shelley", "o-1", "EMAIL:MARY@a.example\r\n"),
        card("Somebody", "o-2", "TEL:601-234-567\r\n"),
        card("mary  shelley", "o-3", ""),
        card("Stranger", "o-4", "TEL:+48 601 234 568\r\nCATEGORIES:Fair\r\n"),
        card("Mary Shelley", "m-1", "TITLE:Author\r\n"),
    ];
    let file = desk.file("others.vcf", &others.concat());
    let options = ImportOptions { skip_twins: true, ..ImportOptions::default() };
    let dry = desk.try_out(std::slice::from_ref(&file), &options);
    let twin = |name: &str, by| Twin { name: name.to_owned(), like: "Mary Shelley".to_owned(), by };
    let twins =
        [twin("M. Shelley", Likeness::Email), twin("Somebody", Likeness::Phone), twin("mary  shelley", Likeness::Name)];
    assert_eq!(dry.twins, twins);
    assert_eq!((dry.new.as_slice(), dry.groups.as_slice()), (&["Stranger".to_owned()][..], &["Fair".to_owned()][..]));
    assert_eq!(dry.changed, [altered("Mary Shelley", &["E-mail", "Phone", "Title"])]);
    assert_eq!(desk.import(std::slice::from_ref(&file)).new.len(), 4, "beside them unless they shall be left out");
    desk.1.perform(Command::Undo).unwrap();
    let left_out = desk.1.import_files(&[file], &options).unwrap();
    assert_eq!(left_out, ImportReport { delta: left_out.delta.clone(), ..dry });
    assert_eq!(desk.1.rows(None).unwrap().len(), 2);
}

#[test]
fn a_card_that_comes_twice_in_one_file_is_one_contact() {
    let mut desk = Desk::new();
    let plain = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Tom\r\nTEL:1234567\r\nEND:VCARD\r\n";
    let text = [&card("Mary", "m", ""), &card("Mary", "urn:uuid:m", "TITLE:Doctor\r\n"), plain, plain];
    let file = desk.file("twice.vcf", &text.map(ToString::to_string).concat());
    let report = desk.import(&[file]);
    assert_eq!((report.new.len(), report.changed.len(), report.unchanged), (2, 1, 1));
    let mary = desk.1.find("m").unwrap();
    assert_eq!(mary.len(), 1);
    assert_eq!(desk.1.contact(mary[0].id).unwrap().unwrap().profile.title, "Doctor");
    desk.1.perform(Command::Undo).unwrap();
    assert!(desk.1.rows(None).unwrap().is_empty() && desk.1.groups().unwrap().is_empty());
    desk.1.perform(Command::Redo).unwrap();
    assert_eq!(desk.1.contact(mary[0].id).unwrap().unwrap().profile.title, "Doctor");
}

/// At whatever point it is stopped.
#[test]
fn a_stopped_import_leaves_the_book_as_it_was() {
    let mut desk = Desk::new();
    created(&mut desk.1, named("Ada"));
    let cards: String =
        (0..200).map(|n| card(&format!("Person {n}"), &format!("p-{n}"), "CATEGORIES:Fair\r\n")).collect();
    let file = desk.file("many.vcf", &cards);
    let before = support::contents(&desk.1);
    let mut stages = Vec::new();
    for stop_at in [1, 100, 200, 201, 300, 400, 401] {
        let mut told = 0;
        let stopped = desk.1.import_files_watched(std::slice::from_ref(&file), &ImportOptions::default(), &mut |now| {
            told += 1;
            if told < stop_at {
                return ControlFlow::Continue(());
            }
            stages.push((now.stage, now.done, now.percent));
            ControlFlow::Break(())
        });
        assert!(stopped.unwrap_err().to_string().contains("as it was"));
        assert_eq!(support::contents(&desk.1), before);
        assert_eq!(desk.1.history(None, 9).unwrap().len(), 1);
    }
    let counts: Vec<_> = stages.iter().map(|(stage, done, _)| (*stage, *done)).collect();
    let (reading, comparing) = (Stage::Reading, Stage::Comparing);
    let expected = [
        (reading, 1),
        (reading, 100),
        (reading, 200),
        (comparing, 1),
        (comparing, 100),
        (comparing, 200),
        (Stage::Writing, 200),
    ];
    assert_eq!(counts, expected);
    assert_eq!((stages[2].2, stages[5].2, stages[6].2), (Some(100), Some(100), None));
    assert_eq!(desk.import(&[file]).new.len(), 200);
}

#[test]
fn what_others_write_while_an_import_compares_is_taken_into_account() {
    for writes in [1, 2, 5] {
        let mut desk = Desk::new();
        let mut other = book_in(desk.0.path());
        let file = desk.file("mary.vcf", &card("Mary", "m", "TITLE:Doctor\r\nCATEGORIES:Fair\r\n"));
        let mut left = writes;
        let report = desk.1.import_files_watched(&[file], &ImportOptions::default(), &mut |progress| {
            // Between the comparison and the write: the worst of moments.
            if progress.stage == Stage::Writing && left > 0 {
                left -= 1;
                let draft = support::draft(|d| {
                    d.profile.display_name = format!("Other {left}");
                    d.group_names = vec!["Fair".to_owned()];
                });
                created(&mut other, draft);
            }
            ControlFlow::Continue(())
        });
        let report = report.unwrap();
        assert_eq!((report.new.as_slice(), report.groups.len()), (&["Mary".to_owned()][..], 0));
        let members = desk.members("Fair");
        assert!(members.contains(&"Mary".to_owned()) && members.len() == 1 + writes - left, "{members:?}");
        assert_eq!(desk.1.groups().unwrap().len(), 1);
    }
}

/// Another window's save waits for the write of an import at most 5 s. How long that takes is printed.
#[test]
fn the_write_of_ten_thousand_cards_is_short() {
    let mut desk = Desk::new();
    created(&mut desk.1, named("Ada"));
    let cards = (0..10_000).map(|n| {
        let rest = format!("N:{n};Person\r\nTEL:+1 415 555 {n:05}\r\nEMAIL:p{n}@a.example\r\nORG:Works {}\r\n", n % 50);
        card(&format!("Person {n}"), &format!("p-{n}"), &rest)
    });
    let file = desk.file("many.vcf", &cards.collect::<String>());
    let begun = Instant::now();
    let mut writing = None;
    let report = desk.1.import_files_watched(&[file], &ImportOptions::default(), &mut |progress| {
        if progress.stage == Stage::Writing {
            writing = Some(Instant::now());
        }
        ControlFlow::Continue(())
    });
    assert_eq!(report.unwrap().new.len(), 10_000);
    let (all, lock) = (begun.elapsed(), writing.unwrap().elapsed());
    println!("10,000 cards: {all:.1?} in all, {lock:.1?} of it from the lock to the answer");
    assert!(lock * 3 < all, "the write took {lock:?} of {all:?}");
}
