//! Giving up what is unsent: an undoable step back to what both sides agreed on.

use callbook::{
    book::{Command, Contact, ContactType, Draft, GroupType, Person, PersonRef, TypedValue, change::Kind},
    plan::{Holder, Image, ServerId, Unclear},
    store::{Book, Waiting},
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

#[test]
fn who_is_who_is_noted_and_a_person_of_the_directory_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = work_book(dir.path());
    let [ada, grace] = ["Ada", "Grace"].map(|name| created(&mut book, at_work(name)));
    let server = |id: &str| ServerId(id.to_owned());
    let one = |contacts: &[&Contact], servers: &[&str]| Unclear {
        name: contacts[0].profile.display_name.clone(),
        contacts: contacts.iter().map(|contact| contact.id).collect(),
        servers: servers.iter().map(|id| server(id)).collect(),
    };
    let answer = |book: &mut Book, asked: Unclear, same| {
        let waiting = Waiting { unclear: vec![asked.clone()], ..Waiting::default() };
        book.keep_waiting(&work(), &waiting).unwrap();
        let answered = book.answer_unclear(&work(), &asked, same);
        assert_eq!(book.waiting(&work()).unwrap().unclear.len(), usize::from(answered.is_err()));
        answered
    };
    answer(&mut book, one(&[&ada], &["s1", "s2"]), true).unwrap();
    assert!(book.answer_unclear(&work(), &one(&[&ada], &["s1", "s2"]), true).is_err(), "it is answered");
    let link = book.sync_input(&work()).unwrap().base.contacts.pop().unwrap();
    assert_eq!((link.id, link.server, link.image), (ada.id, server("s1"), Image::of(&ada)));
    assert!(answer(&mut book, one(&[&grace], &["s1"]), true).is_err(), "it is Ada already");
    answer(&mut book, one(&[&grace], &["s2", "s3"]), false).unwrap();
    let apart = book.sync_input(&work()).unwrap().base.apart;
    assert_eq!(apart, [(grace.id, server("s2")), (grace.id, server("s3"))]);

    let who = PersonRef { directory: "work".to_owned(), key: "p1".to_owned() };
    let mut draft = Draft {
        person: Some(Person { who, profile: at_work("Joan").profile, unresolved_since: None }),
        contact_type: ContactType::Cloud,
        ..at_work("")
    };
    draft.profile.phone_numbers = vec![TypedValue::new("home", "+1 555 0100")];
    let joan = created(&mut book, draft);
    assert!(answer(&mut book, one(&[&joan], &["p1"]), false).is_err());
    answer(&mut book, one(&[&joan], &["p1"]), true).unwrap();
    let link = book.sync_input(&work()).unwrap().base.contacts.into_iter().find(|link| link.id == joan.id).unwrap();
    assert_eq!(link.image, Image::empty(Holder::Cloud(server("p1"))), "the additions of both sides are kept");
}
