//! A book, an account and a server.

use std::sync::Arc;

use callbook::{
    book::{AccountId, Command, Contact, ContactId, Draft, GroupId, GroupType, Profile, TypedValue, port::Clock},
    store::Book,
    sync::{Ended, Engine, How, Report, Watched},
    webex::{
        Client, Timing,
        contacts::{Kind, NewContact},
    },
};
use serde_json::{Value, json};
use simulator::{Control, Options};

use crate::support::{Moving, Stage};

pub fn timing() -> Timing {
    Timing::faster(6)
}

pub fn webex() -> AccountId {
    AccountId("webex".to_owned())
}

/// A book on disk, an account and a server. What leaks fails its test.
pub struct Desk {
    pub stage: Stage,
    pub book: Book,
    pub clock: Arc<Moving>,
    pub client: Client,
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.stage.simulator.leaks(), []);
        }
    }
}

impl Desk {
    pub async fn new() -> Self {
        Self::with(0, 0).await
    }

    /// With so many CUSTOM and CLOUD contacts on the server.
    pub async fn with(contacts: usize, cloud: usize) -> Self {
        Self::on(Stage::start(Options { contacts, cloud, people: 40, ..Options::default() }).await)
    }

    /// On this stage.
    pub fn on(stage: Stage) -> Self {
        let clock = Arc::new(Moving::default());
        let mut book = open(&stage, &clock);
        book.add_account(&webex()).unwrap();
        let client = stage.client(timing());
        Self { stage, book, clock, client }
    }

    /// As after the end of the process: another connection to the book, a client that knows nothing.
    pub fn restart(&mut self) {
        self.book = open(&self.stage, &self.clock);
        self.client = self.stage.client(timing());
    }

    pub fn engine(&mut self) -> Engine<'_> {
        let clock = Arc::clone(&self.clock);
        Engine::open(&mut self.book, self.client.clone(), clock).unwrap()
    }

    pub async fn sync_as(&mut self, how: How) -> Report {
        self.engine().sync(how, &Watched::by_nobody()).await.unwrap()
    }

    /// A sync after which nothing is left.
    #[track_caller]
    pub fn syncs(&mut self) -> impl Future<Output = Report> {
        let at = std::panic::Location::caller();
        async move {
            let report = self.sync_as(How { at_once: true, ..How::default() }).await;
            assert_eq!((&report.ended, &report.failed), (&Ended::Done, &Vec::new()), "{at} {report:#?}");
            assert_eq!(self.book.queue(&webex()).unwrap(), [], "{at}");
            report
        }
    }

    /// A second client edits as it likes, for which time passes.
    pub async fn elsewhere(&self) -> callbook::webex::contacts::Contacts {
        self.clock.wait(11);
        self.stage.client(timing()).contacts().await.unwrap()
    }

    /// Another client edits as all do: a new record, then the old one goes. The new id.
    pub async fn edited_elsewhere(&self, name: &str, change: impl FnOnce(&mut Profile)) -> String {
        let other = self.elsewhere().await;
        let listing = other.list().await.unwrap();
        let old = listing.contacts.iter().find(|contact| contact.profile().display_name == name).unwrap();
        let mut profile = old.profile();
        change(&mut profile);
        assert_eq!(old.kind, Kind::Custom);
        let draft = NewContact { groups: old.groups.clone(), ..NewContact::custom(profile) };
        let new = other.create(&draft).await.unwrap();
        other.delete(&old.id).await.unwrap();
        new.id
    }

    pub fn add(&mut self, name: &str) -> ContactId {
        self.add_with(name, |_| {})
    }

    pub fn add_with(&mut self, name: &str, fill: impl FnOnce(&mut Draft)) -> ContactId {
        let mut draft = Draft { account: webex(), ..Draft::default() };
        name.clone_into(&mut draft.profile.display_name);
        draft
            .profile
            .emails
            .push(TypedValue::new("work", &format!("{}@example.org", name.to_lowercase().replace(' ', "."))));
        fill(&mut draft);
        let touched = self.book.perform(Command::CreateContact(Box::new(draft))).unwrap().touched;
        let is_contact = |id: &ContactId| self.book.contact(*id).unwrap().is_some();
        touched.into_iter().map(ContactId).find(is_contact).expect("a contact was made")
    }

    pub fn edit(&mut self, id: ContactId, change: impl FnOnce(&mut Draft)) {
        let before = self.contact(id);
        let mut after = Draft::of(&before);
        change(&mut after);
        self.book.perform(Command::EditContact { before: Box::new(before), after: Box::new(after) }).unwrap();
    }

    pub fn delete(&mut self, ids: &[ContactId]) {
        self.book.perform(Command::DeleteContacts(ids.to_vec())).unwrap();
    }

    pub fn add_group(&mut self, name: &str, members: &[ContactId]) -> GroupId {
        let command = Command::CreateGroup {
            account: webex(),
            name: name.to_owned(),
            group_type: GroupType::Normal,
            members: members.to_vec(),
        };
        self.book.perform(command).unwrap();
        self.group(name)
    }

    pub fn group(&self, name: &str) -> GroupId {
        let groups = self.book.groups().unwrap().into_iter().map(|row| row.group);
        groups.into_iter().find(|group| group.account == webex() && group.name == name).expect("the group is here").id
    }

    pub fn contact(&self, id: ContactId) -> Contact {
        self.book.contact(id).unwrap().unwrap()
    }

    /// The contacts of the account here, without those in the trash.
    pub fn contacts(&self) -> Vec<Contact> {
        let rows = self.book.rows(None).unwrap().into_iter().filter(|row| !row.trashed);
        let contacts = rows.map(|row| self.contact(row.id));
        contacts.filter(|contact| contact.account == webex()).collect()
    }

    pub fn named(&self, name: &str) -> Contact {
        let mut found: Vec<Contact> =
            self.contacts().into_iter().filter(|contact| contact.profile.display_name == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found.pop().unwrap()
    }

    /// The names here, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.contacts().into_iter().map(|contact| contact.profile.display_name).collect();
        names.sort();
        names
    }

    /// What the server has, opened.
    pub fn opened(&self) -> Value {
        self.stage.control(Control::Opened { user: 0 })
    }

    pub fn there(&self, name: &str) -> Value {
        let opened = self.opened();
        let mut found: Vec<&Value> =
            opened["contacts"].as_array().unwrap().iter().filter(|contact| contact["displayName"] == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found.pop().unwrap().clone()
    }

    /// The names there, sorted.
    pub fn names_there(&self) -> Vec<String> {
        names_of(&self.opened(), "contacts")
    }

    pub fn group_names_there(&self) -> Vec<String> {
        names_of(&self.opened(), "groups")
    }

    /// The names of a contact's groups there, sorted.
    pub fn groups_there(&self, name: &str) -> Vec<String> {
        let (opened, contact) = (self.opened(), self.there(name));
        let mut names = Vec::new();
        for id in contact["groups"].as_array().unwrap() {
            let group = opened["groups"].as_array().unwrap().iter().find(|group| group["groupId"] == *id);
            names.push(group.expect("the group is there")["displayName"].as_str().unwrap().to_owned());
        }
        names.sort();
        names
    }

    /// The calls since the last time.
    pub fn new_calls(&self) -> Vec<String> {
        let calls = self.stage.calls().into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
        self.stage.order(json!({"do": "forget"}));
        calls
    }
}

/// Another connection to the book.
pub fn open(stage: &Stage, clock: &Arc<Moving>) -> Book {
    Book::open(&stage.directory.path().join("book.db"), Arc::clone(clock) as Arc<dyn Clock>).unwrap()
}

fn names_of(opened: &Value, member: &str) -> Vec<String> {
    let records = opened[member].as_array().unwrap().iter();
    let mut names: Vec<String> =
        records.map(|record| record["displayName"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}
