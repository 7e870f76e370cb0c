//! What the second client does there: it edits as all do, by a new record and the end of the old one.

use std::collections::BTreeMap;

use callbook::{
    book::{GroupType, OTHER_CONTACTS, Profile},
    webex::contacts::{Contacts, Kind, Listing, NewContact, RemoteContact},
};
use serde_json::json;
use simulator::directory::person_id;

use super::{
    chance::Chance,
    deeds::{Made, change_a_field, profile},
    ledger::Ledger,
    side::{self, GROUP, MEMBER, PERSON, Sheet, token},
};
use crate::{
    desk::{Desk, webex},
    support::Stage,
};

/// What the second client may do.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    Create,
    Edit,
    Delete,
    Regroup,
    CreateGroup,
    RenameGroup,
    DeleteGroup,
    AddPerson,
    Reseal,
}

/// How often it does it.
const ANY: [Turn; 14] = [
    Turn::Create,
    Turn::Create,
    Turn::Edit,
    Turn::Edit,
    Turn::Edit,
    Turn::Edit,
    Turn::Delete,
    Turn::Delete,
    Turn::Regroup,
    Turn::CreateGroup,
    Turn::RenameGroup,
    Turn::DeleteGroup,
    Turn::AddPerson,
    Turn::Reseal,
];

/// The second client at work.
pub struct Elsewhere<'a> {
    pub stage: &'a Stage,
    pub contacts: &'a Contacts,
    pub chance: &'a mut Chance,
    pub made: &'a mut Made,
    pub ledger: &'a mut Ledger,
}

/// A contact that is there once.
#[derive(Clone)]
struct Single {
    token: String,
    contact: RemoteContact,
}

fn token_of(contact: &RemoteContact) -> String {
    match contact.kind {
        Kind::Cloud => format!("{PERSON}{}", contact.id),
        _ => token(&contact.profile().display_name),
    }
}

fn sheet(profile: &Profile, is_person: bool, group: Option<&String>) -> Sheet {
    let mut sheet = side::fields_of(profile, is_person);
    side::join(&mut sheet, group.map(String::as_str));
    sheet
}

impl Elsewhere<'_> {
    /// Something that the second client may do; what.
    pub async fn any(&mut self) -> String {
        let turn = self.chance.one_of(&ANY).unwrap();
        self.does(turn).await
    }

    /// What the second client does.
    pub async fn does(&mut self, turn: Turn) -> String {
        let list = self.contacts.list().await.unwrap();
        match turn {
            Turn::Create => self.create(&list).await,
            Turn::Edit => self.edit(&list).await,
            Turn::Delete => self.delete(&list).await,
            Turn::Regroup => self.regroup(&list).await,
            Turn::CreateGroup => self.create_group().await,
            Turn::RenameGroup => self.rename_group(&list).await,
            Turn::DeleteGroup => self.delete_group(&list).await,
            Turn::AddPerson => self.add_person(&list).await,
            Turn::Reseal => self.reseal(&list),
        }
    }

    /// Those whose token nobody else has, in the order of their tokens.
    fn singles(list: &Listing) -> Vec<Single> {
        let mut by_token: BTreeMap<String, Vec<&RemoteContact>> = BTreeMap::new();
        for contact in &list.contacts {
            by_token.entry(token_of(contact)).or_default().push(contact);
        }
        let single = |(token, contacts): (String, Vec<&RemoteContact>)| match contacts[..] {
            [contact] => Some(Single { token, contact: contact.clone() }),
            _ => None,
        };
        by_token.into_iter().filter_map(single).collect()
    }

    fn anyone(&mut self, list: &Listing) -> Option<Single> {
        self.chance.one_of(&Self::singles(list))
    }

    /// A group and its name, `Other contacts` not among them.
    fn any_group(&mut self, list: &Listing) -> Option<(String, String)> {
        let mut by_token: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for group in &list.groups {
            let name = group.readable_name().unwrap().to_owned();
            by_token.entry(token(&name)).or_default().push((name, group.id.clone()));
        }
        by_token.remove(OTHER_CONTACTS);
        let single: Vec<_> = by_token.into_values().filter(|groups| groups.len() == 1).flatten().collect();
        self.chance.one_of(&single).map(|(name, id)| (id, name))
    }

    async fn create(&mut self, list: &Listing) -> String {
        let name = format!("There {}", self.made.next());
        let (ids, names): (Vec<_>, Vec<_>) = self.any_group(list).into_iter().unzip();
        let profile = profile(&name);
        self.ledger.made_there(&name, &sheet(&profile, false, names.first()));
        self.contacts.create(&NewContact { groups: ids, ..NewContact::custom(profile) }).await.unwrap();
        format!("creates {name}")
    }

    /// A new version, then the end of the old one; under one id there is no room for both.
    async fn replace(&mut self, old: &RemoteContact, profile: Profile, groups: Vec<String>) {
        if old.kind == Kind::Cloud {
            self.contacts.delete(&old.id).await.unwrap();
            self.contacts.create(&NewContact { groups, ..NewContact::cloud(&old.id, profile) }).await.unwrap();
        } else {
            self.contacts.create(&NewContact { groups, ..NewContact::custom(profile) }).await.unwrap();
            self.contacts.delete(&old.id).await.unwrap();
        }
    }

    async fn edit(&mut self, list: &Listing) -> String {
        let Some(Single { token, contact }) = self.anyone(list) else { return String::new() };
        let (mut profile, is_person) = (contact.profile(), contact.kind == Kind::Cloud);
        let before = side::fields_of(&profile, is_person);
        change_a_field(&mut profile, is_person, self.chance, self.made);
        let after = side::fields_of(&profile, is_person);
        for field in before.keys().chain(after.keys()).filter(|field| before.get(*field) != after.get(*field)) {
            self.ledger.set_there(&token, field, after.get(field).map_or("", String::as_str));
        }
        self.replace(&contact, profile, contact.groups.clone()).await;
        format!("edits {token}: {after:?}")
    }

    async fn delete(&mut self, list: &Listing) -> String {
        let Some(Single { token, contact }) = self.anyone(list) else { return String::new() };
        self.ledger.lost_there(&token);
        self.contacts.delete(&contact.id).await.unwrap();
        format!("deletes {token}")
    }

    async fn regroup(&mut self, list: &Listing) -> String {
        let (Some(Single { token, contact }), Some((id, name))) = (self.anyone(list), self.any_group(list)) else {
            return String::new();
        };
        let mut groups = contact.groups.clone();
        let joins = !groups.contains(&id);
        groups.retain(|group| *group != id);
        groups.extend(joins.then_some(id));
        let member = format!("{MEMBER}{}", side::token(&name));
        self.ledger.set_there(&token, &member, if joins { "yes" } else { "" });
        if joins {
            let group = format!("{GROUP}{}", side::token(&name));
            self.ledger.touched_there(&group);
        }
        self.replace(&contact, contact.profile(), groups).await;
        format!("puts {token} {} {name}", if joins { "into" } else { "out of" })
    }

    async fn create_group(&mut self) -> String {
        let name = format!("Group {}", self.made.next());
        self.ledger.made_there(&format!("{GROUP}{name}"), &Sheet::from([("name".to_owned(), name.clone())]));
        self.contacts.create_group(&name, GroupType::Normal).await.unwrap();
        format!("creates {name}")
    }

    /// A group with the new name; who was in the old one moves, which then goes.
    async fn rename_group(&mut self, list: &Listing) -> String {
        let Some((id, name)) = self.any_group(list) else { return String::new() };
        let (group, new) = (format!("{GROUP}{}", token(&name)), format!("{} v{}", token(&name), self.made.next()));
        self.ledger.set_there(&group, "name", &new);
        // Whether it is still the same one nobody can say where its members change too.
        self.ledger.copied(&group);
        let made = self.contacts.create_group(&new, GroupType::Normal).await.unwrap();
        for contact in list.contacts.iter().filter(|contact| contact.groups.contains(&id)) {
            let others = contact.groups.iter().filter(|group| **group != id).cloned();
            let groups = others.chain([made.id.clone()]).collect();
            let token = token_of(contact);
            self.ledger.touched_there(&token);
            // Between the two steps of an edit both versions are there, and another of each is made.
            if list.contacts.iter().filter(|other| token_of(other) == token).count() > 1 {
                self.ledger.copied(&token);
            }
            self.replace(contact, contact.profile(), groups).await;
        }
        self.contacts.delete_group(&id).await.unwrap();
        format!("renames {name} to {new}")
    }

    async fn delete_group(&mut self, list: &Listing) -> String {
        let Some((id, name)) = self.any_group(list) else { return String::new() };
        let member = format!("{MEMBER}{}", token(&name));
        for contact in list.contacts.iter().filter(|contact| contact.groups.contains(&id)) {
            self.ledger.set_there(&token_of(contact), &member, "");
        }
        self.ledger.lost_there(&format!("{GROUP}{}", token(&name)));
        self.contacts.delete_group(&id).await.unwrap();
        format!("deletes {name}")
    }

    async fn add_person(&mut self, list: &Listing) -> String {
        let id = person_id(usize::try_from(2 + self.chance.below(6)).unwrap());
        if list.contacts.iter().any(|contact| contact.id == id) {
            return String::new();
        }
        let (mut profile, token) = (Profile::default(), format!("{PERSON}{id}"));
        if self.chance.percent(60) {
            change_a_field(&mut profile, true, self.chance, self.made);
        }
        let (ids, names): (Vec<_>, Vec<_>) = self.any_group(list).into_iter().unzip();
        self.ledger.made_there(&token, &sheet(&profile, true, names.first()));
        self.contacts.create(&NewContact { groups: ids, ..NewContact::cloud(&id, profile) }).await.unwrap();
        format!("adds {token}")
    }

    /// A late twin that is sealed anew before anybody has seen it is a stranger; of these there is none.
    fn reseal(&mut self, list: &Listing) -> String {
        let distinct = Self::singles(list).len();
        if distinct != list.contacts.len() {
            return String::new();
        }
        // A CUSTOM contact is still known by its fields.
        for cloud in list.contacts.iter().filter(|contact| contact.kind == Kind::Cloud) {
            self.ledger.resealed_there(&token_of(cloud));
        }
        let names = list.groups.iter().map(|group| group.readable_name().unwrap());
        for name in names.filter(|name| *name != OTHER_CONTACTS) {
            self.ledger.resealed_there(&format!("{GROUP}{}", token(name)));
        }
        self.stage.order(json!({"do": "reseal"}));
        "seals anew".to_owned()
    }

    /// The second client makes two contacts that equal one which has not been sent from here: who is who?
    pub async fn double(&mut self, desk: &Desk) -> String {
        let known: Vec<_> = desk.book.sync_input(&webex()).unwrap().base.contacts.iter().map(|link| link.id).collect();
        let unsent = side::contacts(&desk.book, false).into_iter();
        let unsent: Vec<_> = unsent.filter(|it| it.person.is_none() && !known.contains(&it.id)).collect();
        let Some(contact) = self.chance.one_of(&unsent) else { return String::new() };
        let list = self.contacts.list().await.unwrap();
        let token = side::token_of(&contact);
        if list.contacts.iter().any(|there| token_of(there) == token) {
            return String::new();
        }
        let names = side::groups(&desk.book).into_iter().filter(|group| contact.groups.contains(&group.id));
        let groups: Vec<String> = names.filter_map(|it| Some(list.group_named(&it.name)?.id.clone())).collect();
        self.ledger.copied(&token);
        // They may be in a group, which is in use from then on.
        self.ledger.touched_there(&token);
        for _ in 0..2 {
            let draft = NewContact { groups: groups.clone(), ..NewContact::custom(contact.profile.clone()) };
            self.contacts.create(&draft).await.unwrap();
        }
        format!("makes {token} twice")
    }
}
