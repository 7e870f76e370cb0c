//! What holds whatever people and servers do: no link without a record, no record twice, marks in step, and both sides
//! the same in the end.

use std::collections::BTreeSet;

use callbook::{
    book::{Command, Contact, ContactId, Draft, GroupId, GroupType},
    plan::Answer,
    store::Book,
};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::{
    at_work,
    server::{Fate, Server, profile, round, sync},
    support::edited,
    work, work_book,
};

#[derive(Clone, Debug)]
enum Deed {
    Create(u8),
    Edit(usize, u8),
    Note(usize),
    Delete(usize),
    Restore(usize),
    MakeGroup(u8),
    RenameGroup(usize, u8),
    DropGroup(usize),
    Join(usize, usize),
    Leave(usize, usize),
    Undo,
    Redo,
    DropUnsent(usize),
    TheyCreate(u8),
    TheyEdit(usize, u8),
    TheyDelete(usize),
    Answer(usize, u8),
    Round(u8, usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => any::<u8>().prop_map(Deed::Create),
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, n)| Deed::Edit(at, n)),
        1 => any::<usize>().prop_map(Deed::Note),
        2 => any::<usize>().prop_map(Deed::Delete),
        1 => any::<usize>().prop_map(Deed::Restore),
        1 => any::<u8>().prop_map(Deed::MakeGroup),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, n)| Deed::RenameGroup(at, n)),
        1 => any::<usize>().prop_map(Deed::DropGroup),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(at, group)| Deed::Join(at, group)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(at, group)| Deed::Leave(at, group)),
        2 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        1 => any::<usize>().prop_map(Deed::DropUnsent),
        2 => any::<u8>().prop_map(Deed::TheyCreate),
        3 => (any::<usize>(), any::<u8>()).prop_map(|(at, n)| Deed::TheyEdit(at, n)),
        1 => any::<usize>().prop_map(Deed::TheyDelete),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, n)| Deed::Answer(at, n)),
        5 => (any::<u8>(), 0..4_usize).prop_map(|(fate, at)| Deed::Round(fate, at)),
    ];
    proptest::collection::vec(deed, 1..40)
}

struct World {
    directory: tempfile::TempDir,
    book: Book,
    server: Server,
    /// Every contact ever made has a name of its own, so that equals are the same.
    made: usize,
}

impl World {
    fn contacts(&self) -> Vec<Contact> {
        let rows = self.book.rows(None).unwrap();
        rows.iter().filter_map(|row| self.book.contact(row.id).unwrap()).collect()
    }

    fn pick(&self, at: usize, trashed: bool) -> Option<Contact> {
        let mut all = self.contacts();
        all.retain(|contact| contact.trashed.is_some() == trashed);
        all.sort_by_key(|contact| contact.id);
        if all.is_empty() { None } else { Some(all.swap_remove(at % all.len())) }
    }

    fn group(&self, at: usize) -> Option<callbook::book::Group> {
        let mut all: Vec<_> = self.book.groups().unwrap().into_iter().map(|row| row.group).collect();
        all.sort_by_key(|group| group.id);
        if all.is_empty() { None } else { Some(all.swap_remove(at % all.len())) }
    }

    fn name(&mut self) -> String {
        self.made += 1;
        format!("person number {}", self.made)
    }

    fn perform(&mut self, command: Command) {
        // What the rules refuse is no deed.
        let _ = self.book.perform(command);
    }

    fn regroup(&mut self, contact: ContactId, join: Vec<GroupId>, leave: Vec<GroupId>) {
        self.perform(Command::Regroup { contacts: vec![contact], join, make: Vec::new(), leave });
    }

    fn there(&self, at: usize) -> Option<String> {
        let keys: Vec<&String> = self.server.contacts.keys().collect();
        if keys.is_empty() { None } else { Some(keys[at % keys.len()].clone()) }
    }

    fn does(&mut self, deed: &Deed) {
        match *deed {
            Deed::Create(n) => {
                let name = self.name();
                let mut draft: Draft = at_work(&name);
                draft.profile.title = format!("title {}", n % 4);
                self.perform(Command::CreateContact(Box::new(draft)));
            }
            Deed::Edit(at, n) => {
                let Some(contact) = self.pick(at, false) else { return };
                let _ = edited(&mut self.book, &contact, |d| match n % 2 {
                    0 => d.profile.title = format!("title {n}"),
                    _ => d.profile.company_name = format!("company {n}"),
                });
            }
            Deed::Note(at) => {
                let Some(contact) = self.pick(at, false) else { return };
                let _ = edited(&mut self.book, &contact, |d| d.extras.notes.push('x'));
            }
            Deed::Delete(at) => {
                if let Some(contact) = self.pick(at, false) {
                    self.perform(Command::DeleteContacts(vec![contact.id]));
                }
            }
            Deed::Restore(at) => {
                if let Some(contact) = self.pick(at, true) {
                    self.perform(Command::RestoreContacts(vec![contact.id]));
                }
            }
            Deed::MakeGroup(n) => self.perform(Command::CreateGroup {
                account: work(),
                name: format!("group {n}"),
                group_type: GroupType::Normal,
                members: Vec::new(),
            }),
            Deed::RenameGroup(at, n) => {
                let Some(before) = self.group(at) else { return };
                let (name, group_type) = (format!("group {n}"), before.group_type);
                let (join, leave) = (Vec::new(), Vec::new());
                self.perform(Command::EditGroup { before: Box::new(before), name, group_type, join, leave });
            }
            Deed::DropGroup(at) => {
                if let Some(group) = self.group(at) {
                    self.perform(Command::DeleteGroup(group.id));
                }
            }
            Deed::Join(at, group) => {
                if let (Some(contact), Some(group)) = (self.pick(at, false), self.group(group)) {
                    self.regroup(contact.id, vec![group.id], Vec::new());
                }
            }
            Deed::Leave(at, group) => {
                if let (Some(contact), Some(group)) = (self.pick(at, false), self.group(group)) {
                    self.regroup(contact.id, Vec::new(), vec![group.id]);
                }
            }
            Deed::Undo => self.perform(Command::Undo),
            Deed::Redo => self.perform(Command::Redo),
            Deed::DropUnsent(at) => {
                let queue = self.book.queue(&work()).unwrap();
                if !queue.is_empty() {
                    let entry = &queue[at % queue.len()];
                    let _ = self.book.drop_unsent(entry.kind, entry.id);
                }
            }
            Deed::TheyCreate(n) => {
                let name = self.name();
                self.server.add(&name, &format!("title {}", n % 4), &[]);
            }
            Deed::TheyEdit(at, n) => {
                let Some(id) = self.there(at) else { return };
                let old = self.server.contacts[&id].image.profile().clone();
                let edited = profile(&old.display_name, &format!("theirs {n}"));
                let edited = callbook::book::Profile { company_name: old.company_name, ..edited };
                self.server.edit(&id, &edited);
            }
            Deed::TheyDelete(at) => {
                if let Some(id) = self.there(at) {
                    self.server.contacts.remove(&id);
                }
            }
            Deed::Answer(at, n) => self.answer(at, n),
            Deed::Round(fate, at) => {
                let fate = [Fate::Answered, Fate::AnswerLost, Fate::Lost][usize::from(fate) % 3];
                round(&mut self.book, &mut self.server, &mut |number| if number == at { fate } else { Fate::Answered });
            }
        }
    }

    fn answer(&mut self, at: usize, n: u8) {
        let open = self.book.conflicts(&work()).unwrap();
        if !open.is_empty() {
            let conflict = &open[at % open.len()];
            let answer = [Answer::Mine, Answer::Theirs][usize::from(n) % 2];
            let _ = self.book.answer_conflict(conflict.kind, conflict.id, answer);
        }
    }

    /// Straight from the file.
    fn check(&mut self) {
        let file = Connection::open(self.directory.path().join("book.db")).unwrap();
        let count = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let stray = "SELECT count(*) FROM link WHERE id NOT IN (SELECT id FROM contact) AND id NOT IN (SELECT id FROM contact_group)
            AND id NOT IN (SELECT id FROM unsent WHERE open)";
        assert_eq!(count(stray), 0, "a link without a record, and nobody is to delete anything");
        let doubled = "SELECT count(*) FROM (SELECT server FROM link GROUP BY kind, server HAVING count(*) > 1)";
        assert_eq!(count(doubled), 0, "a record of the server is two of ours");
        let fallen = "SELECT count(*) FROM conflict WHERE id NOT IN (SELECT id FROM link)";
        assert_eq!(count(fallen), 0, "a conflict about nothing");
        let marks = |file: &Connection| -> BTreeSet<Vec<u8>> {
            let mut open = file.prepare("SELECT id FROM unsent WHERE open").unwrap();
            open.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
        };
        let kept = marks(&file);
        self.book.look_at_all(&work()).unwrap();
        assert_eq!(marks(&file), kept, "the marks were not in step");
    }

    fn rest(&mut self) {
        for _ in 0..5 {
            let plan = sync(&mut self.book, &mut self.server);
            if plan.conflicts.is_empty() {
                break;
            }
            self.answer(0, 0);
        }
        assert_eq!(self.book.conflicts(&work()).unwrap(), []);
        let groups = self.book.groups().unwrap();
        let name = |id: &GroupId| groups.iter().find(|row| row.group.id == *id).map(|row| row.group.name.clone());
        let mut here: Vec<String> = self
            .contacts()
            .into_iter()
            .filter(|contact| contact.trashed.is_none())
            .map(|contact| {
                let groups: BTreeSet<_> =
                    contact.groups.iter().filter_map(name).filter(|n| n != "Other contacts").collect();
                let profile = contact.profile;
                format!("{} {} {} {groups:?}", profile.display_name, profile.title, profile.company_name)
            })
            .collect();
        let mut there: Vec<String> = self
            .server
            .contacts
            .values()
            .map(|record| {
                let named = record.image.groups().iter().filter_map(|group| match group {
                    callbook::plan::GroupRef::Theirs(id) => Some(self.server.groups.get(&id.0)?.image.name.clone()),
                    callbook::plan::GroupRef::Ours(_) => None,
                });
                let groups: BTreeSet<_> = named.filter(|n| n != "Other contacts").collect();
                let profile = record.image.profile();
                format!("{} {} {} {groups:?}", profile.display_name, profile.title, profile.company_name)
            })
            .collect();
        here.sort();
        there.sort();
        assert_eq!(here, there);
        assert_eq!(self.book.queue(&work()).unwrap(), [], "nothing is left to send");
    }
}

/// Each of a case's deeds is written to the disk: by default these are few. `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_the_links_hold(deeds in deeds()) {
        let directory = tempfile::tempdir().unwrap();
        let book = work_book(directory.path());
        let mut world = World { directory, book, server: Server::default(), made: 0 };
        for deed in &deeds {
            world.does(deed);
            world.check();
        }
        world.rest();
        world.check();
    }
}
