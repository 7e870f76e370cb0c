//! What people do here: by either window, also while the other one syncs.

use callbook::{
    book::{Command, Contact, Draft, GroupType, Person, PersonRef, Profile, RecordId, TypedValue, change},
    plan::{Answer, Reason},
    store::Book,
};
use simulator::directory::person_id;

use super::{
    chance::Chance,
    ledger::Ledger,
    side::{self, contacts, groups, token},
};
use crate::desk::webex;

/// Names and values that nothing else has.
#[derive(Default)]
pub struct Made(u64);

impl Made {
    pub fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// The same fields as those of people, so that a new version is known again by most of them.
pub fn profile(name: &str) -> Profile {
    let address = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    Profile {
        display_name: name.to_owned(),
        first_name: format!("First of {name}"),
        last_name: format!("Last of {name}"),
        emails: vec![TypedValue::new("work", &address)],
        sip_addresses: vec![TypedValue::new("work", &format!("sip.{address}"))],
        ..Profile::default()
    }
}

/// Changes one field of a profile.
pub fn change_a_field(profile: &mut Profile, is_person: bool, chance: &mut Chance, made: &mut Made) {
    let number = made.next();
    match if is_person { 3 } else { chance.below(4) } {
        0 => profile.title = format!("Title {number}"),
        1 => profile.company_name = format!("Company {number}"),
        2 => profile.display_name = format!("{} v{number}", token(&profile.display_name)),
        _ => profile.phone_numbers = vec![TypedValue::new("mobile", &format!("+1 555 {number:04}"))],
    }
}

/// What a person may do.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Add,
    Edit,
    Note,
    Delete,
    Restore,
    Undo,
    Redo,
    AddGroup,
    EditGroup,
    DeleteGroup,
    Regroup,
    AddPerson,
    GiveUp,
}

/// How often they do it.
const ANY: [Deed; 20] = [
    Deed::Add,
    Deed::Add,
    Deed::Add,
    Deed::Edit,
    Deed::Edit,
    Deed::Edit,
    Deed::Edit,
    Deed::Note,
    Deed::Delete,
    Deed::Restore,
    Deed::Undo,
    Deed::Undo,
    Deed::Redo,
    Deed::AddGroup,
    Deed::EditGroup,
    Deed::DeleteGroup,
    Deed::Regroup,
    Deed::Regroup,
    Deed::AddPerson,
    Deed::GiveUp,
];

/// A person at a window.
pub struct Hand<'a> {
    pub book: &'a mut Book,
    pub chance: &'a mut Chance,
    pub made: &'a mut Made,
    pub ledger: &'a mut Ledger,
}

impl Hand<'_> {
    /// Something that a person may do; what.
    pub fn any(&mut self) -> String {
        let deed = self.chance.one_of(&ANY).unwrap();
        self.does(deed)
    }

    /// What a person does.
    pub fn does(&mut self, deed: Deed) -> String {
        let before = side::here(self.book);
        let what = match deed {
            Deed::Add => self.add(),
            Deed::Edit => self.edit(),
            Deed::Note => self.write_a_note(),
            Deed::Delete => self.delete(),
            Deed::Restore => self.restore(),
            Deed::Undo => self.perform(Command::Undo),
            Deed::Redo => self.perform(Command::Redo),
            Deed::AddGroup => self.add_group(),
            Deed::EditGroup => self.edit_group(),
            Deed::DeleteGroup => self.delete_group(),
            Deed::Regroup => self.regroup(),
            Deed::AddPerson => self.add_person(),
            Deed::GiveUp => self.give_up(),
        };
        self.ledger.here(&before, &side::here(self.book));
        what
    }

    /// Nothing to undo, the person is in the book already: that may be.
    fn perform(&mut self, command: Command) -> String {
        let what = format!("{command:?}");
        let what = what.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        match self.book.perform(command) {
            Ok(done) => format!("{what}: {}", done.title),
            Err(failure) => format!("{what}: {failure}"),
        }
    }

    fn anyone(&mut self) -> Option<Contact> {
        let contacts = contacts(self.book, false);
        self.chance.one_of(&contacts)
    }

    fn group_names(&mut self) -> Vec<String> {
        let names: Vec<String> = groups(self.book).into_iter().map(|group| group.name).collect();
        let joined = self.chance.below(3);
        (0..joined).filter_map(|_| self.chance.one_of(&names)).collect()
    }

    fn add(&mut self) -> String {
        let name = format!("Here {}", self.made.next());
        let group_names = self.group_names();
        let mut draft = Draft { account: webex(), profile: profile(&name), group_names, ..Draft::default() };
        draft.extras.notes = format!("note of {name}");
        self.perform(Command::CreateContact(Box::new(draft)))
    }

    fn edit(&mut self) -> String {
        let Some(before) = self.anyone() else { return String::new() };
        let mut after = Draft::of(&before);
        change_a_field(&mut after.profile, before.person.is_some(), self.chance, self.made);
        self.perform(Command::EditContact { before: Box::new(before), after: Box::new(after) })
    }

    fn write_a_note(&mut self) -> String {
        let Some(before) = self.anyone() else { return String::new() };
        let mut after = Draft::of(&before);
        after.extras.notes = format!("note {}", self.made.next());
        self.perform(Command::EditContact { before: Box::new(before), after: Box::new(after) })
    }

    fn delete(&mut self) -> String {
        let Some(contact) = self.anyone() else { return String::new() };
        self.perform(Command::DeleteContacts(vec![contact.id]))
    }

    fn restore(&mut self) -> String {
        let trash = contacts(self.book, true);
        let Some(contact) = self.chance.one_of(&trash) else { return String::new() };
        self.perform(Command::RestoreContacts(vec![contact.id]))
    }

    fn add_group(&mut self) -> String {
        let name = format!("Group {}", self.made.next());
        let members = self.anyone().into_iter().map(|contact| contact.id).collect();
        self.perform(Command::CreateGroup { account: webex(), name, group_type: GroupType::Normal, members })
    }

    fn any_group(&mut self) -> Option<callbook::book::Group> {
        let groups: Vec<_> = groups(self.book).into_iter().filter(|group| group.name.starts_with("Group ")).collect();
        self.chance.one_of(&groups)
    }

    fn edit_group(&mut self) -> String {
        let (Some(group), join) = (self.any_group(), self.anyone()) else { return String::new() };
        let name = format!("{} v{}", token(&group.name), self.made.next());
        let (join, group_type) = (join.into_iter().map(|contact| contact.id).collect(), group.group_type);
        self.perform(Command::EditGroup { before: Box::new(group), name, group_type, join, leave: Vec::new() })
    }

    fn delete_group(&mut self) -> String {
        let Some(group) = self.any_group() else { return String::new() };
        self.perform(Command::DeleteGroup(group.id))
    }

    fn regroup(&mut self) -> String {
        let (Some(contact), Some(join), Some(leave)) = (self.anyone(), self.any_group(), self.any_group()) else {
            return String::new();
        };
        let leave = if join.id == leave.id { Vec::new() } else { vec![leave.id] };
        let (contacts, join) = (vec![contact.id], vec![join.id]);
        self.perform(Command::Regroup { contacts, join, make: Vec::new(), leave })
    }

    fn add_person(&mut self) -> String {
        let key = person_id(usize::try_from(2 + self.chance.below(6)).unwrap());
        let who = PersonRef { directory: webex().0, key };
        let profile = Profile { display_name: format!("Person {}", who.key), ..Profile::default() };
        if self.book.person(&who).unwrap().is_none() {
            self.book.remember_people(&[Person { who: who.clone(), profile, unresolved_since: None }]).unwrap();
        }
        let mut draft = Draft { account: webex(), group_names: self.group_names(), ..Draft::default() };
        draft.extras.notes = format!("note {}", self.made.next());
        if self.chance.percent(60) {
            draft.profile.phone_numbers = vec![TypedValue::new("mobile", &format!("+1 555 {:04}", self.made.next()))];
        }
        self.perform(Command::AddPerson { who, draft: Box::new(draft) })
    }

    /// Something unsent is dropped.
    fn give_up(&mut self) -> String {
        let queue = self.book.queue(&webex()).unwrap();
        let Some(entry) = self.chance.one_of(&queue) else { return String::new() };
        match self.book.drop_unsent(entry.kind, entry.id) {
            Ok(done) => done.title,
            Err(failure) => failure.to_string(),
        }
    }

    /// Conflicts get some answer each.
    pub fn answer(&mut self) -> String {
        let before = side::here(self.book);
        let mut said = Vec::new();
        for conflict in self.book.conflicts(&webex()).unwrap() {
            let of_a_group = conflict.kind == change::Kind::Group;
            let answers = [Answer::Mine, Answer::Theirs, Answer::Both];
            let answer = self.chance.one_of(&answers[..if of_a_group { 2 } else { 3 }]).unwrap();
            let answered = self.book.answer_conflict(conflict.kind, conflict.id, answer);
            said.push(format!("{}: {answer:?}, {:?}", conflict.name, answered.map(|done| done.title)));
        }
        // Redo and the trash may bring a person back who is there already.
        let held = self.book.waiting(&webex()).unwrap().held.into_iter();
        for held in held.filter(|held| held.reason == Reason::Present) {
            let RecordId { kind, id } = held.subject.unwrap().record();
            let dropped = self.book.drop_unsent(kind, id);
            said.push(format!("{} is there already: {:?}", held.name, dropped.map(|done| done.title)));
        }
        self.ledger.here(&before, &side::here(self.book));
        said.join("; ")
    }
}
