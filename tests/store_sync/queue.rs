//! Giving up what is unsent: an undoable step back to what both sides agreed on.

use callbook::{
    book::{Command, GroupType, change::Kind},
    store::Book,
};

use crate::{
    at_work, is_unsent,
    server::{Fate, Server, round, sync},
    support::{contents, created, edited, group_id},
    work, work_book,
};

fn dropped(book: &mut Book, kind: Kind, id: uuid::Uuid) {
    let before = contents(book);
    let title = book.drop_unsent(kind, id).unwrap().title;
    assert!(!book.queue(&work()).unwrap().iter().any(|entry| entry.id == id), "{title}");
    let after = contents(book);
    book.perform(Command::Undo).unwrap();
    assert_eq!(contents(book), before);
    assert!(book.queue(&work()).unwrap().iter().any(|entry| entry.id == id));
    book.perform(Command::Redo).unwrap();
    assert_eq!(contents(book), after);
}

#[test]
fn dropping_leads_back_to_what_was_agreed_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let group = server.add_group("Friends");
    server.add("Ada", "Engineer", &[&group]);
    server.add("Grace", "Admiral", &[]);
    sync(&mut book, &mut server);
    let find = |book: &Book, name: &str| {
        let found = book.find(name).unwrap().pop().unwrap();
        book.contact(found.id).unwrap().unwrap()
    };
    let (ada, grace) = (find(&book, "Ada"), find(&book, "Grace"));

    edited(&mut book, &ada, |d| {
        d.profile.title = "Countess".to_owned();
        d.extras.notes = "stays".to_owned();
    })
    .unwrap();
    dropped(&mut book, Kind::Contact, ada.id.0);
    let ada = book.contact(ada.id).unwrap().unwrap();
    assert_eq!((ada.profile.title.as_str(), ada.extras.notes.as_str()), ("Engineer", "stays"));

    book.perform(Command::DeleteContacts(vec![grace.id])).unwrap();
    dropped(&mut book, Kind::Contact, grace.id.0);
    assert!(!crate::row(&book, grace.id).trashed);

    let mary = created(&mut book, at_work("Mary"));
    dropped(&mut book, Kind::Contact, mary.id.0);
    assert!(crate::row(&book, mary.id).trashed);

    let friends = group_id(&book, "Friends");
    book.perform(Command::DeleteGroup(friends)).unwrap();
    dropped(&mut book, Kind::Group, friends.0);
    dropped(&mut book, Kind::Contact, ada.id.0);
    assert_eq!(book.contact(ada.id).unwrap().unwrap().groups, [friends]);

    let new = Command::CreateGroup {
        account: work(),
        name: "New".to_owned(),
        group_type: GroupType::Normal,
        members: vec![ada.id],
    };
    book.perform(new).unwrap();
    let new = group_id(&book, "New");
    dropped(&mut book, Kind::Group, new.0);
    // The default group was made for Mary.
    let other = group_id(&book, callbook::book::OTHER_CONTACTS);
    dropped(&mut book, Kind::Group, other.0);
    assert!(book.queue(&work()).unwrap().is_empty(), "{:#?}", book.queue(&work()));
    sync(&mut book, &mut server);
    assert!(server.requests.is_empty());
    assert!(book.drop_unsent(Kind::Group, new.0).is_err());
}

#[test]
fn what_has_left_is_not_called_back_but_undone() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let mut server = Server::default();
    let (ada, grace) = (created(&mut book, at_work("Ada")), created(&mut book, at_work("Grace")));
    sync(&mut book, &mut server);
    edited(&mut book, &ada, |d| d.profile.title = "Countess".to_owned()).unwrap();
    let mary = created(&mut book, at_work("Mary"));
    // Both arrive, and nobody hears of it.
    round(&mut book, &mut server, &mut |_| Fate::AnswerLost);
    let operation = book.sendings(&work()).unwrap()[0].to_send.operation.clone();
    book.drop_sending(&operation).unwrap();
    assert!(book.drop_sending("no such thing").is_err());
    sync(&mut book, &mut server);
    let of = |server: &Server| {
        let mut all: Vec<_> = server
            .contacts
            .values()
            .map(|record| format!("{} {}", record.image.profile().display_name, record.image.profile().title))
            .collect();
        all.sort();
        all
    };
    let both = ["Ada Countess", "Grace "];
    let first = ["Ada ", "Grace ", "Mary "];
    assert!(of(&server) == both || of(&server) == first, "{:?}", of(&server));
    assert!(!is_unsent(&book, &ada) && !is_unsent(&book, &grace));
    assert!(!crate::row(&book, mary.id).unsent);
}
