//! A server that knows nothing of networks and cryptography, and a sync that carries plans out against it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use callbook::{
    book::{Profile, Timestamp},
    plan::{
        self, GroupImage, GroupRef, Image, Plan, Planned, Remote, RemoteContact, RemoteGroup, RemoteRecord, Rules,
        ServerId, Step, StepId,
    },
    store::{Book, Hash, Pulled, Receipt, Sending, SendingImage, ToSend, What},
};
use sha2::{Digest as _, Sha256};

use crate::work;

/// How the next request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// It was carried out, the answer got lost.
    AnswerLost,
    /// It never arrived.
    Lost,
}

#[derive(Clone)]
pub struct Record<M> {
    pub image: M,
    pub sealed: BTreeSet<String>,
    pub created: Timestamp,
}

#[derive(Clone, Default)]
pub struct Server {
    pub contacts: BTreeMap<String, Record<Image>>,
    pub groups: BTreeMap<String, Record<GroupImage>>,
    pub requests: Vec<String>,
    next: u64,
}

pub fn profile(name: &str, title: &str) -> Profile {
    Profile { display_name: name.to_owned(), title: title.to_owned(), ..Profile::default() }
}

impl Server {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Every sealing of the same values has another ciphertext.
    pub fn seal(&mut self) -> BTreeSet<String> {
        let number = self.number();
        BTreeSet::from([format!("sealed {number} a"), format!("sealed {number} b")])
    }

    pub fn post_contact(&mut self, image: Image, sealed: BTreeSet<String>) -> ServerId {
        let number = self.number();
        let id = match image.holder() {
            plan::Holder::Cloud(person) => person.0.clone(),
            _ => format!("contact-{number}"),
        };
        let created = Timestamp(1_780_000_000_000 + i64::try_from(number).unwrap());
        self.contacts.insert(id.clone(), Record { image, sealed, created });
        ServerId(id)
    }

    pub fn post_group(&mut self, image: GroupImage, sealed: BTreeSet<String>) -> ServerId {
        let number = self.number();
        let id = format!("group-{number}");
        let created = Timestamp(1_780_000_000_000 + i64::try_from(number).unwrap());
        self.groups.insert(id.clone(), Record { image, sealed, created });
        ServerId(id)
    }

    /// Another client makes a contact.
    pub fn add(&mut self, name: &str, title: &str, groups: &[&ServerId]) -> ServerId {
        let sealed = self.seal();
        let groups = groups.iter().map(|group| GroupRef::Theirs((*group).clone()));
        self.post_contact(Image::new(plan::Holder::Custom, &profile(name, title), groups), sealed)
    }

    pub fn add_group(&mut self, name: &str) -> ServerId {
        let sealed = self.seal();
        self.post_group(GroupImage::new(name, callbook::book::GroupType::Normal), sealed)
    }

    /// Another client edits as all do: a new record, then the old one goes.
    pub fn edit(&mut self, id: &str, profile: &Profile) -> ServerId {
        let old = self.contacts[id].image.clone();
        let sealed = self.seal();
        let new = self.post_contact(Image::new(old.holder().clone(), profile, old.groups().iter().cloned()), sealed);
        if new.0 != id {
            self.contacts.remove(id);
        }
        new
    }

    pub fn remote(&self) -> Remote {
        let contacts = self.contacts.iter().map(|(id, record)| RemoteContact {
            sealed: record.sealed.clone(),
            created: Some(record.created),
            ..RemoteRecord::new(ServerId(id.clone()), record.image.clone())
        });
        let groups = self.groups.iter().map(|(id, record)| RemoteGroup {
            sealed: record.sealed.clone(),
            created: Some(record.created),
            ..RemoteRecord::new(ServerId(id.clone()), record.image.clone())
        });
        Remote { contacts: contacts.collect(), groups: groups.collect(), complete: true }
    }

    pub fn raw(&self) -> HashMap<ServerId, Hash> {
        let hash = |sealed: &BTreeSet<String>| Sha256::digest(format!("{sealed:?}")).into();
        let contacts = self.contacts.iter().map(|(id, record)| (ServerId(id.clone()), hash(&record.sealed)));
        let groups = self.groups.iter().map(|(id, record)| (ServerId(id.clone()), hash(&record.sealed)));
        contacts.chain(groups).collect()
    }
}

pub fn plan_of(book: &Book, server: &Server) -> Plan {
    let input = book.sync_input(&work()).unwrap();
    plan::plan(&input.base, &input.local, &server.remote(), &rules())
}

/// Without the rule that one absence of a fresh record does not count: it would make every test wait.
pub fn rules() -> Rules {
    Rules { fresh: 0, ..Rules::at(Timestamp(1_800_000_000_000)) }
}

/// Pull, plan, apply, until nothing is left to do or nothing moves any more.
pub fn sync(book: &mut Book, server: &mut Server) -> Plan {
    for _ in 0..6 {
        let plan = round(book, server, &mut |_| Fate::Answered);
        if plan.is_empty() {
            return plan;
        }
    }
    panic!("it does not come to rest: {:#?}", plan_of(book, server).steps);
}

/// One pull, plan and apply. `fate` says how each request ends; after one that was not answered nothing more is sent.
pub fn round(book: &mut Book, server: &mut Server, fate: &mut dyn FnMut(usize) -> Fate) -> Plan {
    let input = book.sync_input(&work()).unwrap();
    let (remote, raw) = (server.remote(), server.raw());
    let plan = plan::plan(&input.base, &input.local, &remote, &rules());
    let mut later: HashSet<&StepId> = HashSet::new();
    for planned in &plan.steps {
        if matches!(planned.step, Step::There(_)) || planned.needs.iter().any(|need| later.contains(need)) {
            later.insert(&planned.id);
        }
    }
    let now: Vec<&Planned> = plan.steps.iter().filter(|planned| !later.contains(&planned.id)).collect();
    let pulled = Pulled { remote: &remote, raw: &raw, list: None, plan: &plan, steps: &now, seen: input.seen };
    let applied = book.apply_pull(&work(), &pulled).unwrap();
    let mut failed = applied.skipped;
    let mut after: Vec<&Planned> = Vec::new();
    for (number, planned) in plan.steps.iter().filter(|planned| later.contains(&planned.id)).enumerate() {
        if planned.needs.iter().any(|need| failed.contains(need)) {
            failed.insert(planned.id.clone());
        } else if !matches!(planned.step, Step::There(_)) {
            after.push(planned);
        } else if !carry_out(book, server, planned, fate(number)) {
            return plan;
        }
    }
    let list = after.is_empty().then(|| Sha256::digest(format!("{:?}", server.remote())).into());
    let pulled = Pulled { remote: &remote, raw: &raw, list, plan: &plan, steps: &after, seen: input.seen };
    book.apply_pull(&work(), &pulled).unwrap();
    plan
}

fn carry_out(book: &mut Book, server: &mut Server, planned: &Planned, fate: Fate) -> bool {
    let sealed = server.seal();
    let to_send = ToSend::of(planned, format!("{sealed:?}"), sealed, Some("kms://key".to_owned())).unwrap();
    let sending = book.begin_sending(&work(), &to_send).unwrap();
    let operation = sending.to_send.operation.clone();
    let receipt = if fate == Fate::Lost { None } else { Some(request(book, server, &sending)) };
    let answer = receipt.filter(|_| fate == Fate::Answered);
    match &answer {
        Some(receipt) => book.settle_sending(&work(), &operation, receipt).unwrap(),
        None => book.fail_sending(&operation, "no answer", Some(Timestamp(1))).unwrap(),
    }
    answer.is_some()
}

fn request(book: &mut Book, server: &mut Server, sending: &Sending) -> Receipt {
    let to_send = &sending.to_send;
    server.requests.push(format!("{:?} {:?}", to_send.what, to_send.body));
    if let (What::Delete | What::Recreate, Some(ServerId(gone))) = (to_send.what, &to_send.replaces) {
        server.contacts.remove(gone);
        server.groups.remove(gone);
        if to_send.what == What::Delete {
            return Receipt::Deleted;
        }
        book.advance_sending(&to_send.operation).unwrap();
    }
    let id = match to_send.image.clone().unwrap() {
        SendingImage::Contact(image) => {
            let base = book.sync_input(&work()).unwrap().base;
            let theirs = image.groups().iter().map(|group| match group {
                GroupRef::Ours(id) => {
                    let link = base.groups.iter().find(|link| link.id == *id);
                    GroupRef::Theirs(link.expect("the group is there before its members").server.clone())
                }
                GroupRef::Theirs(_) => group.clone(),
            });
            let image = image.in_groups(theirs.collect::<Vec<_>>());
            server.post_contact(image, to_send.sealed.clone())
        }
        SendingImage::Group(image) => server.post_group(image, to_send.sealed.clone()),
    };
    Receipt::Created { server: id, raw: None, created: None, modified: None }
}
