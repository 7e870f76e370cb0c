//! A book, its links and a perfect server: what a sync works on, without a network. Plans are carried out by the letter
//! of their steps' documentation.

use std::collections::BTreeSet;

use callbook::{
    book::{ContactId, GroupId, GroupType, Profile, Timestamp, TypedValue},
    plan::{
        Base, ContactLink, GroupImage, GroupLink, GroupRef, Here, Holder, Image, Local, LocalContact, LocalGroup, Note,
        Plan, Planned, Remote, RemoteContact, RemoteGroup, Rules, Sent, ServerId, Step, There, plan,
    },
};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_900_000_000_000);
const LONG_AGO: Timestamp = Timestamp(1_800_000_000_000);

#[derive(Clone, Debug)]
pub struct World {
    pub base: Base,
    pub local: Local,
    pub remote: Remote,
    /// What never leaves this machine, by contact.
    pub notes: Vec<(ContactId, String)>,
    next: u32,
}

pub fn contact_id(n: u32) -> ContactId {
    ContactId(Uuid::from_u128(0x1000_0000 + u128::from(n)))
}

pub fn group_id(n: u32) -> GroupId {
    GroupId(Uuid::from_u128(0x2000_0000 + u128::from(n)))
}

pub fn server(id: &str) -> ServerId {
    ServerId(id.to_owned())
}

pub fn ours(n: u32) -> GroupRef {
    GroupRef::Ours(group_id(n))
}

pub fn theirs(id: &str) -> GroupRef {
    GroupRef::Theirs(server(id))
}

pub fn group(name: &str) -> GroupImage {
    GroupImage::new(name, GroupType::Normal)
}

/// A CUSTOM contact.
pub fn image(make: impl FnOnce(&mut Profile)) -> Image {
    let mut profile = Profile::default();
    make(&mut profile);
    Image::new(Holder::Custom, &profile, [])
}

/// A CLOUD contact with these numbers.
pub fn cloud(person: &str, numbers: &[&str]) -> Image {
    let phone_numbers = numbers.iter().map(|number| TypedValue::new("work", number)).collect();
    Image::new(Holder::Cloud(server(person)), &Profile { phone_numbers, ..Profile::default() }, [])
}

pub fn person(name: &str, email: &str) -> Image {
    image(|profile| {
        name.clone_into(&mut profile.display_name);
        profile.emails = vec![TypedValue::new("work", email)];
    })
}

/// The same image with another title.
pub fn titled(image: &Image, title: &str) -> Image {
    let profile = Profile { title: title.to_owned(), ..image.profile().clone() };
    Image::new(image.holder().clone(), &profile, image.groups().iter().cloned())
}

impl World {
    pub fn new() -> Self {
        Self {
            base: Base::default(),
            local: Local::default(),
            remote: Remote { contacts: Vec::new(), groups: Vec::new(), complete: true },
            notes: Vec::new(),
            next: 0,
        }
    }

    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub fn plan(&self) -> Plan {
        plan(&self.base, &self.local, &self.remote, &Rules::at(NOW))
    }

    /// The plan without its last line.
    pub fn lines(&self) -> Vec<String> {
        let text = self.plan().to_string();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.pop();
        lines
    }

    // ---- making states -----------------------------------------------------------------------------------------------

    pub fn here(&mut self, image: &Image) -> ContactId {
        let id = contact_id(self.fresh());
        self.local.contacts.push(LocalContact { id, name: image.name(), image: image.clone(), trashed: false });
        self.notes.push((id, format!("note of {id}")));
        id
    }

    pub fn there(&mut self, image: &Image) -> ServerId {
        let n = self.fresh();
        let id = match image.holder() {
            Holder::Cloud(person) => person.clone(),
            _ => server(&format!("s{n}")),
        };
        let mut record = RemoteContact::new(id.clone(), image.clone());
        record.sealed = sealed(n, image);
        record.key = Some("kms://kms.example.test/keys/1".to_owned());
        record.created = Some(Timestamp(LONG_AGO.0 + i64::from(n)));
        self.remote.contacts.push(record);
        id
    }

    /// A contact that both sides have; its image speaks of our groups, each of which is linked.
    pub fn both(&mut self, image: &Image) -> (ContactId, ServerId) {
        let id = self.here(image);
        let wire = self.on_the_wire(image);
        let server = self.there(&wire);
        self.link(id, &server, image);
        (id, server)
    }

    pub fn link(&mut self, id: ContactId, server: &ServerId, image: &Image) {
        let link = ContactLink {
            id,
            server: server.clone(),
            superseded: Vec::new(),
            image: image.clone(),
            confirmed: LONG_AGO,
        };
        self.base.contacts.retain(|link| link.id != id);
        self.base.contacts.push(link);
    }

    pub fn group_here(&mut self, name: &str) -> GroupId {
        let id = group_id(self.fresh());
        self.local.groups.push(LocalGroup { id, image: group(name) });
        id
    }

    pub fn group_there(&mut self, name: &str) -> ServerId {
        let n = self.fresh();
        let id = server(&format!("g{n}"));
        let mut record = RemoteGroup::new(id.clone(), group(name));
        record.sealed = BTreeSet::from([format!("jwe-{n}-{name}")]);
        record.created = Some(Timestamp(LONG_AGO.0 + i64::from(n)));
        self.remote.groups.push(record);
        id
    }

    pub fn group_both(&mut self, name: &str) -> (GroupId, ServerId) {
        let id = self.group_here(name);
        let server = self.group_there(name);
        self.link_group(id, &server, &group(name));
        (id, server)
    }

    fn link_group(&mut self, id: GroupId, server: &ServerId, image: &GroupImage) {
        let link =
            GroupLink { id, server: server.clone(), superseded: Vec::new(), image: image.clone(), confirmed: LONG_AGO };
        self.base.groups.retain(|link| link.id != id);
        self.base.groups.push(link);
    }

    // ---- what people do ----------------------------------------------------------------------------------------------

    pub fn edit_here(&mut self, id: ContactId, edit: impl FnOnce(&Image) -> Image) {
        let contact = self.contact_mut(id);
        contact.image = edit(&contact.image);
    }

    pub fn trash_here(&mut self, id: ContactId) {
        self.contact_mut(id).trashed = true;
    }

    pub fn erase_here(&mut self, id: ContactId) {
        self.local.contacts.retain(|contact| contact.id != id);
    }

    /// As a server with an update call would do it.
    pub fn edit_there(&mut self, id: &ServerId, edit: impl FnOnce(&Image) -> Image) {
        let record = self.remote.contacts.iter_mut().find(|record| record.server == *id).unwrap();
        record.image = edit(&record.image);
    }

    /// As another machine does it: a stranger comes, the old one goes.
    pub fn replace_there(&mut self, id: &ServerId, edit: impl FnOnce(&Image) -> Image) -> ServerId {
        let old = self.record(id).unwrap().image.clone();
        self.delete_there(id);
        self.there(&edit(&old))
    }

    pub fn delete_there(&mut self, id: &ServerId) {
        self.remote.contacts.retain(|record| record.server != *id);
    }

    pub fn rename_here(&mut self, id: GroupId, name: &str) {
        let found = self.local.groups.iter_mut().find(|group| group.id == id).unwrap();
        found.image = group(name);
    }

    pub fn rename_there(&mut self, id: &ServerId, name: &str) {
        let found = self.remote.groups.iter_mut().find(|group| group.server == *id).unwrap();
        found.image = group(name);
    }

    pub fn delete_group_here(&mut self, id: GroupId) {
        self.local.groups.retain(|group| group.id != id);
        for contact in &mut self.local.contacts {
            contact.image = leave(&contact.image, &GroupRef::Ours(id));
        }
    }

    pub fn delete_group_there(&mut self, id: &ServerId) {
        self.remote.groups.retain(|group| group.server != *id);
        for contact in &mut self.remote.contacts {
            contact.image = leave(&contact.image, &GroupRef::Theirs(id.clone()));
        }
    }

    pub fn contact(&self, id: ContactId) -> Option<&LocalContact> {
        self.local.contacts.iter().find(|contact| contact.id == id)
    }

    fn contact_mut(&mut self, id: ContactId) -> &mut LocalContact {
        self.local.contacts.iter_mut().find(|contact| contact.id == id).unwrap()
    }

    pub fn record(&self, id: &ServerId) -> Option<&RemoteContact> {
        self.remote.contacts.iter().find(|record| record.server == *id)
    }

    pub fn record_mut(&mut self, id: &ServerId) -> &mut RemoteContact {
        self.remote.contacts.iter_mut().find(|record| record.server == *id).unwrap()
    }

    /// Names and titles of either side's live contacts with the names of their groups, sorted.
    pub fn book_here(&self) -> Vec<String> {
        let name = |group: &GroupRef| match group {
            GroupRef::Ours(id) => self.local.groups.iter().find(|g| g.id == *id).map(|g| g.image.name.clone()),
            GroupRef::Theirs(_) => None,
        };
        sorted(self.local.contacts.iter().filter(|c| !c.trashed).map(|contact| told(&contact.image, name)))
    }

    pub fn book_there(&self) -> Vec<String> {
        let name = |group: &GroupRef| match group {
            GroupRef::Theirs(id) => self.remote.groups.iter().find(|g| g.server == *id).map(|g| g.image.name.clone()),
            GroupRef::Ours(_) => None,
        };
        sorted(self.remote.contacts.iter().map(|contact| told(&contact.image, name)))
    }

    // ---- carrying out ------------------------------------------------------------------------------------------------

    /// Plans and carries out until nothing is left; says how many plans did something.
    pub fn sync(&mut self) -> usize {
        for round in 0..10 {
            let plan = self.plan();
            if plan.is_empty() {
                return round;
            }
            plan.steps.iter().for_each(|planned| self.carry_out(planned));
        }
        panic!("a sync without end; the next plan is\n{}", self.plan());
    }

    pub fn carry_out(&mut self, planned: &Planned) {
        match &planned.step {
            Step::Note(note) => self.note(note),
            Step::Here(step) => self.do_here(step),
            Step::There(step) => self.do_there(step),
        }
    }

    fn note(&mut self, note: &Note) {
        match note.clone() {
            Note::LinkContact { contact, server, superseded, image, .. } => {
                self.link(contact, &server, &image);
                self.base.contacts.last_mut().unwrap().superseded = superseded;
            }
            Note::LinkGroup { group, server, superseded, image, .. } => {
                self.link_group(group, &server, &image);
                self.base.groups.last_mut().unwrap().superseded = superseded;
            }
            Note::ForgetContact { contact } => self.base.contacts.retain(|link| link.id != contact),
            Note::ForgetGroup { group } => self.base.groups.retain(|link| link.id != group),
        }
    }

    fn do_here(&mut self, step: &Here) {
        match step {
            Here::CreateContact { contact, server, image, theirs, .. } => {
                let (image, theirs) = (self.in_our_groups(image), self.in_our_groups(theirs));
                let id = contact.unwrap_or_else(|| contact_id(self.fresh()));
                assert!(self.contact(id).is_none(), "{id} is there already");
                self.local.contacts.push(LocalContact { id, name: image.name(), image, trashed: false });
                self.link(id, server, &theirs);
            }
            Here::UpdateContact { contact, image, theirs } => {
                let (image, theirs) = (self.in_our_groups(image), self.in_our_groups(theirs));
                self.contact_mut(*contact).image = image;
                self.base.contacts.iter_mut().find(|link| link.id == *contact).unwrap().image = theirs;
            }
            Here::RestoreContact { contact, server, image, theirs } => {
                let (image, theirs) = (self.in_our_groups(image), self.in_our_groups(theirs));
                let found = self.contact_mut(*contact);
                assert!(found.trashed);
                found.trashed = false;
                found.image = image;
                self.link(*contact, server, &theirs);
            }
            Here::TrashContact { contact } => {
                self.contact_mut(*contact).trashed = true;
                self.base.contacts.retain(|link| link.id != *contact);
            }
            Here::CreateGroup { group, server, image } => {
                let id = group.unwrap_or_else(|| group_id(self.fresh()));
                self.local.groups.push(LocalGroup { id, image: image.clone() });
                self.link_group(id, server, image);
            }
            Here::UpdateGroup { group, image, theirs } => {
                self.local.groups.iter_mut().find(|found| found.id == *group).unwrap().image = image.clone();
                self.base.groups.iter_mut().find(|link| link.id == *group).unwrap().image = theirs.clone();
            }
            Here::DeleteGroup { group } => {
                let live = self.local.contacts.iter().filter(|contact| !contact.trashed);
                let mut members = live.filter(|contact| contact.image.groups().contains(&GroupRef::Ours(*group)));
                assert!(members.next().is_none(), "a group with members is deleted here");
                self.delete_group_here(*group);
                self.base.groups.retain(|link| link.id != *group);
            }
        }
    }

    fn do_there(&mut self, step: &There) {
        match step {
            There::CreateContact { contact, image, .. } => {
                let wire = self.on_the_wire(image);
                if let Holder::Cloud(person) = image.holder() {
                    assert!(self.record(person).is_none(), "{person:?} is there already");
                }
                let server = self.there(&wire);
                let image = self.in_our_groups(image);
                self.link(*contact, &server, &image);
            }
            There::ReplaceContact { contact, server, image, .. } => {
                let wire = self.on_the_wire(image);
                assert!(!self.record(server).unwrap().unreadable);
                let new = self.there(&wire);
                self.delete_there(server);
                self.agree(*contact, &new, image);
            }
            There::RecreateContact { contact, server, image, .. } => {
                let wire = self.on_the_wire(image);
                assert!(!self.record(server).unwrap().unreadable);
                self.delete_there(server);
                assert_eq!(self.there(&wire), *server);
                self.agree(*contact, server, image);
            }
            There::DeleteContact { contact, server } => {
                assert!(!self.record(server).unwrap().unreadable);
                self.delete_there(server);
                self.base.contacts.retain(|link| link.id != *contact);
            }
            There::DeleteOldContact { contact, server } => {
                assert!(!self.record(server).unwrap().unreadable);
                self.delete_there(server);
                let link = self.base.contacts.iter_mut().find(|link| link.id == *contact);
                if let Some(link) = link {
                    link.superseded.retain(|old| old != server);
                }
            }
            There::CreateGroup { group, image, instead_of, .. } => {
                let server = self.group_there(&image.name);
                let before = self.base.groups.iter().find(|link| link.id == *group).map(|l| l.superseded.clone());
                self.link_group(*group, &server, image);
                let link = self.base.groups.last_mut().unwrap();
                link.superseded = before.into_iter().flatten().chain(instead_of.clone()).collect();
            }
            There::DeleteGroup { group, server } => {
                self.assert_left(server);
                self.remote.groups.retain(|found| found.server != *server);
                self.base.groups.retain(|link| link.id != *group);
            }
            There::DeleteOldGroup { group, server } => {
                self.assert_left(server);
                self.remote.groups.retain(|found| found.server != *server);
                let link = self.base.groups.iter_mut().find(|link| link.id == *group).unwrap();
                link.superseded.retain(|old| old != server);
            }
        }
    }

    /// The request is carried out by the server; the answer never comes. The journal knows what was sent.
    pub fn lose_the_answer_to(&mut self, planned: &Planned) {
        let Step::There(step) = &planned.step else { panic!("{planned} is no request") };
        match step {
            There::CreateContact { contact, image, .. } => self.post_blindly(*contact, image, None),
            There::ReplaceContact { contact, server, image, .. } => {
                self.post_blindly(*contact, image, Some(server.clone()));
            }
            There::RecreateContact { contact, server, image, .. } => {
                self.delete_there(server);
                self.post_blindly(*contact, image, Some(server.clone()));
            }
            There::CreateGroup { group, image, instead_of, .. } => {
                let server = self.group_there(&image.name);
                let sealed = self.remote.groups.iter().find(|g| g.server == server).unwrap().sealed.clone();
                let sent = Sent {
                    id: *group,
                    sealed,
                    image: image.clone(),
                    replaces: instead_of.clone(),
                    open: true,
                    cleared: false,
                };
                self.base.sent_groups.push(sent);
            }
            _ => panic!("{planned} is no POST"),
        }
    }

    fn post_blindly(&mut self, contact: ContactId, image: &Image, replaces: Option<ServerId>) {
        let wire = self.on_the_wire(image);
        let server = self.there(&wire);
        let sealed = self.record(&server).unwrap().sealed.clone();
        let image = self.in_our_groups(image);
        self.base.sent_contacts.push(Sent { id: contact, sealed, image, replaces, open: true, cleared: false });
    }

    fn agree(&mut self, contact: ContactId, server: &ServerId, image: &Image) {
        let image = self.in_our_groups(image);
        let link = self.base.contacts.iter_mut().find(|link| link.id == contact).unwrap();
        link.server = server.clone();
        link.image = image;
    }

    fn assert_left(&self, group: &ServerId) {
        let group = GroupRef::Theirs(group.clone());
        let members = self.remote.contacts.iter().filter(|contact| contact.image.groups().contains(&group)).count();
        assert_eq!(members, 0, "a group with members is deleted there");
    }

    /// Every group must be one that the book has by now.
    fn in_our_groups(&self, image: &Image) -> Image {
        let groups = image.groups().iter().map(|group| match group {
            GroupRef::Ours(_) => group.clone(),
            GroupRef::Theirs(server) => {
                let link = self.base.groups.iter().find(|link| link.server == *server);
                GroupRef::Ours(link.unwrap_or_else(|| panic!("{server:?} is no group here")).id)
            }
        });
        image.in_groups(groups.collect::<Vec<_>>())
    }

    /// Every group must be one that the server has by now.
    pub fn on_the_wire(&self, image: &Image) -> Image {
        let groups = image.groups().iter().map(|group| match group {
            GroupRef::Theirs(_) => group.clone(),
            GroupRef::Ours(id) => {
                let link = self.base.groups.iter().find(|link| link.id == *id);
                GroupRef::Theirs(link.unwrap_or_else(|| panic!("{id} is no group there")).server.clone())
            }
        });
        image.in_groups(groups.collect::<Vec<_>>())
    }
}

pub fn leave(image: &Image, group: &GroupRef) -> Image {
    image.in_groups(image.groups().iter().filter(|other| *other != group).cloned())
}

pub fn join(image: &Image, group: &GroupRef) -> Image {
    image.in_groups(image.groups().iter().chain([group]).cloned())
}

fn sealed(n: u32, image: &Image) -> BTreeSet<String> {
    let profile = image.profile();
    let lists = [&profile.emails, &profile.phone_numbers, &profile.sip_addresses];
    let values = lists.into_iter().flatten().map(|entry| &entry.value);
    let texts = [&profile.display_name, &profile.title].into_iter().filter(|text| !text.is_empty());
    values.chain(texts).map(|text| format!("jwe-{n}-{text}")).collect()
}

fn told(image: &Image, name: impl Fn(&GroupRef) -> Option<String>) -> String {
    let mut groups: Vec<String> =
        image.groups().iter().filter_map(name).filter(|name| name != "Other contacts").collect();
    groups.sort();
    let profile = image.profile();
    let numbers: Vec<&str> =
        [&profile.emails, &profile.phone_numbers].into_iter().flatten().map(|entry| entry.value.as_str()).collect();
    let person = match image.holder() {
        Holder::Cloud(person) => person.0.as_str(),
        _ => profile.display_name.as_str(),
    };
    format!("{person}|{}|{}|{}", profile.title, numbers.join(","), groups.join(","))
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}
