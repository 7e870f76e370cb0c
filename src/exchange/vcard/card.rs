//! A card with the role of each property: how the reader, the writer and the JSON view see it.

use std::collections::{HashMap, HashSet};

use super::{
    Version,
    item::{Item, kind_and_label, primary},
    property::Property,
    role::{Role, candidate, parts, row},
    value::text,
};
use crate::book::{Address, CardSource, Draft, TypedValue};

/// The properties of a card, each with its role.
pub struct Card {
    pub version: Version,
    pub properties: Vec<Property>,
    pub roles: Vec<Role>,
    /// For each group the property that labels its values.
    labels: HashMap<String, usize>,
}

impl Card {
    pub fn new(version: Version, properties: Vec<Property>) -> Self {
        let mut roles: Vec<Role> = properties.iter().map(|property| candidate(property, version)).collect();
        let mut taken = HashSet::new();
        for role in &mut roles {
            let single = row(*role).map_or(*role == Role::Photo, |row| !row.many);
            if single && !taken.insert(*role) {
                *role = Role::Unmanaged;
            }
        }
        let valued = properties.iter().zip(&roles).filter(|(_, role)| is_many(**role));
        let groups = valued.map(|(property, _)| property.group()).filter(|group| !group.is_empty());
        let groups: HashSet<String> = groups.collect();
        let mut labels = HashMap::new();
        for (at, property) in properties.iter().enumerate().filter(|(_, property)| property.key() == "X-ABLABEL") {
            let group = property.group();
            if groups.contains(&group) && !labels.contains_key(&group) {
                labels.insert(group, at);
                roles[at] = Role::Label;
            }
        }
        Self { version, properties, roles, labels }
    }

    /// The card that a contact came from; an empty one when it came from none.
    pub fn of(source: Option<&CardSource>) -> Self {
        let version = source.and_then(|source| Version::parse(&source.version)).unwrap_or(Version::V3);
        let lines = source.map(|source| source.lines.as_slice()).unwrap_or_default();
        Self::new(version, lines.iter().filter_map(|line| Property::parse(line.clone(), version).ok()).collect())
    }

    /// Where the properties of a role stand.
    pub fn places(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, found)| **found == role).map(|(at, _)| at)
    }

    /// The text of the first property of this name.
    pub fn first(&self, key: &str) -> Option<String> {
        self.properties.iter().find(|property| property.key() == key).map(|property| text(property).trim().to_owned())
    }

    /// Where the label of a group stands.
    pub fn label(&self, group: &str) -> Option<usize> {
        self.labels.get(group).copied()
    }

    /// The values of a list, each with its place.
    pub fn items(&self, role: Role) -> Vec<(usize, Item)> {
        let places: Vec<usize> = self.places(role).collect();
        let preferred = primary(places.iter().map(|at| &self.properties[*at]));
        let item = |(order, at): (usize, &usize)| {
            let property = &self.properties[*at];
            let label = self.label(&property.group()).map(|at| text(&self.properties[at]));
            let (kind, label) = kind_and_label(property, label.as_deref());
            let parts = parts(role, property);
            (*at, Item { kind, label, primary: preferred == Some(order), parts })
        };
        places.iter().enumerate().map(item).collect()
    }
}

/// Whether the properties of a role make up a list of values.
pub fn is_many(role: Role) -> bool {
    row(role).is_some_and(|row| row.many)
}

/// The texts of a draft that a role of one property fills, in the order of its components.
pub fn texts(role: Role, draft: &mut Draft) -> Vec<&mut String> {
    let (profile, extras) = (&mut draft.profile, &mut draft.extras);
    match role {
        Role::FormattedName => vec![&mut profile.display_name],
        Role::Name => vec![
            &mut profile.last_name,
            &mut profile.first_name,
            &mut extras.middle_name,
            &mut extras.prefix,
            &mut extras.suffix,
        ],
        Role::Nickname => vec![&mut extras.nickname],
        Role::Organisation => vec![&mut profile.company_name, &mut profile.department],
        Role::Title => vec![&mut profile.title],
        Role::Manager => vec![&mut profile.manager],
        Role::Birthday => vec![&mut extras.birthday],
        Role::ContactMethod => vec![&mut profile.primary_contact_method],
        Role::Avatar => vec![&mut profile.avatar_url],
        Role::Note => vec![&mut extras.notes],
        Role::Uid => vec![&mut extras.uid],
        _ => Vec::new(),
    }
}

/// The list of a draft that a role of many properties fills; `None` for postal addresses, which are no texts.
fn list(role: Role, draft: &mut Draft) -> Option<&mut Vec<TypedValue>> {
    match role {
        Role::Phone => Some(&mut draft.profile.phone_numbers),
        Role::Email => Some(&mut draft.profile.emails),
        Role::Sip => Some(&mut draft.profile.sip_addresses),
        Role::WebPage => Some(&mut draft.extras.web_pages),
        _ => None,
    }
}

/// Takes the items of a role out of a draft.
pub fn take_items(role: Role, draft: &mut Draft) -> Vec<Item> {
    let items: Vec<Item> = match list(role, draft) {
        Some(values) => std::mem::take(values).into_iter().map(Item::from).collect(),
        None => std::mem::take(&mut draft.profile.addresses).into_iter().map(Item::from).collect(),
    };
    items.into_iter().filter(|item| !item.is_empty()).collect()
}

/// Puts the items of a role into a draft.
pub fn put_items(role: Role, draft: &mut Draft, items: impl Iterator<Item = Item>) {
    match list(role, draft) {
        Some(values) => *values = items.map(TypedValue::from).collect(),
        None => draft.profile.addresses = items.map(Address::from).collect(),
    }
}
