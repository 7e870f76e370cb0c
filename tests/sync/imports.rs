//! Files into an account: local first, and the queue sends it.

use std::path::PathBuf;

use callbook::{
    book::{AccountId, Command, Draft, Elsewhere, ImportOptions, ImportReport, Profile},
    exchange::ExportFormat,
    plan::Brake,
    store::unwatched,
    sync::{Ended, Engine, How, Watched},
};

use crate::{
    desk::{Desk, webex},
    support::until,
};

fn card(number: usize, email: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{number}\r\nFN:Card {number:03}\r\nEMAIL:{email}\r\nEND:VCARD\r\n")
}

/// A file of so many cards.
fn file(desk: &Desk, cards: usize) -> PathBuf {
    let path = desk.stage.directory.path().join("cards.vcf");
    let cards: String = (0..cards).map(|number| card(number, &format!("{number}@example.org"))).collect();
    std::fs::write(&path, cards).unwrap();
    path
}

fn import(desk: &mut Desk, path: PathBuf, account: AccountId) -> ImportReport {
    let asked_for = ImportOptions { account, even_if_elsewhere: true, ..ImportOptions::default() };
    desk.book.import_files(&[path], &asked_for).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_cut_off_while_it_is_sent_goes_on_and_doubles_nobody() {
    let mut desk = Desk::new().await;
    desk.syncs().await;
    let path = file(&desk, 30);
    assert_eq!(import(&mut desk, path.clone(), webex()).new.len(), 30);
    assert_eq!(desk.book.queue(&webex()).unwrap().len(), 30 + 1, "and the group that they are in");
    {
        let (stage, clock) = (&desk.stage, desk.clock.clone());
        let mut engine = Engine::open(&mut desk.book, desk.client.clone(), clock).unwrap();
        let watched = Watched::by_nobody();
        let some = until("some are sent", || stage.count("POST", "/Users/contacts") >= 8);
        tokio::select! {
            done = engine.sync(How::default(), &watched) => panic!("it was to be killed: {done:?}"),
            () = some => {}
        }
    }
    let there = desk.names_there().len();
    assert!((7..30).contains(&there), "{there}");
    desk.restart();
    assert_eq!(import(&mut desk, path, webex()).unchanged, 30, "also who imports it once more doubles nobody");
    desk.syncs().await;
    let all: Vec<String> = (0..30).map(|number| format!("Card {number:03}")).collect();
    assert_eq!((desk.names_there(), desk.names()), (all.clone(), all));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_undo_takes_it_back_there_too_and_the_brake_asks_first() {
    let mut desk = Desk::with(2, 0).await;
    desk.syncs().await;
    let path = file(&desk, 12);
    import(&mut desk, path, webex());
    desk.syncs().await;
    assert_eq!(desk.names_there().len(), 14);
    desk.book.perform(Command::Undo).unwrap();
    assert_eq!(desk.contacts().len(), 2);
    let report = desk.sync_as(How::default()).await;
    assert!(
        matches!(&report.ended, Ended::Braked(plan) if plan.brake == Some(Brake::Deletions { contacts: 12, of: 14 })),
        "{report:#?}"
    );
    assert_eq!(desk.names_there().len(), 14);
    let report = desk.sync_as(How { confirmed: true, ..How::default() }).await;
    assert_eq!((report.ended, desk.names_there()), (Ended::Done, desk.names()));
    assert_eq!(desk.names_there().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_already_is_looked_for_in_the_account_alone() {
    let mut desk = Desk::with(1, 2).await;
    desk.syncs().await;
    let person = desk.contacts().into_iter().find_map(|contact| contact.person).unwrap();
    let colleague = person.profile.emails[0].value.to_uppercase();
    let path = desk.stage.directory.path().join("mixed.vcf");
    std::fs::write(&path, card(1, &colleague) + &card(2, "two@example.org")).unwrap();

    // Both are strangers to the local account, whoever the other one has.
    let report = import(&mut desk, path.clone(), AccountId::local());
    assert_eq!((report.new.len(), report.twins.len(), report.there), (2, 0, None));
    let report = import(&mut desk, path.clone(), webex());
    assert_eq!((&report.new[..], report.unchanged, report.there), (&["Card 002".to_owned()][..], 1, Some(3 + 1)));
    assert_eq!(report.warning(), None);
    let report = import(&mut desk, path, webex());
    assert_eq!((report.new.len(), report.unchanged), (0, 2));
    desk.syncs().await;
    assert_eq!(desk.opened()["contacts"].as_array().unwrap().len(), 3 + 1);
    assert_eq!(desk.groups_there("Card 002"), ["Other contacts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_the_whole_book_changes_nothing_in_it() {
    let mut desk = Desk::with(6, 2).await;
    desk.syncs().await;
    let local = desk.stage.directory.path().join("local.vcf");
    std::fs::write(&local, card(1, "one@example.org")).unwrap();
    import(&mut desk, local, AccountId::local());
    let path = desk.stage.directory.path().join("all.vcf");
    let all: Vec<_> = desk.book.rows(None).unwrap().iter().map(|row| row.id).collect();
    desk.book.export_file(&all, ExportFormat::Vcard4, &path, true, &mut unwatched).unwrap();

    let report = desk.book.import_files(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    let is_there = |elsewhere: &Elsewhere| elsewhere.account == webex();
    assert_eq!((&report.new[..], report.changed.len(), &report.groups[..]), (&[][..], 0, &[][..]), "{report:#?}");
    assert_eq!((report.unchanged, report.elsewhere.iter().filter(|one| is_there(one)).count()), (1, 8));
    assert_eq!(desk.book.rows(None).unwrap().len(), all.len());

    // Who differs from what the account has is a stranger, as is everybody where the account was asked for.
    let ada = desk.contacts().into_iter().find(|contact| contact.person.is_none()).unwrap();
    let edited = Draft { profile: Profile { title: "Countess".to_owned(), ..ada.profile.clone() }, ..Draft::of(&ada) };
    desk.book.perform(Command::EditContact { before: Box::new(ada), after: Box::new(edited) }).unwrap();
    let report = desk.book.import_files(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    assert_eq!((report.new.len(), report.elsewhere.len()), (1, 7));
    assert_eq!(import(&mut desk, path, AccountId::local()).new.len(), 7);
}
