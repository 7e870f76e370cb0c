//! What goes out: noted before it leaves, identical in every retry, known again when it arrives.

use callbook::{
    book::{Command, Timestamp, Waits, change::Kind},
    plan::{Planned, Step},
    store::{Book, Receipt, SendingState, ToSend, What},
};

use crate::{
    at_work, is_unsent,
    server::{Fate, Server, plan_of, round, sync},
    support::{created, edited},
    work, work_book,
};

fn first_there(plan: &callbook::plan::Plan) -> Planned {
    plan.steps.iter().find(|planned| matches!(planned.step, Step::There(_))).unwrap().clone()
}

#[test]
fn a_retry_sends_the_identical_body() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    created(&mut book, at_work("Ada"));
    let planned = first_there(&plan_of(&book, &Server::default()));
    let first = ToSend::of(&planned, "body one".to_owned(), ["s1".to_owned()].into(), None).unwrap();
    let second = ToSend::of(&planned, "body two".to_owned(), ["s2".to_owned()].into(), None).unwrap();
    let noted = book.begin_sending(&work(), &first).unwrap();
    assert_eq!((noted.to_send.body.as_str(), noted.state, noted.tries), ("body one", SendingState::Creating, 0));
    assert_eq!(book.queue(&work()).unwrap()[0].waits, Waits::Answer);
    book.fail_sending(&first.operation, "the server is busy", Some(Timestamp(77))).unwrap();
    let again = book.begin_sending(&work(), &second).unwrap();
    assert_eq!((again.to_send, again.tries), (first.clone(), 1));
    let entry = &book.queue(&work()).unwrap()[0];
    assert_eq!(
        (&entry.waits, entry.tries, entry.error.as_deref()),
        (&Waits::Until(Timestamp(77)), 1, Some("the server is busy"))
    );
    book.retry_now(&work()).unwrap();
    assert_eq!(book.queue(&work()).unwrap()[0].waits, Waits::Sync);

    let receipt = || Receipt::Created { server: "g1".to_owned().into_id(), raw: None, created: None, modified: None };
    book.settle_sending(&work(), &first.operation, &receipt()).unwrap();
    let done = book.sending(&first.operation).unwrap().unwrap();
    assert_eq!((done.state, done.to_send.body.as_str()), (SendingState::Created, ""));
    let base = book.sync_input(&work()).unwrap().base;
    assert_eq!(base.groups[0].server.0, "g1");
    assert!(!base.sent_groups[0].open);
    assert_eq!(book.queue(&work()).unwrap().len(), 1, "the contact is left");

    // The same step once more is a new request; the answered one stays known by its ciphertext.
    let anew = book.begin_sending(&work(), &second).unwrap();
    assert_eq!(anew.to_send.body, "body two");
    assert_eq!(book.sync_input(&work()).unwrap().base.sent_groups.len(), 2);
    assert!(book.settle_sending(&work(), "no such thing", &receipt()).is_err());
    assert!(book.begin_sending(&callbook::book::AccountId("gone".to_owned()), &first).is_err());
}

trait IntoId {
    fn into_id(self) -> callbook::plan::ServerId;
}

impl IntoId for String {
    fn into_id(self) -> callbook::plan::ServerId {
        callbook::plan::ServerId(self)
    }
}

#[test]
fn an_edit_makes_the_new_version_before_the_old_one_goes() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let ada = created(&mut book, at_work("Ada"));
    sync(&mut book, &mut server);
    assert!(!is_unsent(&book, &ada));
    edited(&mut book, &ada, |d| d.profile.title = "Countess".to_owned()).unwrap();
    assert_eq!(book.queue(&work()).unwrap()[0].title(), "Ada: Title");
    server.requests.clear();

    // The plug is pulled after the POST.
    round(&mut book, &mut server, &mut |_| Fate::Answered);
    assert_eq!(server.contacts.len(), 2);
    let link = &book.sync_input(&work()).unwrap().base.contacts[0];
    assert_eq!((link.id, link.superseded.len(), link.image.profile().title.as_str()), (ada.id, 1, "Countess"));
    assert_eq!(book.queue(&work()).unwrap()[0].title(), "Ada: finish the edit");
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 1);
    let kinds: Vec<_> = server.requests.iter().map(|request| request.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["Replace", "Delete"]);
    assert!(book.sync_input(&work()).unwrap().base.contacts[0].superseded.is_empty());
    assert!(book.queue(&work()).unwrap().is_empty());
}

#[test]
fn a_lost_answer_posts_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let ada = created(&mut book, at_work("Ada"));
    // The group and then the contact arrive, and nobody hears of it.
    round(&mut book, &mut server, &mut |_| Fate::AnswerLost);
    round(&mut book, &mut server, &mut |_| Fate::AnswerLost);
    assert!(is_unsent(&book, &ada));
    sync(&mut book, &mut server);
    assert_eq!((server.groups.len(), server.contacts.len()), (1, 1), "{:?}", server.requests);
    assert!(!is_unsent(&book, &ada) && book.sendings(&work()).unwrap().is_empty());

    // The same of an edit that is edited again before the answer is known.
    let after = edited(&mut book, &ada, |d| d.profile.title = "one".to_owned()).unwrap();
    round(&mut book, &mut server, &mut |_| Fate::AnswerLost);
    edited(&mut book, &after, |d| d.profile.title = "two".to_owned()).unwrap();
    round(&mut book, &mut server, &mut |_| Fate::Lost);
    sync(&mut book, &mut server);
    let titles: Vec<_> = server.contacts.values().map(|record| record.image.profile().title.as_str()).collect();
    assert_eq!(titles, ["two"]);
    assert!(!book.has_unsent(&work()).unwrap());
}

#[test]
fn a_late_twin_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    created(&mut book, at_work("Ada"));
    sync(&mut book, &mut server);
    let (_, record) = server.contacts.iter().next().unwrap();
    let (image, sealed) = (record.image.clone(), record.sealed.clone());
    server.post_contact(image, sealed);
    sync(&mut book, &mut server);
    assert_eq!(server.contacts.len(), 1);
    assert_eq!(book.rows(None).unwrap().len(), 1);
}

#[test]
fn what_is_undone_before_it_left_is_no_longer_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    created(&mut book, at_work("Ada"));
    sync(&mut book, &mut server);
    created(&mut book, at_work("Grace"));
    round(&mut book, &mut server, &mut |_| Fate::Lost);
    assert_eq!(book.sendings(&work()).unwrap().len(), 1);
    book.perform(Command::Undo).unwrap();
    assert_eq!(book.queue(&work()).unwrap().len(), 1, "the answer may still come");
    sync(&mut book, &mut server);
    assert!(book.queue(&work()).unwrap().is_empty() && book.sendings(&work()).unwrap().is_empty());
    assert_eq!(server.contacts.len(), 1);
}

#[test]
fn what_nothing_sealed_tells_from_others_is_forgotten_once_nobody_waits_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let known_again = |book: &mut Book, server: &mut Server, sealed: &[&str]| {
        let ada = created(book, at_work("Ada"));
        sync(book, server);
        edited(book, &ada, |d| d.profile.title = "Dr".to_owned()).unwrap();
        let sealed = sealed.iter().map(|&text| text.to_owned()).collect();
        let to_send = ToSend::of(&first_there(&plan_of(book, server)), "body".to_owned(), sealed, None).unwrap();
        book.begin_sending(&work(), &to_send).unwrap();
        book.perform(Command::Undo).unwrap();
        sync(book, server);
        book.sync_input(&work())
            .unwrap()
            .base
            .sent_contacts
            .iter()
            .filter(|sent| sent.id == ada.id && sent.open)
            .count()
    };
    assert_eq!(known_again(&mut book, &mut server, &["s1"]), 1);
    assert_eq!(known_again(&mut book, &mut server, &[]), 0);
}

#[test]
fn a_deletion_of_an_old_version_leaves_the_link() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let ada = created(&mut book, at_work("Ada"));
    sync(&mut book, &mut server);
    let to_send = |operation: &str, server: &str| ToSend {
        operation: operation.to_owned(),
        kind: Kind::Contact,
        id: ada.id.0,
        what: What::Delete,
        image: None,
        sealed: [].into(),
        body: String::new(),
        key: None,
        replaces: Some(server.to_owned().into_id()),
        old: None,
    };
    book.begin_sending(&work(), &to_send("a", "an old one")).unwrap();
    book.settle_sending(&work(), "a", &Receipt::Deleted).unwrap();
    assert_eq!(book.sync_input(&work()).unwrap().base.contacts.len(), 1);
    let current = book.sync_input(&work()).unwrap().base.contacts[0].server.0.clone();
    book.begin_sending(&work(), &to_send("b", &current)).unwrap();
    book.settle_sending(&work(), "b", &Receipt::Deleted).unwrap();
    assert!(book.sync_input(&work()).unwrap().base.contacts.is_empty());
    assert!(book.sending("b").unwrap().is_none(), "a deletion leaves nothing to be known again");
}
