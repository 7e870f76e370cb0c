//! What comes in: one change, with links, in the history and not in the way of undo.

use std::collections::HashMap;

use callbook::{
    book::{
        Command, ContactType, ImportOptions, OTHER_CONTACTS, Origin,
        change::Kind,
        incoming::{Incoming, IncomingContact, Place},
    },
    plan::{self, Answer, Holder, Image, Remote},
    store::Pulled,
};

use crate::{
    at_work, count, is_unsent,
    server::{Fate, Server, plan_of, profile, round, rules, sync},
    support::{book_in, contents, created, draft, edited, group_id},
    work, work_book,
};

#[test]
fn a_first_pull_is_one_change_that_undo_passes_over() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let friends = server.add_group("Friends");
    server.add_group("friends");
    for name in ["Ada", "Grace", ""] {
        server.add(name, "Engineer", &[&friends]);
    }
    let noted = created(&mut book, crate::support::named("Local"));
    sync(&mut book, &mut server);
    assert_eq!(book.rows(None).unwrap().len(), 4);
    assert_eq!(book.groups().unwrap().iter().filter(|row| row.group.account == work()).count(), 2, "twins and all");
    let history = book.history(None, 99).unwrap();
    assert_eq!((history[0].origin, history[0].title.as_str()), (Origin::Sync, "Synced work: 5 new"));
    assert_eq!(history.len(), 2);
    assert!(!book.has_unsent(&work()).unwrap());
    assert!(book.queue(&work()).unwrap().is_empty());
    assert!(server.requests.is_empty());
    let state = book.sync_state(&work()).unwrap();
    assert!(state.pulled.is_some() && state.list.is_some());

    assert_eq!(book.perform(Command::Undo).unwrap().title, "Undid: Created Local");
    assert!(book.contact(noted.id).unwrap().is_none());
    // Nothing new: nothing is written.
    let told = book.history(None, 99).unwrap().len();
    sync(&mut book, &mut server);
    assert_eq!(book.history(None, 99).unwrap().len(), told);
}

/// By its address a new version is known for one.
fn with_email(name: &str, title: &str) -> callbook::book::Profile {
    let emails = vec![callbook::book::TypedValue::new("work", "ada@example.org")];
    callbook::book::Profile { emails, ..profile(name, title) }
}

#[test]
fn their_edit_keeps_our_id_history_and_local_part() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let old = server.add("Ada", "Engineer", &[]);
    let ada = with_email("Ada", "Engineer");
    let old = server.edit(&old.0, &ada);
    sync(&mut book, &mut server);
    let contact = book.find("Ada").unwrap().pop().unwrap();
    let contact = book.contact(contact.id).unwrap().unwrap();
    let contact = edited(&mut book, &contact, |d| {
        d.extras.notes = "met in Graz".to_owned();
        d.extras.favourite = true;
        d.profile.department = "here only".to_owned();
        d.profile.emails[0].label = "her desk".to_owned();
    })
    .unwrap();
    assert!(!is_unsent(&book, &contact), "what never leaves this machine is nothing to send");

    server.edit(&old.0, &callbook::book::Profile { title: "Countess".to_owned(), ..ada });
    let (two, seen) = (book_in(dir.path()), plan_of(&book, &server));
    assert!(seen.steps.len() >= 2 && !two.path().as_os_str().is_empty());
    sync(&mut book, &mut server);
    let after = book.contact(contact.id).unwrap().expect("the same id");
    assert_eq!((after.profile.title.as_str(), after.extras.notes.as_str()), ("Countess", "met in Graz"));
    assert_eq!((after.profile.department.as_str(), after.extras.favourite), ("here only", true));
    assert_eq!(after.profile.emails[0].label, "her desk");
    let history = book.history(Some(contact.id), 9).unwrap();
    assert_eq!(history[0].fields, ["Title"]);
    assert_eq!(history.len(), 3);
    assert_eq!(count(dir.path(), "SELECT count(*) FROM link WHERE kind = 'contact'"), 1);

    // What a person did before is still undone by itself, and merged with what came in since.
    book.perform(Command::Undo).unwrap();
    let undone = book.contact(contact.id).unwrap().unwrap();
    assert_eq!((undone.profile.title.as_str(), undone.extras.notes.as_str()), ("Countess", ""));
    assert!(plan_of(&book, &server).is_empty());
}

/// What came and was not touched stands in the file once. Whoever writes over it leaves what was agreed on behind.
#[test]
fn what_was_agreed_on_outlives_whatever_is_written_over_it() {
    const ALONE: &str = "SELECT count(*) FROM link WHERE image IS NULL";
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let friends = server.add_group("Friends");
    for name in ["Edited", "Imported", "Thrown", "Erased", "Left"] {
        server.add(name, "Engineer", &[&friends]);
    }
    sync(&mut book, &mut server);
    assert_eq!(count(dir.path(), ALONE), 6, "five contacts and their group");
    let agreed = book.sync_input(&work()).unwrap().base;

    let [edit, import, thrown, gone] = ["Edited", "Imported", "Thrown", "Erased"].map(|name| {
        let row = book.find(name).unwrap().pop().unwrap();
        book.contact(row.id).unwrap().unwrap()
    });
    edited(&mut book, &edit, |draft| draft.profile.title = "Countess".to_owned()).unwrap();
    let again = draft(|draft| {
        draft.extras.uid = import.id.to_string();
        draft.profile = profile("Imported", "Admiral");
    });
    let card = IncomingContact {
        place: Place { ordinal: 1, line: 1 },
        draft: again,
        photo: None,
        revised: None,
        directory_key: String::new(),
        aliases: Vec::new(),
    };
    let mut items = [Ok(Incoming::Contact(Box::new(card)))].into_iter();
    let options = ImportOptions { account: work(), ..ImportOptions::default() };
    let report = book.import("again.vcf", &mut items, &options).unwrap();
    assert_eq!(report.changed.len(), 1);
    book.perform(Command::DeleteContacts(vec![gone.id])).unwrap();
    book.empty_trash(callbook::book::Timestamp(i64::MAX)).unwrap();
    book.perform(Command::DeleteContacts(vec![thrown.id])).unwrap();
    let before = book.groups().unwrap().into_iter().find(|row| row.group.name == "Friends").unwrap();
    let before = Box::new(before.group);
    let (name, group_type) = ("Comrades".to_owned(), before.group_type);
    let (join, leave) = (Vec::new(), Vec::new());
    book.perform(Command::EditGroup { before, name, group_type, join, leave }).unwrap();

    assert_eq!(count(dir.path(), ALONE), 1, "but for the one left alone");
    assert_eq!(book.sync_input(&work()).unwrap().base, agreed);
    let mut titles: Vec<_> = book.queue(&work()).unwrap().iter().map(callbook::book::QueueEntry::title).collect();
    titles.sort_unstable();
    assert_eq!(
        titles,
        ["Edited: Title", "Erased: deleted", "Imported: Title", "Thrown: deleted", "group Comrades: Name"]
    );
    assert!(matches!(book.perform(Command::Undo).unwrap().title.as_str(), title if title.contains("Comrades")));
}

#[test]
fn what_is_gone_there_goes_to_the_trash_and_comes_back_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let (ada, _) = (server.add("Ada", "Engineer", &[]), server.add("Grace", "Admiral", &[]));
    sync(&mut book, &mut server);
    let contact = book.find("Ada").unwrap().pop().unwrap();
    server.contacts.remove(&ada.0);
    sync(&mut book, &mut server);
    assert!(crate::row(&book, contact.id).trashed);
    assert!(!book.has_unsent(&work()).unwrap());

    book.perform(Command::RestoreContacts(vec![contact.id])).unwrap();
    assert!(crate::row(&book, contact.id).unsent);
    assert_eq!(book.queue(&work()).unwrap().last().unwrap().title(), "Ada: new");
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 2);
    assert!(!crate::row(&book, contact.id).unsent);

    // Deleted here: a delete there.
    book.perform(Command::DeleteContacts(vec![contact.id])).unwrap();
    assert_eq!(book.queue(&work()).unwrap()[0].title(), "Ada: deleted");
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 1);
    assert!(book.queue(&work()).unwrap().is_empty());
    // Undo of what was sent creates it anew.
    book.perform(Command::Undo).unwrap();
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 2);
    assert!(book.contact(contact.id).unwrap().unwrap().trashed.is_none());
}

#[test]
fn what_a_person_changed_while_a_plan_was_made_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let (ada, grace) = (server.add("Ada", "Engineer", &[]), server.add("Grace", "Admiral", &[]));
    let ada = server.edit(&ada.0, &with_email("Ada", "Engineer"));
    sync(&mut book, &mut server);
    server.edit(&ada.0, &with_email("Ada", "Countess"));
    server.contacts.remove(&grace.0);

    let input = book.sync_input(&work()).unwrap();
    let remote = server.remote();
    let plan = plan::plan(&input.base, &input.local, &remote, &rules());
    // Another window edits both meanwhile.
    let mut other = book_in(dir.path());
    for name in ["Ada", "Grace"] {
        let found = other.find(name).unwrap().pop().unwrap();
        let contact = other.contact(found.id).unwrap().unwrap();
        edited(&mut other, &contact, |d| d.profile.company_name = "Navy".to_owned()).unwrap();
    }
    let steps: Vec<_> = plan.steps.iter().collect();
    let (raw, seen) = (server.raw(), input.seen);
    let pulled = Pulled { remote: &remote, raw: &raw, list: Some([1; 32]), plan: &plan, steps: &steps, seen };
    let applied = book.apply_pull(&work(), &pulled).unwrap();
    assert_eq!(applied.skipped.len(), 2);
    assert_eq!(book.sync_state(&work()).unwrap().list, None, "there is something left to do");

    sync(&mut book, &mut server);
    let there: Vec<_> = server.contacts.values().map(|record| record.image.profile().clone()).collect();
    assert_eq!(there.len(), 2, "the edit of Grace wins over her deletion");
    assert!(there.iter().all(|profile| profile.company_name == "Navy"));
    assert!(there.iter().any(|profile| profile.title == "Countess"), "both edits of Ada");
}

#[test]
fn before_much_is_changed_or_deleted_there_is_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let backups = || std::fs::read_dir(dir.path().join("book.db.backups")).map_or(0, Iterator::count);
    created(&mut book, crate::support::named("Local"));
    for number in 0..100 {
        server.add(&format!("Contact {number}"), "Engineer", &[]);
    }
    sync(&mut book, &mut server);
    assert_eq!((book.rows(None).unwrap().len(), backups()), (101, 0), "nothing of the account was here");

    let retitle = |server: &mut Server, title: &str, count: usize| {
        for (id, record) in server.contacts.iter_mut().take(count) {
            let theirs = callbook::book::Profile { title: title.to_owned(), ..record.image.profile().clone() };
            record.image = Image::new(Holder::Custom, &theirs, []);
            record.sealed = [format!("{title} {id}")].into();
        }
    };
    retitle(&mut server, "Doctor", 99);
    sync(&mut book, &mut server);
    assert_eq!(backups(), 0, "not much");
    retitle(&mut server, "Professor", 100);
    sync(&mut book, &mut server);
    assert_eq!(backups(), 1);
    let backup = std::fs::read_dir(dir.path().join("book.db.backups")).unwrap().next().unwrap().unwrap().path();
    let file = rusqlite::Connection::open(backup).unwrap();
    let doctors: i64 = file
        .query_row("SELECT count(*) FROM document WHERE document LIKE '%\"Doctor\"%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(doctors, 99, "it was made before");

    server.contacts.clear();
    sync(&mut book, &mut server);
    assert_eq!(backups(), 2);
}

#[test]
fn what_a_plan_is_made_of_is_what_the_contacts_say() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let friends = server.add_group("Friends");
    server.add("Ada", "Engineer", &[&friends]);
    for person in ["known", "stranger"] {
        let holder = Holder::Cloud(plan::ServerId(person.to_owned()));
        server.post_contact(Image::new(holder, &callbook::book::Profile::default(), []), ["x".to_owned()].into());
    }
    sync(&mut book, &mut server);
    let ada = book.find("Ada").unwrap().pop().unwrap();
    book.perform(Command::DeleteContacts(vec![ada.id])).unwrap();
    created(&mut book, at_work("Grace"));
    let ids: Vec<_> = book.rows(None).unwrap().iter().map(|row| row.id).collect();
    let mut expected: Vec<_> = book.contacts(&ids).unwrap().iter().map(plan::LocalContact::of).collect();
    let mut read = book.sync_local(&work()).unwrap().contacts;
    for contacts in [&mut expected, &mut read] {
        contacts.sort_by_key(|contact| contact.id);
    }
    assert_eq!(read, expected);
    assert_eq!(book.sync_input(&work()).unwrap().local, book.sync_local(&work()).unwrap());
}

#[test]
fn a_window_hears_of_what_a_sync_did_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let ada = created(&mut book, at_work("Ada"));
    assert!(is_unsent(&book, &ada));
    let mut other = book_in(dir.path());
    server.add("Grace", "", &[]);
    sync(&mut book, &mut server);
    let news = other.news().unwrap().unwrap();
    let mut names: Vec<(&str, bool)> = news.rows.iter().map(|row| (row.name.as_str(), row.unsent)).collect();
    names.sort_unstable();
    assert_eq!(names, [("Ada", false), ("Grace", false)], "the mark goes although the contact did not change");
    assert!(other.news().unwrap().is_none());
}

#[test]
fn a_conflict_waits_for_an_answer() {
    for answer in [Answer::Mine, Answer::Theirs, Answer::Both] {
        let dir = tempfile::tempdir().unwrap();
        let mut book = work_book(dir.path());
        let mut server = Server::default();
        let old = server.add("Ada", "Engineer", &[]);
        sync(&mut book, &mut server);
        let ada = book.find("Ada").unwrap().pop().unwrap();
        let contact = book.contact(ada.id).unwrap().unwrap();
        edited(&mut book, &contact, |d| {
            d.profile.title = "Mine".to_owned();
            d.extras.notes = "a note".to_owned();
        })
        .unwrap();
        let theirs = callbook::book::Profile { company_name: "Theirs Ltd".to_owned(), ..profile("Ada", "Theirs") };
        // The same record with other values: a client that can update.
        let record = server.contacts.get_mut(&old.0).unwrap();
        record.image = Image::new(Holder::Custom, &theirs, []);
        record.sealed = ["other".to_owned()].into();
        sync(&mut book, &mut server);
        let conflicts = book.conflicts(&work()).unwrap();
        assert_eq!(conflicts.len(), 1);
        let field = &conflicts[0].fields[0];
        assert_eq!((field.field.as_str(), field.mine.as_str(), field.theirs.as_str()), ("Title", "Mine", "Theirs"));
        assert_eq!(book.queue(&work()).unwrap()[0].waits, callbook::book::Waits::Person);
        assert!(server.requests.is_empty(), "nothing is sent before the answer");

        let before = contents(&book);
        book.answer_conflict(Kind::Contact, ada.id.0, answer).unwrap();
        assert!(book.conflicts(&work()).unwrap().is_empty());
        assert!(book.answer_conflict(Kind::Contact, ada.id.0, answer).is_err());
        if answer != Answer::Mine {
            // Undo is an edit of mine again, and no conflict: what was agreed on stays agreed on.
            book.perform(Command::Undo).unwrap();
            assert_eq!(contents(&book), before);
            book.perform(Command::Redo).unwrap();
        }
        sync(&mut book, &mut server);
        let mut titles: Vec<_> = server.contacts.values().map(|record| record.image.profile().title.clone()).collect();
        titles.sort();
        let wanted: &[&str] = match answer {
            Answer::Mine => &["Mine"],
            Answer::Theirs => &["Theirs"],
            Answer::Both => &["Mine", "Theirs"],
        };
        assert_eq!(titles, wanted);
        let after = book.contact(ada.id).unwrap().unwrap();
        assert_eq!((after.profile.company_name.as_str(), after.extras.notes.as_str()), ("Theirs Ltd", "a note"));
        assert!(!book.has_unsent(&work()).unwrap());
    }
}

#[test]
fn a_group_that_is_renamed_here_and_there_is_a_conflict_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let group = server.add_group("Friends");
    sync(&mut book, &mut server);
    let before = book.groups().unwrap().into_iter().find(|row| row.group.name == "Friends").unwrap().group;
    let (group_type, join, leave) = (before.group_type, Vec::new(), Vec::new());
    let name = "Mine".to_owned();
    book.perform(Command::EditGroup { before: Box::new(before.clone()), name, group_type, join, leave }).unwrap();
    let record = server.groups.get_mut(&group.0).unwrap();
    record.image.name = "Theirs".to_owned();
    record.sealed = ["other".to_owned()].into();
    sync(&mut book, &mut server);
    assert_eq!(book.conflicts(&work()).unwrap()[0].fields[0].theirs, "Theirs");
    assert!(book.answer_conflict(Kind::Group, before.id.0, Answer::Both).is_err());
    book.answer_conflict(Kind::Group, before.id.0, Answer::Theirs).unwrap();
    assert_eq!(group_id(&book, "Theirs"), before.id);
    sync(&mut book, &mut server);
    assert!(!book.has_unsent(&work()).unwrap());
}

#[test]
fn cloud_contacts_come_with_what_the_directory_knows() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let sealed = server.seal();
    let numbers = callbook::book::Profile {
        phone_numbers: vec![callbook::book::TypedValue::new("work", "123")],
        ..callbook::book::Profile::default()
    };
    for key in ["known", "unknown"] {
        let holder = Holder::Cloud(plan::ServerId(key.to_owned()));
        server.post_contact(Image::new(holder, &numbers, []), sealed.clone());
    }
    let who = callbook::book::PersonRef { directory: work().0, key: "known".to_owned() };
    let known = callbook::book::Person { who, profile: profile("Pat", "Engineer"), unresolved_since: None };
    book.refresh_people(&work(), &[known], &["unknown".to_owned()]).unwrap();
    sync(&mut book, &mut server);
    let pat = book.find("Pat").unwrap().pop().unwrap();
    let pat = book.contact(pat.id).unwrap().unwrap();
    assert_eq!((pat.contact_type, pat.profile.phone_numbers[0].value.as_str()), (ContactType::Cloud, "123"));
    assert_eq!(book.tally().unwrap().unresolved, 1);
    assert!(!book.has_unsent(&work()).unwrap());

    // An edit of the additions is a delete and a create under the same id; a lost answer changes nothing.
    edited(&mut book, &pat, |d| d.profile.phone_numbers[0].value = "456".to_owned()).unwrap();
    round(&mut book, &mut server, &mut |_| Fate::AnswerLost);
    sync(&mut book, &mut server);
    assert_eq!(server.contacts["known"].image.profile().phone_numbers[0].value, "456");
    assert_eq!(server.contacts.len(), 2);
    assert!(!book.has_unsent(&work()).unwrap());
}

#[test]
fn dangling_groups_and_no_groups_are_nothing_to_send() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    server.add("Ada", "", &[&plan::ServerId("nowhere".to_owned())]);
    server.add("Grace", "", &[]);
    sync(&mut book, &mut server);
    assert!(!book.has_unsent(&work()).unwrap() && server.requests.is_empty());
    // The default group comes to be here; who is in none is in it by that.
    let mary = created(&mut book, at_work("Mary"));
    let other = group_id(&book, OTHER_CONTACTS);
    let ada = book.find("Ada").unwrap().pop().unwrap();
    let before = book.contact(ada.id).unwrap().unwrap();
    let joined = edited(&mut book, &before, |d| d.groups = vec![other]).unwrap();
    assert!(!is_unsent(&book, &joined) && is_unsent(&book, &mary));
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 3);
}

#[test]
fn an_incomplete_answer_deletes_nothing_and_keeps_what_is_on_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    server.add("Ada", "", &[]);
    created(&mut book, at_work("Grace"));
    round(&mut book, &mut server, &mut |_| Fate::Lost);
    let input = book.sync_input(&work()).unwrap();
    let remote = Remote { contacts: Vec::new(), groups: Vec::new(), complete: false };
    let plan = plan::plan(&input.base, &input.local, &remote, &rules());
    let steps: Vec<_> = plan.steps.iter().collect();
    let (raw, seen) = (HashMap::new(), input.seen);
    let pulled = Pulled { remote: &remote, raw: &raw, list: None, plan: &plan, steps: &steps, seen };
    book.apply_pull(&work(), &pulled).unwrap();
    assert_eq!(book.sendings(&work()).unwrap().len(), 1);
    assert_eq!(book.rows(None).unwrap().iter().filter(|row| !row.trashed).count(), 2);
}
