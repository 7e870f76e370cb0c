//! The demo's files are read whole, and speak of nobody who could be called or written to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use callbook::{
    book::incoming::{Incoming, IncomingContact},
    exchange::{self, Format, ldif},
};

fn demo(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn directory() -> Vec<IncomingContact> {
    ldif::read(demo("directory.ldif").as_slice())
        .map(|record| match record {
            Ok(Incoming::Contact(person)) => *person,
            other => panic!("the demo directory holds people without faults, but {other:?}"),
        })
        .collect()
}

#[test]
fn the_directory_is_an_organisation_of_two_thousand() {
    let people = directory();
    assert_eq!(people.len(), 2000);
    let names: BTreeSet<_> = people.iter().map(|person| person.draft.profile.manager.clone()).collect();
    let mut managed: BTreeMap<String, String> = BTreeMap::new();
    for person in &people {
        let profile = &person.draft.profile;
        let name = format!("{} {}", profile.first_name, profile.last_name);
        for value in [&profile.display_name, &profile.title, &profile.department, &profile.company_name] {
            assert!(!value.is_empty(), "{name}");
        }
        assert_eq!(person.draft.extras.notes, "", "{name}");
        assert!(profile.emails[0].value.ends_with(".example"), "{name}");
        assert_eq!(profile.addresses.len(), 1, "{name}");
        assert_eq!(managed.insert(name.clone(), profile.manager.clone()), None, "{name} is there once");
    }
    assert!(names.len() > 100, "there are teams");
    let keys: BTreeSet<_> = people.iter().map(|person| &person.directory_key).collect();
    let mails: BTreeSet<_> = people.iter().map(|person| &person.draft.profile.emails[0].value).collect();
    assert_eq!((keys.len(), mails.len()), (2000, 2000));
    for name in managed.keys() {
        let chain = std::iter::successors(Some(name), |name| managed.get(*name).filter(|manager| !manager.is_empty()));
        let chain: Vec<&String> = chain.take(10).collect();
        assert!(chain.len() <= 4, "the way up from {name} is {chain:?}");
        assert!(managed.contains_key(chain[chain.len() - 1]), "the way up from {name} ends nowhere: {chain:?}");
    }
}

#[test]
fn the_demo_is_small_and_of_known_formats() {
    let (contacts, directory) = (demo("contacts.vcf"), demo("directory.ldif"));
    assert!(contacts.len() + directory.len() < 1_000_000);
    assert_eq!(exchange::detect(&contacts, "contacts.vcf"), Ok(Format::Vcard));
    assert_eq!(exchange::detect(&directory, "directory.ldif"), Ok(Format::Ldif));
}

#[test]
fn the_contacts_are_two_hundred_in_eight_groups() {
    let text = String::from_utf8(demo("contacts.vcf")).unwrap().replace("\r\n ", "");
    assert_eq!(text.matches("BEGIN:VCARD\r\n").count(), 200);
    let lists: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("CATEGORIES:")).collect();
    let groups: BTreeSet<&str> = lists.iter().flat_map(|list| list.split(',')).collect();
    assert_eq!(groups.len(), 8, "{groups:?}");
    assert!(lists.len() < 200 && lists.iter().any(|list| list.contains(',')));
    let hosts = text.lines().filter(|line| line.starts_with("EMAIL")).filter_map(|line| line.rsplit_once('@'));
    for (_, host) in hosts {
        assert!(["example.org", "example.com", "example.net"].contains(&host) || host.ends_with(".example"), "{host}");
    }
}
